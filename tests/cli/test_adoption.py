"""`perpetuum gauges adoption`: choices, both languages, JSON, and what it says when a case has nothing."""

from __future__ import annotations

import json

import pytest

from perpetuum import cli
from tests.report.made_case import as_folder, made_case


def ran(capsys, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        cli.main(["gauges", "adoption", *words])
    out = capsys.readouterr()
    return int(left.value.code or 0), out.out, out.err


def test_a_technology_and_a_launch_can_be_chosen(capsys):
    code, out, _ = ran(capsys, "--technology", "mobile", "--launch", "tokyo_1979", "--population", "world")
    assert code == 0
    assert "20.6" in out and "16.7" not in out


def test_the_answer_as_json_holds_no_point(capsys):
    code, out, _ = ran(capsys, "--technology", "chatgpt", "--json")
    growth = json.loads(out)["result"]["growth"][0]
    assert code == 0
    assert growth["saturation"]["point"] is None
    assert growth["saturation"]["failed"] == ["narrow_interval"]
    assert [fit["curve"] for fit in growth["saturation"]["fits"]] == ["bass", "logistic", "gompertz"]


def test_a_case_without_adoption_says_what_to_add(capsys, tmp_path):
    folder = as_folder(made_case(), tmp_path / "triangle")
    code, _, err = ran(capsys, "--case", str(folder))
    assert code != 0
    assert "adoption.yaml" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--technology", "mobil"], "did you mean `mobile`"),
        (["--curve", "bas"], "did you mean `bass`"),
        (["--share", "3"], "no share of a population"),
    ],
)
def test_a_wrong_choice_is_told(capsys, words, says):
    code, _, err = ran(capsys, *words)
    assert code != 0
    assert says in err
