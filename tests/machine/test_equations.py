"""Textbook economies: what may be written, how it is solved, and what must hold."""

from __future__ import annotations

import json
import random
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import fsolve

from perpetuum.core.errors import BooksDoNotBalance, SeriesError, UnknownName
from perpetuum.machine import equations_books
from perpetuum.machine.equations import read_system, solve
from perpetuum.machine.equations_books import check, page_of
from perpetuum.machine.equations_text import Unreadable, read_formula
from tests.machine.textbook_postings import BMW, SIM

GOLDEN = Path(__file__).parent.parent / "golden" / "data" / "simulation"


def book_model(name: str) -> dict[str, Any]:
    case: dict[str, Any] = json.loads((GOLDEN / f"gl-{name}.json").read_text(encoding="utf-8"))
    return {**case, **(BMW if name == "bmw" else SIM)}


def written(*equations: str, **keys: Any) -> dict[str, Any]:
    """A small system from lines like `Y = C + G`."""
    rows = [dict(zip(("var", "expr"), line.split(" = ", 1), strict=True)) for line in equations]
    return {"name": "small", "periods": 4, "equations": rows, **keys}


def refused(system: Any) -> str:
    with pytest.raises(SeriesError) as error:
        read_system(system)
    assert error.value.in_language("zh") != str(error.value)
    return str(error.value)


# ---- what a line may say


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3*x", 14.0),
        ("-x**2", -16.0),
        ("2**3**2", 512.0),
        ("x[-1]/x[-2]", 1.5),
        ("if_true(x > 3) + if_true(x > 4)", 1.0),
        ("(x > 3)*10", 10.0),
        ("if_true(1 < x <= 4 and not x == 2 or 1/0 > 1)", 1.0),
        ("min(x, 3, 7) + max(x, 9)", 12.0),
        ("sqrt(x) + abs(-x) + exp(0) + log(1)", 7.0),
        ("  1e2 +\n x", 104.0),
    ],
)
def test_a_formula_means_what_it_says(text, value):
    formula = read_formula(text, {"x": 0})
    assert formula.value([4.0], {1: [3.0], 2: [2.0]}) == value


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("x.real", 1),
        ("1 + x.__class__", 5),
        ("  1 + open('f')", 7),
        ("x[1]", 1),
        ("x[0]", 1),
        ("2*x[-0]", 3),
        ("x[-1.0]", 1),
        ("x[-y]", 1),
        ("x[-1:]", 1),
        ("exp", 1),
        ("exp(x, x)", 1),
        ("min(x)", 1),
        ("exp(x=1)", 1),
        ("max(x, *x)", 8),
        ("[x for x in x]", 1),
        ("(lambda: 1)()", 1),
        ("1 if x else 2", 1),
        ("x // 2", 1),
        ("x % 2", 1),
        ("x @ x", 1),
        ("~x", 1),
        ("x in x", 1),
        ("x is x", 1),
        ("'a'", 1),
        ("1j", 1),
        ("True", 1),
        ("None", 1),
        ("1e999", 1),
        ("1" + "0" * 400, 1),
        ("(y := 1)", 2),
        ("消費 + z", 6),
    ],
    ids=lambda text: str(text)[:20],
)
def test_anything_else_is_refused_at_its_column(text, column):
    with pytest.raises(Unreadable) as error:
        read_formula(text, {"x": 0, "消費": 1})
    assert error.value.column == column


@pytest.mark.parametrize("text", ["x +", "x y", "", "x = 1", "1) + (1", "x; x", "-" * 20_000 + "1", "x\0"])
def test_what_is_no_formula_at_all_is_refused(text):
    with pytest.raises(Unreadable):
        read_formula(text, {"x": 0})


def test_nothing_of_python_can_be_reached_from_a_formula():
    for text in ("__import__('os')", "().__class__", "print(1)", "p", "v", "power(2, 2)", "abs.__self__"):
        with pytest.raises(Unreadable):
            read_formula(text, {"x": 0})


def test_every_problem_is_told_at_once_with_equation_column_and_nearest_name():
    told = refused(written("Y = C + Gg", "C = 0.6*y[-1]", parameters={"G": 1}, start={"Yy": 1}))
    assert "small: equations.0 (`Y`), column 5" in told
    assert "`Gg` is not a variable or parameter of this system; did you mean `G`?" in told
    assert "small: equations.1 (`C`), column 5" in told
    assert "`Yy` is not a variable of this system; did you mean `Y`?" in told


def test_the_same_is_told_in_chinese():
    with pytest.raises(SeriesError) as error:
        read_system(written("Y = 2*Z"))
    assert error.value.in_language("zh").startswith("small：equations.0 (`Y`)，第 3 字\n  `Z` 不是本系統的變數或參數；")


