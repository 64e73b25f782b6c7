"""What is timed, each in a process of its own, so that its memory can be told and it can be killed."""

from __future__ import annotations

import datetime
import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import bubbles
import clearing
import filings
import history
import log_periodic
import machine
import made_up
import networkx
import numpy as np
import toy
import yaml
from timing import Timed, clock, with_inner

import perpetuum
import web
from perpetuum.connectors import Address, Document, Request, connectors
from perpetuum.maths import bounds, circulation
from perpetuum.maths.cycles import simple_cycles
from perpetuum.maths.tracing import trace

CASE = Path(perpetuum.__file__).parent / "cases" / "ai"


def read_case() -> Timed:
    files = [path.read_bytes() for path in CASE.rglob("*.yaml")]
    perpetuum.load("ai")
    compose = clock(lambda: [yaml.compose(raw, Loader=yaml.CSafeLoader) for raw in files])
    return {"seconds": clock(lambda: perpetuum.load("ai")), "against": compose}


def manual_rows(rows: int) -> Timed:
    """Rows typed in by hand, from bytes to claims."""
    head = "entity_id,metric,period,period_end,value,unit,status,source_url,source_title,source_date\n"
    typed = "".join(
        f"acme,revenue,{1980 + n % 40}Q{n % 4 + 1},,{n}.5,usd_thousand,estimated,https://a.example/{n},A,2025-08-01\n"
        for n in range(rows)
    )
    address = Address(url="", file="manual.csv", form="csv")
    fetched = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    document = Document(address=address, content=(head + typed).encode(), retrieved=fetched)
    read = connectors()["manual"].read
    return {"seconds": clock(lambda: read(document, Request(connector="manual")))}


def origins(firms: int) -> Timed:
    """Both pool rules, all firms."""
    book = made_up.ledger(firms)
    every = tuple(range(firms))
    return with_inner(np.linalg, "solve", lambda: [trace(book, every, rule=rule) for rule in ("burn", "pooled")])


def both_bounds(flows: int) -> Timed:
    """Of one firm; the firm changes from run to run."""
    book, firms = made_up.ledger(flows=flows), iter(range(60))
    return with_inner(bounds, "linprog", lambda: bounds.own_money_bounds(book, next(firms)))


def loops(edges: int, longest: int) -> Timed:
    book = made_up.graph(edges)
    found = len(simple_cycles(book, longest, cap=10**9).found)
    return {"seconds": clock(lambda: simple_cycles(book, longest, cap=10**9)), "found": found}


def loops_networkx(edges: int, longest: int) -> Timed:
    book = made_up.graph(edges)
    peer = networkx.DiGraph(list(zip(book.source.tolist(), book.target.tolist(), strict=True)))
    found = 0

    def count() -> None:
        nonlocal found
        found = sum(1 for _ in networkx.simple_cycles(peer, length_bound=longest))

    return {"seconds": clock(count), "found": found}


def decompose(edges: int) -> Timed:
    book = made_up.graph(edges)
    return with_inner(np.linalg, "solve", lambda: circulation.balanced_flow_forwarding(book))


def netting(edges: int) -> Timed:
    book = made_up.graph(edges)
    return with_inner(circulation, "linprog", lambda: circulation.maximum_circulation(book))


def toy_futures(draws: int) -> Timed:
    """Drawn and played by our kernel, against plain Python; `apart` is how far the numbers of the two are."""
    return toy.ours(draws) | {"against": draws / toy.plain_rate(), "apart": toy.checked()}


def toy_peers(draws: int) -> Timed:
    """Seconds for so many futures by engine, of the engines that can be installed and give the same numbers."""
    lines = [line for line in toy.peers() if not isinstance(line, str)]
    return {line.engine: draws / line.rate for line in lines if line.apart <= toy.APART}


TASKS: dict[str, Callable[..., Timed]] = (
    {
        "read_case": read_case,
        "manual_rows": manual_rows,
        "origins": origins,
        "both_bounds": both_bounds,
        "loops": loops,
        "loops_networkx": loops_networkx,
        "decompose": decompose,
        "netting": netting,
        "sweep": clearing.sweep,
        "clear_easy": clearing.clear_easy,
        "clear_hard": clearing.clear_hard,
        "sweeps_alone": clearing.sweeps_alone,
        "clear_draws": clearing.clear_draws,
        "clear_program": clearing.clear_program,
        "toy_futures": toy_futures,
        "toy_peers": toy_peers,
    }
    | machine.TASKS
    | history.TASKS
    | bubbles.TASKS
    | log_periodic.TASKS
    | filings.TASKS
    | web.TASKS
)

if __name__ == "__main__":
    name, *sizes = sys.argv[1:]
    result = TASKS[name](*map(int, sizes))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"memory_mb": own} | result))
