"""The ledger as rows that can be searched and turned over: deals, firms, claims, sources, series, what changed."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain as one_after_another
from typing import Any

from perpetuum.core.claim import STAGES, Claim
from perpetuum.core.deal import Deal, Event
from perpetuum.core.errors import UnknownName
from perpetuum.core.kinds import KINDS
from perpetuum.core.nouns import NAME
from perpetuum.core.source import Source
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.ledger.chains import in_order
from perpetuum.ledger.versions import resolved
from perpetuum.report import names, numbers
from perpetuum.report.verbs import Asked, Told, origin
from perpetuum.report.wire import plain

Row = dict[str, Any]
MOST_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which rows are wanted: those with some words, of a firm, of a kind; in which order; which page of them.

    ``least`` is in USD; ``since`` keeps deals of which something was heard after a day.
    """

    q: str = ""
    firm: str | None = None
    kind: str | None = None
    sort: str | None = None
    page: int = 1
    rows: int = 100
    since: str | None = None
    stage: str | None = None
    status: str | None = None
    family: str | None = None
    least: float | None = None


def table(ledger: Ledger, show: str, asked: Asked, wanted: Page) -> Told:
    """One table of the ledger as known on a date, a page of it.

    Raises
    ------
    UnknownName
        For a table, a firm or a column that there is not.
    """
    rows = _table(ledger, show, asked, wanted)
    return rows_told(ledger, asked, rows, wanted, _whole(rows) if show == "deals" else {})


def all_rows(ledger: Ledger, show: str, asked: Asked, wanted: Page) -> list[Row]:
    """The rows of every page of a table, chosen and sorted; see `table`."""
    return _found(ledger, _table(ledger, show, asked, wanted), wanted)


def _table(ledger: Ledger, show: str, asked: Asked, wanted: Page) -> list[Row]:
    if show not in TABLES:
        raise UnknownName(show, TABLES, what=NAME)
    if wanted.firm is not None and wanted.firm not in ledger.case.topics:
        ledger.entity(wanted.firm)
    return list(TABLES[show](ledger, asked, wanted))


def _whole(rows: list[Row]) -> Row:
    """What pictures of some deals measure themselves by: all kinds there are, and the largest amount."""
    return {"kinds": sorted({kind for row in rows for kind in row["kinds"]}),
            "largest": max((row["largest"] for row in rows if row["largest"] is not None), default=None)}  # fmt: skip


