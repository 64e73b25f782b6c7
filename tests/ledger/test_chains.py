"""A promise is found by its name and told version by version, oldest first."""

from __future__ import annotations

import pytest

from perpetuum.core.errors import UnknownName
from perpetuum.ledger import load

AI = load("ai")


@pytest.mark.parametrize("name", ["nvidia-openai-equity", "nvda_openai_2025_loi", "nvda_openai_2026_round"])
def test_any_version_leads_to_the_whole_chain(name):
    assert [leg.id for leg in AI.chain(name)] == [
        "nvda_openai_2025_loi", "nvda_openai_2026_abandoned", "nvda_openai_2026_round"
    ]  # fmt: skip


@pytest.mark.parametrize("deal", AI.deals, ids=lambda deal: deal.id)
def test_no_version_stands_before_the_one_it_follows(deal):
    ids = [leg.id for leg in AI.chain(deal.id)]
    assert sorted(ids) == sorted(leg.id for leg in deal.legs)
    links = [(leg.supersedes.leg, leg.id) for leg in deal.legs if leg.supersedes]
    assert all(ids.index(earlier) < ids.index(later) for earlier, later in links)


def test_a_promise_nobody_knows_comes_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean `nvidia-openai-equity`"):
        AI.chain("nvidia-openai-equitty")


@pytest.mark.parametrize("words", ["nvidia openai equity", "NVIDIA OpenAI equity", "輝達 openai equity"])
def test_words_find_a_deal_in_either_language(words):
    assert "nvidia-openai-equity" in [found.id for found in AI.find(words)]


def test_words_find_firms_and_series_too():
    found = {(found.what, found.id) for found in AI.find("coreweave")}
    assert {("entity", "coreweave"), ("series", "coreweave.revenue")} <= found


def test_words_that_find_nothing_offer_the_nearest():
    with pytest.raises(UnknownName, match="did you mean `coreweave`"):
        AI.find("corewaeve")
