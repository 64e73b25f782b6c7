"""How far a run has come, and how long the rest will take."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Progress = Callable[[int, int, float | None], None]


@dataclass(slots=True)
class Clock:
    """Tells whoever asked after every chunk: futures done, futures in all, seconds left (None: not known yet).

    Examples
    --------
    >>> clock = Clock(2, lambda done, total, left: print(done, total, left is None))
    >>> clock.tell(0)
    0 2 True
    >>> clock.tell(2)
    2 2 False
    """

    total: int
    told: Progress | None
    _since: float = field(default_factory=time.monotonic)
    _first: tuple[int, float] | None = None

    def tell(self, done: int) -> None:
        """Say that so many are done. The first chunk is not counted upon: compiling may be in it."""
        now = time.monotonic()
        if done > 0 and self._first is None:
            self._first = done, now
        if self.told is not None:
            self.told(done, self.total, self._left(done, now))

    def _left(self, done: int, now: float) -> float | None:
        if done <= 0 or self._first is None:
            return None
        before, since = self._first
        if done == before:
            return (now - self._since) / done * (self.total - done)
        return (now - since) / (done - before) * (self.total - done)


@contextmanager
def not_in_between() -> Iterator[None]:
    """Hold Ctrl-C back until what is inside is done, so that nothing is kept by half."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before, pressed = signal.getsignal(signal.SIGINT), []
    signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before if before is not None else signal.SIG_DFL)
    if pressed:
        raise KeyboardInterrupt
