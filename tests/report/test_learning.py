"""What was known on a date decides everything computed as of that date, and the verbs say what they lack."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np
import pytest

import perpetuum
from perpetuum.core.cast import Cast
from perpetuum.core.claim import Claim
from perpetuum.core.errors import ScenarioError, SeriesError, UnknownName
from perpetuum.core.quantity import Quantity
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.ledger import load
from perpetuum.report.hindcast import (
    HINDSIGHT,
    LAG,
    MACHINE,
    PLAN,
    RIVALS,
    Opened,
    dates_of,
    hindcast,
    of_machine,
    opening_on,
    plan,
    score,
)  # fmt: skip
from perpetuum.report.hindcast_tables import ALL, by_ahead, by_metric, by_series, files
from perpetuum.report.learning import Ask, as_known, calibrate, opening_of
from perpetuum.report.learning_files import save
from perpetuum.report.reported import ANY, METRIC, OWN, errors_of, observed_of, series_of
from perpetuum.report.views import calibrated as view
from perpetuum.report.views import hindcast as hindcast_view

DATE = datetime.date(2026, 6, 14)
SMALL = Ask(draws=1500, rounds=2, asof=DATE.isoformat())


@pytest.fixture(scope="module")
def ledger():
    return perpetuum.load("ai")


@pytest.fixture(scope="module")
def done(ledger):
    return calibrate(ledger, SMALL)


@pytest.fixture(scope="module")
def scored(ledger):
    return hindcast(ledger, draws=1500)


def otherwise_after(ledger, day):
    """The same case, in which everything that became known after a day says something else."""

    def other(claim: Claim) -> Claim:
        if claim.known_from <= day:
            return claim
        return dataclasses.replace(claim, says=dataclasses.replace(claim.says, value=claim.says.value * 3.7))

    deals = tuple(
        dataclasses.replace(deal, legs=tuple(
            dataclasses.replace(leg, amounts=tuple(other(claim) for claim in leg.amounts)) for leg in deal.legs))
        for deal in ledger.deals
    )  # fmt: skip
    return dataclasses.replace(ledger, metrics=tuple(other(claim) for claim in ledger.metrics), deals=deals)


def without_after(ledger, day):
    """The same case, in which what became known after a day is not there at all."""
    return dataclasses.replace(ledger, metrics=tuple(one for one in ledger.metrics if one.known_from <= day))


@pytest.mark.parametrize("change", [otherwise_after, without_after])
def test_nothing_known_later_changes_a_calibration(ledger, done, change):
    changed = change(ledger, DATE)
    assert changed.panel(None).cells != ledger.panel(None).cells
    again = calibrate(changed, SMALL).posterior
    np.testing.assert_array_equal(again.weights, done.posterior.weights)
    np.testing.assert_array_equal(again.values, done.posterior.values)
    assert again.learned == done.posterior.learned


@pytest.mark.parametrize("quarter", ["2024Q4", "2026Q1"])
def test_nothing_known_later_changes_a_forecast(ledger, scored, quarter):
    date = Quarter.parse(quarter)
    day = date.last + datetime.timedelta(days=LAG)
    again = hindcast(otherwise_after(ledger, day), draws=1500, since=date)
    told = [{(s.series, s.quarter, s.model): (s.middle, s.low, s.high) for s in run.scores if s.date == date}
            for run in (scored, again)]  # fmt: skip
    assert told[0] == told[1] != {}
    came = [{(s.series, s.quarter): s.came for s in run.scores if s.date == date} for run in (scored, again)]
    assert came[0] != came[1]


def test_what_was_known_then_does_change_it(ledger, done):
    earlier = otherwise_after(ledger, DATE - datetime.timedelta(days=60))
    assert calibrate(earlier, SMALL).posterior.log_evidence != done.posterior.log_evidence


def test_every_observed_number_was_out_by_then_and_is_the_ledgers(ledger, done):
    panel = ledger.panel(DATE)
    seen = [one.observed for one in done.posterior.fitted]
    assert len(seen) >= 10
    for one in seen:
        firm, _, metric = one.series.rpartition(".")
        assert one.quarter >= Quarter(2026, 1)
        assert done.series[one.series].known_from(one.quarter) <= DATE
        if metric in ("revenue", "capex", "total_debt"):
            assert one.value == panel.value(firm, metric, one.quarter)


def test_cash_has_the_parts_its_opening_has(ledger):
    panel, cast = ledger.panel(), ledger.network().cast
    opening = opening_of(ledger, "neutral") + -1
    for id, series in series_of(panel, cast, opening).items():
        if series.metric == "cash":
            both = panel.figure(series.firm, "marketable_securities", opening) is not None
            assert (len(series.parts) == 2) == both, id
            for quarter, value in series.numbers.items():
                parts = [panel.value(series.firm, name, quarter) for name in series.parts]
                assert value == sum(parts)


def test_an_error_is_the_scatter_of_past_changes_and_short_series_borrow(ledger):
    known = series_of(ledger.panel(DATE), ledger.network().cast, Quarter(2025, 4))
    errors = errors_of(known)
    assert {one.basis for one in errors.values()} >= {OWN, METRIC}
    long = next(id for id, one in errors.items() if one.basis == OWN and one.error > 0.03)
    row = known[long].row()[-9:]
    assert errors[long].error == pytest.approx(np.std(np.diff(np.log(row)), ddof=1))
    short = next(id for id, one in errors.items() if one.basis == METRIC)
    alike = [one.error for id, one in errors.items() if one.basis == OWN and known[id].metric == known[short].metric]
    assert errors[short].error == max(alike)
    assert min(one.error for one in errors.values()) >= 0.02
    lone = {id: one for id, one in known.items() if id in (long, short)}
    assert known[long].metric != known[short].metric
    assert errors_of(lone)[short].basis == ANY
    assert observed_of(known, {}, Quarter(2026, 1)) == ()


def test_a_calibration_is_told_in_both_languages(ledger, done):
    from perpetuum.report.blocks import Paragraph, Table

    blocks = view.told(ledger, done)
    tables = [block for block in blocks if isinstance(block, Table)]
    assert len(tables[-1].rows) == len(done.posterior.fitted)
    lead = next(block for block in blocks if isinstance(block, Paragraph))
    assert str(round(done.posterior.effective)) in lead.text.en
    assert str(round(done.posterior.effective)) in lead.text.zh
    told = view.result(ledger, done)
    assert told["status"] == done.posterior.status
    assert {row["address"] for row in told["parameters"]} == {one.address for one in done.posterior.learned}


@pytest.fixture(scope="module")
def few(ledger):
    """Few parameters by name; all others are averaged over."""
    free = ("openai.opening_users", "coreweave.opening_gw", "chip_cost")
    return Ask(asof=DATE.isoformat(), draws=3000, free=free)


def test_the_same_question_writes_the_same_bytes_and_a_scenario_that_loads(ledger, few, tmp_path):
    from perpetuum.ledger.write import write_case

    done = calibrate(ledger, few)
    assert done.posterior.status == "enough", done.posterior.effective
    names = save(tmp_path / "one", ledger, "ai", done)
    save(tmp_path / "two", ledger, "ai", calibrate(ledger, few))
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert set(names) >= {"parameters.csv", "fit.csv", "futures.csv", "manifest.json"}
    case = tmp_path / "ai"
    for path, content in write_case("ai").items():
        (case / path).parent.mkdir(parents=True, exist_ok=True)
        (case / path).write_bytes(content)
    file = f"{done.scenario.id}.yaml"
    (case / "scenarios" / file).write_bytes((tmp_path / "one" / file).read_bytes())
    again = load(str(case)).scenario(done.scenario.id)
    told = {one.of: one for one in again.spreads}
    for one in done.scenario.spreads:
        for end in ("sd", "low", "high"):
            wanted, found = getattr(one, end), getattr(told[one.of], end)
            assert (wanted is None) == (found is None)
            if wanted is not None:
                assert getattr(found, "value", found) == pytest.approx(wanted.value, rel=1e-9)
    one = save(tmp_path / "alone.yaml", ledger, "ai", done)
    assert one == ("alone.yaml",)


def test_a_date_before_the_first_number_says_when_the_first_came(ledger):
    with pytest.raises(SeriesError) as caught:
        calibrate(ledger, Ask(asof="2026-01-05"))
    assert "needs 3 numbers of simulated firms, has 0" in str(caught.value)
    assert "choose a date from" in str(caught.value)
    assert "需要 3 個" in caught.value.in_language("zh")


def test_a_case_without_enough_history_says_what_it_has(ledger):
    end = datetime.date(2026, 1, 20)
    early = tuple(one for one in ledger.metrics if one.period is None or one.period.last < end)
    bare = dataclasses.replace(ledger, metrics=early)
    with pytest.raises(SeriesError, match="The case has 0 of them"):
        calibrate(bare, SMALL)


def test_unknown_names_are_refused(ledger):
    with pytest.raises(UnknownName, match="neutral"):
        calibrate(ledger, dataclasses.replace(SMALL, scenario="neutrla"))
    with pytest.raises(ScenarioError) as caught:
        calibrate(ledger, dataclasses.replace(SMALL, free=("openai.chrun", "imitatoin")))
    assert len(caught.value.problems) == 2
    with pytest.raises(ScenarioError, match="spreads no parameter"):
        calibrate(ledger, dataclasses.replace(SMALL, scenario="base"))


def test_contracts_that_nobody_knew_of_take_no_part(ledger):
    early = ledger.opening("neutral", asof=datetime.date(2026, 3, 16))
    whole = ledger.scenario("neutral")
    known = as_known(ledger, whole, early)
    assert len(known.changes) < len(whole.changes)
    assert as_known(ledger, whole, ledger.opening("neutral", asof=ledger.case.newest)) == whole


# ---- hindcast


def test_dates_end_with_the_last_quarter_whose_reports_can_be_in():
    newest = datetime.date(2026, 9, 16)
    dates = dates_of(newest, None)
    assert (str(dates[0]), str(dates[-1]), len(dates)) == ("2023Q4", "2026Q2", 11)
    assert dates[-1].last + datetime.timedelta(days=LAG) <= newest
    assert str(dates_of(datetime.date(2026, 9, 12), None)[-1]) == "2026Q1"
    with pytest.raises(SeriesError, match="no quarter end"):
        dates_of(newest, Quarter(2026, 3))


def test_no_forecast_is_of_a_number_that_was_known(ledger, scored):
    for day in {one.asof for one in scored.scores}:
        date = next(one.date for one in scored.scores if one.asof == day)
        known = series_of(ledger.panel(day), ledger.network().cast, date)
        for one in scored.scores:
            if one.asof == day:
                assert one.quarter > known[one.series].last
                assert 1 <= one.ahead <= 8


def test_rivals_forecast_from_the_last_number_known(ledger, scored):
    one = next(s for s in scored.scores if s.model == "last" and s.ahead == 3)
    known = series_of(ledger.panel(one.asof), ledger.network().cast, one.date)[one.series]
    assert one.middle == pytest.approx(known.numbers[known.last], rel=0.01)
    assert {s.model for s in scored.scores} >= set(RIVALS)


def test_the_machine_forecasts_only_from_openings_that_were_known(ledger, scored):
    status = {one.date: one.status for one in scored.dates}
    first = opening_of(ledger, "neutral")
    assert [date for date in status if date < first + -1 and status[date] != "unknown"] == []
    newest_document = max(
        one.source.published.last for one in ledger.scenario("neutral").changes if one.source and one.source.published
    )
    for one in scored.dates:
        if one.status == "known":
            assert one.asof >= newest_document
        elif one.date >= first + -1:
            assert one.asof < newest_document
    for one in scored.scores:
        if one.model in (MACHINE, HINDSIGHT):
            assert status[one.date] == {MACHINE: "known", HINDSIGHT: "hindsight"}[one.model]
    assert any(one.model == HINDSIGHT for one in scored.scores)


@pytest.mark.parametrize("is_learned", [True, False])
def test_a_forecast_of_the_machine_says_what_will_be_reported_and_not_only_what_the_model_has(ledger, is_learned):
    """Also where nothing was learned yet: the model's numbers alone would be far too narrow."""
    end = datetime.date(2026, 1, 31)
    early = tuple(one for one in ledger.metrics if one.period is None or one.period.last < end)
    told_of = ledger if is_learned else dataclasses.replace(ledger, metrics=early)
    opened = Opened(date=Quarter(2026, 1), asof=DATE, status="known", because=both("x", "x"))
    cells = [("microsoft.capex", Quarter(2026, 2)), ("microsoft.capex", Quarter(2026, 3))]
    told, samples = of_machine(told_of, SMALL, opened, cells)
    assert (told.learned_from > 10) == is_learned
    errors = errors_of(series_of(told_of.panel(DATE), ledger.network().cast, Quarter(2025, 4)))
    wide = [np.log(samples[cell][0]).std() for cell in cells]
    assert errors["microsoft.capex"].error < wide[0] < wide[1] < 1.0


