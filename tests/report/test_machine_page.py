"""The page of the machine: the model's answer, said to be one, with its numbers, its books and all it assumes."""

from __future__ import annotations

import csv
import datetime
import functools
import io
import re
from collections import defaultdict
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.ledger import load
from perpetuum.machine.gain import Gain
from perpetuum.report import html
from perpetuum.report.blocks import Fan, Fans, Fold, Odds, Page, Points, Swings, Table
from perpetuum.report.files import as_csv
from perpetuum.report.findings import findings
from perpetuum.report.machine_tables import machine_sheets
from perpetuum.report.manifest import manifest
from perpetuum.report.pages import machine, overview
from perpetuum.report.simulated import Simulated, simulated
from perpetuum.report.snapshots import study
from perpetuum.report.storyteller import tell
from perpetuum.report.terminal import draw
from perpetuum.report.views import machine_words as words
from perpetuum.report.views.machine_fans import ticks
from perpetuum.report.views.machine_gain import gained
from tests.report.made_case import ai, ai_study, triangle, triangle_study
from tests.report.page_tree import parse
from tests.report.test_words import ONLY_SIMPLIFIED

DRAWS = 60
EN, ZH = "The model gives, in the scenario neutral:", "模型給出（情境 neutral）："
PLACE = f"#{words.ASSUMED}"


@functools.cache
def told():
    """The shipped case with some futures."""
    now = ai_study()
    return replace(now, simulated=simulated(ai(), now.now.binding, draws=DRAWS))


@pytest.fixture
def sim():
    assert isinstance(told().simulated, Simulated)
    return told().simulated


@functools.cache
def blocks():
    return machine.tell(told())


@functools.cache
def page():
    tree, faults = parse(html.page(told(), (Page(id="machine", title=machine.PAGE.title, blocks=blocks()),)))
    assert faults == []
    return next(node for node in tree.all("section") if node.get("id") == "machine")


def flat(some):
    for block in some:
        yield block
        if isinstance(block, Fold):
            yield from flat(block.blocks)


def of(kind):
    return [block for block in flat(blocks()) if isinstance(block, kind)]


def rows(name, sim):
    return list(csv.DictReader(io.StringIO(as_csv(*machine_sheets(sim)[name]).decode(), newline="")))


# ---- where there is a page, and where there is none


def test_a_case_that_names_nobody_to_simulate_has_no_page_and_no_tables():
    asked = study(triangle(), futures=5)
    assert asked.simulated is None
    assert "machine" not in [page.id for page in tell(asked)]
    assert [finding.id for finding in findings(asked) if finding.id.startswith("machine")] == []


def test_nobody_waits_for_futures_that_were_not_asked_for():
    assert triangle_study().simulated is None and ai_study().simulated is None


def test_on_an_earlier_date_nothing_is_simulated_because_that_would_be_hindsight():
    assert study(ai(), at="2025-03-31", stages=("paid",), futures=5).simulated is None


def test_a_simulation_that_cannot_be_asked_is_a_remark_and_no_failure():
    folder = resources.files("perpetuum.cases") / "ai"
    files = {
        f"{sub.name}/{path.name}" if sub.is_dir() else sub.name: path.read_bytes()
        for sub in folder.iterdir() if sub.name != "scenarios"
        for path in (sub.iterdir() if sub.is_dir() else [sub]) if path.is_file()
    }  # fmt: skip
    ledger = load(files)
    why = simulated(ledger, ledger.network(at="newest", stage="signed"), draws=5)
    assert "neutral" in why.en and "neutral" in why.zh
    remark = replace(ai_study(), simulated=why)
    text = "".join(str(block) for block in machine.tell(remark))
    assert why.en in text and why.zh in text
    assert [(f.id, f.knowledge) for f in findings(remark) if f.id.startswith("machine")] == [
        ("machine_refused", "we do not know")
    ]
    assert "machine" not in manifest_of(remark)


def test_the_overview_says_what_may_come_next_in_three_sentences_and_leads_on():
    head, points, note = overview.tell(told())[-3:]
    assert (head.text.en, len(points.sentences)) == ("What may come next", 3)
    for sentence in points.sentences:
        assert sentence.text.en.startswith(EN) and sentence.text.zh.startswith(ZH)
        assert sentence.rests.anchor == words.ASSUMED
    assert note.rests.anchor == "machine" and "no forecast" in note.text.en


def test_the_overview_says_why_the_machine_could_not_be_asked_and_nothing_where_nobody_asked():
    remark = replace(ai_study(), simulated=both("no scenario", "沒有情境"))
    assert overview.tell(remark)[-1].text.zh.endswith("沒有情境")
    assert overview.tell(ai_study()) == overview.tell(remark)[:-2]


