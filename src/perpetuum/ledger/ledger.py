"""What is known: the facts of one case, and the questions one can ask of them."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from perpetuum.core.adoption import Adoption
from perpetuum.core.claim import Claim, Figure, Stage
from perpetuum.core.collapse import Collapse
from perpetuum.core.criterion import Criteria
from perpetuum.core.deal import Deal, Leg
from perpetuum.core.entity import Entity
from perpetuum.core.errors import Problem, UnitError, UnknownName, lines, listed
from perpetuum.core.network import Network
from perpetuum.core.nouns import ENTITY, LEG
from perpetuum.core.panel import Panel
from perpetuum.core.scenario import Scenario
from perpetuum.core.text import both
from perpetuum.core.when import Quarter, When
from perpetuum.ledger import chains, gaps, networks, panels, queries, totals
from perpetuum.ledger import until as period
from perpetuum.ledger.audit import Audited, audit
from perpetuum.ledger.case import Case, Statement, Told
from perpetuum.ledger.figures import choose
from perpetuum.ledger.past_scores import PastScore
from perpetuum.ledger.scenarios import Written, merged
from perpetuum.ledger.versions import Standing, standings, usable


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The facts of one case: firms, deals, series, the article and what has been asked of them.

    Every question takes ``at``, the date spoken of, and ``asof``, what was known by when. Leave
    ``asof`` out and both are the same date: no hindsight. Leave both out and they are the
    newest date of the case (of a case that has ended: its last day, as known by now).

    Examples
    --------
    >>> import perpetuum
    >>> ledger = perpetuum.load("ai")
    >>> len(ledger.standings(datetime.date(2025, 10, 24))) < len(ledger.standings())
    True
    """

    name: str
    case: Case
    entities: Mapping[str, Entity]
    deals: tuple[Deal, ...]
    metrics: tuple[Claim, ...] = ()
    statements: tuple[Statement, ...] = ()
    told: tuple[Told, ...] = ()
    adoption: Adoption | None = None
    collapses: tuple[Collapse, ...] = ()
    scores: tuple[PastScore, ...] = field(default=(), compare=False)
    written: Mapping[str, Written] = field(default_factory=dict)
    criteria: Criteria | None = None
    hash: str = ""
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

    def clock(
        self, at: datetime.date | str | None = None, asof: datetime.date | str | None = None
    ) -> tuple[datetime.date, datetime.date]:
        """Both dates from what was given: one stands for both; none is the last day of the case, as known by now."""
        at_day, asof_day = self._day(at), self._day(asof)
        if at_day is None and asof_day is None:
            return self.case.last, self.case.newest
        return at_day or asof_day or self.case.newest, asof_day or at_day or self.case.newest

    def _day(self, said: datetime.date | str | None) -> datetime.date | None:
        if said is None or isinstance(said, datetime.date):
            return said
        if said == "latest":
            return self.case.newest
        named = {date.id: date.on for date in self.case.dates}
        if said in named:
            return named[said]
        try:
            return When.parse(said).last
        except UnitError as error:
            names = listed(named) if named else both("none", "無")
            dates = both(f"Named dates of this case: {names.en}", f"本案例命名的日期：{names.zh}")
            raise UnitError(error.what, lines(error.repair, dates)) from None

    def entity(self, id: str) -> Entity:
        """One firm or pool by its id; an unknown id raises ``UnknownName`` with the nearest."""
        if id not in self.entities:
            raise UnknownName(id, self.entities, what=ENTITY)
        return self.entities[id]

    @cached_property
    def legs_by_id(self) -> Mapping[str, Leg]:
        """Every leg of every version."""
        return {leg.id: leg for deal in self.deals for leg in deal.legs}

    @cached_property
    def deal_of(self) -> Mapping[str, Deal]:
        """The deal each leg belongs to."""
        return {leg.id: deal for deal in self.deals for leg in deal.legs}

    def legs(
        self,
        *,
        kind: str | None = None,
        payer: str | None = None,
        payee: str | None = None,
        ids: Iterable[str] | None = None,
    ) -> tuple[Leg, ...]:
        """Legs of all versions that fit what is given."""
        chosen = set(ids) if ids is not None else None
        return tuple(
            leg
            for leg in self.legs_by_id.values()
            if (kind is None or leg.kind == kind)
            and (payer is None or leg.payer == payer)
            and (payee is None or leg.payee == payee)
            and (chosen is None or leg.id in chosen)
        )

    def standings(
        self, at: datetime.date | str | None = None, asof: datetime.date | str | None = None
    ) -> Mapping[str, Standing]:
        """How every leg stood, by leg id."""
        return standings(self.deals, *self.clock(at, asof))

    def figure(
        self, leg: str, stage: Stage, asof: datetime.date | str | None = None, policy: str | None = None
    ) -> Figure | None:
        """The figure of one leg at one stage; nothing where it is unknown."""
        if leg not in self.legs_by_id:
            raise UnknownName(leg, self.legs_by_id, what=LEG)
        _, day = self.clock(None, asof)
        claims = [*self.legs_by_id[leg].amounts, *self.printed.get(leg, ())]
        return choose(usable(claims, stage, day), policy or self.case.policy)

    @cached_property
    def printed(self) -> Mapping[str, tuple[Claim, ...]]:
        """What the article prints of legs; only the policy ``article`` prefers it."""
        return queries.printed_claims(self)

    def network(
        self,
        at: datetime.date | str | None = None,
        stage: Stage = "paid",
        asof: datetime.date | str | None = None,
        policy: str | None = None,
    ) -> Network:
        """Firms, legs and the money on them at one stage.

        A leg without a usable figure is in ``network.unknown`` with its reason, never zero.
        """
        return networks.build(self, *self.clock(at, asof), stage, policy or self.case.policy)

    def opening(self, scenario: str, policy: str | None = None, asof: datetime.date | str | None = None) -> Network:
        """Who had signed what where a scenario opens.

        For most it is what is known at the newest date, or on the day ``asof``. A scenario that says on which day it
        ``opens`` gets only what had come to be by then, and of that what was known on the day ``asof``.
        """
        if self.case.machine is None:
            return self.network(at=asof, stage="signed", asof=asof, policy=policy)
        chosen = self.scenario(scenario)
        day = chosen.opens
        if day is None:
            return self.network(at=asof, stage="signed", asof=asof, policy=policy)
        known = self.case.newest if asof is None else self.clock(None, asof)[1]
        then = self.until(day, chosen.included).network(at=day, stage="signed", asof=known, policy=policy)
        return replace(then, opens=day)

    def panel(self, asof: datetime.date | str | None = None, policy: str | None = None) -> Panel:
        """What firms report, by quarter, as known on a date."""
        key = (self.clock(None, asof)[1], policy or self.case.policy)
        if key not in self._panels:
            self._panels[key] = panels.build(self, *key)
        return self._panels[key]

    @cached_property
    def _panels(self) -> dict[tuple[datetime.date, str], Panel]:
        return {}

    def ended_by(self, day: datetime.date) -> tuple[Claim, ...]:
        """What series say of periods that were over by a day, whenever it was published.

        A quarter is over when the firm's own quarter is, which may end after the calendar's. What could only be
        said in hindsight, such as a peak, is left out.
        """
        return period.over(self.metrics, day)

    def until(self, day: datetime.date, late: Collection[str] = ()) -> Ledger:
        """The same case as it had come to be by a day, whenever that was printed: for a replay.

        ``late`` names legs that stay although they came later.

        Examples
        --------
        >>> import perpetuum
        >>> case = perpetuum.load("telecom-2000")
        >>> then = case.until(datetime.date(2000, 9, 30))
        >>> len(then.legs_by_id) < len(case.legs_by_id), {claim.ended.year for claim in then.metrics} <= {*range(2001)}
        (True, True)
        """
        return period.until(self, day, late)

    def not_then(self, day: datetime.date) -> tuple[period.NotThen, ...]:
        """Legs that did not surely stand on a day, each with its reason."""
        return period.not_then(self, day)

    def scenarios(self) -> tuple[str, ...]:
        """The names of the scenarios the case comes with."""
        return tuple(self.written)

    def scenario(self, name: str) -> Scenario:
        """One scenario with all that its bases say; an unknown name raises ``UnknownName`` with the nearest."""
        return merged(name, self.written)

    def chain(self, leg: str) -> tuple[Leg, ...]:
        """All versions of the promise a leg belongs to, oldest first; also takes a deal's id."""
        return chains.chain(self, leg)

    def find(self, name: str) -> tuple[chains.Found, ...]:
        """Everything in the case whose id or name holds the given words."""
        return chains.find(self, name)

    def total(
        self,
        *,
        stage: Stage,
        kind: str | None = None,
        legs: Iterable[str] | None = None,
        at: datetime.date | str | None = None,
        asof: datetime.date | str | None = None,
        policy: str | None = None,
    ) -> totals.Total:
        """The sum over counted legs at one stage, with what it leaves out.

        The sum over ``legs`` one names is refused (``NetworkError``) where it would count money twice.
        """
        days = self.clock(at, asof)
        if legs is not None:
            return totals.add(self, legs, stage, days[1], policy or self.case.policy)
        return totals.total(self, *days, stage, kind, policy or self.case.policy)

    def paid(
        self,
        payer: str,
        payee: str,
        at: datetime.date | str | None = None,
        asof: datetime.date | str | None = None,
    ) -> tuple[totals.Payment, ...]:
        """Known payments of one pair, by span; of overlapping spans one counts, the rest are rivals."""
        return totals.paid(self, payer, payee, *self.clock(at, asof))

    def audit(self) -> tuple[Audited, ...]:
        """The statements of the article with every proof computed."""
        return audit(self.statements)

    def gaps(self, at: datetime.date | str | None = None, asof: datetime.date | str | None = None) -> gaps.Gaps:
        """How much is unknown on a date."""
        return gaps.gaps(self, *self.clock(at, asof))

    def findings(self) -> tuple[queries.Answered, ...]:
        """Every query the case tells, answered at its dates."""
        return queries.answer_all(self)

    def quarter(self, at: datetime.date | str | None = None) -> Quarter:
        """The calendar quarter of a date."""
        return Quarter.of(self.clock(at)[0])
