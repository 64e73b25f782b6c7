"""From a study to pages: every page of the folder, in order."""

from __future__ import annotations

import functools

from perpetuum.core.catalogue import collect
from perpetuum.report import pages as folder
from perpetuum.report.blocks import Page
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Study


@functools.cache
def makers() -> tuple[PageMaker, ...]:
    """Every page of the folder, first things first."""
    return tuple(sorted(collect(folder, PageMaker, lambda page: page.id).values(), key=lambda page: page.place))


def tell(study: Study, only: str | None = None) -> tuple[Page, ...]:
    """The pages of a report, or only one of them; one with nothing to tell is left out.

    Examples
    --------
    >>> import perpetuum
    >>> from perpetuum.report import study
    >>> [page.id for page in tell(study(perpetuum.load("ai"), at="article"))][:3]
    ['overview', 'verdict', 'loop']
    """
    pages = (Page(id=maker.id, title=maker.title, blocks=maker.tell(study))
             for maker in makers() if only in (None, maker.id))  # fmt: skip
    return tuple(page for page in pages if page.blocks)
