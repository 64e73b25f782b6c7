"""What each publisher writes, as it writes it: blanks, American dates, yearly rates, zeros that mean nothing."""

from __future__ import annotations

import csv
import dataclasses
import datetime
from collections import Counter
from pathlib import Path

import pytest

from perpetuum.connectors import Address, Document, Request, collect, connectors
from perpetuum.core.entity import Entity
from perpetuum.core.errors import CollectError, UnknownName
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from tests.connectors.made_up import NOON
from tests.connectors.samples import ACME, EPOCH, SAMPLES

REAL = Path(__file__).parent.parent.parent.parent / "shared" / "data" / "real"
needs_real = pytest.mark.skipif(
    not REAL.is_dir(), reason="the folder with real answers, ../shared/data/real, is not here"
)


def told(connector: str, *, file: str | None = None, content: bytes | None = None, request: Request | None = None):
    """What a connector reads out of its sample, or out of other bytes in its place."""
    sample = SAMPLES[connector]
    asked = request or sample.request
    name = file or next(iter(sample.files))
    address = next(
        a for a in connectors()[connector].plan(asked) if a.file.partition("*")[0].partition(".csv")[0] in name
    )
    document = Document(address=address, content=sample.files[name] if content is None else content, retrieved=NOON)
    return connectors()[connector].read(document, asked)


def codes(read) -> list[str]:
    return [remark.code for remark in read.remarks]


def entity(id: str, name: str, **identifiers: str) -> Entity:
    return Entity(id=id, name=both(name, "甲"), roles=("gear",), identifiers=tuple(identifiers.items()))


# ---- FRED


def test_a_blank_and_a_dot_are_days_without_a_number():
    rates = told("fred", file="DGS10.csv").claims
    prices = told("fred", file="CPIAUCSL.csv").claims
    assert [(c.period_label, c.says.value) for c in rates] == [
        ("2025-01-02", 0.0457),
        ("2025-01-03", 0.046),
        ("2025-01-07", 0.0467),
    ]
    assert [(c.period_label, c.says.value, c.says.unit) for c in prices] == [
        ("2025-01", 319.086, "index"),
        ("2025-03", 319.615, "index"),
    ]


def test_a_rate_is_known_the_day_after_and_a_revised_series_only_since_it_was_fetched():
    assert told("fred", file="DGS10.csv").claims[0].known_from == datetime.date(2025, 1, 3)
    assert {claim.known_from for claim in told("fred", file="CPIAUCSL.csv").claims} == {NOON.date()}


def test_the_quarters_asked_for_stand_in_the_address():
    asked = Request(connector="fred", series=("GDP",), since=Quarter(2024, 1), until=Quarter(2025, 2))
    (address,) = connectors()["fred"].plan(asked)
    assert address.url == "https://fred.stlouisfed.org/graph/fredgraph.csv?id=GDP&cosd=2024-01-01&coed=2025-06-30"


def test_only_series_of_the_metric_are_asked_for_and_owned_ones_only_by_name():
    plan = connectors()["fred"].plan
    assert {a.subject for a in plan(Request(connector="fred", attributes=("price_index",)))} == {
        "CPIAUCSL",
        "PCU518210518210",
    }
    assert not {"SP500", "NASDAQCOM", "VIXCLS"} & {a.subject for a in plan(Request(connector="fred"))}
    with pytest.raises(UnknownName, match="did you mean `DGS10`"):
        plan(Request(connector="fred", series=("DSG10",)))


def test_a_series_with_an_owner_says_that_it_must_not_be_passed_on():
    asked = Request(connector="fred", series=("SP500",))
    read = told("fred", content=b"observation_date,SP500\n2025-01-02,5868.55\n", file="SP500.csv", request=asked)
    assert codes(read) == ["must_not_ship"] and read.claims[0].subject == "us_stocks"


