"""Closed-form cone families: what every cone must satisfy, and a second method for every number.

Simulated tests have fixed seeds; the bound of each is far enough that a right program fails it
for fewer than one seed in a million.
"""

import math
import pickle
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
import sympy
from gmpy2 import mpq, mpz
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import nnls
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
from polygeo.cones.families.root_system import dual_forms, simple_forms
from polygeo.errors import DomainError, NoExactValue, PolygeoError, Undecided
from polygeo.formula_index import catalogue
from polygeo.polyhedra.surd import sign_of_surd
from polygeo.volumes import IntrinsicVolumes

TYPES = [("A", 1), ("A", 4), ("B", 2), ("B", 5), ("D", 2), ("D", 5), ("E", 6), ("E", 7), ("E", 8)]
TYPES += [("F", 4), ("H", 3), ("H", 4), ("I2", 2), ("I2", 4), ("I2", 7)]
CHAMBERS = [WeylChamber(*kind) for kind in TYPES]

CONES: list[Cone] = [
    *CHAMBERS,
    Orthant(1),
    Orthant(7),
    MonotoneCone(2),
    MonotoneCone(6),
    NonnegativeMonotoneCone(4),
    CircularCone(1, "pi/3"),
    CircularCone(2, "pi/5"),
    CircularCone(4, pi / 6),
    CircularCone(5, sympy.atan(2)),
    CircularCone(6, 0.3),
    CircularCone(30, "pi/12"),
    CircularCone(7, mpq(3, 2)),
    CircularCone(4, Ball.between("0.5", "0.5000000001")),
    CircularCone(4, 0),
    CircularCone(4, pi / 2),
    LorentzCone(4),
    LorentzCone(33),
    PSDCone(1),
    PSDCone(2),
    PSDCone(3),
]


def same(a: object, b: object, width: float = 1e-8) -> bool:
    """Equal when exact, overlapping and narrow when certified."""
    if isinstance(a, Ball) or isinstance(b, Ball):
        difference = a - b if isinstance(a, Ball) else b - a
        return difference.contains(0) and float(difference.rad) < width
    return sympy.simplify(sympy.S(a) - sympy.S(b)) == 0


def agree(v: IntrinsicVolumes, w: IntrinsicVolumes) -> bool:
    return len(v) == len(w) and all(same(a, b) for a, b in zip(v, w, strict=True))


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


# --- reflection groups against their roots


def rows(forms: object, rank: int) -> np.ndarray:
    matrix = []
    for form in forms:  # type: ignore[attr-defined]
        row = np.zeros(rank)
        for i, c, n in form:
            row[i] += float(c) * math.sqrt(n)
        matrix.append(row / np.linalg.norm(row))
    return np.array(matrix)


COXETER = {"A": [3], "B": [4, 3], "D": [3], "E": [3], "F": [3, 4], "H": [3, 5]}


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind[0] != "I2"], ids=str)
def test_roots_of_a_type(kind: tuple[str, int]) -> None:
    """The roots made by reflections number 2 (m_1 + .. + m_r), and the angles are the type's."""
    letter, rank = kind
    simple, dual = rows(simple_forms(*kind), rank), rows(dual_forms(*kind), rank)
    pairing = simple @ dual.T
    assert np.allclose(pairing, np.diag(np.diag(pairing)), atol=1e-12)
    assert np.diag(pairing).min() > 0.05
    bonds = np.pi / np.arccos(-(simple @ simple.T)[np.triu_indices(rank, 1)].clip(-1, 1))
    labels = np.rint(bonds)
    assert np.allclose(bonds, labels)
    assert set(labels) <= {2, *COXETER[letter]}
    assert sum(labels > 2) == (0 if kind == ("D", 2) else rank - 1)
    found = {tuple(np.round(a, 6) + 0.0): a for a in simple}
    fresh = list(found.values())
    while fresh:
        images = [a - 2 * (a @ s) * s for a in fresh for s in simple]
        fresh = []
        for image in images:
            key = tuple(np.round(image, 6) + 0.0)
            if key not in found:
                found[key] = image
                fresh.append(image)
    assert len(found) == 2 * sum(WeylChamber(*kind).exponents)


@pytest.mark.parametrize("kind", [("A", 3), ("B", 3), ("D", 4), ("F", 4), ("H", 3)], ids=str)
def test_the_orbit_of_a_point_has_the_order_of_the_group(kind: tuple[str, int]) -> None:
    simple = rows(simple_forms(*kind), kind[1])
    start = np.arange(1, kind[1] + 1) @ np.linalg.inv(simple).T
    orbit, fresh = {tuple(np.round(start, 6) + 0.0)}, [start]
    while fresh:
        images = [x - 2 * (x @ s) * s for x in fresh for s in simple]
        fresh = [x for x in images if tuple(np.round(x, 6) + 0.0) not in orbit]
        fresh = list({tuple(np.round(x, 6) + 0.0): x for x in fresh}.values())
        orbit |= {tuple(np.round(x, 6) + 0.0) for x in fresh}
    chamber = WeylChamber(*kind)
    assert len(orbit) == chamber.order
    assert chamber.solid_angle() == mpq(1, len(orbit))


