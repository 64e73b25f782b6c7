"""Studies small enough to work out by hand: who falls, who cost whom how much, and who pays in the end."""

from __future__ import annotations

import pytest

from perpetuum.contagion import Books, Expected, Guarantee, Obligation, Shock, Study, Warrant, stress
from perpetuum.contagion.cascade import CHANNELS, Cascade
from perpetuum.core.deal import Trigger

FALLS = Trigger(word="default", of="x")
READY = Trigger(word="milestone", of="site", stock="phases")


def three_firms() -> Books:
    """Lab owes cloud 10, cloud owes lenders 9, vendor owns a quarter of lab and half of cloud."""
    return Books.of(
        outside_assets={"lab": 12, "cloud": 3, "vendor": 5},
        obligations=[
            Obligation(debtor="lab", creditor="cloud", amount=10.0, leg="lab-rent"),
            Obligation(debtor="cloud", creditor="banks", amount=9.0, bearer="lenders", leg="cloud-loan"),
        ],
        holdings=[("vendor", "lab", 0.25), ("vendor", "cloud", 0.5)],
    )  # fmt: skip


def by_firm(out: Cascade, values: object) -> dict[str, float]:
    return dict(zip(out.firms, map(float, values), strict=True))  # type: ignore[call-overload]


def channel(out: Cascade, firm: str, name: str) -> float:
    return float(out.attribution.loss[out.books.at(firm), CHANNELS.index(name)])  # type: ignore[arg-type]


def paths(out: Cascade) -> dict[str, float]:
    return {" > ".join(path.firms): pytest.approx(path.amount) for path in out.attribution.paths}


# -- W1 and W3 --------------------------------------------------------------------------------------------


def test_a_loss_of_8_goes_through_three_firms():
    out = stress(three_firms(), Shock.parse("lab: -8 USD"))
    assert out.settled and out.unique == "yes" and out.rounds == 2 and out.error_bound < 1e-9
    assert by_firm(out, out.before) == {"lab": 2, "cloud": 4, "vendor": 7.5}
    assert by_firm(out, out.attribution.total) == pytest.approx({"lab": 8, "cloud": 6, "vendor": 2.5})
    assert by_firm(out, out.equity[-1]) == pytest.approx({"lab": 0, "cloud": 0, "vendor": 5})
    assert by_firm(out, out.short) == pytest.approx({"lab": 6, "cloud": 2, "vendor": 0})
    assert by_firm(out, out.round_of_default) == {"lab": 1, "cloud": 2, "vendor": 0}


def test_each_domino_says_what_it_owed_what_it_pays_and_what_pushed_it():
    lab, cloud = stress(three_firms(), Shock.parse("lab: -8 USD")).falls
    assert (lab.firm, lab.round, lab.owes, lab.pays) == ("lab", 1, 10, pytest.approx(4))
    assert [(push.channel, push.partner, push.amount) for push in lab.pushed] == [("own", None, 8)]
    assert (cloud.firm, cloud.round, cloud.recovery) == ("cloud", 2, pytest.approx(7 / 9))
    assert [(push.channel, push.partner, push.legs) for push in cloud.pushed] == [("owed", "lab", ("lab-rent",))]


def test_what_is_lost_is_split_by_channel_by_origin_by_path_and_by_bearer():
    out = stress(three_firms(), Shock.parse("lab: -8 USD"))
    split = out.attribution
    assert channel(out, "lab", "own") == 8 and channel(out, "cloud", "owed") == pytest.approx(6)
    assert channel(out, "vendor", "owned") == pytest.approx(2.5)
    assert split.began_at[:, out.books.at("lab")] == pytest.approx(split.total), "all of it began at the lab"
    assert paths(out) == {"lab > cloud": 6, "lab > cloud > vendor": 2, "lab > vendor": 0.5}
    assert split.paths_rest == pytest.approx(0, abs=1e-12)
    assert {k: v for k, v in split.causes.items() if v} == {"shock": 8}
    assert split.borne == pytest.approx({"shareholders": 6, "lenders": 2, "users": 0, "suppliers": 0, "others": 0})


