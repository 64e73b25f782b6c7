"""The same told in a terminal: one command a verb, with the words of the pages.

Commands are a few lines that call a verb; what they print is made in `report`. Everything heavy
is imported inside them, so that help opens at once.
"""

from __future__ import annotations

import contextlib
import io
import json as jsons
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, CycloptsError, Group, Parameter

import perpetuum
from perpetuum.core.errors import BooksDoNotBalance, LedgerError, MissingExtra, PerpetuumError, ScenarioError
from perpetuum.core.text import Language, Text
from perpetuum.report.words import say

if TYPE_CHECKING:
    from perpetuum.circularity import Circularity
    from perpetuum.core.claim import Stage
    from perpetuum.ledger import Ledger
    from perpetuum.report import verbs
    from perpetuum.report.blocks import Block

DONE, PROBLEMS, USAGE, BOOKS, EXTRA, UNSETTLED, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
StageChoice = Literal["announced", "signed", "paid", "all"]


def spoken(arguments: list[str], environment: dict[str, str]) -> Language:
    """The language of the terminal: what ``--lang`` says, else the environment's, else English."""
    for before, word in zip(["", *arguments], arguments, strict=False):
        said = word.removeprefix("--lang=") if word.startswith("--lang=") else word if before == "--lang" else None
        if said in ("en", "zh"):
            return "zh" if said == "zh" else "en"
    tongue = environment.get("PERPETUUM_LANG") or environment.get("LC_ALL") or environment.get("LANG") or ""
    return "zh" if tongue.startswith("zh") else "en"


LANGUAGE: Language = spoken(sys.argv[1:], dict(os.environ))


def _(key: str, **parts: Text | str | int) -> str:
    return say(key, **parts).in_language(LANGUAGE)


def _option(key: str, **more: Any) -> Parameter:
    return Parameter(help=_(f"help.{key}"), **more)


@Parameter(name="*", group=Group(_("help.group.asked"), sort_key=2))
@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which case, which date, what was known by when, which rule picks among claims."""

    case: Annotated[str, _option("case")] = "ai"
    at: Annotated[str | None, _option("at")] = None
    asof: Annotated[str | None, _option("asof")] = None
    policy: Annotated[str | None, _option("policy")] = None

    @property
    def of(self) -> verbs.Asked:
        """What the verbs are asked with."""
        from perpetuum.report import verbs

        return verbs.Asked(at=self.at, asof=self.asof, policy=self.policy)


@Parameter(name="*", group=Group(_("help.group.asked"), sort_key=2))
@dataclass(frozen=True, kw_only=True)
class Staged(Asked):
    """The same for money, which has a stage; metrics and statements have none."""

    stage: Annotated[StageChoice, _option("stage")] = "all"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages that are asked for, side by side."""
        from perpetuum.report.verbs import stages_of

        return stages_of(self.stage)


@Parameter(name="*", group=Group(_("help.group.shown"), sort_key=3))
@dataclass(frozen=True, kw_only=True)
class Shown:
    """In which language and form, where to, and how much is said on the way."""

    lang: Annotated[Literal["en", "zh"], _option("lang")] = LANGUAGE
    json: Annotated[bool, _option("json", negative="")] = False
    out: Annotated[Path | None, _option("out")] = None
    quiet: Annotated[bool, _option("quiet", negative="")] = False
    verbose: Annotated[bool, _option("verbose", name=["--verbose", "-v"], negative="")] = False
    log_format: Annotated[Literal["text", "json"], _option("log_format")] = "text"
    strict: Annotated[bool, _option("strict", negative="")] = False


def _wrong_usage(error: CycloptsError) -> Any:
    """What the parser of options refused; its own words stay in English, in brackets in Chinese."""
    from rich.text import Text as RichText

    return RichText(f"{_('help.usage', why=str(error).strip())}\n  {_('help.usage.how')}")


app = App(
    name="perpetuum",
    error_formatter=_wrong_usage,
    help=_("help.app"),
    version=perpetuum.__version__,
    help_format="plaintext",
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # `main` says what was kept
    group_commands=Group(_("help.group.commands"), sort_key=0),
    group_parameters=Group(_("help.group.options"), sort_key=1),
    group_arguments=Group(_("help.group.arguments"), sort_key=0),
)
app["--help"].help = _("help.help")
app["--version"].help = _("help.version")
ledger_app = App(name="ledger", help=_("help.ledger"), help_format="plaintext")
app.command(ledger_app)


