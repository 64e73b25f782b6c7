"""From rows of history_telecom_metrics.csv to series of our form, and to the list of who fell."""

from __future__ import annotations

import datetime
from decimal import Decimal

from perpetuum.core.rows import DAYS_TO_KNOW, DAYS_TO_KNOW_A_YEAR, FROM_MEMORY
from perpetuum.core.when import Quarter, When
from perpetuum.ledger.ledger import HINDSIGHT
from tools.convert_telecom import hand

Row = dict[str, str]
COLUMNS = ["entity_id", "metric", "period", "period_end", "value", "bound", "unit", "status",
           "source_url", "source_title", "source_date",
           "fiscal_label", "derivation", "note", "known_from", "assumed_days"]  # fmt: skip
COLLAPSES = ["entity_id", "on", "sector", "known", "source_url", "source_title", "source_date", "note"]


def is_series(row: Row) -> bool:
    """Does it enter as a number? The order of collapses has a list of its own, and some rows stay out."""
    key = (row["entity_id"], row["metric"], row["period_end"])
    return row["metric"] != "collapse_order" and key not in hand.LEFT_OUT


def series(row: Row) -> Row:
    """One row: unit, period and words of certainty in our form, and since when it could be known."""
    status, bound, note = hand.STATUS[row["status"]]
    unit, factor = hand.UNITS[row["unit"]]
    period, fiscal = _period(row)
    remembered = row["status"] in hand.REMEMBERED or not row["source_url"]
    notes = [note, hand.PEAK_NOTES.get((row["entity_id"], row["metric"]), "")]
    published = hand.PUBLISHED.get(row["source_url"], "")
    known, days = _known(row, published)
    value = Decimal(row["value"]) * Decimal(factor)
    is_peak = row["metric"] in hand.PEAKS or row["period"] == "peak"
    derivation = FROM_MEMORY if remembered else HINDSIGHT if is_peak else "secondary_page"
    return {
        "entity_id": row["entity_id"], "metric": hand.RENAMED.get(row["metric"], row["metric"]), "period": period,
        "period_end": row["period_end"], "value": format(value.normalize(), "f"), "bound": bound, "unit": unit,
        "status": "guidance" if row["metric"] in hand.PLANS else status, "source_url": row["source_url"],
        "source_title": hand.MEMORY if remembered else row["source_title"], "source_date": published,
        "fiscal_label": fiscal, "derivation": derivation,
        "note": "; ".join(part for part in notes if part), "known_from": known, "assumed_days": days,
    }  # fmt: skip


def _period(row: Row) -> tuple[str, str]:
    """The calendar's name of a period, and the firm's own."""
    label, end = row["period"], row["period_end"]
    if not label:
        return end, ""
    if label == "peak":
        return end[:4], ""
    middle = datetime.date.fromisoformat(end) - datetime.timedelta(days=45)
    if label.startswith("FY") and "Q" in label:
        return str(Quarter.of(middle)), label
    if row["metric"] in hand.AT_A_DATE and "Q" not in label:
        return str(Quarter.of(middle)), label
    return label, label if label.startswith("FY") else ""


def _known(row: Row, published: str) -> tuple[str, str]:
    """A page of the time says when; accounts were due within weeks, prices on their day; else nobody can say."""
    end = datetime.date.fromisoformat(row["period_end"])
    if said := hand.KNOWN.get((row["entity_id"], row["metric"])):
        return said, ""
    if row["metric"] in hand.OF_THE_DAY:
        return str(end), ""
    if row["metric"] in hand.OF_ACCOUNTS:
        is_year_end = row["period"].endswith("Q4") or "Q" not in row["period"]
        is_year_end = is_year_end and "H" not in row["period"]
        days = DAYS_TO_KNOW_A_YEAR if is_year_end else DAYS_TO_KNOW
        due = end + datetime.timedelta(days=days)
        if len(published) < 7 or When.parse(published).first >= due:
            told = When.parse(published).first if len(published) == 10 else None
            near = told is not None and told < due + datetime.timedelta(days=31)
            return (str(told), "") if near else (str(due), str(days))
        return str(When.parse(published).first), ""
    if len(published) >= 7:
        return str(max(When.parse(published).first, end)), ""
    return hand.NEWEST, ""


def collapse(row: Row) -> Row:
    """One row of the list of who fell."""
    remembered = row["status"] in hand.REMEMBERED
    return {
        "entity_id": row["entity_id"], "on": row["period_end"], "sector": hand.SECTORS[row["entity_id"]],
        "known": "remembered" if remembered else "reported", "source_url": row["source_url"],
        "source_title": hand.MEMORY if remembered else row["source_title"],
        "source_date": hand.PUBLISHED.get(row["source_url"], ""), "note": hand.FALL_NOTES.get(row["status"], ""),
    }  # fmt: skip
