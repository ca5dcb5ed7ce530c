"""SymPy heads around the layer: linear regions, contracted angles, stability of the inverse."""

from __future__ import annotations

from typing import Any

from gmpy2 import mpz

from polygeo.answers.ball import Ball
from polygeo.relu.cells.frame import frame_bound
from polygeo.relu.cells.lipschitz import lipschitz_constant
from polygeo.relu.cells.regions import (
    expected_active_regions,
    generic_linear_regions,
    linear_regions,
)
from polygeo.relu.networks.contraction import angle_map
from polygeo.symbols.quantity import DIGITS, head

__all__ = [
    "active_regions",
    "affine_regions",
    "angle_image",
    "contracted",
    "curve_affine_regions",
    "curve_regions",
    "frame_line",
    "frame_shear",
    "kappa_line",
    "regions",
]


def _curve(m: int, n: int) -> list[list[int]]:
    """m points on the moment curve, any n of which are independent."""
    return [[(t - m // 2) ** j for j in range(n)] for t in range(m)]


def _curve_affine(m: int, n: int) -> mpz:
    points = _curve(m, n + 1)
    return linear_regions([p[:-1] for p in points], [p[-1] for p in points])


def _frame_shear(a: Any) -> Ball:
    return frame_bound([[1, a], [0, 1], [-1, -a], [0, -1]], DIGITS).value


regions = head(
    "regions", 2, r"R_{#1,#2}", generic_linear_regions, "Linear regions in general position."
)
affine_regions = head(
    "affine_regions",
    2,
    r"R^{b}_{#1,#2}",
    lambda m, n: generic_linear_regions(m, n, bias=True),
    "Linear regions in general position, with biases.",
    generic_linear_regions,
)
curve_regions = head(
    "curve_regions",
    2,
    r"R(\mathrm{moment\ curve}_{#1,#2})",
    lambda m, n: linear_regions(_curve(m, n)),
    "Linear regions counted for the layer whose rows lie on the moment curve.",
    linear_regions,
)
curve_affine_regions = head(
    "curve_affine_regions",
    2,
    r"R^{b}(\mathrm{moment\ curve}_{#1,#2})",
    _curve_affine,
    "The same with biases, the last coordinates of the curve in R^{n+1}.",
    linear_regions,
)
active_regions = head(
    "active_regions",
    3,
    r"\mathbb{E}R_{#1,#2}^{(#3)}",
    expected_active_regions,
    "Expected number of regions with exactly so many rows active: (m, n, active).",
)
angle_image = head(
    "angle_image",
    1,
    r"\theta'(#1)",
    lambda t: angle_map(t, 1, DIGITS),
    "The angle behind an infinitely wide layer.",
    angle_map,
)
contracted = head(
    "contracted",
    1,
    r"\theta_{#1}",
    lambda layers: angle_map("pi/2", layers, DIGITS),
    "The angle after so many infinitely wide layers, from pi/2.",
    angle_map,
)
kappa_line = head(
    "kappa_line",
    2,
    r"\kappa\binom{#1}{-#2}",
    lambda a, b: lipschitz_constant([[a], [-b]], "1e-60").value,
    "The optimal lower Lipschitz constant of x -> (ReLU(a x), ReLU(-b x)).",
    lipschitz_constant,
)
frame_line = head(
    "frame_line",
    2,
    r"A\binom{#1}{-#2}",
    lambda a, b: frame_bound([[a], [-b]], DIGITS).value,
    "A of the layer x -> (ReLU(a x), ReLU(-b x)).",
    frame_bound,
)
frame_shear = head(
    "frame_shear",
    1,
    r"A\binom{B_{#1}}{-B}",
    _frame_shear,
    "A of the layer with rows (1, a), (0, 1) and their negatives.",
    frame_bound,
)
