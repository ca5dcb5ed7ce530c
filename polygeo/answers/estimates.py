"""A vector of estimates, as simulations of intrinsic volumes give it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from polygeo.answers.estimate import Estimate
from polygeo.answers.options import instance
from polygeo.answers.sequence import sequence
from polygeo.answers.typeset import html_table
from polygeo.errors import DomainError

__all__ = ["Estimates"]


class Estimates(tuple[Estimate, ...]):
    """A tuple of `Estimate`, equal to the plain one, that a notebook shows as a table.

    * ``values``: the estimates.
    * ``counts``: what was counted, with a ``covariance()`` and a ``functional(coefficients)``; None
      (the default) where the estimates do not follow from the counts of one run.

    >>> half = Estimate.proportion(52, 100, seed=1)
    >>> Estimates([half, half]) == (half, half)
    True
    >>> Estimates([0.5])
    Traceback (most recent call last):
    polygeo.errors.DomainError: each entry needs a value of class Estimate; got 0.5 (float)
    """

    counts: Any

    def __new__(cls, values: Iterable[Estimate] = (), counts: Any = None) -> Estimates:
        entries = sequence(values, "Estimates")
        name = "each entry"
        vector = super().__new__(cls, [instance(v, name, Estimate) for v in entries])
        vector.counts = counts
        return vector

    def covariance(self) -> Any:
        """Return the covariance matrix of the entries, float64; DomainError without counts.

        >>> from polygeo.cones import Orthant
        >>> runs = Orthant(2).estimate_intrinsic_volumes(2000, seed=1)
        >>> bool(runs.covariance()[1, 1] == 0), runs.covariance().shape   # v_1 = v_0 + v_2 = 1/2
        (True, (3, 3))
        """
        if self.counts is None:
            raise DomainError("no joint covariance is known: these are not the counts of one run")
        return self.counts.covariance()

    def merge(self, *others: Iterable[Estimate]) -> Estimates:
        """Return the estimates from this run and other independent runs of the same vector.

        * ``others``: sequences of `Estimate` of the same length; DomainError otherwise.

        >>> runs = [Estimates([Estimate.proportion(n, 10, n), Estimate.proportion(1, 9, n)])
        ...         for n in (1, 2)]
        >>> runs[0].merge(runs[1]) == runs[1].merge(runs[0]), runs[0].merge(runs[1])[0].samples
        (True, 20)
        """
        columns = [self, *map(Estimates, others)]
        if len({len(column) for column in columns}) > 1:
            raise DomainError(f"vectors to merge need one length; got {[*map(len, columns)]}")
        return Estimates(first.merge(*rest) for first, *rest in zip(*columns, strict=True))

    def _repr_html_(self) -> str:
        rows = []
        for k, run in enumerate(self):
            mean, stderr, low, high = run.printed()
            rows.append((k, mean, stderr, f"[{low}, {high}]"))
        shares = {f"{100 * v.confidence:g}%" for v in self}
        runs = {f"{v.samples} samples, seed {v.seed}" for v in self}
        caption = runs.pop() if len(runs) == 1 else f"{len(self)} estimates"
        interval = shares.pop() if len(shares) == 1 else "interval"
        return html_table(caption, ["k", "estimate", "stderr", interval], rows)
