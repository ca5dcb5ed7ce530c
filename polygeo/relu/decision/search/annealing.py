"""Annealed descent: directions with few positive rows, where there are many columns.

The number of rows with <w, x> >= 0 is smoothed to sum_i F(<w_i, x> / s), F near the normal
distribution function, whose descent on the sphere, with momentum, leads to few positive rows as the
width s shrinks geometrically. Wide starts all end at one point, so s starts at about half the size
of <w_i, x>. What is found is a proposal, and float32 is enough.
"""

# mypy: disable-error-code="no-untyped-def, import-untyped"

from __future__ import annotations

import numpy as np

from polygeo.simd.compiled import njit

__all__ = ["annealed"]

BATCH = 16
"""Starts at once: each entry of the matrix is read once for all of them."""
STEPS = 1000
WIDTHS = (0.3, 0.6)
"""The first width of a batch lies between these, times 1/sqrt(n)."""
LAST = 0.07
"""The last one."""
RATE, MOMENTUM = np.float32(0.1), np.float32(0.95)


def annealed(rows, seed, enough, used):
    """Find the least number of rows with <w, x> >= 0 that one batch meets, and its x.

    * ``rows`` (m, n): not zero; ``seed``: of the random starts.
    * ``enough``: a number at which the search ends; another thread may set used[2] to end it.

    >>> rows = np.random.default_rng(1).normal(size=(60, 12))
    >>> least, x = annealed(rows, 1, 0, np.zeros(4, np.int64))
    >>> least < 20, x.shape
    (True, (12,))
    """
    rng = np.random.default_rng(seed)
    unit = (rows / np.linalg.norm(rows, axis=1)[:, None]).astype(np.float32)
    size = rows.shape[1]
    X = rng.normal(size=(size, BATCH))
    X = (X / np.linalg.norm(X, axis=0)).astype(np.float32)
    best = X[:, 0].copy()
    first = rng.uniform(*WIDTHS) / size**0.5
    least = _descend(unit, X, first, LAST / size**0.5, enough, best, used)
    return int(least), best.astype(np.float64)


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
def _descend(rows, X, first, last, enough, best, used):
    """The least number of positive rows; its x in ``best``."""
    m, n = rows.shape
    one, eighth = np.float32(1.0), np.float32(0.125)
    speed, slope = np.zeros((n, BATCH), np.float32), np.empty((n, BATCH), np.float32)
    values, inner = np.empty(BATCH, np.float32), np.empty(BATCH, np.float32)
    counts = np.empty(BATCH, np.int64)
    width, factor = first, (last / first) ** (1.0 / STEPS)
    least = m + 1
    for _ in range(STEPS):
        if used[2]:
            break
        slope[:] = np.float32(0.0)
        counts[:] = 0
        turn = np.float32(1.0 / width)
        for i in range(m):
            values[:] = np.float32(0.0)
            for k in range(n):
                w = rows[i, k]
                for b in range(BATCH):
                    values[b] += w * X[k, b]
            for b in range(BATCH):
                counts[b] += values[b] >= 0.0
                z = values[b] * turn
                q = one + eighth * z * z  # q^-4 is near exp(-z^2 / 2)
                q *= q
                values[b] = one / (q * q)
            for k in range(n):
                w = rows[i, k]
                for b in range(BATCH):
                    slope[k, b] += w * values[b]
        for b in range(BATCH):
            if counts[b] < least:
                least = counts[b]
                for k in range(n):
                    best[k] = X[k, b]
        if least <= enough:
            break
        _project(slope, X, inner)
        _normalise(slope, inner)
        rate = RATE * np.float32(width)
        for k in range(n):
            for b in range(BATCH):
                speed[k, b] = MOMENTUM * speed[k, b] - rate * slope[k, b]
                X[k, b] += speed[k, b]
        _normalise(X, inner)
        _project(speed, X, inner)
        width *= factor
    return least


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
def _project(vectors, X, inner):
    """Make the columns orthogonal to those of X, which are unit vectors."""
    inner[:] = np.float32(0.0)
    for k in range(vectors.shape[0]):
        for b in range(BATCH):
            inner[b] += vectors[k, b] * X[k, b]
    for k in range(vectors.shape[0]):
        for b in range(BATCH):
            vectors[k, b] -= inner[b] * X[k, b]


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
def _normalise(vectors, inner):
    """Make the columns unit vectors."""
    inner[:] = np.float32(1e-30)
    for k in range(vectors.shape[0]):
        for b in range(BATCH):
            inner[b] += vectors[k, b] * vectors[k, b]
    for b in range(BATCH):
        inner[b] = np.float32(1.0) / np.sqrt(inner[b])
    for k in range(vectors.shape[0]):
        for b in range(BATCH):
            vectors[k, b] *= inner[b]
