"""A case small enough to read at a glance: one lender, one borrower, one loan in two versions."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from perpetuum.core.errors import Problem
from perpetuum.ledger import Ledger, examine, load

DEAL = "deals/acme-bolt.yaml"
SERIES = "collected/series.csv"
HEADER = (
    "entity_id,metric,period,period_end,value,unit,status,source_url,source_title,source_date,"
    "fiscal_label,derivation,product,note\n"
)
PAGES = {
    "case.yaml": """\
        id: small
        name: {en: Small, zh: 小案例}
        newest: 2026-06-30
        """,
    "entities/acme.yaml": """\
        id: acme
        name: {en: Acme, zh: 甲公司}
        roles: [capital]
        """,
    "entities/bolt.yaml": """\
        id: bolt
        name: {en: Bolt, zh: 乙公司}
        roles: [gear]
        """,
    DEAL: """\
        id: acme-bolt
        name: {en: Acme lends to Bolt, zh: 甲公司貸款給乙公司}
        legs:
          - id: first
            kind: loan
            payer: acme
            payee: bolt
            amounts:
              - {says: 10bn USD, stage: announced, source: wire}
          - id: second
            kind: loan
            payer: acme
            payee: bolt
            amounts:
              - {says: 20bn USD, stage: announced, source: wire}
            supersedes: {leg: first, mode: replaces}
        events:
          - {announced: 2025-01-15, leg: first, source: wire}
          - {announced: 2025-06-01, leg: second, source: wire}
        sources:
          - id: wire
            title: A wire
            kind: news
            tier: 2
            url: https://example.org/wire
            published: 2025-01-15
        """,
    SERIES: HEADER
    + "bolt,revenue,2025Q1,2025-03-31,1.5,usd_bn,reported,https://example.org/q1,First quarter,2025-05-01,,,,\n",
}


def small_case(pages: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """The files of the case; further files, or other words for these, by path."""
    return {path: textwrap.dedent(text).encode() for path, text in (PAGES | (pages or {})).items()}


def spoiled(*changes: tuple[str, str], path: str = DEAL) -> dict[str, bytes]:
    """The same case with some words of one file replaced, each where it stands first."""
    files = small_case()
    text = files[path].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return files | {path: text.encode()}


def told(legs: str, events: str, **entities: str) -> Ledger:
    """A ledger with one deal between Acme and Bolt, its legs and events given as YAML lists."""
    deal = "id: acme-bolt\nname: {en: Acme and Bolt, zh: 甲與乙}\nlegs:\n"
    deal += f"{textwrap.indent(textwrap.dedent(legs), '  ')}\nevents:\n{textwrap.indent(textwrap.dedent(events), '  ')}"
    wire = "{id: wire, title: A wire, kind: news, tier: 2, url: https://example.org/wire, published: 2025-01-15}"
    blog = "{id: blog, title: A blog, kind: news, tier: 3, url: https://example.org/blog, published: 2025-02-15}"
    pages = {f"entities/{id}.yaml": page for id, page in entities.items()}
    return load(small_case(pages | {DEAL: f"{deal}\nsources:\n  - {wire}\n  - {blog}\n"}))


def problems(files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Everything wrong with a case, errors and warnings."""
    return examine(files)[1]


def line_of(files: Mapping[str, bytes], path: str, words: str) -> int:
    """The line of a file in which some words stand first."""
    text = files[path].decode()
    return text.count("\n", 0, text.index(words)) + 1
