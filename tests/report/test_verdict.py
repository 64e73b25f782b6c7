"""The verdict on a case small enough to compute by hand, beside another small case, on two dates, in both languages."""

from __future__ import annotations

import datetime
import functools
import io
import json

import pytest
from rich.cells import cell_len
from rich.console import Console

from perpetuum import cli
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger, load
from perpetuum.report import study
from perpetuum.report.sentence import Number, Score, Sentence
from perpetuum.report.terminal import draw
from perpetuum.report.then_and_now import MEASURES, then_and_now
from perpetuum.report.verdict import PARTS, Verdict, as_data, verdict
from perpetuum.report.verdict_changes import NEAR, Pair, changes
from perpetuum.report.verdict_money import Ranges, years_before
from perpetuum.report.verdict_watch import REPORTED_AFTER, next_due
from perpetuum.report.views import verdict as view
from perpetuum.report.wire import plain
from tests.report.known_by import later_claims, with_later_sevenfold, without_later
from tests.report.made_case import as_folder, made_case, triangle, triangle_study
from tests.report.made_machine import machine_case

BN = 1e9
EARLY = datetime.date(2025, 3, 31)
# A vendor that lent its customers the money in an earlier boom; read on the day it names.
BOOM = made_case(
    ("id: triangle", "id: boom"),
    ("A triangle, zh: 三角案例", "A boom, zh: 一場榮景"),
    ("{id: early, on: 2025-03-31, name: {en: an early date, zh: 較早日期}}",
     "{id: cut_off, on: 2025-10-31, name: {en: the cut-off, zh: 截止日}}"),
    ("groups: {gears: [cloud]}", "groups: {gears: [cloud], vendors: [maker]}"),
)  # fmt: skip


@functools.cache
def told() -> Verdict:
    return verdict(triangle_study(), beside=load(BOOM))


def sentence(of: Verdict, id: str) -> Sentence:
    return next(each for each in of.sentences if each.id == id)


def ranges(of: Verdict, stage: str) -> Ranges:
    return next(each for each in of.ranges if each.stage == stage)


def kinds(of: Ledger, **asked) -> Verdict:
    return study(of, **asked).verdict


# ---- what every sentence carries


def test_every_part_of_the_page_says_something_and_every_sentence_names_what_it_rests_on():
    assert [part for part in PARTS if not told().parts.get(part)] == []
    assert [each.id for each in told().sentences if not each.is_grounded] == []
    assert len({each.id for each in told().sentences}) == len(told().sentences)


@pytest.mark.parametrize(
    ("kind", "evidence", "model"),
    [("the model gives", False, None), ("our arithmetic", False, None), ("our arithmetic", True, "neutral"),
     ("we do not know", True, "neutral"), ("the filing says", False, None)],
)  # fmt: skip
def test_a_sentence_that_mixes_kinds_or_names_nothing_is_not_grounded(kind, evidence, model):
    claims = sentence(told(), "money").evidence if evidence else ()
    made = Sentence(id="x", text=Text(en="x", zh="甲"), knowledge=kind, value=1, evidence=claims, model=model)
    assert not made.is_grounded


def test_a_sentence_of_the_model_is_not_yet_scored_until_somebody_scores_it():
    text = Text(en="x", zh="甲")
    bare = Sentence(id="x", text=text, knowledge="the model gives", value=1, model="neutral", series=("lab.cash",))
    score = Score(series="lab.cash", ratio=1.25, coverage=0.6, forecasts=12)
    rated = Sentence(id="x", text=text, knowledge="the model gives", value=1, model="neutral", scores=(score,))
    assert view.small_print(bare).text.en.endswith("forecasts: not yet scored")
    assert view.small_print(bare).text.zh.endswith("預測成績：尚未評分")
    told = view.small_print(rated).text.en
    assert "worse than the best naive rival (1.25 times its error); 7 of 12 inside the 80 % interval" in told
    assert "hindsight" not in told


def test_a_score_in_hindsight_is_never_told_as_that_of_a_forecast():
    late = Score(series="lab.cash", ratio=0.5, coverage=1.0, forecasts=1, is_hindsight=True)
    rated = Sentence(id="x", text=Text(en="x", zh="甲"), knowledge="the model gives", value=1, model="neutral",
                     series=("lab.cash", "lab.revenue"), scores=(late,))  # fmt: skip
    said = view.small_print(rated).text
    assert "in hindsight, no forecast, lab.cash: better than the best naive rival" in said.en
    assert "事後所知，並非預測" in said.zh
    assert said.en.endswith("1 more series not yet scored")


