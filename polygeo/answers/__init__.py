"""The four kinds of answer: exact, certified, converged, estimate."""

from polygeo.answers.ball import Ball
from polygeo.answers.certification import certified_integral, certified_root, certify
from polygeo.answers.converged import Converged
from polygeo.answers.estimate import Estimate
from polygeo.answers.estimates import Estimates
from polygeo.answers.exact import rational, to_flint, to_fraction
from polygeo.answers.serialise import (
    decimal,
    from_dict,
    from_json,
    kind,
    to_dict,
    to_json,
    to_sympy,
)
from polygeo.exports import listing

__all__ = [
    "Ball",
    "Converged",
    "Estimate",
    "Estimates",
    "certified_integral",
    "certified_root",
    "certify",
    "decimal",
    "from_dict",
    "from_json",
    "kind",
    "rational",
    "to_dict",
    "to_flint",
    "to_fraction",
    "to_json",
    "to_sympy",
]
__dir__ = listing(__all__)
