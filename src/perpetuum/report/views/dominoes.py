"""The dominoes: who falls, in what order, who loses what through whom, and who pays in the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from perpetuum.contagion import Cascade
from perpetuum.contagion.cascade import CHANNELS, CallOf, Fall, Push
from perpetuum.contagion.shock import Hit, Shock
from perpetuum.contagion.stress import pushes
from perpetuum.core.network import Network
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Evidence, Fold, Paragraph, Points, Table, Title
from perpetuum.report.views import parts
from perpetuum.report.views.falling import picture
from perpetuum.report.views.rests import owing, promised, rests
from perpetuum.report.words import joined, plain, say

# What is smaller beside the largest loss, or beside a sum, is rounding and no news.
_DUST = 1e-6
FIRST = 3
# What happens whole unless a size is said: the word alone would tell too much.
_BY_PARTS = ("stops-paying", "withdraws", "cancelled")


def told(ledger: Ledger, network: Network, cascade: Cascade) -> tuple[Block, ...]:
    """The whole answer of a study, from the sentence to the sources."""
    return (
        Title(text=say("dominoes.title", shock=shock(ledger, cascade)), level=2),
        *short(ledger, network, cascade),
        *details(ledger, network, cascade),
    )


def short(ledger: Ledger, network: Network, cascade: Cascade) -> tuple[Block, ...]:
    """The answer, what it rests on, and the picture."""
    blocks: list[Block] = []
    if not cascade.settled:
        blocks.append(Paragraph(text=say(f"dominoes.status.{cascade.status}"), style="lead"))
    blocks.append(Paragraph(text=answer(ledger, cascade), style="lead"))
    blocks += [*picture(ledger, network, cascade), Paragraph(text=frame(cascade), style="note")]
    if cascade.estimated:
        blocks.append(Paragraph(text=estimated(cascade)))
    if cascade.fell_before:
        blocks.append(Paragraph(text=say("dominoes.before", firms=firms(ledger, cascade.fell_before))))
    if cascade.at_edge:
        blocks.append(Paragraph(text=say("dominoes.edge", firms=firms(ledger, cascade.at_edge))))
    return tuple(blocks)


def details(ledger: Ledger, network: Network, cascade: Cascade) -> tuple[Block, ...]:
    """Every table: falls, losses, who pays, guarantees, sources, and what is left out."""
    return (
        Title(text=say("dominoes.falls"), level=3),
        falls(ledger, network, cascade),
        Title(text=say("dominoes.losses"), level=3),
        losses(ledger, network, cascade),
        Title(text=say("dominoes.end"), level=3),
        ends(cascade),
        Paragraph(text=say("dominoes.end.caption"), style="note"),
        *paths(ledger, cascade),
        Title(text=say("dominoes.guarantees"), level=3),
        guarantees(ledger, network, cascade),
        Title(text=say("dominoes.evidence"), level=3),
        behind(ledger, network, cascade),
        left_out(ledger, cascade),
    )


def shock(ledger: Ledger, cascade: Cascade) -> Text:
    """What happens, in words."""
    return shock_in_words(ledger, cascade.shock)


def shock_in_words(ledger: Ledger, of: Shock) -> Text:
    """What happens, in words, before anybody has looked what it does."""
    return joined([_hit(ledger, hit, of.size) for hit in of.hits], " and ", "，且")


def _hit(ledger: Ledger, hit: Hit, size: float) -> Text:
    firm = say("dominoes.everyone") if hit.firm == "all" else names.firm(ledger, hit.firm)
    if hit.word in ("cancelled", "called"):
        firm = names.deal_of(ledger, hit.firm)
    lost = numbers.money(hit.amount * size) if hit.amount is not None else numbers.share((hit.share or 0.0) * size)
    by = names.firm(ledger, hit.by) if hit.by else plain("–")
    if size < 1 and hit.word in _BY_PARTS:
        return say(f"dominoes.hit.{hit.word}.part", firm=firm, lost=numbers.share(size))
    return say(f"dominoes.hit.{hit.word}", firm=firm, lost=lost, by=by)


def answer(ledger: Ledger, cascade: Cascade) -> Text:
    """The cascade in one sentence that can leave its place."""
    fallen = [fall.firm for fall in cascade.falls]
    hit = {h.firm for h in cascade.shock.hits}
    total = cascade.attribution.total
    partners = sum(float(total[i]) for i, firm in enumerate(cascade.firms) if firm not in hit)
    if does_nothing(cascade):
        return say("dominoes.nothing")
    if not fallen:
        return say("dominoes.nobody", lost=numbers.money(float(total.sum())))
    told = say(
        "dominoes.answer.one" if set(fallen) <= hit else "dominoes.answer", fallen=firms(ledger, fallen),
        rounds=_rounds(cascade.rounds), lost=numbers.money(partners), firms=len(cascade.firms),
        unknown=len(cascade.unknown),
    )  # fmt: skip
    worst = _hardest(cascade, hit)
    if worst is None:
        return told
    i, lost = worst
    more = say("dominoes.hardest", firm=names.firm(ledger, cascade.firms[i]), share=numbers.share(lost))
    return joined([told, more], " ", "")


def does_nothing(cascade: Cascade) -> bool:
    """Does nobody fall, and nobody lose a dollar?"""
    return not cascade.falls and bool((np.abs(cascade.attribution.total) < 1.0).all())


def _hardest(cascade: Cascade, hit: set[str]) -> tuple[int, float] | None:
    """Who still stands and lost the largest share of a known equity, if that is a hundredth or more."""
    shares = [
        (i, 1.0 - float(cascade.equity[-1][i]) / float(cascade.before[i]))
        for i, firm in enumerate(cascade.firms)
        if cascade.before[i] > 0 and firm not in cascade.unknown and firm not in hit
        and not cascade.round_of_default[i]
    ]  # fmt: skip
    worst = max(shares, key=lambda each: each[1], default=None)
    return worst if worst is not None and worst[1] >= 0.01 else None


def sentence(ledger: Ledger, cascade: Cascade) -> Text:
    """Shock and answer together, for a place where no heading says the shock."""
    return joined([say("dominoes.if", shock=shock(ledger, cascade)), answer(ledger, cascade)], " ", "")


def shown(cascade: Cascade) -> Iterator[tuple[Push, ...]]:
    """What pushed the first dominoes, fallen or losing most."""
    for i in losers(cascade)[: FIRST + 1]:
        yield pushes(cascade.books, i, cascade.attribution.loss, cascade.attribution.loss_by_pair)


def evidence(network: Network, cascade: Cascade) -> Evidence:
    """The figures on the legs that pushed the first dominoes."""
    return promised(network, dict.fromkeys(leg for pushed in shown(cascade) for push in pushed for leg in push.legs))


def frame(cascade: Cascade) -> Text:
    """Date, stage, view and study, whether it settled, and how sure it is."""
    books = cascade.books
    origin = cascade.origin
    basis = "book" if books.view == "cash" else books.basis
    worst = cascade.error_bound * float(np.max(cascade.debt + cascade.before, initial=0.0))
    return say(
        "dominoes.frame", date=numbers.day(origin.at) if origin else plain("–"),
        stage=say(f"stage.{origin.stage}") if origin else plain("–"),
        view=say(f"dominoes.view.{books.view}.{basis}", horizon=books.horizon), study=parts.study(str(cascade.study)),
        status=say(f"dominoes.status.{cascade.status}"), rounds=_rounds(cascade.rounds),
        unique=say(f"dominoes.unique.{cascade.unique}"), error=numbers.money(max(worst, 0.01)),
    )  # fmt: skip


def _rounds(count: int) -> Text:
    return say(f"dominoes.rounds.{count}") if count < 2 else say("dominoes.rounds", count=count)


def estimated(cascade: Cascade) -> Text:
    """How many obligations nobody observed, and by which method they were guessed."""
    methods = sorted({each.estimated for each in cascade.estimated if each.estimated})
    return say("dominoes.estimated", count=len(cascade.estimated), methods=plain(", ".join(methods)))


def firms(ledger: Ledger, ids: Iterable[str]) -> Text:
    """Names of firms, one after another."""
    return joined([names.firm(ledger, id) for id in ids])


def falls(ledger: Ledger, network: Network, cascade: Cascade) -> Table:
    """One row a domino: what it owed, what it pays back, what pushed it."""
    return Table(
        columns=(
            parts.head("dominoes.round"), parts.head("dominoes.falls.firm"),
            parts.head("dominoes.owes", right=True), parts.head("dominoes.pays", right=True),
            parts.head("dominoes.pushed", wide=True),
        ),
        rows=tuple(_fall(ledger, network, cascade, fall) for fall in cascade.falls),
        empty=say("dominoes.rounds.0"),
    )  # fmt: skip


def _fall(ledger: Ledger, network: Network, cascade: Cascade, fall: Fall) -> tuple[Cell, ...]:
    pushed = joined([_push(ledger, push) for push in fall.pushed[:4]], "; ", "；")
    owes = promised(network, owing(cascade, fall.firm))
    return (
        Cell(text=plain(fall.round)),
        Cell(text=names.firm(ledger, fall.firm), tone="strong"),
        parts.amount(fall.owes, owes),
        Cell(text=numbers.share(fall.recovery), evidence=owes),
        Cell(text=pushed, evidence=rests(network, cascade, cascade.books.at(fall.firm))),
    )


def _push(ledger: Ledger, push: Push) -> Text:
    partner = names.firm(ledger, push.partner) if push.partner else plain("–")
    return say(f"dominoes.push.{push.channel}", partner=partner, amount=numbers.money(push.amount))


def losers(cascade: Cascade) -> list[int]:
    """Firms that lose anything, fallen ones first, then by loss."""
    total = cascade.attribution.total
    least = _DUST * float(total.max(initial=0.0))
    found = [i for i in range(len(cascade.firms)) if total[i] > least or cascade.round_of_default[i] > 0]
    order = cascade.round_of_default
    return sorted(found, key=lambda i: (order[i] if order[i] > 0 else np.inf, -total[i]))


def losses(ledger: Ledger, network: Network, cascade: Cascade) -> Table:
    """Loss by firm and channel, its total, and the equity before and after."""
    loss = cascade.attribution.loss
    used = [k for k, _ in enumerate(CHANNELS) if (np.abs(loss[:, k]) > 0).any()]
    return Table(
        columns=(
            parts.head("firm"),
            *(parts.head(f"dominoes.channel.{CHANNELS[k]}", right=True) for k in used),
            parts.head("dominoes.total", right=True),
            parts.head("dominoes.equity", right=True),
        ),
        rows=tuple(_loss(ledger, network, cascade, i, used) for i in losers(cascade)),
        caption=say("dominoes.losses.caption"),
        empty=say("nothing"),
    )


def _loss(ledger: Ledger, network: Network, cascade: Cascade, i: int, used: list[int]) -> tuple[Cell, ...]:
    firm, loss = cascade.firms[i], cascade.attribution.loss
    low, high = float(cascade.low[i]), float(cascade.high[i])
    spread = say("dominoes.range", low=numbers.money(low), high=numbers.money(high)) if high > low * 1.0001 else None
    total = numbers.money(float(cascade.attribution.total[i]))
    return (
        Cell(text=names.firm(ledger, firm)),
        *(
            parts.amount(float(loss[i, k]), rests(network, cascade, i, (CHANNELS[k],)))
            if loss[i, k]
            else Cell(text=plain("–"))
            for k in used
        ),
        Cell(text=total, tone="strong", small=spread, evidence=rests(network, cascade, i)),
        _equity(cascade, i),
    )


def _equity(cascade: Cascade, i: int) -> Cell:
    if cascade.firms[i] in cascade.unknown:
        return parts.unknown()
    change = joined(
        [numbers.money(float(cascade.before[i])), numbers.money(float(cascade.equity[-1][i]))], " → ", " → "
    )
    return Cell(text=change, evidence=cascade.books.equity_figures.get(cascade.firms[i], ()))


def ends(cascade: Cascade) -> Points:
    """Causes on one side, bearers on the other; they add up to the same."""
    split = cascade.attribution
    causes = [(f"cause.{cause}", amount) for cause, amount in split.causes.items() if amount or cause != "marks"]
    borne = [(f"bearer.{bearer}", amount) for bearer, amount in split.borne.items()]
    return Points(sentences=(_sum("dominoes.causes", causes), _sum("dominoes.bearers", borne)))


def _sum(side: str, parts_: list[tuple[str, float]]) -> Paragraph:
    """One side as a sum: each part with its amount, and what they come to."""
    whole = sum(amount for _, amount in parts_)
    rounded = [(part, amount if abs(amount) > _DUST * abs(whole) else 0.0) for part, amount in parts_]
    told = [joined([say(f"dominoes.{part}"), numbers.money(amount)], " ", " ") for part, amount in rounded]
    total = numbers.money(whole)
    return Paragraph(text=say(side, parts=joined(told, " · ", "・"), total=total))


def paths(ledger: Ledger, cascade: Cascade) -> Iterator[Paragraph]:
    """The largest walks of the loss; with the rest they add up to what partners lost."""
    found = cascade.attribution.paths
    if not found:
        return
    shown = found[:8]
    rest = cascade.attribution.paths_rest + sum(path.amount for path in found[8:])
    told = [joined([names.path(ledger, path.firms), numbers.money(path.amount)], " ", " ") for path in shown]
    if rest > _DUST * float(cascade.attribution.total.sum()):
        told.append(say("dominoes.paths.rest", amount=numbers.money(rest)))
    yield Paragraph(text=say("dominoes.paths", paths=joined(told, "; ", "；")))


def guarantees(ledger: Ledger, network: Network, cascade: Cascade) -> Table:
    """Each guarantee, called or not, and the sentence why."""
    order = sorted(cascade.calls, key=lambda call: (-call.called[1], not _near(cascade, call), call.leg))
    return Table(
        columns=(
            parts.head("dominoes.guarantee"), parts.head("dominoes.cap", right=True),
            parts.head("dominoes.called", right=True), parts.head("dominoes.why", wide=True),
        ),
        rows=tuple(_call(ledger, network, call) for call in order), empty=say("dominoes.none"),
    )  # fmt: skip


def _call(ledger: Ledger, network: Network, call: CallOf) -> tuple[Cell, ...]:
    stated = promised(network, (call.leg,))
    called = Cell(text=_range(call.called), evidence=stated)
    return (
        Cell(text=names.path(ledger, (call.guarantor, call.protected)), small=names.deal_of(ledger, call.leg)),
        Cell(text=numbers.money(call.full), evidence=stated, small=_released(call)),
        called if call.called[1] else parts.word("dominoes.called.not", "muted"),
        Cell(text=call.because),
    )


def _released(call: CallOf) -> Text | None:
    """What of the cap is released by now, where that is not all of it."""
    if call.full is not None and call.released == (call.full, call.full):
        return None
    return say("dominoes.released", amount=_range(call.released))


def _near(cascade: Cascade, call: CallOf) -> bool:
    """Does the guarantee have to do with whom the shock hits?"""
    hit = {h.firm for h in cascade.shock.hits}
    guarantee = next(each for each in cascade.books.guarantees if each.leg == call.leg)
    return bool(hit & {call.guarantor, call.protected}) or any(t in str(guarantee.trigger) for t in hit)


def _range(ends: tuple[float, float]) -> Text:
    low, high = (numbers.money(end) for end in ends)
    return low if ends[0] == ends[1] else say("range.money", low=low, high=high)


def behind(ledger: Ledger, network: Network, cascade: Cascade) -> Table:
    """The deals and sources through which the first dominoes, fallen or losing most, are pushed."""
    rows = []
    for i, pushed in zip(losers(cascade), shown(cascade), strict=False):
        firm = cascade.firms[i]
        for push in pushed:
            rows += [_deal(ledger, network, firm, push, leg) for leg in push.legs]
    return Table(
        columns=(parts.head("dominoes.domino"), parts.head("dominoes.pushed"), parts.head("dominoes.deal", wide=True),
                 parts.head("source", wide=True)),
        rows=tuple(rows), empty=say("dominoes.none"),
    )  # fmt: skip


def _deal(ledger: Ledger, network: Network, firm: str, push: Push, leg: str) -> tuple[Cell, ...]:
    figures = promised(network, (leg,))
    sources = list(dict.fromkeys(figure.chosen.source for figure in figures))
    source = sources[0] if sources else None
    what = Cell(text=plain(source.title), href=source.url) if source else parts.unknown()
    return (
        Cell(text=names.firm(ledger, firm)), Cell(text=_push(ledger, push), evidence=figures),
        Cell(text=names.deal_of(ledger, leg), small=plain(leg), evidence=figures), what,
    )  # fmt: skip


def left_out(ledger: Ledger, cascade: Cascade) -> Fold:
    """Every leg and firm that is not in the books, by the reason why."""
    by_reason: dict[Text, list[str]] = {}
    for each in cascade.books.left_out:
        by_reason.setdefault(each.because, []).append(each.what)
    rows = tuple(
        (Cell(text=because), Cell(text=plain(len(what))), Cell(text=_what(ledger, what)))
        for because, what in sorted(by_reason.items(), key=lambda entry: -len(entry[1]))
    )
    heads = (
        parts.head("dominoes.left_out.why", wide=True), parts.head("dominoes.left_out.count", right=True),
        parts.head("dominoes.left_out.what", wide=True),
    )  # fmt: skip
    table = Table(columns=heads, rows=rows, empty=say("nothing"))
    return Fold(summary=say("dominoes.left_out", count=len(cascade.books.left_out)), blocks=(table,))


def _what(ledger: Ledger, ids: list[str]) -> Text:
    """Names of firms and deals, each once."""
    named = [names.deal_of(ledger, id) if id in ledger.deal_of else names.firm(ledger, id) for id in ids]
    return joined(tuple(dict.fromkeys(named)), "; ", "；")
