"""`python -m tools.hindcast [case]`: remake the scores kept with a case and the tables of the page on hindcasts.

The tables stand between two marks, in both languages, and say of which case, with which hash and up to which date they
are. They are of the shipped case; of another one, only its scores are kept.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from perpetuum import __version__, load
from perpetuum.ledger import Ledger
from perpetuum.ledger.files import shipped_cases
from perpetuum.report import numbers
from perpetuum.report.files import write_all
from perpetuum.report.hindcast import Hindcast, hindcast
from perpetuum.report.hindcast_kept import kept
from perpetuum.report.learning import Ask, calibrate
from perpetuum.report.learning_files import scenario_file
from perpetuum.report.simulated import LEARNED
from perpetuum.report.views.hindcast import told
from tools.marked_pages import Lang, lines, put

DOCS = Path(__file__).parent.parent / "docs"
PAGES: dict[Lang, Path] = {"en": DOCS / "hindcast.md", "zh": DOCS / "zh-Hant" / "hindcast.md"}
BEGIN, END = "<!-- made by tools/hindcast.py: begin -->", "<!-- made by tools/hindcast.py: end -->"
_MADE: dict[Lang, str] = {
    "en": "Case `{case}` of {date}, hash `{hash}`, perpetuum {version}, {draws} futures in a round, seed {seed}.",
    "zh": "案例 `{case}`（{date}），雜湊 `{hash}`，perpetuum {version}，每輪 {draws} 條路徑，種子 {seed}。",
}
DRAWS, SEED = 40_000, 0
CASE = "ai"  # whose tables the pages show


def made(ledger: Ledger, done: Hindcast, lang: Lang) -> str:
    """What stands between the marks."""
    date = numbers.day(done.newest).in_language(lang)
    head = _MADE[lang].format(case=ledger.case.id, date=date, hash=ledger.hash[:16], version=__version__,
                              draws=f"{DRAWS:,}", seed=SEED)  # fmt: skip
    blocks = [line for block in told(ledger, done) for line in (*lines(block, lang), "")]
    return "\n".join([BEGIN, "", head, "", *blocks, END])


def main(case: str = "ai") -> None:
    """Forecast, score, keep the scores with the case, and write both pages where they are of it."""
    ledger = load(case)
    done = hindcast(
        ledger, draws=DRAWS, seed=SEED, progress=lambda text: print(text.in_language("en"), file=sys.stderr, flush=True)
    )
    files = kept(ledger, done, draws=DRAWS, seed=SEED)
    learned = calibrate(ledger, Ask(asof="latest", draws=DRAWS, seed=SEED)).scenario
    if learned is not None:
        files[f"scenarios/{LEARNED}.yaml"] = scenario_file(replace(learned, id=LEARNED))
    write_all(shipped_cases().get(case, Path(case)), files)
    if case != CASE:
        return
    for lang, path in PAGES.items():
        put(path, BEGIN, made(ledger, done, lang), END)


if __name__ == "__main__":
    main(*sys.argv[1:2])