def test_a_refusal_is_told_in_both_languages():
    remark = replace(ai_study(), simulated=both("no scenario", "沒有情境"))
    lines = [block.text for block in machine.tell(remark)]
    assert lines[-1].en.endswith("no scenario") and lines[-1].zh.endswith("沒有情境")


# ---- whose answer it is


def test_every_sentence_caption_and_finding_says_that_the_model_gives_it_and_in_which_scenario():
    sentences = [sentence.text for block in of(Points) for sentence in block.sentences]
    captions = [block.caption for kind in (Fans, Odds, Swings) for block in of(kind)]
    tables = [block.caption for block in of(Table) if block.caption is not None]
    told_as_findings = [f.sentence for f in findings(told()) if f.id.startswith("machine_")]
    assert (len(sentences), len(captions), len(tables), len(told_as_findings)) >= (5, 4, 5, 5)
    for text in (*sentences, *captions, *tables, *told_as_findings):
        assert text.en.startswith(EN) and text.zh.startswith(ZH)


def test_what_vendor_money_does_is_called_an_answer_of_the_model_and_no_measurement():
    heads = [node.words("en") for node in page().all("h3")]
    assert any("a model's answer, not a measurement" in head for head in heads)


def test_what_is_not_known_is_said_apart_from_what_the_model_gives():
    notes = [node.words("en") for node in page().all("p") if "We do not know" in node.words("en")]
    assert len(notes) == 1 and "The model gives" not in notes[0]


# ---- what its numbers rest on


def test_every_table_with_numbers_leads_to_what_they_rest_on():
    assert page().all("h3") and any(node.get("id") == words.ASSUMED for node in page())
    for figure in page().all("figure"):
        links = [link.get("href") for caption in figure.all("figcaption") for link in caption.all("a")]
        assert links == [PLACE]
    bare = [table for table in page().all("table") if not any(up.tag == "figure" for up in table.above)]
    heads = [table.all("thead")[0].words("en") for table in bare]
    assert len(bare) == 4, heads  # what is assumed, sourced, filed, and folded


def test_every_assumption_is_listed_with_value_range_and_reason(sim):
    listed = {cell.small.en: row for row in _fold("Assumed by us").rows for cell in row[:1]}
    assert set(listed) == {each.address for each in sim.run.assumed}
    assert len(listed) > 200
    for each in sim.run.assumed:
        name, value, between, because = listed[each.address]
        assert because.text == each.because
        assert value.text.en and name.text.zh
        assert (between.text.en == "–") == (each.low is None)


def test_every_number_with_a_source_opens_its_page():
    table = _fold("With a source")
    assert len(table.rows) > 10
    assert [row for row in table.rows if not (row[1].href or "").startswith("http")] == []


def test_every_balance_that_was_filed_opens_to_its_claims():
    table = _fold("Opening balances as filed")
    assert len(table.rows) > 10
    assert [row[0].small.en for row in table.rows if not row[1].evidence] == []


def _fold(name):
    fold = next(block for block in of(Fold) if block.summary.en.startswith(name))
    return fold.blocks[0]


# ---- its numbers are those of the run


def test_the_share_of_futures_in_which_the_gap_closes_is_that_of_the_futures_one_by_one(sim):
    lived = [sim.run.happened_in(draw) for draw in range(DRAWS)]
    firsts = [{e: q for e, s, q in each if s == sim.engine}.get("gap_closed") for each in lived]
    chart = of(Odds)[0]
    for year, share in zip(sim.ends, chart.bars[0][2], strict=True):
        assert share == pytest.approx(np.mean([q is not None and q.year <= year for q in firsts]))
    value = next(f.value for f in findings(told()) if f.id == "machine_gap_closed_neutral")
    assert list(value["by_end_of"].values()) == list(chart.bars[0][2])


def test_who_falls_first_is_told_as_the_futures_tell_it_one_by_one(sim):
    lived = [{s: q for e, s, q in sim.run.happened_in(draw) if e == "default"} for draw in range(DRAWS)]
    value = next(f.value for f in findings(told()) if f.id == "machine_defaults_neutral")
    assert value["anybody"] == pytest.approx(np.mean([bool(each) for each in lived]))
    for firm, share in value["first"].items():
        assert share == pytest.approx(np.mean([firm in each and each[firm] == min(each.values()) for each in lived]))
    assert set(value["ever"]) == set().union(*lived) and set(value["ever"]) != set()


def test_the_scenarios_in_which_somebody_falls_without_bad_luck_are_named(sim):
    paragraph = next(block for block in blocks() if "The bad cases" in str(block))
    assert sim.found.bad_cases
    assert all(case.scenario in paragraph.text.zh for case in sim.found.bad_cases[:6])


