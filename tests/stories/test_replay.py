"""The year 2000 once more, with nothing later known; what came is read only to judge."""

from __future__ import annotations

import dataclasses
import datetime
import io

import numpy as np
import pytest
from rich.console import Console
from scipy.stats import spearmanr

import perpetuum
from perpetuum.core.errors import LedgerError, UnknownName
from perpetuum.ledger import load
from perpetuum.report import study
from perpetuum.report.main_job import run
from perpetuum.report.replay import replay
from perpetuum.report.replay_order import spearman
from perpetuum.report.terminal import draw
from perpetuum.report.views.run import told as told_after_a_run
from tests.report.replay_case import CARRIERS, CASE, DAY, VENDORS, shipped, with_everybody, without_what_came_later

JUDGED = "replay-2000-09"
SURVIVOR = "level_3"  # a carrier without a failure on record


@pytest.fixture(scope="module")
def case():
    return load(CASE)


@pytest.fixture(scope="module")
def told(case):
    return replay(case)


def verdicts(told):
    return {one.criterion.id: one.verdict for one in told.judged}


def judged(told, id):
    return next(one for one in told.judged if one.criterion.id == id)


# What may be known


# By hand, from the tables: what surely stood on 30 September 2000, and what is dated only "2000".
STOOD = {"HT001", "HT003", "HT004", "HT005", "HT006", "HT007", "HT009", "HT020", "HT021", "HT022", "HT029", "HT032"}
PERHAPS = {"HT018", "HT018_order", "HT019", "HT030"}
UNDATED = {"HT002", "HT010", "HT017", "HT027", "HT028", "HT031", "HT033"}


def test_only_what_stood_on_the_day_enters_the_network(case):
    then = case.until(DAY)
    assert set(then.legs_by_id) == STOOD | PERHAPS
    doubts = {one.leg: one.because for one in case.not_then(DAY)}
    assert {leg for leg, because in doubts.items() if because == "perhaps later"} == PERHAPS
    assert {leg for leg, because in doubts.items() if because == "undated"} == UNDATED
    assert set(case.legs_by_id) - STOOD - PERHAPS - UNDATED == {leg for leg, why in doubts.items() if why == "later"}


def test_what_was_owed_at_a_later_default_is_not_what_had_been_drawn(case):
    network = case.opening(JUDGED)
    assert network.promised["HT005", "paid"][0].value == 1.3e9
    assert ("HT001", "paid") not in network.promised
    assert ("HT021", "paid") not in network.promised


def test_no_number_of_a_later_period_enters(case):
    then = case.until(DAY)
    assert all(claim.ended <= DAY for claim in then.metrics)
    labels = {claim.period_label for claim in then.metrics if claim.subject == "cisco"}
    assert "2000Q2" in labels and "2000Q3" not in labels  # its third quarter ended on 28 October
    assert all(collapse.on.last <= DAY for collapse in then.collapses)


def test_taking_away_all_that_came_later_changes_no_draw(told):
    bare = load(without_what_came_later())
    assert len(bare.metrics) < len(load(CASE).metrics)
    criteria = dataclasses.replace(load(CASE).criteria, each=())
    again = replay(dataclasses.replace(bare, criteria=criteria))
    assert again.lived.world.resolved.hash == told.lived.world.resolved.hash
    np.testing.assert_array_equal(again.lived.world.values, told.lived.world.values)
    assert again.lived.falls.keys() == told.lived.falls.keys()
    for firm, falls in told.lived.falls.items():
        np.testing.assert_array_equal(again.lived.falls[firm], falls)


def test_the_judged_scenario_has_nothing_put_in_by_hand(case):
    scenario = case.scenario(JUDGED)
    assert not scenario.shocks
    assert not scenario.included
    assert scenario.opens == DAY
    dates = [change.source.published.last for change in scenario.changes if change.source]
    assert dates
    assert max(dates) <= datetime.date(2000, 12, 31)  # printed later, about the time before


