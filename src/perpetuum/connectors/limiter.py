"""How fast we may ask: one bucket per publisher, shared by everything this process does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

# Requests a second. EDGAR allows 10 over all machines of a person; FRED asks for politeness.
RATES = {"sec.gov": 5.0, "stlouisfed.org": 1.0}
DEFAULT_RATE = 5.0
# Seconds for which a publisher who said "enough" is left alone; others name the time themselves.
CLOSED = {"sec.gov": 600.0}
# Endings under which anybody may register a name, so that the name is one word longer.
_SHARED = {"ac", "co", "com", "edu", "gov", "net", "org"}


def site_of(host: str) -> str:
    """The registered name of a host: `data.sec.gov` and `www.sec.gov` are one publisher.

    Examples
    --------
    >>> site_of("data.sec.gov"), site_of("www.example.co.uk"), site_of("localhost")
    ('sec.gov', 'example.co.uk', 'localhost')
    """
    words = host.lower().rstrip(".").split(".")
    is_shared = len(words) > 2 and len(words[-1]) == 2 and words[-2] in _SHARED
    return ".".join(words[-3 if is_shared else -2 :])


class Limiter:
    """A token bucket for each publisher that holds one token, so that no two requests come closer than the rate.

    Parameters
    ----------
    rates
        Requests a second by site; every other site has ``DEFAULT_RATE``.
    clock, sleep
        Seconds, and how to let them pass. Tests hand in their own.

    Examples
    --------
    >>> now, slept = [0.0], []
    >>> limiter = Limiter({"example.org": 2.0}, clock=lambda: now[0], sleep=slept.append)
    >>> limiter.wait("a.example.org"); limiter.wait("b.example.org"); slept
    [0.5]
    """

    def __init__(
        self,
        rates: dict[str, float] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rates = RATES if rates is None else rates
        self._clock = clock
        self._sleep = sleep
        self._next: dict[str, float] = {}
        self._closed: dict[str, float] = {}
        self._lock = threading.Lock()

    def pause(self, host: str) -> float:
        """Seconds between two requests to a host."""
        return 1.0 / self._rates.get(site_of(host), DEFAULT_RATE)

    def wait(self, host: str) -> None:
        """Take the next free place in the queue of a host, and wait for it."""
        with self._lock:
            now, site = self._clock(), site_of(host)
            place = max(now, self._next.get(site, now))
            self._next[site] = place + self.pause(host)
        if place > now:
            self._sleep(place - now)

    def close(self, host: str, seconds: float) -> None:
        """Leave a publisher alone for some time."""
        with self._lock:
            site = site_of(host)
            self._closed[site] = max(self._closed.get(site, 0.0), self._clock() + seconds)

    def closed_for(self, host: str) -> float:
        """Seconds for which a publisher is still left alone; 0 if it may be asked."""
        with self._lock:
            return max(self._closed.get(site_of(host), 0.0) - self._clock(), 0.0)


LIMITER = Limiter()
