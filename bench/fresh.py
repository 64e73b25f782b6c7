"""A command as a fresh process: its seconds from start to end, and its peak memory.

Nothing large is imported here: a process that is started counts the memory of the one that starts it.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time

RUNS = 5


def main(*command: str) -> None:
    seconds = []
    # The first run only warms the disk.
    for _ in range(1 + RUNS):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"seconds": statistics.median(seconds[1:]), "memory_mb": memory}))


if __name__ == "__main__":
    main(*sys.argv[1:])
