"""Angles of random simplices: relations, two methods for each number, and simulated tetrahedra."""

import pickle
from math import comb

import mpmath
import numpy as np
import pytest
import sympy
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import refused

from polygeo.answers import Ball
from polygeo.answers.ball import precision
from polygeo.answers.exact import integer
from polygeo.errors import DomainError, NoExactValue
from polygeo.polytopes import BetaPrimeSimplices, BetaSimplices, PiPolynomial
from polygeo.polytopes.angles.means import external_means, internal_means
from polygeo.polytopes.angles.moments import EXTERNAL, INTERNAL, half_shifted

FAMILIES = [
    *((BetaSimplices, a) for a in range(7)),
    *((BetaPrimeSimplices, a) for a in range(1, 7)),
]
QUIET = settings(deadline=None, derandomize=True, max_examples=40)


# --- the exact relations


@pytest.mark.parametrize(("family", "alpha"), FAMILIES)
def test_the_two_linear_relations_hold_identically(family, alpha):
    angles = family(alpha)
    for n in range(2, 8):
        for k in range(1, n):
            terms = [
                angles.exact_external(n, m) * angles.exact_internal(m, k) for m in range(k, n + 1)
            ]
            assert sum(terms, PiPolynomial()) == comb(n, k)
            assert sum(((-1) ** i * t for i, t in enumerate(terms)), PiPolynomial()) == 0


@pytest.mark.parametrize(("family", "alpha"), FAMILIES)
def test_gram_and_perles_relations(family, alpha):
    """sum_k (-1)^(k-1) J_{n,k} = 0 (Gram), and external angles at the vertices add up to 1."""
    angles = family(alpha)
    for n in range(2, 9):
        internal = [angles.exact_internal(n, k) * (-1) ** k for k in range(1, n + 1)]
        assert sum(internal, PiPolynomial()) == 0
        assert angles.external(n, 1) == 1


def test_regularity_where_pi_enters():
    for alpha in range(1, 6):
        odd_beta = [BetaSimplices(alpha).exact_internal(6, k).rational() for k in range(1, 5)]
        assert all(x is not None for x in odd_beta) == (alpha % 2 == 1)
        prime = [BetaPrimeSimplices(alpha).exact_internal(6, k).rational() for k in range(1, 5)]
        assert all(x is not None for x in prime) == (alpha % 2 == 0)


def test_points_on_the_sphere_are_in_convex_position():
    """alpha = d - 2: 2 J_{d+2,1} = P[d + 2 points are not in convex position] = 0."""
    for d in range(2, 10):
        assert BetaSimplices(d - 2).internal(d + 2, 1) == 0


# --- quadrature against exact values


@QUIET
@given(
    side=st.sampled_from([EXTERNAL, INTERNAL]),
    e=st.integers(0, 6),
    extra=st.integers(0, 9),
    r=st.integers(0, 7),
    bits=st.sampled_from([53, 120]),
)
def test_certified_means_hold_the_exact_ones(side, e, extra, r, bits):
    w = extra if side == EXTERNAL else e * r + 1 + extra
    exact = half_shifted(side, e, w, r)
    with precision(bits):
        means = external_means if side == EXTERNAL else internal_means
        found = means(mpq(e), [(mpq(w), r)])[0]
        assert found.overlaps(exact.to_arb())
        assert found.rad() < 2.0 ** (20 - bits)


