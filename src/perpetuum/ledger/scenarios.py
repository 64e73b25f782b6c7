"""The possible worlds of a case: each file says only how it differs from the one it is based on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from perpetuum.core import nouns
from perpetuum.core.errors import UnknownName, not_a
from perpetuum.core.kinds import KINDS
from perpetuum.core.scenario import ASSUMED, Change, Opening, Scenario, ScenarioLeg, Shock, Spread
from perpetuum.core.source import Source
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.ledger import schema
from perpetuum.ledger.build import build_source
from perpetuum.ledger.yaml_text import Document, Path

_IN_SOURCE = both("it stands in the source.", "載於來源。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One scenario file: its own lines, and what it leaves to its base."""

    own: Scenario
    opening: Opening | None
    spread_ranges: bool | None


def merged(name: str, written: Mapping[str, Written]) -> Scenario:
    """A scenario with all that its chain of bases says: the base first, own lines win.

    Raises
    ------
    UnknownName
        If there is no such scenario.
    """
    if name not in written:
        raise UnknownName(name, written, what=nouns.SCENARIO_OF_CASE)
    own = written[name].own
    if own.base is None:
        return _over(Scenario(id=own.id, name=own.name), written[name])
    return _over(merged(own.base, written), written[name])


def _over(base: Scenario, written: Written) -> Scenario:
    own = written.own
    return replace(
        own,
        opening=base.opening if written.opening is None else written.opening,
        opens=own.opens or base.opens,
        spread_ranges=base.spread_ranges if written.spread_ranges is None else written.spread_ranges,
        legs=(*base.legs, *own.legs),
        changes=_later_wins(base.changes, own.changes),
        spreads=tuple(({spread.of: spread for spread in (*base.spreads, *own.spreads)}).values()),
        shocks=(*base.shocks, *own.shocks),
    )


def _later_wins(base: Sequence[Change], own: Sequence[Change]) -> tuple[Change, ...]:
    """One change a target; a value without a range of its own keeps the earlier one."""
    found: dict[tuple[str, bool], Change] = {}
    for change in (*base, *own):
        key = (change.target, change.to is None)
        earlier = found.get(key)
        if earlier is not None and change.low is None:
            change = replace(change, low=earlier.low, high=earlier.high)
        found[key] = change
    return tuple(found.values())


@dataclass(slots=True, kw_only=True)
class Folder:
    """All scenario files of a case on their way to scenarios."""

    documents: dict[str, Document]
    forms: dict[str, schema.ScenarioForm]
    unread: set[str]

    def __init__(self) -> None:
        self.documents, self.forms, self.unread = {}, {}, set()

    def add(self, document: Document, form: schema.ScenarioForm | None, stem: str) -> None:
        """One file; a file that could not be read still has a name that others may use."""
        if form is None:
            self.unread.add(stem)
        elif form.id in self.forms:
            first = self.documents[form.id].file
            document.problem(
                ("id",),
                both(f"the scenario `{form.id}` also stands in {first}.", f"情境 `{form.id}` 也寫在 {first}。"),
                both("Give one of them another id.", "請為其中之一改用別的 id。"),
            )
        else:
            self.documents[form.id], self.forms[form.id] = document, form

    def build(self, shared: Sequence[Source], entities: set[str], legs: set[str]) -> dict[str, Written]:
        """Every scenario, with names checked; problems go to the documents."""
        broken = {name for name in self.forms if self._has_no_end(name)}
        written = {}
        for name in sorted(self.forms):
            chain = [name] if name in broken else list(self._chain(name))
            builder = _Builder(self.documents[name], self.forms[name], self._sources(chain, shared))
            whole = builder.build()
            written[name] = replace(whole, own=replace(whole.own, base=None)) if name in broken else whole
            known = {leg.id for link in chain[1:] for leg in self.forms[link].legs}
            builder.check(entities, legs, known)
        return written

    def _chain(self, name: str) -> Iterator[str]:
        """A scenario, its base, the base of that and so on, as far as they could be read."""
        seen: set[str] = set()
        here: str | None = name
        while here in self.forms and here not in seen:
            yield here
            seen.add(here)
            here = self.forms[here].base

    def _has_no_end(self, name: str) -> bool:
        """Note a base that is unknown or comes back to the scenario itself."""
        base, document = self.forms[name].base, self.documents[name]
        if base is None or base in self.unread:
            return False
        if base not in self.forms:
            known = {*self.forms, *self.unread} - {name}
            document.problem(
                ("base",),
                not_a(nouns.SCENARIO_OF_CASE, base, known),
                both("Correct the name, or leave `base` out.", "請更正名稱，或省略 `base`。"),
            )
            return True
        chain = list(self._chain(name))
        if self.forms[chain[-1]].base != name:
            return False
        loop = " → ".join([*chain, name])
        document.problem(
            ("base",),
            both(f"the scenario inherits from itself: {loop}.", f"情境繼承了自己：{loop}。"),
            both("Leave `base` out in one of them.", "請在其中之一省略 `base`。"),
        )
        return True

    def _sources(self, chain: Sequence[str], shared: Sequence[Source]) -> dict[str, Source]:
        """Sources by id: of the case, of the bases, and of the file itself, which win in this order."""
        found = {source.id: source for source in shared}
        for name in reversed(chain):
            document = self.documents[name]
            found |= {s.id: build_source(document, ("sources", i), s) for i, s in enumerate(self.forms[name].sources)}
        return found


