"""The metrics of one firm out of its facts: quarters, claims and remarks, metric by metric."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from perpetuum.connectors.connector import Read, Remark, Request
from perpetuum.connectors.durations import FiscalCalendar, fiscal_calendar
from perpetuum.connectors.facts import Fact, Facts
from perpetuum.connectors.filed_claims import claims_of
from perpetuum.connectors.filed_remarks import remarks_on
from perpetuum.connectors.quarters import build
from perpetuum.connectors.saying import option
from perpetuum.connectors.sec import Kept, about, remark, shown
from perpetuum.connectors.tags import RECIPES, Recipe, recipe_of
from perpetuum.connectors.vintages import Built, less
from perpetuum.core.entity import Entity
from perpetuum.core.errors import CollectError
from perpetuum.core.metrics import METRICS
from perpetuum.core.text import both

# A metric that is one metric less another.
DIFFERENCES = {"free_cash_flow": ("operating_cash_flow", "capex")}


def recipes_for(firm: str, request: Request) -> dict[str, Recipe]:
    """The recipes of all metrics, with what the options of a request change for a firm."""
    options = dict(request.options)
    return {metric: recipe_of(metric, firm, options) for metric in RECIPES}


def read_metrics(
    found: Facts,
    recipes: Mapping[str, Recipe],
    metrics: Sequence[str],
    firm: Entity,
    answer: Kept,
    request: Request,
) -> Read:
    """Claims and remarks of the metrics asked for, in the order of the recipes."""
    calendar = fiscal_calendar(found.facts, _year_end(request))
    of_tag: dict[str, list[Fact]] = defaultdict(list)
    for fact in found.facts:
        of_tag[fact.tag].append(fact)
    needed = {part for metric in metrics for part in DIFFERENCES.get(metric, (metric,))}
    built: dict[str, list[Built]] = {}
    read = Read()
    for metric, recipe in recipes.items():
        if metric in needed:
            facts = [fact for tag in recipe.tags for fact in of_tag[tag] if (fact.start is None) == _is_stock(metric)]
            built[metric], remarks = _by_unit(facts, recipe, calendar, firm.id)
            if metric in metrics:
                read = _and(read, _read_one(built[metric], recipe, found, firm, answer, request), remarks)
    for metric, (minuend, subtrahend) in DIFFERENCES.items():
        if metric in metrics:
            vintages = [v for one in built[minuend] for other in built[subtrahend]
                        for v in less(one.vintages, other.vintages)]  # fmt: skip
            read = _and(read, Read(claims=tuple(claims_of(vintages, metric, firm, answer, request))), ())
    return _and(read, Read(), tuple(_nothing_found(read, request, firm.id, metrics)))


def _and(before: Read, more: Read, remarks: Sequence[Remark]) -> Read:
    return Read(claims=(*before.claims, *more.claims), remarks=(*before.remarks, *more.remarks, *remarks))


def _is_stock(metric: str) -> bool:
    return METRICS[metric].nature == "stock"


def _by_unit(
    facts: Sequence[Fact], recipe: Recipe, calendar: FiscalCalendar, firm: str
) -> tuple[list[Built], tuple[Remark, ...]]:
    """One build in the unit of the metric; where no fact has that unit, one for every other unit."""
    units = sorted({fact.unit for fact in facts})
    usual = METRICS[recipe.metric].unit
    chosen = [usual] if usual in units else units
    built = [build([fact for fact in facts if fact.unit == unit], recipe, calendar) for unit in chosen]
    others = [unit for unit in units if unit != usual]
    return built, (_other_units(others, usual in units, about(firm, recipe.metric)),) if others else ()


def _other_units(units: Sequence[str], left_out: bool, name: str) -> Remark:
    names = ", ".join(map(shown, units))
    if left_out:
        return remark(
            "other_unit",
            name,
            both(
                f"the firm says this in {names} too; only the numbers in the usual unit were taken.",
                f"公司另以 {names} 表示；只取用通常單位的數字。",
            ),
        )
    return remark(
        "other_unit",
        name,
        both(
            f"the firm says this in {names}; the claims keep that unit. Converting needs a rate with a source.",
            f"公司以 {names} 表示；說法保留該單位。換算需要有來源的匯率。",
        ),
    )


def _read_one(
    built: Sequence[Built], recipe: Recipe, found: Facts, firm: Entity, answer: Kept, request: Request
) -> Read:
    claims = (claim for one in built for claim in claims_of(one.vintages, recipe.metric, firm, answer, request))
    remarks = (said for one in built for said in remarks_on(one, recipe, found, firm.id, request))
    return Read(claims=tuple(claims), remarks=tuple(remarks))


def _nothing_found(read: Read, request: Request, firm: str, metrics: Sequence[str]) -> Iterator[Remark]:
    """A metric somebody named and that gave nothing; where all were asked for, silence is enough."""
    have = {claim.attribute for claim in read.claims}
    for metric in metrics if request.attributes else ():
        if metric not in have:
            yield remark(
                "nothing_found",
                about(firm, metric),
                both(
                    "no fact of its tags gives a quarter that was asked for.", "它的標籤沒有任何資料能得出所要的季度。"
                ),
            )


def _year_end(request: Request) -> tuple[int, int] | None:
    """The option `fiscal_year_end`, written MMDD as the submissions of a firm have it."""
    text = option(request, "fiscal_year_end")
    if text is None:
        return None
    if re.fullmatch(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", text, re.ASCII):
        month, day = int(text[:2]), int(text[2:])
        if day <= (29, 30, 31)[(month != 2) + (month in (1, 3, 5, 7, 8, 10, 12))]:
            return month, day
    raise CollectError(
        both(
            f"option fiscal_year_end: '{shown(text)}' is no day of a year.",
            f"選項 fiscal_year_end：「{shown(text)}」不是一年中的某日。",
        ),
        both("Write month and day, for example: 0131", "請寫月與日，例如：0131"),
    )
