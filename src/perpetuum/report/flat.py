"""Tables of the ledger laid flat for a spreadsheet: one line a row, and for every column its unit and what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from perpetuum.core.claim import STAGES
from perpetuum.core.deal import Leg
from perpetuum.core.errors import UnknownName
from perpetuum.core.kinds import KINDS
from perpetuum.core.nouns import NAME
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import ledger_tables, names
from perpetuum.report.ledger_tables import Page
from perpetuum.report.verbs import Asked
from perpetuum.report.wire import plain
from perpetuum.report.words import say

Cell = str | float | bool | None
Row = Mapping[str, Any]
Line = dict[str, Cell]
_LENDS = ("loan", "bond", "prepayment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One flat table: its name, its columns in their order, and its lines."""

    name: str
    columns: tuple[str, ...]
    lines: tuple[tuple[Cell, ...], ...]

    @property
    def title(self) -> Text:
        """What it is called."""
        return say(f"table.{self.name}")


def flat(ledger: Ledger, show: str, asked: Asked, wanted: Page, name: str | None = None) -> Sheet:
    """One table with all its rows, chosen and sorted as the page that shows it.

    Parameters
    ----------
    name
        For ``chain``: of which promise; of all if left out.

    Raises
    ------
    UnknownName
        For a table, a firm or a column that there is not.
    """
    if show not in SHEETS:
        raise UnknownName(show, SHEETS, what=NAME)
    columns, lines_of, sorts = SHEETS[show]
    base = replace(wanted, sort=wanted.sort if sorts else None)
    lines = lines_of(ledger, asked, base, name)
    return Sheet(name=show, columns=columns, lines=tuple(tuple(line.get(each) for each in columns) for line in lines))


def every(ledger: Ledger, asked: Asked) -> tuple[Sheet, ...]:
    """The whole ledger as known on a date."""
    return tuple(flat(ledger, show, asked, Page()) for show in SHEETS)


def _rows(ledger: Ledger, show: str, asked: Asked, wanted: Page) -> Iterable[Row]:
    return ledger_tables.all_rows(ledger, show, asked, wanted)


# ---- deals


def _deals(ledger: Ledger, asked: Asked, wanted: Page, _: str | None) -> Iterator[Line]:
    """A line a leg, with the figure used at each stage."""
    for deal in _rows(ledger, "deals", asked, wanted):
        for leg in deal["legs"]:
            apart = leg["apart"]
            yield {
                "deal": deal["id"], **_named(deal["name"]), "leg": leg["id"], "kind": leg["kind"],
                "payer": leg["payer"], "payee": leg["payee"], **_at_stages(leg),
                "reached": leg["reached"], "binding": leg["binding"], "current": leg["is_current"],
                "retired_by": leg["retired_by"], "from": leg["from"], "until": leg["until"],
                "stands_apart": plain(apart)["why"] if apart else None, "known_from": leg["known_from"],
            }  # fmt: skip


def _at_stages(leg: Row) -> Line:
    line: Line = {}
    for stage in STAGES:
        figure = leg["amounts"].get(stage)
        if figure is not None:
            line |= {stage: figure["value"], f"{stage}_bound": figure["bound"], f"{stage}_claim": figure["claim"],
                     f"{stage}_others": figure["others"], "disputed": line.get("disputed") or figure["disputed"],
                     "unit": figure["unit"]}  # fmt: skip
    return line


def _chain(ledger: Ledger, asked: Asked, wanted: Page, name: str | None) -> Iterator[Line]:
    """A line an event: how each promise was said, changed, replaced and paid."""
    of = None if name is None else {ledger.deal_of[leg.id].id for leg in ledger.chain(name)}
    for deal in _rows(ledger, "deals", asked, wanted):
        if of is not None and deal["id"] not in of:
            continue
        for event in deal["events"]:
            link = ledger.legs_by_id[event["leg"]].supersedes if event["leg"] in ledger.legs_by_id else None
            yield {"deal": deal["id"], **_named(deal["name"]), "on": event["on"], "event": event["event"],
                   "leg": event["leg"], "follows": link.leg if link else None, "how": link.mode if link else None,
                   "source": event["source"], "note": event["note"]}  # fmt: skip


