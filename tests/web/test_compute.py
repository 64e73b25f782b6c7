"""One thread: the newest question of a view wins, quick ones go first, and nobody computes for those who left."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from perpetuum.web.compute import LONG, MOST_WAITING, QUESTION, QUICK, REFINEMENT, Busy, Cache, Compute, Job, Stopped
from perpetuum.web.wire import Body


@pytest.fixture
def compute():
    found = Compute()
    found.start()
    yield found
    found.close()


class Blocks:
    """A work of many blocks that says when it began, and stops where it is told to."""

    def __init__(self) -> None:
        self.begun, self.blocks = threading.Event(), 0

    def __call__(self, job: Job) -> str:
        self.begun.set()
        for n in range(2_000):
            self.blocks = n
            time.sleep(0.005)
            job.bar(n, 2_000, None)
        return "whole"


def test_the_newest_question_of_a_view_wins(compute):
    old = Blocks()
    first = compute.submit(Job(work=old, rank=REFINEMENT, view="a", seq=1))
    assert old.begun.wait(5)
    second = compute.submit(Job(work=lambda _: "new", rank=REFINEMENT, view="a", seq=2))
    with pytest.raises(Stopped, match="superseded"):
        first.future.result(5)
    assert second.future.result(5) == "new"
    with pytest.raises(Stopped, match="superseded"):
        compute.submit(Job(work=lambda _: "late", rank=REFINEMENT, view="a", seq=1))


def test_what_waits_is_overtaken_without_being_begun(compute):
    busy, begun = Blocks(), []
    running = compute.submit(Job(work=busy, rank=QUICK))
    assert busy.begun.wait(5)
    waits = compute.submit(Job(work=lambda _: begun.append("old"), rank=REFINEMENT, view="a", seq=1))
    compute.submit(Job(work=lambda _: begun.append("new"), rank=REFINEMENT, view="a", seq=2))
    with pytest.raises(Stopped):
        waits.future.result(1)
    compute.drop(running, "gone")
    time.sleep(0.1)
    assert begun == ["new"]


def test_quick_questions_are_answered_while_a_long_run_pauses(compute):
    long = Blocks()
    running = compute.submit(Job(work=long, rank=LONG))
    assert long.begun.wait(5)
    assert compute.submit(Job(work=lambda _: "quick", rank=QUICK)).future.result(1) == "quick"
    assert not running.future.done()
    compute.drop(running, "stopped")
    with pytest.raises(Stopped, match="stopped"):
        running.future.result(1)


def test_views_take_turns(compute):
    busy, order = Blocks(), []
    running = compute.submit(Job(work=busy, rank=QUICK))
    assert busy.begun.wait(5)
    jobs = [compute.submit(Job(work=lambda _: order.append("b"), rank=REFINEMENT, view="b", seq=1))]
    for n in range(2):
        jobs.append(compute.submit(Job(work=lambda _: order.append("c"), rank=REFINEMENT, view=f"c{n}", seq=1)))
    compute.drop(running, "gone")
    for job in jobs:
        job.future.result(5)
    jobs = [compute.submit(Job(work=lambda job: order.append(job.view), rank=REFINEMENT, view=view, seq=2))
            for view in ("c1", "b")]  # fmt: skip
    for job in jobs:
        job.future.result(5)
    assert sorted(order[-2:]) == ["b", "c1"]


def test_too_many_questions_are_refused(compute):
    busy = Blocks()
    running = compute.submit(Job(work=busy, rank=QUICK))
    assert busy.begun.wait(5)
    for _ in range(MOST_WAITING):
        compute.submit(Job(work=lambda _: None, rank=REFINEMENT))
    with pytest.raises(Busy):
        compute.submit(Job(work=lambda _: None, rank=REFINEMENT))
    compute.drop(running, "gone")


def test_an_error_does_not_end_the_thread(compute):
    def fails(_: Job) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        compute.submit(Job(work=fails, rank=QUICK)).future.result(5)
    assert compute.submit(Job(work=lambda _: 1, rank=QUICK)).future.result(5) == 1


def test_closing_stops_what_runs_and_forgets_what_waits():
    compute, busy = Compute(), Blocks()
    compute.start()
    running = compute.submit(Job(work=busy, rank=QUICK))
    assert busy.begun.wait(5)
    waits = compute.submit(Job(work=lambda _: None, rank=QUICK))
    compute.close()
    for job in (running, waits):
        with pytest.raises(Stopped):
            job.future.result(1)


def test_the_least_recently_used_answer_gives_way():
    cache = Cache(most=1_000)
    for name in "ab":
        cache.put(name, Body(name.encode() * 400))
    assert cache.get("a") is not None
    cache.put("c", Body(b"c" * 400))
    assert cache.get("b") is None and cache.get("a") is not None
    cache.put("d", Body(b"d" * 600))
    assert cache.get("d") is None
    assert cache.size <= 1_000


def test_who_else_waits_is_counted_without_ones_own_view(compute):
    busy, seen = Blocks(), []
    running = compute.submit(Job(work=busy, rank=QUICK, view="z", seq=1))
    assert busy.begun.wait(5)
    jobs = [compute.submit(Job(work=lambda job: seen.append(compute.others(job)), rank=rank, view=view, seq=1))
            for rank, view in ((QUICK, "a"), (QUICK, "b"), (QUICK, "c"), (REFINEMENT, "d"))]  # fmt: skip
    compute.drop(running, "gone")
    for job in jobs:
        job.future.result(5)
    assert seen == [2, 1, 0, 0]


def asks_for_ever(compute, view, ends, seen):
    """Somebody who drags: each answer is followed by the next question."""

    def again(job):
        seen.append(view)
        time.sleep(0.002)
        if not ends.is_set():
            compute.submit(Job(work=again, rank=QUICK, view=view, seq=job.seq + 1))

    compute.submit(Job(work=again, rank=QUICK, view=view, seq=1))


def test_those_who_drag_do_not_keep_a_refinement_from_its_turn(compute):
    ends, seen, blocks = threading.Event(), [], []

    def refine(job):
        for n in range(20):
            blocks.append(len(seen))
            job.bar(n, 20, None)
        return "whole"

    for view in "abc":
        asks_for_ever(compute, view, ends, seen)
    whole = compute.submit(Job(work=refine, rank=REFINEMENT, view="d", seq=1))
    assert whole.future.result(10) == "whole"
    ends.set()
    # Between two of its blocks each of the others had a turn, and none had many.
    turns = [after - before for before, after in itertools.pairwise(blocks)]
    assert min(turns) >= 1 and max(turns) <= 4


def test_a_larger_question_waits_until_nobody_drags_for_a_while(compute):
    ends, seen = threading.Event(), []
    asks_for_ever(compute, "a", ends, seen)
    asked = compute.submit(Job(work=lambda _: len(seen), rank=QUESTION))
    time.sleep(0.5)
    assert not asked.future.done()
    ends.set()
    assert asked.future.result(5) == len(seen)
