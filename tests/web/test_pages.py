"""One page for nine addresses, files by their exact name, and deeper addresses led back."""

from __future__ import annotations

import pytest

from perpetuum.web.pages import PAGES
from tests.web.asking import asking


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("static")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>perpetuum</title>", encoding="utf-8")
    (folder / "assets" / "app-4f3d2c1b.js").write_text("export {};" * 3_000, encoding="utf-8")
    (folder / "theme.js").write_text("1", encoding="utf-8")
    (folder / ".stamp").write_text("hidden", encoding="utf-8")
    (folder / "link.js").symlink_to(folder.parent)
    with asking({"ai": "ai"}, folder=folder) as client:
        yield client


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_its_address(built, page):
    told = built.get(f"/{page}?lang=zh")
    assert told.status_code == 200
    assert told.headers["content-type"] == "text/html; charset=utf-8"
    assert told.headers["cache-control"] == "no-cache"


def test_files_that_never_change_are_kept_by_the_browser(built):
    told = built.get("/assets/app-4f3d2c1b.js", headers={"Accept-Encoding": "gzip"})
    assert told.headers["content-type"] == "text/javascript; charset=utf-8"
    assert told.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert told.headers["content-encoding"] == "gzip"
    assert built.get("/theme.js").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("typed", "led"),
    [("/ledger/audit", "../ledger?show=audit"),
     ("/loops/origin?firm=nvidia&show=loop", "../loops?show=origin&firm=nvidia"),
     ("/sources/", "../sources"), ("/loops/?lang=zh", "../loops?lang=zh")],
)  # fmt: skip
def test_deeper_addresses_are_led_back(built, typed, led):
    told = built.get(typed, follow_redirects=False)
    assert told.status_code == 308
    assert told.headers["location"] == led
    assert built.get(typed).status_code == 200


@pytest.mark.parametrize(
    "path", ["/nothing", "/.stamp", "/link.js", "/ledger/a/b", "/ledger/A", "/index.html", "/history.html"]
)
def test_all_other_addresses_lead_nowhere(built, path):
    assert built.get(path, follow_redirects=False).status_code == 404


def test_a_package_without_pages_says_so(tmp_path):
    with asking({"ai": "ai"}, folder=tmp_path) as client:
        told = client.get("/")
    assert told.status_code == 404
    assert "沒有" in told.json()["title"]["zh"] or "尚未" in told.json()["title"]["zh"]


def test_a_file_that_a_new_build_took_away_is_not_there(tmp_path):
    (tmp_path / "index.html").write_text("<!doctype html>", encoding="utf-8")
    old = tmp_path / "old-4f3d2c1b.js"
    old.write_text("1", encoding="utf-8")
    with asking({"ai": "ai"}, folder=tmp_path) as client:
        old.unlink()
        assert client.get("/old-4f3d2c1b.js").status_code == 404
