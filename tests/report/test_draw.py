"""Pictures: widths are dollars, parts add up, what is unknown is dotted, and names are only words."""

from __future__ import annotations

import math
import re
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perpetuum.circularity import ORIGINS
from perpetuum.core.text import Text
from perpetuum.report import draw, tell
from perpetuum.report.blocks import MONEY, Band, Cell, Fold, Line, Ring, Stack, Stacks
from perpetuum.report.views import parts
from perpetuum.report.words import plain
from tests.report.made_case import ai_study, triangle_study
from tests.report.page_tree import Node, parse

ROUNDING = 0.3  # coordinates are written to the tenth
WHOLE = (("recycled", 1.0),)
FIRMS = {"a": ("Maker", "fuel"), "b": ("Lab", "engine"), "c": ("Cloud", "gear"), "d": ("Bank", "capital")}
CSS = (resources.files("perpetuum.report") / "assets" / "style.css").read_text(encoding="utf-8")


def band(payer: str, payee: str, amount: float | None, makeup=WHOLE, tone="plain", words="US$1bn") -> Band:
    return Band(payer=payer, payee=payee, amount=amount, parts=makeup, label=Cell(text=plain(words), tone=tone))


def ring(*bands: Band, firms: str = "abc", widest: float = 100e9, names=None) -> Ring:
    named = {id: plain(name) for id, (name, _) in FIRMS.items()} | (names or {})
    return Ring(
        stage="announced",
        firms=tuple((id, named[id], FIRMS[id][1]) for id in firms),
        bands=bands,
        widest=widest,
        title=plain("t"),
        share=Cell(text=plain("s")),
    )


def drawn(picture: Ring) -> Node:
    tree, faults = parse(draw.ring(picture, lambda cell, inner: f"<a>{inner}</a>" if cell.evidence else inner))
    assert faults == []
    return tree


def corners(polygon: Node) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (point.split(",") for point in polygon.get("points").split())]


def width(strip: Node) -> float:
    first, _, _, last = corners(strip)
    return math.dist(first, last)


def strips(tree: Node) -> list[Node]:
    return [node for node in tree.all("polygon") if node.get("class").startswith("money-")]


# ---- one loop


def test_the_width_of_a_band_is_its_dollars():
    tree = drawn(ring(band("a", "b", 100e9), band("b", "c", 50e9), band("c", "a", 25e9)))
    assert [width(strip) for strip in strips(tree)] == pytest.approx([38, 19, 9.5], abs=ROUNDING)


def test_a_band_of_few_dollars_can_still_be_seen():
    assert width(strips(drawn(ring(band("a", "b", 1e6))))[0]) == pytest.approx(draw.THINNEST, abs=ROUNDING)


def test_rings_side_by_side_share_one_scale():
    for study in (ai_study(), triangle_study()):
        for block in [b for page in tell(study) for b in page.blocks if type(b).__name__ == "Rings"]:
            widest = {each.widest for each in block.rings}
            amounts = [band.amount for each in block.rings for band in each.bands if band.amount is not None]
            assert widest == {max(amounts)}


FRACTIONS = st.lists(st.integers(0, 20), min_size=4, max_size=4).filter(any)


@given(FRACTIONS, st.floats(1e9, 100e9))
def test_the_strips_of_a_band_are_its_parts_and_add_up(weights, amount):
    makeup = tuple((money, weight / sum(weights)) for money, weight in zip(MONEY, weights, strict=True))
    seen = strips(drawn(ring(band("a", "b", amount, makeup))))
    whole = max(draw.WIDEST * amount / 100e9, draw.THINNEST)
    assert [node.get("class") for node in seen] == [f"money-{money}" for money, part in makeup if part > 0]
    wanted = [whole * part for _, part in makeup if part > 0]
    assert [width(node) for node in seen] == pytest.approx(wanted, abs=ROUNDING)
    assert sum(map(width, seen)) == pytest.approx(whole, abs=4 * ROUNDING)


