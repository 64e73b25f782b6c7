"""What the case `telecom-2000` tells, with numbers written down here by hand from its tables."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from pathlib import Path

import pytest

import perpetuum
from perpetuum.core.when import Quarter
from perpetuum.gauges import read_gauges
from perpetuum.ledger import load
from perpetuum.ledger.files import read_files
from perpetuum.report.blocks import Paragraph
from perpetuum.report.html import page as as_html
from perpetuum.report.main_job import run
from perpetuum.report.snapshots import study
from perpetuum.report.storyteller import tell
from perpetuum.report.terminal import draw

CASE = "telecom-2000"
CUT_OFF = datetime.date(2000, 9, 30)
BN = 1e9


@pytest.fixture(scope="module")
def case():
    return load(CASE)


def read(case, asof: str, at: str, dial: str):
    (reading,) = read_gauges(case.panel(datetime.date.fromisoformat(asof)), Quarter.parse(at), dial)
    return reading


def firm(reading, name: str):
    return next((point for point in reading.firms if point.entity == name), None)


def sub(point, words: str):
    return next(each for each in point.subs if words in each.name.en)


# Every entry of findings.yaml


QUESTIONS = [
    pytest.param(answered.told, answer, id=f"{answered.told.id}-{answer.asof}")
    for answered in load(CASE).findings()
    for answer in answered.answers
]


@pytest.mark.parametrize(("told", "answer"), QUESTIONS)
def test_every_finding_comes_out_of_its_query(told, answer):
    assert answer.agrees, f"{answer.value} is not {answer.expected}"


@pytest.mark.parametrize(("told", "answer"), QUESTIONS)
def test_every_finding_shows_its_evidence_and_nothing_known_later(told, answer):
    # Who fell is counted in a list that has its own pages.
    assert answer.evidence or told.query == "fallen"
    assert all(claim.known_from <= answer.asof for claim in answer.evidence)


def test_a_failure_with_loss_is_never_told_without_the_recovery(case):
    cured = {leg for deal in case.deals for event in deal.events if event.word == "cured" for leg in [event.leg]}
    failed = {event.leg for deal in case.deals for event in deal.events if event.word == "defaulted"} - cured
    assert cured == {"HT028"}
    losses = {"vendor_loan_loss_low", "vendor_loan_loss_high", "recovery_rate", "allowance_on_impaired"}
    tell_of_loss = 0
    for answered in case.findings():
        for answer in answered.answers:
            legs = {claim.subject for claim in answer.evidence}
            paid_and_lost = {claim.subject for claim in answer.evidence if claim.stage == "paid"} & failed
            if paid_and_lost or {claim.attribute for claim in answer.evidence} & losses:
                tell_of_loss += 1
                assert "HT028" in legs, answered.told.id
    assert tell_of_loss >= 5


# Promised and drawn


def test_what_a_vendor_promised_is_the_same_with_the_single_loans_and_without(case):
    _, files = read_files(CASE)
    single = {"lucent-winstar-loan", "lucent-sprint-pcs-loan", "lucent-five-other-wireless-carriers-loan",
              "lucent-one-tel-loan"}  # fmt: skip
    # Without the findings, which name legs of these files, and the criteria, which name findings.
    kept = {path: raw for path, raw in files.items() if Path(path).stem not in {*single, "findings", "criteria"}}
    without = load(kept)
    for ledger in (case, without):
        legs = ledger.total(stage="announced", at="year_end").legs
        ours = [leg for leg in legs if ledger.legs_by_id[leg].payer == "lucent"]
        assert sum(ledger.figure(leg, "announced").value for leg in ours) == pytest.approx(8.1 * BN, rel=1e-12)
    assert len(case.legs_by_id) - len(without.legs_by_id) == 4


def test_a_book_and_a_loan_inside_it_are_refused_as_a_sum(case):
    with pytest.raises(perpetuum.PerpetuumError, match="share the same money"):
        case.total(stage="announced", legs=["HT001", "HT005"])


def test_the_book_of_the_year_before_is_replaced_by_that_of_the_year(case):
    then, now = (case.standings(at=day, asof="latest") for day in ("1999-12-31", "cut_off"))
    assert then["HT007"].is_current and "HT005" not in then
    assert now["HT007"].retired_by == "HT005"
    assert [leg.id for leg in case.chain("HT005")] == ["HT007", "HT005"]


def test_a_balance_owed_at_the_default_is_not_what_had_been_drawn_before(case):
    network = case.network(at="cut_off", stage="paid", asof="latest")
    for leg in ("HT001", "HT021", "HT022"):
        assert (leg, "paid") not in network.promised, leg
    assert case.figure("HT001", "paid").value == pytest.approx(0.7 * BN)


LATER = ["HT008", "HT010", "HT011", "HT012", "HT013", "HT014", "HT015", "HT016", "HT023", "HT024", "HT025", "HT026",
         "HT034", "HT035", "HT036"]  # fmt: skip
UNDATED = ["HT002", "HT017", "HT027", "HT028", "HT031", "HT033"]
STOOD = ["HT001", "HT003", "HT004", "HT005", "HT006", "HT009", "HT018", "HT019", "HT020", "HT021", "HT022", "HT030",
         "HT032"]  # fmt: skip


@pytest.mark.parametrize("leg", [*LATER, *UNDATED])
def test_what_is_dated_later_or_not_at_all_stays_out_of_the_network_at_the_cut_off(case, leg):
    assert leg not in case.standings(at=CUT_OFF, asof="latest")


@pytest.mark.parametrize("leg", STOOD)
def test_what_surely_stood_is_in_it(case, leg):
    assert case.standings(at=CUT_OFF, asof="latest")[leg].is_current


def test_what_had_failed_before_the_cut_off_is_known_and_over(case):
    assert case.standings(at=CUT_OFF, asof="latest")["HT029"].ended


def test_the_drawn_part_was_printed_three_months_after_the_day_it_speaks_of(case):
    assert case.figure("HT005", "paid", "2000-12-28") is None
    assert case.figure("HT005", "paid", "2000-12-29").value == pytest.approx(1.3 * BN)


def test_two_dates_of_one_default_stand_side_by_side(case):
    events = case.deal_of["HT001"].events_of("HT001")
    assert [str(event.on) for event in events if event.word == "defaulted"] == ["2001-04-16", "2001-04-18"]


# A default that was cured


def test_a_default_ends_a_loan_until_somebody_cures_it(case):
    stood = [case.standings(at=day, asof="latest")["HT028"].ended for day in ("2001-12-31", "2002-09-29", "2002-12-31")]
    assert stood == [True, True, False]
    assert case.standings(at="2002-12-31", asof="latest")["HT027"].ended


# Loops


def test_money_goes_round_between_a_vendor_and_its_customer(case):
    of = perpetuum.measure(case.network(at="2001-06-30", stage="announced"), step="window")
    assert [loop.firms for loop in of.loops] == [("cisco", "velocita")]


def test_a_joint_loan_is_not_split_among_its_lenders(case):
    network = case.network(at="2001-06-30", stage="announced")
    (loan,) = (leg for leg in network.every if leg.id == "HT023")
    assert loan.payer == "nokia_ericsson_alcatel" and case.entities[loan.payer].aggregate
    assert not any(leg.payee == "orange" and leg.payer in ("nokia", "ericsson", "alcatel") for leg in network.every)


# The dials, as they could be read then


def test_stock_and_receivables_of_one_vendor_warn_six_quarters_ahead(case):
    asked = (("1999-03-31", "1998Q4"), ("1999-05-31", "1999Q1"), ("1999-12-31", "1999Q3"))
    before, watch, alarm = (read(case, asof, at, "stock_and_receivables") for asof, at in asked)
    assert firm(before, "lucent").band == "unknown"
    assert (firm(watch, "lucent").band, str(firm(watch, "lucent").quarter)) == ("watch", "1999Q1")
    assert (firm(alarm, "lucent").band, alarm.band) == ("alarm", "alarm")
    assert firm(alarm, "lucent").known_since == datetime.date(1999, 12, 14)
    spreads = [
        (round(sub(firm(read(case, "1999-12-31", at, "stock_and_receivables"), "lucent"), "inventory").value, 2),
         round(sub(firm(read(case, "1999-12-31", at, "stock_and_receivables"), "lucent"), "receivables").value, 2))
        for at in ("1998Q4", "1999Q1", "1999Q2", "1999Q3")
    ]  # fmt: skip
    assert spreads == [(0.39, 0.40), (0.18, 0.24), (0.52, 0.42), (0.31, 0.18)]


def test_stock_and_receivables_of_the_other_watch_late_and_alarm_after_the_fact(case):
    bands = {
        at: firm(read(case, asof, at, "stock_and_receivables"), "cisco").band
        for asof, at in (("2000-09-30", "2000Q2"), ("2001-01-31", "2000Q3"), ("2001-06-30", "2001Q1"))
    }
    assert bands == {"2000Q2": "running", "2000Q3": "watch", "2001Q1": "alarm"}
    last = firm(read(case, "2000-09-30", "2000Q2", "stock_and_receivables"), "cisco")
    assert [round(each.value, 2) for each in last.subs[:2]] == [0.27, 0.34]


def test_vendor_financing_alarms_two_days_before_the_deadline_and_not_earlier(case):
    assert read(case, "2000-12-28", "2000Q4", "vendor_financing").band == "unknown"
    reading = read(case, "2000-12-31", "2000Q4", "vendor_financing")
    point = firm(reading, "lucent")
    assert (reading.band, point.band, str(point.quarter)) == ("alarm", "alarm", "2000Q3")
    assert point.value == pytest.approx(8.1 / 33.8)
    assert point.known_since == datetime.date(2000, 12, 29)
    assert sub(point, "year before").value == pytest.approx(8.1 / 38.3)
    assert (sub(point, "drawn").value, sub(point, "drawn").band) == (pytest.approx(2.07 / 33.8), "watch")


def test_it_alarms_on_every_denominator_that_the_tables_give(case):
    point = firm(read(case, "2001-03-31", "2000Q4", "vendor_financing"), "lucent")
    others = [sub(point, words).value for words in ("year before", "telecom sales")]
    assert others == [pytest.approx(8.1 / 38.3), pytest.approx(8.1 / 25.8)]
    assert all(value > 0.15 for value in (point.value, *others))


def test_the_other_vendors_stand_on_watch_once_their_books_are_known(case):
    early, later = (read(case, asof, "2000Q4", "vendor_financing") for asof in ("2001-02-28", "2001-03-31"))
    assert firm(early, "nortel") is None
    assert firm(early, "cisco").value == pytest.approx(2.4 / (4.357 + 4.933 + 5.720 + 6.519), rel=2e-3)
    assert (firm(later, "nortel").value, firm(later, "nortel").band) == (pytest.approx(3.1 / 28.0), "watch")
    assert firm(later, "cisco").band == "watch"


def test_a_book_is_read_at_its_own_date_and_not_carried_on(case):
    assert firm(read(case, "2001-12-31", "2001Q4", "vendor_financing"), "lucent") is None
    assert read(case, "2001-12-31", "2001Q4", "vendor_financing").band == "unknown"


@pytest.mark.parametrize(
    "dial", ["capex_to_revenue", "capex_to_cash_flow", "capex_to_gdp", "run_up", "explosive_price"]
)
def test_a_dial_without_data_is_unknown_and_never_green(case, dial):
    assert read(case, "2000-12-31", "2000Q4", dial).band == "unknown"


@pytest.mark.parametrize("day", ["1999-06-30", "1999-12-31", "2000-12-31", "2001-04-18"])
def test_a_dial_as_known_on_a_day_does_not_change_when_later_rows_are_taken_away(case, day):
    asof = datetime.date.fromisoformat(day)
    metrics = tuple(claim for claim in case.metrics if claim.known_from <= asof)
    deals = tuple(
        dataclasses.replace(deal, legs=tuple(
            dataclasses.replace(leg, amounts=tuple(claim for claim in leg.amounts if claim.known_from <= asof))
            for leg in deal.legs
        ))
        for deal in case.deals
    )  # fmt: skip
    cut = dataclasses.replace(case, metrics=metrics, deals=deals)
    assert len(metrics) < len(case.metrics)
    shown = [
        [(r.gauge, r.band, r.last.value if r.last else None) for r in read_gauges(of.panel(asof), Quarter.of(asof))]
        for of in (case, cut)
    ]
    assert shown[0] == shown[1]


# What is remembered


def test_a_remembered_number_never_hides_a_reported_one(case):
    figure = case.panel("latest").longer["nortel", "revenue"]
    assert not next(f for span, f in figure.items() if span.first.year == 2000).chosen.is_remembered


def printed(blocks) -> str:
    from rich.console import Console

    console = Console(width=200)
    with console.capture() as drawn:
        console.print(draw(blocks, "en"))
    return drawn.get()


def test_a_number_that_rests_on_memory_is_marked_wherever_it_stands(case):
    answers = {answered.told.id: answered.answers[0].evidence for answered in case.findings()}
    weak, sound = answers["share_lucent"], answers["share_alcatel"]
    said = Paragraph(text=case.case.name, evidence=weak)
    assert "remembered" in printed((said,))
    assert "remembered" not in printed((dataclasses.replace(said, evidence=sound),))


@pytest.fixture(scope="module")
def told(case):
    return study(case)


@pytest.fixture(scope="module")
def pages(told):
    return tell(told)


def test_the_report_tells_the_case_to_its_end_with_what_is_known_by_now(told):
    assert [(str(each.at), str(each.asof)) for each in told.snapshots] == [
        ("2000-09-30", "2000-09-30"), ("2000-12-31", "2000-12-31"), ("2001-04-18", "2001-04-18"),
        ("2003-12-31", "2026-09-16"),
    ]  # fmt: skip


OF_OUR_DAY = (
    r"Circular Financing: Does Nvidia.*?Bubble\?",
    r"Are we being railroaded by AI\?",
    "The boom in AI spending is enormous but not unprecedented",
    "The Possible Collapse of AI",
)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_speaks_of_artificial_intelligence(told, pages, language):
    html = as_html(told, pages, language)
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>|https?://\S+", " ", html, flags=re.S)
    # The titles of some pages of our day name it; they are not our words.
    text = re.sub("|".join(OF_OUR_DAY), " ", text)
    assert re.findall(r".{30}\bAI\b.{30}", text) == []


def test_every_remembered_claim_of_the_report_is_marked(told, pages):
    html = as_html(told, pages, "en")
    entries = re.findall(r'<li id="c\d+">.*?</li>', html, flags=re.S)
    remembered = [entry for entry in entries if "Remembered by whoever made the table" in entry]
    assert remembered
    assert [entry for entry in remembered if "(remembered, in no page)" not in entry] == []
    assert sum("(remembered, in no page)" in entry for entry in entries) == len(remembered)


def test_the_page_of_the_ledger_lists_who_fell_and_marks_eight_dates(pages):
    (page,) = (each for each in pages if each.id == "ledger")
    table = next(block for block in page.blocks if getattr(block, "rows", ()) and len(block.rows) == 19)
    assert sum("remembered" in row[1].small.en for row in table.rows if row[1].small) == 8


def test_the_main_job_runs_and_tells_of_promises_losses_and_the_recovery(tmp_path):
    done = run(CASE, out=tmp_path)
    assert set(done.files) >= {"report.html", "findings.json", "manifest.json"}
    found = {each["id"]: each for each in json.loads((tmp_path / "findings.json").read_text("utf-8"))["findings"]}
    assert "8.1" in found["promised_lucent"]["sentence"]["en"]
    assert any(claim.startswith("HT028/") for claim in found["written_down_telsim"]["evidence"])


def test_a_shock_to_a_firm_without_a_balance_is_answered_with_a_sentence(told):
    answers = {str(each.at): each.shocks["winstar:stops-paying"] for each in told.snapshots}
    assert all(isinstance(answer, perpetuum.core.text.Text) for answer in answers.values())
    assert "balance sheet" in answers["2000-12-31"].en


# One code for every case


def test_no_file_of_the_program_names_a_firm_of_this_case(case):
    # Firms of both cases stand in the examples of the other one.
    names = [
        entity for entity in case.entities.values() if not entity.aggregate and entity.id not in load("ai").entities
    ]
    words = {word.lower() for entity in names for word in (entity.id, entity.id.replace("_", " "), entity.name.en)}
    assert len(names) > 30
    root = Path(perpetuum.__file__).parent
    files = [path for path in [*root.rglob("*.py"), *root.rglob("*.json")] if "cases" not in path.parts]
    pattern = re.compile(r"\b(" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + r")\b")
    named = {str(path.relative_to(root)): pattern.findall(path.read_text("utf-8").lower()) for path in files}
    assert {path: found for path, found in named.items() if found} == {}


def test_the_same_case_under_other_names_gives_the_same_numbers(case):
    _, files = read_files(CASE)
    other = {"lucent": "firm_a", "nortel": "firm_b", "cisco": "firm_c", "winstar": "firm_d"}
    pattern = re.compile(r"\b(" + "|".join(other) + r")\b")

    def renamed(text: str) -> str:
        return pattern.sub(lambda found: other[found[1]], text)

    shuffled = load({renamed(path): renamed(raw.decode()).encode() for path, raw in files.items()})
    for ours, theirs in zip(case.findings(), shuffled.findings(), strict=True):
        assert [answer.value for answer in ours.answers] == [answer.value for answer in theirs.answers]
    dials = [
        [
            (r.gauge, r.band, r.last.value if r.last else None)
            for r in read_gauges(of.panel("2000-12-31"), Quarter(2000, 4))
        ]
        for of in (case, shuffled)
    ]
    assert dials[0] == dials[1]
