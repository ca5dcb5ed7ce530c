"""Collisions of larger networks, and the experiment on depth and width.

The search proposes in floating point: it walks towards inputs where few rows of some layer are
active. Where the linear piece of the first layers has a kernel two inputs collide, and that is
settled in integers. Finding nothing proves nothing.

The experiment: for widths (n, C n, .., C n), is one constant C enough for every depth, that is,
does the probability of injectivity stay near 1? C >= 2 L log L suffices for L layers as L grows
(paleka2021thesis); that a constant suffices is open. What is printed is Monte-Carlo evidence for
small n, no more than that.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from flint import fmpz_mat
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import integer, shorten
from polygeo.answers.options import instance, renamed
from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import complement, dot, primitive, units
from polygeo.progress import patient
from polygeo.relu.decision.budget import Budget
from polygeo.relu.matrix import read_vector
from polygeo.relu.networks.affine import collision_near, sampled_collision
from polygeo.relu.networks.deep import is_injective_network
from polygeo.relu.networks.network import MAX_LAYERS, Collision, Network, read_network
from polygeo.sampling.runs.draws import Plan, share_stderr, sum_draws
from polygeo.sampling.runs.streams import checked_seed, generator

__all__ = ["collision_at", "estimate_deep_injectivity", "find_collision", "gaussian_network"]

GRID = 1 << 20
"""Inverse of the unit to which Gaussian weights are rounded: multiples of 2^-20, read exactly."""

STEPS, SHARE = 60, 0.3
"""Number of steps of a descent, and share of the active rows that a step moves."""

MAX_NUMBERS = 1 << 26
"""Largest number of weights of a random network."""

USUAL = 100
"""Number of networks where neither ``samples`` nor ``stderr`` is given."""

BLOCK = 10
"""Number of networks in a block, which is part of the definition of a run."""


@patient
def collision_at(weights: Any, x: Any, biases: Any = None) -> Collision | None:
    """Find two inputs near x with one output, if the linear piece at x has a kernel (exact).

    * ``weights``: the matrices of the network, as in `is_injective_network`.
    * ``x``: n rational numbers.
    * ``biases``: as in `is_injective_network` (default: none).

    Returns a `Collision`, or None if the Jacobian at x of the first layers has rank n for every
    number of layers, or if x lies on a kink that matters.

    >>> collision_at([[[1, 0], [0, 1], [-1, -1]]], [-1, -2])
    Collision(x=(mpq(0,1), mpq(-3,1)), y=(mpq(-2,1), mpq(-1,1)))
    """
    network = read_network(weights, biases)
    point = read_vector(x, network.widths[0], "x")
    if any(network.biases):
        return collision_near(network, None, point)
    return _collision(network, primitive(point))


def _collision(network: Network, point: tuple[int, ...]) -> Collision | None:
    n = len(point)
    values = network.preactivations(point)
    jacobian = fmpz_mat(list(map(list, units(n))))
    slopes: list[list[list[int]]] = []
    for layer, before in zip(network.layers, values, strict=True):
        full = fmpz_mat([list(row) for row in layer.scaled_rows[0]]) * jacobian
        slopes.append([[int(c) for c in row] for row in full.tolist()])
        active = [row if v > 0 else [0] * n for row, v in zip(slopes[-1], before, strict=True)]
        jacobian = fmpz_mat(active)
        if int(jacobian.rank()) < n:
            break
    else:
        return None
    step = complement([tuple(row) for row in active], n)[0]
    reach = 1
    for rows, before in zip(slopes, values, strict=False):
        for row, v in zip(rows, before, strict=True):
            change = abs(dot(row, step))
            if change and not v:
                return None
            if v and change > reach * abs(v):
                reach = -(-change // abs(v))
    ends = [[reach * p + s * d for p, d in zip(point, step, strict=True)] for s in (1, -1)]
    found = Collision.of(*([c / reach for c in map(mpq, end)] for end in ends))
    found.verify(network)
    return found


@renamed(tries="max_nodes")
@patient
def find_collision(
    weights: Any, seed: int = 0, max_nodes: int = 200, *, biases: Any = None
) -> Collision | None:
    """Search for two inputs with one output; a collision that is returned is verified exactly.

    * ``weights``: the matrices of the network, as in `is_injective_network`.
    * ``seed``: a nonnegative integer that names the run (default 0).
    * ``max_nodes``: number of random inputs that the search starts from (default 200).
    * ``biases``: as in `is_injective_network` (default: none). With biases the linear pieces at the
      random inputs themselves are looked at, without a search from there.

    From each input the search makes, layer by layer, the active rows that are nearest to 0
    inactive, until too few are left. Returns a `Collision`, or None if nothing was found, which
    does not prove that the network is injective.

    >>> W = [[1, 0], [0, 1], [-1, -1]]
    >>> find_collision([W]).verify([W])
    True
    """
    network = read_network(weights, biases)
    if any(network.biases):
        budget = Budget(max_nodes)
        return sampled_collision(network, None, budget, checked_seed(seed), budget.nodes)
    stream = generator(checked_seed(seed), 0)
    floats = []
    for layer in network.layers:
        table = np.array([[float(c) for c in row] for row in layer.entries])
        floats.append(table / max(1e-300, np.abs(table).max()))
    n = network.widths[0]
    for attempt in range(Budget(max_nodes).nodes):
        depth = attempt % len(floats) + 1
        x = stream.standard_normal(n)
        for point in _descent(floats[:depth], x / np.linalg.norm(x)):
            found = _collision(network, primitive([round(c * GRID) for c in point.tolist()]))
            if found is not None:
                return found
    return None


def _descent(layers: Sequence[NDArray[np.float64]], x: NDArray[np.float64]) -> list[Any]:
    """A point on the way down at which fewer than n rows, or dependent ones, are active."""
    n = x.size
    for step in range(STEPS):
        values, jacobian = x, np.eye(n)
        for table in layers:
            before, slope = table @ values, table @ jacobian
            on = before > 0
            values, jacobian = np.where(on, before, 0), slope * on[:, None]
        if on.sum() < n or np.linalg.matrix_rank(jacobian, tol=1e-9) < n:
            return [x]
        nearest = jacobian[on & (before <= np.quantile(before[on], SHARE))]
        gradient = (nearest / np.linalg.norm(nearest, axis=1, keepdims=True)).sum(axis=0)
        gradient -= (gradient @ x) * x
        length = np.linalg.norm(gradient)
        if length < 1e-12:
            break
        x = x - gradient / length * (0.4 / (1 + step / 6))
        x = x / np.linalg.norm(x)
    return []


def gaussian_network(
    n: int, width: int, layers: int, stream: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Draw integer Gaussian weights, round(2^20 g), of a network of widths (n, width, .., width).

    * ``n``, ``width``: numbers of inputs and of rows of each layer, at least 1.
    * ``layers``: number of layers.
    * ``stream``: a NumPy random generator.

    Returns a list of matrices; DomainError for sizes out of range.
    """
    size = [integer(x, name) for x, name in ((n, "n"), (width, "width"), (layers, "layers"))]
    if min(size) < 1 or size[2] > MAX_LAYERS or max(size[:2]) * size[1] * size[2] > MAX_NUMBERS:
        raise DomainError(
            f"a network needs n, width >= 1, 1 to {MAX_LAYERS} layers and at most {MAX_NUMBERS} "
            f"weights; got {size}"
        )
    n, width, layers = size
    instance(stream, "stream", np.random.Generator)
    inputs = [n] + [width] * (layers - 1)
    return [np.rint(stream.standard_normal((width, k)) * GRID).astype(np.int64) for k in inputs]


