"""The decision of a layer on a set of inputs: the steps, from floating point to rationals.

The compiled search first, then one that is checked afterwards, at last the exact tree. Without
biases sub-layers of R^n help too: what is injective on R^n is injective on every set of inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.errors import DomainError, Undecided
from polygeo.polyhedra.vectors import rank
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.divided import Divided
from polygeo.relu.decision.domain import LayerOnDomain
from polygeo.relu.decision.domain_proof import DomainProof
from polygeo.relu.decision.search.exact_tree import exact_search
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix
from polygeo.relu.decision.sublayers import STRUCTURED, looks_structured, renumbered
from polygeo.relu.decision.witness import Witness

__all__ = ["decide_on"]

Refuse = Callable[[bool], None]
Answer = tuple[bool, Callable[[], Any]]
"""Whether the layer is injective, and what makes the proof (`DomainProof`) or the `Witness`."""


def decide_on(question: LayerOnDomain, budget: Budget, refuse: Refuse) -> Answer:
    """Decide a question, with a proof; raise Undecided or what ``refuse`` raises.

    ``refuse(exact)`` refuses a search that would take very long.
    """
    if not question.dim:
        return True, lambda: question.framed([])
    if question.shape[0] < question.dim:
        return False, lambda: _surely(question.witness(question.interior.point))
    easy, low = _by_sublayers(question, budget)
    if easy is not None:
        return True, easy

    expensive = partial(budget.long_search, refuse)
    scaled = question.scaled()
    answer = None
    try:
        answer = _by_search(question, scaled, budget, expensive)
        if answer is None and scaled.first() is not None:
            scaled.arrays()  # from now on compiled code searches them
            answer = _by_search(question, scaled, budget, expensive)
        return _exactly(question, budget, refuse) if answer is None else answer
    except Undecided:
        raise _undecided(question, scaled, budget, low) from None


def _by_search(
    question: LayerOnDomain, scaled: ScaledMatrix, budget: Budget, expensive: Callable[[], bool]
) -> Answer | None:
    """The answer of a search in floating point, proved; None where it finds none."""

    def place(point: NDArray[np.float64]) -> Witness | None:
        z = scaled.original(point)
        return question.witness(question.point_of(z)) if question.is_input(z) else None

    status, found = scaled.decide(budget, expensive)
    if status == 1:
        return True, lambda: question.proof(scaled.tree())
    if status == 0:
        point = found
        assert point is not None
        return False, lambda: _surely(place(point))
    witness = None if found is None else place(found)
    if witness is None and budget.left > 0 and question.lacks_rank():
        witness = question.witness(question.interior.point)
    if witness is None and budget.spent:
        raise budget.refuse()
    if witness is None:
        status, found, tree = scaled.propose(budget, expensive)
        if status == 0:
            witness = place(found)
        proof = question.proof(tree)
        if status == 1 and question.holds(proof):
            return True, lambda: proof
    if witness is not None:
        return False, lambda: witness
    if budget.spent:
        raise budget.refuse()
    return None


def _exactly(question: LayerOnDomain, budget: Budget, refuse: Refuse) -> Answer:
    """The last instance. Rows that are 0 in all inputs take no part in a search."""
    dim, m = question.dim, question.shape[0]
    rows = question.search_rows
    places = [i for i, row in enumerate(rows) if i >= m or any(row[:dim])]
    few = [rows[i] for i in places]
    outcome = exact_search(few, budget.patient(refuse), imposed=question.imposed, dim=dim)
    if outcome is None:
        raise budget.refuse()
    z, record = outcome
    if z is not None:
        witness = _surely(question.witness(question.point_of([mpq(c) for c in z])))
        return False, lambda: witness
    return True, lambda: question.proof(renumbered(record, places))


def _by_sublayers(
    question: LayerOnDomain, budget: Budget
) -> tuple[Callable[[], DomainProof] | None, int]:
    """A proof for all of R^n that is made of sub-layers only, for layers without biases.

    The dimension that such sub-layers prove every S(x) to span comes second.
    """
    matrix = question.matrix
    n = matrix.shape[1]
    if question.bias or n < STRUCTURED or not looks_structured(matrix):
        return None, 0
    try:
        divided = Divided(matrix, budget, lambda exact: None)
    except (DomainError, Undecided):
        return None, 0
    if divided.witness is not None or not divided.known.complete:
        return None, rank([question.images[i] for i in divided.known.basis])

    def steps() -> DomainProof:
        record = divided.known.record()
        if record[0]:  # one tree, as a proof of one step
            record = [0, 1, 0, n, *divided.known.basis, len(record), *record]
        return question.framed(record)

    return steps, question.dim


def _undecided(
    question: LayerOnDomain, scaled: ScaledMatrix, budget: Budget, low: int
) -> Undecided:
    """The error for a spent budget: ``low``, the smallest S(x) that was met, bounds of the depth.

    Where no input was met the one inside is taken, which is known.
    """
    found = scaled.smallest()
    if found is None:
        x, high = question.interior.point, question.seen_at(question.interior.point)
    else:
        x, high = tuple(question.point_of(found[0])), found[1]
    reason = budget.refuse(low=low, high=high, witness=x)
    reason.depth = scaled.zeros + scaled.packed, scaled.zeros + high
    return reason


def _surely(witness: Witness | None) -> Witness:
    if witness is None:
        raise RuntimeError(
            "a proved witness failed exactly; please report the layer and its inputs"
        )
    return witness
