"""Nested log-periodic fits by lppls, a program under the MIT licence that runs here by itself and is no part of ours.

Reads {"price": [...], "windows": [longest, shortest, step, apart]} of days 1, 2, 3 ... and prints {"seconds": the time
of all nested fits with two workers, "fits": how many}. Its fits begin at random places, so its numbers differ from
run to run and are not compared.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from lppls import lppls

if __name__ == "__main__":
    given = json.load(sys.stdin)
    price = np.array(given["price"])
    longest, shortest, step, apart = given["windows"]
    model = lppls.LPPLS(observations=np.array([np.arange(1.0, len(price) + 1), price]))
    start = time.perf_counter()
    found = model.mp_compute_nested_fits(
        workers=2, window_size=longest, smallest_window_size=shortest, outer_increment=apart, inner_increment=step,
        max_searches=25,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "fits": sum(len(each["res"]) for each in found)}))
