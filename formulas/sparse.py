"""Descent cones, recovery probabilities and the phase transitions of sparse recovery."""

from typing import Any

from sympy import Integer, Rational, Sum, binomial, floor, log, symbols

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.formulas.thresholds import density, tail
from polygeo.symbols.sparse import (
    Psi_ext,
    Psi_int,
    b,
    beta,
    gamma_corner,
    gamma_cross,
    psi,
    recovery_l1,
    recovery_nonnegative,
    recovery_orthant,
    rho_strong,
    rho_strong_orthant,
    rho_weak,
    rho_weak_orthant,
    v_l1,
    v_nonnegative,
)

n, s, m, ell, j, i, c = symbols("n s m l j i c", integer=True)
t, delta, nu, gamma, rho = symbols("t delta nu gamma rho", positive=True)

_SIZES = range(1, 9)
_DELTAS = ("1/100", "1/10", "1/3", "1/2", "3/4", "9/10", "99/100")
_C = "c = 2: l1 recovery; c = 1: recovery of nonnegative vectors by the least sum of coordinates."
_H = "H is the entropy in nats."


def _share(odds: Any) -> Any:
    return odds / (1 + odds)


def _entropy(p: Any) -> Any:
    return -p * log(p) - (1 - p) * log(1 - p)


l1_volumes = Formula(
    "Descent cone of the l1 norm at an s-sparse point: faces of the crosspolytope",
    equation(
        v_l1(ell - 1, n, s),
        2 ** (ell - s) * binomial(n - s, ell - s) * beta(s, ell) * gamma_cross(ell, n),
    ),
    over={n: _SIZES, s: _SIZES, ell: _SIZES},
    domain=(s <= ell, ell <= n),
    source="donohotanner2009counting",
    locus="internal and external angles of the crosspolytope",
)

l1_solid_angle = Formula(
    "Solid angle of the l1 descent cone: one minus the volumes of the faces",
    equation(
        2 ** (n - s) * b(s, n),
        1
        - Sum(
            2 ** (ell - s) * binomial(n - s, ell - s) * beta(s, ell) * gamma_cross(ell, n),
            (ell, s, n),
        ),
    ),
    over={n: range(1, 7), s: _SIZES},
    domain=(s <= n,),
    source="amelunxenlotz2017intrinsic",
    locus="section 2.2: the volumes of a cone sum to 1",
)

l1_gauss_bonnet = Formula(
    "Gauss-Bonnet for the l1 descent cones",
    equation(Sum(v_l1(2 * j, n, s), (j, 0, floor(n / 2))), Rational(1, 2)),
    over={n: range(1, 8), s: _SIZES},
    domain=(s <= n,),
    source="mcmullen1975non",
    locus="angle-sum relations for polyhedral cones",
)

l1_vertex = Formula(
    "The normal cones at the 2n vertices of the crosspolytope tile space",
    equation(2 * n * v_l1(0, n, 1), Integer(1)),
    over={n: range(1, 13)},
    source="betkehenk1993intrinsic",
    locus="external angles at the vertices",
)

nonnegative_volumes = Formula(
    "Descent cone among nonnegative vectors: faces of the corner",
    equation(
        v_nonnegative(ell, n, s),
        binomial(n - s, ell + 1 - s) * beta(s, ell + 1) * gamma_corner(ell + 1, n)
        + binomial(n - s, ell - s) * b(s, ell) / 2 ** (n - ell),
    ),
    over={n: range(1, 7), s: _SIZES, ell: _SIZES},
    domain=(s <= ell, ell < n),
    source="donohotanner2005sparse",
    locus="faces with and without the origin",
)

nonnegative_total = Formula(
    "Gauss-Bonnet for the nonnegative descent cones",
    equation(Sum(v_nonnegative(2 * j, n, s), (j, 0, floor(n / 2))), Rational(1, 2)),
    over={n: range(1, 8), s: _SIZES},
    domain=(s <= n,),
    source="mcmullen1975non",
    locus="angle-sum relations for polyhedral cones",
)


def _recovery(title: str, probability: Any, volume: Any) -> Formula:
    lost = Sum(volume(m + 1 + 2 * j, n, s), (j, 0, floor((n - m) / 2)))
    return Formula(
        title,
        equation(probability(n, s, m), 1 - 2 * lost),
        over={n: range(1, 8), s: range(1, 8), m: range(1, 8)},
        domain=(s <= n, s <= m, m <= n),
        source="amelunxen2014living",
        locus="section 2, the kinematic formula with a subspace",
    )


recovery = _recovery(
    "Probability that l1 recovers an s-sparse vector from m Gaussian measurements",
    recovery_l1,
    v_l1,
)

recovery_nonnegative_sum = _recovery(
    "Probability that a nonnegative s-sparse vector has the least sum of all solutions",
    recovery_nonnegative,
    v_nonnegative,
)

recovery_unique = Formula(
    "Probability that an s-sparse nonnegative vector is the only nonnegative solution",
    equation(
        recovery_orthant(n, s, m),
        2 ** (1 - n + s) * Sum(binomial(n - s - 1, i), (i, 0, m - s - 1)),
    ),
    over={n: _SIZES, s: _SIZES, m: _SIZES},
    domain=(s < m, m <= n),
    source="donohotanner2010counting",
    locus="faces of projected orthants, through Wendel's theorem",
)

