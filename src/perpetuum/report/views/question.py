"""A question put to the loops of one case: what is asked, what is answered, in words and as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from perpetuum.circularity import Circularity, measure
from perpetuum.circularity.flows import Counts
from perpetuum.circularity.steps import StepWord
from perpetuum.circularity.view import Along, along
from perpetuum.core.claim import Stage
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.nouns import FIRM_OF_NETWORK
from perpetuum.core.text import both
from perpetuum.ledger import Ledger
from perpetuum.maths.tracing import Rule, View
from perpetuum.report import cover
from perpetuum.report.blocks import Block, Paragraph
from perpetuum.report.snapshots import STEP
from perpetuum.report.unrolled import unrolled
from perpetuum.report.views import ledger as ledger_view
from perpetuum.report.views import loops, loops_told, origins, ring, structure, wheels
from perpetuum.report.wheels import machine
from perpetuum.report.words import say

Show = Literal["inventory", "loop", "origin", "firm", "rings", "wheels"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: the picture, the firm, the loop, and how money is followed."""

    show: Show
    firm: str | None = None
    via: tuple[str, ...] = ()
    window: str | None = None
    step: StepWord | None = None
    view: View = "last_financier"
    rule: Rule = "burn"
    counts: Counts = "cash"
    broad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Blocks for people, data for programs (made when asked for), and what was measured."""

    blocks: tuple[Block, ...]
    result: Callable[[], Any]
    measured: Mapping[Stage, Circularity]


def ask(ledger: Ledger, networks: Mapping[Stage, Network], question: Question) -> Answer:
    """Measure what is asked at every stage given, and tell it."""
    if question.firm is not None:
        ledger.entity(question.firm)
    if question.show == "loop":
        return _loop(ledger, networks, question)
    if question.show == "wheels":
        return _wheels(ledger, networks, question)
    measured = {stage: _measure(network, stage, question) for stage, network in networks.items()}
    blocks = _blocks(ledger, networks, measured, question)
    if question.window is not None and "announced" in measured:
        blocks = (*blocks, Paragraph(text=say("loops.window"), style="note"))
    return Answer(
        blocks=blocks,
        result=lambda: {
            stage: data(of, question) | _in_words(ledger, networks[stage], of, question)
            for stage, of in measured.items()
        },
        measured=measured,
    )


def _measure(network: Network, stage: Stage, question: Question) -> Circularity:
    return measure(
        network,
        # A headline has no order in time, so there is nothing to cut.
        window=None if stage == "announced" else question.window,
        step=question.step or STEP[stage],
        view=question.view,
        counts=question.counts,
    )


def _blocks(
    ledger: Ledger, networks: Mapping[Stage, Network], measured: Mapping[Stage, Circularity], question: Question
) -> tuple[Block, ...]:
    firm = question.firm
    if question.show == "rings":
        return (*structure.structure(ledger, networks, measured), *structure.alerts(ledger, measured))
    if question.show == "inventory":
        return (*loops.inventory(ledger, networks, measured, firm), *structure.structure(ledger, networks, measured))
    if firm is None:
        raise NetworkError(
            both(f"--show {question.show} needs a firm.", f"--show {question.show} 需要一家公司。"),
            both("Add --firm, for example: --firm nvidia", "請加上 --firm，例如：--firm nvidia"),
        )
    table = origins.of_firm(ledger, networks, measured, firm, question.rule, broad=question.broad)
    if question.show == "origin":
        return table
    at = next(iter(networks.values()))
    found = tuple(each for each in ledger.find(firm) if each.entity and each.entity.id == firm)
    about = ledger_view.find(ledger, found, at.asof, at.policy)
    return (*about, *table[1:], *loops.inventory(ledger, networks, measured, firm))


def _wheels(ledger: Ledger, networks: Mapping[Stage, Network], question: Question) -> Answer:
    """The machine as wheels at every stage, and what follows from what was paid."""
    # A contract runs for decades; its quarters are too many to look at.
    by_year = replace(question, step=question.step or "year")
    measured = {
        stage: _measure(network, stage, question if stage == "announced" else by_year)
        for stage, network in networks.items()
    }
    machines = {stage: machine(ledger, networks[stage], of, question.rule) for stage, of in measured.items()}
    lines = cover.lines(ledger, networks["paid"], measured["paid"]) if "paid" in measured else ()
    claims = {id: claim for each in machines.values() for id, claim in each.claims.items()}
    claims |= {claim.id: claim for line in lines for claim in line.claims}
    return Answer(
        blocks=wheels.wheels(machines, lines), measured=measured,
        result=lambda: {
            "stages": {stage: replace(each, claims={}) for stage, each in machines.items()},
            "lines": [{"id": line.id, "sentence": line.text, "knowledge": line.knowledge, "value": line.value,
                       "model": None, "evidence": [claim.id for claim in line.claims]} for line in lines],
            "how": say("cover.how"), "claims": claims,
        },
    )  # fmt: skip


def _loop(ledger: Ledger, networks: Mapping[Stage, Network], question: Question) -> Answer:
    """The same loop at every stage."""
    firms = _stops(ledger, question)
    for firm in firms:
        ledger.entity(firm)
    found: dict[Stage, Along] = {}
    for stage, network in networks.items():
        missing = set(firms) - {entity.id for entity in network.entities}
        if missing:
            raise UnknownName(min(missing), [entity.id for entity in network.entities], what=FIRM_OF_NETWORK)
        found[stage] = along(
            network, firms, window=None if stage == "announced" else question.window,
            step=question.step or STEP[stage], view=question.view, counts=question.counts,
        )  # fmt: skip
    title, picture, legs = ring.one_loop(ledger, networks, found)
    result = {
        stage: {"firms": each.firms, "hops": each.hops, "shares": each.shares, "boomerang": each.boomerang,
                "makeup": each.makeup, "throughput": each.measured.throughput, "window": each.measured.window,
                "strip": loops_told.strip(each, stage)}
        for stage, each in found.items()
    }  # fmt: skip
    words = {"picture": picture, "legs": legs, "versions": loops_told.versions(ledger, firms, ledger.case.newest)}
    return Answer(
        blocks=(title, picture, legs, Paragraph(text=say("method.stages"), style="note")),
        result=lambda: result | words, measured={stage: each.measured for stage, each in found.items()},
    )  # fmt: skip


def _stops(ledger: Ledger, question: Question) -> tuple[str, ...]:
    """The firms of the loop that is asked for: as given, or the loop of the case from one of its firms on."""
    firm, loop = question.firm, ledger.case.loop
    if firm is None and question.via:
        raise NetworkError(
            both("--via needs the firm that the loop starts from.", "--via 需要循環起點的公司。"),
            both("Name it with --firm.", "請用 --firm 指明。"),
        )
    if firm is None:
        return loop
    if question.via:
        return (firm, *question.via)
    if firm not in loop:
        raise NetworkError(
            both(f"{firm} is not on the loop of this case.", f"{firm} 不在本案例的循環上。"),
            both("Name the others after --via, in order.", "請在 --via 之後依序寫出其他公司。"),
        )
    return loop[loop.index(firm) :] + loop[: loop.index(firm)]


def _in_words(ledger: Ledger, network: Network, of: Circularity, question: Question) -> dict[str, Any]:
    """What a page says of a measurement; origins with their claims only where they are asked for."""
    told: dict[str, Any] = {
        "words": loops_told.structure_words(of), "alerts_told": loops_told.alert_words(ledger, of),
        "unfunded": loops_told.unfunded_words(ledger, of),
        "loops_told": [loops_told.loop_words(ledger, loop) for loop in of.loops],
    }  # fmt: skip
    if question.show == "inventory":
        return told
    firms = [question.firm] if question.firm in of.firms else list(of.firms) if question.firm is None else []
    told["origins_told"] = {
        firm: loops_told.origin_words(ledger, network, of, firm, broad=question.broad) for firm in firms
    }  # fmt: skip
    if question.firm in of.firms:
        told["over_time"] = loops_told.over_time(of, question.firm)
        told["unrolled"] = unrolled(ledger, of, question.firm)
    told["claims"] = loops_told.claims_behind(network, of, firms)
    return told


def data(of: Circularity, question: Question) -> dict[str, Any]:
    """A measurement as data: no share without bounds, stage, window, rule and what is not traced."""
    firms = [question.firm] if question.firm in of.firms else list(of.firms) if question.firm is None else []
    return {
        "stage": of.stage, "at": of.at, "asof": of.asof, "window": of.window, "step": of.step, "view": of.view,
        "counts": of.counts, "status": of.status, "origin": of.origin,
        "firms": {
            firm: {
                "recycled": of.recycled(firm, broad=question.broad),
                "origins": {rule: of.origins(firm, rule) for rule in of.rules},
                "boomerang": of.boomerang(firm),
                "still_out": of.still_out(firm),
            }
            for firm in firms
        },
        "loops": of.loops, "throughput": of.throughput, "volume": of.volume, "maximum": of.maximum,
        "netting": of.netting, "booking_multiple": of.booking_multiple(), "consolidated": of.consolidated(),
        "alerts": of.alerts, "diagnostics": of.diagnostics, "unknown": of.unknown, "evidence": of.evidence,
    }  # fmt: skip