@pytest.mark.parametrize("alpha", ["1/3", "1/2", "5/2", "29/7"])
@pytest.mark.parametrize("family", [BetaSimplices, BetaPrimeSimplices])
def test_certified_angles_against_another_quadrature(family, alpha):
    angles = family(alpha)
    n, k, m = 5, 2, 3
    e, w, out = (float(x) for x in (angles.inner, angles.inside(n), angles.outside(m)))
    with mpmath.workdps(20):
        norm = 1 / mpmath.beta(0.5, (e + 1) / 2)

        def height(x, sign):  # int_0^x (1 + sign u^2)^((e-1)/2) du, u = sinh or sin
            return norm * x * mpmath.hyp2f1(0.5, (1 - e) / 2, 1.5, -sign * x * x)

        def internal(x):
            z = 0.5 + 1j * height(mpmath.sinh(x), 1)
            return (z ** (n - k)).real * mpmath.cosh(x) ** -w

        inner = 2 * mpmath.quad(internal, [0, 1, 2, 4, 8, 16, 60]) / mpmath.beta(0.5, w / 2)

        def external(y):
            return (0.5 + height(mpmath.tanh(y), -1)) ** (n - m) * mpmath.sech(y) ** (out + 1)

        outer = mpmath.quad(external, [-50, -8, -2, 0, 2, 8, 50])
        outer /= mpmath.beta(0.5, (out + 1) / 2)
    assert float(angles.internal(n, k)) == pytest.approx(float(10 * inner), rel=1e-9)
    assert float(angles.external(n, m)) == pytest.approx(float(10 * outer), rel=1e-9)
    assert isinstance(angles.internal(n, k), Ball)


def test_many_digits():
    ball = BetaSimplices("1/3").internal(5, 2, 120)
    short = BetaSimplices("1/3").internal(5, 2, 20)
    assert ball.proved_digits >= 120
    assert short.overlaps(ball)
    exact = BetaPrimeSimplices(1).exact_internal(6, 2)
    certified = BetaPrimeSimplices(1).internal(6, 2, 100, exact=False)
    assert certified.overlaps(exact.enclose(110))


@pytest.mark.parametrize("n", [10**4, 10**9, 10**12])
@pytest.mark.parametrize("alpha", [1, 2, "7/3"])
def test_external_angles_of_very_many_vertices_tend_to_their_limit(alpha, n):
    angles = BetaPrimeSimplices(alpha)
    limit = Ball.of(1, 128) * angles.exact_limit(3).enclose(30) if alpha in (1, 2) else None
    limit = angles.external_limit(3) if limit is None else limit
    ratio = angles.external(n, 3, exact=False) / limit
    assert abs(float(ratio - 1)) < 30 / n ** min(1, 1 / float(angles.alpha))


# --- simulated tetrahedra


def _solid_angles(vertices):
    """Sums of the four solid angles / (4 pi), for (N, 4, 3) tetrahedra; van Oosterom-Strackee."""
    total = np.zeros(len(vertices))
    for i in range(4):
        a, b, c = (vertices[:, j] - vertices[:, i] for j in range(4) if j != i)
        la, lb, lc = (np.linalg.norm(v, axis=1) for v in (a, b, c))
        top = abs(np.einsum("ij,ij->i", a, np.cross(b, c)))
        ab, bc, ca = ((u * v).sum(axis=1) for u, v in ((a, b), (b, c), (c, a)))
        total += 2 * np.arctan2(top, la * lb * lc + ab * lc + bc * la + ca * lb)
    return total / (4 * np.pi)


@pytest.mark.parametrize(
    ("family", "b"),
    [(BetaSimplices, 0), (BetaSimplices, -1), (BetaSimplices, "3/2"), (BetaPrimeSimplices, 2)],
)
def test_solid_angles_of_simulated_tetrahedra(family, b):
    """Mean over 20000 tetrahedra within 5 standard errors: false alarm 6e-7."""
    stream = np.random.Generator(np.random.Philox(2024))
    points = stream.standard_normal((20000, 4, 3))
    points /= np.linalg.norm(points, axis=2, keepdims=True)
    parameter = float(mpq(b))
    if family is BetaPrimeSimplices:
        share = stream.beta(1.5, parameter - 1.5, size=(20000, 4, 1))
        points *= np.sqrt(share / (1 - share))
    elif parameter > -1:
        points *= np.sqrt(stream.beta(1.5, parameter + 1, size=(20000, 4, 1)))
    angles = _solid_angles(points)
    expected = float(sympy.N(family.with_vertices(4, b).internal(4, 1)))
    assert abs(angles.mean() - expected) < 5 * angles.std() / np.sqrt(20000)


