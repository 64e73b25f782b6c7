"""Curves of adoption as SVG: lines that differ by their pen, what was seen as dots. Draws, does not compute."""

from __future__ import annotations

from html import escape

from perpetuum.report.blocks import Curves
from perpetuum.report.draw import label

WIDTH, HEIGHT = 520, 250
LEFT, RIGHT, TOP, BOTTOM = 58.0, 512.0, 10.0, 222.0
_SIGNS = {
    "solid": '<polyline points="1,6 25,6" class="pen-solid"/>',
    "dashed": '<polyline points="1,6 25,6" class="pen-dashed"/>',
    "dotted": '<polyline points="1,6 25,6" class="pen-dotted"/>',
    "band": '<rect x="1" y="1" width="24" height="10" class="band"/>',
    "dot": '<circle cx="13" cy="6" r="3.5" class="dot"/>',
    "hollow": '<circle cx="13" cy="6" r="3.5" class="hollow"/>',
}


def sign(name: str) -> str:
    """What a line or a dot looks like, for the key."""
    return f'<svg aria-hidden="true" width="26" height="12" viewBox="0 0 26 12">{_SIGNS[name]}</svg>'


def chart(block: Curves) -> str:
    """The band first, curves over it, and what was seen on top."""
    place = _Place(block)
    levels = "".join(
        f'<line x1="{LEFT}" y1="{place.y(value):.1f}" x2="{RIGHT}" y2="{place.y(value):.1f}" '
        f'class="{"axis" if value == 0 else "level"}"/>' + label(LEFT - 6, place.y(value), words, "mark-y")
        for value, words in block.ticks
    )
    marks = "".join(
        f'<line x1="{place.x(time):.1f}" y1="{BOTTOM}" x2="{place.x(time):.1f}" y2="{BOTTOM + 4}" class="axis"/>'
        + label(place.x(time), BOTTOM + 16, words, "mark-x")
        for time, words in block.marks
    )
    now = f'<line x1="{place.x(block.now):.1f}" y1="{TOP}" x2="{place.x(block.now):.1f}" y2="{BOTTOM}" class="now"/>'
    lines = "".join(
        f'<polyline points="{place.path(block.times, heights)}" class="pen-{pen}"/>' for _, pen, heights in block.lines
    )
    seen = "".join(
        f'<circle cx="{place.x(time):.1f}" cy="{place.y(height):.1f}" r="3.4" class="{css}"/>'
        for css, spots in (("hollow", block.hollow), ("dot", block.dots))
        for time, height in spots
    )
    return (
        f'<svg class="curves" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(block.alt.en)} / {escape(block.alt.zh)}</title>"
        f"{levels}{marks}{_band(block, place)}{now}{lines}{seen}</svg>"
    )


def _band(block: Curves, place: _Place) -> str:
    ahead = [n for n, time in enumerate(block.times) if time >= block.now]
    if not ahead:
        return ""
    times = [block.times[n] for n in ahead]
    low, high = ([edge[n] for n in ahead] for edge in block.band)
    back = place.path(tuple(reversed(times)), tuple(reversed(low)))
    return f'<polygon points="{place.path(tuple(times), tuple(high))} {back}" class="band"/>'


class _Place:
    """Where a time and a height lie in the picture; what is higher than the last tick stops there."""

    def __init__(self, block: Curves) -> None:
        self.first, self.last = min(0.0, block.times[0]), block.times[-1]
        self.low, self.high = block.ticks[0][0], block.ticks[-1][0]

    def x(self, time: float) -> float:
        return LEFT + (RIGHT - LEFT) * (time - self.first) / ((self.last - self.first) or 1.0)

    def y(self, height: float) -> float:
        held = min(max(height, self.low), self.high)
        return BOTTOM - (BOTTOM - TOP) * (held - self.low) / ((self.high - self.low) or 1.0)

    def path(self, times: tuple[float, ...], heights: tuple[float, ...]) -> str:
        return " ".join(f"{self.x(t):.1f},{self.y(h):.1f}" for t, h in zip(times, heights, strict=True))
