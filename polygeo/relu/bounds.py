"""What is known of p_{m,n}, the probability that a Gaussian ReLU layer R^n -> R^m is injective.

With probability 1 a Gaussian W is in general position; then the layer is injective if and only
if the closed half-space (Tukey) depth of the origin among the rows is at least n, that is, if no
x != 0 leaves fewer than n coordinates of Wx positive. Hence

* exact values: n = 1, n = 2, and p_{m,n} = 0 for n <= m <= 3n - 2 (n >= 2);
* Wendel's theorem: P[depth >= 1] = 1 - 2^{1-m} sum_{i<n} binomial(m-1, i) bounds p from above;
* union bounds: 1 - p is at most the expected number of cells (or vertices) of the arrangement
  with fewer than n positive signs.

The Euler-characteristic surrogate q bounds nothing. All results are exact mpq.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gmpy2
from gmpy2 import mpq, mpz

from polygeo.answers.options import check_fields, choice
from polygeo.answers.serialise import decimal
from polygeo.answers.splitting import partial_binomial_sum
from polygeo.relu.sizes import layer_of

__all__ = [
    "Bound",
    "exact_probability",
    "injectivity_bounds",
    "proved_range",
    "rounded_outward",
    "union_bound",
    "wendel_probability",
]


@dataclass(frozen=True)
class Bound:
    """One proved statement on p_{m,n}: ``value`` bounds it from the ``side`` named.

    ``side`` is 'upper', 'lower' or 'equal'; ``status`` is 'theorem'; ``source`` is a formula id.
    """

    value: mpq
    side: str
    name: str
    source: str
    status: str = "theorem"

    def __post_init__(self) -> None:
        check_fields(self, value=mpq, name=str, source=str, status=str)
        choice(self.side, "side", ("upper", "lower", "equal"))

    def __str__(self) -> str:
        if self.side == "equal":
            return f"p = {decimal(self.value, 6)} ({self.name})"
        sign = {"upper": "<=", "lower": ">="}[self.side]
        return f"p {sign} {rounded_outward(self.value, self.side == 'upper')} ({self.name})"

    def _repr_latex_(self) -> str:
        sign = {"upper": r"\le", "lower": r"\ge", "equal": "="}[self.side]
        number = str(self).split()[2]
        return rf"$p {sign} {number} \qquad \text{{{self.name}}}$"


def exact_probability(m: int, n: int) -> mpq | None:
    """p_{m,n} where an exact value is known, else None.

    >>> exact_probability(7, 2), exact_probability(18, 3)
    (mpq(29,64), None)
    """
    if n == 1:
        return 1 - mpq(1, mpz(1) << (m - 1))
    if m <= 3 * n - 2:
        return mpq(0)
    return 1 - mpq(m * (m - 2), mpz(1) << (m - 1)) if n == 2 else None


def rounded_outward(x: mpq, up: bool) -> str:
    """x to six places, rounded down or up, so that a printed bound stays one."""
    scaled = x * 10**6
    whole = -(-scaled // 1) if up else scaled // 1
    return f"{whole // 10**6}.{int(whole % 10**6):06d}"


def proved_range(m: int, n: int) -> tuple[mpq, mpq]:
    """The best proved lower and upper bound of p_{m,n}."""
    return max(mpq(0), 1 - union_bound(m, n), 1 - union_bound(m, n, "vertices")), (
        wendel_probability(m, n)
    )


def wendel_probability(m: Any, n: Any) -> mpq:
    """P[m symmetric points of R^n are in no half-space] = 1 - 2^{1-m} sum_{i<n} binomial(m-1, i).

    An upper bound of p_{m,n}: an injective layer needs depth n >= 1. Exact. Source:
    wendel1962problem; cover1965geometrical counts the same dichotomies.

    >>> wendel_probability(4, 2)
    mpq(1,2)
    """
    m, n = layer_of(m, n)
    return 1 - mpq(partial_binomial_sum(m - 1, n), mpz(1) << (m - 1))


def union_bound(m: Any, n: Any, over: str = "orthants") -> mpq:
    """An upper bound of 1 - p_{m,n}: an expected number of bad cells or of bad vertices.

    ``over='orthants'`` counts the orthants of C_{m,n} that the range of W meets,
    2^{1-m} sum_{j<n} binomial(m, j) sum_{j<n} binomial(m-1, j); ``over='vertices'`` counts the
    vertices (both ends of each line orthogonal to n - 1 rows) with fewer than n positive signs,
    2 binomial(m, n-1) 2^{-(m-n+1)} sum_{j<n} binomial(m-n+1, j). Exact; may exceed 1.

    >>> union_bound(18, 3), union_bound(18, 3, "vertices")
    (mpq(3311,16384), mpq(20961,32768))
    """
    m, n = layer_of(m, n)
    choice(over, "over", ("orthants", "vertices"))
    if over == "orthants":
        cells = partial_binomial_sum(m, n) * partial_binomial_sum(m - 1, n)
        return mpq(cells, mpz(1) << (m - 1))
    rest = m - n + 1
    ends = 2 * gmpy2.bincoef(m, n - 1) * partial_binomial_sum(rest, n)
    return mpq(ends, mpz(1) << rest)


def injectivity_bounds(m: Any, n: Any) -> tuple[Bound, ...]:
    """All that is proved of p_{m,n} for this m and n, each statement with its source.

    >>> [str(bound) for bound in injectivity_bounds(7, 2)][:2]
    ['p = 0.453125 (exact value)', 'p <= 0.890625 (Wendel)']
    """
    m, n = layer_of(m, n)
    known = []
    value = exact_probability(m, n)
    if value is not None:
        known.append(Bound(value, "equal", "exact value", "classical.exact_values"))
    known.append(Bound(wendel_probability(m, n), "upper", "Wendel", "classical.wendel_sum"))
    for over, source in (("orthants", "union_orthants_sum"), ("vertices", "union_vertices_sum")):
        least = max(mpq(0), 1 - union_bound(m, n, over))
        known.append(Bound(least, "lower", f"union over {over}", f"classical.{source}"))
    return tuple(known)
