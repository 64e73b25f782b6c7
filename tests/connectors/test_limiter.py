"""Nobody is asked faster than is polite, however many ask."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from perpetuum.connectors.limiter import RATES, Limiter, site_of


@pytest.mark.parametrize("rate", [1.0, 5.0])
def test_eight_callers_together_never_exceed_the_rate(rate):
    here, granted = threading.local(), []

    def clock():
        return getattr(here, "seconds", 0.0)

    def sleep(seconds):
        here.seconds = clock() + seconds

    limiter = Limiter({"sec.gov": rate}, clock=clock, sleep=sleep)

    def caller(host):
        for _ in range(25):
            limiter.wait(host)
            granted.append(clock())

    hosts = ["data.sec.gov", "www.sec.gov"] * 4
    callers = [threading.Thread(target=caller, args=(host,)) for host in hosts]
    for each in callers:
        each.start()
    for each in callers:
        each.join()
    granted.sort()
    assert len(granted) == 200
    gaps = [later - earlier for earlier, later in pairwise(granted)]
    assert min(gaps) >= 1 / rate - 1e-9
    assert granted[-1] == pytest.approx(199 / rate)


def test_other_hosts_do_not_wait_for_a_slow_one():
    slept = []
    limiter = Limiter({"slow.test": 0.1}, clock=lambda: 0.0, sleep=slept.append)
    for host in ("a.slow.test", "b.quick.test", "c.slow.test"):
        limiter.wait(host)
    assert slept == [10.0]


def test_a_closed_host_opens_again_when_its_time_is_over():
    now = [0.0]
    limiter = Limiter({}, clock=lambda: now[0], sleep=lambda _: None)
    limiter.close("data.sec.gov", 600)
    assert limiter.closed_for("www.sec.gov") == 600 and limiter.closed_for("example.org") == 0
    limiter.close("www.sec.gov", 10)  # a shorter closing does not open it earlier
    now[0] = 599.0
    assert limiter.closed_for("data.sec.gov") == 1
    now[0] = 600.0
    assert limiter.closed_for("data.sec.gov") == 0


def test_edgar_and_fred_are_asked_as_slowly_as_the_publishers_wish():
    assert (RATES["sec.gov"], RATES["stlouisfed.org"]) == (5.0, 1.0)
    assert {site_of(host) for host in ("data.sec.gov", "WWW.sec.gov.")} == {"sec.gov"}
    assert site_of("evil-sec.gov") != site_of("sec.gov") and site_of("sec.gov.evil.test") != "sec.gov"
    assert site_of("a.co.uk") != site_of("b.co.uk")