def test_arithmetic_on_claims_is_no_forecast_and_carries_no_score():
    counted = sentence(told(), "then")
    assert counted.knowledge == "our arithmetic"
    assert "forecasts" not in view.small_print(counted).text.en


# ---- whose money


def test_of_headlines_half_of_what_the_cloud_receives_is_the_makers_and_half_the_investors():
    # The lab has 100 of the maker and 100 of investors, and pays the cloud 60.
    of = ranges(told(), "announced")
    assert of.firms == ("cloud",)
    assert of.receipts == pytest.approx(60 * BN)
    assert (of.low["recycled"], of.high["recycled"]) == (pytest.approx(0.5), pytest.approx(0.5))
    assert (of.low["outside"], of.high["outside"]) == (pytest.approx(0.5), pytest.approx(0.5))
    assert of.low["end_users"] == of.high["end_users"] == of.lost == 0.0


def test_two_halves_have_no_leader():
    assert ranges(told(), "announced").leader is None


def test_with_fewer_investors_it_runs_on_the_makers_money():
    # 100 of 125 are the maker's: four fifths of what the cloud receives, and nothing is unknown.
    fewer = load(made_case(("says: 100bn USD, stage: announced", "says: 25bn USD, stage: announced")))
    of = ranges(kinds(fewer), "announced")
    assert of.leader == "recycled"
    assert of.low["recycled"] == pytest.approx(0.8)


def test_what_cannot_be_traced_widens_every_range_by_as_much():
    of = ranges(told(), "paid")
    assert of.lost > 0.5
    for kind in ("end_users", "outside", "recycled"):
        assert of.high[kind] - of.low[kind] >= of.lost - 1e-12


def test_where_no_year_is_whole_all_that_is_known_to_be_paid_is_told():
    of = ranges(told(), "paid")
    assert of.window == "2025Q1..2025Q3"
    # Paid for a fact: 8 by the lab; the cloud says it sold 60 in three quarters, and 52 of it has no name on it.
    assert of.receipts == pytest.approx(60 * BN)
    assert of.lost == pytest.approx(52 / 60)
    # The lab had 10 of the maker and 5 of investors.
    assert of.low["recycled"] == pytest.approx(8 * 10 / 15 / 60)
    assert of.high["outside"] == pytest.approx((8 * 5 / 15 + 52) / 60)


def test_of_what_was_paid_the_newest_year_that_had_ended_is_told():
    later = load(
        made_case(("says: 8bn USD, stage: paid, period: 2025Q3", "says: 8bn USD, stage: paid, period: 2025Q4"))
    )
    assert ranges(kinds(later), "paid").window == "2025"


def test_ranges_that_overlap_are_told_as_not_known():
    said = sentence(told(), "money")
    assert said.knowledge == "we do not know"
    assert said.text.en.startswith("We do not know whose money turns it.")
    assert said.evidence


def test_the_trend_is_read_as_it_was_known_each_time():
    days = {each.asof for each in told().earlier}
    assert days <= {years_before(datetime.date(2026, 1, 31), n) for n in (1, 2)}
    assert all(claim.known_from <= each.asof for each in told().earlier for claim in _claims(each))


def _claims(each: Ranges):
    return [claim for figure in each.evidence for claim in (figure.chosen, *figure.others)]


# ---- no hindsight


@pytest.mark.parametrize("change", [without_later, with_later_sevenfold])
def test_what_was_known_only_later_changes_nothing(change):
    assert later_claims(triangle(), EARLY) > 5
    now = as_data(kinds(triangle(), asof=str(EARLY), beside=load(BOOM)))
    blind = as_data(kinds(change(triangle(), EARLY), asof=str(EARLY), beside=load(BOOM)))
    assert plain(blind) == plain(now)


def test_the_same_change_does_show_on_the_newest_date():
    louder = with_later_sevenfold(triangle(), EARLY)
    assert plain(as_data(kinds(louder))) != plain(as_data(kinds(triangle())))


# ---- the smallest shock


def test_without_balance_sheets_nobody_knows_the_smallest_shock():
    (said,) = told().parts["shock"]
    assert said.knowledge == "we do not know"
    assert said.text.en == ("We do not know the smallest shock: nothing is known of any balance sheet or obligation.")


# ---- then and now


def test_each_measure_is_read_on_both_sides_by_the_same_code():
    table = told().then
    assert [row.id for row in table.rows] == [measure.id for measure in MEASURES]
    assert (str(table.then_at), str(table.then_asof)) == ("2025-10-31", "2026-01-31")
    loops = next(row for row in table.rows if row.id == "loops")
    assert (loops.then.value, loops.now.value) == (1, 1)
    assert loops.comparable == "yes"


