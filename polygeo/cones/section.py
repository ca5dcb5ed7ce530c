"""Simulated sections of cones and unions, to be held beside the kinematic formulas.

For a uniformly random subspace L of dimension n, or a uniformly random rotation g, the Euler
characteristic of A n L n S^{d-1}, or A n gB n S^{d-1}, is an integer that every draw decides
exactly (`polygeo.sampling.sections.section_counts`); its mean is compared with
`polygeo.volumes.expected_euler_characteristic` (schneiderweil2008stochastic, theorem 6.5.6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from math import comb
from typing import Any

from polygeo.answers.ball import Ball
from polygeo.answers.certification import as_float
from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import abbreviate, integer
from polygeo.answers.merging import merged_seeds, of_one_kind
from polygeo.answers.serialise import show
from polygeo.answers.typeset import html_table
from polygeo.cones.cone import Cone
from polygeo.cones.families.fan import SignCountFan
from polygeo.cones.families.orthant import Orthant
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.union import MAX_TERMS, ConeUnion
from polygeo.errors import DomainError, NoExactValue, NotConverged
from polygeo.sampling.sections.section_counts import SignedCones, count_sections
from polygeo.volumes.kinematics import expected_euler_characteristic

__all__ = ["SectionEstimate", "estimate_rotation", "estimate_section", "signed_cones"]


@dataclass(frozen=True)
class SectionEstimate:
    """Euler characteristics of random sections of ``body``, and what was to be expected.

    ``counts``: pairs (chi, number of draws); ``other``: the dimension n of the subspaces, or the
    cone or union that was rotated; ``complete`` is False after an interrupted run.

    >>> quadrant = PolyhedralCone(rays=[[1, 0], [0, 1]])
    >>> SectionEstimate(quadrant, 1, ((0, 52), (1, 48)), seed=1, bound=2)
    Euler characteristic of the section by a random subspace of dimension 1:
      estimate  0.480 +/- 0.050, 95% in [0.379, 0.583], 100 samples, seed 1
      expected  1/2 = 0.5
      here the indicator that it is not empty
    """

    body: Any
    other: Any
    counts: tuple[tuple[int, int], ...]
    seed: int | tuple[int, ...]
    bound: int
    complete: bool = True

    @property
    def samples(self) -> int:
        """Number of draws."""
        return sum(number for _, number in self.counts)

    @property
    def indicates(self) -> bool:
        """Whether chi is the indicator of a section larger than {0} (the cone is convex, no
        subspace).
        """
        bodies = [self.body] if isinstance(self.other, int) else [self.body, self.other]
        pieces = [_only_piece(body) for body in bodies]
        return None not in pieces and any(not piece.is_subspace for piece in pieces if piece)

    @cached_property
    def estimate(self) -> Estimate:
        """Mean over the draws, a proportion if ``indicates``, else a mean of bounded numbers."""
        if self.indicates and {chi for chi, _ in self.counts} <= {0, 1}:
            hits = dict(self.counts).get(1, 0)
            return Estimate.proportion(hits, self.samples, self.seed, source=self.source)
        total = sum(chi * number for chi, number in self.counts)
        squares = sum(chi * chi * number for chi, number in self.counts)
        return Estimate.from_moments(
            self.samples, total, squares, self.seed, bounds=self._bounds, source=self.source
        )

    @property
    def _bounds(self) -> tuple[int, int]:
        """What chi can be: terms of weights that sum to 1 have 0 to 2 each."""
        return 1 - self.bound // 2, 1 + self.bound // 2

    @property
    def source(self) -> str:
        """The formula for the mean, for `polygeo.cite`."""
        return "kinematic.crofton" if isinstance(self.other, int) else "kinematic.principal"

    @cached_property
    def expected(self) -> Any:
        """The kinematic formula's value, exact or certified; None where no volumes are known.

        Computed when it is first asked for: certified volumes can take longer than the run.
        """
        try:
            return expected_euler_characteristic(self.body, self.other)
        except (NoExactValue, NotConverged, DomainError):  # the last one: too many faces
            return None

    def agrees(self, false_alarm: float = 1e-6) -> bool:
        """Whether the expected value lies in the interval that misses it with ``false_alarm``.

        See `Estimate.test_interval`. Raises NoExactValue where nothing is expected.
        """
        value = self.expected
        if value is None:
            raise NoExactValue("no exact or certified expected value is known for these cones")
        return self.estimate.agrees(value, false_alarm)

    def merge(self, *others: SectionEstimate) -> SectionEstimate:
        """The counts of this run and other independent runs of the same sections.

        >>> quadrant = PolyhedralCone(rays=[[1, 0], [0, 1]])
        >>> runs = [SectionEstimate(quadrant, 1, ((0, 5), (1, 5 + s)), s, 2) for s in (1, 2)]
        >>> runs[0].merge(runs[1]) == runs[1].merge(runs[0]), runs[0].merge(runs[1]).samples
        (True, 23)
        """
        runs = (self, *others)
        of_one_kind(runs, SectionEstimate, "body", "other", "bound")
        counts: Counter[int] = Counter()
        for run in runs:
            counts.update(dict(run.counts))
        return replace(
            self,
            counts=tuple(sorted(counts.items())),
            seed=merged_seeds(run.seed for run in runs) or (),
            complete=all(run.complete for run in runs),
        )

    def _repr_html_(self) -> str:
        caption, *lines = repr(self).splitlines()
        pairs = [line.split(maxsplit=1) for line in lines[:2]]
        draws = [(f"draws with chi = {chi}", number) for chi, number in self.counts]
        return html_table(f"{caption} {lines[2].strip()}", ["", ""], [*pairs, *draws])

    def __repr__(self) -> str:
        place = (
            f"a random subspace of dimension {self.other}"
            if isinstance(self.other, int)
            else "a randomly rotated cone"
        )
        note = (
            "here the indicator that it is not empty"
            if self.indicates
            else "not the indicator that it is not empty, which it is for a convex cone only"
        )
        return (
            f"Euler characteristic of the section by {place}"
            f"{'' if self.complete else ' (interrupted)'}:\n"
            f"  estimate  {self.estimate}\n"
            f"  expected  {_shown(self.expected)}\n"
            f"  {note}"
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: estimate, expected value, counts."""
        from polygeo.answers.serialise import to_dict

        return {
            "estimate": self.estimate.to_dict(),
            "expected": None if self.expected is None else to_dict(self.expected),
            "counts": [list(pair) for pair in self.counts],
            "indicator": self.indicates,
            "complete": self.complete,
        }


