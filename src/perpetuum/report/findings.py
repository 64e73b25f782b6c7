"""What is worth telling: sentences with a value, what kind of knowledge it is, and what it rests on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from perpetuum.circularity.loops import Hop
from perpetuum.circularity.shares import Share
from perpetuum.core.claim import Claim
from perpetuum.core.reading import Finding, Knowledge
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.ledger.queries import Answered
from perpetuum.report import names, numbers
from perpetuum.report.evidence import claims_of
from perpetuum.report.snapshots import Snapshot, Study
from perpetuum.report.views import dominoes, machine_short, parts, ring
from perpetuum.report.views.ledger import gaps_sentence
from perpetuum.report.words import fill, joined, plain, say

_RATIOS = {"paid_to_revenue", "share_of_promises", "firm_to_headline", "rate", "ratio", "change"}


def findings(study: Study) -> tuple[Finding, ...]:
    """Everything the report tells: loop, shares, what may come, what the case asks of itself, the article."""
    return (
        *(finding for snapshot in study.snapshots for finding in _loop(study.ledger, snapshot)),
        *(finding for snapshot in study.snapshots for finding in _shares(study.ledger, snapshot)),
        *(finding for snapshot in study.snapshots for finding in _dominoes(study.ledger, snapshot)),
        *_machine(study),
        *_replay(study),
        *(_of_case(study.ledger, answered) for answered in study.answered),
        *_unknowns(study),
        *_verdicts(study),
        *_in_sum(study),
    )


def _loop(ledger: Ledger, snapshot: Snapshot) -> Iterator[Finding]:
    """The loop that the case names: what of it is the first firm's own money, at every stage."""
    for stage, along in snapshot.loop.items():
        share = along.shares["burn"]
        hops = [_hop(hop) for hop in along.hops]
        evidence = ring.evidence(snapshot.networks[stage], along)
        yield Finding(
            id=f"loop_{stage}_{snapshot.at}",
            sentence=ring.sentence(ledger, along, stage),
            value={"firms": along.firms, "share": _share_value(share), "hops": hops},
            knowledge="we do not know" if share.value is None else "our arithmetic",
            evidence=tuple(claims_of(evidence)),
            asof=snapshot.asof,
        )


def _hop(hop: Hop) -> dict[str, Any]:
    """One payment of a loop: dollars with a date, and dollars whose date nobody knows."""
    known = hop.amount if hop.status != "unknown" else None
    return {"payer": hop.payer, "payee": hop.payee, "usd": known, "undated": hop.undated, "status": hop.status,
            "legs": hop.legs, "unknown": hop.unknown}  # fmt: skip


def _shares(ledger: Ledger, snapshot: Snapshot) -> Iterator[Finding]:
    """For each firm in focus: the share of its receipts that is its own money, at every stage."""
    for stage, of in snapshot.measured.items():
        for firm in ledger.case.focus:
            if firm not in of.tracer.firms or not of.tracer.receipts(firm):
                continue
            share = of.recycled(firm)["burn"]
            evidence = parts.receipts_evidence(of, snapshot.networks[stage], firm)
            yield Finding(
                id=f"recycled_{firm}_{stage}_{snapshot.at}",
                sentence=parts.share_sentence(names.firm(ledger, firm), share, of),
                value=_share_value(share),
                knowledge="our arithmetic",
                evidence=tuple(figure.chosen for figure in evidence),
                asof=snapshot.asof,
            )


def _dominoes(ledger: Ledger, snapshot: Snapshot) -> Iterator[Finding]:
    """What the shocks of the case do: who falls, and who pays in the end."""
    for cascade in snapshot.cascades.values():
        yield Finding(
            id=f"dominoes_{'_'.join(f'{hit.firm}_{hit.word}' for hit in cascade.shock.hits)}_{snapshot.at}",
            sentence=dominoes.sentence(ledger, cascade),
            value={
                "shock": str(cascade.shock), "status": cascade.status,
                "falls": {fall.firm: fall.round for fall in cascade.falls},
                "lost": {cascade.firms[i]: cascade.attribution.total[i] for i in dominoes.losers(cascade)},
                "causes": cascade.attribution.causes, "borne": cascade.attribution.borne,
                "unknown_equity": cascade.unknown,
            },
            knowledge="the model gives",
            evidence=tuple(claims_of(dominoes.evidence(snapshot.binding, cascade))),
            asof=snapshot.asof,
        )  # fmt: skip


