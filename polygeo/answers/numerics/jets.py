"""Second-order jets: a function of several variables with its gradient and Hessian, in balls.

Arithmetic of jets follows the rules of Leibniz and of the chain. `strict_minimum` and
`strict_minimiser` prove a strict local minimum from them by Krawczyk's operator
K(X) = x - Y g(x) + (1 - Y H(X)) (X - x), Y near H(x)^{-1}: if K(X) lies inside the box X, the
gradient g has exactly one zero in X, and that lies in K(X); where the Hessian H(X) is positive
definite it is a minimum (moorekearfottcloud2009introduction, chapter 8).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb, arb_mat

from polygeo.answers.ball import Ball, precision
from polygeo.answers.decimals import bits_of, significant
from polygeo.errors import NotConverged

__all__ = ["Jet", "strict_minimiser", "strict_minimum", "variables"]


class Jet:
    """Value, gradient and Hessian (its lower triangle, row by row) of a function at a point or box.

    >>> x, y = variables([arb(2), arb(3)])
    >>> f = x * x * y
    >>> [int(float(c)) for c in (f.value, *f.gradient, *f.hessian)]  # 12; 2xy, x^2; 2y, 2x, 0
    [12, 12, 4, 6, 4, 0]
    """

    __slots__ = ("gradient", "hessian", "value")

    def __init__(self, value: arb, gradient: Sequence[arb], hessian: Sequence[arb]) -> None:
        self.value = value
        self.gradient = gradient
        self.hessian = hessian

    def compose(self, value: arb, slope: arb, curvature: arb) -> Jet:
        """Return phi of this jet, from phi, phi' and phi'' at its value."""
        g = self.gradient
        pairs = [(i, j) for i in range(len(g)) for j in range(i + 1)]
        hessian = [
            slope * h + curvature * g[i] * g[j]
            for h, (i, j) in zip(self.hessian, pairs, strict=True)
        ]
        return Jet(value, [slope * x for x in g], hessian)

    def __add__(self, other: Jet | arb | int) -> Jet:
        if not isinstance(other, Jet):
            return Jet(self.value + other, self.gradient, self.hessian)
        return Jet(
            self.value + other.value,
            [a + b for a, b in zip(self.gradient, other.gradient, strict=True)],
            [a + b for a, b in zip(self.hessian, other.hessian, strict=True)],
        )

    __radd__ = __add__

    def __neg__(self) -> Jet:
        return self * -1

    def __sub__(self, other: Jet | arb | int) -> Jet:
        return self + -other

    def __rsub__(self, other: arb | int) -> Jet:
        return -self + other

    def __mul__(self, other: Jet | arb | int) -> Jet:
        if not isinstance(other, Jet):
            return Jet(
                self.value * other,
                [other * x for x in self.gradient],
                [other * x for x in self.hessian],
            )
        a, b, f, g = self.value, other.value, self.gradient, other.gradient
        pairs = [(i, j) for i in range(len(f)) for j in range(i + 1)]
        return Jet(
            a * b,
            [a * y + b * x for x, y in zip(f, g, strict=True)],
            [
                a * k + b * h + f[i] * g[j] + f[j] * g[i]
                for h, k, (i, j) in zip(self.hessian, other.hessian, pairs, strict=True)
            ],
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Jet | arb | int) -> Jet:
        return self * (other.reciprocal() if isinstance(other, Jet) else 1 / arb(other))

    def reciprocal(self) -> Jet:
        """Return 1/f."""
        x = 1 / self.value
        return self.compose(x, -x * x, 2 * x * x * x)

    def exp(self) -> Jet:
        """Return e^f."""
        x = self.value.exp()
        return self.compose(x, x, x)

    def log(self) -> Jet:
        """Return log f."""
        x = 1 / self.value
        return self.compose(self.value.log(), x, -x * x)

    def sqrt(self) -> Jet:
        """Return the square root of f."""
        root = self.value.sqrt()
        slope = 1 / (2 * root)
        return self.compose(root, slope, -slope / (2 * self.value))

    def normal_tail(self) -> Jet:
        """Return P[g > f] for a standard normal g."""
        x = self.value
        density = (-x * x / 2).exp() / (2 * arb.pi()).sqrt()
        return self.compose((x / arb(2).sqrt()).erfc() / 2, -density, x * density)


