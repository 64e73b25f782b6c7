"""A case small enough to compute by hand: a maker funds a lab, the lab rents from a cloud, the cloud buys from it.

In headlines the lab gets 100 from the maker and 100 from investors, pays the cloud 60, and the cloud pays the maker
40. So half of those 40 is the maker's own money; it may be none of it, or all, as the lab holds enough of either.
What the cloud paid the maker nobody says.
"""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Mapping
from pathlib import Path

from perpetuum.ledger import Ledger, load
from perpetuum.report.snapshots import Study, study

SERIES = "collected/series.csv"
HEADER = (
    "entity_id,metric,period,period_end,value,unit,status,source_url,source_title,source_date,"
    "fiscal_label,derivation,product,note\n"
)


def _row(
    entity: str, metric: str, period: str, end: str, value: float, unit: str, known: str, product: str = ""
) -> str:
    page = f"https://example.org/{metric}"
    return f"{entity},{metric},{period},{end},{value},{unit},reported,{page},A page,{known},,,{product},\n"


_QUARTERS = (("2024Q3", "2024-09-30", "2024-11-01"), ("2024Q4", "2024-12-31", "2025-02-01"),
             ("2025Q1", "2025-03-31", "2025-05-01"), ("2025Q2", "2025-06-30", "2025-08-01"),
             ("2025Q3", "2025-09-30", "2025-11-01"))  # fmt: skip
_USERS = (("2025-01-15", 100), ("2025-06-15", 150), ("2025-10-15", 225))

PAGES = {
    "case.yaml": """\
        id: triangle
        name: {en: A triangle, zh: 三角案例}
        about: {en: Three firms and a circle, zh: 三家公司繞一圈}
        newest: 2026-01-31
        dates:
          - {id: early, on: 2025-03-31, name: {en: an early date, zh: 較早日期}}
          - {id: now, on: 2026-01-31, name: {en: the newest date, zh: 最新日期}}
        loop: [maker, lab, cloud]
        focus: [maker, cloud]
        shocks: ["lab:stops-paying"]
        groups: {gears: [cloud]}
        series: {users: {entity: lab, metric: weekly_active_users, product: Chat}}
        article: essay
        sources:
          - {id: essay, title: An essay, kind: essay, tier: 3, url: https://example.org/essay, published: 2025-02-01}
        """,
    "entities/maker.yaml": """\
        id: maker
        name: {en: Maker, zh: 晶片商}
        roles: [fuel]
        """,
    "entities/lab.yaml": """\
        id: lab
        name: {en: Lab, zh: 實驗室}
        roles: [engine]
        """,
    "entities/cloud.yaml": """\
        id: cloud
        name: {en: Cloud, zh: 雲端商}
        roles: [gear]
        """,
    "entities/investors.yaml": """\
        id: investors
        name: {en: Investors, zh: 投資人}
        roles: [outside]
        aggregate: true
        outside: OUTSIDE_EQUITY
        """,
    "deals/funding.yaml": """\
        id: funding
        name: {en: The lab is funded, zh: 實驗室募資}
        legs:
          - id: maker-lab
            kind: equity_investment
            payer: maker
            payee: lab
            amounts:
              - {says: up to 100bn USD, stage: announced, source: wire}
              - {says: 90bn USD, stage: announced, source: blog}
              - {says: 20bn USD, stage: signed, source: wire}
              - {says: 10bn USD, stage: paid, period: 2025Q1, source: wire}
            schedule: {start: 2025-01, end: 2025-12}
          - id: investors-lab
            kind: equity_investment
            payer: investors
            payee: lab
            amounts:
              - {says: 100bn USD, stage: announced, source: wire}
              - {says: 5bn USD, stage: paid, period: 2025Q1, source: wire}
        events:
          - {announced: 2025-01-15, source: wire}
          - {signed: 2025-01-15, leg: maker-lab, source: wire}
        sources:
          - {id: wire, title: A wire, kind: news, tier: 2, url: https://example.org/wire, published: 2025-01-15}
          - {id: blog, title: A blog, kind: news, tier: 3, url: https://example.org/blog, published: 2025-01-16}
        """,
    "deals/rent.yaml": """\
        id: rent
        name: {en: The lab rents, zh: 實驗室租算力}
        legs:
          - id: lab-cloud
            kind: cloud
            payer: lab
            payee: cloud
            amounts:
              - {says: 60bn USD, stage: announced, source: wire}
              - {says: 12bn USD, stage: signed, source: wire}
              - {says: 8bn USD, stage: paid, period: 2025Q3, source: wire}
            schedule: {start: 2025-01, end: 2025-12}
        events:
          - {announced: 2025-02-15, source: wire}
          - {signed: 2025-02-15, source: wire}
        sources:
          - {id: wire, title: A wire, kind: news, tier: 2, url: https://example.org/wire2, published: 2025-02-15}
        """,
    "deals/chips.yaml": """\
        id: chips
        name: {en: The cloud buys chips, zh: 雲端商採購晶片}
        legs:
          - id: cloud-maker
            kind: chips
            payer: cloud
            payee: maker
            amounts:
              - {says: 40bn USD, stage: announced, source: wire}
              - {says: 12bn USD, stage: signed, source: wire}
            schedule: {start: 2025-01, end: 2025-12}
        events:
          - {announced: 2025-03-15, source: wire}
          - {signed: 2025-03-15, source: wire}
        sources:
          - {id: wire, title: A wire, kind: news, tier: 2, url: https://example.org/wire3, published: 2025-03-15}
        """,
    "article.yaml": """\
        source: essay
        on: 2025-02-01
        statements:
          - id: s01
            subject: lab
            what: {en: What the lab gets, zh: 實驗室拿到多少}
            printed: {value: "200", unit: USD bn}
            public: {value: "100", unit: USD bn}
            verdict: contradicted
            url: https://example.org/wire
            explanation: {en: Half of it is not firm., zh: 其中一半並不確定。}
            proofs:
              - {compute: 100 + 100, gives: 200, says: {en: both investors, zh: 兩邊合計}}
        """,
    "findings.yaml": """\
        findings:
          - id: headlines
            query: counted_headline
            expect: [{asof: 2025-01-31, gives: 200bn USD}, {asof: 2026-01-31, gives: 300bn USD}]
            sentence: {en: "Headlines rose from {0} to {1}.", zh: "宣布金額由 {0} 增至 {1}。"}
        """,
    SERIES: HEADER
    + "".join(_row("cloud", "revenue", name, end, 20.0, "usd_bn", known) for name, end, known in _QUARTERS)
    + "".join(_row("cloud", "capex", name, end, capex, "usd_bn", known)
              for capex, (name, end, known) in enumerate(_QUARTERS, start=5))
    + "".join(_row("lab", "weekly_active_users", day, day, users, "users_mn", day, "Chat") for day, users in _USERS),
}  # fmt: skip