@pytest.mark.parametrize(
    ("system", "says"),
    [
        (written("Y = 1", "Y = 2"), "`Y`\n  has 2 equations"),
        (written("Y = 1", parameters={"Y": 1}), "`Y`\n  has 2 equations"),
        (written("exp = 1"), "cannot be a name"),
        (written("Y = Y[-1]"), "start.Y\n  no start value"),
        (written("Y = 1", identities=[{"left": "Y", "right": "1"}]), "start.Y\n  no start value"),
        (written("Y = 1", periods=-1), "not a whole number"),
        (written("Y = 1", parameters={"G": "many"}), "`many` is not a finite number"),
        (written("Y = 1", parameters={"G": float("nan")}), "not a finite number"),
        (written("Y = 1", parameter_changes=[{"period": 1, "set": {"Y": 1}}]), "`Y` is not a parameter"),
        (written("Y = 1", parameter_changes=[{"period": 1}]), "has no set"),
        (written("Y = 1", parameter_change=[]), "did you mean `parameter_changes`"),
        (written("Y = 1", schema="sfc-golden/2"), "is not `sfc-golden/1`"),
        (written(), "there are none"),
        ({"equations": ["Y = 1"]}, "has no var, expr"),
        ("just words", "neither JSON nor YAML"),
        ("a: [", "neither JSON nor YAML"),
        ('{"name": "a", "name": "b"}', "name: 2 ×"),
        ("parameters: {a: 1, a: 2}", "a: 2 ×"),
    ],
    ids=lambda each: None if isinstance(each, dict) else str(each)[:24],
)
def test_a_system_that_cannot_be_is_refused(system, says):
    assert says in refused(system)


def test_keys_that_mean_nothing_here_are_left_alone():
    assert read_system(written("Y = 1", cross_check={}, remarks="none")).variables == ("Y",)


def test_json_yaml_and_mappings_are_read_alike():
    yaml = "name: small\nperiods: 4\nparameters: {G: 1e1}\nequations:\n  - {var: N, expr: 2*G}\n"
    said = written("N = 2*G", parameters={"G": 10.0})
    out = [solve(read_system(each)).series for each in (yaml, json.dumps(said), said)]
    for each in out:
        np.testing.assert_array_equal(each[1:], np.full((4, 1), 20.0))


# ---- how it is solved


def test_steady_states_of_the_book():
    assert solve(read_system(book_model("sim")))["Y"][-1] == pytest.approx(100, abs=1e-4)
    bmw = solve(read_system(book_model("bmw")), periods=200)["Y"]
    assert bmw[15] == pytest.approx(200, rel=1e-9)
    assert bmw[-1] == pytest.approx(224, rel=1e-9)


@pytest.mark.parametrize(("name", "largest"), [("sim", 8), ("simex", 1), ("bmw", 9), ("reg", 12), ("dis", 1)])
def test_only_what_is_decided_together_is_solved_together(name, largest):
    case = json.loads((GOLDEN / f"gl-{name}.json").read_text(encoding="utf-8"))
    assert max(map(len, solve(read_system(case)).blocks)) == largest


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 12))
def test_a_linear_system_is_solved_as_linear_algebra_solves_it(seed, size):
    luck = np.random.default_rng(seed)
    weights, outside = luck.uniform(-1, 1, (size, size)) * (luck.random((size, size)) < 0.4), luck.normal(0, 10, size)
    weights /= max(1.0, 1.3 * np.abs(weights).sum(axis=1).max())
    lines = [
        f"x{i} = {outside[i]!r}" + "".join(f" + {w!r}*x{j}" for j, w in enumerate(map(float, weights[i])) if w)
        for i in range(size)
    ]
    lines = [line.replace("np.float64", "") for line in lines]
    out = solve(read_system(written(*lines, periods=1)))
    np.testing.assert_allclose(out.series[1], np.linalg.solve(np.eye(size) - weights, outside), rtol=1e-10, atol=1e-10)


def test_the_order_of_equations_does_not_matter():
    case = book_model("bmw")
    rows = list(case["equations"])
    random.Random(3).shuffle(rows)
    mixed = solve(read_system({**case, "equations": rows}))
    for name, values in zip(mixed.system.variables, mixed.series.T, strict=True):
        np.testing.assert_allclose(values, solve(read_system(case))[name], rtol=1e-9, atol=1e-9)


