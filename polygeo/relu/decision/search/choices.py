"""Proofs that every choice of one row from each of several groups is independent, on NumPy arrays.

The rows are taken modulo the span of chosen rows, by the elimination and the bounds of
docs/injectivity. In the d coordinates that are left, with d groups, the determinant of a choice is
a sum over the minors of its first and of its last rows (Laplace), so that all determinants are one
product of two matrices of minors.

Let u = 2^-53, let v_1, ..., v_d be known up to errors e_i in each coordinate, and L_i = |v_i|_1 +
d e_i. The determinant is linear in each row and at most the product of their lengths |v_i|_1. So
that of v_i / L_i, computed in this way, is off by at most d (e_1/L_1 + ... + e_d/L_d) through the
errors, and by at most 2 (binom(d, d/2) + d^2) u through roundings: a minor of degree g has g + 1
roundings more than those of degree g - 1, and the last sum has binom(d, d/2) terms.
"""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np

from polygeo.relu.decision.search.systems import parts
from polygeo.simd.units import UNIT

__all__ = ["MAX_GROUPS", "all_independent"]

TINY = 1e-290
CLEAR = 1000.0
"""Smallest ratio of the size of a row to its error with which the row is divided by."""
MAX_GROUPS = 12
"""Largest number of groups."""


@np.errstate(all="ignore")
def all_independent(
    rows: np.ndarray, chosen: np.ndarray, members: np.ndarray, part: np.ndarray
) -> np.ndarray:
    """Return for each of K problems whether all choices are proved to be independent.

    * ``rows`` (m, n): rounded to 2^-53, entries in [-1, 1].
    * ``chosen`` (K, k): the rows modulo whose span independence is meant, k < n.
    * ``members`` (n - k, K, s): rows; ``part`` (n - k, K, s): whether they are in the group.
    """
    count, k = chosen.shape
    dim = rows.shape[1] - k
    if dim > MAX_GROUPS:
        return np.zeros(count, bool)
    # Groups of like sizes go to both halves.
    sizes = part.sum(axis=2)
    order = np.argsort(sizes, axis=0, kind="stable")[:, :, None]
    group, problem, place = np.nonzero(np.take_along_axis(part, order, 0))
    numbers = np.take_along_axis(members, order, 0)[group, problem, place]
    sizes = np.take_along_axis(sizes, order[:, :, 0], 0)
    vectors, errors, good = _quotient(rows, chosen, numbers, problem)
    lengths = np.abs(vectors).sum(axis=0) + dim * errors
    worst = np.zeros((dim, count))
    np.maximum.at(worst, (group, problem), dim * errors / lengths)
    limit = 1.01 * (2.0 * (comb(dim, dim // 2) + dim**2) * UNIT + worst.sum(axis=0))
    vectors /= lengths
    starts = (np.cumsum(sizes) - sizes.ravel()).reshape(dim, count)
    first, first_ends = _minors(vectors, starts[::2], sizes[::2])
    last, last_ends = _minors(vectors, starts[1::2], sizes[1::2])
    subsets = list(first)
    rests = [tuple(i for i in range(dim) if i not in subset) for subset in subsets]
    left = np.stack([first[subset] for subset in subsets], axis=1)
    right = np.stack([_sign(s, r) * last[r] for s, r in zip(subsets, rests, strict=True)])
    for q in np.flatnonzero(good):
        a = left[first_ends[q] : first_ends[q + 1]]
        b = right[:, last_ends[q] : last_ends[q + 1]]
        for piece in parts(len(a), b.size):
            determinants = a[piece] @ b
            good[q] &= np.abs(determinants, out=determinants).min() > limit[q]
    return good


def _quotient(
    rows: np.ndarray, chosen: np.ndarray, numbers: np.ndarray, problem: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows ``numbers`` of their problems modulo chosen rows: coordinates (n - k, T), errors (T,).

    Also whether all divisions are proved to be possible, for each problem.
    """
    count, k = chosen.shape
    # Chosen rows that still wait are columns like the others.
    owner = np.concatenate([np.repeat(np.arange(count), k), problem])
    values = rows[np.concatenate([chosen.ravel(), numbers])].T.copy()
    errors = np.full(len(owner), UNIT)
    good = np.ones(count, bool)
    heads = np.arange(count) * k
    every = np.arange(count)
    for step in range(k):
        pivots, blur = values[:, heads], errors[heads]
        place = np.abs(pivots).argmax(axis=0)
        tops = pivots[place, every]
        good &= np.abs(tops) > CLEAR * blur
        stays = np.ones(len(owner), bool)
        stays[heads] = False
        values, errors, owner = values[:, stays], errors[stays], owner[stays]
        largest = np.abs(values).max(axis=0)
        # The last coordinate takes the place of the one that goes.
        entries = place[owner], np.arange(len(owner))
        share = values[entries] / tops[owner]
        values[entries], pivots[place, every] = values[-1], pivots[-1]
        values = values[:-1] - share * pivots[:-1, owner]
        errors = 2.01 * (errors + np.abs(share) * blur[owner]) + 8.0 * UNIT * largest + TINY
        heads = every * (k - step - 1)
    return values, errors, good


def _minors(
    vectors: np.ndarray, starts: np.ndarray, sizes: np.ndarray
) -> tuple[dict[tuple[int, ...], np.ndarray], np.ndarray]:
    """All minors of all choices from some groups, by their coordinates, and where problems begin.

    ``vectors`` (d, T); group g of problem q: the ``sizes[g, q]`` columns from ``starts[g, q]`` on.
    """
    count = sizes.shape[1]
    owner = np.arange(count)
    minors: dict[tuple[int, ...], np.ndarray] = {}
    for degree, (size, start) in enumerate(zip(sizes, starts, strict=True), 1):
        repeats = size[owner]
        before = np.repeat(np.arange(len(owner)), repeats)
        column = np.arange(len(before)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        owner = owner[before]
        new = vectors[:, start[owner] + column]
        if degree == 1:
            minors = {(i,): row for i, row in enumerate(new)}
            continue
        old = {subset: minor[before] for subset, minor in minors.items()}
        minors = {}
        for subset in combinations(range(len(vectors)), degree):
            # By the last row, from its last entry on: the signs are +, -, +, ..
            total = new[subset[-1]] * old[subset[:-1]]
            for t in range(degree - 2, -1, -1):
                term = new[subset[t]] * old[subset[:t] + subset[t + 1 :]]
                (np.add if (degree - t) % 2 else np.subtract)(total, term, out=total)
            minors[subset] = total
    ends = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=count))])
    return minors or {(): np.ones(count)}, ends


def _sign(subset: tuple[int, ...], rest: tuple[int, ...]) -> int:
    """The sign of the permutation that puts one set of coordinates before the others."""
    return (-1) ** sum(i > j for i in subset for j in rest)
