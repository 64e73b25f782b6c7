"""Collected claims in a case: new, restated, unchanged, gone; whole or not at all; never over a person's file."""

from __future__ import annotations

import datetime
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from perpetuum.core.claim import Claim
from perpetuum.core.errors import LedgerError
from perpetuum.core.quantity import Quantity
from perpetuum.core.source import Source
from perpetuum.core.when import Span, When
from perpetuum.ledger import keep, load
from perpetuum.ledger.files import shipped_cases
from perpetuum.ledger.keep import as_row
from tests.connectors.made_up import in_both_languages
from tests.ledger.small_case import small_case

DAY = datetime.date


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "case"
    for path, raw in small_case().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)
    return folder


def claim(quarter: str, value: float, *, known="2025-08-01", retrieved="2026-01-05", page="q", **more) -> Claim:
    source = Source(id="x", title="A page", kind="news", tier=3, url=f"https://acme.example/{page}",
                    published=When.parse(known), retrieved=When.parse(retrieved), hash="a" * 64)  # fmt: skip
    parts = {
        "id": f"made_up/{quarter}", "subject": "acme", "attribute": "revenue", "says": Quantity(value, "USD"),
        "source": source,
        "known_from": DAY.fromisoformat(known), "status": "reported", "period_label": quarter,
        "period": Span.parse(quarter) if ".." not in quarter else None, "derivation": "direct",
    }  # fmt: skip
    return Claim(**(parts | more))


Q = [claim("2025Q1", 1e9), claim("2025Q2", 2e9), claim("2025Q3", 3e9)]


def counts(kept):
    return len(kept.new), len(kept.restated), kept.unchanged, len(kept.gone)


def held(case: Path) -> list[tuple[str | None, float, str]]:
    found = [c for c in load(case).metrics if c.where and c.where.file.endswith("/made_up.csv")]
    return [(c.period_label, c.says.value, c.known_from.isoformat()) for c in found]


def test_what_is_kept_is_what_the_ledger_reads(case):
    kept = keep(Q, "made_up", case=case)
    assert counts(kept) == (3, 0, 0, 0)
    assert kept.path == case / "collected" / "made_up.csv"
    assert held(case) == [("2025Q1", 1e9, "2025-08-01"), ("2025Q2", 2e9, "2025-08-01"), ("2025Q3", 3e9, "2025-08-01")]
    raw = kept.path.read_bytes()
    assert b"\r" not in raw and raw.endswith(b"\n") and raw.decode("utf-8")


def test_the_order_of_claims_does_not_matter(case):
    first = keep(Q, "made_up", case=case).path.read_bytes()
    (case / "collected" / "made_up.csv").unlink()
    assert keep(Q[::-1], "made_up", case=case).path.read_bytes() == first


def test_running_twice_changes_nothing_but_when_it_was_fetched(case):
    before = keep(Q, "made_up", case=case).path.read_bytes()
    then = When.parse("2026-02-06")
    later = [
        replace(c, known_from=then.first, source=replace(c.source, retrieved=then, published=then, hash="b" * 64))
        for c in Q
    ]
    kept = keep(later, "made_up", case=case)
    assert counts(kept) == (0, 0, 3, 0)
    assert kept.path.read_bytes() == before.replace(b"2026-01-05", b"2026-02-06").replace(b"a" * 64, b"b" * 64)


def test_a_number_that_changed_later_stands_beside_the_former_one(case):
    keep(Q, "made_up", case=case)
    kept = keep([claim("2025Q2", 2.5e9, known="2025-11-01")], "made_up", case=case)
    assert counts(kept) == (0, 1, 0, 0)
    assert [(old.says.value, new.says.value) for old, new in kept.restated] == [(2e9, 2.5e9)]
    assert held(case)[1:3] == [("2025Q2", 2e9, "2025-08-01"), ("2025Q2", 2.5e9, "2025-11-01")]
    again = keep([claim("2025Q2", 2.5e9, known="2025-12-01")], "made_up", case=case)
    assert counts(again) == (0, 0, 1, 0) and len(held(case)) == 4


def test_a_number_that_was_wrong_from_the_start_gives_way(case):
    keep(Q, "made_up", case=case)
    assert counts(keep([claim("2025Q2", 2.5e9)], "made_up", case=case)) == (0, 1, 0, 0)
    assert held(case) == [("2025Q1", 1e9, "2025-08-01"), ("2025Q2", 2.5e9, "2025-08-01"), ("2025Q3", 3e9, "2025-08-01")]


@pytest.fixture
def restated(case):
    """A case in which one number was changed in November, in an answer fetched in February."""
    keep(Q, "made_up", case=case)
    keep([claim("2025Q2", 2.5e9, known="2025-11-01", retrieved="2026-02-06")], "made_up", case=case)
    return case


