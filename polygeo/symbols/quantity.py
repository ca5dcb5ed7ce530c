"""The base of the heads: a SymPy function whose number comes from polygeo's evaluator."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from numbers import Number
from typing import Any, ClassVar

import sympy
from flint import arb
from gmpy2 import mpq

from polygeo.answers.evaluation import evaluate
from polygeo.answers.exact import register_with_sympy, to_sympy_rational
from polygeo.answers.options import described
from polygeo.errors import DomainError

register_with_sympy()

__all__ = ["DIGITS", "Quantity", "entry_head", "head", "quantities"]

DIGITS = 40
"""Digits to which certified quantities are evaluated in checks."""


class Quantity(sympy.Function):
    """Base of the heads, which are made by `head`.

    ``evaluator`` gives the number, ``public`` is the function or class of polygeo that it comes
    from. ``template`` is the LaTeX with #1, #2, .. for the arguments, as in a macro, or #* for all
    of them and commas between.
    """

    evaluator: ClassVar[Callable[..., Any]]
    public: ClassVar[Callable[..., Any]]
    template: ClassVar[str]

    def __new__(cls, *arguments: Any, **options: Any) -> Any:
        """The head at numbers and SymPy expressions; SymPy itself would evaluate text as code."""
        for argument in arguments:
            number = isinstance(argument, Number) and not isinstance(argument, bool)
            if not number and not isinstance(argument, sympy.Expr):
                raise DomainError(
                    f"{cls.__name__} needs numbers or SymPy expressions; got {described(argument)}"
                )
        return super().__new__(cls, *arguments, **options)

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
        shown = [printer._print(argument) for argument in self.args]
        places = {"*": ",".join(shown), **{str(i): text for i, text in enumerate(shown, 1)}}
        text = re.sub(r"#([*1-9])", lambda place: places[place[1]], self.template)
        return text if exp is None else f"\\left({text}\\right)^{{{exp}}}"


def head(
    name: str,
    arity: int | tuple[int, ...],
    template: str,
    evaluator: Callable[..., Any],
    doc: str,
    public: Callable[..., Any] | None = None,
) -> Any:
    """The head ``name``, see `Quantity`; ``public`` is the evaluator itself if left out."""
    body = {
        "nargs": arity,
        "template": template,
        "evaluator": staticmethod(evaluator),
        "public": staticmethod(public or evaluator),
        "__doc__": doc,
    }
    return type(name, (Quantity,), body)


def entry_head(
    name: str,
    arity: int,
    template: str,
    family: Callable[..., Any],
    vector: str,
    doc: str = "",
    options: tuple[Any, ...] = (),
) -> Any:
    """The head of the k-th entry of a vector that the members of a family have.

    Its arguments are k and the parameters of the member, which come after the ``options``; beyond
    the ends of the vector it is 0. ``vector`` names the method, for instance "intrinsic_volumes".
    """

    @lru_cache(maxsize=256)
    def entries(*parameters: Any) -> Any:
        return getattr(family(*options, *parameters), vector)(DIGITS)

    def evaluator(k: int, *parameters: Any) -> Any:
        values = entries(*parameters)
        return values[k] if 0 <= k < len(values) else mpq(0)

    doc = doc or f"Entry k of the {vector} of {family.__name__}, as {name}(k, ..)."
    return head(name, arity, template, evaluator, doc, family)


def quantities() -> list[type[Quantity]]:
    """Every head, in the order of definition."""
    return Quantity.__subclasses__()
