"""Choosing among claims: a named policy takes one, keeps the others, and says why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.errors import UnknownName
from perpetuum.core.nouns import POLICY
from perpetuum.core.text import Text

Rank = Callable[[Claim, Sequence[Claim]], tuple[float, ...]]

_GRADES = (
    Text(en="a filing that was opened", zh="直接查閱的申報文件"),
    Text(en="a filing read through another page", zh="轉引的申報文件"),
    Text(en="the company itself", zh="公司本身的說法"),
    Text(en="a known news house", zh="知名新聞媒體"),
    Text(en="an analyst", zh="分析師"),
    Text(en="a tier 3 page", zh="第三級來源"),
    Text(en="an essay", zh="評論文章"),
    Text(en="memory, and no page", zh="記憶，並無頁面可查"),
)
# A number read straight from a statement stands above one computed from two statements.
_COMPUTED = {"ytd_diff": 1, "fy_minus_3q": 1, "ttm_undone": 1, "derived": 2, "secondary_transcription": 1,
             "secondary_page": 2, "midpoint": 3, "model_median": 3}  # fmt: skip


def grade(claim: Claim) -> int:
    """How close to the fact a claim's page stands; 0 is closest.

    The order: filing opened, filing read through another page, company, news of tier 1 or 2,
    analyst, any tier 3 page, essay, memory.
    """
    source = claim.source
    if claim.is_remembered:
        return 7
    if source.kind == "essay":
        return 6
    if source.kind == "filing":
        return 1 if source.through else 0
    if source.kind == "company":
        return 2
    if source.tier >= 3:
        return 5
    return 4 if source.kind == "analyst" else 3


def _agreeing(claim: Claim, claims: Sequence[Claim]) -> int:
    return len({other.source.url or other.source.id for other in claims if other.says.value == claim.says.value})


def _published(claim: Claim) -> float:
    published = claim.source.published
    return float((published.first if published else claim.known_from).toordinal())


def _best_source(claim: Claim, claims: Sequence[Claim]) -> tuple[float, ...]:
    two_sources = min(_agreeing(claim, claims), 2)
    computed = _COMPUTED.get(claim.derivation or "", 0)
    return (claim.reading is not None, grade(claim), computed, -two_sources, -_published(claim))


def _low(claim: Claim, claims: Sequence[Claim]) -> tuple[float, ...]:
    return (claim.says.value,)


def _high(claim: Claim, claims: Sequence[Claim]) -> tuple[float, ...]:
    return (-claim.says.value,)


def _newest(claim: Claim, claims: Sequence[Claim]) -> tuple[float, ...]:
    return (claim.reading is not None, -_published(claim))


def _article(claim: Claim, claims: Sequence[Claim]) -> tuple[float, ...]:
    return (claim.source.kind != "essay", *_best_source(claim, claims))


POLICIES: dict[str, tuple[Rank, Text]] = {
    "best_source": (_best_source, Text(en="the best source", zh="最佳來源")),
    "low": (_low, Text(en="the lowest reading", zh="最低讀法")),
    "high": (_high, Text(en="the highest reading", zh="最高讀法")),
    "newest": (_newest, Text(en="the newest source", zh="最新來源")),
    "article": (_article, Text(en="what the article prints", zh="文章所印數字")),
}


def choose(claims: Sequence[Claim], policy: str = "best_source") -> Figure | None:
    """Take one claim by a named policy; nothing is averaged and nothing thrown away.

    Parameters
    ----------
    claims
        What sources say of one thing. Claims with another definition than the best one are no
        rivals and are left aside.
    policy
        One of ``POLICIES``. Under ``best_source`` a better kind of source wins, then two
        sources before one, then the later publication, then the lower amount (marked disputed).

    Returns
    -------
    Figure or None
        None where there is no claim: unknown is not zero.

    Raises
    ------
    UnknownName
        If there is no such policy.
    """
    if policy not in POLICIES:
        raise UnknownName(policy, POLICIES, what=POLICY)
    if policy != "article":
        claims = [claim for claim in claims if claim.source.kind != "essay"] or list(claims)
    if not claims:
        return None
    rank, _ = POLICIES[policy]
    ordered = sorted(claims, key=lambda c: (c.definition is not None, *rank(c, claims), c.says.value, c.id))
    best = ordered[0]
    rivals = tuple(claim for claim in ordered[1:] if claim.definition == best.definition)
    tied = [c for c in rivals if rank(c, claims) == rank(best, claims) and c.says.value != best.says.value]
    return Figure(chosen=best, others=rivals, because=_because(best, rivals, policy, bool(tied)), disputed=bool(tied))


def _because(best: Claim, rivals: Sequence[Claim], policy: str, tied: bool) -> Text:
    name = POLICIES[policy][1]
    kind = _GRADES[grade(best)]
    if not any(rival.says.value != best.says.value for rival in rivals):
        return Text(en=f"the only value known; it comes from {kind.en}", zh=f"僅有此一數值，出自{kind.zh}")
    if tied:
        return Text(
            en=f"equally good sources disagree; the lower amount is taken ({name.en})",
            zh=f"同級來源說法不一，採較低者（{name.zh}）",
        )
    return Text(en=f"chosen by rule: {name.en}; it comes from {kind.en}", zh=f"依取捨規則：{name.zh}；出自{kind.zh}")
