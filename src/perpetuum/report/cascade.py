"""Dominoes as SVG: who falls in which round, and how much of the loss each hands on. Draws, does not compute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from perpetuum.core.text import Text
from perpetuum.report import numbers
from perpetuum.report.blocks import Domino, Dominoes, Push
from perpetuum.report.draw import Linked, label
from perpetuum.report.words import joined, say

BOX, TALL, GAP, BETWEEN, TOP = 148.0, 50.0, 14.0, 72.0, 34.0
WIDEST = 96.0


@dataclass(frozen=True, slots=True)
class _Place:
    x: float
    y: float
    height: float


def dominoes(picture: Dominoes, linked: Linked) -> str:
    """Columns of firms from left to right, with bands of loss between them; width is money."""
    places = _places(picture)
    width = len(picture.columns) * BOX + (len(picture.columns) - 1) * BETWEEN + 4
    height = max((place.y + place.height for place in places.values()), default=TOP) + 6
    heads = "".join(
        label(2 + k * (BOX + BETWEEN), 14, text, "column") for k, text in enumerate(picture.columns)
    )  # fmt: skip
    bands = "".join(_bands(picture, places))
    boxes = "".join(_box(domino, places[domino.id], linked) for domino in picture.dominoes)
    words = _spoken(picture)
    return (
        f'<svg class="cascade wide-{len(picture.columns)}" viewBox="0 0 {width:.0f} {height:.0f}" '
        'role="img">'
        f"<title>{escape(words.en)} / {escape(words.zh)}</title>{heads}{bands}{boxes}</svg>"
    )


def _places(picture: Dominoes) -> dict[str, _Place]:
    """One box below the other in each column; a firm that hands on much gets a taller one."""
    below = [TOP] * len(picture.columns)
    thick, places = _thick(picture), {}
    for domino in picture.dominoes:
        given = sum(thick[push] + 2 for push in picture.pushes if push.giver == domino.id)
        taken = sum(thick[push] + 2 for push in picture.pushes if push.taker == domino.id)
        tall = max(TALL, given, taken)
        places[domino.id] = _Place(2 + domino.column * (BOX + BETWEEN), below[domino.column], tall)
        below[domino.column] += tall + GAP
    return places


def _thick(picture: Dominoes) -> dict[Push, float]:
    """How wide each band is: in proportion to its money, all of one giver within one width."""
    given: dict[str, float] = {}
    for push in picture.pushes:
        given[push.giver] = given.get(push.giver, 0.0) + push.amount
    most = max(given.values(), default=1.0)
    return {push: max(1.5, WIDEST * push.amount / most) for push in picture.pushes}


def _bands(picture: Dominoes, places: dict[str, _Place]) -> Iterator[str]:
    """Bands leave and arrive one below the other, in the order of the boxes they go to and come from."""
    thick = _thick(picture)
    order = {domino.id: k for k, domino in enumerate(picture.dominoes)}
    leave = _stacked(picture.pushes, thick, places, lambda push: push.giver, lambda push: order[push.taker])
    arrive = _stacked(picture.pushes, thick, places, lambda push: push.taker, lambda push: order[push.giver])
    for push in picture.pushes:
        x1, x2 = places[push.giver].x + BOX, places[push.taker].x
        y1, y2 = leave[push], arrive[push]
        # A loss may travel back to an earlier column: then the band leaves to the right and returns.
        bend = BETWEEN * 0.5 if x2 > x1 else BETWEEN * 0.9
        yield (
            f'<path d="M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}" '
            f'class="loss loss-{push.channel}" stroke-width="{thick[push]:.1f}"/>'
        )


def _stacked(
    pushes: tuple[Push, ...],
    thick: dict[Push, float],
    places: dict[str, _Place],
    side: Callable[[Push], str],
    by: Callable[[Push], int],
) -> dict[Push, float]:
    """The height at which each band touches a box, all bands of a side centred on it."""
    at: dict[Push, float] = {}
    for id in {side(push) for push in pushes}:
        own = sorted((push for push in pushes if side(push) == id), key=by)
        place = places[id]
        y = place.y + (place.height - sum(thick[push] + 2 for push in own)) / 2
        for push in own:
            at[push] = y + 1 + thick[push] / 2
            y += thick[push] + 2
    return at


def _box(domino: Domino, place: _Place, linked: Linked) -> str:
    """A firm: its level is the equity left, hatched where nobody knows it."""
    x, y, tall = place.x, place.y, place.height
    if domino.left is None:
        level = f'<rect x="{x:.1f}" y="{y:.1f}" width="7" height="{tall:.1f}" class="money-unknown"/>'
    else:
        full = tall * min(1.0, max(0.0, domino.left))
        level = f'<rect x="{x:.1f}" y="{y + tall - full:.1f}" width="7" height="{full:.1f}" class="level"/>'
    css = "fallen" if domino.round else "standing"
    middle = y + tall / 2
    return (
        f'<g class="domino {css}"><rect x="{x:.1f}" y="{y:.1f}" width="{BOX}" height="{tall:.1f}" rx="3"/>{level}</g>'
        + label(x + 14, middle - 14, domino.name, "firm")
        + linked(domino.lost, label(x + 14, middle + 2, domino.lost.text, "amount"))
        + linked(domino.remark, label(x + 14, middle + 16, domino.remark.text, "amount note"))
    )


def _spoken(picture: Dominoes) -> Text:
    names = {domino.id: domino.name for domino in picture.dominoes}
    return joined([_said(push, names) for push in picture.pushes], "; ", "；")


def _said(push: Push, names: dict[str, Text]) -> Text:
    return say(
        "dominoes.band", giver=names[push.giver], taker=names[push.taker], amount=numbers.money(push.amount),
        channel=say(f"dominoes.channel.{push.channel}"),
    )  # fmt: skip
