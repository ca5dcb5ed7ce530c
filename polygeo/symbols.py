"""SymPy heads for polygeo's quantities: unevaluated in formulas, exact or certified on request.

``q(m, n)`` with symbols stays a symbol of the formula; its number comes from the fast evaluator,
through ``numerical_value`` (used by `polygeo.answers.evaluation`) or, for exact values, through
SymPy's own ``doit``:

>>> import sympy
>>> m = sympy.symbols("m")
>>> q(m, 2).subs(m, 5), q(5, 2).doit()
(q(5, 2), 5/4)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import gmpy2
import sympy
from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.evaluation import evaluate
from polygeo.answers.exact import register_with_sympy, to_sympy_rational
from polygeo.cones.fan import SignCountFan
from polygeo.relu.bounds import injectivity_probability, union_bound, wendel_probability
from polygeo.relu.euler import expected_euler_characteristic
from polygeo.relu.rate import euler_asymptotic, euler_edges, euler_rate
from polygeo.thresholds import classical
from polygeo.thresholds import euler as euler_threshold
from polygeo.volumes import IntrinsicVolumes, crofton, kinematic, projection

register_with_sympy()

__all__ = [
    "Phi",
    "Quantity",
    "alpha_cover",
    "alpha_euler",
    "alpha_gordon",
    "alpha_union_orthants",
    "alpha_union_vertices",
    "chi_bar_tail",
    "deep_width",
    "lower_edge",
    "orthants_meet",
    "p",
    "projected_orthant",
    "q",
    "q_saddle",
    "quantities",
    "section_volume",
    "union_orthants",
    "union_vertices",
    "upper_edge",
    "v",
    "wendel",
]

DIGITS = 40
"""Digits to which certified quantities are evaluated in checks."""


class Quantity(sympy.Function):
    """Base of the heads. ``evaluator`` is the public function, ``symbol`` its LaTeX name."""

    evaluator: ClassVar[Callable[..., Any]]
    symbol: ClassVar[str]

    @classmethod
    def numerical_value(cls, *arguments: Any) -> Any:
        """The evaluator's answer at mpq (or arb) arguments."""
        plain = [int(x) if type(x) is type(mpq()) and x.denominator == 1 else x for x in arguments]
        return cls.evaluator(*plain)

    def doit(self, **hints: Any) -> Any:
        """The exact SymPy value, where all arguments are numbers and the value is exact."""
        if self.free_symbols or isinstance(value := evaluate(self), arb):
            return self
        return to_sympy_rational(value)

    def _latex(self, printer: Any, exp: Any = None) -> str:
        inner = ",".join(printer._print(argument) for argument in self.args)
        text = f"{self.symbol}_{{{inner}}}" if self.indexed else f"{self.symbol}({inner})"
        return text if exp is None else f"{text}^{{{exp}}}"

    indexed: ClassVar[bool] = True


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


def quantities() -> list[type[Quantity]]:
    """Every head, in the order of definition."""
    return Quantity.__subclasses__()