# ---- ledger


@ledger_app.default
def ledger(
    asked: Staged = Staged(),
    shown: Shown = Shown(),
    *,
    check: Annotated[bool, _option("check", negative="")] = False,
) -> int:
    """Summary of a case, or every problem of its files."""
    from perpetuum.report import verbs

    if check:
        return _check(asked, shown)
    return _tell(verbs.summary(_load(asked, shown), asked.of, asked.stages), shown)


def _check(asked: Asked, shown: Shown) -> int:
    from perpetuum.ledger import examine
    from perpetuum.report.wire import answer

    with _progress(shown) as tell:
        tell(say("progress.load"))
        found, problems = examine(asked.case)
    errors = [problem for problem in problems if problem.severity == "error"]
    if shown.json:
        _write(jsons.dumps(answer("ledger", None, None, problems), ensure_ascii=False, indent=1), shown)
    else:
        name = found.case.name if found else Text(en=asked.case, zh=asked.case)
        key = "check.bad" if errors else "check.good"
        told = say(key, case=name, errors=len(errors), warnings=len(problems) - len(errors))
        # Errors last, where they can be seen above the count.
        ordered = sorted(problems, key=lambda problem: problem.severity == "error")
        lines = [*(problem.in_language(shown.lang) for problem in ordered), told.in_language(shown.lang)]
        _write("\n".join(lines), shown)
    return PROBLEMS if errors else DONE


@ledger_app.command(help=_("help.gaps"))
def gaps(asked: Asked = Asked(), shown: Shown = Shown()) -> int:
    """How much is unknown on a date."""
    from perpetuum.report import verbs

    return _tell(verbs.gaps(_load(asked, shown), asked.of), shown)


@ledger_app.command(help=_("help.chain"))
def chain(name: Annotated[str, _option("name")], *, asked: Staged = Staged(), shown: Shown = Shown()) -> int:
    """All versions of one promise."""
    from perpetuum.report import verbs

    return _tell(verbs.chain(_load(asked, shown), name, asked.of, asked.stages), shown)


@ledger_app.command(help=_("help.find"))
def find(*name: Annotated[str, _option("name")], asked: Staged = Staged(), shown: Shown = Shown()) -> int:
    """What stands under a name: firms, chains, claims side by side, series."""
    from perpetuum.report import verbs

    return _tell(verbs.find(_load(asked, shown), " ".join(name), asked.of, asked.stages), shown)


@ledger_app.command(help=_("help.audit"))
def audit(asked: Asked = Asked(), shown: Shown = Shown()) -> int:
    """The article, statement by statement."""
    from perpetuum.report import verbs

    return _tell(verbs.audit(_load(asked, shown), asked.of), shown)


# ---- loops


@app.command(help=_("help.loops"))
def loops(
    asked: Staged = Staged(),
    shown: Shown = Shown(),
    *,
    firm: Annotated[str | None, _option("firm")] = None,
    via: Annotated[str | None, _option("via")] = None,
    show: Annotated[Literal["inventory", "loop", "origin", "firm", "rings", "wheels"] | None, _option("show")] = None,
    window: Annotated[str | None, _option("window")] = None,
    step: Annotated[Literal["quarter", "year", "window"] | None, _option("step")] = None,
    view: Annotated[Literal["last_financier", "ultimate"], _option("view")] = "last_financier",
    rule: Annotated[Literal["burn", "pooled"], _option("rule")] = "burn",
    counts: Annotated[Literal["cash", "economic"], _option("counts")] = "cash",
    broad: Annotated[bool, _option("broad", negative="")] = False,
) -> int:
    """Loops of money, and whose money a firm's revenue is."""
    from perpetuum.report import verbs

    ledger = _load(asked, shown)
    question = verbs.about_loops(show=show, firm=firm, via=via, window=window, step=step, view=view, rule=rule,
                                 counts=counts, broad=broad)  # fmt: skip
    with _progress(shown) as tell:
        told = verbs.loops(ledger, asked.of, asked.stages, question, tell)
    return _tell(told, shown)


# ---- stress


