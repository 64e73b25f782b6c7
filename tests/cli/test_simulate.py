"""The machine in the terminal: answers in both languages, every wrong word a sentence, nothing half written."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from perpetuum import cli
from tests.report.made_machine import machine_case

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SMALL = ("--draws", "4", "--quarters", "12")


@dataclass(frozen=True)
class Ran:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        return json.loads(self.out)

    @property
    def told(self) -> str:
        """The words without line breaks of the terminal."""
        return " ".join(self.out.split())


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return machine_case(tmp_path_factory.mktemp("cases") / "small")


@pytest.fixture
def simulate(capsys, case):
    """Runs `perpetuum simulate` on the small case, with few futures unless it is told otherwise."""

    def run(*words: str, of: str = case) -> Ran:
        capsys.readouterr()
        few = () if "--draws" in words or "--quarters" in words else SMALL
        with pytest.raises(SystemExit) as left:
            cli.main(["simulate", "--case", of, *few, *words])
        out, err = capsys.readouterr()
        return Ran(left.value.code, out, err)

    return run


@pytest.fixture
def rerun(capsys):
    def run(*words: str) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main(["rerun", *words])
        out, err = capsys.readouterr()
        return Ran(left.value.code, out, err)

    return run


def plain_python() -> dict[str, str]:
    """The environment of a process that compiles nothing."""
    return {**os.environ, "NUMBA_DISABLE_JIT": "1", "PERPETUUM_LANG": "en"}


# ---- what is told


def test_every_sentence_of_the_answer_names_its_scenario_and_says_that_a_model_speaks(simulate):
    ran = simulate("--lang", "en")
    assert (ran.code, ran.err) == (0, "")
    answers = [
        line for line in re.split(r"\n\s*\n", ran.out) if re.search("pays its own way by|falls in|receives", line)
    ]
    assert len(answers) >= 4
    assert all(answer.lstrip().startswith("Scenario neutral, the model gives:") for answer in answers)


def test_chinese_is_chinese(simulate):
    ran = simulate("--lang", "zh")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("情境 neutral，模型給出") >= 4
    assert len(CHINESE.findall(ran.out)) > 200


def test_english_has_no_chinese(simulate):
    assert not CHINESE.search(simulate("--lang", "en").out)


def test_it_says_when_the_gap_closes_who_falls_what_vendor_money_does_and_what_drives_it(simulate):
    told = simulate("--lang", "en").told
    for words in (
        "Lab pays its own way by the end of 2028 in",
        "no firm falls in any of 4 futures",
        "of vendor money on average. Without it, with the same luck",
        "assumptions move it most",
        "are assumed",
        "Every quarter of every future settled.",
    ):
        assert words in told, words


def test_the_firm_that_falls_is_named_with_its_share_and_quarter(simulate):
    told = simulate("--scenario", "gloom", "--lang", "en").told
    assert "somebody stops paying in all 4 futures, in half of these by 2027 Q2" in told
    assert "First to fall: Lab in 100 %" in told


def test_bad_cases_among_the_other_scenarios_are_named(simulate):
    assert "in the central future of each scenario: gloom: Lab 2027 Q2" in simulate("--lang", "en").told


def test_another_scenario_is_set_against_it_future_by_future(simulate):
    ran = simulate("--against", "gloom", "--lang", "en")
    assert "gloom against neutral" in ran.told
    assert "future by future with the same luck" in ran.told
    assert "First to fall: Lab" in ran.told


def test_differences_of_series_are_differences_of_the_same_futures(simulate):
    result = simulate("--against", "gloom", "--json").answer["result"]
    series = result["series"]
    label = "gloom − neutral"
    for n, given in enumerate(series["neutral"]["lab.cash"]["mean"]):
        difference = series["gloom"]["lab.cash"]["mean"][n] - given
        assert series[label]["lab.cash"]["mean"][n] == pytest.approx(difference, rel=1e-9, abs=1.0)


def test_json_is_one_object_with_everything_behind_the_words(simulate):
    ran = simulate("--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.answer["schema"] == "perpetuum/simulate/1"
    assert {"case", "case_hash", "version", "scenarios", "seed", "draws", "first"} <= set(ran.answer["origin"])
    result = ran.answer["result"]
    assert len(result["series"]["neutral"]["lab.cash"]["quantiles"]) == len(result["levels"])
    assert len(result["assumed"]) > 20
    assert result["status"]["neutral"] == {"settled": 4, "not_settled": 0, "broken": 0}
    assert "NaN" not in ran.out


def test_json_is_the_same_in_both_languages(simulate):
    en, zh = (simulate("--json", "--lang", lang).answer for lang in ("en", "zh"))
    assert en == zh


def test_the_same_seed_gives_the_same_answer_and_another_seed_another(simulate):
    first, second, other = (simulate("--json", "--seed", seed).answer["result"]["series"] for seed in "112")
    assert first == second
    assert first != other


def test_the_last_word_on_a_parameter_counts(simulate):
    result = simulate("--set", "lab.opening_cash=31bn USD", "--json").answer["result"]
    told = {one["address"]: one["value"] for one in result["assumed"] + result["sourced"]}
    assert told["lab.opening_cash"] == 31e9


def test_vendor_money_is_still_taken_away_whatever_was_set(simulate):
    found = simulate("--set", "maker_lab.headline=50bn USD", "--json").answer["result"]
    without = found["facts"]["vendor_money"]["without"]
    assert max(found["series"][without]["lab.vendor_money"]["mean"]) == 0.0
    assert found["facts"]["vendor_money"]["received"] > 0.0


def test_a_value_out_of_its_range_is_a_warning(simulate):
    ran = simulate("--set", "annual_pool=1bn USD", "--lang", "en")
    assert ran.code == 0
    assert "Warning: --set: annual_pool: 1e+09 is outside the usual range" in ran.told


# ---- one future, one quarter


def test_one_future_is_told_year_by_year_with_what_happens(simulate):
    ran = simulate("--replay", "2", "--scenario", "gloom", "--lang", "en")
    assert ran.code == 0
    assert [year for year in ("2026", "2027", "2028") if f"\n{year} " in ran.out] == ["2026", "2027", "2028"]
    assert "2027 Q2: Lab stops paying in full" in ran.told
    assert "Lab takes in US$" in ran.told


def test_a_future_told_alone_is_the_future_counted_among_the_others(simulate):
    draws = [simulate("--replay", n, "--json").answer["result"]["series"]["lab.cash"][-1] for n in "0123"]
    run = simulate("--json").answer["result"]["series"]["neutral"]["lab.cash"]
    assert sum(draws) / 4 == pytest.approx(run["mean"][-1], rel=1e-12)


def test_the_central_future_can_be_told(simulate):
    ran = simulate("--replay", "central", "--lang", "zh")
    assert ran.code == 0
    assert "逐年說明中央路徑" in ran.told


def test_both_tables_of_a_quarter_add_up(simulate):
    ran = simulate("--replay", "central", "--at", "2027Q3", "--json")
    matrices = ran.answer["result"]["matrices"]
    for name in ("flows", "sheet"):
        for found, expected in zip(matrices[name]["column_sums"], matrices[name]["expected"], strict=True):
            assert found == pytest.approx(expected, abs=1.0)
    assert all(abs(total) < 1.0 for total in matrices["flows"]["row_sums"])


def test_the_tables_of_a_quarter_name_every_member(simulate):
    told = simulate("--replay", "central", "--at", "2027Q3", "--lang", "en").out
    for name in ("Maker", "Cloud", "Nimbus", "Lab", "Den", "Users", "Suppliers", "Investors", "Lenders", "Sum"):
        assert name in told, name


# ---- what is wrong is a sentence


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--draws", "0"), "0 futures are none"),
        (("--quarters", "0"), "the end lies before the start"),
        (("--seed", "-1"), "-1 is no seed"),
        (("--threads", "0"), "0 threads do nothing"),
        (("--scenario", "gloon"), "did you mean `gloom`?"),
        (("--against", "neutrl"), "did you mean `neutral`?"),
        (("--against", "neutral"), "`neutral` is set against itself"),
        (("--set", "mood_persistense=0.9"), "did you mean `mood_persistence`?"),
        (("--set", "lab.chrun=2 %"), "did you mean `churn`?"),
        (("--set", "lab.churn=900 %"), "9 is impossible"),
        (("--set", "lab.churn=2 GW"), "lab.churn"),
        (("--set", "lab.opening_cash=5"), "5 is not a number of USD"),
        (("--set", "nonsense"), "'nonsense' sets nothing"),
        (("--set", "lab.churn=much"), "cannot read 'much'"),
        (("--replay", "4"), "draw 4 is not among 0 to 3"),
        (("--replay", "first"), "`first` is no future"),
        (("--at", "2019Q1"), "2019Q1 was not simulated"),
        (("--at", "next year"), "next year"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_write_instead(simulate, words, says):
    few = tuple(word for word in SMALL) if words[0] not in ("--draws", "--quarters") else ()
    ran = simulate(*few, *words)
    assert ran.code == 2
    assert says in " ".join(ran.err.split())
    assert "Traceback" not in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("base: odd\n", "odd"),
        ("base: calm\nshocks:\n  - {at: 2027Q1, target: labb.users, do: multiply, value: 0.5, because: assumed}\n",
         "did you mean `lab"),
        ("base: calm\nshocks:\n  - {at: 2020Q1, target: mood, do: add, value: -1, because: assumed}\n", "2020Q1"),
        ("base: calm\nchanges:\n  - {set: lab.churn, to: 2bn USD, because: assumed}\n", "lab.churn"),
    ],
)  # fmt: skip
def test_a_scenario_that_cannot_be_is_a_problem_of_its_file(simulate, tmp_path, file, says):
    odd = "id: odd\nname: {en: Odd, zh: 怪}\nabout: {en: Odd., zh: 怪。}\n" + file
    ran = simulate("--scenario", "odd", of=machine_case(tmp_path / "odd", {"scenarios/odd.yaml": odd}))
    assert ran.code == 1
    assert says in ran.err
    assert "odd.yaml:" in ran.err
    assert "Traceback" not in ran.err


def test_a_case_without_a_machine_says_what_to_add(simulate, tmp_path):
    from tests.report.made_case import as_folder, made_case
    from tests.report.made_machine import NEUTRAL

    files = made_case(pages={"scenarios/neutral.yaml": NEUTRAL.replace("base: calm\n", "")})
    ran = simulate(of=str(as_folder(files, tmp_path / "triangle")))
    assert ran.code == 2
    assert "machine:" in ran.err


def test_errors_come_in_chinese_too(case):
    words = [sys.executable, "-m", "perpetuum", "simulate", "--case", case, "--draws", "0", "--lang", "zh"]
    ran = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", env=plain_python(), timeout=60)
    assert ran.returncode == 2
    assert "0 條路徑等於沒有" in ran.stderr


# ---- files


def test_a_run_writes_its_tables_and_a_manifest(simulate, tmp_path):
    ran = simulate("--out", str(tmp_path / "run"), "--lang", "en")
    assert ran.code == 0
    written = sorted(path.name for path in (tmp_path / "run").iterdir())
    assert {"assumptions.csv", "balance.csv", "events.csv", "flows.csv", "manifest.json", "series.csv"} <= set(written)
    assert "Written to" in ran.told


def test_a_folder_that_is_a_file_is_refused_before_anything_is_simulated(simulate, tmp_path):
    there = tmp_path / "taken"
    there.write_text("mine", encoding="utf-8")
    ran = simulate("--draws", "1000000000", "--out", str(there))
    assert ran.code == 1
    assert "cannot use the file" in ran.err
    assert there.read_text(encoding="utf-8") == "mine"


def test_a_run_made_again_is_the_same_to_the_last_bit(simulate, rerun, tmp_path):
    simulate("--out", str(tmp_path / "run"), "--against", "gloom", "--set", "lab.churn=1.5 %")
    ran = rerun(str(tmp_path / "run" / "manifest.json"), "--lang", "en")
    assert ran.code == 0
    assert "files are the same to the last bit" in ran.told
    assert "as they were" in ran.told


def test_a_run_that_comes_out_otherwise_says_which_files(simulate, rerun, tmp_path):
    simulate("--out", str(tmp_path / "run"))
    manifest = tmp_path / "run" / "manifest.json"
    papers = json.loads(manifest.read_text(encoding="utf-8"))
    papers["what"]["question"]["seed"] = 7
    manifest.write_text(json.dumps(papers), encoding="utf-8")
    ran = rerun(str(manifest), "--json")
    assert ran.code == 1
    assert ran.answer["result"]["identical"] is False
    assert "series.csv" in ran.answer["result"]["differ"]
    assert "assumptions.csv" in ran.answer["result"]["same"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("no json", "cannot be read as JSON"),
        ("[]", "this is no manifest of this program"),
        ('{"schema": "perpetuum/manifest/1", "what": {"verb": "run"}}', "it is the manifest of `run`"),
        ('{"schema": "perpetuum/manifest/1", "what": {"verb": "simulate"}}', "`what.case` is missing"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused_with_a_sentence(rerun, tmp_path, content, says):
    path = tmp_path / "odd.json"
    path.write_text(content, encoding="utf-8")
    ran = rerun(str(path))
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


def test_a_manifest_that_is_not_there_is_a_sentence(rerun, tmp_path):
    ran = rerun(str(tmp_path / "nowhere.json"))
    assert ran.code == 1
    assert "cannot use the file" in ran.err


# ---- interrupted


@pytest.mark.skipif(sys.platform == "win32", reason="no Ctrl-C can be sent there")
def test_ctrl_c_gives_what_is_done_and_a_second_run_works(case, tmp_path):
    # A process of its own, because a signal goes to a whole process.
    code = (
        "import os, signal, sys, threading\n"
        "from perpetuum.report import machine_question as asked\n"
        "from perpetuum.report.machine_verb import simulate\n"
        "from perpetuum.ledger import load\n"
        "def press(done, total, left):\n"
        "    if done == 4: os.kill(os.getpid(), signal.SIGINT)\n"
        "question = asked.Question(draws=40, quarters=4, chunk=2)\n"
        "done = simulate(load(sys.argv[1]), question, out=__import__('pathlib').Path(sys.argv[2]), case=sys.argv[1],"
        " progress=press)\n"
        "print(done.run.done, done.run.interrupted)\n"
    )
    words = [sys.executable, "-c", code, case, str(tmp_path / "run")]
    ran = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", env=plain_python(), timeout=120)
    assert ran.stdout.split() == ["4", "True"], ran.stderr
    papers = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert papers["how_it_went"]["partial"] is True
    again = [sys.executable, "-m", "perpetuum", "rerun", str(tmp_path / "run" / "manifest.json")]
    ran = subprocess.run(again, capture_output=True, text=True, encoding="utf-8", env=plain_python(), timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert "the same to the last bit" in ran.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no Ctrl-C can be sent there")
def test_ctrl_c_in_the_terminal_leaves_with_130_and_no_traceback(case, tmp_path):
    words = [sys.executable, "-m", "perpetuum", "simulate", "--case", case, "--draws", "100000",
             "--out", str(tmp_path / "run")]  # fmt: skip
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=plain_python()
    ) as started:
        try:
            time.sleep(4.0)
            started.send_signal(signal.SIGINT)
            _, err = started.communicate(timeout=100)
        finally:
            started.kill()
    assert started.returncode == 130, err
    assert "Traceback" not in err
    assert list(tmp_path.rglob(".writing-*")) == []


def test_replaying_compiles_nothing(case):
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"}
    words = [
        sys.executable,
        "-m",
        "perpetuum",
        "simulate",
        "--case",
        case,
        "--quarters",
        "4",
        "--replay",
        "3",
        "--json",
    ]
    ran = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", env=environment, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["origin"]["compiled"] is False


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit):
        cli.main(["simulate", "--help"])
    told = capsys.readouterr().out
    for option in ("--scenario", "--set", "--draws", "--quarters", "--seed", "--against", "--replay", "--at", "--out"):
        assert option in told, option


def test_the_folder_named_in_a_manifest_needs_no_files_beside_it(simulate, rerun, tmp_path):
    simulate("--out", str(tmp_path / "run"))
    alone = Path(tmp_path / "alone.json")
    alone.write_bytes((tmp_path / "run" / "manifest.json").read_bytes())
    assert rerun(str(alone)).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal can be made there")
def test_a_terminal_that_watches_sees_futures_go_by_on_standard_error(case):
    import pty

    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "perpetuum", "simulate", "--case", case, "--draws", "60", "--quarters", "4"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=theirs, env=plain_python() | {"COLUMNS": "100"}) as ran:
        os.close(theirs)
        seen = b""
        try:
            while piece := os.read(ours, 4096):
                seen += piece
        except OSError:  # the other end is closed
            pass
        out, _ = ran.communicate(timeout=60)
    os.close(ours)
    assert ran.returncode == 0
    assert b"living through futures" in seen
    assert b"/60" in seen
    assert b"living through futures" not in out
