"""The contract of a random polytope: its expected f-vector, its samples, and their simulation."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.estimate import Estimate
from polygeo.answers.estimates import Estimates
from polygeo.answers.exact import integer, shorten
from polygeo.errors import DomainError
from polygeo.polytopes.hulls.counting import MAX_DIM, face_counts
from polygeo.polytopes.hulls.general_position import generic_counts
from polygeo.progress import patient, patient_methods
from polygeo.sampling.runs.draws import Plan, sum_draws
from polygeo.sampling.runs.streams import checked_seed, generator

if TYPE_CHECKING:
    from polygeo.polytopes.fvector import FVector

__all__ = ["RandomPolytope"]

BLOCK = 64
"""Number of realisations in a block; part of the definition of a run."""

MAX_SAMPLES = 1 << 31
"""Largest number of realisations of a run."""

MAX_ENTRIES = 10**6
"""Largest number of coordinates that a sample may have."""

PURPOSE = 0x66616365
"""Number of the random streams of face counts; samples for the user have the next number."""

MIN_EVENTS = 8
"""Added to each sum of squares, as if a number had differed from its mean by 1 so often: one that
never varied in N samples gets the interval +- 5.5/N at 95% and +- 14/N at 1 - 1e-6, not +- 0
(an event of probability 13.8/N is never seen with probability 1e-6)."""

LIMB = 31
"""Number of bits of the lower part of a square, so that no sum of int64 can overflow."""


LONG = ("f_vector", "faces", "facets", "limit", "surviving", "survivors", "typical_face")
"""Methods of which a terminal shows that they take long."""


class RandomPolytope(ABC):
    """Random convex polytope in R^d whose expected f-vector is known.

    Subclasses are frozen dataclasses of their parameters, so hashable and picklable, with:

    * ``d``: the dimension, in which the polytope is full almost surely;
    * ``source``: the id of the formula of the expected numbers;
    * ``f_vector(digits)``: the expected numbers of faces f_0, .., f_{d-1}, exact or certified;
    * ``_points(stream)``: points (N, d) whose convex hull is one realisation, all randomness taken
      from ``stream`` (a numpy Generator), with sizes that depend on the parameters only or on what
      was drawn. A cell overrides ``_face_counts(stream)`` as well.
    """

    d: int
    source: ClassVar[str]
    _generic: ClassVar[bool] = True
    """Whether the points are in general position almost surely."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        patient_methods(cls, LONG)

    @property
    def dim(self) -> int:
        """Dimension d of the polytope."""
        return self.d

    @abstractmethod
    def f_vector(self, digits: int = 30) -> FVector:
        """Return the expected f-vector (E f_0, .., E f_{d-1}), exact or certified.

        * ``digits``: significant digits of certified entries (default 30).
        """

    @abstractmethod
    def _points(self, stream: np.random.Generator) -> NDArray[np.float64]:
        """Return points (N, d) whose hull is a realisation."""

    @patient
    def faces(self, k: Any, digits: int = 30) -> Any:
        """Return E f_k, the expected number of faces of dimension k.

        * ``k``: an integer, 0 <= k < d; DomainError otherwise.
        * ``digits``: significant digits of a certified answer (default 30).
        """
        return self.f_vector(digits)[self._face_dimension(k)]

    @patient
    def facets(self, digits: int = 30) -> Any:
        """Return E f_{d-1}, the expected number of facets.

        * ``digits``: significant digits of a certified answer (default 30).
        """
        return self.faces(self.dim - 1, digits)

    @patient
    def sample(self, seed: int) -> NDArray[np.float64]:
        """Draw one realisation: points, float64, shape (N, d), with the polytope as hull.

        * ``seed``: an integer in [0, 2^64).

        DomainError where a sample would be too large.
        """
        return self._points(generator(checked_seed(seed), 0, PURPOSE + 1))

    def estimate_f_vector(
        self,
        samples: Any = None,
        seed: Any = None,
        *,
        stderr: Any = None,
        executor: Any = None,
        checkpoint: str | os.PathLike[str] | None = None,
        progress: bool | None = None,
    ) -> Estimates:
        """Estimate E f_0, .., E f_{d-1} from the convex hulls of simulated realisations, d <= 8.

        * ``samples``: number of realisations, an integer in [2, 2^31], or None with ``stderr``.
        * ``seed``: an integer in [0, 2^64). The answer depends on samples, stderr and seed only.
        * ``stderr``: a standard error; the run ends when all standard errors are at most that.
        * ``executor``, ``checkpoint``, ``progress``: how the run is computed, saved and shown; see
          ``polygeo.sampling.runs.engine.run``. Ctrl-C returns the estimate from the realisations so
          far.

        Returns `Estimates`, independent of the method of `f_vector`. The standard errors are a
        little larger than those of the samples, so that the intervals hold for numbers that hardly
        vary (`MIN_EVENTS`).
        """
        start = checked_seed(seed)
        plan = Plan.of(samples, stderr, least=2)
        if plan.samples is not None and plan.samples > MAX_SAMPLES:
            raise DomainError(f"samples must lie in [2, 2^31]; got {shorten(plan.samples)}")
        if self.dim > MAX_DIM:
            raise DomainError(f"hulls are counted for d <= {MAX_DIM}; got d={self.dim}")

        def estimates(sums: NDArray[np.int64], draws: int) -> Estimates:
            first, high, low = sums.tolist()
            return Estimates(
                Estimate.from_moments(
                    draws, total, (big << LIMB) + small + MIN_EVENTS, start, source=self.source
                )
                for total, big, small in zip(first, high, low, strict=True)
            )

        found = sum_draws(
            lambda number: partial(_hull_block, self, start, number),
            plan,
            BLOCK,
            {"computes": "f-vectors", "model": repr(self), "seed": start},
            spread=lambda sums, draws: max(run.stderr for run in estimates(sums, draws)),
            bound=MAX_SAMPLES,
            name="polytopes",
            executor=executor,
            checkpoint=checkpoint,
            progress=progress,
        )
        return estimates(found.sums, found.draws)

    def _face_counts(self, stream: np.random.Generator) -> NDArray[np.int64]:
        """Return (f_0, .., f_{d-1}) of one realisation."""
        points = self._points(stream)
        return generic_counts(points) if self._generic else face_counts(points)

    def _face_dimension(self, k: Any) -> int:
        face = integer(k, "k")
        if not 0 <= face < self.dim:
            raise DomainError(f"a face of dimension k needs 0 <= k < {self.dim}; got k={face}")
        return face

    def _check_entries(self, count: int) -> None:
        """Refuse a sample of so many coordinates."""
        if count > MAX_ENTRIES:
            raise DomainError(f"a sample needs at most {MAX_ENTRIES} coordinates; got {count}")


def _hull_block(model: RandomPolytope, seed: int, samples: int, block: int) -> NDArray[np.int64]:
    """Return the sums of f, and of f^2 in two limbs, over the samples of a block."""
    stream = generator(seed, block, PURPOSE)
    sums = np.zeros((3, model.dim), np.int64)
    for _ in range(samples):
        counts = model._face_counts(stream)
        squares = counts * counts
        sums += [counts, squares >> LIMB, squares & ((1 << LIMB) - 1)]
    return sums
