"""Gaussian polytopes, random projections, walks and bridges: numbers, identities, simulation.

Each simulated number is held to an interval that misses the truth with probability 1e-6; there
are fewer than 200 of them, so a false alarm has probability below 2e-4. Seeds are fixed.
"""

import pickle
import time
from itertools import pairwise
from math import comb

import numpy as np
import pytest
import sympy
from flint import acb
from gmpy2 import mpq
from refusals import refused

from polygeo.answers import Ball, Estimate, certified_integral, certify
from polygeo.answers.numerics.evaluation import evaluate_to_arb
from polygeo.errors import DomainError
from polygeo.polytopes import (
    BetaPolytope,
    BetaPrimePolytope,
    GaussianPolytope,
    HalfSphereHull,
    PoissonPolytope,
    PoissonVoronoiCell,
    PoissonZeroCell,
    ProjectedCrosspolytope,
    ProjectedCube,
    ProjectedSimplex,
    RandomBridgeHull,
    RandomWalkHull,
    SymmetricGaussianPolytope,
)
from polygeo.polytopes.hulls.counting import face_counts
from polygeo.polytopes.projected_faces import projected_f_vector, projected_faces
from polygeo.polytopes.projections import random_projection
from polygeo.polytopes.stirling import cycle_number, partition_number
from polygeo.thresholds import weak_l1, weak_nonnegative, weak_orthant

SIMPLICIAL = [
    GaussianPolytope,
    SymmetricGaussianPolytope,
    ProjectedSimplex,
    ProjectedCrosspolytope,
    RandomWalkHull,
    RandomBridgeHull,
]

SIMULATED = [
    (GaussianPolytope(10, 2), 1000),
    (GaussianPolytope(20, 3), 1000),
    (GaussianPolytope(7, 4), 1000),
    (GaussianPolytope(9, 5), 400),
    (SymmetricGaussianPolytope(6, 2), 1000),
    (SymmetricGaussianPolytope(8, 3), 1000),
    (SymmetricGaussianPolytope(6, 4), 600),
    (ProjectedSimplex(8, 3), 1000),
    (ProjectedCrosspolytope(7, 3), 1000),
    (ProjectedCube(5, 2), 20),
    (ProjectedCube(7, 3), 20),
    (ProjectedCube(6, 4), 10),
    (RandomWalkHull(10, 2), 1000),
    (RandomWalkHull(15, 3), 1000),
    (RandomWalkHull(8, 4), 600),
    (RandomBridgeHull(10, 2), 1000),
    (RandomBridgeHull(15, 3), 1000),
    (RandomBridgeHull(8, 4), 600),
    (BetaPolytope(10, 2, 0), 1000),
    (BetaPolytope(10, 3, 0), 1000),
    (BetaPolytope(8, 4, 0), 600),
    (BetaPolytope(10, 4, -1), 600),
    (BetaPolytope(9, 3, "1/3"), 1000),
    (BetaPrimePolytope(8, 2, "3/2"), 1000),
    (BetaPrimePolytope(9, 3, "5/2"), 1000),
    (BetaPrimePolytope(8, 4, 3), 600),
    (HalfSphereHull(8, 2), 1000),
    (HalfSphereHull(12, 3), 1000),
    (HalfSphereHull(8, 4), 600),
    (PoissonPolytope(3, 2), 1000),
    (PoissonPolytope(3, "1/2"), 600),
    (PoissonVoronoiCell(2), 1000),
    (PoissonVoronoiCell(3), 1000),
    (PoissonVoronoiCell(4), 400),
    (PoissonZeroCell(2), 1000),
    (PoissonZeroCell(3), 1000),
    (PoissonZeroCell(4), 600),
]
"""Models and numbers of hulls; add a line here for a new model."""


def narrow(value):
    """A rational or a Ball of 25 digits for an exact or certified answer."""
    if isinstance(value, Ball) or not hasattr(value, "free_symbols"):
        return value
    return certify(lambda: evaluate_to_arb(value), 25)


@pytest.mark.parametrize(("model", "samples"), SIMULATED, ids=[str(m) for m, _ in SIMULATED])
def test_simulated_hulls_agree(model, samples):
    estimates = model.estimate_f_vector(samples, seed=20)
    for expected, estimate in zip(model.f_vector(), estimates, strict=True):
        assert estimate.agrees(narrow(expected))
        assert estimate.stderr < 0.05 * estimate.mean


@pytest.mark.parametrize("family", SIMPLICIAL)
@pytest.mark.parametrize("d", range(1, 11))
def test_euler_dehn_and_sommerville(family, d):
    for n in (d + 1, d + 2, d + 3, d + 7, 30):
        f = family(n, d).f_vector(25)
        assert len(f) == d
        assert f.euler_relation()
        assert f.dehn_sommerville()


