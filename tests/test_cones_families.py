"""Closed-form cone families: what every cone must satisfy, and a second method for every number.

Simulated tests have fixed seeds; the bound of each is far enough that a right program fails it
for fewer than one seed in a million.
"""

import math
import pickle
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
import sympy
from family_cones import CONES, agree, same
from gmpy2 import mpz
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import refused
from scipy.integrate import quad
from sympy import pi

import polygeo
from polygeo.answers import Ball
from polygeo.cones import (
    CircularCone,
    Cone,
    HalfSpace,
    LorentzCone,
    MonotoneCone,
    NonnegativeMonotoneCone,
    Orthant,
    PolarCone,
    ProductCone,
    PSDCone,
    Ray,
    WeylChamber,
)
from polygeo.errors import DomainError, NoExactValue, PolygeoError
from polygeo.formula_index import catalogue
from polygeo.volumes import IntrinsicVolumes


@pytest.mark.parametrize("cone", CONES, ids=repr)
def test_what_every_cone_satisfies(cone: Cone) -> None:
    v = cone.intrinsic_volumes()
    assert len(v) == cone.ambient_dim + 1
    assert same(v.total(), 1)
    if not cone.is_subspace:
        assert same(v.gauss_bonnet(), 0)
    assert all(x == 0 for x in v[cone.dim + 1 :])
    assert all(x == 0 for x in v[: cone.lineality_dim])
    assert all(float(x) > 0 for x in v[cone.lineality_dim : cone.dim + 1])
    assert agree(cone.polar().intrinsic_volumes(), v.reversed())
    assert cone.polar().polar() == cone
    assert cone.polar().dim == cone.ambient_dim - cone.lineality_dim
    assert agree(cone.embed(cone.ambient_dim + 2).intrinsic_volumes(), v.embed(len(v) + 1))
    assert cone.contains([0] * cone.ambient_dim)
    assert cone.polar().contains([0] * cone.ambient_dim)
    assert polygeo.cite(v).startswith("@")
    assert v.source in catalogue()
    assert not any(isinstance(x, float) for x in v)


@pytest.mark.parametrize("cone", CONES, ids=repr)
def test_cones_are_values(cone: Cone) -> None:
    assert pickle.loads(pickle.dumps(cone)) == cone
    assert len({cone, pickle.loads(pickle.dumps(cone))}) == 1
    with pytest.raises(AttributeError):
        cone.d = 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("d", range(1, 6))
def test_products_of_half_lines_are_orthants(d: int) -> None:
    product: Cone = Ray(1)
    for _ in range(d - 1):
        product = product * Orthant(1)
    assert product.intrinsic_volumes() == Orthant(d).intrinsic_volumes()


# --- coincidences of families


def test_families_that_coincide() -> None:
    for n in range(2, 7):
        essential = WeylChamber("A", n - 1).intrinsic_volumes()
        assert list(MonotoneCone(n).intrinsic_volumes()) == [0, *essential]
        b = WeylChamber("B", n)
        assert NonnegativeMonotoneCone(n).intrinsic_volumes() == b.intrinsic_volumes()
        assert WeylChamber("C", n) == b
        sector = CircularCone(2, pi / (2 * n)).intrinsic_volumes()
        assert sector == WeylChamber("I2", n).intrinsic_volumes()
    d3, a3 = WeylChamber("D", 3), WeylChamber("A", 3)
    assert d3.intrinsic_volumes() == a3.intrinsic_volumes()
    assert WeylChamber("D", 2).intrinsic_volumes() == Orthant(2).intrinsic_volumes()
    assert WeylChamber("B", 2).intrinsic_volumes() == WeylChamber("I2", 4).intrinsic_volumes()
    assert WeylChamber("A", 2).intrinsic_volumes() == WeylChamber("I2", 3).intrinsic_volumes()
    assert agree(PSDCone(2).intrinsic_volumes(), LorentzCone(3).intrinsic_volumes())
    assert CircularCone(4, 0).intrinsic_volumes() == Ray(4).intrinsic_volumes()
    assert CircularCone(4, "pi/2").intrinsic_volumes() == HalfSpace(4).intrinsic_volumes()


# --- second moments by quadrature