def test_a_curved_system_is_solved_as_another_program_solves_it():
    lines = ["x = 1 + 0.5*exp(-y)", "y = log(2 + x*z) + 0.1*sqrt(z)", "z = 3/(1 + x**2) + if_true(y > 0)"]

    def missing(at):
        x, y, z = at
        return [x - 1 - 0.5 * np.exp(-y), y - np.log(2 + x * z) - 0.1 * np.sqrt(z), z - 3 / (1 + x**2) - (y > 0)]

    out = solve(read_system(written(*lines)))
    np.testing.assert_allclose(out.series[-1], fsolve(missing, [1, 1, 1], xtol=1e-13), rtol=1e-9)


def test_where_newton_finds_no_slope_turns_are_taken():
    # At 1, where it starts, the equation is flat; its only solution is 0.
    out = solve(read_system(written("x = x - (x - 1)**3 - 1", start={"x": 0.0})))
    assert out.status == "settled"
    np.testing.assert_allclose(out["x"], 0, atol=1e-11)
    assert out.iterations[1, 0] > 10


def test_slopes_of_an_easier_period_do_not_lead_astray():
    # The slope of the first periods sends the square root below zero when the tax changes.
    lines = ["x = a*sqrt(x) + 1"]
    out = solve(read_system(written(*lines, parameters={"a": 100.0}, start={"x": 1e4},
                                    parameter_changes=[{"period": 3, "set": {"a": 0.01}}])))  # fmt: skip
    exact = [((a + np.sqrt(a * a + 4)) / 2) ** 2 for a in (100.0, 100.0, 0.01, 0.01)]
    np.testing.assert_allclose(out["x"][1:], exact, rtol=1e-10)
    assert out.iterations.max() < 12


def test_what_has_no_solution_is_a_status_that_names_block_and_period():
    out = solve(read_system(written("x = if_true(n >= 3)*(y + 1) + 2", "y = x", "n = n[-1] + 1", start={"n": 0})))
    assert out.status == "not_settled"
    assert out.report[-1].en == "small: x, y did not settle in period 3."
    assert out.report[-1].zh == "small：「x、y」在第 3 期未收斂。"
    np.testing.assert_array_equal(np.isnan(out.series[:, 2]), [False, False, False, True, True])


@pytest.mark.parametrize("line", ["x = 1/(2 - n)", "x = log(2 - n)", "x = (1.5 - n)**0.5", "x = exp(1000*(n - 1))"])
def test_what_has_no_finite_value_is_a_status_that_names_equation_and_period(line):
    out = solve(read_system(written("n = n[-1] + 1", line, start={"n": 0})))
    assert out.status == "not_finite"
    assert f"x has no finite value in period 2 (equations.1: {line[4:]})" in out.report[-1].en


def test_earlier_values_reach_back_eight_periods_and_before_the_start_is_the_start():
    lines = ["x = 1 + " + " + ".join(f"0.{k}*x[-{k}]*0.2" for k in range(1, 9))]
    ours = solve(read_system(written(*lines, start={"x": 5.0}, periods=40)))["x"]
    past = [5.0] * 8
    for _ in range(40):
        past.append(1 + sum(0.1 * k * 0.2 * past[-k] for k in range(1, 9)))
    np.testing.assert_allclose(ours, past[7:], rtol=1e-13)


def test_a_parameter_changes_from_its_period_on_and_its_past_can_be_asked():
    changes = [{"period": 4, "set": {"g": 7}}, {"period": 2, "set": {"g": 5}}]
    out = solve(read_system(written("a = g", "b = g[-1]", parameters={"g": 3}, parameter_changes=changes)))
    np.testing.assert_array_equal(out["a"][1:], [3, 5, 5, 7])
    np.testing.assert_array_equal(out["b"][1:], [3, 3, 5, 5])


def test_a_run_may_be_shorter_or_longer_than_written():
    system = read_system(book_model("sim"))
    short, long = solve(system, periods=3), solve(system, periods=150)
    np.testing.assert_array_equal(short.series, long.series[:4])
    assert solve(system, periods=0).series.shape == (1, 11)


@pytest.mark.parametrize("more", [{"periods": -1}, {"start": "perhaps"}, {"tolerance": 0.0}])
def test_a_run_that_cannot_be_asked_for_is_refused(more):
    with pytest.raises(SeriesError, match="write"):
        solve(read_system(written("x = 1")), **more)


def test_an_unknown_variable_gets_the_nearest():
    with pytest.raises(UnknownName, match="did you mean `Cd`"):
        solve(read_system(book_model("sim")))["Cdd"]


