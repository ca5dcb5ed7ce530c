"""Random layers with inputs in a cone or with biases: p, its bounds and simulation."""

from itertools import product

import numpy as np
import pytest
from gmpy2 import mpq

import polygeo
from polygeo.answers import Ball
from polygeo.cones import (
    CircularCone,
    MonotoneCone,
    Orthant,
    PolyhedralCone,
    Ray,
    SignCountFan,
    Subspace,
    WeylChamber,
)
from polygeo.errors import DomainError, NoExactValue
from polygeo.relu import (
    half_space_failure,
    injectivity_bounds,
    is_injective,
    union_bound,
)
from polygeo.relu.bounds import layer_on, proved_range_on
from polygeo.relu.input_bounds import coins_failure_on, one_orthant, union_failure_on
from polygeo.relu.input_cone import input_volumes
from polygeo.relu.probability.cone_simulation import ConeBlock
from polygeo.relu.probability.cone_vertices import bad_exactly, bad_in_cone, cone_workspace
from polygeo.relu.probability.exact_vertices import integer_rows
from polygeo.relu.wedge import walks, wedge_failure
from polygeo.volumes import IntrinsicVolumes


def wedge(s) -> IntrinsicVolumes:
    return IntrinsicVolumes([(1 - mpq(s)) / 2, mpq(1, 2), mpq(s) / 2])


def test_p_of_the_quadrant() -> None:
    values = [polygeo.p(m, 2, inputs="nonnegative") for m in (3, 4, 6, 8, 10)]
    assert values == [
        mpq(13, 64),
        mpq(97, 256),
        mpq(2817, 4096),
        mpq(56833, 65536),
        mpq(995329, 1048576),
    ]


@pytest.mark.parametrize("J", range(7))
def test_walks_by_counting(J: int) -> None:
    for c in range(5):
        count = 0
        for steps in product((1, -1), repeat=J):
            heights = [sum(steps[:t]) for t in range(J + 1)]
            count += steps.count(1) - max(heights) <= c
        assert walks(J, c) == count


@pytest.mark.parametrize("s", ["1/5", "1/2", "1"])
def test_p_of_a_wedge_by_patterns_and_orders(s: str) -> None:
    """Every way for the rows to cross or not, with all signs; their order is immaterial."""
    m, share = 5, mpq(s)
    for k in (1, 2, 3):
        bad = mpq(0)
        for crossing in product((0, 1), repeat=m):
            J = sum(crossing)
            chance = share**J * (1 - share) ** (m - J) / mpq(2) ** m
            for signs in product((0, 1), repeat=m):
                fixed = sum(a for a, x in zip(signs, crossing, strict=True) if not x)
                moving = [a for a, x in zip(signs, crossing, strict=True) if x]
                counts = [
                    fixed + sum(1 - a for a in moving[:t]) + sum(moving[t:]) for t in range(J + 1)
                ]
                # at a crossing the row itself is zero
                counts += [
                    fixed + sum(1 - a for a in moving[:t]) + sum(moving[t + 1 :]) for t in range(J)
                ]
                bad += chance * (min(counts) < k)
        assert wedge_failure(m, k, share) == bad


def test_p_of_the_half_plane_and_of_a_line_and_a_ray() -> None:
    for m in (2, 5, 9):
        assert polygeo.p(m, 1, bias=True) == 1 - mpq(m + 1, 2**m)
        assert polygeo.p(m, 1, inputs="nonnegative") == 1 - mpq(1, 2**m)
        assert polygeo.p(m, 2, inputs=Ray(2)) == 1 - mpq(1, 2**m)
        assert polygeo.p(m, 2, inputs=Subspace(1, 2)) == polygeo.p(m, 1)
        assert polygeo.p(m, 2, inputs=Subspace(2, 2)) == polygeo.p(m, 2)
        assert polygeo.p(m, 2, inputs=wedge(1)) == 1 - mpq(m * m - m + 2, 2**m)
        closed = 1 - mpq(m + 2 + m * (m - 2) * mpq(1, 3) - (1 - mpq(1, 3)) ** m) / 2**m
        assert polygeo.p(m, 2, inputs=wedge("1/3")) == closed


