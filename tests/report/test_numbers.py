"""Numbers as people read them: the table of the visual language, in both languages, and what holds for every number."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from perpetuum.core.quantity import Quantity
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.report import numbers
from perpetuum.report.numbers import MINUS, THIN

NAN, INFINITE = float("nan"), float("inf")


def read(text: Text) -> tuple[str, str]:
    """Both languages, with plain gaps, so that the tables below can be read."""
    return text.en.replace(THIN, " "), text.zh.replace(THIN, " ")


# ---- the table


@pytest.mark.parametrize(
    ("usd", "en", "zh"),
    [
        (1.2e12, "US$1.2tn", "1.2 兆美元"),
        (3e11, "US$300bn", "3,000 億美元"),
        (4.5e9, "US$4.5bn", "45 億美元"),
        (6.2e7, "US$62m", "6,200 萬美元"),
        (4500, "US$4,500", "4,500 美元"),
        (-2.4e10, "−US$24bn", "−240 億美元"),
        (0, "US$0", "0 美元"),
        (0.06, "US$0.06", "0.06 美元"),
        (3.187847e12, "US$3.19tn", "3.19 兆美元"),
    ],
)
def test_money_is_written_as_people_of_either_language_write_it(usd, en, zh):
    assert read(numbers.money(usd)) == (en, zh)


@pytest.mark.parametrize(
    ("usd", "en", "zh"),
    [
        (999.95e9, "US$1tn", "1 兆美元"),
        (-999.95e9, "−US$1tn", "−1 兆美元"),
        (999.4e9, "US$999bn", "9,990 億美元"),
        (999.9e6, "US$1bn", "10 億美元"),
        (999_999, "US$1m", "100 萬美元"),
        (99_999_999, "US$100m", "1 億美元"),
        (99_949_999, "US$99.9m", "9,990 萬美元"),
        (9_999, "US$10,000", "1 萬美元"),
        (9_994, "US$9,990", "9,990 美元"),
        (45_000, "US$45,000", "4.5 萬美元"),
    ],
)
def test_rounding_carries_into_the_next_word_of_scale(usd, en, zh):
    assert read(numbers.money(usd)) == (en, zh)


@pytest.mark.parametrize(
    ("share", "en", "zh"),
    [
        (0.27, "27 %", "27 %"),
        (0.0004, "0.04 %", "0.04 %"),
        (2e-6, "below 0.01 %", "小於 0.01 %"),
        (0.0001, "0.01 %", "0.01 %"),
        (0.0000999, "below 0.01 %", "小於 0.01 %"),
        (0.0, "0 %", "0 %"),
        (1.0, "100 %", "100 %"),
        (1.3219, "132 %", "132 %"),
        (75.3, "7,530 %", "7,530 %"),
        (-0.051, "−5.1 %", "−5.1 %"),
    ],
)
def test_a_share_is_per_cent_and_a_tiny_one_says_so(share, en, zh):
    assert read(numbers.share(share)) == (en, zh)


@pytest.mark.parametrize(
    ("low", "high", "en", "zh"),
    [
        (0.27, 0.33, "27 to 33 %", "27 至 33 %"),
        (0.0, 1.0, "0 to 100 %", "0 至 100 %"),
        (0.0, 0.0, "0 %", "0 %"),
        (0.3340, 0.3339, "33.4 %", "33.4 %"),
        (2e-6, 0.3, "below 0.01 to 30 %", "小於 0.01 至 30 %"),
        (1e-6, 2e-6, "below 0.01 %", "小於 0.01 %"),
    ],
)
def test_a_range_names_the_unit_once_and_equal_ends_are_one_number(low, high, en, zh):
    assert read(numbers.between(low, high)) == (en, zh)


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (9e8, "users", "900m users", "9 億人"),
        (1.5e9, "users", "1.5bn users", "15 億人"),
        (40e6, "users", "40m users", "4,000 萬人"),
        (4.5, "GW", "4.5 GW", "4.5 GW"),
        (6, "years", "6 years", "6 年"),
        (0.06, "USD/Mtok", "US$0.06 per million tokens", "0.06 美元／百萬 token"),
        (2.2, "USD/GPU-hour", "US$2.2 per GPU hour", "2.2 美元／GPU 小時"),
        (-0.5, "USD/GPU-hour", "−US$0.5 per GPU hour", "−0.5 美元／GPU 小時"),
        (5e10, "USD/GW", "US$50bn/GW", "500 億美元／GW"),
        (1e11, "USD", "US$100bn", "1,000 億美元"),
        (0.244, "ratio", "24.4 %", "24.4 %"),
    ],
)
def test_a_number_of_something_names_its_unit(value, unit, en, zh):
    assert read(numbers.value_of(value, unit)) == (en, zh)


def test_a_multiple_is_so_many_times():
    assert read(numbers.times(3.2)) == ("3.2 times", "3.2 倍")


@pytest.mark.parametrize(
    ("said", "en", "zh"),
    [
        ("up to 100bn USD", "up to US$100bn", "最多 1,000 億美元"),
        ("at least 17.2bn USD", "at least US$17.2bn", "至少 172 億美元"),
        ("about 10 GW", "about 10 GW", "約 10 GW"),
        ("exactly 38bn USD", "US$38bn", "380 億美元"),
    ],
)
def test_what_a_source_says_keeps_its_bound(said, en, zh):
    assert read(numbers.quantity(Quantity.parse(said))) == (en, zh)


def test_a_day_and_a_quarter_are_written_out():
    assert read(numbers.day(datetime.date(2026, 9, 16))) == ("16 Sep 2026", "2026 年 9 月 16 日")
    assert read(numbers.quarter(Quarter(2025, 3))) == ("2025 Q3", "2025 年第 3 季")


@pytest.mark.parametrize(
    ("label", "en", "zh"),
    [
        ("2025Q3", "2025 Q3", "2025 年第 3 季"),
        ("2025Q1..2025Q4", "2025 Q1 to 2025 Q4", "2025 年第 1 季至 2025 年第 4 季"),
        ("2026-09-16", "16 Sep 2026", "2026 年 9 月 16 日"),
        ("2024-11", "Nov 2024", "2024 年 11 月"),
        ("2025", "2025", "2025 年"),
        ("2019..2026", "2019 to 2026", "2019 年至 2026 年"),
        ("FY2026Q1", "FY2026Q1", "FY2026Q1"),
        ("–", "–", "–"),
    ],
)
def test_a_stretch_of_time_reads_like_its_ends(label, en, zh):
    assert read(numbers.window(label)) == (en, zh)


@pytest.mark.parametrize("nothing", [None, NAN, INFINITE, -INFINITE])
@pytest.mark.parametrize("write", [numbers.money, numbers.share, numbers.times])
def test_what_is_not_known_is_the_word(write, nothing):
    assert read(write(nothing)) == ("unknown", "未知")


@pytest.mark.parametrize("unit", ["USD", "ratio", "users", "GW", "USD/Mtok", "USD/GW"])
def test_a_value_that_is_no_number_is_the_word_in_every_unit(unit):
    assert read(numbers.value_of(NAN, unit)) == ("unknown", "未知")


@pytest.mark.parametrize("ends", [(None, 0.3), (0.1, None), (NAN, 0.3), (0.1, NAN), (None, None)])
def test_a_range_with_an_unknown_end_is_unknown(ends):
    assert read(numbers.between(*ends)) == ("unknown", "未知")


# ---- every number

DOLLARS = st.floats(-1e15, 1e15).filter(lambda usd: usd == 0 or abs(usd) >= 1e-3)
SHARES = st.floats(-50, 50)
WRITTEN = st.one_of(
    DOLLARS.map(numbers.money),
    SHARES.map(numbers.share),
    SHARES.map(numbers.times),
    DOLLARS.map(lambda value: numbers.count(value, "users")),
    DOLLARS.map(lambda value: numbers.value_of(value, "USD/GPU-hour")),
    st.tuples(SHARES, SHARES).map(lambda ends: numbers.between(*ends)),
)


def mantissas(words: str) -> list[str]:
    """The digits of every number without point, separators and idle zeros: what a reader remembers of them."""
    return [re.sub(r"[.,]", "", number).strip("0") or "0" for number in re.findall(r"[\d.,]*\d", words)]


@given(WRITTEN)
def test_both_languages_show_the_same_digits(text):
    assert mantissas(text.en) == mantissas(text.zh)


@given(WRITTEN)
def test_both_languages_agree_on_the_sign(text):
    assert text.en.count(MINUS) == text.zh.count(MINUS)


@given(WRITTEN)
def test_no_number_has_more_than_three_significant_digits(text):
    assert all(len(digits) <= 3 for digits in mantissas(text.en))


@given(WRITTEN)
def test_no_number_is_written_with_an_exponent_or_a_hyphen(text):
    for words in (text.en, text.zh):
        assert not re.search(r"\d[eE]|-[\dU]|[Nn]a[Nn]|[Ii]nf", words)


@given(WRITTEN)
def test_there_is_no_negative_zero(text):
    assert not re.search(rf"{MINUS}(US\$)?0(?![.\d])", text.en + " " + text.zh)


@given(DOLLARS)
@example(-0.0)
def test_a_number_of_dollars_is_off_by_at_most_half_a_digit(usd):
    scale = {"tn": 12, "bn": 9, "m": 6, "": 0}
    number, word = re.fullmatch(rf"{MINUS}?US\$([\d,.]+)(tn|bn|m|)", numbers.money(usd).en).groups()
    shown = Decimal(number.replace(",", "")).scaleb(scale[word])
    assert abs(shown - abs(Decimal(usd))) <= abs(Decimal(usd)) * Decimal("0.00501")


@given(DOLLARS)
def test_no_number_of_dollars_reaches_the_next_scale(usd):
    for words, most in (
        (numbers.money(usd).en, {"bn": 1000, "m": 1000}),
        (numbers.money(usd).zh, {"億": 1e4, "萬": 1e4}),
    ):
        number, scale = re.search(rf"([\d,.]+){THIN}?(tn|bn|m|兆|億|萬|)", words).groups()
        if scale in most:
            assert 1 <= float(number.replace(",", "")) < most[scale]


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_is_never_written_smaller(one, other):
    low, high = sorted((one, other))
    first, second = (float(re.search(r"[\d,.]+", numbers.share(end).en)[0].replace(",", "")) for end in (low, high))
    assert first <= second or "below" in numbers.share(low).en


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)))
def test_a_day_names_the_same_day_in_both_languages(date):
    year, month, day = (int(number) for number in re.findall(r"\d+", numbers.day(date).zh))
    assert datetime.datetime.strptime(numbers.day(date).en, "%d %b %Y").date() == datetime.date(year, month, day)
    assert (year, month, day) == (date.year, date.month, date.day)


@given(st.integers(1900, 2199), st.integers(1, 4))
def test_a_quarter_names_the_same_quarter_in_both_languages(year, number):
    written = numbers.quarter(Quarter(year, number))
    assert re.findall(r"\d+", written.en) == re.findall(r"\d+", written.zh) == [str(year), str(number)]