@pytest.mark.parametrize("asof", [DAY(2025, 8, 15), None], ids=["asked as of then", "an old answer read again"])
def test_what_was_known_earlier_does_not_undo_what_became_known_later(restated, asof):
    before = (restated / "collected" / "made_up.csv").read_bytes()
    kept = keep(Q, "made_up", case=restated, asof=asof)
    assert counts(kept) == (0, 0, 3, 0)
    assert kept.path.read_bytes() == before


def test_a_vintage_between_two_others_takes_its_place(restated):
    kept = keep([claim("2025Q2", 2.2e9, known="2025-09-01")], "made_up", case=restated)
    assert counts(kept) == (0, 1, 0, 0)
    assert [row for row in held(restated) if row[0] == "2025Q2"] == [
        ("2025Q2", 2e9, "2025-08-01"), ("2025Q2", 2.2e9, "2025-09-01"), ("2025Q2", 2.5e9, "2025-11-01"),
    ]  # fmt: skip


def test_a_number_found_in_an_older_answer_is_known_since_then(restated):
    earlier = claim("2025Q2", 2e9, known="2025-07-15", retrieved="2025-07-20")
    assert counts(keep([earlier], "made_up", case=restated)) == (0, 0, 1, 0)
    row = next(row for row in held(restated) if row[0] == "2025Q2")
    assert row == ("2025Q2", 2e9, "2025-07-15")
    other = claim("2025Q2", 1.5e9, known="2025-07-01", retrieved="2025-07-02")
    assert counts(keep([other], "made_up", case=restated)) == (1, 0, 0, 0)
    assert [value for label, value, _ in held(restated) if label == "2025Q2"] == [1.5e9, 2e9, 2.5e9]


def test_a_restatement_on_another_page_of_the_publisher_is_told_as_one(case):
    keep(Q, "made_up", case=case)
    kept = keep([*Q, claim("2025Q2", 2.5e9, known="2025-11-01", page="next")], "made_up", case=case)
    assert counts(kept) == (0, 1, 3, 0) and len(held(case)) == 4


def test_what_a_publisher_no_longer_says_is_told_and_taken_out(case):
    keep(Q, "made_up", case=case)
    kept = keep([Q[0], Q[2]], "made_up", case=case)
    assert counts(kept) == (0, 0, 2, 1) and kept.gone[0].period_label == "2025Q2"
    assert [label for label, _, _ in held(case)] == ["2025Q1", "2025Q3"]


def test_what_was_not_asked_for_stays(case):
    other = claim("2025Q2", 7e9, subject="bolt")
    keep([*Q, other], "made_up", case=case)
    assert counts(keep([Q[0]], "made_up", case=case)) == (0, 0, 1, 0)  # a narrower span
    assert counts(keep([other], "made_up", case=case)) == (0, 0, 1, 0)  # another firm
    assert counts(keep([Q[0], Q[2]], "made_up", case=case, asof=DAY(2025, 7, 31))) == (0, 0, 2, 0)  # known later
    assert counts(keep([Q[0], Q[2]], "made_up", case=case, is_whole=False)) == (0, 0, 2, 0)  # an answer is missing
    assert len(held(case)) == 4


def test_nothing_asked_for_changes_nothing(case):
    assert not keep((), "made_up", case=case).path.exists()
    before = keep(Q, "made_up", case=case).path.read_bytes()
    assert keep((), "made_up", case=case).path.read_bytes() == before


def test_a_dry_run_tells_and_writes_nothing(case):
    kept = keep(Q, "made_up", case=case, dry_run=True)
    assert counts(kept) == (3, 0, 0, 0) and not kept.path.exists()


def test_a_unit_without_a_rate_is_left_out_and_told(case):
    euros = claim("2025Q2", 5e9, says=Quantity(5e9, "EUR"))
    kept = keep([*Q, euros], "made_up", case=case)
    assert kept.left_out == (euros,) and len(held(case)) == 3


# ---- exactness


@pytest.mark.parametrize(
    "value", [0.0, 1e-9, 0.1 + 0.2, -2.4e10, 1 / 3, 123456789.123, 1e15 / 7, 999999.99, 5e-324, 1.7976931348623157e308]
)
def test_a_number_comes_back_to_the_last_digit(case, value):
    keep([claim("2025Q1", value)], "made_up", case=case)
    assert held(case)[0][1] == value


def test_every_claim_of_the_shipped_case_comes_back_as_it_was(tmp_path):
    folder = tmp_path / "ai"
    for path in shipped_cases()["ai"].rglob("*.*"):
        to = folder / path.relative_to(shipped_cases()["ai"])
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(path.read_bytes())
    tables = {
        name: [c for c in load(folder).metrics if c.where.file.endswith(f"/{name}.csv")]
        for name in ("hand", "transcription")
    }
    for name, claims in tables.items():
        assert len(claims) > 100
        (folder / "collected" / f"{name}.csv").unlink()
        path = keep(claims, "again", case=folder).path
        first = path.read_bytes()
        back = [c for c in load(folder).metrics if c.where.file.endswith("/again.csv")]
        assert sorted(map(without_line, back)) == sorted(map(without_line, claims))
        keep(back, "again", case=folder)
        assert path.read_bytes() == first
        path.rename(folder / "collected" / f"{name}.csv")


