"""Checking a proof of injectivity that is made of steps, one sub-layer after the other.

If rows in a subspace F form an injective layer of F, then S(x) = {w_i : <w_i, x> >= 0} spans F for
every x in R^n: it depends on the component of x in F only, and if that is 0, S(x) holds all rows
in F. Subspaces F_1, F_2, .. that every S(x) spans add up; when the sum is R^n, the layer is
injective, whatever other rows it has. A last step may look at spans modulo what is known.

A proof is a tree (`polygeo.relu.decision.certificate`), or: 0, the number of steps, and for each
step

* 0, or 1 if the step is modulo the sum U of the earlier ones (else U = 0);
* d, and d rows, a basis of F modulo U;
* the length of a tree, and the tree, whose rows lie in F + U and whose bases are bases of
  (F + U) / U: it proves that every S(x) spans F modulo U.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpz_mat

from polygeo.errors import Refuted
from polygeo.relu.decision.certificate import check_tree

__all__ = ["check_proof", "check_step"]


def check_proof(rows: Sequence[Sequence[int]], record: Sequence[int]) -> int:
    """Check a proof of injectivity, a tree or steps; return its number of nodes, or raise Refuted.

    * ``rows``: integer vectors, m >= 1 of them.
    * ``record``: the proof, integers.

    >>> check_proof([(1, 0), (-1, 0), (0, 1), (0, -1)], [2, 2, 2, 0, 1, 2, 2, 2, 3])
    1
    >>> steps = [0, 2, 0, 1, 0, 5, 1, 2, 2, 0, 1, 0, 1, 2, 5, 1, 2, 2, 2, 3]
    >>> check_proof([(1, 0), (-1, 0), (0, 1), (0, -1)], steps)
    2
    >>> check_proof([(1, 0), (-1, 0), (0, 1), (0, -1)], [0, 1, *steps[2:11]])
    Traceback (most recent call last):
    polygeo.errors.Refuted: the steps prove a span of dimension 1, not 2
    """
    if not record or record[0] != 0:
        return check_tree(rows, record)
    dim = len(rows[0])
    known: list[int] = []
    nodes, at = 0, 2
    if len(record) < 2 or not 1 <= record[1] <= dim:
        raise Refuted(f"a proof needs 1 to {dim} steps")
    for step in range(1, record[1] + 1):
        head = list(record[at : at + 2])
        if len(head) < 2 or head[0] not in (0, 1) or not 1 <= head[1] <= dim:
            raise Refuted(f"step {step}: no kind and dimension of a step")
        basis = list(record[at + 2 : at + 2 + head[1]])
        at += 2 + head[1]
        if len(basis) < head[1] or not all(0 <= i < len(rows) for i in basis):
            raise Refuted(f"step {step}: a basis with rows that do not exist")
        if at >= len(record) or not 1 <= record[at] <= len(record) - at - 1:
            raise Refuted(f"step {step}: the proof ends too early")
        tree = list(record[at + 1 : at + 1 + record[at]])
        at += 1 + len(tree)
        nodes += check_step(rows, step, known if head[0] else [], basis, tree)
        before = len(known)
        known = _independent(rows, [*known, *basis])
        if len(known) == before:
            raise Refuted(f"step {step}: nothing new is proved")
    if at != len(record):
        raise Refuted("the steps are complete, but the proof goes on")
    if len(known) < dim:
        raise Refuted(f"the steps prove a span of dimension {len(known)}, not {dim}")
    return nodes


def check_step(
    rows: Sequence[Sequence[int]], step: int, known: list[int], basis: list[int], tree: list[int]
) -> int:
    """Check one step of a proof; return its number of nodes; raise Refuted if it proves nothing.

    ``step``: its number, for messages; ``known``: rows that span U; ``basis``: those of F; both are
    numbers of rows that exist.
    """
    table: Any = fmpz_mat([list(row) for row in rows])
    if known:
        kernel, nullity = fmpz_mat([list(rows[i]) for i in known]).nullspace()
        if nullity == 0:
            raise Refuted(f"step {step}: nothing is left to prove")
        table = table * fmpz_mat([row[: int(nullity)] for row in kernel.tolist()])
    images = table.tolist()
    echelon, _, found = fmpz_mat([images[i] for i in basis]).rref()
    if int(found) < len(basis):
        raise Refuted(f"step {step}: the basis is dependent")
    used = _rows_of(tree, len(rows), step)
    if int(fmpz_mat([images[i] for i in (*basis, *used)]).rank()) > len(basis):
        raise Refuted(f"step {step}: a row lies outside of the span of the basis")
    # These coordinates are an isomorphism of (F + U) / U and Q^d.
    pivots = [next(j for j, c in enumerate(line) if c) for line in echelon.tolist()]
    coordinates = [[int(row[j]) for j in pivots] for row in images]
    try:
        return check_tree(rows, tree, images=coordinates)
    except Refuted as reason:
        raise Refuted(f"step {step}: {reason}") from None


def _rows_of(tree: list[int], count: int, step: int) -> list[int]:
    """The numbers of rows in a tree, whatever its form."""
    found: set[int] = set()
    at = 0
    while at < len(tree):
        supports, at = tree[at], at + 1
        for _ in range(min(supports, count)):
            length = tree[at] if at < len(tree) else -1
            if not 0 <= length <= len(tree) - at - 2:
                raise Refuted(f"step {step}: the tree ends too early")
            found.update(tree[at + 2 : at + 2 + length])
            at += length + 2
    if not all(0 <= i < count for i in found):
        raise Refuted(f"step {step}: a support with rows that do not exist")
    return sorted(found)


def _independent(rows: Sequence[Sequence[int]], chosen: list[int]) -> list[int]:
    """The first of the chosen rows that are a basis of their span."""
    echelon, _, found = fmpz_mat([list(rows[i]) for i in chosen]).transpose().rref()
    lines = echelon.tolist()[: int(found)]
    return [chosen[next(j for j, c in enumerate(line) if c)] for line in lines]
