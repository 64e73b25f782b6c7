"""A publisher that answers badly: each time a sentence in both languages, and nothing half written."""

from __future__ import annotations

import datetime
import tracemalloc

import httpx
import pytest

from perpetuum.connectors import RawCache, Request, collect, connectors, prospect
from perpetuum.connectors.answers import NoAnswer, public
from perpetuum.connectors.connector import Address
from perpetuum.connectors.http import LARGEST_ANSWER, TRIES, Web
from perpetuum.core.errors import CollectError, MissingExtra, UnknownName
from perpetuum.core.when import Quarter
from tests.connectors.filings import firm
from tests.connectors.made_up import (
    GOOD,
    HOST,
    NOON,
    WHO,
    Server,
    Time,
    broken,
    csv,
    in_both_languages,
    left_overs,
    made_up,
)

ASKED = Request(connector="made_up")


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def cache(tmp_path):
    return RawCache(tmp_path / "raw")


@pytest.fixture
def ask(monkeypatch, time, cache):
    """Asks the made-up publisher, played by a server."""
    monkeypatch.delenv("PERPETUUM_USER_AGENT", raising=False)
    monkeypatch.setitem(connectors(), "made_up", made_up())

    def run(server: Server, request: Request = ASKED, **more):
        told = {
            "cache": cache,
            "limiter": time.limiter(),
            "clock": time.now,
            "sleep": time.sleep,
            "chance": lambda: 0.0,
        }
        return collect(request, client=server.client(), **(told | more))

    return run


def test_a_good_answer_becomes_claims_with_source_hash_and_time(ask, cache):
    came = ask(Server(rates=csv()))
    assert came.status == "done" and came.remarks == ()
    assert [(claim.period_label, claim.says.value) for claim in came.claims] == [
        ("2025-01-31", 0.045),
        ("2025-03-31", 0.0425),
    ]
    source = came.claims[0].source
    assert (source.hash, str(source.retrieved), source.url) == (
        came.documents[0].hash,
        "2026-09-30",
        f"https://{HOST}/rates.csv",
    )
    assert came.documents[0].retrieved == NOON
    assert left_overs(cache) == []


