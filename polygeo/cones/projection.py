"""Projections on cones in floating point, and volumes of a cone known by its projection only.

The projection p of y on a closed convex cone is characterised by p in C, y - p in the polar and
<p, y - p> = 0 (moreau1962decomposition). Each routine takes and gives float64 arrays (n, d), one
point a row.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

from polygeo.answers.exact import abbreviate
from polygeo.answers.sequence import plain_matrix
from polygeo.errors import DomainError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "checked_points",
    "counts_of",
    "estimate_from_projection",
    "isotonic",
    "on_circular_cone",
    "on_psd_cone",
    "over_level",
    "projected",
]


MIN_SIZE, MAX_SIZE = 1e-100, 1e100
"""Bounds of the size of coordinates whose squares and sums of squares float64 can hold."""


def checked_points(points: Any, dim: int) -> NDArray:
    """Convert points to a float64 array (n, dim); DomainError unless all numbers are finite."""
    import numpy as np

    points = plain_matrix(points, "points")
    try:
        array = np.asarray(points, dtype=np.float64)
    except (MemoryError, OverflowError, TypeError, ValueError):
        raise DomainError(
            f"points need an (n, {dim}) array of numbers; got {abbreviate(repr(points))}"
        ) from None
    if array.ndim != 2 or array.shape[1] != dim:
        raise DomainError(f"points need the shape (n, {dim}); got {array.shape}")
    if not np.isfinite(array).all():
        raise DomainError("points need finite coordinates; got NaN or infinity")
    return array


def projected(cone: Any, points: NDArray) -> NDArray:
    """Compute ``cone._project``, also where squares of the coordinates overflow or vanish.

    Rows of such a size are multiplied by a power of two, which rounds nothing; coordinates that do
    not change keep what the scaling of much larger ones may have lost.
    """
    import numpy as np

    sizes = np.abs(points)
    if sizes.min(initial=1.0) >= MIN_SIZE and sizes.max(initial=0.0) <= MAX_SIZE:
        return np.asarray(cone._project(points))
    largest = sizes.max(axis=1, initial=0.0)
    far = (largest > 0) & ((largest < MIN_SIZE) | (largest > MAX_SIZE))
    if not far.any():
        return np.asarray(cone._project(points))
    result = np.empty_like(points)
    if not far.all():
        result[~far] = cone._project(points[~far])
    shift = np.frexp(largest[far])[1][:, None]
    scaled = np.ldexp(points[far], -shift)
    found = cone._project(scaled)
    with np.errstate(over="ignore"):
        back = np.ldexp(found, shift)
    result[far] = np.where(found == scaled, points[far], back)
    if not np.isfinite(result).all():
        raise DomainError("a projection has coordinates beyond 1.8e308, which float64 cannot hold")
    return result


def on_circular_cone(points: NDArray, sine: float, cosine: float) -> NDArray:
    """Compute the projections on {x : x_d >= cosine |x|}.

    A point inside stays, a point of the polar goes to 0, any other point to the boundary ray in its
    plane with the axis. The boundary ray is (sine w, cosine), w the direction of (y_1, ...,
    y_{d-1}).

    >>> import numpy as np
    >>> points = np.array([[0.0, 1.0], [2.0, 0.0], [1.0, -1.0]])
    >>> on_circular_cone(points, 0.5**0.5, 0.5**0.5).round(3)
    array([[0., 1.],
           [1., 1.],
           [0., 0.]])
    """
    import numpy as np

    side, height = points[:, :-1], points[:, -1]
    radius = np.linalg.norm(side, axis=1)
    along = sine * radius + cosine * height
    inside = height * sine >= radius * cosine
    result = np.zeros_like(points)
    ray = (along > 0) & (radius > 0)
    scale = np.divide(sine * along, radius, out=np.zeros_like(radius), where=ray)
    result[:, :-1] = side * scale[:, None]
    result[:, -1] = np.where(along > 0, cosine * along, 0.0)
    result[inside] = points[inside]
    return result


def on_psd_cone(points: NDArray, n: int) -> NDArray:
    """Compute the positive parts of symmetric n x n matrices, in the coordinates of `PSDCone`.

    >>> import numpy as np
    >>> on_psd_cone(np.array([[3.0, -2.0, 0.0]]), 2)
    array([[3., 0., 0.]])
    """
    import numpy as np

    rows, columns = np.array(list(combinations(range(n), 2)), dtype=int).reshape(-1, 2).T
    root = np.sqrt(2.0)
    matrices = np.zeros((len(points), n, n))
    matrices[:, np.arange(n), np.arange(n)] = points[:, :n]
    matrices[:, rows, columns] = matrices[:, columns, rows] = points[:, n:] / root
    values, vectors = _eigen(matrices)
    result = (vectors * values.clip(min=0)[:, None, :]) @ np.swapaxes(vectors, 1, 2)
    flat = np.concatenate(
        [result[:, np.arange(n), np.arange(n)], root * result[:, rows, columns]], axis=1
    )
    # Definite matrices are their own projections or go to 0, without rounding.
    flat[values[:, 0] >= 0] = points[values[:, 0] >= 0]
    flat[values[:, -1] <= 0] = 0.0
    return flat


def _eigen(matrices: NDArray) -> tuple[NDArray, NDArray]:
    """Eigenvalues and vectors of symmetric matrices, checked: A = V diag(values) V', V'V = 1.

    Where they do not satisfy that to rounding they are computed with 40 digits.
    """
    import numpy as np

    n = matrices.shape[-1]
    try:
        values, vectors = np.linalg.eigh(matrices)
    except np.linalg.LinAlgError:
        values, vectors = np.zeros(matrices.shape[:2]), np.zeros_like(matrices)

    def squares(errors: NDArray) -> NDArray:
        return np.einsum("bij,bij->b", errors, errors)

    turned = np.swapaxes(vectors, 1, 2)
    rounding = (64 * n * np.finfo(float).eps) ** 2
    crooked = squares(turned @ vectors - np.eye(n)) > n * rounding
    rest = squares((vectors * values[:, None, :]) @ turned - matrices)
    crooked |= ~(rest <= rounding * squares(matrices))
    for s in np.flatnonzero(crooked):
        values[s], vectors[s] = _precise_eigen(matrices[s])
    return values, vectors


def _precise_eigen(matrix: NDArray) -> tuple[NDArray, NDArray]:
    """Eigenvalues, growing, and vectors of one symmetric matrix, by Jacobi's or QR steps."""
    import mpmath
    import numpy as np

    context = mpmath.mp.clone()  # a context of one's own: nobody else's precision is touched
    context.dps = 40
    values, vectors = context.eigsy(context.matrix(matrix.tolist()))
    return (
        np.array([float(x) for x in values]),
        np.array([[float(x) for x in row] for row in vectors.tolist()]),
    )


