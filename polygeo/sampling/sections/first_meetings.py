"""Which cones a random subspace meets, for many draws at once in NumPy.

The decisions and proofs of `meeting`, for runs too short to compile for: term by term, the draws in
rows of common arrays.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from polygeo.sampling.faces.first_faces import CHUNK, Solutions, certify, coordinates, defect, solve
from polygeo.sampling.faces.outcomes import MARGIN, PROVED, SPAN
from polygeo.sampling.sections.outcomes import MEETS, MISSES, POOR, UNDECIDED
from polygeo.simd.units import UNIT

__all__ = ["first_meetings", "first_seconds"]

Array = NDArray[np.float64]


def first_seconds(draws: float, members: Iterable[int], dim: int) -> float:
    """Estimate the seconds for draws of terms with so many members, in R^dim."""
    each = (1e-6 + 2e-8 * dim * dim + 1e-7 * n + 1.5e-9 * n * n for n in members)
    return draws * (dim + 1) * sum(each)


def first_meetings(
    points: Array,
    errors: Array,
    first: NDArray[np.int64],
    members: NDArray[np.int64],
    lines: NDArray[np.int64],
) -> NDArray[np.int8]:
    """Return the verdicts (n, T) that `meetings` fills in, from its arguments."""
    verdicts = np.full((len(points), len(lines)), UNDECIDED, np.int8)
    for t, pairs in enumerate(lines.tolist()):
        inside = members[first[t] : first[t + 1]]
        pointed = len(inside) - 2 * pairs
        if not pointed:
            verdicts[:, t] = MISSES
            continue
        step = max(1, CHUNK // (len(inside) + points.shape[2]) ** 2)
        for start in range(0, len(points), step):
            part = slice(start, start + step)
            verdicts[part, t] = _term(points[part], errors[part], inside, pointed)
    return verdicts


def _term(
    points: Array, errors: Array, members: NDArray[np.int64], pointed: int
) -> NDArray[np.int8]:
    """The verdicts on one term: its rays, then its lines with both signs."""
    draws, _, dim = points.shape
    chosen = points[:, np.where(members < 0, -1 - members, members)]
    lengths = np.sqrt(np.einsum("sij,sij->si", chosen, chosen))
    with np.errstate(divide="ignore"):
        worst = (2.0 * errors[:, None] / lengths).max(axis=1)
    verdicts = np.full(draws, UNDECIDED, np.int8)
    fit = np.flatnonzero(worst < POOR)
    worst = worst[fit]
    units = chosen[fit] / lengths[fit][:, :, None]
    units[:, members < 0] *= -1.0
    weights = np.zeros(len(members))
    weights[:pointed] = 1.0 + np.sqrt(np.arange(pointed) + 2.0) % 1.0
    target = -(weights @ units)
    norms = np.sqrt(np.einsum("sj,sj->s", target, target))
    slack = 4.0 * MARGIN * worst + (4 * dim + 24) * UNIT
    gram = units @ np.swapaxes(units, 1, 2)
    products = (units @ target[:, :, None])[:, :, 0]
    found = solve(gram, products, norms, dim)
    status, doubts = certify(gram, slack, norms, dim, found)
    whole = found.sizes == dim
    on_lines = ((found.faces >= pointed) & (found.faces < len(members))).sum(axis=1)
    if pointed == len(members):
        misses = status == PROVED
    else:
        free = on_lines == (len(members) - pointed) // 2
        misses = (status == SPAN) & free & ~doubts[:, :pointed].any(axis=1)
    verdicts[fit[~whole & misses]] = MISSES
    meets = whole & _combined(gram, slack, found, units, weights, worst)
    verdicts[fit[meets]] = MEETS
    return verdicts


@np.errstate(all="ignore")
def _combined(
    gram: Array, slack: Array, found: Solutions, units: Array, weights: Array, worst: Array
) -> NDArray[np.bool_]:
    """Whether the coefficients weights + x, corrected to a true dependence, stay positive."""
    draws, count, dim = units.shape
    whole = weights + coordinates(found, np.arange(draws))
    rest = (whole[:, None, :] @ units)[:, 0]
    error = worst + (2 * count + 3 * dim + 20) * UNIT
    length = np.sqrt(np.einsum("sj,sj->s", rest, rest))
    residual = MARGIN * (length + (weights.sum() + found.x.sum(axis=1)) * error)
    size, sums = defect(gram, slack, found)
    bounds = MARGIN * sums * (residual / (1.0 - size))[:, None]
    fixed = np.append(weights, 0.0)[found.faces]
    return (size < 0.5) & ((fixed == 0.0) | (fixed + found.x > bounds)).all(axis=1)