def test_who_has_fallen_stays_fallen_and_no_share_exceeds_one():
    for chart in of(Odds):
        for _, _, shares in chart.bars:
            assert all(0 <= share <= 1 + 1e-12 for share in shares)
            assert list(shares) == sorted(shares)
            assert shares[-1] <= chart.ticks[-1][0] + 1e-12


def test_bands_lie_within_one_another_and_within_the_picture(sim):
    fans = of(Fans)[0].fans
    assert len(fans) == 6
    for fan in fans:
        (low, high), (lower, upper) = fan.bands
        assert all(a <= b <= m <= c <= d for a, b, m, c, d in zip(low, lower, fan.middle, upper, high, strict=True))
        everything = (*low, *high, *fan.central, *(fan.beside or ()))
        assert fan.ticks[0][0] <= min(everything) and max(everything) <= fan.ticks[-1][0]
    cash = sim.run.band(f"{sim.engine}.cash")
    assert fans[0].middle == tuple(cash.quantile[2].tolist())


def test_a_fan_keeps_to_its_frame_whatever_is_drawn():
    for svg in page().all("svg", "fan"):
        numbers = [float(n) for shape in svg for n in re.findall(r"-?\d+\.\d", shape.get("points"))]
        assert numbers and min(numbers) >= 0 and max(numbers) <= 344


@given(
    st.floats(-1e13, 1e13, allow_subnormal=False),
    st.floats(-1e13, 1e13, allow_subnormal=False),
    st.sampled_from(["USD", "GW", "ratio"]),
)
def test_ticks_are_few_hold_all_values_and_never_miss_nothing(low, high, unit):
    made = ticks(min(low, high), max(low, high), unit)
    heights = [height for height, _ in made]
    slack = 1e-6 * (heights[-1] - heights[0])
    assert 2 <= len(made) <= 7
    assert heights[0] <= min(low, high, 0.0) + slack and heights[-1] >= max(low, high, 0.0) - slack
    assert 0.0 in heights
    assert len({text.en for _, text in made}) == len(made)


def test_in_both_languages_a_tick_is_the_same_height():
    made = ticks(0.0, 3e11, "USD")
    assert [(text.en, text.zh) for _, text in made[1:3]] == [("100bn", "1,000\u202f億"), ("200bn", "2,000\u202f億")]


def test_an_assumption_swings_to_where_the_run_says(sim):
    block, told_rows = of(Swings)[0], sim.tornado.rows
    assert len(block.rows) == len([row for row in told_rows if row.swing > 0])
    widths = [abs(row.high - row.low) for row in block.rows]
    assert widths == sorted(widths, reverse=True)
    assert all(0 <= end <= 1 for row in block.rows for end in (row.low, row.high, block.middle))


def test_without_vendor_money_no_vendor_pays_the_engine(sim):
    table = next(block for block in of(Table) if block.columns[0].text.en == "in the model")
    row = next(row for row in table.rows if row[0].text.en.startswith("Vendor money"))
    assert row[1].text.en != "US$0" and row[2].text.en == "US$0"


def test_one_more_dollar_is_told_with_all_it_sets_in_motion():
    flows = {
        "vendor_money": [0.0, 0.01, 0.005],
        "rounds": [0.0, -0.9, -0.1],
        "capex": [0.5, 0.5, 0.6],
        "chips": [0.1] * 3,
    }
    given = Gain(
        entity="openai", at=Quarter(2027, 1), dollar=2e8, cash=np.array([0.9, 0.5, 1e-5]), draws=0,
        **{name: np.array(values) for name, values in flows.items()},
    )  # fmt: skip
    asked = replace(told().simulated, gain=given)
    title, sentence, fold = gained(ai(), asked)
    assert "US$0 after 2 quarters" in sentence.text.en and "does not amplify" in sentence.text.en
    assert "US$0.015 of vendor money" in sentence.text.en and "US$1.6 of building" in sentence.text.en
    assert [cell.text.en for cell in fold.blocks[0].rows[1]] == ["1", "US$0.5", "US$0.01", "−US$0.9", "US$1", "US$0.2"]
    assert title.text.zh and sentence.text.zh.startswith(ZH)


def test_a_dollar_that_cannot_be_given_is_a_remark():
    asked = replace(told().simulated, gain=both("no cash", "沒有現金"))
    assert "沒有現金" in list(gained(ai(), asked))[-1].text.zh
    assert list(gained(ai(), replace(asked, gain=None))) == []


# ---- the books


