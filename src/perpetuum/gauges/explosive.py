"""Is the price a bubble? One test on three inputs, each with its bound, its episodes and its warning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from perpetuum.core.errors import SeriesError
from perpetuum.core.reading import Band
from perpetuum.core.text import Text, both
from perpetuum.gauges.explosive_inputs import (
    INPUTS,
    NAMES,
    NOT_ASKED,
    Input,
    RatioForm,
    Series,
    long_enough,
    prepare,
    problems,
)
from perpetuum.gauges.explosive_known import (
    FALSE_VERDICTS,
    POWER,
    PUBLISHED,
    FalseVerdictsTable,
    Power,
    PublishedVerdict,
)
from perpetuum.gauges.explosive_settings import DEFAULTS, Settings, wrong_settings
from perpetuum.gauges.known_curve import KnownCurve
from perpetuum.maths.date_stamp import datestamp
from perpetuum.maths.explosive_bounds import wild_bound
from perpetuum.maths.explosive_sequence import PsySequence, psy_sequence
from perpetuum.maths.explosive_verdict import GsadfTest, gsadf_test
from perpetuum.maths.explosive_vintages import psy_vintages

Verdict = Literal["rejects", "does_not_reject", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """An episode with the labels of its dates; without dates they are the numbers of observations, from 0."""

    start: str
    end: str
    peak: str
    length: int
    ongoing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InputReading:
    """One input: what was tested, its verdict, the test and the episodes; where it is missing, why.

    ``in_hindsight`` says that the adoption curve was fitted to data later than the dates it is set beside. ``first``
    is the first date that was tested, ``since`` the first at which a curve was known; both only where they are later
    than the first of the price. ``curve`` names a curve laid anew at each date through ``observed`` observations.
    """

    input: Input
    name: Text
    verdict: Verdict
    because: Text | None = None
    form: RatioForm | None = None
    in_hindsight: bool = False
    first: str | None = None
    since: str | None = None
    curve: str | None = None
    observed: int | None = None
    test: GsadfTest | None = None
    window: tuple[str, str] | None = None
    episodes: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BubbleReading:
    """All three verdicts, what they amount to, and what is known against them.

    ``band``: no input rejects, ``running``; one or two, ``watch``; all three, ``alarm``; an input missing and none
    rejecting, ``unknown``. ``family_wise`` is the share of false alarms that the bound of one input is made for.
    """

    inputs: tuple[InputReading, ...]
    band: Band
    settings: Settings
    family_wise: float
    length: int
    span: tuple[str, str]
    false_verdicts: FalseVerdictsTable = FALSE_VERDICTS
    power: tuple[Power, ...] = POWER
    published: tuple[PublishedVerdict, ...] = PUBLISHED

    @property
    def rejecting(self) -> tuple[Input, ...]:
        """The inputs whose test rejects."""
        return tuple(each.input for each in self.inputs if each.verdict == "rejects")


def explosive_price(
    prices: Any,
    dates: Sequence[object] | None = None,
    fundamental: Any = None,
    adoption: Any = None,
    *,
    adoption_in_hindsight: bool = True,
    inputs: Iterable[Input] = INPUTS,
    settings: Settings = DEFAULTS,
) -> BubbleReading:
    """Test a price for explosive behaviour on its three inputs.

    Parameters
    ----------
    prices
        Above zero, oldest first, in any currency.
    dates
        One label for each price; they only name what is found.
    fundamental
        Dividend, sales or earnings for each price, above zero.
    adoption
        ln of a curve fitted to users or sales, never to the price: one number for each date, or a table whose row e
        holds the curve as fitted to what was known at date e. Its loading on the log price is one (assumed). Rows of
        NaN at the start mean that nothing was known yet, columns of NaN that the curve does not reach so far back.
        Or what :func:`perpetuum.gauges.known_curve.known_curve` gives: such a table, or why there is none.
    adoption_in_hindsight
        Whether a single curve was fitted to data later than its dates; a table is as known at the time.
    inputs
        Which inputs to test; the others are told as missing.
    settings
        How to test.

    Returns
    -------
    BubbleReading
        All three inputs in order, tested or missing with the reason.

    Raises
    ------
    SeriesError
        Every problem at once: numbers that are missing, not finite or not above zero, a constant series, too
        few observations, dates that do not match, a setting that cannot be.

    Notes
    -----
    Source: Phillips, Shi and Yu (2015), International Economic Review 56(4), doi:10.1111/iere.12132; the bound as
    in :func:`perpetuum.maths.explosive_bounds.wild_bound`.

    Examples
    --------
    >>> walk = np.cumsum(np.random.default_rng(3).normal(size=80))
    >>> reading = explosive_price(np.exp(0.05 * walk))
    >>> [(each.input, each.verdict) for each in reading.inputs]
    [('price', 'does_not_reject'), ('ratio', 'missing'), ('residual', 'missing')]
    >>> reading.band
    'unknown'
    """
    known = adoption if isinstance(adoption, KnownCurve) else None
    adoption = adoption if known is None else known.logs
    _refuse(problems(prices, fundamental, adoption, None if dates is None else len(dates)))
    price = np.asarray(prices, dtype=np.float64)
    _refuse(wrong_settings(settings, len(price)))
    labels = [str(label) for label in (range(len(price)) if dates is None else dates)]
    over = None if fundamental is None else np.asarray(fundamental, dtype=np.float64)
    curve = adoption if adoption is None or isinstance(adoption, Text) else np.asarray(adoption, dtype=np.float64)
    prepared = prepare(price, over, curve, settings.ratio_form, in_hindsight=adoption_in_hindsight)
    asked, used = set(inputs), settings.for_length(len(price))
    prepared["residual"] = long_enough(prepared["residual"], used.windows)
    _refuse([text for of in INPUTS if of in asked for text in _still(prepared[of])])
    found = tuple(_reading(of, prepared[of] if of in asked else NOT_ASKED, used, labels, known) for of in INPUTS)
    return BubbleReading(
        inputs=found, band=band_of([each.verdict for each in found]), settings=used,
        family_wise=1.0 - used.level, length=len(price),
        span=(labels[0], labels[-1]),
    )  # fmt: skip


def band_of(verdicts: Sequence[Verdict]) -> Band:
    """The band of three verdicts.

    Examples
    --------
    >>> band_of(["rejects", "missing", "missing"]), band_of(["does_not_reject", "missing", "does_not_reject"])
    ('watch', 'unknown')
    """
    rejecting = sum(verdict == "rejects" for verdict in verdicts)
    if rejecting:
        return "alarm" if rejecting == len(INPUTS) else "watch"
    return "unknown" if "missing" in verdicts else "running"


def _reading(
    of: Input, series: Series | Text, settings: Settings, labels: list[str], curve: KnownCurve | None
) -> InputReading:
    if isinstance(series, Text):
        return InputReading(input=of, name=NAMES[of], verdict="missing", because=series)
    try:
        test = _test(series, settings)
    except ValueError as error:
        raise SeriesError(_no_noise(NAMES[of])) from error
    sequence, known = test.sequence, labels[series.first :]
    stretches = datestamp(sequence.bsadf, test.bound, settings.min_length, sequence.first_end)
    start, end = sequence.gsadf_window
    laid = curve if of == "residual" else None
    return InputReading(
        input=of, name=NAMES[of], verdict="rejects" if test.rejects else "does_not_reject", form=series.form,
        in_hindsight=series.in_hindsight, test=test, window=(known[start], known[end]),
        first=known[0] if series.first else None, since=known[series.since] if series.since else None,
        curve=laid.curve if laid else None, observed=laid.count if laid else None,
        episodes=tuple(
            Stretch(start=known[each.start], end=known[each.end], peak=known[each.peak], length=each.length,
                    ongoing=each.ongoing)
            for each in stretches
        ),
    )  # fmt: skip


def _test(series: Series, settings: Settings) -> GsadfTest:
    """The sequence of one input against its bound."""
    if series.told is None:
        sequence = psy_sequence(series.values, **settings.regression)
    else:
        sequence = psy_vintages(series.told, since=series.since, **settings.regression)
    return _against(sequence, series, settings)


def _against(sequence: PsySequence, series: Series, settings: Settings) -> GsadfTest:
    if settings.bound != "wild":
        test = gsadf_test(series.values, level=settings.level, bound=settings.bound, paths=settings.paths,
                          seed=settings.seed, **settings.regression)  # fmt: skip
        return replace(test, sequence=sequence)
    wild = wild_bound(series.values, draws=settings.draws, level=settings.level, seed=settings.seed,
                      since=series.since, **settings.regression)  # fmt: skip
    return GsadfTest(
        sequence=sequence, bound=wild.value, bound_name="wild", level=settings.level,
        p_value=wild.p_value(sequence.gsadf), draws=settings.draws, seed=settings.seed,
    )  # fmt: skip


def _still(series: Series | Text) -> list[Text]:
    """Whether a series never changes."""
    if isinstance(series, Text) or series.values.min() != series.values.max():
        return []
    name = NAMES[series.input]
    return [
        both(
            f"{name.en}: the series is constant. A test needs one that changes.",
            f"{name.zh}：序列是常數。檢定需要有變動的序列。",
        )
    ]


def _no_noise(name: Text) -> Text:
    return both(
        f"{name.en}: the series has too little noise: every regression fits it exactly. "
        "Give observed prices, not a formula or interpolated ones.",
        f"{name.zh}：序列幾乎沒有雜訊，每個迴歸都完全吻合。請提供實際觀察到的價格，而非公式或內插值。",
    )


def _refuse(found: list[Text]) -> None:
    if found:
        raise SeriesError(both("\n".join(text.en for text in found), "\n".join(text.zh for text in found)))
