"""From the forms of case files to the words of the core, noting every problem on the way."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from perpetuum.core.cast import Cast
from perpetuum.core.claim import Claim
from perpetuum.core.deal import (
    TRIGGER_WORDS,
    Contingent,
    Deal,
    Event,
    Exit,
    Leg,
    Release,
    Schedule,
    StandsApart,
    Supersedes,
    Trigger,
    Unlock,
)
from perpetuum.core.entity import Entity, Merged
from perpetuum.core.errors import listed, not_a, suggest
from perpetuum.core.nouns import LEG_OF_DEAL, SOURCE_OF_FILE
from perpetuum.core.parameter import Parameter
from perpetuum.core.reading import Episode
from perpetuum.core.source import Source
from perpetuum.core.text import Text, both
from perpetuum.ledger import schema
from perpetuum.ledger.case import Case, Expected, NamedDate, Proof, Said, Statement, Told
from perpetuum.ledger.versions import stage_known_from
from perpetuum.ledger.yaml_text import NO_KEYS, Document, Path

F = TypeVar("F", bound=BaseModel)
_MAPPING = (
    both("keys and values must stand here.", "這裡必須是鍵與值。"),
    both("Write them indented below, or as {key: value}.", "請縮排寫在下面，或寫成 {key: value}。"),
)
# What pydantic finds, in our words.
_SHAPES = {
    "string_type": (
        both("one word or sentence must stand here.", "這裡必須是一個詞或一句話。"),
        both("Write it after the colon, or remove the line.", "請寫在冒號後面，或移除這一行。"),
    ),
    "tuple_type": (
        both("a list must stand here.", "這裡必須是清單。"),
        both("Begin every entry with `- `, or write [one, two].", "每一項請以 `- ` 開頭，或寫成 [one, two]。"),
    ),
    "too_short": (both("the list is empty.", "清單是空的。"), both("Add at least one entry.", "請至少加上一項。")),
    "model_type": _MAPPING,
    "dict_type": _MAPPING,
}
# What it says of numbers stays in its own words; here is the Chinese.
_OF_NUMBERS = {
    "int_parsing": "這裡必須是整數。",
    "int_type": "這裡必須是整數。",
    "greater_than_equal": "這個數必須大於或等於 {ge}。",
    "less_than_equal": "這個數必須小於或等於 {le}。",
    "float_parsing": "這裡必須是數字。",
    "float_type": "這裡必須是數字。",
    "finite_number": "這裡必須是有限的數。",
}


def fill(document: Document, form: type[F]) -> F | None:
    """Fill a form from a document; what does not fit becomes a problem with line and repair."""
    if document.problems and document.content is None:
        return None
    if not isinstance(document.content, dict):
        document.problem((), *NO_KEYS)
        return None
    try:
        return form.model_validate(document.content)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        for fault in faults:
            if not _follows_from_another(fault, faults):
                _note(document, form, fault)
        return None


def sound_parts(content: Any) -> schema.CaseForm:
    """A case made of the keys of case.yaml that can be read, the others as if they were not there."""
    given = content if isinstance(content, dict) else {}
    blank = {"id": "case", "name": {"en": "Case", "zh": "案例"}, "newest": "2199-12-31"}
    try:
        return schema.CaseForm.model_validate(blank | given)
    except ValidationError as error:
        faulty = {fault["loc"][0] for fault in error.errors()}
        return schema.CaseForm.model_validate(blank | {key: given[key] for key in given.keys() - faulty})


def _follows_from_another(fault: Any, faults: Sequence[Any]) -> bool:
    """Does a list only seem too short because an entry is wrong, or a key seem missing because it is misspelt?"""
    path = fault["loc"]
    if fault["type"] == "too_short":
        return any(other["loc"][: len(path)] == path for other in faults if other is not fault)
    strangers = [str(f["loc"][-1]) for f in faults if f["type"] == "extra_forbidden" and f["loc"][:-1] == path[:-1]]
    return fault["type"] == "missing" and bool(difflib.get_close_matches(str(path[-1]), strangers, n=1))


def _note(document: Document, form: type[BaseModel], fault: Any) -> None:
    path: Path = tuple(part for part in fault["loc"])
    # A missing key has no line of its own.
    document.problem(path[:-1] if fault["type"] == "missing" else path, *_told(form, path, fault))


def _told(form: type[BaseModel], path: Path, fault: Any) -> tuple[Text, Text]:
    """What is wrong and how to mend it, in our words."""
    kind, given, more = fault["type"], fault["input"], fault.get("ctx", {})
    if kind == "refused":
        return more["what"], more["repair"]
    if kind in _SHAPES:
        return _SHAPES[kind]
    if kind == "extra_forbidden":
        known = _keys_at(form, path[:-1])
        near, all_known = suggest(str(path[-1]), known), listed(known)
        return (
            both(f"the key `{path[-1]}` is unknown; {near.en}", f"不認得鍵 `{path[-1]}`；{near.zh}"),
            both(f"Known here: {all_known.en}.", f"這裡可用的有：{all_known.zh}。"),
        )
    if kind == "missing":
        return (
            both(f"`{path[-1]}` is missing.", f"缺少 `{path[-1]}`。"),
            both(f"Add the line `{path[-1]}: ...`", f"請加上這一行：`{path[-1]}: ...`"),
        )
    if kind == "literal_error":
        expected = more["expected"].replace("'", "")
        among = both(expected, re.sub(", | or ", "、", expected))
        return (
            both(f"`{given}` is not possible here.", f"這裡不能寫 `{given}`。"),
            both(f"Write one of: {among.en}.", f"請寫下列其中一個：{among.zh}。"),
        )
    if kind == "string_pattern_mismatch":
        return (
            both(f"`{given}` is not an id.", f"`{given}` 不是 id。"),
            both(
                "Write letters, digits, `-` and `_`, and begin with a letter or a digit.",
                "請用英文字母、數字、`-` 與 `_`，並以字母或數字開頭。",
            ),
        )
    in_chinese = _OF_NUMBERS.get(kind, "這個值不合這裡的格式。").format(**more)
    return both(f"{fault['msg'].rstrip('.')}.", in_chinese), schema.COMPARE


def _keys_at(form: type[BaseModel], path: Path) -> list[str]:
    for part in path:
        fields = form.model_fields
        inner = fields.get(str(part)) or next((f for f in fields.values() if f.alias == part), None)
        # What is no key of a form is a place in a list, or a key that the case chose.
        form = (_form_inside(inner.annotation) if inner else None) or form
    return [field.alias or name for name, field in form.model_fields.items()]


def _form_inside(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _form_inside(inner)
        if found:
            return found
    return None


def build_source(document: Document, path: Path, form: schema.SourceForm) -> Source:
    """One source."""
    return Source(**{name: getattr(form, name) for name in type(form).model_fields}, where=document.where(path))


def build_entity(document: Document, form: schema.EntityForm) -> Entity:
    """One firm or pool."""
    identifiers = form.identifiers.model_dump(exclude_none=True) if form.identifiers else {}
    return Entity(
        id=form.id,
        name=form.name,
        roles=form.roles,
        identifiers=tuple((name, str(value).lower() if value in (True, False) else str(value))
                          for name, value in identifiers.items()),
        group=form.group,
        vehicle=form.vehicle,
        of=form.of,
        aggregate=form.aggregate,
        outside=form.outside,
        merged_into=Merged(entity=form.merged_into.entity, on=form.merged_into.on) if form.merged_into else None,
        note=form.note,
        url=form.url,
        where=document.where(),
    )  # fmt: skip


@dataclass(slots=True)
class DealBuilder:
    """One deal file on its way to a ``Deal``: its sources by id, and the document for complaints."""

    document: Document
    form: schema.DealForm
    shared_sources: Mapping[str, Source]
    sources: dict[str, Source] = field(default_factory=dict)

    def build(self) -> Deal:
        """The deal, with every claim bound to its source and its date of knowledge."""
        for i, source in enumerate(self.form.sources):
            if source.id in self.sources:
                self.document.problem(
                    ("sources", i, "id"),
                    both(f"the source `{source.id}` is declared twice.", f"來源 `{source.id}` 宣告了兩次。"),
                    both("Give one of them another id.", "請為其中之一改用別的 id。"),
                )
            self.sources[source.id] = build_source(self.document, ("sources", i), source)
        events = tuple(self._event(i, event) for i, event in enumerate(self.form.events))
        legs = tuple(self._leg(i, leg, events) for i, leg in enumerate(self.form.legs))
        return Deal(
            id=self.form.id, name=self.form.name, legs=legs, events=events, story=self.form.story,
            sources=tuple(self.sources.values()), where=self.document.where(),
        )  # fmt: skip

    def _source(self, path: Path, id: str) -> Source | None:
        source = self.sources.get(id) or self.shared_sources.get(id)
        if source is None:
            known = [*self.sources, *self.shared_sources]
            repair = both(
                "Declare it under `sources:` with id, title, kind, tier and url.",
                "請在 `sources:` 底下宣告，寫明 id、title、kind、tier 與 url。",
            )
            self.document.problem(path, not_a(SOURCE_OF_FILE, id, known), repair)
        return source

    def _event(self, i: int, form: schema.EventForm) -> Event:
        path: Path = ("events", i)
        legs = [leg.id for leg in self.form.legs]
        if form.leg is not None and form.leg not in legs:
            repair = both(
                "Name a leg of this file, or leave `leg` out to speak of all.",
                "請寫本檔案的分項；若指全部分項，請省略 `leg`。",
            )
            self.document.problem((*path, "leg"), not_a(LEG_OF_DEAL, form.leg, legs), repair)
        return Event(
            word=form.word,  # type: ignore[arg-type]
            on=getattr(form, form.word),
            leg=form.leg,
            source=self._source((*path, "source"), form.source) if form.source else None,
            binding=form.binding,
            note=form.note,
            where=self.document.where(path),
        )

    def _leg(self, i: int, form: schema.LegForm, events: Sequence[Event]) -> Leg:
        path: Path = ("legs", i)
        own = [event for event in events if event.leg in (None, form.id)]
        if not own:
            line = f"{{announced: 2026-02-27, leg: {form.id}}}"
            self.document.problem(
                path,
                both(
                    f"the leg `{form.id}` has no event, so nobody knows since when it is known.",
                    f"分項 `{form.id}` 沒有事件，因此不知道從何時起可以得知。",
                ),
                both(f"Add under `events:` a line such as {line}.", f"請在 `events:` 底下加上一行，例如 {line}。"),
            )
        return Leg(
            id=form.id,
            kind=form.kind,
            payer=form.payer,
            payee=form.payee,
            amounts=tuple(self._claims(path, form, own)),
            schedule=Schedule(start=form.schedule.start, end=form.schedule.end) if form.schedule else Schedule(),
            unlock=Unlock(stock=form.unlock.stock, of=form.unlock.of, pays=form.unlock.pays) if form.unlock else None,
            contingent=_contingent(form.contingent),
            exit=Exit(by=form.exit.by, notice=form.exit.notice, after=form.exit.after) if form.exit else None,
            share=form.share,
            compute_gw=form.compute_gw,
            supersedes=Supersedes(leg=form.supersedes.leg, mode=form.supersedes.mode) if form.supersedes else None,
            stands_apart=StandsApart(why=form.stands_apart.why, of=form.stands_apart.of, note=form.stands_apart.note)
            if form.stands_apart else None,
            note=form.note,
            where=self.document.where(path),
        )  # fmt: skip

    def _claims(self, path: Path, form: schema.LegForm, events: Sequence[Event]) -> list[Claim]:
        claims = []
        for n, amount in enumerate(form.amounts):
            at: Path = (*path, "amounts", n)
            if amount.stage is None:
                self.document.problem(
                    at,
                    both("a figure without a stage does not exist.", "數字一定有階段。"),
                    both("Add stage: announced, signed or paid.", "請加上 stage：announced、signed 或 paid。"),
                )
                continue
            source = self._source((*at, "source"), amount.source)
            known = amount.known_from or stage_known_from(events, amount.stage)
            if source is None or known is None:
                continue
            claims.append(
                Claim(
                    id=f"{form.id}/{amount.stage}/{n + 1}", subject=form.id, attribute="amount", says=amount.says,
                    source=source, known_from=known, stage=amount.stage, period=amount.period, at=amount.at,
                    reading=amount.reading, definition=amount.definition, note=amount.note,
                    where=self.document.where(at),
                )
            )  # fmt: skip
        return claims


def _contingent(form: schema.ContingentForm | None) -> Contingent | None:
    if form is None:
        return None
    return Contingent(
        when=_trigger(form.when), cap=form.cap, from_=form.from_, until=form.until, covers=form.covers,
        share=form.share, form=form.form, cap_follows=Release(stock=steps.stock, of=steps.of, full=steps.full)
        if (steps := form.cap_follows) else None, count=form.count, strike=form.strike, says=form.says,
    )  # fmt: skip


def _trigger(form: schema.TriggerForm) -> Trigger:
    for word in ("all", "any"):
        parts = getattr(form, word)
        if parts:
            return Trigger(word=word, parts=tuple(_trigger(part) for part in parts))  # type: ignore[arg-type]
    word = next(word for word in TRIGGER_WORDS if getattr(form, word))
    value = str(getattr(form, word))
    if word in ("milestone", "sold_below"):
        return Trigger(word=word, stock=value, of=form.of, reaches=str(form.reaches) if form.reaches else None)
    if word in ("price", "date"):
        return Trigger(word=word, of=form.of, reaches=value)
    return Trigger(word=word, of=value)


def build_case(document: Document, form: schema.CaseForm) -> Case:
    """What the case says about itself."""
    return Case(
        id=form.id,
        name=form.name,
        newest=form.newest,
        ends=form.ends,
        policy=form.policy,
        about=form.about,
        missing=form.missing,
        dates=tuple(NamedDate(id=date.id, on=date.on, name=date.name) for date in form.dates),
        loop=form.loop,
        focus=form.focus,
        shocks=form.shocks,
        groups=dict(form.groups),
        series={name: (s.entity, s.metric, s.product) for name, s in form.series.items()},
        topics={topic.id: topic.name for topic in form.topics},
        sectors={sector.id: sector.name for sector in form.sectors},
        sources=tuple(build_source(document, ("sources", i), s) for i, s in enumerate(form.sources)),
        article=form.article,
        credits=form.credits,
        parameters=_parameters(document, form.parameters),
        episodes=tuple(
            Episode(
                **{name: getattr(each, name) for name in type(each).model_fields}, where=document.where(("episodes", i))
            )
            for i, each in enumerate(form.episodes)
        ),
        machine=_cast(document, form.machine),
        where=document.where(),
    )


def _parameters(document: Document, forms: Sequence[schema.ParameterForm]) -> dict[str, Parameter]:
    """The numbers that studies need, by id."""
    found: dict[str, Parameter] = {}
    for i, form in enumerate(forms):
        path: Path = ("parameters", i)
        if form.id in found:
            document.problem(
                (*path, "id"),
                both(f"the parameter `{form.id}` stands here twice.", f"參數 `{form.id}` 在這裡出現了兩次。"),
                both("Keep one of the two.", "請只留一個。"),
            )
        given = {name: getattr(form, name) for name in type(form).model_fields}
        found.setdefault(form.id, Parameter(**given, where=document.where(path)))
    return found


def _cast(document: Document, form: schema.CastForm | None) -> Cast | None:
    """Who plays which part, if the case says so."""
    if form is None:
        return None
    given = {name: getattr(form, name) for name in type(form).model_fields}
    return Cast(**given, where=document.where(("machine",)))


def build_statements(document: Document, form: schema.ArticleForm) -> tuple[Statement, ...]:
    """The statements of the article under audit."""
    return tuple(
        Statement(
            id=said.id,
            subject=said.subject,
            what=said.what,
            printed=Said(value=said.printed.value, unit=said.printed.unit, words=said.printed.words),
            public=Said(value=said.public.value, unit=said.public.unit, words=said.public.words),
            verdict=said.verdict,
            explanation=said.explanation,
            as_of=said.as_of,
            quote=said.quote,
            url=said.url,
            proofs=tuple(Proof(compute=p.compute, gives=p.gives, within=p.within, says=p.says) for p in said.proofs),
            leg=(said.amount or {}).get("leg"),
            says=(said.amount or {}).get("says"),
            where=document.where(("statements", i)),
        )
        for i, said in enumerate(form.statements)
    )


def build_findings(document: Document, form: schema.FindingsForm) -> tuple[Told, ...]:
    """The queries the case tells, with what they must answer."""
    return tuple(
        Told(
            id=told.id,
            query=told.query,
            ask=told.ask,
            expect=tuple(Expected(asof=e.asof, gives=e.gives, within=e.within) for e in told.expect),
            sentence=told.sentence,
            knowledge=told.knowledge,
            note=told.note,
            where=document.where(("findings", i)),
        )
        for i, told in enumerate(form.findings)
    )
