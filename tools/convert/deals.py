"""From rows of deals.csv to one readable file per chain."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from tools.convert import hand
from tools.convert.pages import Sources, tiers

Row = dict[str, str]
KINDS = {
    "equity_investment": "equity_investment", "cloud_contract": "cloud", "chip_purchase": "chips", "loan": "loan",
    "bond": "bond", "lease": "rent", "revenue_share": "revenue_share", "acquisition": "acquisition",
    "equity_stake": "holding", "warrant": "warrant_vesting", "backstop": "guarantee_call",
    "capacity_guarantee": "cloud",
}  # fmt: skip
WORDS = {
    "equity_investment": "equity", "cloud_contract": "cloud", "chip_purchase": "chips", "loan": "loan",
    "bond": "bond", "lease": "lease", "revenue_share": "revenue-share", "acquisition": "acquisition",
    "equity_stake": "stake", "warrant": "warrant", "backstop": "guarantee", "capacity_guarantee": "capacity-guarantee",
}  # fmt: skip
TEMPLATES = {
    "equity_investment": ("{a} invest{s} in {b}", "{a}投資{b}"),
    "cloud_contract": ("{a} rents computing from {b}", "{a}向{b}租用算力"),
    "chip_purchase": ("{a} buys chips from {b}", "{a}向{b}採購晶片"),
    "loan": ("{a} lend{s} to {b}", "{a}貸款給{b}"),
    "bond": ("{a} buy bonds of {b}", "{a}認購{b}債券"),
    "lease": ("{a} leases from {b}", "{a}向{b}承租"),
    "revenue_share": ("{a} shares revenue with {b}", "{a}分成營收給{b}"),
    "acquisition": ("{a} acquire{s} {b}", "{a}收購{b}"),
    "equity_stake": ("{b} holds shares of {a}", "{b}持有{a}股份"),
    "warrant": ("{a} gives {b} a warrant", "{a}發給{b}認股權證"),
    "backstop": ("{a} gives {b} a guarantee", "{a}為{b}提供擔保"),
    "capacity_guarantee": ("{a} takes unsold capacity of {b}", "{a}承購{b}未售出的算力"),
}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
SIGNED = ("signed", "partly_drawn", "completed", "restructured")
BOUNDS = {"estimate": "about ", "derived": "about ", "cap": "up to "}


def chains(rows: list[Row]) -> list[list[Row]]:
    """Rows joined by `supersedes`, each chain oldest version first."""
    by_id = {row["deal_id"]: row for row in rows}

    def trail(row: Row) -> list[str]:
        return [*(trail(by_id[row["supersedes"]]) if row["supersedes"] else []), row["deal_id"]]

    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[trail(row)[0]].append(row)
    return [sorted(chain, key=lambda row: (len(trail(row)), rows.index(row))) for chain in found.values()]


def file_names(found: list[list[Row]]) -> list[str]:
    """A readable and unique name for each chain."""

    def base(row: Row) -> str:
        words = (row["from_entity"], row["to_entity"], WORDS[row["kind"]])
        return "-".join(word.replace("_", "-") for word in words)

    names = [base(chain[0]) for chain in found]
    for precision in (4, 7):
        counts = Counter(names)
        names = [
            f"{base(chain[0])}-{chain[0]['announced'][:precision]}" if counts[name] > 1 else name
            for name, chain in zip(names, found, strict=True)
        ]
    return [by_hand(chain, hand.FILES) or name for name, chain in zip(names, found, strict=True)]


def by_hand(chain: list[Row], words: dict[str, Any]) -> Any:
    """What was entered by hand for any version of a chain."""
    return next((words[row["deal_id"]] for row in chain if row["deal_id"] in words), None)


def deal(name: str, chain: list[Row], title: dict[str, str], sources: Sources) -> dict[str, Any]:
    """One deal file."""
    legs, events = [], []
    for row in chain:
        legs += leg(row, sources)
        events += events_of(row, sources)
    out: dict[str, Any] = {"id": name, "name": title}
    story = by_hand(chain, hand.STORIES)
    out |= {"story": story} if story else {}
    return out | {"legs": legs, "events": events, "sources": sources.written}


def titles(found: list[list[Row]], names: dict[str, tuple[str, str]]) -> list[dict[str, str]]:
    """The deals' names in both languages; those that would read alike get the month."""
    years = [title(chain, names, 4) for chain in found]
    counts = Counter(name["en"] for name in years)
    return [
        title(chain, names, 7) if counts[year["en"]] > 1 else year for chain, year in zip(found, years, strict=True)
    ]


