"""What a run keeps of ten thousand futures: which series, which quantiles, and which futures whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from perpetuum.core.errors import Problem, ScenarioError, one_of
from perpetuum.core.scenario import Spoken
from perpetuum.core.text import Text, both

TraceWord = Literal["none", "central"]
# A bare metric is kept for every firm that has it; `gears.capex` is the sum of all gears.
DEFAULT: tuple[str, ...] = (
    "cash", "total_debt", "revenue", "capex", "free_cash_flow", "cash_burn", "compute_used", "compute_need",
    "valuation", "equity_market_cap", "vendor_money", "funding_gap", "mood",
    "gears.capex", "gears.revenue", "gears.capex_to_revenue", "engines.cash_burn",
)  # fmt: skip
MOST_KEPT = 256  # futures kept whole; each holds a megabyte or so


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """What is kept; decided before a run, because a million futures do not fit.

    Parameters
    ----------
    series
        Series whose spread over the futures is told: a metric (``"cash"``), a metric of one firm
        (``"lab.cash"``), or the sum of a part (``"gears.capex"``).
    quantiles
        Shares between 0 and 1, rising.
    draws
        Futures kept whole beside the central one, by number.
    trace
        ``central``: the origin of revenue can be asked of the central future and those in ``draws``; ``none``.
    exact_up_to
        Up to so many futures quantiles are those of the sorted values; beyond, those of a fine grid.
    mean
        Whether the mean of every balance, flow and position is kept too. It takes much longer.

    Examples
    --------
    >>> Keep(quantiles=(0.1, 0.9), draws=(3,)).exact_up_to
    20000
    """

    series: tuple[str, ...] = DEFAULT
    quantiles: tuple[float, ...] = (0.05, 0.25, 0.5, 0.75, 0.95)
    draws: tuple[int, ...] = ()
    trace: TraceWord = "central"
    exact_up_to: int = 20_000
    mean: bool = False

    def __post_init__(self) -> None:
        levels = list(self.quantiles)
        if levels != sorted(set(levels)) or not all(0.0 <= level <= 1.0 for level in levels):
            told = ", ".join(f"{level:g}" for level in levels)
            _refuse(
                "quantiles",
                both(f"{told}: not shares between 0 and 1 in rising order.", f"{told}：應為 0 與 1 之間由小到大的數。"),
                both("Write for example: quantiles=(0.05, 0.5, 0.95)", "請寫成例如：quantiles=(0.05, 0.5, 0.95)"),
            )
        if self.trace not in ("none", "central"):
            _refuse(
                "trace",
                both(f"`{self.trace}` is not kept.", f"沒有 `{self.trace}` 這個選項。"),
                one_of(("none", "central")),
            )
        if len(set(self.draws)) != len(self.draws) or len(self.draws) > MOST_KEPT:
            _refuse(
                "draws",
                both(f"{len(self.draws)} futures are to be kept whole.", f"要完整保留的路徑有 {len(self.draws)} 條。"),
                both(f"Name each once, and at most {MOST_KEPT}.", f"每條只列一次，最多 {MOST_KEPT} 條。"),
            )
        if self.exact_up_to < 0:
            _refuse(
                "exact_up_to",
                both(f"{self.exact_up_to} futures are less than none.", f"{self.exact_up_to} 條路徑少於零。"),
                both("Write 0 or more.", "請寫 0 以上。"),
            )


def _refuse(path: str, what: Text, repair: Text) -> None:
    raise ScenarioError([Problem(where=Spoken("keep"), path=path, what=what, repair=repair)])


def problems_of(draws: int, quarters: int, seed: int, keep: Keep, threads: int | None) -> list[Problem]:
    """Everything in the numbers of a call that cannot be, each with what to write instead."""
    found: list[Problem] = []

    def refuse(path: str, what: Text, repair: Text) -> None:
        found.append(Problem(where=Spoken("simulate"), path=path, what=what, repair=repair))

    if draws < 1:
        refuse(
            "draws",
            both(f"{draws} futures are none.", f"{draws} 條路徑等於沒有。"),
            both("Write 1 or more; the central future is always computed besides.",
                 "請寫 1 以上；中央路徑一律另外計算。"),
        )  # fmt: skip
    if quarters < 1:
        refuse(
            "quarters",
            both(f"{quarters} quarters: the end lies before the start.", f"{quarters} 季：結束早於開始。"),
            both("Write 1 or more, for example: quarters=40", "請寫 1 以上，例如：quarters=40"),
        )
    if not 0 <= seed < 2**63:
        refuse(
            "seed",
            both(f"{seed} is no seed.", f"{seed} 不能作為種子。"),
            both("Write a whole number from 0 on.", "請寫 0 以上的整數。"),
        )
    for draw in keep.draws:
        if not 0 <= draw < max(draws, 1):
            refuse(
                "keep.draws",
                both(f"draw {draw} is not among 0 to {draws - 1}.", f"路徑 {draw} 不在 0 至 {draws - 1} 之間。"),
                both(
                    "Keep one that is drawn; the central future is always kept.",
                    "請保留有抽樣的路徑；中央路徑一律保留。",
                ),
            )
    if threads is not None and threads < 1:
        refuse(
            "threads",
            both(f"{threads} threads do nothing.", f"{threads} 個執行緒無法運算。"),
            both("Write 1 or more, or leave it out for all.", "請寫 1 以上；省略則使用全部。"),
        )
    return found
