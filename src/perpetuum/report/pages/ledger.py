"""What the case holds, what its own questions answer, and how they changed between the dates."""

from __future__ import annotations

from perpetuum.report.blocks import Block, Cell, Fold, Table, Title
from perpetuum.report.findings import findings
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Study
from perpetuum.report.views import ledger, parts
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """The findings of the case, then the sums by kind, then every hole."""
    now = study.now
    return (
        Title(text=say("findings.title")),
        case_findings(study),
        *ledger.summary(study.ledger, now.at, now.asof, study.policy)[2:],
        *ledger.collapses(study.ledger, now.at, now.asof),
        *ledger.gaps(now.gaps),
        *(
            (Fold(summary=say("gaps.then"), blocks=ledger.gaps(study.snapshots[0].gaps)),)
            if len(study.snapshots) > 1
            else ()
        ),
    )


def case_findings(study: Study) -> Table:
    """What the case asks of itself, as sentences with their evidence."""
    asked = {answered.told.id for answered in study.answered}
    told = [finding for finding in findings(study) if finding.id in asked]
    return Table(
        columns=(parts.head("finding"), parts.head("knowledge")),
        rows=tuple(
            (
                Cell(text=finding.sentence, evidence=finding.evidence, small=finding.note),
                Cell(text=say(f"knowledge.{finding.knowledge}"), tone="muted"),
            )
            for finding in told
        ),
        empty=say("findings.none"),
    )


PAGE = PageMaker(id="ledger", place=11, title=say("page.ledger"), tell=tell)
