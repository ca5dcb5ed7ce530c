"""Limits of sequences a_k = a + c_4 k^-4 + c_5 k^-5 + ..: the values on k levels as k grows.

A trial on k levels misses the optimal order parameter by O(k^-2), and the value is stationary:
its error is O(k^-4). `extrapolate` fits n terms exactly to n + 1 values, for n = 1, 2, ..; with
more terms the truncation falls and the values' own errors are amplified, and the best n is where
the sum of both is least. The arithmetic is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat
from gmpy2 import mpq

from polygeo.answers.exact import rational
from polygeo.errors import DomainError

__all__ = ["Limit", "extrapolate", "weights"]


def weights(sizes: Sequence[int | mpq], powers: Sequence[int]) -> list[mpq]:
    """Return w with sum_i w_i (a + sum_p c_p k_i^-p) = a for all c: one size more than powers.

    >>> weights([1, 2], [4])
    [mpq(-1,15), mpq(16,15)]
    """
    ratios = [fmpq(int(mpq(k).denominator), int(mpq(k).numerator)) for k in sizes]
    rows = fmpq_mat([[r**p for r in ratios] for p in (0, *powers)])
    right = fmpq_mat([[int(p == 0)] for p in (0, *powers)])
    return list(map(rational, rows.solve(right).entries()))


@dataclass(frozen=True)
class Limit:
    """The limit, its observed error, and the estimates (label, value) by number of terms."""

    value: mpq
    error: mpq
    history: tuple[tuple[str, mpq], ...]


def extrapolate(values: Mapping[Any, mpq], noise: mpq, first: int = 4, label: str = "k") -> Limit:
    """Return the limit of at least 2 values with an expansion in k^-first, k^-(first+1), ...

    k need not be integers: any rationals that grow.

    ``noise`` bounds the error of each value. The error of the estimate of n terms is the larger of
    its distances from those of n - 1 and n - 2 terms, and the amplified noise.

    >>> found = extrapolate({k: 2 + mpq(3, k**4) - mpq(1, k**5) for k in range(2, 8)}, mpq(0))
    >>> found.value, found.error
    (mpq(2,1), mpq(0,1))
    """
    sizes = sorted(values)
    if len(sizes) < 2:
        raise DomainError(f"a limit needs at least 2 values; got {len(sizes)}")
    estimates = [values[sizes[-2]], values[sizes[-1]]]
    history, best = [], (0, values[sizes[-1]], mpq(10) ** 99)
    for terms in range(1, len(sizes)):
        used = sizes[-terms - 1 :]
        factors = weights(used, range(first, first + terms))
        estimate = sum((w * values[k] for w, k in zip(factors, used, strict=True)), mpq(0))
        change = max(abs(estimate - before) for before in estimates[-2:])
        error = change + noise * sum(map(abs, factors), mpq(0))
        history.append(
            (f"{label} = {_size_text(used[0])}..{_size_text(used[-1])}, {terms} terms", estimate)
        )
        estimates.append(estimate)
        if error <= best[2]:
            best = (terms, estimate, error)
    return Limit(best[1], best[2], tuple(history[: best[0]]))


def _size_text(size: Any) -> str:
    return str(size) if size == int(size) else f"{float(size):.4g}"