def test_what_nobody_knows_on_one_side_is_not_compared():
    for row in told().then.rows:
        if row.then is None or row.now is None:
            assert row.comparable == "no"
            assert "nobody knows it" in row.because.en
        else:
            assert row.comparable == "no" or (row.then.evidence and row.now.evidence)


def test_the_other_case_is_asked_with_nothing_that_was_known_later_than_the_verdict():
    table = kinds(triangle(), asof=str(EARLY), beside=load(BOOM)).then
    assert table.missing is not None
    assert "31 Oct 2025, which lies after 31 Mar 2025" in table.missing.en


def test_a_case_that_is_not_installed_is_said_and_leaves_the_column_unknown():
    table = then_and_now(triangle(), triangle_study().now, "best_source", "nowhere-1873")
    assert table.missing.en == "the case `nowhere-1873` is not installed."
    assert all(row.then is None and row.comparable == "no" for row in table.rows)


def test_a_case_is_not_compared_with_itself():
    table = then_and_now(triangle(), triangle_study().now, "best_source", "triangle")
    assert "--beside" in table.missing.en


# ---- what to watch


def test_the_largest_promise_without_a_published_payment_is_watched_first():
    # 40 from the cloud to the maker; everything else has a payment on record.
    first = told().parts["watch"][0]
    assert first.value["leg"] == "cloud-maker"
    assert first.knowledge == "we do not know"
    assert "US$40bn" in first.text.en


def test_numbers_of_a_quarter_are_due_so_many_days_after_it():
    assert next_due(datetime.date(2026, 1, 31)) == datetime.date(2026, 3, 31) + datetime.timedelta(days=REPORTED_AFTER)


# ---- two dates


def pair(before: tuple[float, float], after: tuple[float, float], **more) -> Pair:
    words = Text(en="x", zh="甲")
    ends = [Number(id="x", label=words, shown=words, low=low, high=high, **more) for low, high in (before, after)]
    return Pair(before=ends[0], after=ends[1])


def test_ranges_differ_only_where_they_do_not_touch():
    assert pair((0.1, 0.3), (0.2, 0.9)).move == "overlap"
    assert pair((0.1, 0.3), (0.31, 0.9)).move == "apart"
    assert pair((0.1, 0.3), (0.1, 0.3)).move == "same"


def test_a_number_without_a_range_differs_if_it_moved_by_more_than_a_little_and_a_count_if_it_is_another():
    assert pair((100.0, 100.0), (100.0 * (1 + NEAR / 2), 100.0 * (1 + NEAR / 2))).move == "same"
    assert pair((100.0, 100.0), (110.0, 110.0)).move == "apart"
    assert pair((100.0, 100.0), (101.0, 101.0), counts=True).move == "apart"
    assert pair((0.0, 0.0), (0.0, 0.0)).move == "same"


def test_a_verdict_beside_itself_has_nothing_that_changed():
    found = changes(told(), told())
    assert found.otherwise == ()
    assert {each.move for each in (*found.numbers, *found.measures)} == {"same"}
    assert found.ids == ()


def test_two_dates_stand_side_by_side_number_by_number():
    before, after = kinds(triangle(), asof=str(EARLY), beside=load(BOOM)), told()
    found = changes(before, after)
    moves = {each.either.id: each.move for each in (*found.numbers, *found.measures)}
    assert moves["money.recycled"] == "apart"
    titles = [block.text.en for block in view.against(before, after, found) if hasattr(block, "level")]
    assert titles[:2] == ["A triangle: 31 Mar 2025 beside 31 Jan 2026", "Numbers that differ"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 120])
def test_no_word_of_two_dates_is_cut_off_at_the_edge(lived, width, language):
    before = kinds(lived.ledger, asof=str(EARLY))
    blocks = view.against(before, lived.verdict, changes(before, lived.verdict))
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(draw(blocks, language))
    shown = console.export_text()
    assert max(cell_len(line) for line in shown.splitlines()) <= width
    # Chinese may break after any sign, English after words only.
    said = " ".join(each.text.in_language(language) for each in lived.verdict.parts["future"])
    pieces, there = (said.split(), set(shown.split())) if language == "en" else (said.replace(" ", ""), set(shown))
    assert set(pieces) <= there


def test_a_part_that_says_only_why_it_knows_nothing_stands_for_its_sentences(lived):
    before, after = kinds(lived.ledger, asof=str(EARLY), futures=40), lived.verdict
    future = [each for each in changes(before, after).otherwise if each.part == "future"]
    assert [each.before.id for each in future] == ["machine"] * len(future)
    assert {each.after.id for each in future} == {each.id for each in after.parts["future"]}


# ---- with a machine


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    return study(load(machine_case(tmp_path_factory.mktemp("machine"))), futures=40)