@pytest.mark.parametrize("n", [1, 2, 5, 8, 13])
def test_zonotopes_obey_the_relations_of_cubical_polytopes(n):
    """sum_{j=k}^{d-1} (-1)^j 2^{j-k} C(j, k) f_j = (-1)^{d-1} f_k (Grünbaum, section 9.4)."""
    for d in range(1, n + 1):
        f = ProjectedCube(n, d).f_vector()
        assert f.euler_relation()
        for k in range(d):
            total = sum((-1) ** j * 2 ** (j - k) * comb(j, k) * f[j] for j in range(k, d))
            assert total == (-1) ** (d - 1) * f[k]


def test_the_least_sizes_are_simplices_crosspolytopes_and_cubes():
    for d in range(1, 8):
        simplex = [comb(d + 1, k + 1) for k in range(d)]
        for family in (GaussianPolytope, RandomBridgeHull, ProjectedSimplex):
            assert list(family(d + 1, d).f_vector()) == simplex
        assert list(RandomWalkHull(d, d).f_vector()) == simplex
        cross = [2 ** (k + 1) * comb(d, k + 1) for k in range(d)]
        assert list(SymmetricGaussianPolytope(d, d).f_vector()) == cross
        assert list(ProjectedCube(d, d).f_vector()) == [2 ** (d - k) * comb(d, k) for k in range(d)]


def test_renyi_and_sulanke():
    """E f_1 = n(n-1) P[the other points lie on one side], the density integral of the plane."""
    for n in (3, 6, 20, 50):

        def integrand(x, _, n=n):
            below = (-x / acb(2).sqrt()).erfc() / 2
            return n * (n - 1) * (-x * x).exp() * below ** (n - 2) / acb.pi().sqrt()

        integral = certified_integral(integrand, -12, 12, 20)
        beyond = Ball.between(0, mpq(1, 10**50))
        assert (integral + beyond).overlaps(narrow(GaussianPolytope(n, 2).facets()))


@pytest.mark.parametrize("c", [1, 2])
@pytest.mark.parametrize("d", [2, 3])
@pytest.mark.parametrize("spare", [1, 2])
def test_elementary_values_are_those_of_the_angle_sum(monkeypatch, c, d, spare):
    n = d + spare + 2 - c
    exact = projected_f_vector(c, n, d)
    rational = (c, d, spare) == (2, 3, 1)  # tan(pi/6) = 1/sqrt 3
    assert all(type(x) is type(mpq()) if rational else x.has(sympy.pi) for x in exact)
    monkeypatch.setattr("polygeo.polytopes.projected_faces._exact", lambda c, n, d: None)
    for k, value in enumerate(exact):
        assert projected_faces(c, n, d, k, 30).overlaps(narrow(value))


def test_more_digits_lie_inside():
    for model in (GaussianPolytope(40, 7), SymmetricGaussianPolytope(40, 7)):
        for rough, fine in zip(model.f_vector(10), model.f_vector(60), strict=True):
            assert rough.overlaps(fine)
            assert rough.decimal(10) == fine.decimal(10)
            assert fine.proved_digits >= 60


def test_thirty_digits_of_a_hundred_points_take_less_than_five_seconds():
    start = time.process_time()
    for d in range(10, 16):
        f = GaussianPolytope(100, d).f_vector(30)
        assert min(value.proved_digits for value in f) >= 30
    assert time.process_time() - start < 5


def test_walks_depend_on_the_law_of_their_steps_in_no_way():
    """Steps uniform in a cube and Cauchy steps; exponential, unsymmetric ones for the bridge."""
    stream = np.random.default_rng(3)
    n, d, samples = 9, 3, 600
    draws = {
        "cube": lambda: stream.uniform(-1, 1, (n, d)),
        "Cauchy": lambda: stream.standard_cauchy((n, d)),
    }
    for draw in draws.values():
        counts = [
            face_counts([*np.cumsum(draw(), axis=0).tolist(), [0] * d]) for _ in range(samples)
        ]
        vertices = Estimate.from_batches([int(f[0]) for f in counts], 1)
        assert vertices.agrees(RandomWalkHull(n, d).f_vector()[0])
    counts = []
    for _ in range(samples):
        steps = stream.standard_exponential((n, d))
        counts.append(face_counts(np.cumsum(steps - steps.mean(axis=0), axis=0)))
    vertices = Estimate.from_batches([int(f[0]) for f in counts], 1)
    assert vertices.agrees(RandomBridgeHull(n, d).f_vector()[0])


def test_stirling_numbers_against_sympy():
    from sympy.functions.combinatorial.numbers import stirling

    for n in range(12):
        for k in range(n + 2):
            assert cycle_number(n, k) == (stirling(n, k, kind=1) if k <= n else 0)
            assert partition_number(n, k) == (stirling(n, k) if k <= n else 0)
    with pytest.raises(DomainError):
        cycle_number(-1, 2)
    with pytest.raises(DomainError):
        partition_number(3, True)


