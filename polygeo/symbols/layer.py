"""SymPy heads for the layer: q, p, its bounds, the fan's volumes, rates and thresholds."""

from __future__ import annotations

from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.cones.fan import SignCountFan
from polygeo.relu.bounds import injectivity_probability, union_bound, wendel_probability
from polygeo.relu.euler import expected_euler_characteristic
from polygeo.relu.rate import euler_asymptotic, euler_edges, euler_rate
from polygeo.symbols.quantity import DIGITS, Quantity
from polygeo.thresholds import classical
from polygeo.thresholds import euler as euler_threshold
from polygeo.volumes import crofton

__all__ = [
    "Phi",
    "alpha_cover",
    "alpha_euler",
    "alpha_gordon",
    "alpha_union_orthants",
    "alpha_union_vertices",
    "deep_width",
    "lower_edge",
    "p",
    "q",
    "q_saddle",
    "section_volume",
    "union_orthants",
    "union_vertices",
    "upper_edge",
    "v",
    "wendel",
]


class q(Quantity):
    """q_{m,n} or q_{m,n,k}."""

    nargs = (2, 3)
    symbol = "q"
    evaluator = staticmethod(expected_euler_characteristic)


class p(Quantity):
    """p_{m,n}, where it is known exactly."""

    nargs = 2
    symbol = "p"
    evaluator = staticmethod(injectivity_probability)


class wendel(Quantity):
    """P[m symmetric points of R^n lie in no half-space]."""

    nargs = 2
    symbol = "w"
    evaluator = staticmethod(wendel_probability)


class union_orthants(Quantity):
    """Expected number of orthants of C_{m,n} that a random n-dimensional subspace meets."""

    nargs = 2
    symbol = "U"
    evaluator = staticmethod(union_bound)


class union_vertices(Quantity):
    """Expected number of vertices with fewer than n positive signs."""

    nargs = 2
    symbol = r"U'"

    @staticmethod
    def evaluator(m: Any, n: Any) -> Any:
        return union_bound(m, n, "vertices")


class v(Quantity):
    """v_j(C_{m,k}): the intrinsic volumes of the fan, as v(j, m, k)."""

    nargs = 3

    @staticmethod
    def evaluator(j: Any, m: Any, k: Any) -> Any:
        volumes = SignCountFan(m, k).intrinsic_volumes()
        return volumes[j] if 0 <= j <= m else mpq(0)

    def _latex(self, printer: Any, exp: Any = None) -> str:
        j, m, k = (printer._print(argument) for argument in self.args)
        return f"v_{{{j}}}(C_{{{m},{k}}})"


class section_volume(Quantity):
    """E v_j(C_{m,k} n L), L uniform of dimension n, as section_volume(j, n, m, k)."""

    nargs = 4

    @staticmethod
    def evaluator(j: Any, n: Any, m: Any, k: Any) -> Any:
        return crofton(SignCountFan(m, k), n)[j]

    def _latex(self, printer: Any, exp: Any = None) -> str:
        j, n, m, k = (printer._print(argument) for argument in self.args)
        return rf"\mathbb{{E}}\,v_{{{j}}}(C_{{{m},{k}}} \cap L_{{{n}}})"


class Phi(Quantity):
    """The exponential rate of q."""

    nargs = 2
    symbol = r"\Phi"
    indexed = False

    @staticmethod
    def evaluator(alpha: Any, kappa: Any) -> Ball:
        return euler_rate(alpha, kappa, DIGITS).value


class q_saddle(Quantity):
    """The saddle-point approximation of q_{m,n}."""

    nargs = 2
    symbol = r"\tilde q"

    @staticmethod
    def evaluator(m: Any, n: Any) -> Ball:
        return euler_asymptotic(m, n, DIGITS)


class upper_edge(Quantity):
    """Above it q does not oscillate."""

    nargs = 1
    symbol = r"\alpha_{+}"
    indexed = False

    @staticmethod
    def evaluator(kappa: Any) -> Ball:
        return euler_edges(kappa, DIGITS)[1]


class lower_edge(Quantity):
    """Below it q tends to 1 or grows without oscillating around 0."""

    nargs = 1
    symbol = r"\alpha_{-}"
    indexed = False

    @staticmethod
    def evaluator(kappa: Any) -> Ball:
        return euler_edges(kappa, DIGITS)[0]


class alpha_euler(Quantity):
    """The surrogate's threshold."""

    nargs = 1
    symbol = r"\alpha_{\mathrm{Euler}}"
    indexed = False

    @staticmethod
    def evaluator(kappa: Any) -> Ball:
        return euler_threshold(kappa).enclose(DIGITS)


class alpha_cover(Quantity):
    """Cover's bound."""

    nargs = 1
    symbol = r"\alpha_{\mathrm{Cover}}"
    indexed = False

    @staticmethod
    def evaluator(kappa: Any) -> Any:
        return classical.cover(kappa).value


class alpha_gordon(Quantity):
    """Gordon's bound."""

    nargs = 1
    symbol = r"\alpha_{\mathrm{Gordon}}"
    indexed = False

    @staticmethod
    def evaluator(kappa: Any) -> Ball:
        return classical.gordon(kappa).enclose(DIGITS)


class alpha_union_orthants(Quantity):
    """The union bound over orthants."""

    nargs = 1
    symbol = r"\alpha_{\mathrm{union}}"
    indexed = False

    @staticmethod
    def evaluator(kappa: Any) -> Ball:
        return classical.union_bound(kappa).enclose(DIGITS)


class alpha_union_vertices(Quantity):
    """The union bound over vertices."""

    nargs = 1
    symbol = r"\alpha_{\mathrm{union}'}"
    indexed = False

    @staticmethod
    def evaluator(kappa: Any) -> Ball:
        return classical.union_bound(kappa, "vertices").enclose(DIGITS)


class deep_width(Quantity):
    """The expansivity that suffices for L layers."""

    nargs = 1
    symbol = "C"
    indexed = False

    @staticmethod
    def evaluator(L: Any) -> Any:
        return classical.deep_sufficient(L).value
