"""The article under audit: what it prints, what is public, and proofs that need no source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from perpetuum.core.errors import Problem, UnitError
from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Where
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
            yield Problem(where=where, path=f"{statement.id}.amount.leg",
                          what=f"`{statement.leg}` is not a leg of this case.", repair="Correct the id.")  # fmt: skip
        if statement.says is not None:
            yield from _amount(statement, where)
        for proof in statement.proofs:
            yield from _proof(statement, proof, where)


def _amount(statement: Statement, where: Where) -> Iterator[Problem]:
    try:
        Quantity.parse(statement.says or "")
    except UnitError as error:
        what, _, repair = str(error).partition("\n")
        yield Problem(where=where, path=f"{statement.id}.amount.says", what=what, repair=repair.strip())


def _proof(statement: Statement, proof: Proof, where: Where) -> Iterator[Problem]:
    path = f"{statement.id}.proofs"
    try:
        result = evaluate(proof.compute)
    except ValueError as error:
        yield Problem(where=where, path=path, what=str(error), repair="Use numbers, + - * / ** and brackets only.")
        return
    if abs(result - proof.gives) > proof.within:
        yield Problem(where=where, path=path, what=f"{proof.compute} is {result:g}, not {proof.gives:g}.",
                      repair="Correct the expression or what it gives.")  # fmt: skip