def estimate_section(
    body: Any, n: Any, samples: Any = None, seed: Any = None, **options: Any
) -> SectionEstimate:
    """chi(A n L n S^{d-1}) over ``samples`` uniformly random n-dimensional subspaces L.

    ``body``: a `PolyhedralCone` (one given by inequalities is converted), `ConeUnion` or
    `SignCountFan`; ``options`` are stderr (the run ends once the standard error of the mean is at
    most that; then ``samples``, if given, is the most that are drawn) and executor, checkpoint
    and progress of `polygeo.sampling.runs.engine.run`. Same seed, same counts on any workers;
    Ctrl-C returns what has been counted. Raises DomainError unless 0 <= n <= d and samples >= 2.

    >>> fan = SignCountFan(5, 2)
    >>> run = estimate_section(fan, 2, 20_000, seed=1)
    >>> [chi for chi, _ in run.counts], run.expected, run.agrees()
    ([0, 1, 2], mpq(5,4), True)
    """
    cones = signed_cones(body)
    dim = integer(n, "n")
    if not 0 <= dim <= cones.dim:
        raise DomainError(f"a subspace of R^{cones.dim} needs 0 <= n <= {cones.dim}; got n={dim}")
    counts, complete = count_sections(cones, cones.dim - dim, samples, seed, **options)
    return SectionEstimate(
        body, dim, tuple(sorted(counts.items())), integer(seed), cones.weight, complete
    )


def estimate_rotation(
    body: Any, other: Any, samples: Any = None, seed: Any = None, **options: Any
) -> SectionEstimate:
    """chi(A n gB n S^{d-1}) over ``samples`` uniformly random rotations g; see `estimate_section`.

    A rotation is the orthogonal factor of a Gaussian matrix with the signs of its triangular
    factor, as float64 numbers; chi is exact for the cones that these make of B.

    >>> octant = PolyhedralCone(rays=[[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    >>> run = estimate_rotation(octant, octant, 5000, seed=1)
    >>> run.expected, run.agrees()
    (mpq(1,2), True)
    """
    first, second = signed_cones(body), signed_cones(other)
    if first.dim != second.dim:
        raise DomainError(
            f"both cones must live in one space; got R^{first.dim} and R^{second.dim}"
        )
    if len(first.terms) * len(second.terms) > MAX_TERMS:
        raise DomainError(
            f"at most {MAX_TERMS} pairs of terms are intersected; "
            f"got {len(first.terms)} times {len(second.terms)}"
        )
    both = first.joined_with(second)
    counts, complete = count_sections(
        both, 0, samples, seed, rotate_from=len(first.vectors), **options
    )
    return SectionEstimate(
        body, other, tuple(sorted(counts.items())), integer(seed), both.weight, complete
    )


