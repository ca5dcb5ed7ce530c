"""The classical theorems: Cover, half-space and coins, the union bounds, Gordon, deep layers.

With m = alpha n Gaussian rows in R^n and n -> infinity, p is the probability that the layer is
injective. ``kappa`` replaces n by k = kappa n in "fewer than n positive coordinates": at
kappa = 1 the layer, in general the depth of the origin among m Gaussian points. ``inputs``
replaces all inputs, R^n, by those in a cone.
"""

from __future__ import annotations

from functools import partial
from math import inf
from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.certification import root_above, root_between
from polygeo.answers.decimals import bits_of
from polygeo.answers.exact import integer
from polygeo.answers.numerics.normal import density, tail
from polygeo.answers.options import choice
from polygeo.errors import DomainError
from polygeo.relu.surrogate.rate import check_kappa
from polygeo.thresholds.inputs import density_of, half_lines, inputs_label
from polygeo.thresholds.registry import named_threshold
from polygeo.thresholds.threshold import Threshold, at_kappa

__all__ = ["cover", "deep_sufficient", "gordon", "half_space", "union_bound"]


@named_threshold("cover", 3)
def cover(kappa: Any = 1) -> Threshold:
    """Return the ratio alpha = 1 + 2 kappa below which p_{m,n} tends to 0 (exact).

    * ``kappa``: limit of k/n, a rational number in [1e-6, 1e6] (default 1).

    Below m = 2k + n - 1 general position alone forces a direction with fewer than k positive
    coordinates. At kappa = 1: p_{m,n} = 0 for n <= m <= 3n - 2, and 3 is also what Cover's count of
    dichotomies gives. Source: cover1965geometrical.

    >>> cover()
    Threshold(cover = 3.00000000000, exact, theorem)
    """
    ratio = check_kappa(kappa)
    claim, source = "p -> 0 below; superseded by half-space", "cover1965geometrical"
    equation = r"\alpha = 1 + 2\kappa" if ratio != 1 else r"\alpha = 3"
    return at_kappa("cover", ratio, partial(_cover, ratio), claim, equation, source)


def _cover(kappa: mpq, digits: int) -> mpq:
    return 1 + 2 * kappa


@named_threshold("half-space", 4, on_cones=True)
def half_space(kappa: Any = 1, inputs: Any = None) -> Threshold:
    """Return the ratio alpha = 2 d + 2 kappa below which p -> 0 (exact; 4 at kappa = d = 1).

    * ``kappa``: limit of k/n, a rational number in [1e-6, 1e6] (default 1).
    * ``inputs``: None (default) for all of R^n, d = 1; "nonnegative", d = 1/2; or the limit d of
      delta/n for cones of inputs of statistical dimension delta, a rational number in [1e-6, 1].

    Proof: for the first m' = 2dn(1 - eps) rows some x in the cone, a function of these rows only,
    makes all of them negative with probability -> 1 (Wendel; the approximate kinematic formula of
    amelunxen2014living for cones); the other m - m' rows are independent of x, and each is positive
    with probability 1/2. That leaves about (alpha - 2d)n/2 < kappa n positive coordinates. At
    finite m and n the same argument is `polygeo.relu.half_space_failure`. Exact; status theorem.
    Raises DomainError for parameters out of range. Source: wendel1962problem, and this argument.

    >>> half_space(), half_space("1/2").value
    (Threshold(half-space = 4.00000000000, exact, theorem), mpq(3,1))
    >>> half_space(inputs="nonnegative").value
    mpq(3,1)
    """
    ratio, d = check_kappa(kappa), density_of(inputs)
    compute, label, claim = partial(_half_space, ratio, d), inputs_label(inputs), "p -> 0 below"
    equation, source = r"\alpha = 2 d + 2\kappa", "amelunxen2014living"
    if d == 1:
        equation = r"\alpha = 2 + 2\kappa" if ratio != 1 else r"\alpha = 4"
        source = "wendel1962problem"
    return at_kappa("half-space", ratio, compute, claim, equation, source, inputs=label)


def _half_space(kappa: mpq, d: mpq, digits: int) -> mpq:
    return 2 * d + 2 * kappa


