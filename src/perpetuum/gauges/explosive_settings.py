"""How a price is tested: the bound, the regression, the windows, and what counts as an episode."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, get_args

from perpetuum.core.errors import listed
from perpetuum.core.text import Text, both
from perpetuum.gauges.explosive_inputs import RatioForm
from perpetuum.maths.date_stamp import default_min_length
from perpetuum.maths.explosive_bounds import fewest_draws
from perpetuum.maths.explosive_table import LEVELS, TABLE
from perpetuum.maths.explosive_verdict import Bound
from perpetuum.maths.explosive_windows import CONVENTIONS, RULES, Convention, LagRule, Windows, smallest_window

BOUNDS: tuple[Bound, ...] = get_args(Bound)
FORMS: tuple[RatioForm, ...] = get_args(RatioForm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to test: the bound, its draws and level, the regression, the windows, and what an episode is.

    Attributes
    ----------
    bound
        ``wild``: the series' own changes with signs thrown anew; ``table`` and ``monte_carlo``: plain walks.
    draws, paths
        Draws of the wild bootstrap; walks behind a Monte Carlo bound.
    level
        Share of series without a bubble that stay below the bound along their whole span.
    lag, lag_rule
        Lagged changes, or with ``bic`` the most that may be chosen.
    convention, minw
        How the smallest window is counted, and its size; by default ⌊(0.01 + 1.8/√T)·T⌋.
    min_length
        Observations in a row that make an episode; by default ⌊ln T⌋.
    ratio_form
        ``logs`` or ``levels`` of price over fundamental. Levels reject too often where the ratio drifts.
    seed
        Of everything drawn.
    """

    bound: Bound = "wild"
    draws: int = 399
    paths: int = 2_000
    level: float = 0.95
    lag: int = 0
    lag_rule: LagRule = "fixed"
    convention: Convention = "rows"
    minw: int | None = None
    min_length: int | None = None
    ratio_form: RatioForm = "logs"
    seed: int = 0

    def for_length(self, length: int) -> Settings:
        """The settings with what was left out filled in for a number of observations."""
        return replace(
            self,
            minw=smallest_window(length) if self.minw is None else self.minw,
            min_length=default_min_length(length) if self.min_length is None else self.min_length,
        )

    @property
    def regression(self) -> dict[str, Any]:
        """What the functions of the toolbox call the windows and the regression."""
        return {"minw": self.minw, "convention": self.convention, "lag": self.lag, "lag_selection": self.lag_rule}

    @property
    def windows(self) -> Windows:
        """The windows, once their size is filled in."""
        return Windows(minw=self.minw or 0, convention=self.convention, lag=self.lag, lag_selection=self.lag_rule)


DEFAULTS = Settings()
MOST_DRAWS = 1_000_000


def wrong_settings(settings: Settings, length: int) -> list[Text]:
    """Settings that cannot be, and a series too short for them: every problem, each with its repair."""
    found = [*_words(settings), *_numbers(settings)]
    return found or [*_window(settings.for_length(length), length), *_table(settings.for_length(length), length)]


def _words(settings: Settings) -> Iterator[Text]:
    for name, word, known in (
        ("bound", settings.bound, BOUNDS),
        ("convention", settings.convention, CONVENTIONS),
        ("lag_rule", settings.lag_rule, tuple(RULES)),
        ("ratio_form", settings.ratio_form, FORMS),
    ):
        if word not in known:
            among = listed(known)
            yield both(
                f"{name} is `{word}`. Write one of: {among.en}.", f"{name} 是 `{word}`。請寫下列其中一個：{among.zh}。"
            )


def _numbers(settings: Settings) -> Iterator[Text]:
    if not 0 < settings.level < 1:
        yield both(
            f"level is {settings.level:g}. Write a share between 0 and 1, such as 0.95.",
            f"level 是 {settings.level:g}。請寫 0 與 1 之間的比率，例如 0.95。",
        )
    least = {"lag": 0, "min_length": 1, "seed": 0}
    most = {"seed": 2**63 - 1}
    if settings.bound == "monte_carlo":
        least["paths"], most["paths"] = 20, MOST_DRAWS
    if settings.bound == "wild" and 0 < settings.level < 1:
        least["draws"], most["draws"] = fewest_draws(settings.level), MOST_DRAWS
    for name, smallest in least.items():
        value = getattr(settings, name)
        if value is not None and value < smallest:
            yield both(
                f"{name} is {value}. Give {smallest} or more.", f"{name} 是 {value}。請給 {smallest} 以上的整數。"
            )
        elif value is not None and value > most.get(name, value):
            yield both(
                f"{name} is {value}. Give {most[name]} or fewer.", f"{name} 是 {value}。請給 {most[name]} 以下的整數。"
            )


def _window(settings: Settings, length: int) -> Iterator[Text]:
    minw, lag = settings.minw or 0, settings.lag
    rows = minw if settings.convention == "rows" else minw - 1 - lag
    if rows < lag + 3:
        yield both(
            f"the smallest window is {minw}, and its regression has {rows} rows. "
            f"With {lag} lagged changes give a window of {minw + lag + 3 - rows} or more.",
            f"最小視窗是 {minw}，其迴歸有 {rows} 列。落後期數為 {lag} 時，請給 {minw + lag + 3 - rows} 以上的視窗。",
        )
    least = max(minw + 3, rows + lag + 1)
    if length < least:
        yield both(
            f"the series has {length} observations. With a smallest window of {minw} it needs {least}.",
            f"序列有 {length} 期。最小視窗為 {minw} 時至少需要 {least} 期。",
        )


def _table(settings: Settings, length: int) -> Iterator[Text]:
    """What the table of stored values does not hold."""
    if settings.bound != "table":
        return
    if (settings.convention, settings.lag, settings.lag_rule) != ("rows", 0, "fixed"):
        yield both(
            "the table holds for windows counted in rows and no lag. Set these, or use the bound wild.",
            "臨界值表只適用於以列數計的視窗且不含落後項。請如此設定，或改用 wild。",
        )
    if not any(math.isclose(settings.level, level) for level in LEVELS):
        yield both(
            f"the table has no level {settings.level:g}. Write 0.9, 0.95 or 0.99, or use the bound wild.",
            f"臨界值表沒有 {settings.level:g} 的水準。請寫 0.9、0.95 或 0.99，或改用 wild。",
        )
    if (length, settings.minw) not in {(row.length, row.minw) for row in TABLE}:
        have = listed(f"{row.length} ({row.minw})" for row in TABLE)
        yield both(
            f"the table has no row for {length} observations and a smallest window of {settings.minw}; it has "
            f"{have.en}. Use the bound wild or monte_carlo.",
            f"臨界值表沒有 {length} 期、最小視窗 {settings.minw} 的列；表中有：{have.zh}。請改用 wild 或 monte_carlo。",
        )
