"""What happens next, quarter by quarter, and how sure that is: many futures of one network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numba
import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import BooksDoNotBalance, Problem, ScenarioError
from perpetuum.core.network import Network
from perpetuum.core.scenario import Scenario, Spoken
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.machine import future
from perpetuum.machine.ground import N_EVENTS
from perpetuum.machine.history import History, union
from perpetuum.machine.keep import Keep, problems_of
from perpetuum.machine.metrics import Recipe, recipes_of
from perpetuum.machine.prepare import Prepared, cast_of, first_quarter, prepare
from perpetuum.machine.progress import Clock, Progress, not_in_between
from perpetuum.machine.run import Happened, Run, made_from
from perpetuum.maths import streaming
from perpetuum.maths.streaming import Spread, Tally

Floats = NDArray[np.float64]
CHUNK = 2_000
MEAN_BLOCK = 250  # draws that are added up together for a mean of everything
MINUS = " − "


def simulate(
    network: Network,
    scenario: Scenario | Sequence[Scenario],
    *,
    draws: int = 10_000,
    seed: int = 0,
    quarters: int = 40,
    first: Quarter | None = None,
    keep: Keep | None = None,
    threads: int | None = None,
    sets: Sequence[str] = (),
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> Run:
    """Live through many possible futures of a network.

    Parameters
    ----------
    network
        Who is in it and what they have signed; its ``cast`` says who plays which part.
    scenario
        One, or several with the same luck. With several, the differences to the first are kept draw by draw
        under labels such as ``"stall − base"``.
    draws
        How many futures; the central one, with no luck at all, comes on top.
    seed
        Names the luck. Same seed, same luck: whatever the chunks, the threads and the machine.
    quarters
        How many quarters are lived through.
    first
        The first of them; the first quarter of the year after the last whole year the network knows, if left out.
    keep
        Which series, quantiles and whole futures are kept.
    threads
        At most so many; all if left out.
    sets
        Last words on parameters, such as ``"lab.churn=2 %"``, for every scenario.
    progress
        Called after each chunk with futures done, futures in all and seconds left (None: not known yet). It may
        raise ``KeyboardInterrupt`` to stop the run there.
    chunk
        Futures between two calls of ``progress``; changes nothing else.

    Returns
    -------
    Run
        Interrupted between two chunks (Ctrl-C), it holds the futures that were done and says so.

    Raises
    ------
    ScenarioError
        For what cannot be asked, and for parameters, spreads or shocks that cannot be; all at once.
    NetworkError
        For a network without a cast, or an opening that does not balance.
    BooksDoNotBalance
        If money was lost or made: a bug of this program.

    Examples
    --------
    >>> import perpetuum
    >>> ledger = perpetuum.load("ai")
    >>> network = ledger.network(at="newest", stage="signed")
    >>> run = simulate(network, ledger.scenario("reference"), draws=2, quarters=4)
    >>> run.first, run.done, run.band("mood").quantile.shape
    (Quarter(year=2026, number=1), 2, (5, 4))
    """
    scenarios = (scenario,) if isinstance(scenario, Scenario) else tuple(scenario)
    keep = Keep() if keep is None else keep
    _refuse(scenarios, problems_of(draws, quarters, seed, keep, threads), chunk)
    cast_of(network)
    start = first_quarter(network) if first is None else first
    worlds = [prepare(network, one, start, quarters, seed, sets) for one in scenarios]
    asked = [_Asked.of(world, keep) for world in worlds]
    with _threads(threads):
        histories = {(world.id, -1): _whole(world, -1, start) for world in worlds}
        book = _Book(worlds, asked, draws, keep)
        clock, interrupted = Clock(draws, progress), False
        try:
            clock.tell(0)
            for begin in range(0, draws, chunk):
                with not_in_between():
                    _live_chunk(book, begin, min(begin + chunk, draws), start)
                clock.tell(book.done)
        except KeyboardInterrupt:
            interrupted = True
        histories |= {
            (world.id, draw): _whole(world, draw, start)
            for world in worlds for draw in keep.draws if draw < book.done
        }  # fmt: skip
        means = {world.id: _mean_of(world, book.done) for world in worlds} if keep.mean and book.done else {}
    return Run(
        first=start,
        given=network,
        worlds=tuple(worlds),
        recipes={world.id: one.recipes for world, one in zip(worlds, asked, strict=True)},
        spreads=book.spreads(),
        histories=histories,
        means=means,
        happened=book.happened(),
        statuses=book.statuses(),
        keep=keep,
        done=book.done,
        asked=draws,
        interrupted=interrupted,
        sets=tuple(sets),
        origin=made_from(network, worlds, draws=book.done, seed=seed, first=start, quarters=quarters),
    )


def _refuse(scenarios: Sequence[object], found: list[Problem], chunk: int) -> None:
    """Everything that cannot be asked, at once."""

    def refuse(path: str, en: str, zh: str, repair_en: str, repair_zh: str) -> None:
        found.append(Problem(where=Spoken("simulate"), path=path, what=both(en, zh), repair=both(repair_en, repair_zh)))

    if not scenarios:
        refuse("scenario", "no scenario is given.", "沒有給定情境。",
               'Write for example: ledger.scenario("base")', '請寫成例如：ledger.scenario("base")')  # fmt: skip
    for one in scenarios:
        if not isinstance(one, Scenario):
            refuse("scenario", f"a {type(one).__name__} is no scenario.", f"{type(one).__name__} 不是情境。",
                   'Write for example: ledger.scenario("base")', '請寫成例如：ledger.scenario("base")')  # fmt: skip
    ids = [one.id for one in scenarios if isinstance(one, Scenario)]
    for twice in sorted({id for id in ids if ids.count(id) > 1}):
        refuse("scenario", f"`{twice}` is given twice.", f"「{twice}」給了兩次。",
               "Give each scenario once, or another id.", "每個情境只給一次，或改用其他代號。")  # fmt: skip
    if chunk < 1:
        refuse("chunk", f"{chunk} futures make no chunk.", f"一批 {chunk} 條路徑無法運算。",
               "Write 1 or more.", "請寫 1 以上。")  # fmt: skip
    if found:
        raise ScenarioError(found)


@contextmanager
def _threads(threads: int | None) -> Iterator[None]:
    """Use at most so many threads; afterwards as many as before."""
    before = numba.get_num_threads()
    try:
        if threads is not None:
            numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))  # type: ignore[attr-defined]
        yield
    finally:
        numba.set_num_threads(before)


def _whole(world: Prepared, draw: int, first: Quarter) -> History:
    """One future with all its numbers; books that do not balance are a bug."""
    history, told = world.history(draw)
    raise_if_unbalanced(world, told, np.array([draw]), first)
    return history


def raise_if_unbalanced(world: Prepared, told: future.Told, draws: NDArray[np.int64], first: Quarter) -> None:
    """Stop the program if an identity fails in any draw: say which, whose, when, by how much, and how to look at it.

    Raises
    ------
    BooksDoNotBalance
        With the first such draw.
    """
    wrong = np.flatnonzero(told.status == future.UNBALANCED)
    if not wrong.size:
        return
    at = int(wrong[0])
    quarter, identity, subject, nearest = (int(told.findings[at, n]) for n in (0, 1, 2, 5))
    found, expected = float(told.findings[at, 3]), float(told.findings[at, 4])
    entity = world.entities[subject] if subject >= 0 else "–"
    kind = world.legs[nearest].kind if nearest >= 0 else "–"
    draw, seed, id = int(draws[at]), world.seed, world.id
    moved, explained, gap = _printed(found), _printed(expected), _printed(found - expected)
    if identity == 2:
        says = both(
            f"cash moved by {moved} USD, flows explain {explained} USD",
            f"現金變動 {moved} USD，金流只能解釋 {explained} USD",
        )
    else:
        says = both(
            f"found {moved}, expected {explained}: a gap of {gap}", f"得到 {moved}，應為 {explained}：差距 {gap}"
        )
    command = f"perpetuum simulate --scenario {id} --seed {seed} --replay {draw}"
    raise BooksDoNotBalance(
        both(
            f"I{identity}, {entity}, {first + quarter}, draw {draw} (scenario {id}, seed {seed})\n"
            f"  {says.en}; what was booked as {kind} comes closest to the gap.",
            f"I{identity}，{entity}，{first + quarter}，路徑 {draw}（情境 {id}，種子 {seed}）\n"
            f"  {says.zh}；與差距最接近的記帳種類：{kind}。",
        ),
        both(f"Replay this future in plain Python: {command}", f"以純 Python 重演此路徑：{command}"),
    )


def _printed(number: float) -> str:
    """Cents of large numbers, and what there is of small ones."""
    return f"{number:,.2f}" if number == 0.0 or abs(number) >= 1.0 else f"{number:.3g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The series of one scenario, and which numbers of a draw they need."""

    recipes: tuple[Recipe, ...]
    kept: NDArray[np.int64]
    column: Mapping[int, int]

    @classmethod
    def of(cls, world: Prepared, keep: Keep) -> _Asked:
        recipes = recipes_of(world.entities, world.seat, keep.series)
        kept = union(recipe.places for recipe in recipes)
        return cls(recipes=recipes, kept=kept, column={int(place): n for n, place in enumerate(kept)})

    def values(self, rows: Floats) -> Floats:
        """(draw, series, quarter) from the numbers that were kept."""
        out = np.empty((len(self.recipes), rows.shape[2], rows.shape[0])).transpose(2, 0, 1)
        for n, recipe in enumerate(self.recipes):
            out[:, n] = recipe.of(rows, self.column)
        return out


