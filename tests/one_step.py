"""One step of replica-symmetry breaking for the injectivity question, with mpmath.

With Lambda_0 = chi + c s^2, s^2 = 1 - q, t = sqrt(2 chi):

    S = (1/2) [ q/Lambda_0 + (1/c) log(Lambda_0/chi) ],
    F = -(1/c) int phi(xi) log N(sqrt(q) xi) dxi,
    N(h) = H(h/s) + e^{-c} H((t - h)/s) + (tau/s) e^{-h^2 c/(2 chi s^2 B)} [Phi(z_2) - Phi(z_1)],

B = c/chi + 1/s^2, tau = B^(-1/2), mu = h/(s^2 B), z_1 = -mu/tau, z_2 = (t - mu)/tau. At the
threshold alpha e^{-c} int phi(xi) H((t - sqrt(q) xi)/s)/N dxi = 1: the mean energy is e* = 1.
This method shares no code with the kernels. Source: maillard2023injectivity.
"""

from gmpy2 import mpq

from polygeo.answers.numerics.context import working_digits

__all__ = ["one_step_energy", "one_step_value"]


def _normalizer(mp, chi, q, c):
    """Return the functions N and h -> e^{-c} H((t - h)/s)."""
    root = mp.sqrt
    s, t = root(1 - q), root(2 * chi)
    tau = 1 / root(c / chi + 1 / s**2)

    def tail(z):
        return mp.erfc(z / root(2)) / 2

    def beyond(h):
        return mp.exp(-c) * tail((t - h) / s)

    def normalizer(h):
        mu = h * tau**2 / s**2
        low, high = -mu / tau, (t - mu) / tau
        if low > 0:
            middle = tail(low) - tail(high)
        else:
            middle = tail(-high) - tail(-low) if high < 0 else 1 - tail(-low) - tail(high)
        weight = tau / s * mp.exp(-(h**2) * c * tau**2 / (2 * chi * s**2))
        return tail(h / s) + beyond(h) + weight * middle

    return normalizer, beyond


def _mean(mp, function, digits):
    """int phi(xi) function(xi) dxi by Gauss-Legendre on pieces."""
    edge = mp.sqrt(2 * (digits + 5) * mp.log(10))
    cuts = mp.linspace(-edge, edge, 9)
    return mp.quad(lambda xi: mp.npdf(xi) * function(xi), cuts, method="gauss-legendre")


def one_step_value(at, digits=30):
    """(1 + S)/F at the parameters of an optimum with one level."""
    with working_digits(digits + 8) as mp:
        chi, c = mp.mpf(at.chi), mp.mpf(float(at.slopes[0]))
        q = 1 - mp.mpf(float(at.gaps[0]))
        normalizer, _ = _normalizer(mp, chi, q, c)
        f = -_mean(mp, lambda xi: mp.log(normalizer(mp.sqrt(q) * xi)), digits) / c
        top = chi + c * (1 - q)
        s = (q / top + mp.log(top / chi) / c) / 2
        return mpq(mp.nstr((1 + s) / f, digits + 5, strip_zeros=False))


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