def test_parameters_of_the_case_can_be_computed_again_from_what_was_over(case):
    then, of = case.until(DAY), case.case.parameters
    loans, guarantees = (then.figure(leg, "signed").value for leg in ("HT005", "HT006"))
    drawn, used = (then.figure(leg, "paid").value for leg in ("HT005", "HT006"))
    assert of["loan_share_drawn"].value == pytest.approx(drawn / loans, abs=5e-4)
    assert of["guarantee_share_used"].value == pytest.approx(used / guarantees, abs=5e-3)
    order = then.figure("HT018", "signed").value / then.figure("HT018_order", "signed").value
    assert of["loan_to_order"].value == pytest.approx(order)


# What comes out today


def test_four_criteria_want_more_balance_sheets_and_the_fifth_holds(told):
    assert verdicts(told) == {
        "order_of_failures": "unknown", "vendors_stand": "unknown", "sales_fall": "unknown",
        "vendor_loans_lost": "unknown", "dials_alarm": "holds",
    }  # fmt: skip
    for one in told.judged:
        if one.verdict == "unknown":
            assert one.because is not None
            assert one.criterion.settles is not None


def test_the_fifth_says_that_it_is_in_sample_and_hangs_on_either_dial(told):
    fifth = judged(told, "dials_alarm")
    assert "In-sample" in fifth.criterion.caveat.en
    assert "Without either of them it would fail" in fifth.beside[0].en
    assert "1999 Q4" in fifth.model.en and "2000 Q4" in fifth.model.en


def test_only_firms_with_a_balance_sheet_of_the_time_are_simulated_and_the_others_are_named(told, case):
    firms = set(told.lived.world.cast.firms)
    told_of = {metric: {claim.subject for claim in case.until(DAY).metrics if claim.attribute == metric}
               for metric in ("cash", "total_debt", "revenue")}  # fmt: skip
    assert firms == set.intersection(*told_of.values()) & {*VENDORS, *CARRIERS, SURVIVOR}
    named = {one.firm for one in told.left_out}
    assert named == set(case.case.machine.firms) - firms
    assert all(one.missing for one in told.left_out)


# Entering balance sheets changes the verdicts without touching code


@pytest.fixture(scope="module")
def in_order():
    """Everybody has a balance sheet, and money for as long as it really lasted."""
    return replay(load(with_everybody({carrier: 2.0 + n for n, carrier in enumerate(CARRIERS)})))


@pytest.fixture(scope="module")
def in_reverse():
    return replay(load(with_everybody({carrier: 18.0 - n for n, carrier in enumerate(CARRIERS)}, vendor_growth="-8 %")))


def test_with_balance_sheets_everything_can_be_judged(in_order):
    assert "unknown" not in verdicts(in_order).values()
    assert {one.firm for one in in_order.left_out}.isdisjoint({*VENDORS, *CARRIERS})


def test_whoever_has_less_money_falls_first_and_the_order_is_judged(in_order, in_reverse):
    assert verdicts(in_order)["order_of_failures"] == "holds"
    assert verdicts(in_reverse)["order_of_failures"] == "fails"
    share = judged(in_order, "order_of_failures").share
    falls = np.stack([in_order.lived.falls[carrier] for carrier in CARRIERS], axis=1)
    days = [load(CASE).collapses[2 + n].on.first.toordinal() for n in range(len(CARRIERS))]
    by_scipy = [spearmanr(np.where(np.isfinite(row), row, 99), days).statistic for row in falls[:200]]
    ours = spearman(falls[:200], np.array(days, dtype=float))
    np.testing.assert_allclose(ours, by_scipy, atol=1e-12)
    assert share == pytest.approx(float((spearman(falls, np.array(days, dtype=float)) >= 0.6).mean()))


def test_sales_are_judged_against_the_first_start_and_told_from_the_second(in_order, in_reverse):
    steady, shrinking = judged(in_order, "sales_fall"), judged(in_reverse, "sales_fall")
    # The replay begins in the last quarter of 2000; the year to September 2002 is its fifth to eighth quarter.
    year = np.median(in_order.lived.series["lucent.revenue"][:, 4:8].sum(axis=1))
    assert year == pytest.approx(24e9, rel=0.03)  # 6bn USD a quarter that do not grow
    assert f"−{100 * (1 - year / 38.3e9):.0f} %" in steady.model.en
    assert f"−{100 * (1 - year / 25.8e9):.0f} %" in steady.beside[0].en
    assert steady.verdict == "fails"
    assert shrinking.verdict == "holds"  # 8 quarters of −8 %: about half of 24bn


