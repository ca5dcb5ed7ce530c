"""Terminal conditions f(1, h) at zero temperature, which encode the loss of a perceptron.

For E(x) = sum_mu V(<W_mu, x>) on the sphere, f(1, h) = -min_z [V(z) + (z - h)^2/(2 chi)], the
Moreau envelope of the loss. A `Terminal` gives it as f = -(a + b h + c h^2/2) on intervals; every
loss that is piecewise constant or linear has that form. Source: franz2017universality.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Any

import numpy as np

from polygeo.answers.options import describe, set_fields, text
from polygeo.errors import DomainError

__all__ = ["INJECTIVITY", "Terminal", "ramp", "theta"]

Piece = tuple[float, float, float, float, float]


@dataclass(frozen=True)
class Terminal:
    """Bounded terminal condition f(1, h) of the recursion, which encodes a loss V.

    * ``name``: name of the loss.
    * ``envelope``: function of chi that lists the pieces (lo, hi, a, b, c); on [lo, hi] f(1, h) =
      -(a + b h + c h^2/2).
    * ``margin``: shift of the field: a row counts by how far <W, x> exceeds the margin.

    The pieces cover the line from left to right; f is continuous, and constant on the first and the
    last piece. DomainError when f is not bounded or not continuous.

    >>> theta().pieces(0.5)
    array([[-inf,   0.,   0.,   0.,   0.],
           [  0.,   1.,   0.,   0.,   2.],
           [  1.,  inf,   1.,   0.,   0.]])
    """

    name: str
    envelope: Callable[[Any], tuple[Piece, ...]]
    margin: float = 0.0

    def __post_init__(self) -> None:
        text(self.name, "the name of a terminal")
        if not callable(self.envelope):
            raise DomainError(f"envelope needs a function; got {describe(self.envelope)}")
        set_fields(self, margin=_number(self.margin))
        for chi in (0.01, 1.0):
            self._check(self.pieces(chi))

    def _check(self, rows: np.ndarray) -> None:
        if rows.ndim != 2 or rows.shape[1] != 5 or len(rows) < 2:
            raise DomainError(f"terminal {self.name}: pieces (lo, hi, a, b, c) are needed")
        if rows[0, 0] != -inf or rows[-1, 1] != inf or (rows[1:, 0] != rows[:-1, 1]).any():
            raise DomainError(f"terminal {self.name}: the pieces must cover the line in order")
        if rows[[0, -1], 3:].any():
            raise DomainError(
                f"terminal {self.name}: f(1, h) must be bounded (constant at both ends)"
            )
        knots = rows[1:, 0]
        left, right = (
            r[:, 2] + r[:, 3] * knots + r[:, 4] * knots**2 / 2 for r in (rows[:-1], rows[1:])
        )
        if not np.allclose(left, right, rtol=1e-12, atol=1e-12):
            raise DomainError(f"terminal {self.name}: f(1, h) must be continuous")

    def threshold(self) -> float | None:
        """Return the t for which V(z) vanishes exactly for z <= t (margin included), or None.

        chi f(1, h) -> -dist(h, {V = 0})^2/2 as chi grows: all that is left of such a loss.
        """
        chi = 2.0**60
        rows = self.pieces(chi)
        end = rows[0, 1]
        parabola = np.array([end * end / (2 * chi), -end / chi, 1 / chi])
        alike = np.allclose(rows[1, 2:], parabola, rtol=1e-9, atol=0)
        wide = rows[1, 1] - end > 2.0**20  # another zero at a distance d would end it at d/2
        return float(end + self.margin) if alike and wide and not rows[0, 2] else None

    def pieces(self, chi: float) -> np.ndarray:
        """Return the pieces at chi as an array of shape (number, 5)."""
        at = _number(chi)
        if at <= 0:
            raise DomainError(f"chi must be positive; got {at:g}")
        try:
            return np.array(self.envelope(at), dtype=float)
        except (OverflowError, TypeError, ValueError):
            problem = f"terminal {self.name}: pieces (lo, hi, a, b, c) are needed"
            raise DomainError(problem) from None


def _theta(chi: Any) -> tuple[Piece, ...]:
    edge = (2 * chi) ** 0.5  # chi may be a number of any precision
    return ((-inf, 0, 0, 0, 0), (0, edge, 0, 0, 1 / chi), (edge, inf, 1, 0, 0))


def _ramp(chi: Any) -> tuple[Piece, ...]:
    """Return V(z) = min(max(z, 0), 1): below chi = 2 a linear piece lies between the parabolas."""
    if chi >= 2:
        return _theta(chi)
    top = 1 + chi / 2
    middle = (chi, top, -chi / 2, 1, 0)
    return ((-inf, 0, 0, 0, 0), (0, chi, 0, 0, 1 / chi), middle, (top, inf, 1, 0, 0))


def theta(margin: Any = 0) -> Terminal:
    """Return the loss V(z) = 1[z > margin], which counts the rows that exceed the margin.

    * ``margin``: a float (default 0: the injectivity of a layer). In general V counts the errors of
      a spherical perceptron of margin -``margin``.

    >>> theta("x")
    Traceback (most recent call last):
    polygeo.errors.DomainError: a margin must be a number; got 'x' (str)
    """
    return Terminal("theta", _theta, _number(margin))


def ramp(margin: Any = 0) -> Terminal:
    """Return the loss V(z) = min(max(z - margin, 0), 1), the hinge loss cut off at 1.

    * ``margin``: a float (default 0).
    """
    return Terminal("ramp", _ramp, _number(margin))


def _number(value: Any) -> float:
    try:
        number = nan if isinstance(value, bool) else float(value)
    except (OverflowError, TypeError, ValueError):
        number = nan
    if not isfinite(number):
        raise DomainError(f"a margin must be a number; got {describe(value)}")
    return number


INJECTIVITY = theta()
"""The terminal condition of the injectivity question."""
