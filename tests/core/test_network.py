"""A network refuses money that cannot be, and says where; a panel never fills a gap."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.deal import Leg
from perpetuum.core.entity import Entity
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.panel import Panel
from perpetuum.core.quantity import Quantity
from perpetuum.core.source import Source
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter, Span

FIRMS = tuple(Entity(id=id, name=Text(en=id, zh=id), roles=("gear",)) for id in ("acme", "bolt"))
LEGS = (
    Leg(id="there", kind="loan", payer="acme", payee="bolt"),
    Leg(id="back", kind="rent", payer="bolt", payee="acme"),
)
QUARTERS = (Quarter(2025, 1), Quarter(2025, 2))


def network(flows) -> Network:
    return Network(entities=FIRMS, legs=LEGS, quarters=QUARTERS, flows=np.array(flows, float))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, -1.0])
def test_impossible_money_is_refused_with_its_leg_and_quarter(bad):
    with pytest.raises(NetworkError, match=r"back in 2025Q2: a flow of .* USD") as refused:
        network([[1, 2], [3, bad]])
    assert "leave out what is unknown" in str(refused.value)


@given(st.lists(st.floats(0, 1e15), min_size=4, max_size=4))
def test_any_money_that_can_be_is_accepted(values):
    flows = np.array(values).reshape(2, 2)
    assert (network(flows).flows == flows).all()


@pytest.mark.parametrize("flows", [[[1, 2]], [[1], [2]], [[1, 2, 3], [4, 5, 6]], [1, 2]])
def test_flows_have_a_row_for_each_quarter_and_a_column_for_each_leg(flows):
    with pytest.raises(NetworkError, match="one row per quarter and one column per leg"):
        network(flows)


def test_money_without_a_leg_is_refused():
    with pytest.raises(NetworkError, match="0 quarters and 0 legs"):
        Network(entities=(), legs=(), flows=np.array([[math.nan]]))


def test_a_network_without_money_is_empty():
    assert Network(entities=FIRMS, legs=()).is_empty
    assert Network(entities=FIRMS, legs=LEGS).is_empty
    assert not network([[0, 0], [0, 0]]).is_empty


def test_a_name_nobody_knows_comes_with_the_nearest():
    known = network([[0, 0], [0, 0]])
    assert (known.entity("acme").id, known.leg("back").payer) == ("acme", "bolt")
    with pytest.raises(UnknownName, match="`acne` is not an entity; did you mean `acme`"):
        known.entity("acne")
    with pytest.raises(UnknownName, match="`bakc` is not a leg; did you mean `back`"):
        known.leg("bakc")


# Panels


def figure(value: float) -> Figure:
    source = Source(id="page", title="Page", kind="filing", tier=1)
    claim = Claim(id=f"{value}", subject="bolt", attribute="revenue", says=Quantity(value, "USD"), source=source,
                  known_from=datetime.date(2025, 5, 1))  # fmt: skip
    return Figure(chosen=claim, because=Text(en="only one", zh="僅此一數"))


def year_of(*values: float | None, longer=None) -> Panel:
    quarters = tuple(Quarter(2025, n) for n in (1, 2, 3, 4))
    cells = {q: figure(value) for q, value in zip(quarters, values, strict=True) if value is not None}
    return Panel(cells={("bolt", "revenue"): cells}, quarters=quarters, longer={("bolt", "revenue"): longer or {}})


LAST = Quarter(2025, 4)


def test_a_year_is_the_sum_of_its_four_quarters():
    panel = year_of(1, 2, 3, 4)
    assert panel.year("bolt", "revenue", LAST) == 10
    assert [f.value for f in panel.year_figures("bolt", "revenue", LAST)] == [1, 2, 3, 4]


def test_a_year_with_a_hole_is_unknown_and_not_smaller():
    panel = year_of(1, None, 3, 4)
    assert math.isnan(panel.year("bolt", "revenue", LAST))
    assert panel.year_figures("bolt", "revenue", LAST) == ()
    assert math.isnan(panel.year("bolt", "revenue", LAST + 1))


def test_a_zero_is_known():
    assert year_of(0, 0, 0, 0).year("bolt", "revenue", LAST) == 0


def test_what_nobody_reports_is_nan_and_never_zero():
    panel = year_of(1, None, 3, 4)
    assert np.isnan(panel.series("bolt", "revenue")).tolist() == [False, True, False, False]
    assert np.isnan(panel.series("bolt", "capex")).all()
    assert panel.figure("nobody", "revenue", LAST) is None


def test_a_figure_for_just_this_span_stands_alone():
    half = Span(datetime.date(2025, 1, 1), datetime.date(2025, 6, 30))
    panel = year_of(1, None, 3, 4, longer={half: figure(7)})
    assert [f.value for f in panel.over("bolt", "revenue", half.first, half.last)] == [7]
    assert panel.over("bolt", "revenue", half.first, datetime.date(2025, 9, 30)) == ()


def test_otherwise_every_quarter_of_the_span_is_needed():
    last = datetime.date(2025, 9, 30)
    assert [f.value for f in year_of(1, 2, 3, None).over("bolt", "revenue", datetime.date(2025, 1, 1), last)] == [
        1,
        2,
        3,
    ]


def test_the_table_has_one_draw_and_names_on_every_axis():
    table = year_of(1, None, 3, 4).array(["bolt", "acme"], ["revenue"])
    assert (table.dims, table.shape) == (("draw", "quarter", "entity", "metric"), (1, 4, 2, 1))
    assert table.sel(quarter="2025Q3", entity="bolt", metric="revenue").item() == 3
    assert np.isnan(table.sel(entity="acme")).all()
