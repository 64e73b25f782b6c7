"""Networks of debts made up for the bench: an easy one, and one that is almost closed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array, diags_array


@dataclass(frozen=True)
class Network:
    """Claims (row creditor, column debtor), outside assets and outside debts. USD."""

    claims: csr_array
    cash: np.ndarray
    outside: np.ndarray


def easy(firms: int) -> Network:
    """Sizes lognormal, ten debts each to firms drawn by size; about 18 % fall."""
    chance = np.random.default_rng(1)
    debtor, creditor, amount = _graph(firms, chance)
    claims = coo_array((amount, (creditor, debtor)), shape=(firms, firms)).tocsr()
    inside = np.bincount(debtor, weights=amount, minlength=firms)
    outside = chance.uniform(0.1, 0.6, firms) * inside
    debt = inside + outside
    worth = chance.normal(0.06, 0.08, firms) * debt
    cash = np.maximum(debt + worth - claims @ np.ones(firms), 0.0)
    return Network(claims, cash, outside)


def hard(firms: int) -> Network:
    """The same graph and one debt to the next firm, scaled until each owes 1 and is owed 1; all fall."""
    chance = np.random.default_rng(1)
    debtor, creditor, amount = _graph(firms, chance)
    every = np.arange(firms)
    ends = (np.append(creditor, (every + 1) % firms), np.append(debtor, every))
    claims = coo_array((np.append(amount, np.full(firms, amount.mean())), ends), shape=(firms, firms)).tocsr()
    row = np.ones(firms)
    for _ in range(400):
        column = 1.0 / (claims.T @ row)
        row = 1.0 / (claims @ column)
    claims = csr_array(diags_array(row) @ claims @ diags_array(column))
    return Network(claims, chance.uniform(0.0002, 0.0009, firms), np.full(firms, 0.001))


def _graph(firms: int, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    size = chance.lognormal(0.0, 1.0, firms)
    debtor = np.repeat(np.arange(firms), 10)
    creditor = np.searchsorted(np.cumsum(size) / size.sum(), chance.random(10 * firms)).clip(0, firms - 1)
    creditor = np.where(creditor == debtor, (creditor + 1) % firms, creditor)
    return debtor, creditor, chance.lognormal(0.0, 0.8, 10 * firms) * size[debtor]