@dataclass(slots=True)
class _Series:
    """One label's values: all of them, or a tally of those that passed by."""

    draws: int
    keep: Keep
    whole: Floats | None = None
    early: list[Floats] = field(default_factory=list)
    book: Tally | None = None
    done: int = 0

    def take(self, values: Floats) -> None:
        """Take the next chunk."""
        if self.draws <= self.keep.exact_up_to:
            if self.whole is None:
                self.whole = np.empty((*values.shape[1:], self.draws)).transpose(2, 0, 1)
            self.whole[self.done : self.done + len(values)] = values
        elif self.book is not None:
            streaming.take(self.book, self.done, values)
        else:
            self.early.append(values)
        self.done += len(values)
        if self.early and self.book is None and self.done >= min(streaming.PILOT, self.draws):
            self._begin()

    def _begin(self) -> None:
        pilot = np.concatenate(self.early)
        self.early.clear()
        self.book = streaming.tally(pilot, self.draws)
        streaming.take(self.book, 0, pilot)

    def spread(self) -> Spread | None:
        """What the draws that were done say together; nothing if there are none."""
        if self.done == 0:
            return None
        if self.whole is not None:
            return streaming.sorted_spread(self.whole[: self.done], self.keep.quantiles)
        if self.book is None:
            self._begin()
        assert self.book is not None
        return streaming.tallied_spread(self.book._replace(draws=self.done), self.keep.quantiles)