@Parameter(name="*", group=Group(_("help.group.asked"), sort_key=2))
@dataclass(frozen=True, kw_only=True)
class Binding(Asked):
    """The same for obligations: one stage, and what is signed unless another is asked for."""

    stage: Annotated[Literal["announced", "signed", "paid"], _option("stress_stage")] = "signed"


@app.command(help=_("help.stress"))
def stress(
    asked: Binding = Binding(),
    shown: Shown = Shown(),
    *,
    shock: Annotated[tuple[str, ...], _option("shock", negative="", show_default=False)] = (),
    size: Annotated[str, _option("size")] = "100%",
    channel: Annotated[tuple[str, ...], _option("channel", negative="", show_default=False)] = (),
    model: Annotated[str | None, _option("model")] = None,
    view: Annotated[Literal["value", "cash"], _option("stress_view")] = "value",
    basis: Annotated[Literal["book", "market"], _option("basis")] = "book",
    horizon: Annotated[int, _option("horizon")] = 4,
    reverse: Annotated[str | None, _option("reverse")] = None,
    scenario: Annotated[str | None, _option("stress_scenario")] = None,
    set_: Annotated[tuple[str, ...], _option("set", name="--set", negative="", show_default=False)] = (),
    draws: Annotated[int | None, _option("stress_draws")] = None,
    seed: Annotated[int | None, _option("seed")] = None,
    at_quarter: Annotated[str | None, _option("at_quarter")] = None,
    holding: Annotated[tuple[str, ...], _option("holding", negative="", show_default=False)] = (),
) -> int:
    """Dominoes: who falls if one falls, and who pays in the end; today, or in many simulated futures."""
    from perpetuum.report import verbs
    from perpetuum.report.views.stressed import Question

    ledger = _load(asked, shown)
    question = Question(shocks=shock, size=size, channels=channel, model=model, view=view, basis=basis,
                        horizon=horizon, reverse=reverse, holdings=holding)  # fmt: skip
    said = {"scenario": scenario, "sets": set_ or None, "draws": draws, "seed": seed, "at": at_quarter}
    if futures := {name: value for name, value in said.items() if value is not None}:
        with _futures(shown) as progress:
            told = verbs.stress_futures(ledger, asked.of, asked.stage, question, futures, progress)
    else:
        with _progress(shown) as tell:
            told = verbs.stress(ledger, asked.of, asked.stage, question, tell)
    return _tell(told, shown)


# ---- simulate


@app.command(help=_("help.simulate"))
def simulate(
    shown: Shown = Shown(),
    *,
    case: Annotated[str, _option("case")] = "ai",
    policy: Annotated[str | None, _option("policy")] = None,
    scenario: Annotated[str, _option("scenario")] = "neutral",
    set_: Annotated[tuple[str, ...], _option("set", name="--set", negative="", show_default=False)] = (),
    draws: Annotated[int, _option("draws")] = 10_000,
    quarters: Annotated[int, _option("quarters")] = 40,
    seed: Annotated[int, _option("seed")] = 0,
    against: Annotated[str | None, _option("against")] = None,
    replay: Annotated[str | None, _option("replay")] = None,
    at: Annotated[str | None, _option("simulate_at")] = None,
    threads: Annotated[int | None, _option("threads")] = None,
) -> int:
    """The machine: many possible futures of one network, quarter by quarter."""
    from perpetuum.report.machine_question import Question
    from perpetuum.report.machine_verb import simulate as verb

    ledger, scenario = _own_scenario(_load(Asked(case=case, policy=policy), shown), scenario)
    question = Question(scenario=scenario, against=against, sets=set_, draws=draws, quarters=quarters, seed=seed,
                        threads=threads)  # fmt: skip
    with _futures(shown) as progress:
        done = verb(ledger, question, policy=policy, replay=replay, at=at, out=shown.out, case=case, progress=progress)
    code = _show(done.blocks, replace(shown, out=None), "simulate", done.origin, done.result if shown.json else None)
    if done.run.interrupted:
        return INTERRUPTED
    return UNSETTLED if shown.strict and not done.is_settled else code


