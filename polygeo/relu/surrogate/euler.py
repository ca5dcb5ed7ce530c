"""q_{m,n,k}: the expected Euler characteristic of a random section of the cone of injectivity.

C_{m,k} is the cone of vectors of R^m with fewer than k positive coordinates, L a uniformly random
n-dimensional linear subspace (the range of a Gaussian m x n matrix), and

    q_{m,n,k} = E chi(C_{m,k} ∩ L ∩ S^{m-1}) = 2 (r_N + r_{N-2} + r_{N-4} + ...),  N = n - 1,

the kinematic formula, with r_i = v_{m-i}(C_{m,k}): r_0 = 2^-m sum_{p<k} binomial(m, p) and
r_i = 2^-m m binomial(m-1, k-1) K_{i-1} / i, where K_j = [t^j] (1 + t)^(m-k) (1 - t)^(k-1) are
Krawtchouk numbers. q_{m,n} = q_{m,n,n} is the surrogate of 1 - p_{m,n}
(maillard2022slides; paleka2021thesis). 2^{m-1} q is an integer.

For inputs in a cone K of R^n in place of R^n, the mean Euler characteristic of the directions of K
in which fewer than k coordinates of Wx are positive is linear in the intrinsic volumes of K:

    q_{m,K,k} = E chi(W K n C_{m,k} ∩ S^{m-1}) = sum_{j>=1} v_j(K) q_{m,j,k},

since E v_j(W K) = v_j(K) for m >= n, and the kinematic formula is linear in the v_j. Gaussian
biases are one more input, of value 1: K x R_+ in place of K.

One value costs one binary splitting of the three-term recurrence of K with the running sum;
whole rows and columns cost one multiplication by small numbers per value.
"""

from __future__ import annotations

from typing import Any

import gmpy2
from gmpy2 import mpq, mpz

from polygeo.answers.ball import with_source
from polygeo.answers.exact import integer
from polygeo.answers.numerics.arithmetic import sum_of, times
from polygeo.answers.numerics.splitting import (
    binary_splitting,
    consecutive_content,
    partial_binomial_sum,
)
from polygeo.cones.families.fan import krawtchouk_sequence
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.relu.input_cone import dimension_of, input_volumes, with_bias
from polygeo.relu.sizes import MAX_M
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["expected_euler_characteristic", "q_column", "q_row"]

MAX_ROW = 100_000
"""Largest m of a whole row or column, m numbers of m bits, and of inputs in a cone."""


@patient
def expected_euler_characteristic(
    m: Any, n: Any, k: Any = None, inputs: Any = None, bias: bool = False
) -> Any:
    """Return q_{m,n,k}, the expected Euler characteristic of a random section of C_{m,k}.

    `polygeo.q` is this function.

    * ``m``, ``n``: dimension of the space and of the random subspace (numbers of outputs and inputs
      of a layer), 1 <= n <= m <= 2^31; n < m for a layer with biases.
    * ``k``: the level, 1 <= k <= m (default n): C_{m,k} is the cone of the vectors of R^m with
      fewer than k positive coordinates. For inputs in a cone of dimension r < n injectivity is the
      level k = r.
    * ``inputs``: None (default) for all of R^n; "nonnegative"; or a cone K of R^n, a union of
      cones, or the `IntrinsicVolumes` of one. The answer is then sum_j v_j(K) q_{m,j,k}, for
      m <= 100,000.
    * ``bias``: True for a layer with Gaussian biases of the variance of the weights (default
      False). Biases are one more input, of value 1: the inputs are K x R_+. For K = R^n the answer
      is (q_{m,n,k} + q_{m,n+1,k})/2.

    Exact; a Ball where the intrinsic volumes of K are balls. DomainError outside of this domain.
    The time grows almost linearly with m, the number of bits of the answer: m = 8 344 640, n = 10^6
    takes three seconds. Source: maillard2022slides, slide 'Approach from integral geometry';
    schneiderweil2008stochastic, section 6.5, for cones.

    >>> expected_euler_characteristic(20, 3)
    mpq(25861,524288)
    >>> expected_euler_characteristic(4, 4), expected_euler_characteristic(3, 2, 2)
    (mpq(1,1), mpq(3,2))
    >>> expected_euler_characteristic(4, 2, inputs="nonnegative")
    mpq(11,16)
    >>> expected_euler_characteristic(4, 2, bias=True)  # (3/2 + 11/8)/2
    mpq(23,16)
    """
    m, n, k = _domain(m, n, k)
    if inputs is not None or bias is not False:
        return _mean_over_cone(m, n, k, inputs, bias)
    N = n - 1
    total, denominator = _alternate_sum(m - k, k - 1, N)
    total = gmpy2.divexact(m * gmpy2.bincoef(m - 1, k - 1) * total, denominator)
    if N % 2 == 0:
        total += partial_binomial_sum(m, k)
    return mpq(total, mpz(1) << (m - 1))


