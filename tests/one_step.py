"""The energy on one level by mpmath: a number to compare the optimum with."""

from gmpy2 import mpq

from polygeo.answers.context import working_digits
from polygeo.replica.onestep import _mean, _normalizer

__all__ = ["one_step_energy"]


def one_step_energy(at, alpha, digits):
    """alpha P(X_1 > sqrt(2 chi)) at the parameters of an optimum on one level."""
    with working_digits(digits + 8) as mp:
        chi, c = mp.mpf(at.chi), mp.mpf(float(at.slopes[0]))
        q = 1 - mp.mpf(float(at.gaps[0]))
        normalizer, beyond = _normalizer(mp, chi, q, c)
        ratio = mp.mpf(alpha.numerator) / mp.mpf(alpha.denominator)
        h = mp.sqrt(q)
        found = ratio * _mean(mp, lambda xi: beyond(h * xi) / normalizer(h * xi), digits)
        return mpq(mp.nstr(found, digits + 5, strip_zeros=False))