def test_p_of_an_irrational_wedge_is_certified() -> None:
    cone = PolyhedralCone(rays=[[1, 0], [1, 2]])
    ball = polygeo.p(12, 2, inputs=cone)
    assert isinstance(ball, Ball)
    assert ball.rad < mpq(1, 10**30)
    assert polygeo.p(12, 2, inputs=wedge("0.3525")) < ball.lower  # arctan(2)/pi = 0.35241..
    assert polygeo.p(12, 2, inputs=wedge("0.3524")) > ball.upper
    assert polygeo.p(12, 2, inputs=cone, complement=True).overlaps(1 - ball)


def test_p_falls_with_the_cone_and_with_biases() -> None:
    for m in (4, 7, 12):
        values = [polygeo.p(m, 2, inputs=wedge(s)) for s in ("1/10", "1/3", "1/2", "1")]
        assert values == sorted(values, reverse=True)
        assert values[-1] >= polygeo.p(m, 2)
    assert polygeo.p(7, 3, bias=True) == 0
    assert polygeo.p(2, 2, bias=True) == 0


@pytest.mark.parametrize("options", [{"inputs": "nonnegative"}, {"bias": True}])
def test_p_is_not_known_in_space(options) -> None:
    with pytest.raises(NoExactValue, match="proved: 0"):
        polygeo.p(18, 3, **options)


def test_bounds_enclose_p_of_the_quadrant() -> None:
    for m in (3, 10):
        p = polygeo.p(m, 2, inputs="nonnegative")
        known = injectivity_bounds(m, 2, inputs="nonnegative")
        assert known[0].value == p
        for bound in known[1:]:
            assert bound.value <= p if bound.side == "lower" else bound.value >= p
    certified = injectivity_bounds(9, 2, inputs=PolyhedralCone(rays=[[1, 0], [1, 2]]))
    assert [(bound.name, bound.best) for bound in certified[:2]] == [("certified value", True)] * 2


def test_bounds_of_all_inputs_are_the_usual_ones() -> None:
    for m, n, k in ((24, 3, 3), (30, 5, 2), (12, 4, 4)):
        volumes = input_volumes(None, n)
        assert union_failure_on(m, k, volumes) == union_bound(m, n, level=k)
        assert coins_failure_on(m, k, volumes) == half_space_failure(m, n, k)


def test_one_orthant_is_the_surrogate_of_level_one() -> None:
    for cone in (Orthant(3), WeylChamber("B", 4), MonotoneCone(3)):
        n = cone.ambient_dim
        for m in (n, 7):
            assert one_orthant(m, cone.intrinsic_volumes()) == polygeo.q(m, n, 1, inputs=cone)
    # m rows with fewer than n = dim of them: some direction of the orthant makes one row negative
    assert one_orthant(1, input_volumes("nonnegative", 2)) == mpq(3, 4)


RUN = {"samples": 20_000, "seed": 5}


@pytest.mark.parametrize(
    ("m", "n", "options"),
    [
        (6, 2, {"inputs": "nonnegative"}),
        (9, 2, {"inputs": PolyhedralCone(rays=[[1, 0], [1, 2]])}),
        (6, 1, {"bias": True}),
        (7, 1, {"bias": True, "inputs": "nonnegative"}),
    ],
    ids=str,
)
def test_simulated_p_agrees_with_exact_p(m: int, n: int, options) -> None:
    """False alarm: one in a million."""
    run = polygeo.p(m, n, **RUN, **options)
    assert run.agrees(polygeo.p(m, n, **options), 1e-6)
    failed = polygeo.p(m, n, **RUN, complement=True, **options)
    assert failed.mean == pytest.approx(1 - run.mean)


def test_simulated_p_lies_between_its_bounds() -> None:
    for options in ({"inputs": "nonnegative"}, {"bias": True}, {"inputs": WeylChamber("B", 3)}):
        run = polygeo.p(18, 3, **RUN, **options)
        m, k, volumes = layer_on(18, 3, None, options.get("inputs"), options.get("bias", False))
        lower, upper = proved_range_on(m, k, volumes)
        assert float(lower) - 0.01 < run.low < run.high < float(upper) + 0.01