def _mean_over_cone(m: int, n: int, k: int, inputs: Any, bias: Any) -> Any:
    """sum_j v_j(K) q_{m,j,k} over the intrinsic volumes of the cone of inputs."""
    if m > MAX_ROW:
        what = "for inputs in a cone" if inputs is not None else "with biases"
        raise DomainError(f"q {what} needs m <= {MAX_ROW}; got m={m}")
    volumes = with_bias(input_volumes(inputs, n), bias)
    top = dimension_of(volumes)
    if top > m:
        raise DomainError(f"q with biases needs n < m; got m={m}, n={n}")
    value = _weighted(volumes, _row(m, k, top), mpz(1) << (m - 1))
    return with_source(value, "inputs.orthant_of_inputs")


def _weighted(volumes: IntrinsicVolumes, numerators: list[mpz], scale: mpz) -> Any:
    """sum_j v_j numerators[j - 1] / scale, j >= 1; over one denominator if all is rational."""
    pairs = list(zip(volumes[1:], numerators, strict=False))
    if not all(isinstance(v, mpq) for v, _ in pairs):
        return sum_of(times(v, mpq(x, scale)) for v, x in pairs)
    common = gmpy2.lcm(mpz(1), *(v.denominator for v, _ in pairs))
    total = sum((gmpy2.divexact(common, v.denominator) * v.numerator * x for v, x in pairs), mpz(0))
    return mpq(total, common * scale)


def _domain(m: Any, n: Any, k: Any) -> tuple[int, int, int]:
    m, n = integer(m, "m"), integer(n, "n")
    k = n if k is None else integer(k, "k")
    if not 1 <= n <= m:
        raise DomainError(f"q needs 1 <= n <= m; got m={m}, n={n}")
    if not 1 <= k <= m:
        raise DomainError(f"q needs 1 <= k <= m; got m={m}, k={k}")
    if m > MAX_M:
        raise DomainError(f"q has about m bits, so m <= {MAX_M} is needed; got m={m}")
    return m, n, k


