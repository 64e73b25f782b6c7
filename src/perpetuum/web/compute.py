"""The one thread that computes: views take turns, small questions go first, and the newest question of a view wins.

Compiled kernels entered from two threads can end the process, so there is only this one. A long work looks up
between blocks of futures: it stops if nobody waits for it any more, and lets quicker questions through. Those who
drag never stop asking; so what has waited long enough begins, and lets each of them through once at every look.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Literal

from perpetuum.web.wire import Body

QUICK, REFINEMENT, QUESTION, STUDY, LONG = range(5)
# Seconds after which a work goes on though more urgent ones wait; a long run has no end of patience.
PATIENCE = {REFINEMENT: 0.3, QUESTION: 3.0, STUDY: 10.0}
MOST_WAITING = 32
_VIEWS = 1_024
Why = Literal["superseded", "gone", "stopped", "late"]
_log = logging.getLogger("perpetuum.web")


class Stopped(Exception):
    """Nobody waits for this any more."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Busy(Exception):
    """Too many questions wait already."""


@dataclass(eq=False, slots=True)
class Job:
    """One piece of work, whose view it is for, and how urgent it is."""

    work: Callable[[Job], Any]
    rank: int
    view: str | None = None
    seq: int = 0
    done: int = 0
    total: int = 0
    left: float | None = None
    asked: float = field(default_factory=time.monotonic)
    future: Future[Any] = field(default_factory=Future)
    _desk: Compute | None = None
    _why: Why | None = None

    def stop(self, why: Why) -> None:
        """Ask it to end at the next look; the first reason stays."""
        self._why = self._why or why

    @property
    def is_ending(self) -> bool:
        """Was it asked to end, whether it has noticed or not?"""
        return self._why is not None

    def look(self) -> None:
        """Between two steps of the work: end if nobody waits, and let quicker questions through.

        Raises
        ------
        Stopped
            If it was asked to end.
        """
        if self._why is not None:
            raise Stopped(self._why)
        if self._desk is not None:
            self._desk.between(self)
        if self._why is not None:  # what was let through may have taken the place of this
            raise Stopped(self._why)

    def bar(self, done: int, total: int, left: float | None) -> None:
        """What a simulation calls after each block."""
        self.done, self.total, self.left = done, total, left
        self.look()

    def tell(self, _: object) -> None:
        """What a study calls at each of its steps."""
        self.look()