@given(FRACTIONS)
def test_strips_lie_side_by_side_without_a_gap(weights):
    makeup = tuple((money, weight / sum(weights)) for money, weight in zip(MONEY, weights, strict=True))
    seen = strips(drawn(ring(band("b", "c", 80e9, makeup))))
    for one, next_one in pairwise(seen):
        assert corners(one)[3] == pytest.approx(corners(next_one)[0], abs=ROUNDING)
        assert corners(one)[2] == pytest.approx(corners(next_one)[1], abs=ROUNDING)


def test_money_without_a_known_make_up_is_hatched():
    assert [node.get("class") for node in strips(drawn(ring(band("a", "b", 1e9, ()))))] == ["money-unknown"]
    assert re.search(r"\.money-unknown \{ fill: url\(#hatch\)", CSS)
    assert parse(draw.patterns())[0].all("pattern")[0].get("id") == "hatch"


def test_a_payment_nobody_knows_is_a_dotted_line_and_no_band():
    tree = drawn(ring(band("a", "b", None, (), tone="unknown", words="unknown")))
    assert strips(tree) == []
    assert [node.classes for node in tree.all("line")] == [["absent", "unknown"]]
    assert re.search(r"\.absent\.unknown \{[^}]*stroke-dasharray", CSS)


def test_nothing_that_is_known_to_have_moved_is_not_drawn_as_unknown():
    tree = drawn(ring(band("a", "b", None, (), tone="muted", words="nothing")))
    assert [node.classes for node in tree.all("line")] == [["absent"]]


def test_two_firms_pay_one_another_side_by_side():
    tree = drawn(ring(band("a", "b", 100e9), band("b", "a", 100e9), firms="ab"))
    one, other = strips(tree)
    assert max(x for x, _ in corners(one)) < min(x for x, _ in corners(other)) or (
        max(x for x, _ in corners(other)) < min(x for x, _ in corners(one))
    )


@pytest.mark.parametrize("firms", ["ab", "abc", "abcd"])
def test_everything_is_drawn_inside_the_frame(firms):
    bands = [band(one, other, 100e9) for one, other in zip(firms, firms[1:] + firms[0], strict=True)]
    tree = drawn(ring(*bands, firms=firms))
    points = [point for node in tree.all("polygon") for point in corners(node)]
    points += [(float(node.get("x")), float(node.get("y"))) for node in tree.all("text")]
    frame = [float(number) for number in tree.all("svg")[0].get("viewbox").split()]
    assert frame[:3] == [0, 0, draw.WIDTH]
    assert all(0 <= x <= frame[2] and 0 <= y <= frame[3] - 4 for x, y in points)


def test_every_role_has_a_shape_of_its_own():
    tree = drawn(ring(band("a", "b", 1e9), firms="abcd"))
    shapes = {node.classes[1]: [child.tag for child in node.children] for node in tree.all("g", "node")}
    assert shapes == {"fuel": ["polygon"], "engine": ["circle"], "gear": ["polygon"], "capital": ["rect"]}
    sides = {node.classes[1]: len(corners(node.children[0])) for node in tree.all("g", "node") if node.all("polygon")}
    assert sides == {"fuel": 6, "gear": 8}


def test_firms_stand_apart():
    tree = drawn(ring(band("a", "b", 1e9), firms="abcd"))
    places = [(float(node.get("x")), float(node.get("y"))) for node in tree.all("text", "firm")]
    assert len(set(places)) == 4
    assert min(math.dist(one, other) for one in places for other in places if one is not other) > 2 * draw.NODE


def test_a_name_is_only_words():
    harmful = Text(en="</text><script>alert(1)</script>", zh='"><img onerror=1>甲')
    tree = drawn(ring(band("a", "b", 1e9), names={"a": harmful}))
    assert {node.tag for node in tree} & {"script", "img"} == set()
    said = [node.words() for node in tree.all("text", "firm")]
    assert harmful.en in said and harmful.zh in said


