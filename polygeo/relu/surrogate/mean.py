"""The mean Euler characteristic over random draws, with its exact value q."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.ball import Ball
from polygeo.answers.certification import enclosure
from polygeo.answers.estimate import Estimate
from polygeo.answers.options import check_fields, flag
from polygeo.answers.serialise import decimal
from polygeo.answers.typeset import latex
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.relu.input_cone import input_name
from polygeo.relu.probability.draws import CHI, LayerBlock, block_size, cost
from polygeo.relu.probability.runs import PATIENCE_RUN, check_cost, simulate, simulate_on_cone
from polygeo.relu.sizes import layer_of, level_of
from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.sampling.runs.draws import Plan
from polygeo.sampling.runs.streams import checked_seed

__all__ = ["MeanCharacteristic", "estimate_q"]


MIN_EVENTS = 8
"""Number of deviations by 1 that is added to the sum of squares, as in `polygeo.polytopes.model`.

A wide layer has chi = 0 in every draw of a short run, although q is not 0.
"""


@dataclass(frozen=True)
class MeanCharacteristic:
    """A simulated mean of the Euler characteristic chi, with the exact mean q_{m,n,k}.

    * ``m``, ``n``, ``k``: the parameters of `polygeo.q`.
    * ``estimate``: the simulated mean, an `Estimate`.
    * ``exact``: q_{m,n,k}, exact, or a Ball where q is known as one.
    * ``inputs``: the inputs and biases, as `polygeo.q` takes them, in words.
    """

    m: int
    n: int
    k: int
    estimate: Estimate
    exact: mpq | Ball
    inputs: str = ""

    def __post_init__(self) -> None:
        check_fields(self, m=int, n=int, k=int, estimate=Estimate, exact=mpq | Ball, inputs=str)

    @property
    def source(self) -> str:
        """The id of the formula for the mean, for `polygeo.cite`."""
        return self.estimate.source

    def agrees(self, false_alarm: float = 1e-6) -> bool:
        """Check that q lies in the interval that misses the mean with probability ``false_alarm``.

        * ``false_alarm``: probability of the answer False for a correct simulation (default 1e-6).
        """
        return self.estimate.agrees(self.exact, false_alarm)

    def __str__(self) -> str:
        exact = decimal(self.exact, 8)
        name = f"q({self.m}, {self.n}, {self.k}{self.inputs})"
        known = "certified" if isinstance(self.exact, Ball) else "exactly"
        return f"{name} = {exact} {known}; simulated {self.estimate}"

    def __repr__(self) -> str:
        return f"<{self}>"

    def _repr_latex_(self) -> str:
        head = (
            f"q_{{{self.m},{self.n}}}" if self.k == self.n else f"q_{{{self.m},{self.n},{self.k}}}"
        )
        if self.inputs:
            head += rf"\;(\text{{{self.inputs[2:]}}})"
        return rf"${head} = {decimal(self.exact, 8)}, \qquad {latex(self.estimate)}$"


@patient
def estimate_q(
    m: Any,
    n: Any,
    k: Any = None,
    samples: Any = None,
    seed: Any = None,
    *,
    stderr: Any = None,
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    inputs: Any = None,
    bias: bool = False,
) -> MeanCharacteristic:
    """Estimate q_{m,n,k} by the mean of `euler_characteristic` over Gaussian m x n matrices.

    * ``m``, ``n``: numbers of rows and columns, 1 <= n <= m.
    * ``k``: the level, 1 <= k <= m (default n).
    * ``samples``: number of matrices.
    * ``seed``: a nonnegative integer that names the run.
    * ``stderr``: with it, sample until the standard error is at most ``stderr``; ``samples`` is
      then the largest number of matrices.
    * ``executor``, ``checkpoint``, ``progress``: workers, a file to continue from, a progress bar;
      as in `polygeo.p`.
    * ``inputs``: None (default) for all of R^n, "nonnegative", or a polyhedral cone of R^n or a
      union of such: the characteristic is that of its directions. It takes microseconds a draw for
      pointed cones with inequalities in general position, such as simplicial ones, and otherwise
      milliseconds, for small layers only.
    * ``bias``: True for a layer with Gaussian biases (default False).

    Returns a `MeanCharacteristic`: the `Estimate` and the exact q. The Euler characteristic of
    every matrix is exact. DomainError for sizes and options out of range. Source:
    schneiderweil2008stochastic, theorem 6.5.6.

    >>> run = estimate_q(9, 3, samples=2000, seed=1)
    >>> run.agrees(), run.exact
    (True, mpq(275,128))
    """
    m, n = layer_of(m, n)
    level = level_of(m, n, k)
    start, plan = checked_seed(seed), Plan.of(samples, stderr, least=2)
    run = {"executor": executor, "checkpoint": checkpoint, "progress": progress}
    if inputs is not None or bias is not False:
        from polygeo.relu.probability.cone_characteristic import block_on_cone

        block, each = block_on_cone(m, n, level, inputs, flag(bias, "bias"), start)
        most = 0.0 if plan.stderr is None else 0.99 * PATIENCE_RUN / each
        if plan.most(most) * each > PATIENCE_RUN:
            raise DomainError(f"a run takes at most {PATIENCE_RUN:g} s; fewer samples are needed")
        computes = "characteristics on a cone"
        sums = simulate_on_cone(computes, block, plan, most, _spread, **run)
    else:
        check_cost(m, n, method=CHI)
        block = LayerBlock(m, n, start, CHI, block_size(m, n), level)
        most = 0.0 if plan.stderr is None else 0.99 * PATIENCE_RUN / cost(m, n)
        sums = simulate(block, plan, most, _spread, **run)
    exact = enclosure(expected_euler_characteristic(m, n, level, inputs, bias))
    name = input_name(inputs, bias)
    return MeanCharacteristic(m, n, level, _mean(sums, start), exact, name)


def _spread(sums: NDArray[np.int64], draws: int) -> float:
    """The standard error of the mean that is reached."""
    _, total, squares = map(float, sums)
    return math.sqrt(max(squares / draws - (total / draws) ** 2, 1 / draws) / draws)


def _mean(sums: NDArray[np.int64], seed: int) -> Estimate:
    draws, total, squares = (int(x) for x in sums)
    return Estimate.from_moments(
        draws, total, squares + MIN_EVENTS, seed, source="maillard2022slides", method="vertices"
    )
