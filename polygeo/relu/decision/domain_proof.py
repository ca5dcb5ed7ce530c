"""Checking a proof that a layer is injective on a set of inputs, with integers only.

The layer is x -> ReLU(W x + b), the set D = {x : A x + c >= 0}; rows (w_i, b_i) and (a_j, c_j) are
taken at (x, t), t = 1. A proof has three parts.

1. *Equalities*: lists of inequalities with positive weights. Where the earlier equalities hold, the
   weighted sum of a list is 0; all of its terms are >= 0 on D, so they are 0 there. D lies in the
   affine space H of all equalities.
2. A *point* x of H. The inequalities that are > 0 at x are the imposed ones, t >= 0 the last.
3. A *tree* (`polygeo.relu.decision.certificate`) in the coordinates (x, t) of H, with the imposed
   inequalities: for all (x, t) off the hyperplanes of the layer at which these are > 0, the rows
   with <w_i, x> + b_i t >= 0 span the directions of H.

If f(x1) = f(x2) for x1, x2 in D, a row with a value >= 0 at the middle x does not see x1 - x2. Next
to (x, 1) there is a point as in 3, towards the point of 2, with no other rows, and so x1 = x2.
Rows are numbered from 0: those of the layer, then the imposed inequalities in their order. If H is
one point, the tree is empty. Without biases a proof for all of R^n made of steps
(`polygeo.relu.decision.steps`), which begins with 0, is one for D.

This module shares no code with the search, nor with what finds the hull of D.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm
from typing import Any

from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.errors import Refuted
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.steps import check_proof

__all__ = ["DomainProof", "check_on_domain", "in_hull"]


@dataclass(frozen=True)
class DomainProof:
    """The three parts of a proof, described at the top of the module."""

    point: tuple[mpq, ...]
    equalities: tuple[tuple[tuple[int, int], ...], ...]
    tree: list[int]


def check_on_domain(
    layer: Sequence[Sequence[int]], domain: Sequence[Sequence[int]], proof: DomainProof
) -> int:
    """Check a proof of injectivity on a set of inputs; return its number of nodes.

    ``layer``: positive multiples of the rows (w_i, b_i); ``domain``: of the rows (a_j, c_j), none
    for all of R^n. Refuted if it is no proof.

    >>> orthant, plane = [(1, 0, 0), (0, 1, 0)], [(1, 0, 0), (0, 1, 0)]
    >>> one = (mpq(1), mpq(1))
    >>> check_on_domain(plane, orthant, DomainProof(one, (), [2, 2, 1, 0, 2, 2, 1, 1, 3]))
    1
    >>> check_on_domain(plane, orthant, DomainProof(one, (), [2, 2, 1, 0, 3, 2, 1, 1, 3]))
    Traceback (most recent call last):
    polygeo.errors.Refuted: node 1: rows 0, 3 do not contradict each other
    """
    dim = len(layer[0]) - 1
    if any(len(row) != dim + 1 for row in (*layer, *domain)) or len(proof.point) != dim:
        raise Refuted(f"a proof for {dim} inputs needs a point and rows with {dim} coordinates")
    if proof.tree and proof.tree[0] == 0:
        if any(row[-1] for row in layer):
            raise Refuted("steps prove nothing of a layer with biases")
        return check_proof([row[:-1] for row in layer], proof.tree)
    table, images, imposed = in_hull(layer, domain, proof)
    if not images[0]:
        if proof.tree:
            raise Refuted("the inputs are one point, but the tree is not empty")
        return 0
    images += [[0] * len(images[0])] * imposed
    return check_tree(table, proof.tree, images=images, imposed=imposed)


def in_hull(
    layer: Sequence[Sequence[int]], domain: Sequence[Sequence[int]], proof: DomainProof
) -> tuple[list[list[int]], list[list[int]], int]:
    """Check parts 1 and 2; return what part 3 is about, in the coordinates of the hull H.

    The rows of the layer and then the imposed inequalities, the parts of the rows of the layer in
    the directions of H, and the number of the inequalities. Refuted if part 1 or 2 is wrong.
    """
    dim = len(proof.point)
    scale = lcm(*(int(c.denominator) for c in proof.point), 1)
    place = [int(c * scale) for c in proof.point] + [scale]
    frame, flat = _frames(domain, proof.equalities, place)
    imposed = [row for row in domain if _product(row, place) > 0]
    imposed.append([*[0] * dim, 1])
    table, images = [list(row) for row in (*layer, *imposed)], [list(row[:dim]) for row in layer]
    if frame is not None and flat is not None:
        images = _times(images, flat) if flat.ncols() else [[]] * len(images)
        table = _times(table, frame)
    return table, images, len(imposed)


def _frames(
    domain: Sequence[Sequence[int]], equalities: Sequence[Any], place: list[int]
) -> tuple[fmpz_mat | None, fmpz_mat | None]:
    """Bases (columns) of H with the coordinate t, and of its directions; None for R^n."""
    known: list[list[int]] = []
    for number, equality in enumerate(equalities, start=1):
        if not equality:
            raise Refuted(f"equality {number} is empty")
        total = [0] * len(place)
        for j, weight in equality:
            if not 0 <= j < len(domain) or weight < 1:
                raise Refuted(f"equality {number}: an inequality that does not exist, or no weight")
            total = [t + weight * c for t, c in zip(total, domain[j], strict=True)]
        if any(total) and (not known or _rank([*known, total]) > _rank(known)):
            raise Refuted(f"equality {number} does not follow from the inequalities")
        known += [list(domain[j]) for j, _ in equality]
    if any(_product(row, place) for row in known):
        raise Refuted("the point does not satisfy the equalities")
    if not any(map(any, known)):
        return None, None
    lines = [*known, [0] * (len(place) - 1) + [1]]
    frame, flat = _kernel(known), _kernel(lines)
    return frame, fmpz_mat(flat.tolist()[:-1]) if flat.ncols() else flat


def _rank(rows: list[list[int]]) -> int:
    return int(fmpz_mat(rows).rank())


def _kernel(rows: list[list[int]]) -> fmpz_mat:
    basis, nullity = fmpz_mat(rows).nullspace()
    count = int(nullity)
    return fmpz_mat(basis.nrows(), count, [c for row in basis.tolist() for c in row[:count]])


def _times(rows: list[list[int]], basis: fmpz_mat) -> list[list[int]]:
    if not rows:
        return []
    return [[int(c) for c in row] for row in (fmpz_mat(rows) * basis).tolist()]


def _product(a: Sequence[int], b: Sequence[int]) -> int:
    return sum(x * y for x, y in zip(a, b, strict=True))
