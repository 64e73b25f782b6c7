"""From rows of history_telecom.csv to one readable file per chain."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any
from urllib.parse import urlparse

from tools.convert.deals import money, spaced
from tools.convert_telecom import hand

Row = dict[str, str]


class Pages:
    """The pages of one file, each written once."""

    def __init__(self) -> None:
        self.written: list[dict[str, str]] = []
        self._ids: dict[str, str] = {}

    def add(self, url: str, title: str, published: str, tier: int | None = None) -> str:
        """The id of a page, new or known."""
        if url not in self._ids:
            stem = host(url).rsplit(".", 1)[0].replace(".", "-")
            stem = f"{stem}-{published}" if published else stem
            taken = set(self._ids.values())
            self._ids[url] = next(id for id in [stem, *(f"{stem}-{n}" for n in range(2, 99))] if id not in taken)
            page = {"id": self._ids[url], "title": title, "kind": "news", "tier": str(tier or tier_of(url)),
                    "publisher": hand.PUBLISHERS.get(host(url), host(url)), "url": url}  # fmt: skip
            self.written.append(page | ({"published": published} if published else {}))
        return self._ids[url]


def host(url: str) -> str:
    """The host a page stands on."""
    return urlparse(url).netloc.removeprefix("www.")


def tier_of(url: str) -> int:
    """1 for filings, 2 for known news houses, 3 for the rest; a copy on a forum is of the rest."""
    name = host(url)
    return 1 if name in hand.TIER_1 else 2 if name in hand.TIER_2 else 3


def chains(rows: list[Row]) -> list[list[Row]]:
    """One chain a row, but for versions of one book."""
    earlier = {old: new for new, (old, _) in hand.SUPERSEDES.items()}
    by_id = {row["deal_id"]: row for row in rows}
    return [
        [by_id[hand.SUPERSEDES[id][0]], row] if (id := row["deal_id"]) in hand.SUPERSEDES else [row]
        for row in rows
        if row["deal_id"] not in earlier
    ]


def file_name(row: Row) -> str:
    """Payer, payee and what it is."""
    words = (row["from_entity"], row["to_entity"], hand.WORDS[row["kind"]])
    return "-".join(word.replace("_", "-") for word in words)


def deals(rows: list[Row], names: dict[str, tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """Every deal file, by name."""
    found = [(file_name(chain[-1]), chain) for chain in chains(rows)]
    assert max(Counter(name for name, _ in found).values()) == 1
    return {name: _deal(name, chain, names) for name, chain in found}


def _deal(name: str, chain: list[Row], names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    pages, legs, events = Pages(), [], []
    for row in chain:
        legs += _legs(row, pages)
        events += _events(row, pages)
    out: dict[str, Any] = {"id": name, "name": _title(chain[-1], names)}
    story = next((story for story, ids in hand.STORIES.items() if chain[-1]["deal_id"] in ids), None)
    out |= {"story": story} if story else {}
    return out | {"legs": legs, "events": events, "sources": pages.written}


def _title(row: Row, names: dict[str, tuple[str, str]]) -> dict[str, str]:
    en, zh = hand.TEMPLATES[row["kind"]]
    (a, a_zh), (b, b_zh) = names[row["from_entity"]], names[row["to_entity"]]
    en = en.format(a=a, b=b, s="" if row["from_entity"] in hand.PLURAL else "s")
    return {"en": en[0].upper() + en[1:], "zh": spaced(zh, a_zh, b_zh)}


def _legs(row: Row, pages: Pages) -> list[dict[str, Any]]:
    id = row["deal_id"]
    out: dict[str, Any] = {"id": id, "kind": hand.KINDS[row["kind"]], "payer": row["from_entity"],
                           "payee": row["to_entity"]}  # fmt: skip
    page = pages.add(row["source_url"], row["source_title"], _published(row))
    lines = _amounts(row, page)
    out |= {"amounts": lines} if lines else {}
    start, end = hand.SCHEDULES.get(id, (row["start"], ""))
    schedule = {key: value for key, value in (("start", start), ("end", end)) if value}
    out |= {"schedule": schedule} if schedule else {}
    out |= {"contingent": hand.CONTINGENT[id]} if id in hand.CONTINGENT else {}
    out |= {"share": hand.SHARES[id]} if id in hand.SHARES else {}
    if id in hand.SUPERSEDES:
        leg, mode = hand.SUPERSEDES[id]
        out["supersedes"] = {"leg": leg, "mode": mode}
    if id in hand.APART:
        why, of, note = hand.APART[id]
        out["stands_apart"] = {"why": why} | ({"of": list(of)} if of else {}) | {"note": note}
    out |= {"note": hand.NOTES[id]} if id in hand.NOTES else {}
    return [out, *_hidden(row, page)]


def _hidden(row: Row, page: str) -> list[dict[str, Any]]:
    if row["deal_id"] not in hand.HIDDEN:
        return []
    said = dict(hand.HIDDEN[row["deal_id"]])
    says, note = said.pop("says"), said.pop("note")
    return [said | {"amounts": [{"says": says, "stage": stage, "source": page} for stage in ("announced", "signed")],
                    "note": note}]  # fmt: skip


def _published(row: Row) -> str:
    return "" if row["source_date"] == "n.d." else row["source_date"]


def _amounts(row: Row, page: str) -> list[dict[str, Any]]:
    """The headline is a promise that binds: announced and signed. What was drawn is paid, at the date it is told of."""
    id, lines = row["deal_id"], []
    bound = hand.BOUNDS.get(id, "")
    if row["amount_usd_bn"]:
        lines.append({"says": money(row["amount_usd_bn"], bound), "stage": "announced", "source": page})
        for value, reading in hand.RIVALS.get(id, ()):
            lines.append({"says": money(value), "stage": "announced", "source": page, "reading": reading})
        firm = hand.FIRM.get(id, row["amount_usd_bn"])
        if firm is not None:
            says = money(firm, bound if firm == row["amount_usd_bn"] else "")
            lines.append({"says": says, "stage": "signed", "source": page})
    if row["drawn_usd_bn"]:
        drawn = {"says": money(row["drawn_usd_bn"], bound), "stage": "paid", "source": page}
        lines.append(drawn | ({"period": hand.DRAWN_AT[id]} if Decimal(row["drawn_usd_bn"]) else {}))
    return lines


def _events(row: Row, pages: Pages) -> list[dict[str, Any]]:
    page = pages.add(row["source_url"], row["source_title"], _published(row))
    ids = [row["deal_id"], *([hand.HIDDEN[row["deal_id"]]["id"]] if row["deal_id"] in hand.HIDDEN else [])]
    found = []
    for id in ids:
        for word, on, note in hand.EVENTS[row["deal_id"]]:
            own = hand.EVENT_PAGES.get((id, on))
            event = {word: on, "leg": id, "source": pages.add(*own) if own else page}
            found.append(event | ({"note": note} if note else {}))
    return found
