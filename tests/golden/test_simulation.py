"""Textbook economies and adoption curves: numbers of other programs, and numbers printed in books.

Every JSON file of the folder is run; what to do with it stands in its `schema`, never in its name.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from perpetuum.machine.equations import Solved, read_system, solve
from perpetuum.maths.curve_fit import fit_curve
from perpetuum.maths.diffusion import adoption, bass, bass_density, bass_new, bass_peak
from tests.machine.textbook_postings import postings_for

Case = dict[str, Any]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "file" not in metafunc.fixturenames:
        return
    folder = Path(metafunc.config.getoption("--golden")) / "simulation"
    files = sorted(p for p in folder.glob("*.json") if p.name != "index.json" and not p.name.startswith("_"))
    metafunc.parametrize("file", files or [folder], ids=[p.stem for p in files] or ["no-cases"])


def test_golden_case(file: Path) -> None:
    assert file.is_file(), f"{file} holds no golden cases; name a folder with simulation/*.json after --golden"
    run(file)


def test_a_schema_that_nobody_knows_is_no_pass(tmp_path: Path) -> None:
    (tmp_path / "gl-sim.json").write_text('{"schema": "sfc-golden/9"}', encoding="utf-8")
    with pytest.raises(AssertionError, match="no test knows the schema `sfc-golden/9`"):
        run(tmp_path / "gl-sim.json")


def run(file: Path) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    schema = case.get("schema")
    assert schema in RUNNERS, f"{file.name}: no test knows the schema `{schema}`"
    RUNNERS[schema](case, file.parent)


def solved(case: Case) -> Solved:
    """A case, with our own bookkeeping where we know who pays whom."""
    names = frozenset(each["var"] for each in case["equations"])
    return solve(read_system({**case, **postings_for(names)}))


# ---- systems of equations


def economy(case: Case, _: Path) -> None:
    out = solved(case)
    assert out.status == "settled", out.report
    assert len(case["expected"]) == len(case["equations"])
    for name, wanted in case["expected"].items():
        np.testing.assert_allclose(
            out[name], wanted, rtol=case["tolerance"]["rel"], atol=case["tolerance"]["abs"], err_msg=name
        )
    assert np.nanmax(out.residuals) <= 1e-12
    if out.matrix is not None:
        assert np.abs(out.matrix[1:]).sum() > 0


def published(case: Case, folder: Path) -> None:
    for name, model in case["models"].items():
        of, shift = where(name, model["index_to_period"])
        out = solved(named(of, folder))
        printed = model.get("map") or {key: said for key, said in model.items() if isinstance(said, list)}
        # A printed name that is no variable of the case is listed and left.
        print(f"{name}: no variables of {of}: {[each for each in printed if each not in out.system.variables]}")
        held = [holds(f"{name}: {each}", out[each][shift:], printed[each], model["abs_tol"])
                for each in printed if each in out.system.variables]  # fmt: skip
        assert sum(held) > 0, f"{name}: nothing was compared"
        for variable, said in model.get("steady_state", {}).items():
            assert out[variable][-1] == pytest.approx(said, abs=model["abs_tol"]), f"{name}: {variable} at rest"


def holds(what: str, ours: Any, printed: list[float | None], tolerance: float) -> int:
    """Compare what is printed, and count it."""
    told = [(index, said) for index, said in enumerate(printed) if said is not None]
    for index, said in told:
        assert ours[index] == pytest.approx(said, rel=0, abs=tolerance), f"{what}[{index}]"
    return len(told)


def named(name: str, folder: Path) -> Case:
    """The case that bears a name inside, whatever its file is called."""
    cases = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    found = [case for case in cases if case.get("name") == name]
    assert found, f"no case of the folder is named `{name}`"
    return found[0]


def where(name: str, said: str) -> tuple[str, int]:
    """Which case, and how many periods after the index: `gl-reg.json period = index + 36`."""
    told = re.match(r"(?:(?P<of>[\w-]+)\.json )?period = index(?: \+ (?P<shift>\d+))?", said)
    assert told, f"{name}: index_to_period says `{said}`"
    return told["of"] or name, int(told["shift"] or 0)


# ---- adoption


def adoption_curve(case: Case, _: Path) -> None:
    closed = case["closed_form"]
    time, shape = np.array(closed["t"], dtype=float), (closed["p"], closed["q"])
    near(closed["m"] * bass(time, *shape), closed["cumulative"], closed["tolerance"])
    near(closed["m"] * bass_density(time, *shape), closed["density"], closed["tolerance"])
    peak = bass_peak(*shape)
    wanted = [closed["peak_time"], closed["peak_density"], closed["cumulative_at_peak"]]
    near([peak.time, closed["m"] * peak.density, closed["m"] * peak.share], wanted, closed["tolerance"])

    told = case["discrete"]
    near(stepped(told, len(told["cumulative"])), told["cumulative"], told["tolerance"])

    told = case["euler"]
    steps = round(1 / told["dt"])
    ours = stepped(told, len(told["adopters"]), steps=steps)
    np.testing.assert_allclose(ours, told["adopters"], rtol=0, atol=told["tolerance_abs"])

    told = case["nls_fit"]
    for start in (None, [float(each) for each in told["start"]]):
        out = fit_curve(np.array(told["sales"]), method="density", time=np.array(told["t"]), start=start)
        relative = {"rtol": told["tolerance_rel"]}
        np.testing.assert_allclose(out.estimate, [told["estimate"][k] for k in "mpq"], **relative)
        np.testing.assert_allclose(out.standard_error, [told["std_error"][k] for k in "mpq"], **relative)
        np.testing.assert_allclose(out.residual_standard_error, told["residual_std_error"], **relative)
        printed = told["published_rounded"]
        found = [*out.estimate, *out.standard_error, out.residual_standard_error]
        names = ["m", "p", "q", "se_m", "se_p", "se_q", "rse"]
        assert [float(f"{each:.3g}") for each in found] == [float(printed[name]) for name in names]


def stepped(told: Case, count: int, steps: int = 1) -> Any:
    return adoption(bass_new, told["p"], told["q"], float(told["m"]), count - 1, steps=steps)


def near(ours: Any, wanted: Any, tolerance: float) -> None:
    np.testing.assert_allclose(ours, wanted, rtol=tolerance, atol=tolerance)


RUNNERS = {"sfc-golden/1": economy, "sfc-published/1": published, "bass-golden/1": adoption_curve}
