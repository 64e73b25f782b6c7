"""Where a number can be checked: the claims behind it, numbered once for a whole report."""

from __future__ import annotations

from dataclasses import dataclass, field

from perpetuum.core.claim import Claim, Figure
from perpetuum.report.blocks import Evidence


@dataclass(slots=True)
class Book:
    """All evidence of one report: every claim once, every set of claims once."""

    claims: dict[str, Claim] = field(default_factory=dict)
    entries: dict[tuple[str, ...], tuple[int, Evidence]] = field(default_factory=dict)

    def enter(self, evidence: Evidence) -> int | None:
        """The number of a set of claims and figures; nothing where there is no evidence."""
        if not evidence:
            return None
        key = tuple(_key(item) for item in evidence)
        if key not in self.entries:
            self.entries[key] = (len(self.entries) + 1, evidence)
            for claim in claims_of(evidence):
                self.claims.setdefault(claim.id, claim)
        return self.entries[key][0]


def _key(item: Claim | Figure) -> str:
    return f"figure {item.chosen.id}" if isinstance(item, Figure) else item.id


def is_remembered(evidence: Evidence) -> bool:
    """Does a number rest on something that somebody remembered and found on no page?"""
    return any((item.chosen if isinstance(item, Figure) else item).is_remembered for item in evidence)


def claims_of(evidence: Evidence) -> list[Claim]:
    """Every claim in some evidence, chosen ones before those they overruled."""
    found: dict[str, Claim] = {}
    for item in evidence:
        for claim in (item.chosen, *item.others) if isinstance(item, Figure) else (item,):
            found.setdefault(claim.id, claim)
    return list(found.values())
