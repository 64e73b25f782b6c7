"""Chance that has an address: known answers, what it must not depend on, and whether it looks like chance."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from perpetuum.maths import chance
from perpetuum.maths.chance import (
    FIXED,
    LOGNORMAL,
    NORMAL,
    TRIANGULAR,
    UNIFORM,
    draw_law,
    moment,
    normals,
    philox,
    quantile_normal,
    share_below,
    stream_of,
    streams_of,
    uniforms,
)
from perpetuum.maths.compiled import compiled, compiled_over_draws

ONES = 2**32 - 1
# The known answers that come with Random123 (kat_vectors, philox4x32 10).
KNOWN = [
    ((0, 0, 0, 0, 0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((ONES,) * 6, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]
ADDRESSES = [(0, 0, 0, 0), (2**63 - 1, -1, ONES, ONES), (7, 2**40 + 3, 5 << 16, 0xDEADBEEF), (1, 9_999, 39 << 16, 1)]
seeds, draws, whens = st.integers(0, 2**63 - 1), st.integers(0, 2**62), st.integers(0, ONES)


@compiled_over_draws
def side_by_side(seed: int, count: int, out: np.ndarray) -> None:
    for draw in numba.prange(count):
        for quarter in range(out.shape[1]):
            out[draw, quarter, 0], out[draw, quarter, 1] = normals(seed, draw, moment(quarter, 0), 77)


@compiled
def many_uniforms(seed: int, out: np.ndarray) -> None:
    for draw in range(len(out)):
        out[draw, 0], out[draw, 1] = uniforms(seed, draw, 0, 5)


# ---- known answers


@pytest.mark.parametrize(("address", "answer"), KNOWN)
def test_the_known_answers_of_philox(address: tuple[int, ...], answer: str):
    assert " ".join(f"{word:08x}" for word in philox(*address)) == answer


def test_shares_come_from_the_words_that_another_rendering_of_the_paper_gives():
    for address in ADDRESSES:
        seed, draw, when, stream = (part % 2**64 for part in address)
        words = by_the_paper([draw % 2**32, draw >> 32, when % 2**32, stream % 2**32], [seed % 2**32, seed >> 32])
        first = max((words[0] * 2**32 + words[1]) >> 11, 0.5) / 2**53
        second = max((words[2] * 2**32 + words[3]) >> 11, 0.5) / 2**53
        assert uniforms(*address) == (first, second)


def by_the_paper(counter: list[int], key: list[int]) -> list[int]:
    """Figure 2 and section 3.3 of Salmon et al., in integers without end."""
    for _ in range(10):
        low, high = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [(high >> 32) ^ counter[1] ^ key[0], high % 2**32, (low >> 32) ^ counter[3] ^ key[1], low % 2**32]
        key = [(key[0] + 0x9E3779B9) % 2**32, (key[1] + 0xBB67AE85) % 2**32]
    return counter


SCRIPT = """
import json, sys
from perpetuum.maths import chance
known, addresses = json.load(sys.stdin)
print(json.dumps([
    [chance.philox(*a) for a in known], [chance.uniforms(*a) for a in addresses],
    [chance.normals(*a) for a in addresses],
    [chance.quantile_normal(u) for u in (1e-300, 1e-9, 0.3, 0.5, 0.975)],
    [chance.draw_law(law, 1.0, 2.0, 4.0, 0.4, -0.25) for law in range(5)],
]))
"""


def test_the_plain_source_says_what_the_compiled_one_says():
    known = [address for address, _ in KNOWN]
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT], input=json.dumps([known, ADDRESSES]),
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    words, shares, far, quantiles, laws = json.loads(told.stdout)
    assert words == [list(philox(*address)) for address in known]
    assert shares == [list(uniforms(*address)) for address in ADDRESSES]
    # What uses logarithms and sines may differ in the last bit from one C library to another.
    np.testing.assert_allclose(far, [normals(*address) for address in ADDRESSES], rtol=1e-12)
    np.testing.assert_allclose(quantiles, [quantile_normal(u) for u in (1e-300, 1e-9, 0.3, 0.5, 0.975)], rtol=1e-12)
    np.testing.assert_allclose(laws, [draw_law(law, 1.0, 2.0, 4.0, 0.4, -0.25) for law in range(5)], rtol=1e-12)


# ---- what chance must not depend on


def test_neither_threads_nor_order_nor_company_change_a_number():
    threads, one, two = numba.get_num_threads(), np.empty((1_000, 4, 2)), np.empty((1_000, 4, 2))
    try:
        numba.set_num_threads(1)
        side_by_side(11, 1_000, one)
    finally:
        numba.set_num_threads(threads)
    side_by_side(11, 1_000, two)
    assert (one == two).all()
    assert tuple(one[500, 3]) == normals(11, 500, moment(3), 77)


@given(seeds, draws, whens, whens)
def test_every_part_of_an_address_matters(seed: int, draw: int, when: int, stream: int):
    here = uniforms(seed, draw, when, stream)
    assert here == uniforms(seed, draw, when, stream)
    assert here != uniforms(seed ^ (1 << 40), draw, when, stream)
    assert here != uniforms(seed, draw ^ (1 << 40), when, stream)
    assert here != uniforms(seed, draw, when ^ (1 << 16), stream)
    assert here != uniforms(seed, draw, when, stream ^ 1)


@given(seeds, draws, whens, whens)
def test_the_kind_of_integer_does_not_matter(seed: int, draw: int, when: int, stream: int):
    plain = uniforms(seed, draw, when, stream)
    assert uniforms(np.uint64(seed), np.int64(draw), np.uint32(when), np.uint32(stream)) == plain


def test_a_quarter_and_a_number_in_it_are_one_word():
    assert moment(0, 0) == 0 and moment(0, 1) == 1 and moment(1, 0) == 65_536 and moment(65_535, 65_535) == ONES
    assert len({moment(quarter, number) for quarter in range(60) for number in range(60)}) == 3_600


def test_streams_are_the_first_four_bytes_of_the_hash_of_an_id():
    assert stream_of("abc") == 0xBA7816BF  # FIPS 180-2, appendix B.1
    assert stream_of("輝達") == stream_of("輝達") != stream_of("輝逹")


def test_ids_that_would_have_the_same_luck_are_refused(monkeypatch: pytest.MonkeyPatch):
    assert len(streams_of(["a", "b", "a"])) == 3
    monkeypatch.setattr(chance, "stream_of", len)
    with pytest.raises(ValueError, match="'pear' and 'plum' would have the same luck"):
        streams_of(["pear", "plum"])


# ---- does it look like chance


def test_uniforms_fill_the_space_between_zero_and_one():
    shares = np.empty((200_000, 2))
    many_uniforms(3, shares)
    assert shares.min() > 0 and shares.max() < 1
    for one in shares.T:
        assert stats.kstest(one, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(shares.T)[0, 1]) < 4 / np.sqrt(len(shares))
    assert abs(np.corrcoef(shares[1:, 0], shares[:-1, 0])[0, 1]) < 4 / np.sqrt(len(shares))


def test_neither_end_is_ever_reached():
    assert chance._share(0, 0) == 2.0**-54
    assert chance._share(ONES, ONES) == 1 - 2.0**-53


def test_normals_are_normal_and_independent_from_quarter_to_quarter():
    z = np.empty((50_000, 4, 2))
    side_by_side(5, len(z), z)
    across = z.reshape(len(z), 8)
    assert stats.kstest(across.ravel(), "norm").pvalue > 1e-3
    together = np.corrcoef(across.T) - np.eye(8)
    assert np.abs(together).max() < 5 / np.sqrt(len(z))


# ---- laws


def test_quantiles_of_the_normal_law_agree_with_another_program():
    u = np.concatenate([np.linspace(0.001, 0.999, 999), 10.0 ** -np.arange(1, 300, 7), 1 - 10.0 ** -np.arange(1.0, 16)])
    np.testing.assert_allclose([quantile_normal(x) for x in u], special.ndtri(u), rtol=2e-15, atol=1e-15)


def test_the_ends_of_the_normal_law_are_infinite_and_the_unknown_stays_unknown():
    assert quantile_normal(0.0) == -np.inf and quantile_normal(1.0) == np.inf and np.isnan(quantile_normal(np.nan))


@given(st.floats(-8, 5))
def test_share_and_quantile_undo_each_other(z: float):
    assert share_below(z) == pytest.approx(special.ndtr(z), rel=1e-13)
    assert quantile_normal(share_below(z)) == pytest.approx(z, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize(
    ("law", "numbers", "peer"),
    [
        (NORMAL, (3.0, 0.5, 0.0), stats.norm(3, 0.5)),
        (LOGNORMAL, (3.0, 0.5, 0.0), stats.lognorm(0.5, scale=3)),
        (UNIFORM, (2.0, 5.0, 0.0), stats.uniform(2, 3)),
        (TRIANGULAR, (2.0, 3.0, 7.0), stats.triang(0.2, 2, 5)),
        (TRIANGULAR, (2.0, 2.0, 7.0), stats.triang(0.0, 2, 5)),
        (TRIANGULAR, (2.0, 7.0, 7.0), stats.triang(1.0, 2, 5)),
    ],
)
def test_a_draw_of_a_law_is_its_quantile(law: int, numbers: tuple[float, float, float], peer: object):
    for z in np.linspace(-4, 4, 81):
        got = draw_law(law, *numbers, share_below(z), z)
        assert got == pytest.approx(peer.ppf(special.ndtr(z)), rel=1e-9)  # type: ignore[attr-defined]


def test_what_is_fixed_does_not_move_and_a_law_without_width_gives_its_only_value():
    assert draw_law(FIXED, 3.0, 9.0, 9.0, 0.9, 1.28) == 3.0
    assert draw_law(TRIANGULAR, 3.0, 3.0, 3.0, 0.9, 1.28) == 3.0
    assert draw_law(UNIFORM, 3.0, 3.0, 0.0, 0.9, 1.28) == 3.0
