"""What a case says about itself: its dates, groups, series, and the article it audits."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from perpetuum.core.cast import Cast
from perpetuum.core.parameter import Parameter
from perpetuum.core.reading import Episode
from perpetuum.core.record import Record
from perpetuum.core.source import Source
from perpetuum.core.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDate:
    """A date the case is asked about by name."""

    id: str
    on: datetime.date
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Record):
    """A folder of facts about one machine of money.

    ``missing`` says what its dials lack and nobody guessed.
    ``newest`` is the last day on which any of it became known. A case about a time that is over also says when it
    ``ends``: then that is the day spoken of where nobody names one, with all that is known of it by now.
    """

    id: str
    name: Text
    newest: datetime.date
    ends: datetime.date | None = None
    policy: str = "best_source"
    about: Text | None = None
    missing: Text | None = None
    dates: tuple[NamedDate, ...] = ()
    loop: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    shocks: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    series: Mapping[str, tuple[str, str, str | None]] = field(default_factory=dict)
    topics: Mapping[str, Text] = field(default_factory=dict)
    sectors: Mapping[str, Text] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    episodes: tuple[Episode, ...] = ()
    machine: Cast | None = None
    sources: tuple[Source, ...] = ()
    article: str | None = None
    credits: tuple[Text, ...] = ()

    @property
    def last(self) -> datetime.date:
        """The last day the case speaks of."""
        return self.ends or self.newest

    @property
    def article_source(self) -> Source | None:
        """The source that is the article under audit."""
        return next((source for source in self.sources if source.id == self.article), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A value as somebody printed it: a number with its unit, or words in both languages."""

    value: str | None = None
    unit: str | None = None
    words: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Arithmetic that needs no source."""

    compute: str
    gives: float
    within: float
    says: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Record):
    """One factual statement of the article, what the public record says, and the verdict."""

    id: str
    subject: str
    what: Text
    printed: Said
    public: Said
    verdict: str
    explanation: Text
    as_of: str | None = None
    quote: str | None = None
    url: str | None = None
    proofs: tuple[Proof, ...] = ()
    leg: str | None = None
    says: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a query must answer as known on a date."""

    asof: datetime.date
    gives: Any
    within: Any = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Record):
    """A query of the ledger with its expected answers and the sentence that tells it."""

    id: str
    query: str
    ask: Mapping[str, Any]
    expect: tuple[Expected, ...]
    sentence: Text
    knowledge: str
    note: Text | None = None