def rows_told(
    ledger: Ledger, asked: Asked, rows: list[Row], wanted: Page, whole: Mapping[str, Any] | None = None
) -> Told:
    """The rows that are wanted, a page of them; where there are none, which filter to loosen."""
    wanted = _dated(ledger, wanted)
    found = _found(ledger, rows, wanted)
    size = max(1, min(wanted.rows, MOST_ROWS))
    begin = (max(1, wanted.page) - 1) * size
    result = {"rows": found[begin : begin + size], "total": len(found), "page": max(1, wanted.page),
              "pages": max(1, -(-len(found) // size)), "loosen": [] if found else _loosened(rows, wanted),
              **(whole or {})}  # fmt: skip
    return Told(verb="ledger", origin=origin(ledger, asked), result=lambda: result)


_NOTHING: Mapping[str, Any] = {"q": "", "firm": None, "kind": None, "family": None, "stage": None, "status": None,
                               "least": None, "since": None}  # fmt: skip


def _loosened(rows: list[Row], wanted: Page) -> list[Row]:
    """For each filter, how many rows there would be without it; the most helpful first."""
    told = []
    for name, nothing in _NOTHING.items():
        if getattr(wanted, name) != nothing:
            looser = replace(wanted, **{name: nothing})
            told.append({"filter": name, "rows": sum(_fits(row, looser) for row in rows)})
    return sorted(told, key=lambda each: -each["rows"])


def _dated(ledger: Ledger, wanted: Page) -> Page:
    """The same wish with its first day spelt out."""
    return replace(wanted, since=ledger.clock(wanted.since, None)[0].isoformat() if wanted.since else None)


def _found(ledger: Ledger, rows: list[Row], wanted: Page) -> list[Row]:
    wanted = _dated(ledger, wanted)
    return list(_sorted([row for row in rows if _fits(row, wanted)], wanted.sort))


def _fits(row: Row, wanted: Page) -> bool:
    """Does a row pass every filter that speaks of something it has?"""
    words = wanted.q.casefold().split()
    signs = str(list(_values(row))).casefold() if words else ""
    return (
        (wanted.firm is None or wanted.firm in row.get("firms", ()))
        and (wanted.kind is None or wanted.kind in row.get("kinds", ()))
        and all(
            of is None or of in row.get(column, (of,))
            for of, column in ((wanted.family, "families"), (wanted.stage, "stages"), (wanted.status, "statuses"))
        )
        and (wanted.least is None or "largest" not in row or (row["largest"] or 0.0) >= wanted.least)
        and (wanted.since is None or "changed" not in row or row["changed"] > wanted.since)
        and all(word in signs for word in words)
    )


def _values(row: Any) -> Iterator[str]:
    if isinstance(row, Mapping):
        for inner in row.values():
            yield from _values(inner)
    elif isinstance(row, list | tuple):
        for inner in row:
            yield from _values(inner)
    elif row is not None:
        yield str(row)


def _sorted(rows: Iterable[Row], sort: str | None) -> Iterable[Row]:
    """By a column; a minus before its name turns the order round. Rows without it come last."""
    found = list(rows)
    if sort is None or not found:
        return found
    column, backwards = sort.removeprefix("-"), sort.startswith("-")
    if column not in found[0]:
        raise UnknownName(column, found[0], what=NAME)
    have = [row for row in found if row[column] is not None]
    number = all(isinstance(row[column], int | float) for row in have)
    have.sort(key=lambda row: row[column] if number else str(row[column]), reverse=backwards)
    return [*have, *(row for row in found if row[column] is None)]


# ---- the tables


def _deals(ledger: Ledger, asked: Asked, _: Page) -> Iterator[Row]:
    at, asof = ledger.clock(asked.at, asked.asof)
    standing = ledger.standings(at, asof)
    for deal in ledger.deals:
        legs = [_with_status(_leg(ledger, leg.id, asked, asof) | _stands(standing[leg.id])) for leg in in_order(deal)
                if leg.id in standing]  # fmt: skip
        if legs:
            amounts = [each for leg in legs for each in leg["amounts"].items()]
            yield {
                "id": deal.id, "name": plain(deal.name), "story": plain(deal.story),
                "firms": sorted({firm for leg in legs for firm in (leg["payer"], leg["payee"])}),
                "kinds": sorted({leg["kind"] for leg in legs}), "known_from": min(leg["known_from"] for leg in legs),
                "legs": legs, "events": [_event(event) for event in deal.events if event.on.first <= asof],
                "families": sorted({KINDS[leg["kind"]].family for leg in legs if leg["kind"] in KINDS}),
                "stages": sorted({stage for stage, _ in amounts}),
                "statuses": sorted({status for leg in legs for status in leg["statuses"]}),
                "largest": max((each["value"] for _, each in amounts if each["unit"] == "USD"), default=None),
                "changed": _changed(deal, asof),
            }  # fmt: skip


def _leg(ledger: Ledger, id: str, asked: Asked, asof: datetime.date) -> Row:
    leg, deal = ledger.legs_by_id[id], ledger.deal_of[id]
    amounts = {}
    for stage in STAGES:
        figure = ledger.figure(id, stage, asof, asked.policy)
        if figure is not None:
            amounts[stage] = {
                "value": figure.value, "unit": figure.quantity.unit, "bound": figure.quantity.bound,
                "text": plain(numbers.quantity(figure.quantity)), "claim": figure.chosen.id,
                "others": len(figure.others), "disputed": figure.disputed, "because": plain(figure.because),
            }  # fmt: skip
    return {
        "id": id, "kind": leg.kind, "payer": leg.payer, "payee": leg.payee, "amounts": plain(amounts),
        "from": plain(leg.schedule.start), "until": plain(leg.schedule.end), "apart": leg.apart,
        "follows": plain(leg.supersedes), "events": [_heard(event, deal.events_of(id))
                                                     for event in deal.events_of(id) if event.on.first <= asof],
    }  # fmt: skip


def _heard(event: Event, among: Iterable[Event]) -> Row:
    """An event with the day it counts from."""
    return {"event": event.word, "day": resolved(event.on, [each.on for each in among]).isoformat()}


def _changed(deal: Deal, asof: datetime.date) -> str:
    """The last day on which anything was heard of a deal."""
    dates = [event.on for event in deal.events]
    days = [resolved(date, dates) for date in dates]
    days += [claim.known_from for leg in deal.legs for claim in leg.amounts]
    return max((day for day in days if day <= asof), default=datetime.date.min).isoformat()


def _with_status(leg: Row) -> Row:
    """The same with how it stands: current or over, disputed, known from rumour only, binding or not."""
    is_disputed = any(each["disputed"] for each in leg["amounts"].values())
    is_rival = leg["follows"] is not None and leg["follows"]["mode"] == "disputes"
    told = {
        "current": leg["is_current"], "over": not leg["is_current"], "disputed": is_disputed or is_rival,
        "rumoured": leg["reached"] == "rumoured", "not_binding": not leg["binding"],
        "unpaid": "paid" not in leg["amounts"],
    }  # fmt: skip
    return leg | {"statuses": [status for status, holds in told.items() if holds]}


def _stands(standing: Any) -> Row:
    return {
        "reached": standing.reached, "binding": standing.binding, "is_current": standing.is_current,
        "retired_by": standing.retired_by, "progress_known": standing.progress_known,
        "known_from": standing.known.isoformat(),
    }  # fmt: skip


def _event(event: Any) -> Row:
    return {"event": event.word, "on": str(event.on), "leg": event.leg, "note": event.note,
            "source": event.source.id if event.source else None}  # fmt: skip


def _entities(ledger: Ledger, asked: Asked, _: Page) -> Iterator[Row]:
    _at, asof = ledger.clock(asked.at, asked.asof)
    legs = [standing.leg for standing in ledger.standings(asked.at, asked.asof).values()]
    for entity in ledger.entities.values():
        yield {
            "id": entity.id, "name": plain(entity.name), "roles": plain(entity.roles), "firms": [entity.id],
            "kinds": list(entity.roles), "identifiers": plain(entity.identifiers), "group": entity.group,
            "vehicle": entity.vehicle, "of": entity.of, "aggregate": entity.aggregate, "outside": entity.outside,
            "merged_into": plain(entity.merged_into), "url": entity.url,
            "legs": sum(entity.id in (leg.payer, leg.payee) for leg in legs),
            "opening": sum(claim.known_from <= asof for claim in entity.opening),
        }  # fmt: skip


def claims_of(ledger: Ledger) -> Iterator[tuple[Claim, Deal | None]]:
    """Every claim of a case, with the deal it is of."""
    for deal in ledger.deals:
        for leg in deal.legs:
            yield from ((claim, deal) for claim in leg.amounts)
    rest = one_after_another(ledger.metrics, *(entity.opening for entity in ledger.entities.values()))
    yield from ((claim, None) for claim in rest)


def _claims(ledger: Ledger, asked: Asked, _: Page) -> Iterator[Row]:
    _at, asof = ledger.clock(asked.at, asked.asof)
    for claim, deal in claims_of(ledger):
        if claim.known_from <= asof:
            yield claim_row(ledger, claim, deal)


def claim_row(ledger: Ledger, claim: Claim, deal: Deal | None) -> Row:
    """A claim as a row: what it speaks of, in words, with firms and kinds to search by."""
    leg = ledger.legs_by_id.get(claim.subject)
    told: Row = plain(claim)
    return told | {
        "deal": deal.id if deal else None, "name": plain(names.claim(ledger, claim)),
        "text": plain(numbers.quantity(claim.says)), "value": claim.says.value,
        "firms": [leg.payer, leg.payee] if leg else [claim.subject],
        "kinds": [each for each in (claim.stage, claim.status, leg.kind if leg else claim.attribute) if each],
        "period": claim.period_label or (str(claim.period) if claim.period else None),
    }  # fmt: skip


def key_of(source: Source) -> str:
    """A short name of a document; its id is that of its file, and two files may use it for two documents."""
    return hashlib.sha256(f"{source.id} {source.url or source.title}".encode()).hexdigest()[:12]


def _sources(ledger: Ledger, asked: Asked, _: Page) -> Iterator[Row]:
    _at, asof = ledger.clock(asked.at, asked.asof)
    rests: dict[str, list[tuple[Claim, Deal | None]]] = {}
    known: dict[str, Source] = {}
    for claim, deal in claims_of(ledger):
        if claim.known_from <= asof:
            key = key_of(claim.source)
            known.setdefault(key, claim.source)
            rests.setdefault(key, []).append((claim, deal))
    for key, source in sorted(known.items(), key=lambda item: (item[1].id, item[0])):
        of = rests[key]
        subjects = (ledger.legs_by_id.get(claim.subject) for claim, _ in of)
        firms = {claim.subject for claim, deal in of if deal is None}
        firms |= {firm for leg in subjects if leg for firm in (leg.payer, leg.payee)}
        yield {
            "id": source.id, "key": key, "title": source.title, "publisher": source.publisher, "kind": source.kind,
            "kinds": [source.kind], "tier": source.tier, "url": source.url, "published": plain(source.published),
            "retrieved": plain(source.retrieved), "through": source.through, "hash": source.hash,
            "claims": len(of), "deals": sorted({deal.id for _, deal in of if deal}), "firms": sorted(firms),
        }  # fmt: skip


def _series(ledger: Ledger, asked: Asked, _: Page) -> Iterator[Row]:
    _at, asof = ledger.clock(asked.at, asked.asof)
    groups: dict[tuple[str, str, str | None, str | None], list[Claim]] = {}
    for claim in ledger.metrics:
        if claim.known_from <= asof:
            groups.setdefault((claim.subject, claim.attribute, claim.product, claim.definition), []).append(claim)
    for (subject, attribute, product, definition), claims in sorted(groups.items(), key=lambda item: str(item[0])):
        ended = [claim.ended for claim in claims if claim.ended is not None]
        yield {
            "subject": subject, "metric": attribute, "product": product, "definition": definition,
            "firms": [subject], "kinds": [attribute], "unit": claims[0].says.unit, "claims": len(claims),
            "first": plain(min(ended, default=None)), "last": plain(max(ended, default=None)),
            "sources": len({claim.source.id for claim in claims}),
        }  # fmt: skip


def _findings(ledger: Ledger, asked: Asked, _: Page) -> Iterator[Row]:
    _at, asof = ledger.clock(asked.at, asked.asof)
    for answered in ledger.findings():
        told = answered.told
        yield {
            "id": told.id, "sentence": plain(told.sentence), "knowledge": told.knowledge, "note": plain(told.note),
            "kinds": [told.query, told.knowledge], "firms": [],
            "answers": [{"asof": plain(each.asof), "value": plain(each.value), "expected": plain(each.expected),
                         "agrees": each.agrees, "evidence": sorted({claim.id for claim in each.evidence})}
                        for each in answered.answers if each.asof <= asof],
        }  # fmt: skip


def _changes(ledger: Ledger, asked: Asked, wanted: Page) -> Iterator[Row]:
    """What came after a date: the world moved (an event, a new period), or we learned more of what was."""
    _at, asof = ledger.clock(asked.at, asked.asof)
    since = ledger.clock(wanted.since, None)[0] if wanted.since else (Quarter.of(asof) + -1).last
    for deal in ledger.deals:
        dates = [event.on for event in deal.events]
        for event in deal.events:
            if since < resolved(event.on, dates) <= asof:
                yield {"moved": "world", "on": str(event.on), "deal": deal.id, "name": plain(deal.name),
                       "kinds": ["world", event.word], "claim": None, "event": _event(event),
                       "firms": sorted({firm for leg in deal.legs for firm in (leg.payer, leg.payee)})}  # fmt: skip
    for claim, of in claims_of(ledger):
        if since < claim.known_from <= asof:
            moved = "world" if claim.ended is not None and claim.ended > since else "learned"
            row = claim_row(ledger, claim, of)
            yield {"moved": moved, "on": claim.known_from.isoformat(), "deal": of.id if of else None,
                   "name": plain(of.name) if of else None, "kinds": [moved, *row["kinds"]], "claim": row,
                   "event": None, "firms": row["firms"]}  # fmt: skip


TABLES: Mapping[str, Callable[[Ledger, Asked, Page], Iterator[Row]]] = {
    "deals": _deals,
    "entities": _entities,
    "claims": _claims,
    "sources": _sources,
    "series": _series,
    "findings": _findings,
    "changes": _changes,
}


def quarters(ledger: Ledger) -> list[Quarter]:
    """The quarters that were over by the newest date and in which something of the deals' time became known."""
    first = min((claim.known_from for claim, deal in claims_of(ledger) if deal is not None), default=None)
    found = {Quarter.of(claim.known_from) for claim, _ in claims_of(ledger)}
    newest = ledger.case.newest
    return sorted(each for each in found if first is not None and each.last >= first and each.last <= newest)


def about(ledger: Ledger, asked: Asked) -> Told:
    """What the case says of itself: its dates by name, its loop, its scenarios, who is simulated.

    ``firms`` are those that are there at the date, and ``strikes`` the shocks of the case that can be asked then.
    """
    case = ledger.case
    scenarios = [{"id": id, "name": scenario.name, "about": scenario.about, "opens": scenario.opens}
                 for id in ledger.scenarios() for scenario in [ledger.scenario(id)]]  # fmt: skip
    network = ledger.network(at=asked.at, stage="signed", asof=asked.asof, policy=asked.policy)
    there = {entity.id for entity in network.entities if entity.outside is None}
    gone = {*ledger.entities} - there
    strikes = [said for said in case.shocks if said.partition(":")[0].strip() not in gone]
    result = {
        "id": case.id, "name": case.name, "about": case.about, "missing": case.missing, "newest": case.newest,
        "ends": case.ends, "policy": case.policy, "dates": case.dates, "loop": case.loop, "focus": case.focus,
        "shocks": case.shocks, "firms": sorted(there),
        "strikes": strikes, "groups": case.groups, "topics": case.topics, "sectors": case.sectors,
        "machine": case.machine, "article": case.article_source, "credits": case.credits, "scenarios": scenarios,
        "episodes": case.episodes, "quarters": quarters(ledger),
    }  # fmt: skip
    return Told(verb="ledger", origin=origin(ledger, asked), result=lambda: result)
