"""The catalogue of words: whole in both languages, without idle or missing keys, and Traditional in its Chinese."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import perpetuum
from perpetuum.core.errors import UnknownName
from perpetuum.core.text import Text
from perpetuum.report import words
from perpetuum.report.words import catalogue, joined, plain, say

WEB = Path(__file__).parents[2] / "web"
PAGES = sorted(path for path in (WEB / "src").rglob("*") if path.suffix in (".ts", ".svelte"))
SOURCES = sorted(Path(perpetuum.__file__).parent.rglob("*.py"))
KEYS = sorted(catalogue())
FAMILIES = {key.partition(".")[0] for key in KEYS}
# Functions whose first argument is a key; those of the terminal put `help.` before it.
SPEAKERS = {"say": "", "head": "", "word": "", "_": "", "_count": "", "_option": "help.", "option": "help."}
# Functions that pass a key on, by the place of that key among their arguments.
PASSED_ON = {"_structure_row": range(5)}
ONLY_SIMPLIFIED = (
    "们这为说发实见资钱账贷债额时间从无与则国产业买卖车东长门问开关电务动员单历双变听图团场报声处备够头"
    "对导岁币应张录态总战户执护担择据换损数断显术权条杂标样检欧汇决净减渐满热现环确种称积稳笔类级纪约组"
    "细终绝给统继续网联职义习书乱争亏云亚亿仅仪价众优会传伤体余兴养兰写军农冲况冻划创别办劳势华协历厂"
)


def spoken() -> tuple[set[str], list[re.Pattern[str]]]:
    """Keys that the sources name outright, and the patterns of those they put together."""
    outright: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for path in SOURCES:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            at = PASSED_ON.get(name, range(1) if name in SPEAKERS else ())
            for argument in [call.args[i] for i in at if i < len(call.args)]:
                _read(argument, SPEAKERS.get(name, ""), outright, patterns)
    return outright, patterns


def _read(argument: ast.expr, prefix: str, outright: set[str], patterns: list[re.Pattern[str]]) -> None:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        outright.add(prefix + argument.value)
    elif isinstance(argument, ast.JoinedStr):
        parts = [re.escape(p.value) if isinstance(p, ast.Constant) else ".+" for p in argument.values]
        patterns.append(re.compile(re.escape(prefix) + "".join(parts)))


OUTRIGHT, PATTERNS = spoken()


def assigned() -> set[str]:
    """Words of the sources that are a key, or the start of one, by themselves: chosen first, said later."""
    return {
        node.value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def said_by_pages() -> tuple[set[str], set[str], list[re.Pattern[str]]]:
    """Keys that the pages say outright, all their plain strings, and the patterns of keys they put together.

    What is put in at a place holds no dot, so that the pattern of one family does not speak for those below it.
    """
    outright: set[str] = set()
    strings: set[str] = set()
    patterns: set[str] = set()
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        outright |= set(re.findall(r'\bsay\(\s*"([^"]+)"', text))
        outright |= set(re.findall(r'\bwords\["([^"]+)"\]', text))
        strings |= set(re.findall(r'"([\w.-]+)"', text))
        strings |= {one for pair in re.findall(r"'([\w.-]+)'|`([\w.-]+)`", text) for one in pair}
        for made in re.findall(r"`([a-z_]+\.(?:[\w.-]|\$\{(?:[^{}`]|\{[^{}]*\}|`[^`]*`)*\})*)`", text):
            if "${" in made and made.partition(".")[0] in FAMILIES:
                parts = re.split(r"\$\{(?:[^{}`]|\{[^{}]*\}|`[^`]*`)*\}", made)
                patterns.add("[^.]+".join(map(re.escape, parts)))
    return outright, strings, [re.compile(pattern) for pattern in sorted(patterns)]


ON_PAGES, IN_PAGES, MADE_BY_PAGES = said_by_pages()


# A whole family that is gone through has its start under a name.
NAMED_STARTS = tuple(
    node.value.value
    for path in SOURCES
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    and isinstance(node.value.value, str) and node.value.value.endswith(".")
)  # fmt: skip


def test_every_key_that_the_pages_say_exists_and_is_sent_to_them():
    found = re.search(r"^const NEEDED = /(.+)/;$", (WEB / "vite.config.ts").read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    needed = re.compile(found[1])
    assert len(ON_PAGES) > 300
    assert sorted(ON_PAGES - set(KEYS)) == []
    assert sorted(key for key in ON_PAGES if not needed.search(key)) == []
    sent = [key for key in KEYS if needed.search(key)]
    assert [made.pattern for made in MADE_BY_PAGES if not any(made.fullmatch(key) for key in sent)] == []


def test_the_search_for_keys_finds_them():
    assert {"unknown", "help.case", "structure.netting"} <= OUTRIGHT
    assert any(pattern.fullmatch("stage.paid") for pattern in PATTERNS)


def test_every_key_that_is_said_exists():
    assert sorted(OUTRIGHT - {"help."} - set(KEYS)) == []


def test_every_key_that_is_put_together_has_at_least_one_entry():
    assert [p.pattern for p in PATTERNS if p.pattern != ".+" and not any(p.fullmatch(key) for key in KEYS)] == []


def test_every_key_is_said_somewhere():
    there = assigned()
    starts = {word for word in there if "." in word}
    # Options pass their own names to the pattern of `help`; where a pattern starts open, its start is a word elsewhere.
    closed = [p for p in PATTERNS if not p.pattern.startswith((".+", r"help\."))]
    idle = [
        key for key in KEYS
        if key not in OUTRIGHT | there | IN_PAGES
        and key.rpartition(".")[0] not in starts
        and not key.startswith(NAMED_STARTS)
        and not any(pattern.fullmatch(key) for pattern in (*closed, *MADE_BY_PAGES))
    ]  # fmt: skip
    assert idle == []


def test_every_key_has_words_in_both_languages():
    assert [key for key, text in catalogue().items() if not (text.en.strip() and text.zh.strip())] == []


def test_the_words_are_the_same_only_where_nothing_can_be_translated():
    names = {"AI", "CSV", "JSON", "Excel", "PDF", "HTML", "PNG", "SVG"}
    same = {key for key, text in catalogue().items() if text.en == text.zh and text.en not in names}
    assert same == set()


def parts(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_both_languages_have_the_same_parts_to_fill_in():
    assert [key for key, text in catalogue().items() if set(parts(text.en)) != set(parts(text.zh))] == []


def test_every_part_has_a_name():
    assert [key for key, text in catalogue().items() if "" in parts(text.en) + parts(text.zh)] == []


def test_chinese_is_traditional():
    found = {key: set(text.zh) & set(ONLY_SIMPLIFIED) for key, text in catalogue().items()}
    assert {key: signs for key, signs in found.items() if signs} == {}


def test_the_list_of_simplified_signs_holds_none_that_is_also_traditional():
    traditional = (
        "這是資金循環的報告，金額未知、時間與來源都列在旁邊；沒有任何數字憑空而來，后里、干擾、台灣、了解、系統"
    )
    assert set(ONLY_SIMPLIFIED) & set(traditional) == set()


def test_no_gap_stands_between_two_chinese_signs():
    chinese = r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]"
    filled = {
        key: say(key, **{name: Text(en="firm", zh="輝達") for name in parts(text.zh)}).zh
        for key, text in catalogue().items() if parts(text.zh)
    }  # fmt: skip
    assert {key: zh for key, zh in filled.items() if re.search(f"{chinese} {chinese}", zh)} == {}


def test_chinese_has_no_half_width_comma_or_full_stop():
    bare = {
        key: re.sub(r"\{\w+\}|findings\.json|manifest\.json|csv/\w*\.?\w*", "", text.zh)
        for key, text in catalogue().items()
    }
    # Words before an option or a file name are lists of what may be typed.
    assert {
        key: zh for key, zh in bare.items() if re.search(r"[\u4e00-\u9fff] ?[,;:?!]|[\u4e00-\u9fff]\.(?!\w)", zh)
    } == {}


def test_a_key_nobody_knows_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean `unknown`"):
        say("unknwon")


def test_a_part_is_filled_in_by_language():
    told = say("at_least", amount=Text(en="US$1bn", zh="10 億美元"))
    assert (told.en, told.zh) == ("at least US$1bn", "至少 10 億美元")


def test_braces_in_a_name_are_left_alone():
    assert say("at_least", amount=plain("{amount} {0} %s")).en == "at least {amount} {0} %s"


@given(st.lists(st.text(min_size=1, max_size=5).filter(str.strip), min_size=1, max_size=5))
def test_a_list_of_names_holds_every_name(names):
    listed = joined([plain(name) for name in names])
    assert listed.en.split(", ") == names or any(", " in name for name in names) or len(names) == 1
    assert all(name in listed.zh for name in names)


def test_a_list_of_nothing_is_a_dash():
    assert joined([]) == plain("–")


@pytest.mark.parametrize(("filled", "zh"), [("輝達", "至少輝達"), ("NVIDIA", "至少 NVIDIA"), ("3", "至少 3")])
def test_the_gap_before_a_part_closes_only_between_chinese_signs(filled, zh):
    assert say("at_least", amount=plain(filled)).zh == zh


def test_the_catalogue_is_read_once():
    assert words.catalogue() is words.catalogue()
