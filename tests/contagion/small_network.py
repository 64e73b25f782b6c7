"""A network of two firms and a pool, told in a few lines of a ledger; what firms report is a list of rows."""

from __future__ import annotations

import textwrap

from perpetuum.core.claim import Stage
from perpetuum.core.network import Network
from perpetuum.ledger import load
from tests.ledger.small_case import DEAL, HEADER, SERIES, small_case

POOL = "id: bonds\nname: {en: Bond investors, zh: 債券投資人}\nroles: [outside]\naggregate: true\noutside: DEBT\n"
SITE = "id: site\nname: {en: Site, zh: 機房}\nroles: [gear]\n"
WIRE = "{id: wire, title: A wire, kind: news, tier: 2, url: https://example.org/wire, published: 2025-01-15}"
AT = "2025-12-31"


def row(firm: str, metric: str, bn: float, quarter: str = "2025Q4", end: str = AT, unit: str = "usd_bn") -> str:
    """A figure as a firm reports it, in billions of dollars."""
    return f"{firm},{metric},{quarter},{end},{bn},{unit},reported,https://example.org/q,Report,{end},,,,\n"


def network(
    legs: str, events: str, *rows: str, at: str = AT, stage: Stage = "signed", case: str = "", **entities: str
) -> Network:
    """Legs and events are YAML lists, as in a deal file."""
    deal = "id: acme-bolt\nname: {en: Acme and Bolt, zh: 甲與乙}\nlegs:\n"
    deal += f"{textwrap.indent(textwrap.dedent(legs), '  ')}\nevents:\n{textwrap.indent(textwrap.dedent(events), '  ')}"
    pages = {DEAL: f"{deal}\nsources:\n  - {WIRE}\n", SERIES: HEADER + "".join(rows), "entities/bonds.yaml": POOL,
             "entities/site.yaml": SITE}  # fmt: skip
    pages |= {f"entities/{id}.yaml": page for id, page in entities.items()}
    if case:
        pages["case.yaml"] = textwrap.dedent(case)
    return load(small_case(pages)).network(at=at, stage=stage)
