"""Dimensions of the faces hit by samples: the fastest way for a cone, certified sample by sample.

Three stages, each for what the stage before left open: cached operators (`operators`; only where
few active sets are possible), nonnegative least squares with its a-posteriori proof (`nnls`,
`certificate`), rational arithmetic (`exact`). Whether a sample is certified by the first, second
or third stage does not change the answer, which depends on nothing but the cone and the sample. A
few samples that the first stage leaves open go to the third while the second is not compiled.

Short runs whose kernels are not compiled go by `first_faces`, with the proof of the second stage.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polygeo.answers.exact import integer
from polygeo.answers.options import choice, flag
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError
from polygeo.polyhedra.exact_projection import ExactCone
from polygeo.sampling.faces.first_faces import first_faces, first_seconds
from polygeo.sampling.faces.generators import Generators
from polygeo.sampling.faces.outcomes import DEFERRED, MAX_GENERATORS, PROVED, SPAN
from polygeo.sampling.runs import normals
from polygeo.sampling.runs.streams import MAX_NUMBERS
from polygeo.simd.patience import Patience, is_loaded
from polygeo.simd.units import UNIT

if TYPE_CHECKING:
    from polygeo.sampling.faces.table import OperatorTable

__all__ = ["METHODS", "FaceProjector", "expect_samples", "run_dimensions"]

METHODS = ("auto", "operators", "gram")
MAX_SETS = 20_000
"""Largest number of possible active sets for which operators are cached (see the benchmarks)."""

SHORT, LONG = 1e-100, 1e100
"""Bounds of the lengths whose squares float64 can hold."""

FEW = 16
"""Largest number of samples for which rational arithmetic is sooner done than `nnls` compiled."""

ROUNDS = 200
"""Largest number of rounds for deferred samples, so that a small table cannot loop for ever."""

PATIENCE = {
    "operators": Patience(f"{__package__}.operators.search", 1.5),
    "gram": Patience(f"{__package__}.kernels.project_batch", 1.5),
}
"""For the blocks of runs in a process before these kernels are compiled."""


class FaceProjector:
    """The projection of samples onto cone{generators}, as the dimension of the face hit.

    * ``generators``: float64 (N, d), one generator a row, or ``Generators``.
    * ``exact``: the generators as integers, when the floats are rounded.
    * ``certified``: decide doubtful samples in exact arithmetic (default True).
    * ``method``: "auto" (the default), "operators" or "gram".

    Not for use by two threads at once: each thread makes its own.

    >>> quadrant = FaceProjector([[1, 0], [0, 2e8]])
    >>> quadrant.face_dimensions([[1.0, 2.0], [-1.0, 0.5], [-1.0, -1.0]])
    array([2, 1, 0])
    >>> quadrant.decided
    {'operators': 3}
    """

    def __init__(
        self, generators: Any, exact: Any = None, *, certified: bool = True, method: str = "auto"
    ) -> None:
        self.generators = Generators.of(generators, exact)
        self.certified = flag(certified, "certified")
        choice(method, "method", METHODS)
        self._auto = method == "auto"
        self.exact = ExactCone(self.generators.integers)
        self.rank = self.exact.rank
        count, dim = self.generators.count, self.generators.dim
        if method == "auto":
            sets = sum(math.comb(count, k) for k in range(self.rank + 1))
            method = "operators" if count <= MAX_GENERATORS and sets <= MAX_SETS else "gram"
        elif method == "operators" and count > MAX_GENERATORS:
            raise DomainError(f"operators need at most {MAX_GENERATORS} generators; got {count}")
        self.method = method
        self._order = np.arange(dim)
        self._words = -(-count // 64)
        self._decided: Counter[str] = Counter()
        self._buffer = np.empty((0, 0))

    def buffer(self, shape: tuple[int, int]) -> NDArray[np.float64]:
        """Return an array of a shape (n, d) for samples, kept for the next call.

        DomainError for more than 2^28 numbers.
        """
        size = tuple(integer(n, "shape") for n in sequence(shape, "shape", 2))
        if len(size) != 2 or min(size) < 0 or size[0] * size[1] > MAX_NUMBERS:
            raise DomainError(f"buffer is for (n, d), at most 2^28 numbers; got {size}")
        if self._buffer.shape != size:
            self._buffer = np.empty(size)
        return self._buffer

    @cached_property
    def _table(self) -> OperatorTable:
        from polygeo.sampling.faces.table import new_table

        return new_table(self.generators.count, self.generators.dim)

    @cached_property
    def _work(self) -> NDArray[np.float64]:
        from polygeo.sampling.faces.nnls import workspace

        return workspace(self.generators.count, self.rank)

    @property
    def decided(self) -> dict[str, int]:
        """The number of samples that each stage has decided so far."""
        return {stage: n for stage, n in self._decided.items() if n}

    def face_dimensions(self, samples: ArrayLike) -> NDArray[np.int64]:
        """Compute the dimension of the face whose relative interior holds each projection.

        * ``samples``: finite float64 numbers (n, d); DomainError otherwise.

        Returns int64 (n,).
        """
        try:
            points = np.ascontiguousarray(samples, dtype=np.float64)
        except (MemoryError, OverflowError, TypeError, ValueError):
            raise DomainError("samples need a matrix of numbers, one sample a row") from None
        if points.ndim != 2 or points.shape[1] != self.generators.dim:
            raise DomainError(f"samples need shape (n, {self.generators.dim}); got {points.shape}")
        from polygeo.sampling.faces.kernels import lengths

        norms = lengths(points)
        # A length may overflow although the point is finite.
        if not np.isfinite(norms).all() and not np.isfinite(points).all():
            raise DomainError("samples need finite coordinates; got nan or inf")
        if len(points) and not (norms.min() > SHORT and norms.max() < LONG):
            points, norms = _moderate(points, norms, self.certified)
        n = len(points)
        dims = np.zeros(n, np.int64)
        if self.method == "gram":
            self._by_gram(points, norms, np.arange(n), dims)
            return dims
        status = np.full(n, DEFERRED, np.int8)
        faces = np.zeros((n, 1), np.int64)
        self._by_operators(points, norms, dims, status, faces)
        rest = np.flatnonzero(status != PROVED)
        self._decided["operators"] += n - len(rest)
        if self.certified and self._decided["exact"] + len(rest) <= FEW and not _compiled():
            self._exactly(points, rest, dims)
        elif len(rest):
            self._by_gram(points[rest], norms[rest], rest, dims)
        return dims

    def _exactly(self, points: NDArray, places: NDArray, dims: NDArray) -> None:
        for s in places.tolist():
            dims[s] = self.exact.face_dimension(points[s].tolist())
        self._decided["exact"] += len(places)

    def _by_operators(
        self,
        points: NDArray,
        norms: NDArray,
        dims: NDArray,
        status: NDArray,
        faces: NDArray,
    ) -> None:
        from polygeo.sampling.faces.operators import search
        from polygeo.sampling.faces.table import enter

        data, table = self.generators, self._table
        wanted = np.zeros(4096, np.int64)
        none = np.zeros((0, data.dim))
        for _ in range(ROUNDS):
            asked = search(
                data.units, data.gram, data.slack, self.rank, table, points, norms,
                self._work, dims, status, faces, wanted,
            )  # fmt: skip
            for key in wanted[:asked].tolist():
                face = [i for i in range(data.count) if key >> i & 1]
                rows = self.exact.unit_rows(face)
                error = (data.dim + 10) * UNIT
                enter(table, key, none if rows is None else rows, rows is None, error, self.rank)
            if not asked:
                return

    def _by_gram(self, points: NDArray, norms: NDArray, places: NDArray, dims: NDArray) -> None:
        from polygeo.sampling.faces.kernels import project_batch

        data = self.generators
        n = len(points)
        found = np.zeros(n, np.int64)
        status = np.zeros(n, np.int8)
        faces = np.zeros((n, self._words), np.int64)
        doubts = np.zeros((n, self._words), np.int64)
        project_batch(
            data.columns, data.gram, data.slack, data.inverse_norm, self.rank, points, norms,
            self.certified, self._work, self._order, found, status, faces, doubts,
        )  # fmt: skip
        self._by_span(np.flatnonzero(status == SPAN), faces, doubts, status)
        open_ = np.flatnonzero(status != PROVED)
        for s in open_.tolist():
            start = _members(faces[s])
            start = start if self.exact.independent(start) else ()
            found[s] = self.exact.face_dimension(points[s].tolist(), start)
        self._decided["gram"] += n - len(open_)
        self._decided["exact"] += len(open_)
        dims[places] = found

    def _by_span(self, doubtful: NDArray, faces: NDArray, doubts: NDArray, status: NDArray) -> None:
        """Prove the samples whose doubtful generators all lie in the span of the face."""
        if not len(doubtful):
            return
        sets, inverse = np.unique(faces[doubtful], axis=0, return_inverse=True)
        asked = np.zeros_like(sets)
        np.bitwise_or.at(asked, inverse.reshape(-1), doubts[doubtful])
        pairs = zip(map(_members, sets), map(_members, asked), strict=True)
        spans = np.array([_mask(self.exact.in_span(*pair), self._words) for pair in pairs])
        outside = doubts[doubtful] & ~spans[inverse.reshape(-1)]
        status[doubtful[(outside == 0).all(axis=1)]] = PROVED


def run_dimensions(projector: FaceProjector, points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Compute `face_dimensions` for a block of a run, without compiled code in short runs.

    * ``points``: Gaussian samples (n, d).
    """
    cone, patience = projector.generators, _patience(projector)
    seconds = first_seconds(len(points), cone.count, projector.rank)
    if not (projector.certified and projector._auto and patience.allows(seconds)):
        return projector.face_dimensions(points)
    norms = np.sqrt(np.einsum("ij,ij->i", points, points))
    with patience.spend():
        dims, status, faces, doubts = first_faces(cone, projector.rank, points, norms)
        projector._by_span(np.flatnonzero(status == SPAN), faces, doubts, status)
    open_ = np.flatnonzero(status != PROVED)
    projector._decided["gram"] += len(points) - len(open_)
    if len(open_) <= FEW:
        projector._exactly(points, open_, dims)
    else:
        dims[open_] = projector.face_dimensions(points[open_])
    return dims


