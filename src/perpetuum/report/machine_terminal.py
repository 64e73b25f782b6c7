"""What the machine gives, in a terminal: a few sentences, one table by year, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator

from perpetuum.core.text import Text
from perpetuum.core.units import UNITS
from perpetuum.ledger import Ledger
from perpetuum.machine import Band, Run
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Column, Paragraph, Table, Title
from perpetuum.report.machine_chances import Chance
from perpetuum.report.machine_drivers import Drivers
from perpetuum.report.machine_facts import Facts, Falls, VendorMoney, against, difference
from perpetuum.report.machine_question import year_ends
from perpetuum.report.numbers import THIN
from perpetuum.report.views.machine_words import bad_cases, end_of, first_to_fall, of_futures
from perpetuum.report.words import joined, plain, say

_MOST_WARNINGS = 5
# What the tables by year show: of the engine the case is about, or of all gears together.
_SHOWN = (("engine", "cash"), ("engine", "cash_burn"), ("gears", "capex_to_revenue"), ("engine", "compute_used"),
          ("engine", "valuation"))  # fmt: skip
_SCALE = {"USD": (1e9, 1e8), "ratio": (1e-2, 1e-2)}


def told(ledger: Ledger, run: Run, found: Facts, drivers: Drivers | None) -> tuple[Block, ...]:
    """The whole answer."""
    scenario = run.worlds[0].scenario
    blocks: list[Block] = [Title(text=say("machine.title", name=scenario.name, scenario=plain(scenario.id)))]
    blocks.append(Paragraph(text=_frame(run), style="note"))
    if run.done == 0:
        return (*blocks, Paragraph(text=say("machine.nothing_done")))
    if not run.is_whole:
        blocks.append(Paragraph(text=say("machine.partial", done=run.done, asked=run.asked), style="lead"))
    blocks += [Paragraph(text=text) for text in sentences(ledger, run, found, drivers)]
    blocks.append(_by_year(ledger, run, found.engine, run.scenarios[0], "machine.by_year"))
    blocks += _against(ledger, run, found)
    return (*blocks, *_rests_on(ledger, run))


def _frame(run: Run) -> Text:
    return say("machine.frame", futures=run.done, first=numbers.quarter(run.first),
               last=numbers.quarter(run.quarters[-1]), seed=plain(run.origin.seed))  # fmt: skip


def sentences(ledger: Ledger, run: Run, found: Facts, drivers: Drivers | None) -> Iterator[Text]:
    """What the model gives, each sentence with its scenario."""
    if found.engine is not None:
        yield from (closing(ledger, run, found.engine, one) for one in found.chances)
    yield falling(ledger, run, found.falls)
    if found.bad_cases:
        yield bad_cases(ledger, found.bad_cases)
    if found.vendor_money is not None and found.engine is not None:
        yield from vendor_money(ledger, run, found.engine, found.vendor_money)
    if drivers is not None and drivers.rows:
        yield driving(ledger, run, drivers)


def closing(ledger: Ledger, run: Run, engine: str, found: Chance) -> Text:
    """How often an engine pays its own way by the end of a year."""
    return say("machine.closes", scenario=found.scenario, firm=names.firm(ledger, engine), by=end_of(found.by),
               share=of_futures(found.share, run.done))  # fmt: skip


def falling(ledger: Ledger, run: Run, found: Falls) -> Text:
    """Who falls first, how often and when."""
    if not found.firms or found.median is None:
        return say("machine.nobody_falls", scenario=found.scenario, futures=run.done)
    firms = [
        say("machine.falls.first", firm=names.firm(ledger, fall.firm), share=numbers.share(fall.first),
            ever=numbers.share(fall.share), median=numbers.quarter(fall.median))
        for fall in first_to_fall(found)
    ]  # fmt: skip
    return say("machine.falls", scenario=found.scenario, share=of_futures(found.share, found.looked_at),
               median=numbers.quarter(found.median), firms=joined(firms, "; ", "；"))  # fmt: skip


def vendor_money(ledger: Ledger, run: Run, engine: str, found: VendorMoney) -> Iterator[Text]:
    """What the same futures look like without vendor money."""
    firm, last = names.firm(ledger, engine), run.quarters[-1]
    low, middle, high = found.cash
    yield say("machine.vendor", scenario=found.scenario, firm=firm, received=numbers.money(found.received),
              middle=signed_money(middle), low=signed_money(low), high=signed_money(high),
              last=numbers.quarter(last))  # fmt: skip
    if found.capex is not None:
        with_, without = found.capex
        yield say("machine.vendor.capex", scenario=found.scenario, first=numbers.quarter(run.first),
                  last=numbers.quarter(last), without=numbers.money(without), given=numbers.money(with_),
                  more=signed_money(without - with_), change=_relative(without, with_))  # fmt: skip
    for with_money, without_money in found.chances[-1:]:
        yield say("machine.vendor.closes", scenario=found.scenario, firm=firm, by=end_of(with_money.by),
                  given=of_futures(with_money.share, run.done),
                  without=of_futures(without_money.share, run.done))  # fmt: skip


def _relative(now: float, before: float) -> Text:
    share = now / before - 1.0 if before else float("nan")
    text = numbers.share(share if abs(share) >= 5e-5 else 0.0)
    return text if share <= 0 else Text(en=f"+{text.en}", zh=f"+{text.zh}")


def signed_money(value: float) -> Text:
    """Dollars of a difference: more has a plus."""
    text = numbers.money(value)
    return Text(en=f"+{text.en}", zh=f"+{text.zh}") if value > 0 else text


def driving(ledger: Ledger, run: Run, drivers: Drivers) -> Text:
    """Which assumptions move the answer most."""
    rows = [
        say("machine.driver", what=row.says, address=plain(row.address), low=drivers.value(row.at_low),
            high=drivers.value(row.at_high))
        for row in drivers.rows
    ]  # fmt: skip
    return say("machine.drivers", scenario=run.scenarios[0], outcome=drivers.outcome(ledger),
               central=drivers.value(drivers.central), lower=plain(f"{100 * drivers.low:g}"),
               upper=plain(f"{100 * drivers.high:g}"), rows=joined(rows, "; ", "；"))  # fmt: skip


# Tables


def _by_year(ledger: Ledger, run: Run, engine: str | None, label: str, key: str) -> Table:
    """Quantiles at the close of every year: the median, and the range of most futures below it."""
    bands = [run.band(series, label) for series in _series(run, engine)]
    columns = [Column(text=say("machine.quarter"))]
    columns += [Column(text=_head(ledger, band), align="right") for band in bands]
    rows = tuple(
        (Cell(text=numbers.quarter(quarter)), *(_spread(band, run.row_of(quarter)) for band in bands))
        for quarter in year_ends(run)
    )
    low, high = (numbers.share(level) for level in (run.keep.quantiles[0], run.keep.quantiles[-1]))
    caption = say(key, scenario=label, low=low, high=high)
    return Table(columns=tuple(columns), rows=rows, caption=caption)


def _series(run: Run, engine: str | None) -> list[str]:
    asked = [f"{engine if of == 'engine' else of}.{metric}" for of, metric in _SHOWN]
    return [series for series in asked if series in run.series]


def _head(ledger: Ledger, band: Band) -> Text:
    whose = say("machine.all_gears") if band.entity == "gears" else names.firm(ledger, band.entity)
    return say("machine.head", whose=whose, what=band.name, unit=unit_word(band.unit))


def unit_word(unit: str) -> Text:
    """The unit a column of scaled numbers is in."""
    if unit == "USD":
        return say("machine.unit.usd")
    return say("machine.unit.percent") if unit == "ratio" else plain(unit) if unit == "GW" else UNITS[unit].name


def scaled(value: float, unit: str) -> Text:
    """A number in the unit of its column: billions of dollars (in Chinese, hundreds of millions), per cent."""
    en, zh = _SCALE.get(unit, (1.0, 1.0))
    if value != value:
        return plain("–")
    # Digits are counted in the language they are read in.
    return Text(en=numbers.digits(numbers.significant(value / en)), zh=numbers.digits(numbers.significant(value / zh)))


def _spread(band: Band, row: int) -> Cell:
    middle = band.levels.index(0.5)
    low, mid, high = (scaled(float(band.quantile[n, row]), band.unit) for n in (0, middle, len(band.levels) - 1))
    return Cell(text=mid, small=joined([low, high], f"{THIN}…{THIN}", f"{THIN}…{THIN}"))


def _against(ledger: Ledger, run: Run, found: Facts) -> Iterator[Block]:
    """What another scenario changes, draw by draw."""
    other = against(run)
    if other is None or found.against is None:
        return
    falls, pairs = found.against
    yield Title(text=say("machine.against", other=plain(other), scenario=plain(run.scenarios[0])))
    if found.engine is not None:
        for _, one in pairs:
            yield Paragraph(text=closing(ledger, run, found.engine, one))
    yield Paragraph(text=falling(ledger, run, falls))
    yield _by_year(ledger, run, found.engine, difference(run, other), "machine.differences")


# What it rests on


def _rests_on(ledger: Ledger, run: Run) -> Iterator[Block]:
    yield Title(text=say("machine.rests_on"), level=3)
    yield Paragraph(text=joined([_statuses(run), _assumed(run)], " ", ""))
    yield Paragraph(text=say("machine.left_out", folded=len(run.folded), unknown=len(run.unknown)))
    if run.left_out:
        firms = joined([names.firm(ledger, one.firm) for one in run.left_out])
        yield Paragraph(text=say("machine.not_simulated", count=len(run.left_out), firms=firms))
    shown = run.warnings[:_MOST_WARNINGS]
    for warning in shown:
        yield Paragraph(text=say("machine.warning", warning=warning))
    if len(run.warnings) > len(shown):
        yield Paragraph(text=say("machine.more_warnings", more=len(run.warnings) - len(shown)))
    others = [name for name in ledger.scenarios() if name not in run.scenarios]
    if others:
        yield Paragraph(text=say("machine.others", others=joined([plain(name) for name in others])), style="note")
    yield Paragraph(text=say("machine.how_to_read"), style="note")


def _statuses(run: Run) -> Text:
    """How the futures ended, over all scenarios."""
    ended = [run.status_of(scenario) for scenario in run.scenarios]
    bad = {word: sum(of[word] for of in ended) for word in ("not_settled", "broken")}
    if not any(bad.values()):
        return say("machine.all_settled")
    return say("machine.not_all_settled", not_settled=bad["not_settled"], broken=bad["broken"])


def _assumed(run: Run) -> Text:
    drawn = run.worlds[0].resolved.spreads.slot.size
    return say("machine.assumed", scenario=run.scenarios[0], assumed=len(run.assumed),
               stated=len(run.worlds[0].resolved.stated), drawn=int(drawn))  # fmt: skip
