"""A report as one self-contained page, in both languages, every number linked to its sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.text import Language, Text
from perpetuum.ledger import Ledger
from perpetuum.report import cascade, curves, draw, fans, names, numbers
from perpetuum.report.blocks import (
    LIGHTS,
    MARKS,
    MONEY,
    SIGNS,
    Block,
    Card,
    Cards,
    Cell,
    Curves,
    Dominoes,
    Evidence,
    Fan,
    Fans,
    Fold,
    Odds,
    Page,
    Paragraph,
    Points,
    Rests,
    Ring,
    Rings,
    Stack,
    Stacks,
    Swings,
    Table,
    Tallies,
    Title,
)
from perpetuum.report.draw import both
from perpetuum.report.evidence import Book, claims_of, is_remembered
from perpetuum.report.sheet import asset, frame, leads_outside
from perpetuum.report.snapshots import Study
from perpetuum.report.words import say


def page(study: Study, pages: tuple[Page, ...], language: Language = "en") -> str:
    """The whole report as HTML; it asks nothing of any other place.

    Parameters
    ----------
    language
        Which language is shown first; the other is one click away.
    """
    writer = _Writer()
    sections = [
        f'<section id="{each.id}" aria-label="{escape(str(each.title))}">{writer.blocks(each.blocks)}</section>'
        for each in pages
    ]
    sections.append(f'<section id="evidence">{writer.evidence(study.ledger)}</section>')
    title = study.ledger.case.name
    menu = [*((each.id, each.title) for each in pages), ("evidence", say("page.evidence"))]
    links = "".join(f'<a href="#{id}">{both(name)}</a>' for id, name in menu)
    lang = "zh-Hant" if language == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{lang}" data-lang="{language}" data-title-en="{escape(title.en)}"'
        f' data-title-zh="{escape(title.zh)}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title.in_language(language))}</title>\n<style>\n{asset('style.css')}</style></head>\n<body>"
        f'<a class="skip" href="#main">{both(say("html.skip"))}</a>{draw.patterns()}'
        f'<header><div><strong>{both(title)}</strong><nav aria-label="{escape(say("html.contents").en)}">{links}</nav>'
        f'<button id="language" type="button">{both(say("html.language"))}</button>'
        f'<button id="theme" type="button">{both(say("html.theme"))}</button></div></header>\n'
        f'<main id="main"><p class="frame">{both(frame(study))}</p>{"".join(sections)}</main>\n'
        f"<footer><p>{both(frame(study))}</p><p>{both(say('html.again'))} <code>perpetuum run --case "
        f"{escape(study.ledger.name)}</code></p></footer>\n"
        f'<aside id="drawer" aria-label="{escape(say("html.evidence").en)}" hidden>'
        f'<button id="close" type="button">{both(say("html.close"))}</button>'
        f'<h2>{both(say("html.evidence"))}</h2><ul id="shown" class="entries"></ul></aside>'
        f"\n<script>\n{asset('script.js')}</script>\n</body></html>\n"
    )


@dataclass(slots=True)
class _Writer:
    """Blocks to HTML, entering evidence on the way."""

    book: Book = field(default_factory=Book)

    def blocks(self, blocks: tuple[Block, ...]) -> str:
        return "".join(self.block(block) for block in blocks)

    def block(self, block: Block) -> str:
        match block:
            case Title():
                anchor = f' id="{escape(block.anchor)}"' if block.anchor else ""
                return f"<h{block.level}{anchor}>{both(block.text)}</h{block.level}>"
            case Paragraph():
                return self.paragraph(block)
            case Points():
                return f'<div class="points">{"".join(self.paragraph(each) for each in block.sentences)}</div>'
            case Table():
                return self.table(block)
            case Stacks():
                return self.stacks(block)
            case Rings():
                return self.rings(block)
            case Dominoes():
                return self.dominoes(block)
            case Cards():
                return f'<div class="cards">{"".join(self.card(card) for card in block.cards)}</div>'
            case Tallies():
                return self.tallies(block)
            case Fans():
                return self.fans(block)
            case Curves():
                return _curves(block)
            case Odds():
                return self.odds(block)
            case Swings():
                return self.swings(block)
            case Fold():
                return f"<details><summary>{both(block.summary)}</summary>{self.blocks(block.blocks)}</details>"

    def linked(self, cell: Cell, inner: str) -> str:
        number = self.book.enter(cell.evidence)
        if number is not None:
            return f'<a class="n" href="#e{number}">{inner}</a>'
        return outward(cell.href, inner) if cell.href else inner

    def cell(self, cell: Cell, css: str = "v") -> str:
        mark = f'<span class="mark" aria-hidden="true">{MARKS[cell.stage]}</span>' if cell.stage else ""
        small = f'<span class="small">{both(cell.small)}</span>' if cell.small else ""
        tone = {"unknown": "is-unknown", "plain": ""}.get(cell.tone, cell.tone)
        known = _remembered(cell.evidence)
        inner = f'<span class="{css}">{mark}{self.linked(cell, both(cell.text))}</span>{known}{small}'
        return f'<span class="{tone}">{inner}</span>' if tone else inner

    def paragraph(self, block: Paragraph) -> str:
        number = self.book.enter(block.evidence)
        source = ""
        if number is not None:
            words = both(say("sources", count=len(claims_of(block.evidence))))
            source = f' <a class="n sources" href="#e{number}">{words}</a>'
        css = f' class="{block.style}"' if block.style != "plain" else ""
        return f"<p{css}>{both(block.text)}{_remembered(block.evidence)}{source}{_rests(block.rests)}</p>"

    def table(self, block: Table) -> str:
        if not block.rows:
            return f'<p class="note">{both(block.empty)}</p>' if block.empty else ""
        css = [' class="right"' if column.align == "right" else "" for column in block.columns]
        heads = "".join(
            f'<th scope="col"{c}>{both(column.text)}</th>' for c, column in zip(css, block.columns, strict=True)
        )
        # Every cell of a table that stacks names its column, seen only where the heads are not.
        of = [f'<span class="head">{both(c.text)}</span>' if block.stacks and n else ""
              for n, c in enumerate(block.columns)]  # fmt: skip
        rows = "".join(
            "<tr>" + "".join(f"<td{c}>{name}{self.cell(cell)}</td>" for c, name, cell in zip(css, of, row, strict=True))
            + "</tr>"
            for row in block.rows
        )  # fmt: skip
        look = _STACKS if block.stacks else _DENSE if block.dense else ""
        table = f"<table{look}><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        scrolled = f'<div class="scroll" tabindex="0">{table}</div>'
        # Outside the part that scrolls sideways, so that it can be read whole on a phone.
        if block.caption is None:
            return scrolled
        return f"<figure><figcaption>{both(block.caption)}{_rests(block.rests)}</figcaption>{scrolled}</figure>"

    def stacks(self, block: Stacks) -> str:
        rows = "".join(self.stack(stack) for stack in block.rows)
        return f'<figure class="stacks"><figcaption>{both(block.caption)}</figcaption>{rows}{_key()}</figure>'

    def stack(self, stack: Stack) -> str:
        return (
            f'<div class="row"><span>{both(stack.name)}</span>{draw.bar(stack)}'
            f'<span class="whole">{self.cell(stack.whole)}</span>'
            f'<span class="remark">{self.cell(stack.remark)}</span></div>'
        )

    def rings(self, block: Rings) -> str:
        articles = "".join(self.ring(ring) for ring in block.rings)
        caption = f"<figcaption>{both(block.caption)}</figcaption>"
        return f'<figure><div class="rings">{articles}</div>{caption}{_key()}</figure>'

    def ring(self, ring: Ring) -> str:
        lines = "".join(f'<p class="muted">{self.cell(line)}</p>' for line in ring.lines)
        sentence = self.paragraph(ring.sentence) if ring.sentence else ""
        return (
            f"<article><h4>{both(ring.title)}</h4>{draw.ring(ring, self.linked)}"
            f"{self.cell(ring.share, 'v figure')}{sentence}{lines}</article>"
        )

    def dominoes(self, block: Dominoes) -> str:
        key = "".join(
            f'<li><svg aria-hidden="true"><rect width="22" height="12" class="loss-{loss}"/></svg>'
            f"{both(say(f'dominoes.channel.{loss}'))}</li>"
            for loss in block.losses
        )
        more = f'<p class="note">{both(block.more)}</p>' if block.more else ""
        return (
            f'<figure><div class="scroll fit" tabindex="0">{cascade.dominoes(block, self.linked)}</div>{more}'
            f'<figcaption>{both(block.caption)}</figcaption><ul class="key">{key}</ul></figure>'
        )

    def fans(self, block: Fans) -> str:
        charts = "".join(_fan(each) for each in block.fans)
        beside = ("beside",) if any(each.beside for each in block.fans) else ()
        key = "".join(
            f'<li><svg aria-hidden="true" class="sign {block.fans[0].look}">{_SIGN[line]}</svg>'
            f"{both(say(f'machine_page.key.{line}'))}</li>"
            for line in (*_LINES, *beside)
        )
        caption = f"<figcaption>{both(block.caption)}{_rests(block.rests)}</figcaption>"
        return f'<figure><div class="fans">{charts}</div><ul class="key">{key}</ul>{caption}</figure>'

    def odds(self, block: Odds) -> str:
        key = "".join(
            f'<li><svg aria-hidden="true"><rect width="22" height="12" class="share {look}"/></svg>{both(name)}</li>'
            for name, look, _ in block.bars
        )
        caption = f"<figcaption>{both(block.caption)}{_rests(block.rests)}</figcaption>"
        return (
            f'<figure class="chances"><h4>{both(block.title)}</h4>{fans.odds(block)}<ul class="key">{key}</ul>'
            f"{caption}</figure>"
        )

    def swings(self, block: Swings) -> str:
        rows = "".join(
            f'<div class="row"><span>{self.cell(row.name)}</span>{fans.swing(row, block.middle)}'
            f'<span class="remark">{self.cell(row.words)}</span></div>'
            for row in block.rows
        )
        key = "".join(
            f'<li><svg aria-hidden="true"><rect width="22" height="12" class="{end}"/></svg>'
            f"{both(say(f'machine_page.key.{end}'))}</li>"
            for end in ("low", "high")
        )
        caption = f"<figcaption>{both(block.caption)}{_rests(block.rests)}</figcaption>"
        return f'<figure class="swings">{caption}{rows}<ul class="key">{key}</ul></figure>'

    def card(self, card: Card) -> str:
        chart = draw.line(card.chart) if card.chart else ""
        lines = "".join(f"<p>{self.cell(line)}</p>" for line in card.lines)
        details = self.block(card.details) if card.details else ""
        light = f'<span class="light {card.light}"><i>{SIGNS[card.light]}</i> {both(say(f"band.{card.light}"))}</span>'
        return (
            f'<article><span class="part"><span>{both(card.part)}</span>{light}</span>'
            f"<h4>{both(card.title)}</h4>{self.cell(card.value, 'v figure')}{chart}{lines}{details}</article>"
        )

    def tallies(self, block: Tallies) -> str:
        columns = "".join(
            f"<article><h4>{both(tally.title)}</h4>{draw.tally(tally)}</article>" for tally in block.tallies
        )
        key = "".join(
            f'<li><span class="light {light}"><i>{SIGNS[light]}</i> {both(say(f"band.{light}"))}</span></li>'
            for light in LIGHTS
        )
        return (
            f'<figure class="tallies"><div class="side">{columns}</div><ul class="key">{key}</ul>'
            f"<figcaption>{both(block.caption)}</figcaption></figure>"
        )

    def evidence(self, ledger: Ledger) -> str:
        numbered = {id: i + 1 for i, id in enumerate(self.book.claims)}
        entries = "".join(
            f'<li id="e{number}"><p><span class="number">{number}</span>'
            f"{' · '.join(_mention(item, numbered) for item in evidence)}</p></li>"
            for number, evidence in self.book.entries.values()
        )
        claims = "".join(
            _claim(claim, numbered[id], names.claim(ledger, claim)) for id, claim in self.book.claims.items()
        )
        return (
            f"<h2>{both(say('html.evidence'))}</h2><p>{both(say('html.evidence.lead'))}</p>"
            f"{_folded(say('claims'), len(numbered), claims)}"
            f"{_folded(say('html.evidence'), len(self.book.entries), entries)}"
        )


def _folded(title: Text, count: int, items: str) -> str:
    summary = f"<summary>{both(title)} ({count})</summary>"
    return f'<details>{summary}<ul class="entries">{items}</ul></details>'


def _mention(item: Claim | Figure, numbered: dict[str, int]) -> str:
    """A claim of an entry, or a figure with the claims it overruled and why."""
    if isinstance(item, Claim):
        return _reference(item, numbered, None)
    rivals = [claim for claim in item.others if claim.says.value != item.chosen.says.value]
    chosen = _reference(item.chosen, numbered, say("html.chosen") if rivals else None, item.because if rivals else None)
    same = [claim for claim in item.others if claim.says.value == item.chosen.says.value]
    others = [_reference(claim, numbered, None) for claim in same]
    others += [_reference(claim, numbered, say("html.overruled")) for claim in rivals]
    return " · ".join([chosen, *others])


def _reference(claim: Claim, numbered: dict[str, int], role: Text | None, because: Text | None = None) -> str:
    why = f": {both(because)}" if because else ""
    shown = f'<span class="role muted">{both(role)}{why}</span> ' if role else ""
    number = numbered[claim.id]
    return f'<span data-claim="c{number}">{shown}<a href="#c{number}">{both(numbers.quantity(claim.says))}</a></span>'


def _remembered(evidence: Evidence) -> str:
    """The mark of what stands in no document."""
    return f' <em class="muted">{both(say("remembered"))}</em>' if is_remembered(evidence) else ""


def _claim(claim: Claim, number: int, name: Text) -> str:
    """One claim in full: what is said, of what, by whom, since when, and where it stands in the case.

    Both scales stand side by side: ten between bn and 億 is the commonest slip of this subject.
    """
    source, says = claim.source, numbers.quantity(claim.says)
    scales = escape(says.en) if says.en == says.zh else f"{escape(says.en)} = {escape(says.zh)}"
    what = claim.stage or claim.status or "reported"
    stage = say(f"stage.{claim.stage}") if claim.stage else say(f"status.{what}")
    period = claim.period_label or (str(claim.period) if claim.period else "")
    when = f" · {both(numbers.window(period))}" if period else ""
    facts = [both(say("html.known", date=numbers.day(claim.known_from)))]
    if source.published:
        facts.insert(0, both(say("html.published", date=numbers.window(str(source.published)))))
    if source.through:
        facts.append(f"{both(say('html.through'))} {_link(source.through, source.through)}")
    if claim.assumed_days is not None:
        facts.append(both(say("html.assumed", days=claim.assumed_days)))
    if claim.at:
        facts.append(escape(claim.at))
    if claim.where:
        facts.append(f"{both(say('html.read_from'))} <code>{escape(str(claim.where))}</code>")
    title = f"{source.title}" + (f" · {source.publisher}" if source.publisher else "")
    return (
        f'<li id="c{number}"><p class="says">{scales}{_remembered((claim,))}</p>'
        f"<p>{both(name)} · {both(stage)}{when} <code>{escape(claim.subject)}</code></p>"
        f"<p>{_link(source.url, title)}</p>"
        f'<p class="muted">{" · ".join(facts)}</p></li>'
    )


def _link(url: str | None, words: str) -> str:
    """A link to a page outside, or just the words."""
    return outward(url, escape(words))


def outward(url: str | None, inner: str) -> str:
    """A link to a page outside; with anything but http and https the inner part stays as it is."""
    if url is None or not leads_outside(url):
        return inner
    return f'<a href="{escape(url)}" rel="noreferrer noopener" target="_blank">{inner}</a>'


_DENSE = ' class="dense"'
_STACKS = ' class="stacking"'
_LINES = ("middle", "half", "most", "central")
_SIGN = {
    "middle": '<line x1="0" y1="6" x2="22" y2="6" class="middle"/>',
    "half": '<rect width="22" height="12" class="band-0"/><rect width="22" height="12" class="band-1"/>',
    "most": '<rect width="22" height="12" class="band-0"/>',
    "central": '<line x1="0" y1="6" x2="22" y2="6" class="central"/>',
    "beside": '<line x1="0" y1="6" x2="22" y2="6" class="beside"/>',
}


def _curves(block: Curves) -> str:
    key = "".join(f"<li>{curves.sign(pen)}{both(name)}</li>" for name, pen, _ in block.lines)
    signs = ("band", "dot", "hollow") if block.hollow else ("band", "dot")
    key += "".join(f"<li>{curves.sign(each)}{both(say(f'curves.{each}'))}</li>" for each in signs)
    return (
        f'<figure class="spread"><h4>{both(block.title)}</h4>{curves.chart(block)}<ul class="key">{key}</ul>'
        f"<figcaption>{both(block.caption)}</figcaption></figure>"
    )


def _fan(chart: Fan) -> str:
    """One fan under its title, with its last word below."""
    note = f'<p class="note">{both(chart.note)}</p>'
    return f"<article><h4>{both(chart.title)}</h4>{fans.fan(chart)}{note}</article>"


def _rests(rests: Rests | None) -> str:
    """A link to the place on the page that says what a model's answer rests on."""
    return "" if rests is None else f' <a class="sources" href="#{escape(rests.anchor)}">{both(rests.text)}</a>'


def _key() -> str:
    """What the colours mean."""
    items = "".join(
        f'<li><svg aria-hidden="true"><rect width="22" height="12" class="money-{money}"/></svg>'
        f"{both(say(f'money.{money}'))}</li>"
        for money in MONEY
    )
    return f'<ul class="key">{items}</ul>'