def test_each_engine_has_a_sentence_and_the_defaults_grow_year_by_year(lived):
    of = lived.verdict
    engines = [each for each in of.parts["future"] if each.id.startswith("pays_its_way_")]
    assert [each.value["firm"] for each in engines] == ["lab", "den"]
    assert all(each.model.startswith("neutral@") and "futures 40" in each.model for each in of.parts["future"])
    shares = [share for share, _ in of.defaults.values()]
    assert shares == sorted(shares)
    assert of.futures == 40


def test_at_least_one_default_is_no_rarer_than_any_single_one_and_no_more_than_their_sum(lived):
    run, cast = lived.simulated.run, lived.simulated.run.given.cast
    last = max(lived.verdict.defaults)
    share, _ = lived.verdict.defaults[last]
    row = lived.simulated.ends[last]
    each = [float(run.event("default", firm, run.scenarios[0]).first[: row + 1].sum())
            for firm in {*cast.gears, *cast.engines}]  # fmt: skip
    assert max(each) - 1e-12 <= share <= min(1.0, sum(each)) + 1e-12


def test_scores_reach_the_sentences_that_rest_on_them(lived):
    score = Score(series="lab.revenue", ratio=0.8, coverage=0.75, forecasts=20)
    of = verdict(lived, scores={"lab.revenue": score, "nobody.cash": score})
    rated = {each.id: each.scores for each in of.sentences if each.scores}
    assert rated["pays_its_way_lab"] == (score,)
    assert "pays_its_way_den" not in rated


def test_on_an_earlier_date_the_futures_are_not_asked_and_the_page_says_why(lived):
    of = kinds(lived.ledger, asof=str(EARLY), futures=40)
    (said,) = of.parts["future"]
    assert (said.id, said.knowledge) == ("machine", "we do not know")
    assert "would be hindsight" in said.text.en


# ---- in the terminal


@pytest.fixture
def shell(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "160")
    folder = as_folder(made_case(), tmp_path / "triangle")

    def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main(["verdict", "--case", str(folder), *words])
        return left.value.code, capsys.readouterr().out

    run.folder = folder
    return run


def test_the_page_is_told_in_both_languages(shell):
    code, english = shell("--lang", "en")
    assert code == 0
    assert english.index("Whose money turns it?") < english.index("How do the dials vote?")
    code, chinese = shell("--lang", "zh")
    assert code == 0
    assert "靠誰的錢轉動？" in chinese and "We do not know" not in chinese


def test_json_names_every_claim_a_sentence_rests_on(shell):
    code, out = shell("--json")
    result = json.loads(out)["result"]
    assert code == 0
    named = {id for part in result["sentences"].values() for each in part for id in each["evidence"]}
    assert named and named <= set(result["claims"])


def test_two_dates_can_be_asked_at_once(shell):
    code, out = shell("--asof", "early", "--against", "latest", "--json")
    result = json.loads(out)["result"]
    assert code == 0
    assert [each["asof"] for each in result["verdicts"]] == ["2025-03-31", "2026-01-31"]
    assert "money" in result["changed"]
    assert {each["move"] for each in result["changes"]["numbers"]} <= {"apart", "overlap", "same", "known", "unknown"}


@pytest.mark.parametrize(
    ("words", "en", "zh"),
    [
        (("--asof", "2025-03-31", "--against", "early"), "nothing to compare", "沒有可比較的"),
        (("--asof", "1990-01-01"), "its first datum is of", "第一筆資料為"),
        (("--against", "1990-01-01"), "Ask for ", "請查詢 "),
        (("--asof", "2040-01-01"), "the case ends on 31 Jan 2026", "資料到 2026"),
        (("--asof", "someday"), "Named dates of this case", "本案例命名的日期"),
        (("--beside", "telecom-200"), "did you mean `telecom-2000`?", "您是指 `telecom-2000` 嗎"),
        (("--draws", "-5"), "-5 futures cannot be lived through", "無法模擬 -5 條路徑"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_cannot_be_asked_is_a_sentence_with_its_repair(shell, capsys, monkeypatch, words, en, zh, lang):
    monkeypatch.setattr(cli, "LANGUAGE", lang)
    with pytest.raises(SystemExit) as left:
        cli.main(["verdict", "--case", str(shell.folder), *words])
    said = capsys.readouterr().err
    assert left.value.code == 2
    assert (en if lang == "en" else zh) in said
    assert "Traceback" not in said


def test_an_unknown_second_date_is_refused_with_the_named_ones(shell, capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["verdict", "--case", "ai", "--against", "someday"])
    assert left.value.code == 2
    assert "newest" in capsys.readouterr().err