def _alternate_sum(a: int, b: int, N: int) -> tuple[mpz, mpz]:
    """Numerator and denominator, not in lowest terms, of K_{N-1}/N + K_{N-3}/(N-2) + ... (down to
    index 0 or 1), where K_j = [t^j] y, y = (1 + t)^a (1 - t)^b.

    Two steps of (j+1) K_{j+1} = (a - b) K_j - (a + b + 1 - j) K_{j-1} map (K_j, K_{j-1}, S) to
    (K_{j+2}, K_{j+1}, S + K_j/(j+1)); over the common denominator (j+1)(j+2) all entries are
    integers, and the product of the matrices

        (x0 x1 0; y0 y1 0; s0 s1 d) / d

    is taken by binary splitting. A factor is held as (x0, y0, s0, x1, y1, s1, d). The factors
    that begin the product start from the true K and have one column; those that end it have
    their last row only.

    ``consecutive_content(j - i)`` divides the factor of the steps from i to j. For any integers
    K_i, K_{i-1}, by the recurrence, Z = sum_{l>=i-1} K_l t^l solves

        (1 - t^2) Z' = (a - b - (a + b) t) Z + c t^{i-2} + c' t^{i-1},   c, c' integers,

    and y solves it for c = c' = 0. So (Z/y)' = (c t^{i-2} + c' t^{i-1}) / ((1 - t^2) y) has
    integer coefficients, and the first two of Z/y are integers; K_l is an integer combination of
    1, 1/(i+1), ..., 1/l; the sum S of K_l/(l+1) is one of reciprocals of products of at most two
    of i+1, ..., j; and the entries, these times d = (i+1) ... j, are integer combinations of
    products of all but two of i+1, ..., j.
    """
    if N == 0:
        return mpz(0), mpz(1)
    start = (N - 1) % 2
    pairs = (N + 1) // 2
    difference, degree, block = a - b, a + b, 32
    # A leaf works out both columns at once, as u0 + 2^bits u1 with |u0| < 2^(bits-1) =: half;
    # a step multiplies the largest entry by 2 (degree + 2) at most.
    bits = 2 * block * ((degree + 2).bit_length() + 1) + 1
    half = mpz(1) << (bits - 1)

    def unpack(u: mpz) -> tuple[mpz, mpz]:
        u1, rest = gmpy2.f_divmod_2exp(u + half, bits)
        return rest - half, u1

    def leaf(low: int, high: int) -> tuple[mpz, ...]:
        first, last = start + 2 * low, start + 2 * high
        x, y, s = mpz(1), half << 1, mpz(0)
        if low == 0:
            x, y = (mpz(difference), mpz(1)) if start else (mpz(1), mpz(0))
        for c in range(first + 1, last + 1, 2):
            u = difference * x - (degree - c + 2) * y
            s = (s * c + x) * (c + 1)
            x, y = difference * u - (degree - c + 1) * c * x, u * (c + 1)
        d = gmpy2.bincoef(last, last - first) * gmpy2.fac(last - first)
        if low == 0:
            return (s, d) if high == pairs else (x, y, s, d)
        (x0, x1), (y0, y1), (s0, s1) = unpack(x), unpack(y), unpack(s)
        return (s0, s1, d) if high == pairs else (x0, y0, s0, x1, y1, s1, d)

    def join(left: tuple[mpz, ...], right: tuple[mpz, ...]) -> tuple[mpz, ...]:
        *entries, D = right
        height = len(entries) // 2
        rows = list(zip(entries[:height], entries[height:], strict=True))
        product = []
        for i in range(0, len(left) - 1, 3):
            x, y, s = left[i : i + 3]
            product += [p * x + q * y for p, q in rows]
            product[-1] += D * s
        return *product, D * left[-1]

    total, denominator = binary_splitting(
        0, pairs, leaf, join, lambda count: consecutive_content(2 * count), block
    )
    return total, denominator


@patient
def q_row(m: Any, k: Any = None) -> list[mpq]:
    """Return the list [q_{m,1,k}, ..., q_{m,m,k}], or [q_{m,1}, ..., q_{m,m}] without k (exact).

    * ``m``: number of outputs, 1 <= m <= 100 000.
    * ``k``: the level, 1 <= k <= m; None (the default) takes k = n in each entry.

    The whole row costs O(m) products of an m-bit number by a small number. DomainError outside of
    this domain. Source: as `expected_euler_characteristic`.

    >>> q_row(4)
    [mpq(1,8), mpq(3,2), mpq(5,8), mpq(1,1)]
    """
    m, _, _ = _domain(m, 1, 1 if k is None else k)
    if m > MAX_ROW:
        raise DomainError(f"a row has m numbers of m bits, so m <= {MAX_ROW} is needed; got m={m}")
    numerators = _row_of_diagonal(m) if k is None else _row(m, integer(k, "k"), m)
    scale = mpz(1) << (m - 1)
    return [mpq(numerator, scale) for numerator in numerators]


def _row(m: int, k: int, count: int) -> list[mpz]:
    """2^{m-1} q_{m,n,k} for n = 1..count: partial sums of the fan's volumes r_0, r_1, ..."""
    row = [partial_binomial_sum(m, k)]
    front = m * gmpy2.bincoef(m - 1, k - 1)
    for N, number in enumerate(krawtchouk_sequence(m - k, k - 1, count - 1), start=1):
        term = gmpy2.divexact(front * number, mpz(N))
        row.append(term + row[N - 2] if N >= 2 else term)
    return row[:count]


