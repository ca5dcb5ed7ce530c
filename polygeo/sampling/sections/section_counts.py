"""Euler characteristics of random sections: each draw gives an exact integer.

A finite union of polyhedral cones is a signed sum of indicators of cones X = cone{r_i} + span{l_j}
(pointed part and lineality space). A random subspace L, the kernel of a c x d Gaussian matrix B, is
a subspace of codimension c, uniformly distributed; B is a matrix of float64 numbers, hence of
rationals, and what follows is exact for that L. The Euler characteristic of X ∩ L ∩ S^{d-1} is 1
unless X ∩ L is a linear subspace, of dimension m say, when it is 1 - (-1)^m
(schneiderweil2008stochastic, section 6.5); the question which it is has a floating-point proof
(`meeting`) and is otherwise decided in integers. For the intersection with a rotated cone, the
vectors of the rotated cone are joined with those of the first cone: then the map is the identity on
the first and -g on the other vectors, g a uniform rotation (mezzadri2007generate) up to the
rounding of its entries.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from polygeo.answers.exact import integer
from polygeo.answers.options import check_fields, instance, renamed
from polygeo.errors import DomainError
from polygeo.polyhedra.exact_projection import ExactCone, unit_row
from polygeo.polyhedra.vectors import dot, dyadic
from polygeo.sampling.runs.draws import Plan, sum_draws
from polygeo.sampling.runs.streams import checked_seed, generator
from polygeo.sampling.sections.first_meetings import first_meetings, first_seconds
from polygeo.sampling.sections.outcomes import MEETS, UNDECIDED
from polygeo.simd.patience import Patience
from polygeo.simd.units import UNIT

__all__ = ["SectionBlock", "SignedCones", "count_sections"]

PURPOSE = 1
"""The streams of subspaces and rotations; those of samples to project have purpose 0."""

MEMORY = 1 << 19
"""Approximate number of numbers that a block may hold at a time; sets its number of draws."""

PATIENCE = Patience(f"{__package__}.meeting.meetings", 1.5)
"""For the draws of a process before `meetings` is compiled."""


@dataclass(frozen=True)
class SignedCones:
    """The signed sum sum_t coefficient_t 1[cone{vectors[rays_t]} + span{vectors[lines_t]}].

    * ``dim``: dimension d of the space.
    * ``vectors``: R primitive integer vectors of R^d.
    * ``terms``: (coefficient, rays, lines), the latter two tuples of indices: of the generators of
      a pointed cone, orthogonal to or at least independent of the lines, and of a basis of the
      lineality space.

    >>> quadrants = SignedCones(2, ((1, 0), (0, 1), (-1, 0)), ((1, (0, 1), ()), (1, (1, 2), ()),
    ...                                                        (-1, (1,), ())))
    >>> quadrants.weight, len(quadrants.joined_with(quadrants).terms)
    (6, 9)
    """

    dim: int
    vectors: tuple[tuple[int, ...], ...]
    terms: tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]

    def __post_init__(self) -> None:
        check_fields(self, dim=int, vectors=[tuple], terms=[tuple])
        count = len(self.vectors)
        if self.dim < 1 or any(
            len(v) != self.dim or any(type(x) is not int for x in v) or not any(v)
            for v in self.vectors
        ):
            raise DomainError("vectors of SignedCones need dim >= 1 integers each, not all 0")
        for term in self.terms:
            if len(term) != 3 or type(term[0]) is not int or not all(map(_is_indices, term[1:])):
                raise DomainError("terms of SignedCones are (coefficient, rays, lines), integers")
            if any(not 0 <= i < count for i in (*term[1], *term[2])):
                raise DomainError(f"terms of SignedCones need numbers of the {count} vectors")

    @property
    def weight(self) -> int:
        """The largest absolute value that an Euler characteristic of a section can have."""
        return 2 * sum(abs(coefficient) for coefficient, _, _ in self.terms)

    @property
    def fingerprint(self) -> str:
        """The name of the data in checkpoints."""
        text = repr((self.dim, self.vectors, self.terms)).encode()
        return hashlib.sha256(text).hexdigest()[:32]

    def joined_with(self, other: SignedCones) -> SignedCones:
        """Return the vectors of both, with a term for every pair of terms.

        * ``other``: `SignedCones` of the same dimension.

        The terms stand for the product of the indicators.
        """
        shift = len(self.vectors)
        if instance(other, "other", SignedCones).dim != self.dim:
            raise DomainError(f"both need one dimension; got {self.dim} and {other.dim}")
        terms = tuple(
            (a * b, (*r, *(shift + i for i in q)), (*s, *(shift + i for i in k)))
            for a, r, s in self.terms
            for b, q, k in other.terms
        )
        return SignedCones(self.dim, self.vectors + other.vectors, terms)


def _is_indices(value: Any) -> bool:
    return isinstance(value, tuple) and all(type(i) is int for i in value)


@dataclass(frozen=True)
class SectionBlock:
    """A block of draws as a picklable function: block number to counts of chi = -W, .., W.

    W = cones.weight. ``codim`` is that of the subspace; with ``rotate_from`` = r >= 0 instead, the
    vectors from number r on are those of the cones that are rotated.
    """

    cones: SignedCones
    codim: int
    seed: int
    draws: int
    rotate_from: int = -1

    def __call__(self, block: int) -> NDArray[np.int64]:
        weight = self.cones.weight
        chi = self.euler_characteristics(block)
        return np.bincount(chi + weight, minlength=2 * weight + 1)

    def maps(self, block: int) -> NDArray[np.float64]:
        """Draw the random matrices of a block, (draws, c, d)."""
        dim = self.cones.dim
        shape = (self.draws, dim if self.rotate_from >= 0 else self.codim, dim)
        matrices = generator(self.seed, block, PURPOSE).standard_normal(shape)
        if self.rotate_from < 0:
            return matrices
        q, r = np.linalg.qr(matrices)
        signs = np.where(np.einsum("sii->si", r) < 0, -1.0, 1.0)
        return q * signs[:, None, :]

    @cached_property
    def _layout(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        members: list[int] = []
        first = [0]
        for _, rays, lines in self.cones.terms:
            members += [*rays, *lines, *(-1 - i for i in lines)]
            first.append(len(members))
        lengths = [len(lines) for _, _, lines in self.cones.terms]
        return np.array(first), np.array(members, np.int64), np.array(lengths)

    @cached_property
    def _units(self) -> NDArray[np.float64]:
        rows = [unit_row(vector) for vector in self.cones.vectors]
        return np.array(rows).reshape(len(rows), self.cones.dim)

    def _points(self, maps: NDArray[np.float64]) -> NDArray[np.float64]:
        """(draws, R, c): the images of the unit vectors."""
        if self.rotate_from < 0:
            return np.ascontiguousarray(np.swapaxes(maps @ self._units.T, 1, 2))
        fixed, moved = self._units[: self.rotate_from], self._units[self.rotate_from :]
        images = np.swapaxes(maps @ -moved.T, 1, 2)
        return np.concatenate([np.broadcast_to(fixed, (len(maps), *fixed.shape)), images], axis=1)

    def euler_characteristics(self, block: int) -> NDArray[np.int64]:
        """Compute chi of the section of every draw of a block, (draws,)."""
        maps = self.maps(block)
        draws, dim = maps.shape[:2]
        coefficients = [coefficient for coefficient, _, _ in self.cones.terms]
        if dim == 0:  # no condition: the section is the union itself
            chi = sum(
                c * (1 if rays else 1 - (-1) ** len(lines)) for c, rays, lines in self.cones.terms
            )
            return np.full(draws, chi)
        points = self._points(maps)
        lengths = np.sqrt(np.einsum("sij,sij->s", maps, maps)) + (self.rotate_from >= 0)
        errors = (2 * self.cones.dim + 8) * UNIT * lengths
        first, members, lines = self._layout
        if PATIENCE.allows(first_seconds(draws, np.diff(first).tolist(), dim)):
            with PATIENCE.spend():
                verdicts = first_meetings(points, errors, first, members, lines)
        else:
            verdicts = _compiled_meetings(points, errors, first, members, lines)
        values = (verdicts == MEETS).astype(np.int64)
        for t, (_, rays, basis) in enumerate(self.cones.terms):
            if basis and not rays:
                values[:, t] = _spheres(points[:, list(basis)], errors)
        open_ = (verdicts == UNDECIDED) | (values < 0)
        for s, t in np.argwhere(open_).tolist():
            _, rays, basis = self.cones.terms[t]
            values[s, t] = self.decide(maps[s], rays, basis)
        return values @ np.array(coefficients, np.int64)

    def decide(self, matrix: NDArray[np.float64], rays: Sequence[int], basis: Sequence[int]) -> int:
        """Decide the Euler characteristic of one term's section in integers."""
        points = [self._image(matrix, i) for i in rays]
        lines = [self._image(matrix, i) for i in basis]
        cone = ExactCone([*points, *lines, *([-x for x in line] for line in lines)])
        if any(cone.contains([-x for x in point]) for point in points):
            return 1
        rank = int(fmpz_mat(lines).rank()) if lines else 0
        return 1 - (-1) ** (len(lines) - rank)

    def _image(self, matrix: NDArray[np.float64], i: int) -> list[int]:
        """A positive multiple of the image of a vector, the same for all vectors, in integers."""
        vector = self.cones.vectors[i]
        entries, scale = dyadic(matrix.ravel().tolist())
        if 0 <= i < self.rotate_from:
            return [scale * x for x in vector]
        sign = -1 if self.rotate_from >= 0 else 1
        size = len(vector)
        rows = (entries[start : start + size] for start in range(0, len(entries), size))
        return [sign * dot(row, vector) for row in rows]