SIMULATED = [WeylChamber(*kind) for kind in [("A", 4), ("D", 4), ("F", 4), ("H", 4), ("E", 6)]]


@pytest.mark.parametrize("cone", SIMULATED, ids=repr)
def test_faces_of_projections(cone: WeylChamber) -> None:
    """Face dimensions of 3000 projections (non-negative least squares on the rays) against v_k:
    a chi-square statistic, and |P g|^4 against its mean E |P g|^4 = sum k (k+2) v_k."""
    rays = rows(dual_forms(cone.type, cone.index), cone.rank).T
    samples = 3000
    points = np.random.Generator(np.random.Philox(20)).standard_normal((samples, cone.rank))
    weights = np.array([nnls(rays, g)[0] for g in points])
    counts = np.bincount((weights > 1e-9).sum(axis=1), minlength=cone.rank + 1)
    v = cone.intrinsic_volumes()
    expected = samples * np.array([float(x) for x in v])
    common = expected >= 5
    counts = np.append(counts[common], counts[~common].sum())
    expected = np.append(expected[common], expected[~common].sum())
    statistic = ((counts - expected) ** 2 / np.maximum(expected, 1)).sum()
    assert statistic < 45  # at most 6 degrees of freedom: P < 5e-8
    fourth = ((weights @ rays.T) ** 2).sum(axis=1) ** 2
    error = fourth.std() / math.sqrt(samples)
    assert abs(fourth.mean() - float(v.moment(2) + 2 * v.moment(1))) < 5.5 * error


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


# --- circular cones: closed forms, balls, limits


@pytest.mark.parametrize("d", [2, 3, 8, 15])
@pytest.mark.parametrize(
    "angle", [pi / 4, pi / 12, sympy.atan(2), sympy.acos(sympy.Rational(1, 3))]
)
def test_closed_forms_lie_in_the_balls(d: int, angle: sympy.Expr) -> None:
    text = polygeo.decimal(angle, 40)
    gap = mpq(1, 10**38)
    ball = Ball.between(polygeo.answers.rational(text) - gap, polygeo.answers.rational(text) + gap)
    closed = CircularCone(d, angle).intrinsic_volumes()
    assert closed.kind == "exact"
    enclosed = CircularCone(d, ball).intrinsic_volumes()
    assert closed.compare(enclosed) == "overlap"
    assert max(x.rad for x in enclosed) < mpq(1, 10**30)


def test_digits_are_proved() -> None:
    for digits in (5, 50, 300):
        v = CircularCone(40, "2/3").intrinsic_volumes(digits)
        assert v.kind == "certified"
        assert min(x.proved_digits for x in v) >= digits
    assert CircularCone(200, "1/1000").intrinsic_volumes(20)[200].decimal(20)


@pytest.mark.parametrize("d", [2, 5, 30, 300])
def test_extreme_angles_cost_no_more(d: int) -> None:
    """v_0 of a thin cone is close to 1/2; computed as a value, not by 10^100 guard digits."""
    tiny = mpq(1, 10**100)
    thin = CircularCone(d, tiny).intrinsic_volumes(20)
    wide = CircularCone(d, pi / 2 - sympy.Rational(1, 10**100)).intrinsic_volumes(20)
    assert thin.compare(wide.reversed()) == "overlap"
    assert same(thin.total(), 1)
    assert abs(float(thin[d] / tiny ** (d - 1))) > 0


def test_position_of_an_angle() -> None:
    assert CircularCone(3, sympy.atan(2) + sympy.atan(sympy.Rational(1, 2))).lineality_dim == 2
    assert CircularCone(3, 0).dim == 1
    assert CircularCone(3, sympy.Rational(1, 2)) == CircularCone(3, 0.5)
    assert CircularCone(3, "pi/4") == CircularCone(3, pi / 4)
    near = polygeo.answers.rational(math.pi / 2)
    assert CircularCone(3, near).lineality_dim == 0
    with pytest.raises(DomainError, match="must lie in"):
        CircularCone(3, near + mpq(1, 10**16))
    with pytest.raises(Undecided):
        CircularCone(3, Ball.between("1.5", "1.6"))


# --- membership


