"""SymPy heads for polygeo's quantities: unevaluated in formulas, exact or certified on request.

``q(m, n)`` with symbols stays a symbol of the formula; its number comes from the fast evaluator,
through ``numerical_value`` (used by `polygeo.answers.numerics.evaluation`) or, for exact values,
through SymPy's own ``doit``. The heads of one topic are in one file; those of the layer and of
sections are here as well.

>>> import sympy
>>> m = sympy.symbols("m")
>>> q(m, 2).subs(m, 5), q(5, 2).doit()
(q(5, 2), 5/4)
"""

from polygeo.exports import listing
from polygeo.symbols import (
    families,
    gaussian_polytopes,
    inputs,
    layer,
    networks,
    polyhedral,
    polytopes,
    replica,
    sections,
    sparse,
    walks,
)
from polygeo.symbols.layer import *  # noqa: F403
from polygeo.symbols.quantity import DIGITS, Quantity, head, quantities
from polygeo.symbols.sections import *  # noqa: F403

__all__ = [
    "DIGITS",
    "Quantity",
    "families",
    "gaussian_polytopes",
    "head",
    "inputs",
    "networks",
    "polyhedral",
    "polytopes",
    "quantities",
    "replica",
    "sparse",
    "walks",
    *layer.__all__,
    *sections.__all__,
]
__dir__ = listing(__all__)
