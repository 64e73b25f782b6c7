"""One filing, read from its own document: the only place where the parts of a firm can be seen."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from perpetuum.connectors.connector import Address, Connector, Document, Read, Remark, Request
from perpetuum.connectors.durations import length
from perpetuum.connectors.facts import Fact, Facts, day
from perpetuum.connectors.filed_claims import full_tag, source_of
from perpetuum.connectors.filed_metrics import DIFFERENCES, read_metrics, recipes_for
from perpetuum.connectors.instance import Instance, Tagged, read_instance
from perpetuum.connectors.periods import periods_of
from perpetuum.connectors.sec import (
    DOCUMENT_HOST,
    HOSTS,
    LICENCE,
    Kept,
    cik_of,
    firms_asked,
    kept,
    metrics_asked,
    not_asked,
    remark,
    shown,
    truncated,
)
from perpetuum.connectors.tags import RECIPES, Recipe, recipe_of, tag_options
from perpetuum.core.claim import Claim
from perpetuum.core.entity import Entity
from perpetuum.core.errors import CollectError
from perpetuum.core.metrics import METRICS
from perpetuum.core.quantity import Quantity
from perpetuum.core.text import both
from perpetuum.core.when import Span

# What a part of a firm sells is tagged as revenue is, on an axis of parts.
OF_A_PART = ("cloud_revenue", "data_center_revenue", "cloud_infrastructure_revenue")
GIVES = (*RECIPES, *DIFFERENCES, *OF_A_PART)
_SERIES = re.compile(r"(\d{10}-\d{2}-\d{6})/([A-Za-z0-9][A-Za-z0-9_.-]*\.xml)", re.ASCII)
_FOLDER = re.compile(r"/(\d{10})(\d{2})(\d{6})/", re.ASCII)


def plan(request: Request) -> tuple[Address, ...]:
    """One address for every document named in `series`, as `0001234567-25-000001/firm-20241231_htm.xml`.

    Raises
    ------
    CollectError
        If not exactly one firm is asked about, or a document is not named like that.
    """
    metrics_asked(request, GIVES)
    firms, documents = firms_asked(request), [_SERIES.fullmatch(name) for name in request.series]
    if len(firms) != 1 or not documents or None in documents:
        raise CollectError(
            both(
                "sec_instance: which document of which firm is not said.", "sec_instance：沒有指定哪家公司的哪份文件。"
            ),
            both(
                "Name one firm and the documents: --series 0001234567-25-000001/firm-20241231_htm.xml",
                "請指定一家公司與文件：--series 0001234567-25-000001/firm-20241231_htm.xml",
            ),
        )
    return tuple(_address(firms[0], match[1], match[2]) for match in documents if match)


def _address(firm: Entity, accession: str, name: str) -> Address:
    folder = accession.replace("-", "")
    url = f"https://{DOCUMENT_HOST}/Archives/edgar/data/{int(cik_of(firm))}/{folder}/{name}"
    return Address(url=url, file=f"*{name}", form="xml", subject=firm.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """The filing a document belongs to: its number, its form, the day from which it was known."""

    accession: str
    form: str
    filed: datetime.date
    fiscal_year: int | None
    fiscal_period: str | None


def read(document: Document, request: Request) -> Read:
    """Quarters, balances and whole years of one filing, of the firm and of the parts that options name.

    ``segment.cloud_revenue`` names the member that a part of the firm has on its axis. A document
    does not hold the day it was filed: the option `filed` does, else it is known from the day it was fetched.
    """
    instance, wrong = _read_document(document)
    if instance is None:
        return Read(remarks=(wrong,) if wrong else ())
    filers = {number.context.filer.zfill(10) for number in instance.numbers}
    firm = next((one for one in request.subjects if {cik_of(one)} == filers), None)
    folder = _FOLDER.search(document.address.url)
    if firm is None or folder is None:
        return Read(remarks=(not_asked(document),))
    filing = _filing(instance, "-".join(folder.groups()), document, request)
    if request.asof is not None and request.asof < filing.filed:
        return Read()
    answer = kept(document)
    read = _whole_firm(instance, filing, firm, answer, request)
    for part in _parts(instance, filing, firm, answer, request):
        read = Read(claims=(*read.claims, *part.claims), remarks=(*read.remarks, *part.remarks))
    undated = () if "filed" in dict(request.options) else (_no_filing_date(firm.id, filing),)
    return Read(claims=read.claims, remarks=(*undated, *read.remarks))


def _read_document(document: Document) -> tuple[Instance | None, Remark | None]:
    try:
        instance = read_instance(document.content)
    except CollectError as error:
        return None, remark("refused", shown(document.address.url), error.what)
    if instance is None:
        begun = document.content.lstrip()[:5] == b"<?xml"
        return None, truncated(document) if begun else not_asked(document)
    return (instance, None) if instance.numbers else (None, not_asked(document))


def _filing(instance: Instance, accession: str, document: Document, request: Request) -> Filed:
    cover, filed = instance.cover, dict(request.options).get("filed")
    year = cover.get("DocumentFiscalYearFocus", "")
    when = document.retrieved.date() if filed is None else day(filed)
    if when is None:
        raise CollectError(
            both(f"option filed: '{shown(filed or '')}' is no day.", f"選項 filed：「{shown(filed or '')}」不是日期。"),
            both("Write for example: 2025-02-06", "請寫成例如：2025-02-06"),
        )
    return Filed(
        accession=accession,
        form=cover.get("DocumentType", "")[:12],
        filed=when,
        fiscal_year=int(year) if re.fullmatch("[0-9]{4}", year) else None,
        fiscal_period=cover.get("DocumentFiscalPeriodFocus") or None,
    )


def _no_filing_date(firm: str, filing: Filed) -> Remark:
    return remark(
        "no_filing_date",
        firm,
        both(
            f"{filing.accession} does not hold the day it was filed; taken as known from {filing.filed}. "
            "Give it with the option filed.",
            f"{filing.accession} 沒有記載申報日；視為自 {filing.filed} 起已知。請用選項 filed 指定。",
        ),
    )


def _whole_firm(instance: Instance, filing: Filed, firm: Entity, answer: Kept, request: Request) -> Read:
    facts = [_fact(number, filing) for number in instance.numbers if not number.context.members]
    metrics = tuple(metric for metric in metrics_asked(request, GIVES) if metric not in OF_A_PART)
    return _numbers(facts, recipes_for(firm.id, request), metrics, filing, firm, answer, request)


def _parts(instance: Instance, filing: Filed, firm: Entity, answer: Kept, request: Request) -> Iterator[Read]:
    options = dict(request.options)
    for metric in metrics_asked(request, OF_A_PART):
        member = options.get(f"segment.{firm.id}.{metric}", options.get(f"segment.{metric}"))
        if member is not None:
            facts = [_fact(number, filing) for number in instance.numbers if _is_on(number, member)]
            recipe = recipe_of(metric, firm.id, options, like="revenue")
            read = _numbers(facts, {metric: recipe}, (metric,), filing, firm, answer, request)
            yield Read(claims=tuple(replace(claim, note=member) for claim in read.claims), remarks=read.remarks)


def _is_on(number: Tagged, member: str) -> bool:
    """Does a number stand at one place of one axis, and on no other axis? `Axis=Member`, or the member alone."""
    if len(number.context.members) != 1:
        return False
    axis, place = number.context.members[0]
    return member in (place, f"{axis}={place}")


def _fact(number: Tagged, filing: Filed) -> Fact:
    context = number.context
    return Fact(number.tag, number.unit, context.start, context.end, number.value, filing.accession, filing.form,
                filing.filed, filing.fiscal_year, filing.fiscal_period)  # fmt: skip


def _numbers(
    facts: list[Fact],
    recipes: Mapping[str, Recipe],
    metrics: tuple[str, ...],
    filing: Filed,
    firm: Entity,
    answer: Kept,
    request: Request,
) -> Read:
    good = tuple(fact for fact in facts if fact.start is None or fact.start < fact.end)
    ends = [fact.end for fact in good if fact.start]
    found = Facts(facts=good, newest_end=max(ends, default=None), newest_filed=filing.filed)
    read = read_metrics(found, recipes, metrics, firm, answer, request)
    years = [
        claim for metric in metrics if metric in recipes
        for claim in _years(found, recipes[metric], filing, firm, answer, request)
    ]  # fmt: skip
    yearly = {f"{firm.id}, {claim.attribute}" for claim in years}
    # One filing has no series: what lies between its dates is in other filings.
    expected = {"gap": None, "nothing_found": yearly, "tag_went_stale": None}
    remarks = tuple(r for r in read.remarks if r.code not in expected or r.about not in (expected[r.code] or {r.about}))
    return Read(claims=(*read.claims, *years), remarks=remarks)


def _years(
    found: Facts, recipe: Recipe, filing: Filed, firm: Entity, answer: Kept, request: Request
) -> Iterator[Claim]:
    """Whole years as the filing gives them, by the first tag of the recipe that has any."""
    if METRICS[recipe.metric].nature == "stock" or len(recipe.ways[0]) > 1:
        return
    for tag in recipe.ways[0][0]:
        years = [p for p in periods_of(f for f in found.facts if f.tag == tag) if length(p.days) == "year"]
        for period in years:
            if period.start and _overlaps(Span(period.start, period.end), request):
                yield _year(period.versions[-1], Span(period.start, period.end), recipe.metric,
                            _fiscal_year(period.end, years[-1].end, filing), firm, answer)  # fmt: skip
        if years:
            return


def _overlaps(span: Span, request: Request) -> bool:
    after = request.since is None or request.since.first <= span.last
    return after and (request.until is None or span.first <= request.until.last)


def _fiscal_year(end: datetime.date, newest: datetime.date, filing: Filed) -> str:
    """How the firm calls a year: the name on the cover is that of the newest, older ones count back from it."""
    years_back = round((newest - end).days / 365.2425)
    return f"FY{(filing.fiscal_year or newest.year) - years_back}"


def _year(fact: Fact, span: Span, metric: str, label: str, firm: Entity, answer: Kept) -> Claim:
    return Claim(
        id=f"sec_instance/{firm.id}/{metric}/{label}/{fact.accession}", subject=firm.id, attribute=metric,
        says=Quantity(fact.value, fact.unit),
        source=source_of(fact, f"{fact.form}, {full_tag(fact.tag)}", cik_of(firm), answer),
        known_from=fact.filed, status="reported", period=span, period_label=label, derivation="direct",
        fiscal_label=label,
    )  # fmt: skip


CONNECTOR = Connector(
    id="sec_instance",
    hosts=HOSTS,
    needs=("user_agent",),
    gives=GIVES,
    name=both("SEC EDGAR filing document", "美國證管會單份申報文件"),
    licence=LICENCE,
    may_ship=True,
    plan=plan,
    read=read,
    understands=(
        *tag_options((*RECIPES, *OF_A_PART)),
        "filed",
        "fiscal_year_end",
        *(name for metric in OF_A_PART for name in (f"segment.{metric}", f"segment.{{firm}}.{metric}")),
    ),
)