def test_membership_on_boundaries() -> None:
    assert LorentzCone(3).contains([3, 4, 5])
    assert not LorentzCone(3).contains([3, 4, mpq(49999, 10000)])
    assert CircularCone(3, sympy.atan(mpq(4, 3))).contains([4, 0, 3])
    assert CircularCone(3, sympy.atan(mpq(4, 3))).polar().contains([3, 0, -4])
    assert not CircularCone(3, sympy.atan(mpq(4, 3))).polar().contains([3, 0, mpq(-39999, 10000)])
    assert CircularCone(2, 0).contains([0, 1])
    assert not CircularCone(2, 0).contains([mpq(1, 10**40), 1])
    assert CircularCone(2, "pi/2").contains([5, 0])
    assert WeylChamber("I2", 4).contains([1, 1])
    assert not WeylChamber("I2", 4).contains([1, mpq(10**30 + 1, 10**30)])
    assert WeylChamber("E", 6).contains([1, 1, 1, 1, 3, 5])
    assert WeylChamber("A", 8).contains([0, 0, 0, 0, 0, 0, 0, 1])
    assert MonotoneCone(3).polar().contains([1, -1, 0])
    assert not MonotoneCone(3).polar().contains([1, -1, mpq(-1, 10**30)])
    assert PSDCone(3).contains([[1, 1, 1]] * 3)
    assert not PSDCone(3).contains([[1, 1, 1], [1, 1, 1], [1, 1, mpq(999, 1000)]])
    assert PSDCone(4).polar().contains([[-int(i == j) for i in range(4)] for j in range(4)])
    with pytest.raises(Undecided):
        CircularCone(2, Ball.between("0.5", "0.6")).contains([1, mpq(5, 3)])


points = st.lists(st.integers(-4, 4), min_size=8, max_size=8)


@settings(max_examples=40, deadline=None)
@given(points, points, st.sampled_from([c for c in CONES if c.ambient_dim <= 8]))
def test_the_polar_makes_obtuse_angles(x: list[int], y: list[int], cone: Cone) -> None:
    a, b = x[: cone.ambient_dim], y[: cone.ambient_dim]
    if isinstance(getattr(cone, "angle", None), Ball):
        return
    if cone.contains(a) and cone.polar().contains(b):
        assert sum(p * q for p, q in zip(a, b, strict=True)) <= 0
    if cone.lineality_dim == 0 and any(a) and cone.contains(a):
        assert not cone.contains([-p for p in a])


@settings(max_examples=60, deadline=None)
@given(points, st.sampled_from([c for c in CHAMBERS if c.type != "I2"]))
def test_membership_of_chambers(x: list[int], cone: WeylChamber) -> None:
    point = x[: cone.rank]
    for forms, polar in ((simple_forms, False), (dual_forms, True)):
        products = rows(forms(cone.type, cone.index), cone.rank) @ np.array(point)
        worst = products.max() if polar else -products.min()
        if abs(worst) > 1e-9:
            inside = cone.polar().contains(point) if polar else cone.contains(point)
            assert inside == (worst < 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 12), st.integers(-9, 9), st.integers(-9, 9))
def test_membership_of_sectors(p: int, x: int, y: int) -> None:
    angle = math.atan2(y, x)
    if abs(angle - math.pi / p) > 1e-9:
        assert WeylChamber("I2", p).contains([x, y]) == (0 <= angle <= math.pi / p)
    ends = (x, x * math.cos(math.pi / p) + y * math.sin(math.pi / p))
    if abs(ends[1]) > 1e-9:
        assert WeylChamber("I2", p).polar().contains([x, y]) == (max(ends) <= 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_membership_of_psd(n: int, rank: int, data: st.DataObject) -> None:
    entries = st.lists(st.integers(-3, 3), min_size=n * rank, max_size=n * rank)
    factor = np.array(data.draw(entries)).reshape(n, rank)
    signs = data.draw(st.lists(st.sampled_from([1, 1, 1, -1]), min_size=rank, max_size=rank))
    matrix = factor @ np.diag(signs) @ factor.T
    least = np.linalg.eigvalsh(matrix).min()
    assert PSDCone(n).contains(matrix.tolist()) == (least > -1e-9)
    assert PSDCone(n).polar().contains((-matrix).tolist()) == (least > -1e-9)
    diagonal = [int(x) for x in np.diag(matrix)]
    upper = [int(matrix[i, j]) for i in range(n) for j in range(i + 1, n)]
    scaled = matrix / math.sqrt(2)
    np.fill_diagonal(scaled, diagonal)
    least = np.linalg.eigvalsh(scaled).min()
    if abs(least) > 1e-9:
        assert PSDCone(n).contains([*diagonal, *upper]) == (least > 0)


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 60)), max_size=6))
def test_signs_of_surds(terms: list[tuple[int, int]]) -> None:
    exact = sympy.Add(*(c * sympy.sqrt(n) for c, n in terms))
    expected = 0 if exact == 0 else (1 if exact > 0 else -1)
    assert sign_of_surd([(mpq(c), n) for c, n in terms]) == expected


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
    with pytest.raises(DomainError) as caught:
        family(value)
    assert "\n" not in str(caught.value)


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


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 60), st.fractions(0, Fraction(3, 2)))
def test_any_circular_cone(d: int, angle: object) -> None:
    v = CircularCone(d, angle).intrinsic_volumes(15)
    assert same(v.total(), 1)
    assert same(v.gauss_bonnet(), 0)