def signed_cones(body: Any) -> SignedCones:
    """The indicator of a cone or a union as a signed sum over cones by their generators.

    >>> signed_cones(SignCountFan(2, 2)).terms
    ((1, (2, 3), ()), (1, (2, 1), ()), (1, (0, 3), ()), (-1, (2,), ()), (-1, (3,), ()))
    """
    if isinstance(body, PolyhedralCone):
        return _of_terms(body.ambient_dim, ((1, body),))
    if isinstance(body, ConeUnion):
        return _of_terms(body.ambient_dim, body.terms)
    if isinstance(body, SignCountFan):
        return _of_fan(body)
    raise DomainError(
        "sections are sampled of a PolyhedralCone, a ConeUnion or a SignCountFan; "
        f"got {abbreviate(repr(body))}"
    )


def _of_terms(dim: int, terms: Any) -> SignedCones:
    places: dict[Hashable, int] = {}
    signed = []
    for coefficient, cone in terms:
        rays = tuple(places.setdefault(ray, len(places)) for ray in cone.rays)
        lines = tuple(places.setdefault(line, len(places)) for line in cone.lineality_space)
        signed.append((coefficient, rays, lines))
    return SignedCones(dim, tuple(places), tuple(signed))  # type: ignore[arg-type]


def _of_fan(fan: SignCountFan) -> SignedCones:
    """Faces of the orthant fan; the coefficient depends on the numbers of signs only.

    sum of c(G) over the faces G of C_{m,k} that hold a face F is 1, so with p positive and z zero
    coordinates c(p, z) = 1 - sum of c(p + a, z - a - b) over the ways to give a + b > 0 of the
    zeros a sign.
    """
    m, k = fan.m, fan.k
    coefficients: dict[tuple[int, int], int] = {}
    for z in range(m + 1):
        for p in range(min(k, m - z + 1)):
            larger = sum(
                comb(z, a) * comb(z - a, b) * coefficients[p + a, z - a - b]
                for a in range(min(z, k - 1 - p) + 1)
                for b in range(z - a + 1)
                if a + b
            )
            coefficients[p, z] = 1 - larger
    sizes = sum(comb(m, z) * comb(m - z, p) for (p, z), c in coefficients.items() if c)
    if sizes > MAX_TERMS:
        raise DomainError(
            f"at most {MAX_TERMS} faces of the orthant fan are combined; {fan} has {sizes}"
        )
    units = [tuple(int(i == j) for j in range(m)) for i in range(m)]
    vectors = (*units, *(tuple(-x for x in unit) for unit in units))
    terms = []
    for signs in _sign_vectors(m, k):
        p, z = signs.count(1), signs.count(0)
        if coefficients[p, z]:
            rays = tuple(i if sign > 0 else m + i for i, sign in enumerate(signs) if sign)
            terms.append((coefficients[p, z], rays, ()))
    return SignedCones(m, vectors, tuple(terms))


def _sign_vectors(m: int, k: int) -> list[tuple[int, ...]]:
    """All sign vectors with fewer than k ones, those with fewer zeros first."""
    found: list[tuple[int, ...]] = [()]
    for _ in range(m):
        found = [(*s, x) for s in found for x in (-1, 1, 0) if x < 1 or s.count(1) < k - 1]
    return sorted(found, key=lambda signs: signs.count(0))


def _only_piece(body: Any) -> Cone | None:
    """The cone that a convex body is, or None for a union."""
    if isinstance(body, PolyhedralCone):
        return body
    if isinstance(body, ConeUnion):
        return body.as_cone
    return Orthant(body.m) if body.k == 1 else None


def _shown(value: Any) -> str:
    """An expected value with its decimals."""
    if value is None:
        return "not known"
    if isinstance(value, Ball):
        return f"{value.decimal(10)} (certified)"
    return f"{abbreviate(show(value))} = {as_float(value):.6g}"
