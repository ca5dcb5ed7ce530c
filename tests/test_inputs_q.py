"""q of random layers with inputs in a cone or with biases, and its simulation."""

import subprocess
import sys
from itertools import pairwise
from math import comb

import numpy as np
import pytest
from gmpy2 import mpq

import polygeo
from polygeo.answers import Ball
from polygeo.answers.certification import enclosure
from polygeo.cones import (
    CircularCone,
    ConeUnion,
    MonotoneCone,
    Orthant,
    PolyhedralCone,
    Ray,
    SignCountFan,
    Subspace,
    WeylChamber,
)
from polygeo.errors import DomainError
from polygeo.relu import (
    estimate_q,
    euler_characteristic_by_faces,
    q_row,
)
from polygeo.relu.probability.cone_characteristic import (
    block_on_cone,
    characteristics_exactly,
    characteristics_in_cone,
)
from polygeo.relu.probability.exact_vertices import integer_rows
from polygeo.volumes import IntrinsicVolumes, expected_euler_characteristic


def test_q_of_the_quadrant() -> None:
    values = [polygeo.q(m, 2, inputs="nonnegative") for m in (4, 6, 8, 10)]
    assert values == [mpq(11, 16), mpq(11, 32), mpq(37, 256), mpq(7, 128)]


@pytest.mark.parametrize(
    "cone",
    [
        Orthant(1),
        Orthant(3),
        WeylChamber("B", 4),
        MonotoneCone(4),
        Subspace(2, 4),
        Ray(3),
        ConeUnion([PolyhedralCone(rays=[[1, 0], [0, 1]]), PolyhedralCone(rays=[[-1, 0]])]),
    ],
    ids=repr,
)
def test_q_is_the_kinematic_formula_over_two_unions_of_cones(cone) -> None:
    n = cone.ambient_dim
    volumes = cone.intrinsic_volumes()
    for m in (n, 6, 9):
        for k in {1, 2, n, m}:
            if k <= m:
                both = expected_euler_characteristic(volumes.embed(m), SignCountFan(m, k))
                assert polygeo.q(m, n, k, inputs=cone) == both
    assert polygeo.q(9, n, inputs=volumes) == polygeo.q(9, n, inputs=cone)


def test_q_of_biases_is_that_of_a_half_space() -> None:
    half = IntrinsicVolumes([0, mpq(1, 2), mpq(1, 2)])
    for m in (2, 5, 9):
        for k in (1, 2):
            assert polygeo.q(m, 1, k, bias=True) == polygeo.q(m, 2, k, inputs=half)
    for m, n in ((5, 3), (12, 4)):
        mean = (polygeo.q(m, n, n) + polygeo.q(m, n + 1, n)) / 2
        assert polygeo.q(m, n, bias=True) == mean
        orthant = polygeo.q(m, n + 1, n, inputs="nonnegative")
        assert polygeo.q(m, n, inputs="nonnegative", bias=True) == orthant


def test_q_of_the_whole_space_and_of_lines_is_the_usual_one() -> None:
    for m, n in ((5, 3), (9, 9), (7, 1)):
        assert polygeo.q(m, n, inputs=Subspace(n, n)) == polygeo.q(m, n)
    assert q_row(7, 3) == [polygeo.q(7, n, 3) for n in range(1, 8)]
    assert q_row(1, 1) == [mpq(1)]


def test_q_of_certified_volumes_is_a_ball_around_the_exact_value() -> None:
    exact = CircularCone(3, "pi/5")
    balls = IntrinsicVolumes([enclosure(v) for v in exact.intrinsic_volumes()])
    value, truth = polygeo.q(9, 3, inputs=balls), polygeo.q(9, 3, inputs=exact)
    assert isinstance(value, Ball)
    assert value.source == "inputs.orthant_of_inputs"
    assert value.overlaps(enclosure(truth, 60))
    assert value.rad < mpq(1, 10**20)