def test_two_hundred_variables_and_five_hundred_periods_take_seconds():
    luck = random.Random(1)
    lines = [
        f"x{i} = 10 + a*x{luck.randrange(200)} + 0.2*x{(i + 1) % 200} - 0.1*x{luck.randrange(200)}"
        f" + 0.3*x{luck.randrange(200)}[-{luck.randint(1, 8)}] + 0.05*log(1 + abs(x{luck.randrange(200)}))"
        for i in range(200)
    ]
    system = written(*lines, periods=500, start={f"x{i}": 1.0 for i in range(200)}, parameters={"a": 0.1},
                     parameter_changes=[{"period": 250, "set": {"a": 0.15}}])  # fmt: skip
    began = time.perf_counter()
    out = solve(read_system(system))
    assert time.perf_counter() - began < 5
    assert (out.status, max(map(len, out.blocks))) == ("settled", 200)
    assert np.nanmax(out.residuals) < 1e-12


# ---- what must hold


GROWING = written("bills = 1.05*bills[-1]", "held = 1.05*held[-1]", periods=60, start={"bills": 100.0, "held": 90.0},
                  identities=[{"left": "bills", "right": "held"}])  # fmt: skip


def test_a_start_that_breaks_an_identity_is_refused_with_its_gap():
    with pytest.raises(SeriesError, match="I0: `bills = held` misses by 10 at the start"):
        solve(read_system(GROWING))


def test_a_reported_gap_is_told_and_grows_as_it_must():
    out = solve(read_system(GROWING), start="report")
    assert [each.en for each in out.report] == ["small: I0: `bills = held` misses by 10 at the start."]
    np.testing.assert_allclose(out.gaps[:, 0], 10 * 1.05 ** np.arange(61), rtol=1e-12)


def test_a_gap_that_the_system_itself_states_is_only_reported():
    told = [{"left": "bills", "right": "held", "max_rel_residual_seen": 0.05}]
    assert len(solve(read_system({**GROWING, "identities": told})).report) == 1


def test_an_identity_that_breaks_on_the_way_stops_the_run():
    case = book_model("sim")
    rows = [{**row, "expr": "Hs[-1] + (Gd - 0.99*Td)"} if row["var"] == "Hs" else row for row in case["equations"]]
    with pytest.raises(BooksDoNotBalance, match=r"`Hh = Hs`, period 1: misses by -0\.07692"):
        solve(read_system({**case, "equations": rows, "postings": []}))


def test_a_system_may_say_that_an_identity_will_not_hold():
    leak = written("a = 1.05*a[-1]", "b = 1.04*b[-1]", start={"a": 1.0, "b": 1.0})
    said = {"left": "a", "right": "b"}
    with pytest.raises(BooksDoNotBalance, match="`a = b`, period 1"):
        solve(read_system({**leak, "identities": [said]}))
    out = solve(read_system({**leak, "identities": [{**said, "max_rel_residual_seen": 0.04}]}))
    np.testing.assert_allclose(out.gaps[:, 0], 1.05 ** np.arange(5) - 1.04 ** np.arange(5), atol=1e-12)


def test_rounding_is_measured_against_what_an_identity_is_made_of():
    lines = ["a = 1e15/3", "b = -1e15/7", "c = 1e15/7 - 1e15/3 + 0.3"]
    sums = [{"left": "a + b + c", "right": "0.3"}]
    start = {"a": 1e15 / 3, "b": -1e15 / 7, "c": 1e15 / 7 - 1e15 / 3 + 0.3}
    out = solve(read_system(written(*lines, start=start, identities=sums)))
    assert np.abs(out.gaps).min() > 1e-3


# ---- our own books


@pytest.mark.parametrize("name", ["sim", "sim-g-step", "sim-alpha1-step", "simex", "bmw"])
def test_flows_of_the_book_balance_in_our_own_books(name):
    out = solve(read_system(book_model(name)))
    assert out.matrix is not None
    np.testing.assert_allclose(out.matrix.sum(axis=2), 0, atol=1e-9)
    money = out["Mh" if name == "bmw" else "Hh"]
    np.testing.assert_allclose(out.matrix[1:, :, 0].sum(axis=1), np.diff(money), atol=1e-9)
    np.testing.assert_allclose(out.matrix[:, :, -1].sum(axis=1), -out.matrix[:, :, :-1].sum(axis=(1, 2)), atol=1e-9)


def test_the_matrix_of_the_first_period_is_the_one_in_the_book():
    # Godley and Lavoie (2007), table 3.4, period 2: income 38.5, taxes 7.7, consumption 18.5, money 12.3.
    out = solve(read_system(book_model("sim")))
    wanted = [[-18.5, 18.5, 0], [0, 20, -20], [38.5, -38.5, 0], [-7.7, 0, 7.7]]
    np.testing.assert_allclose(out.matrix[1], wanted, atol=0.05)


