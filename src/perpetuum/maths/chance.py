"""Every number of chance has an address: the seed, the draw, the moment, and the thing that happens by chance.

Nothing is drawn from a running stream. So one more shock, another order of draws, more threads or larger
blocks change no other number, and any single future can be played again by itself.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable

import numpy as np

from perpetuum.maths.compiled import compiled
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Int

# Everything is masked to 32 bits and kept in signed 64-bit integers: Numba makes a float of signed times unsigned.
WORD = 0xFFFFFFFF
LEFT, RIGHT = 0xD2511F53, 0xCD9E8D57
GOLDEN, ROOT = 0x9E3779B9, 0xBB67AE85
# Laws that a parameter may follow from draw to draw.
FIXED, NORMAL, LOGNORMAL, UNIFORM, TRIANGULAR = 0, 1, 2, 3, 4
LAWS = ("fixed", "normal", "lognormal", "uniform", "triangular")


@compiled
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Turn an address of four words and a key of two into four words that look like chance.

    Parameters
    ----------
    c0, c1, c2, c3
        The counter: four numbers of 32 bits, not negative.
    k0, k1
        The key: two numbers of 32 bits, not negative.

    Returns
    -------
    tuple
        Four numbers of 32 bits, not negative.

    Notes
    -----
    Philox 4x32-10. Source: Salmon, Moraes, Dror and Shaw (2011), doi:10.1145/2063384.2063405.

    Examples
    --------
    >>> [f"{word:08x}" for word in philox(0, 0, 0, 0, 0, 0)]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    for _ in range(10):
        # The product may pass the sign bit; shifted and masked it is the unsigned one all the same.
        left, right = c0 * LEFT, c2 * RIGHT
        c0, c2 = ((right >> 32) & WORD) ^ c1 ^ k0, ((left >> 32) & WORD) ^ c3 ^ k1
        c1, c3 = right & WORD, left & WORD
        k0, k1 = (k0 + GOLDEN) & WORD, (k1 + ROOT) & WORD
    return c0, c1, c2, c3


@compiled
def word(number: int, place: int) -> int:
    """The lower (0) or upper (1) 32 bits of a number of 64.

    Examples
    --------
    >>> word(2**32 + 7, 0), word(2**32 + 7, 1)
    (7, 1)
    """
    return int(np.int64((number >> (32 * place)) & WORD))


@compiled
def moment(quarter: int, number: int = 0) -> int:
    """A quarter and a running number inside it, as one word of 32 bits.

    Both lie between 0 and 65,535; larger ones wrap around and meet others.

    Examples
    --------
    >>> moment(3, 1)
    196609
    """
    return ((quarter & 0xFFFF) << 16) | (number & 0xFFFF)


@compiled
def uniforms(seed: int, draw: int, when: int, stream: int) -> tuple[float, float]:
    """Two independent numbers spread evenly between 0 and 1, neither included.

    Parameters
    ----------
    seed
        Of the run, 0 to 2**63 - 1.
    draw
        Number of the future, 0 to 2**63 - 1.
    when
        From :func:`moment`.
    stream
        From :func:`stream_of`: what it is that happens by chance.

    Returns
    -------
    tuple
        Two shares with 53 bits each; an exact zero becomes 2**-54.

    Examples
    --------
    >>> uniforms(0, 0, 0, 0) == (0x6627e8d5e169c58d / 2**64 // 2**-53 * 2**-53, 0xbc57ac4c9b00dbd8 // 2**11 / 2**53)
    True
    >>> uniforms(7, 1, 0, 0) == uniforms(7, 2, 0, 0)
    False
    """
    a, b, c, d = philox(word(draw, 0), word(draw, 1), word(when, 0), word(stream, 0), word(seed, 0), word(seed, 1))
    return _share(a, b), _share(c, d)


@compiled
def normals(seed: int, draw: int, when: int, stream: int) -> tuple[float, float]:
    """Two independent draws of the standard normal law, under the address of :func:`uniforms`.

    Parameters
    ----------
    seed, draw, when, stream
        As for :func:`uniforms`.

    Returns
    -------
    tuple
        Two numbers with mean 0 and standard deviation 1; none is farther out than 8.66.

    Notes
    -----
    Across machines the last bit of logarithm, sine and cosine may differ.
    Source: Box and Muller (1958), doi:10.1214/aoms/1177706645.

    Examples
    --------
    >>> z = normals(0, 0, moment(0), stream_of("mood"))
    >>> z == normals(0, 0, moment(0), stream_of("mood"))
    True
    >>> max(map(abs, z)) < 8.66
    True
    """
    u1, u2 = uniforms(seed, draw, when, stream)
    far, angle = math.sqrt(-2.0 * math.log(u1)), 2.0 * math.pi * u2
    return far * math.cos(angle), far * math.sin(angle)


def stream_of(id: str) -> int:
    """The word that stands for a behaviour, a shock or a spread: first four bytes of the SHA-256 of its id.

    Examples
    --------
    >>> stream_of("mood")
    3993915184
    """
    return int.from_bytes(hashlib.sha256(id.encode()).digest()[:4], "big")


def streams_of(ids: Iterable[str]) -> Int[np.ndarray, " id"]:
    """The words of several ids.

    Raises
    ------
    ValueError
        If two different ids have the same word: they would then have the same luck.

    Examples
    --------
    >>> streams_of(["mood", "users"]).tolist() == [stream_of("mood"), stream_of("users")]
    True
    """
    names, owner, problems = list(ids), dict[int, str](), list[str]()
    for name in names:
        first = owner.setdefault(stream_of(name), name)
        if first != name:
            problems.append(f"ids {first!r} and {name!r} would have the same luck; rename one of them.")
    refuse(problems)
    return np.array([stream_of(name) for name in names], dtype=np.int64)


@compiled
def share_below(z: float) -> float:
    """The share of the standard normal law that lies below ``z``.

    Examples
    --------
    >>> share_below(0.0)
    0.5
    """
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


@compiled
def quantile_normal(u: float) -> float:
    """The number below which a share ``u`` of the standard normal law lies.

    Parameters
    ----------
    u
        A share between 0 and 1; at or beyond the ends the answer is infinite, NaN stays NaN.

    Returns
    -------
    float
        To about 1e-16 of its size.

    Notes
    -----
    Source: Wichura (1988), Algorithm AS 241, PPND16, doi:10.2307/2347330.

    Examples
    --------
    >>> round(quantile_normal(0.975), 6)
    1.959964
    """
    q = u - 0.5
    if math.isnan(u):
        return u
    if abs(q) <= 0.425:
        return q * _middle(0.180625 - q * q)
    tail = u if q < 0.0 else 1.0 - u
    if tail <= 0.0:
        return -math.inf if q < 0.0 else math.inf
    r = math.sqrt(-math.log(tail))
    far = _near_tail(r - 1.6) if r <= 5.0 else _far_tail(r - 5.0)
    return -far if q < 0.0 else far


@compiled
def draw_law(law: int, a: float, b: float, c: float, u: float, z: float) -> float:
    """The value of a parameter in one draw, from its law and one piece of luck.

    Parameters
    ----------
    law
        ``FIXED`` (always ``a``), ``NORMAL`` (mean ``a``, standard deviation ``b``), ``LOGNORMAL`` (median ``a``,
        standard deviation ``b`` of the logarithm), ``UNIFORM`` (from ``a`` to ``b``) or ``TRIANGULAR`` (from
        ``a`` over the mode ``b`` to ``c``).
    a, b, c
        In the unit of the parameter, except the share ``b`` of ``LOGNORMAL``; what a law does not need is not read.
    u, z
        The same luck twice: ``u = share_below(z)``. Parameters that move together are given the same; where none of
        them needs ``z``, it may be left at 0.

    Returns
    -------
    float
        In the unit of the parameter, rising with the luck.

    Examples
    --------
    At middling luck a normal law gives its mean and a triangular one its median:

    >>> draw_law(NORMAL, 10.0, 2.0, 0.0, 0.5, 0.0), draw_law(TRIANGULAR, 0.0, 1.0, 2.0, 0.5, 0.0)
    (10.0, 1.0)
    """
    if law == NORMAL:
        return a + b * z
    if law == LOGNORMAL:
        return a * math.exp(b * z)
    if law == UNIFORM:
        return a + (b - a) * u
    if law == TRIANGULAR:
        if u * (c - a) <= b - a:
            return a + math.sqrt(u * (c - a) * (b - a))
        return c - math.sqrt((1.0 - u) * (c - a) * (c - b))
    return a


@compiled
def _share(high: int, low: int) -> float:
    """53 bits of two words as a share between 0 and 1."""
    return max(float((high << 21) | (low >> 11)), 0.5) / 9007199254740992.0


@compiled
def _middle(r: float) -> float:
    above = 3.3430575583588128105e4 + r * 2.5090809287301226727e3
    above = 4.5921953931549871457e4 + r * (6.7265770927008700853e4 + r * above)
    above = 1.9715909503065514427e3 + r * (1.3731693765509461125e4 + r * above)
    above = 3.3871328727963666080e0 + r * (1.3314166789178437745e2 + r * above)
    below = 2.8729085735721942674e4 + r * 5.2264952788528545610e3
    below = 2.1213794301586595867e4 + r * (3.9307895800092710610e4 + r * below)
    below = 6.8718700749205790830e2 + r * (5.3941960214247511077e3 + r * below)
    below = 1.0 + r * (4.2313330701600911252e1 + r * below)
    return above / below


@compiled
def _near_tail(r: float) -> float:
    above = 2.27238449892691845833e-2 + r * 7.74545014278341407640e-4
    above = 1.27045825245236838258e0 + r * (2.41780725177450611770e-1 + r * above)
    above = 5.76949722146069140550e0 + r * (3.64784832476320460504e0 + r * above)
    above = 1.42343711074968357734e0 + r * (4.63033784615654529590e0 + r * above)
    below = 5.47593808499534494600e-4 + r * 1.05075007164441684324e-9
    below = 1.48103976427480074590e-1 + r * (1.51986665636164571966e-2 + r * below)
    below = 1.67638483018380384940e0 + r * (6.89767334985100004550e-1 + r * below)
    below = 1.0 + r * (2.05319162663775882187e0 + r * below)
    return above / below


@compiled
def _far_tail(r: float) -> float:
    above = 2.71155556874348757815e-5 + r * 2.01033439929228813265e-7
    above = 2.65321895265761230930e-2 + r * (1.24266094738807843860e-3 + r * above)
    above = 1.78482653991729133580e0 + r * (2.96560571828504891230e-1 + r * above)
    above = 6.65790464350110377720e0 + r * (5.46378491116411436990e0 + r * above)
    below = 1.42151175831644588870e-7 + r * 2.04426310338993978564e-15
    below = 7.86869131145613259100e-4 + r * (1.84631831751005468180e-5 + r * below)
    below = 1.36929880922735805310e-1 + r * (1.48753612908506148525e-2 + r * below)
    below = 1.0 + r * (5.99832206555887937690e-1 + r * below)
    return above / below