class Compute:
    """A queue of works and the thread that does them."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._waiting: list[Job] = []
        self._running: list[Job] = []
        self._newest: OrderedDict[str, int] = OrderedDict()
        self._served: OrderedDict[str, int] = OrderedDict()
        self._count = 0
        self._ended = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work."""
        if self._thread is None:
            self._ended = False
            self._thread = threading.Thread(target=self._work, name="perpetuum-compute", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop what runs at its next look, and forget what waits."""
        with self._turn:
            self._ended = True
            for job in self._running:
                job.stop("stopped")
            for job in self._waiting:
                _leave(job, "stopped")
            self._waiting.clear()
            self._turn.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None

    def submit(self, job: Job) -> Job:
        """Queue a work; older questions of the same view are stopped.

        Raises
        ------
        Stopped
            If a newer question of the view was asked already.
        Busy
            If too many wait.
        """
        job._desk = self
        with self._turn:
            self._note(job.view, job.seq)
            if len(self._waiting) >= MOST_WAITING:
                raise Busy
            self._waiting.append(job)
            self._turn.notify_all()
        return job

    def note(self, view: str | None, seq: int) -> None:
        """A question of a view that needs no work: the older ones are stopped all the same."""
        with self._turn:
            self._note(view, seq)

    def _note(self, view: str | None, seq: int) -> None:
        if view is None:
            return
        if seq < self._newest.get(view, 0):
            raise Stopped("superseded")
        self._newest[view] = seq
        self._newest.move_to_end(view)
        while len(self._newest) > _VIEWS:
            self._newest.popitem(last=False)
        for old in [job for job in self._waiting if job.view == view and job.seq < seq]:
            self._waiting.remove(old)
            _leave(old, "superseded")
        for running in self._running:
            if running.view == view and running.seq < seq:
                running.stop("superseded")

    def drop(self, job: Job, why: Why) -> None:
        """Nobody waits for a work any more: take it out of the queue, or stop it at its next look."""
        with self._turn:
            job.stop(why)
            if job in self._waiting:
                self._waiting.remove(job)
                _leave(job, why)

    @property
    def waiting(self) -> int:
        """How many works wait."""
        return len(self._waiting)

    def others(self, job: Job) -> int:
        """How many works as urgent as one wait for other views."""
        with self._turn:
            return sum(each.rank <= job.rank and each.view != job.view for each in self._waiting)

    def between(self, running: Job) -> None:
        """Do whatever is more urgent than a work that pauses; only its own thread calls this."""
        if threading.current_thread() is not self._thread:
            return
        with self._turn:
            here = sum(job.rank < running.rank for job in self._waiting)
        done = 0
        # Who comes meanwhile waits for the next look of a work that has itself waited long enough.
        while done < here or not _has_waited(running, time.monotonic()):
            if (job := self._next(more_urgent_than=running.rank)) is None:
                return
            self._do(job)
            done += 1

    def _next(self, more_urgent_than: int | None = None) -> Job | None:
        with self._turn:
            found = [job for job in self._waiting if more_urgent_than is None or job.rank < more_urgent_than]
            if not found:
                return None
            now = time.monotonic()
            # Views take turns: the one that was served longest ago comes first.
            job = min(found, key=lambda each: (_urgency(each, now), self._served.get(each.view or "", 0)))
            self._waiting.remove(job)
            self._running.append(job)
            self._count += 1
            if job.view is not None:
                self._served[job.view] = self._count
                self._served.move_to_end(job.view)
                while len(self._served) > _VIEWS:
                    self._served.popitem(last=False)
            return job

    def _do(self, job: Job) -> None:
        try:
            if not job.future.set_running_or_notify_cancel():
                return
            job.look()
            result = job.work(job)
        except BaseException as error:
            # Whoever asked is told; the thread lives on.
            job.future.set_exception(error if isinstance(error, Exception) else Stopped("stopped"))
        else:
            job.future.set_result(result)
        finally:
            with self._turn:
                self._running.remove(job)

    def _work(self) -> None:
        while True:
            with self._turn:
                while not self._waiting and not self._ended:
                    self._turn.wait()
                if self._ended:
                    return
            if (job := self._next()) is not None:
                self._do(job)


def _urgency(job: Job, now: float) -> int:
    """Its rank; what has waited long enough stands before all that may overtake it."""
    return QUICK - 1 if _has_waited(job, now) else job.rank


def _has_waited(job: Job, now: float) -> bool:
    return job.rank in PATIENCE and now - job.asked > PATIENCE[job.rank]


def _leave(job: Job, why: Why) -> None:
    """End a work that never began."""
    job.stop(why)
    if not job.future.done():
        job.future.set_exception(Stopped(why))


class Cache:
    """Answers that were given, the least recently used thrown out first."""

    def __init__(self, most: int = 64_000_000) -> None:
        self.most = most
        self._kept: OrderedDict[str, Body] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Body | None:
        """The answer to a question that was asked before."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, body: Body) -> None:
        """Keep an answer, if it is not larger than half of the room."""
        with self._lock:
            if body.size > self.most // 2:
                return
            self._kept[key] = body
            self._kept.move_to_end(key)
            held = sum(each.size for each in self._kept.values())
            while held > self.most:
                _, thrown = self._kept.popitem(last=False)
                held -= thrown.size

    @property
    def size(self) -> int:
        """Bytes held."""
        with self._lock:
            return sum(each.size for each in self._kept.values())