psi_bound = Formula(
    "The statistical dimension is a minimum over the scale of the subgradient",
    psi(rho, c) < rho * (1 + t**2) + (1 - rho) * c * ((1 + t**2) * tail(t) - t * density(t)),
    over={rho: ("1/100", "1/10", "1/2", "9/10"), c: (1, 2), t: ("1/10", "1/2", "1", "3/2", "3")},
    source="amelunxen2014living",
    locus="proposition 4.5",
    note=f"Equality at the minimum, where (1 - rho) c (phi(t) - t Q(t)) = rho t. {_C}",
    attained={rho: _share(c * (density(t) - t * tail(t)) / t)},
)

weak = Formula(
    "The weak threshold: the statistical dimension equals the number of measurements",
    equation(psi(delta * rho_weak(delta, c), c), delta),
    over={delta: _DELTAS, c: (1, 2)},
    source="amelunxen2014living",
    locus="theorem II with proposition 4.5",
    note=_C,
)

_gamma_weak = delta * rho_weak(delta, c)

_gamma_strong = delta * rho_strong(delta, c)

weak_exponents = Formula(
    "On the weak threshold the exponent of one volume of the descent cone vanishes",
    equation(
        (1 - _gamma_weak) * _entropy((1 - delta) / (1 - _gamma_weak))
        + (delta - _gamma_weak) * log(c),
        Psi_int(delta, _gamma_weak) + Psi_ext(delta, c),
    ),
    over={delta: _DELTAS, c: (1, 2)},
    source="donohotanner2009counting",
    locus="weak exponents: combinatorial, internal, external",
    typeset=r"(1-\gamma)\,H((1-\delta)/(1-\gamma)) + (\delta-\gamma)\log c ="
    r" \Psi_{\mathrm{int}}(\delta,\gamma) + \Psi_{\mathrm{ext},c}(\delta),"
    r"\quad \gamma = \delta\,\rho_{W,c}(\delta)",
    note=f"{_H} {_C}",
)

strong = Formula(
    "The strong threshold: the exponent of the number of lost faces vanishes",
    equation(
        _entropy(delta) + delta * _entropy(rho_strong(delta, c)) + delta * log(c),
        Psi_int(delta, _gamma_strong) + Psi_ext(delta, c),
    ),
    over={delta: _DELTAS, c: (1, 2)},
    source="donohotanner2005neighborliness",
    locus="strong exponents: combinatorial, internal, external",
    typeset=r"H(\delta) + \delta H(\rho) + \delta\log c = \Psi_{\mathrm{int}}(\delta,\delta\rho) +"
    r" \Psi_{\mathrm{ext},c}(\delta),\quad \rho = \rho_{S,c}(\delta)",
    note=f"The supremum over nu >= delta is attained at nu = delta. {_H} {_C}",
)

strong_below_weak = Formula(
    "The strong threshold, for all sparse vectors at once, is below the weak threshold",
    rho_strong(delta, c) < rho_weak(delta, c),
    over={delta: _DELTAS, c: (1, 2)},
    source="donohotanner2005neighborliness",
    locus="the two thresholds compared",
    note=f"Of the points tried they are nearest at delta = 99/100 and c = 1. {_C}",
    gap="13/20",
)

internal_exponent = Formula(
    "The exponent of the internal angles is a maximum",
    Psi_int(nu, gamma) > -nu * t**2 / 2 - (nu - gamma) * log(tail(t)),
    over={nu: ("1/4", "1/2", "9/10"), gamma: ("1/100", "1/5"), t: ("1/10", "1/2", "1", "3")},
    source="vershiksporyshev1992asymptotic",
    locus="Laplace's method for the internal angles",
    note="Equality at the maximum, where (nu - gamma) phi(t) = nu t Q(t).",
    attained={gamma: nu * (1 - t * tail(t) / density(t))},
)

external_exponent = Formula(
    "The exponent of the external angles is a minimum",
    Psi_ext(nu, c) < nu * t**2 / 2 - (1 - nu) * log(1 - c * tail(t)),
    over={nu: ("1/4", "1/2", "9/10"), c: (1, 2), t: ("1/10", "1/2", "1", "3")},
    source="vershiksporyshev1992asymptotic",
    locus="Laplace's method for the external angles",
    note=f"Equality at the minimum, where (1 - nu) c phi(t) = nu t (1 - c Q(t)). {_C}",
    attained={nu: _share(c * density(t) / (t * (1 - c * tail(t))))},
)

weak_orthant = Formula(
    "The weak threshold of the orthant",
    equation(rho_weak_orthant(delta), 2 - 1 / delta),
    over={delta: ("11/20", "3/5", "2/3", "3/4", "9/10", "99/100")},
    source="donohotanner2010counting",
    locus="theorem on the weak threshold of the orthant",
)

_gamma_orthant = delta * rho_strong_orthant(delta)

strong_orthant = Formula(
    "The strong threshold of the orthant",
    equation(
        _entropy(_gamma_orthant)
        + (1 - _gamma_orthant) * _entropy((1 - delta) / (1 - _gamma_orthant)),
        (1 - _gamma_orthant) * log(2),
    ),
    over={delta: ("11/20", "3/5", "2/3", "3/4", "9/10", "99/100")},
    source="donohotanner2010counting",
    locus="theorem on the strong threshold of the orthant",
    typeset=r"H(\gamma) + (1-\gamma)\,H((1-\delta)/(1-\gamma)) = (1-\gamma)\log 2,"
    r"\quad \gamma = \delta\,\rho^{\ge 0}_{S}(\delta)",
    note=_H,
)

__all__ = statements(globals())
