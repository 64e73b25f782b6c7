"""Whatever a page shows as code or as output of a command is run, and gives what is printed there."""

from __future__ import annotations

import doctest
import functools
import shlex
from collections import defaultdict
from collections.abc import Iterator

import pytest

import perpetuum.ledger
from perpetuum import cli
from tests.docs.pages import Block, blocks, name, pages

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
LEFT_OUT = "..."
_loaded = functools.cache(perpetuum.ledger.load)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(monkeypatch, tmp_path):
    """Results go nowhere else, tables have room, and the shipped case is read once for all pages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    load = perpetuum.ledger.load
    monkeypatch.setattr(perpetuum.ledger, "load", lambda case: _loaded(case) if case == "ai" else load(case))


@pytest.mark.parametrize("page", [page for page in pages() if list(blocks(page, "python"))], ids=name)
def test_the_python_of_a_page_runs(page):
    namespace: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(page, "python"):
        if block.text.startswith(">>>"):
            run_as_doctest(block, namespace)
        else:
            exec(compile(block.text, block.where, "exec"), namespace)


def run_as_doctest(block: Block, namespace: dict[str, object]) -> None:
    test = doctest.DocTestParser().get_doctest(block.text, namespace, block.where, str(block.page), block.line - 1)
    told: list[str] = []
    failed, _ = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=told.append, clear_globs=False)
    assert not failed, "".join(told)
    namespace.update(test.globs)


def console() -> dict[str, list[tuple[Block, list[str]]]]:
    """Every command of every page, once, with what each page shows of its output."""
    shown: dict[str, list[tuple[Block, list[str]]]] = defaultdict(list)
    for page in pages():
        for block in blocks(page, "console"):
            for command, lines in commands(block):
                shown[command].append((block, lines))
    return shown


def commands(block: Block) -> Iterator[tuple[str, list[str]]]:
    command, lines = "", []
    for line in [*block.text.splitlines(), "$"]:
        if line.startswith("$"):
            if command.startswith("perpetuum"):
                yield command, lines
            command, lines = line.removeprefix("$").strip(), []
        elif line.strip() not in ("", LEFT_OUT):
            lines.append(" ".join(line.split()))


CONSOLE = console()


@pytest.mark.parametrize("command", CONSOLE)
def test_a_command_of_a_page_prints_what_the_page_shows(command, capsys, monkeypatch):
    words = shlex.split(command)[1:]
    language = "zh" if words[-2:] == ["--lang", "zh"] else "en"
    monkeypatch.setattr(cli, "LANGUAGE", language)
    with pytest.raises(SystemExit) as left:
        cli.main(words if "--lang" in words or words[0].startswith("-") else [*words, "--lang", language])
    told = capsys.readouterr()
    assert left.value.code == 0, told.err
    printed = " ".join(told.out.split())  # pages may break a long sentence elsewhere
    gone = [f"{block.where}: {line}" for block, lines in CONSOLE[command] for line in lines if line not in printed]
    assert not gone, f"`{command}` no longer prints what is shown; paste its lines again:\n" + "\n".join(gone)