def isotonic(points: NDArray) -> NDArray:
    """Compute the projections on {x_1 <= ... <= x_d}: isotonic regression of each row.

    The blocks are the solver's; their means are taken anew, ties and all, and the conditions are
    checked: means that grow, and in each block no partial sum below the mean's share. Where
    they do not hold to rounding, adjacent violators are pooled in rational numbers. Source:
    barlow1972statistical.

    >>> import numpy as np
    >>> isotonic(np.array([[1.0, 3.0, 2.0]]))
    array([[1. , 2.5, 2.5]])
    """
    import numpy as np
    from scipy.optimize import isotonic_regression

    n, d = points.shape
    if not n or not d:
        return points.copy()
    fits = np.array([isotonic_regression(row).x for row in points])
    starts = np.ones((n, d), bool)
    starts[:, 1:] = fits[:, 1:] != fits[:, :-1]
    places = np.flatnonzero(starts)
    block = np.cumsum(starts) - 1
    first = points.ravel()[places]
    lengths = np.diff(np.append(places, n * d))
    # Sums of differences from the first of the block: equal values have their value as the mean.
    sums = np.add.reduceat(points.ravel() - first[block], places)
    fits = (first + sums / lengths)[block].reshape(n, d)
    rounding = 4 * d * np.finfo(float).eps * np.abs(points).max(axis=1)
    partial = np.cumsum(points - fits, axis=1)
    wrong = (np.diff(fits, axis=1) < 0).any(axis=1) | (partial.min(axis=1) < -d * rounding)
    wrong |= np.where(np.roll(starts, -1, axis=1), np.abs(partial), 0).max(axis=1) > d * rounding
    for s in np.flatnonzero(wrong):
        fits[s] = _pooled(points[s].tolist())
    return fits