def test_default_costs_are_a_cause_and_nobody_receives_them():
    """W3: lab keeps half of its 4, cloud half of 3 and 0.8 of the 2 that the lab pays."""
    study = Study.of("owed=rogers_veraart(alpha=0.5, beta=0.8)")
    out = stress(three_firms(), Shock.parse("lab: -8 USD"), study=study)
    split = out.attribution
    assert by_firm(out, out.debt - out.short) == pytest.approx({"lab": 2, "cloud": 3.1, "vendor": 0})
    assert channel(out, "lab", "costs") == pytest.approx(2) and channel(out, "cloud", "costs") == pytest.approx(1.9)
    assert by_firm(out, split.total) == pytest.approx({"lab": 10, "cloud": 9.9, "vendor": 2.5})
    assert {k: v for k, v in split.causes.items() if v} == pytest.approx({"shock": 8, "costs": 3.9})
    assert split.borne["shareholders"] == pytest.approx(6) and split.borne["lenders"] == pytest.approx(5.9)
    assert split.began_at[:, out.books.at("lab")] == pytest.approx(split.total)


def test_rounds_are_kept_one_by_one():
    out = stress(three_firms(), Shock.parse("lab: -8 USD"))
    shown = out.array("equity").sel(firm="cloud").values
    assert shown == pytest.approx([4, 0, 0])
    lost = out.array("loss").sel(firm="cloud", channel="owed").values
    assert lost == pytest.approx([0, 6, 6])
    assert out.array("began_at").sel(firm="cloud", origin="lab") == pytest.approx(6)
    assert out.array("loss_by_pair").sel(firm="vendor", partner="cloud", channel="owned") == pytest.approx(2)


def test_no_shock_loses_nothing():
    out = stress(three_firms(), Shock(hits=()))
    assert not out.attribution.total.any() and out.falls == () and out.attribution.paths == ()


def test_half_of_a_shock_is_half_of_every_hit():
    out = stress(three_firms(), Shock.parse("lab: -8 USD", size=0.5))
    assert by_firm(out, out.attribution.total) == pytest.approx({"lab": 4, "cloud": 2, "vendor": 0.5 + 1})


# -- W2: a guarantee --------------------------------------------------------------------------------------


def vouched(*, ready: bool | None = True, in_term: bool = True) -> Books:
    """X owes B 10 and others 10; G covers B's loss up to 5, once X has fallen and the site is ready."""
    return Books.of(
        outside_assets={"x": 20, "b": 1, "g": 4},
        obligations=[
            Obligation(debtor="x", creditor="b", amount=10.0, leg="rent"), ("x", "others", 10), ("g", "others", 2),
        ],
        guarantees=[
            Guarantee(leg="vouch", guarantor="g", protected="b", cap=(5.0, 5.0), covers=("rent",), in_term=in_term,
                      trigger=Trigger(word="all", parts=(FALLS, READY)), holds={READY: ready}),
        ],
    )  # fmt: skip


def arrives(out: Cascade, end: float = 0) -> float:
    """What B has in the end, beside its own 1."""
    return float(out.equity[-1][out.books.at("b")]) - 1


def test_a_met_guarantee_pays_the_loss_up_to_its_cap_and_can_bring_down_the_guarantor():
    out = stress(vouched(), Shock.parse("x: -12 USD"))
    (call,) = out.calls
    assert call.met is True and call.called == pytest.approx((5, 5)) and call.paid == pytest.approx((20 / 7, 20 / 7))
    assert arrives(out) == pytest.approx(4 + 20 / 7)
    assert by_firm(out, out.round_of_default) == {"x": 1, "b": 0, "g": 2}
    assert channel(out, "g", "owed") == pytest.approx(5), "called guarantees sit inside owed, through the debtor"
    assert out.attribution.loss_by_pair[out.books.at("b"), out.books.at("g"), 0] == pytest.approx(5 - 20 / 7)


