"""What a run can be asked: tables whose sums must be, networks that measure like others, dues, panels, events."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from perpetuum.circularity import measure
from perpetuum.contagion import Books, Obligation, Shock, clear, stress
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.kinds import KINDS
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change
from perpetuum.core.when import Quarter
from perpetuum.gauges import read_gauges
from perpetuum.machine import DEFAULT, Keep, simulate
from perpetuum.machine.ground import row_size
from tests.machine.worlds import CALM, HARD, network

NOTHING = tuple(Change(target=f"vendor_{lab}.headline", to=Quantity(0.0, "USD")) for lab in ("lab", "den"))
NO_VENDOR = replace(CALM, id="no-vendor", changes=(*CALM.changes, *NOTHING))


@pytest.fixture(scope="module")
def run():
    keep = Keep(draws=(0, 4), mean=True)
    return simulate(network(), [CALM, HARD, NO_VENDOR], draws=12, quarters=32, keep=keep, seed=3)


def fall_of(run) -> Quarter:
    return next(quarter for event, firm, quarter in run.happened_in(scenario="hard") if event == "default")


@pytest.mark.parametrize("scenario", ["calm", "hard"])
@pytest.mark.parametrize("draw", ["central", 4, 7, "mean"])
def test_every_row_of_the_flow_matrix_is_zero_and_every_column_is_the_change_of_money(run, scenario, draw):
    for quarter in run.quarters[::5]:
        table = run.matrix(quarter, draw, scenario)
        scale = np.abs(table.values).sum()
        assert np.abs(table.row_sums).max() <= 1e-12 * scale
        assert np.abs(table.column_sums - table.expected).max() <= 1e-12 * scale


@pytest.mark.parametrize("at", ["opening", "2026Q1", "2031Q4"])
@pytest.mark.parametrize("scenario", ["calm", "hard"])
@pytest.mark.parametrize("draw", ["central", 4])
def test_every_column_of_the_sheet_is_zero_and_only_real_things_have_no_debtor(run, at, scenario, draw):
    for view in ("matrix", "books"):
        sheet = run.sheet(at, draw, scenario, view)
        assert np.abs(sheet.column_sums).max() <= 1e-12 * np.abs(sheet.values).sum()
    sheet = run.sheet(at, draw, scenario)
    sums = dict(zip(sheet.rows, sheet.row_sums.tolist(), strict=True))
    real = sum(sums[row] for row in ("equipment", "buildings", "other_assets"))
    assert sums["net_worth"] == pytest.approx(-real)
    others = [
        total for row, total in sums.items() if row not in ("equipment", "buildings", "other_assets", "net_worth")
    ]
    assert np.abs(others).max() <= 1e-12 * np.abs(sheet.values).sum()


def test_the_sheet_at_market_value_holds_the_stakes_that_firms_have_in_the_books(run):
    sheet, books = run.sheet("2028Q4"), run.sheet("2028Q4", view="books")
    stakes = sum(
        np.maximum([sheet.row(row)[firm] for firm in sheet.columns], 0.0) for row in sheet.rows if "shares" in row
    )

    assert np.allclose(stakes, [books.row("holdings")[firm] for firm in books.columns])


def test_a_mean_has_books_and_is_no_network_and_no_market_sheet(run):
    assert np.abs(run.sheet("2028Q4", "mean").column_sums).max() <= 1.0
    for ask in (lambda: run.network("2028Q4", "mean"), lambda: run.sheet("2028Q4", "mean", view="matrix"),
                lambda: run.panel_of("mean"), lambda: run.dues("2028Q4", "mean")):  # fmt: skip
        with pytest.raises(NetworkError, match="a mean of many futures is no future"):
            ask()


def test_the_mean_of_everything_is_the_mean_of_the_futures(run):
    each = np.mean([run.history(draw, "hard").accounts for draw in range(run.done)], axis=0)

    found = run.balance.sel(scenario="hard", draw="mean").values

    assert np.allclose(found, each, rtol=1e-12, atol=1e-3)


def test_a_future_that_was_not_kept_is_lived_through_again_bit_for_bit(run):
    assert np.array_equal(run.history(4).rows, run.replay(4).rows)
    assert ("calm", 7) not in run.histories
    assert run.path("lab.cash", 7)[0] != run.path("lab.cash", 4)[0]


@pytest.mark.parametrize("rule", ["burn", "pooled"])
@pytest.mark.parametrize(("scenario", "draw"), [("calm", "central"), ("calm", 4), ("hard", 0)])
def test_a_simulated_network_measures_like_the_run_itself(run, rule, scenario, draw):
    last = Quarter(2032, 4)

    measured = measure(run.network(last, draw, scenario))

    own = run.origins(draw, rule, scenario=scenario)
    for firm in ("vendor", "cloud", "nimbus", "lab"):
        share = measured.recycled(firm)[rule]
        assert own.recycled(firm, last=last) == pytest.approx(share.value, abs=1e-9)
        assert share.low - 1e-9 <= share.value <= share.high + 1e-9
    link = measured.recycled("vendor", payer="cloud")[rule]
    by_link = run.origins(draw, rule, payer="cloud", scenario=scenario)
    assert by_link.recycled("vendor", last=last) == pytest.approx(link.value, abs=1e-9)
    assert (link.value > 0.0) == (rule == "pooled" or scenario == "hard")  # labs that earn spend no vendor money
    assert measured.diagnostics.contradictions == ()
    assert all(usd < 1.0 for usd in measured.diagnostics.shortfalls.values())


def test_shares_of_origin_add_up_to_one(run):
    for rule in ("burn", "pooled"):
        origins = run.origins(4, rule)
        for firm in origins.firms:
            assert sum(origins.shares(firm).values()) == pytest.approx(1.0, abs=1e-12)
            assert np.allclose(origins.receipts(firm), run.path(f"{firm}.revenue", 4), rtol=1e-9)


def test_without_vendor_money_none_of_it_comes_back(run):
    assert run.origins(rule="pooled", scenario="calm").recycled("vendor") > 0.0
    for rule in ("burn", "pooled"):
        assert run.origins(rule=rule, scenario="no-vendor").recycled("vendor") == 0.0


def test_a_simulated_network_can_be_stressed(run):
    calm = run.network("2028Q4")

    cascade = stress(calm, Shock.parse("lab:stops-paying"))

    assert cascade.status == "settled"
    assert {"lab", "cloud", "vendor"} <= set(cascade.books.firms)
    assert {each.owner for each in cascade.books.holdings} >= {"cloud", "vendor"}
    debts = sum(
        each.amount for each in cascade.books.obligations if each.debtor == "cloud" and each.bearer == "lenders"
    )
    assert debts == pytest.approx(run.path("cloud.total_debt")[11])


def test_what_clears_in_the_machine_clears_alike_in_contagion(run):
    fall = fall_of(run)
    dues = run.dues(fall, scenario="hard")
    books = Books(
        firms=dues.entities,
        outside_assets=dues.resources,
        obligations=tuple(
            Obligation(debtor=dues.entities[a], creditor=dues.entities[b], amount=usd, rank=rank)
            for a, b, usd, rank in zip(dues.payer, dues.payee, dues.amount, dues.rank.tolist(), strict=True)
        ),
    )

    cleared = clear(books)

    paid = np.zeros_like(cleared.paid)
    np.add.at(paid, (dues.payer, dues.payee), dues.paid)
    assert dues.paid.sum() < dues.amount.sum() * 0.999
    assert np.abs(paid - cleared.paid).max() <= 1e-12 * dues.amount.sum()


def test_nobody_pays_more_than_it_owes_or_has(run):
    for quarter in (run.first, fall_of(run), fall_of(run) + 1):
        dues = run.dues(quarter, scenario="hard")
        assert np.all(dues.paid <= dues.amount * (1 + 1e-12))
        went = np.bincount(dues.payer, dues.paid, len(dues.entities))
        came = np.bincount(dues.payee, dues.paid, len(dues.entities))
        assert np.all(went <= (dues.resources + came) * (1 + 1e-12) + 1e-6)


def test_events_are_shares_of_all_futures(run):
    firsts = []
    for draw in range(run.done):
        firsts += [at for event, firm, at in run.happened_in(draw, "hard") if (event, firm) == ("default", "lab")]

    found = run.event("default", "lab", "hard")

    assert found.ever == pytest.approx(len(firsts) / run.done)
    assert found.first[min(firsts) - run.first] > 0
    assert run.event("default", "lab", "calm").ever == 0.0
    assert ("default", "lab") in [(share.event, share.subject) for share in run.events_of("hard")]


def test_a_fallen_firm_shows_in_series_and_stays_fallen(run):
    fall = fall_of(run) - run.first

    fallen = run.path("lab.fallen", scenario="hard")

    assert not fallen[:fall].any()
    assert fallen[fall:].all()


def test_a_panel_of_one_future_says_what_its_series_say(run):
    panel = run.panel_of(4, "hard")

    assert np.array_equal(panel.series("lab", "cash")[1:], run.path("lab.cash", 4, "hard"))
    assert panel.value("lab", "cash", run.first + -1) == 30e9
    assert panel.year("cloud", "revenue", Quarter(2028, 4)) == pytest.approx(
        run.path("cloud.revenue", 4, "hard")[8:12].sum()
    )
    figure = panel.figure("cloud", "capex", run.first)
    assert figure is not None
    assert (figure.chosen.status, figure.chosen.source.id) == ("projection", "simulation:hard:4")
    assert np.isnan(panel.value("vendor", "inventory", run.first))
    dated = panel.dated["vendor", "equity_market_cap", None]
    assert np.array_equal(dated.values, run.path("vendor.equity_market_cap", 4, "hard"))


def test_statements_of_one_future_agree_with_its_books(run):
    for firm in ("vendor", "cloud", "lab"):
        history = run.history(4, "hard")
        row = run.entities.index(firm)
        cash = history.accounts[:, row, 0] - history.opening[:, row, 0]
        legs = run.worlds[1].legs
        other = sum(
            (1.0 if leg.payee == firm else -1.0) * history.flow[:, n]
            for n, leg in enumerate(legs)
            if firm in (leg.payer, leg.payee) and KINDS[leg.kind].flow_class in ("fin", "back")
        )
        earned = run.path(f"{firm}.free_cash_flow", 4, "hard")
        assert np.allclose(earned + other, cash, atol=1e-3)


def test_labelled_arrays_have_the_fixed_order_of_axes(run):
    assert run.panel["spread"].dims == ("scenario", "quantile", "quarter", "entity", "metric")
    assert run.panel["value"].dims == ("scenario", "draw", "quarter", "entity", "metric")
    assert run.balance.dims == ("scenario", "draw", "quarter", "entity", "account")
    assert run.position.dims == ("scenario", "draw", "quarter", "leg", "position")
    assert run.opening.dims == ("scenario", "draw", "entity", "account")
    assert run.flow.sizes["draw"] == 4
    at = {"scenario": "hard", "quarter": "2028Q1", "entity": "lab", "metric": "cash"}
    band = run.band("lab.cash", "hard")
    assert run.panel["spread"].sel(quantile=0.5, **at).item() == band.quantile[2, 8]
    assert run.panel["value"].sel(draw="central", **at).item() == band.central[8]
    assert run.panel["value"].sel(draw="4", **(at | {"scenario": "hard − calm"})).item() == pytest.approx(
        run.path("lab.cash", 4, "hard")[8] - run.path("lab.cash", 4)[8]
    )
    assert run.panel.attrs["units"]["cash"] == "USD"
    assert np.isnan(
        run.panel["mean"].sel(scenario="calm", quarter="2028Q1", entity="vendor", metric="cash_burn").item()
    )


def test_the_default_series_are_there_for_whoever_has_them(run):
    assert {"lab.cash", "cloud.capex", "gears.capex_to_revenue", "mood", "den.vendor_money"} <= set(run.series)
    assert "all_users.cash" not in run.series
    assert {name for name in DEFAULT if "." in name} <= set(run.series)


def test_sums_over_a_part_are_sums_and_ratios_are_ratios_of_sums(run):
    capex = run.path("cloud.capex") + run.path("nimbus.capex")
    sales = run.path("cloud.revenue") + run.path("nimbus.revenue")

    assert np.allclose(run.path("gears.capex"), capex)
    assert np.allclose(run.path("gears.capex_to_revenue"), capex / sales)
    gap = np.cumsum(np.maximum(run.path("lab.cash_burn"), 0.0))
    assert np.allclose(run.path("lab.funding_gap"), gap)


def test_vendor_money_is_told_from_both_ends(run):
    drawn = run.path("vendor.vendor_financing_drawn")

    assert np.allclose(np.cumsum(run.path("lab.vendor_money") + run.path("den.vendor_money")), drawn)
    assert np.allclose(run.path("vendor.vendor_financing_announced"), 24e9)
    assert np.allclose(run.path("vendor.vendor_financing_promised"), 24e9)
    assert (drawn <= 24e9).all()


def test_a_run_says_what_it_was_made_from(run):
    papers = run.origin

    assert (papers.seed, papers.draws, papers.first, papers.quarters) == (3, 12, Quarter(2026, 1), 32)
    assert len(set(papers.scenarios.values())) == 3
    plugs = {entity: usd for entity, account, usd in papers.plugs if account == "paid_in"}
    opened = run.sheet("opening", view="books")
    assert plugs["cloud"] == pytest.approx(-opened.row("paid_in")["cloud"])
    assert {stated.address for stated in run.assumed} >= {"lab.opening_cash"}


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda run: run.band("lab.cahs"), "lab.cash"),
        (lambda run: run.band("lab.cash", "hrad"), "hard"),
        (lambda run: run.path("mod"), "mood"),
        (lambda run: run.event("defualt", "lab"), "default"),
        (lambda run: run.event("default", "lba"), "lab"),
        (lambda run: run.origins(rule="brun"), "burn"),
        (lambda run: run.sheet("2028Q1", view="book"), "books"),
    ],
)
def test_an_unknown_name_comes_with_the_nearest(run, ask, told):
    with pytest.raises(UnknownName, match=f"did you mean `{told}`"):
        ask(run)


@pytest.mark.parametrize("ask", [lambda run: run.matrix("2025Q4"), lambda run: run.network("2034Q1")])
def test_a_quarter_that_was_not_simulated_is_refused(run, ask):
    with pytest.raises(NetworkError, match="from 2026Q1 to 2033Q4"):
        ask(run)


def test_places_in_a_row_are_those_of_the_kernel(run):
    places = run.worlds[0].places
    rows = run.history().rows

    assert places.size == row_size(places.entities, places.legs) == len(rows)
    assert rows[places.account(run.entities.index("lab"), 0), 3] == run.path("lab.cash")[3]
    closes, opens = run.history().accounts[:-1], run.history().opening[1:]
    assert np.array_equal(closes, opens)


def test_a_dial_reads_a_simulated_future(run):
    asked = read_gauges(run.panel_of(4), run.quarters[-1], gauge="capex_to_revenue", firm="cloud")

    year = slice(28, 32)
    capex, sales = (run.path(f"cloud.{metric}", 4)[year].sum() for metric in ("capex", "revenue"))
    assert asked[0].system is not None
    assert asked[0].system.value == pytest.approx(capex / sales)


def test_a_draw_that_is_none_is_refused(run):
    with pytest.raises(NetworkError, match="not among 0 to 11"):
        run.history(12)


def test_a_run_that_traces_nothing_says_so():
    run = simulate(network(), CALM, draws=1, quarters=1, keep=Keep(trace="none"))

    with pytest.raises(NetworkError, match='trace="central"'):
        run.origins()
