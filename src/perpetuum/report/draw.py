"""Pictures as SVG: loops with money by origin, bars of one length, small lines. They draw and do not compute."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

from perpetuum.core.text import Text
from perpetuum.report.blocks import LIGHTS, Band, Cell, Light, Line, Money, Ring, Stack, Tally
from perpetuum.report.words import say

Linked = Callable[[Cell, str], str]
WIDTH, HEIGHT = 400, 290
RADIUS, NODE, WIDEST, THINNEST = 104.0, 23.0, 38.0, 2.0


def both(text: Text) -> str:
    """Words in both languages, one of which the page shows."""
    if text.en == text.zh:
        return escape(text.en)
    return f'<span lang="en">{escape(text.en)}</span><span lang="zh-Hant">{escape(text.zh)}</span>'


def label(x: float, y: float, text: Text, css: str) -> str:
    """Words in a picture, in both languages at one place."""
    place = f'x="{x:.1f}" y="{y:.1f}" class="{css}"'
    if text.en == text.zh:
        return f"<text {place}>{escape(text.en)}</text>"
    return f'<text {place} lang="en">{escape(text.en)}</text><text {place} lang="zh-Hant">{escape(text.zh)}</text>'


def patterns() -> str:
    """The hatch of what is not traced; referred to by every picture of the page."""
    return (
        '<svg class="defs" width="0" height="0" aria-hidden="true"><defs>'
        '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" class="hatch-paper"/><rect width="2.2" height="6" class="hatch-ink"/></pattern>'
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" class="tip"/></marker></defs></svg>'
    )


# ---- one loop


def ring(picture: Ring, linked: Linked) -> str:
    """A loop: firms on a circle, payments as bands whose width is money and whose colour is its origin."""
    places = _places(len(picture.firms))
    at = {id: place for (id, _, _), place in zip(picture.firms, places, strict=True)}
    bands = "".join(_band(band, at, picture, linked) for band in picture.bands)
    nodes = "".join(_node(at[id], name, role) for id, name, role in picture.firms)
    words = _spoken(picture)
    # An even number of firms puts one at the very bottom, with its name below it.
    height = max(HEIGHT, round(max(y for _, y in places) + NODE + 24))
    return (
        f'<svg class="ring {picture.stage}" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{escape(words.en)} / {escape(words.zh)}</title>{bands}{nodes}</svg>"
    )


def _spoken(picture: Ring) -> Text:
    names = {id: name for id, name, _ in picture.firms}
    parts = [say("html.band", payer=names[b.payer], payee=names[b.payee], amount=b.label.text) for b in picture.bands]
    return Text(en="; ".join(p.en for p in parts), zh="；".join(p.zh for p in parts))


def _places(count: int) -> list[tuple[float, float]]:
    angles = [2 * math.pi * i / count - math.pi / 2 for i in range(count)]
    return [(WIDTH / 2 + RADIUS * math.cos(a), HEIGHT / 2 + 18 + RADIUS * math.sin(a)) for a in angles]


def _node(place: tuple[float, float], name: Text, role: str) -> str:
    x, y = place
    below = y > HEIGHT / 2
    return f'<g class="node {role}">{_shape(x, y, role)}</g>' + label(
        x, y + NODE + 16 if below else y - NODE - 8, name, "firm"
    )


def _shape(x: float, y: float, role: str) -> str:
    """Roles are shapes: fuel a hexagon, gear a notched square, engine a circle, others a rounded box."""
    r = NODE
    if role == "fuel":
        corners = [(x + r * math.cos(math.pi / 3 * k), y + r * math.sin(math.pi / 3 * k)) for k in range(6)]
        return _polygon(corners, "")
    if role == "engine":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r * 0.92:.1f}"/>'
    if role == "gear":
        s, c = r * 0.86, r * 0.34
        corners = [(x - s + c, y - s), (x + s - c, y - s), (x + s, y - s + c), (x + s, y + s - c),
                   (x + s - c, y + s), (x - s + c, y + s), (x - s, y + s - c), (x - s, y - s + c)]  # fmt: skip
        return _polygon(corners, "")
    return f'<rect x="{x - r:.1f}" y="{y - r * 0.8:.1f}" width="{2 * r:.1f}" height="{1.6 * r:.1f}" rx="6"/>'


def _polygon(corners: list[tuple[float, float]], css: str) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return f'<polygon points="{points}"{f" class={css!r}" if css else ""}/>'


def _band(band: Band, at: dict[str, tuple[float, float]], picture: Ring, linked: Linked) -> str:
    (x1, y1), (x2, y2) = at[band.payer], at[band.payee]
    length = math.hypot(x2 - x1, y2 - y1)
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    # Two firms pay each other along one line: the bands step aside.
    sx, sy = (-uy * 26, ux * 26) if len(picture.firms) == 2 else (0.0, 0.0)
    start = (x1 + ux * (NODE + 6) + sx, y1 + uy * (NODE + 6) + sy)
    end = (x2 - ux * (NODE + 9) + sx, y2 - uy * (NODE + 9) + sy)
    width = 0.0 if band.amount is None else max(WIDEST * band.amount / picture.widest, THINNEST)
    amount = _beside(start, end, width, band.label.text, "amount")
    note = "" if band.note is None else _beside(start, end, width, band.note, "amount note", line=1)
    words = linked(band.label, amount + note)
    if band.amount is None:
        css = "absent unknown" if band.label.tone == "unknown" else "absent"
        line = _line(start, end, css)
        return f"<g>{line}{words}</g>"
    strips = _strips(band.parts, start, end, (ux, uy), width)
    return f"<g>{strips}{_line(start, end, 'spine')}{words}</g>"


def _beside(
    start: tuple[float, float], end: tuple[float, float], width: float, words: Text, css: str, line: int = 0
) -> str:
    """Words beside a band, outside the ring; over a level band, where names leave no room below."""
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    dx, dy = x - WIDTH / 2, y - (HEIGHT / 2 + 18)
    if abs(dx) < 6:
        return label(x, y - width / 2 - 11 - 15 * line, words, css)
    away, distance = math.hypot(dx, dy), width / 2 + 10
    side = "after" if dx > 0 else "before"
    distance += 8 * line  # the band comes nearer further down
    return label(x + dx / away * distance, y + dy / away * distance + 15 * line, words, f"{css} {side}")


def _line(start: tuple[float, float], end: tuple[float, float], css: str) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{css}" marker-end="url(#tip)"/>'


def _strips(
    parts: tuple[tuple[Money, float], ...],
    start: tuple[float, float],
    end: tuple[float, float],
    along: tuple[float, float],
    width: float,
) -> str:
    """Parallel strips, one for each kind of money, side by side."""
    nx, ny = -along[1], along[0]
    edge, drawn = -width / 2, []
    for money, part in parts or (("unknown", 1.0),):
        if part <= 0:
            continue
        other = edge + width * part
        corners = [(x + nx * d, y + ny * d) for (x, y), d in ((start, edge), (end, edge), (end, other), (start, other))]
        drawn.append(_polygon(corners, f"money-{money}"))
        edge = other
    return "".join(drawn)


# ---- bars and lines


def bar(stack: Stack) -> str:
    """One bar of full length; each part is a kind of money."""
    left, drawn = 0.0, []
    for money, part in stack.parts:
        if part > 0:
            drawn.append(f'<rect x="{100 * left:.3f}%" width="{100 * part:.3f}%" height="100%" class="money-{money}"/>')
            left += part
    return f'<svg class="bar" role="presentation" preserveAspectRatio="none">{"".join(drawn)}</svg>'


def line(chart: Line) -> str:
    """A small line through points in order, the newest marked."""
    values = [value for _, value in chart.points]
    low, high = min(0.0, *values), max(values)
    span = (high - low) or 1.0
    step = 226 / (len(values) - 1)
    spots = [(6 + step * i, 54 - 46 * (value - low) / span) for i, value in enumerate(values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    zero = 54 + 46 * low / span
    lights = chart.lights or ("unknown",) * len(spots)
    dots = "".join(
        f'<circle class="light {light}" cx="{x:.1f}" cy="{y:.1f}" r="{4 if i == len(spots) - 1 else 2.4}"/>'
        for i, ((x, y), light) in enumerate(zip(spots, lights, strict=True))
    )
    return (
        '<svg class="line" viewBox="0 0 240 60" role="img">'
        f"<title>{escape(chart.alt.en)} / {escape(chart.alt.zh)}</title>"
        f'<line x1="0" y1="{zero:.1f}" x2="240" y2="{zero:.1f}" class="axis"/><polyline points="{path}"/>{dots}</svg>'
    )


_FROM_THE_FOOT: tuple[Light, ...] = ("unknown", "running", "watch", "alarm")


def tally(chart: Tally) -> str:
    """A column for each quarter, one square for each dial: what alarms at the top, what is unknown at the foot."""
    whole = max((sum(counts) for counts in chart.counts), default=1)
    step, side = 460 / max(len(chart.counts), 1), 150 / whole
    squares = []
    for i, counts in enumerate(chart.counts):
        y = 150.0
        for light in _FROM_THE_FOOT:
            for _ in range(counts[LIGHTS.index(light)]):
                y -= side
                squares.append(
                    f'<rect class="light {light}" x="{i * step + 1:.1f}" y="{y + 0.6:.1f}"'
                    f' width="{step - 2:.1f}" height="{side - 1.2:.1f}"/>'
                )
    first, last = chart.quarters[0], chart.quarters[-1]
    ends = label(0, 168, first, "first") + label(460, 168, last, "last")
    return (
        f'<svg class="tally" viewBox="0 0 460 176" role="img"><title>{escape(chart.alt.en)} / {escape(chart.alt.zh)}'
        f"</title>{''.join(squares)}{ends}</svg>"
    )
