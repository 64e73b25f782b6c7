"""Futures as SVG: fans of one series, bars of shares year by year, and swings. Draws, does not compute."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from perpetuum.core.text import Text
from perpetuum.report.blocks import Fan, Odds, Swing
from perpetuum.report.draw import label

WIDTH, HEIGHT = 344, 196
LEFT, RIGHT, TOP, BOTTOM = 54.0, 338.0, 10.0, 168.0
Ticks = tuple[tuple[float, Text], ...]
Spot = tuple[float, float]


def fan(chart: Fan) -> str:
    """Bands from light to dark, the middle one over them, the future without luck dashed."""
    count = len(chart.middle)
    bands = "".join(
        f'<polygon points="{_points([*_spots(high, chart.ticks), *reversed(_spots(low, chart.ticks))])}" '
        f'class="band-{n}"/>'
        for n, (low, high) in enumerate(chart.bands)
    )
    lines = _line(chart.central, chart.ticks, "central") + _line(chart.middle, chart.ticks, "middle")
    if chart.beside is not None:
        lines += _line(chart.beside, chart.ticks, "beside")
    marks = "".join(
        f'<line x1="{_x(n, count):.1f}" y1="{BOTTOM}" x2="{_x(n, count):.1f}" y2="{BOTTOM + 4}" class="axis"/>'
        + label(_x(n, count), BOTTOM + 17, words, "mark-x")
        for n, words in chart.marks
    )
    return _picture(f"fan {chart.look}", chart.alt, _grid(chart.ticks) + bands + lines + marks)


def odds(chart: Odds) -> str:
    """One group of bars a year; the first bar of each has its number above it."""
    count = len(chart.years)
    room = (RIGHT - LEFT) / count
    wide = min(18.0, 0.76 * room / len(chart.bars))
    drawn = []
    for year, words in enumerate(chart.years):
        middle = LEFT + (year + 0.5) * room
        start = middle - wide * len(chart.bars) / 2
        for n, (_, look, shares) in enumerate(chart.bars):
            y = _y(shares[year], chart.ticks)
            drawn.append(
                f'<rect x="{start + n * wide + 0.5:.1f}" y="{y:.1f}" width="{wide - 1:.1f}" '
                f'height="{max(BOTTOM - y, 0.0):.1f}" class="share {look}"/>'
            )
        drawn.append(label(middle, BOTTOM + 17, words, "mark-x"))
    return _picture("odds", chart.alt, _grid(chart.ticks) + "".join(drawn))


def swing(row: Swing, middle: float) -> str:
    """Two bars from the answer's centre: where the low end of an assumption puts it, and where the high end does."""
    bars = "".join(
        f'<rect x="{100 * min(end, middle):.2f}%" y="15%" width="{100 * abs(end - middle):.2f}%" height="70%" '
        f'class="{name}"/>'
        for name, end in (("low", row.low), ("high", row.high))
    )
    centre = f'<rect x="{100 * middle:.2f}%" y="0" width="1" height="100%" class="centre"/>'
    return f'<svg class="swing" role="presentation" preserveAspectRatio="none">{bars}{centre}</svg>'


def _picture(css: str, alt: Text, inner: str) -> str:
    return (
        f'<svg class="{css}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(alt.en)} / {escape(alt.zh)}</title>{inner}</svg>"
    )


def _grid(ticks: Ticks) -> str:
    """A level line for each tick with its words before it; the one at nothing is stronger."""
    return "".join(
        f'<line x1="{LEFT}" y1="{_y(value, ticks):.1f}" x2="{RIGHT}" y2="{_y(value, ticks):.1f}" '
        f'class="{"axis" if value == 0 else "level"}"/>' + label(LEFT - 6, _y(value, ticks), words, "mark-y")
        for value, words in ticks
    )


def _x(n: int, count: int) -> float:
    return LEFT + (RIGHT - LEFT) * n / max(count - 1, 1)


def _y(value: float, ticks: Ticks) -> float:
    low, high = ticks[0][0], ticks[-1][0]
    return BOTTOM - (BOTTOM - TOP) * (min(max(value, low), high) - low) / ((high - low) or 1.0)


def _spots(values: Sequence[float], ticks: Ticks) -> list[Spot]:
    return [(_x(n, len(values)), _y(value, ticks)) for n, value in enumerate(values)]


def _points(spots: Sequence[Spot]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)


def _line(values: Sequence[float], ticks: Ticks, css: str) -> str:
    return f'<polyline points="{_points(_spots(values, ticks))}" class="{css}"/>'
