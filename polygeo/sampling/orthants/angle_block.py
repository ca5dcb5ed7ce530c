"""One randomisation of the integral of a solid angle, and an estimate of what a run missed."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.sampling.orthants.radial import Radial
from polygeo.sampling.orthants.separated_variables import SeparatedVariables
from polygeo.sampling.runs.streams import generator

__all__ = ["MAIN", "PILOT", "RANDOMISATIONS", "SEEN", "AngleBlock", "Moments"]

RANDOMISATIONS = 32
"""Number of independent scramblings, between which the standard error is taken."""

PILOT, MAIN = 4, 3
"""Purposes of random streams."""

PEAK_WEIGHT, SEEN = 8, 32
"""Weight of a feature that may have been missed, and number of points that are enough to see it.

If fewer than SEEN points see a feature, the square of the error is at least PEAK_WEIGHT times that
of its largest value over the number of points.
"""

CHUNK = 4096


@dataclass(frozen=True)
class Moments:
    """The moments of a run: the mean of the integrand, its relative spread, its largest value."""

    mean: float
    spread: float
    largest: float


@dataclass(frozen=True, eq=False)
class AngleBlock:
    """One randomisation: a function from its number b to the bits of its mean and largest value.

    The results are at the places 2b and 2b + 1; ``shape`` has the integrand.
    """

    shape: SeparatedVariables | Radial
    seed: int
    points: int
    total: int = RANDOMISATIONS
    purpose: int = MAIN

    @property
    def narrow(self) -> float:
        """The inverse of the share of the points that see the narrowest feature."""
        return self.shape.steepness if isinstance(self.shape, SeparatedVariables) else 0.0

    def missed(self, moments: Moments, points: int) -> float:
        """Estimate the relative error from what a number of points may not have seen.

        That is a feature that few of them see, with the largest value that there can be; or a few
        values as large as the largest, if that is worth more than one over the square root of the
        number of points.
        """
        if not moments.mean > 0:
            return float("inf")
        feature = 0.0
        if isinstance(self.shape, SeparatedVariables) and self.narrow > points / SEEN:
            feature = max(self.shape.peak / moments.mean, 1.0) / points
        share = moments.largest / moments.mean / points
        return float(max(PEAK_WEIGHT**0.5 * feature, share if share > points**-0.5 else 0.0))

    def pilot(self) -> Moments:
        """Compute the moments of all blocks, in this process."""
        values = np.array([self.moments(b) for b in range(self.total)])
        mean, largest = float(values[:, 0].mean()), float(values[:, 1].max())
        spread = float(values[:, 0].std()) / mean if mean > 0 else np.inf
        return Moments(mean, spread, largest)

    def moments(self, block: int) -> tuple[float, float]:
        """Compute the mean over the points of randomisation ``block``, and the largest value."""
        size = self.shape.size
        sobol = _sobol(size, generator(self.seed, block, self.purpose))
        total = largest = 0.0
        for start in range(0, self.points, CHUNK):
            values = self.shape.values(sobol.random(min(CHUNK, self.points - start)))
            total += float(values.sum())
            largest = max(largest, float(values.max()))
        return total / self.points, largest

    def __call__(self, block: int) -> NDArray[np.int64]:
        result = np.zeros(2 * self.total, dtype=np.int64)
        result[2 * block : 2 * block + 2] = np.array(self.moments(block)).view(np.int64)
        return result


def _sobol(dim: int, stream: np.random.Generator) -> Any:
    """Scrambled Sobol points; the name of scipy's argument depends on its version."""
    from scipy.stats import qmc

    known = inspect.signature(qmc.Sobol).parameters
    number = int(stream.integers(1 << 62))
    options: dict[str, Any] = {"rng" if "rng" in known else "seed": number}
    return qmc.Sobol(dim, scramble=True, **options)
