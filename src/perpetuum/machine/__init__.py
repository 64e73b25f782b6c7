"""The machine: one quarter after the other, in many possible futures."""

from perpetuum.machine.dues import Dues
from perpetuum.machine.history import History
from perpetuum.machine.keep import DEFAULT, Keep
from perpetuum.machine.matrices import Matrix
from perpetuum.machine.run import Band, MadeFrom, Run, Share
from perpetuum.machine.simulate import simulate
from perpetuum.machine.tracing import Origins

__all__ = ["DEFAULT", "Band", "Dues", "History", "Keep", "MadeFrom", "Matrix", "Origins", "Run", "Share", "simulate"]
