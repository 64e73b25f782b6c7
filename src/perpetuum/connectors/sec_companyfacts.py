"""Everything a firm ever tagged in its filings, in one answer of the SEC."""

from __future__ import annotations

from functools import partial

from perpetuum.connectors.connector import Address, Connector, Document, Read, Request
from perpetuum.connectors.facts import US_GAAP, facts_of
from perpetuum.connectors.filed_metrics import DIFFERENCES, read_metrics, recipes_for
from perpetuum.connectors.filed_remarks import no_us_gaap, remarks_on_answer
from perpetuum.connectors.sec import (
    HOSTS,
    LICENCE,
    cik_of,
    data_address,
    firm_of,
    firms_asked,
    kept,
    metrics_asked,
    nobodys_number,
    not_asked,
    one_download,
    read_json,
)
from perpetuum.connectors.tags import RECIPES, tag_options
from perpetuum.core.entity import Entity
from perpetuum.core.text import both

GIVES = (*RECIPES, *DIFFERENCES)
ARCHIVE = "https://www.sec.gov/Archives/edgar/daily-index/xbrl/companyfacts.zip"


def plan(request: Request) -> tuple[Address, ...]:
    """One address a firm."""
    metrics_asked(request, GIVES)
    return tuple(_address(firm) for firm in firms_asked(request))


def _address(firm: Entity) -> Address:
    cik = cik_of(firm)
    return data_address(f"api/xbrl/companyfacts/CIK{cik}.json", firm.id, f"*CIK{cik}*.json")


def read(document: Document, request: Request) -> Read:
    """All quarters of the metrics asked for, each with its earlier vintages, and what is odd about them."""
    answer, wrong = read_json(document, "facts", "cik")
    if answer is None:
        return Read(remarks=(wrong,) if wrong else ())
    if not isinstance(answer["facts"], dict):
        return Read(remarks=(not_asked(document),))
    firm, wrong = firm_of(document, answer, request)
    if firm is None:
        return Read(remarks=(wrong,) if wrong else ())
    recipes = recipes_for(firm.id, request)
    found = facts_of(answer["facts"], {tag for recipe in recipes.values() for tag in recipe.tags}, request.asof)
    remarks = list(remarks_on_answer(found, firm.id, document))
    if US_GAAP not in found.taxonomies:
        remarks.append(no_us_gaap(found, firm.id))
    numbers = read_metrics(found, recipes, metrics_asked(request, GIVES), firm, kept(document), request)
    return Read(claims=numbers.claims, remarks=(*remarks, *numbers.remarks))


CONNECTOR = Connector(
    id="sec_companyfacts",
    hosts=HOSTS,
    needs=("user_agent",),
    gives=GIVES,
    name=both("SEC EDGAR company facts", "美國證管會公司財報數據"),
    licence=LICENCE,
    may_ship=True,
    plan=plan,
    read=read,
    advise=partial(one_download, file=ARCHIVE),
    absent=nobodys_number,
    understands=(*tag_options(RECIPES), "fiscal_year_end"),
)