def _injective_in_block(
    n: int, width: int, layers: int, seed: int, size: int, block: int
) -> NDArray[np.int64]:
    """Return the number of injective networks among the ``size`` networks of a block."""
    stream = generator(seed, block)
    drawn = (gaussian_network(n, width, layers, stream) for _ in range(size))
    good = sum(is_injective_network(weights).injective for weights in drawn)
    return np.array([good], dtype=np.int64)


def estimate_deep_injectivity(
    n: Any,
    width: Any,
    layers: Any,
    samples: Any = None,
    seed: int = 0,
    *,
    stderr: Any = None,
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> Estimate:
    """Estimate P[a Gaussian network of widths (n, width, .., width) is injective].

    * ``n``: number of inputs, 1 to 3.
    * ``width``: rows of each layer, n to 64.
    * ``layers``: number of layers, 1 to 32.
    * ``samples``: number of networks, at most 10^6, rounded up to a multiple of 10 (default 100).
    * ``seed``: a nonnegative integer that names the run (default 0).
    * ``stderr``: end the run once the standard error is at most ``stderr``.
    * ``executor``, ``checkpoint``, ``progress``: as in `polygeo.p`.

    Returns an `Estimate`. Each network is decided exactly (its weights are Gaussians rounded to
    multiples of 2^-20). Practical for n <= 2 (milliseconds a network) and for n = 3 with one or two
    layers (seconds). Evidence on the open question whether one ratio width/n suffices for every
    depth, not more. DomainError for other sizes. Source: paleka2021thesis (the question).

    >>> estimate_deep_injectivity(2, 8, 1, 100, seed=1).agrees("5/8")      # p(8, 2), exact
    True
    """
    dim, rows, depth = integer(n, "n"), integer(width, "width"), integer(layers, "layers")
    if not 1 <= dim <= 3 or not dim <= rows <= 64 or not 1 <= depth <= 32:
        raise DomainError(
            "the experiment needs 1 <= n <= 3, n <= width <= 64 and 1 <= layers <= 32; "
            f"got n={dim}, width={rows}, layers={depth}"
        )
    first = checked_seed(seed)
    plan = Plan.of(USUAL if samples is None and stderr is None else samples, stderr)
    if plan.samples is not None and plan.samples > 10**6:
        raise DomainError(f"samples must be at most 10^6; got {shorten(plan.samples)}")
    whole = None if plan.samples is None else -(-plan.samples // BLOCK) * BLOCK

    done = sum_draws(
        lambda size: partial(_injective_in_block, dim, rows, depth, first, size),
        replace(plan, samples=whole), BLOCK,
        {"computes": "injectivity of networks", "n": dim, "width": rows, "layers": depth,
         "seed": first},
        spread=lambda sums, draws: share_stderr(sums[0], draws), bound=10**6, name="networks",
        executor=executor, checkpoint=checkpoint, progress=progress,
    )  # fmt: skip
    return Estimate.proportion(
        int(done.sums[0]), done.draws, first, source="thresholds.deep_sufficient"
    )
