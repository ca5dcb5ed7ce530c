"""The inputs that a threshold is for: all of R^n, nonnegative ones, or a cone of some density.

K in R^n is the cone of inputs, delta its statistical dimension, and delta/n -> d as n grows. R^n
has d = 1, the orthant d = 1/2. A product of half-lines (a share s of the n factors) and of lines
has d = 1 - s/2, and for such a product the exponential rates are known as well.
"""

from __future__ import annotations

from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, rational, shorten
from polygeo.errors import DomainError
from polygeo.relu.input_cone import NONNEGATIVE

__all__ = ["density_of", "half_lines", "inputs_label"]


def density_of(inputs: Any) -> mpq:
    """Return the density d of the statistical dimension of the inputs.

    ``inputs``: None (d = 1), "nonnegative" (d = 1/2), or d itself, 1e-6 <= d <= 1.

    >>> density_of(None), density_of("nonnegative"), density_of("2/3")
    (mpq(1,1), mpq(1,2), mpq(2,3))
    """
    if inputs is None:
        return mpq(1)
    if isinstance(inputs, str) and inputs == NONNEGATIVE:
        return mpq(1, 2)
    try:
        density = rational(inputs, "inputs")
    except DomainError:
        raise DomainError(
            f"inputs need '{NONNEGATIVE}' or the limit d of (statistical dimension)/n; "
            f"got {abbreviate(repr(inputs))}"
        ) from None
    if not mpq(1, 10**6) <= density <= 1:
        raise DomainError(f"inputs need a density d in [1e-6, 1]; got d={shorten(density)}")
    return density


def half_lines(inputs: Any) -> int:
    """Return the share of half-lines among the factors of the cone: 0 for R^n, 1 for the orthant.

    >>> half_lines(None), half_lines("nonnegative")
    (0, 1)
    """
    if inputs is None:
        return 0
    if isinstance(inputs, str) and inputs == NONNEGATIVE:
        return 1
    raise DomainError(
        f"this threshold is known for all inputs and for inputs='{NONNEGATIVE}'; "
        f"got {abbreviate(repr(inputs))}"
    )


def inputs_label(inputs: Any) -> str:
    """Return how the name of a threshold shows the inputs.

    >>> inputs_label(None), inputs_label("nonnegative"), inputs_label("0.4")
    ('', 'nonnegative', 'd=2/5')
    """
    if inputs is None or (isinstance(inputs, str) and inputs == NONNEGATIVE):
        return inputs or ""
    return f"d={density_of(inputs)}"