def test_a_balance_is_known_from_the_report_in_which_it_stood_first(ledger):
    """NVIDIA's year ended in January 2026: the annual report is of 25 February, and that of May repeats it."""
    known, opening = ledger.panel(datetime.date(2026, 2, 25)), Quarter(2025, 4)
    for metric in ("cash", "marketable_securities", "total_debt", "ppe_net", "net_income"):
        assert known.value("nvidia", metric, opening) == ledger.panel().value("nvidia", metric, opening)
        assert ledger.panel(datetime.date(2026, 2, 24)).figure("nvidia", metric, opening) is None
    assert (
        opening_on(ledger, ledger.scenario("neutral"), opening, datetime.date(2026, 3, 16), None).status == "hindsight"
    )


def test_a_value_that_stands_in_a_later_document_is_not_known(ledger):
    scenario = ledger.scenario("neutral")
    for day, status in ((datetime.date(2026, 6, 21), "hindsight"), (datetime.date(2026, 6, 22), "known")):
        assert opening_on(ledger, scenario, Quarter(2026, 1), day, None).status == status


def test_a_plan_on_record_is_the_newest_one_known(ledger):
    claim = next(one for one in ledger.metrics if one.status == "guidance" and one.attribute == "revenue"
                 and one.period_label and "Q" in one.period_label)  # fmt: skip
    quarter, series = Quarter.parse(claim.period_label), f"{claim.subject}.revenue"
    later = dataclasses.replace(claim, says=Quantity(1.0, "USD"), known_from=claim.known_from + datetime.timedelta(9))
    two = dataclasses.replace(ledger, metrics=(*ledger.metrics, later))
    day = datetime.timedelta(days=1)
    assert plan(two, series, quarter, claim.known_from - day) is None
    assert plan(two, series, quarter, claim.known_from)[0] == [claim.says.value]
    assert plan(two, series, quarter, later.known_from)[0] == [1.0]
    one = score(Quarter(2026, 1), DATE, series, quarter, PLAN, plan(two, series, quarter, later.known_from), 3.0)
    assert (one.crps, one.is_covered, one.low) == (2.0, None, None)