def _row_of_diagonal(m: int) -> list[mpz]:
    """2^{m-1} q_{m,n,n} for n = 1..m.

    From (n, n) to (n + 2, n + 2) three Krawtchouk numbers enter: one for n -> n + 2 at k = n and
    one for each step of k (r_i(k+1) - r_i(k) telescopes to a coefficient of
    (1 - t)^{k-1} (1 + t)^{m-k-1}). They are carried along the diagonal: y_i is
    [t^i] (1 - t)^x (1 + t)^{M-x}, M = m - 2; the recurrence moves i, and
    (1 + t) z = (1 - t) y together with the differential equation moves x to x + 1.
    """
    row = [mpz(1)]  # q_{m,1} = 2^{1-m}
    if m >= 2:
        row.append(mpz(m * (m - 1)))  # q_{m,2} = m (m-1) / 2^{m-1}
    M = m - 2
    y, y_before = mpz(M), mpz(1)  # i = 1, x = 0: coefficients of t^1 and t^0 of (1 + t)^M
    for n in range(1, m - 1):
        # here y = y_n and y_before = y_{n-1} at x = n - 1
        x = n - 1
        fan_step = m * gmpy2.bincoef(m - 1, n - 1) * (y + y_before)
        total = row[n - 1] + gmpy2.divexact(fan_step, mpz(n + 1))
        y, y_before = _next_index(y, y_before, n, x, M), y
        total += gmpy2.bincoef(m, n) * y
        y, y_before = _next_exponent(y, y_before, n + 1, x, M)
        total += gmpy2.bincoef(m, n + 1) * y
        row.append(total)
    return row[:m]


def _next_index(y: mpz, before: mpz, i: int, x: int, M: int) -> mpz:
    """y_{i+1} from y_i, y_{i-1}: (i + 1) y_{i+1} = (M - 2x) y_i - (M - i + 1) y_{i-1}."""
    return gmpy2.divexact((M - 2 * x) * y - (M - i + 1) * before, mpz(i + 1))


def _next_exponent(y: mpz, before: mpz, i: int, x: int, M: int) -> tuple[mpz, mpz]:
    """(z_i, z_{i-1}) at x + 1 from (y_i, y_{i-1}) at x; z_i + z_{i-1} = y_i - y_{i-1}."""
    ahead = (M - 2 * x) * y - (M - i + 1) * before  # (i + 1) y_{i+1}
    gap = y - before
    numerator = ahead - 2 * i * y + (i - 1) * before - gap + (M + 1) * gap
    z = gmpy2.divexact(numerator, mpz(2 * (M - x)))
    return z, gap - z


@patient
def q_column(n: Any, m_max: Any, k: Any = None) -> list[mpq]:
    """Return the list of q_{m,n,k} for m = max(n, k), ..., m_max (exact).

    * ``n``: number of inputs, n >= 1.
    * ``m_max``: largest number of outputs, max(n, k) <= m_max <= 100 000.
    * ``k``: the level, k >= 1 (default n).

    Each entry costs one product by a small number: q_{m+1,n,k} - q_{m,n,k} =
    -2^-m binomial(m, k-1) K_{n-1}, with a Krawtchouk number K_{n-1}. DomainError outside of this
    domain. Source: as `expected_euler_characteristic`.

    >>> q_column(2, 5)
    [mpq(1,1), mpq(3,2), mpq(3,2), mpq(5,4)]
    """
    n = integer(n, "n")
    k = n if k is None else integer(k, "k")
    first, last = max(n, k), integer(m_max, "m_max")
    if last < first:
        raise DomainError(f"q_column needs m_max >= max(n, k) = {first}; got m_max={last}")
    _domain(last, n, k)
    if last > MAX_ROW:
        raise DomainError(
            f"a column has numbers of up to m bits, so m_max <= {MAX_ROW} is needed; got {last}"
        )
    start = expected_euler_characteristic(first, n, k)
    numerator = (start * (mpz(1) << (first - 1))).numerator
    column = [start]
    N, b = n - 1, k - 1
    y, before = _krawtchouk_pair(first - k, b, N)
    weight = gmpy2.bincoef(first, b)
    for m in range(first, last):
        a = m - k
        numerator = 2 * numerator - weight * y
        column.append(mpq(numerator, mpz(1) << m))
        if N:  # multiply by (1 + t), i.e. a -> a + 1; y_{N-2} comes from the recurrence
            earlier = gmpy2.divexact((a - b) * before - N * y, mpz(a + b - N + 2))
            y, before = y + before, before + earlier
        weight = gmpy2.divexact(weight * (m + 1), mpz(m + 1 - b))
    return column


def _krawtchouk_pair(a: int, b: int, N: int) -> tuple[mpz, mpz]:
    """(K_N, K_{N-1}) of (1 + t)^a (1 - t)^b; K_{-1} = 0."""
    numbers = krawtchouk_sequence(a, b, N + 1)
    return numbers[N], (numbers[N - 1] if N else mpz(0))