def test_the_long_form_is_read_only_if_it_is_asked_for(tmp_path):
    (tmp_path / "many_long.csv").write_bytes(
        b"series_id,date,value\nDGS10,2025-01-02,4.57\nODD,2025-01-02,1\nGDP,2025-01-01,29962.0\nGDP,2025-04-01,30353.9\n"
    )
    assert collect(Request(connector="fred", series=("DGS10",)), folder=tmp_path).claims == ()
    came = collect(Request(connector="fred", options=(("form", "long"),)), folder=tmp_path)
    assert [(c.product, c.period_label, c.says.value) for c in came.claims] == [
        ("DGS10", "2025-01-02", 0.0457), ("GDP", "2025Q1", 2.9962e13), ("GDP", "2025Q2", 3.03539e13),
    ]  # fmt: skip
    assert [remark.code for remark in came.remarks] == ["series_not_read"]


@needs_real
def test_real_fred_files_are_read_without_a_remark():
    asked = Request(connector="fred", series=("FEDFUNDS", "CPIAUCSL", "INDPRO", "USREC", "DGS10", "DGS2", "T10Y2Y"))
    came = collect(asked, folder=REAL / "fred")
    assert (came.status, came.remarks) == ("done", ())
    first = {claim.product: claim for claim in reversed(came.claims)}
    assert (first["FEDFUNDS"].period_label, first["FEDFUNDS"].says.value) == ("1954-07", 0.008)
    assert (first["CPIAUCSL"].period_label, first["CPIAUCSL"].says.value) == ("1947-01", 21.48)
    rows = {name: (REAL / "fred" / f"{name}.csv").read_text().splitlines()[1:] for name in asked.series}
    numbers = {name: sum(not row.endswith((",", ",.")) for row in lines) for name, lines in rows.items()}
    assert Counter(claim.product for claim in came.claims) == numbers


# ---- prices


def test_a_share_is_read_at_its_close_and_zero_is_no_price():
    (claim,) = told("stooq").claims
    assert (claim.subject, claim.attribute, claim.says.value, claim.period_label) == (
        "acme",
        "price_close",
        10.25,
        "2025-01-02",
    )
    assert claim.known_from == datetime.date(2025, 1, 3)


def test_a_symbol_can_say_whose_it_is_and_never_leads_outside():
    addresses = connectors()["stooq"].plan(Request(connector="stooq", series=("^spx=us_stocks", "../x&s")))
    assert [(a.subject, a.file) for a in addresses] == [("us_stocks", "_spx*.csv"), ("../x&s", ".._x_s*.csv")]
    assert addresses[1].url == "https://stooq.com/q/d/l/?s=../x%26s&i=d"


def test_yahoo_is_off_unless_it_is_asked_for():
    with pytest.raises(CollectError, match="unofficial=yes"):
        connectors()["yahoo"].plan(Request(connector="yahoo", subjects=(ACME,)))
    (claim,) = told("yahoo").claims
    assert (claim.says.value, claim.period_label) == (10.25, "2025-01-02")
    assert not connectors()["yahoo"].may_ship and not connectors()["stooq"].may_ship


def test_prices_in_another_currency_are_not_read_as_dollars():
    answer = SAMPLES["yahoo"].files["ACME.json"].replace(b"USD", b"TWD")
    assert codes(told("yahoo", content=answer)) == ["other_currency"]
    assert told("yahoo", content=answer).claims == ()


# ---- Epoch AI


def test_revenue_is_at_a_yearly_rate_and_two_rows_of_one_day_stay_apart(tmp_path):
    (tmp_path / "ai_companies_revenue_reports.csv").write_bytes(EPOCH["ai_companies_revenue_reports.csv"])
    came = collect(Request(connector="epoch", subjects=(ACME,), series=("revenue",)), folder=tmp_path)
    assert [(c.attribute, c.period_label, c.says.value, c.at) for c in came.claims] == [
        ("revenue_annualized", "2024-12-31", 2e9, None), ("revenue_annualized", "2024-12-31", 7e8, "(2)"),
    ]  # fmt: skip
    assert [remark.code for remark in came.remarks] == ["not_asked_for"] and "Nobody" in came.remarks[0].says.zh


