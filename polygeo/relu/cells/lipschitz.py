"""The optimal lower Lipschitz constant kappa of a small layer, enclosed.

kappa^2 >= mu if and only if |f(x) - f(y)|^2 - mu |x - y|^2 is nonnegative for x and y in any two
cones of linearity of f(x) = ReLU(Wx), that is, if the forms of `polygeo.relu.cells.copositive` are
copositive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.exact import rational, shorten
from polygeo.answers.options import check_fields, renamed
from polygeo.answers.typeset import latex
from polygeo.errors import DomainError, Undecided
from polygeo.polyhedra.vectors import Vector, dot
from polygeo.progress import patient
from polygeo.relu.cells.copositive import Copositivity, LayerFan, assignments, squared_ratio
from polygeo.relu.cells.eigenvalue import exceeds, gram, square_root
from polygeo.relu.cells.frame import frame_bound
from polygeo.relu.decision.budget import Budget
from polygeo.relu.files.layer import matrix_without_bias
from polygeo.relu.matrix import read_matrix, read_vector

__all__ = ["LipschitzBound", "lipschitz_constant", "ratio_squared"]


@dataclass(frozen=True)
class LipschitzBound:
    """An enclosure of the lower Lipschitz constant kappa, with the pair that gives its upper end.

    * ``value``: the certified enclosure of kappa, a `Ball`.
    * ``squared``: (lower, upper) bounds of kappa^2, exact rational numbers.
    * ``x``, ``y``: rational points with |f(x) - f(y)|^2 = upper |x - y|^2.
    * ``nodes``: number of cones that were examined.
    """

    value: Ball
    squared: tuple[mpq, mpq]
    x: tuple[mpq, ...]
    y: tuple[mpq, ...]
    nodes: int

    source = "freemanhaider2025"

    def __post_init__(self) -> None:
        check_fields(self, value=Ball, squared=[mpq], x=[mpq], y=[mpq], nodes=int)

    def _repr_latex_(self) -> str:
        return rf"$\kappa = {latex(self.value)}$"


@patient
def ratio_squared(W: Any, x: Any, y: Any) -> mpq:
    """Compute |ReLU Wx - ReLU Wy|^2 / |x - y|^2, an upper bound of kappa^2 (exact).

    * ``W``: an m x n matrix of rational numbers.
    * ``x``, ``y``: two different points of n rational numbers; DomainError otherwise.

    Source of kappa: freemanhaider2025.

    >>> ratio_squared([[1, 0], [0, 1], [-1, 0], [0, -1]], [1, 0], [-1, 0])
    mpq(1,2)
    """
    matrix = read_matrix(W)
    n = matrix.shape[1]
    a, b = read_vector(x, n, "x"), read_vector(y, n, "y")
    if a == b:
        raise DomainError("two different points are needed")
    return squared_ratio(matrix.entries, a, b)


@renamed(budget="max_nodes")
@patient
def lipschitz_constant(
    W: Any, relative: Any = "1/100", max_nodes: int = 100_000, *, timeout: Any = None
) -> LipschitzBound:
    """Compute kappa = inf |ReLU Wx - ReLU Wy| / |x - y| of a small injective layer (certified).

    * ``W``: an m x n matrix of rational numbers, or a `Layer` without biases.
    * ``relative``: relative distance of the bounds of kappa^2, 0 < relative < 1 (default 1/100).
      Small values can be slow where the best pair lies inside its cones.
    * ``max_nodes``: largest number of cones that are examined (default 100 000).
    * ``timeout``: limit in seconds (default None).

    Returns a `LipschitzBound`: the lower end is proved in integers, the upper end is the ratio of a
    rational pair. The layer is cut into simplicial cones, at most about 240: m = 40 for n = 2 takes
    seconds, m = 9 for n = 3 (and a larger limit) minutes. DomainError for layers that are not
    injective or too large; Undecided when ``max_nodes`` or ``timeout`` is spent, with ``high``, the
    least ratio seen (an upper bound of kappa^2), at the pair ``witness``, and ``low``, a lower
    bound of kappa^2 from `frame_bound`. Source: bundfussduer2008algorithmic.

    >>> found = lipschitz_constant([[1, 0], [0, 1], [-1, 0], [0, -1]], "1/1000000")
    >>> found.squared[1], float(found.squared[0]) > 0.499999
    (mpq(1,2), True)
    """
    matrix = matrix_without_bias(W, "the lower Lipschitz constant")
    n = matrix.shape[1]
    gap = rational(relative, "relative")
    if not 0 < gap < 1:
        raise DomainError(f"relative must lie strictly between 0 and 1; got {shorten(gap)}")
    limit = Budget(max_nodes, timeout)
    frame = frame_bound(matrix, 20, timeout=timeout)
    whole, scale = matrix.scaled_rows
    rows = [row for row in whole if any(row)]
    if frame.value.upper == 0:
        raise DomainError("the layer is not injective: kappa = 0")
    fan = LayerFan(rows, n)
    search = Copositivity(fan, gap, limit)
    for x, y in _first_pairs(rows, n, frame.point):
        search.offer(x, y)
    unit = mpq(scale) ** 2
    try:
        _prove_all(fan, search)
    except Undecided as problem:
        assert search.upper is not None
        problem.high, problem.witness = search.upper / unit, search.pair
        problem.low = frame.value.lower / 4
        raise
    # inside one cone f is linear, with lambda_min >= A
    lower = min(search.mu, frame.value.lower * unit)
    assert search.upper is not None
    squared = lower / unit, search.upper / unit
    x, y = (tuple(map(mpq, p)) for p in search.pair)
    value = square_root(Ball.between(*squared, 128)).with_source("networks.half_frame_bound")
    return LipschitzBound(value, squared, x, y, limit.used)


def _prove_all(fan: LayerFan, search: Copositivity) -> None:
    """All pairs of cones have ratios of at least search.mu, which falls where they have not."""
    steep: dict[int, mpq] = {}
    done: set[tuple[frozenset[int], frozenset[int]]] = set()
    for S, T in combinations(fan.simplices, 2):
        search.limit.check()
        mask = fan.common(S, T)
        if mask in steep and steep[mask] >= search.mu:
            continue
        both = [row for i, row in enumerate(fan.rows) if mask >> i & 1]
        if exceeds(gram(both, fan.dim), search.mu):
            steep[mask] = search.mu
            continue
        for left, right in assignments(S, T):
            if (left, right) not in done:
                done |= {(left, right), (right, left)}
                search.prove(left, right)


def _first_pairs(rows: list[Vector], dim: int, point: Vector) -> Iterator[tuple[Vector, Vector]]:
    """x and -x along the weakest direction of W, and two near points in the weakest cell."""
    scale = max(abs(c) for row in rows for c in row)
    floats = np.array([[c / scale for c in row] for row in rows])

    def weakest(chosen: np.ndarray) -> Vector:
        vector = np.linalg.eigh(chosen.T @ chosen)[1][:, 0]
        return tuple(int(c) for c in np.rint(vector * 2.0**20))

    d = weakest(floats)
    yield d, tuple(-c for c in d)
    values = [dot(row, point) for row in rows]
    d = weakest(floats[[v >= 0 for v in values]])
    slopes = [dot(row, d) for row in rows]
    steps = [mpq(abs(v), abs(s)) for v, s in zip(values, slopes, strict=True) if v and s]
    reach = min(steps, default=mpq(1))
    q, p = int(reach.denominator), int(reach.numerator)
    yield (
        tuple(q * z + p * c for z, c in zip(point, d, strict=True)),
        tuple(q * z - p * c for z, c in zip(point, d, strict=True)),
    )