def without_line(of: Claim) -> str:
    return repr(replace(of, id=""))


def test_words_that_a_spreadsheet_would_run_are_made_harmless_and_stay_on_one_line(case):
    keep([claim("2025Q1", 1e9, note="=1+1\nsecond\x07line", product="@x")], "made_up", case=case)
    (back,) = (c for c in load(case).metrics if c.where.file.endswith("/made_up.csv"))
    assert (back.note, back.product) == ("'=1+1 second line", "'@x")
    assert as_row(back)["note"] == back.note


# ---- refusals


def told_in_both_languages(error: pytest.ExceptionInfo[LedgerError]) -> bool:
    return all(
        in_both_languages(problem.what) and in_both_languages(problem.repair) for problem in error.value.problems
    )


@pytest.mark.parametrize("columns", [-5, -1, None])
def test_a_persons_file_is_never_overwritten(case, columns):
    path = keep(Q, "made_up", case=case).path
    lines = path.read_text().splitlines()
    mine = "\n".join(",".join(line.split(",")[:columns]) for line in lines) + "\n" if columns else "my notes\n"
    path.write_text(mine)
    with pytest.raises(LedgerError) as refused:
        keep(Q, "made_up", case=case)
    assert told_in_both_languages(refused)
    assert path.read_text() == mine


def test_a_link_is_not_written_through(case, tmp_path):
    path, elsewhere = keep(Q[:2], "made_up", case=case).path, tmp_path / "elsewhere.csv"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    with pytest.raises(LedgerError, match="a link"):
        keep(Q, "made_up", case=case)
    assert elsewhere.read_bytes() == before


@pytest.mark.parametrize(
    "wrong", [{"subject": "acmee"}, {"attribute": "revenu"}, {"period_label": "2025Q7"}, {"status": None}]
)
def test_a_claim_the_case_does_not_understand_is_an_error_and_nothing_changes(case, wrong):
    before = keep(Q, "made_up", case=case).path.read_bytes()
    with pytest.raises(LedgerError):
        keep([*Q, claim("2025Q4", 4e9, **wrong)], "made_up", case=case)
    assert (case / "collected" / "made_up.csv").read_bytes() == before


def test_two_claims_that_fight_over_one_key_are_an_error_naming_both(case):
    with pytest.raises(LedgerError) as refused:
        keep([claim("2025Q1", 1e9, id="a/1"), claim("2025Q1", 2e9, id="a/2")], "made_up", case=case)
    assert "a/1 and a/2" in str(refused.value) and told_in_both_languages(refused)


@pytest.mark.parametrize("name", ["../made_up", "Made", "", "a/b", "1a"])
def test_a_name_that_leads_elsewhere_is_refused(case, name):
    with pytest.raises(LedgerError, match="no name of a connector"):
        keep(Q, name, case=case)


def test_a_shipped_case_is_not_written_to_by_name():
    with pytest.raises(LedgerError, match="--case FOLDER"):
        keep((), "made_up", case="ai")


def test_an_installed_case_is_not_written_to_by_its_path_and_one_in_a_checkout_is(case, monkeypatch):
    monkeypatch.setattr(sys.modules["perpetuum.ledger.keep"], "shipped_cases", lambda: {"small": case})
    with pytest.raises(LedgerError, match="--case FOLDER"):
        keep(Q, "made_up", case=case)
    (case.parent / ".git").mkdir()
    assert keep(Q, "made_up", case=case).path.is_file()


def test_a_folder_without_a_case_is_refused(tmp_path):
    with pytest.raises(LedgerError, match=r"no case\.yaml"):
        keep(Q, "made_up", case=tmp_path)


@pytest.mark.parametrize("when", ["os.fsync", "os.replace"])
@pytest.mark.parametrize("what", [KeyboardInterrupt, OSError])
def test_whatever_interrupts_leaves_the_old_table_and_nothing_beside_it(case, monkeypatch, when, what):
    before = keep(Q, "made_up", case=case).path.read_bytes()

    def stop(*_):
        raise what

    monkeypatch.setattr(when, stop)
    with pytest.raises(what):
        keep([claim("2025Q4", 4e9)], "made_up", case=case)
    monkeypatch.undo()
    assert (case / "collected" / "made_up.csv").read_bytes() == before
    assert sorted(os.listdir(case / "collected")) == sorted(
        {"made_up.csv", *(["series.csv"] if (case / "collected/series.csv").exists() else [])}
    )
