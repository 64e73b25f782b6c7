"""The dials as a page draws them: each number in words, its bands with their edges, and the claims once at the foot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.panel import Panel
from perpetuum.core.reading import Band, Point, Reading, Sub
from perpetuum.core.text import Text
from perpetuum.gauges import Gauge, Scale, disputes, gauges, vote
from perpetuum.gauges.gauge import Part
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import LIGHTS, Evidence
from perpetuum.report.evidence import claims_of
from perpetuum.report.words import joined, say

# The machine from what is used to what pays for it; prices and the whole come last.
PARTS: tuple[Part, ...] = ("engine", "gear", "fuel", "money", "credit", "prices", "system")


@dataclass(slots=True)
class Foot:
    """The claims of one answer: each stands once, and numbers name them."""

    claims: dict[str, Claim] = field(default_factory=dict)

    def of(self, evidence: Evidence) -> list[Any]:
        """Evidence by the ids of its claims; a figure that overruled others stays whole."""
        for claim in claims_of(evidence):
            self.claims.setdefault(claim.id, claim)
        found = [item if isinstance(item, Figure) and item.others else _id(item) for item in evidence]
        return [item for n, item in enumerate(found) if item not in found[:n]]


def _id(item: Claim | Figure) -> str:
    return item.chosen.id if isinstance(item, Figure) else item.id


def scale(dial: Gauge) -> dict[str, Any] | None:
    """The edges of a dial's bands as data: which number they cut, where, and for how long it has to stand there."""
    found = dial.bands.scale
    if found is None:
        return None
    return {
        "of": found.of, "unit": found.unit or dial.unit, "watch": found.watch, "alarm": found.alarm, "end": found.end,
        "in_steps": found.step is not None, "lasting": found.lasting,
    }  # fmt: skip


def dial(gauge: Gauge) -> dict[str, Any]:
    """What a dial is, whatever it reads: its rule with its reason, its status, and its edges."""
    return {
        "id": gauge.id, "number": gauge.number, "part": gauge.part, "name": gauge.name, "unit": gauge.unit,
        "formula": gauge.formula, "rule": gauge.bands.rule, "because": gauge.bands.because,
        "status": gauge.bands.status, "scale": scale(gauge), "worse": gauge.worse, "lead": gauge.lead,
        "whole": gauge.whole, "votes": gauge.votes, "max_age": gauge.max_age, "article": gauge.article,
    }  # fmt: skip


def readings(read: Iterable[Reading]) -> list[dict[str, Any]]:
    """Readings as they are, each with what its dial is."""
    return [
        {name: getattr(one, name) for name in one.__dataclass_fields__} | {"dial": dial(gauges()[one.gauge])}
        for one in read
    ]


def board(ledger: Ledger, panel: Panel, read: tuple[Reading, ...], *, is_open: bool) -> dict[str, Any]:
    """Every dial for a page; ``is_open`` adds all that one dial shows when it is opened."""
    foot = Foot()
    counted = vote(read) if not is_open else None
    told = [_told(ledger, panel, reading, foot, is_open=is_open) for reading in read]
    return {
        "quarter": read[0].at,
        "count": None if counted is None else _count(ledger, counted),
        "is_empty": all(reading.last is None for reading in read),
        "missing": ledger.case.missing,
        "parts": [] if counted is None else [_part(part, read) for part in PARTS],
        "dials": told,
        "claims": foot.claims,
    }  # fmt: skip


def _count(ledger: Ledger, counted: Any) -> Text:
    counts = {light: counted.count(light) for light in LIGHTS}
    return say("gauges.count", quarter=numbers.quarter(counted.quarter), all=len(counted.bands), **counts)


def _part(part: str, read: tuple[Reading, ...]) -> dict[str, Any]:
    """How many dials of one part of the machine stand in each band; an anchor counts nowhere."""
    own = [reading for reading in read if gauges()[reading.gauge].part == part and gauges()[reading.gauge].votes]
    return {"part": part, "bands": {light: [each.gauge for each in own if each.band == light] for light in LIGHTS}}


def _told(ledger: Ledger, panel: Panel, reading: Reading, foot: Foot, *, is_open: bool) -> dict[str, Any]:
    gauge = gauges()[reading.gauge]
    point = reading.system or reading.last
    brief = {
        **dial(gauge),
        "band": reading.band,
        "why": reading.because,
        "is_old": reading.system is None and reading.last is not None,
        "shown": None if point is None else _point(ledger, gauge, point, foot),
        "trend": reading.trend, "age": reading.age,
        "edges": _edges(gauge, point),
        "needles": _needles(panel, gauge, reading, foot),
        "spark": [(str(each.quarter), each.value, each.band) for each in reading.history if each.value is not None],
    }  # fmt: skip
    return brief | (_opened(ledger, gauge, reading, foot) if is_open else {})


def _value(value: float | None, unit: str) -> Text:
    return say("gauges.no_value") if value is None else numbers.value_of(value, unit)