# --- numbers of Q[pi, 1/pi]

coefficients = st.dictionaries(
    st.integers(-4, 4), st.fractions(-5, 5, max_denominator=9), max_size=4
)


@QUIET
@given(coefficients, coefficients)
def test_pi_polynomials_are_a_ring(left, right):
    x, y = PiPolynomial(left), PiPolynomial(right)
    a, b = x.to_sympy(), y.to_sympy()
    assert sympy.expand((x + y).to_sympy() - a - b) == 0
    assert sympy.expand((x * y).to_sympy() - a * b) == 0
    assert x - y + y == x
    assert (x == y) == (sympy.expand(a - b) == 0)
    assert hash(x + y) == hash(y + x)
    assert pickle.loads(pickle.dumps(x)) == x
    assert (x * y).enclose(20).overlaps(x.enclose(25) * y.enclose(25))


def test_pi_polynomials_at_their_borders():
    assert PiPolynomial({0: 3}).answer() == 3
    assert PiPolynomial({2: 1, 5: 0}).coefficients() == {2: 1}
    assert PiPolynomial({-2: mpq(1, 3)}) ** -2 == PiPolynomial({4: 9})
    assert not PiPolynomial()
    assert str(PiPolynomial({-1: -1, 1: mpq(-1, 2)})) == "-1/pi - pi/2"
    assert PiPolynomial() == 0
    assert hash(PiPolynomial({0: mpq(1, 2)})) == hash(mpq(1, 2))
    with pytest.raises(DomainError):
        PiPolynomial({0: 1, 1: 1}) ** -1
    with pytest.raises(AttributeError):
        PiPolynomial().x = 1
    with pytest.raises(TypeError):
        PiPolynomial() + 0.5


# --- bad input


@pytest.mark.parametrize(
    "call",
    [
        lambda: BetaSimplices(-1),
        lambda: BetaSimplices("pi"),
        lambda: BetaSimplices(sympy.pi),
        lambda: BetaPrimeSimplices(0),
        lambda: BetaPrimeSimplices(10**9),
        lambda: BetaSimplices(1).internal(3, 0),
        lambda: BetaSimplices(1).internal(3, 4),
        lambda: BetaSimplices(1).internal(True, 1),
        lambda: BetaSimplices(1).internal(500, 1),
        lambda: BetaSimplices(1).external(10**13, 1),
        lambda: BetaSimplices(1).external(10**5000, 1),
        lambda: BetaSimplices(1).external(1000, 500),
        lambda: BetaPrimeSimplices("1/5").internal(5, 2),
        lambda: BetaSimplices.with_vertices(1, 0),
        lambda: BetaSimplices.with_vertices(4, -2),
        lambda: BetaPrimeSimplices.with_vertices(4, 1),
        lambda: BetaPrimeSimplices(1).external_limit(0),
        lambda: PiPolynomial(5),
        lambda: PiPolynomial({"one": 1}),
        lambda: PiPolynomial({1: 1}) ** 0.5,
        lambda: PiPolynomial({1: 1}).decimal("ten"),
    ],
)
def test_bad_input_is_one_line(call):
    with refused() as failure:
        call()
    assert len(str(failure.value)) < 200


def test_exact_values_are_demanded_or_refused():
    with pytest.raises(NoExactValue):
        BetaSimplices("1/2").internal(4, 1, exact=True)
    with pytest.raises(NoExactValue):
        BetaSimplices(2).external(10**6, 2, exact=True)
    assert isinstance(BetaSimplices(1).internal(4, 1, exact=False), Ball)
    assert integer(BetaSimplices(1).internal(4, 4).numerator) == 1
