"""What is written reads back the same, in whatever order, and every claim answers only for itself."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.core.errors import LedgerError
from perpetuum.ledger import load, write_case
from perpetuum.ledger.files import read_files, shipped_cases
from perpetuum.ledger.yaml_text import has_control, read_document
from perpetuum.ledger.yaml_write import write
from tests.ledger.small_case import DEAL, SERIES, small_case, spoiled

CASES = sorted(shipped_cases())


@pytest.fixture(scope="module")
def ai():
    return load("ai")


def facts(ledger) -> dict[str, object]:
    """Everything a ledger holds, but for where its files were found."""
    return {
        field.name: getattr(ledger, field.name) for field in fields(ledger) if field.name not in ("name", "warnings")
    }


# Load, write, load


@pytest.mark.parametrize("case", CASES)
def test_a_case_written_back_loads_to_the_same_ledger(case):
    written = write_case(case)
    assert set(written) == set(read_files(case)[1])
    assert facts(load(written)) == facts(load(case))


@pytest.mark.parametrize("case", CASES)
def test_writing_a_second_time_changes_nothing(case):
    once = write_case(case)
    assert write_case(once) == once


def test_what_is_written_has_no_comment_left():
    files = small_case() | {DEAL: b"# a remark\n" + small_case()[DEAL]}
    assert b"# a remark" not in write_case(files)[DEAL]


def test_a_file_that_cannot_be_read_is_not_written():
    with pytest.raises(LedgerError, match=f"upload/{DEAL}:6: legs.0.kind"):
        write_case(spoiled(("kind: loan", "kind: loan\n    kind: bond")))


TEXTS = (
    st.text(max_size=20).filter(lambda text: not has_control(text))  # which are refused
    | st.text("ab :-#{}[],&*!|>'\"%@`?\n\t\\~.<=\u2028é甲", max_size=12)
    | st.sampled_from(["null", "~", "true", "1e9", "---", "...", "- a", "<<"])
    | st.sampled_from(["甲" * 130, "ab: c " * 40, "# " * 70, "a " * 99])
)
KEYS = st.text(max_size=8).filter(lambda key: key != "<<") | st.sampled_from(["legs", "amounts", "payer", "note"])
VALUES = st.recursive(
    TEXTS | st.none(),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_whatever_is_written_as_yaml_reads_back_the_same(content):
    document = read_document("a.yaml", write(content).encode())
    assert document.problems == []
    assert document.content == content


# Order, comments, line ends


def test_the_order_of_files_does_not_matter(ai):
    _, files = read_files("ai")
    names = list(files)
    for seed in range(3):
        random.Random(seed).shuffle(names)
        assert facts(load({name: files[name] for name in names})) == facts(ai)


def test_the_hash_of_a_case_is_that_of_its_facts_not_of_its_bytes(ai):
    _, files = read_files("ai")
    dressed = {name: raw.replace(b"\n", b"\r\n") for name, raw in files.items()}
    dressed |= {name: b"# a comment\n\n" + raw for name, raw in dressed.items() if name.endswith(".yaml")}
    assert load(dressed).hash == ai.hash


@pytest.mark.parametrize(("path", "old", "new"), [
    (DEAL, "10bn USD", "11bn USD"),
    (DEAL, "2025-01-15, leg", "2025-01-16, leg"),
    (DEAL, "title: A wire", "title: The wire"),
    ("entities/acme.yaml", "capital", "gear"),
    ("case.yaml", "2026-06-30", "2026-07-31"),
    (SERIES, ",1.5,", ",1.6,"),
    (SERIES, "reported", "estimated"),
    (SERIES, "2025-05-01", "2025-05-02"),
    (SERIES, "2025-03-31", "2025-03-30"),
    (SERIES, "First", "Second"),
])  # fmt: skip
def test_another_fact_is_another_hash(path, old, new):
    assert load(spoiled((old, new), path=path)).hash != load(small_case()).hash


# One claim at a time


def without(ledger, claim):
    """The same ledger with one claim of one leg deleted."""
    deal = ledger.deal_of[claim.subject]
    legs = tuple(replace(leg, amounts=tuple(c for c in leg.amounts if c.id != claim.id)) for leg in deal.legs)
    changed = replace(deal, legs=legs)
    return replace(ledger, deals=tuple(changed if other.id == deal.id else other for other in ledger.deals))


def shown(network) -> dict[str, object]:
    """What a network says of each leg: money by quarter, figures, and why something is unknown."""
    said: dict[str, object] = {}
    for column, leg in enumerate(network.legs):
        flows = {str(q): value for q, value in zip(network.quarters, network.flows[:, column], strict=True) if value}
        said[leg.id] = (flows, network.figures.get(leg.id), network.remarks.get(leg.id))
    for unknown in network.unknown:
        said[unknown.leg] = (said.get(unknown.leg), unknown.why, unknown.amount)
    return said


def shares_money(ledger, a: str, b: str) -> bool:
    """Has the case said that two legs hold the same money, or are histories of one pair?"""
    one, other = ledger.legs_by_id[a], ledger.legs_by_id[b]
    declared = any(x.apart and y.id in x.apart.of for x, y in ((one, other), (other, one)))
    histories = all(x.apart and x.apart.why == "payment_history" for x in (one, other))
    return declared or (histories and (one.payer, one.payee) == (other.payer, other.payee))


def sample(claims, size):
    """So many of the claims, evenly spread, the same in every run."""
    ordered = sorted(claims, key=lambda claim: claim.id)
    return ordered[:: max(1, len(ordered) // size)]


def claims_of_the_case():
    return sample([claim for leg in load("ai").legs() for claim in leg.amounts], 45)


@pytest.fixture(scope="module")
def bare(ai):
    """The case without its series, so that networks are made quickly, with what they say at each stage."""
    ledger = replace(ai, metrics=())
    return ledger, {stage: shown(ledger.network("latest", stage)) for stage in ("announced", "signed", "paid")}


@pytest.mark.parametrize("claim", claims_of_the_case(), ids=lambda claim: claim.id)
def test_deleting_a_claim_opens_a_gap_or_hands_the_figure_to_a_rival(ai, claim):
    # Rivals are the claims of one thing: of one leg, one stage and, once paid, one time.
    before = ai.figure(claim.subject, claim.stage)
    after = without(ai, claim).figure(claim.subject, claim.stage)
    if after is None:
        assert before.chosen == claim and before.others == ()
    else:
        assert after.chosen in {before.chosen, *before.others} - {claim}


@pytest.mark.parametrize("claim", claims_of_the_case(), ids=lambda claim: claim.id)
def test_deleting_a_claim_never_touches_another_leg(bare, claim):
    ledger, before = bare
    after = shown(without(ledger, claim).network("latest", claim.stage))
    touched = {leg for leg in before[claim.stage].keys() | after if before[claim.stage].get(leg) != after.get(leg)}
    assert {leg for leg in touched - {claim.subject} if not shares_money(ledger, leg, claim.subject)} == set()


@pytest.mark.parametrize("claim", sample(load("ai").metrics, 12), ids=lambda claim: claim.id)
def test_deleting_a_number_of_a_series_touches_only_its_cell(ai, claim):
    def cells(ledger):
        panel = ledger.panel()
        return {
            (key, quarter): figure.chosen for key, series in panel.cells.items() for quarter, figure in series.items()
        }

    before, after = cells(ai), cells(replace(ai, metrics=tuple(c for c in ai.metrics if c != claim)))
    touched = {place for place in before.keys() | after if before.get(place) != after.get(place)}
    assert {key for key, _ in touched} <= {(claim.subject, claim.attribute)}
    assert len(touched) <= 1


def test_the_series_of_a_case_read_like_any_table(ai):
    _, files = read_files("ai")
    tables = [raw.decode("utf-8-sig") for name, raw in files.items() if name.startswith("collected/")]
    rows = [row for text in tables for row in csv.DictReader(io.StringIO(text))]
    written = [claim for claim in ai.metrics if claim.where.file.endswith(".csv")]
    announced = sum(len([seen for seen in each.seen if not seen.beside]) for each in ai.adoption.announced)
    assert len(rows) == len(written) == len(ai.metrics) - announced
    assert len({claim.id for claim in ai.metrics}) == len(ai.metrics)
