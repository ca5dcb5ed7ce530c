"""SymPy heads for kinematic formulas, shown on orthants, and for chi-bar-squared laws."""

from __future__ import annotations

from typing import Any

import gmpy2
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.symbols.quantity import DIGITS, head
from polygeo.volumes import IntrinsicVolumes, escape_bound, kinematic, projection
from polygeo.volumes.chi_transforms import falling_moments, rising_moments

__all__ = ["chi_bar_tail", "chi_moment", "orthants_meet", "projected_orthant"]


def _orthant(d: int) -> IntrinsicVolumes:
    return IntrinsicVolumes([mpq(gmpy2.bincoef(d, k), 2**d) for k in range(d + 1)])


def _tail(x: Any, d: Any) -> Ball:
    """Return P[|P_C g|^2 > x] for the orthant C = R^d_+."""
    from polygeo.volumes import ChiBarSquared  # loads scipy

    return ChiBarSquared(_orthant(d)).sf(x, digits=DIGITS)


def _chi_moment(c: Any, j: int) -> Ball:
    with precision(200):
        scale = exact_arb(c)
        moments = rising_moments(scale, j + 1) if c > 0 else falling_moments(-scale, j + 1)
        return Ball.from_arb(moments[j], 200)


orthants_meet = head(
    "orthants_meet",
    r"\mathbb{E}\,v_{#1}(\mathbb{R}_+^{#2} \cap g\,\mathbb{R}_+^{#2})",
    kinematic,
    lambda k, d: kinematic(_orthant(d), _orthant(d))[k],
)
projected_orthant = head(
    "projected_orthant",
    r"\mathbb{E}\,v_{#1}(P_{L_{#2}} \mathbb{R}_+^{#3})",
    projection,
    lambda k, n, d: projection(_orthant(d), n)[k],
)
chi_bar_tail = head("chi_bar_tail", r"\bar\chi^2_{#*}", _tail)
chi_moment = head(
    "chi_moment",
    r"\mathbb{E}\,e^{#1\,\chi_{#2}}",
    escape_bound,
    _chi_moment,
    says="the mean of exp(c |g|), for a standard Gaussian vector g of R^j.",
)
