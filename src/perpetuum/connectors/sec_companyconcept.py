"""What a firm ever filed under one tag: a small answer where company facts would be a large one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from perpetuum.connectors.connector import Address, Connector, Document, Read, Remark, Request
from perpetuum.connectors.facts import US_GAAP, facts_of
from perpetuum.connectors.filed_claims import full_tag
from perpetuum.connectors.filed_metrics import read_metrics, recipes_for
from perpetuum.connectors.filed_remarks import remarks_on_answer
from perpetuum.connectors.sec import (
    HOSTS,
    LICENCE,
    about,
    cik_of,
    data_address,
    firm_of,
    firms_asked,
    kept,
    metrics_asked,
    not_asked,
    read_json,
    remark,
)
from perpetuum.connectors.tags import RECIPES, Recipe, tag_options
from perpetuum.core.entity import Entity
from perpetuum.core.text import both


def single_tags(recipe: Recipe) -> tuple[str, ...]:
    """The tags that give a metric by themselves; a sum needs several answers at once, which nobody has here."""
    return tuple(dict.fromkeys(tag for way in recipe.ways if len(way) == 1 for tag in way[0]))


GIVES = tuple(metric for metric, recipe in RECIPES.items() if len(recipe.ways) == 1 and single_tags(recipe))


def plan(request: Request) -> tuple[Address, ...]:
    """One address for every firm and tag of the metrics asked for, each once."""
    metrics = metrics_asked(request, GIVES)
    found: dict[str, Address] = {}
    for firm in firms_asked(request):
        recipes = recipes_for(firm.id, request)
        for tag in (tag for metric in metrics for tag in single_tags(recipes[metric])):
            address = _address(firm, tag)
            found.setdefault(address.url, address)
    return tuple(found.values())


def absent(address: Address, request: Request) -> Remark:
    """A tag that a firm never used has no page; neither has a number that is nobody's."""
    tag = address.url.rsplit("/", 1)[-1].removesuffix(".json")
    return remark(
        "no_such_tag",
        about(address.subject, tag),
        both(
            "the SEC has no page for it (404): the firm never used this tag, or no firm files under its number.",
            "美國證管會沒有這一頁（404）：該公司從未使用這個標籤，或沒有公司以此編號申報。",
        ),
    )


def _address(firm: Entity, tag: str) -> Address:
    cik = cik_of(firm)
    taxonomy, _, name = tag.rpartition(":")
    path = f"api/xbrl/companyconcept/CIK{cik}/{taxonomy or US_GAAP}/{name}.json"
    return data_address(path, firm.id, f"*CIK{cik}*{name}*.json")


def read(document: Document, request: Request) -> Read:
    """The quarters that one tag gives. Which of two tags counts is not decided here: their claims are rivals."""
    answer, wrong = read_json(document, "units", "cik", "tag", "taxonomy")
    if answer is None:
        return Read(remarks=(wrong,) if wrong else ())
    tag = _tag(answer)
    if tag is None:
        return Read(remarks=(not_asked(document),))
    firm, wrong = firm_of(document, answer, request)
    if firm is None:
        return Read(remarks=(wrong,) if wrong else ())
    recipes = {
        metric: Recipe(metric=metric, ways=(((tag,),),), never_negative=recipe.never_negative)
        for metric, recipe in recipes_for(firm.id, request).items()
        if metric in GIVES and tag in single_tags(recipe)
    }
    if not recipes:
        return Read(remarks=(not_asked(document),))
    found = facts_of({answer["taxonomy"]: {answer["tag"]: {"units": answer["units"]}}}, {tag}, request.asof)
    metrics = [metric for metric in metrics_asked(request, GIVES) if metric in recipes]
    numbers = read_metrics(found, recipes, metrics, firm, kept(document), request)
    # The tag is the place: one filing may hold two of them for one quarter, and both are told.
    claims = tuple(replace(claim, id=f"{claim.id}/{tag}", at=full_tag(tag)) for claim in numbers.claims)
    return Read(claims=claims, remarks=(*remarks_on_answer(found, firm.id, document), *numbers.remarks))


def _tag(answer: dict[str, Any]) -> str | None:
    taxonomy, name = answer["taxonomy"], answer["tag"]
    if not isinstance(taxonomy, str) or not isinstance(name, str):
        return None
    return name if taxonomy == US_GAAP else f"{taxonomy}:{name}"


CONNECTOR = Connector(
    id="sec_companyconcept",
    hosts=HOSTS,
    needs=("user_agent",),
    gives=GIVES,
    name=both("SEC EDGAR company concept", "美國證管會公司單一科目"),
    licence=LICENCE,
    may_ship=True,
    plan=plan,
    read=read,
    absent=absent,
    may_lack=True,
    understands=(*tag_options(GIVES), "fiscal_year_end"),
)
