"""Annealed descent: directions with few positive rows, where there are many columns.

The number of rows with <w, x> >= 0 is smoothed to sum_i F(<w_i, x> / s), F near the normal
distribution function, whose descent on the sphere, with momentum, leads to few positive rows as the
width s shrinks geometrically. Wide starts all end at one point, so s starts at about half the size
of <w_i, x>. What is found is a proposal, and float32 is enough.

A cone of inputs gives an inequality <a, x> >= 0 for each facet, which is smoothed as well, with
more weight. In the orthant the coordinates that become negative are set to 0 instead, after each
step: this takes a tenth of the time and finds more.
"""

# mypy: disable-error-code="no-untyped-def, import-untyped"

from __future__ import annotations

import numpy as np

from polygeo.simd.compiled import njit

__all__ = ["LONG", "SHORT", "annealed"]

BATCH = 16
"""Starts at once: each entry of the matrix is read once for all of them."""
WIDTHS = (0.3, 0.6)
"""The first width of a batch lies between these, times 1/sqrt(n)."""
LAST = 0.07
"""The last one."""
MOMENTUM = np.float32(0.95)
LONG, SHORT = (1000, 0.1), (100, 1.2)
"""Steps of a batch and their size: thorough, and for layers that are far from injective."""
INSIDE = 1e-7
"""Coordinates of a point of the orthant are at least so large, relative to the largest one."""
WEIGHT = 4.0
"""What an inequality weighs next to a row, or m/(2 n) if that is more."""


def annealed(rows, seed, enough, used, imposed=0, pace=LONG, orthant=False):
    """Find the least number of rows with <w, x> >= 0 that one batch meets, and its x.

    * ``rows`` (m + imposed, n): not zero; ``seed``: of the random starts.
    * ``enough``: a number at which the search ends; another thread may set used[2] to end it.
    * ``imposed``: how many of the rows, the last ones, are inequalities <a, x> >= 0 of a cone of
      inputs; each of them that does not hold counts as m + 1 rows.
    * ``pace``: `LONG` or `SHORT`.
    * ``orthant``: whether x > 0 is asked for as well, in all coordinates.

    >>> rows = np.random.default_rng(1).normal(size=(60, 12))
    >>> least, x = annealed(rows, 1, 0, np.zeros(4, np.int64))
    >>> least < 20, x.shape
    (True, (12,))
    """
    rng = np.random.default_rng(seed)
    total, size = rows.shape
    unit = np.zeros((-(-total // 4) * 4, -(-size // 4) * 4), np.float32)
    unit[:total, :size] = rows / np.linalg.norm(rows, axis=1)[:, None]
    unit[total - imposed : total] *= -1.0
    weights = np.zeros(len(unit), np.int64)
    weights[:total] = 1
    weights[total - imposed : total] = total - imposed + 1
    X = np.zeros((unit.shape[1], BATCH), np.float32)
    X[:size] = rng.normal(size=(size, BATCH))
    if orthant:
        np.abs(X, out=X)
    X /= np.linalg.norm(X, axis=0)
    best = X[:, 0].copy()
    first, last = rng.uniform(*WIDTHS) / size**0.5, LAST / size**0.5
    least = _descend(unit, weights, X, first, last, *pace, enough, orthant, best, used)
    x = best[:size].astype(np.float64)
    return int(least), np.maximum(x, INSIDE * x.max()) if orthant else x


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
def _descend(rows, weights, X, first, last, steps, pace, enough, orthant, best, used):
    """The least weight of positive rows; its x in ``best``."""
    m, n = rows.shape
    one, eighth = np.float32(1.0), np.float32(0.125)
    penalty = np.float32(max(WEIGHT, m / (2 * n)))
    speed, slope = np.zeros((n, BATCH), np.float32), np.empty((n, BATCH), np.float32)
    values, inner = np.empty((4, BATCH), np.float32), np.empty(BATCH, np.float32)
    counts = np.empty(BATCH, np.int64)
    width, factor = first, (last / first) ** (1.0 / steps)
    least = 1 << 60
    for _ in range(steps):
        if used[2]:
            break
        slope[:] = np.float32(0.0)
        counts[:] = 0
        turn = np.float32(1.0 / width)
        # Four rows and four coordinates at a time: what is read serves four times.
        for i in range(0, m, 4):
            values[:] = np.float32(0.0)
            for k in range(0, n, 4):
                for r in range(4):
                    w, u = rows[i + r, k], rows[i + r, k + 1]
                    v, t = rows[i + r, k + 2], rows[i + r, k + 3]
                    for b in range(BATCH):
                        values[r, b] += (
                            w * X[k, b] + u * X[k + 1, b] + v * X[k + 2, b] + t * X[k + 3, b]
                        )
            for r in range(4):
                weight = weights[i + r]
                held = weight > 1
                size = penalty if held else one
                for b in range(BATCH):
                    counts[b] += weight * (values[r, b] >= 0.0)
                    z = values[r, b] * turn
                    if held:  # however far outside, there is a way back
                        z = min(z, np.float32(0.0))
                    q = one + eighth * z * z  # q^-4 is near exp(-z^2 / 2)
                    q *= q
                    values[r, b] = size / (q * q)
            for k in range(n):
                w, u, v, t = rows[i, k], rows[i + 1, k], rows[i + 2, k], rows[i + 3, k]
                for b in range(BATCH):
                    slope[k, b] += (
                        w * values[0, b] + u * values[1, b] + v * values[2, b] + t * values[3, b]
                    )
        for b in range(BATCH):
            if counts[b] < least:
                least = counts[b]
                for k in range(n):
                    best[k] = X[k, b]
        if least <= enough:
            break
        if orthant:
            _along_faces(slope, X)
        _project(slope, X, inner)
        _normalise(slope, inner)
        rate = np.float32(pace * width)
        for k in range(n):
            for b in range(BATCH):
                speed[k, b] = MOMENTUM * speed[k, b] - rate * slope[k, b]
                X[k, b] += speed[k, b]
        if orthant:
            _into_orthant(X, speed)
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


@njit(cache=True, nogil=True, error_model="numpy")
def _along_faces(slope, X):
    """Leave out of a slope what leads out of the orthant."""
    for k in range(X.shape[0]):
        for b in range(BATCH):
            if X[k, b] <= 0.0 and slope[k, b] > 0.0:
                slope[k, b] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _into_orthant(X, speed):
    """Set negative coordinates to 0, where they rest."""
    for k in range(X.shape[0]):
        for b in range(BATCH):
            if X[k, b] < 0.0:
                X[k, b] = speed[k, b] = 0.0
