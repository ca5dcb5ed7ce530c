"""Expected face numbers: classical values, exact relations, second methods, and simulation."""

import json
import pickle
from math import comb

import pytest
import sympy
from gmpy2 import mpq
from refusals import refused

from polygeo import decimal
from polygeo.answers import Ball
from polygeo.errors import DomainError, NoExactValue
from polygeo.polytopes import (
    BetaPolytope,
    BetaPrimePolytope,
    FVector,
    HalfSphereHull,
    PoissonPolytope,
    PoissonVoronoiCell,
    PoissonZeroCell,
    WeylSection,
    beta_growth,
    sylvester,
    sylvester_half_sphere,
    sylvester_prime,
)

DIMENSIONS = range(2, 11)


pi = sympy.pi


# --- the f-vector as a value


def test_an_f_vector_is_a_value():
    f = PoissonVoronoiCell(3).f_vector()
    assert len(f) == f.dim == 3
    assert f[-1] == f[2] == 2 + 48 * pi**2 / 35
    assert f[:1] == (96 * pi**2 / 35,)
    assert pickle.loads(pickle.dumps(f)) == f
    assert len({f, FVector(f._values)}) == 1
    assert json.loads(json.dumps(f.to_dict()))["dim"] == 3
    assert f._repr_latex_().startswith("$")
    assert f.polar().polar() == f
    assert f.kind == "exact"
    with pytest.raises(AttributeError):
        f.source = "x"
    with pytest.raises(DomainError):
        FVector([])
    with pytest.raises(DomainError):
        FVector([0.5])


def test_relations_fail_where_they_should():
    assert not FVector([4, 6, 5]).euler_relation()
    assert FVector([5, 8, 5]).euler_relation()
    assert not FVector([5, 8, 5]).dehn_sommerville()  # the square pyramid is not simplicial
    assert not FVector([6 + pi, 9, 5]).euler_relation()
    third = Ball.of(mpq(1, 3), 100)
    assert FVector([third + 4, third + 6, 4]).euler_relation()
    assert not FVector([third + 4, third + 5, 4]).euler_relation()
    root = sympy.sqrt(2)
    assert FVector([root * root + 2, 2 * root**2 + 2, 4]).euler_relation()
    assert not FVector([root, 2 * root, 4]).euler_relation()
    nested = sympy.sqrt(3 + 2 * root) - root  # = 1
    assert FVector([4, 5 + nested, 4]).euler_relation()
    cross = FVector([2**k * comb(5, k) for k in range(1, 6)])
    assert cross.dehn_sommerville()
    assert cross.polar().dehn_sommerville(simplicial=False)
    assert not cross.dehn_sommerville(simplicial=False)


# --- exact relations in dimensions 2 to 10


@pytest.mark.parametrize("d", DIMENSIONS)
def test_cells_are_simple(d):
    for cell in (PoissonVoronoiCell(d), PoissonZeroCell(d)):
        f = cell.f_vector()
        assert f.kind == "exact"
        assert f.euler_relation()
        assert f.dehn_sommerville(simplicial=False)


@pytest.mark.parametrize("d", DIMENSIONS)
def test_hulls_are_simplicial(d):
    models = [
        BetaPolytope(d + 4, d, 0),
        BetaPolytope(d + 3, d, -1),
        BetaPolytope(d + 5, d, "1/2"),
        BetaPrimePolytope(d + 4, d, mpq(d, 2) + 1),
        BetaPrimePolytope(d + 3, d, mpq(d + 3, 2)),
        HalfSphereHull(d + 5, d),
        PoissonPolytope(d, 2),
    ]
    for model in models:
        f = model.f_vector(exact=True)
        assert f.euler_relation()
        assert f.dehn_sommerville()
        assert all(mpq(decimal(value, 20)) > 0 for value in f)


@pytest.mark.parametrize("d", DIMENSIONS)
def test_hulls_of_d_plus_1_points_are_simplices(d):
    faces = tuple(comb(d + 1, k + 1) for k in range(d))
    for model in (
        BetaPolytope(d + 1, d, 0),
        BetaPolytope(d + 1, d, 1),
        BetaPrimePolytope(d + 1, d, d),
        HalfSphereHull(d + 1, d),
    ):
        assert tuple(model.f_vector()) == faces
    certified = BetaPolytope(d + 1, d, "1/3").f_vector(20)
    assert all(ball.contains(count) for ball, count in zip(certified, faces, strict=True))


