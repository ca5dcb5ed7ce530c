"""Moments of a cosine integral: the exact arithmetic behind the angles of random simplices.

For an integer e >= 0 let S(phi) = int_0^phi cos^e / int_{-pi/2}^{pi/2} cos^e, an odd function with
S(pi/2) = 1/2. Two sequences of moments are needed, both real:

    external  E S(X)^(2j),    X in [-pi/2, pi/2] with density proportional to cos^w,
    internal  E S(i X)^(2j),  X in R with density proportional to cosh^(-w).

e odd: S is a polynomial in u = sin phi, and the moments of sin X and of i sinh X are rational.

e even: S(phi) = (phi + sum_l b_l sin(2 l phi)) / pi. In powers of it stand phi^p exp(2 i l phi),
whose means are Taylor coefficients of a quotient of Gamma functions. With h = w/2 and X as above,

    external  E exp(i t X) = Gamma(1+h)^2 / (Gamma(1+h+t/2) Gamma(1+h-t/2)),
    internal  E exp(t X) = Gamma(h+t/2) Gamma(h-t/2) / Gamma(h)^2,

which at t = 2 (l + s) is a rational function of s times sin(pi s)/(pi s) or cos(pi s) (external,
h in Z or not) or its reciprocal (internal); so the moments lie in Q[pi, 1/pi]. The first of both
is kept as a matrix over Q, the second joins last.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb, factorial

from flint import fmpq, fmpq_mat, fmpq_poly, fmpz
from gmpy2 import double_fac, mpq

from polygeo.polytopes.angles.pipolynomial import PiPolynomial

__all__ = ["EXTERNAL", "INTERNAL", "exact_norm", "half_shifted", "moments"]

EXTERNAL, INTERNAL = "external", "internal"


def half_shifted(side: str, e: int, w: int, r: int, last: int | None = None) -> PiPolynomial:
    """Return E (1/2 + S(X))^r (external) or E (1/2 + S(iX))^r (internal), exactly.

    ``last``: up to where the moments are computed at once (and remembered), r // 2 or more.

    >>> half_shifted(EXTERNAL, 0, 0, 2), half_shifted(INTERNAL, 0, 2, 2)
    (PiPolynomial(1/3), PiPolynomial(1/6))
    """
    if e % 2 and side == EXTERNAL:
        power = (_sine_polynomial(e) + fmpq(1, 2)) ** r
        return PiPolynomial.of(_sine_mean(side, power.coeffs()[::2], w))
    known = moments(side, e, w, r // 2 if last is None else last)
    total = PiPolynomial()
    for j in range(r // 2 + 1):
        total += known[j] * mpq(comb(r, 2 * j), 1 << (r - 2 * j))
    return total


@lru_cache(maxsize=512)
def moments(side: str, e: int, w: int, last: int) -> tuple[PiPolynomial, ...]:
    """Return E S(X)^(2j) or E S(iX)^(2j) for j = 0, ..., last.

    >>> moments(EXTERNAL, 0, 0, 1), moments(INTERNAL, 1, 4, 1)
    ((PiPolynomial(1), PiPolynomial(1/12)), (PiPolynomial(1), PiPolynomial(-1/8)))
    """
    if e % 2:
        square, power, found = _sine_polynomial(e) ** 2, fmpq_poly([1]), []
        for _ in range(last + 1):
            found.append(PiPolynomial.of(_sine_mean(side, power.coeffs()[::2], w)))
            power *= square
        return tuple(found)
    means = _rational_means(side, e, w, 2 * last)
    outer = _circular_series(side, w % 2, last)
    values = []
    for j in range(last + 1):
        entries = [fmpq(0)] * (j + 1)
        for q in range(min(2 * j + 1, len(means))):
            p = 2 * j - q
            factor = comb(2 * j, p) * factorial(p)
            for i in range(p // 2 + 1):
                if mean := means[q][p - 2 * i]:
                    entries[i] += factor * mean * outer[i]
        poly = fmpq_poly(_spread(entries)) * fmpq((-1) ** j, 4**j)
        values.append(PiPolynomial.build(poly, -2 * j))
    return tuple(values)


def exact_norm(e: int) -> PiPolynomial:
    """Return c_e = 1 / int_{-pi/2}^{pi/2} cos^e, in Q for odd e and in Q / pi for even e.

    >>> exact_norm(0), exact_norm(1), exact_norm(2)
    (PiPolynomial(1/pi), PiPolynomial(1/2), PiPolynomial(2/pi))
    """
    half = e // 2
    if e % 2:  # (1/2)(3/2)..(half + 1/2) / half!
        return PiPolynomial.of(mpq(double_fac(e), 2 ** (half + 1) * factorial(half)))
    return PiPolynomial({-1: mpq(2**half * factorial(half), double_fac(max(e - 1, 1)))})


def _sine_polynomial(e: int) -> fmpq_poly:
    """S in powers of u = sin phi, for e odd."""
    half = (e - 1) // 2
    weight = fmpq_poly(
        [
            fmpq((-1) ** (i // 2) * comb(half, i // 2), 1 - i % 2) if i % 2 == 0 else fmpq(0)
            for i in range(e)
        ]
    )
    area = weight.integral()
    return area / (2 * area(fmpq(1)))


def _sine_mean(side: str, coefficients: Sequence[fmpq], w: int) -> mpq:
    """sum_q c_q E (sin X)^(2q), or E (i sinh X)^(2q), products of rational factors, by Horner."""
    whole = fmpq_poly(coefficients)
    c, common = whole.numer().coeffs(), whole.denom()
    top, bottom = c[-1] if c else fmpz(0), fmpz(1)
    for q in range(len(c) - 1, 0, -1):
        a, b = (2 * q - 1, w + 2 * q) if side == EXTERNAL else (1 - 2 * q, w - 2 * q)
        bottom *= b
        top = c[q - 1] * bottom + a * top
    return mpq(int(top), int(bottom * common))


def _rational_means(side: str, e: int, w: int, order: int) -> list[list[fmpq]]:
    """Row q, entry p: sum_l [E^l] U^q [s^p] R_l(s), for p + q even and at most ``order``.

    U = sum_l C(e, e/2 - l) / (C(e, e/2) l) (E^l - E^-l), and R_l is the rational part of the
    transform at t = 2 (l + s). Terms with l < 0 equal those with -l.
    """
    half = e // 2
    rows = order + 1 if half else 1
    size = (rows - 1) * half
    series = _rational_series(side, w, size, order)
    if not half:
        return series
    wave = [
        fmpq(comb(e, half - abs(i)), comb(e, half) * i) if i else fmpq(0)
        for i in range(-half, half + 1)
    ]
    step, power, powers = fmpq_poly(wave), fmpq_poly([1]), []
    for q in range(rows):
        entries = power.coeffs()[q * half :]
        powers += [entries[0], *(2 * c for c in entries[1:])] + [fmpq(0)] * (
            size + 1 - len(entries)
        )
        power *= step
    flat = [c for row in series for c in row]
    product = fmpq_mat(rows, size + 1, powers) * fmpq_mat(size + 1, order + 1, flat)
    return [[product[q, p] for p in range(order + 1)] for q in range(rows)]


def _rational_series(side: str, w: int, size: int, order: int) -> list[list[fmpq]]:
    """Return R_l(s) = sum_p R_{l,p} s^p up to s^order, for l = 0, ..., size.

    R_0 is the product of (1 - s^2/i^2) over the i = h-1, h-2, ... > 0 (internal), or of the
    reciprocals over i = h, h-1, ... > 0; the others by Gamma(z+1) = z Gamma(z).
    """
    first = [fmpq(1)] + [fmpq(0)] * order
    for top in range(w - 2 if side == INTERNAL else w, 0, -2):
        factor = fmpq(4, top * top)
        if side == INTERNAL:
            for p in range(order, 1, -1):
                first[p] -= factor * first[p - 2]
        else:
            for p in range(2, order + 1):
                first[p] += factor * first[p - 2]
    rows, h = [first], fmpq(w, 2)
    for i in range(size):
        if side == INTERNAL:
            row = _times_ratio(rows[-1], (h + i, 1), (h - i - 1, -1))
        else:
            row = _times_ratio(rows[-1], (h - i, -1), (h + i + 1, 1))
        rows.append(row)
    return rows


def _times_ratio(
    row: Sequence[fmpq], top: tuple[fmpq, int], bottom: tuple[fmpq, int]
) -> list[fmpq]:
    """Return the series times (top_0 + top_1 s) / (bottom_0 + bottom_1 s), bottom_1 = +-1."""
    found: list[fmpq] = []
    scale, before, last = 1 / bottom[0], fmpq(0), fmpq(0)
    for c in row:
        last = (top[0] * c + top[1] * before - bottom[1] * last) * scale
        before = c
        found.append(last)
    return found


@lru_cache(maxsize=64)
def _circular_series(side: str, odd: int, last: int) -> tuple[fmpq, ...]:
    """Coefficients of (pi s)^(2i), i <= last: sin(x)/x (w even) or cos(x) (w odd), or 1/them."""
    direct = [fmpq((-1) ** i, factorial(2 * i + 1 - odd)) for i in range(last + 1)]
    if side == EXTERNAL:
        return tuple(direct)
    inverse = [fmpq(1)]
    for i in range(1, last + 1):
        inverse.append(-sum((direct[k] * inverse[i - k] for k in range(1, i + 1)), fmpq(0)))
    return tuple(inverse)


def _spread(entries: Sequence[fmpq]) -> list[fmpq]:
    """Coefficients in x^2 as coefficients in x."""
    return [c for entry in entries for c in (entry, fmpq(0))]