def test_the_newer_form_of_the_revenue_table_is_read_too_with_its_page_and_its_scope():
    newer = (
        b"Company,Date,Annualized revenue (USD),Annualized revenue type,Scope,Confidence,Source 1\n"
        b"Acme Labs,2026-06-30,40000000000,Annualized run rate,Full company,Confident,https://news.example/run-rate\n"
        b"Acme Labs,2026-06-30,1000000000,,Coding product,Likely,\n"
    )
    whole, part = told("epoch", content=newer, file="ai_companies_revenue_reports.csv").claims
    assert (whole.says.value, whole.definition, whole.source.url) == (4e10, None, "https://news.example/run-rate")
    assert part.definition == "Coding product"


def test_users_keep_their_span_and_those_who_pay_are_not_counted_as_weekly_users():
    read = told("epoch", file="ai_companies_usage_reports.csv")
    assert [(c.attribute, c.says.value, c.product) for c in read.claims] == [
        ("weekly_active_users", 5e7, "Chat"), ("paid_subscribers", 4e6, "Chat"),
    ]  # fmt: skip
    first = read.claims[0]
    assert (first.period_label, first.known_from) == ("2024-03-25", datetime.date(2025, 9, 14))
    assert (first.status, first.source.url) == ("reported", "https://acme.example/paper")
    assert read.claims[1].status == "estimated"
    assert codes(read) == ["no_time_span"]


def test_spending_on_compute_is_a_sum_of_a_year_and_a_plan_is_a_projection():
    read = told("epoch", file="ai_companies_compute_spend.csv")
    assert [(c.period_label, c.says.value, c.status, c.definition) for c in read.claims] == [
        ("2024", 1.5e9, "estimated", "R&D cloud compute"), ("2026", 9e9, "projection", "R&D cloud compute"),
        ("2024", 3e9, "estimated", "Inference cloud compute"),
    ]  # fmt: skip
    assert codes(read) == ["not_a_period", "not_a_date"]  # the year 202 is a slip
    assert read.claims[2].known_from == NOON.date()


def test_only_a_closed_round_says_what_a_firm_is_worth_and_not_before_it_was_reported():
    read = told("epoch", file="ai_companies_funding_rounds.csv")
    assert [(c.period_label, c.says.value, c.status, c.known_from.isoformat()) for c in read.claims] == [
        ("2024-05-28", 6.74e8, "reported", "2024-05-30"), ("2024-07-01", 1.4e10, "estimated", "2025-01-05"),
    ]  # fmt: skip
    assert read.claims[1].note == "type: Secondary; confidence: Likely"
    assert codes(read) == ["not_closed"]


def test_counts_of_chips_are_estimates_of_whole_quarters_known_since_the_model_was_run():
    read = told("epoch", file="nvidia_owners_quarters.csv")
    (claim,) = read.claims
    assert (claim.subject, claim.attribute, claim.period_label) == ("bolt", "nvidia_compute_acquired", "2025Q4")
    assert (claim.says.value, claim.says.unit, claim.status) == (14769, "H100e", "estimated")
    assert (claim.derivation, claim.known_from) == ("model_median", datetime.date(2026, 4, 15))
    assert claim.note == "90% band of the model: 8717 to 24931" and "MIT" in claim.source.title
    assert sorted(codes(read)) == ["not_a_quarter", "other_maker", "partial_quarter"]


def test_chips_owned_stand_in_two_tables():
    files = ("nvidia_owners_cumulative_totals.csv", "coreweave_owners_cumulative_totals.csv")
    owned = [claim for file in files for claim in told("epoch", file=file).claims]
    assert [(c.subject, c.says.value, c.known_from) for c in owned] == [
        ("bolt", 90000, NOON.date()), ("acme", 832068, datetime.date(2026, 4, 22)),
    ]  # fmt: skip
    assert {claim.attribute for claim in owned} == {"nvidia_compute_owned"}


def test_a_chip_without_a_price_or_a_date_is_left_out():
    assert [(c.product, c.says.value) for c in told("epoch", file="ml_hardware.csv").claims] == [("Chip A", 30000.0)]


