"""p_{m,n}, the probability that a Gaussian layer is injective: exact, or simulated."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from polygeo.answers.options import choice, flag
from polygeo.errors import DomainError, NoExactValue
from polygeo.relu.bounds import exact_probability, proved_range, rounded_outward
from polygeo.relu.sizes import layer_of

__all__ = ["injectivity_probability"]


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
) -> Any:
    """Return p_{m,n}, the probability that a Gaussian layer is injective: exact, or simulated.

    `polygeo.p` is this function.

    * ``m``, ``n``: numbers of outputs and inputs, 1 <= n <= m.
    * ``samples``: number of simulated layers.
    * ``seed``: a non-negative integer that names the run; needed with ``samples`` and ``stderr``.
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

    Exact (mpq) without ``samples`` and ``stderr``. Known values: p_{m,1} = 1 - 2^{1-m}; p_{m,2} = 1
    - m(m-2)/2^{m-1} for m >= 4; p_{m,n} = 0 for n <= m <= 3n - 2, n >= 2. For other m and n
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
    """
    m, n = layer_of(m, n)
    if samples is not None or stderr is not None:
        from polygeo.relu.probability.simulation import estimate_probability

        return estimate_probability(
            m,
            n,
            samples,
            seed,
            stderr=stderr,
            method=method,
            complement=complement,
            executor=executor,
            checkpoint=checkpoint,
            progress=progress,
            decider=decider,
        )
    choice(method, "method", ("auto", "plain", "karp-luby"))
    if method != "auto" or any(x is not None for x in (seed, executor, checkpoint, decider)):
        raise DomainError("an estimate needs samples= or stderr=; without them p is exact")
    value = exact_probability(m, n)
    if value is None:
        lower, upper = proved_range(m, n)
        ends = f"{rounded_outward(lower, False)} <= p <= {rounded_outward(upper, True)}"
        raise NoExactValue(
            f"no exact value of p({m}, {n}) is known; proved: {ends}; "
            "with samples= and seed= it is estimated"
        )
    return 1 - value if flag(complement, "complement") else value