def read_alone(
    document: Document,
    form: schema.ScenarioForm,
    case: Sequence[Source],
    entities: set[str],
    legs: set[str],
    known: Mapping[str, Written],
) -> Written:
    """A scenario that stands beside a case; what is wrong with it goes to the document.

    Parameters
    ----------
    known
        The scenarios of the case: it may be based on one of them, and must not take the name of one.
    """  # fmt: skip
    if form.id in known:
        document.problem(
            ("id",),
            both(f"the case has a scenario `{form.id}` already.", f"案例已有情境 `{form.id}`。"),
            both("Give it another id.", "請改用別的 id。"),
        )
    if form.base is not None and form.base not in known:
        document.problem(("base",), not_a(nouns.SCENARIO_OF_CASE, form.base, known), _CORRECT)
    own = {source.id: build_source(document, ("sources", i), source) for i, source in enumerate(form.sources)}
    builder = _Builder(document, form, {source.id: source for source in case} | own)
    whole = builder.build()
    base = merged(form.base, known).legs if form.base is not None and form.base in known else ()
    builder.check(entities, legs, {leg.id for leg in base})
    return whole


@dataclass(slots=True)
class _Builder:
    """One scenario file on its way: its sources by id, and the document for complaints."""

    document: Document
    form: schema.ScenarioForm
    sources: Mapping[str, Source]

    def build(self) -> Written:
        """The lines of the file itself, as core words."""
        own = Scenario(
            id=self.form.id,
            name=self.form.name,
            about=self.form.about,
            base=self.form.base,
            opens=self.form.opens,
            legs=tuple(self._leg(i, leg) for i, leg in enumerate(self.form.legs)),
            changes=tuple(self._change(i, change) for i, change in enumerate(self.form.changes)),
            spreads=tuple(self._spread(i, spread) for i, spread in enumerate(self.form.spreads)),
            shocks=tuple(self._shock(i, shock) for i, shock in enumerate(self.form.shocks)),
            where=self.document.where(),
        )
        return Written(own=own, opening=self.form.opening, spread_ranges=self.form.spread_ranges)

    def _leg(self, i: int, form: schema.ScenarioLegForm) -> ScenarioLeg:
        path: Path = ("legs", i)
        return ScenarioLeg(id=form.id, kind=form.kind, payer=form.payer, payee=form.payee, **self._ground(path, form))

    def _change(self, i: int, form: schema.ChangeForm) -> Change:
        return Change(
            target=form.set or form.leg or "", to=form.to, include=form.include, low=form.low, high=form.high,
            **self._ground(("changes", i), form),
        )  # fmt: skip

    def _spread(self, i: int, form: schema.SpreadForm) -> Spread:
        given = {name: getattr(form, name) for name in type(form).model_fields}
        return Spread(**given, where=self.document.where(("spreads", i)))

    def _shock(self, i: int, form: schema.ShockForm) -> Shock:
        return Shock(
            at=form.at, target=form.target, do=form.do, value=form.value, ramp=form.ramp, lasts=form.lasts,
            by=form.by, **self._ground(("shocks", i), form),
        )  # fmt: skip

    def _ground(self, path: Path, form: schema.GroundForm) -> dict[str, Any]:
        source = self._source((*path, "source"), form.source) if form.source is not None else None
        because = form.because or (_IN_SOURCE if form.source else ASSUMED)
        basis = form.basis or ("sourced" if form.source else "assumed")
        return {"because": because, "basis": basis, "source": source, "where": self.document.where(path)}

    def _source(self, path: Path, id: str) -> Source | None:
        source = self.sources.get(id)
        if source is None:
            repair = both(
                "Declare it under `sources:` with id, title, kind, tier and url.",
                "請在 `sources:` 底下宣告，寫明 id、title、kind、tier 與 url。",
            )
            self.document.problem(path, not_a(nouns.SOURCE_OF_SCENARIO, id, self.sources), repair)
        return source

    def check(self, entities: set[str], deal_legs: set[str], base_legs: set[str]) -> None:
        """Names that stand for nothing, and lines that stand twice."""
        self._check_legs(entities, deal_legs, base_legs)
        self._check_opens()
        known = {*deal_legs, *base_legs, *(leg.id for leg in self.form.legs)}
        for i, change in enumerate(self.form.changes):
            if change.leg is not None and change.leg not in known:
                self.document.problem(("changes", i, "leg"), not_a(nouns.LEG_OF_CASE, change.leg, known), _CORRECT)
        for i, spread in enumerate(self.form.spreads):
            if spread.of in {earlier.of for earlier in self.form.spreads[:i]}:
                self.document.problem(("spreads", i, "of"), *_twice(spread.of))
        targets = [(change.set, change.leg) for change in self.form.changes]
        for i, target in enumerate(targets):
            if target in targets[:i]:
                self.document.problem(("changes", i), *_twice(target[0] or target[1] or ""))
        ids = [source.id for source in self.form.sources]
        for i, id in enumerate(ids):
            if id in ids[:i]:
                self.document.problem(("sources", i, "id"), *_twice(id))

    def _check_opens(self) -> None:
        day = self.form.opens
        if day is not None and day != Quarter.of(day).last:
            last = Quarter.of(day).last
            self.document.problem(
                ("opens",),
                both(f"{day} closes no quarter.", f"{day} 不是季底。"),
                both(f"Write the last day of a quarter, for example: {last}", f"請寫某一季的最後一天，例如：{last}"),
            )

    def _check_legs(self, entities: set[str], deal_legs: set[str], base_legs: set[str]) -> None:
        taken = deal_legs | base_legs
        for i, leg in enumerate(self.form.legs):
            path: Path = ("legs", i)
            if leg.id in taken:
                self.document.problem(
                    (*path, "id"),
                    both(f"there is already a leg `{leg.id}`.", f"已經有分項 `{leg.id}`。"),
                    both("Choose another id, or change the leg there is.", "請改用別的 id，或變更現有的分項。"),
                )
            taken = taken | {leg.id}
            if leg.kind not in KINDS:
                self.document.problem((*path, "kind"), not_a(nouns.KIND_OF_FLOW, leg.kind, KINDS), _CORRECT)
            for end in ("payer", "payee"):
                if (firm := getattr(leg, end)) not in entities:
                    self.document.problem((*path, end), not_a(nouns.ENTITY, firm, entities), _CORRECT)
            if leg.payer == leg.payee:
                self.document.problem(
                    path,
                    both(f"`{leg.payer}` pays itself.", f"`{leg.payer}` 付款給自己。"),
                    both("Name two different entities.", "請寫兩個不同的個體。"),
                )


_CORRECT = both("Correct the name, or add what it stands for.", "請更正名稱，或補上它所指的內容。")


def _twice(name: str) -> tuple[Text, Text]:
    return (
        both(f"`{name}` stands here twice.", f"`{name}` 在這裡出現了兩次。"),
        both("Keep one of the two.", "請只留一個。"),
    )