@named_threshold("union-bound", 9.09, on_cones=True)
@named_threshold("union-bound-vertices", 10.3, over="vertices")
def union_bound(kappa: Any = 1, over: str = "orthants", inputs: Any = None) -> Threshold:
    """Return the ratio above which a union bound proves that p_{m,n} tends to 1 (certified).

    * ``kappa``: limit of k/n, a rational number in [1e-6, 1e6] (default 1).
    * ``over``: 'orthants' (default) or 'vertices', the events of the union bound.
    * ``inputs``: None (default) for all of R^n, or "nonnegative" (orthants only, 7.80).

    Above the ratio the expected number of bad orthants (or vertices) tends to 0. Orthants:
    h2(kappa/alpha) + h2(1/alpha) = 1, with the binary entropy h2 in bits (alpha = 9.09 at kappa =
    1, where h2(1/alpha) = 1/2). Vertices (weaker, 10.32): alpha h2(1/alpha) + (alpha - 1)
    (h2(kappa/(alpha - 1)) - 1) = 0. Nonnegative inputs: alpha h2(kappa/alpha) + (1 + alpha)
    (h2(alpha/(1 + alpha)) - 1) = 0, since an orthant of R^m meets W R^n_+ with the probability that
    the kinematic formula gives. Source: maillard2022slides, slide 'First bounds'.

    >>> union_bound(inputs="nonnegative").decimal(10)
    '7.806995758'
    """
    ratio = check_kappa(kappa)
    orthants = choice(over, "over", ("orthants", "vertices")) == "orthants"
    nonnegative = bool(half_lines(inputs))
    if nonnegative and not orthants:
        raise DomainError("for nonnegative inputs the union bound is over='orthants'")
    k, name, function = r"\kappa" if ratio != 1 else "1", "union-bound", _union_orthants
    equation = rf"h_2({k}/\alpha) + h_2(1/\alpha) = 1"
    if nonnegative:
        function = _union_of_orthant
        equation = rf"\alpha\, h_2({k}/\alpha) + (1+\alpha)\,(h_2(\alpha/(1+\alpha)) - 1) = 0"
    elif not orthants:
        name, function = "union-bound-vertices", _union_vertices
        equation = rf"\alpha h_2(1/\alpha) + (\alpha-1)\,(h_2({k}/(\alpha-1)) - 1) = 0"
    elif ratio == 1:
        equation = r"h_2(1/\alpha) = \tfrac12"
    claim, source, label = "p -> 1 above", "maillard2022slides", inputs_label(inputs)
    return at_kappa(name, ratio, partial(function, ratio), claim, equation, source, inputs=label)


def _xlogx(x: arb) -> arb:
    return x * x.log()


def _union_of_orthant(kappa: mpq, digits: int) -> Ball:
    """The root: the function is positive at max(1, 2 kappa), and its slope falls to -log 2."""

    def equation(alpha: arb) -> tuple[arb, arb]:
        """alpha H(kappa/alpha) + (1+alpha)(H(alpha/(1+alpha)) - log 2) and its derivative."""
        k, more = exact_arb(kappa), 1 + alpha
        value = _xlogx(more) - _xlogx(k) - _xlogx(alpha - k) - more * arb.const_log2()
        return value, more.log() - (alpha - k).log() - arb.const_log2()

    start = max(2 * kappa, mpq(1))
    return root_above(equation, start, digits, source="inputs.union_threshold")


def _union_orthants(kappa: mpq, digits: int) -> Ball:
    def equation(alpha: arb) -> tuple[arb, arb]:
        """alpha (H(kappa/alpha) + H(1/alpha) - log 2) and its derivative in alpha."""
        k = exact_arb(kappa)
        value = 2 * _xlogx(alpha) - _xlogx(k) - _xlogx(alpha - k) - _xlogx(alpha - 1)
        value -= alpha * arb.const_log2()
        slope = 2 * alpha.log() - (alpha - k).log() - (alpha - 1).log() - arb.const_log2()
        return value, slope

    start = 2 * max(kappa, mpq(1))
    return root_above(equation, start, digits, source="thresholds.union_orthants")


def _union_vertices(kappa: mpq, digits: int) -> Ball:
    def equation(alpha: arb) -> tuple[arb, arb]:
        """alpha H(1/alpha) + (alpha-1)(H(kappa/(alpha-1)) - log 2) and its derivative."""
        k = exact_arb(kappa)
        rest = alpha - 1
        value = _xlogx(alpha) - _xlogx(k) - _xlogx(rest - k) - rest * arb.const_log2()
        slope = alpha.log() - (rest - k).log() - arb.const_log2()
        return value, slope

    return root_above(equation, 1 + 2 * kappa, digits, source="thresholds.union_vertices")