def moved(to: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": to})


def sent(content: bytes, header: str, value: str) -> httpx.Response:
    """Bytes under a header that need not be true."""
    return httpx.Response(200, headers={header: value}, stream=httpx.ByteStream(content))


BAD = {
    "forbidden": (lambda: httpx.Response(403), "refused", 1),
    "too many requests": (lambda: httpx.Response(429), "busy", TRIES),
    "a broken server": (lambda: httpx.Response(500), "unavailable", TRIES),
    "a cut connection": (lambda: broken([GOOD[:20]]), "cut", TRIES),
    "no answer in time": (lambda: httpx.ReadTimeout("slow"), "unavailable", TRIES),
    "no connection": (lambda: httpx.ConnectError("no route"), "unavailable", TRIES),
    "a page of words": (lambda: csv(b"<!DOCTYPE html><html>quota exceeded</html>"), "not_what_was_asked", 1),
    "a line of words": (lambda: csv(b"Exceeded the daily hits limit"), "not_what_was_asked", 1),
    "an empty file": (lambda: csv(b""), "empty", 1),
    "nothing but spaces": (lambda: csv(b"\xef\xbb\xbf \r\n"), "empty", 1),
    "another host": (lambda: moved("https://elsewhere.test/rates.csv"), "redirected", 1),
    "an insecure page": (lambda: moved(f"http://{HOST}/rates.csv"), "redirected", 1),
    "no such page": (lambda: httpx.Response(404), "not_found", 1),
    "a teapot": (lambda: httpx.Response(418), "refused", 1),
    "a broken packing": (lambda: sent(b"no gzip", "content-encoding", "gzip"), "cut", TRIES),
    "fewer bytes than promised": (lambda: sent(GOOD, "content-length", "999"), "cut", TRIES),
    "a promise of 1 GB": (lambda: sent(b"x", "content-length", "1000000000"), "too_large", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_gives_a_sentence_in_both_languages_and_nothing_half_written(ask, cache, name):
    answer, code, tries = BAD[name]
    made = answer()
    server = Server(rates=made if not isinstance(made, httpx.Response) else lambda _: answer())
    came = ask(server)
    assert (came.status, came.claims, len(server.asked)) == ("nothing", (), tries)
    (remark,) = came.remarks
    assert remark.code == code
    assert in_both_languages(remark.says)
    assert HOST in remark.says.en and HOST in remark.says.zh
    assert left_overs(cache) == []


def test_an_answer_of_a_gigabyte_is_refused_without_holding_it_in_memory(ask, cache):
    poured = 0

    def pour(_):
        def pieces():
            nonlocal poured
            for _ in range(1000):
                poured += 1_000_000
                yield b"1," * 500_000

        return httpx.Response(200, content=pieces())

    tracemalloc.start()
    came = ask(Server(rates=pour))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [remark.code for remark in came.remarks] == ["too_large"]
    assert "200 MB" in came.remarks[0].says.zh
    assert peak < 20_000_000
    assert poured <= LARGEST_ANSWER + 2_000_000
    assert left_overs(cache) == [] and list(cache.lines()) == []


def test_words_instead_of_a_table_are_kept_and_shown_with_their_hash(ask, cache):
    came = ask(Server(rates=csv(b"<html><body>Please   log in</body></html>")))
    (line,) = cache.lines()
    assert line.hash in came.remarks[0].says.en
    assert "<html><body>Please log in" in came.remarks[0].says.en


def test_a_server_that_recovers_is_asked_again_with_growing_pauses(ask, time):
    server = Server(rates=[httpx.Response(500), httpx.Response(503), httpx.ReadTimeout("slow"), csv()])
    came = ask(server)
    assert came.status == "done" and len(came.claims) == 2
    pauses = [slept for slept in time.slept if slept >= 1.0]
    assert pauses == [1.0, 2.0, 4.0]


def test_pauses_are_jittered_so_that_many_callers_do_not_come_back_together(ask, time):
    ask(Server(rates=[httpx.Response(500), csv()]), chance=lambda: 0.5)
    assert 1.5 in time.slept


@pytest.mark.parametrize("said", ["7", "Wed, 30 Sep 2026 12:00:07 GMT"])
def test_a_publisher_that_names_the_time_is_waited_for(ask, time, said):
    came = ask(Server(rates=[httpx.Response(429, headers={"retry-after": said}), csv()]))
    assert came.status == "done"
    assert 7.0 in time.slept


def test_a_publisher_that_names_a_long_time_is_not_waited_for(ask, time):
    server = Server(rates=httpx.Response(429, headers={"retry-after": "86400"}))
    came = ask(server)
    assert [remark.code for remark in came.remarks] == ["busy"]
    assert "86,400" in came.remarks[0].says.zh
    assert len(server.asked) == 1 and sum(time.slept) < 10


def test_a_redirect_within_the_site_is_followed(ask):
    moved = httpx.Response(301, headers={"location": "https://files.example.org/new.csv"})
    server = Server(rates=moved, new=csv())
    assert ask(server).status == "done"
    assert server.asked[1].url.host == "files.example.org"


def test_redirects_in_a_circle_end(ask):
    server = Server(rates=httpx.Response(302, headers={"location": f"https://{HOST}/rates.csv"}))
    assert [remark.code for remark in ask(server).remarks] == ["redirected"]
    assert len(server.asked) == 6


def test_one_bad_address_does_not_spoil_the_others(ask):
    came = ask(Server(a=csv(), b=httpx.Response(404), c=csv()), Request(connector="made_up", series=("a", "b", "c")))
    assert came.status == "partial"
    assert [document.address.subject for document in came.documents] == ["a", "c"]


# ---- a retry continues


def test_a_retry_asks_only_for_what_has_not_come(ask):
    asked = Request(connector="made_up", series=("a", "b"))
    ask(Server(a=csv(), b=broken([b"date"])), asked)
    server = Server(a=csv(), b=csv())
    came = ask(server, asked)
    assert came.status == "done" and len(came.documents) == 2
    assert server.paths == ["/b.csv"]


def test_an_answer_that_was_no_table_is_asked_for_again(ask):
    ask(Server(rates=csv(b"<html>quota</html>")))
    server = Server(rates=csv())
    assert ask(server).status == "done"
    assert server.paths == ["/rates.csv"]


def test_after_an_hour_a_publisher_may_say_that_nothing_has_changed(ask, time, cache):
    first = ask(Server(rates=lambda _: httpx.Response(200, content=GOOD, headers={"etag": '"v1"'})))
    time.seconds += 3601
    server = Server(rates=httpx.Response(304))
    again = ask(server)
    assert server.asked[0].headers["if-none-match"] == '"v1"'
    assert again.documents[0].content == first.documents[0].content
    assert again.documents[0].retrieved - first.documents[0].retrieved >= datetime.timedelta(hours=1)
    assert len(list(cache.lines())) == 2 and len(list(cache.folder.rglob("*.gz"))) == 1


def test_a_broken_off_answer_in_json_is_asked_for_twice_and_then_reported(monkeypatch, ask):
    plan = lambda _: (Address(url=f"https://{HOST}/facts.csv", file="facts.json", form="json"),)  # noqa: E731
    monkeypatch.setitem(connectors(), "made_up", made_up(plan=plan))
    server = Server(facts=csv(b'{"facts": {"us-gaap": {'))
    came = ask(server)
    assert [remark.code for remark in came.remarks] == ["cut"]
    assert len(server.asked) == 2 and came.claims == ()


# ---- blocked


@pytest.fixture
def sec(monkeypatch):
    """A made-up connector at the host that closes its door for ten minutes."""
    plan = lambda request: tuple(  # noqa: E731
        Address(url=f"https://data.sec.gov/{name}.csv", file=f"{name}.csv", form="csv") for name in request.series
    )
    monkeypatch.setitem(connectors(), "made_up", made_up(hosts=("data.sec.gov",), needs=("user_agent",), plan=plan))
    return Request(connector="made_up", series=("a", "b", "c"))


@pytest.mark.parametrize("status", [403, 429])
def test_a_host_that_turns_us_away_is_left_alone_for_ten_minutes_and_then_the_run_goes_on(ask, sec, time, status):
    server = Server(a=csv(), b=[httpx.Response(status), csv()], c=csv())
    first = ask(server, sec, user_agent=WHO)
    assert first.status == "blocked" and len(first.documents) == 1
    assert "10 min" in first.remarks[0].says.en and in_both_languages(first.remarks[0].says)
    time.seconds += 599
    assert ask(server, sec, user_agent=WHO, limiter=time.limiter()).status == "blocked"  # even in a new process
    assert server.paths == ["/a.csv", "/b.csv"]
    time.seconds += 2
    last = ask(server, sec, user_agent=WHO, limiter=time.limiter())
    assert last.status == "done" and len(last.documents) == 3
    assert server.paths == ["/a.csv", "/b.csv", "/b.csv", "/c.csv"]


@pytest.mark.parametrize("said", [None, "", "perpetuum", "ada@example.org", "Ada Lovelace", "Ädä ada@example.org"])
def test_without_a_name_and_an_address_nobody_is_asked(ask, sec, said):
    server = Server(a=csv())
    with pytest.raises(CollectError) as refused:
        ask(server, sec, user_agent=said)
    assert server.asked == []
    assert in_both_languages(refused.value.says)
    assert "PERPETUUM_USER_AGENT" in str(refused.value) and "data.sec.gov" in str(refused.value)


def test_the_name_is_sent_with_every_request_wherever_it_was_set(ask, sec, monkeypatch):
    monkeypatch.setenv("PERPETUUM_USER_AGENT", WHO)
    server = Server(a=csv(), b=csv(), c=csv())
    ask(server, sec)
    assert {request.headers["user-agent"] for request in server.asked} == {WHO}


# ---- secrets, offline, dry run, refusals


def test_no_secret_is_kept_shown_or_logged(monkeypatch, ask, cache, caplog, capsys):
    secret = "s3cr3t"
    url = f"https://user:{secret}@{HOST}/rates.csv?id=1&api_key={secret}"
    addresses = tuple(
        Address(url=url.replace("rates", name), file=f"{name}.csv", form="csv") for name in ("rates", "gone")
    )
    monkeypatch.setitem(connectors(), "made_up", made_up(plan=lambda _: addresses))
    caplog.set_level("DEBUG", logger="perpetuum.connectors")
    came = ask(Server(rates=[httpx.Response(500), csv()], gone=httpx.Response(404)))
    assert len(came.claims) == 2 and len(came.remarks) == 1
    told = [repr(came.claims), repr(came.remarks), caplog.text, capsys.readouterr().out]
    told += [path.read_bytes().decode("latin-1") + str(path) for path in cache.folder.rglob("*") if path.is_file()]
    assert [text for text in told if secret in text] == []
    assert "again in" in caplog.text
    assert ask(Server(), offline=True).claims == came.claims


def test_offline_answers_from_the_cache_only(ask):
    nobody = Server()
    came = ask(nobody, offline=True)
    assert (came.status, [remark.code for remark in came.remarks]) == ("nothing", ["not_in_cache"])
    asked = ask(Server(rates=csv()))
    assert ask(nobody, offline=True).claims == asked.claims
    assert nobody.asked == []


def test_a_dry_run_asks_nobody_and_tells_what_is_kept(ask, cache, time):
    asked = Request(connector="made_up", series=("a", "b"))
    ask(Server(a=csv()), Request(connector="made_up", series=("a",)))
    ahead = prospect(asked, cache=cache, limiter=time.limiter(**{"example.org": 2.0}))
    assert [(each.address.subject, each.kept, each.pause) for each in ahead] == [("a", NOON, 0.5), ("b", None, 0.5)]


def test_what_a_connector_does_not_give_is_refused_before_anything_is_asked(ask):
    server = Server(rates=csv())
    with pytest.raises(UnknownName, match="did you mean `interest_rate`"):
        ask(server, Request(connector="made_up", attributes=("intrest_rate",)))
    with pytest.raises(CollectError, match="before"):
        ask(server, Request(connector="made_up", since=Quarter(2025, 2), until=Quarter(2025, 1)))
    with pytest.raises(UnknownName, match="connector"):
        ask(server, Request(connector="freed"))
    assert server.asked == []


@pytest.mark.parametrize(
    ("connector", "name", "near"),
    [
        ("sec_companyfacts", "fiscal_yearend", "fiscal_year_end"),
        ("sec_companyfacts", "tags.capx", "tags.capex"),
        ("sec_companyfacts", "tags.acne.capex", "tags.acme.capex"),
        ("sec_instance", "segment.cloud_revenu", "segment.cloud_revenue"),
        ("fred", "from", "form"),
    ],
)
def test_a_misspelt_option_would_change_nothing_and_is_refused(tmp_path, connector, name, near):
    asked = Request(connector=connector, subjects=(firm(),), options=((name, "1"),))
    with pytest.raises(UnknownName) as refused:
        collect(asked, folder=tmp_path)
    assert f"did you mean `{near}`" in refused.value.says.en and in_both_languages(refused.value.says)


def test_a_connector_of_files_never_goes_online(ask):
    with pytest.raises(CollectError, match="--from-disk"):
        ask(Server(), Request(connector="manual"))


def test_only_quarters_and_days_that_were_asked_for_come_back(ask):
    server = Server(rates=csv(b"date,value\n2024-12-31,1\n2025-01-02,2\n2025-03-31,3\n2025-04-01,4\n"))
    asked = Request(connector="made_up", since=Quarter(2025, 1), until=Quarter(2025, 1))
    assert [claim.says.value for claim in ask(server, asked).claims] == [0.02, 0.03]
    asked = Request(connector="made_up", asof=datetime.date(2025, 3, 31))
    assert [claim.says.value for claim in ask(server, asked).claims] == [0.01, 0.02, 0.03]


def test_a_date_in_the_future_is_remarked_on_and_kept(ask):
    came = ask(Server(rates=csv(b"date,value\n2031-01-31,4.5\n2025-01-31,4\n")))
    assert len(came.claims) == 2
    (remark,) = came.remarks
    assert remark.code == "in_the_future" and "2031-01-31" in remark.says.en and in_both_languages(remark.says)


def test_two_numbers_of_one_thing_on_one_page_stay_two_claims(ask):
    came = ask(Server(rates=csv(b"date,value\n2025-01-31,4\n2025-01-31,5\n2025-01-31,4\n")))
    assert [(claim.says.value, claim.at) for claim in came.claims] == [(0.04, None), (0.05, "(2)"), (0.04, None)]


def test_without_httpx_the_internet_is_a_sentence_and_a_folder_still_works(monkeypatch, ask, tmp_path):
    (tmp_path / "rates.csv").write_bytes(GOOD)
    monkeypatch.setitem(__import__("sys").modules, "httpx", None)
    with pytest.raises(MissingExtra, match=r"perpetuum\[connectors\]") as missing:
        collect(ASKED, cache=RawCache(tmp_path / "raw"))
    assert in_both_languages(missing.value.says)
    assert len(collect(ASKED, folder=tmp_path).claims) == 2


def test_a_second_round_of_questions_is_asked_once(monkeypatch, ask):
    more = lambda request, documents: (Address(url=f"https://{HOST}/more.csv", file="more.csv", form="csv"),)  # noqa: E731
    monkeypatch.setitem(connectors(), "made_up", made_up(follow=more))
    server = Server(rates=csv(), more=csv())
    assert len(ask(server).documents) == 2
    assert server.paths == ["/rates.csv", "/more.csv"]


def test_a_smaller_limit_holds_for_what_unpacks_to_more(cache, time):
    import gzip

    packed = gzip.compress(b"1," * 5_000_000)
    server = Server(
        rates=lambda _: httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(packed))
    )
    web = Web(client=server.client(), cache=cache, connector="x", version="0", user_agent=WHO, limiter=time.limiter(),
              clock=time.now, sleep=time.sleep, largest=1_000_000)  # fmt: skip
    with pytest.raises(NoAnswer) as refused:
        web.get(Address(url=f"https://{HOST}/rates.csv", file="rates.csv", form="csv"))
    assert refused.value.code == "too_large" and len(packed) < 100_000


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.test/x?id=GDP&api_key=abc", "https://a.test/x?id=GDP"),
        ("https://a.test/x?API_KEY=abc", "https://a.test/x"),
        ("https://a:b@c.test/x", "https://c.test/x"),
        ("https://a.test/x?s=nvda.us&i=d", "https://a.test/x?s=nvda.us&i=d"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url, shown):
    assert public(url) == shown