@pytest.mark.parametrize("d", [2, 3, 6, 9])
def test_certified_and_exact_agree(d):
    for model in (
        BetaPolytope(d + 6, d, 0),
        BetaPolytope(d + 6, d, -1),
        BetaPrimePolytope(d + 6, d, d),
        HalfSphereHull(d + 6, d),
        PoissonPolytope(d, 1),
        PoissonPolytope(d, d),
        PoissonVoronoiCell(d),
    ):
        exact, balls = model.f_vector(exact=True), model.f_vector(25, exact=False)
        assert balls.kind == "certified"
        assert balls.dehn_sommerville(simplicial=not isinstance(model, PoissonVoronoiCell))
        for value, ball in zip(exact.enclosed(30), balls, strict=True):
            assert ball.overlaps(value)
            assert ball.proved_digits >= 24
            assert ball.source.startswith("polytopes.")


def test_points_on_the_sphere_are_all_vertices():
    for n, d in ((10, 2), (20, 3), (12, 5)):
        assert BetaPolytope(n, d, -1).f_vector()[0] == n
    assert BetaPolytope(30, 3, -1).f_vector()[:] == (30, 84, 56)
    ball = BetaPolytope(12, 4, mpq(-1) + mpq(1, 10**9)).f_vector(30)[0]
    assert ball < 12
    assert ball > 12 - mpq(1, 10**6)


# --- classical values


def test_poisson_voronoi_cells():
    assert PoissonVoronoiCell(1).f_vector()[:] == (2,)
    assert PoissonVoronoiCell(2).f_vector()[:] == (6, 6)
    assert PoissonVoronoiCell(3).f_vector()[0] == 96 * pi**2 / 35
    assert PoissonVoronoiCell(4).f_vector()[3] == mpq(340, 9)  # mean number of neighbours


def test_delaunay_and_typical_faces():
    space = PoissonVoronoiCell(3)
    assert space.delaunay_degree(0, 1) == space.f_vector()[2]
    assert space.delaunay_degree(2, 3) == 2
    assert sympy.simplify(space.delaunay_degree(1, 3) - 144 * pi**2 / (24 * pi**2 + 35)) == 0
    assert space.typical_face(1)[:] == (2,)
    assert space.typical_face(3) == space.f_vector()
    for d in (2, 4, 6):
        cell = PoissonVoronoiCell(d)
        assert cell.delaunay_degree(d - 1, d) == 2
        for s in range(1, d + 1):
            assert cell.typical_face(s).dehn_sommerville(simplicial=False)
    with pytest.raises(DomainError):
        space.delaunay_degree(2, 1)
    with pytest.raises(DomainError):
        space.typical_face(0)


def test_zero_cells():
    assert PoissonZeroCell(1).f_vector()[:] == (2,)
    assert PoissonZeroCell(2).f_vector()[:] == (pi**2 / 2, pi**2 / 2)
    assert PoissonZeroCell(3).f_vector()[0] == 4 * pi**2 / 3


@pytest.mark.parametrize("d", [*range(1, 15), 24, 31])
def test_the_zero_cell_in_closed_form_is_the_poisson_sum(d):
    assert PoissonZeroCell(d).f_vector() == PoissonZeroCell(d).poisson_sum()


def test_zero_cells_of_high_dimension_are_balls_of_the_exact_value():
    f = PoissonZeroCell(90).f_vector(15)
    assert f.kind == "certified"
    exact = PoissonZeroCell(90).f_vector(exact=True)
    assert exact.dehn_sommerville(simplicial=False)
    assert exact.decimal(12) == f.decimal(12)


# --- Sylvester's problem


def test_sylvester_classical():
    assert sylvester(1) == 1
    assert sylvester(2) == 35 / (12 * pi**2)
    assert sylvester(3) == 5 * mpq(9, 715)  # five times the mean volume of a tetrahedron
    assert sylvester(5, -1) == 0
    assert sylvester_half_sphere(1) == 1