def _point(ledger: Ledger, gauge: Gauge, point: Point, foot: Foot) -> dict[str, Any]:
    """One reading in words, with whom and when it speaks of."""
    page = next((sub.url for sub in point.subs if sub.url), None) if not point.figures else None
    return {
        "value": point.value, "text": _value(point.value, gauge.unit), "band": point.band,
        "who": names.firm(ledger, point.entity) if point.entity else None,
        "quarter": point.quarter, "period": numbers.window(point.period), "known_since": point.known_since,
        "disputed": point.disputed, "remark": point.remark, "evidence": foot.of(point.figures), "href": page,
        "basis": "estimated" if _is_estimated(point) else "reported",
    }  # fmt: skip


def _is_estimated(point: Point) -> bool:
    return any(figure.chosen.status == "estimated" for figure in point.figures)


# ---- needle and edges


def _edges(gauge: Gauge, point: Point | None) -> list[dict[str, Any]]:
    """The edges in the unit of the number that they cut; those that count in steps follow the reading."""
    found = gauge.bands.scale
    if found is None:
        return []
    step = 1.0 if found.step is None else None if point is None else found.step(point.value, point.subs)
    unit, both_ends = found.unit or gauge.unit, (("watch", found.watch, 0), ("alarm", found.alarm, 1))
    return [
        {"band": band, "at": at * step, "text": numbers.value_of(at * step, unit), "lasting": found.lasting[n]}
        for band, at, n in both_ends
        if at is not None and step is not None
    ]


def _needles(panel: Panel, gauge: Gauge, reading: Reading, foot: Foot) -> list[dict[str, Any]]:
    """Where the dial stands, and where it would stand under each claim that was overruled."""
    if reading.system is None or reading.band == "unknown":
        return []
    point = reading.system
    told = [_needle(gauge, reading.band, point.value, point.subs, None)]
    for claim, other in disputes(gauge, panel, point):
        rival = _needle(gauge, other.band, other.value, other.subs, foot.of((claim,))[0])
        if all((each["band"], each["text"]) != (rival["band"], rival["text"]) for each in told):
            told.append(rival)
    return told


def _needle(gauge: Gauge, band: Band, value: float | None, subs: tuple[Sub, ...], claim: Any) -> dict[str, Any]:
    return {"number": _number(gauge.bands.scale, value, subs), "band": band, "text": _value(value, gauge.unit),
            "claim": claim}  # fmt: skip


def _number(found: Scale | None, value: float | None, subs: tuple[Sub, ...]) -> float | None:
    return None if found is None else found.number(value, subs)


# ---- one dial, opened


def _opened(ledger: Ledger, gauge: Gauge, reading: Reading, foot: Foot) -> dict[str, Any]:
    point = reading.system or reading.last
    return {
        "history": [_past_point(ledger, gauge, each, foot) for each in reading.history],
        "beside": [_sub(sub, point, foot) for sub in point.subs] if point else [],
        "notes": point.notes if point else (),
        "firms": [_point(ledger, gauge, each, foot) for each in reading.firms],
        "missing": [names.firm(ledger, firm) for firm in reading.missing],
        "base_rate": _base_rate(reading),
        "members": _members(ledger, gauge),
    }  # fmt: skip


def _past_point(ledger: Ledger, gauge: Gauge, point: Point, foot: Foot) -> dict[str, Any]:
    told, found = _point(ledger, gauge, point, foot), gauge.bands.scale
    number = _number(found, point.value, point.subs)
    words = None if found is None or number is None else numbers.value_of(number, found.unit or gauge.unit)
    return told | {"number": number, "number_text": words, "edges": _edges(gauge, point)}


def _sub(sub: Sub, point: Point, foot: Foot) -> dict[str, Any]:
    """A number beside the one shown; without figures of its own it follows from those of the dial."""
    figures = () if sub.url else sub.figures or point.figures
    return {"name": sub.name, "text": numbers.value_of(sub.value, sub.unit), "band": sub.band,
            "evidence": foot.of(figures), "href": sub.url}  # fmt: skip


def _members(ledger: Ledger, gauge: Gauge) -> Text | None:
    """Whose numbers the dial reads."""
    firms = ledger.case.groups.get(gauge.group, ()) if gauge.group else ()
    return joined([names.firm(ledger, firm) for firm in firms]) if firms else None


def _base_rate(reading: Reading) -> dict[str, Any]:
    """Of so many earlier episodes in the band shown, so many ended within two years; with the list of them."""
    past = reading.past
    ended = sum(episode.ended for episode in past)
    says = say("gauges.base_rate.page", all=len(past), band=say(f"band.{reading.band}"), ended=ended)
    none = say("gauges.base_rate.none", band=say(f"band.{reading.band}"))
    return {
        "all": len(past), "ended": ended, "says": says if past else none,
        "episodes": [
            {"who": each.who, "began": numbers.window(str(each.began)), "came": each.came, "ended": each.ended,
             "url": each.url, "came_url": each.came_url}
            for each in past
        ],
    }  # fmt: skip


def nothing_shipped(ledger: Ledger) -> Text:
    """Why no price of this case can be tested for a bubble."""
    return say("gauges.bubble.none", case=ledger.case.name)