def test_a_renamed_column_is_told_and_nothing_is_read():
    drifted = EPOCH["ml_hardware.csv"].replace(b"Release price (USD)", b"Launch price (USD)")
    read = told("epoch", content=drifted, file="ml_hardware.csv")
    assert read.claims == () and codes(read) == ["columns_changed"]
    for says in (read.remarks[0].says.en, read.remarks[0].says.zh):
        assert "Release price (USD)" in says and "Launch price (USD)" in says


def test_a_renamed_column_that_only_tells_more_is_told_and_the_rest_is_read():
    drifted = EPOCH["ai_companies_usage_reports.csv"].replace(b",Source type,", b",Kind of source,")
    read = told("epoch", content=drifted, file="ai_companies_usage_reports.csv")
    assert len(read.claims) == 2 and codes(read) == ["columns_changed", "no_time_span"]
    assert "Source type" in read.remarks[0].says.en and "Source type" in read.remarks[0].says.zh
    assert "without them" in read.remarks[0].says.en and "照常" in read.remarks[0].says.zh


@needs_real
def test_real_epoch_files_are_read_and_the_paying_users_stand_apart():
    firms = (entity("o", "OpenAI"), entity("a", "Anthropic"), entity("g", "Alphabet", epoch="Google"),
             entity("m", "Meta"),
             entity("x", "xAI"), entity("d", "DeepSeek"))  # fmt: skip
    came = collect(Request(connector="epoch", subjects=firms), folder=REAL / "epoch")
    assert came.status == "done"
    by_metric = Counter(claim.attribute for claim in came.claims)
    assert (by_metric["revenue_annualized"], by_metric["paid_subscribers"], by_metric["weekly_active_users"]) == (
        32,
        1,
        10,
    )
    (paying,) = (claim for claim in came.claims if claim.attribute == "paid_subscribers")
    assert (paying.subject, paying.says.value, paying.period_label) == ("o", 4e7, "2025-10-14")
    revenue = {(c.subject, c.period_label, c.says.value) for c in came.claims if c.attribute == "revenue_annualized"}
    assert {("o", "2022-12-31", 2.8e7), ("o", "2023-10-10", 1.3e9), ("a", "2023-10-01", 1e8)} <= revenue