@pytest.mark.parametrize(("n", "largest"), [(10, 52), (20, 119), (40, 256)])
def test_where_q_of_nonnegative_inputs_last_exceeds_1(n: int, largest: int) -> None:
    values = {m: polygeo.q(m, n, inputs="nonnegative") for m in range(4 * n, 7 * n + 1)}
    assert max(m for m, value in values.items() if value >= 1) == largest


def test_q_of_nonnegative_inputs_is_a_mean_over_a_binomial_number_of_inputs() -> None:
    m, n = 30, 7
    mean = sum(comb(n, j) * polygeo.q(m, j, n) for j in range(1, n + 1)) / mpq(2) ** n
    assert polygeo.q(m, n, inputs="nonnegative") == mean


def test_q_of_nonnegative_inputs_is_one_coefficient() -> None:
    """2 [t^(n-1)] ((1+t)/2)^n R(t)/(1-t^2), by multiplying power series out."""
    m, n, k = 9, 4, 3

    def times(a, b):
        return [sum(a[i] * b[j - i] for i in range(j + 1)) for j in range(n)]

    def power(a, count: int):
        result = [mpq(1)] + [mpq(0)] * (n - 1)
        for _ in range(count):
            result = times(result, a)
        return result

    half_up = [mpq(1, 2), mpq(1, 2), 0, 0]
    half_down = [mpq(1, 2), mpq(-1, 2), 0, 0]
    series = [mpq(0)] * n
    for p in range(k):
        term = times(power(half_down, p), power(half_up, m - p))
        series = [x + comb(m, p) * y for x, y in zip(series, term, strict=True)]
    series = times(times(series, power(half_up, n)), [1, 0, 1, 0])
    assert polygeo.q(m, n, k, inputs="nonnegative") == 2 * series[n - 1]


def test_q_with_inputs_stays_light() -> None:
    code = (
        "import sys, polygeo; polygeo.q(20, 3, inputs='nonnegative', bias=True);"
        "print([x for x in ('sympy', 'numpy', 'scipy', 'numba') if x in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"inputs": "pixels"}, "got 'pixels'"),
        ({"inputs": (0, 1)}, "inputs of a random layer need"),
        ({"inputs": Orthant}, "inputs of a random layer need"),
        ({"inputs": Orthant(2)}, r"inputs need a cone of R\^3; got one of R\^2"),
        ({"bias": 1}, "bias"),
        ({"inputs": "nonnegative", "bias": "yes"}, "bias"),
    ],
)
def test_q_refuses_other_inputs(options, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        polygeo.q(6, 3, **options)


def test_q_with_biases_needs_more_outputs_than_inputs() -> None:
    with pytest.raises(DomainError, match="n < m"):
        polygeo.q(3, 3, bias=True)
    with pytest.raises(DomainError, match="m <= 100000"):
        polygeo.q(200_000, 3, inputs="nonnegative")


@pytest.mark.parametrize(
    ("m", "n", "k", "options"),
    [
        (8, 2, 2, {"inputs": "nonnegative"}),
        (9, 3, 3, {"inputs": "nonnegative"}),
        (7, 2, None, {"inputs": "nonnegative", "bias": True}),
        (8, 3, 2, {"inputs": WeylChamber("B", 3)}),
        (8, 2, None, {"inputs": PolyhedralCone(rays=[[1, 0], [1, 2]])}),
    ],
    ids=str,
)
def test_the_mean_of_characteristics_on_a_cone_is_q(m: int, n: int, k, options) -> None:
    """False alarm: one in a million each."""
    run = estimate_q(m, n, k, samples=6000, seed=7, **options)
    assert run.agrees()
    assert run.estimate.stderr < 0.03
    assert "inputs=" in str(run)


def test_the_characteristic_of_one_draw_on_the_quadrant() -> None:
    """In the quadrant chi is the number of intervals of bad directions."""
    draws = np.random.default_rng(11).standard_normal((60, 6, 2))
    found, doubt = characteristics_in_cone(draws, [[1, 0], [0, 1]], 2)
    assert not doubt.any()
    for draw, chi in zip(draws, found, strict=True):
        turns = sorted(np.arctan2(-draw[:, 0], draw[:, 1]) % np.pi)
        angles = [0.0, *(t for t in turns if t < np.pi / 2), np.pi / 2]
        middles = [(a + b) / 2 for a, b in pairwise(angles)]
        bad = [(draw @ [np.cos(t), np.sin(t)] > 0).sum() < 2 for t in middles]
        assert chi == sum(b and not a for a, b in zip([False, *bad], bad, strict=False))
        exact = characteristics_exactly(integer_rows(draw), [[1, 0], [0, 1]], 2)
        assert exact == chi


SQUARE = PolyhedralCone(rays=[[1, 0, 1], [0, 1, 1], [-1, 0, 1], [0, -1, 1]])
"""Four inequalities in general position."""
CUBE = PolyhedralCone(rays=[[a, b, c, 1] for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)])
"""Opposite facets of the cube: four of the six inequalities may be dependent."""
BOW = ConeUnion([PolyhedralCone(rays=[[1, 0], [1, 1]]), PolyhedralCone(rays=[[-1, 0], [-1, 2]])])
FAN = ConeUnion([PolyhedralCone(rays=[[1, 0], [1, 1]]), PolyhedralCone(rays=[[1, 1], [0, 1]])])


