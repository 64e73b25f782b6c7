"""One sentence of a verdict: its kind, what it rests on, and how well that part of the model has forecast so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from perpetuum.core.claim import Claim
from perpetuum.core.reading import Knowledge
from perpetuum.core.text import Text
from perpetuum.report.blocks import Evidence
from perpetuum.report.evidence import claims_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How forecasts of one series did on quarters they had not seen.

    Parameters
    ----------
    ratio
        Continuous ranked probability score over that of the best naive rival: below 1 we were better. Nothing where
        no rival forecast the same.
    coverage
        Share of the outcomes inside the 80 % interval; nothing where no interval was given.
    forecasts
        How many forecasts were scored.
    rival
        The best naive one.
    is_hindsight
        The opening was written after the date: no forecast, and more was known than the rivals knew.
    is_current
        Made with the case and the scenario as they stand.
    name
        What the series is called.
    """

    series: str
    ratio: float | None
    coverage: float | None
    forecasts: int
    rival: str | None = None
    is_hindsight: bool = False
    is_current: bool = True
    name: Text | None = None

    @property
    def is_worse(self) -> bool:
        """Was the best naive rival better, or as good?"""
        return self.ratio is not None and self.ratio >= 1.0


Scores: TypeAlias = Mapping[str, Score]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number of a sentence, so that it can be set beside the same one of another date.

    ``low`` and ``high`` are the ends of its range, the same where it has none. A number that ``counts`` things has
    changed whenever it is another.
    """

    id: str
    label: Text
    shown: Text
    low: float
    high: float
    counts: bool = False

    @property
    def is_range(self) -> bool:
        """Does it have a range?"""
        return self.low < self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence with its value and everything that must travel with it.

    Parameters
    ----------
    knowledge
        One kind, never two: what a filing says, our arithmetic on claims, what a model gives, or that we do not know.
    evidence
        The claims and figures it rests on.
    model
        The run behind what a model gives: scenario or setting, its hash, seed and futures. Of nothing else.
    series
        The series of a hindcast that say how far this part of the model can be trusted.
    scores
        Those of them that have been scored.
    tells_scores
        It speaks of these scores itself.
    numbers
        Its numbers one by one, for a comparison with another date.
    gist
        What else must be the same for it to say the same: a name, a direction.
    """

    id: str
    text: Text
    knowledge: Knowledge
    value: object
    evidence: Evidence = ()
    model: str | None = None
    series: tuple[str, ...] = ()
    scores: tuple[Score, ...] = ()
    tells_scores: bool = False
    numbers: tuple[Number, ...] = ()
    gist: object = None

    @property
    def is_grounded(self) -> bool:
        """Does it name what a sentence of its kind must name, and nothing of another kind?

        Examples
        --------
        >>> told = Text(en="It falls.", zh="它倒下。")
        >>> Sentence(id="a", text=told, knowledge="the model gives", value=1, model="neutral").is_grounded
        True
        >>> Sentence(id="b", text=told, knowledge="our arithmetic", value=1).is_grounded
        False
        """
        if self.knowledge == "the model gives":
            return self.model is not None
        if self.knowledge == "we do not know":
            return self.model is None
        return self.model is None and bool(self.evidence)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim behind it, once."""
        return tuple(claims_of(self.evidence))


def scored(scores: Scores, series: tuple[str, ...]) -> tuple[Score, ...]:
    """The scores of some series, as far as there are any."""
    return tuple(scores[name] for name in series if name in scores)