@needs_real
@pytest.mark.skipif(not (REAL.parent / "metrics.csv").is_file(), reason="the table of metrics lies beside, not here")
def test_real_rounds_and_counts_of_chips_equal_a_table_that_somebody_else_made():
    firms = (entity("openai", "OpenAI"), entity("anthropic", "Anthropic"), entity("xai", "xAI"),
             entity("mistral", "Mistral AI"), entity("alphabet", "Alphabet", epoch="Google"),
             entity("amazon", "Amazon"), entity("meta", "Meta"), entity("microsoft", "Microsoft"),
             entity("oracle", "Oracle"), entity("coreweave", "CoreWeave"))  # fmt: skip
    wanted = ("valuation", "nvidia_compute_acquired", "nvidia_compute_owned")
    came = collect(Request(connector="epoch", subjects=firms, attributes=wanted), folder=REAL / "epoch")
    assert came.status == "done"
    read = {(c.subject, c.attribute, c.period_label, round(c.says.value)) for c in came.claims}
    with (REAL.parent / "metrics.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["source_title"].startswith("Epoch AI")]
    factor = {"usd_bn": 1e9, "h100e_thousand": 1e3}
    theirs = {
        (row["entity_id"], row["metric"], row["period"], round(float(row["value"]) * factor[row["unit"]]))
        for row in rows
        if row["metric"] in wanted and row["entity_id"] in {firm.id for firm in firms} and "PARTIAL" not in row["note"]
    }
    assert len(theirs) > 110
    assert theirs - read == set()


# ---- Shiller, GPU rental


def test_a_zero_of_the_mirror_is_missing_except_for_the_index():
    claims = told("shiller").claims
    held = {(claim.period_label, claim.product) for claim in claims}
    assert {product for month, product in held if month == "2023-07"} == {
        "SP500",
        "Consumer Price Index",
        "Long Interest Rate",
        "PE10",
    }
    assert {product for month, product in held if month == "2023-10"} == {"SP500"}
    assert next(c.says.value for c in claims if c.product == "Long Interest Rate") == 0.0375


def test_earnings_of_four_quarters_are_known_months_after_the_price():
    by_column = {claim.product: claim for claim in reversed(told("shiller").claims)}
    assert (by_column["SP500"].known_from, by_column["SP500"].assumed_days) == (datetime.date(2023, 7, 1), 1)
    assert (by_column["Earnings"].known_from, by_column["Earnings"].assumed_days) == (datetime.date(2023, 10, 28), 120)


@needs_real
def test_the_real_mirror_has_33_and_153_missing_months():
    """Rates and prices end in 2023-09; CAPE also lacks its first ten years (spec: 120 rows from 1871)."""
    came = collect(Request(connector="shiller"), folder=REAL / "market")
    count = Counter(claim.product for claim in came.claims)
    assert (count["SP500"], count["Long Interest Rate"], count["Consumer Price Index"]) == (1866, 1833, 1833)
    assert count["PE10"] == 1866 - 33 - 120
    assert count["Dividend"] == count["Earnings"] == 1866 - 36


def test_a_rental_price_is_the_median_of_a_month_and_a_short_month_is_none():
    read = told("gpu_rental")
    assert [(c.period_label, c.says.value, c.status, c.definition) for c in read.claims] == [
        ("2025-06", 2.24, "reported", "index_points"), ("2025-07", 2.0, "estimated", "offers"),
    ]  # fmt: skip
    assert codes(read) == ["too_few_days"]


@needs_real
def test_the_real_history_of_rentals_gives_months_only():
    came = collect(Request(connector="gpu_rental"), folder=REAL / "gpu")
    assert {len(claim.period_label) for claim in came.claims} == {7}
    july = next(c for c in came.claims if c.period_label == "2026-07" and c.definition == "vast_proxy")
    prices = sorted(
        float(row.split(",")[3]) for row in (REAL / "gpu" / "h100_rental_history.csv").read_text().splitlines()[1:]
        if row.startswith("2026-07") and "vast_proxy" in row
    )  # fmt: skip
    middle = len(prices) // 2
    assert july.says.value == pytest.approx(
        prices[middle] if len(prices) % 2 else sum(prices[middle - 1 : middle + 1]) / 2
    )


@pytest.mark.parametrize("connector", ["fred", "stooq", "epoch", "shiller", "gpu_rental"])
def test_cells_that_are_no_numbers_are_named_with_their_line_and_not_guessed(connector):
    sample = SAMPLES[connector]
    name = next(iter(sample.files))
    for cell in ("1.234,5", "12 %", "3bn", "１２", "1_000", "0x10", "inf"):
        spoilt = replaced_number(sample.files[name], cell)
        read = told(connector, file=name, content=spoilt)
        assert "not_a_number" in codes(read), cell
        assert any(cell in remark.says.zh for remark in read.remarks)


def replaced_number(content: bytes, cell: str) -> bytes:
    """The same table with another last number in its first row, quoted."""
    head, first, *rest = content.replace(b"\r", b"").split(b"\n")
    names = head.decode("utf-8-sig").split(",")
    place = max(n for n, name in enumerate(names)
                if name in ("DGS10", "Close", "Revenue amount (normalize to annual)", "PE10", "usd_hr"))  # fmt: skip
    cells = first.split(b",")
    cells[place] = b'"' + cell.encode() + b'"'
    return b"\n".join([head, b",".join(cells), *rest])


def test_dates_that_do_not_exist_are_named_with_their_line():
    read = told("fred", content=b"observation_date,DGS10\n2025-02-30,4\n13/45/2025,4\n2025-03-03,4\n")
    assert codes(read) == ["not_a_date", "not_a_date"] and len(read.claims) == 1


def test_a_document_in_another_place_of_the_plan_keeps_its_own_subject():
    address = Address(url="", file="DGS2.csv", form="csv", subject="DGS2")
    document = Document(address=address, content=b"observation_date,DGS10\n2025-01-02,4\n", retrieved=NOON)
    read = connectors()["fred"].read(document, SAMPLES["fred"].request)
    assert read.claims == () and codes(read) == ["columns_changed"]
    assert dataclasses.replace(document, content=b"").hash != document.hash
