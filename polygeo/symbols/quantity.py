"""The base of the heads: a SymPy function whose number comes from polygeo's evaluator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import sympy
from flint import arb
from gmpy2 import mpq

from polygeo.answers.evaluation import evaluate
from polygeo.answers.exact import register_with_sympy, to_sympy_rational

register_with_sympy()

__all__ = ["DIGITS", "Quantity", "head", "quantities"]

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


def head(name: str, arity: int, template: str, evaluator: Callable[..., Any], doc: str) -> Any:
    """The head ``name``; ``template`` is its LaTeX with %s for each argument in turn."""

    def _latex(self: Any, printer: Any, exp: Any = None) -> str:
        text = template % tuple(printer._print(argument) for argument in self.args)
        return text if exp is None else f"\\left({text}\\right)^{{{exp}}}"

    body = {
        "nargs": arity,
        "symbol": name,
        "evaluator": staticmethod(evaluator),
        "_latex": _latex,
        "__doc__": doc,
    }
    return type(name, (Quantity,), body)


def quantities() -> list[type[Quantity]]:
    """Every head, in the order of definition."""
    return Quantity.__subclasses__()
