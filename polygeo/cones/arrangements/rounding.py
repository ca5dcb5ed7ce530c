"""Degeneracies up to rounding: which dependencies normals in floating point were meant to have.

Normals of special hyperplanes that are rounded to floats are hardly ever exactly dependent. Here
two unit normals, or what is left of them on a flat, are taken as parallel if their directions
differ by less than a tolerance (divided by the length that is left), and one of which less than
the tolerance is left contains the flat. The Moebius function follows from Weisner's theorem
(zaslavsky1975facing): for a hyperplane a that contains F != R^d,

    mu(F) = - sum of mu(G) over the flats G of dimension dim F + 1 that contain F and not lie in a.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from gmpy2 import mpz
from numpy.typing import NDArray

from polygeo.errors import DomainError, NearlyDegenerate
from polygeo.polyhedra.number_field import Surd
from polygeo.polyhedra.residues import residues

__all__ = ["MAX_FLATS", "Flats", "rounded", "warn_if_rounded"]

MAX_FLATS = 5000
"""Largest number of flats that are listed (B_5 has 648, A_7 has 4140)."""

TOLERANCE = 1e-11
"""Largest distance from dependence of unit normals that were probably meant to be dependent."""

BUDGET = 50_000
"""Largest number of normals on flats that are searched for such a dependency."""

Covers = dict[int, list[int]]


@dataclass(frozen=True)
class Flats:
    """The flats of an arrangement in R^ambient_dim, as bit masks of hyperplanes.

    ``dims`` maps the mask of the hyperplanes that contain a flat to the flat's dimension, larger
    flats first; ``moebius`` maps it to mu(R^d, flat).
    """

    ambient_dim: int
    dims: dict[int, int]
    moebius: dict[int, int]

    def totals(self, numbers: Mapping[int, int], affine: bool = False) -> tuple[mpz, ...]:
        """Sum numbers of flats by dimension; ``affine``: only of flats off the first hyperplane."""
        found = [mpz(0)] * (self.ambient_dim + 1)
        for mask, number in numbers.items():
            if not (affine and mask & 1):
                found[self.dims[mask]] += number
        return tuple(found)

    def coefficients(self) -> tuple[mpz, ...]:
        """Compute (c_0, ..., c_d) of the characteristic polynomial sum over flats mu(F) t^dim F."""
        return self.totals(self.moebius)

    @cached_property
    def cells(self) -> dict[int, int]:
        """The number of regions into which the other hyperplanes cut each flat.

        The faces F of a central arrangement in a flat of dimension k satisfy Euler's relation
        sum (-1)^(k - dim F) = 1, the flat's own regions being the faces of dimension k.
        """
        count: dict[int, int] = {}
        for mask in sorted(self.dims, key=self.dims.__getitem__):
            k = self.dims[mask]
            below = (
                c if (k - self.dims[other]) % 2 == 0 else -c
                for other, c in count.items()
                if other & mask == mask
            )
            count[mask] = 1 - sum(below)
        return count

    def f_vector(self) -> tuple[mpz, ...]:
        """Count the faces of dimension 0, ..., d."""
        return self.totals(self.cells)

    def incidences(self) -> tuple[mpz, ...]:
        """Count the pairs (face of dimension k, region around it) for k = 0, ..., d.

        Around a face whose span is F there are as many regions as the hyperplanes through F
        have: the sum of |mu(G)| over the flats G that contain F.
        """

        def around(mask: int) -> int:
            return sum(abs(mu) for other, mu in self.moebius.items() if other & mask == other)

        return self.totals({mask: n * around(mask) for mask, n in self.cells.items()})


def warn_if_rounded(normals: Sequence[Sequence[Any]], stacklevel: int = 4) -> None:
    """Warn with `NearlyDegenerate` where normals are dependent up to rounding, not exactly.

    Looks at flats in the order of their rank, within a budget.
    """
    for rank, covers in enumerate(_levels(_units(normals), TOLERANCE, BUDGET), start=1):
        for flat in covers:
            members = [normals[i] for i in range(len(normals)) if flat >> i & 1]
            if len(members) > rank and residues(members).rank > rank:
                warnings.warn(
                    f"{len(members)} normals in floating point are within rounding of rank {rank} "
                    "but have a larger one, and are counted so; snap=1e-9 takes them as dependent, "
                    "exact numbers such as '(1 + sqrt(5))/2' decide it",
                    NearlyDegenerate,
                    stacklevel=stacklevel,
                )
                return


@lru_cache(maxsize=8)
def rounded(normals: tuple[tuple[Any, ...], ...], tolerance: float) -> Flats:
    """Find the flats of the normals, those dependent up to a tolerance taken as dependent.

    DomainError beyond MAX_FLATS, and where the tolerance leaves no lattice: flats then do not
    split the other hyperplanes, or Weisner's sums depend on the hyperplane that is chosen.

    >>> rounded(((0.6, 0.8), (3, 4), (1, 0)), 1e-9).coefficients()
    (mpz(1), mpz(-2), mpz(1))
    """
    d = len(normals[0])
    dims, moebius = {0: d}, {0: 1}
    below: list[int] = [0]
    for rank, covers in enumerate(_levels(_units(normals), tolerance, None), start=1):
        if len(dims) + len(covers) > MAX_FLATS:
            raise DomainError(
                f"{len(normals)} hyperplanes in R^{d} have more than {MAX_FLATS} flats up to snap"
            )
        for flat, parents in covers.items():
            inside = [mask for mask in below if mask & flat == mask]
            values = {
                -sum(moebius[g] for g in parents if not g & hyperplane)
                for hyperplane in (flat & -flat, 1 << (flat.bit_length() - 1))
            }
            if sorted(inside) != sorted(set(parents)) or len(values) > 1 or rank > d:
                raise inconsistent(tolerance)
            dims[flat], moebius[flat] = d - rank, values.pop()
        below = list(covers)
    if below != [(1 << len(normals)) - 1]:
        raise inconsistent(tolerance)
    return Flats(d, dims, moebius)


def inconsistent(tolerance: float) -> DomainError:
    """The error for normals that a tolerance does not make an arrangement of.

    >>> str(inconsistent(1e-9))[:44]
    'snap=1e-09 leaves no consistent arrangement:'
    """
    return DomainError(
        f"snap={tolerance:g} leaves no consistent arrangement: some normals are neither dependent "
        "nor independent to that accuracy"
    )


def _units(normals: Sequence[Sequence[Any]]) -> NDArray[np.float64]:
    """Unit normals (m, d)."""
    rows = []
    for row in normals:
        entries = [Surd.of(x).terms for x in row]
        size = max(abs(c) for entry in entries for _, c in entry)
        rows.append([sum(float(c / size) * n**0.5 for n, c in entry) for entry in entries])
    units = np.array(rows)
    return units / np.linalg.norm(units, axis=1, keepdims=True)


def _levels(units: NDArray[np.float64], tolerance: float, budget: int | None) -> Iterator[Covers]:
    """For ranks 1, 2, ..: each flat (a mask) with the flats that it covers; until none is left."""
    strict = budget is None
    level = {0: _merged([1 << i for i in range(len(units))], units, tolerance, strict)}
    while True:
        covers: Covers = {}
        following: dict[int, tuple[list[int], NDArray[np.float64]]] = {}
        for mask, (masks, vectors) in level.items():
            if budget is not None:
                budget -= 20 + len(masks)
                if budget < 0:
                    return
            for i, members in enumerate(masks):
                flat = mask | members
                covers.setdefault(flat, []).append(mask)
                if flat not in following and vectors.shape[1] > 1:
                    others = [other for j, other in enumerate(masks) if j != i]
                    rest = _projected(np.delete(vectors, i, axis=0), vectors[i])
                    following[flat] = _merged(others, rest, tolerance, strict)
            if len(covers) > MAX_FLATS:
                break
        if not covers:
            return
        yield covers
        level = following


def _projected(vectors: NDArray[np.float64], normal: NDArray[np.float64]) -> NDArray[np.float64]:
    """The vectors' parts orthogonal to a normal, in an orthonormal basis: Householder's mirror."""
    mirror = normal / np.linalg.norm(normal)
    mirror[0] += 1.0 if mirror[0] >= 0 else -1.0
    mirror /= np.linalg.norm(mirror)
    return (vectors - 2 * np.outer(vectors @ mirror, mirror))[:, 1:]


def _merged(
    masks: list[int], vectors: NDArray[np.float64], tolerance: float, strict: bool
) -> tuple[list[int], NDArray[np.float64]]:
    """Classes of parallel vectors: their masks together, and the longest vector of each."""
    lengths = np.linalg.norm(vectors, axis=1)
    order = [int(i) for i in np.argsort(-lengths) if lengths[i] > tolerance]
    if not order:
        return [], vectors[:0]
    if vectors.shape[1] == 1:
        return [sum(masks[i] for i in order)], vectors[order[:1]]
    probe = np.sqrt(np.arange(2.0, vectors.shape[1] + 2))
    shadows = np.sort(np.abs(vectors[order] @ probe) / lengths[order])
    margin = 2 * tolerance / lengths[order[-1]] * probe.sum()
    if (np.diff(shadows) > margin).all():  # parallel vectors have the same shadow
        return [masks[i] for i in order], vectors[order]
    found: list[int] = []
    chosen: list[int] = []
    kept = np.empty((len(order), vectors.shape[1]))
    for i in order:
        unit = vectors[i] / lengths[i]
        others = kept[: len(chosen)]
        gaps = np.minimum(
            np.abs(others - unit).max(axis=1, initial=0.0),
            np.abs(others + unit).max(axis=1, initial=0.0),
        )
        near = np.flatnonzero(gaps < tolerance / lengths[i])
        if len(near):
            found[near[0]] |= masks[i]
        else:
            kept[len(chosen)] = unit
            chosen.append(i)
            found.append(masks[i])
    if strict:
        centres = kept[: len(chosen)]
        for i in order:
            unit = vectors[i] / lengths[i]
            gaps = np.minimum(np.abs(centres - unit).max(1), np.abs(centres + unit).max(1))
            if (gaps < 2 * tolerance / lengths[i]).sum() > 1:
                raise inconsistent(tolerance)
    return found, vectors[chosen]
