"""What was measured once and is asked for again: the parts of a study, the least recently used thrown out first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Kept:
    """Parts by the question they answer; one thread at a time asks.

    Parameters
    ----------
    most
        So many parts are kept; none at all if 0, so that each is measured whenever it is asked for.

    Examples
    --------
    >>> kept = Kept(1)
    >>> kept.of("a", lambda: 1), kept.of("a", lambda: 2), kept.of("b", lambda: 3), kept.of("a", lambda: 4)
    (1, 1, 3, 4)
    """

    def __init__(self, most: int = 0) -> None:
        self.most = most
        self._parts: OrderedDict[Hashable, Any] = OrderedDict()

    def of(self, question: Hashable, make: Callable[[], T]) -> T:
        """The part that was made when this was asked before, or a new one; an error is not kept."""
        if question not in self._parts:
            self._parts[question] = make()
        self._parts.move_to_end(question)
        found: T = self._parts[question]
        while len(self._parts) > self.most:
            self._parts.popitem(last=False)
        return found

    def __len__(self) -> int:
        return len(self._parts)