def title(chain: list[Row], names: dict[str, tuple[str, str]], precision: int) -> dict[str, str]:
    """The deal's name in both languages, with its year or month."""
    if own := by_hand(chain, hand.NAMES):
        return {"en": own[0], "zh": own[1]}
    row = chain[0]
    en, zh = TEMPLATES[row["kind"]]
    (a, a_zh), (b, b_zh) = names[row["from_entity"]], names[row["to_entity"]]
    ending = "" if row["from_entity"] in hand.PLURAL else "s"
    when = (row["announced"] or row["status_date"])[:precision]
    year, _, month = when.partition("-")
    en = en.format(a=a, b=b, s=ending)
    en = f"{en[0].upper()}{en[1:]}, {f'{MONTHS[int(month) - 1]} {year}' if month else year}"
    return {"en": en, "zh": f"{spaced(zh, a_zh, b_zh)}（{year} 年{f' {int(month)} 月' if month else ''}）"}


def spaced(template: str, a: str, b: str) -> str:
    """Names in a Chinese sentence, with a gap beside Latin letters."""
    text = template.format(a=f"\x01{a}\x01", b=f"\x01{b}\x01")
    text = re.sub(r"(?<=[\u4e00-\u9fff])\x01(?=[A-Za-z0-9])", " ", text)
    text = re.sub(r"(?<=[A-Za-z0-9])\x01(?=[\u4e00-\u9fff])", " ", text)
    return text.replace("\x01", "").strip()


def money(text: str, bound: str = "") -> str:
    """`11.9` in USD bn as a quantity."""
    value = Decimal(text) * 10**9
    for scale, power in (("tn", 12), ("bn", 9), ("m", 6)):
        if abs(value) >= Decimal(10) ** power:
            return f"{bound}{_plain(value.scaleb(-power))}{scale} USD"
    return f"{bound}{_plain(value)} USD"


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def percent(text: str) -> str:
    """`27` as `27 %`."""
    return f"{_plain(Decimal(text))} %"


def leg(row: Row, sources: Sources) -> list[dict[str, Any]]:
    """The leg of a row, and the further leg that some rows hide."""
    id, kind = row["deal_id"], KINDS[row["kind"]]
    kind = "prepayment" if id in hand.PREPAYMENTS else kind
    out: dict[str, Any] = {"id": id, "kind": kind, "payer": row["from_entity"], "payee": row["to_entity"]}
    if id == "sftby_nvda_exit_2025":
        out |= {"kind": "stake_sale", "payer": "other_investors", "payee": "softbank"}
    lines = amounts(row, sources)
    out |= {"amounts": lines} if lines else {}
    schedule = {key: row[key] for key in ("start", "end") if row[key]}
    out |= {"schedule": schedule} if schedule else {}
    out |= {"unlock": hand.UNLOCKS[id]} if id in hand.UNLOCKS else {}
    out |= {"contingent": hand.TRIGGERS[id]} if id in hand.TRIGGERS else {}
    out |= {"exit": hand.EXITS[id]} if id in hand.EXITS else {}
    if row["stake_pct"] and row["kind"] != "backstop":
        out["share"] = percent(row["stake_pct"])
    if row["gigawatts"]:
        out["compute_gw"] = f"{_plain(Decimal(row['gigawatts']))} GW"
    if row["supersedes"]:
        out["supersedes"] = {"leg": row["supersedes"], "mode": row["supersede_mode"]}
    if row["do_not_add_reason"]:
        why, of = hand.APART[id]
        out["stands_apart"] = {"why": why} | ({"of": list(of)} if of else {}) | {"note": row["do_not_add_reason"]}
    note = " ".join(part for part in (row["condition"], row["notes"]) if part)
    out |= {"note": note} if note else {}
    return [out, *hidden(row, sources)]


def hidden(row: Row, sources: Sources) -> list[dict[str, Any]]:
    """Legs that stand in the words of another row."""
    page = sources.add(row["source_url"], row["source_title"], row["source_date"], tiers(row)[row["source_url"]])
    if row["deal_id"] == "nvda_crwv_2023_stake":
        paid = {"says": money(row["drawn_usd_bn"]), "stage": "paid", "source": page, "period": "2023-04..2025-03-28"}
        return [{"id": "nvda_crwv_2023_stake_cash", "kind": "equity_investment", "payer": "nvidia",
                 "payee": "coreweave", "amounts": [paid], "schedule": {"start": "2023-04", "end": "2025-03-28"},
                 "note": "The cash behind the stake: 100m USD in April 2023 and 250m USD in the listing."}]  # fmt: skip
    if row["deal_id"] == "goog_cifr_2025_backstop":
        return [{"id": "goog_cifr_2025_warrant", "kind": "warrant_vesting", "payer": "cipher_mining",
                 "payee": "alphabet", "contingent": hand.TRIGGERS["goog_cifr_2025_warrant"],
                 "share": percent(row["stake_pct"]),
                 "note": "Warrants on about 24 million shares, given in return for the guarantee."}]  # fmt: skip
    return []


