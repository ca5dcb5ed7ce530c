"""The ball around a point on which the active rows of a layer prove that it is injective.

With the margins g_i = (<w_i, x> + b_i) / |w_i|, let r be the largest number such that the rows with
g_i >= r span R^n. If r > 0, these rows are >= 0 on the ball B(x, r), where the layer is injective,
with a lower Lipschitz constant that is at least the least singular value of these rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.decimals import short
from polygeo.answers.exact import rational
from polygeo.answers.options import check_fields
from polygeo.answers.sequence import plain
from polygeo.answers.typeset import latex
from polygeo.errors import DomainError, Refuted
from polygeo.polyhedra.vectors import dot, rank
from polygeo.progress import patient
from polygeo.relu.cells.eigenvalue import gram, square_root
from polygeo.relu.decision.sublayers import independent
from polygeo.relu.local.margins import Margins, ScaledLayer
from polygeo.relu.local.nearby import collision_near, decided_near, step_along
from polygeo.relu.local.singular import Enclosed, least_singular_value
from polygeo.relu.matrix import ExactMatrix, read_matrix, read_vector
from polygeo.simd.double import UNIT

__all__ = ["InjectivityRadius", "injectivity_radius"]

MAX_POINTS = 100_000
"""Most points of one call."""


@dataclass(frozen=True, eq=False)
class InjectivityRadius:
    """Radius r of the ball around x on which active rows prove that a layer is injective.

    * ``radius``: r, certified; positive, zero or negative.
    * ``squared``: r |r|, an exact rational: the square of r with the sign of r.
    * ``rows``: numbers of the rows that are at least r |w_i| at x. They span R^n, and without the
      rows that equal r |w_i| they do not.
    * ``singular``: least singular value of ``rows``, certified.
    * ``layer``, ``point``: the layer, as read, and the point x.

    If r > 0, the layer is injective on the closed ball B(x, r), ``lipschitz`` bounds its stability
    there, and no input outside shares its output with an input of the open ball.
    If r < 0, the rows that are >= 0 at x do not span: every neighbourhood of x holds two inputs
    with one output (`collision`). If r = 0, `injective_nearby` decides. For r <= 0 nothing is said
    of other points. The ball is the largest one on which *the same* rows prove injectivity; the
    layer may be injective on a larger one.
    """

    radius: Ball
    squared: mpq
    rows: tuple[int, ...]
    singular: Ball
    layer: ScaledLayer = field(repr=False)
    point: tuple[mpq, ...] = field(repr=False)

    source = "puthawala2022globally"

    def __post_init__(self) -> None:
        check_fields(self, radius=Ball, squared=mpq, rows=[int], singular=Ball)
        check_fields(self, layer=ScaledLayer, point=[mpq])

    def __repr__(self) -> str:
        m, n = self.layer.shape
        return f"InjectivityRadius({short(self.radius.mid, 6)}, {m} x {n})"

    def _repr_latex_(self) -> str:
        return rf"$r = {latex(self.radius)}, \quad \sigma_{{\min}} = {latex(self.singular)}$"

    @property
    def lipschitz(self) -> Ball:
        """Certified c with |f(y) - f(z)| >= c |y - z| on the ball, a lower Lipschitz constant.

        The least singular value of the rows if r > 0. DomainError if r <= 0: there is no ball.
        """
        if self.squared <= 0:
            raise DomainError(
                "there is no ball, so no Lipschitz constant on it: the radius is <= 0"
            )
        return self.singular

    @cached_property
    def injective_nearby(self) -> bool:
        """Whether the layer is injective on some neighbourhood of x, exactly.

        True if r > 0, False if r < 0. If r = 0 the rows that vanish at x are decided by
        `is_injective`, which takes long for many columns.
        """
        return self.squared > 0 if self.squared else bool(self._verdict)

    @cached_property
    def _verdict(self) -> Any:
        margins = Margins(self.layer, self.point)
        order = margins.order.tolist()
        positive = [i for i in order if margins.sign(i) > 0]
        tight = [i for i in order if margins.sign(i) == 0]
        return decided_near(self.layer.matrix.rows, positive, tight)

    @cached_property
    def collision(self) -> tuple[tuple[mpq, ...], tuple[mpq, ...]] | None:
        """Two inputs near x with one output, in rationals; None if the layer is injective nearby.

        Nearer pairs lie on the segment between the two.
        """
        if self.injective_nearby:
            return None
        if self.squared < 0:
            return collision_near(self.layer, self.point)
        towards = self._verdict.witness.x
        step = step_along(self.layer, self.point, towards, 2)
        moved = tuple(c + step * d for c, d in zip(self.point, towards, strict=True))
        return collision_near(self.layer, moved)

    @patient
    def invert(self, y: Any) -> tuple[mpq, ...]:
        """Return the input with output ``y`` that lies in the ball, exactly.

        * ``y``: m rational numbers, the output of an input in the ball.

        The answer is the left inverse of the rows that are active on the ball: the solution of
        W_I z = y_I - b_I, by least squares where y is no output. An error of y is multiplied by at
        most 1 / lipschitz. DomainError if the radius is not positive or ``y`` has another length.

        >>> found = injectivity_radius([[1, 0], [0, 1], [1, 1]], [2, 1])
        >>> found.invert([2, "3/2", "7/2"])
        (mpq(2,1), mpq(3,2))
        """
        outputs = read_vector(y, self.layer.shape[0], "y")
        if self.squared <= 0:
            raise DomainError("there is no ball to invert the layer on: the radius is <= 0")
        rows = [self.layer.row(i) for i in self.rows]
        return _least_squares(rows, [outputs[i] - self.layer.bias[i] for i in self.rows])

    def verify(self) -> bool:
        """Check the radius in rational arithmetic; Refuted if it is wrong.

        Margins are computed anew from the layer and the point, ranks by elimination in integers.
        """
        inside, beyond = set(self.rows), []
        entries = self.layer.matrix.entries
        for i, row in enumerate(entries):
            length, value = dot(row, row), dot(row, self.point) + self.layer.bias[i]
            square = value * abs(value)
            if (i in inside) != (bool(length) and square >= self.squared * length):
                raise Refuted(f"row {i} is on the wrong side of the radius")
            if length and square > self.squared * length:
                beyond.append(i)
        rows, n = self.layer.matrix.rows, self.layer.shape[1]
        if rank([rows[i] for i in self.rows]) < n:
            raise Refuted("the rows of the ball do not span")
        if len(beyond) >= n and rank([rows[i] for i in beyond]) == n:
            raise Refuted("the radius is not the largest one")
        if not _root(self.squared).overlaps(self.radius):
            raise Refuted("the radius is not the root of its square")
        return True


@patient
def injectivity_radius(W: Any, x: Any, bias: Any = None) -> Any:
    """Find the radius of the ball around x on which active rows prove that a layer is injective.

    * ``W``: m x n matrix of rationals, as for `is_injective`; floats are the dyadics that they are.
    * ``x``: n rational numbers, or an array of points, one a row (at most 10^5).
    * ``bias``: m rational numbers b of x -> ReLU(W x + b); default: 0.

    Returns an `InjectivityRadius`, or a list of them for an array of points. The radius is exact:
    margins that floats cannot tell apart are compared in rationals. A radius r <= 0 is an answer as
    well: `InjectivityRadius` says what it means. DomainError if the rows of W do not span R^n (the
    layer is injective nowhere) and for data of wrong shape. The statement is elementary; that a
    layer is injective only where active rows span is puthawala2022globally.

    >>> found = injectivity_radius([[1, 0], [0, 1], [1, 1], [-1, 0]], [2, 1])
    >>> found.squared, found.rows, found.lipschitz.decimal(6)
    (mpq(4,1), (0, 2), '0.618034')
    >>> injectivity_radius([[1, 0], [0, 1]], [2, -1]).collision
    ((mpq(2,1), mpq(0,1)), (mpq(2,1), mpq(-2,1)))
    """
    matrix = read_matrix(W)
    m, n = matrix.shape
    offsets = read_vector([0] * m if bias is None else plain(bias, "bias"), m, "bias")
    layer = ScaledLayer(matrix, offsets)
    x = plain(x, "x")
    if getattr(x, "ndim", 1) == 2 or _nested(x):
        points = read_matrix(x, "x", "point")
        if points.shape[1] != n:
            raise DomainError(f"x needs points of {n} coordinates; got {points.shape[1]}")
        if points.shape[0] > MAX_POINTS:
            raise DomainError(f"at most {MAX_POINTS} points are taken; got {points.shape[0]}")
        return [_radius(layer, point) for point in points.entries]
    return _radius(layer, read_vector(x, n, "x"))


def _nested(x: Any) -> bool:
    """Whether x is a list of lists."""
    return isinstance(x, list | tuple) and bool(x) and isinstance(x[0], list | tuple | np.ndarray)


def _radius(layer: ScaledLayer, x: tuple[mpq, ...]) -> InjectivityRadius:
    """One point: first as if every n rows were independent, then by ranks."""
    margins = Margins(layer, x)
    n, singular = layer.shape[1], None
    if len(margins.order) >= n:
        above, near, _ = margins.split(int(margins.order[n - 1]))
        ties = sorted(near, key=margins.square, reverse=True)
        squared = margins.square(ties[n - 1 - len(above)])
        rows = sorted([*above, *(i for i in near if margins.square(i) >= squared)])
        singular = _singular(layer, rows)
    if singular is None:
        squared, rows = _by_ranks(margins)
        singular = _singular(layer, rows) or _by_trace(layer, rows)
    least = square_root(Ball.between(*singular))
    return InjectivityRadius(_root(squared), squared, tuple(rows), least, layer, x)


def _root(squared: mpq) -> Ball:
    """r of r |r|."""
    size = square_root(Ball.of(abs(squared)))
    return size if squared >= 0 else -size


def _by_ranks(margins: Margins) -> tuple[mpq, list[int]]:
    """The signed square of r, and its rows, where some n rows may be dependent."""
    layer, order = margins.layer, margins.order.tolist()
    n = layer.shape[1]
    rows = layer.matrix.rows
    basis = independent([rows[i] for i in order])
    if len(basis) < n:
        raise DomainError(
            f"a radius needs rows that span R^{n}; those of W span {len(basis)} dimensions only, "
            "so the layer is injective nowhere"
        )
    # All rows above the last of the basis come before it, so they do not span.
    above, near, _ = margins.split(order[basis[-1]])
    spanning = [above[k] for k in independent([rows[i] for i in above])]
    if len(spanning) == n:  # a wrong guess modulo a prime
        above, near, spanning = [], order, []
    near.sort(key=margins.square, reverse=True)
    taken = 0
    while taken < len(near) and len(spanning) < n:
        level = margins.square(near[taken])
        while taken < len(near) and margins.square(near[taken]) == level:
            spanning.append(near[taken])
            taken += 1
        spanning = [spanning[k] for k in independent([rows[i] for i in spanning])]
    return level, sorted([*above, *near[:taken]])


def _singular(layer: ScaledLayer, rows: Sequence[int]) -> Enclosed | None:
    """Bounds of the square of the least singular value, where floats prove a positive one."""
    chosen = layer.floats[list(rows)]
    return least_singular_value(chosen, 0.0 if layer.matrix.floats is not None else 2 * UNIT)


def _by_trace(layer: ScaledLayer, rows: Sequence[int]) -> Enclosed:
    """Bounds of the least eigenvalue of the Gram matrix G by the trace of its inverse, exactly.

    1 / tr(G^-1) is at most the least eigenvalue, n / tr(G^-1) at least.
    """
    whole, scale = ExactMatrix(None, tuple(tuple(layer.row(i)) for i in rows)).scaled_rows
    n = layer.shape[1]
    inverse: Any = gram(whole, n).inv()
    trace = sum((rational(inverse[j, j]) for j in range(n)), mpq(0)) * scale**2
    return 1 / trace, n / trace


def _least_squares(rows: Sequence[Sequence[mpq]], values: Sequence[mpq]) -> tuple[mpq, ...]:
    """The z that minimizes |A z - v|, A of full column rank."""
    joint = tuple((*row, v) for row, v in zip(rows, values, strict=True))
    whole, _ = ExactMatrix(None, joint).scaled_rows
    matrix = fmpz_mat([list(row[:-1]) for row in whole])
    right = fmpz_mat([[row[-1]] for row in whole])
    if matrix.nrows() > matrix.ncols():
        matrix, right = matrix.transpose() * matrix, matrix.transpose() * right
    return tuple(map(rational, matrix.solve(right).entries()))