def test_sums_are_over_the_numbers_that_both_forecast(scored):
    for row in by_series(scored):
        own = {(s.date, s.quarter): s for s in scored.scores if (s.series, s.model) == (row.group, row.model)}
        assert row.count == len(own)
        assert row.crps == pytest.approx(np.mean([s.crps / s.came for s in own.values()]))
        if row.rival is None:
            continue
        theirs = {(s.date, s.quarter): s for s in scored.scores if (s.series, s.model) == (row.group, row.rival)}
        both = set(own) & set(theirs)
        assert row.shared == len(both)
        means = [np.mean([of[cell].crps / of[cell].came for cell in sorted(both)]) for of in (own, theirs)]
        assert row.ratio == pytest.approx(means[0] / means[1])
    assert sum(row.count for row in by_ahead(scored)) == len(scored.scores)
    assert sum(row.count for row in by_metric(scored) if row.group == ALL) == len(scored.scores)


def test_a_hindcast_is_told_and_filed_whole(ledger, scored):
    from perpetuum.report.blocks import Table

    tables = [block for block in hindcast_view.told(ledger, scored) if isinstance(block, Table)]
    assert len(tables) >= 5
    assert len(hindcast_view.result(scored)["dates"]) == len(scored.dates)
    made = files(scored)
    assert made["scores.csv"].count(b"\n") == len(scored.scores) + 1
    assert set(made) == {"scores.csv", "series.csv", "metrics.csv", "ahead.csv", "dates.csv"}


def test_firms_of_which_nothing_is_known_have_no_series(ledger):
    cast = Cast(gears=("nobody",), users="u", suppliers="s", investors="i", lenders="l")
    assert series_of(ledger.panel(), cast, Quarter(2025, 4)) == {}


def test_a_date_before_the_first_number_is_refused_with_the_first(ledger):
    with pytest.raises(SeriesError, match="1996Q1"):
        hindcast(ledger, since=Quarter(1950, 1), machine=False)


def test_a_case_that_is_over_is_hindcast_to_its_end_and_the_machine_only_in_hindsight():
    telecom = perpetuum.load("telecom-2000")
    done = hindcast(telecom, since=Quarter(2001, 4), draws=200)
    assert done.dates[-1].date == Quarter(2003, 3)
    assert {one.status for one in done.dates} == {"hindsight"}
    scored = {one.series for one in done.scores if one.model == "hindsight"}
    assert "cisco.revenue" in scored
    assert not any(series.startswith("lucent.") for series in scored)  # of it no opening is known
