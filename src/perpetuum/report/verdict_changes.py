"""Two verdicts side by side: which numbers differ, which moved only inside their ranges, what is said otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from perpetuum.report import then_and_now
from perpetuum.report.sentence import Number, Sentence
from perpetuum.report.then_and_now import Told
from perpetuum.report.verdict import PARTS, PartId, Verdict

# `apart`: ranges that do not touch, a count that is another, a number without a range that moved by more than _NEAR.
Move = Literal["apart", "overlap", "same", "known", "unknown"]
# Numbers without a range closer than this, as a share of the larger one, are told as unchanged.
NEAR = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One number on two dates; nothing where it was not known."""

    before: Number | None
    after: Number | None

    @property
    def either(self) -> Number:
        """The later one, or the earlier where there is none."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def move(self) -> Move:
        """How far it moved."""
        before, after = self.before, self.after
        if before is None or after is None:
            return "known" if before is None else "unknown"
        if before.is_range or after.is_range:
            if (before.low, before.high) == (after.low, after.high):
                return "same"
            return "overlap" if before.low <= after.high and after.low <= before.high else "apart"
        if before.counts or after.counts:
            return "same" if before.low == after.low else "apart"
        return "same" if abs(after.low - before.low) <= NEAR * max(abs(before.low), abs(after.low)) else "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """A sentence that says something else on another date, or is said on one only; why not, where that is told."""

    id: str
    part: PartId
    before: Sentence | None
    after: Sentence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed between two dates: numbers one by one, the measures of then and now, and sentences."""

    numbers: tuple[Pair, ...]
    measures: tuple[Pair, ...]
    otherwise: tuple[Otherwise, ...]
    alike: int

    def moved(self, *moves: Move) -> tuple[Pair, ...]:
        """The numbers and measures that moved so."""
        return tuple(pair for pair in (*self.numbers, *self.measures) if pair.move in moves)

    @property
    def ids(self) -> tuple[str, ...]:
        """Of every number that lies apart or is known on one date only, and of every sentence that says otherwise."""
        return (*(each.id for each in self.otherwise), *(p.either.id for p in self.moved("apart", "known", "unknown")))

    def as_data(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "numbers": [
                {"id": pair.either.id, "before": _ends(pair.before), "after": _ends(pair.after), "move": pair.move}
                for pair in (*self.numbers, *self.measures)
            ],
            "otherwise": [
                {"id": each.id, "part": each.part, "before": _kind(each.before), "after": _kind(each.after)}
                for each in self.otherwise
            ],
        }


def _ends(number: Number | None) -> list[float] | None:
    return None if number is None else [number.low, number.high]


def _kind(sentence: Sentence | None) -> str | None:
    return None if sentence is None else sentence.knowledge


def changes(before: Verdict, after: Verdict) -> Changes:
    """Two verdicts on one case, the earlier one first."""
    said = [(part, *pair) for part in PARTS for pair in _sentences(before, after, part)]
    both = [(old, new) for _, old, new in said if old is not None and new is not None and old.id == new.id]
    otherwise = tuple(
        Otherwise(id=(new or old).id, part=part, before=old, after=new)  # type: ignore[union-attr]
        for part, old, new in said
        if not _alike(old, new)
    )
    return Changes(
        numbers=tuple(pair for old, new in both for pair in _numbers(old.numbers, new.numbers)),
        measures=tuple(_measures(before, after)), otherwise=otherwise, alike=len(said) - len(otherwise),
    )  # fmt: skip


def _alike(old: Sentence | None, new: Sentence | None) -> bool:
    """Is it one sentence of one kind that speaks of the same? Its numbers are compared one by one."""
    if old is None or new is None:
        return False
    return (old.id, old.knowledge, old.gist) == (new.id, new.knowledge, new.gist)


def _sentences(before: Verdict, after: Verdict, part: PartId) -> Iterator[tuple[Sentence | None, Sentence | None]]:
    """The sentences of a part by their ids. Where one date only says why nothing is known, that stands for them all."""
    old, new = ({each.id: each for each in of.parts.get(part, ())} for of in (before, after))
    why_old, why_new = _why_not(old), _why_not(new)
    alone = {each.id for each in (why_old, why_new) if each is not None}
    if alone and old.keys() != new.keys():
        for id in [*new, *(id for id in old if id not in new)]:
            if id not in alone:
                yield old.get(id, why_old), new.get(id, why_new)
        return
    for id in [*new, *(id for id in old if id not in new)]:
        yield old.get(id), new.get(id)


def _why_not(told: dict[str, Sentence]) -> Sentence | None:
    """The one sentence of a part that says why nothing is known, if that is all there is."""
    only = next(iter(told.values())) if len(told) == 1 else None
    return only if only is not None and only.knowledge == "we do not know" and not only.numbers else None


def _numbers(old: tuple[Number, ...], new: tuple[Number, ...]) -> Iterator[Pair]:
    first, second = {each.id: each for each in old}, {each.id: each for each in new}
    for id in [*second, *(id for id in first if id not in second)]:
        yield Pair(before=first.get(id), after=second.get(id))


def _measures(before: Verdict, after: Verdict) -> Iterator[Pair]:
    """The measures of then and now, on this side of the table, that are known on either date."""
    first = {row.id: _number(row.id, row.now) for row in before.then.rows}
    for row in after.then.rows:
        pair = Pair(before=first.get(row.id), after=_number(row.id, row.now))
        if pair.before is not None or pair.after is not None:
            yield pair


def _number(id: str, told: Told | None) -> Number | None:
    """A cell as a number; a vote is no number, and its counts stand among the others."""
    if told is None or not isinstance(told.value, int | float | list):
        return None
    low, high = (float(end) for end in (told.value[1:3] if isinstance(told.value, list) else [told.value] * 2))
    return Number(id=f"measure.{id}", label=then_and_now.row_name(id), shown=told.text, low=low, high=high,
                  counts=isinstance(told.value, int))  # fmt: skip
