"""Certified answers: evaluation, roots and integrals in ball arithmetic.

* `certify` evaluates at growing precision until the ball is as narrow as asked;
* `isolate` and `certified_root` prove a simple root, by bisection on proved signs and then by the
  interval Newton operator N(X) = x - f(x)/f'(X): if N(X) lies inside X, f has exactly one root
  in X, and it lies in N(X) (moorekearfottcloud2009introduction, chapter 8);
* `certified_integral` is Arb's rigorous adaptive Gauss-Legendre quadrature (johansson2017arb).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flint import acb, arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, forget_nodes, precision, precision_bits
from polygeo.answers.decimals import bits_of, significant
from polygeo.answers.exact import integer, is_expression, rational
from polygeo.answers.numerics.evaluation import evaluate_to_arb
from polygeo.answers.options import describe, instance
from polygeo.answers.quadrature import quadrature
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError, NotConverged

__all__ = [
    "as_float",
    "certified_integral",
    "certified_root",
    "certify",
    "certify_vector",
    "enclosure",
    "ends",
    "isolate",
    "root_above",
    "root_between",
]

MAX_BITS = 1 << 23
"""Largest working precision in bits."""

ZERO_BITS = 1 << 17
"""Precision in bits at which a number counts as not separable from 0 (below 10^-39000, or 0)."""

STALL_BITS = 1 << 14
"""Precision in bits up to which a ball may keep its width, for instance clipped to [0, 1]."""

MAX_HALVINGS = 10_000
"""Largest number of halvings of a bracket; beyond it a root counts as 0."""

NEAR_ZERO = 1000
"""Digits after the point that suffice for a number that may be 0 and is only compared."""


def enclosure(value: Any, digits: int = 30) -> Ball | mpq:
    """Return an answer as a rational number or as a Ball, for comparisons.

    * ``value``: an answer; a SymPy expression gives a Ball of ``digits`` digits (default 30), and a
      ball around 0 where NEAR_ZERO digits do not separate the expression from 0.

    >>> import sympy
    >>> enclosure(sympy.pi / 4), enclosure("1/3")
    (Ball(0.785398163397448309615660845819875721), mpq(1,3))
    """
    if isinstance(value, Ball):
        return value
    if is_expression(value) and not value.is_Rational:
        return certify(lambda: evaluate_to_arb(value), digits, near_zero=NEAR_ZERO)
    return rational(value)


def as_float(value: Any) -> float:
    """Return the float next to an answer.

    SymPy's own ``float`` uses the precision that mpmath shares among threads.

    >>> import sympy
    >>> as_float(sympy.acos(sympy.Rational(1, 3))), as_float("1/3")
    (1.2309594173407747, 0.3333333333333333)
    """
    return float(enclosure(value))


def ends(value: Any) -> tuple[mpq, mpq]:
    """Return the rational end points between which a value lies (twice the value itself if exact).

    >>> ends("1/3")
    (mpq(1,3), mpq(1,3))
    """
    known = enclosure(value)
    return (known.lower, known.upper) if isinstance(known, Ball) else (known, known)


def certify(
    evaluate: Callable[[], arb],
    digits: int,
    *,
    source: str = "",
    max_bits: int = MAX_BITS,
    near_zero: int | None = None,
) -> Ball:
    """Evaluate at growing precision until the ball proves ``digits`` significant digits.

    * ``evaluate``: function without argument that computes with flint at the working precision.
    * ``digits``: an integer >= 1; ``source``: id of the formula.
    * ``max_bits``: largest working precision in bits (default 2^23).
    * ``near_zero``: digits after the point; a ball that contains 0 is then enough when its radius
      is below 10^-near_zero (default None).

    NotConverged with the history of (bits, accuracy) when ``max_bits`` do not suffice; when four
    times the bits (and STALL_BITS) do not halve the ball, since then the inputs are balls of fixed
    width; and when ZERO_BITS (or four times the bits asked for) do not separate the number from 0.

    >>> certify(lambda: arb(2).sqrt(), 30).decimal(30)
    '1.41421356237309504880168872421'
    """
    goal = bits_of(significant(digits)) + 4
    bits, most = goal + 16, integer(max_bits, "max_bits")
    small = None if near_zero is None else mpq(1, 1 << bits_of(significant(near_zero)))
    history: list[tuple[int, int]] = []
    radius, narrowed = arb("inf"), bits
    _check_function(evaluate, "evaluate")

    def refusal(reason: str) -> NotConverged:
        return NotConverged(f"{digits} digits were asked for; {reason}", tuple(history))

    while bits <= most:
        with precision(bits):
            x = instance(evaluate(), "the value that is certified", arb)
            finite, zero = x.is_finite(), x.contains(0)
            narrower = finite and 2 * x.rad() <= radius
            near = small is not None and zero and x.rad() < exact_arb(small)
        if finite and (near or x.is_exact() or x.rel_accuracy_bits() >= goal):
            return Ball.from_arb(x, bits, source)
        accuracy = int(x.rel_accuracy_bits()) if finite else -bits
        history.append((bits, accuracy))
        if narrower:
            radius, narrowed = x.rad(), bits
        elif finite and bits >= max(STALL_BITS, 4 * narrowed):
            raise refusal(
                f"more bits no longer narrow the ball, which reached {max(accuracy, 0)} of {goal} "
                "bits: an input is a ball of positive width"
            )
        if bits >= max(ZERO_BITS, 4 * goal) and not (finite and narrower and not zero):
            raise refusal(f"{bits} bits do not tell the number from 0, or do not bound it")
        bits += max(goal - accuracy + 16, bits // 4) if accuracy > 0 and narrower else bits
    reached = f"{history[-1][1]} of {goal} bits" if history else "nothing"
    raise NotConverged(
        f"{digits} digits need more than {most} bits; reached {reached}", tuple(history)
    )


def certify_vector(
    evaluate: Callable[[], Sequence[arb]], count: int, digits: int, *, source: str = ""
) -> list[Ball]:
    """Evaluate ``count`` numbers together at growing precision, each as `certify` does.

    >>> [x.decimal(8) for x in certify_vector(lambda: [arb(2).sqrt(), arb.pi()], 2, 10)]
    ['1.4142136', '3.1415927']
    """
    known: dict[int, Sequence[arb]] = {}

    def entry(k: int) -> arb:
        bits = max([precision_bits(), *known])  # what was evaluated for an earlier entry serves
        if bits not in known:
            known[bits] = evaluate()
        return known[bits][k]

    return [certify(partial(entry, k), digits, source=source) for k in range(count)]


def isolate(
    function: Callable[[arb], arb], low: Any, high: Any, narrowing: int = 1000
) -> tuple[mpq, mpq]:
    """Return a bracket, of relative width 1/narrowing, around a sign change of ``function``.

    Bisection on proved signs (128 bits); the bracket is widened by its own width on both sides,
    so that the root lies well inside. Raises DomainError without a sign change.

    >>> isolate(lambda x: x * x - 2, 1, 2, 8)
    (mpq(5,4), mpq(13,8))
    """
    left, right = rational(low), rational(high)
    with precision(128):
        rising = function(exact_arb(right)) > 0
        if not (function(exact_arb(left)) < 0 if rising else function(exact_arb(left)) > 0):
            raise DomainError(f"no sign change is proved between {low} and {high}")
        for _ in range(MAX_HALVINGS):
            if (right - left) * narrowing <= right:
                break
            middle = (left + right) / 2
            above = function(exact_arb(middle)) > 0
            left, right = (left, middle) if above == rising else (middle, right)
        else:
            raise NotConverged(
                f"no relative width is reached in [{low}, {high}]: the root may be 0"
            )
    return left - (right - left), right + (right - left)


def certified_root(
    function: Callable[[arb], tuple[arb, arb]],
    bracket: tuple[Any, Any],
    digits: int,
    *,
    source: str = "",
) -> Ball:
    """Return the unique root of f in a bracket, to ``digits`` digits, proved by interval Newton.

    * ``function``: x -> enclosures of (f(x), f'(x)) for a ball x.
    * ``bracket``: rational end points (low, high).
    * ``digits``: significant digits of the Ball; ``source``: id of the formula.

    The first Newton image of the whole bracket must lie inside the bracket: that proves existence
    and uniqueness. The precision then doubles with each step, so that the cost is that of the last
    step. NotConverged otherwise.

    >>> certified_root(lambda x: (x * x - 2, 2 * x), (1, 2), 20).decimal(20)
    '1.4142135623730950488'
    """
    goal = bits_of(significant(digits)) + 8
    _check_function(function, "function")
    ends = sequence(bracket, "bracket", 2)
    if len(ends) != 2:
        raise DomainError(f"bracket needs two numbers; got {len(ends)}")
    with precision(64):
        box = exact_arb(ends[0]).union(exact_arb(ends[1]))
    bits, proved = 64, False
    history: list[tuple[int, int]] = []
    for _ in range(200):
        with precision(bits):
            middle = box.mid()
            value, slope = _pair(function(middle))[0], _pair(function(box))[1]
            image = middle - value / slope
            if not image.is_finite() or not image.overlaps(box):
                raise NotConverged(f"no root was proved in {describe(bracket)}", tuple(history))
            if box.contains_interior(image):
                proved = True
            box = image.intersection(box)
            accuracy = int(box.rel_accuracy_bits())
        history.append((bits, accuracy))
        if proved and accuracy >= goal:
            return Ball.from_arb(box, bits, source)
        stalled = len(history) > 1 and accuracy <= history[-2][1]
        if len(history) > 2 and len(set(history[-3:])) == 1:  # the same box at the same bits
            raise NotConverged(
                f"{digits} digits were asked for; interval Newton stays at {accuracy} of {goal} "
                "bits: an input is a ball of positive width",
                tuple(history),
            )
        bits = min(max(2 * max(accuracy, 0) + 64, 2 * bits if stalled else 64), 2 * goal + 128)
    raise NotConverged(f"interval Newton reached {accuracy} of {goal} bits", tuple(history))


def _check_function(value: Any, name: str) -> None:
    if not callable(value):
        raise DomainError(f"{name} needs a function; got {describe(value)}")


def _pair(found: Any) -> tuple[arb, arb]:
    """Return what the function of an interval Newton step gives."""
    values = sequence(found, "the function of a root", 2)
    if len(values) != 2 or not all(isinstance(value, arb) for value in values):
        raise DomainError("the function of a root gives two flint.arb, its value and its slope")
    return values[0], values[1]


def root_between(
    function: Callable[[arb], tuple[arb, arb]],
    low: Any,
    high: Any,
    digits: int,
    *,
    source: str = "",
) -> Ball:
    """Return a simple root of f in [low, high], where f changes sign.

    * ``function``, ``digits``, ``source``: as in `certified_root`; ``low``, ``high``: rational
      numbers.

    The bracket of `isolate` is narrowed until interval Newton contracts it (`certified_root`). The
    root is unique in the last bracket; uniqueness in [low, high] is the caller's theorem.

    >>> root_between(lambda x: (x**3 - x - 1, 3 * x**2 - 1), 0, 100, 15).decimal(15)
    '1.32471795724475'
    """
    for narrowing in (10**3, 10**6, 10**10, 10**15):
        bracket = isolate(lambda x: function(x)[0], low, high, narrowing)
        try:
            return certified_root(function, bracket, digits, source=source)
        except NotConverged as failure:
            last = failure
    raise last


def root_above(
    function: Callable[[arb], tuple[arb, arb]], low: Any, digits: int, *, source: str = ""
) -> Ball:
    """Return the root of f above ``low``; f is positive at ``low`` and negative from some point on.

    >>> root_above(lambda x: (100 - x * x, -2 * x), 0, 15).decimal(15)
    '10.0000000000000'
    """
    high = 2 * rational(low) + 1
    with precision(256):
        for _ in range(MAX_HALVINGS):
            if function(exact_arb(high))[0] < 0:
                break
            high *= 2
        else:
            raise NotConverged(f"no negative value is proved above {low}")
    return root_between(function, low, high, digits, source=source)


def certified_integral(
    integrand: Callable[[acb, bool], acb], lower: Any, upper: Any, digits: int, *, source: str = ""
) -> Ball:
    """Return the integral of a function that is real on [lower, upper], to ``digits`` digits.

    * ``integrand``: function (z, analytic) of complex balls; non-finite where ``analytic`` is asked
      and the function is not analytic (see flint's ``acb.integral``).
    * ``lower``, ``upper``: rational end points.
    * ``digits``: significant digits of the Ball; ``source``: id of the formula.

    >>> certified_integral(lambda z, _: (-z * z).exp(), -10, 10, 15).decimal(15)
    '1.77245385090552'
    """

    _check_function(integrand, "integrand")

    def value(z: acb, analytic: bool) -> acb:
        return instance(integrand(z, analytic), "the integrand's value", acb)

    def evaluate() -> arb:
        forget_nodes()
        return quadrature(value, acb(exact_arb(lower)), acb(exact_arb(upper))).real

    return certify(evaluate, digits, source=source)
