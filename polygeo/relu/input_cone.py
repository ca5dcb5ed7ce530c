"""Cones of inputs of a random layer: what ``inputs=`` and ``bias=`` mean, as intrinsic volumes.

A Gaussian layer depends on its cone K of inputs through the conic intrinsic volumes of K alone,
as far as kinematic formulas go. Gaussian biases are one more input, of value 1: the inputs (x, 1),
x in K, span the cone K x R_+ of R^(n+1).
"""

from __future__ import annotations

from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate
from polygeo.answers.options import describe, flag
from polygeo.cones.cone import MAX_DIM
from polygeo.cones.families.orthant import Orthant
from polygeo.errors import DomainError
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["NONNEGATIVE", "dimension_of", "input_name", "input_volumes", "with_bias"]

MAX_INPUTS = 999_998
"""Largest n for which the n + 2 volumes of R^n x R_+ are kept."""

NONNEGATIVE = "nonnegative"
"""The name of the orthant: pixels, or the outputs of a ReLU layer before this one."""


def input_volumes(inputs: Any, n: int) -> IntrinsicVolumes:
    """Return the intrinsic volumes of the cone of inputs in R^n.

    * ``inputs``: None (all of R^n), "nonnegative" (the orthant), a cone, a union of cones, or the
      `IntrinsicVolumes` of one.
    * ``n``: the dimension of the space of inputs; DomainError for a cone of another space.

    >>> input_volumes("nonnegative", 2), input_volumes(None, 2)
    (IntrinsicVolumes(1/4, 1/2, 1/4), IntrinsicVolumes(0, 0, 1))
    """
    if inputs is None:
        if n > MAX_INPUTS:
            raise DomainError(f"a layer with biases needs n <= {MAX_INPUTS}; got n={n}")
        return IntrinsicVolumes([mpq(0)] * n + [mpq(1)])
    if isinstance(inputs, str) and inputs == NONNEGATIVE:
        if n > MAX_DIM:
            raise DomainError(f"inputs='{NONNEGATIVE}' needs n <= {MAX_DIM}; got n={n}")
        return Orthant(n).intrinsic_volumes()
    given = isinstance(inputs, IntrinsicVolumes)
    cone = callable(getattr(inputs, "intrinsic_volumes", None)) and not isinstance(inputs, type)
    if not given and not cone:
        shown = repr(inputs) if isinstance(inputs, str) else describe(inputs)
        raise DomainError(
            f"inputs of a random layer need '{NONNEGATIVE}', a cone, a union of cones or "
            f"IntrinsicVolumes; got {abbreviate(shown)}"
        )
    if inputs.ambient_dim != n:
        raise DomainError(f"inputs need a cone of R^{n}; got one of R^{inputs.ambient_dim}")
    volumes: IntrinsicVolumes = inputs if given else inputs.intrinsic_volumes()
    return volumes


def with_bias(volumes: IntrinsicVolumes, bias: Any) -> IntrinsicVolumes:
    """Return the volumes of K x R_+ where ``bias`` is True, else those of K.

    >>> with_bias(input_volumes("nonnegative", 1), True)
    IntrinsicVolumes(1/4, 1/2, 1/4)
    """
    if not flag(bias, "bias"):
        return volumes
    return volumes * IntrinsicVolumes([mpq(1, 2), mpq(1, 2)])


def dimension_of(volumes: IntrinsicVolumes) -> int:
    """Return the dimension of the cone: the largest j with v_j != 0."""
    return max((j for j, v in enumerate(volumes) if v != 0), default=0)


def input_name(inputs: Any, bias: bool = False) -> str:
    """Return how messages and commands name the inputs: ", inputs='nonnegative', bias=True".

    >>> input_name("nonnegative"), input_name(None, True), input_name(None)
    (", inputs='nonnegative'", ', bias=True', '')
    """
    shown = "" if inputs is None else f", inputs={abbreviate(repr(inputs))}"
    return shown + (", bias=True" if bias else "")