@pytest.mark.parametrize(
    ("m", "inequalities", "k"),
    [
        (7, [[1, 0, 0], [0, 1, 0], [0, 0, 1]], 3),
        (6, [[1, 0], [0, 1]], 2),
        (7, [[0, 0, 1]], 2),
        (9, [[1, 2, 3], [0, -1, 1]], 3),
        (8, [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [1, 1, 1, -1]], 4),
    ],
)
def test_the_walk_in_a_cone_against_exact_vertices(m: int, inequalities, k: int) -> None:
    draws = np.random.default_rng([m, k]).standard_normal((40, m, len(inequalities[0])))
    draws[::2] = np.round(2**20 * draws[::2]) / 2**20  # still in general position
    found = np.empty(len(draws), np.int64)
    work = cone_workspace(m, draws.shape[2], len(inequalities))
    bad_in_cone(draws, np.array(inequalities, float), k - 1, work, found)
    exact = [bad_exactly(integer_rows(draw), inequalities, k - 1) for draw in draws]
    assert found.tolist() == exact
    assert 0 < sum(exact) < 40 or m == 8


def test_the_walk_doubts_ties() -> None:
    draws = np.array([[[1.0, -1.0], [1.0, -1.0], [0.5, 1.0]], [[1.0, 0.0], [3.0, 1.0], [2.0, 1.0]]])
    found = np.empty(2, np.int64)
    bad_in_cone(draws, np.eye(2), 1, cone_workspace(3, 2, 2), found)
    assert (found < 0).all()


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("inputs", ["nonnegative", None])
def test_the_walk_against_the_decision_of_one_layer(inputs, bias: bool) -> None:
    if inputs is None and not bias:
        return
    n, m = 3, 12
    dim = n + bias
    rows = [(*[int(i == j) for j in range(n)], *[0] * bias) for i in range(n)] if inputs else []
    rows += [(*[0] * n, 1)] if bias else []
    walked = ConeBlock(m, dim, n, tuple(rows), bias, True, 3, 12)
    searched = ConeBlock(m, dim, n, tuple(rows), bias, False, 3, 12)
    assert walked(0).tolist() == searched(0).tolist()


def test_simulations_on_cones_that_are_searched() -> None:
    square = PolyhedralCone(rays=[[1, 0, 1], [0, 1, 1], [-1, 0, 1], [0, -1, 1]])
    run = polygeo.p(9, 3, inputs=square, samples=12, seed=1)
    assert run.samples == 12
    ray = polygeo.p(3, 2, inputs=Ray(2), samples=40, seed=1)
    assert ray.agrees(mpq(7, 8), 1e-6)
    W = np.random.default_rng(1).standard_normal((9, 3))
    assert is_injective(W, inputs=square).injective in (True, False)


def test_a_run_is_the_same_for_all_workers_and_lengths() -> None:
    from concurrent.futures import ThreadPoolExecutor

    options = {"inputs": "nonnegative", "samples": 70_000, "seed": 3}
    with ThreadPoolExecutor(2) as executor:
        assert polygeo.p(9, 2, executor=executor, **options) == polygeo.p(9, 2, **options)
    early = polygeo.p(9, 2, inputs="nonnegative", stderr=0.01, seed=3)
    assert early.stderr <= 0.01


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"inputs": "nonnegative", "seed": 1}, "samples= or stderr="),
        ({"inputs": "nonnegative", "method": "karp-luby", **RUN}, "plain"),
        ({"bias": True, "decider": bool, **RUN}, "plain"),
        ({"inputs": CircularCone(3, "pi/5"), **RUN}, "polyhedral"),
        ({"inputs": IntrinsicVolumes(["1/8", "3/8", "3/8", "1/8"]), **RUN}, "cone of inputs"),
        ({"inputs": SignCountFan(3, 2)}, "one convex cone"),
        ({"inputs": Subspace(0, 3)}, "nonzero"),
        ({"inputs": "box", **RUN}, "inputs"),
        ({"bias": None}, "bias"),
    ],
)
def test_p_refuses(options, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        polygeo.p(9, 3, **options)