def _machine(study: Study) -> Iterator[Finding]:
    """What the machine gives for what comes next; why, where it could not be asked."""
    sim = study.simulated
    if isinstance(sim, Text):
        yield Finding(
            id="machine_refused", sentence=say("machine_page.refused", why=sim), value=None,
            knowledge="we do not know", asof=study.now.asof,
        )  # fmt: skip
    elif sim is not None:
        for name, sentence, value in machine_short.answers(study.ledger, sim):
            yield Finding(
                id=f"machine_{name}_{sim.scenario.id}", sentence=sentence,
                value={"scenario": sim.scenario.id, "futures": sim.run.done, **value},
                knowledge="the model gives", asof=study.now.asof,
            )  # fmt: skip


def _replay(study: Study) -> Iterator[Finding]:
    """What a replay had to give, and how each of it came out."""
    if study.replay is None:
        return
    for one in study.replay.judged:
        known: Knowledge = "the model gives" if one.criterion.judge != "dials_alarm" else "our arithmetic"
        yield Finding(
            id=f"replay_{one.criterion.id}",
            sentence=say("replay.finding", name=one.criterion.name, verdict=say(f"replay.verdict.{one.verdict}")),
            value={"verdict": one.verdict, "share_of_futures": one.share, "scenario": study.replay.scenario,
                   "futures": study.replay.draws},
            knowledge="we do not know" if one.verdict == "unknown" else known,
            asof=study.now.asof, note=one.criterion.caveat,
        )  # fmt: skip


def _share_value(share: Share) -> dict[str, Any]:
    return {name: getattr(share, name) for name in Share.__slots__}


def _of_case(ledger: Ledger, answered: Answered) -> Finding:
    told = answered.told
    shown = [answer_text(ledger, told.query, answer.value) for answer in answered.answers]
    claims: dict[str, Claim] = {claim.id: claim for answer in answered.answers for claim in answer.evidence}
    return Finding(
        id=told.id,
        sentence=fill(told.sentence, *shown),
        value={str(answer.asof): answer.value for answer in answered.answers},
        knowledge=told.knowledge,  # type: ignore[arg-type]
        evidence=tuple(claims.values()),
        asof=answered.answers[-1].asof,
        note=told.note,
    )


def answer_text(ledger: Ledger, query: str, value: Any) -> Text:
    """The answer of a query in words."""
    if value is None:
        return say("unknown")
    if isinstance(value, Mapping):
        return joined([_kind_and_amount(kind, usd) for kind, usd in value.items()], ", ", "、")
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return _firms(ledger, value)
        return joined([numbers.money(item) for item in value], " → ", " → ")
    if isinstance(value, int):
        return plain(value)
    return numbers.share(value) if query in _RATIOS else numbers.money(value)


def _kind_and_amount(kind: str, usd: float) -> Text:
    return joined([names.kind(kind), numbers.money(usd)], " ", " ")


def _firms(ledger: Ledger, ids: list[str]) -> Text:
    listed = joined([names.firm(ledger, id) for id in ids])
    return say("firms.counted", count=len(ids), firms=listed)


def _unknowns(study: Study) -> Iterator[Finding]:
    gaps = study.now.gaps
    money = gaps.money
    yield Finding(
        id="paid_unknown",
        sentence=gaps_sentence(gaps),
        value={"unknown": money.unknown, "legs": money.legs, "headline_unknown": money.headline_unknown,
               "headline": money.headline},
        knowledge="we do not know",
        asof=gaps.asof,
    )  # fmt: skip


def _verdicts(study: Study) -> Iterator[Finding]:
    for audited in study.audited:
        said = audited.statement
        yield Finding(
            id=f"article_{said.id}",
            sentence=say("audit.finding", what=said.what, verdict=say(f"verdict.{said.verdict}"), why=said.explanation),
            value=said.verdict,
            knowledge="the source says" if said.url else "our arithmetic",
            asof=_published(study),
        )


def _in_sum(study: Study) -> Iterator[Finding]:
    """Every sentence of the verdict, with the run behind it where a model gives it."""
    if study.verdict is None:
        return
    for told in study.verdict.sentences:
        yield Finding(
            id=f"verdict_{told.id}_{study.verdict.asof}", sentence=told.text,
            value={"is": told.value, "run": told.model, "series": told.series, "scores": told.scores},
            knowledge=told.knowledge, evidence=told.claims, asof=study.verdict.asof,
        )  # fmt: skip


def _published(study: Study) -> datetime.date | None:
    article = study.ledger.case.article_source
    return article.published.first if article and article.published else None