def test_an_unmet_guarantee_pays_nothing_and_says_why():
    out = stress(vouched(ready=False), Shock.parse("x: -12 USD"))
    (call,) = out.calls
    assert call.met is False and call.called == (0, 0) and arrives(out) == pytest.approx(4)
    assert "has fallen" in call.because.en and "not reached" in call.because.en and "nothing is due" in call.because.en
    assert "倒下" in call.because.zh and "無須支付" in call.because.zh
    assert by_firm(out, out.round_of_default) == {"x": 1, "b": 0, "g": 0}


def test_an_undecided_guarantee_gives_both_ends():
    """B has 4 if the milestone is not met and 6.857 if it is: it loses between 6 and 3.143."""
    out = stress(vouched(ready=None), Shock.parse("x: -12 USD"))
    (call,) = out.calls
    b, g = out.books.at("b"), out.books.at("g")
    assert call.met is None and call.called == pytest.approx((0, 5))
    assert "not known" in call.because.en and "未知" in call.because.zh
    assert (out.low[b], out.high[b]) == pytest.approx((6 - 20 / 7, 6))
    assert (out.low[g], out.high[g]) == pytest.approx((0, 5))
    assert arrives(out) == pytest.approx(4), "the result itself is the end without the call"


# -- what else can happen ---------------------------------------------------------------------------------


def test_who_stops_paying_falls_first_and_keeps_what_it_is_said_to_keep():
    out = stress(three_firms(), Shock.parse("lab: stops-paying, keeps 25 %"))
    assert by_firm(out, out.debt - out.short)["lab"] == pytest.approx(3)
    assert out.round_of_default[out.books.at("lab")] == 1
    whole = stress(three_firms(), Shock.parse("lab: stops-paying"))
    assert by_firm(whole, whole.debt - whole.short)["lab"] == 0


def test_a_firm_that_stops_paying_passes_on_what_still_reaches_it():
    books = Books.of(outside_assets={"a": 10, "b": 10}, obligations=[("a", "b", 4), ("b", "banks", 8)])
    out = stress(books, Shock.parse("b: stops-paying"))
    assert by_firm(out, out.debt - out.short) == {"a": 4, "b": 4}


def test_a_takeover_cures_a_default_without_a_loss():
    """Lab cannot pay; the vendor takes it over, and one firm with 5 + 6 pays 10."""
    books = Books.of(
        outside_assets={"lab": 6, "cloud": 3, "vendor": 5}, obligations=[("lab", "cloud", 10), ("cloud", "banks", 9)]
    )
    assert stress(books, Shock(hits=())).fell_before == ("lab",)
    out = stress(books, Shock.parse("lab: taken over by vendor"))
    assert out.fell_before == () and out.falls == () and not out.attribution.total.any()
    assert out.firms == ("cloud", "vendor")
    assert by_firm(out, out.equity[-1]) == pytest.approx({"cloud": 4, "vendor": 1})


def test_debts_holdings_and_warrants_between_two_that_become_one_are_gone():
    books = Books.of(
        outside_assets={"a": 10, "b": 10, "c": 10},
        obligations=[("a", "b", 5), ("c", "a", 2)],
        holdings=[("b", "a", 0.5), ("c", "b", 0.5)],
        warrants=[Warrant(issuer="b", holder="a", count=1.0, strike=1.0, shares=4.0),
                  Warrant(issuer="c", holder="a", count=4.0, strike=1.0, shares=4.0)],
    )  # fmt: skip
    out = stress(books, Shock.parse("a: taken over by b"))
    assert [(o.debtor, o.creditor) for o in out.books.obligations] == [("c", "b")]
    assert [(w.issuer, w.holder) for w in out.books.warrants] == [("c", "b")]


