"""`python -m tools.calibrate FOLDER [plan ...]`: what one must believe for a published plan to come true.

Each plan is fitted on `base` with the same opening; only beliefs about what follows are free. The table of misses goes
to standard output, the files go to FOLDER for review. `NUMBA_NUM_THREADS=1` makes a search many times faster, as it
lives through one future at a time.
"""

from __future__ import annotations

import dataclasses
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from perpetuum import load
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Scenario
from perpetuum.core.text import Text, both
from perpetuum.machine.calibrate import Calibration, Target, calibrate

BN = 1e9
ENGINE = "openai"
STARTS, PULL = 30, 0.02
CASH, REVENUE, COMPUTE = f"{ENGINE}.cash_burn", f"{ENGINE}.revenue", f"{ENGINE}.compute_spend"
# What people may believe differently. Ranges are those of the parameters, some of them narrower: a growth of use that
# hardly fades asks for more capacity than can be built, and then changes nothing.
BELIEFS = {
    "openai.pay_growth": (0.03, 0.15),
    "pay_fade": (0.85, 1.0),
    "imitation": (0.03, 0.2),
    "openai.churn": (0.002, 0.05),
    "openai.cost_share": (0.15, 0.45),
    "openai.fixed_cost_growth": (0.0, 0.08),
    "use_growth": (0.05, 0.25),
    "use_fade": (0.93, 0.98),
    "efficiency_growth": (0.0, 0.2),
    "efficiency_fade": (0.96, 1.0),
    "training_end": (0.1, 0.8),
    "training_fade": (0.9, 0.98),
}
# How large the new contracts turn out to be, and how much of them must be paid unused.
CONTRACTS = {
    "openai_orcl_2025_300.gw": (0.0, 20.0),
    "openai_msft_2025_250.gw": (0.0, 20.0),
    "openai_amzn_2026_aws100.gw": (0.0, 20.0),
    "openai_amzn_2025_aws38.gw": (0.0, 3.0),
    "openai_orcl_2025_300.minimum": (0.3, 1.0),
    "openai_msft_2025_250.minimum": (0.3, 1.0),
    "openai_amzn_2026_aws100.minimum": (0.3, 1.0),
    "openai_amzn_2025_aws38.minimum": (0.3, 1.0),
    "running_openai_microsoft.minimum": (0.3, 1.0),
    "running_openai_oracle.minimum": (0.3, 1.0),
}
DEEP = both(
    "As much as the plan asks for: whether investors would give it is another question.",
    "計畫要多少就有多少：投資人是否願給是另一個問題。",
)
# So deep that investors give what is asked for; `Calibration.limited` says whether they do.
POOL = (
    Change(target="annual_pool", to=Quantity(500 * BN, "USD"), low=Quantity(50 * BN, "USD"),
           high=Quantity(500 * BN, "USD"), because=DEEP),
    Change(target="round_cap", to=Quantity(0.1, "ratio"), low=Quantity(0.01, "ratio"),
           high=Quantity(0.1, "ratio"), because=DEEP),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A published plan: its numbers in bn USD as (series, first year, last year, value, near enough)."""

    id: str
    name: Text
    about: Text
    because: Text
    source: str
    cash: tuple[tuple[str, int, int, float, float], ...]
    others: tuple[tuple[str, int, int, float, float], ...] = ()
    sources: str
    seed: int = 0

    def targets(self, *, all: bool) -> list[Target]:
        """Its cash alone, or all it says."""
        return [
            Target(series=series, first=first, last=last, value=value * BN, within=within * BN)
            for series, first, last, value, within in (*self.cash, *(self.others if all else ()))
        ]


def _cash(*free_cash_flow: float, within: float = 0.8) -> tuple[tuple[str, int, int, float, float], ...]:
    """Free cash flow of 2026 and after; misses count more than the 2bn asked for, so that the largest stays below."""
    return tuple((CASH, 2026 + n, 2026 + n, -value, within) for n, value in enumerate(free_cash_flow))


FORECASTS = """
  - id: forecasts
    title: OpenAI's cash forecasts of early 2025, of the third quarter of 2025 and of February 2026
    kind: news
    tier: 2
    publisher: The Decoder, citing The Information
    url: https://the-decoder.com/?p=32340
    published: 2026-02-21
"""
EARLY_2025 = """  - id: revenue-plan
    title: "OpenAI's $125 billion ambition: can AI dominance translate to profit?"
    kind: news
    tier: 3
    publisher: AInvest, citing The Information
    url: https://www.ainvest.com/news/openai-125-billion-ambition-ai-dominance-translate-profit-2504
    published: 2025-04
"""
AUTUMN_2025 = """  - id: revenue-plan
    title: OpenAI projects $115B cash burn by 2029 amid AI expansion
    kind: news
    tier: 3
    publisher: coolest-gadgets.com, citing The Information
    url: https://coolest-gadgets.com/openai-projects-115b-cash-burn-by-2029-amid-ai-expansion
    published: 2025-09
"""
EARLY_2026 = """  - id: revenue-plan
    title: OpenAI's target for compute to 2030
    kind: news
    tier: 3
    publisher: GMT Eight, citing CNBC
    url: https://gmteight.com/content/detail/361755
    published: 2026-02-21
"""
HSBC = """
  - id: hsbc
    title: "OpenAI won't make money by 2030 and still needs another $207 billion, HSBC estimates"
    kind: analyst
    tier: 2
    publisher: Fortune (copy), on HSBC Global Investment Research
    url: >-
      https://theinvestmentnews.com/openai-wont-make-money-by-2030-and-still-needs-to-come-up-with-another-207-billion-to-power-its-growth-plans-hsbc-estimates
    published: 2025-11-26
"""
PLANS = {
    plan.id: plan
    for plan in (
        Plan(
            id="plan-2025q1",
            name=both("OpenAI's plan of early 2025", "OpenAI 2025 年初的計畫"),
            about=both(
                "What one must believe for OpenAI's cash forecast of early 2025 to come true from the opening of "
                "2026: free cash flow of -8, -20, -11, +12 and +41bn USD in 2026 to 2030, and the revenue it told "
                "investors then: 125bn USD in 2029 and 174bn USD in 2030. The burn is met, the revenue overshot "
                "by 29 and "
                "49bn USD: starting from 2026 a burn of 8bn USD in that year takes contracts that are paid for and "
                "largely left unused. Nothing is claimed for the years after 2030.",
                "OpenAI 2025 年初的現金預測若要自 2026 年期初起成真，必須相信什麼：2026 至 2030 年自由現金流量為 "
                "−80、−200、−110、+120、+410 億美元，"
                "且營收如當時對投資人所稱：2029 年 1,250 億、2030 年 1,740 億美元。現金流量吻合，"
                "營收則高出 290 與 490 億："
                "自 2026 年起算，該年只燒 80 億美元意味著合約大多付費而不用。2030 年之後不作任何主張。",
            ),
            because=both("Calibrated to OpenAI's forecast of early 2025.", "依 OpenAI 2025 年初的預測校準。"),
            source="forecasts",
            cash=_cash(-8, -20, -11, 12, 41, within=0.6),
            seed=1,
            others=((REVENUE, 2026, 2026, 29.4, 10), (REVENUE, 2029, 2029, 125, 20), (REVENUE, 2030, 2030, 174, 20)),
            sources=FORECASTS + EARLY_2025,
        ),
        Plan(
            id="plan-2025q3",
            name=both("OpenAI's plan of the third quarter of 2025", "OpenAI 2025 年第三季的計畫"),
            about=both(
                "What one must believe for OpenAI's cash forecast of the third quarter of 2025 to come true from the "
                "opening of 2026: free cash flow of -17, -35, -47, -8 and +38bn USD in 2026 to 2030, with the "
                "revenue "
                "reported that autumn: 30, 60, 100 and about 200bn USD in 2026, 2027, 2028 and 2030. The last "
                "is overshot "
                "by 33bn USD. Nothing is claimed for the years after 2030.",
                "OpenAI 2025 年第三季的現金預測若要自 2026 年期初起成真，必須相信什麼：2026 至 2030 年自由現金流量為 "
                "−170、−350、−470、−80、+380 億美元，且營收如同年秋季所報導：2026、2027、2028、2030 年為 "
                "300、600、1,000 與約 2,000 億美元；末者高出 330 億。2030 年之後不作任何主張。",
            ),
            because=both(
                "Calibrated to OpenAI's forecast of the third quarter of 2025.", "依 OpenAI 2025 年第三季的預測校準。"
            ),
            source="forecasts",
            cash=_cash(-17, -35, -47, -8, 38),
            others=(
                (REVENUE, 2026, 2026, 30, 8), (REVENUE, 2027, 2027, 60, 8), (REVENUE, 2028, 2028, 100, 8),
                (REVENUE, 2030, 2030, 200, 20),
            ),
            sources=FORECASTS + AUTUMN_2025,
        ),
        Plan(
            id="plan-2026q1",
            name=both("OpenAI's plan of February 2026", "OpenAI 2026 年 2 月的計畫"),
            about=both(
                "What one must believe for OpenAI's cash forecast of February 2026 to come true: free cash flow of "
                "-25, -57, -85, -51 and +39bn USD in 2026 to 2030, revenue of 30, 60, 100 and 280bn USD in 2026, "
                "2027, 2028 and 2030, and 665bn USD for compute in these five years. The burn is met within "
                "0.2bn USD, "
                "the revenue within 8bn USD. Nothing is claimed for the years after 2030.",
                "OpenAI 2026 年 2 月的現金預測若要成真，必須相信什麼：2026 至 2030 年自由現金流量為 "
                "−250、−570、−850、−510、+390 億美元，2026、2027、2028、2030 年營收為 300、600、1,000、2,800 億美元，"
                "五年算力支出 6,650 億美元。現金流量差距在 2 億以內，營收在 80 億以內。2030 年之後不作任何主張。",
            ),
            because=both("Calibrated to OpenAI's forecast of February 2026.", "依 OpenAI 2026 年 2 月的預測校準。"),
            source="forecasts",
            cash=_cash(-25, -57, -85, -51, 39),
            others=(
                (REVENUE, 2026, 2026, 30, 8), (REVENUE, 2027, 2027, 60, 8), (REVENUE, 2028, 2028, 100, 8),
                (REVENUE, 2030, 2030, 280, 12), (COMPUTE, 2026, 2030, 665, 20),
            ),
            sources=FORECASTS + EARLY_2026,
        ),
        Plan(
            id="hsbc-2025",
            name=both("HSBC's case of November 2025", "滙豐 2025 年 11 月的情境"),
            about=both(
                "What one must believe for HSBC's numbers: revenue of 213bn USD in 2030, 792bn USD for cloud "
                "from the "
                "second half of 2025 to 2030, of which about 10bn USD fell in 2025, and 207bn USD that are not yet "
                "found. Here that is the burn of 2026 to 2030, 277bn USD, less 40bn USD of cash at the start "
                "and 30bn "
                "USD that NVIDIA has promised; HSBC counts from the middle of 2025 with its own list of what is "
                "there. "
                "Nothing is claimed for the years after 2030.",
                "滙豐的數字若要成立，必須相信什麼：2030 年營收 2,130 億美元；"
                "2025 下半年至 2030 年雲端支出 7,920 億美元，"
                "其中約 100 億屬於 2025 年；尚無著落的資金 2,070 億美元。此處即 2026 至 2030 年燒錢 2,770 億，"
                "減去期初現金 400 億與輝達承諾的 300 億；滙豐自 2025 年中起算，可用資金另有清單。"
                "2030 年之後不作任何主張。",
            ),
            because=both("Calibrated to HSBC's numbers of November 2025.", "依滙豐 2025 年 11 月的數字校準。"),
            source="hsbc",
            cash=((CASH, 2026, 2030, 277, 2),),
            others=((REVENUE, 2030, 2030, 213, 2), (COMPUTE, 2026, 2030, 782, 2)),
            sources=HSBC,
        ),
    )
}  # fmt: skip


def with_deep_pool(base: Scenario) -> Scenario:
    """The base with investors who give what is asked for."""
    moved = {change.target for change in POOL}
    return dataclasses.replace(
        base, changes=(*(change for change in base.changes if change.target not in moved), *POOL)
    )


def fitted(plan: Plan, *, all: bool, starts: int = STARTS) -> Calibration:
    """A plan calibrated on `base`: to its cash alone, or to all it says."""
    ledger = load("ai")
    return calibrate(
        ledger.network(at="newest", stage="signed"), with_deep_pool(ledger.scenario("base")),
        plan.targets(all=all), BELIEFS | CONTRACTS, id=plan.id, name=plan.name, about=plan.about,
        because=plan.because, pull=PULL, starts=starts, seed=plan.seed, most_evaluations=300,
    )  # fmt: skip


def told(what: str, out: Calibration) -> str:
    """Targets and misses, in bn USD, and what else a reviewer should see."""
    lines = [f"{what}: {out.directions} of {len(out.freed)} free directions are pinned down"]
    for fit in out.fits:
        t = fit.target
        years = str(t.first) if t.first == t.last else f"{t.first}-{t.last}"
        lines.append(f"  {t.series:22} {years:>9}  {t.value / BN:8.1f}  {fit.found / BN:8.1f}  {fit.miss / BN:+6.2f}")
    lines.append(f"  on an end of its range: {', '.join(out.on_bound) or 'none'}")
    lines.append(f"  investors gave less than asked for: {', '.join(map(str, out.limited)) or 'never'}")
    lines.append(f"  fallen: {', '.join(out.fallen) or 'none'}")
    return "\n".join(lines)


def _change(change: Change, source: str | None) -> str:
    lines = [f"  - set: {change.target}"]
    lines += [f"    {key}: {value}" for key, value in (("to", change.to), ("low", change.low), ("high", change.high))]
    if source:
        lines += [f"    source: {source}", "    basis: assumed"]
    lines += ["    because:", f'      en: "{change.because.en}"', f"      zh: {change.because.zh}"]
    return "\n".join(lines)


def written(plan: Plan, out: Calibration) -> str:
    """The scenario as a file."""
    about = textwrap.fill(plan.about.en, 112, initial_indent="    ", subsequent_indent="    ")
    head = [
        f"id: {plan.id}", f"name: {{en: \"{plan.name.en}\", zh: {plan.name.zh}}}", "about:", "  en: >-", about,
        "  zh: >-", f"    {plan.about.zh}", "base: base", "changes:",
    ]  # fmt: skip
    changes = [*(_change(change, None) for change in POOL), *(_change(change, plan.source) for change in out.changes)]
    return "\n".join([*head, *changes, "sources:"]) + plan.sources


def main(folder: Path, names: list[str]) -> None:
    """Fit the plans named, all if none is; print the misses and write the files."""
    for name in names or PLANS:
        plan = PLANS[name]
        out = fitted(plan, all=True)
        print(told(f"{name}, all it says", out))
        print(told(f"{name}, its cash alone", fitted(plan, all=False)))
        (folder / f"{name}.yaml").write_text(written(plan, out), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
