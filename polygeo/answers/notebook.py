"""Exact fractions in Jupyter: gmpy2's mpq has no LaTeX, so IPython learns one."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["register_with_ipython"]


def register_with_ipython() -> bool:
    """Register the LaTeX of mpq and mpz with a running IPython; False where there is none.

    >>> register_with_ipython()
    False
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return False
    formatter = shell.display_formatter.formatters["text/latex"]
    for name in ("mpq", "mpz"):
        formatter.for_type_by_name("gmpy2", name, _latex)
    return True


def _latex(number: Any) -> str:
    from polygeo.answers.typeset import latex

    return f"${latex(number)}$"
