"""The article under audit: what it prints, what is public, and proofs that need no source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from perpetuum.core.errors import Problem, UnitError
from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Where
from perpetuum.core.text import both
from perpetuum.ledger.arithmetic import evaluate
from perpetuum.ledger.case import Proof, Statement

VERDICTS = ("confirmed", "contradicted", "unit_slip", "stale", "unverifiable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A proof and what the program computed for it."""

    proof: Proof
    result: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """One statement with its proofs evaluated."""

    statement: Statement
    proofs: tuple[Proven, ...]


def audit(statements: Sequence[Statement]) -> tuple[Audited, ...]:
    """Evaluate every proof of every statement."""
    return tuple(
        Audited(
            statement=statement,
            proofs=tuple(Proven(proof=proof, result=evaluate(proof.compute)) for proof in statement.proofs),
        )
        for statement in statements
    )


def count_verdicts(statements: Sequence[Statement]) -> dict[str, int]:
    """How many statements got each verdict."""
    counts = Counter(statement.verdict for statement in statements)
    return {verdict: counts.get(verdict, 0) for verdict in VERDICTS}


def check_statements(statements: Sequence[Statement], legs: Container[str]) -> Iterator[Problem]:
    """Statements that name no leg, or whose proof does not give what it says."""
    for statement in statements:
        where = statement.where or Where("article.yaml")
        if statement.leg is not None and statement.leg not in legs:
            what = both(f"`{statement.leg}` is not a leg of this case.", f"`{statement.leg}` 不是本案例的分項。")
            repair = both("Correct the id.", "請更正 id。")
            yield Problem(where=where, path=f"{statement.id}.amount.leg", what=what, repair=repair)
        if statement.says is not None:
            yield from _amount(statement, where)
        for proof in statement.proofs:
            yield from _proof(statement, proof, where)


def _amount(statement: Statement, where: Where) -> Iterator[Problem]:
    try:
        Quantity.parse(statement.says or "")
    except UnitError as error:
        yield Problem(where=where, path=f"{statement.id}.amount.says", what=error.what, repair=error.repair)


def _proof(statement: Statement, proof: Proof, where: Where) -> Iterator[Problem]:
    path = f"{statement.id}.proofs"
    try:
        result = evaluate(proof.compute)
    except UnitError as error:
        yield Problem(where=where, path=path, what=error.what, repair=error.repair)
        return
    if abs(result - proof.gives) > proof.within:
        what = both(
            f"{proof.compute} is {result:g}, not {proof.gives:g}.",
            f"{proof.compute} 等於 {result:g}，不是 {proof.gives:g}。",
        )
        repair = both("Correct the expression or what it gives.", "請更正算式或它的結果。")
        yield Problem(where=where, path=path, what=what, repair=repair)
