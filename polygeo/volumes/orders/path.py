"""Weights of means along a path, each next one above or below, by one-dimensional integrals.

Independent means x_1, .., x_k of variances c_1, .., c_k, and for each i the condition
x_i <= x_{i+1} (up) or x_i >= x_{i+1} (down): a chain, an umbrella, a zigzag. The weighted
least-squares fit joins neighbours into blocks [i..j], whose means are independent Gaussians of
variance 1/(1/c_i + .. + 1/c_j), independent also of what is inside a block. With pi(i..j) the
chance that a path of these means is fitted by one block,

    P[the blocks are B_1, .., B_l] = pi(B_1) .. pi(B_l) P[the means of B_1, .., B_l are in order]

(robertsonwrightdykstra1988order, section 2.4). So the densities h_{j,l}(y) of the last mean, on
the event that means 1..j have l blocks in order, satisfy

    h_{j,l}(y) = sum_{i<j} pi(i+1..j) phi_{i+1..j}(y) H_{i,l-1}(y),

H the integral of h up to y where the step from i to i+1 is up, from y on where it is down; and
pi(1..j) is what is missing to 1. The weight of chi^2_{l-1} is the integral of h_{k,l}.

Every positive definite tridiagonal Gram matrix T of normals is of this kind: scaling the normals
gives T_ii = c_i + c_{i+1}, |T_{i,i+1}| = c_{i+1}, with any c_1 below 1/(T^{-1})_11.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.certification import certify_vector
from polygeo.polyhedra.vectors import matrix_of, rows_of
from polygeo.volumes.orders.pieces import Function, Pieces, added

__all__ = ["MeansOnPath", "path_of"]

SOURCE = "polyhedral.angle_sum"

MAX_LENGTH = 40
"""Largest number of normals: beyond, the integrals take minutes."""

Rows = Sequence[Sequence[mpq]]


def path_of(gram: Rows) -> MeansOnPath | None:
    """Return the means of a positive definite Gram matrix whose graph is a path, None for others.

    >>> path_of([[2, -1, 0], [-1, 2, -1], [0, -1, 2]]).up
    (True, True, True)
    """
    size = len(gram)
    near = [[j for j in range(size) if j != i and gram[i][j]] for i in range(size)]
    ends = [i for i in range(size) if len(near[i]) == 1]
    if not 2 <= size <= MAX_LENGTH or len(ends) != 2 or max(map(len, near)) > 2:
        return None
    order = [ends[0]]
    while len(order) < size:
        steps = [j for j in near[order[-1]] if j not in order[-2:]]
        if not steps:
            return None
        order.append(steps[0])
    t = [[mpq(gram[i][j]) for j in order] for i in order]
    first = t[0][0] - abs(t[0][1])  # right where the normals are differences of means
    variances = [first, *(abs(t[i][i + 1]) for i in range(size - 1))]
    variances.append(t[-1][-1] - variances[-1])
    plain = all(t[i][i] == variances[i] + variances[i + 1] for i in range(size))
    if not plain or min(variances) <= 0:
        first = 1 / rows_of(matrix_of(t).inv())[0][0] / 2
    variances, up, scale = [first], [True], mpq(1)
    for i in range(size):
        variances.append(scale * scale * t[i][i] - variances[-1])
        if i + 1 < size:
            scale = variances[-1] / (abs(t[i][i + 1]) * scale)
            up.append(up[-1] == (t[i][i + 1] < 0))
    return MeansOnPath(tuple(variances), tuple(up))


class MeansOnPath:
    """Variances c_1, .., c_k, and for each of the k - 1 steps whether it goes up."""

    def __init__(self, variances: tuple[mpq, ...], up: tuple[bool, ...]) -> None:
        self.variances, self.up = variances, up

    def seconds(self, digits: int) -> float:
        """Return an estimate of the time that `weights` takes, on one core."""
        size = len(self.up)
        return 1e-4 * size**3 * (digits + size)

    def weights(self, digits: int) -> list[Ball]:
        """Return the weights of chi^2_0, .., chi^2_{k-1}, certified.

        >>> [x.decimal(10) for x in path_of([[2, -1], [-1, 2]]).weights(12)]
        ['0.3333333333', '0.5000000000', '0.1666666667']
        """
        count = len(self.variances)
        return certify_vector(lambda: _Blocks(self).weights(), count, digits, source=SOURCE)


class _Blocks:
    """The chances of one block, and the functions that serve them, at the working precision."""

    def __init__(self, means: MeansOnPath) -> None:
        self._means = means
        self._precisions = [1 / c for c in means.variances]
        whole = 1 / sum(self._precisions, mpq(0))
        self._line = Pieces(whole, max(means.variances))
        self._densities: dict[mpq, Function] = {}
        self._joined: dict[tuple[int, int], Function] = {}
        self._alike: dict[object, tuple[int, int]] = {}

    def weights(self) -> list[arb]:
        """Return the integrals of h_{k,1}, .., h_{k,k}."""
        count = len(self._precisions)
        for start in range(count - 1, -1, -1):
            self._join_from(start)
        before: list[list[Function]] = []  # H_{i,1}, .., H_{i,i} for i = 1, 2, ..
        last: list[arb] = []
        for j in range(1, count + 1):
            levels, last = [], []
            for level in range(1, j + 1):
                density: Function | None = None
                if level == 1:
                    density = self._joined[0, j]
                for i in range(level - 1, j) if level > 1 else ():
                    function = before[i - 1][level - 2]
                    density = self._with(density, self._joined[i, j], function)
                assert density is not None
                found, total = self._line.rising(self._line.trimmed(density), j)
                levels.append(self._turned(found, total, j))
                last.append(total)
            before.append(levels)
        return last

    def _join_from(self, start: int) -> None:
        """Find pi(start+1..j) phi for all j; those of all later starts are known."""
        count = len(self._precisions)
        up_to: dict[int, Function] = {}
        for j in range(start + 1, count + 1):
            known = self._alike.setdefault(self._kind(start, j), (start, j))
            if known != (start, j):
                self._joined[start, j] = self._joined[known]
                if self._kind(start, count) in self._alike:
                    continue
            rest: Function | None = None
            for i in range(start + 1, j):
                rest = self._with(rest, self._joined[i, j], up_to[i])
            missing = arb(1)
            if rest is not None:
                rest = self._line.trimmed(rest)
                missing -= self._line.rising(rest, j - start)[1]
            if known == (start, j):
                density = self._density(sum(self._precisions[start:j], mpq(0)))
                self._joined[start, j] = [p * missing for p in density]
            if j < count:
                found, total = self._line.rising(added(rest, self._joined[start, j]), j - start)
                up_to[j] = self._turned(found, total, j)

    def _kind(self, start: int, stop: int) -> object:
        """Return what determines pi(start+1..stop)."""
        steps = self._means.up[start : stop - 1]
        return self._means.variances[start:stop], tuple(a == steps[0] for a in steps)

    def _turned(self, rising: Function, total: arb, j: int) -> Function:
        """Return the integral up to y, or from y on where the step after mean j goes down."""
        if j > len(self._means.up) or self._means.up[j - 1]:
            return self._line.trimmed(rising)
        return self._line.trimmed([total - p for p in rising])

    def _density(self, weight: mpq) -> Function:
        if weight not in self._densities:
            self._densities[weight] = self._line.density(1 / weight)
        return self._densities[weight]

    def _with(self, total: Function | None, first: Function, second: Function) -> Function:
        return added(total, [p * q for p, q in zip(first, second, strict=True)])
