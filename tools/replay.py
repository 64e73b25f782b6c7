"""`python -m tools.replay [case]`: remake the tables of the page on the replay, in both languages."""

from __future__ import annotations

import sys
from pathlib import Path

from perpetuum import __version__, load
from perpetuum.ledger import Ledger
from perpetuum.report import numbers
from perpetuum.report.replay import Replay, replay
from perpetuum.report.views.replay import told
from tools.marked_pages import Lang, lines, put

DOCS = Path(__file__).parent.parent / "docs"
PAGES: dict[Lang, Path] = {"en": DOCS / "replay.md", "zh": DOCS / "zh-Hant" / "replay.md"}
BEGIN, END = "<!-- made by tools/replay.py: begin -->", "<!-- made by tools/replay.py: end -->"
_MADE: dict[Lang, str] = {
    "en": "Case `{case}` of {date}, hash `{hash}`, perpetuum {version}, {draws} futures, seed {seed}.",
    "zh": "案例 `{case}`（{date}），雜湊 `{hash}`，perpetuum {version}，{draws} 條路徑，種子 {seed}。",
}


def made(ledger: Ledger, done: Replay, lang: Lang) -> str:
    """What stands between the marks."""
    head = _MADE[lang].format(
        case=ledger.case.id, date=numbers.day(ledger.case.newest).in_language(lang), hash=ledger.hash[:16],
        version=__version__, draws=f"{done.draws:,}", seed=done.seed,
    )  # fmt: skip
    blocks = [line for block in told(ledger, done) for line in (*lines(block, lang), "")]
    return "\n".join([BEGIN, "", head, "", *blocks, END])


def main(case: str = "telecom-2000") -> None:
    """Replay, judge, and write both pages."""
    ledger = load(case)
    done = replay(ledger, progress=lambda text: print(text.in_language("en"), file=sys.stderr, flush=True))
    if done is None:
        raise SystemExit(f"{case} has no criteria.yaml, so there is nothing to judge.")
    for lang, path in PAGES.items():
        put(path, BEGIN, made(ledger, done, lang), END)


if __name__ == "__main__":
    main(*sys.argv[1:2])
