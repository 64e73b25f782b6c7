"""Proofs of the article are sums that anyone can redo; nothing but a sum is evaluated."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import perpetuum
from perpetuum.core.errors import UnitError
from perpetuum.ledger import schema
from perpetuum.ledger.arithmetic import LONGEST, evaluate
from perpetuum.ledger.yaml_text import read_document

ARTICLE = Path(perpetuum.__file__).parent / "cases" / "ai" / "article.yaml"


def proofs() -> list[tuple[str, schema.ProofForm]]:
    document = read_document(ARTICLE.name, ARTICLE.read_bytes())
    assert not document.problems
    form = schema.ArticleForm.model_validate(document.content)
    return [(statement.id, proof) for statement in form.statements for proof in statement.proofs]


@pytest.mark.parametrize(
    ("expression", "gives"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("-5 / 2", -2.5),
        ("--2", 2),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2", -4),
        ("7 % 4", 3),
        (" 4.5 * 35 ", 157.5),
        (".5 * 10.", 5),
        ("(-8) ** 3", -512),
        ("2 ** -2", 0.25),
    ],
)
def test_a_sum_has_the_value_that_school_gives_it(expression, gives):
    assert evaluate(expression) == pytest.approx(gives, abs=1e-12)


@pytest.mark.parametrize(
    "expression",
    ["", " ", "x", "True", "'a'", "1 if 2 else 3", "abs(1)", "(1)(2)", "1 (2)", "2.(3)", "1, 2", "[1]", "1 < 2",
     "+1", "~1", "7 // 2", "1j", "1e3", "1_000", "007", "1\n+1", "1\x00", "1 +", "(1", "...", "().real", "５"],
)  # fmt: skip
def test_anything_but_a_sum_is_refused(expression):
    with pytest.raises(UnitError, match="is not a sum"):
        evaluate(expression)


@pytest.mark.parametrize(
    "expression",
    ["1 / 0", "1 % 0", "0 ** -1", "9 ** 101", "2 ** -101", "9 ** 9 ** 9", "(10 ** 100) ** 4",
     "10 ** 100 * 10 ** 100 * 10 ** 100 * 10 ** 100", "(-8) ** 0.5"],
)  # fmt: skip
def test_what_is_not_a_finite_number_is_refused(expression):
    with pytest.raises(UnitError, match="no finite real value"):
        evaluate(expression)


def test_a_sum_of_endless_length_is_refused():
    assert evaluate("+".join(["1"] * (LONGEST // 2))) == LONGEST // 2
    with pytest.raises(UnitError, match="too long"):
        evaluate("+".join(["1"] * LONGEST))


@pytest.mark.parametrize("expression", ["(" * 99 + "1" + ")" * 99, "-" * 199 + "1", "9" * LONGEST])
def test_deep_sums_are_a_value_or_a_refusal_and_never_a_crash(expression):
    with contextlib.suppress(UnitError):
        assert abs(evaluate(expression)) >= 1


@given(st.text(alphabet="0123456789.+-*/%() ", max_size=40))
def test_whatever_is_written_gives_a_number_or_a_refusal(expression):
    try:
        value = evaluate(expression)
    except UnitError:
        return
    assert isinstance(value, float)
    assert abs(value) < float("inf")


@given(st.text(alphabet=st.characters(exclude_categories=("N", "Z", "Cc", "Cs")), min_size=1, max_size=40))
def test_words_are_never_run(text):
    with pytest.raises(UnitError, match="is not a sum"):
        evaluate(text)


@pytest.mark.parametrize(("statement", "proof"), proofs(), ids=lambda v: v if isinstance(v, str) else v.compute)
def test_every_proof_of_the_article_gives_what_it_says(statement, proof):
    assert evaluate(proof.compute) == pytest.approx(proof.gives, abs=proof.within)


def test_every_statement_refuted_by_arithmetic_alone_has_its_proof():
    proven = {statement.split("_")[0] for statement, _ in proofs()}
    assert proven >= {"c02", "c05", "c07", "c08", "c09", "c10", "c11", "c14", "c16", "c17", "c19", "c21"}
