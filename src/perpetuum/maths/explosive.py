"""Explosive-root tests by the names of their literature: where a price runs away from itself."""

from perpetuum.maths.date_stamp import Episode, datestamp, default_min_length
from perpetuum.maths.explosive_adf import Adf, adf
from perpetuum.maths.explosive_bounds import CriticalValues, WildBound, mc_critical_values, wild_bound
from perpetuum.maths.explosive_monitor import FalseAlarms, Monitoring, false_alarms, monitor
from perpetuum.maths.explosive_sequence import PsySequence, psy_sequence
from perpetuum.maths.explosive_table import TABLE, TableRow, table_row
from perpetuum.maths.explosive_verdict import GsadfTest, gsadf_test, gsadf_test_wild_bootstrap
from perpetuum.maths.explosive_vintages import psy_vintages
from perpetuum.maths.explosive_windows import Windows, smallest_window

__all__ = [
    "TABLE",
    "Adf",
    "CriticalValues",
    "Episode",
    "FalseAlarms",
    "GsadfTest",
    "Monitoring",
    "PsySequence",
    "TableRow",
    "WildBound",
    "Windows",
    "adf",
    "datestamp",
    "default_min_length",
    "false_alarms",
    "gsadf_test",
    "gsadf_test_wild_bootstrap",
    "mc_critical_values",
    "monitor",
    "psy_sequence",
    "psy_vintages",
    "smallest_window",
    "table_row",
    "wild_bound",
]