@pytest.mark.parametrize("end", ["payer", "payee"])
def test_a_one_sided_posting_is_named(end):
    case = book_model("sim")
    rows = [dict(row) for row in case["postings"]]
    del rows[2][end]
    assert f"gl-sim: postings.2 (`wages`)\n  has no {end}." in refused({**case, "postings": rows})


@pytest.mark.parametrize("name", ["sim", "bmw"])
def test_a_posting_left_out_is_caught_by_the_purses(name):
    case = book_model(name)
    for i, gone in enumerate(case["postings"]):
        rows = [row for j, row in enumerate(case["postings"]) if j != i]
        # Nothing is repaid before the second step of the model, if ever.
        if gone["kind"] in ("repayment",):
            continue
        with pytest.raises(BooksDoNotBalance, match="I2, "):
            solve(read_system({**case, "postings": rows}))


def test_a_page_with_one_side_only_is_caught_in_its_row():
    page = first_page()
    page.matrix[2, 1] = 0.0  # the wages nobody pays
    with pytest.raises(BooksDoNotBalance, match="I1, wages, period 1") as error:
        check(page)
    assert error.value.in_language("zh").startswith("I1，wages，第 1 期")


def test_money_in_a_cell_that_no_kind_declares_is_caught():
    page = first_page()
    page.matrix[3, 1], page.matrix[3, 0] = page.matrix[3, 0], 0.0  # firms pay the tax of households
    with pytest.raises(BooksDoNotBalance, match="I1, tax"):
        check(page)


def test_a_purse_that_posting_forgot_is_caught_in_its_column(monkeypatch):
    def half_post(flow, purses, purse, sense, payer, payee, leg, amount):
        flow[leg] += amount
        purses[payer, 0] -= sense[payer] * amount

    monkeypatch.setattr(equations_books, "post", half_post)
    with pytest.raises(BooksDoNotBalance, match="I2, households, period 1"):
        solve(read_system(book_model("sim")))


def test_money_that_nobody_issued_is_caught():
    page = first_page()
    page.held[2] += 1.0
    with pytest.raises(BooksDoNotBalance, match="I3, government"):
        check(page)


def test_leaks_too_small_for_any_row_are_caught_where_they_add_up():
    page = first_page()
    matrix = np.zeros((4, 3))
    matrix[:, 2] = [0.0, 9e-10, 0.0, 9e-10]
    columns = matrix.sum(axis=0) * page.sense
    with pytest.raises(BooksDoNotBalance, match="I8, government"):
        check(replace(page, matrix=matrix, moved=columns, stock=columns, held=np.zeros(3)))


def first_page():
    system = read_system(book_model("sim"))
    now = solve(system, periods=1)
    amounts = np.array([now["Cd"][1], now["Gs"][1], now["Ns"][1], now["Ts"][1]])
    closing = np.array([now["Hh"][1], 0.0, now["Hs"][1]])
    page = page_of(system, 1, amounts, np.zeros(3), closing)
    check(page)
    return page


def test_a_flow_that_runs_backwards_is_refused_by_name():
    case = book_model("sim")
    rows = [{**row, "expression": "-Ts"} if row["kind"] == "tax" else row for row in case["postings"]]
    with pytest.raises(SeriesError, match=r"posting `tax`, period 1: -7\.69"):
        solve(read_system({**case, "postings": rows}))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "rent"}, "`rent` is not a kind of this system"),
        ({"payee": "government"}, "from `production` to `government` is no cell of this kind"),
        ({"expression": "W*Nss"}, "postings.2 (`wages`), column 3"),
    ],
    ids=["kind", "cell", "name"],
)
def test_a_posting_outside_the_table_is_refused(change, says):
    case = book_model("sim")
    rows = [{**row, **change} if row["kind"] == "wages" else row for row in case["postings"]]
    assert says in refused({**case, "postings": rows})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sectors": [{**SIM["sectors"][0]}, SIM["sectors"][1], {"id": "government", "money": "Hs"}]}, "nobody issues"),
        ({"sectors": [*SIM["sectors"], SIM["sectors"][0]]}, "`households` stands there twice"),
        ({"kinds": [*SIM["kinds"], SIM["kinds"][0]]}, "`consumption` stands there twice"),
        ({"kinds": [{"id": "tax", "payer": "house", "payee": "production"}]}, "did you mean `households`"),
    ],
    ids=["issuer", "sector", "kind", "name"],
)
def test_a_table_that_cannot_be_is_refused(change, says):
    assert says in refused({**book_model("sim"), **change})
