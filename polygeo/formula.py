"""Statements of the literature as values: `Formula` (checked) and `Asymptotic` (observed).

A Formula holds a relation between SymPy expressions as its source prints it. `Formula.check`
walks points of its domain: where both sides are rational they must be equal, where they are real
their certified enclosures must overlap and be narrow. The outcome is the number of points;
`Refuted` names the first point that fails; `Undecided` says that a point stayed open. An
Asymptotic is a limit: finitely many values cannot prove it, so it is only ever "observed".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, product
from numbers import Number
from typing import Any

import sympy
from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.exact import integer, rational, shorten, to_sympy_rational
from polygeo.answers.numerics.evaluation import RELATIONS, evaluate, holds
from polygeo.answers.options import check_fields, describe, set_fields
from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.progress import patient
from polygeo.symbols import Quantity

__all__ = ["Asymptotic", "Formula", "Point", "equation"]

Point = dict[Any, mpq]

BITS = 200
"""Working precision of a check in bits."""

LEAST = mpq(1, 10**100)
MAX_POINTS = 100_000
"""Largest number of points among which near equality of an inequality is searched."""

NARROW = mpq(1, 10**25)
"""Relative width that an enclosure must have to count in a check."""


def equation(left: Any, right: Any) -> Any:
    """Return the equation left = right without letting SymPy decide it."""
    for side in (left, right):
        if isinstance(side, bool) or not isinstance(side, sympy.Expr | Number):
            raise DomainError(f"an equation needs SymPy expressions; got {describe(side)}")
    return sympy.Eq(left, right, evaluate=False)


def _condition_text(domain: Iterable[Any]) -> str:
    return r",\; ".join(sympy.latex(condition) for condition in domain)


@dataclass(frozen=True)
class Formula:
    """Relation of the literature (an equation or an inequality) with its domain, source and check.

    * ``title``: one line; ``statement``: a SymPy relation.
    * ``over``: for each symbol the values to try; ``domain``: conditions that a point must meet.
    * ``source``: a key of references.bib; ``locus``: the place in the source; ``note``: a remark.
    * ``typeset``: the source's own LaTeX, where SymPy's order differs.
    * ``attained`` (inequalities): expressions for some symbols under which equality holds for all
      values of the others; ``gap`` (inequalities): at some point the sides differ by less than this
      fraction of the right one. Both are checked, so that neither side can be wrong.
    """

    title: str
    statement: Any
    over: Mapping[Any, Iterable[Any]]
    source: str
    locus: str = ""
    domain: tuple[Any, ...] = ()
    note: str = ""
    typeset: str = ""
    attained: Mapping[Any, Any] = field(default_factory=dict)
    gap: Any = None
    kind: str = field(default="identity", init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.statement, sympy.core.relational.Relational):
            raise DomainError(f"a Formula states a relation; got {describe(self.statement)}")
        check_fields(self, title=str, over=Mapping, source=str, locus=str, domain=tuple, note=str)
        check_fields(self, typeset=str, attained=Mapping)
        is_equation = isinstance(self.statement, sympy.Eq)
        set_fields(self, kind="identity" if is_equation else "inequality")
        if self.gap is not None:
            set_fields(self, gap=rational(self.gap, "gap"))
        if is_equation and (self.attained or self.gap is not None):
            raise DomainError("an equation is sharp as it is: attained and gap are of inequalities")

    def points(self, at_most: int = 60) -> Iterator[Point]:
        """Iterate over at most ``at_most`` points of the domain, spread over the grid."""
        return self._points(list(self.over), at_most)

    def _points(self, symbols: list[Any], at_most: int) -> Iterator[Point]:
        most = _positive(at_most)
        grids = [[rational(value) for value in self.over[symbol]] for symbol in symbols]
        grid = (dict(zip(symbols, values, strict=True)) for values in product(*grids))
        inside = [point for point in grid if all(holds(c, point) for c in self.domain)]
        step = max(1, -(-len(inside) // most))
        yield from inside[::step]

    @patient
    def check(self, at_most: int = 60, factor: Any = 1) -> int:
        """Check the statement at points of its domain and return the number of points.

        * ``at_most``: largest number of points (default 60).
        * ``factor``: a rational number that multiplies the right side (default 1); the tests use it
          to see that a wrong formula is refuted.

        Refuted where the statement fails; Undecided where a point stays open or no point was tried.
        """
        count = 0
        scale = to_sympy_rational(_factor(factor))
        for point in self.points(at_most):
            with precision(BITS):
                self._compare(*self._sides(point, scale), point, self.kind)
            count += 1
        if count == 0:
            raise Undecided(f"{self.title}: no point of the domain was tried")
        if self.attained:
            self._check_attained(at_most, scale)
        if self.gap is not None:
            self._check_gap(scale)
        return count

    def _sides(self, point: Point, factor: Any) -> tuple[Any, Any]:
        return evaluate(self.statement.lhs, point), evaluate(factor * self.statement.rhs, point)

    def _check_attained(self, at_most: int, factor: Any) -> None:
        free, count = [symbol for symbol in self.over if symbol not in self.attained], 0
        for point in self._points(free, at_most):
            with precision(BITS):
                bound = {symbol: evaluate(x, point) for symbol, x in self.attained.items()}
                everything = {**point, **bound}
                self._compare(*self._sides(everything, factor), everything, "identity")
            count += 1
        if count == 0:
            raise Undecided(f"{self.title}: no point of equality was tried")

    def _check_gap(self, factor: Any) -> None:
        for point in self.points(MAX_POINTS):
            with precision(BITS):
                left, right = (Ball.from_arb(exact_arb(x)) for x in self._sides(point, factor))
                if right.contains(0):
                    continue
                if abs(left - right) < self.gap * abs(right):
                    return
        raise Refuted(f"{self.title}: at no point do the sides come as near as {self.gap}")

    def _compare(self, left: Any, right: Any, point: Point, kind: str) -> None:
        where = ", ".join(f"{symbol} = {value}" for symbol, value in point.items())
        if not isinstance(left, arb) and not isinstance(right, arb):
            relation = "Equality" if kind == "identity" else type(self.statement).__name__
            if not RELATIONS[relation](left, right):
                sides = f"{shorten(left)} against {shorten(right)}"
                raise Refuted(f"{self.title}: fails at {where}: {sides}")
            return
        a, b = (Ball.from_arb(exact_arb(side), BITS) for side in (left, right))
        if kind == "identity":
            if not a.overlaps(b):
                raise Refuted(f"{self.title}: fails at {where}: {a} against {b}")
            scale = max(abs(a.mid), abs(b.mid))
            if max(a.rad, b.rad) > NARROW * scale:
                raise Undecided(f"{self.title}: the enclosures at {where} are too wide")
            return
        if a.overlaps(b):
            raise Undecided(f"{self.title}: both sides may be equal at {where}")
        if not RELATIONS[type(self.statement).__name__](a.mid, b.mid):
            raise Refuted(f"{self.title}: fails at {where}: {a} against {b}")

    def latex(self) -> str:
        """Return the statement in LaTeX, together with its domain."""
        body = self.typeset or sympy.latex(self.statement)
        return f"{body} \\qquad ({_condition_text(self.domain)})" if self.domain else body

    def heads(self) -> set[type]:
        """Return the set of quantities of polygeo in the statement."""
        return _heads(self.statement)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


@dataclass(frozen=True)
class Asymptotic:
    """Asymptotic relation left ~ right of the literature, as ``variable`` grows.

    * ``title``: one line; ``left``, ``right``: SymPy expressions; ``variable``: a SymPy symbol.
    * ``along``: the remaining symbols as expressions in the variable.
    * ``sizes``: the values of the variable at which the ratio is observed.
    * ``source``, ``locus``, ``note``: as in `Formula`.
    * ``series``: True if the ratio is 1 + c/size + smaller terms, so that c can be removed by
      extrapolation.
    """

    title: str
    left: Any
    right: Any
    variable: Any
    along: Mapping[Any, Any]
    sizes: tuple[int, ...]
    source: str
    locus: str = ""
    note: str = ""
    series: bool = False
    kind: str = field(default="asymptotic", init=False)

    def __post_init__(self) -> None:
        sympy_value = sympy.Basic
        check_fields(self, title=str, left=sympy_value, right=sympy_value, variable=sympy.Symbol)
        check_fields(self, along=Mapping, sizes=[int], source=str, locus=str, note=str)
        if not self.sizes or min(self.sizes) < 1:
            raise DomainError(f"an Asymptotic is observed at sizes >= 1; got {self.sizes}")

    def observe(self, factor: Any = 1) -> list[tuple[int, Ball]]:
        """Return the pairs (size, left/(factor * right)), one for each of ``sizes``."""
        factor, rows = _factor(factor), []
        for size in self.sizes:
            point = {self.variable: mpq(size)}
            with precision(BITS):
                for symbol, expression in self.along.items():
                    point[symbol] = evaluate(expression, {self.variable: size})
                right = exact_arb(evaluate(self.right, point)) * exact_arb(factor)
                ratio = exact_arb(evaluate(self.left, point)) / right
                rows.append((size, Ball.from_arb(ratio, BITS)))
        return rows

    @patient
    def check(self, at_most: int = 60, factor: Any = 1) -> int:
        """Check that the ratio approaches 1 like 1/size, and return the number of sizes.

        * ``at_most``: without effect; ``factor``: as in `Formula.check`.

        Refuted otherwise. The check is evidence, not a proof: the distances from 1 must fall from
        size to size, and fall between the first and the last size at least half as fast as 1/size
        would. For a series the extrapolated ratios are checked.
        """
        _positive(at_most)
        rows = self.observe(factor)
        if self.series:
            rows = [
                (new, (y * new - x * old) / (new - old)) for (old, x), (new, y) in pairwise(rows)
            ]
        gaps = [abs(float(ratio.mid - 1)) for _, ratio in rows]
        expected = gaps[0] * rows[0][0] / rows[-1][0]
        if any(b >= a for a, b in pairwise(gaps)) or gaps[-1] > 2 * expected:
            raise Refuted(f"{self.title}: the ratio does not approach 1: gaps {gaps}")
        return len(self.sizes)

    def latex(self) -> str:
        """Return the statement in LaTeX."""
        return f"{sympy.latex(self.left)} \\sim {sympy.latex(self.right)}"

    def heads(self) -> set[type]:
        """Return the set of quantities of polygeo in the statement."""
        return _heads(self.left) | _heads(self.right)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


def _positive(at_most: Any) -> int:
    most = integer(at_most, "at_most")
    if most < 1:
        raise DomainError(f"at_most needs at least 1 point; got {most}")
    return most


def _factor(value: Any) -> mpq:
    """Return a factor for a side of a statement, neither 0 nor out of all measure."""
    factor = rational(value, "factor")
    if not LEAST <= abs(factor) <= 1 / LEAST:
        raise DomainError(f"factor needs 1e-100 <= |factor| <= 1e100; got {shorten(factor)}")
    return factor


def _heads(expression: Any) -> set[type]:
    return {type(head) for head in expression.atoms(Quantity)}