@app.command(help=_("help.calibrate"))
def calibrate(
    shown: Shown = Shown(),
    *,
    case: Annotated[str, _option("case")] = "ai",
    asof: Annotated[str | None, _option("calibrate_asof")] = None,
    policy: Annotated[str | None, _option("policy")] = None,
    scenario: Annotated[str, _option("scenario")] = "neutral",
    free: Annotated[str | None, _option("calibrate_free")] = None,
    draws: Annotated[int, _option("calibrate_draws")] = 40_000,
    seed: Annotated[int, _option("seed")] = 0,
) -> int:
    """What the numbers known on a date leave of a scenario's parameters."""
    from perpetuum.report.learning import Ask
    from perpetuum.report.learning import calibrate as verb
    from perpetuum.report.learning_files import save
    from perpetuum.report.views.calibrated import result, told, written

    ledger = _load(Asked(case=case, asof=asof, policy=policy), shown)
    named = tuple(word.strip() for word in (free or "").split(",") if word.strip())
    ask = Ask(scenario=scenario, asof=asof, free=named, draws=draws, seed=seed, policy=policy)
    with _futures(shown) as progress:
        done = verb(ledger, ask, progress)
    blocks = told(ledger, done)
    if shown.out is not None:
        blocks += (written(shown.out, save(shown.out, ledger, case, done)),)
    origin = {**_origin(ledger, Asked(case=case, asof=asof, policy=policy)), "scenario": scenario, "seed": seed,
              "draws": draws, "rounds": len(done.posterior.rounds)}  # fmt: skip
    answer = result(ledger, done) if shown.json else None
    code = _show(blocks, replace(shown, out=None), "calibrate", origin, answer)
    return UNSETTLED if shown.strict and done.posterior.status != "enough" else code


@app.command(help=_("help.hindcast"))
def hindcast(
    shown: Shown = Shown(),
    *,
    case: Annotated[str, _option("case")] = "ai",
    policy: Annotated[str | None, _option("policy")] = None,
    scenario: Annotated[str, _option("scenario")] = "neutral",
    since: Annotated[str | None, _option("hindcast_since")] = None,
    draws: Annotated[int, _option("hindcast_draws")] = 40_000,
    seed: Annotated[int, _option("seed")] = 0,
) -> int:
    """What would have been forecast on earlier dates, scored against what came."""
    from perpetuum.core.when import Quarter
    from perpetuum.report.files import write_all
    from perpetuum.report.hindcast import hindcast as verb
    from perpetuum.report.hindcast_tables import files
    from perpetuum.report.views.calibrated import written
    from perpetuum.report.views.hindcast import result, told

    first = None if since is None else Quarter.parse(since)
    ledger = _load(Asked(case=case, policy=policy), shown)
    with _progress(shown) as progress:
        done = verb(ledger, scenario=scenario, since=first, draws=draws, seed=seed, policy=policy, progress=progress)
    blocks = told(ledger, done)
    if shown.out is not None:
        made = files(done)
        write_all(shown.out, made)
        blocks += (written(shown.out, tuple(made)),)
    origin = {**_origin(ledger, Asked(case=case, policy=policy)), "scenario": scenario, "seed": seed, "draws": draws}
    return _show(blocks, replace(shown, out=None), "hindcast", origin, result(done) if shown.json else None)


@app.command(help=_("help.rerun"))
def rerun(manifest: Annotated[Path, _option("manifest")], *, shown: Shown = Shown()) -> int:
    """Make a simulation again, and say whether the same came out."""
    from perpetuum.report.machine_verb import again

    with _futures(shown) as progress:
        made, blocks = again(manifest, shown.out, progress)
    result = {"identical": made.is_identical, "same": made.same, "differ": made.differ,
              "not_compared": made.not_compared, "changed": made.changed}  # fmt: skip
    code = _show(blocks, replace(shown, out=None), "rerun", {"manifest": str(manifest)}, result)
    return code if made.is_identical else PROBLEMS


@contextlib.contextmanager
def _futures(shown: Shown) -> Iterator[Any]:
    """A bar of futures on standard error; nothing where nobody watches."""
    if shown.quiet or not sys.stderr.isatty():
        yield None
        return
    from perpetuum.report.machine_progress import bar

    with bar(shown.lang) as tell:
        yield tell


# ---- collect


