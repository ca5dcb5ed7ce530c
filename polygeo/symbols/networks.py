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
from polygeo.symbols.quantity import DIGITS, head, heads


def _curve(m: int, n: int) -> list[list[int]]:
    """m points on the moment curve, any n of which are independent."""
    return [[(t - m // 2) ** j for j in range(n)] for t in range(m)]


def _curve_affine(m: int, n: int) -> mpz:
    points = _curve(m, n + 1)
    return linear_regions([p[:-1] for p in points], [p[-1] for p in points])


def _frame_shear(a: Any) -> Ball:
    return frame_bound([[1, a], [0, 1], [-1, -a], [0, -1]], DIGITS).value


regions = head("regions(m, n)", r"R_{#1,#2}", generic_linear_regions)
affine_regions = head("affine_regions", r"R^{b}_{#1,#2}", generic_linear_regions, bias=True)
curve_regions = head(
    "curve_regions",
    r"R(\mathrm{moment\ curve}_{#1,#2})",
    linear_regions,
    lambda m, n: linear_regions(_curve(m, n)),
)
curve_affine_regions = head(
    "curve_affine_regions", r"R^{b}(\mathrm{moment\ curve}_{#1,#2})", linear_regions, _curve_affine
)
active_regions = head(
    "active_regions(m, n, active)", r"\mathbb{E}R_{#1,#2}^{(#3)}", expected_active_regions
)
angle_image = head("angle_image(angle)", r"\theta'(#1)", angle_map)
contracted = head("contracted(layers)", r"\theta_{#1}", angle_map, angle="pi/2")
kappa_line = head(
    "kappa_line",
    r"\kappa\binom{#1}{-#2}",
    lipschitz_constant,
    lambda a, b: lipschitz_constant([[a], [-b]], "1e-60").value,
)
frame_line = head(
    "frame_line",
    r"A\binom{#1}{-#2}",
    frame_bound,
    lambda a, b: frame_bound([[a], [-b]], DIGITS).value,
)
frame_shear = head("frame_shear", r"A\binom{B_{#1}}{-B}", frame_bound, _frame_shear)

__all__ = heads(globals())