def test_a_guarantee_for_a_firm_that_was_taken_over_waits_for_the_fall_of_its_new_owner():
    """It has not fallen, so nothing is due, though the old name is nowhere any more."""
    books = Books.of(
        outside_assets={"x": 20, "b": 1, "g": 4, "owner": 50}, obligations=vouched().obligations,
        guarantees=vouched().guarantees,
    )  # fmt: skip
    merged = stress(books, Shock.parse("x: taken over by owner"))
    assert merged.calls[0].called == (0, 0) and merged.calls[0].met is False
    then = stress(books, Shock.parse("x: taken over by owner; owner: stops-paying"))
    assert then.calls[0].met is True and then.calls[0].called == pytest.approx((5, 5))


def test_a_guarantor_that_becomes_the_debtor_vouches_for_nobody():
    out = stress(vouched(), Shock.parse("g: taken over by x; x: stops-paying"))
    assert out.calls == () and arrives(out) == 0


def test_a_guarantee_can_be_called_by_the_shock_itself():
    """Its milestone is not met; the shock says it counts as met, and only a loss is covered."""
    books = vouched(ready=False)
    assert stress(books, Shock.parse("vouch: called; x: -12 USD")).calls[0].called == pytest.approx((5, 5))
    nothing_lost = stress(books, Shock.parse("vouch: called"))
    assert nothing_lost.calls[0].called == (0, 0) and nothing_lost.calls[0].met is True


def sells(view: str = "value", **more: object) -> Books:
    """Shop earns 6 from the customer beyond what it is owed, with a margin of one half; it owes 8 and has 10."""
    hope = Expected(firm="shop", partner="customer", amount=6.0, channel="revenue", margin=0.5, leg="sales")
    return Books.of(
        outside_assets={"shop": 10, "customer": 5}, expected=[hope],
        obligations=[("shop", "banks", 8), ("customer", "shop", 3)], view=view, **more,
    )  # fmt: skip


def test_revenue_that_a_fallen_customer_no_longer_brings_is_lost_to_nobodys_gain():
    """The shop is owed 3 and gets nothing; of the 6 it hoped for, half is margin."""
    out = stress(sells(), Shock.parse("customer: stops-paying"))
    assert channel(out, "shop", "owed") == pytest.approx(3) and channel(out, "shop", "revenue") == pytest.approx(3)
    assert out.attribution.causes["revenue"] == pytest.approx(3)
    assert out.attribution.borne["shareholders"] == pytest.approx(2 + 5), "the customer's 2 and all the shop had"
    assert out.attribution.borne["others"] == pytest.approx(1), "the shop has 7 left for the 8 it owes"


def test_a_cancelled_leg_loses_what_was_expected_and_still_owes_the_firm_part():
    out = stress(sells(), Shock.parse("sales: cancelled"))
    assert channel(out, "shop", "revenue") == pytest.approx(3) and channel(out, "shop", "owed") == 0
    assert by_firm(out, out.round_of_default) == {"shop": 0, "customer": 0}
    assert out.attribution.causes["revenue"] == pytest.approx(sum(out.attribution.borne.values())) == 3
    assert paths(out) == {"customer > shop": 3}, "it began with the customer"
    half = stress(sells(), Shock.parse("sales: cancelled", size=0.5))
    assert channel(half, "shop", "revenue") == pytest.approx(1.5)


def test_someone_else_may_replace_a_part_of_lost_revenue():
    study = Study.of("revenue=stops_when_failed(replaced=0.5)")
    out = stress(sells(), Shock.parse("customer: stops-paying"), study=study)
    assert channel(out, "shop", "revenue") == pytest.approx(1.5)


def test_a_customer_under_stress_leaves_before_it_falls():
    """It keeps 1 of its opening equity of 2, below the threshold of 60 %."""
    study = Study.of("revenue=leaves_when_stressed(threshold=0.6)")
    out = stress(sells(), Shock.parse("customer: -1 USD"), study=study)
    assert out.falls == () and channel(out, "shop", "revenue") == pytest.approx(3)
    assert channel(out, "shop", "owed") == 0, "the firm part stays owed"