@pytest.mark.parametrize("d", range(1, 10))
def test_sylvester_counts_vertices(d):
    ball = BetaPolytope(d + 2, d, 0).f_vector(exact=True)[0]
    assert sympy.expand(d + 2 - sympy.sympify(ball) - sympy.sympify(sylvester(d))) == 0
    half = HalfSphereHull(d + 2, d).f_vector(exact=True)[0]
    assert sympy.expand(d + 2 - half - sympy.sympify(sylvester_half_sphere(d))) == 0
    third = sylvester_prime(d, mpq(d, 2) + mpq(2, 3))
    faces = BetaPrimePolytope(d + 2, d, mpq(d, 2) + mpq(2, 3)).f_vector()[0]
    if d == 1:
        assert third == 1
    else:
        assert (faces + third).contains(d + 2)


def test_sylvester_in_many_dimensions():
    assert decimal(sylvester(1000), 5)
    assert isinstance(sylvester(40, 1), Ball)
    assert mpq(decimal(sylvester(30, 1), 8)) > 0


# --- many points


@pytest.mark.parametrize(("d", "beta"), [(2, 0), (3, 0), (4, "1/2"), (3, "2/7"), (3, -1)])
def test_growth(d, beta):
    """E f_k / (C n^p) tends to 1 like n^(-2/(alpha + 1)), the next order of Laplace's method."""
    growth = beta_growth(d, beta)
    assert len(growth) == d
    for k in range(d):
        gaps = []
        for n in (10**4, 10**6, 10**8):
            value = BetaPolytope(n, d, beta).f_vector(15, exact=False)[k]
            scale = float(mpq(decimal(growth[k], 15))) * n ** float(growth.exponent)
            gaps.append(abs(float(value) / scale - 1))
        assert gaps[2] < 1e-2
        if gaps[0] > 1e-9:
            rate = 100 ** (-2 / float(2 * mpq(beta) + d + 1))
            assert gaps[1] / gaps[0] == pytest.approx(rate, rel=0.5) or gaps[1] < rate * gaps[0]


def test_growth_exact_and_certified():
    for d, beta in ((2, 0), (3, 0), (5, 0), (4, 1), (3, "1/2"), (4, -1)):
        exact, balls = beta_growth(d, beta), beta_growth(d, beta, 25, exact=False)
        for value, ball in zip(exact.constants, balls.constants, strict=True):
            assert abs(ball.mid - mpq(decimal(value, 30))) < abs(ball.mid) / 10**20
    assert beta_growth(3, -1).constants == (1, 3, 2)
    with pytest.raises(DomainError):
        beta_growth(1, 0)


@pytest.mark.parametrize("d", [2, 3, 5])
def test_half_sphere_hulls_tend_to_the_polar_of_the_zero_cell(d):
    limit = HalfSphereHull(d + 1, d).limit()
    assert limit == PoissonZeroCell(d).f_vector().polar()
    goal = [float(mpq(x)) for x in limit.decimal(15)]
    for n in (10**4, 10**6):
        found = [float(x) for x in HalfSphereHull(n, d).f_vector(15)]
        assert all(abs(x - y) < 40 * y / n for x, y in zip(found, goal, strict=True))


def test_beta_prime_hulls_tend_to_poisson_polytopes():
    model = BetaPrimePolytope(10**8, 3, mpq(5, 2))
    assert model.limit() == PoissonPolytope(3, 2).f_vector()
    for x, y in zip(model.f_vector(15), model.limit(), strict=True):
        assert abs(float(x) - float(y)) < 1e-2


# --- simulation


