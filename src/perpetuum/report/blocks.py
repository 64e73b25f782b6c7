"""What a page is made of. Blocks hold words and numbers; writers draw them on paper, page or terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from perpetuum.core.claim import Claim, Figure, Stage
from perpetuum.core.text import Text

Tone = Literal["plain", "strong", "muted", "unknown"]
Align = Literal["left", "right"]
Money = Literal["end_users", "outside", "recycled", "unknown"]
MONEY: tuple[Money, ...] = ("end_users", "outside", "recycled", "unknown")
# The sign of a stage, wherever a figure stands.
MARKS: dict[Stage, str] = {"announced": "○", "signed": "◐", "paid": "●"}
Evidence = tuple[Claim | Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A word or a number, with what it rests on; ``stage`` puts the mark of that stage before it.

    ``href`` is the public page of a number that no claim of the case stands behind.
    """

    text: Text
    evidence: Evidence = ()
    href: str | None = None
    tone: Tone = "plain"
    stage: Stage | None = None
    small: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A heading; level 1 is the page, 2 a section, 3 a part of it."""

    text: Text
    level: Literal[1, 2, 3] = 2
    anchor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rests:
    """A place on the page that says what a model's answer rests on: its anchor, and what the link is called."""

    anchor: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A sentence or two, with what they rest on. ``lead`` is the answer, ``note`` the small print."""

    text: Text
    evidence: Evidence = ()
    style: Literal["lead", "plain", "note"] = "plain"
    rests: Rests | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Several sentences of equal weight, side by side where there is room."""

    sentences: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a column; a ``wide`` one holds sentences and keeps its room."""

    text: Text
    align: Align = "left"
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells under heads; a ``dense`` one is all numbers and keeps its columns narrow.

    Where there is no room for its columns, one that ``stacks`` sets the cells of each row below one another.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: Text | None = None
    empty: Text | None = None
    rests: Rests | None = None
    dense: bool = False
    stacks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One bar: whose, the parts by kind of money as fractions that add to one, and a remark."""

    name: Text
    parts: tuple[tuple[Money, float], ...]
    remark: Cell
    whole: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacks:
    """Bars of one length: where the money came from."""

    rows: tuple[Stack, ...]
    caption: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A payment from one firm to the next: dollars, its make-up, and the word if there are none.

    ``note`` is a second line beside it, of a few words.
    """

    payer: str
    payee: str
    amount: float | None
    parts: tuple[tuple[Money, float], ...]
    label: Cell
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """One loop at one stage, drawn; ``widest`` is the dollars of the widest band of all rings beside it."""

    stage: Stage
    firms: tuple[tuple[str, Text, str], ...]
    bands: tuple[Band, ...]
    widest: float
    title: Text
    share: Cell
    lines: tuple[Cell, ...] = ()
    sentence: Paragraph | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rings:
    """The same loop side by side at several stages, on one scale."""

    rings: tuple[Ring, ...]
    caption: Text


Loss = Literal["owed", "owned", "revenue", "funding"]
LOSSES: tuple[Loss, ...] = ("owed", "owned", "revenue", "funding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Domino:
    """One firm of a cascade: the round it falls in (0 stands), its loss, and the share of its equity left.

    ``left`` is absent where nobody knows the equity.
    """

    id: str
    name: Text
    role: str
    round: int
    column: int
    lost: Cell
    left: float | None
    remark: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A loss that one firm hands to the next, in dollars, through one channel."""

    giver: str
    taker: str
    amount: float
    channel: Loss


@dataclass(frozen=True, slots=True, kw_only=True)
class Dominoes:
    """A cascade drawn: a column for each round of falls, and one for who stands or is not known."""

    dominoes: tuple[Domino, ...]
    pushes: tuple[Push, ...]
    columns: tuple[Text, ...]
    caption: Text
    more: Text | None = None

    @property
    def losses(self) -> tuple[Loss, ...]:
        """The channels by which anything is lost, in the order of the key."""
        return tuple(loss for loss in LOSSES if any(push.channel == loss for push in self.pushes))