def _exposures(ledger: Ledger, asked: Asked, wanted: Page, _: str | None) -> Iterator[Line]:
    """A line an obligation that stands: who owes it, to whom, how much, what secures it, until when."""
    secured = _securing(ledger)
    for deal in _rows(ledger, "deals", asked, wanted):
        for row in deal["legs"]:
            leg = ledger.legs_by_id[row["id"]]
            if not row["is_current"] or row["apart"] or KINDS[leg.kind].layer == "claim":
                continue
            debtor, creditor = (leg.payee, leg.payer) if leg.kind in _LENDS else (leg.payer, leg.payee)
            yield {
                "debtor": debtor, "creditor": creditor, "debtor_name": names.firm(ledger, debtor).en,
                "creditor_name": names.firm(ledger, creditor).en, "deal": deal["id"], "leg": leg.id,
                "kind": leg.kind, **_at_stages(row), "binding": row["binding"], "reached": row["reached"],
                "contingent": leg.contingent is not None, "collateral": "; ".join(secured.get(leg.id, ())) or None,
                "rate": None, "from": row["from"], "due": row["until"], "known_from": row["known_from"],
            }  # fmt: skip


def _securing(ledger: Ledger) -> dict[str, list[str]]:
    """Which guarantees stand behind a leg: the guarantor and the leg of the guarantee."""
    found: dict[str, list[str]] = {}
    for leg in ledger.legs_by_id.values():
        for covered in leg.contingent.covers if leg.contingent else ():
            found.setdefault(covered, []).append(_guarantee(leg))
    return found


def _guarantee(leg: Leg) -> str:
    return f"{leg.payer} ({leg.id})"


# ---- what sources say


def _entities(ledger: Ledger, asked: Asked, wanted: Page, _: str | None) -> Iterator[Line]:
    for row in _rows(ledger, "entities", asked, wanted):
        yield {"firm": row["id"], **_named(row["name"]), "roles": _words(row["roles"]), "group": row["group"],
               "vehicle": row["vehicle"], "part_of": row["of"], "aggregate": row["aggregate"],
               "outside": row["outside"], "merged_into": _said(row["merged_into"]), "legs": row["legs"],
               "opening_claims": row["opening"], "url": row["url"]}  # fmt: skip


def _claims(ledger: Ledger, asked: Asked, wanted: Page, _: str | None) -> Iterator[Line]:
    for row in _rows(ledger, "claims", asked, wanted):
        yield _claim(row)


def _claim(row: Row) -> Line:
    source = row["source"]
    return {
        "claim": row["id"], "deal": row["deal"], "subject": row["subject"], **_named(row["name"]),
        "attribute": row["attribute"], "value": row["value"], "unit": row["says"]["unit"],
        "bound": row["says"]["bound"], "says": row["says"]["says"], "stage": row.get("stage"),
        "status": row.get("status"), "period": row["period"], "known_from": row["known_from"],
        "reading": row.get("reading"), "definition": row.get("definition"), "derivation": row.get("derivation"),
        "assumed_days": row.get("assumed_days"), "note": row.get("note"), "source": source["id"],
        "source_title": source["title"], "publisher": source["publisher"], "source_kind": source["kind"],
        "tier": source["tier"], "place": row.get("at"), "published": source["published"], "url": source["url"],
    }  # fmt: skip


def _sources(ledger: Ledger, asked: Asked, wanted: Page, _: str | None) -> Iterator[Line]:
    for row in _rows(ledger, "sources", asked, wanted):
        yield {"source": row["id"], "source_title": row["title"], "publisher": row["publisher"],
               "source_kind": row["kind"], "tier": row["tier"], "published": row["published"],
               "retrieved": row["retrieved"], "claims": row["claims"], "deals": _words(row["deals"]),
               "firms": _words(row["firms"]), "url": row["url"], "through": row["through"],
               "hash": row["hash"]}  # fmt: skip


def _series(ledger: Ledger, asked: Asked, wanted: Page, _: str | None) -> Iterator[Line]:
    for row in _rows(ledger, "series", asked, wanted):
        yield {"subject": row["subject"], "attribute": row["metric"], "product": row["product"],
               "definition": row["definition"], "unit": row["unit"], "claims": row["claims"], "first": row["first"],
               "last": row["last"], "sources": row["sources"]}  # fmt: skip


def _findings(ledger: Ledger, asked: Asked, wanted: Page, _: str | None) -> Iterator[Line]:
    """A line an answer: what our arithmetic gave on each date, and the claims it rests on."""
    for row in _rows(ledger, "findings", asked, wanted):
        for answer in row["answers"]:
            value = answer["value"]
            yield {"finding": row["id"], "asof": answer["asof"], "sentence": row["sentence"]["en"],
                   "sentence_zh": row["sentence"]["zh"], "knowledge": row["knowledge"],
                   "value": value if isinstance(value, int | float) else _words(value),
                   "as_expected": answer["agrees"], "claims_used": _words(answer["evidence"])}  # fmt: skip