def variables(point: Sequence[arb]) -> list[Jet]:
    """Return the coordinate functions at a point or a box."""
    size = len(point)
    zeros = [arb(0)] * (size * (size + 1) // 2)
    return [Jet(x, [arb(int(i == j)) for j in range(size)], zeros) for i, x in enumerate(point)]


def _hessian(jet: Jet) -> arb_mat:
    size = len(jet.gradient)
    full = [
        [jet.hessian[max(i, j) * (max(i, j) + 1) // 2 + min(i, j)] for j in range(size)]
        for i in range(size)
    ]
    return arb_mat(full)


def _positive_definite(matrix: arb_mat) -> bool:
    """Whether all leading minors are proved positive."""
    rows = matrix.tolist()
    return all(arb_mat([row[:k] for row in rows[:k]]).det() > 0 for k in range(1, len(rows) + 1))


def strict_minimum(
    function: Callable[[Sequence[Jet]], Jet],
    start: Sequence[float],
    digits: int,
    *,
    source: str = "",
) -> Ball:
    """Return the value of a strict local minimum near ``start``, enclosed to ``digits`` digits.

    ``function`` takes the `variables` at a point or box and gives the jet. ``start`` is correct
    to about 5 digits. Newton's method at growing precision finds the point, and Krawczyk's
    operator proves that one stationary point lies beside it, where the Hessian is positive
    definite. Raises NotConverged where that is not proved.

    >>> strict_minimum(lambda v: (v[0] - 2).exp() - v[0], [2.0], 20).decimal(20)
    '-1.0000000000000000000'
    """
    return strict_minimiser(function, start, digits, source=source)[0]


def strict_minimiser(
    function: Callable[[Sequence[Jet]], Jet],
    start: Sequence[float],
    digits: int,
    *,
    source: str = "",
) -> tuple[Ball, list[Ball]]:
    """Return the value as `strict_minimum` and enclosures of the minimiser's coordinates."""
    goal = bits_of(significant(digits)) + 10
    point = [arb(x) for x in start]
    bits = 64
    # The value is quadratic in the error of the point: half the digits are enough there.
    while True:
        last = bits >= goal + 40
        bits = goal + 40 if last else bits
        with precision(bits):
            for _ in range(6 if bits == 64 else 1):
                jet = function(variables(point))
                column = arb_mat([[g] for g in jet.gradient])
                try:
                    step = _hessian(jet).solve(column).tolist()
                except ZeroDivisionError:
                    raise NotConverged("the Hessian at the trial point may be singular") from None
                point = [(x - s[0]).mid() for x, s in zip(point, step, strict=True)]
            if last:
                return _proved(function, point, bits, source)
        bits = min(2 * bits - 20, goal + 40)


def _proved(
    function: Callable[[Sequence[Jet]], Jet], point: Sequence[arb], bits: int, source: str
) -> tuple[Ball, list[Ball]]:
    size = len(point)
    at = function(variables(point))
    inverse = arb_mat([[x.mid() for x in row] for row in _hessian(at).inv().tolist()])
    gradient = arb_mat([[g] for g in at.gradient])
    shift = (inverse * gradient).tolist()
    radius = max(abs(x[0]).upper() for x in shift) * 4 + arb(2) ** (-bits // 2 - 4)
    box = [arb(x, radius) for x in point]
    hessian = _hessian(function(variables(box)))
    identity = arb_mat([[int(i == j) for j in range(size)] for i in range(size)])
    offset = arb_mat([[b - x] for b, x in zip(box, point, strict=True)])
    image = (identity - inverse * hessian) * offset - inverse * gradient
    moved = [x + d[0] for x, d in zip(point, image.tolist(), strict=True)]
    if not all(b.contains_interior(x) for b, x in zip(box, moved, strict=True)):
        raise NotConverged("Krawczyk's operator does not map the box into itself")
    if not _positive_definite(hessian):
        raise NotConverged("the Hessian on the box is not proved positive definite")
    rest = arb_mat([[x - p] for x, p in zip(moved, point, strict=True)])
    value = at.value + (gradient.transpose() * rest)[0, 0]
    value += (rest.transpose() * hessian * rest)[0, 0] / 2
    return Ball.from_arb(value, bits, source), [Ball.from_arb(x, bits) for x in moved]
