"""One proved statement on p_{m,n}, and how it is printed: a bound that stays one when rounded."""

from __future__ import annotations

from dataclasses import dataclass

from gmpy2 import mpq

from polygeo.answers.options import check_fields, choice
from polygeo.answers.serialise import decimal

__all__ = ["Bound", "rounded_outward"]


@dataclass(frozen=True)
class Bound:
    """One proved statement on p_{m,n}.

    * ``value``: the bound, an exact rational number.
    * ``side``: 'upper', 'lower' or 'equal': whether p is at most, at least or equal to ``value``.
    * ``name``, ``source``: name of the theorem and id of its formula.
    * ``status``: 'theorem'.
    * ``best``: whether the statement is the best one on its side.
    """

    value: mpq
    side: str
    name: str
    source: str
    status: str = "theorem"
    best: bool = False

    def __repr__(self) -> str:
        return f"Bound({self})"

    def __post_init__(self) -> None:
        check_fields(self, value=mpq, name=str, source=str, status=str, best=bool)
        choice(self.side, "side", ("upper", "lower", "equal"))

    def __str__(self) -> str:
        if self.side == "equal":
            return f"p = {decimal(self.value, 6)} ({self.name})"
        sign = {"upper": "<=", "lower": ">="}[self.side]
        mark = ", best" if self.best else ""
        return f"p {sign} {rounded_outward(self.value, self.side == 'upper')} ({self.name}){mark}"

    def _repr_latex_(self) -> str:
        sign = {"upper": r"\le", "lower": r"\ge", "equal": "="}[self.side]
        number = str(self).split()[2]
        return rf"$p {sign} {number} \qquad \text{{{self.name}}}$"


def rounded_outward(x: mpq, up: bool) -> str:
    """Format x to six decimal places, rounded up or down, so that the printed bound is a bound."""
    scaled = x * 10**6
    whole = -(-scaled // 1) if up else scaled // 1
    return f"{whole // 10**6}.{int(whole % 10**6):06d}"
