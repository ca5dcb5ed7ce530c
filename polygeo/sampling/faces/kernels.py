"""Projection of batches of samples on the Gram matrix, compiled; callable from njit code.

`project_batch` runs `nnls` over a batch, with the proof of `certificate` on request.
`face_dimension` is the same for one sample, for a simulation of your own:

>>> import numpy as np
>>> from numba import njit
>>> from polygeo.sampling.faces.kernels import face_dimension
>>> from polygeo.sampling.faces.nnls import workspace
>>> @njit
... def corner_hits(gram, products, work):
...     hits = 0
...     for c in products:
...         hits += face_dimension(gram, c, 3, work) == 3
...     return hits
>>> gram = np.zeros((3, 8))  # three orthonormal generators; columns padded to a multiple of 8
>>> gram[:, :3] = np.eye(3)
>>> products = np.zeros((2, 8))
>>> products[:, :3] = [[1.0, 2.0, 3.0], [1.0, -1.0, 1.0]]
>>> int(corner_hits(gram, products, workspace(3, 3)))
1
"""

# mypy: disable-error-code="call-arg, no-untyped-def, import-untyped"

from __future__ import annotations

import numpy as np

from polygeo.sampling.faces.certificate import certify
from polygeo.sampling.faces.nnls import nnls, scratch, solve
from polygeo.sampling.faces.outcomes import SPAN, UNDECIDED
from polygeo.simd.compiled import njit
from polygeo.simd.double import address, combine, put, read, read_index

__all__ = ["face_dimension", "lengths", "project_batch", "weights_batch"]


@njit(cache=True, nogil=True, error_model="numpy")
def face_dimension(gram, c, rank, work):
    """Return the dimension of the face that holds the projection of a sample; -1 where it stalls.

    * ``gram``: Gram matrix of unit generators, shape (N, N'), N' = N rounded up to a multiple of 8,
      zeros behind; C-contiguous.
    * ``c``: inner products of the generators with the sample, shape (N',), zeros behind;
      C-contiguous.
    * ``rank``: dimension of the span.
    * ``work``: buffers, the value of ``workspace(N, rank)``.

    The dimension is not certified.
    """
    norm = 0.0
    for i in range(c.shape[0]):
        norm = max(norm, abs(c[i]))
    return nnls(gram, c, norm, rank, work)


@njit(cache=True, nogil=True, error_model="numpy")
def project_batch(
    columns, gram, slack, inverse_norm, rank, samples, norms, certified,
    work, order, dims, status, faces, doubts,
):  # fmt: skip
    """Compute the faces of a batch: dims (n,), status (n,), faces and doubts (n, W).

    Faces and doubts hold 64 generators a word. ``columns`` (d, N'): minus the unit generators,
    zeros behind N; ``gram`` (N, N'); ``samples`` (n, d) and ``norms`` (n,) their lengths; ``order``
    = arange(d); ``faces`` and ``doubts`` zeros. ``status`` is PROVED, SPAN (``doubts`` holds the
    generators that must lie in the span of the face) or UNDECIDED; without ``certified`` it is
    UNDECIDED only where the method stalls.
    """
    count, width = gram.shape
    dim = samples.shape[1]
    space = scratch(work, count, rank)
    matrix, negative, first, places = (
        address(gram),
        address(columns),
        address(samples),
        address(order),
    )
    for s in range(samples.shape[0]):
        # Few rows: a product here is as fast as BLAS, whose threads would fight with ours.
        y = first + 8 * s * dim
        combine(space.c, space.zero, negative, width, places, y, dim, width)
        k = solve(matrix, width, space.c, norms[s], rank, space)
        dims[s] = k
        for j in range(k):
            i = read_index(space.face, j)
            faces[s, i >> 6] |= 1 << (i & 63)
        if certified:
            verdict = certify(matrix, width, count, slack, inverse_norm, norms[s], rank, space, k)
            status[s] = verdict
            if verdict == SPAN:
                for i in range(count):
                    if read(space.doubt, i) != 0.0:
                        doubts[s, i >> 6] |= 1 << (i & 63)
        else:
            status[s] = 0 if k >= 0 else UNDECIDED


@njit(cache=True, nogil=True, error_model="numpy")
def weights_batch(columns, gram, rank, samples, norms, work, order, weights):
    """Compute coordinates of projections: weights (n, N), zeros on entry, sum_i weights[s, i] a_i.

    Arguments as for `project_batch`; rows stay 0 where the method stalls. Nothing is proved.
    """
    count, width = gram.shape
    dim = samples.shape[1]
    space = scratch(work, count, rank)
    matrix, negative = address(gram), address(columns)
    first, places = address(samples), address(order)
    for s in range(samples.shape[0]):
        combine(space.c, space.zero, negative, width, places, first + 8 * s * dim, dim, width)
        k = solve(matrix, width, space.c, norms[s], rank, space)
        # One step of refinement: the inverse has seen many updates.
        for j in range(k):
            i = read_index(space.face, j)
            left = read(space.c, i)
            for m in range(k):
                left -= gram[i, read_index(space.face, m)] * read(space.x, m)
            put(space.g, j, left)
        for j in range(k):
            x = read(space.x, j)
            for m in range(k):
                x += read(space.inverse, j * space.stride + m) * read(space.g, m)
            weights[s, read_index(space.face, j)] = x


@njit(cache=True, nogil=True, error_model="numpy")
def lengths(points):
    """Compute the Euclidean lengths of the rows of an (n, d) array."""
    out = np.empty(points.shape[0])
    for s in range(points.shape[0]):
        total = 0.0
        for x in points[s]:
            total += x * x
        out[s] = total**0.5
    return out
