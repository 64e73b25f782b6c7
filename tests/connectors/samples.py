"""For every connector a small answer in the publisher's form, with invented numbers, and the request it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from perpetuum.connectors import Request
from perpetuum.core.entity import Entity
from perpetuum.core.text import both
from perpetuum.core.when import Quarter

ACME = Entity(id="acme", name=both("Acme", "甲公司"), roles=("engine",),
              identifiers=(("ticker", "ACME"), ("country", "US"), ("epoch", "Acme Labs")))  # fmt: skip
ACME_WORKS = Entity(id="acme", name=both("Acme", "甲公司"), roles=("gear",),
                    identifiers=(("sec_cik", "901"),))  # fmt: skip
BOLT = Entity(id="bolt", name=both("Bolt", "乙公司"), roles=("gear",))


@dataclass(frozen=True)
class Sample:
    """Files by name, and the request they answer."""

    request: Request
    files: dict[str, bytes] = field(default_factory=dict)


FRED = {
    "DGS10.csv": b"observation_date,DGS10\n2025-01-02,4.57\n2025-01-03,4.60\n2025-01-06,\n2025-01-07,4.67\n",
    "CPIAUCSL.csv": b"DATE,CPIAUCSL\n2025-01-01,319.086\n2025-02-01,.\n2025-03-01,319.615\n",
}
STOOQ = {
    "acme.us.csv": b"Date,Open,High,Low,Close,Volume\n2025-01-02,9.5,10.5,9,10.25,1000\n2025-01-03,10,11,10,0,0\n",
}
YAHOO = {
    "ACME.json": b'{"chart":{"result":[{"meta":{"currency":"USD"},"timestamp":[1735828200,1735914600],'
    b'"indicators":{"quote":[{"close":[10.25,null]}]}}],"error":null}}',
}
COUNTS = (
    b"Name,Chip manufacturer,Owner,Start date,End date,Compute estimate in H100e (median),H100e (5th percentile),"
    b"H100e (95th percentile),Notes\n"
)
EPOCH = {
    "ai_companies_revenue_reports.csv": b"\xef\xbb\xbfCompany,Date,Revenue amount (normalize to annual),,,\r\n"
    b"Acme Labs,12/31/2024,2000000000,,,\r\nAcme Labs,12/31/2024,700000000,,,\r\nNobody,1/1/2025,5,,,\r\n",
    "ai_companies_usage_reports.csv": b"Id,Company,Active users,Active users time period,Daily tokens,Daily messages,"
    b"Date,"
    b"Report date,Source 1,Source 2,Graph note,Notes,Source type,Product,Confidence,Exclude from graph view\n"
    b"Chat 50M WAU,Acme Labs,50000000,Weekly,,,3/25/2024,9/14/2025,https://acme.example/paper,,,\"two\nlines\","
    b"Company disclosure,Chat,Likely,\n"
    b"Chat 4M paying WAU,Acme Labs,4000000,Weekly,,,10/14/2025,10/14/2025,https://news.example/pay,,,,"
    b"Media report,Chat,Confident,TRUE\n"
    b"Chat tokens,Acme Labs,,,1.5E+12,,10/6/2025,10/6/2025,,,,,Company disclosure,API,Confident,\n"
    b"Bolt 1M,Bolt,1000000,,,,10/6/2025,10/6/2025,,,,,Other,Helper,Confident,\n",
    "ai_companies_compute_spend.csv": b"Id,Notes,Company,Amount,Category,Period type,Date,Report date,"
    b"Confidence,Source Type\n"
    b'Acme 2024,,Acme Labs,1500000000,R&D cloud compute,Year,12/31/2024,2/12/2025,Likely,Media report\n'
    b'Acme plan,,Acme Labs,9000000000,R&D cloud compute,Year,12/31/2026,9/19/2025,Likely,Media report\n'
    b'Acme July,,Acme Labs,2000000000,Inference cloud compute,Annualized,7/31/2025,,Likely,Other\n'
    b'Acme slip,,Acme Labs,3000000000,Inference cloud compute,Year,12/31/2024,0202-07-30,Likely,Other\n',
    "ai_companies_funding_rounds.csv": b"Id,Company,Close date,Status,Funding (equity),Valuation (post-money),"
    b"Report date,Type,Confidence\n"
    b"Series A,Acme Labs,5/28/2024,Closed,124000000,674000000,5/30/2024,Primary,Confident\n"
    b"Tender,Acme Labs,7/1/2024,Closed,,14000000000,1/5/2025,Secondary,Likely\n"
    b"Talks,Acme Labs,,Late discussions,10000000000,2E+11,9/19/2025,Primary,Uncertain\n"
    b"Seed,Acme Labs,1/1/2023,Closed,5000000,,1/1/2023,Primary,Confident\n",
    "nvidia_owners_quarters.csv": COUNTS
    + b"Bolt Q4 2025,Nvidia,Bolt,10/1/2025,12/31/2025,14769,8717,24931,Estimates generated on: 04-15-2026 18:24\n"
    b"Bolt Q1 2026,Nvidia,Bolt,1/1/2026,3/31/2026,4000,2000,6000,"
    b"Incomplete: based on fiscal quarters ending 1/25/2026. Estimates generated on: 04-15-2026 18:24\n"
    b"Bolt Q3 2025,AMD,Bolt,7/1/2025,9/30/2025,500,400,600,Estimates generated on: 04-15-2026 18:24\n"
    b"Bolt fiscal,Nvidia,Bolt,7/28/2025,10/26/2025,500,400,600,Estimates generated on: 04-15-2026 18:24\n",
    "nvidia_owners_cumulative_totals.csv": COUNTS
    + b"Bolt through Q4 2025,Nvidia,Bolt,1/1/2022,12/31/2025,90000,80000,99000,\n",
    "coreweave_owners_cumulative_totals.csv": COUNTS
    + b"Acme through Q4 2025,Nvidia,Acme Labs,1/1/2023,12/31/2025,832068,785173,882226,"
    b"Estimates generated on: 04-22-2026 12:04\n",
    "ml_hardware.csv": b"Hardware name,Manufacturer,Release date,Release price (USD)\nChip A,Bolt,2024-03-18,30000.0\n"
    b"Chip B,Bolt,2025-03-18,\nChip C,Bolt,,25000.0\n",
}  # fmt: skip
SHILLER = {
    "shiller_sp500_monthly.csv": b"Date,SP500,Dividend,Earnings,Consumer Price Index,Long Interest Rate,Real Price,"
    b"Real Dividend,Real Earnings,PE10\n2023-06-01,4345.37,68.7,181.2,305.1,3.75,5000,79,208,30.9\n"
    b"2023-07-01,4508.08,0.0,0.0,305.7,3.9,5100,0.0,0.0,31.4\n2023-10-01,4269.4,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0\n",
}
GPU_RENTAL = {
    "h100_rental_history.csv": b"date,index_type,source,usd_hr,low,n\n2025-06-15,neocloud,index_points,2.24,,\n"
    + b"".join(b"2025-07-%02d,neocloud,offers,%.1f,1.7,20\n" % (day, 4.5 if day > 20 else 2.0) for day in range(1, 31))
    + b"".join(b"2025-08-%02d,neocloud,offers,3.0,1.7,20\n" % day for day in range(1, 20)),
}
MANUAL = {
    "manual.csv": b"entity_id,metric,period,period_end,value,unit,status,source_url,source_title,source_date,product\n"
    b"acme,revenue,2025Q2,2025-06-30,4.3,usd_bn,reported,https://acme.example/q2,Acme says,2025-08-01,\n"
    b"acme,paid_subscribers,2025-06,2025-06-30,20,users_mn,estimated,https://news.example/a,The news,2025-07-01,Chat\n",
}


def filed(connector: str, *names: str, **more) -> Sample:
    """Saved answers of the SEC about a firm that does not exist, for whom tests/connectors/filings.py has words."""
    folder = Path(__file__).parent / "data"
    files = {name.removeprefix(f"{connector}_"): (folder / name).read_bytes() for name in names}
    return Sample(Request(connector=connector, subjects=(ACME_WORKS,), **more), files)


SAMPLES = {
    "sec_companyfacts": filed("sec_companyfacts", "sec_companyfacts_CIK0000000901.json"),
    "sec_companyconcept": filed(
        "sec_companyconcept", "sec_companyconcept_CIK0000000901_Revenues.json", attributes=("revenue",)
    ),
    "sec_frames": filed(
        "sec_frames",
        "sec_frames_Revenues_CY2023Q3.json",
        attributes=("revenue",),
        since=Quarter(2023, 3),
        until=Quarter(2023, 3),
    ),
    "sec_submissions": filed("sec_submissions", "sec_submissions_CIK0000000901.json"),
    "sec_instance": filed(
        "sec_instance",
        "sec_instance_acme-20240128_htm.xml",
        series=("0000000901-24-022800/acme-20240128_htm.xml",),
        options=(("filed", "2024-02-28"),),
    ),
    "fred": Sample(Request(connector="fred", series=("DGS10", "CPIAUCSL")), FRED),
    "stooq": Sample(Request(connector="stooq", subjects=(ACME, BOLT)), STOOQ),
    "yahoo": Sample(Request(connector="yahoo", subjects=(ACME,), options=(("unofficial", "yes"),)), YAHOO),
    "epoch": Sample(Request(connector="epoch", subjects=(ACME, BOLT)), EPOCH),
    "shiller": Sample(Request(connector="shiller"), SHILLER),
    "gpu_rental": Sample(Request(connector="gpu_rental"), GPU_RENTAL),
    "manual": Sample(Request(connector="manual"), MANUAL),
}
