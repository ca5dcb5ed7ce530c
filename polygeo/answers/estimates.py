"""A vector of estimates, as simulations of intrinsic volumes give it."""

from __future__ import annotations

from collections.abc import Iterable

from polygeo.answers.estimate import Estimate
from polygeo.answers.options import instance
from polygeo.answers.sequence import sequence
from polygeo.answers.typeset import html_table

__all__ = ["Estimates"]


class Estimates(tuple[Estimate, ...]):
    """A tuple of `Estimate`, equal to the plain one, that a notebook shows as a table.

    >>> half = Estimate.proportion(52, 100, seed=1)
    >>> Estimates([half, half]) == (half, half)
    True
    >>> Estimates([0.5])
    Traceback (most recent call last):
    polygeo.errors.DomainError: each entry needs a value of class Estimate; got 0.5 (float)
    """

    __slots__ = ()

    def __new__(cls, values: Iterable[Estimate] = ()) -> Estimates:
        entries = sequence(values, "Estimates")
        name = "each entry"
        return super().__new__(cls, [instance(v, name, Estimate) for v in entries])

    def _repr_html_(self) -> str:
        rows = [
            (k, f"{v.mean:.6g}", f"{v.stderr:.2g}", f"[{v.low:.6g}, {v.high:.6g}]")
            for k, v in enumerate(self)
        ]
        shares = {f"{100 * v.confidence:g}%" for v in self}
        runs = {f"{v.samples} samples, seed {v.seed}" for v in self}
        caption = runs.pop() if len(runs) == 1 else f"{len(self)} estimates"
        interval = shares.pop() if len(shares) == 1 else "interval"
        return html_table(caption, ["k", "estimate", "stderr", interval], rows)
