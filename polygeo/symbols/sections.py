"""SymPy heads for kinematic formulas, shown on orthants, and for chi-bar-squared laws."""

from __future__ import annotations

from typing import Any

import gmpy2
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.symbols.quantity import DIGITS, Quantity
from polygeo.volumes import IntrinsicVolumes, kinematic, projection

__all__ = ["chi_bar_tail", "orthants_meet", "projected_orthant"]


class orthants_meet(Quantity):
    """E v_k(O n gO) for two orthants O of R^d, g a random rotation, as orthants_meet(k, d)."""

    nargs = 2

    @staticmethod
    def evaluator(k: Any, d: Any) -> Any:
        return kinematic(_orthant(d), _orthant(d))[k]

    def _latex(self, printer: Any, exp: Any = None) -> str:
        k, d = (printer._print(argument) for argument in self.args)
        return rf"\mathbb{{E}}\,v_{{{k}}}(\mathbb{{R}}_+^{{{d}}} \cap g\,\mathbb{{R}}_+^{{{d}}})"


class projected_orthant(Quantity):
    """E v_k(P_L R^d_+), L uniform of dimension n, as projected_orthant(k, n, d)."""

    nargs = 3

    @staticmethod
    def evaluator(k: Any, n: Any, d: Any) -> Any:
        return projection(_orthant(d), n)[k]

    def _latex(self, printer: Any, exp: Any = None) -> str:
        k, n, d = (printer._print(argument) for argument in self.args)
        return rf"\mathbb{{E}}\,v_{{{k}}}(P_{{L_{{{n}}}}} \mathbb{{R}}_+^{{{d}}})"


class chi_bar_tail(Quantity):
    """P[|P_C g|^2 > x] for the orthant C = R^d_+, as chi_bar_tail(x, d)."""

    nargs = 2
    symbol = r"\bar\chi^2"

    @staticmethod
    def evaluator(x: Any, d: Any) -> Ball:
        from polygeo.volumes import ChiBarSquared  # loads scipy

        return ChiBarSquared(_orthant(d)).sf(x, digits=DIGITS)


def _orthant(d: int) -> IntrinsicVolumes:
    return IntrinsicVolumes([mpq(gmpy2.bincoef(d, k), 2**d) for k in range(d + 1)])
