"""Projections on cones in floating point, and volumes of a cone known by its projection only.

The projection p of y on a closed convex cone is characterised by p in C, y - p in the polar and
<p, y - p> = 0 (moreau1962decomposition). Each routine takes and gives float64 arrays (n, d), one
point a row.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING, Any

from polygeo.answers.arrays import plain_matrix
from polygeo.answers.exact import abbreviate
from polygeo.errors import DomainError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "checked_points",
    "counts_of",
    "estimate_from_projection",
    "isotonic",
    "on_circular_cone",
    "on_polar_of",
    "on_psd_cone",
]


def checked_points(points: Any, dim: int) -> NDArray:
    """A float64 array (n, dim) of finite numbers."""
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


def on_circular_cone(points: NDArray, sine: float, cosine: float) -> NDArray:
    """On {x : x_d >= cosine |x|}: inside stays, the polar goes to 0, the rest to the boundary ray.

    The boundary ray in the plane of y and the axis is (sine w, cosine), w the direction of
    (y_1, ..., y_{d-1}).

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
    """The positive parts of symmetric n x n matrices, in the coordinates of `PSDCone`.

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
    values, vectors = np.linalg.eigh(matrices)
    result = np.einsum("bij,bj,bkj->bik", vectors, values.clip(min=0), vectors, optimize=True)
    flat = np.concatenate(
        [result[:, np.arange(n), np.arange(n)], root * result[:, rows, columns]], axis=1
    )
    # Definite matrices are their own projections or go to 0, without rounding.
    flat[values[:, 0] >= 0] = points[values[:, 0] >= 0]
    flat[values[:, -1] <= 0] = 0.0
    return flat


def isotonic(points: NDArray) -> NDArray:
    """On {x_1 <= ... <= x_d}: isotonic regression of each row (barlow1972statistical).

    >>> import numpy as np
    >>> isotonic(np.array([[1.0, 3.0, 2.0]]))
    array([[1. , 2.5, 2.5]])
    """
    import numpy as np
    from scipy.optimize import isotonic_regression

    if not len(points):
        return points.copy()
    return np.array([isotonic_regression(row).x for row in points])


def on_polar_of(generators: NDArray, points: NDArray) -> NDArray:
    """On {x : <a, x> <= 0 for the rows a}: y less its projection on the cone of the rows.

    Non-negative least squares for each point (lawsonhanson1974solving, chapter 23).

    >>> import numpy as np
    >>> on_polar_of(-np.eye(2), np.array([[1.0, -1.0]])) + 0.0
    array([[1., 0.]])
    """
    import numpy as np
    from scipy.optimize import nnls

    columns = np.ascontiguousarray(generators.T)
    weights = np.array([nnls(columns, row)[0] for row in points])
    weights = weights.reshape(len(points), len(generators))
    rest = points - weights @ generators
    scale = np.linalg.norm(points, axis=1)
    rest[np.linalg.norm(rest, axis=1) <= 1e-13 * scale] = 0.0
    return rest


def counts_of(cone: Any, samples: int, seed: int, **options: Any) -> Any:
    """``polygeo.sampling.estimate_projections`` for a cone with a ``project``."""
    import numpy as np

    from polygeo.sampling import estimate_projections

    if cone.is_subspace:
        raise DomainError(
            f"the cone is a linear subspace of dimension {cone.dim}: its volumes are exact"
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
    """Estimates of (v_0, ..., v_dim) of the cone that ``projection`` projects on.

    ``projection`` takes float64 (n, dim) to (n, dim). ``options``: support (lineality and
    dimension, if known), executor, checkpoint, progress, tolerance, name, see
    ``polygeo.sampling.estimate_projections``. DomainError where the projection gives wrong shapes,
    NaN, or points that are no projections on one closed convex cone. Not for subspaces.

    >>> import numpy as np
    >>> positive_part = lambda y: np.maximum(y, 0)
    >>> volumes = estimate_from_projection(positive_part, 2, 1000, seed=1, replicates=20)
    >>> [v.agrees(exact) for v, exact in zip(volumes, [0.25, 0.5, 0.25])]
    [True, True, True]
    """
    from polygeo.sampling import estimate_projections

    counts = estimate_projections(projection, dim, samples, seed, **options)
    return counts.volumes(log_concave=log_concave, replicates=replicates, confidence=confidence)