def test_projections_are_orthonormal_with_fixed_signs():
    frame = random_projection(np.random.default_rng(1), 7, 3)
    np.testing.assert_allclose(frame.T @ frame, np.eye(3), atol=1e-14)
    draws = [random_projection(np.random.default_rng(s), 2, 1)[0, 0] for s in range(400)]
    assert 150 < sum(x > 0 for x in draws) < 250


@pytest.mark.parametrize(
    ("family", "limit"),
    [(ProjectedCrosspolytope, weak_l1), (ProjectedSimplex, weak_nonnegative)],
)
def test_faces_survive_up_to_the_weak_threshold(family, limit):
    """Where half of the k-faces survive, k/d approaches rho_W(1/2), and the fall gets steeper."""
    rho = float(limit(mpq(1, 2)))
    gaps, widths = [], []
    for n in (40, 80, 160, 320):
        d = n // 2
        survival = [float(family(n, d).surviving(k, 8)) for k in range(d)]
        crossing = [
            np.interp(-level, [-s for s in survival], range(1, d + 1)) / d
            for level in (0.75, 0.5, 0.25)
        ]
        gaps.append(abs(crossing[1] - rho))
        widths.append(crossing[2] - crossing[0])
    assert all(b < a for a, b in pairwise(widths))
    assert gaps[-1] < min(0.01, gaps[0] / 4)


def test_cubes_survive_up_to_their_weak_threshold():
    """rho_W = 2 - 1/delta (Donoho and Tanner), here 2/3."""
    for n, gap in ((333, 0.16), (1332, 0.08)):
        d = 3 * n // 4
        cube = ProjectedCube(n, d)
        rho = float(weak_orthant(mpq(3, 4)))
        assert cube.surviving(int((rho - gap) * d)) > mpq(99, 100)
        assert cube.surviving(int((rho + gap) * d)) < mpq(1, 100)


@pytest.mark.parametrize(
    ("family", "arguments"),
    [
        (GaussianPolytope, (3, 3)),
        (GaussianPolytope, (2, 0)),
        (GaussianPolytope, (10**9, 3)),
        (GaussianPolytope, (10**6, 10**5)),
        (GaussianPolytope, (5.0, 3)),
        (GaussianPolytope, (True, 3)),
        (GaussianPolytope, ("5", 3)),
        (SymmetricGaussianPolytope, (2, 3)),
        (ProjectedSimplex, (3, 3)),
        (ProjectedCrosspolytope, (3, -1)),
        (ProjectedCube, (2, 3)),
        (ProjectedCube, (10**7, 3)),
        (RandomWalkHull, (2, 3)),
        (RandomWalkHull, (10**6, 3)),
        (RandomWalkHull, (10**5, 100)),
        (RandomBridgeHull, (3, 3)),
        (RandomBridgeHull, (10**5000, 3)),
    ],
)
def test_parameters_out_of_their_domain(family, arguments):
    with refused() as failure:
        family(*arguments)
    assert len(str(failure.value)) < 300


@pytest.mark.parametrize("family", [*SIMPLICIAL, ProjectedCube])
def test_models_are_values(family):
    model = family(7, 3)
    assert model == family(np.int64(7), 3)
    assert hash(model) == hash(family(7, 3))
    assert pickle.loads(pickle.dumps(model)) == model
    assert model != family(7, 2)
    assert repr(model) == f"{family.__name__}(n=7, d=3)"
    assert model.dim == 3
    points = model.sample(4)
    assert points.dtype == np.float64
    assert points.shape[1] == 3
    assert (points == model.sample(4)).all()
    assert (points != model.sample(5)).any()
    assert model.facets(20) == model.f_vector(20)[2] == model.faces(2, 20)
    for k in (-1, 3, True, 1.0, "1"):
        with pytest.raises(DomainError):
            model.faces(k)
    with pytest.raises(DomainError):
        model.sample(-1)


def test_samples_that_would_be_too_large():
    for model in (GaussianPolytope(10_000, 200), ProjectedCube(17, 3), RandomWalkHull(10**5, 10)):
        with pytest.raises(DomainError):
            model.sample(1)


@pytest.mark.parametrize("digits", [0, 10**9, 1.5, True, "a"])
def test_digits_are_checked(digits):
    for d in (3, 5):
        models = [family(6, d) for family in (*SIMPLICIAL, ProjectedCube, BetaPolytope)]
        models += [HalfSphereHull(6, d), PoissonVoronoiCell(d), PoissonZeroCell(d)]
        for model in models:
            with pytest.raises(DomainError):
                model.f_vector(digits)
            with pytest.raises(DomainError):
                model.faces(1, digits)
