"""One regression a window by statsmodels: a sample of windows is timed, and the whole told in proportion.

Reads {"y": [...], "rows": n} and prints {"seconds": for all windows, "values": t values, "windows": [[start, end]]}.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

from statsmodels.tsa.stattools import adfuller

SAMPLE = 200

given = json.load(sys.stdin)
y, rows = given["y"], given["rows"]
every = [(start, end) for end in range(rows, len(y)) for start in range(end - rows + 1)]
some = every[:: max(1, len(every) // SAMPLE)]
warnings.simplefilter("ignore")
start_of_clock = time.perf_counter()
values = [adfuller(y[start : end + 1], maxlag=0, regression="c", autolag=None)[0] for start, end in some]
seconds = (time.perf_counter() - start_of_clock) * len(every) / len(some)
print(json.dumps({"seconds": seconds, "values": values, "windows": some}))
