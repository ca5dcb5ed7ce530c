"""The largest common bias with which a layer is injective on a set of inputs.

For x in D let b(x) be the largest a such that the rows with <w_i, x> >= a span R^n. By the theorem
in `polygeo.relu.decision.domain`, x -> ReLU(W x - a) is injective on D if and only if a <= b(x) for
all x in D: the largest bias is the minimum of b over D (haider2023convex bound it on balls). For a
flat F spanned by rows b(x) <= max {<w_i, x> : w_i not in F}, with equality for the flat of the rows
with <w_i, x> > b(x). Hence

    largest bias = min over flats F of min {max_{w_i not in F} <w_i, x> : x in D},

a linear program for each flat. The flats are not listed. The decision at the value of one program
either proves that value, or names a point with a smaller b, whose flat is the next one; the values
fall strictly, so this ends. Floating point only proposes vertices of the programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpz_mat
from gmpy2 import mpq
from scipy.optimize import linprog

from polygeo.answers.exact import rational
from polygeo.answers.options import check_fields
from polygeo.answers.typeset import latex
from polygeo.errors import DomainError, NotConverged, Refuted
from polygeo.polyhedra.vectors import Vector, dot, primitive, rank
from polygeo.progress import patient
from polygeo.relu.cells.cells import basis_rows
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.domain import LayerOnDomain
from polygeo.relu.decision.injectivity import Verdict, is_injective
from polygeo.relu.decision.spherical_bias import BALLS, smallest_on_sphere
from polygeo.relu.inputs import InputDomain, read_inputs
from polygeo.relu.interior import interior_of
from polygeo.relu.matrix import ExactMatrix, read_matrix

__all__ = ["LargestBias", "largest_bias"]

MAX_ROUNDS = 1000
"""Largest number of flats that are looked at."""
TIGHT = 1e-7
"""Slack, next to rows of length 1, of inequalities that count as equalities in a proposal."""


@dataclass(frozen=True)
class LargestBias:
    """The largest a for which x -> ReLU(W x - a) is injective on the inputs, exactly.

    * ``value``: a, an mpq; on the sphere and the ball a SymPy number where a root is needed.
    * ``point``: an input (on the sphere: its direction) at which every larger bias fails: the rows
      with <w_i, x> > a do not span.
    * ``verdict``: the `Verdict` of injectivity at a, with its certificate; None on the sphere and
      the ball, where `verify` goes through all flats again.
    """

    value: Any
    point: tuple[mpq, ...]
    verdict: Verdict | None
    inputs: InputDomain | str | None

    source = "haider2023convex"

    def __post_init__(self) -> None:
        check_fields(self, point=[mpq], verdict=Verdict | None, inputs=InputDomain | str | None)

    def _repr_latex_(self) -> str:
        return rf"$\alpha_{{\max}} = {latex(self.value)}$"

    @patient
    def verify(self, W: Any) -> bool:
        """Check that the layer is injective at the value and at no larger one; Refuted if not.

        * ``W``: the matrix that the value is for.
        """
        matrix = read_matrix(W)
        if self.verdict is None:
            if smallest_on_sphere(matrix, str(self.inputs))[0] != self.value:
                raise Refuted("the smallest value on the sphere is another one")
            return True
        bias = [-rational(self.value)] * matrix.shape[0]
        self.verdict.verify(matrix, bias, self.inputs)
        if not self.verdict:
            raise Refuted("the verdict is not one of injectivity")
        n = matrix.shape[1]
        domain = read_inputs(self.inputs, n)
        if len(self.point) != n or (domain is not None and not domain.contains(self.point)):
            raise Refuted("the point is not in the set of inputs")
        if _reached(LayerOnDomain(matrix, None, domain), self.point)[0] > self.value:
            raise Refuted("a larger bias does not fail at the point")
        return True


@patient
def largest_bias(
    W: Any, inputs: Any = None, *, max_nodes: int | None = None, timeout: Any = None
) -> LargestBias:
    """Find the largest a for which x -> ReLU(W x - a) is injective on a set of inputs (exact).

    * ``W``: an m x n matrix of rationals, as in `is_injective`; a is subtracted from each row.
    * ``inputs``: a set of inputs as in `is_injective` (default: all of R^n); or "sphere" or "ball",
      those of radius 1 around 0, for matrices with few rows.
    * ``max_nodes``, ``timeout``: limits for the decisions, of each of them and in seconds for all.

    Returns a `LargestBias`: its value is an mpq, on the sphere and the ball an mpq or a SymPy root.
    "Injective on the sphere" means here that the active rows span at each of its points, as in the
    source. DomainError if no bias does, or one point is the only input, so that every bias does.
    Undecided when a limit is spent. Source: haider2023convex, who bound the value on the ball.

    >>> largest_bias([[1, 0], [0, 1], [-1, -1]], (1, 2)).value
    mpq(1,1)
    >>> largest_bias([[1, 0], [0, 1], [-1, 0], [0, -1], [1, 1]], (-1, 1)).value
    mpq(0,1)
    >>> largest_bias([[1, 0], [0, 1], [-1, -1]], "sphere").value
    -sqrt(2)/2
    """
    matrix = read_matrix(W)
    if isinstance(inputs, str) and inputs in BALLS:
        value, direction = smallest_on_sphere(matrix, inputs)
        return LargestBias(value, direction, None, inputs)
    m, n = matrix.shape
    domain = read_inputs(inputs, n)
    question = LayerOnDomain(matrix, None, domain)
    dim, images = question.dim, question.images
    if not dim:
        raise DomainError("largest_bias needs more than one input; every bias will do for one")
    if rank(images) < dim:
        raise DomainError(f"no bias makes W injective: rank {rank(images)} on {dim} dimensions")
    budget = Budget(max_nodes, timeout)

    def decide(value: mpq | None, where: InputDomain | None) -> Verdict:
        left = None if timeout is None else max(0.001, budget.left)
        bias = None if value is None else [-value] * m
        return is_injective(matrix, bias, where, max_nodes=max_nodes, timeout=left)

    far = InputDomain(n, tuple((*row[:-1], 0) for row in question.inequalities))
    if interior_of(far).directions != () and not decide(None, far):
        raise DomainError("no bias makes W injective on inputs that reach so far")
    x: Sequence[mpq] = question.interior.point
    for _ in range(MAX_ROUNDS):
        value, flat = _reached(question, x)
        vertex = _vertex(matrix, question.inequalities, _outside(images, flat))
        if vertex is not None and (domain is None or domain.contains(vertex)):
            lower, _ = _reached(question, vertex)
            if lower < value:
                value, x = lower, vertex
        verdict = decide(value, domain)
        if verdict:
            return LargestBias(value, tuple(x), verdict, domain)
        assert verdict.witness is not None
        x = verdict.witness.x
    raise NotConverged(f"no largest bias after {MAX_ROUNDS} flats; it is below {value}")


def _reached(question: LayerOnDomain, x: Sequence[mpq]) -> tuple[mpq, list[int]]:
    """b(x), and the rows with larger products, which do not span."""
    values, images = [dot(row, x) for row in question.matrix.entries], question.images
    order = sorted(range(len(values)), key=lambda i: -values[i])
    chosen: list[int] = []
    for i in order:
        if rank([images[j] for j in (*chosen, i)]) > len(chosen):
            chosen.append(i)
            if len(chosen) == question.dim:
                break
    value = values[chosen[-1]]
    return value, [i for i in chosen if values[i] > value]


def _outside(images: Sequence[Vector], flat: Sequence[int]) -> list[int]:
    """The rows outside of the span of some of them."""
    spanned = [images[i] for i in flat]
    size = rank(spanned)
    return [i for i, v in enumerate(images) if rank([*spanned, v]) > size]


def _vertex(
    matrix: ExactMatrix, inequalities: Sequence[Vector], outside: Sequence[int]
) -> list[mpq] | None:
    """A rational x near which max {<w_i, x> : i outside} is least; None if there is no proposal."""
    n = matrix.shape[1]
    above = [primitive((*(-c for c in matrix.entries[i]), mpq(1), mpq(0))) for i in outside]
    rows = [*above, *((*row[:-1], 0, row[-1]) for row in inequalities)]
    lengths = [max(map(abs, row)) for row in rows]
    kept = [row for row, length in zip(rows, lengths, strict=True) if length]
    table = np.array([[float(mpq(c, max(map(abs, row)))) for c in row] for row in kept])
    found = linprog(
        [0.0] * n + [1.0], A_ub=-table[:, :-1], b_ub=table[:, -1], bounds=[(None, None)] * (n + 1)
    )
    if found.status != 0:
        return None
    slack = table[:, :-1] @ found.x + table[:, -1]
    near = [int(i) for i in np.argsort(slack, kind="stable") if slack[i] < TIGHT]
    chosen = [near[k] for k in basis_rows([kept[i][:-1] for i in near])]
    if len(chosen) < n + 1:
        return None
    square: Any = fmpz_mat([list(kept[i][:-1]) for i in chosen])
    solution = square.solve(fmpz_mat([[-kept[i][-1]] for i in chosen]))
    return [rational(c) for c in solution.entries()][:n]
