"""How q_{m,n,k} grows: its exponential rate, and its saddle-point asymptotics.

With m = alpha n, k = kappa n, n -> infinity, q is the coefficient of t^{n-1} in 2 R(t)/(1 - t^2)
(see `polygeo.relu.surrogate.euler`), and the saddle points of

    f(t) = kappa log(1 - t) + (alpha - kappa) log(1 + t) - log t

are the roots of (alpha - 1) t^2 - (alpha - 2 kappa) t + 1 = 0. With the natural-log entropy H,

    Phi(alpha, kappa) = alpha H(kappa/alpha) - alpha log 2 + Re f(t).

The discriminant vanishes at the two edges 2 + 2 kappa -+ 2 sqrt(2 kappa):

* above the upper edge ("above") both roots lie in (0, 1), the smaller one is the
  saddle, q > 0 and (1/n) log q -> Phi;
* between the edges ("oscillating") the roots are complex conjugate, q changes sign again and
  again with n and Phi is the rate of its envelope;
* below the lower edge ("below") both roots are real again, and which of them counts depends on
  kappa. For kappa < 2 (where alpha < 2) both have modulus above 1, the coefficients of R with the
  parity of n - 1 sum to 1/2, so that q - 1 is minus twice the sum of those beyond n - 1, and the
  root of larger modulus gives (1/n) log |q - 1| -> Phi (q - 1 alternates in sign with n if
  kappa > 1/2). For kappa > 2 (where alpha > 2) both have modulus below 1; by the antipodal
  identity q_{m,n,k} - 1 - (-1)^(n-1) = (-1)^n q_{m,n,m+1-k}, which is above the upper edge of
  alpha - kappa, and the root of smaller modulus gives its rate, Phi(alpha, alpha - kappa). For
  kappa = 2 the lower edge is 2, and no alpha > kappa lies below it.

The tool is the method of saddle points (flajoletsedgewick2009analytic, chapter VIII).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import acb, arb
from gmpy2 import mpq, mpz

from polygeo.answers.ball import Ball, exact_arb
from polygeo.answers.certification import certify
from polygeo.answers.decimals import significant
from polygeo.answers.exact import integer, rational, shorten
from polygeo.answers.options import check_fields, choice
from polygeo.answers.typeset import latex
from polygeo.errors import DomainError
from polygeo.progress import patient

__all__ = [
    "EulerRate",
    "check_kappa",
    "euler_asymptotic",
    "euler_edges",
    "euler_rate",
    "rate_and_slope",
]

MAX_M = 10**8
"""Largest number m of rows for which `euler_asymptotic` computes a value, a number near 2^-m."""


@dataclass(frozen=True)
class EulerRate:
    """The exponential rate Phi(alpha, kappa) of q, with the regime that alpha lies in.

    * ``alpha``, ``kappa``: the limits of m/n and of k/n, rational numbers.
    * ``value``: Phi, a certified `Ball` (natural logarithm, per input).
    * ``regime``: 'above', 'oscillating' or 'below', the place of alpha among the two edges of
      `euler_edges`.
    * ``quantity``: what grows like exp(n Phi): 'q', 'envelope of q', 'q - 1' (below, kappa < 2) or
      'q - 1 - (-1)^(n-1)' (below, kappa > 2).
    """

    alpha: mpq
    kappa: mpq
    value: Ball
    regime: str

    source = "rate.exponential_rate"

    def __post_init__(self) -> None:
        check_fields(self, alpha=mpq, kappa=mpq, value=Ball)
        choice(self.regime, "regime", ("above", "oscillating", "below"))

    @property
    def quantity(self) -> str:
        """The quantity whose absolute value grows like exp(n Phi)."""
        below = "q - 1" if self.kappa < 2 else "q - 1 - (-1)^(n-1)"
        return {"above": "q", "oscillating": "envelope of q", "below": below}[self.regime]

    def __float__(self) -> float:
        return float(self.value)

    def _repr_latex_(self) -> str:
        arguments = f"{latex(self.alpha)}, {latex(self.kappa)}"
        meaning = rf"\qquad \text{{rate of {self.quantity}}}"
        return rf"$\Phi\left({arguments}\right) = {latex(self.value)}{meaning}$"


def check_kappa(kappa: Any) -> mpq:
    """Return kappa as a rational number; DomainError unless 1e-6 <= kappa <= 1e6."""
    ratio = rational(kappa, "kappa")
    if not mpq(1, 10**6) <= ratio <= 10**6:
        raise DomainError(f"kappa must lie in [1e-6, 1e6]; got kappa={shorten(ratio)}")
    return ratio


@patient
def euler_edges(kappa: Any = 1, digits: int = 30) -> tuple[Ball, Ball]:
    """Return the edges 2 + 2 kappa -+ 2 sqrt(2 kappa) between which the sign of q oscillates.

    * ``kappa``: limit of k/n, a rational number in [1e-6, 1e6] (default 1); DomainError otherwise.
    * ``digits``: significant digits of each edge (default 30).

    Returns (lower edge, upper edge), two certified Balls. Source: flajoletsedgewick2009analytic,
    chapter VIII.

    >>> [edge.decimal(12) for edge in euler_edges()]
    ['1.17157287525', '6.82842712475']
    """
    ratio = check_kappa(kappa)
    digits = significant(digits)

    def edge(sign: int) -> Ball:
        return certify(
            lambda: exact_arb(2 + 2 * ratio) + sign * 2 * exact_arb(2 * ratio).sqrt(),
            digits,
            source="rate.edges",
        )

    return edge(-1), edge(+1)


def _discriminant(alpha: mpq, kappa: mpq) -> mpq:
    return (alpha - 2 * kappa) ** 2 - 4 * (alpha - 1)


@patient
def euler_rate(alpha: Any, kappa: Any = 1, digits: int = 20) -> EulerRate:
    """Compute the exponential rate Phi(alpha, kappa) of q_{m,n,k}, with m = alpha n, k = kappa n.

    * ``alpha``: limit of m/n, a rational number with alpha > max(1, kappa).
    * ``kappa``: limit of k/n, a rational number in [1e-6, 1e6] (default 1).
    * ``digits``: digits of the certified value, approximately (default 20).

    Returns an `EulerRate`: the value as a certified Ball, the regime of alpha, and the quantity
    that grows like exp(n Phi). DomainError for other alpha and kappa. Source:
    flajoletsedgewick2009analytic, chapter VIII.

    >>> rate = euler_rate(9)
    >>> rate.value.decimal(10), rate.regime
    ('-0.2583732112', 'above')
    >>> euler_rate(5).quantity, euler_rate("1.1").quantity, euler_rate(9, 8).quantity
    ('envelope of q', 'q - 1', 'q - 1 - (-1)^(n-1)')
    """
    ratio, layers = check_kappa(kappa), rational(alpha, "alpha")
    if layers <= 1 or layers <= ratio:
        raise DomainError(
            "the rate needs alpha > max(1, kappa); "
            f"got alpha={shorten(layers)}, kappa={shorten(ratio)}"
        )
    inside = _discriminant(layers, ratio) < 0
    lower = not inside and layers < 2 + 2 * ratio
    regime = "oscillating" if inside else "below" if lower else "above"

    def evaluate() -> arb:
        a, k = exact_arb(layers), exact_arb(ratio)
        discriminant = exact_arb(_discriminant(layers, ratio))
        t = (
            (acb(a - 2 * k) + acb(0, (-discriminant).sqrt())) / (2 * (a - 1))
            if inside
            else acb(_real_saddle(a, k, discriminant, larger_modulus=lower and ratio < 2))
        )
        exponent = k * abs(1 - t).log() + (a - k) * abs(1 + t).log() - abs(t).log()
        return _entropy_part(a, k) + exponent

    value = certify(evaluate, significant(digits), source="rate.exponential_rate")
    return EulerRate(layers, ratio, value, regime)


def _entropy_part(a: arb, k: arb) -> arb:
    """alpha H(kappa/alpha) - alpha log 2."""
    return a * a.log() - k * k.log() - (a - k) * (a - k).log() - a * arb.const_log2()


def _real_saddle(a: arb, k: arb, discriminant: arb, larger_modulus: bool) -> arb:
    """The root of smaller (larger) modulus, without cancellation: product 1/(alpha - 1)."""
    linear = a - 2 * k
    root = discriminant.sqrt()
    far = linear + root if linear > 0 else linear - root
    return far / (2 * (a - 1)) if larger_modulus else 2 / far


def rate_and_slope(alpha: arb, kappa: mpq, half_lines: int = 0) -> tuple[arb, arb]:
    """Compute enclosures of Phi and of dPhi/dalpha above the upper edge, for a ball alpha.

    * ``half_lines``: 0 (default), or 1 for nonnegative inputs: the share s of half-lines among the
      factors of the cone of inputs.

    By the envelope theorem dPhi/dalpha = log(alpha/(alpha - kappa)) - log 2 + log(1 + t). For a
    cone with sn half-lines among n factors the v_j have the generating function
    ((1 + t)/2)^{sn} t^{(1-s)n}, so that q is the coefficient of t^{n-1} in
    2 ((1 + t)/2)^{sn} R(t)/(1 - t^2): in the saddle point alpha + s stands for alpha, in Phi
    s log((1 + t)/2) comes in addition, and the edge moves down by s. The saddle point is the
    largest modulus on its circle, since log |(1 + t)^x (1 - t)^kappa| is concave in Re t there.
    """
    k, sum_ = exact_arb(kappa), alpha + half_lines
    discriminant = (sum_ - 2 * k) ** 2 - 4 * (sum_ - 1)
    t = _real_saddle(sum_, k, discriminant, larger_modulus=False)
    rate = _entropy_part(alpha, k) + k * (1 - t).log() + (alpha - k) * (1 + t).log() - t.log()
    rate += half_lines * ((1 + t) / 2).log()
    slope = (alpha / (alpha - k)).log() - arb.const_log2() + (1 + t).log()
    return rate, slope


@patient
def euler_asymptotic(m: Any, n: Any, digits: int = 15) -> Ball:
    """Evaluate the saddle-point approximation of q_{m,n} = q_{m,n,n} as a certified Ball.

    * ``m``, ``n``: numbers of outputs and inputs, 3 <= n <= m <= 10^8, with m/n above 4 + 2 sqrt 2
      so that the saddle points are real.
    * ``digits``: significant digits of the approximation (default 15).

    With a = m - n, b = n - 1, t the smaller root of a t/(1+t) - b t/(1-t) = n - 2 and
    s2 = a t/(1+t)^2 - b t/(1-t)^2, the approximation is

        2/((n-1)(1-t^2)) 2^-m (m-n+1) binomial(m, n-1) (1+t)^a (1-t)^b t^{2-n} / sqrt(2 pi s2).

    The Ball encloses this formula, not q: the ratio exact/approximate tends to 1 like 1 + c/n for
    fixed m/n. DomainError for other m and n. Source: flajoletsedgewick2009analytic, chapter VIII.

    >>> from polygeo.relu.surrogate.euler import expected_euler_characteristic as q
    >>> float(q(900, 100)), float(euler_asymptotic(900, 100))
    (9.24450653922556e-16, 9.258259600203398e-16)
    """
    m, n, count = integer(m, "m"), integer(n, "n"), significant(digits)
    if not 3 <= n <= m <= MAX_M:
        raise DomainError(f"the asymptotics need 3 <= n <= m <= {MAX_M}; got m={m}, n={n}")
    a, b, j = m - n, n - 1, n - 2
    # a t/(1+t) - b t/(1-t) = j is the quadratic (j - a - b) t^2 + (a - b) t - j = 0
    quadratic, linear = mpz(j - a - b), mpz(a - b)
    discriminant = linear * linear + 4 * quadratic * j
    if discriminant <= 0 or linear <= 0 or quadratic >= 0:
        raise DomainError(
            f"the asymptotics need m/n above 4 + 2 sqrt 2 (real saddles); got m={m}, n={n}"
        )

    def evaluate() -> arb:
        t = exact_arb(mpq(2 * j)) / (exact_arb(linear) + exact_arb(discriminant).sqrt())
        s2 = a * t / (1 + t) ** 2 - b * t / (1 - t) ** 2
        front = exact_arb(mpq(2 * (m - n + 1), n - 1))
        # binomial(m, n-1) 2^-m, whose exact digits would fill the memory for large m
        logarithm = arb(m + 1).lgamma() - arb(n).lgamma() - arb(m - n + 2).lgamma()
        logarithm += a * (1 + t).log() + b * (1 - t).log() - j * t.log() - m * arb(2).log()
        return front * logarithm.exp() / ((1 - t * t) * (2 * arb.pi() * s2).sqrt())

    return certify(evaluate, count, source="rate.saddle_point")