def test_payments_of_each_kind_add_to_nothing_in_every_quarter(sim):
    sums, sizes = defaultdict(float), defaultdict(float)
    for row in rows("machine_flows.csv", sim):
        sums[row["quarter"], row["kind"]] += float(row["usd"])
        sizes[row["quarter"], row["kind"]] += abs(float(row["usd"]))
    assert len(sums) > 400
    assert all(abs(total) <= 1e-9 * sizes[key] for key, total in sums.items())


def test_every_balance_sheet_adds_to_nothing_in_every_quarter(sim):
    sums, sizes = defaultdict(float), defaultdict(float)
    for row in rows("machine_sheets.csv", sim):
        sums[row["quarter"], row["entity"]] += float(row["usd"])
        sizes[row["quarter"], row["entity"]] += abs(float(row["usd"]))
    assert len({quarter for quarter, _ in sums}) == 41
    assert all(abs(total) <= 1e-9 * sizes[key] for key, total in sums.items())


def test_the_quarter_on_the_page_is_that_of_the_tables(sim):
    flows = _fold("Who paid whom")
    matrix = sim.run.matrix(sim.asked[0])
    assert len(flows.rows) == len(matrix.rows) + 1
    assert [row[-1].text.en for row in flows.rows[:-1]] == ["·"] * len(matrix.rows)
    assert not any("億" in cell.text.zh for row in flows.rows for cell in row[1:])  # the head of the table says it
    change = [cell.text.en for cell in flows.rows[-1][1:-1]]
    for shown, expected in zip(change, matrix.expected, strict=True):
        number = 0.0 if shown == "·" else float(shown.replace("−", "-").replace(",", ""))
        assert number * 1e9 == pytest.approx(expected, rel=6e-3, abs=6e8)


def test_the_tables_hold_every_series_of_both_scenarios_and_their_difference(sim):
    series = rows("machine.csv", sim)
    assert len(series) == 3 * len(sim.run.series) * 40
    assert {row["scenario"] for row in series} == set(sim.run.labels)
    numbers = rows("machine_numbers.csv", sim)
    assert len([row for row in numbers if row["basis"] == "assumed"]) == len(sim.run.assumed)
    assert [row["address"] for row in numbers if row["basis"] == "sourced" and not row["source"]] == []


# ---- how it is told


def test_the_same_futures_give_the_same_page(sim):
    again = simulated(ai(), told().now.binding, draws=DRAWS)
    assert machine.tell(replace(told(), simulated=again)) == blocks()


def test_nothing_unknown_is_written_as_a_number():
    assert re.findall(r"\b(?:nan|NaN|None|inf|null)\b|[{}]", page().words()) == []


def test_the_chinese_of_the_page_is_chinese_and_traditional():
    chinese = "".join(node.words() for node in page() if node.get("lang") == "zh-Hant")
    assert len(chinese) > 3000
    assert set(chinese) & set(ONLY_SIMPLIFIED) == set()


def test_every_word_in_one_language_is_followed_by_the_other():
    for node in page():
        if node.get("lang") == "en":
            beside = node.parent.children
            after = beside[next(i for i, child in enumerate(beside) if child is node) + 1]
            assert (after.tag, after.get("lang")) == (node.tag, "zh-Hant")


def test_every_picture_is_told_in_words_and_no_element_brings_a_style():
    pictures = [svg for svg in page().all("svg") if svg.get("role") == "img"]
    assert len(pictures) >= 7
    for svg in pictures:
        spoken = svg.all("title")[0].words()
        assert re.search("[\u4e00-\u9fff]", spoken) and re.search("[a-z]", spoken)
    assert [node for node in page() if "style" in node.attributes] == []


@pytest.mark.parametrize(("language", "mark"), [("en", EN), ("zh", ZH)])
def test_a_terminal_tells_the_same(language, mark):
    out = io.StringIO()
    Console(file=out, width=400).print(draw(blocks(), language))
    text = out.getvalue()
    assert text.count(mark) > 10
    fan = of(Fan) or of(Fans)[0].fans
    assert fan[0].note.in_language(language) in text


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_fits_the_window_of_a_terminal(language, width):
    out = io.StringIO()
    Console(file=out, width=width, highlight=False, color_system=None).print(draw(blocks(), language))
    assert [line for line in out.getvalue().splitlines() if cell_len(line.rstrip()) > width] == []


def manifest_of(some):
    return manifest(some, {}, started=datetime.datetime.now(datetime.UTC), seconds={})["what"]


def test_the_manifest_says_which_futures_were_lived_through(sim):
    said = manifest_of(told())["machine"]
    assert (said["futures"], said["seed"], said["first"], said["quarters"]) == (DRAWS, 0, "2026Q1", 40)
    assert said["scenarios"] == dict(sim.run.origin.scenarios)
    assert said["status"]["neutral"]["settled"] == DRAWS