def test_losses_are_those_of_loans_to_whoever_fell(in_order):
    one, lived = judged(in_order, "vendor_loans_lost"), in_order.lived
    lost = lived.series["lucent.vendor_loans_lost"].sum(axis=1)
    drawn = lived.series["lucent.vendor_financing_drawn"][:, -1]
    fell = np.isfinite(lived.falls["winstar"])
    assert (lost[~fell] == 0.0).all()
    assert (lost <= drawn * (1 + 1e-9)).all()
    inside = ((lost / drawn >= 0.33) & (lost / drawn <= 0.8)).mean()
    assert one.share == pytest.approx(float(inside))


def test_nobody_who_stands_is_said_to_fall(in_order):
    assert judged(in_order, "vendors_stand").verdict == "holds"
    assert judged(in_order, "vendors_stand").share == 1.0


def test_the_same_question_has_the_same_answer(told, case):
    again = replay(case)
    for firm, falls in told.lived.falls.items():
        np.testing.assert_array_equal(again.lived.falls[firm], falls)


# Bad input


def broken(**lines):
    files = shipped()
    text = files["criteria.yaml"].decode()
    for before, after in lines.values():
        assert before in text
        text = text.replace(before, after, 1)
    files["criteria.yaml"] = text.encode()
    with pytest.raises(LedgerError) as caught:
        load(files)
    return caught.value.problems


def test_every_fault_of_the_criteria_is_told_at_once_with_its_line():
    problems = broken(
        group=("group: vendors", "group: vendros"), low=("low: -80 %", "low: -20 %"),
        finding=("sales_fell_lucent,", "sales_fel_lucent,"), least=("least: 0.6", "by: 2001-01-01"),
    )  # fmt: skip
    told = "\n".join(str(problem) for problem in problems)
    assert "did you mean `vendors`" in told
    assert "low is above high" in told
    assert "did you mean `sales_fell_lucent`" in told
    assert "needs `least`" in told and "does not ask for `by`" in told
    assert all("criteria.yaml" in problem.where.file and problem.where.line > 1 for problem in problems)


def test_a_scenario_with_a_shock_may_not_be_judged():
    files = shipped()
    files["scenarios/replay-2000-09.yaml"] += b"shocks:\n  - {at: 2001Q2, target: winstar, do: default}\n"
    with pytest.raises(LedgerError) as caught:
        load(files)
    (problem,) = caught.value.problems
    assert "put in by hand" in problem.what.en


def test_a_scenario_opens_at_the_close_of_a_quarter():
    files = shipped()
    files["scenarios/base.yaml"] = files["scenarios/base.yaml"].replace(b"opens: 2000-09-30", b"opens: 2000-09-15")
    with pytest.raises(LedgerError) as caught:
        load(files)
    assert any("closes no quarter" in problem.what.en for problem in caught.value.problems)


def test_a_case_without_criteria_is_not_replayed():
    assert replay(perpetuum.load("ai")) is None


def test_a_day_beyond_the_simulated_quarters_is_refused():
    problems = broken(short=("quarters: 13", "quarters: 5"))
    assert {problem.path for problem in problems} >= {"criteria.1.by", "criteria.2.by", "criteria.3.by"}
    assert all("is not among the 5 quarters" in problem.what.en for problem in problems)


def test_a_judged_scenario_takes_in_nothing_by_hand():
    files = shipped()
    files["scenarios/replay-2000-09.yaml"] += b"changes:\n  - {leg: HT008, include: true}\n"
    with pytest.raises(LedgerError) as caught:
        load(files)
    assert any("takes in legs" in problem.what.en for problem in caught.value.problems)


def test_without_readings_the_dials_are_unknown_and_not_failed(case):
    bare = replay(dataclasses.replace(case, metrics=()))
    assert verdicts(bare)["dials_alarm"] == "unknown"


