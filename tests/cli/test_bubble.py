"""`perpetuum gauges bubble FILE`: a price from a file, in both languages and as JSON."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from perpetuum import cli

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def shell(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words):
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main(["gauges", "bubble", *map(str, words)])
        out, err = capsys.readouterr()
        return left.value.code, out, err

    return run


@pytest.fixture(scope="module")
def price(tmp_path_factory):
    """A price whose last third grows by itself; its fundamental grows along, so the ratio does not."""
    steps = np.random.default_rng(7).normal(size=(2, 150))
    y = 20.0 + np.cumsum(steps[0])
    for t in range(100, 150):
        y[t] = 1.06 * y[t - 1] + np.random.default_rng([7, t]).normal()
    y = y / 20
    over = np.exp(y + 0.05 * np.cumsum(steps[1]))
    path = tmp_path_factory.mktemp("prices") / "made-up.csv"
    rows = [f"{2010 + n // 12}-{n % 12 + 1:02d},{float(np.exp(y[n]))!r},{float(over[n])!r}" for n in range(150)]
    path.write_text("\n".join(["date,price,fundamental", *rows]) + "\n", encoding="utf-8")
    return path


def test_the_answer_names_verdict_bound_convention_dates_and_false_alarms(shell, price):
    code, out, _ = shell(price, "--draws", 99)
    assert code == 0
    for words in ("watch", "wild bootstrap", "convention rows", "family-wise", "still going on", "2022",
                  "What this does not say", "32.9", "2604.25826", "not tested"):  # fmt: skip
        assert words in out, words


def test_the_answer_is_told_in_chinese(shell, price):
    code, out, _ = shell(price, "--draws", 99, "--lang", "zh")
    assert code == 0
    for words in ("觀察", "野生拔靴法", "整體誤報率", "仍在進行", "這沒有說的事", "未檢定"):
        assert words in out, words
    assert not [line for line in out.splitlines() if re.fullmatch(r"[A-Za-z ,.]{40,}", line.strip())]


def test_the_answer_as_json_has_the_numbers_behind_it(shell, price):
    code, out, _ = shell(price, "--draws", 99, "--json", "--seed", 3)
    answer = json.loads(out)
    assert code == 0 and answer["schema"] == "perpetuum/bubble/1"
    assert answer["origin"]["file"] == "made-up.csv" and len(answer["origin"]["file_hash"]) == 64
    result = answer["result"]
    verdicts = {each["input"]: each["verdict"] for each in result["inputs"]}
    assert verdicts == {"price": "rejects", "ratio": "does_not_reject", "residual": "missing"}
    assert result["band"] == "watch" and result["family_wise"] == pytest.approx(0.05)
    test = result["inputs"][0]["test"]
    assert max(test["sequence"]["bsadf"]) == test["sequence"]["gsadf"] > test["bound"]
    assert (test["draws"], test["seed"], test["bound_name"]) == (99, 3, "wild")
    assert result["inputs"][0]["episodes"][-1]["ongoing"] is True


def test_one_input_may_be_asked_for(shell, price):
    result = json.loads(shell(price, "--draws", 99, "--json", "--input", "ratio")[1])["result"]
    assert [each["verdict"] for each in result["inputs"]] == ["missing", "does_not_reject", "missing"]
    assert result["inputs"][0]["because"]["en"] == "not asked for"


def test_settings_reach_the_test(shell, price):
    options = ("--bound", "monte_carlo", "--draws", 50, "--level", 0.9, "--lag", 2, "--lag-rule", "bic", "--convention",
               "levels", "--min-window", 25, "--min-length", 3, "--ratio-form", "levels")  # fmt: skip
    result = json.loads(shell(price, "--json", *options)[1])["result"]
    used = result["settings"]
    assert (used["bound"], used["paths"], used["level"], used["lag"], used["lag_rule"]) == (
        "monte_carlo", 50, 0.9, 2, "bic")  # fmt: skip
    assert (used["convention"], used["minw"], used["min_length"], used["ratio_form"]) == ("levels", 25, 3, "levels")
    assert result["inputs"][0]["test"]["sequence"]["first_end"] == 24


def test_the_same_command_gives_the_same_answer(shell, price):
    assert shell(price, "--draws", 99, "--json")[1] == shell(price, "--draws", 99, "--json")[1]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_bad_file_is_told_line_by_line_and_nothing_is_printed(shell, tmp_path, monkeypatch, lang):
    path = tmp_path / "bad.csv"
    path.write_text("date,price\n2024-02,5\n2024-01,0\n2024-02,x\n", encoding="utf-8")
    monkeypatch.setattr(cli, "LANGUAGE", lang)
    code, out, err = shell(path, "--lang", lang)
    assert (code, out) == (1, "")
    assert [int(line) for line in re.findall(r"bad\.csv:(\d+):", err)] == [3, 3, 4, 4]
    assert bool(CHINESE.search(err)) == (lang == "zh")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--draws", 5), "19 or more"),
        (("--draws", 0), "19 or more"),
        (("--bound", "table", "--min-window", 30), "a smallest window of 30"),
        (("--level", 95), "such as 0.95"),
        (("--min-window", 2), "give a window of 3 or more"),
    ],
)
def test_settings_that_cannot_be_are_told(shell, price, options, told):
    code, out, err = shell(price, *options)
    assert (code, out) == (2, "")
    assert told in " ".join(err.split())


def test_a_ratio_without_a_fundamental_is_told(shell, tmp_path):
    path = tmp_path / "price.csv"
    path.write_text("\n".join(["date,price", *(f"2024-{m:02d},{m + m % 3}" for m in range(1, 13))]), encoding="utf-8")
    code, _, err = shell(path, "--input", "ratio")
    assert code == 2 and "no column fundamental" in err


@pytest.fixture(scope="module")
def adopted(tmp_path_factory):
    """A price that follows its users and nothing else; users are known twice a year."""
    steps = np.random.default_rng(5).normal(size=(2, 200))
    users = 900.0 / (1.0 + np.exp(-(np.arange(200) - 120.0) / 16.0))
    price = users * np.exp(0.05 * np.cumsum(steps[0]))
    told = [f"{users[n] * (1 + 0.04 * steps[1, n]):.4f}" if n % 6 == 0 else "" for n in range(200)]
    rows = [f"{2010 + n // 12}-{n % 12 + 1:02d},{price[n]:.6f},{told[n]}" for n in range(200)]
    path = tmp_path_factory.mktemp("adopted") / "adopted.csv"
    path.write_text("\n".join(["date,price,users", *rows]) + "\n", encoding="utf-8")
    return path


def test_users_in_the_file_set_the_price_beside_what_was_known_of_them(shell, adopted):
    code, out, err = shell(adopted, "--draws", 99)
    assert (code, err.count("\n")) == (0, err.count("...\n"))
    for words in ("logistic curve is laid through 34 observations", "known from Jul 2012", "never through the price"):
        assert words in " ".join(out.split()), words
    _, out, _ = shell(adopted, "--draws", 99, "--json")
    found = {each["input"]: each for each in json.loads(out)["result"]["inputs"]}
    assert (found["price"]["verdict"], found["residual"]["verdict"]) == ("rejects", "does_not_reject")
    assert (found["residual"]["curve"], found["residual"]["since"]) == ("logistic", "2012-07")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_too_few_users_are_told_and_the_input_stays_missing(shell, adopted, tmp_path, monkeypatch, lang):
    path = tmp_path / "few.csv"
    lines = adopted.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:26], *(f"{line.rpartition(',')[0]}," for line in lines[26:])]), encoding="utf-8")
    monkeypatch.setattr(cli, "LANGUAGE", lang)
    code, out, _ = shell(path, "--draws", 99, "--lang", lang, "--input", "residual", "--input", "price")
    assert code == 0
    assert {"en": "users are known at 5 dates; a curve", "zh": "使用者數只有 5 期已知"}[lang] in " ".join(out.split())


def test_a_residual_without_users_is_told(shell, price):
    code, _, err = shell(price, "--input", "residual")
    assert code == 2 and "no column users" in err


@pytest.mark.parametrize("seed", [2**63, 10**30])
def test_a_seed_too_large_is_told_as_such(shell, price, seed):
    code, out, err = shell(price, "--seed", seed)
    assert (code, out) == (2, "") and f"seed is {seed}" in err and str(2**63 - 1) in err


@pytest.mark.parametrize("bound", ["wild", "monte_carlo"])
def test_more_draws_than_can_be_held_are_told(shell, price, bound):
    code, out, err = shell(price, "--bound", bound, "--draws", 10**11)
    assert (code, out, err.count("\n")) == (2, "", 1) and "1000000 or fewer" in err


def test_only_the_option_that_was_given_is_told(shell, price):
    assert shell(price, "--draws", 5)[2].splitlines() == ["draws is 5. Give 19 or more."]
    assert shell(price, "--draws", 5, "--bound", "monte_carlo")[2].splitlines() == ["paths is 5. Give 20 or more."]