class _Book:
    """All that is kept of the futures that pass by, scenario by scenario."""

    def __init__(self, worlds: Sequence[Prepared], asked: Sequence[_Asked], draws: int, keep: Keep) -> None:
        self.worlds, self.asked, self.draws, self.done = worlds, asked, draws, 0
        labels = [world.id for world in worlds]
        labels += [f"{world.id}{MINUS}{worlds[0].id}" for world in worlds[1:]]
        self.series = {label: _Series(draws, keep) for label in labels}
        self.status = {world.id: np.zeros(draws, dtype=np.int8) for world in worlds}
        self.counts = {world.id: np.zeros(_shape(world), dtype=np.int64) for world in worlds}
        self.firsts = {world.id: np.zeros(_shape(world), dtype=np.int64) for world in worlds}

    def spreads(self) -> dict[str, Spread]:
        """By label: each scenario, then each difference to the first."""
        found = {label: series.spread() for label, series in self.series.items()}
        return {label: spread for label, spread in found.items() if spread is not None}

    def statuses(self) -> dict[str, NDArray[np.int8]]:
        """How each draw that was done ended, by scenario."""
        return {id: status[: self.done] for id, status in self.status.items()}

    def happened(self) -> dict[str, Happened]:
        """How often each event happened, by scenario."""
        return {
            world.id: Happened(counts=self.counts[world.id], firsts=self.firsts[world.id], draws=self.done)
            for world in self.worlds
        }


def _shape(world: Prepared) -> tuple[int, int, int]:
    return N_EVENTS, max(world.places.entities, world.places.legs), world.quarters


def _live_chunk(book: _Book, begin: int, end: int, first: Quarter) -> None:
    """Live through a chunk in every scenario; nothing is kept before all of them are through."""
    draws = np.arange(begin, end, dtype=np.int64)
    told, values = [], []
    for world, asked in zip(book.worlds, book.asked, strict=True):
        some = world.live(draws, asked.kept)
        raise_if_unbalanced(world, some, draws, first)
        told.append(some)
        values.append(asked.values(some.series))
    for world, some, of_world in zip(book.worlds, told, values, strict=True):
        book.series[world.id].take(of_world)
        book.status[world.id][begin:end] = some.status
        book.counts[world.id] += some.counts.sum(axis=0)
        book.firsts[world.id] += some.firsts.sum(axis=0)
    for world, of_world in zip(book.worlds[1:], values[1:], strict=True):
        book.series[f"{world.id}{MINUS}{book.worlds[0].id}"].take(of_world - values[0])
    book.done = end


def _mean_of(world: Prepared, draws: int) -> History:
    """The mean of everything over the draws that settled; added up in blocks that never change."""
    everything = np.arange(world.places.size, dtype=np.int64)
    total, count = np.zeros((world.places.size, world.quarters)), 0
    for begin in range(0, draws, MEAN_BLOCK):
        told = world.live(np.arange(begin, min(begin + MEAN_BLOCK, draws), dtype=np.int64), everything)
        good = told.status == 0
        total += told.series[good].sum(axis=0)
        count += int(good.sum())
    return History(places=world.places, rows=total / max(count, 1), status="mean")
