"""Two random cones: the uniform cell of random hyperplanes, and its polar.

n hyperplanes through 0 of R^d with independent, uniformly random normals cut R^d, almost surely,
into R(n, d) = 2 sum_{i<d} binomial(n-1, i) cells. A cell drawn uniformly is the Schläfli cone
S_n; its polar is the Cover-Efron cone C_n, the positive hull of n uniformly random vectors given
that it is not R^d (wendel1962problem, coverefron1967geometrical). From hugschneider2016random,
section 4, with N = R(n, d):

    E v_k(S_n) = binomial(n, d-k) / N for k >= 1,   E v_0(S_n) = binomial(n-1, d-1) / N,
    E f_k(S_n) = 2^(d-k) binomial(n, d-k) R(n-d+k, k) / N for k >= 1,

and the polar reverses both: all cells of an arrangement together have volumes and faces that
depend on n and d only, so that these means are means over the cells of every generic arrangement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gmpy2
from flint import fmpq, fmpq_mat
from gmpy2 import mpq, mpz

from polygeo.answers.exact import abbreviate, digits_of, integer
from polygeo.answers.numerics.splitting import partial_binomial_sum
from polygeo.answers.options import SEEDLESS, set_fields
from polygeo.cones.arrangements.arrangement import GenericArrangement
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.errors import DomainError, Undecided
from polygeo.progress import patient
from polygeo.volumes.intrinsic import IntrinsicVolumes

if TYPE_CHECKING:
    import numpy as np

__all__ = ["CoverEfronCone", "RandomCone", "SchlaefliCone", "cell_signs"]

MAX_ENTRIES = 10**5
"""Largest product n d of a sample; d is at most MAX_SAMPLE_DIM."""

MAX_SAMPLE_DIM = 200
"""Largest dimension d of a sample: its cell is found by exact linear algebra in d dimensions."""


@dataclass(frozen=True)
class RandomCone:
    """The part that both random cones share: n >= 1 random vectors in R^d, d >= 1."""

    n: int
    d: int

    def __post_init__(self) -> None:
        cells = GenericArrangement(self.n, self.d)
        if cells.n < 1:
            raise DomainError(f"{type(self).__name__} needs n >= 1; got n={cells.n}")
        set_fields(self, n=cells.n, d=cells.d)

    @property
    def ambient_dim(self) -> int:
        """The dimension d."""
        return self.d

    def number_of_cells(self) -> mpz:
        """Return R(n, d), the number of cells of n generic hyperplanes through 0 in R^d (exact)."""
        return self._cells.number_of_regions()

    @property
    def _cells(self) -> GenericArrangement:
        return GenericArrangement(self.n, self.d)

    def _normals(self, seed: int) -> np.ndarray:
        """Rows a with {x : <a, x> >= 0 for all rows} a uniformly random cell."""
        if seed is None:
            raise DomainError(SEEDLESS)
        number = integer(seed, "seed")
        if number < 0:
            raise DomainError(f"seed needs an integer >= 0; got {abbreviate(digits_of(number))}")
        if self.n * self.d > MAX_ENTRIES or self.d > MAX_SAMPLE_DIM:
            raise DomainError(
                f"a sample needs d <= {MAX_SAMPLE_DIM} and n d <= {MAX_ENTRIES}; "
                f"got n={self.n}, d={self.d}"
            )
        import numpy as np

        stream = np.random.Generator(np.random.Philox(number))
        rows = stream.standard_normal((self.n, self.d))
        size, chosen = _uniform_subset(stream, self.n - 1, self.d - 1)
        side = 1 if stream.integers(2) else -1
        signs = side * np.array(cell_signs(rows, chosen[:size]))
        return rows * signs[:, None]


@dataclass(frozen=True)
class SchlaefliCone(RandomCone):
    """The Schläfli cone: a uniformly random cell of n random hyperplanes through 0 in R^d.

    * ``n``, ``d``: number of hyperplanes and dimension, at least 1; DomainError otherwise.

    A random object has expectations (exact) and samples, but no membership. For n < d the cell has
    a lineality space of dimension d - n. Source: hugschneider2016random, section 4.

    >>> cone = SchlaefliCone(4, 3)
    >>> cone.expected_intrinsic_volumes()
    IntrinsicVolumes(3/14, 3/7, 2/7, 1/14)
    >>> cone.expected_f_vector()
    (mpq(1,1), mpq(24,7), mpq(24,7), mpq(1,1))
    """

    def polar(self) -> CoverEfronCone:
        """Return the Cover-Efron cone, whose samples are the polars of samples of this cone."""
        return CoverEfronCone(self.n, self.d)

    @patient
    def expected_intrinsic_volumes(self) -> IntrinsicVolumes:
        """Return the expected intrinsic volumes (E v_0, ..., E v_d) (exact)."""
        values = self._cells.mean_intrinsic_volumes()
        return IntrinsicVolumes(values, source="families.schlaefli")

    @patient
    def expected_f_vector(self) -> tuple[mpq, ...]:
        """Return the expected numbers of faces (E f_0, ..., E f_d), by dimension (exact)."""
        return self._cells.mean_f_vector()

    @patient
    def sample(self, seed: int) -> PolyhedralCone:
        """Draw one realisation, a ``PolyhedralCone(inequalities=rows)``.

        * ``seed``: a nonnegative integer that names the sample.

        The rows are n Gaussian vectors (floats, that is dyadic rationals, from numpy's Philox
        stream of the seed) with the signs of a cell drawn exactly uniformly among the R(n, d).
        DomainError beyond d = MAX_SAMPLE_DIM or n d = MAX_ENTRIES.
        """
        return PolyhedralCone(inequalities=self._normals(seed).tolist())


@dataclass(frozen=True)
class CoverEfronCone(RandomCone):
    """The Cover-Efron cone: the positive hull of n random vectors of R^d, given it is not R^d.

    * ``n``, ``d``: number of vectors and dimension, at least 1; DomainError otherwise.

    A random object has expectations (exact) and samples, but no membership. Source:
    hugschneider2016random, section 4.

    >>> CoverEfronCone(4, 3).expected_intrinsic_volumes(), CoverEfronCone(4, 3).wendel_probability()
    (IntrinsicVolumes(1/14, 2/7, 3/7, 3/14), mpq(7,8))
    """

    def polar(self) -> SchlaefliCone:
        """Return the Schläfli cone, whose samples are the polars of samples of this cone."""
        return SchlaefliCone(self.n, self.d)

    def wendel_probability(self) -> mpq:
        """Return P[the positive hull of n random vectors is not R^d] = R(n, d) / 2^n (exact).

        The probability that n points, symmetric about 0 and in general position, lie in a
        half-space (wendel1962problem).
        """
        return mpq(self.number_of_cells(), mpz(1) << self.n)

    @patient
    def expected_intrinsic_volumes(self) -> IntrinsicVolumes:
        """Return the expected intrinsic volumes (E v_0, ..., E v_d) (exact)."""
        values = self._cells.mean_intrinsic_volumes()
        return IntrinsicVolumes(values.reversed(), source="families.cover_efron")

    @patient
    def expected_f_vector(self) -> tuple[mpq, ...]:
        """Return the expected numbers of faces (E f_0, ..., E f_d), by dimension (exact)."""
        return self._cells.mean_f_vector()[::-1]

    @patient
    def sample(self, seed: int) -> PolyhedralCone:
        """Draw one realisation, ``PolyhedralCone(rays=rows)``, the polar of the Schläfli sample.

        * ``seed``: a nonnegative integer that names the sample.
        """
        return PolyhedralCone(rays=(-self._normals(seed)).tolist())


def _uniform_subset(stream: np.random.Generator, n: int, at_most: int) -> tuple[int, list[int]]:
    """Draw a uniformly random subset of {0, ..., n-1} of at most ``at_most`` elements.

    Returns the size and the elements.
    """
    total = partial_binomial_sum(n, at_most + 1)
    width = total.bit_length()
    while True:  # exact: bits are drawn until they form a number below the total
        bits = int.from_bytes(stream.bytes((width + 7) // 8), "little")
        place = mpz(bits & ((1 << width) - 1))
        if place < total:
            break
    size, block = 0, mpz(1)
    while place >= block:
        place -= block
        block = gmpy2.divexact(block * (n - size), mpz(size + 1))
        size += 1
    return size, [int(i) for i in stream.choice(n, size, replace=False)]


def cell_signs(rows: np.ndarray, chosen: Sequence[int]) -> list[int]:
    """Find the signs of one cell of the hyperplanes with normals ``rows``, the last sign being 1.

    Subsets I of at most d - 1 of the first n - 1 hyperplanes correspond one to one to the cells
    on the positive side of the last one, which are the regions of an affine arrangement in
    {x : <a_n, x> = 1}: the region with a lowest point for the functional x_1 belongs to the d - 1
    hyperplanes through that point, and the regions without one are those that meet
    {x_1 = -infinity}, the same question with x_2 in one dimension less (Zaslavsky's count of
    regions, read as a bijection). So the region of I has its lowest point for x_{d-|I|} on I and
    on x_j = -M_j, j < d - |I|, with M_1 << M_2 << ... . Exact, in rational arithmetic.
    """
    n, d = rows.shape
    free = d - 1 - len(chosen)
    normals = [[fmpq(*x.as_integer_ratio()) for x in row] for row in rows.tolist()]
    flag = [[fmpq(int(i == j)) for i in range(d)] for j in range(free + 1)]
    system = fmpq_mat([*(normals[i] for i in chosen), *flag[:free], normals[-1]])
    try:
        # The lowest point itself, or its direction for the largest M_j.
        target = fmpq_mat(d, 1)
        target[d - 2 if free else d - 1, 0] = -1 if free else 1
        point = system.solve(target)
        # Lowest: x_{free+1} is a combination of the chosen normals with positive coefficients.
        weights = system.transpose().solve(fmpq_mat(d, 1, flag[free])) if chosen else fmpq_mat(d, 1)
    except ZeroDivisionError:
        raise Undecided("the normals of a sample are not in general position") from None
    signs = []
    for i in range(n - 1):
        if i in chosen:
            value = weights[list(chosen).index(i), 0]
        else:
            value = sum((a * point[j, 0] for j, a in enumerate(normals[i])), fmpq(0))
        if value == 0:
            raise Undecided("the normals of a sample are not in general position")
        signs.append(1 if value > 0 else -1)
    return [*signs, 1]
