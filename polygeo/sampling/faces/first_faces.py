"""Projections of many points at once in NumPy, with proofs: for runs too short to compile for.

The method of Lawson and Hanson as in `nnls`, one generator entering at a time, and the proof of
`certificate` by the approximate inverse. Each point takes its own steps on its own active set, in
rows of common arrays; the generators may be others for each point, too (`sections`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from polygeo.sampling.faces.generators import Generators
from polygeo.sampling.faces.outcomes import DEPENDENT, MARGIN, PROVED, SPAN, UNDECIDED
from polygeo.simd.units import UNIT

__all__ = [
    "CHUNK",
    "Solutions",
    "certify",
    "coordinates",
    "defect",
    "first_faces",
    "first_seconds",
    "solve",
]

Array = NDArray[np.float64]
Places = NDArray[np.intp]

CHUNK = 1 << 20
"""Approximate number of numbers in the largest arrays."""


def first_seconds(points: float, count: int, rank: int) -> float:
    """Estimate the seconds for so many points, N = ``count`` generators and rank r."""
    return points * (rank + 1) * (1e-6 + 2e-8 * rank * rank + 1e-8 * count + 3e-10 * count * count)


class Solutions(NamedTuple):
    """Projections of n points on cones of N generators and rank r, as found in floating point.

    * ``sizes`` (n,): the size k of the active set P.
    * ``faces`` (n, r): P, then N.
    * ``x`` (n, r): the coordinates on P, then 0.
    * ``inverse`` (n, r, r): of G_PP, bordered with 0.
    * ``slacks`` (n, N): c - Gx.
    """

    sizes: Places
    faces: Places
    x: Array
    inverse: Array
    slacks: Array


@np.errstate(all="ignore")
def solve(gram: Array, products: Array, norms: Array, rank: int) -> Solutions:
    """Minimise x'Gx/2 - c'x over x >= 0 for each row c of ``products`` (n, N).

    ``gram`` is (N, N), or (n, N, N); ``norms`` (n,) are the lengths of the points. Nothing is
    proved; where the method ends too late, slacks off P stay positive.
    """
    n, count = products.shape
    found = Solutions(
        np.zeros(n, np.intp),
        np.full((n, rank), count),
        np.zeros((n, rank)),
        np.zeros((n, rank, rank)),
        products.copy(),
    )
    barred = np.zeros((n, count), bool)  # P, and what depends on it
    open_ = np.arange(n)
    for _ in range(3 * count + 20):
        left = np.where(barred[open_], -np.inf, found.slacks[open_])
        new = left.argmax(axis=1)
        top = left[np.arange(len(open_)), new]
        least = 16 * UNIT * (norms[open_] + found.x[open_].sum(axis=1))
        going = (top > least) & (found.sizes[open_] < rank)
        open_, new = open_[going], new[going]
        if not len(open_):
            break
        barred[open_, new] = True
        open_ = open_[_append(gram, found, open_, new)]
        _shrink(products, found, open_, barred)
        found.slacks[open_] = products[open_] - _images(gram, open_, coordinates(found, open_))
    return found


def coordinates(found: Solutions, places: Places) -> Array:
    """Return the coordinates x (m, N) of some points in all generators."""
    wide = np.zeros((len(places), found.slacks.shape[1] + 1))
    np.put_along_axis(wide, found.faces[places], found.x[places], axis=1)
    return wide[:, :-1]


def _images(gram: Array, places: Places, dense: Array) -> Array:
    """Gx for some points."""
    if gram.ndim == 2:
        return dense @ gram
    return (gram[places] @ dense[:, :, None])[:, :, 0]


def _block(gram: Array, places: Places, rows: Places, columns: Places) -> Array:
    """Entries of the Gram matrices of some points, 0 where a number is N."""
    count = gram.shape[-1]
    inside = (rows < count) & (columns < count)
    i, j = np.minimum(rows, count - 1), np.minimum(columns, count - 1)
    if gram.ndim == 3:
        places = places.reshape(-1, *[1] * (np.ndim(i + j) - 1))
        return np.where(inside, gram[places, i, j], 0.0)
    return np.where(inside, gram[i, j], 0.0)


def _append(gram: Array, found: Solutions, places: Places, new: Places) -> NDArray[np.bool_]:
    """Let one generator enter each active set; False where it depends on the set."""
    k = found.sizes[places]
    column = _block(gram, places, found.faces[places], new[:, None])
    border = -(found.inverse[places] @ column[:, :, None])[:, :, 0]
    rest = _block(gram, places, new, new) + (column * border).sum(axis=1)
    fresh = rest > DEPENDENT
    places, k, border, rest = places[fresh], k[fresh], border[fresh], rest[fresh]
    border[np.arange(len(places)), k] = 1.0
    found.inverse[places] += border[:, :, None] * (border / rest[:, None])[:, None, :]
    found.faces[places, k] = new[fresh]
    found.sizes[places] = k + 1
    return fresh


def _shrink(products: Array, found: Solutions, places: Places, barred: NDArray[np.bool_]) -> None:
    """Move to the solutions on the active sets; what becomes negative on the way leaves."""
    count = products.shape[1]
    while len(places):
        faces, x = found.faces[places], found.x[places]
        c = np.where(faces < count, products[places[:, None], np.minimum(faces, count - 1)], 0.0)
        goal = (found.inverse[places] @ c[:, :, None])[:, :, 0]
        negative = (goal <= 0) & (faces < count)
        bad = negative.any(axis=1)
        found.x[places[~bad]] = goal[~bad]
        places, x, goal, negative = places[bad], x[bad], goal[bad], negative[bad]
        shares = np.full(x.shape, np.inf)
        np.divide(x, x - goal, out=shares, where=negative & (x > goal))
        shares[negative & (x <= goal)] = 0.0
        gone = shares.argmin(axis=1)
        step = shares[np.arange(len(places)), gone]
        found.x[places] = x + step[:, None] * (goal - x)
        barred[places, found.faces[places, gone]] = False
        _delete(found, places, gone)


def _delete(found: Solutions, places: Places, gone: Places) -> None:
    """Let the indices at positions ``gone`` leave, the last ones take their places."""
    last = found.sizes[places] - 1
    here = np.arange(len(places))
    inverse = found.inverse[places]
    row = inverse[here, gone]
    inverse -= row[:, :, None] * (row / row[here, gone][:, None])[:, None, :]
    inverse[here, gone] = inverse[here, last]
    inverse[here, :, gone] = inverse[here, :, last]
    inverse[here, last] = 0.0
    inverse[here, :, last] = 0.0
    found.inverse[places] = inverse
    for values, empty in ((found.x, 0), (found.faces, found.slacks.shape[1])):
        values[places, gone] = values[places, last]
        values[places, last] = empty
    found.sizes[places] = last


def defect(gram: Array, slack: Array, found: Solutions) -> tuple[Array, Array]:
    """Bound |I - G_PP X| (n,), and the absolute row sums of X (n, r); see `certificate.defect`."""
    faces = found.faces
    rank = faces.shape[1]
    places = np.arange(len(faces))
    rest = -(_block(gram, places, faces[:, :, None], faces[:, None, :]) @ found.inverse)
    diagonal = np.arange(rank)
    rest[:, diagonal, diagonal] += diagonal < found.sizes[:, None]
    sums = np.abs(found.inverse).sum(axis=2)
    most = np.abs(rest).sum(axis=2).max(axis=1, initial=0.0)
    return MARGIN * (most + slack * (found.sizes + sums.sum(axis=1))), sums


@np.errstate(all="ignore")
def certify(
    gram: Array, slack: Array, norms: Array, rank: int, found: Solutions
) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Prove faces as `certificate.certify` does: the status (n,), and the doubts (n, N) if SPAN.

    ``slack``: a number for each point.
    """
    n, count = found.slacks.shape
    on_face = np.zeros((n, count + 1), bool)
    np.put_along_axis(on_face, found.faces, True, axis=1)
    on_face = on_face[:, :count]
    beta = MARGIN * slack * (norms + found.x.sum(axis=1))
    rho = np.where(on_face, np.abs(found.slacks), 0.0).max(axis=1, initial=0.0) + beta
    size, sums = defect(gram, slack, found)
    errors = MARGIN * sums * (rho / (1.0 - size))[:, None]
    sure = (size < 0.5) & (norms > 1e-100) & (norms < 1e100)
    sure &= ((found.x > errors) | (found.faces == count)).all(axis=1)
    limit = (MARGIN * (beta + MARGIN * errors.sum(axis=1)))[:, None]
    whole = found.sizes == rank
    sure &= whole | (on_face | (found.slacks <= limit)).all(axis=1)
    doubts = ~(on_face | whole[:, None] | (found.slacks < -limit))
    status = np.where(doubts.any(axis=1), SPAN, PROVED)
    return np.where(sure, status, UNDECIDED).astype(np.int8), doubts


