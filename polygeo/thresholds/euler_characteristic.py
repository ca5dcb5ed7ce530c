"""The threshold of the Euler-characteristic surrogate, from the rate and from finite n.

`euler` solves Phi(alpha, kappa) = 0 above the upper edge by interval Newton (any number of
digits); `euler_from_finite_n` reads the same number off exact values of q alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, ClassVar

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.certification import root_above
from polygeo.answers.converged import Converged
from polygeo.answers.decimals import leading_digits
from polygeo.answers.exact import integer
from polygeo.answers.numerics.context import working_digits
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.relu.surrogate.rate import check_kappa, euler_edges, rate_and_slope
from polygeo.thresholds.inputs import half_lines, inputs_label
from polygeo.thresholds.registry import named_threshold
from polygeo.thresholds.threshold import Threshold, at_kappa

__all__ = ["Crossing", "crossing", "crossings", "default_sizes", "euler", "euler_from_finite_n"]

MAX_N = 200_000
"""Largest n of a crossing, which needs some twenty values q_{m,n} of 9n bits each."""


@named_threshold("euler", 8.34, on_cones=True)
def euler(kappa: Any = 1, inputs: Any = None) -> Threshold:
    """Return the ratio alpha_Euler(kappa) between growth and decay of q_{m,n,k} (certified).

    * ``kappa``: limit of k/n, a rational number in [1e-6, 1e6] (default 1).
    * ``inputs``: None (default) for all of R^n, or "nonnegative" (the ratio at kappa = 1 is 6.95).

    Above the ratio q tends to 0 exponentially, below it q tends to infinity. The ratio is the zero
    of Phi(alpha, kappa) above the upper edge 2 + 2 kappa + 2 sqrt(2 kappa). Between the edge and
    the zero q grows; between the two edges q changes its sign again and again, and what grows is
    its envelope; below the lower edge q can tend to 1 (`relu.euler_rate`). The zero is unique: the
    slope log(alpha (1 + t)/(2 (alpha - kappa))) falls with alpha and is negative at the edge, where
    t = 1/(1 + sqrt(2 kappa)). For nonnegative inputs q is the coefficient of t^{n-1} in
    2 ((1 + t)/2)^n R(t)/(1 - t^2), and the ratio is the zero of

        Psi(alpha, kappa) = alpha H(kappa/alpha) - alpha log 2 + kappa log(1 - t)
                            + (alpha - kappa) log(1 + t) + log((1 + t)/2) - log t,

    t the smaller root of alpha t^2 - (alpha + 1 - 2 kappa) t + 1 = 0, above the edge
    (1 + sqrt(2 kappa))^2; its slope has the same form and falls in the same way, from a negative
    value at the edge.

    The ratio is a surrogate: q is the expected Euler characteristic, not a probability, and
    Gordon's inequality (7.65) refutes 8.34 as the injectivity threshold. Source:
    maillard2022slides, slide 'Approach from integral geometry'.

    >>> euler(), euler("1/2").decimal(10)
    (Threshold(euler = 8.34463296085, certified, surrogate), '6.078059988')
    >>> euler(inputs="nonnegative").decimal(20)
    '6.9488391714801785820'
    """
    ratio, share = check_kappa(kappa), half_lines(inputs)
    letter = r"\Psi" if share else r"\Phi"
    claim = "q -> 0 above, q -> infinity below, down to the upper edge"
    compute, equation = partial(_euler, ratio, share), rf"{letter}(\alpha, {ratio}) = 0"
    return at_kappa(
        "euler", ratio, compute, claim, equation, "maillard2022slides",
        inputs=inputs_label(inputs), status="surrogate",
    )  # fmt: skip


def _euler(kappa: mpq, share: int, digits: int) -> Ball:
    def equation(alpha: arb) -> tuple[arb, arb]:
        return rate_and_slope(alpha, kappa, share)

    edge = euler_edges(kappa)[1].upper - share
    start = edge * (1 + mpq(1, 10**9))  # keeps off the branch point
    source = "inputs.euler_threshold" if share else "thresholds.euler"
    return root_above(equation, start, digits, source=source)


@dataclass(frozen=True)
class Crossing:
    """Where q_{m,n}, as a function of m, last crosses 1.

    ``m`` is the largest integer with q_{m,n} >= 1 > q_{m+1,n}; ``position`` (mpq) is the crossing
    between them, interpolated in log q; ``ratio`` = position/n.
    """

    n: int
    m: int
    position: mpq
    source: ClassVar[str] = "euler.triple_sum"

    @property
    def ratio(self) -> mpq:
        """Ratio m*(n)/n at the crossing."""
        return self.position / self.n

    def _repr_latex_(self) -> str:
        shown = leading_digits(self.ratio, self.ratio, 12)
        return rf"$m^*({self.n})/{self.n} = {shown}, \quad m = {self.m}$"


@patient
def crossing(n: Any, points: int = 16) -> Crossing:
    """Return the largest m, between integers, at which the exact value q_{m,n} crosses 1.

    * ``n``: dimension of the input, an integer >= 2.
    * ``points``: number of neighbouring m that the interpolation uses (default 16).

    q_{m+1,n} - q_{m,n} = -2^-m binomial(m, n-1) K_{n-1}, and the Krawtchouk number K_{n-1} is
    positive as soon as (n-1) < (m-1)/2 - sqrt((n-2)(m-n+2)) (levenshtein1995krawtchouk), so from
    there on q decreases in m and its crossing is unique and the largest. The position between two
    integers comes from the polynomial through log q at ``points`` neighbouring m.

    >>> crossing(10).m, float(crossing(10).ratio)
    (67, 6.7211845898578035)
    """
    n, points = integer(n, "n"), integer(points, "points")
    if not 2 <= n <= MAX_N:
        raise DomainError(f"a crossing needs 2 <= n <= {MAX_N} (q_{{m,1}} starts at 1); got n={n}")
    if not 2 <= points <= 40:
        raise DomainError(f"points must lie in [2, 40]; got {points}")
    low, high = _monotone_from(n), 16 * n
    if expected_euler_characteristic(low, n) < 1:
        raise DomainError(f"q never exceeds 1 where it is monotone; n={n}")
    while high - low > 1:
        middle = (low + high) // 2
        if expected_euler_characteristic(middle, n) >= 1:
            low = middle
        else:
            high = middle
    first = max(low - points // 2 + 1, _monotone_from(n))
    values = [expected_euler_characteristic(m, n) for m in range(first, first + points)]
    with working_digits(60) as mp:
        nodes = [mp.mpf(m) for m in range(first, first + points)]
        logs = [mp.log(_to_mpf(mp, value)) for value in values]
        position = _root_of_interpolant(nodes, logs, mp.mpf(low), mp.mpf(low + 1))
        return Crossing(n, low, _to_mpq(mp, position))


def _monotone_from(n: int) -> int:
    """Return the smallest m >= 2n from which on q_{., n} is proved to decrease (see `crossing`)."""
    m = 2 * n
    while not (m - 2 * n + 1 > 0 and (m - 2 * n + 1) ** 2 > 4 * (n - 2) * (m - n + 2)):
        m += 1
    return m


def _to_mpf(mp: Any, x: mpq) -> Any:
    return mp.mpf(int(x.numerator)) / mp.mpf(int(x.denominator))


def _to_mpq(mp: Any, x: Any) -> mpq:
    return mpq(mp.nstr(x, 50, strip_zeros=False))


def _root_of_interpolant(nodes: list, values: list, low: Any, high: Any) -> Any:
    """Return the zero in [low, high] of the interpolation polynomial (Newton form, bisection)."""
    coefficients = list(values)
    for level in range(1, len(nodes)):
        for i in range(len(nodes) - 1, level - 1, -1):
            gap = nodes[i] - nodes[i - level]
            coefficients[i] = (coefficients[i] - coefficients[i - 1]) / gap

    def polynomial(x: Any) -> Any:
        total = coefficients[-1]
        for i in range(len(nodes) - 2, -1, -1):
            total = total * (x - nodes[i]) + coefficients[i]
        return total

    for _ in range(180):
        middle = (low + high) / 2
        if polynomial(middle) >= 0:
            low = middle
        else:
            high = middle
    return low


MAX_SIZES = 10_000
"""Largest number of sizes in a list."""


@patient
def crossings(sizes: Sequence[Any], points: int = 16) -> list[Crossing]:
    """Return the list of `crossing` (n, points) for each n of ``sizes``.

    * ``sizes``: numbers n of inputs.
    * ``points``: number of points of the interpolation (default 16).

    Source of q and of its crossings: maillard2022slides.
    """
    return [crossing(n, points) for n in sequence(sizes, "sizes", MAX_SIZES)]


@patient
def euler_from_finite_n(sizes: Sequence[Any] | None = None, order: int | None = None) -> Converged:
    """Extrapolate alpha_Euler(1) from the crossings m*(n) of exact q_{m,n} with the level 1.

    * ``sizes``: the n to use (default: 28 sizes from 100 to 2000).
    * ``order``: order of the expansion (default 6).

    q ~ exp(n Phi) A(alpha)/n (1 + O(1/n)), so m*(n)/n has an expansion in (log n)^j / n^i, 0 <= j
    <= i; its coefficients up to i = ``order`` are fitted exactly to as many sizes. Returns a
    Converged: ``value`` is the estimate of the highest order, ``error`` the larger of the last two
    differences between orders, and ``history`` holds every order with the sizes that it used. No
    knowledge of Phi enters. Source of the threshold: maillard2022slides.

    >>> limit = euler_from_finite_n([40, 50, 63, 80, 100, 126], order=2)
    >>> limit.agrees(euler().value)
    True
    """
    given = default_sizes() if sizes is None else sequence(sizes, "sizes", MAX_SIZES)
    chosen = [integer(n, "n") for n in given]
    if len(set(chosen)) < len(chosen) or any(n < 2 for n in chosen):
        raise DomainError(f"sizes must be distinct integers >= 2; got {chosen}")
    largest = max((i for i in range(20) if _unknowns(i) <= len(chosen)), default=0)
    top = largest if order is None else integer(order, "order")
    if not 1 <= top <= largest:
        raise DomainError(
            f"order {top} needs {_unknowns(max(top, 1))} sizes and order >= 1; got {len(chosen)}"
        )
    data = crossings(sorted(chosen))
    history = []
    for level in range(1, top + 1):
        used = data[-_unknowns(level) :]
        label = f"order {level} from n = {used[0].n}..{used[-1].n} ({len(used)} sizes)"
        history.append((label, _fit(used, level)))
    if len(history) == 1:
        history.insert(0, (f"n = {data[-1].n}", data[-1].ratio))
    differences = [abs(new[1] - old[1]) for old, new in pairwise(history)]
    error = max(differences[-2:])
    return Converged(history[-1][1], error, tuple(history), "thresholds.euler")


def _unknowns(order: int) -> int:
    """Return the number of coefficients of (log n)^j / n^i, 0 <= j <= i <= order."""
    return (order + 1) * (order + 2) // 2


def default_sizes(smallest: int = 100, largest: int = 2000, count: int = 28) -> list[int]:
    """Return sizes in geometric progression, from ``smallest`` to ``largest``.

    >>> default_sizes(100, 400, 3)
    [100, 200, 400]
    """
    ratio = (largest / smallest) ** (1 / (count - 1))
    return sorted({round(smallest * ratio**i) for i in range(count)})


def _fit(data: Sequence[Crossing], order: int) -> mpq:
    """Return the constant term of the expansion through the data (a linear solve in 60 digits)."""
    powers = [(i, j) for i in range(order + 1) for j in range(i + 1)]
    with working_digits(60) as mp:
        rows = [[mp.log(c.n) ** j / mp.mpf(c.n) ** i for i, j in powers] for c in data]
        ratios = [_to_mpf(mp, c.ratio) for c in data]
        return _to_mpq(mp, mp.lu_solve(mp.matrix(rows), mp.matrix(ratios))[0])
