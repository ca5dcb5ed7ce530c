"""Full replica-symmetry breaking by a smooth order parameter: x(q) = y(s)/s, s = sqrt(1 - q).

x vanishes on [0, q_0), jumps at q_0 and then grows like (1 - q)^(-1/2): y is smooth up to s = 0
and is written in Chebyshev polynomials on [0, s_0]. The recursion runs on k levels s_i = s_0
(1 - i/k)^GRADE with the averages of x over the cells, which is a trial on k levels: its value
lies on the safe side of the infimum. Newton's method in chi, s_0 and the coefficients; at the
optimum the value is (infimum over y) + O(k^-4), and Richardson's extrapolation in k takes the
limit. This method shares the kernels with `ladder`, but neither unknowns nor limit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev

from polygeo.errors import DomainError
from polygeo.replica.functional import Problem
from polygeo.replica.grids import ROUGH
from polygeo.replica.ladder import KStepOptimum
from polygeo.replica.newton import minimize

__all__ = ["GRADE", "Smooth", "from_optimum", "levels", "smooth", "trial"]

GRADE = 1.25


@dataclass(frozen=True, eq=False)
class Smooth:
    """A smooth order parameter: chi, s_0 = sqrt(1 - q_0) and the Chebyshev coefficients of y.

    ``value`` was taken on ``k`` levels and is the infimum over all such y up to rounding.
    """

    problem: Problem
    chi: float
    edge: float
    coefficients: np.ndarray
    k: int
    value: float
    hessian: np.ndarray

    @property
    def degree(self) -> int:
        """Degree of y."""
        return len(self.coefficients) - 1

    @property
    def unknowns(self) -> np.ndarray:
        """Unknowns of the search, log chi, s_0 and the coefficients."""
        return np.concatenate([[np.log(self.chi), self.edge], self.coefficients])

    def x(self, q: np.ndarray) -> np.ndarray:
        """Return the order parameter at q in [0, 1)."""
        s = np.sqrt(1 - np.asarray(q, dtype=float))
        inside = chebyshev.chebval(2 * s / self.edge - 1, self.coefficients) / s
        return np.where(s < self.edge, inside, 0.0)


@lru_cache(maxsize=128)
def _cells(k: int, degree: int) -> tuple[np.ndarray, np.ndarray]:
    """In units of s_0: the gaps of the cells, and the averages of T_j(2 s - 1)/s over them."""
    s = np.append((1 - np.arange(k) / k) ** GRADE, 0.0)
    gaps = s[:-1] ** 2 - s[1:] ** 2
    integrals = [chebyshev.chebint(row) / 2 for row in np.eye(degree + 1)]
    values = np.array([chebyshev.chebval(2 * s - 1, row) for row in integrals])
    return gaps, 2 * (values[:, :-1] - values[:, 1:]).T / gaps[:, None]


def levels(unknowns: np.ndarray, k: int) -> tuple[float, np.ndarray, np.ndarray]:
    """Return chi, gaps and slopes of the trial on k levels.

    DomainError where x is no order parameter.
    """
    gaps, averages = _cells(k, len(unknowns) - 3)
    chi, edge = float(np.exp(unknowns[0])), float(unknowns[1])
    if not 0 < edge < 1:
        raise DomainError(f"s_0 must lie in (0, 1); got {edge}")
    slopes = averages @ unknowns[2:] / edge
    if np.any(slopes <= 0):
        raise DomainError("the order parameter must be positive")
    return chi, edge**2 * gaps, slopes


def trial(problem: Problem, unknowns: np.ndarray, k: int) -> tuple[float, np.ndarray]:
    """Return the value on k levels and its derivatives in log chi, s_0 and the coefficients."""
    chi, gaps, slopes = levels(unknowns, k)
    value, slope = problem.at(chi, gaps, slopes)
    return value, _pulled(unknowns, slope, chi, gaps, slopes)


def _pulled(
    unknowns: np.ndarray, slope: np.ndarray, chi: float, gaps: np.ndarray, slopes: np.ndarray
) -> np.ndarray:
    """Derivatives in the unknowns from those in chi, q_0.., x_1.. ."""
    k, edge = len(gaps), unknowns[1]
    in_gaps, in_slopes = -np.cumsum(slope[1 : k + 1]), slope[k + 1 :]
    in_edge = (2 * in_gaps @ gaps - in_slopes @ slopes) / edge
    in_y = _cells(k, len(unknowns) - 3)[1].T @ in_slopes / edge
    return np.concatenate([[slope[0] * chi, in_edge], in_y])


def from_optimum(start: KStepOptimum, degree: int) -> np.ndarray:
    """Return the unknowns of an optimum on at least two levels, by least squares for y."""
    s = np.sqrt(1 - start.q)
    middle = (s[:-1] + s[1:]) / 2
    most = min(degree, max(start.k - 2, 0))
    fit = chebyshev.chebfit(2 * middle / s[0] - 1, start.slopes * middle, most)
    rest = np.zeros(degree - most)
    return np.concatenate([[np.log(start.chi), s[0]], fit, rest])


def smooth(
    problem: Problem, unknowns: np.ndarray, degree: int, k: int, hessian: np.ndarray | None = None
) -> Smooth:
    """Return the optimum over y of that degree, on k levels, from unknowns of any degree.

    NotConverged when Newton's method does not arrive.
    """
    start = np.zeros(degree + 3)
    size = min(len(start), len(unknowns))
    start[:size] = unknowns[:size]
    if hessian is not None and len(hessian) != len(start):
        hessian = None

    def near(at: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        chi, gaps, slopes = levels(at, k)
        gradient = problem.near(chi, gaps, slopes, ROUGH)

        def moved(points: np.ndarray) -> np.ndarray:
            trials = [levels(unknowns, k) for unknowns in points]
            found = gradient(*map(np.array, zip(*trials, strict=True)))
            parts = zip(points, found, trials, strict=True)
            return np.array([_pulled(unknowns, row, *trial) for unknowns, row, trial in parts])

        return moved

    found = minimize(lambda v: trial(problem, v, k), start, 1e-17, hessian=hessian, near=near)
    chi, edge = float(np.exp(found.point[0])), float(found.point[1])
    return Smooth(problem, chi, edge, found.point[2:], k, found.value, found.hessian)
