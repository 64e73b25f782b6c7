"""What one must believe for a published plan to come true, and when the money would stop running out."""

from __future__ import annotations

import csv
import io
from importlib import resources

import pytest
import yaml

import perpetuum
from perpetuum.core.when import Quarter
from perpetuum.machine.calibrate import Central, limited
from perpetuum.machine.columns import FALLEN
from perpetuum.machine.simulate import simulate
from perpetuum.machine.years import by_year, turns_positive

BN = 1e9
FIRST = Quarter(2026, 1)
VINTAGES = {"plan-2025q1": "2025Q1", "plan-2025q3": "2025Q3", "plan-2026q1": "2026Q1"}
PLANS = (*VINTAGES, "hsbc-2025")
YEARS = range(2026, 2031)
CASE = resources.files("perpetuum") / "cases" / "ai"


@pytest.fixture(scope="module")
def ledger():
    return perpetuum.load("ai")


@pytest.fixture(scope="module")
def network(ledger):
    return ledger.network(at="newest", stage="signed")


@pytest.fixture(scope="module")
def run(ledger, network):
    scenarios = [ledger.scenario(name) for name in ("base", *PLANS)]
    return simulate(network, scenarios, draws=1, quarters=28, first=FIRST)


@pytest.fixture(scope="module")
def published():
    """OpenAI's numbers in the ledger's own tables, bn USD, by metric, period and (of forecasts) vintage."""
    text = (CASE / "collected" / "transcription.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["entity_id"] == "openai"]
    return {
        (row["metric"], row["period"], row["source_url"].partition("#forecast-")[2]): float(row["value"])
        for row in rows
    }


def yearly(run, scenario: str, metric: str) -> dict[int, float]:
    """Of the central future, bn USD."""
    years, sums = by_year(run.path(f"openai.{metric}", scenario=scenario), run.first)
    return dict(zip(years, (sums / BN).tolist(), strict=True))


def cash_flow(run, scenario: str):
    """USD a quarter before tax, which a firm with old losses to set off would not pay."""
    return -run.path("openai.cash_burn", scenario=scenario)


# ---- the plans


@pytest.mark.parametrize("plan", VINTAGES)
def test_each_forecast_of_openai_is_met_within_two_billion_in_every_year(run, published, plan):
    burn = yearly(run, plan, "cash_burn")
    forecast = {year: published["free_cash_flow", f"FY{year}", VINTAGES[plan]] for year in YEARS}
    assert {year: -burn[year] for year in YEARS} == pytest.approx(forecast, abs=2.0)


def test_the_plan_of_2026_also_has_the_revenue_and_the_compute_that_were_reported(run, published):
    revenue, compute = (yearly(run, "plan-2026q1", metric) for metric in ("revenue", "compute_spend"))
    assert revenue[2026] == pytest.approx(published["revenue", "FY2026", ""], abs=10)
    assert revenue[2027] == pytest.approx(published["revenue", "FY2027", ""], abs=10)
    assert revenue[2028] == pytest.approx(published["revenue", "FY2028", ""], abs=10)
    assert revenue[2030] == pytest.approx(280, abs=15)
    assert sum(compute[year] for year in YEARS) == pytest.approx(665, abs=20)


def test_the_case_of_hsbc_has_its_revenue_its_cloud_bill_and_its_gap(run):
    revenue, compute, burn = (yearly(run, "hsbc-2025", metric) for metric in ("revenue", "compute_spend", "cash_burn"))
    had_at_the_start, promised, second_half_of_2025 = 40, 30, 10
    assert revenue[2030] == pytest.approx(213, abs=2)
    assert second_half_of_2025 + sum(compute[year] for year in YEARS) == pytest.approx(792, abs=4)
    assert sum(burn[year] for year in YEARS) - had_at_the_start - promised == pytest.approx(207, abs=4)


@pytest.mark.parametrize("plan", PLANS)
def test_in_a_plan_nobody_falls_and_investors_give_what_is_asked_for(ledger, network, plan):
    world, history = Central.of(network, ledger.scenario(plan), FIRST, 2030).live([], [])
    assert limited(world, history) == ()
    assert history.is_whole and not history.stocks[:, :, FALLEN].any()


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_differs_from_base_in_beliefs_alone(ledger, network, plan):
    base, own = (
        Central.of(network, ledger.scenario(name), FIRST, 2026).prepared.history(-1)[0].opening[0]
        for name in ("base", plan)
    )
    assert (own == base).all()


@pytest.mark.parametrize("plan", VINTAGES)
def test_every_plan_asks_for_more_compute_than_was_signed(run, plan):
    # Or for longer use of it: a plan pays for more, or spends more, than the contracts on record bring about.
    assert any("figure on record" in warning.en for warning in run.world(plan).warnings)


# ---- the article's year


@pytest.mark.parametrize(
    ("scenario", "year"),
    [("base", 2032), ("plan-2025q1", 2029), ("plan-2025q3", 2030), ("plan-2026q1", 2030), ("hsbc-2025", None)],
)
def test_when_cash_flow_turns_positive(run, scenario, year):
    assert turns_positive(cash_flow(run, scenario), run.first) == year


def test_nobody_has_the_year_that_the_article_prints(run):
    article = yaml.safe_load((CASE / "article.yaml").read_text(encoding="utf-8"))
    printed = next(claim for claim in article["statements"] if claim["id"] == "c26_gap_positive")["printed"]["value"]
    turned = {name: turns_positive(cash_flow(run, name), run.first) for name in ("base", *PLANS)}
    assert printed == 2028
    assert all(year is None or year > printed for year in turned.values())
