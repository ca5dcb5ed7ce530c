"""Means in order: which simplicial cones have volumes by one-dimensional integrals.

A simplicial cone with normals of Gram matrix W is the one of ordered means where W, or its inverse,
is the matrix of a path (`polygeo.volumes.orders.path`), has one factor
(`polygeo.volumes.orders.star`) or is the matrix of a tree (`polygeo.volumes.orders.tree`). The
inverse is the Gram matrix of the normals of the dual cone,
whose volumes come in reverse: a covariance of an AR(1) process has a tridiagonal inverse.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.errors import NoExactValue
from polygeo.polyhedra.vectors import matrix_of, rows_of
from polygeo.volumes.faces.face_angles import MAX_SECONDS, Meter, silent
from polygeo.volumes.faces.simplicial_angles import Spread
from polygeo.volumes.orders.path import MeansOnPath, path_of
from polygeo.volumes.orders.star import MeansAroundOne, star_of
from polygeo.volumes.orders.tree import MeansOnTree
from polygeo.volumes.orders.tree_matrix import tree_of

__all__ = ["LEAST", "OrderedMeans", "ordered_means"]

LEAST = 7
"""Number of normals from which on the integrals are faster than the angles of all faces."""

FACES = 2.0
"""Seconds for the angles of all faces of so many normals, to 15 digits."""

GROWTH = 3.6
"""Factor of these seconds for one normal more."""


class OrderedMeans:
    """The means behind a cone, or behind its dual."""

    def __init__(self, means: MeansOnPath | MeansAroundOne | MeansOnTree, dual: bool) -> None:
        self.means, self.dual = means, dual

    def seconds(self, digits: int) -> float:
        """Return an estimate of the time that `volumes` takes, on one core."""
        return self.means.seconds(digits)

    def volumes(
        self,
        digits: int,
        meter: Meter = silent,
        max_seconds: float = MAX_SECONDS,
        spread: Spread = map,
    ) -> list[Ball]:
        """Return v_0, ..., v_n with ``digits`` significant digits each.

        meter, max_seconds and NoExactValue: as for `polygeo.volumes.faces.face_angles.FaceAngles`;
        there is nothing to ``spread``.
        """
        seconds = self.seconds(digits)
        if seconds > max_seconds:
            raise NoExactValue(
                f"certified volumes of these ordered means need about {seconds:.0f} s, and "
                f"{max_seconds:.0f} s are allowed: give max_seconds="
            )
        with meter(f"integrals, about {seconds:.0f} s", 1, seconds) as tell:
            found = self.means.weights(digits)
            tell(1)
        return found[::-1] if self.dual else found


def ordered_means(gram: Sequence[Sequence[mpq]]) -> OrderedMeans | None:
    """Return the means for the Gram matrix of independent normals, None where there are none.

    >>> half = mpq(1, 2)
    >>> found = ordered_means([[half ** abs(i - j) for j in range(7)] for i in range(7)])
    >>> found.dual, found.means.up
    (True, (True, True, True, True, True, True, True))
    """
    if len(gram) < LEAST:
        return None
    other = rows_of(matrix_of(gram).inv())
    for matrix, dual in ((gram, False), (other, True)):
        path = path_of(matrix)
        if path is not None:
            return OrderedMeans(path, dual)
    for matrix, dual in ((gram, False), (other, True)):
        star = star_of(matrix)
        if star is not None and star.blocks <= 2 ** (len(gram) - 1):
            return OrderedMeans(star, dual)
    for matrix, dual in ((gram, False), (other, True)):
        tree = tree_of(matrix)
        if tree is not None and tree.seconds(15) <= FACES * GROWTH ** (len(gram) - LEAST):
            return OrderedMeans(tree, dual)
    return None