def test_the_picture_is_told_to_those_who_do_not_see_it_in_both_languages():
    names = {"a": Text(en="Maker", zh="晶片商"), "b": Text(en="Lab", zh="實驗室")}
    tree = drawn(ring(band("a", "b", 1e9), names=names))
    assert tree.all("svg")[0].get("role") == "img"
    assert tree.all("title")[0].words() == "Maker pays Lab: US$1bn / 晶片商付給實驗室：US$1bn"


# ---- bars and lines


def rects(stack: Stack) -> list[Node]:
    tree, faults = parse(draw.bar(stack))
    assert faults == []
    return tree.all("rect")


def per_cent(words: str) -> float:
    return float(words.removesuffix("%"))


def stack(makeup) -> Stack:
    return Stack(name=plain("n"), parts=makeup, remark=Cell(text=plain("r")), whole=Cell(text=plain("w")))


@given(FRACTIONS)
def test_the_parts_of_a_bar_fill_it_one_after_the_other(weights):
    makeup = tuple((money, weight / sum(weights)) for money, weight in zip(MONEY, weights, strict=True))
    seen, end = rects(stack(makeup)), 0.0
    for node in seen:
        assert per_cent(node.get("x")) == pytest.approx(end, abs=0.01)
        end = per_cent(node.get("x")) + per_cent(node.get("width"))
    assert end == pytest.approx(100, abs=0.01)
    assert len(seen) == sum(weight > 0 for weight in weights)


@given(st.dictionaries(st.sampled_from(sorted(ORIGINS)), st.floats(0, 1e13), min_size=1))
def test_the_kinds_of_money_add_up_to_the_whole(origins):
    makeup = parts.by_money(origins)
    if not sum(origins.values()):
        assert makeup == ()
    else:
        assert [money for money, _ in makeup] == list(MONEY)
        assert sum(part for _, part in makeup) == pytest.approx(1)
        assert all(part >= 0 for _, part in makeup)


def test_every_origin_has_a_colour():
    assert set(parts.COLOUR) == set(ORIGINS)


def bars(blocks) -> list[Stack]:
    """Every bar of some blocks, in folds too."""
    found = [row for block in blocks if isinstance(block, Stacks) for row in block.rows]
    return found + [row for block in blocks if isinstance(block, Fold) for row in bars(block.blocks)]


@pytest.mark.parametrize("study", [ai_study, triangle_study], ids=["shipped", "triangle"])
def test_every_bar_of_a_report_is_whole(study):
    found = [row for page in tell(study()) for row in bars(page.blocks)]
    assert found
    for row in found:
        assert sum(part for _, part in row.parts) == pytest.approx(1)
        assert sum(per_cent(node.get("width")) for node in rects(row)) == pytest.approx(100, abs=0.01)


def spots(*values: float) -> tuple[list[tuple[float, float]], Node]:
    chart = Line(points=tuple((str(i), value) for i, value in enumerate(values)), alt=Text(en="<b>", zh="<甲>"))
    tree, faults = parse(draw.line(chart))
    assert faults == []
    return corners(tree.all("polyline")[0]), tree


@given(st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=30))
def test_a_larger_value_is_never_drawn_lower(values):
    points, _ = spots(*values)
    order = sorted(range(len(values)), key=lambda i: values[i])
    assert all(points[a][1] >= points[b][1] - 0.2 for a, b in pairwise(order))
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    assert all(0 <= x <= 240 and 0 <= y <= 60 for x, y in points)


def test_the_newest_point_of_a_line_is_marked_and_its_words_are_only_words():
    points, tree = spots(1.0, 3.0, 2.0)
    dots = tree.all("circle")
    assert [(float(dot.get("cx")), float(dot.get("cy"))) for dot in dots] == points
    assert float(dots[-1].get("r")) > max(float(dot.get("r")) for dot in dots[:-1])
    assert tree.all("title")[0].words() == "<b> / <甲>"


def test_a_line_that_never_moves_is_flat():
    assert len({y for _, y in spots(5.0, 5.0, 5.0)[0]}) == 1
    assert len({y for _, y in spots(0.0, 0.0)[0]}) == 1
