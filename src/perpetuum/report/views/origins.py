"""Whose money a firm's revenue is: the origin table, with bounds and what is not traced."""

from __future__ import annotations

from collections.abc import Iterable

from perpetuum.circularity import ORIGINS, Circularity, Share
from perpetuum.core.claim import Stage
from perpetuum.core.errors import UnknownName
from perpetuum.core.network import Network
from perpetuum.core.nouns import FIRM_OF_NETWORK
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.maths.tracing import Rule
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Column, Evidence, Paragraph, Points, Stack, Stacks, Table, Title
from perpetuum.report.views import parts
from perpetuum.report.views.parts import Measured, Networks
from perpetuum.report.words import joined, plain, say


def of_firm(
    ledger: Ledger, networks: Networks, measured: Measured, firm: str, rule: Rule = "burn", *, broad: bool = False
) -> tuple[Block, ...]:
    """One firm's receipts by origin, at every stage that was measured."""
    _refuse_stranger(ledger, measured, firm)
    name = names.firm(ledger, firm)
    there = {stage: of for stage, of in measured.items() if firm in of.tracer.firms}
    shares = {stage: of.recycled(firm, broad=broad)[rule] for stage, of in there.items()}
    rows = tuple(_row(networks, there, firm, origin, rule) for origin in ORIGINS)
    return (
        Title(text=say("origins.of", firm=name)),
        Points(sentences=tuple(_sentence(networks, there, name, share) for share in shares.values())),
        Table(
            caption=say("origins.caption", rule=say(f"rule.{rule}")),
            columns=(parts.head("origin"), *_columns(there)),
            rows=(*rows, _whole(networks, there, firm), *_below(ledger, networks, there, firm, rule, broad)),
        ),
    )


def _sentence(networks: Networks, measured: Measured, name: Text, share: Share) -> Paragraph:
    evidence = parts.receipts_evidence(measured[share.stage], networks[share.stage], share.firm)
    return Paragraph(text=parts.share_sentence(name, share, measured[share.stage]), evidence=evidence)


def _refuse_stranger(ledger: Ledger, measured: Measured, firm: str) -> None:
    known = {name for of in measured.values() for name in of.tracer.firms}
    if firm not in known:
        raise UnknownName(firm, known or ledger.entities, what=FIRM_OF_NETWORK)


def _columns(measured: Measured) -> tuple[Column, ...]:
    return tuple(
        Column(text=joined([say(f"mark.{stage}"), numbers.window(of.window)], ", ", "，"), align="right")
        if stage != "announced"
        else Column(text=say("mark.announced"), align="right")
        for stage, of in measured.items()
    )


def _row(networks: Networks, measured: Measured, firm: str, origin: str, rule: Rule) -> tuple[Cell, ...]:
    cells = [Cell(text=ORIGINS[origin])]  # type: ignore[index]
    for stage, of in measured.items():
        table = of.origins(firm, rule)
        total = sum(table.values())
        usd = table[origin]  # type: ignore[index]
        if total <= 0:
            cells.append(Cell(text=plain("–"), tone="muted"))
        else:
            both = joined([numbers.money(usd), numbers.share(usd / total)], " · ", " · ")
            evidence = parts.receipts_evidence(of, networks[stage], firm) if usd else ()
            cells.append(Cell(text=both, tone="plain" if usd else "muted", evidence=evidence))
    return tuple(cells)


def _whole(networks: Networks, measured: Measured, firm: str) -> tuple[Cell, ...]:
    cells = [parts.word("origins.whole", "strong")]
    for stage, of in measured.items():
        evidence = parts.receipts_evidence(of, networks[stage], firm)
        total = parts.receipts(of, networks[stage], firm) if of.tracer.receipts(firm) else plain("–")
        cells.append(Cell(text=total, tone="strong", evidence=evidence))
    return tuple(cells)