@Parameter(name="*", group=Group(_("help.group.asked"), sort_key=2))
@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked of a publisher: of whom, which numbers, of which quarters, known by when."""

    firm: Annotated[tuple[str, ...], _option("collect_firm", negative="", show_default=False)] = ()
    cik: Annotated[str | None, _option("cik")] = None
    series: Annotated[tuple[str, ...], _option("series", negative="", show_default=False)] = ()
    metric: Annotated[str | None, _option("metric")] = None
    since: Annotated[str | None, _option("since")] = None
    until: Annotated[str | None, _option("until")] = None
    asof: Annotated[str | None, _option("collect_asof")] = None
    option: Annotated[tuple[str, ...], _option("option", negative="", show_default=False)] = ()


@app.command(help=_("help.collect"))
def collect(
    connector: Annotated[str | None, _option("connector")] = None,
    *,
    wanted: Wanted = Wanted(),
    shown: Shown = Shown(),
    case: Annotated[str, _option("collect_case")] = "ai",
    from_disk: Annotated[Path | None, _option("from_disk")] = None,
    offline: Annotated[bool, _option("offline", negative="")] = False,
    user_agent: Annotated[str | None, _option("user_agent")] = None,
    dry_run: Annotated[bool, _option("dry_run", negative="")] = False,
) -> int:
    """New public numbers: from a publisher, from the raw cache or from a folder, into a case."""
    from perpetuum.connectors import advice, prospect
    from perpetuum.connectors import collect as fetch
    from perpetuum.connectors.catalogue import connector as named
    from perpetuum.ledger import keep
    from perpetuum.report import verbs
    from perpetuum.report.views import collected as view

    if connector is None:
        return _tell(verbs.publishers(), shown)
    named(connector)  # a misspelt name is told before anything else
    ledger = _load(Asked(case=case), shown)
    request = view.request(ledger, connector, **asdict(wanted))
    if dry_run:
        ahead = prospect(request)
        return _show(view.ahead(request, ahead, advice(request)), shown, "collect", None, ahead)
    keep((), connector, case=case, dry_run=True)  # a case that cannot be written to is no reason to ask anybody
    with _progress(shown) as tell:
        tell(say("progress.collect", connector=connector))
        came = fetch(request, folder=from_disk, offline=offline, user_agent=user_agent)
    kept = keep(came.claims, connector, case=case, asof=request.asof, is_whole=came.status == "done")
    code = _show(view.told(ledger, request, came, kept), shown, "collect", None, view.result(request, came, kept))
    return code if came.status == "done" else PROBLEMS


# ---- gauges, report, the main job


gauges_app = App(name="gauges", help=_("help.gauges"), help_format="plaintext")
app.command(gauges_app)


@gauges_app.default
def gauges(
    asked: Asked = Asked(),
    shown: Shown = Shown(),
    *,
    gauge: Annotated[str | None, _option("gauge")] = None,
    firm: Annotated[str | None, _option("gauge_firm")] = None,
) -> int:
    """The dials, how many stand in each band, and how that count moved."""
    from perpetuum.report import verbs

    return _tell(verbs.gauges(_load(asked, shown), asked.of, gauge, firm), shown)


@gauges_app.command(help=_("help.bubble"))
def bubble(
    file: Annotated[Path, _option("bubble_file")],
    shown: Shown = Shown(),
    *,
    input: Annotated[list[Literal["price", "ratio", "residual"]] | None, _option("bubble_input", negative="")] = None,
    ratio_form: Annotated[Literal["logs", "levels"], _option("bubble_form")] = "logs",
    curve: Annotated[Literal["logistic", "gompertz"], _option("bubble_curve")] = "logistic",
    bound: Annotated[Literal["wild", "table", "monte_carlo"], _option("bubble_bound")] = "wild",
    draws: Annotated[int | None, _option("bubble_draws")] = None,
    level: Annotated[float, _option("bubble_level")] = 0.95,
    lag: Annotated[int, _option("bubble_lag")] = 0,
    lag_rule: Annotated[Literal["fixed", "bic"], _option("bubble_lag_rule")] = "fixed",
    convention: Annotated[Literal["rows", "levels"], _option("bubble_convention")] = "rows",
    min_window: Annotated[int | None, _option("bubble_min_window")] = None,
    min_length: Annotated[int | None, _option("bubble_min_length")] = None,
    seed: Annotated[int, _option("bubble_seed")] = 0,
) -> int:
    """Explosive-root tests of a price from a file."""
    from perpetuum.core.errors import SeriesError
    from perpetuum.gauges.explosive import explosive_price
    from perpetuum.gauges.explosive_inputs import INPUTS
    from perpetuum.gauges.explosive_settings import Settings
    from perpetuum.gauges.known_curve import known_curve
    from perpetuum.ledger.price_series import FEWEST, read_price_series
    from perpetuum.report.views.bubble import bubble as told
    from perpetuum.report.views.log_periodic import beside_the_test

    series = read_price_series(file, FEWEST if min_window is None else max(FEWEST, min_window + 3))
    if series.fundamental is None and "ratio" in (input or ()):
        raise SeriesError(say("bubble.no_fundamental", file=series.file), say("bubble.no_fundamental.how"))
    if series.users is None and "residual" in (input or ()):
        raise SeriesError(say("bubble.no_users", file=series.file), say("bubble.no_users.how"))
    settings = Settings(
        bound=bound, draws=399 if draws is None else draws, paths=2_000 if draws is None else draws, level=level,
        lag=lag, lag_rule=lag_rule, convention=convention, minw=min_window, min_length=min_length,
        ratio_form=ratio_form, seed=seed,
    )  # fmt: skip
    with _progress(shown) as tell:
        tell(say("progress.bubble"))
        adoption = None
        if series.users is not None and "residual" in (input or INPUTS):
            adoption = known_curve(series.days, series.users, curve)
        reading = explosive_price(
            series.prices, series.dates, series.fundamental, adoption, inputs=input or INPUTS, settings=settings
        )
        # A further reading of the same price, which does not vote.
        beside = beside_the_test(series.dates, series.prices)
    origin = {"file": series.file, "file_hash": series.hash, "version": perpetuum.__version__}
    return _show(told(reading, series.file, beside), shown, "bubble", origin, reading)


@gauges_app.command(help=_("help.adoption"))
def adoption(
    asked: Asked = Asked(),
    shown: Shown = Shown(),
    *,
    technology: Annotated[str | None, _option("technology")] = None,
    population: Annotated[str | None, _option("population")] = None,
    launch: Annotated[str | None, _option("launch")] = None,
    curve: Annotated[str | None, _option("curve")] = None,
    share: Annotated[float, _option("adoption_share")] = 0.1,
) -> int:
    """How far something new has spread, three curves with their interval, and years to a share."""
    from perpetuum.report import verbs

    told = verbs.adoption(_load(asked, shown), asked.of, technology=technology, population=population, launch=launch,
                          curve=curve, share=share)  # fmt: skip
    return _tell(told, shown)


@app.command(help=_("help.verdict"))
def verdict(
    asked: Asked = Asked(),
    shown: Shown = Shown(),
    *,
    against: Annotated[str | None, _option("verdict_against")] = None,
    beside: Annotated[str | None, _option("beside")] = None,
    draws: Annotated[int, _option("verdict_draws")] = 2_000,
) -> int:
    """What can be said of a machine of money on a date, and what it rests on."""
    from perpetuum.report import verbs
    from perpetuum.report.verdict_dates import refuse_unknown

    # What cannot be is refused before anything is simulated.
    refuse_unknown(beside, draws)
    ledger = _load(asked, shown)
    with _progress(shown) as tell:
        told = verbs.verdict(ledger, asked.of, against=against, beside=beside, draws=draws, progress=tell)
    return _tell(told, shown)


@app.command(help=_("help.report"))
def report(
    asked: Staged = Staged(),
    shown: Shown = Shown(),
    *,
    page: Annotated[str | None, _option("page")] = None,
) -> int:
    """The pages of the report in the terminal, or as one HTML file with --out."""
    from perpetuum.report import verbs
    from perpetuum.report.html import page as as_html

    found = _load(asked, shown)
    with _progress(shown) as progress:
        made = verbs.report(found, asked.of, asked.stages, page, progress)
    if shown.out is not None and not shown.json:
        _put(shown.out, as_html(made.study, made.pages, shown.lang))
        return DONE
    return _tell(made.told, shown)


@app.command(help=_("help.run"))
def run(
    asked: Staged = Staged(),
    shown: Shown = Shown(),
    *,
    scenario: Annotated[str | None, _option("run_scenario")] = None,
    format: Annotated[str | None, _option("format")] = None,
) -> int:
    """The main job: all verbs on one case, from ledger to report."""
    from perpetuum.core.errors import UnknownName
    from perpetuum.core.nouns import FORMAT
    from perpetuum.report.main_job import FORMATS
    from perpetuum.report.main_job import run as main_job
    from perpetuum.report.views.run import told
    from perpetuum.report.wire import answer

    formats = None if format is None else tuple(word.strip() for word in format.split(",") if word.strip())
    for word in formats or ():
        if word not in FORMATS:
            raise UnknownName(word, FORMATS, what=FORMAT)
    with _progress(shown) as progress:
        done = main_job(
            asked.case, at=asked.at, asof=asked.asof, policy=asked.policy, stages=asked.stages, out=shown.out,
            language=shown.lang, formats=formats, scenario=scenario, progress=progress,
        )  # fmt: skip
    if shown.json:
        origin = _origin(done.study.ledger, asked)
        _print(jsons.dumps(answer("run", origin, done.told), ensure_ascii=False, indent=1))
    elif not shown.quiet:
        _draw(told(done), replace(shown, out=None))
    measured = [of for snapshot in done.study.snapshots for of in snapshot.measured.values()]
    return _settled(measured, shown)


# ---- the pages


@app.command(help=_("help.serve"))
def serve(
    shown: Shown = Shown(),
    *,
    case: Annotated[tuple[Path, ...], _option("serve_case", negative="", show_default=False)] = (),
    host: Annotated[str, _option("host")] = "127.0.0.1",
    port: Annotated[int, _option("port")] = 8765,
    token: Annotated[str | None, _option("token")] = None,
    token_file: Annotated[Path | None, _option("token_file")] = None,
    allow_host: Annotated[tuple[str, ...], _option("allow_host", negative="", show_default=False)] = (),
    allow: Annotated[tuple[Literal["uploads", "runs"], ...],
                     _option("allow", negative="", show_default=False)] = (),
) -> int:  # fmt: skip
    """The pages in a browser, on this machine unless others are let in."""
    from perpetuum.web.serve import Wanted as Doors
    from perpetuum.web.serve import serve as open_doors

    doors = Doors(host=host, port=port, token=token, token_file=token_file, allow_host=allow_host, allow=allow,
                  folders=case)  # fmt: skip
    with contextlib.suppress(KeyboardInterrupt):  # that is how it ends
        open_doors(doors, lambda text: print(text.in_language(shown.lang), flush=True))
    return DONE


@app.command(help=_("help.export"))
def export(
    folder: Annotated[Path, _option("export_folder")],
    *,
    shown: Shown = Shown(),
    case: Annotated[tuple[str, ...], _option("export_case", negative="", show_default=False)] = (),
    scenario: Annotated[tuple[str, ...], _option("export_scenario", negative="", show_default=False)] = (),
) -> int:
    """All pages as files that any file server can hand out."""
    from perpetuum.report.extras import WEB
    from perpetuum.web.serve import cases_named

    WEB.refuse_missing()
    from perpetuum.web.export import export as write
    from perpetuum.web.export import told

    with _progress(shown) as tell:
        done = write(folder, cases_named(case), scenario or None, tell)
    if shown.json:
        _print(jsons.dumps({**asdict(done), "folder": str(done.folder)}, ensure_ascii=False, indent=1))
    elif not shown.quiet:
        _print(told(done).in_language(shown.lang))
    return DONE


# ---- what every command does


def _load(asked: Asked, shown: Shown) -> Ledger:
    from perpetuum.ledger import load

    with _progress(shown) as tell:
        tell(say("progress.load"))
        found = load(asked.case)
    asked.of.check(found)
    logging.getLogger("perpetuum.ledger").info("case %s: %d deals, hash %s", found.name, len(found.deals), found.hash)
    return found


def _own_scenario(ledger: Ledger, said: str) -> tuple[Ledger, str]:
    """A scenario by its name; a file is read and stands beside those of the case."""
    from perpetuum.ledger.load import with_scenario

    if not said.endswith((".yaml", ".yml")):
        return ledger, said
    more = with_scenario(ledger, said, Path(said).read_bytes())
    return more, next(name for name in more.written if name not in ledger.written)


def _origin(ledger: Ledger, asked: Asked) -> dict[str, Any]:
    from perpetuum.report import verbs

    return verbs.origin(ledger, asked.of)


def _tell(told: verbs.Told, shown: Shown) -> int:
    """Print what a verb answered; with --strict, what could not be settled is an exit code."""
    blocks = () if shown.json else told.blocks()
    code = _show(blocks, shown, told.verb, told.origin, told.result() if shown.json else None)
    return UNSETTLED if shown.strict and not told.is_settled else code


def _show(blocks: tuple[Block, ...], shown: Shown, verb: str, origin: Any, result: Any) -> int:
    """Print an answer as words, or as the one JSON object of its verb."""
    from perpetuum.report.wire import answer

    if shown.json:
        _write(jsons.dumps(answer(verb, origin, result), ensure_ascii=False, indent=1), shown)
    else:
        _draw(blocks, shown)
    return DONE


def _draw(blocks: tuple[Block, ...], shown: Shown) -> None:
    from rich.console import Console

    from perpetuum.report.terminal import draw

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 120
    if shown.out is not None:
        console = Console(width=120, record=True, file=io.StringIO())
        console.print(draw(blocks, shown.lang))
        _put(shown.out, console.export_text())
        return
    console = Console(width=width, highlight=False)
    # Printed by us: rich would answer a reader who leaves early with the exit code of a broken case.
    with console.capture() as drawn:
        console.print(draw(blocks, shown.lang))
    sys.stdout.write(drawn.get())


def _write(text: str, shown: Shown) -> None:
    if shown.out is None:
        _print(text)
    else:
        _put(shown.out, text + "\n")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _put(path: Path, text: str) -> None:
    """Write one file whole, or leave what was there."""
    from perpetuum.report.files import write_all

    write_all(path.parent, {path.name: text.encode()})


def _settled(measured: Iterable[Circularity], shown: Shown) -> int:
    """With --strict, what could not be settled is an exit code; it is always shown."""
    unsettled = sum(of.status == "too_many_loops" for of in measured)
    return UNSETTLED if unsettled and shown.strict else DONE


@contextlib.contextmanager
def _progress(shown: Shown) -> Iterator[Callable[[Text], None]]:
    """A line on standard error that says what is being done; nothing where nobody watches."""
    if shown.quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda text: status.update(text.in_language(shown.lang))


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"time": self.formatTime(record), "level": record.levelname, "room": record.name}
        return jsons.dumps({**line, "message": record.getMessage()}, ensure_ascii=False)


def _log(arguments: list[str]) -> None:
    """Logs go to standard error; the libraries never decide that."""
    handler = logging.StreamHandler(sys.stderr)
    as_json = "--log-format=json" in arguments or ("--log-format", "json") in pairwise(arguments)
    handler.setFormatter(_JsonLines() if as_json else logging.Formatter("%(name)s: %(message)s"))
    logger = logging.getLogger("perpetuum")
    logger.handlers = [handler]
    logger.setLevel(logging.DEBUG if {"-v", "--verbose"} & set(arguments) else logging.WARNING)


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code; an error of ours is a sentence, never a traceback."""
    words = sys.argv[1:] if arguments is None else arguments
    # The systems solved here are small: threads would only wait for one another. Read before numpy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if arguments is None and any(word.partition("=")[0] == "--replay" for word in words):
        # One future needs no compiling: it is lived through in plain Python. Read before numba is imported.
        os.environ.setdefault("NUMBA_DISABLE_JIT", "1")
    _log(words)
    try:
        code = app(words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = _fail(_("interrupted"), INTERRUPTED)
    except BrokenPipeError:
        # Whoever read us has seen enough; the rest goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    except BooksDoNotBalance as error:
        code = _fail(f"{error.in_language(LANGUAGE)}\n{_('help.bug')}", BOOKS)
    except MissingExtra as error:
        code = _fail(error.in_language(LANGUAGE), EXTRA)
    except LedgerError as error:
        code = _fail(f"{error.in_language(LANGUAGE)}\n{_('check.count', errors=len(error.problems))}", PROBLEMS)
    except ScenarioError as error:
        code = _fail(error.in_language(LANGUAGE), _code_of(error))
    except PerpetuumError as error:
        code = _fail(error.in_language(LANGUAGE), USAGE)
    except OSError as error:
        code = _fail(_("help.file", path=str(error.filename or ""), why=error.strerror or str(error)), PROBLEMS)
    sys.exit(code if isinstance(code, int) else DONE)


def _code_of(error: ScenarioError) -> int:
    """What a file says is a problem of the case; what was typed is wrong usage."""
    from perpetuum.core.scenario import Spoken

    return USAGE if all(isinstance(problem.where, Spoken) for problem in error.problems) else PROBLEMS


def _fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code
