"""Results are written whole or not at all, and a spreadsheet runs nothing of them."""

from __future__ import annotations

import csv
import io
import os
import signal
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.report import files
from perpetuum.report.files import as_csv, interrupts_wait, write_all

OLD = {"a.txt": b"old a", "csv/b.txt": b"old b", "other.txt": b"mine"}
NEW = {"a.txt": b"new a", "csv/b.txt": b"new b", "c.txt": b"new c"}


@pytest.fixture
def folder(tmp_path):
    write_all(tmp_path, OLD)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, temporary ones too, by its path inside."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def temporary(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


# ---- writing


def test_all_files_are_there_with_their_content(tmp_path):
    write_all(tmp_path / "not" / "yet", NEW)
    assert contents(tmp_path / "not" / "yet") == NEW
    assert temporary(tmp_path / "not" / "yet") == []


def test_a_second_run_replaces_its_own_files_and_leaves_others(folder):
    write_all(folder, NEW)
    assert contents(folder) == OLD | NEW


def fails_at(number: int, error: BaseException, calls: list[int] | None = None):
    """Stands for a system call; the given call of it fails."""
    made = calls if calls is not None else []

    def system_call(_: int) -> None:
        made.append(len(made) + 1)
        if made[-1] == number:
            raise error

    return system_call


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "ctrl-c"])
def test_a_failure_while_writing_leaves_what_was_there(folder, monkeypatch, number, error):
    calls: list[int] = []
    monkeypatch.setattr(files.os, "fsync", fails_at(number, error, calls))
    with pytest.raises(type(error)):
        write_all(folder, NEW)
    assert len(calls) == number
    assert contents(folder) == OLD
    assert temporary(folder) == []


def test_a_folder_that_cannot_be_made_is_an_error_and_changes_nothing(folder):
    with pytest.raises(OSError, match=r"File exists|Not a directory"):
        write_all(folder / "a.txt", NEW)
    assert contents(folder) == OLD


def test_a_folder_in_the_place_of_a_file_is_an_error_before_anything_changes(folder):
    (folder / "c.txt").mkdir()
    with pytest.raises(OSError, match=r"c\.txt"):
        write_all(folder, NEW)
    assert contents(folder) == OLD
    assert temporary(folder) == []


def test_a_file_in_the_place_of_a_folder_is_an_error_before_anything_changes(tmp_path):
    write_all(tmp_path, {"a.txt": b"old a", "csv": b"a file"})
    with pytest.raises(OSError, match="csv"):
        write_all(tmp_path, NEW)
    assert contents(tmp_path) == {"a.txt": b"old a", "csv": b"a file"}


def test_an_interrupt_between_two_files_waits_until_all_are_in_place(folder, monkeypatch):
    replace, moved = os.replace, []

    def and_ctrl_c(source: Path, target: Path) -> None:
        replace(source, target)
        moved.append(target)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(files.os, "replace", and_ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        write_all(folder, NEW)
    assert len(moved) == len(NEW)
    assert contents(folder) == OLD | NEW
    assert temporary(folder) == []


def interrupted_twice() -> None:
    with interrupts_wait():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_that_waited_comes_once_and_the_old_answer_to_it_is_back():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        interrupted_twice()
    assert signal.getsignal(signal.SIGINT) is before


def test_another_thread_may_write_too(tmp_path):
    thread = threading.Thread(target=write_all, args=(tmp_path, NEW))
    thread.start()
    thread.join()
    assert contents(tmp_path) == NEW


# ---- tables


def read(table: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.decode(), newline="")))


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1", "@sum", "\tx", "=", "-"])
def test_words_a_spreadsheet_would_run_get_an_apostrophe(word):
    assert read(as_csv(["a", "b"], [[word, "x"]]))[1] == [f"'{word}", "x"]


@pytest.mark.parametrize(("said", "kept"), [("a\nb", "a\nb"), ("a\r\nb", "a\nb"), ("a\rb", "a\nb"), ("\rx", "'\nx")])
def test_a_line_break_inside_a_cell_ends_no_row(said, kept):
    assert read(as_csv(["a", "b"], [[said, "x"]])) == [["a", "b"], [kept, "x"]]


@pytest.mark.parametrize("number", [-2.0, -5, 1e12, 0.1, -1e-9])
def test_numbers_stay_numbers(number):
    assert float(read(as_csv(["a", "b"], [[number, "x"]]))[1][0]) == number


def test_lines_end_with_lf_and_unknown_is_blank():
    assert as_csv(["a", "b"], [[None, 1], ["x, y", 'say "so"']]) == b'a,b\n,1\n"x, y","say ""so"""\n'


def test_a_table_of_nothing_is_its_head():
    assert as_csv(["a", "b"], []) == b"a,b\n"


CELLS = st.one_of(st.none(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8))


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_a_table_reads_back_as_it_was(rows):
    back = read(as_csv(["one", "two"], rows))
    assert back[0] == ["one", "two"]
    assert len(back) == len(rows) + 1
    for row, seen in zip(rows, back[1:], strict=True):
        for cell, words in zip(row, seen, strict=True):
            if isinstance(cell, int | float):
                assert float(words) == float(cell)
            else:
                said = (cell or "").replace("\r\n", "\n").replace("\r", "\n")
                assert words in (said, f"'{said}")


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=6))
def test_no_cell_of_words_starts_a_formula(rows):
    assert not [cell for row in read(as_csv(["one", "two"], rows)) for cell in row if cell[:1] in tuple("=+-@\t\r")]