def _below(
    ledger: Ledger, networks: Networks, measured: Measured, firm: str, rule: Rule, broad: bool
) -> Iterable[tuple[Cell, ...]]:
    """Under the table: the share with bounds under every pool rule, what came back, what is still out."""
    for each in ("burn", "pooled"):
        yield (
            Cell(text=say("recycled.under", rule=say(f"rule.{each}")), tone="strong"),
            *(
                parts.share_cell(
                    of.recycled(firm, broad=broad)[each],  # type: ignore[index]
                    parts.receipts_evidence(of, networks[stage], firm),
                )
                for stage, of in measured.items()
            ),
        )
    paid = {stage: parts.financing_evidence(of, networks[stage], firm) for stage, of in measured.items()}
    yield (parts.word("boomerang"), *(_ratio(of.boomerang(firm)[rule], paid[s]) for s, of in measured.items()))
    yield (parts.word("still_out"), *(_still_out(ledger, of, firm, rule, paid[s]) for s, of in measured.items()))
    if any(of.supported(firm) for of in measured.values()):
        yield (parts.word("supported"), *(_supported(ledger, networks[s], of, firm) for s, of in measured.items()))


def _ratio(value: float | None, paid: Evidence) -> Cell:
    if value is None:
        return parts.word("boomerang.none", "muted")
    return Cell(text=numbers.share(value), evidence=paid)


def _still_out(ledger: Ledger, of: Circularity, firm: str, rule: Rule, paid: Evidence) -> Cell:
    out = sorted(of.still_out(firm)[rule].items(), key=lambda item: -item[1])
    if not out:
        return Cell(text=numbers.money(0.0), tone="muted")
    holders = joined([names.firm(ledger, name) for name, _ in out[:3]])
    total = numbers.money(sum(usd for _, usd in out))
    return Cell(text=total, small=say("still_out.at", firms=holders), evidence=paid)


def _supported(ledger: Ledger, network: Network, of: Circularity, firm: str) -> Cell:
    """Receipts from customers that the firm itself backs by a guarantee."""
    found = of.supported(firm)
    if not found:
        return Cell(text=plain("–"), tone="muted")
    customers = joined([names.firm(ledger, name) for name in found])
    evidence = parts.receipts_evidence(of, network, firm)
    return Cell(text=numbers.money(sum(found.values())), small=customers, evidence=evidence)


def summary(ledger: Ledger, networks: Networks, measured: Measured, firms: Iterable[str], rule: Rule = "burn") -> Table:
    """The recycled share of several firms at every stage."""
    rows = []
    for firm in firms:
        there = [of for of in measured.values() if firm in of.tracer.firms]
        if not any(of.tracer.receipts(firm) for of in there):
            continue
        cells = [Cell(text=names.firm(ledger, firm))]
        for stage, of in measured.items():
            if firm not in of.tracer.firms:
                cells.append(parts.word("no_receipts", "muted"))
                continue
            cells.append(parts.firm_share_cell(of, networks[stage], firm, rule))
        rows.append(tuple(cells))
    return Table(
        caption=say("origins.summary", rule=say(f"rule.{rule}")),
        columns=(parts.head("firm"), *_columns(measured)),
        rows=tuple(rows),
        empty=say("origins.nobody"),
    )


def bars(
    ledger: Ledger, networks: Networks, measured: Measured, stage: Stage, firms: Iterable[str]
) -> tuple[Stacks, ...]:
    """Receipts of several firms by the three colours of money and the hatch, if that stage was measured."""
    if stage not in measured:
        return ()
    of, rows = measured[stage], []
    for firm in firms:
        table = of.origins(firm) if firm in of.tracer.firms else {}
        by_money = parts.by_money(table)
        if not by_money:
            continue
        network = networks[stage]
        evidence = parts.receipts_evidence(of, network, firm)
        rows.append(
            Stack(
                name=names.firm(ledger, firm),
                parts=by_money,
                whole=Cell(text=parts.receipts(of, network, firm), evidence=evidence, stage=stage),
                remark=parts.firm_share_cell(of, network, firm),
            )
        )
    if not rows:
        return ()
    window = numbers.window(of.window)
    caption = (
        say("origins.bars.announced")
        if stage == "announced"
        else say("origins.bars", stage=say(f"stage.{stage}"), window=window)
    )
    return (Stacks(rows=tuple(rows), caption=caption),)
