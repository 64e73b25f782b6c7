"""The report as pages to print: it says what the page in the browser says, to eyes, to ears, and twice the same."""

from __future__ import annotations

import functools
import io
import re
import sys
from importlib import resources

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from perpetuum.core.errors import MissingExtra
from perpetuum.ledger import load
from perpetuum.report import extras, pdf, tell
from perpetuum.report.blocks import Paragraph, Table
from perpetuum.report.main_job import run, usual_formats
from perpetuum.report.snapshots import study
from perpetuum.report.words import say
from tests.report.made_case import HOSTILE, SCRIPT, as_folder, made_case, triangle_study
from tools.fonts import MADE, daily, used

LANGUAGES = ("en", "zh")


@functools.cache
def written(language: str) -> bytes:
    told = triangle_study()
    return pdf.document(told, tell(told), language)


def reader(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@functools.cache
def read(language: str) -> str:
    return bare("".join(page.extract_text() for page in reader(written(language)).pages))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_and_every_cell_of_the_page_is_printed(language):
    checked = 0
    for page in tell(triangle_study()):
        assert bare(page.title.in_language(language)) in read(language)
        for block in page.blocks:
            texts = [block.text] if isinstance(block, Paragraph) else []
            if isinstance(block, Table):
                texts = [cell.text for row in block.rows for cell in row]
            for text in texts:
                assert longest_word(text.in_language(language)) in read(language), text
                checked += 1
    assert checked > 100


def longest_word(text: str) -> str:
    """Of each sentence, as a line may be broken by a number of the sources."""
    return max((bare(part) for part in re.split(r"[\s，。；：、]+", text)), key=len)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_report_has_the_same_bytes(language):
    told = triangle_study()
    assert pdf.document(told, tell(told), language) == written(language)


def test_it_is_tagged_named_dated_and_in_its_language():
    for language, code in (("en", "en"), ("zh", "zh")):
        found = reader(written(language))
        root = found.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/StructTreeRoot"]["/K"]
        assert str(root["/Lang"]).startswith(code)
        assert found.metadata is not None
        assert found.metadata.title == triangle_study().ledger.case.name.in_language(language)
        assert found.metadata.creation_date.date() == triangle_study().now.asof


def test_its_fonts_travel_with_it():
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for page in reader(written("zh")).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    for font in fonts:
        assert {"/FontFile2", "/FontFile3"} & set(font)
        assert "NotoSansCJK" in str(font["/FontName"])


def test_its_links_lead_to_the_pages_of_the_sources():
    links = {
        str(note.get_object()["/A"]["/URI"])
        for page in reader(written("en")).pages
        for note in page.get("/Annots", ())
        if "/URI" in note.get_object().get("/A", {})
    }
    assert links
    assert all(link.startswith(("http://", "https://")) for link in links)


def test_a_case_can_write_nothing_but_words():
    told = study(load(made_case(*HOSTILE.items())))
    content = pdf.document(told, tell(told), "en")
    text = bare("".join(page.extract_text() for page in reader(content).pages))
    assert bare(SCRIPT) in text
    assert not any("javascript:" in str(note.get_object()) for page in reader(content).pages
                   for note in page.get("/Annots", ()))  # fmt: skip


def test_markup_of_the_setter_in_a_name_is_printed_as_it_stands():
    name = '#read("data.json") $x^2$ *b* @e1 <e1> \\ `c`'
    told = study(load(made_case(("{en: Maker, zh: 晶片商}", f"{{en: '{name}', zh: 晶片商}}"))))
    text = bare("".join(page.extract_text() for page in reader(pdf.document(told, tell(told), "en")).pages))
    assert bare(name) in text


@pytest.mark.parametrize("name", ["Łódź Владимир", "한국 龘 😀"])
def test_a_name_in_letters_of_elsewhere_is_printed_or_said_to_be_boxes(name):
    told = study(load(made_case(("{en: Maker, zh: 晶片商}", f"{{en: '{name}', zh: 晶片商}}"))))
    content = pdf.document(told, tell(told), "en")
    text = bare("".join(page.extract_text() for page in reader(content).pages))
    assert (bare(name) in text) != (bare(say("pdf.boxes").en) in text)


def test_of_many_claims_the_first_are_named_and_the_rest_are_counted():
    told = triangle_study()
    data = pdf.as_data(told, tell(told), "en")
    entries = data["sources"]["entries"]
    assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
    assert all(1 <= len(entry["claims"]) <= pdf.NAMED for entry in entries)
    more = [entry for entry in entries if entry["more"]]
    assert all(len(entry["claims"]) == pdf.NAMED for entry in more)
    assert more


def test_every_note_in_the_text_has_its_sources():
    told = triangle_study()
    data = pdf.as_data(told, tell(told), "zh")
    numbers = {entry["number"] for entry in data["sources"]["entries"]}
    assert set(notes(data["sections"])) == numbers


def notes(data: object):
    if isinstance(data, dict):
        if data.get("note") is not None and isinstance(data["note"], int):
            yield data["note"]
        for value in data.values():
            yield from notes(value)
    if isinstance(data, list):
        for value in data:
            yield from notes(value)


def test_pictures_speak_one_language_and_need_no_sheet():
    told = triangle_study()
    data = pdf.as_data(told, tell(told), "en")
    svgs = list(pictures(data))
    assert len(svgs) > 10
    for svg in svgs:
        assert "var(--" not in svg
        assert not re.search(r"[一-鿿]", re.sub(r"<style>.*?</style>", "", svg))


def pictures(data: object):
    if isinstance(data, dict):
        if isinstance(data.get("svg"), str):
            yield data["svg"]
        for value in data.values():
            yield from pictures(value)
    if isinstance(data, list):
        for value in data:
            yield from pictures(value)


@pytest.mark.parametrize("path", sorted(MADE.glob("*.otf")), ids=lambda path: path.stem)
def test_the_fonts_hold_every_character_of_the_cases_and_the_words(path):
    held = set(TTFont(path).getBestCmap())
    assert used() <= held, "run `python -m tools.fonts`: " + "".join(map(chr, sorted(used() - held)))
    assert set(daily()) <= held


def test_the_fonts_come_with_their_licence():
    folder = resources.files("perpetuum.report") / "fonts"
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8")


# ---- without what sets pages


@pytest.fixture
def bare_program(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.setattr(extras.importlib.util, "find_spec", lambda name: None)


def test_without_it_the_reason_and_the_command_are_told(bare_program):
    with pytest.raises(MissingExtra, match=r"perpetuum\[report\]") as missing:
        pdf.document(triangle_study(), ())
    assert say("pdf.missing").zh in missing.value.in_language("zh")


def test_without_it_a_run_writes_the_rest(bare_program, tmp_path):
    assert usual_formats() == ("html", "json", "csv")
    case = as_folder(made_case(), tmp_path / "triangle")
    done = run(str(case), out=tmp_path / "out")
    assert "report.pdf" not in done.files
    assert "report.html" in done.files


def test_without_it_asking_for_it_writes_nothing(bare_program, tmp_path):
    case = as_folder(made_case(), tmp_path / "triangle")
    with pytest.raises(MissingExtra):
        run(str(case), out=tmp_path / "out", formats=("html", "pdf"))
    assert not (tmp_path / "out").exists()