def test_loans_that_are_a_small_part_of_what_was_drawn_judge_nothing():
    files = with_everybody({carrier: 2.0 + n for n, carrier in enumerate(CARRIERS)})
    base = files["scenarios/base.yaml"]
    assert b"1bn USD" in base
    files["scenarios/base.yaml"] = base.replace(
        b"set: HT001.opening_drawn\n  to: 1bn USD", b"set: HT001.opening_drawn\n  to: 0.5bn USD"
    )
    assert files["scenarios/base.yaml"] != base
    assert verdicts(replay(load(files)))["vendor_loans_lost"] == "unknown"


# Beside the judged one


def test_books_measured_later_arrive_and_change_nothing_because_their_customers_are_pools(case, told):
    later = case.opening("replay-late-balances")
    assert {"HT008", "HT012", "HT013"} <= {leg.id for leg in later.every}
    assert not {"HT008", "HT012", "HT013"} & {leg.id for leg in case.opening(JUDGED).every}
    folded = {one.leg for one in told.beside["replay-late-balances"].world.folded}
    assert {"HT008", "HT012", "HT013"} <= folded


def test_where_the_market_shuts_carriers_fall_sooner(told):
    shut = told.beside["replay-funding-stop"]
    sooner = [firm for firm in told.lived.falls if (shut.falls[firm] < told.lived.falls[firm]).any()]
    assert sooner
    assert all((shut.falls[firm] <= told.lived.falls[firm]).mean() > 0.9 for firm in sooner)


def test_a_vendor_opens_with_the_sales_it_reported_and_sells_nothing_twice(told):
    world = told.lived.world
    for vendor, reported in (("nortel", 7.31e9), ("cisco", 5.72e9)):
        first = world.history(-1)[0]
        sold = sum(first.flow[0, n] for n, leg in enumerate(world.legs)
                   if leg.payee == vendor and leg.kind in ("chips", "other_chips"))  # fmt: skip
        assert sold == pytest.approx(reported * 1.05, rel=0.02)  # 5 % of assumed growth, and dearer or cheaper chips


def test_every_opening_balance_stands_in_a_page_of_the_time(told):
    for one in told.lived.world.filled:
        for figure in one.figures:
            assert figure.chosen.ended <= DAY
            assert figure.chosen.known_from.year == 2000


def test_a_reader_of_that_october_could_not_have_opened_on_reports_of_november(case):
    early = study(case, asof="2000-10-15", futures=5).simulated
    assert {"winstar", "williams_communications"}.isdisjoint(early.run.entities)
    assert {"worldcom", "cisco"} <= set(early.run.entities)


# How it is told


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    return run(CASE, scenario=JUDGED, out=tmp_path_factory.mktemp("out"), futures=200)


@pytest.mark.parametrize(("language", "word"), [("en", "holds"), ("zh", "成立")])
def test_the_main_job_prints_the_five_criteria_with_what_happened_beside_the_model(done, language, word):
    out = io.StringIO()
    Console(file=out, width=120).print(draw(told_after_a_run(done), language))
    words = " ".join(out.getvalue().split())
    for one in done.study.replay.judged:
        assert one.criterion.name.in_language(language)[:20] in words
    assert word in words
    assert "−67.8 %" in words  # what happened, beside what cannot be judged


def test_every_criterion_is_a_finding_of_one_kind_and_a_failure_is_not_hidden(done):
    found = {each.id: each for each in done.told if each.id.startswith("replay_")}
    assert len(found) == 5
    for one in done.study.replay.judged:
        finding = found[f"replay_{one.criterion.id}"]
        assert (finding.knowledge == "we do not know") == (one.verdict == "unknown")
        assert finding.value["verdict"] == one.verdict


def test_the_page_of_the_replay_lists_whoever_is_not_simulated(done):
    words = (done.folder / "report.html").read_text(encoding="utf-8")
    assert 'id="replay"' in words
    assert "Lucent Technologies" in words.partition('id="replay"')[2].partition("</section>")[0]


def test_a_date_on_which_the_end_was_not_known_is_not_judged(case):
    assert study(case, asof="2001-06-30", futures=10).replay is None
    assert study(case, futures=10, scenario="replay-funding-stop", at="latest", asof="latest").replay is None


def test_an_unknown_scenario_is_told_before_anything_is_measured():
    with pytest.raises(UnknownName, match="replay-2000-09"):
        run(CASE, scenario="replay-2000-90")
