"""Orthant probabilities of a covariance matrix and of its Schur complements, certified.

For a set S of even size let T be its complement, K(t) the Schur complement of R(t) on T given S
(the covariance of the X_i, i in T, given that those in S are 0) and P_S(t) its orthant
probability; P_S = 1 for empty T and 1/2 for one element. Plackett's reduction
(plackett1954reduction) along the segment of `polygeo.volumes.orthants.path` is

    P_S' = sum_{i<j in T} (1/2 pi) (arcsin rho_ij)' P_{S+ij},    P_S = 2^{-|T|} at t = 0,

with rho_ij the correlation of i and j in K. In the minors of R(z), M = M_{S,ij} and M_U = det R[U],

    (arcsin rho_ij)' = (2 M' - M (M_{S+i}'/M_{S+i} + M_{S+j}'/M_{S+j})) / (2 sqrt(M_S M_{S+ij})).

The system is triangular: power series in z, from the largest S down. The terms that are cut off
are bounded (see `path`), for the value at t = 0 too, which fixes the constant of each series.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from flint import arb, arb_poly, arb_series, fmpz_poly
from gmpy2 import mpq

from polygeo.answers.ball import exact_arb, precision, series_terms
from polygeo.errors import DomainError, NotConverged
from polygeo.volumes.orthants.minors import Minors
from polygeo.volumes.orthants.path import Path
from polygeo.volumes.orthants.series import Scale, inverse_root, logarithmic_derivative

__all__ = ["PER_SECOND", "Recursion", "work_of"]

ROUNDS = 8
"""Attempts at a number of digits, each with more terms and bits."""

MAX_WORK = 2e10
"""Largest number of products of coefficients in one recursion: about an hour."""

PER_SECOND = 5e6
"""About how many of these products one core makes in a second."""

MAX_SIZE = 13
"""Largest dimension: beyond, the minors alone fill a gigabyte."""


class Recursion:
    """P_S for all sets S of even size, of one positive definite integer matrix (not diagonal)."""

    def __init__(self, covariance: Sequence[Sequence[int]]) -> None:
        self.size = len(covariance)
        if self.size > MAX_SIZE:
            seconds = work_of(self.size, 100) / PER_SECOND
            raise DomainError(
                f"orthant probabilities are integrated up to dimension {MAX_SIZE}; got "
                f"{self.size}, which would take {seconds:.0f} s and more memory than is allowed"
            )
        self.path = Path.of(covariance)
        self._covariance = covariance
        self._minors: Minors | None = None

    def work(self, nats: float) -> float:
        """Return the number of products of coefficients for an absolute error of e^-nats."""
        terms = self.path.terms(self.size, nats)
        return work_of(self.size, terms)

    def probabilities(self, digits: int) -> dict[int, arb]:
        """Return P_S at t = 1 for every S of even size; for S = 0 ``digits`` digits are proved.

        Raises NotConverged, with the work, where the matrix is too nearly singular.
        """
        nats = digits * 2.302585092994046 + 1.3 * self.size + 6
        history: list[tuple[int, int]] = []
        goal = int(digits * 3.3219280948873626) + 2
        for _ in range(ROUNDS):
            terms = self.path.terms(self.size, nats)
            if work_of(self.size, terms) > MAX_WORK:
                raise NotConverged(
                    f"{terms} terms of a power series in dimension {self.size} would need "
                    f"{work_of(self.size, terms):.1e} multiplications; at most {MAX_WORK:.0e} are "
                    "made: the matrix is too nearly singular or the probability too small",
                    tuple(history),
                )
            bits = int(nats * 1.4426950408889634) + 32 + self._loss(terms)
            values = self._attempt(terms, bits)
            accuracy = int(values[0].rel_accuracy_bits())
            if accuracy >= goal:
                return values
            history.append((bits, accuracy))
            short = goal - max(accuracy, 0) + 8
            nats += 0.6931471805599453 * (short if accuracy > 0 else max(short, bits // 2))
        raise NotConverged(f"{digits} digits of an orthant probability", tuple(history))

    def _loss(self, terms: int) -> int:
        """Return bits that rounding may cost: the series grow towards the unit circle."""
        return 2 * terms.bit_length() - int(3 * self.size * math.log2(1 - self.path.radius))

    @property
    def minors(self) -> Minors:
        """The minors along the path, once."""
        if self._minors is None:
            top, bottom = self.path.polynomials
            self._minors = Minors(self._covariance, bottom, top)
        return self._minors

    def _attempt(self, terms: int, bits: int) -> dict[int, arb]:
        with precision(bits), series_terms(terms):
            return self._integrated(terms)

    def _integrated(self, terms: int) -> dict[int, arb]:
        """Return P_S(1) for all even S, at the working precision."""
        start, end = self.path.image(0), self.path.image(1)
        size, minors = self.size, self.minors
        scale = Scale(exact_arb(mpq(self.path.radius)), terms)
        values: dict[int, arb] = {}
        above: dict[int, arb_series] = {}  # of S + ij: P / sqrt(M)
        logs: dict[int, arb_series] = {}  # of S + i: M'/M
        quarter = 1 / (4 * arb.pi())
        for count in range(size - size % 2, -1, -2):
            level: dict[int, arb_series] = {}
            rest = size - count
            constant = exact_arb(mpq(1, 1 << rest))
            tail_start = self.path.tail(rest, terms, start)
            tail_end = self.path.tail(rest, terms, end)
            both = arb(0, tail_start.upper()), arb(0, tail_end.upper())
            logs = {}
            for members in combinations(range(size), count):
                chosen = sum(1 << i for i in members)
                root = inverse_root(_coefficients(minors.principal[chosen]), terms, scale)
                if rest < 2:
                    values[chosen] = constant
                    level[chosen] = root * constant
                    continue
                slope = root * self._slope(chosen, above, logs, scale) * quarter
                plain = slope.integral()
                series = arb_poly(plain.coeffs()[:terms])
                first = constant - series(start) + both[0]
                values[chosen] = first + series(end) + both[1]
                if count:
                    level[chosen] = root * (plain + first)
            above = level
        return values

    def _slope(
        self, chosen: int, above: dict[int, arb_series], logs: dict[int, arb_series], scale: Scale
    ) -> arb_series:
        """Return sum_{i<j} (2 M' - M (L_i + L_j)) G_ij, L the logarithmic derivatives."""
        terms = len(scale.powers)
        total = arb_series([0], terms)
        sums: dict[int, arb_series] = {}
        for (i, j), minor in self.minors.mixed[chosen].items():
            if not minor:
                continue
            g = above[chosen | 1 << i | 1 << j]
            total += _series(2 * minor.derivative(), terms) * g
            part = _series(minor, terms) * g
            for k in (i, j):
                sums[k] = sums[k] + part if k in sums else part
        for i, part in sums.items():
            place = chosen | 1 << i
            if place not in logs:
                principal = _coefficients(self.minors.principal[place])
                logs[place] = logarithmic_derivative(principal, terms, scale)
            total -= logs[place] * part
        return total


def work_of(size: int, terms: int) -> float:
    """Return the approximate number of products of coefficients in one recursion."""
    return 2.0 ** (size - 2) * size * (terms**1.6 + 2.0 * size * size * terms)


def _series(polynomial: fmpz_poly, terms: int) -> arb_series:
    return arb_series(_coefficients(polynomial)[:terms], terms)


def _coefficients(polynomial: fmpz_poly) -> list[arb]:
    return [arb(c) * 1 for c in polynomial.coeffs()]
