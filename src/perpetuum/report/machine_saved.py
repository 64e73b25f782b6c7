"""A scenario somebody changed on a page, as the file that the terminal reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from perpetuum.core.errors import PerpetuumError
from perpetuum.ledger import Ledger
from perpetuum.ledger.load import with_scenario
from perpetuum.ledger.yaml_write import write
from perpetuum.report.machine_question import with_sets
from perpetuum.report.words import say


def saved(ledger: Ledger, scenario: str, sets: Sequence[str]) -> tuple[str, str]:
    """The id of the new scenario, and its file: what it is based on, and each number that was changed.

    What is written is read back before it is given away, so the terminal can read it too.

    Raises
    ------
    UnknownName
        For a scenario that the case does not have.
    PerpetuumError
        For words that change no parameter.
    LedgerError
        For addresses and values that a scenario cannot hold.
    """
    base = ledger.scenario(scenario)
    _, unread = with_sets(base, sets)
    if unread:
        raise PerpetuumError(say("machine_saved.unread", said=unread[0]), say("machine_saved.unread.repair"))
    id = f"my-{scenario}"
    while id in ledger.written:
        id = f"my-{id}"
    content: dict[str, Any] = {
        "id": id,
        "name": _text(say("machine_saved.name", name=base.name)),
        "about": _text(say("machine_saved.about", name=base.name, count=len(sets))),
        "base": scenario,
    }
    last = {address.strip(): value.strip() for address, _, value in (said.partition("=") for said in sets)}
    if last:
        why = _text(say("machine_saved.because"))
        content["changes"] = [{"set": address, "to": value, "because": why} for address, value in last.items()]
    text = write(content)
    with_scenario(ledger, f"{id}.yaml", text.encode())
    return id, text


def _text(text: Any) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
