"""Valuations by their names, as people write them: `rogers_veraart(alpha=0.5, beta=0.7)`."""

from __future__ import annotations

import functools
import importlib
import inspect
import re
from collections.abc import Callable
from typing import cast

from perpetuum.contagion.valuation import Valuation
from perpetuum.core.catalogue import collect
from perpetuum.core.errors import NetworkError, UnknownName, listed
from perpetuum.core.nouns import VALUATION
from perpetuum.core.text import both

Factory = Callable[..., Valuation]
# By its full name: the room also offers a function called `valuations`.
_FOLDER = importlib.import_module("perpetuum.contagion.valuations")
_CALL = re.compile(r"\s*(\w+)\s*(?:\((.*)\))?\s*", re.DOTALL)


@functools.cache
def valuations() -> dict[str, Valuation]:
    """Every valuation of the folder, with its parameters as they are by default, by id."""
    return collect(_FOLDER, Valuation, lambda valuation: valuation.id)


def factory(name: str) -> Factory:
    """What makes a valuation from its parameters: the function that bears its name, in the file of that name."""
    module = importlib.import_module(f"{_FOLDER.__name__}.{_known(name)}")
    return cast(Factory, getattr(module, name))


def valuation(said: str) -> Valuation:
    """Read a valuation: a name alone, or with parameters in brackets.

    Parameters
    ----------
    said
        ``debtrank_2015`` or ``debtrank_2015(rho=0.4)``; parameters left out are as by default.

    Returns
    -------
    Valuation
        ``str`` of it is what was read, with every parameter.

    Raises
    ------
    UnknownName
        For a name that no file bears, with the nearest.
    NetworkError
        For a name that is only the beginning of several (``debtrank`` has variants that give
        different numbers), for brackets that cannot be read, and for parameters that cannot be.

    Examples
    --------
    >>> print(valuation("rogers_veraart(alpha=0.5, beta=0.7)"))
    rogers_veraart(alpha=0.5, beta=0.7, beta_shares=1)
    >>> print(valuation("debtrank_2015"))
    debtrank_2015(rho=0)
    """
    call = _CALL.fullmatch(said)
    if call is None:
        raise _unreadable(said, "`name(parameter=1)`")
    name, inside = call[1], call[2] or ""
    make = factory(name)
    known = tuple(inspect.signature(make).parameters)
    form = f"`{name}({', '.join(f'{parameter}=...' for parameter in known)})`"
    given: dict[str, float] = {}
    for part in filter(None, map(str.strip, inside.split(","))):
        key, is_, value = (piece.strip() for piece in part.partition("="))
        number = _number(value)
        if not is_ or key not in known or key in given or number is None:
            raise _unreadable(part, form)
        given[key] = number
    return make(**given)


def _known(name: str) -> str:
    if name in valuations():
        return name
    variants = sorted(known for known in valuations() if known.startswith(f"{name}_"))
    if len(variants) > 1:
        among = listed(variants)
        raise NetworkError(
            both(
                f"`{name}` says no variant, and its variants give different numbers.",
                f"`{name}` 沒有指明版本，而各版本的結果並不相同。",
            ),
            both(f"Write one of: {among.en}", f"請寫下列其中一個：{among.zh}"),
        )
    raise UnknownName(name, valuations(), what=VALUATION)


def _number(said: str) -> float | None:
    try:
        return float(said)
    except ValueError:
        return None


def _unreadable(said: str, form: str) -> NetworkError:
    return NetworkError(
        both(f"cannot read '{said}' as part of a valuation.", f"無法將「{said}」讀成估值方式。"),
        both(f"Write each parameter once, as a number: {form}", f"每個參數請寫一次，並填數字：{form}"),
    )
