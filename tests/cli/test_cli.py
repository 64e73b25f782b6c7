"""The terminal: every verb in both languages and as JSON, and an exit code that says how it went."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import perpetuum
from perpetuum import cli
from perpetuum.core.errors import BooksDoNotBalance, MissingExtra
from perpetuum.core.text import both
from tests.report.made_case import as_folder, made_case

CHINESE = re.compile(r"[\u4e00-\u9fff]")
MODULE = [sys.executable, "-m", "perpetuum"]

# Every command, the verb of its answer, and whether that is a list.
COMMANDS = {
    "ledger": ("ledger", dict),
    "ledger gaps": ("ledger", list),
    "ledger chain maker-lab": ("ledger", list),
    "ledger find lab": ("ledger", list),
    "ledger audit": ("ledger", list),
    "loops": ("loops", dict),
    "loops --firm maker": ("loops", dict),
    "loops --firm maker --via lab,cloud": ("loops", dict),
    "loops --show rings": ("loops", dict),
    "gauges": ("gauges", list),
    "verdict": ("verdict", dict),
    "report": ("report", list),
    "report --page loop": ("report", list),
}


@dataclass(frozen=True)
class Ran:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return str(as_folder(made_case(), tmp_path_factory.mktemp("cases") / "triangle"))


@pytest.fixture
def shell(capsys, monkeypatch):
    """Runs a command here; words may be one text or several."""
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(command: str, *more: str) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main([*command.split(), *more])
        out, err = capsys.readouterr()
        return Ran(left.value.code, out, err)

    return run


def elsewhere(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in a process of its own, without a language of the machine."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("LANG", "LC_ALL", "PERPETUUM_LANG", "COLUMNS")
    }
    return subprocess.run(
        [*MODULE, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=kept | environment,
        timeout=60,
        check=False,
    )


# ---- every command


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_speaks_english(shell, case, command):
    ran = shell(command, "--case", case, "--lang", "en")
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.out.split()) > 10
    assert not CHINESE.search(ran.out)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_speaks_chinese(shell, case, command):
    ran = shell(command, "--case", case, "--lang", "zh")
    assert (ran.code, ran.err) == (0, "")
    assert len(CHINESE.findall(ran.out)) > 20


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_gives_one_json_object(shell, case, command):
    verb, kind = COMMANDS[command]
    ran = shell(command, "--case", case, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert list(ran.answer) == ["schema", "origin", "result", "problems"]
    assert ran.answer["schema"] == f"perpetuum/{verb}/1"
    assert ran.answer["problems"] == []
    assert isinstance(ran.answer["result"], kind)
    assert ran.answer["result"]
    assert {"case", "case_hash", "at", "asof", "policy", "version"} <= set(ran.answer["origin"])
    assert ran.answer["origin"]["version"] == perpetuum.__version__
    assert "NaN" not in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_json_is_the_same_in_both_languages(shell, case, command):
    en, zh = (shell(command, "--case", case, "--json", "--lang", lang).answer for lang in ("en", "zh"))
    assert en == zh


def test_the_shipped_case_has_no_errors(shell):
    ran = shell("ledger --check")
    assert ran.code == 0
    assert "errors: 0" in ran.out


def test_the_article_of_the_shipped_case_can_be_audited(shell):
    ran = shell("ledger audit --json")
    assert ran.code == 0
    assert len(ran.answer["result"]) == 34


def test_a_check_tells_as_json_too(shell, case):
    ran = shell("ledger --check --json", "--case", case)
    assert (ran.code, ran.answer["problems"]) == (0, [])


# ---- options


def test_a_name_of_the_case_a_day_and_a_quarter_are_the_same_date(shell, case):
    origins = [
        shell("ledger --json", "--case", case, "--at", at).answer["origin"] for at in ("early", "2025-03-31", "2025Q1")
    ]
    assert origins[0] == origins[1] == origins[2]
    assert (origins[0]["at"], origins[0]["asof"]) == ("2025-03-31", "2025-03-31")


def total(ran: Ran, stage: str = "announced") -> float:
    return ran.answer["result"][stage]["value"]


def test_on_an_earlier_date_less_is_known(shell, case):
    assert total(shell("ledger --json", "--case", case)) == 300e9
    assert total(shell("ledger --json", "--case", case, "--at", "2025-01-31")) == 200e9


def test_hindsight_must_be_asked_for(shell, case):
    without = shell("ledger --json", "--case", case, "--at", "2025-01-20")
    with_it = shell("ledger --json", "--case", case, "--at", "2025-01-20", "--asof", "latest")
    assert without.answer["origin"]["asof"] == "2025-01-20"
    assert with_it.answer["origin"]["asof"] == "2026-01-31"
    assert with_it.answer["origin"]["at"] == "2025-01-20"


def test_one_date_stands_for_both(shell, case):
    at, asof = (
        shell("gauges --json", "--case", case, option, "2025-07-01").answer["origin"] for option in ("--at", "--asof")
    )
    assert at == asof


def test_a_stage_alone_is_answered_alone(shell, case):
    assert set(shell("loops --json", "--case", case).answer["result"]) == {"announced", "signed", "paid"}
    assert set(shell("loops --json --stage signed", "--case", case).answer["result"]) == {"signed"}
    told = shell("loops --stage paid", "--case", case).out
    assert "●" in told and "○" not in told and "◐" not in told


def test_the_policy_decides_between_claims(shell, case):
    def headline(policy: str) -> float:
        ran = shell("ledger --json", "--case", case, "--policy", policy)
        assert ran.answer["origin"]["policy"] == policy
        return total(ran)

    assert (headline("best_source"), headline("low"), headline("high")) == (300e9, 290e9, 300e9)


def test_the_share_of_the_loop_is_what_the_case_was_made_to_give(shell, case):
    told = shell("loops --json --firm maker --show origin --stage announced", "--case", case).answer["result"][
        "announced"
    ]
    share = told["firms"]["maker"]["recycled"]["burn"]
    assert share["value"] == pytest.approx(0.5)
    assert "50\u202f% [0 to 100\u202f%]" in shell("loops --firm maker --stage announced", "--case", case).out


def test_a_loop_starts_from_the_firm_that_is_named(shell, case):
    def firms(*asked: str) -> list[str]:
        return shell("loops --json --show loop --stage announced", "--case", case, *asked).answer["result"][
            "announced"
        ]["firms"]

    assert firms() == ["maker", "lab", "cloud"]
    assert firms("--firm", "lab") == ["lab", "cloud", "maker"]
    assert firms("--firm", "cloud", "--via", "maker,lab") == ["cloud", "maker", "lab"]


def test_one_gauge_alone_can_be_read(shell, case):
    ran = shell("gauges --json --gauge capex_to_revenue", "--case", case)
    assert [dial["gauge"] for dial in ran.answer["result"]] == ["capex_to_revenue"]
    assert {dial["band"] for dial in ran.answer["result"]} == {"unknown"}


def test_a_folder_is_a_case_and_the_shipped_one_is_the_default(shell, case):
    assert shell("ledger --json", "--case", case).answer["origin"]["case"] == "triangle"
    assert shell("ledger --json").answer["origin"]["case"] == "ai"


def test_a_case_without_deals_can_still_be_asked(shell, tmp_path):
    files = {path: raw for path, raw in made_case().items() if not path.startswith(("deals/", "findings", "article"))}
    folder = str(as_folder(files, tmp_path / "triangle"))
    for command in ("ledger", "ledger gaps", "loops", "gauges", "report", "ledger --policy low"):
        ran = shell(command, "--case", folder)
        assert (ran.code, ran.err) == (0, "")


def test_a_date_before_everything_is_an_empty_answer_and_no_error(shell, case):
    for command in ("ledger", "ledger gaps", "loops", "gauges", "report"):
        ran = shell(command, "--case", case, "--at", "1999")
        assert (ran.code, ran.err) == (0, "")


# ---- files


@pytest.mark.parametrize("command", ["ledger", "loops --json", "report", "report --json", "gauges", "ledger --check"])
def test_an_answer_can_go_to_a_file_and_then_nothing_is_printed(shell, case, tmp_path, command):
    printed = shell(command, "--case", case)
    path = tmp_path / "deep" / "answer"
    ran = shell(command, "--case", case, "--out", str(path))
    assert (ran.code, ran.out) == (0, "")
    assert [each.name for each in path.parent.iterdir()] == ["answer"]
    text = path.read_text(encoding="utf-8")
    if command == "report":
        assert text.startswith("<!doctype html>")
    else:
        assert text.split() == printed.out.split()


def test_a_report_in_a_file_is_the_page_in_the_language_asked_for(shell, case, tmp_path):
    shell("report --lang zh", "--case", case, "--out", str(tmp_path / "r.html"))
    assert '<html lang="zh-Hant"' in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_folder_is_no_file_to_write_to(shell, case, tmp_path):
    for command in ("ledger", "ledger --json"):
        ran = shell(command, "--case", case, "--out", str(tmp_path))
        assert ran.code == 1
        assert ran.out == ""
        assert str(tmp_path) in ran.err
    assert list(tmp_path.iterdir()) == []


def there(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_main_job_writes_its_files_whole_and_again(shell, case, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    ran = shell("run", "--case", case, "--out", str(tmp_path))
    assert (ran.code, ran.err) == (0, "")
    assert str(tmp_path / "report.html") in ran.out.replace("\n", "")
    first = there(tmp_path)
    assert {"report.html", "report.pdf", "findings.json", "manifest.json", "csv/shares.csv", "mine.txt"} <= first
    assert "report.pdf, findings.json, csv/, manifest.json" in " ".join(ran.out.split())
    before = (tmp_path / "report.html").read_bytes()
    printed = (tmp_path / "report.pdf").read_bytes()
    (tmp_path / "report.html").write_text("broken")
    assert shell("run", "--case", case, "--out", str(tmp_path)).code == 0
    assert there(tmp_path) == first
    assert (tmp_path / "report.html").read_bytes() == before
    assert (tmp_path / "report.pdf").read_bytes() == printed
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("format", "files"),
    [
        ("json", {"findings.json"}),
        ("html", {"report.html"}),
        ("html, json", {"report.html", "findings.json"}),
        ("pdf", {"report.pdf"}),
    ],
)
def test_only_the_files_that_are_asked_for_are_written(shell, case, tmp_path, format, files):
    assert shell("run --quiet", "--case", case, "--out", str(tmp_path), "--format", format).code == 0
    assert there(tmp_path) == files | {"manifest.json"}


def test_a_run_speaks_the_language_asked_for_and_quiet_says_nothing(shell, case, tmp_path):
    told = {
        lang: shell("run --format json --lang", lang, "--case", case, "--out", str(tmp_path)).out
        for lang in ("en", "zh")
    }
    assert len(CHINESE.findall(told["zh"])) > 50
    assert not CHINESE.search(told["en"])
    assert shell("run --format json --quiet", "--case", case, "--out", str(tmp_path)).out == ""


def test_a_run_tells_its_findings_as_json(shell, case, tmp_path):
    ran = shell("run --json --format json", "--case", case, "--out", str(tmp_path))
    assert ran.answer["schema"] == "perpetuum/run/1"
    assert "headlines" in [finding["id"] for finding in ran.answer["result"]]
    assert there(tmp_path) == {"findings.json", "manifest.json"}


# ---- what can go wrong

VERBS = [
    "ledger",
    "ledger gaps",
    "ledger chain maker-lab",
    "ledger find lab",
    "ledger audit",
    "loops",
    "gauges",
    "verdict",
    "report",
    "run",
]


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    changes = (("payer: cloud", "payer: clod"), ("says: 60bn USD", "says: lots"), ("roles: [fuel]", "roles: [fool]"))
    return str(as_folder(made_case(*changes), tmp_path_factory.mktemp("cases") / "broken"))


@pytest.mark.parametrize("verb", [*VERBS, "ledger --check"])
def test_a_broken_case_is_told_problem_by_problem_with_its_lines(shell, broken, tmp_path, monkeypatch, verb):
    monkeypatch.chdir(tmp_path)
    ran = shell(verb, "--case", broken)
    told = ran.out if verb.endswith("--check") else ran.err
    assert ran.code == 1
    for file, line, words in (("chips.yaml", 6, "clod"), ("rent.yaml", 9, "lots"), ("maker.yaml", 3, "fool")):
        assert re.search(rf"{file}:{line}: [\w.]+\n +.*{words}", told)
    assert "Traceback" not in told
    assert verb.endswith("--check") or ran.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_broken_case_is_told_as_json_when_checked(shell, broken):
    ran = shell("ledger --check --json", "--case", broken)
    assert ran.code == 1
    assert ran.answer["result"] is None
    assert all(problem["where"] and problem["repair"] for problem in ran.answer["problems"])
    assert len(ran.answer["problems"]) >= 3


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("loops --firn maker", "Did you mean --firm"),
        ("loops --stage payd", 'Did you mean "paid"'),
        ("loopz", "Available commands: ledger, loops, stress, simulate, calibrate, hindcast, rerun, collect"),
        ("loops --firm makr", "`makr` is not an entity; did you mean `maker`?"),
        ("loops --firm maker --via lab,clod", "did you mean `cloud`?"),
        ("loops --via lab,cloud", "--firm"),
        ("loops --show loop --firm investors", "--via"),
        ("loops --show origin", "--firm"),
        ("loops --firm maker --via maker", "at least two firms"),
        ("loops --window 1990Q1..1990Q2", "There are quarters from 2025Q1 to"),
        ("loops --window 0", "at least 1"),
        ("loops --window soon", "2025Q3"),
        ("ledger --at 2026-02-30", "no such date"),
        ("ledger --at soon", "Named dates of this case: early, now"),
        ("ledger --asof 31/12/2025", "cannot read '31/12/2025' as a date"),
        ("ledger --policy newst", "did you mean `newest`?"),
        ("run --policy newst", "did you mean `newest`?"),
        ("ledger chain maker-lob", "did you mean `maker-lab`?"),
        ("ledger find", "for example: perpetuum ledger find oracle"),
        ("gauges --gauge capex_to_revenu", "did you mean `capex_to_revenue`?"),
        ("gauges --firm clod", "did you mean `cloud`?"),
        ("report --page overviw", "did you mean `overview`?"),
        ("run --format docx", "known: csv, html, json, pdf"),
    ],
)
def test_wrong_usage_says_what_to_write_instead(shell, case, tmp_path, monkeypatch, command, told):
    monkeypatch.chdir(tmp_path)
    ran = shell(command, *(() if command == "loopz" else ("--case", case)))
    said = " ".join(re.sub("[│╭╰─╮╯]", " ", ran.err).split())
    assert ran.code == 2
    assert told in said
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_case_nobody_knows_is_refused_with_those_there_are(shell):
    ran = shell("ledger --case aii")
    assert (ran.code, ran.out) == (2, "")
    assert "`aii` is not a case; did you mean `ai`?" in ran.err


@pytest.mark.parametrize(
    "command", [("loops", "--firm", "makr"), ("ledger", "--at", "2026-02-30"), ("loops", "--window", "0")]
)
def test_what_went_wrong_is_told_in_chinese_too(case, command):
    ran = elsewhere(*command, "--case", case, "--lang", "zh")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert CHINESE.search(ran.stderr)
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", ran.stderr)


@pytest.mark.parametrize("command", [("ledger",), ("ledger", "--check")], ids=" ".join)
def test_the_problems_of_a_case_are_told_in_chinese_too(broken, command):
    ran = elsewhere(*command, "--case", broken, "--lang", "zh")
    told = ran.stdout + ran.stderr
    assert ran.returncode == 1
    assert re.search(r"chips\.yaml:6: [\w.]+\n +.*clod.*[\u4e00-\u9fff]", told)
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", told)


def raises(error: BaseException):
    def verb(*_: object, **__: object) -> None:
        raise error

    return verb


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (KeyboardInterrupt(), 130, "interrupted; no file was left half written"),
        (BooksDoNotBalance(both("1 USD came from nowhere.", "1 美元來路不明。")), 3, "This is a bug of this program"),
        (MissingExtra(both("install perpetuum[web]", "請安裝 perpetuum[web]")), 4, "install perpetuum[web]"),
        (PermissionError(13, "Permission denied", "somewhere/case.yaml"), 1, "somewhere/case.yaml"),
    ],
    ids=["interrupted", "books", "extra", "file"],
)
@pytest.mark.parametrize("verb", ["loops", "run"])
def test_every_end_has_its_exit_code_and_a_sentence(shell, case, tmp_path, monkeypatch, verb, error, code, told):
    monkeypatch.setattr("perpetuum.ledger.load", raises(error))
    monkeypatch.setattr("perpetuum.report.main_job.load", raises(error))
    out = tmp_path / "out"
    ran = shell(verb, "--case", case, "--out", str(out))
    assert ran.code == code
    assert told in ran.err
    assert "Traceback" not in ran.err
    assert not out.exists()


def test_an_interrupt_while_writing_leaves_the_last_report(shell, case, tmp_path, monkeypatch):
    shell("run --quiet", "--case", case, "--out", str(tmp_path))
    before = {name: (tmp_path / name).read_bytes() for name in there(tmp_path)}
    monkeypatch.setattr("perpetuum.report.files.os.fsync", raises(KeyboardInterrupt()))
    assert shell("run", "--case", case, "--out", str(tmp_path), "--lang", "zh").code == 130
    assert {name: (tmp_path / name).read_bytes() for name in there(tmp_path)} == before


@pytest.mark.parametrize("verb", ["loops", "loops --show rings", "run"])
def test_what_did_not_settle_is_an_exit_code_only_with_strict(shell, case, tmp_path, monkeypatch, verb):
    more = ("--case", case, *(("--out", str(tmp_path)) if verb == "run" else ()))
    assert shell(f"{verb} --strict", *more).code == 0
    monkeypatch.setattr("perpetuum.circularity.Circularity.status", property(lambda _: "too_many_loops"))
    assert shell(verb, *more).code == 0
    ran = shell(f"{verb} --strict", *more)
    assert ran.code == 5
    assert ran.out


# ---- languages, logs, processes


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        (["loops", "--lang", "zh"], {}, "zh"),
        (["loops", "--lang=zh"], {}, "zh"),
        (["--lang", "en"], {"PERPETUUM_LANG": "zh"}, "en"),
        (["--lang", "fr"], {"PERPETUUM_LANG": "zh"}, "zh"),
        ([], {"PERPETUUM_LANG": "zh"}, "zh"),
        ([], {"PERPETUUM_LANG": "en", "LANG": "zh_TW.UTF-8"}, "en"),
        ([], {"LANG": "zh_TW.UTF-8"}, "zh"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {"LC_ALL": "C", "LANG": "zh_TW.UTF-8"}, "en"),
        ([], {"LC_ALL": "", "LANG": "zh_TW.UTF-8"}, "zh"),
    ],
)
def test_the_language_is_what_was_said_else_that_of_the_environment(arguments, environment, language):
    assert cli.spoken(arguments, environment) == language


@pytest.mark.parametrize(
    ("words", "environment"),
    [(("--lang", "zh"), {}), ((), {"PERPETUUM_LANG": "zh"}), ((), {"LANG": "zh_TW.UTF-8"})],
    ids=["option", "own variable", "locale"],
)
def test_help_speaks_chinese(words, environment):
    ran = elsewhere("loops", "--help", *words, **environment)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "資金循環" in ran.stdout
    assert "誰的營收" in ran.stdout


def test_help_is_english_otherwise_and_names_every_command():
    ran = elsewhere("--help")
    assert ran.returncode == 0
    assert not CHINESE.search(ran.stdout)
    for command in (
        "ledger",
        "loops",
        "stress",
        "simulate",
        "calibrate",
        "hindcast",
        "rerun",
        "gauges",
        "verdict",
        "report",
        "run",
    ):
        assert re.search(rf"^\W*{command} +[A-Z]", ran.stdout, re.MULTILINE)


def test_without_a_command_help_is_shown(shell):
    ran = shell("")
    assert ran.code == 0
    assert "Usage: perpetuum COMMAND" in ran.out


def test_the_version_is_that_of_the_package(shell):
    assert shell("--version").out.strip() == perpetuum.__version__


def test_help_brings_in_nothing_heavy():
    code = "import sys\nfrom perpetuum.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(ran.stdout.splitlines()[-1].split())
    assert "perpetuum.cli" in loaded
    assert (
        loaded & {"numpy", "scipy", "pydantic", "yaml", "xarray", "perpetuum.ledger", "perpetuum.circularity"} == set()
    )


def test_a_story_of_the_run_goes_to_standard_error_as_lines_of_json(shell, case):
    ran = shell("ledger --json -v --log-format json", "--case", case)
    lines = [json.loads(line) for line in ran.err.splitlines()]
    assert lines
    assert all(set(line) == {"time", "level", "room", "message"} for line in lines)
    assert lines[0]["room"] == "perpetuum.ledger"
    assert ran.answer["schema"] == "perpetuum/ledger/1"


def test_a_story_can_be_words_and_is_silent_unless_asked_for(shell, case):
    assert shell("ledger -v", "--case", case).err.startswith("perpetuum.ledger: case triangle: 3 deals")
    assert shell("ledger", "--case", case).err == ""


@pytest.mark.parametrize("words", [("report",), ("report", "--json"), ("ledger", "find", "lab")], ids=" ".join)
def test_a_reader_who_leaves_early_is_no_error(case, words):
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        ran = subprocess.run(
            [*MODULE, *words, "--case", case],
            stdout=write_end,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(write_end)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_module_is_the_same_program(case):
    ran = elsewhere("ledger", "--json", "--case", case)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["origin"]["case"] == "triangle"
