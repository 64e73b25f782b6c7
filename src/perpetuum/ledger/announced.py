"""Users as announced, told once: the adoption file is also the source of the dated series that the dials read."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from perpetuum.core import nouns
from perpetuum.core.adoption import Adoption, Announced, Seen
from perpetuum.core.claim import Claim
from perpetuum.core.errors import Problem, not_a
from perpetuum.core.metrics import METRICS
from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Where
from perpetuum.core.text import Text, both
from perpetuum.core.when import Span


def announced_claims(adoption: Adoption | None) -> tuple[Claim, ...]:
    """Every announcement of a series that has a name, as a claim; those that stand beside it are left out.

    A reader could know of one from the last day on which its page may have been published.
    """
    told = adoption.announced if adoption else ()
    return tuple(_claim(each, seen) for each in told if each.series for seen in each.seen if not seen.beside)


def _claim(told: Announced, seen: Seen) -> Claim:
    assert told.series is not None
    entity, metric, product = told.series
    day = seen.at.last
    return Claim(
        id=f"adoption/{told.technology}/{day}", subject=entity, attribute=metric, product=product,
        says=Quantity(seen.value, "users"), source=seen.source, known_from=_known_from(seen, day), status="reported",
        period=Span(day, day), period_label=str(day), note=seen.note.en if seen.note else None, where=seen.where,
    )  # fmt: skip


def _known_from(seen: Seen, day: datetime.date) -> datetime.date:
    return max(day, seen.source.published.last) if seen.source.published else day


def check_announced(adoption: Adoption | None, subjects: Iterable[str]) -> Iterator[Problem]:
    """Series of announcements that belong to nobody, or are no number of users."""
    people = {name for name, metric in METRICS.items() if metric.unit == "users"}
    for n, told in enumerate(adoption.announced if adoption else ()):
        if told.series is not None:
            yield from _known(
                told, f"announced.{n}.series.entity", told.series[0], set(subjects), nouns.ENTITY_OR_TOPIC
            )
            yield from _known(told, f"announced.{n}.series.metric", told.series[1], people, nouns.METRIC)


def _known(told: Announced, path: str, name: str, known: set[str], what: Text) -> Iterator[Problem]:
    if name not in known:
        yield Problem(
            where=told.where or Where("adoption.yaml"), path=path, what=not_a(what, name, known),
            repair=both("Correct the name, or add what it stands for.", "請更正名稱，或補上它所指的內容。"),
        )  # fmt: skip
