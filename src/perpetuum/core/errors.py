"""What can go wrong, as a tree.

PerpetuumError
├─ LedgerError         a case, scenario or CSV file: file, line, problem, repair; all problems at once
├─ NetworkError        a network, window or flow given in Python: place, problem, repair
├─ SeriesError         a series or panel that a test cannot use
├─ UnknownName         a name nobody knows, with the nearest known one
├─ UnitError           a text that is not a quantity, or units that do not match
├─ BooksDoNotBalance   money was lost or made on the way: a bug of this program
└─ MissingExtra        an optional part that is not installed, with the command that installs it
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from perpetuum.core.record import Where


class PerpetuumError(Exception):
    """Something a person can mend; the message says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a file: where, what, and how to mend it.

    Examples
    --------
    >>> print(Problem(where=Where("a.yaml", 3), path="legs.0", what="no payer.", repair="Add payer:"))
    a.yaml:3: legs.0
      no payer.
      Add payer:
    """

    where: Where
    path: str
    what: str
    repair: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        head = f"{self.where}: {self.path}" if self.path else str(self.where)
        mark = "warning: " if self.severity == "warning" else ""
        return f"{head}\n  {mark}{self.what}\n  {self.repair}"


class LedgerError(PerpetuumError):
    """Everything wrong with the files of a case, reported together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NetworkError(PerpetuumError):
    """A network, a window or a flow that cannot be measured: place, problem, repair."""


class SeriesError(PerpetuumError):
    """A series or panel that cannot be used: which, why, what it needs."""


class UnitError(PerpetuumError):
    """A text that is not a quantity, or units that do not go together."""


class BooksDoNotBalance(PerpetuumError):
    """Money was lost or made on the way: a bug of this program, to be reported."""


class MissingExtra(PerpetuumError):
    """An optional part is not installed; the message holds the command."""


class UnknownName(PerpetuumError):
    """A name nobody knows.

    Examples
    --------
    >>> print(UnknownName("openia", ["openai", "oracle"], what="entity"))
    `openia` is not an entity; did you mean `openai`?
    """

    def __init__(self, name: str, known: Iterable[str], *, what: str = "name") -> None:
        self.name = name
        article = "an" if what[0] in "aeiou" else "a"
        super().__init__(f"`{name}` is not {article} {what}; {suggest(name, known)}")


def suggest(name: str, known: Iterable[str]) -> str:
    """The nearest known name as a question, or what there is to choose from.

    Examples
    --------
    >>> suggest("orcale", ["openai", "oracle"])
    'did you mean `oracle`?'
    >>> suggest("zzz", ["b", "a"])
    'known: a, b.'
    """
    names = sorted(set(known))
    folded = {known.casefold(): known for known in names}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{folded[near[0]]}`?"
    shown = ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")
    return f"known: {shown}." if names else "none are known."
