"""The page of the machine's dictionaries says what the dictionaries say."""

from __future__ import annotations

import pytest

from perpetuum.core.scenario import read_value
from perpetuum.machine.knobs import KNOBS
from tests.docs.pages import name
from tools import dials
from tools.reference import PAGES, number, page


@pytest.mark.parametrize("lang", PAGES)
def test_the_page_is_made_of_the_dictionaries_as_they_are(lang):
    path = PAGES[lang]
    assert path.read_text(encoding="utf-8") == page(lang), f"run `python -m tools.reference`: {name(path)} is old"


@pytest.mark.parametrize("lang", dials.PAGES)
def test_the_page_of_dials_is_made_of_the_catalogue_as_it_is(lang):
    path = dials.PAGES[lang]
    assert path.read_text(encoding="utf-8") == dials.page(lang), f"run `python -m tools.reference`: {name(path)} is old"


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("knob", KNOBS.values(), ids=KNOBS)
def test_ends_of_a_range_are_printed_as_a_scenario_may_write_them(knob, plain):
    for end in (knob.low, knob.high):
        said = read_value(number(end, knob.unit, plain=plain))
        value, unit = (said, knob.unit) if isinstance(said, float) else (said.value, said.unit)
        assert value == pytest.approx(end, rel=1e-6)
        assert unit == ("ratio" if knob.unit == "x" else knob.unit)
