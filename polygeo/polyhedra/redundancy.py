"""Redundant generators of a cone, found in floating point and proved in exact arithmetic.

A generator is shown to be extreme by a linear functional that it alone maximises among the points
v / <h, v>, h positive on the cone; to be redundant by a combination of extreme ones that gives it.
Each test of a generator against the extreme ones known so far either proves that it is redundant
or gives a functional that separates it, whose maximum over all points is a new extreme one
(clarkson1994more). Floating point proposes functionals and combinations; maxima are compared
exactly where the roundings leave a doubt, combinations are solved in rationals.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from gmpy2 import mpq

from polygeo.polyhedra.nearest import is_combination, nearest_of_many
from polygeo.polyhedra.vectors import Vector, dot, negative, project_off, row_space

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Section", "extreme_of", "two_sided_of"]

UNIT = 2.0**-53

ONE = 1 << 40
"""Size of the integers to which functionals are rounded."""

SEEDS = 1 << 26
"""Largest number of values of functionals before single generators are tested."""

NEAR = 40
"""Number of columns that enter nonnegative least squares at a time."""

ROUNDS = 50
"""Largest number of rounds in which columns enter."""

TINY = 1e-13
"""Size of rounding errors, where nothing depends on the bound."""


def two_sided_of(rows: Sequence[Vector]) -> list[int]:
    """Return the indices of the vectors v with -v in the cone that all of them generate.

    They are a set L whose cone is a subspace, with h = 0 on L and h > 0 on the other vectors.

    >>> two_sided_of([(1, 0, 0), (-1, 1, 0), (-1, -1, 0), (0, 1, 1)])
    [0, 1, 2]
    """
    units = _units(rows)
    if _heights(rows, _rounded(units.sum(axis=0))) is not None:
        return []
    found = _positive_part(units)
    if found is not None:
        functional, flat = found
        inside = [rows[i] for i in flat]
        (h,) = project_off([functional], row_space(inside))
        chosen = set(flat)
        others = [v for i, v in enumerate(rows) if i not in chosen]
        if all(dot(h, v) > 0 for v in others) and _is_subspace(inside):
            return flat
    return _two_sided(rows)


def _positive_part(units: NDArray) -> tuple[Vector, list[int]] | None:
    """Return a functional that is positive on as many vectors as can be, and where it vanishes.

    The largest sum of t with 0 <= t <= 1 and t <= <h, v> (h is free, so t is 0 or 1).
    """
    import numpy as np
    from scipy.optimize import linprog

    n, r = units.shape
    cost = np.append(np.zeros(r), -np.ones(n))
    try:
        answer = linprog(
            cost,
            A_ub=np.hstack([-units, np.eye(n)]) if n <= 200 else _sparse(units),
            b_ub=np.zeros(n),
            bounds=[(None, None)] * r + [(0, 1)] * n,
            method="highs",
        )
    except (ValueError, MemoryError):
        return None
    if answer.x is None or not np.isfinite(answer.x).all():
        return None
    return _rounded(answer.x[:r]), [i for i in range(n) if answer.x[r + i] < 0.5]


def _sparse(units: NDArray) -> Any:
    from scipy.sparse import csr_array, eye_array, hstack

    return hstack([csr_array(-units), eye_array(len(units))])


def _is_subspace(rows: Sequence[Vector]) -> bool:
    """Test whether a cone is the span of its generators: if it holds minus their sum."""
    if not rows:
        return True
    total = tuple(-sum(column) for column in zip(*rows, strict=True))
    return nearest_of_many(rows, total).inside


def _two_sided(vectors: Sequence[Vector]) -> list[int]:
    """`two_sided_of`, one vector after the other.

    If -v is a combination, all vectors in it are two-sided; if not, the separating y has
    <y, w> >= 0 for all w, and no w with <y, w> > 0 is two-sided.
    """
    two_sided: set[int] = set()
    open_ones = set(range(len(vectors)))
    while open_ones:
        i = min(open_ones)
        answer = nearest_of_many(vectors, negative([vectors[i]])[0])
        if answer.inside:
            two_sided |= {i, *answer.support}
            open_ones -= two_sided
        else:
            open_ones -= {j for j in open_ones if dot(answer.rest, vectors[j]) < 0}
    return sorted(two_sided)


def extreme_of(rows: Sequence[Vector], tell: Callable[[int], None] = lambda done: None) -> set[int]:
    """Return the indices of the extreme ones among distinct primitive vectors, for a pointed cone.

    ``tell`` is told how many are decided.

    >>> sorted(extreme_of([(1, 0, 0), (1, 1, 0), (2, 1, 1), (1, 0, 1), (1, 1, 1)]))
    [0, 1, 3, 4]
    """
    if len(rows) <= 1:
        return set(range(len(rows)))
    units = _units(rows)
    heights = _heights(rows, _rounded(units.sum(axis=0)))
    if heights is None:
        found = _positive_part(units)
        heights = None if found is None else _heights(rows, found[0])
    if heights is None:
        return _one_by_one(rows, tell)
    section = Section(rows, heights)
    extreme = section.seeds()
    known = sorted(extreme)
    for done, i in enumerate(range(len(rows))):
        tell(done)
        while i not in extreme:
            separating = _separated(rows, known, units[known], rows[i], units[i])
            if separating is None:
                break
            new = section.top(separating)
            if new in extreme:
                exact = nearest_of_many([rows[j] for j in known], rows[i])
                if exact.inside:
                    break
                new = section.top(exact.rest)
            extreme.add(new)
            known.append(new)
    return extreme


def _one_by_one(rows: Sequence[Vector], tell: Callable[[int], None]) -> set[int]:
    """`extreme_of` where no functional is found: each vector against all that are left."""
    kept = list(range(len(rows)))
    for i, v in enumerate(rows):
        tell(i)
        others = [j for j in kept if j != i]
        if nearest_of_many([rows[j] for j in others], v).inside:
            kept = others
    return set(kept)


class Section:
    """The points v / h of the vectors v, for their heights h > 0."""

    def __init__(self, rows: Sequence[Vector], heights: Sequence[int]) -> None:
        import numpy as np

        self.rows, self.heights = rows, heights
        try:
            points = [[float(mpq(c, h)) for c in v] for v, h in zip(rows, heights, strict=True)]
        except OverflowError:
            points = [[np.inf]]
        self.points = np.array(points)
        self.floats = bool((np.abs(self.points) < 1e100).all())

    def seeds(self) -> set[int]:
        """Find extreme points by functionals from the centre towards the points.

        They are functionals in the coordinates that make the covariance of the points the identity.
        """
        import numpy as np

        if not self.floats:
            return set()
        count, r = self.points.shape
        rest = self.points - self.points.mean(axis=0)
        try:
            towards = rest @ np.linalg.pinv(rest.T @ rest / count, rcond=1e-10, hermitian=True)
        except np.linalg.LinAlgError:
            return set()
        towards = towards[:: -(-count * count // SEEDS)]
        largest = np.abs(towards).max(axis=1, keepdims=True)
        towards = np.rint(towards / np.where(largest > 0, largest, 1.0) * ONE)
        largest = np.abs(self.points).max()
        found: set[int] = set()
        for start in range(0, len(towards), 256):
            part = towards[start : start + 256]
            values = part @ self.points.T
            error = 1.01 * (r + 4) * UNIT * (np.abs(part).sum(axis=1) * largest + 1e-200)
            near = values >= (values.max(axis=1) - 2 * error)[:, None]
            found |= set(near.argmax(axis=1)[near.sum(axis=1) == 1].tolist())
        return found

    def top(self, functional: Vector) -> int:
        """Return the vector whose point maximises a functional; of several the last one in R^d.

        An extreme one: the maxima of one functional after the other are faces of faces.
        """
        import numpy as np

        near: Any = range(len(self.rows))
        try:
            weights = np.array([float(c) for c in functional])
        except OverflowError:
            weights = np.array([np.inf])
        if self.floats and np.abs(weights).max() < 1e100:
            values = self.points @ weights
            error = np.abs(self.points) @ np.abs(weights)
            error = 1.01 * (len(weights) + 4) * UNIT * error + 1e-200
            near = np.flatnonzero(values + error >= (values - error).max()).tolist()
        if len(near) == 1:
            return int(near[0])
        return max(near, key=lambda i: self._key(functional, i))

    def _key(self, functional: Vector, i: int) -> tuple[mpq, ...]:
        row, height = self.rows[i], self.heights[i]
        return (mpq(dot(functional, row), height), *(mpq(c, height) for c in row))


def _separated(
    rows: Sequence[Vector], known: Sequence[int], units: NDArray, target: Vector, unit: NDArray
) -> Vector | None:
    """None if the known rows are proved to generate the target, else what should separate it.

    Nonnegative least squares with the columns of the least angles to the target, to which those
    are added that the rest shows to be missing.
    """
    import numpy as np
    from scipy.optimize import nnls

    if not known:
        return _rounded(unit)
    chosen = _largest(units @ unit)
    for _ in range(ROUNDS):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                weights, _ = nnls(np.ascontiguousarray(units[chosen].T), unit)
        except (RuntimeError, ValueError):
            weights = np.zeros(len(chosen))
        rest = unit - weights @ units[chosen]
        missing = units @ rest
        missing[chosen] = 0.0
        most = _largest(missing)
        most = most[missing[most] > TINY]
        if not len(most) or np.abs(rest).max() < TINY:
            break
        chosen = np.append(chosen[weights > 0], most)
    for least in (1e-14, 1e-7):
        if is_combination([rows[known[i]] for i in chosen[weights > least]], target):
            return None
    return _rounded(rest)


def _largest(values: NDArray) -> NDArray:
    """Return the places of the NEAR largest."""
    import numpy as np

    return np.argpartition(-values, NEAR)[:NEAR] if len(values) > NEAR else np.arange(len(values))


def _units(rows: Sequence[Vector]) -> NDArray:
    """Return the vectors over their lengths, float64, for integers of any size."""
    import numpy as np

    try:
        array = np.array(rows, dtype=np.float64)
    except OverflowError:
        array = np.array([[float(mpq(c, max(map(abs, v)))) for c in v] for v in rows])
    array /= np.abs(array).max(axis=1, keepdims=True)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


def _rounded(values: NDArray) -> Vector:
    """Return a positive multiple of a vector of floats, in integers up to ONE."""
    largest = max(map(abs, values.tolist()))
    scale = ONE / largest if 0 < largest < float("inf") else 0.0
    return tuple(round(c * scale) if scale else 0 for c in values.tolist())


def _heights(rows: Sequence[Vector], functional: Vector) -> list[int] | None:
    """<h, v> for all vectors, if all are positive."""
    values = [dot(functional, v) for v in rows]
    return values if all(value > 0 for value in values) else None
