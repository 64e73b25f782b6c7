"""The toy in BPTK-Py, in its language for system dynamics, on its Python or its Rust engine."""

from __future__ import annotations

import logging
import sys
from importlib.metadata import version

import model as toy
from BPTK_Py import Model
from BPTK_Py import sd_functions as sd

MODEL = toy.read()
BACKEND = sys.argv[1]


def build() -> Model:
    made = Model(starttime=0.0, stoptime=toy.QUARTERS - 1.0, dt=1.0, name="toy")
    words: dict[str, object] = {name: getattr(sd, name) for name in toy.FUNCTIONS}
    words |= {name: made.constant(name) for name in toy.KNOBS}
    words |= {name: made.stock(name) for name in MODEL.changes}
    words |= {name: made.converter(name) for name in MODEL.equations}
    for name, opening in MODEL.openings.items():
        words[name].initial_value = opening  # type: ignore[attr-defined]
    for name, expression in (MODEL.equations | MODEL.changes).items():
        words[name].equation = eval(expression, {}, words)  # type: ignore[attr-defined]
    return made


if __name__ == "__main__":
    logging.disable()
    engine = build()

    def run(knobs: dict[str, float]) -> list[list[float]]:
        for name, value in knobs.items():
            engine.constant(name).equation = value
        table = engine.simulate(list(toy.SERIES), backend=BACKEND)
        return [table[name].tolist() for name in toy.SERIES]

    toy.serve(run, version=f"BPTK-Py {version('bptk-py')} {BACKEND}")
