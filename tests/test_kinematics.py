"""Kinematic formulas against simulation with Haar rotations and against each other."""

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st
from refusals import refused
from scipy.optimize import linprog

from polygeo.answers import Ball, Estimate
from polygeo.cones import HalfSpace, Ray, SignCountFan, Subspace
from polygeo.volumes import (
    IntrinsicVolumes,
    crofton,
    expected_euler_characteristic,
    intersection_probability,
    kinematic,
    projection,
)


def haar(rng: np.random.Generator, d: int) -> np.ndarray:
    """A Haar rotation: the QR factor with its signs fixed by the diagonal of R."""
    Q, R = np.linalg.qr(rng.standard_normal((d, d)))
    return Q * np.sign(np.diag(R))


def test_haar_is_haar() -> None:
    """E Q_11 = 0 and E Q_11^2 = 1/d: the raw QR factor fails the first one. 5 sigma each."""
    rng = np.random.default_rng(11)
    first = np.array([haar(rng, 3)[0, 0] for _ in range(4000)])
    assert abs(first.mean()) < 5 / np.sqrt(3 * 4000)
    assert abs((first**2).mean() - 1 / 3) < 5 * np.sqrt(4 / 45 / 4000)


def orthant(d: int) -> IntrinsicVolumes:
    ray = IntrinsicVolumes([mpq(1, 2), mpq(1, 2)])
    volumes = ray
    for _ in range(d - 1):
        volumes = volumes * ray
    return volumes


def meets(inequalities: np.ndarray) -> bool:
    """Whether {x : A x >= 0} is more than {0} (A generic with at least dim rows)."""
    d = inequalities.shape[1]
    weight = inequalities.sum(axis=0)
    result = linprog(
        -weight,
        A_ub=-inequalities,
        b_ub=np.zeros(len(inequalities)),
        bounds=[(-1, 1)] * d,
        method="highs",
    )
    return bool(-result.fun > 1e-9)


@pytest.mark.parametrize(("d", "n"), [(3, 1), (3, 2), (4, 2), (5, 3)])
def test_a_random_subspace_meets_the_orthant(d: int, n: int) -> None:
    """400 draws, false alarm 1e-7 each: x = B y >= 0 for a Gaussian basis B."""
    rng = np.random.default_rng(100 * d + n)
    hits = sum(meets(rng.standard_normal((d, n))) for _ in range(400))
    run = Estimate.proportion(hits, 400, seed=100 * d + n)
    assert run.agrees(intersection_probability(orthant(d), n), false_alarm=1e-7)


@pytest.mark.parametrize("d", [2, 3, 4])
def test_two_rotated_orthants_meet(d: int) -> None:
    """400 draws, false alarm 1e-7 each."""
    rng = np.random.default_rng(d)
    hits = sum(meets(np.vstack([np.eye(d), haar(rng, d).T])) for _ in range(400))
    run = Estimate.proportion(hits, 400, seed=d)
    assert run.agrees(intersection_probability(orthant(d), orthant(d)), false_alarm=1e-7)


weights = st.lists(st.integers(1, 20), min_size=2, max_size=6)


@given(weights, weights)
def test_the_formulas_fit_together(a: list[int], b: list[int]) -> None:
    size = max(len(a), len(b))
    v = IntrinsicVolumes([mpq(x, sum(a)) for x in a]).embed(size - 1)
    w = IntrinsicVolumes([mpq(x, sum(b)) for x in b]).embed(size - 1)
    d = v.ambient_dim
    both = kinematic(v, w)
    assert both.total() == 1
    assert both == kinematic(w, v)
    assert expected_euler_characteristic(v, w) == both.euler_characteristic()
    for n in range(d + 1):
        plane = Subspace(n, d)
        assert kinematic(v, plane) == crofton(v, n).embed(d)
        # projections are polar to sections
        assert projection(v, n) == crofton(v.polar(), n).polar()
        assert expected_euler_characteristic(v, plane) == expected_euler_characteristic(v, n)


def test_kinds_are_kept() -> None:
    exact = orthant(3)
    certified = IntrinsicVolumes([Ball.of(x) for x in exact])
    assert kinematic(exact, exact).kind == "exact"
    assert kinematic(exact, certified).kind == "certified"
    assert kinematic(exact, certified).compare(kinematic(exact, exact)) == "overlap"


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: intersection_probability(SignCountFan(4, 2), 2), "union"),
        (lambda: intersection_probability(Subspace(2, 4), 3), "always"),
        (lambda: intersection_probability(Subspace(1, 4), Subspace(2, 4)), "almost never"),
        (lambda: intersection_probability(Ray(2), 5), "0 <= n <= 2"),
        (lambda: intersection_probability(Ray(2), HalfSpace(3)), "one space"),
        (lambda: intersection_probability("ray", 1), "a cone or IntrinsicVolumes"),
        (lambda: projection(SignCountFan(4, 2), 2), "convex"),
        (lambda: projection(Ray(2), True), "integer"),
        (lambda: kinematic(Ray(2), 1), "a cone or IntrinsicVolumes"),
    ],
)
def test_what_does_not_hold_is_refused(call: object, reason: str) -> None:
    with refused(match=reason):
        call()  # type: ignore[operator]