@pytest.mark.parametrize(
    ("m", "n", "k", "options", "samples"),
    [
        (9, 3, 3, {"inputs": SQUARE}, 4000),
        (5, 2, 2, {"bias": True}, 300),
        (4, 1, None, {"bias": True}, 600),
        (5, 3, 2, {"inputs": MonotoneCone(3)}, 150),
        (6, 2, 2, {"inputs": BOW}, 600),
        (4, 2, 2, {"inputs": BOW, "bias": True}, 100),
        (5, 3, 2, {"inputs": PolyhedralCone(rays=[[1, 0, 0], [0, 1, 1]])}, 100),
        (5, 2, 1, {"inputs": PolyhedralCone(rays=[[1, 2], [-1, -2]])}, 600),
    ],
    ids=str,
)
def test_the_mean_of_characteristics_on_other_cones_is_q(m, n, k, options, samples) -> None:
    """False alarm: one in a million each."""
    run = estimate_q(m, n, k, samples=samples, seed=5, **options)
    assert run.agrees()
    assert run.estimate.stderr < 0.13
    assert abs(run.exact - polygeo.q(m, n, k)) > 0


def test_vertices_and_faces_count_the_same() -> None:
    for seed, cone in enumerate([SQUARE, PolyhedralCone(rays=[[1, 0, 0], [1, 1, 0], [1, 1, 1]])]):
        draws = np.random.default_rng(seed).standard_normal((12, 7, 3))
        found, doubt = characteristics_in_cone(draws, cone.inequalities, 3)
        assert not doubt.any()
        assert found.tolist() == [euler_characteristic_by_faces(W, 3, cone) for W in draws]
    assert len(set(found.tolist())) > 1


def test_vertices_serve_where_inequalities_are_in_general_position() -> None:
    for cone, kind in ((SQUARE, "CharacteristicBlock"), (CUBE, "FacesBlock"), (BOW, "FacesBlock")):
        block, _ = block_on_cone(4, cone.ambient_dim, 2, cone, False, 1)
        assert type(block).__name__ == kind


def test_a_cone_in_two_pieces_is_one_cone() -> None:
    for W in np.random.default_rng(4).standard_normal((20, 6, 2)):
        whole = euler_characteristic_by_faces(W, 2, "nonnegative")
        assert euler_characteristic_by_faces(W, 2, FAN) == whole
    run, pieces = (estimate_q(6, 2, samples=400, seed=3, inputs=K) for K in ("nonnegative", FAN))
    assert run.exact == pieces.exact


def test_characteristics_that_would_take_long_are_refused() -> None:
    for m, options in (
        (40, {"inputs": MonotoneCone(3), "bias": True}),
        (30, {"inputs": CUBE * Orthant(1)}),
        (9, {"inputs": Orthant(3), "bias": 2}),
    ):
        n = 5 if m == 30 else 3
        with pytest.raises(DomainError) as caught:
            estimate_q(m, n, samples=10, seed=1, **options)
        assert "\n" not in str(caught.value)