@named_threshold("gordon", 7.65, on_cones=True)
def gordon(kappa: Any = 1, inputs: Any = None) -> Threshold:
    """Return the ratio alpha_RS above which p_{m,n} tends to 1 by Gordon's theorem (certified).

    * ``kappa``: limit of k/n, a rational number in [1e-6, 1e6] (default 1; the ratio is then 7.65).
    * ``inputs``: None (default) for all of R^n, d = 1; "nonnegative", d = 1/2 (5.80); or the limit
      d of delta/n for cones of inputs of statistical dimension delta, rational in [1e-6, 1].

    The mean squared distance of a Gaussian vector to C_{m,k} exceeds d n: with t the root of kappa
    E[g^2; 0 < g < t] = d P[g > t], alpha = kappa/P[g > t]. At kappa = d = 1 that is 2 Phi(t) - 3/2
    = t phi(t), alpha = 1/(1 - Phi(t)), and the ratio is the replica-symmetric threshold as well.
    Source: gordon1988milman; maillard2023injectivity; amelunxen2014living for cones of inputs.

    >>> gordon(), gordon(inputs="nonnegative")  # doctest: +NORMALIZE_WHITESPACE
    (Threshold(gordon = 7.64769493544, certified, theorem),
     Threshold(gordon(nonnegative) = 5.79607676094, certified, theorem))
    """
    ratio, d = check_kappa(kappa), density_of(inputs)
    equation = r"\kappa\,\mathbb{E}[g^2; 0<g<t] = "
    equation += r"\mathbb{P}[g>t]" if d == 1 else r"d\,\mathbb{P}[g>t]"
    equation += r",\; \alpha = \kappa/\mathbb{P}[g>t]"
    if ratio == d == 1:
        equation = r"2\Phi(t) - \tfrac32 = t\varphi(t),\; \alpha = 1/(1-\Phi(t))"
    superseded = ratio == 1 and inputs in (None, "nonnegative")
    claim = "p -> 1 above; superseded by lifted-gordon" if superseded else "p -> 1 above"
    compute, label, source = partial(_gordon, ratio, d), inputs_label(inputs), "gordon1988milman"
    return at_kappa("gordon", ratio, compute, claim, equation, source, inputs=label)


def _gordon(kappa: mpq, d: mpq, digits: int) -> Ball:
    def equation(t: arb) -> tuple[arb, arb]:
        """kappa (Phi(t) - 1/2 - t phi(t)) - d P[g > t] and its derivative, which is positive."""
        k, half, scale = exact_arb(kappa), exact_arb(mpq(1, 2)), exact_arb(d)
        phi = density(t)
        return k * (half - tail(t) - t * phi) - scale * tail(t), phi * (k * t * t + scale)

    t = root_between(equation, 0, 8, digits + 10)
    with precision(bits_of(digits + 10) + 32):
        source = "thresholds.gordon" if d == 1 else "inputs.gordon_density"
        return Ball.from_arb(exact_arb(kappa) / tail(t.arb), source=source)


@named_threshold("deep-sufficient", inf)
def deep_sufficient(L: Any) -> Threshold:
    """Return the ratio C = 2 L log L with which L layers of widths (n, Cn, ..., Cn) are injective.

    * ``L``: number of layers, an integer >= 2.

    Every larger C suffices as L grows: the statement is asymptotic in L. The value is an exact
    SymPy expression. Source: paleka2021thesis, chapter 5.

    >>> deep_sufficient(10).value
    20*log(10)
    """
    layers = integer(L, "L")
    if layers < 2:
        raise DomainError(f"deep_sufficient needs L >= 2 layers; got L={layers}")
    claim = f"{layers} layers are injective with high probability above, as L grows"
    name, equation = f"deep-sufficient(L={layers})", r"C = 2 L \log L"
    compute = partial(_deep, layers)
    return Threshold(name, compute, "theorem", claim, equation, "paleka2021thesis")


def _deep(layers: int, digits: int) -> Any:
    import sympy

    return 2 * layers * sympy.log(layers)
