"""The base of the heads: a SymPy function whose number comes from polygeo's evaluator."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from inspect import Parameter, getdoc, signature
from numbers import Number
from typing import Any, ClassVar

import sympy
from flint import arb
from gmpy2 import mpq

from polygeo.answers.exact import register_with_sympy, to_sympy_rational
from polygeo.answers.numerics.evaluation import evaluate
from polygeo.answers.options import describe
from polygeo.errors import DomainError

register_with_sympy()

__all__ = ["DIGITS", "Quantity", "entry_head", "head", "heads", "quantities"]

DIGITS = 40
"""Number of significant digits to which certified quantities are evaluated in checks."""


class Quantity(sympy.Function):
    """Base of the SymPy functions that `head` makes.

    * ``evaluator``: the function that gives the number.
    * ``public``: the function or class of polygeo that the number comes from.
    * ``template``: the LaTeX with #1, #2, .. for the arguments, as in a macro, or #* for all
      arguments with commas between them.
    """

    evaluator: ClassVar[Callable[..., Any]]
    public: ClassVar[Callable[..., Any]]
    template: ClassVar[str]

    def __new__(cls, *arguments: Any, **options: Any) -> Any:
        """Make the head at numbers and SymPy expressions; SymPy would evaluate text as code."""
        for argument in arguments:
            number = isinstance(argument, Number) and not isinstance(argument, bool)
            if not number and not isinstance(argument, sympy.Expr):
                raise DomainError(
                    f"{cls.__name__} needs numbers or SymPy expressions; got {describe(argument)}"
                )
        return super().__new__(cls, *arguments, **options)

    @classmethod
    def numerical_value(cls, *arguments: Any) -> Any:
        """Return the evaluator's answer at mpq (or arb) arguments."""
        plain = [int(x) if type(x) is type(mpq()) and x.denominator == 1 else x for x in arguments]
        return cls.evaluator(*plain)

    def doit(self, **hints: Any) -> Any:
        """Return the exact SymPy value, where all arguments are numbers and the value is exact.

        * ``hints``: those of ``sympy.Basic.doit``; not used.
        """
        if self.free_symbols or isinstance(value := evaluate(self), arb):
            return self
        return to_sympy_rational(value)

    def _latex(self, printer: Any, exp: Any = None) -> str:
        shown = [printer._print(argument) for argument in self.args]
        places = {"*": ",".join(shown), **{str(i): text for i, text in enumerate(shown, 1)}}
        text = re.sub(r"#([*1-9])", lambda place: places[place[1]], self.template)
        return text if exp is None else f"\\left({text}\\right)^{{{exp}}}"


def head(
    call: str,
    template: str,
    public: Callable[..., Any],
    evaluator: Callable[..., Any] | None = None,
    says: str = "",
    **fixed: Any,
) -> Any:
    r"""Return the SymPy function that stands for the numbers of the public function ``public``.

    * ``call``: the name and the arguments, "beta(k, n)"; without parentheses the arguments are the
      parameters of the evaluator.
    * ``template``: LaTeX, see `Quantity`.
    * ``public``: the function or class of polygeo that the number comes from; the doc of the head
      is the first line of its docstring, without its verb "Return" or "Compute".
    * ``evaluator``: a function of the arguments; left out, it is ``public`` with the arguments by
      name, the ``fixed`` parameters and `DIGITS` digits.
    * ``says``: what the doc says instead, where the head is only a part of the public answer.

    ``head("beta(k, n)", r"\beta(#1,#2)", regular.simplex_internal_angle)`` is

    >>> from polygeo.symbols.sparse import beta
    >>> beta(1, 3).doit(), beta.__doc__[:30]
    (1/6, 'The symbol beta(k, n): the int')
    """
    name, arguments, least = _read(call, evaluator or public, fixed)
    known = {"digits": DIGITS, **fixed} if "digits" in signature(public).parameters else fixed

    def by_name(*values: Any) -> Any:
        answer = public(**dict(zip(arguments, values, strict=False)), **known)
        return answer.enclose(DIGITS) if hasattr(answer, "enclose") else answer

    line = re.sub("^(Return|Compute|Evaluate) ", "", _first_line(public))
    line = re.sub(r"^Bound (.*?) from (above|below) by ", r"the bound of \1 from \2 by ", line)
    return _head(
        name, arguments, least, template, evaluator or by_name, public, fixed, says or line
    )


def entry_head(
    call: str,
    template: str,
    family: Callable[..., Any],
    vector: str = "intrinsic_volumes",
    **fixed: Any,
) -> Any:
    """Return the head of the k-th entry of a vector that the members of a family have.

    * ``call``, ``template``: as in `head`; the arguments are k and the parameters of the member
      without the ``fixed`` ones.
    * ``family``: the class of the members.
    * ``vector``: name of the method that returns the vector; beyond its ends the entry is 0.
    """
    name, (index, *arguments), least = _read(call, family, fixed, index=True)

    @lru_cache(maxsize=256)
    def entries(*parameters: Any) -> Any:
        method = getattr(family(**dict(zip(arguments, parameters, strict=True)), **fixed), vector)
        return method(DIGITS) if "digits" in signature(method).parameters else method()

    def evaluator(k: int, *parameters: Any) -> Any:
        values = entries(*parameters)
        return values[k] if 0 <= k < len(values) else mpq(0)

    given = [*arguments, *(f"{key}={value!r}" for key, value in fixed.items())]
    line = f"the entry {index} of ``{family.__name__}({', '.join(given)}).{vector}()``."
    if family.__name__.startswith("_"):
        line = f"the intrinsic volume v_{index} of a cone: {_first_line(family)}"
    return _head(name, [index, *arguments], least, template, evaluator, family, fixed, line)


def _read(
    call: str, function: Callable[..., Any], fixed: dict[str, Any], index: bool = False
) -> tuple[str, list[str], int]:
    """Return name and arguments of a call, and how many arguments are needed at least."""
    parameters = {
        name: parameter
        for name, parameter in signature(function).parameters.items()
        if name not in fixed and name != "digits"
    }
    name, _, inside = call.rstrip(")").partition("(")
    if inside:
        arguments = inside.split(", ")
        return name, arguments, len(arguments)
    needed = sum(p.default is Parameter.empty for p in parameters.values())
    if index:
        entry = "j" if "k" in parameters else "k"
        return name, [entry, *parameters], len(parameters) + 1
    return name, list(parameters), needed


def _first_line(public: Callable[..., Any]) -> str:
    return (getdoc(public) or "").partition("\n")[0]


def _head(
    name: str,
    arguments: list[str],
    least: int,
    template: str,
    evaluator: Callable[..., Any],
    public: Callable[..., Any],
    fixed: dict[str, Any],
    line: str,
) -> Any:
    options = "".join(f", {key}={value!r}" for key, value in fixed.items())
    body = {
        "nargs": tuple(range(least, len(arguments) + 1)),
        "template": template,
        "evaluator": staticmethod(evaluator),
        "public": staticmethod(public),
        "__doc__": f"The symbol {name}({', '.join(arguments)}){options}: {line}",
    }
    return type(name, (Quantity,), body)


def quantities() -> list[type[Quantity]]:
    """List all SymPy functions that `head` made, in the order of definition."""
    return Quantity.__subclasses__()


def heads(topic: dict[str, Any]) -> list[str]:
    """List the names of the heads among the variables of a module: its ``__all__``."""
    return [
        name
        for name, value in topic.items()
        if isinstance(value, type) and issubclass(value, Quantity)
    ]
