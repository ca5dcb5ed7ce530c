"""Linear functionals of intrinsic volumes from the counts of a run: the same verbs for all counts.

A class of counts states how one functional sum_k f_k v_k is estimated; volumes, tails, moments and
the variance are functionals, so that they follow.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, ClassVar, Self

from gmpy2 import mpq

from polygeo.answers.estimate import Estimate
from polygeo.answers.estimates import Estimates
from polygeo.answers.exact import integer, rational
from polygeo.answers.sequence import sequence
from polygeo.answers.statistics.sufficient import merged_seeds, of_one_kind
from polygeo.errors import DomainError

__all__ = ["VolumeCounts"]

MAX_ORDER = 100
"""Largest order of a moment: beyond it floats, in which estimates are given, overflow soon."""


class VolumeCounts(ABC):
    """Counts of a run, and the estimates of v_0, ..., v_d that follow from them.

    Subclasses are frozen dataclasses with ``ambient_dim`` (d), ``samples``, ``seed`` and
    ``complete``, and with

    * ``_functionals(fs, **options)``: the estimates of sum_k f_k v_k, for each list f of d + 1
      rationals; all methods take these options and hand them on;
    * ``_summed`` and ``_shared``: names of the fields that are sums over the samples, and of those
      in which runs on one cone agree.
    """

    _summed: ClassVar[tuple[str, ...]]
    _shared: ClassVar[tuple[str, ...]]

    @property
    @abstractmethod
    def samples(self) -> int:
        """The number of samples."""

    @abstractmethod
    def _functionals(self, *args: Any, **options: Any) -> list[Estimate]: ...

    def functional(self, coefficients: Iterable[Any], **options: Any) -> Estimate:
        """Estimate sum_k f_k v_k.

        * ``coefficients``: rational numbers f_0, ..., f_d, d = ambient_dim; DomainError otherwise.
        * ``options``: ``stratified`` (`FaceCounts`), or ``log_concave``, ``replicates`` and
          ``confidence`` (`ProjectionCounts`), as described there.

        >>> from polygeo.sampling import FaceCounts
        >>> FaceCounts.of([[10, 5, 8], [4, 40, 6], [9, 5, 13]], seed=1).functional([1, 0, 1]).mean
        0.5
        """
        f = [rational(x, "a coefficient") for x in sequence(coefficients, "coefficients")]
        if len(f) != self._dim + 1:
            raise DomainError(f"a functional needs {self._dim + 1} coefficients; got {len(f)}")
        return self._functionals([f], **options)[0]

    @property
    def _dim(self) -> int:
        dim: int = self.ambient_dim  # type: ignore[attr-defined]
        return dim

    def volumes(self, **options: Any) -> Estimates:
        """Estimate (v_0, ..., v_d), d = ambient_dim; without options they hold these counts.

        * ``options``: as for `functional`.
        """
        size = range(self._dim + 1)
        units = [[mpq(int(i == k)) for i in size] for k in size]
        return Estimates(self._functionals(units, **options), None if options else self)

    def moment(self, order: int, **options: Any) -> Estimate:
        """Estimate the moment sum_k k^order v_k.

        * ``order``: 0 <= order <= 100; DomainError otherwise.
        * ``options``: as for `functional`.
        """
        power = integer(order, "order")
        if not 0 <= power <= MAX_ORDER:
            raise DomainError(f"moment needs 0 <= order <= {MAX_ORDER}; got {power}")
        return self.functional([k**power for k in range(self._dim + 1)], **options)

    def statistical_dimension(self, **options: Any) -> Estimate:
        """Estimate the statistical dimension sum_k k v_k.

        * ``options``: as for `functional`.
        """
        return self.moment(1, **options)

    def variance(self, **options: Any) -> Estimate:
        """Estimate the variance of the intrinsic volumes, sum_k k^2 v_k - (sum_k k v_k)^2.

        * ``options``: as for `functional`.

        With e the estimate of the statistical dimension and s its standard error, the functional
        sum_k ((k - e)^2 + s^2) v_k: its standard error is that of the linearised variance, and s^2
        makes up for the square of the error of e.

        >>> from polygeo.sampling import FaceCounts
        >>> quadrant = FaceCounts.of([[10, 5, 8], [4, 40, 6], [9, 5, 13]], seed=1)
        >>> quadrant.variance().agrees(1 / 2)
        True
        """
        first = self.statistical_dimension(**options)
        centre, spread = mpq(first.mean), mpq(first.stderr) ** 2
        return self.functional(
            [(k - centre) ** 2 + spread for k in range(self._dim + 1)], **options
        )

    def tail(self, j: int, **options: Any) -> Estimate:
        """Estimate v_j + v_{j+1} + ... + v_d.

        * ``options``: as for `functional`.
        """
        first = integer(j, "j")
        return self.functional([int(k >= first) for k in range(self._dim + 1)], **options)

    def half_tail(self, j: int, **options: Any) -> Estimate:
        """Estimate v_j + v_{j+2} + ..., for a convex cone that is no subspace.

        * ``options``: as for `functional`.

        The half tail is half the probability that a random subspace of codimension j - 1 meets the
        cone.
        """
        first = integer(j, "j")
        places = range(self._dim + 1)
        return self.functional(
            [int(k >= first and (k - first) % 2 == 0) for k in places], **options
        )

    def merge(self, *others: Self) -> Self:
        """Return the counts of this run and of ``others``, independent runs on the same cone.

        >>> from polygeo.sampling import FaceCounts
        >>> runs = [FaceCounts.of([[1, 2], [3, 4]], seed) for seed in (1, 2)]
        >>> runs[0].merge(runs[1]) == runs[1].merge(runs[0]), runs[0].merge(runs[1]).samples
        (True, 40)
        """
        runs: list[Any] = [self, *others]
        of_one_kind(runs, type(self), *self._shared)
        changes = {name: _sum([getattr(run, name) for run in runs]) for name in self._summed}
        changes["seed"] = merged_seeds(run.seed for run in runs) or ()
        changes["complete"] = all(run.complete for run in runs)
        if hasattr(self, "confidence"):
            changes["confidence"] = max(run.confidence for run in runs)
        return replace(runs[0], **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dictionary that JSON can hold: tuples are lists."""
        return {
            field.name: _plain(getattr(self, field.name))
            for field in fields(self)  # type: ignore[arg-type]
        }


def _sum(values: Sequence[Any]) -> Any:
    """The sum of integers, or of tuples entry by entry."""
    if not isinstance(values[0], tuple):
        return sum(values)
    sizes = {len(value) for value in values}
    if len(sizes) > 1:
        raise DomainError(f"runs to merge need counts of one size; got {sorted(sizes)}")
    return tuple(map(_sum, zip(*values, strict=True)))


def _plain(value: Any) -> Any:
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else value
