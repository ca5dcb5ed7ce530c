"""A chi-bar-squared law whose weights were counted: its probabilities are estimates.

P[X > x] = sum_k v_k P[chi^2_k > x] is a linear functional of the volumes, so that counts which give
the volumes and their joint law give it with its own error.
"""

from __future__ import annotations

from typing import Any

from gmpy2 import mpq
from scipy import special

from polygeo.answers.exact import rational

__all__ = ["EstimatedChiBarSquared"]


class EstimatedChiBarSquared:
    """The law of |P_C g|^2 for a cone whose projections were counted (``C.face_counts``).

    Each probability is an Estimate that carries the error of the weights; ``counts`` are the
    counts, ``weights`` the Estimates of v_0, ..., v_d, which sum to 1.
    """

    def __init__(self, counts: Any) -> None:
        self.counts = counts

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.counts!r})"

    @property
    def weights(self) -> Any:
        """The Estimates of v_0, ..., v_d."""
        return self.counts.volumes()

    def sf(self, x: Any) -> Any:
        """Estimate P[X > x] for a rational number x; strict, as in `ChiBarSquared.sf`."""
        point = rational(x, "x")
        return self.counts.functional([self._tail(k, point) for k in self._degrees()])

    def cdf(self, x: Any) -> Any:
        """Estimate P[X <= x] for a rational number x."""
        point = rational(x, "x")
        return self.counts.functional([1 - self._tail(k, point) for k in self._degrees()])

    def p_value(self, statistic: Any) -> Any:
        """Estimate P[X >= T] of an outcome T: `sf` for T > 0, and exactly 1 (an mpq) at T <= 0."""
        point = rational(statistic, "statistic")
        return self.sf(point) if point > 0 else mpq(1)

    def _degrees(self) -> range:
        return range(self.counts.ambient_dim + 1)

    def _tail(self, k: int, x: mpq) -> mpq:
        """Return P[chi^2_k > x], with the relative error of a float."""
        if x < 0:
            return mpq(1)
        if k == 0:
            return mpq(0)
        return mpq(float(special.gammaincc(k / 2, float(x) / 2)))
