"""Simulated sections of cones and unions, to be compared with the kinematic formulas.

For a uniformly random subspace L of dimension n, or a uniformly random rotation g, the Euler
characteristic of A ∩ L ∩ S^{d-1}, or A ∩ gB ∩ S^{d-1}, is an integer that every draw decides
exactly (`polygeo.sampling.sections.section_counts`); its mean is compared with
`polygeo.volumes.expected_euler_characteristic` (schneiderweil2008stochastic, theorem 6.5.6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from polygeo.answers.ball import Ball
from polygeo.answers.certification import as_float
from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import abbreviate, integer
from polygeo.answers.serialise import show
from polygeo.answers.statistics.sufficient import merged_seeds, of_one_kind
from polygeo.answers.typeset import html_table
from polygeo.errors import DomainError, NoExactValue, NotConverged
from polygeo.sampling.sections.section_counts import SignedCones, count_sections
from polygeo.volumes.kinematics import expected_euler_characteristic

__all__ = ["SectionEstimate", "estimate_rotation", "estimate_section", "signed_terms"]

MAX_PAIRS = 5000
"""Largest number of pairs of signed cones that are intersected in each rotation."""


@dataclass(frozen=True)
class SectionEstimate:
    """Euler characteristics of random sections of ``body``, with their expected value.

    * ``counts``: pairs (chi, number of draws).
    * ``other``: the dimension n of the subspaces, or the cone or union that was rotated.
    * ``seed``, ``bound``: the name of the run, and the largest value that |chi| can take.
    * ``complete``: False after an interrupted run.

    >>> from polygeo.cones import PolyhedralCone
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
        """The number of draws."""
        return sum(number for _, number in self.counts)

    @property
    def indicates(self) -> bool:
        """Whether chi is the indicator of a section larger than {0}: a convex cone, no subspace."""
        bodies = [self.body] if isinstance(self.other, int) else [self.body, self.other]
        pieces = [body.as_cone for body in bodies]
        return None not in pieces and any(not piece.is_subspace for piece in pieces)

    @cached_property
    def estimate(self) -> Estimate:
        """The mean over the draws: a proportion if ``indicates``, else of bounded numbers."""
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
        """The id of the formula for the mean, for `polygeo.cite`."""
        return "kinematic.crofton" if isinstance(self.other, int) else "kinematic.principal"

    @cached_property
    def expected(self) -> Any:
        """The value of the kinematic formula, exact or certified; None where no volumes are known.

        Computed when it is first asked for; None also where volumes take longer than
        `ConicSet.volumes_within` allows.
        """
        try:
            bodies = [self.body] if isinstance(self.other, int) else [self.body, self.other]
            volumes = [body.volumes_within() for body in bodies]
            return expected_euler_characteristic(volumes[0], (*volumes[1:], self.other)[0])
        except (NoExactValue, NotConverged, DomainError):  # the last one: too many faces
            return None

    def agrees(self, false_alarm: float = 1e-6) -> bool:
        """Check that the expected value lies in the interval of the estimate.

        * ``false_alarm``: probability of the answer False for a correct simulation (default 1e-6).

        See `Estimate.test_interval`. NoExactValue where no expected value is known.
        """
        value = self.expected
        if value is None:
            raise NoExactValue("no exact or certified expected value is known for these cones")
        return self.estimate.agrees(value, false_alarm)

    def merge(self, *others: SectionEstimate) -> SectionEstimate:
        """Add the counts of other independent runs of the same sections.

        >>> from polygeo.cones import PolyhedralCone
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
            f"  expected  {_expected_text(self.expected)}\n"
            f"  {note}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return a dictionary that JSON can hold: estimate, expected value, counts."""
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
    """Estimate the mean of `ConicSet.estimate_section_euler_characteristic` for a body.

    >>> from polygeo.cones import SignCountFan
    >>> fan = SignCountFan(5, 2)
    >>> run = estimate_section(fan, 2, 20_000, seed=1)
    >>> [chi for chi, _ in run.counts], run.expected, run.agrees()
    ([0, 1, 2], mpq(5,4), True)
    """
    cones = signed_terms(body)
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
    """Estimate the mean of `ConicSet.estimate_rotation_euler_characteristic` for two bodies.

    A rotation is the orthogonal factor of a Gaussian matrix with the signs of its triangular
    factor, as float64 numbers; chi is exact for the cones that the rotation makes of B.

    """
    first, second = signed_terms(body), signed_terms(other)
    if first.dim != second.dim:
        raise DomainError(
            f"both cones must live in one space; got R^{first.dim} and R^{second.dim}"
        )
    if len(first.terms) * len(second.terms) > MAX_PAIRS:
        raise DomainError(
            f"at most {MAX_PAIRS} pairs of terms are intersected; "
            f"got {len(first.terms)} times {len(second.terms)}"
        )
    both = first.joined_with(second)
    counts, complete = count_sections(
        both, 0, samples, seed, rotate_from=len(first.vectors), **options
    )
    return SectionEstimate(
        body, other, tuple(sorted(counts.items())), integer(seed), both.weight, complete
    )


def signed_terms(body: Any) -> SignedCones:
    """Return the signed cones of a cone or a union, each by the numbers of its rays and lines.

    >>> from polygeo.cones import SignCountFan
    >>> signed_terms(SignCountFan(2, 2)).terms
    ((1, (0, 1), ()), (1, (0, 2), ()), (1, (3, 1), ()), (-1, (0,), ()), (-1, (1,), ()))
    """
    if not hasattr(body, "signed_cones"):
        raise DomainError(f"a cone or a union of cones is needed; got {abbreviate(repr(body))}")
    places: dict[Hashable, int] = {}
    signed = []
    for coefficient, cone in body.signed_cones():
        rays = tuple(places.setdefault(ray, len(places)) for ray in cone.rays)
        lines = tuple(places.setdefault(line, len(places)) for line in cone.lineality_space)
        signed.append((coefficient, rays, lines))
    return SignedCones(body.ambient_dim, tuple(places), tuple(signed))  # type: ignore[arg-type]


def _expected_text(value: Any) -> str:
    """An expected value with its decimals."""
    if value is None:
        return "not known"
    if isinstance(value, Ball):
        return f"{value.decimal(10)} (certified)"
    return f"{abbreviate(show(value))} = {as_float(value):.6g}"
