"""Optional parts of the program: is one installed, and the sentence that says how to get it."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

from perpetuum.core.errors import MissingExtra
from perpetuum.report.words import say


@dataclass(frozen=True, slots=True)
class Extra:
    """What an optional part needs, and the keys of the words that say it is missing and how to mend that.

    Examples
    --------
    >>> Extra(("json",), "pdf.missing", "pdf.missing.how").is_there()
    True
    """

    modules: tuple[str, ...]
    missing: str
    how: str

    def is_there(self) -> bool:
        """Is all of it installed?"""
        return all(importlib.util.find_spec(name) is not None for name in self.modules)

    def refuse_missing(self) -> None:
        """Say in one sentence what is missing.

        Raises
        ------
        MissingExtra
            If the program was installed without it.
        """
        if not self.is_there():
            raise MissingExtra(say(self.missing), say(self.how))


PDF = Extra(("typst",), "pdf.missing", "pdf.missing.how")
EXCEL = Extra(("xlsxwriter",), "excel.missing", "excel.missing.how")
# Formats of files that need one.
WRITTEN_BY = {"pdf": PDF, "xlsx": EXCEL}
WEB = Extra(("fastapi", "uvicorn"), "web.missing", "web.missing.how")
