"""`perpetuum collect`: from a folder into a case, told in both languages, as JSON, and with an honest exit code."""

from __future__ import annotations

import json
import re

import pytest

from perpetuum import cli
from perpetuum.connectors import connectors
from tests.connectors.samples import SAMPLES

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "case"
    (folder / "entities").mkdir(parents=True)
    (folder / "case.yaml").write_text(
        "id: case\nname: {en: Case, zh: 案例}\nnewest: 2026-09-30\ntopics:\n"
        "  - {id: us_economy, name: {en: Economy, zh: 經濟}}\n  - {id: ml_hardware, name: {en: Chips, zh: 晶片}}\n"
    )
    (folder / "entities" / "acme.yaml").write_text(
        "id: acme\nname: {en: Acme, zh: 甲公司}\nroles: [engine]\nidentifiers: {sec_cik: 1234, epoch: Acme Labs}\n"
    )
    return folder


@pytest.fixture
def disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    for sample in SAMPLES.values():
        for name, content in sample.files.items():
            (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def shell(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("PERPETUUM_USER_AGENT", raising=False)

    def run(*words):
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main(["collect", *(str(word) for word in words)])
        out, err = capsys.readouterr()
        return left.value.code, out, err

    return run


@pytest.mark.parametrize("language", ["en", "zh"])
def test_alone_it_lists_every_connector_with_its_licence(shell, language):
    code, out, _ = shell("--lang", language)
    assert code == 0
    assert [id for id in connectors() if id not in out] == []
    assert bool(CHINESE.search(out)) == (language == "zh")


def test_the_list_is_json_too(shell):
    _, out, _ = shell("--json")
    assert {each["id"]: each["may_ship"] for each in json.loads(out)["result"]}["yahoo"] is False


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_a_folder_into_a_case_and_again(shell, case, disk, language):
    words = ("epoch", "--firm", "acme", "--case", case, "--from-disk", disk, "--lang", language)
    code, out, _ = shell(*words)
    assert code == 0 and (case / "collected" / "epoch.csv").is_file()
    assert ("11 new" if language == "en" else "新增 11 筆") in out
    code, out, _ = shell(*words)
    assert ("0 new, 0 restated, 11 unchanged" if language == "en" else "新增 0 筆，更正 0 筆，未變 11 筆") in out


def test_the_answer_is_json_with_documents_changes_and_remarks(shell, case, disk):
    code, out, _ = shell("fred", "--series", "DGS10,GDP", "--case", case, "--from-disk", disk, "--json")
    answer = json.loads(out)["result"]
    assert code == 1  # one of the two files is not there
    assert (answer["status"], len(answer["new"]), len(answer["documents"])) == ("partial", 3, 1)
    assert re.fullmatch("[0-9a-f]{64}", answer["documents"][0]["hash"])
    assert [remark["code"] for remark in answer["remarks"]] == ["not_in_folder"]


def test_metric_quarters_and_day_narrow_the_answer(shell, case, disk):
    words = ("epoch", "--firm", "acme", "--metric", "weekly_active_users,compute_spend", "--since", "2024Q1",
             "--until", "2024Q4",
             "--asof", "2025-06-30", "--case", case, "--from-disk", disk, "--json")  # fmt: skip
    answer = json.loads(shell(*words)[1])["result"]
    assert [(c["attribute"], c["period"]) for c in answer["new"]] == [("compute_spend", "2024")]


def test_a_dry_run_shows_addresses_and_writes_nothing(shell, case):
    code, out, _ = shell("fred", "--series", "DGS10,GDP", "--case", case, "--dry-run")
    assert code == 0 and "https://fred.stlouisfed.org/graph/fredgraph.csv?id=GDP" in out
    assert "2.0 s" in out and not (case / "collected").exists()


def test_offline_with_nothing_kept_is_a_problem_not_a_crash(shell, case):
    code, out, _ = shell("fred", "--series", "DGS10", "--case", case, "--offline")
    assert code == 1 and "not_in_cache" in out and "--offline" in out


REFUSED = {
    "an unknown connector": (("freed",), 2, "did you mean `fred`"),
    "an unknown firm": (("epoch", "--firm", "acmee"), 2, "did you mean `acme`"),
    "an unknown metric": (("fred", "--metric", "intrest_rate"), 2, "did you mean `interest_rate`"),
    "an unknown series": (("fred", "--series", "DSG10"), 2, "did you mean `DGS10`"),
    "an unknown option": (("fred", "--option", "frm=long"), 2, "did you mean `form`"),
    "an option without a value": (("fred", "--option", "form"), 2, "has no value"),
    "a number of no firm": (("epoch", "--cik", "123"), 2, "--firm ID --cik"),
    "a number that is none": (("epoch", "--firm", "acme", "--cik", "12x"), 2, "digits only"),
    "a quarter that is none": (("fred", "--since", "2025"), 2, "2025Q3"),
    "an unofficial service": (("yahoo", "--firm", "acme"), 2, "unofficial=yes"),
    "files only": (("manual",), 2, "--from-disk"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_asked_is_a_sentence_with_its_exit_code(shell, case, name):
    words, code, says = REFUSED[name]
    ran, out, err = shell(*words, "--case", case)
    assert (ran, out) == (code, "") and says in err


def test_a_shipped_case_is_refused_before_anybody_is_asked(shell, disk):
    code, _, err = shell("fred", "--from-disk", disk)
    assert code == 1 and "--case FOLDER" in err


def test_without_httpx_the_exit_code_says_so(shell, case, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "httpx", None)
    code, _, err = shell("fred", "--case", case)
    assert code == 4 and "perpetuum[connectors]" in err


def test_ctrl_c_leaves_nothing_half_written(shell, case, disk, monkeypatch):
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    code, _, err = shell("fred", "--series", "DGS10", "--case", case, "--from-disk", disk)
    assert code == 130 and "no file was left half written" in err
    assert list((case / "collected").iterdir()) == []


def test_a_remark_about_an_address_names_it_once(shell, case):
    _, out, _ = shell("fred", "--series", "DGS10", "--case", case, "--offline")
    assert out.count("graph/fredgraph.csv?id=DGS10") == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_filings_of_a_firm_become_quarters_of_the_case(shell, case, disk, language):
    filings = case.parent / "filings"
    filings.mkdir()
    content = SAMPLES["sec_companyfacts"].files["CIK0000000901.json"]
    (filings / "CIK0000000901.json").write_bytes(content)
    words = ("sec_companyfacts", "--firm", "acme", "--cik", "901", "--metric", "revenue,capex", "--case", case,
             "--from-disk", filings, "--lang", language)  # fmt: skip
    code, out, _ = shell(*words, "--since", "2023Q1", "--until", "2023Q4")
    assert code == 0 and ("8 new" if language == "en" else "新增 8 筆") in out
    assert "/edgar/data/901/" in (case / "collected" / "sec_companyfacts.csv").read_text()


def test_a_dry_run_for_very_many_firms_proposes_one_download(shell, case):
    for n in range(25):
        (case / "entities" / f"f{n}.yaml").write_text(
            f"id: f{n}\nname: {{en: F, zh: 乙}}\nroles: [gear]\nidentifiers: {{sec_cik: {5000 + n}}}\n"
        )
    code, out, _ = shell("sec_companyfacts", "--case", case, "--dry-run")
    assert code == 0 and "companyfacts.zip" in out and not (case / "collected").exists()


def test_a_persons_bad_table_is_told_line_by_line(shell, case, disk):
    (disk / "manual.csv").write_bytes(
        SAMPLES["manual"].files["manual.csv"].replace(b"4.3,usd_bn", b'"1.234,5",usd_billion')
    )
    code, _, err = shell("manual", "--case", case, "--from-disk", disk)
    assert code == 1 and "manual.csv:2" in err and "did you mean `usd_bn`" in err


def test_a_misspelt_connector_is_told_before_a_case_that_cannot_be_written_to(shell):
    code, out, err = shell("sec_companyfact", "--firm", "nobody")
    assert (code, out) == (2, "")
    assert "did you mean `sec_companyfacts`" in err
