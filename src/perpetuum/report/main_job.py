"""The main job: every verb on one case, from its files to a report that can be checked."""

from __future__ import annotations

import datetime
import json
import time
from dataclasses import dataclass
from pathlib import Path

from perpetuum.core.claim import STAGES, Stage
from perpetuum.core.reading import Finding
from perpetuum.core.text import Language
from perpetuum.ledger import load
from perpetuum.report import html, pdf
from perpetuum.report.excel import in_excel
from perpetuum.report.extras import PDF, WRITTEN_BY
from perpetuum.report.files import write_all
from perpetuum.report.findings import findings
from perpetuum.report.manifest import manifest
from perpetuum.report.simulated import FUTURES
from perpetuum.report.snapshots import Progress, Study, study
from perpetuum.report.storyteller import tell
from perpetuum.report.tables import tables
from perpetuum.report.wire import plain
from perpetuum.report.words import say

RESULTS = Path("results")
FORMATS = ("html", "pdf", "json", "csv", "xlsx")
# The workbook repeats what the CSV files hold, and takes longer than all of them: only for who asks for it.
USUAL = ("html", "pdf", "json", "csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a run gave: the study, what it tells, and where it was written."""

    study: Study
    told: tuple[Finding, ...]
    folder: Path
    files: tuple[str, ...]


def run(
    case: str = "ai",
    *,
    at: str | None = None,
    asof: str | None = None,
    policy: str | None = None,
    stages: tuple[Stage, ...] = STAGES,
    out: Path | None = None,
    language: Language = "en",
    formats: tuple[str, ...] | None = None,
    futures: int = FUTURES,
    scenario: str | None = None,
    progress: Progress = lambda _: None,
) -> Done:
    """Load and check a case, measure it at every stage, simulate it, audit its article, and write the report.

    Parameters
    ----------
    case
        The name of a shipped case, or a folder.
    at, asof
        One date instead of the dates that the case names.
    stages
        Which of announced, signed and paid are measured; all, side by side, if left out.
    out
        Where to write; ``results/<case>`` if left out. Files of other names there stay.
    formats
        Which of html, pdf, json, csv and xlsx are written; all that can be but xlsx if left out. The manifest
        always is.
    futures
        How many are lived through where the case says who is to be simulated.
    scenario
        Which scenario they are of; that all parameters spread in, if left out.

    Raises
    ------
    LedgerError, UnknownName
        As `perpetuum.load`. Nothing is written then.
    MissingExtra
        If a PDF or an Excel file is asked for and the program was installed without what writes it.
    """
    started, clock = datetime.datetime.now(datetime.UTC), time.perf_counter()
    progress(say("progress.load"))
    ledger = load(case)
    if scenario is not None:
        ledger.scenario(scenario)
    seconds = {"load": time.perf_counter() - clock}
    results = study(ledger, at=at, asof=asof, policy=policy, stages=stages, futures=futures,
                    scenario=scenario, progress=progress)  # fmt: skip
    seconds["measure"] = time.perf_counter() - clock - seconds["load"]
    progress(say("progress.write"))
    told = findings(results)
    files = _files(results, told, language, usual_formats() if formats is None else formats)
    seconds["tell"] = time.perf_counter() - clock - seconds["load"] - seconds["measure"]
    files["manifest.json"] = _json(manifest(results, files, started=started, seconds=seconds))
    folder = out or RESULTS / ledger.name
    write_all(folder, files)
    return Done(study=results, told=told, folder=folder, files=tuple(files))


def files_of(results: Study, language: Language, formats: tuple[str, ...]) -> dict[str, bytes]:
    """The files of a report that was made already."""
    return _files(results, findings(results), language, formats)


def refuse_unwritable(format: str) -> None:
    """Say what is missing for a format, before anything is measured.

    Raises
    ------
    MissingExtra
        If the program was installed without what writes it.
    """
    if format in WRITTEN_BY:
        WRITTEN_BY[format].refuse_missing()


def usual_formats() -> tuple[str, ...]:
    """What is written where nothing else is asked for: all that can be, without the workbook."""
    return USUAL if PDF.is_there() else tuple(each for each in USUAL if each != "pdf")


def _files(results: Study, told: tuple[Finding, ...], language: Language, formats: tuple[str, ...]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    pages = tell(results) if {"html", "pdf"} & set(formats) else ()
    if "html" in formats:
        files["report.html"] = html.page(results, pages, language).encode()
    if "pdf" in formats:
        files["report.pdf"] = pdf.document(results, pages, language)
    if "json" in formats:
        files["findings.json"] = _json({"schema": "perpetuum/findings/1", "manifest": "manifest.json",
                                        "findings": [_finding(finding) for finding in told],
                                        "claims": _claims(told)})  # fmt: skip
    if "csv" in formats:
        files |= {f"csv/{name}": content for name, content in tables(results, told).items()}
    if "xlsx" in formats:
        files["report.xlsx"] = in_excel(results, told)
    return files


def _finding(finding: Finding) -> dict[str, object]:
    """One finding; its claims are named, and stand once at the foot of the file."""
    fields = plain(finding)
    return {**fields, "evidence": [claim.id for claim in finding.evidence]}


def _claims(told: tuple[Finding, ...]) -> dict[str, object]:
    return {claim.id: plain(claim) for finding in told for claim in finding.evidence}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
