"""The machine: one quarter after the other, in many possible futures."""

from perpetuum.machine.calibrate import Calibration, Target, calibrate
from perpetuum.machine.counterfactual import Counterfactual, counterfactual
from perpetuum.machine.dues import Dues
from perpetuum.machine.equations import read_system, solve
from perpetuum.machine.gain import Gain, gain
from perpetuum.machine.history import History
from perpetuum.machine.keep import DEFAULT, Keep
from perpetuum.machine.matrices import Matrix
from perpetuum.machine.outcomes import Outcome
from perpetuum.machine.run import Band, MadeFrom, Run, Share
from perpetuum.machine.sensitivity import gradients, sobol, tornado
from perpetuum.machine.simulate import simulate
from perpetuum.machine.tracing import Origins

__all__ = [
    "DEFAULT", "Band", "Calibration", "Counterfactual", "Dues", "Gain", "History", "Keep", "MadeFrom", "Matrix",
    "Origins", "Outcome", "Run", "Share", "Target",
    "calibrate", "counterfactual", "gain", "gradients", "read_system", "simulate", "sobol", "solve", "tornado",
]  # fmt: skip
