"""The Euler characteristic of one draw on a cone of inputs: by hand, in the plane, in the mean."""

import random

import numpy as np
import pytest

import polygeo
from polygeo.cones import Orthant, PolyhedralCone, Subspace
from polygeo.errors import DomainError
from polygeo.relu import euler_characteristic, euler_characteristic_by_faces


def on_an_arc(W, k) -> int:
    """Components of {x in the quadrant : fewer than k rows positive}.

    Zeros of rows with entries up to 4 are among the directions, and mediants between each two.
    """
    directions = {(p, q) for p in range(9) for q in range(9)} - {(0, 0)}
    ordered = sorted(directions, key=lambda d: np.arctan2(d[1], d[0]))
    bad = [sum(a * p + b * q > 0 for a, b in W) < k for p, q in ordered]
    return sum(now and not before for before, now in zip([False, *bad], bad, strict=False))


def test_the_quadrant_against_an_arc_with_many_points():
    """chi of a closed subset of an arc is the number of its components."""
    rng, seen = random.Random(1), set()
    for _ in range(25):
        W = [[rng.randint(-4, 4) for _ in range(2)] for _ in range(5)]
        if np.linalg.matrix_rank(W) < 2:
            continue
        for k in (1, 2, 3):
            found = euler_characteristic(W, k, inputs="nonnegative")
            assert found == on_an_arc(W, k), (W, k)
            seen.add(found)
    assert {0, 1, 2} <= seen


def test_the_mean_is_q_on_the_cone():
    """Normal at 5 standard errors: a false alarm has probability below 10^-6."""
    rng = np.random.default_rng(2)
    for m, n, draws in ((4, 2, 300), (5, 3, 40)):
        values = [euler_characteristic(rng.normal(size=(m, n)), inputs="nonnegative")
                  for _ in range(draws)]  # fmt: skip
        expected = float(polygeo.q(m, n, inputs="nonnegative"))
        assert abs(np.mean(values) - expected) < 5 * np.std(values) / draws**0.5
        assert np.std(values) < 2


def test_cones_given_in_other_ways():
    rng = np.random.default_rng(3)
    W = rng.normal(size=(6, 3))
    assert euler_characteristic(W, inputs=Orthant(3)) == euler_characteristic(
        W, inputs=PolyhedralCone(rays=[[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    )
    everything = PolyhedralCone(inequalities=[], ambient_dim=3)
    assert euler_characteristic(W, inputs=everything) == euler_characteristic(W)
    plane = Subspace(2, 3)
    rows = [row[:2] for row in W.tolist()]
    expected = euler_characteristic_by_faces(rows, 3)
    assert euler_characteristic(W, 3, inputs=plane) == expected


def test_boxes_are_no_directions():
    with pytest.raises(DomainError, match="needs a cone; got a box"):
        euler_characteristic([[1, 0], [0, 1]], inputs=(0, 1))