# Names and titles that would do harm if they were taken for anything but words.
SCRIPT = "<script>alert('x')</script>"
HOSTILE = {
    "Maker, zh: 晶片商": f'"{SCRIPT}", zh: "{SCRIPT}晶片"',
    "Cloud, zh: 雲端商": '"=HYPERLINK(1)", zh: "@雲端商"',
    "The lab rents, zh: 實驗室租算力": '"\\"><img src=x onerror=alert(1)>", zh: "「租」\\"onload=alert(1)"',
    "title: A wire, kind": "title: '<b onclick=alert(2)>wire</b>', kind",
    "https://example.org/wire": 'https://example.org/"onmouseover=alert(5)//<script>alert(6)</script>',
    "A triangle, zh: 三角案例": '"</title><script>alert(3)</script>", zh: "\\"></style><script>alert(4)</script>"',
}


def made_case(*changes: tuple[str, str], pages: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """The files of the case; with other words for some, wherever they stand, and with further files."""
    files = {path: textwrap.dedent(text) for path, text in (PAGES | dict(pages or {})).items()}
    for old, new in changes:
        assert any(old in text for text in files.values()), old
        files = {path: text.replace(old, new) for path, text in files.items()}
    return {path: text.encode() for path, text in files.items()}


def without(*paths: str) -> dict[str, bytes]:
    """The case without some of its files."""
    return {path: raw for path, raw in made_case().items() if path not in paths}


def as_folder(files: Mapping[str, bytes], folder: Path) -> Path:
    """The same files in a folder."""
    for path, raw in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(raw)
    return folder


@functools.cache
def triangle() -> Ledger:
    """The case as it stands."""
    return load(made_case())


@functools.cache
def triangle_study() -> Study:
    """The case studied on both of its dates."""
    return study(triangle())


@functools.cache
def ai() -> Ledger:
    """The case that ships."""
    return load("ai")


@functools.cache
def ai_study() -> Study:
    """The case that ships, studied on its dates."""
    return study(ai())
