"""What circular money does, in the model: the same futures once more, without what vendors pay to their customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from perpetuum.core.cast import Cast
from perpetuum.core.errors import UnknownName
from perpetuum.core.network import Network
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Scenario, Spread
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.machine.keep import DEFAULT, Keep
from perpetuum.machine.legs import MachineLeg, legs_of
from perpetuum.machine.prepare import cast_of
from perpetuum.machine.progress import Progress
from perpetuum.machine.run import Band, Run, Share
from perpetuum.machine.simulate import MINUS, simulate

VENDOR_MONEY = "vendor money"
WITHOUT = both("promise that can be taken away", "可移除的承諾")
TITLE = both("a model's answer, not a measurement", "模型的回答，不是測量")
WHY = both("The question: the same futures without it.", "本情境所問：沒有它的同一組未來。")
# What a promise is set to zero by, by what it is to the firm it belongs to.
_NOTHING = Quantity(0.0, "USD")
_PROMISE = {
    "tranche": ("headline", _NOTHING),
    "vendor_loan": ("headline", _NOTHING),
    "warrant": ("warrant_share", Quantity(0.0, "ratio")),
}
_SERIES = (*DEFAULT, "fuel.revenue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One event of one firm or leg: share of futures in which it ever happens, with and without."""

    event: str
    subject: str
    name: Text
    with_it: float
    without: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counterfactual:
    """Two runs with the same luck, told as a pair.

    ``run`` holds both, the second without the promises in ``legs``, and the difference of every series draw by draw:
    without minus with, so that a negative number is what the promises brought.
    """

    run: Run
    without: str
    legs: tuple[str, ...]
    title: Text = TITLE

    @property
    def label(self) -> str:
        """The label of the differences in the run."""
        return f"{self.run.scenarios[1]}{MINUS}{self.run.scenarios[0]}"

    def difference(self, series: str) -> Band:
        """What taking the promises away changes in a series, draw by draw."""
        return self.run.band(series, self.label)

    def pair(self, series: str) -> tuple[Band, Band]:
        """A series with and without."""
        return self.run.band(series), self.run.band(series, self.run.scenarios[1])

    def totals(self, series: str) -> tuple[float, float]:
        """The sum of a series over all quarters of the central future, with and without."""
        first, second = self.run.scenarios
        return float(self.run.path(series, scenario=first).sum()), float(self.run.path(series, scenario=second).sum())

    def shares(self, event: str) -> tuple[Pair, ...]:
        """One event, such as ``default`` or ``gap_closed``, for everybody to whom it happens in either run."""
        found: dict[str, list[float]] = {}
        names: dict[str, Text] = {}
        for n, scenario in enumerate(self.run.scenarios):
            for share in _of_event(self.run.events_of(scenario), event):
                found.setdefault(share.subject, [0.0, 0.0])[n] = share.ever
                names[share.subject] = share.name
        return tuple(
            Pair(event=event, subject=subject, name=names[subject], with_it=with_it, without=without)
            for subject, (with_it, without) in sorted(found.items())
        )


def counterfactual(
    network: Network,
    scenario: Scenario,
    without: str = VENDOR_MONEY,
    *,
    draws: int = 10_000,
    seed: int = 0,
    quarters: int = 40,
    first: Quarter | None = None,
    keep: Keep | None = None,
    threads: int | None = None,
    sets: Sequence[str] = (),
    progress: Progress | None = None,
) -> Counterfactual:
    """Live through the same futures with and without what vendors promised to their customers.

    Parameters
    ----------
    without
        ``"vendor money"``: everything that chip makers pay to engines for shares, all they lend their
        customers from now on, and all warrants. Or the id of
        one vendor, or of one such leg.
    keep
        Which series; those usually kept and the sales of all vendors if left out.

    The rest is as for ``simulate``. Last words in ``sets`` count for both.

    Raises
    ------
    UnknownName
        For what is no promise of this network, with those that are.

    Notes
    -----
    The difference is the effect of circular financing in the model. It is no measurement: how easily others fill
    the gap is an assumption, and decides the answer.

    Examples
    --------
    >>> import perpetuum
    >>> ledger = perpetuum.load("ai")
    >>> network = ledger.network(at="newest", stage="signed")
    >>> out = counterfactual(network, ledger.scenario("reference"), draws=2, quarters=4)
    >>> out.run.scenarios
    ('reference', 'reference-without-vendor-money')
    >>> out.pair("openai.vendor_money")[1].central.tolist()
    [0.0, 0.0, 0.0, 0.0]
    """
    cast = cast_of(network)
    legs = promises(network, scenario, cast, without)
    other = taken_away(scenario, legs, without)
    run = simulate(
        network, [scenario, other], draws=draws, seed=seed, quarters=quarters, first=first,
        keep=Keep(series=_SERIES) if keep is None else keep, threads=threads, sets=sets, progress=progress,
    )  # fmt: skip
    return Counterfactual(run=run, without=without, legs=tuple(leg.id for leg in legs))


def promises(network: Network, scenario: Scenario, cast: Cast, without: str) -> tuple[MachineLeg, ...]:
    """The legs that a question speaks of: all, those of one vendor, or one."""
    legs = [leg for leg in legs_of(network, scenario, cast)[0] if leg.place in _PROMISE]
    if without == VENDOR_MONEY:
        return tuple(legs)
    found = tuple(leg for leg in legs if without in (leg.id, leg.payer))
    if not found and without not in cast.fuel:
        raise UnknownName(without, [VENDOR_MONEY, *cast.fuel, *(leg.id for leg in legs)], what=WITHOUT)
    return found


def taken_away(scenario: Scenario, legs: Sequence[MachineLeg], without: str) -> Scenario:
    """The same scenario with promises of zero that no luck and no shock brings back."""
    zero = {f"{leg.id}.{_PROMISE[leg.place][0]}": _PROMISE[leg.place][1] for leg in legs}
    gone = both(without, _in_chinese(without))
    return replace(
        scenario,
        id=f"{scenario.id}-without-{without.replace(' ', '-')}",
        name=both(f"{scenario.name.en}, without {gone.en}", f"{scenario.name.zh}，沒有「{gone.zh}」"),
        changes=(*scenario.changes, *(Change(target=target, to=to, because=WHY) for target, to in zero.items())),
        spreads=(
            *(spread for spread in scenario.spreads if spread.of not in zero),
            *(Spread(of=target, law="fixed") for target in zero),
        ),
        shocks=tuple(shock for shock in scenario.shocks if shock.target not in zero),
    )  # fmt: skip


def _in_chinese(without: str) -> str:
    return "供應商資金" if without == VENDOR_MONEY else without


def _of_event(shares: Sequence[Share], event: str) -> list[Share]:
    return [share for share in shares if share.event == event]