@pytest.mark.parametrize("d", [2, 3, 4, 7, 25])
@pytest.mark.parametrize("angle", ["1/10", "pi/4", "pi/3", "3/2"])
def test_moments_of_circular_cones(d: int, angle: str) -> None:
    """|P g| = |g| cos(theta - a) between cone and polar, theta the angle between g and the axis."""
    cone = CircularCone(d, angle)
    v = cone.intrinsic_volumes()
    a = float(cone.angle)
    for power in (2, 4):

        def integrand(theta: float, power: int = power) -> float:
            return math.cos(max(theta - a, 0)) ** power * math.sin(theta) ** (d - 2)

        whole = quad(lambda theta: math.sin(theta) ** (d - 2), 0, math.pi)[0]
        pieces = [(0, a), (a, a + math.pi / 2)]
        share = sum(quad(integrand, low, high)[0] for low, high in pieces) / whole
        mean = share * (d if power == 2 else d * (d + 2))
        by_volumes = v.moment(1) if power == 2 else v.moment(2) + 2 * v.moment(1)
        assert abs(float(by_volumes) / mean - 1) < 1e-9


@lru_cache(maxsize=1)
def psd3_moments() -> list[float]:
    """E |P X|^(2j), j = 0..6, X a standard Gaussian symmetric 3 x 3 matrix, by quadrature.

    The eigenvalues have the density |V| exp(-|l|^2/2), V Vandermonde; so X has radius chi_6 and
    eigenvalue direction of density |V| on the sphere. In polar coordinates about (1,1,1) with
    azimuth phi in an ordered sector, |V| is sin^3(theta) times |sin(3 phi)| up to a constant.
    """
    nodes, weights = np.polynomial.legendre.leggauss(60)

    def rule(low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
        return low + (high - low) * (nodes + 1) / 2, weights * (high - low) / 2

    axes = np.array([[1, 1, 1], [1, -1, 0], [1, 1, -2]]) / np.sqrt([[3], [2], [6]])
    totals = np.zeros(7)
    for phi, weight in zip(*rule(0, math.pi / 3), strict=True):
        # Vandermonde vanishes at phi = 0 and pi/3 when phi starts where two eigenvalues meet.
        turned = phi + math.pi / 6
        side = math.cos(turned) * axes[1] + math.sin(turned) * axes[2]
        cuts = sorted({0.0, math.pi, *(math.atan2(1 / math.sqrt(3), -s) for s in side)})
        for low, high in pairwise(cuts):
            theta, w = rule(low, high)
            values = np.outer(np.cos(theta), axes[0]) + np.outer(np.sin(theta), side)
            x, y, z = values.T
            vandermonde = np.abs((x - y) * (y - z) * (x - z))
            squares = (np.maximum(values, 0) ** 2).sum(axis=1)
            for j in range(7):
                totals[j] += weight * (w * vandermonde * np.sin(theta) * squares**j).sum()
    radial = [math.prod(range(6, 6 + 2 * j, 2)) for j in range(7)]
    return [float(r * t / totals[0]) for r, t in zip(radial, totals, strict=True)]


def psd3_solved() -> np.ndarray:
    """The v_k from E |P X|^(2j) = sum_k k (k+2) .. (k+2j-2) v_k, j = 0..6."""
    table = [[math.prod(range(k, k + 2 * j, 2)) for k in range(7)] for j in range(7)]
    scale = np.array([math.prod(range(6, 6 + 2 * j, 2)) for j in range(7)], dtype=float)
    return np.linalg.solve(np.array(table) / scale[:, None], np.array(psd3_moments()) / scale)


def test_psd3_from_its_moments() -> None:
    exact = [float(x) for x in PSDCone(3).intrinsic_volumes()]
    assert np.allclose(psd3_solved(), exact, atol=1e-9)


def test_a_swap_of_v1_and_half_v3_is_caught() -> None:
    v = PSDCone(3).intrinsic_volumes()
    swapped = IntrinsicVolumes([v[0], v[3] / 2, v[2], 2 * v[1], v[4], v[3] / 2, v[6]])

    def fourth(w: IntrinsicVolumes) -> float:
        return float(w.moment(2) + 2 * w.moment(1))

    assert same(swapped.total(), 1)
    assert same(swapped.gauss_bonnet(), 0)
    assert same(swapped.moment(1), 3)
    assert abs(fourth(v) - psd3_moments()[2]) < 1e-8
    assert abs(fourth(swapped) - psd3_moments()[2]) > 0.1


# --- faces


@pytest.mark.parametrize("n", range(1, 6))
def test_faces(n: int) -> None:
    for cone in (Orthant(n), NonnegativeMonotoneCone(n), WeylChamber("B", n)):
        assert cone.f_vector() == tuple(math.comb(n, k) for k in range(n + 1))
    assert MonotoneCone(n).f_vector() == (0, *(math.comb(n - 1, k) for k in range(n)))


# --- bad input


BAD = [0, -1, True, 2.5, float("nan"), 10**9, "3", None]


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize("family", [Orthant, MonotoneCone, NonnegativeMonotoneCone, LorentzCone])
def test_bad_dimensions(family: type, value: object) -> None:
    with refused():
        family(value)


BAD_CALLS = [
    lambda: ProductCone([]),
    lambda: ProductCone([Orthant(2), 3]),
    lambda: PolarCone([[1, 0]]),
    lambda: Orthant(3).embed(2),
    lambda: WeylChamber("B", 0),
    lambda: WeylChamber("B", -3),
    lambda: WeylChamber("B", True),
    lambda: WeylChamber("B", 2.0),
    lambda: WeylChamber("B", mpz(10) ** 5000),
    lambda: WeylChamber("B"),
    lambda: WeylChamber("E", 5),
    lambda: WeylChamber("E9"),
    lambda: WeylChamber("F", 3),
    lambda: WeylChamber("H", 2),
    lambda: WeylChamber("I2", 1),
    lambda: WeylChamber("I2"),
    lambda: WeylChamber("X", 3),
    lambda: WeylChamber(3, "B"),
    lambda: PSDCone(0),
    lambda: PSDCone(True),
    lambda: PSDCone(10**6),
    lambda: PSDCone(2).contains([[1, 2], [3, 4]]),
    lambda: PSDCone(2).contains([[1, 2]]),
    lambda: PSDCone(2).contains([1, 2]),
    lambda: PSDCone(2).contains("abc"),
    lambda: PSDCone(2).contains([float("nan"), 0, 0]),
    lambda: CircularCone(0, 1),
    lambda: CircularCone(3, 2),
    lambda: CircularCone(3, -0.1),
    lambda: CircularCone(3, pi),
    lambda: CircularCone(3, -pi / 4),
    lambda: CircularCone(3, sympy.atan(2) + 1),
    lambda: CircularCone(3, float("nan")),
    lambda: CircularCone(3, float("inf")),
    lambda: CircularCone(3, sympy.nan),
    lambda: CircularCone(3, sympy.oo),
    lambda: CircularCone(3, sympy.I),
    lambda: CircularCone(3, sympy.asin(2)),
    lambda: CircularCone(3, sympy.Symbol("x")),
    lambda: CircularCone(3, "pi/0"),
    lambda: CircularCone(3, "__import__('os')"),
    lambda: CircularCone(3, True),
    lambda: CircularCone(3, None),
    lambda: CircularCone(3, Ball.between(2, 3)),
    lambda: CircularCone(3, 1).contains([1, 2]),
    lambda: Orthant(2).contains([1, float("nan")]),
    lambda: Orthant(2).contains(["a", 1]),
    lambda: PSDCone(4).intrinsic_volumes(),
]


@pytest.mark.parametrize("call", BAD_CALLS)
def test_bad_input_is_one_line(call: object) -> None:
    with pytest.raises(PolygeoError) as caught:
        call()  # type: ignore[operator]
    assert isinstance(caught.value, DomainError | NoExactValue)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@settings(max_examples=30, deadline=None)
@given(
    st.one_of(
        st.builds(Orthant, st.integers(1, 40)),
        st.builds(MonotoneCone, st.integers(2, 40)),
        st.builds(WeylChamber, st.sampled_from("ABD"), st.integers(2, 40)),
        st.builds(WeylChamber, st.just("I2"), st.integers(2, 10**9)),
    )
)
def test_any_parameters(cone: Cone) -> None:
    v = cone.intrinsic_volumes()
    assert v.total() == 1
    assert v.gauss_bonnet() == 0
    assert all(v[k] ** 2 >= v[k - 1] * v[k + 1] for k in range(1, len(v) - 1))  # log-concave