def funded(view: str) -> Books:
    hope = Expected(firm="lab", partner="fund", amount=6.0, channel="funding", leg="round")
    return Books.of(
        outside_assets={"lab": 10, "fund": 20}, obligations=[("lab", "banks", 8)], expected=[hope], view=view
    )


def test_who_withdraws_takes_promised_funding_away_in_the_cash_view():
    """10 with the round in it, less 6: the lab cannot pay 8 any more."""
    out = stress(funded("cash"), Shock.parse("fund: withdraws"))
    assert by_firm(out, out.debt - out.short)["lab"] == pytest.approx(4)
    assert channel(out, "lab", "funding") == pytest.approx(6)
    assert out.attribution.causes["funding"] == pytest.approx(sum(out.attribution.borne.values())) == 6
    assert out.attribution.began_at[out.books.at("lab"), out.books.at("fund")] == pytest.approx(6)


def test_undrawn_funding_is_worth_nothing_in_the_value_view():
    out = stress(funded("value"), Shock.parse("fund: withdraws"))
    assert not out.attribution.total.any() and out.falls == ()


def test_losses_beyond_all_outside_assets_are_owed_to_others():
    """Running costs that a lost revenue of 9 no longer covers: 4 are owed, and 1 of them can be paid."""
    hope = Expected(firm="shop", partner="customer", amount=9.0, channel="revenue", leg="sales")
    books = Books.of(
        outside_assets={"shop": 5, "customer": 5, "friend": 10}, expected=[hope],
        obligations=[("customer", "banks", 4), ("friend", "shop", 1)],
    )  # fmt: skip
    out = stress(books, Shock.parse("customer: stops-paying"))
    assert by_firm(out, out.debt)["shop"] == 4 and by_firm(out, out.short)["shop"] == pytest.approx(3)
    assert out.attribution.borne["others"] == pytest.approx(4 + 3), "the customer's banks, and the shop's suppliers"
    assert sum(out.attribution.causes.values()) == pytest.approx(sum(out.attribution.borne.values()))


def test_firms_that_were_short_before_do_not_count_as_damage():
    books = Books.of(outside_assets={"a": 4, "b": 9}, obligations=[("a", "b", 10), ("b", "banks", 10)])
    out = stress(books, Shock.parse("b: -2 USD"))
    assert out.fell_before == ("a",) and by_firm(out, out.attribution.total) == pytest.approx({"a": 0, "b": 2})


def test_warrants_of_a_party_outside_dilute_the_owners_inside():
    """4 old shares and 4 warrants at 1: of 20, beyond the strike of 4, owners keep half."""
    warrant = Warrant(issuer="lab", holder="staff", count=4.0, strike=1.0, shares=4.0)
    books = Books.of(outside_assets={"lab": 20, "vendor": 0}, holdings=[("vendor", "lab", 1.0)], warrants=[warrant])
    assert by_firm(stress(books, Shock(hits=())), stress(books, Shock(hits=())).before)["vendor"] == pytest.approx(12)


def test_warrants_may_come_in_any_order():
    one = Warrant(issuer="lab", holder="vendor", count=2.0, strike=10.0, shares=4.0)
    two = Warrant(issuer="lab", holder="friend", count=2.0, strike=5.0, shares=4.0)
    for order in ((one, two), (two, one)):
        books = Books.of(outside_assets={"lab": 74, "vendor": 0, "friend": 0}, warrants=order)
        assert by_firm(out := stress(books, Shock(hits=())), out.before)["friend"] == pytest.approx(16)


def test_two_solutions_are_said_to_be_two():
    ring = Books.of(outside_assets={"a": 0, "b": 0}, obligations=[("a", "b", 1), ("b", "a", 1)])
    assert stress(ring, Shock(hits=())).unique == "no"


def test_a_shock_can_be_written_down_and_read_again():
    said = "lab: stops-paying, keeps 25 %; cloud: -40 % assets; vendor: -3 USD; cloud: withdraws"
    shock = Shock.parse(said)
    assert str(shock) == said and Shock.parse(str(shock)) == shock
