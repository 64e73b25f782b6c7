"""One loop in headline, signed and paid money: drawn on one scale, then leg by leg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from perpetuum.circularity.loops import Hop
from perpetuum.circularity.view import Along
from perpetuum.core.claim import Stage
from perpetuum.core.deal import Leg
from perpetuum.core.network import Network
from perpetuum.core.quantity import Quantity
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Band, Cell, Evidence, Paragraph, Ring, Rings, Table, Title
from perpetuum.report.views import parts
from perpetuum.report.views.parts import Networks
from perpetuum.report.words import joined, plain, say


def one_loop(ledger: Ledger, networks: Networks, loops: Mapping[Stage, Along]) -> tuple[Title, Rings, Table]:
    """The same loop at every stage: drawn on one scale, then leg by leg."""
    return (title(ledger, networks, loops), picture(ledger, networks, loops), legs(ledger, networks, loops))


def title(ledger: Ledger, networks: Networks, loops: Mapping[Stage, Along]) -> Title:
    """The loop and the date."""
    firms, at = next(iter(loops.values())).firms, next(iter(networks.values())).at
    return Title(text=joined([names.ring(ledger, firms), numbers.day(at)], ", ", "，"), level=3)


def picture(ledger: Ledger, networks: Networks, loops: Mapping[Stage, Along]) -> Rings:
    """The same loop at every stage, on one scale."""
    firms = next(iter(loops.values())).firms
    widest = max((hop.amount for along in loops.values() for hop in along.hops), default=0.0)
    rings = tuple(_ring(ledger, networks[stage], stage, along, widest) for stage, along in loops.items())
    return Rings(rings=rings, caption=say("rings.caption", firm=names.firm(ledger, firms[0])))


def _ring(ledger: Ledger, network: Network, stage: Stage, along: Along, widest: float) -> Ring:
    bands = tuple(
        Band(
            payer=hop.payer,
            payee=hop.payee,
            amount=hop.amount if hop.status == "moved" else None,
            parts=parts.by_money(makeup),
            label=_band_label(network, stage, hop),
            note=_band_note(hop),
        )
        for hop, makeup in zip(along.hops, along.makeup, strict=True)
    )
    boomerang = along.boomerang["burn"]
    lines = [Cell(text=say("ring.boomerang", ratio=numbers.share(boomerang)))] if boomerang is not None else []
    return Ring(
        stage=stage,
        firms=tuple((id, names.firm(ledger, id), ledger.entity(id).roles[0]) for id in along.firms),
        bands=bands,
        widest=widest,
        title=say(f"ring.title.{stage}"),
        share=ring_share(ledger, along, stage),
        lines=tuple(lines),
        sentence=Paragraph(text=sentence(ledger, along, stage), evidence=evidence(network, along)),
    )


def evidence(network: Network, along: Along) -> Evidence:
    """The figures on the legs of the loop."""
    return parts.figures_of(network, (leg for hop in along.hops for leg in hop.legs))


def _band_label(network: Network, stage: Stage, hop: Hop) -> Cell:
    """What stands beside a band: the dollars, with what is not dated and with their bound."""
    figures = parts.figures_of(network, (*hop.legs, *hop.unknown))
    if hop.undated:
        return Cell(text=numbers.money(hop.amount + hop.undated), evidence=figures, stage=stage)
    if hop.status == "moved":
        text = numbers.money(hop.amount)
        if hop.unknown:
            text = say("at_least", amount=text)
        elif any(figure.value and figure.quantity.bound == "up to" for figure in figures):
            text = numbers.bounded(text, "up to")
        return Cell(text=text, evidence=figures, stage=stage)
    if hop.status == "nothing":
        because = [network.remarks[leg] for leg in hop.legs if leg in network.remarks]
        return Cell(text=_absent(network, stage, hop), small=because[0] if because else None, tone="muted",
                    evidence=figures)  # fmt: skip
    return Cell(text=say("unknown"), tone="unknown")


def _absent(network: Network, stage: Stage, hop: Hop) -> Text:
    """Why nothing moves here: not yet due, nothing firm, or nothing paid; what is unknown is none of these."""
    starts = [leg.schedule.start for leg in network.every if leg.id in hop.legs]
    first = min((start.first for start in starts if start), default=None)
    if stage == "paid" and first is not None and len(starts) == len(hop.legs) and all(starts) and first > network.at:
        return say("ring.absent.due", when=numbers.window(str(first.year)))
    return say(f"ring.absent.{stage}")


def _band_note(hop: Hop) -> Text | None:
    """That some or all of it has no date."""
    if not hop.undated:
        return None
    return say("undated", amount=numbers.money(hop.undated)) if hop.amount else say("undated.all")


def ring_share(ledger: Ledger, along: Along, stage: Stage) -> Cell:
    """The share of the loop with its bounds, or which leg is missing."""
    share = along.shares["burn"]
    if share.value is None:
        missing = names.hops(ledger, along.missing)
        small = say(f"ring.missing.{_lacks(along, stage)}", legs=missing)
        return Cell(text=say("no_value"), tone="unknown", stage=stage, small=small)
    cell = parts.share_cell(share)
    left_out = _left_out(ledger, along)
    if left_out is None or cell.small is None:
        return cell
    return replace(cell, small=joined([cell.small, say("ring.without", legs=left_out)], "; ", "；"))


def _lacks(along: Along, stage: Stage) -> str:
    """The words for what is missing: only the time, or the amount at this stage."""
    return "undated" if all(hop.is_only_undated for hop in along.missing) else stage


def _left_out(ledger: Ledger, along: Along) -> Text | None:
    """Hops on which some money is counted and some is not; none where the share is certain all the same."""
    if along.shares["burn"].because is not None:
        return None
    hops = [hop for hop in along.hops if hop.unknown and hop.status == "moved"]
    return names.hops(ledger, hops) if hops else None


def sentence(ledger: Ledger, along: Along, stage: Stage) -> Text:
    """What can be said of the loop at one stage, in one sentence."""
    share = along.shares["burn"]
    focal, last = names.firm(ledger, along.firms[0]), names.firm(ledger, along.firms[-1])
    if share.value is None:
        missing = names.hops(ledger, along.missing)
        return say(f"ring.cannot.{_lacks(along, stage)}", focal=focal, last=last, legs=missing)
    if share.because is not None and along.missing:
        missing = names.hops(ledger, along.missing)
        return say("ring.certain", focal=focal, last=last, why=share.because, legs=missing)
    told = say(
        f"ring.sentence.{stage}", focal=focal, last=last, value=numbers.share(share.value),
        bounds=numbers.between(share.low, share.high),
    )  # fmt: skip
    left_out = _left_out(ledger, along)
    return joined([told, say("ring.left_out", legs=left_out)], " ", "") if left_out else told


def legs(ledger: Ledger, networks: Networks, loops: Mapping[Stage, Along]) -> Table:
    """Every leg along the loop: its figure at every stage, and the condition that hangs on it."""
    ids = {leg: None for along in loops.values() for hop in along.hops for leg in (*hop.legs, *hop.unknown)}
    rows = []
    for id in ids:
        leg = ledger.legs_by_id[id]
        cells = [Cell(text=names.path(ledger, (leg.payer, leg.payee)), small=names.deal_of(ledger, id))]
        cells += [_leg_cell(networks[stage], stage, id) for stage in loops]
        rows.append((*cells, Cell(text=condition(ledger, leg), tone="muted")))
    return Table(
        columns=(parts.head("leg"), *(parts.head(f"mark.{stage}", right=True) for stage in loops),
                 parts.head("condition")),
        rows=tuple(rows),
    )  # fmt: skip


def _leg_cell(network: Network, stage: Stage, id: str) -> Cell:
    figures = network.figures.get(id, ())
    unknown = [entry for entry in network.unknown if entry.leg == id]
    remark = network.remarks.get(id)
    if remark is not None and not any(figure.value for figure in figures):
        return Cell(text=numbers.money(0.0), small=remark, evidence=figures, stage=stage, tone="muted")
    if figures:
        small = unknown[0].because if unknown else None
        if len(figures) == 1:
            return Cell(text=numbers.quantity(figures[0].quantity), small=small, evidence=figures, stage=stage)
        total = numbers.money(sum(figure.value for figure in figures))
        return Cell(text=say("at_least", amount=total), small=small, evidence=figures, stage=stage)
    return Cell(text=say("unknown"), small=unknown[0].because if unknown else None, tone="unknown")


def _notice(length: Quantity | None) -> Text:
    """How long a notice runs: `90 days` in both languages."""
    return say(length.unit, count=int(length.value)) if length else plain("–")


def condition(ledger: Ledger, leg: Leg) -> Text:
    """What a leg waits for, when it runs, and who may leave, in words."""
    found = []
    if leg.unlock:
        found.append(say("unlock", pays=numbers.quantity(leg.unlock.pays), of=names.firm(ledger, leg.unlock.of)))
    if leg.contingent:
        found.append(say("contingent"))
    if leg.exit:
        found.append(say("exit", notice=_notice(leg.exit.notice)))
    start, end = leg.schedule.start, leg.schedule.end
    if start and end:
        found.append(say("runs", start=numbers.window(start.text), end=numbers.window(end.text)))
    elif start:
        found.append(say("starts", start=numbers.window(start.text)))
    return joined(found, "; ", "；")
