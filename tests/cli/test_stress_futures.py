"""A shock in many futures from the terminal: who is taken down in how many, and every wrong word a sentence."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import perpetuum
from perpetuum import cli
from perpetuum.contagion import Shock, over_draws, stress
from perpetuum.contagion.over_draws import OverDraws
from perpetuum.machine import Keep, simulate
from perpetuum.report.views.stressed_futures import firms_over
from tests.report.made_case import as_folder, made_case
from tests.report.made_machine import machine_case

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SHOCK = "lab:stops-paying"


@dataclass(frozen=True)
class Ran:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def futures(self) -> Any:
        return json.loads(self.out)["result"]["futures"]

    @property
    def told(self) -> str:
        """The words without line breaks of the terminal."""
        return " ".join(self.out.split())


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return machine_case(tmp_path_factory.mktemp("cases") / "small")


@pytest.fixture
def strike(capsys, case):
    """Runs `perpetuum stress` on the small case."""

    def run(*words: str, shock: str = SHOCK, of: str = case) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main(["stress", "--case", of, *(["--shock", shock] if shock else []), *words])
        out, err = capsys.readouterr()
        return Ran(left.value.code, out, err)

    return run


# ---- what is told


def test_the_answer_names_scenario_quarter_seed_and_futures_and_says_that_a_model_speaks(strike):
    ran = strike("--scenario", "neutral", "--draws", "4", "--at-quarter", "2027Q3", "--seed", "7", "--lang", "en")
    assert (ran.code, ran.err) == (0, "")
    says = "Scenario neutral, the model gives: if Lab stops paying at the close of 2027 Q3"
    assert ran.told.count(says) == 2
    assert "4 possible futures from 2026 Q1" in ran.told and "seed 7" in ran.told
    assert "perpetuum simulate --scenario neutral lists every assumption" in ran.told


def test_chinese_is_chinese_and_english_is_not(strike):
    words = ("--scenario", "neutral", "--draws", "2", "--lang")
    zh, en = strike(*words, "zh"), strike(*words, "en")
    assert (zh.code, en.code) == (0, 0)
    assert zh.out.count("情境 neutral，模型給出") == 2 and len(CHINESE.findall(zh.out)) > 100
    assert not CHINESE.search(en.out)


def test_whoever_is_taken_down_is_named_with_its_share(strike):
    poor = ("--set", "nimbus.opening_debt=30bn USD", "--draws", "4", "--at-quarter", "2026Q4", "--lang", "en")
    told = strike(*poor).told
    assert "it takes with it Nimbus in all 4 futures; nobody else." in told
    assert "struck by the shock" in told


def test_where_nobody_knows_the_equity_nobody_is_said_to_stand(strike):
    first = ("--view", "cash", "--at-quarter", "2026Q1", "--draws", "2", "--lang", "en")
    told = strike(*first).told
    assert "Not judged, because its equity in the books is negative or not known: Cloud in all 2 futures" in told


def test_the_numbers_are_those_of_the_library(strike, case):
    told = strike("--draws", "3", "--at-quarter", "2027Q2", "--json").futures
    ledger = perpetuum.load(case)
    run = simulate(
        ledger.network(stage="signed"), ledger.scenario("neutral"), draws=3, quarters=6, keep=Keep(draws=(0, 1, 2))
    )
    out = over_draws(run, Shock.parse(SHOCK), "2027Q2")

    assert told["by_draw"]["lost"] == out.lost.tolist()
    assert told["by_draw"]["round_of_default"] == out.falls.tolist()
    cloud = next(one for one in told["firms"] if one["firm"] == "cloud")
    assert cloud["lost"][1] == pytest.approx(np.median(out.lost_by("cloud"))) and cloud["lost"][1] > 0
    assert told["at"] == "2027Q2" and told["scenario"] == "neutral" and told["left_out"] == 0


def test_the_futures_are_those_of_simulate_however_far_it_looks(strike, case):
    ledger = perpetuum.load(case)
    long = simulate(ledger.network(stage="signed"), ledger.scenario("neutral"), draws=2, quarters=20)
    alone = stress(long.network("2027Q2", 1), Shock.parse(SHOCK))

    told = strike("--draws", "2", "--at-quarter", "2027Q2", "--json").futures

    place = told["by_draw"]["firms"].index("cloud")
    assert told["by_draw"]["lost"][1][place] == alone.lost("cloud")


def test_the_twelfth_quarter_is_meant_where_none_is_named(strike):
    assert strike("--draws", "1", "--json").futures["at"] == "2028Q4"


def test_a_parameter_and_a_seed_change_the_answer_and_alone_ask_for_futures(strike):
    plain = strike("--draws", "2", "--at-quarter", "2027Q2", "--json")
    other = strike("--draws", "2", "--at-quarter", "2027Q2", "--seed", "1", "--json")
    changed = strike("--draws", "2", "--at-quarter", "2027Q2", "--set", "lab.opening_cash=35bn USD", "--json")

    assert plain.futures["by_draw"]["lost"] != other.futures["by_draw"]["lost"]
    assert plain.futures["by_draw"]["lost"] != changed.futures["by_draw"]["lost"]


def test_without_any_of_these_words_the_network_of_a_date_is_stressed(strike):
    assert "futures" not in json.loads(strike("--json", shock="openai:stops-paying", of="ai").out)["result"]


# ---- over all futures


def made(falls: list[list[int]], before: list[list[bool]], lost: list[list[float]],
         unknown: list[list[bool]] | None = None) -> OverDraws:  # fmt: skip
    from perpetuum.contagion import Books

    books = Books.of(outside_assets={"lab": 9.0, "cloud": 9.0}, obligations=[("lab", "cloud", 5.0)])
    central = stress(books, Shock.parse("lab: -9 USD"))
    place = [central.firms.index(firm) for firm in ("lab", "cloud")]
    arrays = [
        np.array(each)[:, np.argsort(place)] for each in (falls, before, lost, unknown or [[False, False]] * len(falls))
    ]
    return OverDraws(
        shock=central.shock, firms=central.firms, draws=tuple(range(len(falls))), falls=arrays[0], lost=arrays[2],
        low=arrays[2] / 2, high=arrays[2] * 2, fell_before=arrays[1], unknown=arrays[3],
        settled=np.ones(len(falls), dtype=bool), central=central,
    )  # fmt: skip


def test_a_firm_that_falls_anyway_is_not_taken_down():
    out = made([[1, 2], [1, 2], [1, 0], [1, 3]], [[False, True], [False, False], [False, False], [False, False]],
               [[9.0, 4.0]] * 4)  # fmt: skip
    lab, cloud = firms_over(out)

    assert (lab.firm, lab.is_hit, cloud.firm, cloud.is_hit) == ("lab", True, "cloud", False)
    assert (cloud.taken, cloud.anyway, cloud.by_round) == (0.5, 0.25, (0.0, 0.25, 0.25))
    assert cloud.error == pytest.approx(2 * np.sqrt(0.25 / 4))


def test_a_share_is_of_the_futures_in_which_a_firm_can_be_judged():
    cannot = [[False, True], [False, True], [False, False], [False, False]]
    out = made([[1, 0], [1, 0], [1, 2], [1, 0]], [[False, False]] * 4, [[9.0, 4.0]] * 4, cannot)
    cloud = firms_over(out)[1]

    assert (cloud.taken, cloud.judged) == (0.5, 2)
    assert cloud.error == pytest.approx(2 * np.sqrt(0.25 / 2))


def test_losses_lie_between_the_ends_of_open_triggers_and_of_the_futures():
    out = made([[1, 0]] * 5, [[False, False]] * 5, [[9.0, usd] for usd in (1.0, 2.0, 3.0, 4.0, 5.0)])
    cloud = firms_over(out)[1]

    assert cloud.lost == pytest.approx((1.2 / 2, 3.0, 4.8 * 2))
    assert cloud.central_lost == pytest.approx(5.0)


# ---- what cannot be asked


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--scenario", "neutrl"), "did you mean `neutral`"),
        (("--draws", "0"), "0 futures are none"),
        (("--draws", "-3"), "-3 futures are none"),
        (("--at-quarter", "2025Q4"), "Choose a quarter from 2026Q1 to 2035Q4"),
        (("--at-quarter", "2036Q1"), "2036Q1 is not simulated"),
        (("--at-quarter", "soon"), "cannot read 'soon' as a quarter"),
        (("--draws", "2", "--at", "2026Q3"), "--at-quarter 2028Q4"),
        (("--draws", "2", "--asof", "2026-01-01"), "--at-quarter 2028Q4"),
        (("--draws", "2", "--stage", "paid"), "--at-quarter 2028Q4"),
        (("--draws", "2", "--reverse", "uniform"), "Leave out --reverse"),
        (("--draws", "2", "--horizon", "0"), "one quarter or more"),
        (("--draws", "2", "--size", "3"), "size of a shock"),
        (("--draws", "2", "--seed", "-1"), "no seed"),
        (("--draws", "2", "--set", "lab.churnn=2"), "did you mean `churn`"),
        (("--draws", "2", "--model", "debtrank_2051"), "debtrank_2015"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_write_instead(strike, words, says):
    ran = strike(*words, "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_a_shock_on_nobody_and_no_shock_are_refused(strike):
    nobody, nothing = strike("--draws", "1", shock="labb:stops-paying"), strike("--draws", "1", shock="")
    assert (nobody.code, nothing.code) == (2, 2)
    assert "did you mean `lab`" in nobody.err
    assert "no shock to follow" in nothing.err


def test_a_case_without_a_machine_says_what_to_add(strike, tmp_path):
    ran = strike("--scenario", "neutral", of=str(as_folder(made_case(), tmp_path / "triangle")))
    assert (ran.code, ran.out) == (2, "")
    assert "machine:" in ran.err


def test_a_case_in_which_a_firm_has_no_customers_can_be_struck(strike):
    ran = strike("--draws", "2", "--json", shock="nortel:stops-paying", of="telecom-2000")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["origin"]["draws"] == 2


def test_a_blank_size_is_refused_with_a_sentence(strike):
    ran = strike("--size", " ", "--draws", "2")
    assert ran.code == cli.USAGE
    assert "is no size" in ran.err
