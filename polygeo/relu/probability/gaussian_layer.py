"""p_{m,n}, the probability that a Gaussian layer is injective: exact, or simulated."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from polygeo.answers.options import choice, flag
from polygeo.errors import DomainError, NoExactValue
from polygeo.progress import patient
from polygeo.relu.bound import rounded_outward
from polygeo.relu.bounds import (
    exact_probability,
    known_on,
    layer_on,
    proved_range,
    proved_range_on,
)
from polygeo.relu.input_cone import input_name
from polygeo.relu.sizes import layer_of

__all__ = ["injectivity_probability"]


@patient
def injectivity_probability(
    m: Any,
    n: Any,
    samples: Any = None,
    seed: Any = None,
    *,
    stderr: Any = None,
    method: str = "auto",
    complement: bool = False,
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    decider: Callable[[Any], Any] | None = None,
    inputs: Any = None,
    bias: bool = False,
) -> Any:
    """Return p_{m,n}, the probability that a Gaussian layer is injective: exact, or simulated.

    `polygeo.p` is this function.

    * ``m``, ``n``: numbers of outputs and inputs, 1 <= n <= m.
    * ``samples``: number of simulated layers.
    * ``seed``: a nonnegative integer that names the run; needed with ``samples`` and ``stderr``.
    * ``stderr``: sample until the standard error is at most ``stderr``; ``samples`` is then the
      largest number of layers.
    * ``method``: 'plain' (a proportion), 'karp-luby' (for rare non-injective layers: the relative
      error of 1 - p stays the same however small 1 - p is) or 'auto' (the default), which chooses
      by the exact expected number of bad cells. ``method`` of the estimate says which one was used.
    * ``complement``: True gives 1 - p (default False).
    * ``executor``: None, an Executor or a Dask client.
    * ``checkpoint``: a file to continue from.
    * ``progress``: whether a progress bar is shown; by default on a terminal.
    * ``decider``: a function from an m x n array to True or False (injective or not), for layers
      with too many vertices.
    * ``inputs``: None (default) for all of R^n; "nonnegative"; or a convex cone of R^n, on which
      the layer is then asked to be injective. Its `IntrinsicVolumes` are enough for an exact value.
    * ``bias``: True for a layer with Gaussian biases of the variance of the weights (default
      False).

    Exact (mpq) without ``samples`` and ``stderr``. Known values: p_{m,1} = 1 - 2^{1-m}; p_{m,2} = 1
    - m(m-2)/2^{m-1} for m >= 4; p_{m,n} = 0 for n <= m <= 3n - 2, n >= 2;
    for inputs in a cone, and with biases, those of one input, of lines and wedges of the plane (a
    Ball where the angle is no rational multiple of pi) and of subspaces. For other m and n
    NoExactValue, whose message holds the proved bounds. With ``samples`` or ``stderr`` always an
    `Estimate`, the same for every number of workers; every simulated layer is decided exactly, and
    Ctrl-C returns the estimate from the layers so far. DomainError for arguments out of range and
    for runs that would take too long. Sources: wendel1962problem; karpluby1983.

    >>> injectivity_probability(7, 2), injectivity_probability(7, 3)
    (mpq(29,64), mpq(0,1))
    >>> injectivity_probability(18, 3)
    Traceback (most recent call last):
    polygeo.errors.NoExactValue: no exact value of p(18, 3) is known; proved: 0.797912 <= p <= ...
    >>> injectivity_probability(18, 3, samples=4000, seed=1).method
    'Karp-Luby'
    >>> injectivity_probability(4, 2, inputs="nonnegative")
    mpq(97,256)
    """
    simulation: dict[str, Any] = {
        "samples": samples,
        "seed": seed,
        "stderr": stderr,
        "method": method,
        "executor": executor,
        "checkpoint": checkpoint,
        "progress": progress,
        "decider": decider,
    }
    on_cone = inputs is not None or bias is not False
    if samples is not None or stderr is not None:
        if on_cone:
            from polygeo.relu.probability.cone_simulation import estimate_on_cone

            return estimate_on_cone(m, n, inputs, bias, complement, **simulation)
        from polygeo.relu.probability.simulation import estimate_probability

        return estimate_probability(m, n, complement=complement, **simulation)
    choice(method, "method", ("auto", "plain", "karp-luby"))
    if method != "auto" or any(x is not None for x in (seed, executor, checkpoint, decider)):
        raise DomainError("an estimate needs samples= or stderr=; without them p is exact")
    if on_cone:
        m, k, volumes = layer_on(m, n, None, inputs, bias)
        value, found = known_on(m, k, volumes)
        proved = partial(proved_range_on, m, k, volumes)
    else:
        m, n = layer_of(m, n)
        value, found, proved = exact_probability(m, n), None, partial(proved_range, m, n)
    if value is None:
        low, high = found or proved()
        raise NoExactValue(
            f"no exact value of p({m}, {n}{input_name(inputs, bias)}) is known; proved: "
            f"{rounded_outward(low, False)} <= p <= {rounded_outward(high, True)}; "
            "with samples= and seed= it is estimated"
        )
    return 1 - value if flag(complement, "complement") else value