def _changes(ledger: Ledger, asked: Asked, wanted: Page, _: str | None) -> Iterator[Line]:
    for row in _rows(ledger, "changes", asked, wanted):
        claim, event = row["claim"], row["event"]
        line: Line = _claim(claim) if claim else {"event": event["event"], "leg": event["leg"],
                                                  "source": event["source"], "note": event["note"]}  # fmt: skip
        yield line | {"moved": row["moved"], "on": row["on"], "deal": row["deal"],
                      **(_named(row["name"]) if row["name"] else {})}  # fmt: skip


# ---- holes, and the article


def _gaps(ledger: Ledger, asked: Asked, _: Page, __: str | None) -> Iterator[Line]:
    """A line a kind of flow, and a line for all of them."""
    holes = ledger.gaps(asked.at, asked.asof)
    for kind, gap in (*holes.by_kind.items(), ("all", holes.money)):
        yield {"kind": kind, "legs": gap.legs, "legs_unknown": gap.unknown, "announced": gap.headline,
               "announced_unknown": gap.headline_unknown, "unit": "USD"}  # fmt: skip


def _audit(ledger: Ledger, _: Asked, __: Page, ___: str | None) -> Iterator[Line]:
    for audited in ledger.audit():
        said = audited.statement
        proofs = "; ".join(f"{proven.proof.compute} = {proven.result:.6g}" for proven in audited.proofs)
        yield {
            "statement": said.id, "what": said.what.en, "what_zh": said.what.zh, "printed": said.printed.value,
            "printed_unit": said.printed.unit, "public": said.public.value, "public_unit": said.public.unit,
            "verdict": said.verdict, "asof": said.as_of, "explanation": said.explanation.en,
            "explanation_zh": said.explanation.zh, "proofs": proofs or None, "url": said.url,
        }  # fmt: skip


# ---- cells


def _named(name: Row) -> Line:
    return {"name": name["en"], "name_zh": name["zh"]}


def _words(value: Any) -> str | None:
    if value is None:
        return None
    parts = value if isinstance(value, list | tuple) else [value]
    return "; ".join(str(each) for each in parts) or None


def _said(value: Any) -> str | None:
    return None if value is None else str(value)


_EACH_STAGE = tuple(column for stage in STAGES
                    for column in (stage, f"{stage}_bound", f"{stage}_claim", f"{stage}_others"))  # fmt: skip
_OF_CLAIM = ("attribute", "value", "unit", "bound", "says", "stage", "status", "period", "known_from", "reading",
             "definition", "derivation", "assumed_days", "note", "source", "source_title", "publisher", "source_kind",
             "tier", "place", "published", "url")  # fmt: skip
Lines = Callable[[Ledger, Asked, Page, "str | None"], Iterator[Line]]
# Columns, what makes the lines, and whether the order can be asked for.
SHEETS: Mapping[str, tuple[tuple[str, ...], Lines, bool]] = {
    "deals": (("deal", "name", "name_zh", "leg", "kind", "payer", "payee", "unit", *_EACH_STAGE, "disputed", "reached",
               "binding", "current", "retired_by", "from", "until", "stands_apart", "known_from"), _deals, True),
    "chain": (("deal", "name", "name_zh", "on", "event", "leg", "follows", "how", "source", "note"), _chain, True),
    "exposures": (("debtor", "debtor_name", "creditor", "creditor_name", "deal", "leg", "kind", "unit", *_EACH_STAGE,
                   "disputed", "reached", "binding", "contingent", "collateral", "rate", "from", "due", "known_from"),
                  _exposures, False),
    "entities": (("firm", "name", "name_zh", "roles", "group", "vehicle", "part_of", "aggregate", "outside",
                  "merged_into", "legs", "opening_claims", "url"), _entities, True),
    "claims": (("claim", "deal", "subject", "name", "name_zh", *_OF_CLAIM), _claims, True),
    "sources": (("source", "source_title", "publisher", "source_kind", "tier", "published", "retrieved", "claims",
                 "deals", "firms", "url", "through", "hash"), _sources, True),
    "series": (("subject", "attribute", "product", "definition", "unit", "claims", "first", "last", "sources"),
               _series, True),
    "findings": (("finding", "asof", "sentence", "sentence_zh", "knowledge", "value", "as_expected", "claims_used"),
                 _findings, True),
    "changes": (("moved", "on", "deal", "name", "name_zh", "event", "leg", "claim", "subject", *_OF_CLAIM),
                _changes, True),
    "gaps": (("kind", "legs", "legs_unknown", "announced", "announced_unknown", "unit"), _gaps, False),
    "audit": (("statement", "what", "what_zh", "printed", "printed_unit", "public", "public_unit", "verdict", "asof",
               "explanation", "explanation_zh", "proofs", "url"), _audit, False),
}  # fmt: skip
