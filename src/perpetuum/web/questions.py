"""What the pages ask where nobody turned a knob: an export asks it all and lays the answers beside the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

# Gives the result of an answer, which says what can be asked next; nothing where it was refused.
Ask = Callable[..., Any]
STAGES = ("announced", "signed", "paid")
SECTIONS = ("overview", "verdict", "loop", "origins", "loops", "dominoes", "gauges", "audit", "ledger", "method")
GAPS = ("without_amount", "without_schedule", "tier_3_only", "one_source", "disputed", "firms_without_balance",
        "months_without_events")  # fmt: skip
TABLES = ("deals", "claims", "sources", "gaps", "audit")
DRAWS = "2000"
LOOPS = 40
PARTS = ("fuel", "gear", "engine", "capital")
FEW_DRAWS = "100"
LANGUAGES = ("en", "zh")


def ask_all(
    ask: Ask, case: str, scenarios: Sequence[str] | None, others: Sequence[str], formats: Sequence[str]
) -> None:
    """Ask everything that the pages of one case ask.

    Parameters
    ----------
    ask
        Takes the verb and the words of its question, and gives the result.
    scenarios
        Of which the futures are told; all that the case has if left out.
    others
        The cases that can stand beside it.
    formats
        In which forms reports and tables can be had here.
    """
    about = ask("ledger", case=case, show="case") or {}
    _ledger(ask, case)
    _overview(ask, case)
    _loops(ask, case)
    _gauges(ask, case)
    _history(ask, case, others)
    for shock in about.get("strikes", ()):
        for stage in ("signed", "announced"):
            ask("stress", case=case, shock=shock, stage=stage)
        if about.get("machine"):
            ask("stress", case=case, shock=shock, scenario="neutral", draws=FEW_DRAWS)
    if about.get("machine"):
        _machine(ask, case, about, scenarios)
    _files(ask, case, formats)


def _ledger(ask: Ask, case: str) -> None:
    ask("ledger", case=case)
    ask("ledger", case=case, show="entities", rows="500")
    for show in ("audit", "gaps", "statements"):
        ask("ledger", case=case, show=show)
    whole = ask("ledger", case=case, show="deals", rows="500") or {}
    for deal in whole.get("rows", ()):
        ask("ledger", case=case, show="deal", name=deal["id"])
    for sort in ("-changed", "-largest", "-known_from"):
        _turn(ask, case, show="deals", rows="40", sort=sort)
    _turn(ask, case, show="disagreements", rows="20")
    _turn(ask, case, show="sources", rows="50", sort="-claims")
    for gap in GAPS:
        ask("ledger", case=case, show="missing", name=gap)
    for moved in ("world", "learned"):
        ask("ledger", case=case, show="changes", kind=moved, rows="5", sort="-on")


def _turn(ask: Ask, case: str, **how: str) -> None:
    """Every page of a table."""
    first = ask("ledger", case=case, page="1", **how) or {}
    for page in range(2, first.get("pages", 1) + 1):
        ask("ledger", case=case, page=str(page), **how)


def _overview(ask: Ask, case: str) -> None:
    for page in SECTIONS:
        ask("report", case=case, page=page)
    ask("verdict", case=case)
    for stage in STAGES:
        ask("loops", case=case, show="wheels", stage=stage)
    ask("loops", case=case, show="wheels", stage="paid", step="quarter")


def _loops(ask: Ask, case: str) -> None:
    ask("loops", case=case, show="loop")
    for stage in STAGES:
        ask("loops", case=case, show="rings", stage=stage)
    for firm in _of_the_machine(ask, case):
        ask("loops", case=case, show="firm", firm=firm, stage="paid")
        ask("ledger", case=case, show="deals", firm=firm, rows="300")
        ask("ledger", case=case, show="claims", firm=firm, q="backlog", rows="60")
    found = ask("loops", case=case, show="inventory") or {}
    for firms in _shown(found):
        ask("loops", case=case, show="loop", firm=firms[0], via=",".join(firms[1:]))


def _of_the_machine(ask: Ask, case: str) -> Iterator[str]:
    """The firms that can be opened: those with a part in the machine."""
    known = ask("ledger", case=case, show="entities", rows="500") or {}
    return (firm["id"] for firm in known.get("rows", ()) if {*PARTS} & {*firm["roles"]})


def _shown(found: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The loops that can be chosen, each once."""
    loops = [tuple(loop["firms"]) for stage in STAGES for loop in (found.get(stage) or {}).get("loops", ())[:LOOPS]]
    return iter(dict.fromkeys(loops))


def _gauges(ask: Ask, case: str) -> None:
    board = ask("gauges", case=case, show="board") or {}
    for dial in board.get("dials", ()):
        ask("gauges", case=case, show="board", gauge=dial.get("id") or dial.get("gauge"))
    for show in ("votes", "spread", "bubble"):
        ask("gauges", case=case, show=show)


def _history(ask: Ask, case: str, others: Sequence[str]) -> None:
    asked = [ask("verdict", case=case, show="then")] if len(others) != 1 else []
    asked += [ask("verdict", case=case, show="then", beside=other) for other in others]
    for found in asked:
        if (then := (found or {}).get("then")) is not None:
            # The replay opens at the turn by which both lines are laid over one another.
            turns = [turn["quarter"] for turn in then["turns"] if turn["quarter"]]
            for quarter in dict.fromkeys((then["quarter"], *turns)):
                ask("gauges", case=then["case"], at=quarter, show="board")


def _machine(ask: Ask, case: str, about: Mapping[str, Any], scenarios: Sequence[str] | None) -> None:
    known = [scenario["id"] for scenario in about["scenarios"]]
    engine = next(iter(about["machine"]["engines"]), None)
    for scenario in known if scenarios is None else [each for each in known if each in scenarios]:
        told = ask("simulate", case=case, scenario=scenario, quarters="24", draws=DRAWS) or {}
        # Where nobody is an engine, the page opens with the first outcome.
        first = next(iter(told.get("series", {}).get(scenario, ())), None)
        if outcome := f"{engine}.funding_gap" if engine else first:
            ask("simulate", case=case, scenario=scenario, show="reported", outcome=outcome)


def _files(ask: Ask, case: str, formats: Sequence[str]) -> None:
    for format in formats:
        # Tables hold both languages.
        for language in LANGUAGES if format in ("html", "pdf") else ("en",):
            ask("report/file", case=case, format=format, lang=language)
    for table in TABLES:
        for format in formats:
            if format in ("csv", "json", "xlsx"):
                ask("ledger/file", case=case, show=table, format=format,
                    **({"sort": "-changed"} if table == "deals" else {}))  # fmt: skip
    for format in ("csv", *(each for each in formats if each == "xlsx")):
        ask("ledger/file", case=case, format=format)
