"""Dependence of rows of float64 numbers, proved in integers modulo primes.

Rows of floats are integers up to powers of two. k rows are dependent if all their k x k minors
vanish; a minor is an integer of modulus at most the product of the lengths of the rows (Hadamard),
so it vanishes if it does modulo enough primes.
"""

# mypy: disable-error-code="no-untyped-def, import-untyped"

from __future__ import annotations

import math

import numpy as np

from polygeo.simd.compiled import njit

__all__ = ["dependent"]


def _primes(count: int) -> np.ndarray:
    """The largest primes below 2^31: products of residues fit into 63 bits."""
    top, size = 1 << 31, 64 * count
    small = np.ones(46342, np.bool_)
    small[:2] = False
    candidates = np.ones(size, np.bool_)
    for p in range(2, small.size):
        if small[p]:
            small[p * p :: p] = False
            candidates[-(top - size) % p :: p] = False
    return (np.flatnonzero(candidates) + (top - size))[::-1][:count].astype(np.int64).copy()


PRIMES = _primes(512)
BITS = 30.99
"""Number of bits of a minor that one prime decides."""


@njit(cache=True, nogil=True, error_model="numpy")
def _power(exponent, prime):
    """2^exponent modulo a prime."""
    result, base = 1, 2
    while exponent:
        if exponent & 1:
            result = result * base % prime
        base = base * base % prime
        exponent >>= 1
    return result


@njit(cache=True, nogil=True, error_model="numpy")
def _deficient(whole, powers, prime):
    """Whether the rows whole * 2^powers are dependent modulo a prime."""
    count, n = whole.shape
    work = np.empty((count, n), np.int64)
    for i in range(count):
        for c in range(n):
            work[i, c] = 0
            if whole[i, c]:
                work[i, c] = whole[i, c] % prime * _power(powers[i, c], prime) % prime
    done = 0
    for c in range(n):
        pivot = done
        while pivot < count and work[pivot, c] == 0:
            pivot += 1
        if pivot == count:
            continue
        for j in range(c, n):
            work[done, j], work[pivot, j] = work[pivot, j], work[done, j]
        head = work[done, c]
        for i in range(done + 1, count):
            factor = work[i, c]
            if factor:
                for j in range(c, n):
                    # both products are below 2^62, and so is their difference
                    work[i, j] = (work[i, j] * head - factor * work[done, j]) % prime
        done += 1
        if done == count:
            return False
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def dependent(rows, chosen, count):
    """Prove that the first ``count`` of the chosen rows are dependent; return False if in doubt.

    ``rows`` (M, n): float64, taken as the dyadic numbers that they are.
    """
    n = rows.shape[1]
    if count > n:
        return True
    whole, powers = np.zeros((count, n), np.int64), np.zeros((count, n), np.int64)
    bits = 0.0
    for i in range(count):
        low, high = 1 << 20, -(1 << 20)
        for c in range(n):
            value = rows[chosen[i], c]
            if value == 0.0:
                continue
            fraction, exponent = math.frexp(value)
            digits = np.int64(math.ldexp(fraction, 53))
            high = max(high, exponent)
            exponent -= 53
            while digits & 1 == 0:
                digits >>= 1
                exponent += 1
            whole[i, c], powers[i, c] = digits, exponent
            low = min(low, exponent)
        if high < low:
            return True  # a row that is zero
        for c in range(n):
            powers[i, c] = powers[i, c] - low if whole[i, c] else 0
        bits += high - low + 0.5 * math.log2(n) + 1e-6
    needed = int(bits / BITS) + 1
    if needed > PRIMES.shape[0]:
        return False
    good = True
    for k in range(needed):
        good = good and _deficient(whole, powers, PRIMES[k])
    return good
