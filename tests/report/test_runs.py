"""A simulation on disk: tables that can be read back, a manifest that names every number, all of it or nothing."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.core.errors import PerpetuumError
from perpetuum.ledger import load
from perpetuum.report import runs
from perpetuum.report.machine_chances import asked_years, half_by
from perpetuum.report.machine_facts import facts
from perpetuum.report.machine_question import Question, answer, focal, with_sets
from perpetuum.report.machine_replay import read_draw
from perpetuum.report.machine_terminal import scaled
from perpetuum.report.machine_verb import simulate
from perpetuum.report.views.machine_words import of_futures, with_error
from tests.report.made_machine import machine_case

FEW = Question(draws=6, quarters=8, against="gloom")


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return machine_case(tmp_path_factory.mktemp("cases") / "small")


@pytest.fixture(scope="module")
def ledger(case):
    return load(case)


@pytest.fixture(scope="module")
def run(ledger):
    return answer(ledger, ledger.network(stage="signed"), FEW)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


# ---- tables


def test_every_number_of_the_series_can_be_read_back_to_the_last_bit(run):
    rows = rows_of(runs.tables(run)["series.csv"])
    wanted = run.band("lab.cash", "neutral")
    read = [row for row in rows if (row["scenario"], row["entity"], row["metric"]) == ("neutral", "lab", "cash")]
    assert [row["quarter"] for row in read] == [str(quarter) for quarter in run.quarters]
    assert [float(row["q50"]) for row in read] == wanted.quantile[2].tolist()
    assert [float(row["central"]) for row in read] == wanted.central.tolist()
    assert {row["futures"] for row in read} == {"6"}


def test_the_series_hold_scenarios_and_differences(run):
    labels = {row["scenario"] for row in rows_of(runs.tables(run)["series.csv"])}
    assert labels == {"neutral", "gloom", "neutral-without-vendor-money", "gloom − neutral",
                      "neutral-without-vendor-money − neutral"}  # fmt: skip


def test_written_balance_sheets_balance(run):
    assets = {"cash", "receivables", "prepaid", "equipment", "buildings", "holdings", "loans", "other_assets"}
    sums: dict[tuple[str, str, str], float] = {}
    for row in rows_of(runs.tables(run)["balance.csv"]):
        sheet = row["scenario"], row["close_of"], row["entity"]
        sums[sheet] = sums.get(sheet, 0.0) + (1 if row["account"] in assets else -1) * float(row["usd"])
    assert len({close for _, close, _ in sums}) == 9
    assert max(abs(total) for total in sums.values()) < 1.0


def test_written_flows_move_the_written_cash_of_the_labs_customers_and_suppliers(run):
    content = runs.tables(run)
    flows = [row for row in rows_of(content["flows.csv"]) if (row["scenario"], row["quarter"]) == ("neutral", "2026Q3")]
    came = sum(float(row["usd"]) for row in flows if row["payee"] == "lab")
    went = sum(float(row["usd"]) for row in flows if row["payer"] == "lab")
    cash = {
        row["close_of"]: float(row["usd"])
        for row in rows_of(content["balance.csv"])
        if (row["scenario"], row["entity"], row["account"]) == ("neutral", "lab", "cash")
    }
    assert cash["2026Q3"] - cash["2026Q2"] == pytest.approx(came - went, abs=1.0)


def test_every_assumption_is_written_with_its_reason_in_both_languages(run):
    rows = [row for row in rows_of(runs.tables(run)["assumptions.csv"]) if row["scenario"] == "neutral"]
    assert {row["parameter"] for row in rows} == {stated.address for stated in run.worlds[0].resolved.stated}
    assert all(row["because"] and row["because_zh"] and row["says"] and row["says_zh"] for row in rows)


def test_the_event_that_a_scenario_orders_is_written(run):
    rows = rows_of(runs.tables(run)["events.csv"])
    fell = [row for row in rows if (row["scenario"], row["event"], row["subject"]) == ("gloom", "default", "lab")]
    assert [row["quarter"] for row in fell if float(row["for_the_first_time"]) == 1.0] == ["2027Q2"]


def test_the_same_tables_come_as_parquet_where_it_can_be_written(run):
    parquet = pytest.importorskip("pyarrow.parquet")
    read = parquet.read_table(io.BytesIO(runs.tables(run)["series.parquet"])).to_pydict()
    written = rows_of(runs.tables(run)["series.csv"])
    assert [None if row["q50"] == "" else float(row["q50"]) for row in written] == read["q50"]


# ---- what it was made from


def test_the_manifest_names_every_file_by_its_content_and_goes_last(ledger, case, tmp_path):
    done = simulate(ledger, FEW, out=tmp_path / "run", case=case)
    papers = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert papers["schema"] == "perpetuum/manifest/1"
    for one in papers["what_came_out"]:
        content = (tmp_path / "run" / one["file"]).read_bytes()
        assert (one["bytes"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        if one["file"].endswith(".csv"):
            assert one["rows"] == len(rows_of(content))
    what = papers["what"]
    assert (what["case_id"], what["case_hash"], what["first"]) == ("triangle", ledger.hash, "2026Q1")
    assert what["scenarios"] == dict(done.run.origin.scenarios)
    assert Question(**{**what["question"], "sets": tuple(what["question"]["sets"])}) == FEW
    assert what["parameters"]["lab.opening_cash"] == 30e9
    assert papers["how_it_went"]["status"]["gloom"] == {"settled": 6, "not_settled": 0, "broken": 0}


def test_another_seed_makes_other_files_and_the_same_seed_the_same(ledger, run):
    network = ledger.network(stage="signed")
    same, other = (answer(ledger, network, dataclasses.replace(FEW, seed=seed)) for seed in (0, 1))
    assert runs.tables(same) == runs.tables(run)
    assert runs.tables(other)["series.csv"] != runs.tables(run)["series.csv"]


def test_a_case_that_changed_since_is_named(case, tmp_path, ledger):
    simulate(ledger, Question(draws=2, quarters=4), out=tmp_path, case=case)
    papers = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    papers["what"]["case_hash"] = "0" * 64
    papers["with_what"]["numpy"] = "1.0"
    (tmp_path / "manifest.json").write_text(json.dumps(papers), encoding="utf-8")
    made = runs.rerun(tmp_path / "manifest.json")
    assert made.is_identical
    assert [part for part, _, _ in made.changed] == ["case_hash", "numpy"]


def test_a_file_that_cannot_be_made_here_is_said_to_be_not_compared(case, tmp_path, ledger):
    simulate(ledger, Question(draws=2, quarters=4), out=tmp_path, case=case)
    papers = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    papers["what_came_out"].append({"file": "series.orc", "sha256": "0" * 64})
    (tmp_path / "manifest.json").write_text(json.dumps(papers), encoding="utf-8")
    assert runs.rerun(tmp_path / "manifest.json").not_compared == ("series.orc",)


def test_an_interrupted_run_is_made_again_up_to_where_it_stopped(case, tmp_path, ledger):
    def press(done: int, total: int, left: float | None) -> None:
        if done == 4:
            raise KeyboardInterrupt

    done = simulate(ledger, Question(draws=10, quarters=4, chunk=2), out=tmp_path, case=case, progress=press)
    assert (done.run.done, done.run.is_whole) == (4, False)
    made = runs.rerun(tmp_path / "manifest.json")
    assert (made.run.done, made.is_identical) == (4, True)


def test_interrupted_before_anything_is_done_says_so(ledger):
    def press(done: int, total: int, left: float | None) -> None:
        raise KeyboardInterrupt

    done = simulate(ledger, Question(draws=10, quarters=4, against="gloom"), progress=press)
    assert done.run.done == 0
    assert any("nothing can be told" in getattr(block, "text", block).en for block in done.blocks)


@pytest.mark.parametrize("broken", ["draws", "scenario", "sets", "threads_of_a_later_version"])
def test_a_question_that_cannot_be_read_is_refused(case, tmp_path, ledger, broken):
    simulate(ledger, Question(draws=2, quarters=4), out=tmp_path, case=case)
    papers = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    papers["what"]["question"][broken] = None
    (tmp_path / "manifest.json").write_text(json.dumps(papers), encoding="utf-8")
    with pytest.raises(PerpetuumError, match="missing or not what it should be"):
        runs.rerun(tmp_path / "manifest.json")


# ---- facts


def test_the_engine_of_the_loop_is_the_one_told_about(ledger):
    assert focal(ledger, ledger.case.machine) == "lab"


def test_chances_are_counts_of_futures(ledger, run):
    found = facts(ledger, run, "lab", ())
    closed = [
        any(event == ("gap_closed", "lab") for event in ((e, s) for e, s, _ in run.happened_in(draw)))
        for draw in range(run.done)
    ]
    assert found.chances[-1].share == pytest.approx(np.mean(closed))


def test_who_falls_first_agrees_with_every_future_told_alone(ledger, run):
    found = facts(ledger, run, "lab", ()).against
    assert found is not None
    fell = [
        {s: q for e, s, q in reversed(run.happened_in(draw, "gloom")) if e == "default"} for draw in range(run.done)
    ]
    for fall in found[0].firms:
        assert fall.share == pytest.approx(np.mean([fall.firm in each for each in fell]))
        firsts = [fall.firm in each and each[fall.firm] == min(each.values()) for each in fell]
        assert fall.first == pytest.approx(np.mean(firsts))
    assert {fall.firm for fall in found[0].firms} == set().union(*fell)


def test_what_cannot_be_read_as_a_last_word_is_left_to_be_refused(ledger):
    scenario, unread = with_sets(ledger.scenario("calm"), ["lab.churn=2 %", "lab.churn", "lab.churn=much"])
    assert scenario.changes[-1].target == "lab.churn"
    assert unread == ("lab.churn", "lab.churn=much")


@pytest.mark.parametrize("said", ["-1", "1.5", "", "all"])
def test_what_is_no_number_of_a_future_is_refused(said):
    with pytest.raises(PerpetuumError, match="is no future"):
        read_draw(said)


def test_none_and_all_are_words_and_anything_between_has_its_error():
    assert of_futures(0.0, 50).en == "none of 50 futures"
    assert of_futures(1.0, 50).en == "all 50 futures"
    assert of_futures(0.5, 10_000).en == "50\u202f% (±\u202f1\u202f%) of 10,000 futures"


def test_a_share_of_all_or_of_none_has_no_error_to_tell():
    assert (with_error(0.0, 50).en, with_error(1.0, 50).en) == ("0\u202f%", "100\u202f%")


@given(st.lists(st.integers(0, 19), min_size=1, max_size=60))
def test_half_of_those_that_happen_have_happened_by_the_middle_one(quarters):
    counts = np.bincount(quarters, minlength=20)
    wanted = sorted(quarters)[(len(quarters) - 1) // 2]
    assert half_by(counts.astype(float)) == wanted
    assert half_by(counts / 2_000) == wanted  # shares are sums of fractions, and rounding moves no quarter
    assert half_by(np.zeros(20)) is None


def test_people_ask_of_whole_years_and_of_the_last_quarter_where_there_are_too_few(run, ledger):
    assert asked_years(run) == run.quarters[-1:]
    longer = answer(ledger, ledger.network(stage="signed"), Question(draws=1, quarters=21))
    assert [str(quarter) for quarter in asked_years(longer)] == ["2028Q4", "2030Q4"]


def test_dollars_of_a_table_are_scaled_by_language():
    assert (scaled(2.5e9, "USD").en, scaled(2.5e9, "USD").zh) == ("2.5", "25")
    assert scaled(float("nan"), "USD").en == "–"
