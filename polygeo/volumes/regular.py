"""Angles of regular simplices, crosspolytopes and corners, as one-dimensional integrals.

With g_m(r) = E Phi(sqrt(r) Z)^m (for r < 0 an imaginary argument), which is the chance that m
standard normal variables of common correlation r/(1 + r) are all positive:

* a regular simplex with l vertices has internal angle g_{l-k}(-1/l), a simplex with n vertices
  external angle g_{n-k}(1/k), at a face with k vertices (kabluchkozaporozhets2020absorption);
* the crosspolytope in R^n has at a face with l vertices the external angle
  int_0^oo phi(u) (2 Phi(u/sqrt l) - 1)^{n-l} du (betkehenk1993intrinsic);
* the corner conv(0, e_1, .., e_n) has at the face with vertices e_1, .., e_s the internal angle
  b(s, n) = P[g_1, .., g_{n-s} >= 0, g_1 + .. + g_n <= 0], and at a face e_1, .., e_l the external
  angle int_0^oo phi(u) Phi(u/sqrt l)^{n-l} du.

Full angle = 1. Answers are mpq where the angle is known to be rational, else balls. The functions
in the plural give the angles for all faces between two sizes and share one grid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.certification import certify
from polygeo.answers.decimals import bits_of, significant
from polygeo.answers.exact import integer, rational, shorten
from polygeo.errors import DomainError, NotConverged
from polygeo.progress import patient
from polygeo.volumes.contour import line_integrals
from polygeo.volumes.halfline import half_line_integrals

__all__ = [
    "corner_external_angles",
    "corner_internal_angle",
    "corner_internal_angles",
    "crosspolytope_external_angle",
    "crosspolytope_external_angles",
    "equicorrelated_orthant",
    "simplex_external_angle",
    "simplex_external_angles",
    "simplex_internal_angle",
    "simplex_internal_angles",
]

MAX_VERTICES = 10_000
"""Largest number of vertices of a regular polytope."""

DIGITS = 30
HALF = mpq(1, 2)

_SOURCES = {
    "line": "regular.external_angle_simplex",
    "erf": "regular.external_angle_crosspolytope",
    "cdf": "regular.external_angle_corner",
}


@patient
def simplex_internal_angle(n: Any, k: Any, digits: int = DIGITS) -> Any:
    """Return the internal angle of the regular simplex with n vertices at a face with k vertices.

    * ``n``, ``k``: integers, 1 <= k <= n; DomainError otherwise.
    * ``digits``: significant digits of a Ball (default 30).

    Returns a fraction of the full angle, an mpq or a Ball. Source:
    kabluchkozaporozhets2020absorption.

    >>> simplex_internal_angle(3, 1), simplex_internal_angle(4, 1).decimal(15)
    (mpq(1,6), '0.0438699140229555')
    """
    size, face = _face(n, k, "n", "k")
    return _angles_inside(face, [size - face], digits, pole=False)[0]


@patient
def simplex_external_angle(n: Any, k: Any, digits: int = DIGITS) -> Any:
    """Return the external angle of the regular simplex with n vertices at a face with k vertices.

    * ``n``, ``k``: integers, 1 <= k <= n; DomainError otherwise.
    * ``digits``: significant digits of a Ball (default 30).

    Returns a fraction of the full angle, an mpq or a Ball. Source:
    kabluchkozaporozhets2020absorption.

    >>> simplex_external_angle(3, 1), simplex_external_angle(4, 2).decimal(15)
    (mpq(1,3), '0.304086723984696')
    """
    size, face = _face(n, k, "n", "k")
    return _angles_outside("line", size, [face], digits)[0]


@patient
def crosspolytope_external_angle(n: Any, k: Any, digits: int = DIGITS) -> Any:
    """Return the external angle of the crosspolytope in R^n at a face with k vertices.

    * ``n``, ``k``: integers, 1 <= k <= n; DomainError otherwise.
    * ``digits``: significant digits of a Ball (default 30).

    Returns a fraction of the full angle, an mpq or a Ball. Source: betkehenk1993intrinsic.

    >>> crosspolytope_external_angle(3, 1), crosspolytope_external_angle(3, 3)
    (mpq(1,6), mpq(1,2))
    """
    size, face = _face(n, k, "n", "k")
    return _angles_outside("erf", size, [face], digits)[0]


@patient
def corner_internal_angle(s: Any, n: Any, digits: int = DIGITS) -> Any:
    """Return the internal angle b(s, n) of the corner conv(0, e_1, .., e_n) at e_1, .., e_s.

    * ``s``, ``n``: integers, 1 <= s <= n; DomainError otherwise.
    * ``digits``: significant digits of a Ball (default 30).

    b(s, n) = P[g_1, .., g_{n-s} >= 0, g_1 + .. + g_n <= 0] with independent standard normal g_i.
    Returns an mpq or a Ball. Source: donohotanner2005sparse.

    >>> corner_internal_angle(1, 2), corner_internal_angle(1, 3).decimal(15)
    (mpq(1,8), '0.0270433619923482')
    """
    size, face = _face(n, s, "n", "s")
    return _angles_inside(face, [size - face], digits, pole=True)[0]


def simplex_internal_angles(k: int, n: int, digits: int = DIGITS) -> list[Any]:
    """Return the internal angles at a k-vertex face of the simplices with l = k, .., n vertices."""
    return _angles_inside(k, range(n - k + 1), digits, pole=False)


def simplex_external_angles(
    k: int, n: int, digits: int = DIGITS, top: int | None = None
) -> list[Any]:
    """Return the external angles of the n-vertex simplex at faces of k, .., top (or n) vertices."""
    return _angles_outside("line", n, range(k, (top or n) + 1), digits)


def crosspolytope_external_angles(
    s: int, n: int, digits: int = DIGITS, top: int | None = None
) -> list[Any]:
    """Return those of the crosspolytope of R^n at faces of s, .., top (or n) vertices."""
    return _angles_outside("erf", n, range(s, (top or n) + 1), digits)


def corner_internal_angles(s: int, n: int, digits: int = DIGITS) -> list[Any]:
    """Return the list of angles b(s, l) for l = s, .., n."""
    return _angles_inside(s, range(n - s + 1), digits, pole=True)


def corner_external_angles(s: int, n: int, digits: int = DIGITS) -> list[Any]:
    """Return the external angles of conv(0, e_1, .., e_n) at e_1, .., e_l, for l = s, .., n."""
    return _angles_outside("cdf", n, range(s, n + 1), digits)


@patient
def equicorrelated_orthant(m: Any, r: Any, digits: int = DIGITS) -> Any:
    """Return the probability g_m(r) that m equally correlated standard normals are positive.

    * ``m``: number of variables, an integer >= 0.
    * ``r``: a rational number; the correlation is r/(1+r) and g_m(r) = E Phi(sqrt(r) Z)^m. r >=
      -1/m (below that no such normals exist); a positive r in [1e-9, 1e4].
    * ``digits``: significant digits of a Ball (default 30).

    Returns an mpq or a Ball. NotConverged very near -1/m, where the integral hardly converges.
    Source: kabluchkozaporozhets2020absorption.

    >>> equicorrelated_orthant(2, 1), equicorrelated_orthant(2, "-1/3")
    (mpq(1,3), mpq(1,6))
    >>> equicorrelated_orthant(3, "1/7", 20).decimal(20)
    '0.15491981575607617218'
    """
    count, ratio = _count(m), rational(r, "r")
    if ratio < 0 and ratio * count < -1:
        raise DomainError(f"g_m(r) needs r >= -1/m; got m={count}, r={shorten(ratio)}")
    if count == 0 or ratio == 0:
        return HALF**count
    if ratio > 0 and not mpq(1, 10**9) <= ratio <= 10**4:
        raise DomainError(f"g_m(r) needs r = 0 or 1e-9 <= r <= 1e4; got r={shorten(ratio)}")
    if count == 1:
        return HALF
    if ratio * count == -1:
        return mpq(0)
    if ratio > 0:
        return _angles_outside("line", 1 / ratio + count, [1 / ratio], digits)[0]
    weight = -1 / ratio - count
    if count in (2, 3) and _known_inside(weight, count, False) is None:
        return _elementary_orthant(count, ratio / (1 + ratio), digits)
    return _angles_inside(weight, [count], digits, pole=False)[0]


def _elementary_orthant(m: int, correlation: mpq, digits: int) -> Ball:
    """g_m for m = 2, 3 by an arcsine: right up to the degenerate end, unlike the integral."""
    turns = mpq(1, 2) if m == 2 else mpq(3, 4)

    def evaluate() -> arb:
        return exact_arb(HALF**m) + exact_arb(turns) * exact_arb(correlation).asin() / arb.pi()

    return certify(evaluate, digits, source="regular.internal_angle")


def _angles_inside(s: Any, orders: Sequence[int], digits: int, *, pole: bool) -> list[Any]:
    """Return b(s, s + m) with the pole, else the internal angles sqrt(2 pi (s + m)) density_m."""
    weight = mpq(s)
    known = {m: x for m in orders if (x := _known_inside(weight, m, pole)) is not None}
    open_orders = [m for m in orders if m not in known]

    def compute(bits: int) -> list[arb]:
        values = line_integrals(weight, open_orders, bits, pole=pole)
        if pole:
            return values
        scales = [(2 * arb.pi() * exact_arb(weight + m)).sqrt() for m in open_orders]
        return [a * x for a, x in zip(scales, values, strict=True)]

    source = "regular.corner_angle" if pole else "regular.internal_angle"
    balls = _enclose(compute, digits, source) if open_orders else []
    found = dict(zip(open_orders, balls, strict=True))
    return [known[m] if m in known else found[m] for m in orders]


def _angles_outside(kernel: str, n: Any, sizes: Sequence[Any], digits: int) -> list[Any]:
    """Return H(l, n - l) for each l of ``sizes``."""
    known = {
        size: x for size in sizes if (x := _known_outside(kernel, size, int(n - size))) is not None
    }
    open_sizes = [size for size in sizes if size not in known]

    def compute(bits: int) -> list[arb]:
        pairs = [(exact_arb(size), int(n - size)) for size in open_sizes]
        return half_line_integrals(kernel, pairs, bits)

    balls = _enclose(compute, digits, _SOURCES[kernel]) if open_sizes else []
    found = dict(zip(open_sizes, balls, strict=True))
    return [known[size] if size in known else found[size] for size in sizes]


def _known_inside(s: mpq, m: int, pole: bool) -> mpq | None:
    """Return the angles that are known to be rational (arcsines of 1/sqrt l and 1/(l - 1))."""
    if m == 0:
        return HALF if pole else mpq(1)
    if pole:
        return {(1, 1): mpq(1, 8), (3, 1): mpq(1, 6)}.get((s, m))
    return HALF if m == 1 else {(1, 2): mpq(1, 6)}.get((s, m))


def _known_outside(kernel: str, size: Any, m: int) -> mpq | None:
    """The angles known to be rational: at most one factor, or l = 1 (a total derivative)."""
    whole = kernel == "line"
    if m == 0:
        return mpq(1) if whole else HALF
    if whole and m == 1:
        return HALF
    if size == 1:
        return {
            "line": mpq(1, m + 1),
            "erf": mpq(1, 2 * (m + 1)),
            "cdf": (1 - HALF ** (m + 1)) / (m + 1),
        }[kernel]
    if (size, m) == (3, 1):
        return mpq(1, 6) if kernel == "erf" else mpq(1, 3)
    return None


def _enclose(compute: Callable[[int], list[arb]], digits: int, source: str) -> list[Ball]:
    """Balls of about ``digits`` digits each, from a function of the number of bits."""
    goal = bits_of(significant(digits)) + 4
    bits = goal + 8
    history = []
    for _ in range(12):
        with precision(bits + 48):
            values = compute(bits)
            worst = min(x.rel_accuracy_bits() if x.is_finite() else -bits for x in values)
            if worst >= goal:
                return [Ball.from_arb(x, bits + 48, source) for x in values]
        history.append((bits, int(worst)))
        bits += max(goal - int(worst), 0) + 16
    raise NotConverged(f"{digits} digits of an angle could not be proved", tuple(history))


def _count(m: Any) -> int:
    count = integer(m, "m")
    if not 0 <= count <= MAX_VERTICES:
        raise DomainError(f"m must lie in [0, {MAX_VERTICES}]; got m={count}")
    return count


def _face(n: Any, k: Any, whole: str, part: str) -> tuple[int, int]:
    size, face = integer(n, whole), integer(k, part)
    if not 1 <= face <= size <= MAX_VERTICES:
        raise DomainError(
            f"an angle needs 1 <= {part} <= {whole} <= {MAX_VERTICES}; "
            f"got {whole}={size}, {part}={face}"
        )
    return size, face
