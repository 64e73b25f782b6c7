"""What a run was made from, with what, and what came out, so that it can be made again and checked."""

from __future__ import annotations

import datetime
import functools
import hashlib
import importlib.metadata
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from perpetuum.core.text import Text
from perpetuum.report.simulated import Simulated
from perpetuum.report.snapshots import Study


@functools.cache
def source_hash() -> str:
    """SHA-256 over the package's own Python sources."""
    import perpetuum

    folder = Path(perpetuum.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def manifest(
    study: Study,
    files: Mapping[str, bytes],
    *,
    started: datetime.datetime,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """The manifest of a run of the main job, with the hash of every file beside it."""
    import perpetuum

    ledger = study.ledger
    return {
        "schema": "perpetuum/manifest/1",
        "what": {
            "verb": "run",
            "case": ledger.case.id,
            "case_hash": ledger.hash,
            "policy": study.policy,
            "dates": [{"at": str(each.at), "asof": str(each.asof)} for each in study.snapshots],
            "steps": {stage: of.step for stage, of in study.now.measured.items()},
            **_machine(study.simulated),
        },
        "with_what": {
            "perpetuum": perpetuum.__version__,
            "source_hash": source_hash(),
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in ("numpy", "scipy")},
            "platform": platform.platform(),
            "cores": os.cpu_count(),
        },
        "how_it_went": {
            "started": started.isoformat(timespec="seconds"),
            "ended": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "seconds": {name: round(value, 3) for name, value in seconds.items()},
            "peak_memory_bytes": _peak_memory(),
            "status": {f"{each.at} {stage}": of.status for each in study.snapshots
                       for stage, of in each.measured.items()},
            "warnings": len(ledger.warnings),
        },
        "what_came_out": [
            {"file": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            | ({"rows": content.count(b"\n") - 1} if name.endswith(".csv") else {})
            for name, content in files.items()
        ],
    }  # fmt: skip


def _machine(sim: Simulated | Text | None) -> dict[str, Any]:
    """Which futures were lived through, so that they can be lived through again."""
    if not isinstance(sim, Simulated):
        return {}
    origin = sim.run.origin
    return {
        "machine": {
            "scenarios": dict(origin.scenarios), "seed": origin.seed, "futures": origin.draws,
            "first": str(origin.first), "quarters": origin.quarters, "platform": origin.platform,
            "status": {id: dict(sim.run.status_of(id)) for id in sim.run.scenarios},
        }
    }  # fmt: skip


def _peak_memory() -> int | None:
    """Bytes at most held by this process; unknown where the system does not say."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
