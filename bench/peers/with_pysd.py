"""The toy in PySD: written as an XMILE file and translated."""

from __future__ import annotations

import tempfile
from pathlib import Path

import model as toy
import pysd

MODEL = toy.read()


def xmile() -> str:
    variables = [f'<aux name="{name}"><eqn>{knob[0]!r}</eqn></aux>' for name, knob in toy.KNOBS.items()]
    variables += [f'<aux name="{name}"><eqn>{equation}</eqn></aux>' for name, equation in MODEL.equations.items()]
    for name, change in MODEL.changes.items():
        variables.append(f'<flow name="change_{name}"><eqn>{change}</eqn></flow>')
        variables.append(
            f'<stock name="{name}"><eqn>{MODEL.openings[name]!r}</eqn><inflow>change_{name}</inflow></stock>'
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">'
        "<header><name>toy</name><vendor>bench</vendor></header>"
        f"<sim_specs><start>0</start><stop>{toy.QUARTERS - 1}</stop><dt>1</dt></sim_specs>"
        f"<model><variables>{''.join(variables)}</variables></model></xmile>"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "toy.xmile"
        path.write_text(xmile(), encoding="utf-8")
        engine = pysd.read_xmile(str(path))

        def run(knobs: dict[str, float]) -> list[list[float]]:
            table = engine.run(params=knobs, return_columns=list(toy.SERIES), progress=False)
            return [table[name].tolist() for name in toy.SERIES]

        toy.serve(run, version=f"PySD {pysd.__version__}")
