"""Certified bounds of singular values of matrices of floats, in floating point.

The bounds of rounding errors (Higham, Accuracy and Stability of Numerical Algorithms, chapters 3
and 10) hold for any order of summation: a product of matrices of inner dimension k has errors of
at most gamma_k |A| |B|, gamma_k = k u / (1 - k u), and a Cholesky decomposition that succeeds for B
(n x n) proves that no eigenvalue of B is below -gamma_{n+1} tr(B) (rump2006verification).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.simd.double import UNIT

__all__ = ["Enclosed", "gamma", "least_singular_value", "norm_bound", "rounded_up"]

Floats = NDArray[np.float64]
Enclosed = tuple[mpq, mpq]
"""A lower and an upper bound of the square of a number."""

TINY = 1e-290
"""Above what underflow loses in the sums of products here."""


def gamma(count: int) -> float:
    """Return at least gamma_count, with some units for the roundings of the bound itself."""
    return 1.01 * (count + 8) * UNIT


def rounded_up(value: float) -> mpq:
    """Return a float sum of positive numbers as a rational that is not below the true one."""
    return mpq(*float(value * (1 + 1e-8) + TINY).as_integer_ratio())


def norm_bound(matrix: Floats) -> mpq | None:
    """Bound the square of the largest singular value from above, nearly; None for no finite bound.

    >>> import numpy as np
    >>> bound = norm_bound(np.array([[3.0, 0.0], [0.0, 4.0]]))
    >>> bound is not None and 16 <= bound < 16.001
    True
    """
    if not matrix.size or not matrix.any():
        return mpq(0)
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    with np.errstate(all="ignore"):
        gram = wide @ wide.T
        if not np.isfinite(gram).all():
            return None
        return _largest(gram, wide)[0]


def _largest(gram: Floats, factor: Floats) -> tuple[mpq | None, Floats]:
    """A bound of the largest eigenvalue of factor factor^T, of which ``gram`` is the float value.

    With it the approximate eigenvector.
    """
    size = gram.shape[0]
    trace = float(np.trace(gram))
    values, vectors = np.linalg.eigh(gram)
    top = max(float(values[-1]), TINY)
    stretch = 4 * gamma(size)  # above the estimate of the eigenvalue, relatively
    while stretch < 1:
        bound = top * (1 + stretch) + TINY
        shifted = bound * np.eye(size) - gram
        try:
            np.linalg.cholesky(shifted)
        except np.linalg.LinAlgError:
            stretch *= 8
            continue
        # Roundings: of the product, of the difference, of the decomposition.
        error = gamma(factor.shape[1]) * trace + 3 * UNIT * bound
        error += gamma(size + 1) * float(np.trace(shifted)) + size * TINY
        return mpq(*bound.as_integer_ratio()) + rounded_up(error), vectors[:, -1]
    return None, vectors[:, -1]


def least_singular_value(matrix: Floats, relative: float = 0.0) -> Enclosed | None:
    """Bound the square of the least singular value of A (k x n, k >= n), the lower one > 0.

    * ``relative``: the true entries may differ from those of ``matrix`` by this factor.

    With an approximate left inverse X, |A v| >= (1 - |I - X A|) |v| / |X|. None where the floats
    prove no positive bound.

    >>> import numpy as np
    >>> low, high = least_singular_value(np.array([[3.0, 0.0], [0.0, 4.0]]))
    >>> low <= 9 <= high, float(high - low) < 1e-6
    (True, True)
    """
    rows, size = matrix.shape
    if rows < size or not np.isfinite(matrix).all() or not matrix.any():
        return None
    power = int(np.frexp(np.abs(matrix).max())[1])
    matrix = np.ldexp(matrix, -power)
    with np.errstate(all="ignore"):
        try:
            if rows == size:
                inverse: Any = np.linalg.inv(matrix)
            else:
                orthogonal, triangle = np.linalg.qr(matrix)
                inverse = np.linalg.inv(triangle) @ orthogonal.T
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(inverse).all():
            return None
        own, other = float(np.linalg.norm(matrix)), float(np.linalg.norm(inverse))
        if not own * other < 1 / UNIT:
            return None
        residue = np.eye(size) - inverse @ matrix
        defect = rounded_up(float(np.linalg.norm(residue)))
        defect += rounded_up((gamma(rows + 2) * own + relative * own) * other + size * TINY)
        gram = inverse @ inverse.T
        if not np.isfinite(gram).all() or not defect < 1:
            return None
        largest, vector = _largest(gram, inverse)
        if largest is None:
            return None
        image, length = matrix @ vector, float(vector @ vector)
        near = mpq(*(float(image @ image) * (1 + gamma(rows))).as_integer_ratio())
        error = rounded_up((gamma(size) + relative) * own * length**0.5 + size * TINY)
        high = near + error * (2 * rounded_up(float(np.linalg.norm(image))) + error)
        high /= mpq(*(length * (1 - gamma(size))).as_integer_ratio())
    low = (1 - defect) ** 2 / largest
    scale = mpq(4) ** power
    return (low * scale, high * scale) if 0 < low <= high else None