def amounts(row: Row, sources: Sources) -> list[dict[str, Any]]:
    """All that the row says of money, one line per claim."""
    rated = tiers(row)
    through = row["second_source_url"] if row["verification"] == "secondary_compilation" else ""
    pages = [sources.add(row["source_url"], row["source_title"], row["source_date"], rated[row["source_url"]], through)]
    if row["second_source_url"] and not through:
        pages.append(sources.add(row["second_source_url"], "", "", rated[row["second_source_url"]]))
    basis, bound = row["amount_basis"], BOUNDS.get(row["amount_basis"], "")
    bound = "up to " if row["deal_id"] in hand.UP_TO else bound
    lines: list[dict[str, Any]] = []
    high, low = row["amount_high_usd_bn"], row["amount_low_usd_bn"]
    if row["amount_usd_bn"] and basis not in ("stake_value", "marker", "not_published"):
        lines += [{"says": money(row["amount_usd_bn"], bound), "stage": "announced", "source": p} for p in pages]
        lines += _readings(row, low, high, pages[0])
        if basis in ("stated", "derived", "cap") and row["status"] in SIGNED and low:
            lines.append({"says": money(low), "stage": "signed", "source": pages[0]})
    if row["drawn_usd_bn"] and row["deal_id"] not in ("nvda_crwv_2023_stake", "msft_openai_stake_2025"):
        lines += _paid(row, pages)
    return lines


def _readings(row: Row, low: str, high: str, page: str) -> list[dict[str, Any]]:
    firm = row["amount_basis"] in ("stated", "derived", "cap") and row["status"] in SIGNED
    readings = [("lowest", low if not firm else ""), ("highest", high)]
    return [
        {"says": money(value), "stage": "announced", "source": page, "reading": word}
        for word, value in readings
        if value and Decimal(value) != Decimal(row["amount_usd_bn"])
    ]


def _paid(row: Row, pages: list[str]) -> list[dict[str, Any]]:
    value = money(row["drawn_usd_bn"])
    if Decimal(row["drawn_usd_bn"]) == 0:
        return [{"says": value, "stage": "paid", "source": pages[0]}]
    first = row["start"] or row["announced"] or row["status_date"]
    last = min((d for d in (row["end"], row["status_date"]) if d), key=_last)
    last = first if _last(last) < _first(first) else last
    period = first if first == last else f"{first}..{last}"
    lines: list[dict[str, Any]] = [{"says": value, "stage": "paid", "source": page, "period": period} for page in pages]
    if row["deal_id"] in hand.PAID_EARLIER:
        lines[1] |= hand.PAID_EARLIER[row["deal_id"]]
    return lines


def _first(date: str) -> str:
    return (date + "-01-01")[:10] if len(date) == 4 else (date + "-01")[:10]


def _last(date: str) -> str:
    return date + "-12-31" if len(date) == 4 else date + "-31" if len(date) == 7 else date


def events_of(row: Row, sources: Sources) -> list[dict[str, Any]]:
    """What happened to the leg, in order."""
    source = sources.add(row["source_url"], row["source_title"], row["source_date"], tiers(row)[row["source_url"]])
    announced, latest = row["announced"] or row["status_date"], row["status_date"]
    tail: dict[str, Any] = {"leg": row["deal_id"], "source": source}
    status = row["status"]
    if status == "rumoured":
        words: list[dict[str, Any]] = [{"rumoured": announced}]
    elif status == "letter_of_intent":
        words = [{"announced": announced, "binding": "false", "note": "letter of intent, not binding"}]
    elif status == "cancelled":
        words = [{"ended": latest}]
    else:
        words = [{"announced": announced}]
        words += {"signed": [{"signed": latest}], "partly_drawn": [{"paid": latest, "note": "in part"}],
                  "completed": [{"done": latest}], "restructured": [{"amended": latest}]}.get(status, [])  # fmt: skip
    added = {
        "nvda_crwv_2023_stake": ["nvda_crwv_2023_stake_cash"],
        "goog_cifr_2025_backstop": ["goog_cifr_2025_warrant"],
    }
    ids = [row["deal_id"], *added.get(row["deal_id"], [])]
    return [
        {key: value for key, value in word.items() if key != "note"}
        | tail
        | {"leg": id}
        | ({"note": word["note"]} if "note" in word else {})
        for id in ids
        for word in words
    ]