def _pooled(row: list[float]) -> list[float]:
    """Isotonic regression by pooling adjacent violators, in rational numbers, rounded once."""
    blocks: list[tuple[Fraction, int]] = []
    for value in row:
        total, count = Fraction(value), 1
        while blocks and blocks[-1][0] * count >= total * blocks[-1][1]:
            before, size = blocks.pop()
            total, count = total + before, count + size
        blocks.append((total, count))
    return [float(total / count) for total, count in blocks for _ in range(count)]


def over_level(points: NDArray, free: int, least: float = -float("inf")) -> NDArray:
    """Solve sum_{i <= free} (y_i - t) + sum_{i > free} (y_i - t)_+ = 0 for t >= ``least``.

    The nearest point of {x : sum x = 0, x_i >= 0 for i > free} is y - t on the free coordinates and
    (y - t)_+ on the others (moreau1962decomposition): t is the mean of the free coordinates and of
    those others that exceed it. ``free`` >= 1; (n,).

    >>> import numpy as np
    >>> over_level(np.array([[1.0, 4.0, 2.0]]), 1)
    array([2.5])
    """
    import numpy as np

    # Differences from the first coordinate: ties stay ties.
    first = points[:, :1]
    moved = points - first
    ordered = -np.sort(-moved[:, free:], axis=1)
    sums = moved[:, :free].sum(axis=1, keepdims=True) + np.cumsum(
        np.concatenate([np.zeros_like(first), ordered], axis=1), axis=1
    )
    means = sums / (free + np.arange(sums.shape[1]))
    # While the next one exceeds the mean so far, it belongs to those that are averaged.
    held = (ordered > means[:, :-1]).cumprod(axis=1).sum(axis=1)
    level = first[:, 0] + np.take_along_axis(means, held[:, None], axis=1)[:, 0]
    return np.maximum(level, least)


def counts_of(cone: Any, samples: Any, seed: Any, *, stderr: Any = None, **options: Any) -> Any:
    """Run ``polygeo.sampling.estimate_projections`` for a cone with ``project``; no ``stderr``."""
    import numpy as np

    from polygeo.sampling import estimate_projections

    cone._check_no_subspace()
    if stderr is not None:
        raise DomainError(
            f"lengths of projections need samples=, no stderr=; got {abbreviate(repr(stderr))}"
        )
    cone._project(np.zeros((1, cone.ambient_dim)))  # DomainError where none is known
    support = (cone.lineality_dim, cone.dim)
    return estimate_projections(
        cone._project, cone.ambient_dim, samples, seed, support=support, name=repr(cone), **options
    )


def estimate_from_projection(
    projection: Callable[[Any], Any],
    dim: int,
    samples: int,
    seed: int,
    *,
    log_concave: bool = True,
    replicates: int = 200,
    confidence: float = 0.95,
    **options: Any,
) -> tuple[Any, ...]:
    """Estimate (v_0, ..., v_dim) of the cone that a function projects on.

    * ``projection``: a function from float64 arrays (n, dim) to arrays (n, dim).
    * ``dim``: dimension of the space.
    * ``samples``: number of samples.
    * ``seed``: a nonnegative integer that names the run.
    * ``log_concave``, ``replicates``, ``confidence``: as in `ConicSet.estimate_intrinsic_volumes`.
    * ``options``: support (lineality and dimension, if known), executor, checkpoint, progress,
      tolerance, name; see ``polygeo.sampling.estimate_projections``.

    Returns dim + 1 values of `Estimate`. Not for subspaces. DomainError where the projection gives
    wrong shapes, NaN, or points that are no projections on one closed convex cone.

    >>> import numpy as np
    >>> positive_part = lambda y: np.maximum(y, 0)
    >>> volumes = estimate_from_projection(positive_part, 2, 1000, seed=1, replicates=20)
    >>> [v.agrees(exact) for v, exact in zip(volumes, [0.25, 0.5, 0.25])]
    [True, True, True]
    """
    from polygeo.sampling import estimate_projections

    counts = estimate_projections(projection, dim, samples, seed, **options)
    return counts.volumes(log_concave=log_concave, replicates=replicates, confidence=confidence)