def first_faces(
    data: Generators, rank: int, points: Array, norms: Array
) -> tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.int64], NDArray[np.int64]]:
    """Compute the faces of a batch: dims (n,), status (n,), faces and doubts (n, W).

    They are what `project_batch` fills in, with its meaning.
    """
    gram = data.gram[:, : data.count]
    step = max(1, CHUNK // (rank * rank + 2 * data.count))
    dims, status = np.zeros(len(points), np.int64), np.zeros(len(points), np.int8)
    chosen = np.zeros((len(points), data.count + 1), bool)
    doubts = np.zeros((len(points), data.count), bool)
    for start in range(0, len(points), step):
        part = slice(start, start + step)
        y, lengths = points[part], norms[part]
        found = solve(gram, y @ data.units.T, lengths, rank)
        dims[part] = found.sizes
        np.put_along_axis(chosen[part], found.faces, True, axis=1)
        slack = np.full(len(y), data.slack)
        status[part], doubts[part] = certify(gram, slack, lengths, rank, found)
    return dims, status, _words(chosen[:, :-1]), _words(doubts)


def _words(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Bits (n, N), 64 in a word."""
    n, count = chosen.shape
    wide = np.zeros((n, -(-count // 64) * 64), bool)
    wide[:, :count] = chosen
    words: NDArray[np.int64] = np.packbits(wide, axis=1, bitorder="little").view("<i8")
    return words.astype(np.int64)