@pytest.mark.parametrize(
    "model",
    [
        PoissonVoronoiCell(2),
        PoissonVoronoiCell(3),
        PoissonZeroCell(2),
        PoissonZeroCell(3),
        PoissonPolytope(2, "3/2"),
        BetaPolytope(9, 2, 0),
        BetaPolytope(9, 3, "1/3"),
        BetaPrimePolytope(9, 3, 2),
        HalfSphereHull(9, 3),
    ],
    ids=str,
)
def test_simulated_face_numbers(model):
    """500 realisations within 5.5 standard errors, 4e-8 for each of 22 numbers."""
    found = model.estimate_f_vector(500, seed=11)
    for estimate, value in zip(found, model.f_vector(20).decimal(15), strict=True):
        assert abs(float(estimate.mean) - float(value)) < 5.5 * float(estimate.stderr)


def test_the_simulated_voronoi_cell_has_area_1():
    from scipy.spatial import ConvexHull

    areas = [ConvexHull(PoissonVoronoiCell(2).sample(seed)).volume for seed in range(400)]
    spread = (sum(a * a for a in areas) / 400 - (sum(areas) / 400) ** 2) ** 0.5
    assert abs(sum(areas) / 400 - 1) < 5.5 * spread / 20  # false alarm 4e-8


def test_samples_have_the_right_shape_and_law():
    sphere = BetaPolytope(50, 4, -1).sample(3)
    assert sphere.shape == (50, 4)
    assert (abs((sphere**2).sum(axis=1) - 1) < 1e-12).all()
    assert (BetaPolytope(50, 4, 0).sample(3) ** 2).sum(axis=1).max() < 1
    assert (BetaPolytope(50, 4, 0).sample(3) == BetaPolytope(50, 4, 0).sample(3)).all()
    with pytest.raises(DomainError):
        BetaPolytope(10**9, 3, 0).sample(1)


# --- bad input


@pytest.mark.parametrize(
    "call",
    [
        lambda: BetaPolytope(3, 3, 0),
        lambda: BetaPolytope(10, 0, 0),
        lambda: BetaPolytope(10, 3, -2),
        lambda: BetaPolytope(10, 3, "x"),
        lambda: BetaPolytope(10, 3, sympy.sqrt(2)),
        lambda: BetaPolytope(10, 1, -1),
        lambda: BetaPolytope(10.0, 3, 0),
        lambda: BetaPolytope(True, 3, 0),
        lambda: BetaPolytope(10**13, 3, 0),
        lambda: BetaPolytope(10**400, 3, 0),
        lambda: BetaPrimePolytope(10, 3, "3/2"),
        lambda: BetaPrimePolytope(10, 3, float("inf")),
        lambda: BetaPrimePolytope(10, 4, "21/10").f_vector(),
        lambda: HalfSphereHull(2, 2),
        lambda: HalfSphereHull(10, 121),
        lambda: PoissonPolytope(0, 1),
        lambda: PoissonPolytope(2, 0),
        lambda: PoissonVoronoiCell(0),
        lambda: PoissonVoronoiCell(61),
        lambda: PoissonZeroCell(-1),
        lambda: PoissonZeroCell("3"),
        lambda: WeylSection("E", 8, 3),
        lambda: WeylSection("D", 3, 2),
        lambda: WeylSection("B", 3, 4),
        lambda: WeylSection("B", 3, 1).f_vector(),
        lambda: sylvester(0),
        lambda: sylvester(2, -3),
        lambda: sylvester(10**6),
        lambda: sylvester_prime(3, 1),
        lambda: sylvester_half_sphere(0),
    ],
)
def test_bad_input_is_one_line(call):
    with refused() as failure:
        call()
    assert len(str(failure.value)) < 200


def test_exactness_on_demand():
    with pytest.raises(NoExactValue):
        BetaPolytope(10, 3, "1/3").f_vector(exact=True)
    with pytest.raises(NoExactValue):
        BetaPolytope(10**6, 3, 0).f_vector(exact=True)
    assert BetaPolytope(10**6, 3, 0).f_vector(20).kind == "certified"


def test_a_vector_made_of_its_entries_is_equal():
    """Entries with pi are kept in another form than SymPy's, in which they are given."""
    cell = PoissonZeroCell(3).f_vector()
    again = FVector(list(cell))
    assert any(x.has(sympy.pi) for x in cell if hasattr(x, "has"))
    assert again == cell == FVector(tuple(again))
    assert hash(again) == hash(cell)
    assert cell != FVector([*list(cell)[:-1], 7])