def _compiled_meetings(
    points: NDArray[np.float64],
    errors: NDArray[np.float64],
    first: NDArray[np.int64],
    members: NDArray[np.int64],
    lines: NDArray[np.int64],
) -> NDArray[np.int8]:
    from polygeo.sampling.faces.nnls import workspace
    from polygeo.sampling.sections.meeting import meetings

    draws, _, dim = points.shape
    most = int(np.diff(first).max())
    wide = -(-most // 8) * 8
    verdicts = np.empty((draws, len(lines)), np.int8)
    meetings(
        points, errors, first, members, lines, workspace(most, dim),
        np.zeros(wide * wide), np.zeros(wide), np.zeros((most, dim)), np.zeros(most),
        verdicts,
    )  # fmt: skip
    return verdicts


def _spheres(points: NDArray[np.float64], errors: NDArray[np.float64]) -> NDArray[np.int64]:
    """1 - (-1)^m for m = l - rank of (n, l, c) points where full rank is proved, else -1.

    For a Gram matrix G of the rows (or columns, the fewer) and any matrix X, |I - X G| < 1 in the
    maximum-row-sum norm proves that G is regular.
    """
    _, count, dim = points.shape
    least = min(count, dim)
    rows = points if count <= dim else np.swapaxes(points, 1, 2)
    gram = rows @ np.swapaxes(rows, 1, 2)
    scale = np.sqrt(np.einsum("sij,sij->s", points, points))
    with np.errstate(all="ignore"):
        try:
            inverse = np.linalg.inv(gram)
        except np.linalg.LinAlgError:
            return np.full(len(points), -1)
        length = np.abs(inverse).sum(axis=2).max(axis=1)
        rest = np.abs(np.eye(least) - inverse @ gram).sum(axis=2).max(axis=1)
        wrong = 4.0 * errors * count**0.5 * scale + 2.0 * (count + dim + least) * UNIT * scale**2
        proved = rest + 2.0 * least * length * wrong < 0.5
    value = 1 - (-1) ** (count - least)
    return np.where(proved, value, -1)


@renamed(turned="rotate_from")
def count_sections(
    cones: SignedCones,
    codim: int,
    samples: Any = None,
    seed: Any = None,
    *,
    rotate_from: int = -1,
    stderr: Any = None,
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> tuple[dict[int, int], bool]:
    """Count the Euler characteristics of sections by random subspaces: ({chi: draws}, complete).

    * ``cones``: signed cones in R^d.
    * ``codim``: codimension of the uniformly random subspaces, 0 <= codim <= d.
    * ``samples``: number of subspaces; with ``stderr`` the largest number.
    * ``seed``: an integer in [0, 2^64).
    * ``rotate_from``: r >= 0: the vectors from number r on are those of the rotated cones (default:
      no rotation).
    * ``stderr``: end the run once the standard error of the mean of chi is at most ``stderr``.
    * ``executor``, ``checkpoint``, ``progress``: see `polygeo.sampling.runs.engine.run`.

    DomainError for other arguments. Source: schneiderweil2008stochastic, section 6.5.

    >>> quadrant = SignedCones(2, ((1, 0), (0, 1)), ((1, (0, 1), ()),))
    >>> count_sections(quadrant, 1, 1000, seed=1)[0]
    {0: 505, 1: 495}
    """
    start, weight = checked_seed(seed), instance(cones, "cones", SignedCones).weight
    plan = Plan.of(samples, stderr, least=2)
    codim, rotate_from = integer(codim, "codim"), integer(rotate_from, "rotate_from")
    if not 0 <= codim <= cones.dim:
        raise DomainError(f"codim needs 0 <= codim <= {cones.dim}; got {codim}")
    if not -1 <= rotate_from <= len(cones.vectors):
        raise DomainError(
            f"rotate_from needs -1 <= rotate_from <= {len(cones.vectors)}; got {rotate_from}"
        )
    held = len(cones.vectors) * (codim if rotate_from < 0 else cones.dim)
    size = min(4096, max(64, MEMORY // max(held, 16 * len(cones.terms), 1)))

    def block_of(draws: int) -> SectionBlock:
        return SectionBlock(cones, codim, start, draws, rotate_from)

    def spread(sums: NDArray[np.int64], draws: int) -> float:
        """The standard error of the mean, at least 1/draws: never 0 by chance."""
        chi = np.arange(-weight, weight + 1.0)
        mean = float(chi @ sums) / draws
        return math.sqrt(max(float((chi - mean) ** 2 @ sums), 1.0)) / draws

    job = {
        "computes": "Euler characteristics of sections",
        "cones": cones.fingerprint,
        "codimension": codim,
        "turned": rotate_from,
        "seed": start,
    }
    ratio = 0.0 if plan.stderr is None else weight / plan.stderr
    sizes = [len(rays) + 2 * len(lines) for _, rays, lines in cones.terms]
    space = codim if rotate_from < 0 else cones.dim
    PATIENCE.expect(first_seconds(plan.most(ratio * ratio + 2), sizes, space))
    sums, _, complete = sum_draws(
        block_of, plan, size, job,
        spread=spread, bound=ratio * ratio + 2,
        executor=executor, checkpoint=checkpoint, progress=progress,
    )  # fmt: skip
    return {i - weight: int(n) for i, n in enumerate(sums.tolist()) if n}, complete