Light = Literal["running", "watch", "alarm", "unknown"]
LIGHTS: tuple[Light, ...] = ("running", "watch", "alarm", "unknown")
# A band is told by its sign too, for whoever does not see the colour.
SIGNS: dict[Light, str] = {"running": "●", "watch": "▲", "alarm": "■", "unknown": "○"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A small chart: points (label, value) in order with the band each stood in, and words for first and last."""

    points: tuple[tuple[str, float], ...]
    alt: Text
    lights: tuple[Light, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One dial: its part, the number, its band, lines under it, and how it is read, which opens on demand."""

    title: Text
    part: Text
    value: Cell
    light: Light
    lines: tuple[Cell, ...] = ()
    chart: Line | None = None
    details: Fold | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Several dials side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many dials stood in each band, a column for each quarter; counts in the order of ``LIGHTS``."""

    title: Text
    quarters: tuple[Text, ...]
    counts: tuple[tuple[int, ...], ...]
    alt: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """Several tallies side by side on one scale."""

    tallies: tuple[Tally, ...]
    caption: Text


Look = Literal["engine", "gear", "fuel", "hollow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fan:
    """One series over the quarters of many futures: two bands, the one in the middle, and the future without luck.

    All series have one number a quarter; ``beside`` is another series to compare the middle with. ``ticks`` are
    heights with their words, ``marks`` quarters (by number) with theirs.
    """

    title: Text
    look: Look
    bands: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]
    middle: tuple[float, ...]
    central: tuple[float, ...]
    beside: tuple[float, ...] | None
    ticks: tuple[tuple[float, Text], ...]
    marks: tuple[tuple[int, Text], ...]
    alt: Text
    note: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fans:
    """Several fans on one span of time, with what their lines mean."""

    fans: tuple[Fan, ...]
    caption: Text
    rests: Rests | None = None


Pen = Literal["solid", "dashed", "dotted"]
PENS: tuple[Pen, ...] = ("solid", "dashed", "dotted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Several curves on one axis of time, what was seen as dots, and the range of all of them ahead.

    ``lines`` have a name, a pen and heights, one for each of ``times``; ``band`` has its low and its high end at
    each of them and begins at ``now``. ``dots`` and ``hollow`` are (time, height): what is fitted, and what
    contradicts it. ``ticks`` are heights with their words, ``marks`` times with theirs.
    """

    title: Text
    times: tuple[float, ...]
    lines: tuple[tuple[Text, Pen, tuple[float, ...]], ...]
    band: tuple[tuple[float, ...], tuple[float, ...]]
    dots: tuple[tuple[float, float], ...]
    hollow: tuple[tuple[float, float], ...]
    now: float
    ticks: tuple[tuple[float, Text], ...]
    marks: tuple[tuple[float, Text], ...]
    alt: Text
    caption: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """Shares of futures, year by year: for each name, one bar a year. ``ticks`` are heights with their words."""

    title: Text
    years: tuple[Text, ...]
    bars: tuple[tuple[Text, Look, tuple[float, ...]], ...]
    ticks: tuple[tuple[float, Text], ...]
    alt: Text
    caption: Text
    rests: Rests | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """One assumption at its low and at its high end: where the answer lies then, as fractions of the scale."""

    name: Cell
    low: float
    high: float
    words: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Swings:
    """Assumptions by how far they move an answer; ``middle`` is the answer with all at their centre."""

    rows: tuple[Swing, ...]
    middle: float
    caption: Text
    rests: Rests | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Details that open on demand; the terminal prints them."""

    summary: Text
    blocks: tuple[Block, ...] = field(default=())


Block = (
    Title
    | Paragraph
    | Points
    | Table
    | Stacks
    | Rings
    | Dominoes
    | Cards
    | Tallies
    | Fans
    | Curves
    | Odds
    | Swings
    | Fold
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One question and its answer."""

    id: str
    title: Text
    blocks: tuple[Block, ...]
