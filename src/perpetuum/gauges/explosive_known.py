"""What is known about tests for bubbles: how often they are wrong, and what others found for AI shares."""

from __future__ import annotations

from dataclasses import dataclass

from perpetuum.core.text import Text, both


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseVerdicts:
    """A world without any bubble, and the shares of its series that a test calls one; nominal 5 %.

    ``gsadf`` and ``sadf`` hold against bounds made of plain walks, ``wild`` is GSADF against thrown signs;
    None where it was not counted. ``has_growth`` marks the worlds in which what is tested really does grow
    along an S-curve, so that the test sees true growth and not noise.
    """

    truth: Text
    gsadf: float
    sadf: float
    wild: float | None = None
    has_growth: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseVerdictsTable:
    """The whole table, with how it was counted."""

    rows: tuple[FalseVerdicts, ...]
    length: int
    series: int
    wild_series: int
    nominal: float
    source: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """A world with one bubble of 20 observations, and the share of its series in which the test finds it."""

    growth: float
    found: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVerdict:
    """What a paper found for AI shares, in our words, and where it stands."""

    who: str
    year: int
    where: str
    says: Text
    url: str | None = None


FALSE_VERDICTS = FalseVerdictsTable(
    rows=(
        FalseVerdicts(truth=both("a random walk", "隨機漫步"), gsadf=0.051, sadf=0.052, wild=0.050),
        FalseVerdicts(
            truth=both("noise three times as large in the second half", "後半段波動放大為三倍"),
            gsadf=0.329, sadf=0.392, wild=0.049,
        ),
        FalseVerdicts(
            truth=both("noise five times as large for 20 observations", "有 20 期波動放大為五倍"),
            gsadf=0.392, sadf=0.390, wild=0.053,
        ),
        FalseVerdicts(
            truth=both("GARCH(1,1) noise with heavy tails (t, 5 degrees)", "GARCH(1,1) 厚尾雜訊（t 分配，自由度 5）"),
            gsadf=0.146, sadf=0.106, wild=0.052,
        ),
        FalseVerdicts(
            truth=both("a walk of logs (5 % a step), tested in levels", "對數隨機漫步（每期 5%），以原始水準檢定"),
            gsadf=0.187, sadf=0.177, wild=0.085,
        ),
        FalseVerdicts(
            truth=both("the same with 1 % drift, tested in levels", "同上，另有每期 1% 漂移，以原始水準檢定"),
            gsadf=0.820, sadf=0.879, wild=0.404,
        ),
        FalseVerdicts(
            truth=both("the same with 0.5 % drift, in logs", "同上，每期 0.5% 漂移，以對數檢定"),
            gsadf=0.093, sadf=0.110, wild=0.086,
        ),
        FalseVerdicts(
            truth=both("a walk of logs on an S-curve of height 1.0, width 8", "對數漫步加 S 曲線（高 1.0、寬 8）"),
            gsadf=0.434, sadf=0.443, wild=0.406, has_growth=True,
        ),
        FalseVerdicts(
            truth=both("a walk of logs on an S-curve of height 1.0, width 16", "對數漫步加 S 曲線（高 1.0、寬 16）"),
            gsadf=0.206, sadf=0.286, wild=0.187, has_growth=True,
        ),
        FalseVerdicts(
            truth=both("a walk of logs on an S-curve of height 2.0, width 16", "對數漫步加 S 曲線（高 2.0、寬 16）"),
            gsadf=0.758, sadf=0.851, wild=0.724, has_growth=True,
        ),
    ),
    length=200,
    series=5_000,
    wild_series=4_000,
    nominal=0.05,
    source=both(
        "counted on simulated series; python bench/bubbles.py counts the main rows again",
        "以模擬序列計數；python bench/bubbles.py 可重新計數主要各列",
    ),
)  # fmt: skip

# Of the wild bootstrap with 399 draws of signs, at 200 observations; growth per observation inside the bubble.
POWER: tuple[Power, ...] = (
    Power(growth=0.01, found=0.065),
    Power(growth=0.02, found=0.17),
    Power(growth=0.04, found=0.60),
)

PUBLISHED: tuple[PublishedVerdict, ...] = (
    PublishedVerdict(
        who="Basele, Phillips and Shi", year=2025, where="Cowles Foundation Discussion Paper 2430; JTSA",
        says=both(
            "bubbles in the Nasdaq and in six of seven large stocks between December 2022 and January 2025",
            "2022 年 12 月至 2025 年 1 月間，那斯達克指數與七檔大型股中的六檔出現泡沫",
        ),
    ),
    PublishedVerdict(
        who="Sarkar and Wells", year=2026, where="arXiv 2604.12062", url="https://arxiv.org/abs/2604.12062",
        says=both(
            "with a test that allows for changing volatility, exuberance is widespread, at dates that differ by stock",
            "採用容許波動變化的檢定，過熱相當普遍，時點因個股而異",
        ),
    ),
    PublishedVerdict(
        who="Chen and others", year=2026, where="arXiv 2604.25826", url="https://arxiv.org/abs/2604.25826",
        says=both(
            "once technology adoption is taken out, no speculation in 2020 to 2025; "
            "the peak of December 1999 to March 2000 stays",
            "扣除科技普及後，2020 至 2025 年沒有投機；1999 年 12 月至 2000 年 3 月的高峰仍在",
        ),
    ),
    PublishedVerdict(
        who="glady-dqi", year=2026, where="ai-bubble-risk-quant-paper (GitHub)",
        url="https://github.com/glady-dqi/ai-bubble-risk-quant-paper",
        says=both(
            "GSADF of an AI basket, 2015 to February 2026: 1.00 as it stands, 0.62 of the residual; "
            "both below the usual bounds",
            "AI 投資組合 2015 年至 2026 年 2 月的 GSADF：原始 1.00、殘差 0.62，都低於常用臨界值",
        ),
    ),
)  # fmt: skip
