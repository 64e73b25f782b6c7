"""Who is who, as numbers: the layout of a machine, made once from its cast and its legs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from perpetuum.core.accounts import ACCOUNTS
from perpetuum.core.cast import Cast
from perpetuum.core.kinds import KINDS
from perpetuum.machine import world as w
from perpetuum.machine.columns import CASH, DEPOSITS
from perpetuum.machine.guarantees import covered_legs
from perpetuum.machine.legs import GROUP_ORDER, MachineLeg

_ACCOUNT = {account: n for n, account in enumerate(ACCOUNTS)}
_ROLES = {
    "subscription": w.SUBSCRIPTION, "other_cloud": w.OTHER_CLOUD, "other_chips": w.OTHER_CHIPS,
    "building": w.BUILDING, "running": w.RUNNING, "chip_costs": w.CHIP_COSTS, "engine_costs": w.ENGINE_COSTS,
    "interest": w.INTEREST, "tax": w.TAX, "payouts": w.PAYOUTS, "round": w.ROUND, "issue": w.ISSUE,
    "loan": w.LOAN, "repayment": w.REPAYMENT, "passes_on": w.PASSES_ON, "passes_on_too": w.PASSES_ON_TOO,
}  # fmt: skip
_OF_PAYEE = {"subscription", "other_cloud", "other_chips", "round", "issue", "loan"}
_FIRST = {"running_cost", "engine_cost"}  # paid before all other dues


def lay_out(cast: Cast, entities: Sequence[str], legs: Sequence[MachineLeg], past: int) -> w.Layout:
    """Number entities and legs.

    Parameters
    ----------
    entities
        Rows of every array by entity; from :func:`perpetuum.machine.legs.members`.
    legs
        Rows of every array by leg, in the order of settlement.
    past
        Quarters of history that vintages need.

    Returns
    -------
    Layout
        Arrays of integers; -1 where there is no leg.
    """
    row = {entity: n for n, entity in enumerate(entities)}
    payer, payee = (np.array([row[getattr(leg, end)] for leg in legs], dtype=np.int64) for end in ("payer", "payee"))
    lenders = row[cast.lenders]
    purse, sense = np.full(len(entities), CASH), np.ones(len(entities), dtype=np.int64)
    purse[lenders], sense[lenders] = DEPOSITS, -1
    books, signs = _books(legs)
    at = {leg.id: n for n, leg in enumerate(legs)}
    n = len(entities)
    standing, chips, spot = np.full((w.STANDING, n), -1), np.full((n, n), -1), np.full((n, n), -1)
    for number, leg in enumerate(legs):
        if leg.place in _ROLES:
            standing[_ROLES[leg.place], row[leg.payee if leg.place in _OF_PAYEE else leg.payer]] = number
        elif leg.place == "chips":
            chips[row[leg.payer], row[leg.payee]] = number
        elif leg.place == "spot":
            spot[row[leg.payer], row[leg.payee]] = number
    groups = _groups(legs)
    rank = np.array([0 if leg.kind in _FIRST else 1 for leg in legs[: groups[w.DUES, 1]]], dtype=np.int64)

    def placed(place: str) -> np.ndarray:
        return np.array([number for number, leg in enumerate(legs) if leg.place == place], dtype=np.int64)

    def rows(firms: Sequence[str]) -> np.ndarray:
        return np.array(sorted(row[firm] for firm in firms), dtype=np.int64)

    shares = _shares(cast, row, legs)
    warrants = [
        (number, at[f"{cast.investors}>{leg.payee}:stake_sale({leg.id})"])
        for number, leg in enumerate(legs)
        if leg.place == "warrant"
    ]
    guarantees, covered = _guarantees(row, legs, at)
    return w.Layout(
        payer=payer, payee=payee, rank=rank, books=books, signs=signs, purse=purse, sense=sense, groups=groups,
        standing=standing,
        is_chips=np.array([leg.place == "chips" for leg in legs], dtype=np.int64),
        chips=chips, spot=spot, contracts=placed("contract"), tranches=placed("tranche"),
        warrants=np.array(warrants, dtype=np.int64).reshape(-1, 2),
        shares=shares,
        stakes=np.array([(leg, issuer) for leg, issuer, _ in shares if legs[leg].place == "stake"],
                        dtype=np.int64).reshape(-1, 2),
        loans=_loans(legs, at), guarantees=guarantees, covered=covered, takeovers=placed("takeover"),
        fuel=rows(cast.fuel), gears=rows(cast.gears), engines=rows(cast.engines),
        sectors=np.array([row[sector] for sector in cast.sectors], dtype=np.int64),
        past=past,
    )  # fmt: skip


def _books(legs: Sequence[MachineLeg]) -> tuple[np.ndarray, np.ndarray]:
    """The account beside cash on either side of each leg, and what a dollar does to it."""
    books, signs = np.full((len(legs), 2), CASH, dtype=np.int64), np.zeros((len(legs), 2), dtype=np.int64)
    for number, leg in enumerate(legs):
        kind = KINDS[leg.kind]
        if not kind.cash or kind.payer is None or kind.payee is None:
            continue
        debit, credit = kind.payer[0], kind.payee[1]
        books[number] = _ACCOUNT[debit], _ACCOUNT[credit]
        signs[number, 0] = 1 if ACCOUNTS[debit].side == "asset" else -1
        signs[number, 1] = -1 if ACCOUNTS[credit].side == "asset" else 1
    return books, signs


def _loans(legs: Sequence[MachineLeg], at: dict[str, int]) -> np.ndarray:
    """Loans of vendors, each with the legs on which it bears interest and is paid back."""
    found = [
        (number, *(at[f"{leg.payee}>{leg.payer}:{kind}({leg.id})"] for kind in ("interest", "repayment")))
        for number, leg in enumerate(legs)
        if leg.place == "vendor_loan"
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 3)


def _guarantees(row: dict[str, int], legs: Sequence[MachineLeg], at: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Guarantees with their recourse and their debtor, and the legs that each covers."""
    known = [(leg.id, leg.place, leg.payer, leg.payee) for leg in legs]
    found: list[tuple[int, int, int]] = []
    covered: list[tuple[int, int]] = []
    for number, leg in enumerate(legs):
        if leg.place == "guarantee" and leg.vouched is not None:
            debtor = leg.vouched.debtor
            covered += [(len(found), at[id]) for id in covered_legs(leg.vouched, known)]
            found.append((number, at[f"{debtor}>{leg.payer}:arrears({leg.id})"], row[debtor]))
    return (
        np.array(found, dtype=np.int64).reshape(-1, 3),
        np.array(covered, dtype=np.int64).reshape(-1, 2),
    )


def _groups(legs: Sequence[MachineLeg]) -> np.ndarray:
    """First leg of each group and the one after its last."""
    groups, start = np.zeros((w.GROUPS, 2), dtype=np.int64), 0
    for number, group in enumerate(GROUP_ORDER):
        size = sum(leg.group == group for leg in legs)
        groups[number] = start, start + size
        start += size
    return groups


def _shares(cast: Cast, row: dict[str, int], legs: Sequence[MachineLeg]) -> np.ndarray:
    """Every leg on which shares can be held: the leg, whose shares they are, and who holds them."""
    held = []
    for number, leg in enumerate(legs):
        if leg.place in ("tranche", "round", "issue", "takeover"):
            held.append((number, row[leg.payee], row[leg.payer]))
        elif leg.place == "warrant":
            held.append((number, row[leg.payer], row[leg.payee]))
        elif leg.place == "stake":
            issuer, holder = (leg.payer, leg.payee) if leg.payer in cast.engines else (leg.payee, leg.payer)
            held.append((number, row[issuer], row[holder]))
    return np.array(held, dtype=np.int64).reshape(-1, 3)
