"""p by simulation for inputs in a polyhedral cone, and for layers with biases.

Layers are drawn Gaussian, a bias as one more column, and every one is decided exactly: by the walk
of `cone_vertices` where the inequalities of the cone are independent and vertices are few, by
`polygeo.relu.is_injective` otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from polygeo.answers.estimate import Estimate
from polygeo.answers.options import choice, describe, flag
from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import Vector
from polygeo.relu.bounds import layer_on
from polygeo.relu.decision.first_verdicts import DEEPEST
from polygeo.relu.input_cone import NONNEGATIVE, dimension_of
from polygeo.relu.inputs import cone_of, nonnegative
from polygeo.relu.probability.cone_vertices import bad_exactly, bad_in_cone, cone_workspace
from polygeo.relu.probability.draws import SEARCHED, block_size, walk_cost
from polygeo.relu.probability.exact_vertices import integer_rows
from polygeo.relu.probability.runs import (
    PATIENCE_DRAW,
    PATIENCE_RUN,
    good_stderr,
    simulate_on_cone,
    too_long,
)
from polygeo.relu.probability.vertices import DOUBT
from polygeo.sampling.runs.draws import Plan
from polygeo.sampling.runs.streams import checked_seed, generator
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["ConeBlock", "estimate_on_cone", "layer_rows_of_cone"]

STREAM = 4
"""The purpose of the random stream, after those of `polygeo.relu.probability.draws`."""

EXACT_FLOATS = 2**53
"""Largest entry of an inequality that is certainly a float."""


@dataclass(frozen=True, eq=False)
class ConeBlock:
    """A block of a run as a picklable function of its number: [draws, injective ones].

    ``inequalities``: the vectors of the cone of inputs, with the bias in R^(n+1); ``walked``:
    whether the walk over vertices decides.
    """

    m: int
    dim: int
    k: int
    inequalities: tuple[Vector, ...]
    bias: bool
    walked: bool
    seed: int
    size: int

    def __call__(self, block: int) -> NDArray[np.int64]:
        draws = generator(self.seed, block, STREAM).standard_normal((self.size, self.m, self.dim))
        good = self._walk(draws) if self.walked else sum(map(self._decide, draws))
        return np.array([self.size, good], np.int64)

    def _walk(self, draws: NDArray[np.float64]) -> int:
        found = np.empty(len(draws), np.int64)
        cone = np.array(self.inequalities, np.float64)
        cone /= 2.0 ** np.ceil(np.log2(abs(cone).max(axis=1, keepdims=True)))  # exactly
        work = cone_workspace(self.m, self.dim, len(cone))
        bad_in_cone(draws, cone, self.k - 1, work, found)
        for s in np.flatnonzero(found == DOUBT):
            found[s] = bad_exactly(integer_rows(draws[s]), self.inequalities, self.k - 1)
        return int((found == 0).sum())

    def _decide(self, draw: NDArray[np.float64]) -> bool:
        from polygeo.relu.decision.injectivity import is_injective

        rows = self.inequalities[:-1] if self.bias else self.inequalities
        n = self.dim - self.bias
        matrix = [list(row[:n]) for row in rows]
        cone = (matrix, [0] * len(matrix)) if matrix else None
        bias = draw[:, n].tolist() if self.bias else None
        return bool(is_injective(draw[:, :n].copy(), bias, cone).injective)


def layer_rows_of_cone(inputs: Any, n: int, bias: bool) -> tuple[Vector, ...]:
    """Return the inequalities of the cone of inputs, in R^(n+1) for a layer with biases.

    They are primitive integer vectors.

    >>> layer_rows_of_cone("nonnegative", 2, False), layer_rows_of_cone("nonnegative", 1, True)
    (((1, 0), (0, 1)), ((1, 0), (0, 1)))
    """
    if isinstance(inputs, IntrinsicVolumes):
        raise DomainError("a simulation needs the cone of inputs, not its intrinsic volumes alone")
    if isinstance(inputs, str) and inputs != NONNEGATIVE:
        raise DomainError(f"inputs need '{NONNEGATIVE}' or a cone; got {describe(inputs)}")
    rows: tuple[Vector, ...] = ()
    if inputs is not None:
        rows = (nonnegative(n) if isinstance(inputs, str) else cone_of(inputs, n)).rows
    return (*rows, (*[0] * n, 1)) if bias else tuple(row[:n] for row in rows)


def estimate_on_cone(
    m: Any,
    n: Any,
    inputs: Any,
    bias: bool,
    complement: bool,
    *,
    samples: Any,
    seed: Any,
    stderr: Any,
    method: str,
    decider: Callable[[Any], Any] | None,
    **options: Any,
) -> Estimate:
    """Estimate p for inputs in a polyhedral cone; parameters as for `polygeo.p`.

    ``options``: executor, checkpoint and progress.
    """
    m, k, volumes = layer_on(m, n, None, inputs, bias)
    start = checked_seed(seed)
    choice(method, "method", ("auto", "plain", "karp-luby"))
    if method == "karp-luby" or decider is not None:
        raise DomainError("for inputs in a cone, and with biases, p takes method='plain' only")
    flag(complement, "complement")
    plan = Plan.of(samples, stderr)
    dim = volumes.ambient_dim
    solid = dimension_of(volumes) == dim
    block = _block(m, dim, k, layer_rows_of_cone(inputs, dim - bias, bias), bias, start, solid)

    most = 0.0 if plan.stderr is None else min(0.25 / plan.stderr**2 + 1000, 1e30)
    _check(block, plan.most(most))
    sums = simulate_on_cone("ReLU layers on a cone", block, plan, most, good_stderr, **options)
    draws, good = map(int, sums)
    hits = draws - good if complement else good
    return Estimate.proportion(hits, draws, start, source="puthawala2022globally", method="plain")


def _block(
    m: int, dim: int, k: int, rows: tuple[Vector, ...], bias: bool, seed: int, solid: bool
) -> ConeBlock:
    """The block, decided by the walk where that is possible and fast."""
    count = len(rows)
    independent = count == 0 or fmpz_mat([list(map(int, row)) for row in rows]).rank() == count
    small = all(abs(c) <= EXACT_FLOATS for row in rows for c in row)
    fast = dim < 5 or walk_cost(m + count, dim) <= SEARCHED
    walked = independent and small and fast and solid and dim >= 2 and count > 0
    size = block_size(m + count, dim) if walked else 16
    return ConeBlock(m, dim, k, rows, bias, walked, seed, size)


def _check(block: ConeBlock, draws: int) -> None:
    """DomainError where a run is hopeless; compile the walk, with a line where that takes long."""
    shape = f"{block.m} x {block.dim - block.bias}{' with biases' if block.bias else ''}"
    if not block.walked:
        if block.dim > DEEPEST:
            raise DomainError(
                f"a draw of {shape} has too many vertices, and a search is hopeless for more than "
                f"{DEEPEST - block.bias} columns"
            )
        return
    each = walk_cost(block.m + len(block.inequalities), block.dim)
    if not (each <= PATIENCE_DRAW and each * draws <= PATIENCE_RUN):
        raise too_long(block.m, block.dim - block.bias, draws, each)
    replace(block, m=2, k=1, size=1, seed=0)(0)