def expect_samples(projector: FaceProjector, samples: float) -> None:
    """Compile from now on if the run to come, of so many samples, is a long one."""
    cone = projector.generators
    normals.PATIENCE.expect(normals.EACH * samples * cone.dim)
    _patience(projector).expect(first_seconds(samples, cone.count, projector.rank))


def _patience(projector: FaceProjector) -> Patience:
    return PATIENCE[projector.method]


def _compiled() -> bool:
    return is_loaded(f"{__package__}.kernels.project_batch")


def _moderate(points: NDArray, norms: NDArray, exactly: bool) -> tuple[NDArray, NDArray]:
    """Rows whose squared length overflows or vanishes, times powers of two: no face changes.

    With ``exactly`` rows that would lose bits stay as they are, for rational arithmetic.
    """
    far = np.flatnonzero(~((norms > SHORT) & (norms < LONG)))
    shift = np.frexp(np.abs(points[far]).max(axis=1))[1][:, None]
    scaled = np.ldexp(points[far], -shift)
    if exactly:
        kept = (np.ldexp(scaled, shift) == points[far]).all(axis=1)
        far, scaled = far[kept], scaled[kept]
    points, norms = points.copy(), norms.copy()
    points[far], norms[far] = scaled, np.sqrt(np.einsum("ij,ij->i", scaled, scaled))
    return points, norms


def _members(words: NDArray) -> tuple[int, ...]:
    members = []
    for w, word in enumerate(words.tolist()):
        left = word & (1 << 64) - 1
        while left:
            low = left & -left
            members.append(64 * w + low.bit_length() - 1)
            left ^= low
    return tuple(members)


def _mask(members: tuple[int, ...], words: int) -> list[int]:
    masks = [0] * words
    for i in members:
        masks[i // 64] |= 1 << (i % 64)
    return [mask - (1 << 64) if mask >> 63 else mask for mask in masks]
