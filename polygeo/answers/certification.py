"""Ways to a certified answer: evaluation, roots and integrals in ball arithmetic.

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
from polygeo.answers.evaluation import evaluate_to_arb
from polygeo.answers.exact import integer, is_expression, rational
from polygeo.answers.options import described, instance
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

ZERO_BITS = 1 << 17
"""Precision at which the attempt to tell a number from 0 ends: it is below 10^-39000 or 0."""

STALL_BITS = 1 << 14
"""Precision up to which a ball may stay as wide as it is, for instance clipped to [0, 1]."""

MAX_HALVINGS = 10_000
"""Halvings of a bracket before a root counts as 0."""

NEAR_ZERO = 1000
"""Digits after the point that are enough for a number that may be 0 and is only compared."""


def enclosure(value: Any, digits: int = 30) -> Ball | mpq:
    """What an answer is compared as: a Ball, or of a SymPy expression one of so many digits, or
    else a rational. An expression that is not told from 0 by NEAR_ZERO digits is a ball around 0.

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
    """The float next to an answer. SymPy's own ``float`` uses the precision that mpmath shares
    among threads.

    >>> import sympy
    >>> as_float(sympy.acos(sympy.Rational(1, 3))), as_float("1/3")
    (1.2309594173407747, 0.3333333333333333)
    """
    return float(enclosure(value))


def ends(value: Any) -> tuple[mpq, mpq]:
    """The rationals between which a value lies: both itself, or the ends of its `enclosure`.

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
    """Evaluate at growing precision until the ball proves about ``digits`` significant digits.

    ``evaluate`` takes no argument and computes with flint at the working precision. With
    ``near_zero`` a ball that holds 0 is enough when its radius is below 10^-near_zero. Raises
    NotConverged with the history of (bits, accuracy) when ``max_bits`` do not suffice, when four
    times the bits (and STALL_BITS) do not halve the ball (then its inputs are balls, of a width
    that stays), and when ZERO_BITS (or four times the bits asked for) do not tell the number from
    0 or bound it.

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
                "bits: what goes in is not known better"
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
    """`certify` for each of ``count`` numbers that are computed together, once a precision.

    >>> [x.decimal(8) for x in certify_vector(lambda: [arb(2).sqrt(), arb.pi()], 2, 10)]
    ['1.4142136', '3.1415927']
    """
    known: dict[int, Sequence[arb]] = {}

    def entry(k: int) -> arb:
        bits = precision_bits()
        if bits not in known:
            known[bits] = evaluate()
        return known[bits][k]

    return [certify(partial(entry, k), digits, source=source) for k in range(count)]


def isolate(
    function: Callable[[arb], arb], low: Any, high: Any, narrowing: int = 1000
) -> tuple[mpq, mpq]:
    """A bracket around a sign change of ``function`` in [low, high], of relative width 1/narrowing.

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
    """The one root of f in a bracket, to ``digits`` digits, proved by interval Newton.

    ``function(x)`` returns enclosures of f(x) and f'(x) for a ball x. The first Newton image of
    the whole bracket must fall inside it (that proves existence and uniqueness); precision then
    doubles with each step, so that the cost is that of the last one.

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
                raise NotConverged(f"no root was proved in {described(bracket)}", tuple(history))
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
                "bits: what goes in is not known better",
                tuple(history),
            )
        bits = min(max(2 * max(accuracy, 0) + 64, 2 * bits if stalled else 64), 2 * goal + 128)
    raise NotConverged(f"interval Newton reached {accuracy} of {goal} bits", tuple(history))


def _check_function(value: Any, name: str) -> None:
    if not callable(value):
        raise DomainError(f"{name} needs a function; got {described(value)}")


def _pair(found: Any) -> tuple[arb, arb]:
    """What the function of an interval Newton step gives."""
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
    """A simple root in [low, high], where f changes sign: `isolate`, then `certified_root`.

    The bracket is narrowed until interval Newton contracts it. The root is unique in the last
    bracket; that it is the only one in [low, high] is the caller's theorem.

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
    """`root_between` with no upper end: for a function that is positive at ``low``, and negative
    from some point on.

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
    integrand: Callable[[acb, bool], acb],
    lower: Any,
    upper: Any,
    digits: int,
    *,
    source: str = "",
) -> Ball:
    """int_lower^upper of a function that is real on the real line, to ``digits`` digits.

    ``integrand(z, analytic)`` computes on complex balls and must return a non-finite ball where
    ``analytic`` is asked and the function is not analytic (see flint's ``acb.integral``).

    >>> certified_integral(lambda z, _: (-z * z).exp(), -10, 10, 15).decimal(15)
    '1.77245385090552'
    """

    _check_function(integrand, "integrand")

    def value(z: acb, analytic: bool) -> acb:
        return instance(integrand(z, analytic), "the integrand's value", acb)

    def evaluate() -> arb:
        forget_nodes()
        return acb.integral(value, acb(exact_arb(lower)), acb(exact_arb(upper))).real

    return certify(evaluate, digits, source=source)
