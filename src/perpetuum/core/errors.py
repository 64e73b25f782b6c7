"""What can go wrong, as a tree.

PerpetuumError
├─ LedgerError         a case, scenario or CSV file: file, line, problem, repair; all problems at once
├─ ScenarioError      a scenario that cannot be simulated: every problem with its place; all at once
├─ NetworkError        a network, window or flow given in Python: place, problem, repair
├─ SeriesError         a series or panel that a test cannot use
├─ CollectError        a request refused before it is sent, a file that was changed: what to set or mend
├─ UnknownName         a name nobody knows, with the nearest known one
├─ UnitError           a text that is not a quantity, or units that do not match
├─ BooksDoNotBalance   money was lost or made on the way: a bug of this program
└─ MissingExtra        an optional part that is not installed, with the command that installs it

Every message exists in both languages: ``str`` is the English, ``in_language`` either.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from perpetuum.core.nouns import NAME
from perpetuum.core.record import Where
from perpetuum.core.text import Language, Text, both

Severity = Literal["error", "warning"]
_WARNING = both("warning: ", "警告：")
NOT_UTF_8 = both("the file is not UTF-8 text.", "這個檔案不是 UTF-8 文字。")


class PerpetuumError(Exception):
    """Something a person can mend: what is wrong and, below it, how to mend it.

    Examples
    --------
    >>> error = PerpetuumError(both("no payer.", "沒有付款者。"), both("Add payer:", "請加上 payer:"))
    >>> print(error)
    no payer.
      Add payer:
    >>> print(error.in_language("zh"))
    沒有付款者。
      請加上 payer:
    """

    def __init__(self, what: Text, repair: Text | None = None) -> None:
        self.what = what
        self.repair = repair
        super().__init__(what, repair)

    @property
    def says(self) -> Text:
        """The whole message."""
        return lines(self.what, self.repair) if self.repair else self.what

    def in_language(self, language: Language) -> str:
        """The whole message in one language."""
        return self.says.in_language(language)

    def __str__(self) -> str:
        return self.in_language("en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a file: where, what, and how to mend it.

    Examples
    --------
    >>> no_payer = both("no payer.", "沒有付款者。"), both("Add payer:", "請加上 payer:")
    >>> problem = Problem(where=Where("a.yaml", 3), path="legs.0", what=no_payer[0], repair=no_payer[1])
    >>> print(problem)
    a.yaml:3: legs.0
      no payer.
      Add payer:
    >>> print(problem.in_language("zh"))
    a.yaml:3: legs.0
      沒有付款者。
      請加上 payer:
    """

    where: Where
    path: str
    what: Text
    repair: Text
    severity: Severity = "error"

    def in_language(self, language: Language) -> str:
        """Place, what and repair, as printed."""
        head = f"{self.where}: {self.path}" if self.path else str(self.where)
        mark = _WARNING.in_language(language) if self.severity == "warning" else ""
        return f"{head}\n  {mark}{self.what.in_language(language)}\n  {self.repair.in_language(language)}"

    def __str__(self) -> str:
        return self.in_language("en")


class LedgerError(PerpetuumError):
    """Everything wrong with the files of a case, reported together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        told = (both(problem.in_language("en"), problem.in_language("zh")) for problem in self.problems)
        super().__init__(lines(*told, indent=""))


class ScenarioError(PerpetuumError):
    """Everything that keeps a scenario from being simulated, reported together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        told = (both(problem.in_language("en"), problem.in_language("zh")) for problem in self.problems)
        super().__init__(lines(*told, indent=""))


class NetworkError(PerpetuumError):
    """A network, a window or a flow that cannot be measured: place, problem, repair."""


class SeriesError(PerpetuumError):
    """A series or panel that cannot be used: which, why, what it needs."""


class CollectError(PerpetuumError):
    """A request that is refused before it is sent, or a file that was changed: what to set or mend."""


class UnitError(PerpetuumError):
    """A text that is not a quantity, or units that do not go together."""

    repair: Text

    def __init__(self, what: Text, repair: Text) -> None:
        super().__init__(what, repair)


class BooksDoNotBalance(PerpetuumError):
    """Money was lost or made on the way: a bug of this program, to be reported."""


class MissingExtra(PerpetuumError):
    """An optional part is not installed; the message holds the command."""


class UnknownName(PerpetuumError):
    """A name nobody knows.

    Examples
    --------
    >>> error = UnknownName("openia", ["openai", "oracle"], what=both("entity", "個體"))
    >>> print(error)
    `openia` is not an entity; did you mean `openai`?
    >>> print(error.in_language("zh"))
    `openia` 不是個體；您是指 `openai` 嗎？
    """

    def __init__(self, name: str, known: Iterable[str], *, what: Text = NAME) -> None:
        self.name = name
        super().__init__(not_a(what, name, known))


def not_a(what: Text, name: str, known: Iterable[str]) -> Text:
    """That a name is no name of something, with the nearest that is."""
    near = suggest(name, known)
    if not name.strip():
        return both(f"no {what.en} is written; {near.en}", f"這裡空白，不是{what.zh}；{near.zh}")
    return both(
        f"`{name}` is not {'an' if what.en[0] in 'aeio' else 'a'} {what.en}; {near.en}",  # a unit
        f"`{name}` 不是{what.zh}；{near.zh}",
    )


def suggest(name: str, known: Iterable[str]) -> Text:
    """The nearest known name as a question, or what there is to choose from.

    Examples
    --------
    >>> suggest("orcale", ["openai", "oracle"])
    Text(en='did you mean `oracle`?', zh='您是指 `oracle` 嗎？')
    >>> suggest("zzz", ["b", "a"])
    Text(en='known: a, b.', zh='已知：a、b。')
    """
    names = sorted(set(known))
    folded = {known.casefold(): known for known in names}
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    if near:
        return both(f"did you mean `{folded[near[0]]}`?", f"您是指 `{folded[near[0]]}` 嗎？")
    if not names:
        return both("none are known.", "沒有任何已知的名稱。")
    first, more = listed(names[:12]), len(names) > 12
    return both(f"known: {first.en}{' ...' if more else ''}.", f"已知：{first.zh}{'……' if more else '。'}")


def one_of(words: Iterable[str]) -> Text:
    """The repair of a word that stands in no closed list."""
    among = listed(words)
    return both(f"Write one of: {among.en}", f"請寫下列其中一個：{among.zh}")


def listed(words: Iterable[str]) -> Text:
    """Words of a case or of the code one after the other; they are the same in both languages."""
    words = tuple(words)
    return both(", ".join(words), "、".join(words))


def lines(*texts: Text, indent: str = "  ") -> Text:
    """Texts below one another, as a message has them."""
    between = f"\n{indent}"
    return both(between.join(text.en for text in texts), between.join(text.zh for text in texts))
