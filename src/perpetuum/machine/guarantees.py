"""Which guarantees a simulated future can call: who vouches, on whose fall, for whose loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perpetuum.core.cast import Cast
from perpetuum.core.deal import Contingent, Leg
from perpetuum.core.network import Network
from perpetuum.core.text import Text, both

NOT_SIMULATED = both(
    "a guarantee between firms that are not all simulated: it is never called.",
    "擔保的相關公司並非都被模擬：不會被要求履行。",
)
NO_TRIGGER = both(
    "a guarantee that hangs on more than the fall of one firm: nobody can say when it is called.",
    "擔保取決於不只一家公司倒下：無從判斷何時要求履行。",
)
NO_CAP = both("a guarantee whose cap is not known, or is released by and by.", "擔保的上限未知，或分階段釋出。")
NOT_A_PAYMENT = both("a guarantee of something other than a payment.", "擔保的標的不是付款。")
COVERS_NOTHING = both("what it covers is not simulated.", "擔保所涵蓋的分項未被模擬。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A guarantee whose terms are known.

    ``covers`` are the legs it names; without any it covers all that the debtor owes the protected.
    """

    guarantor: str
    protected: str
    debtor: str
    covers: tuple[str, ...]


def read_guarantee(network: Network, cast: Cast, leg: Leg, has_cap: bool) -> Vouched | Text:
    """Who vouches for whom, or why nobody can say.

    Parameters
    ----------
    leg
        Of kind ``guarantee_call``; its payer is the guarantor, its payee whoever is protected.
    has_cap
        Whether the scenario says how much the guarantee can come to.

    Returns
    -------
    Vouched or Text
        The reason, where its terms are not known or its firms are not simulated.
    """
    terms = leg.contingent
    if terms is None or terms.when.word != "default" or terms.when.of is None:
        return NO_TRIGGER
    if terms.form not in (None, "payment"):
        return NOT_A_PAYMENT
    guarantor, debtor = (cast.stands_for.get(firm, firm) for firm in (leg.payer, terms.when.of))
    protected = _protected(network, cast, leg.payee)
    if not {guarantor, debtor} <= set(cast.firms) or protected is None or len({guarantor, debtor, protected}) < 3:
        return NOT_SIMULATED
    if not has_cap and not _caps(terms):
        return NO_CAP
    return Vouched(guarantor=guarantor, protected=protected, debtor=debtor, covers=terms.covers)


def _caps(terms: Contingent) -> bool:
    return terms.cap is not None and terms.cap_follows is None


def _protected(network: Network, cast: Cast, payee: str) -> str | None:
    """A simulated firm, or the lenders for whoever lends from outside."""
    member = cast.stands_for.get(payee, payee)
    if member in (*cast.firms, cast.lenders):
        return member
    lends = any(entity.id == payee and entity.outside == "DEBT" for entity in network.entities)
    return cast.lenders if lends else None


def covered_legs(vouched: Vouched, legs: Sequence[tuple[str, str, str, str]]) -> tuple[str, ...]:
    """The legs of a machine whose loss a guarantee makes good.

    Parameters
    ----------
    legs
        Id, place, payer and payee of each leg of the machine.

    Examples
    --------
    >>> vouched = Vouched(guarantor="vendor", protected="cloud", debtor="lab", covers=())
    >>> covered_legs(vouched, [("a", "contract", "lab", "cloud"), ("b", "contract", "den", "cloud")])
    ('a',)
    """
    bills, credits = ("contract", "spot", "vendor_interest"), ("loan", "vendor_loan")
    owed = [
        id for id, place, payer, payee in legs
        if (place in bills and (payer, payee) == (vouched.debtor, vouched.protected))
        or (place in credits and (payer, payee) == (vouched.protected, vouched.debtor))
    ]  # fmt: skip
    lends = [id for id, place, _, _ in legs if place == "loan" and id in owed]
    # What lenders are owed is one sum; a loan that a case names is part of it.
    named = owed if lends or not vouched.covers else [id for id in owed if id in vouched.covers]
    return tuple(named)
