"""How long the volumes of cones take, against the goals set for them."""

from __future__ import annotations

import random

import pytest
from memory import forget

from polygeo import cones
from polygeo.thresholds import recovery_curve

D = 200
CLOSED = {
    "orthant": lambda: cones.Orthant(D),
    "Weyl chamber B": lambda: cones.WeylChamber("B", D),
    "circular, pi/5": lambda: cones.CircularCone(D, "pi/5"),
    "simplex vertex": lambda: cones.SimplexTangentCone(D, 1),
    "l1 descent, s = 20": lambda: cones.L1DescentCone(D, 20),
    "nonnegative l1 descent, s = 20": lambda: cones.NonnegativeL1DescentCone(D, 20),
    "permutahedron vertex": lambda: cones.PermutahedronTangentCone(D),
}


def _generic(dim: int, rays: int, seed: int) -> cones.PolyhedralCone:
    rng = random.Random(seed)
    vectors = [[rng.randint(-9, 9) for _ in range(dim)] for _ in range(rays)]
    for vector in vectors:
        vector[0] = rng.randint(8, 20)  # in an open half-space, so pointed
    return cones.PolyhedralCone(rays=vectors)


@pytest.mark.benchmark(group="volumes in closed form, d = 200")
@pytest.mark.parametrize("name", CLOSED)
def test_closed_forms(benchmark, name):
    """All 201 volumes to 15 digits."""
    vector = benchmark.pedantic(lambda: CLOSED[name]().intrinsic_volumes(15), rounds=5)
    assert len(vector) == D + 1
    benchmark.extra_info.update(what=f"{name}, d = {D}", goal=0.1)


@pytest.mark.benchmark(group="volumes of polyhedral cones")
@pytest.mark.parametrize(
    ("dim", "rays", "digits", "goal"),
    [(4, 4, 15, 0.05), (4, 4, 50, None), (5, 5, 15, 0.5), (5, 5, 50, None), (5, 10, 15, 5.0)],
)
def test_polyhedral(benchmark, dim, rays, digits, goal):
    """Certified volumes of random integer cones, a new cone in every round."""
    seeds = iter(range(100))
    vector = benchmark.pedantic(
        lambda cone: cone.intrinsic_volumes(digits),
        setup=lambda: ((_generic(dim, rays, next(seeds)),), {}),
        rounds=3 if rays > dim else 7,
    )
    assert vector.total().contains(1)
    benchmark.extra_info.update(what=f"{rays} rays in dimension {dim}, {digits} digits", goal=goal)


@pytest.mark.benchmark(group="sparse recovery")
def test_recovery(benchmark):
    """The whole curve m = 0..200, nothing remembered."""
    curve = benchmark.pedantic(
        lambda: recovery_curve(200, 20, "l1", 15),
        setup=forget,
        rounds=5,
    )
    assert len(curve) == 201
    benchmark.extra_info.update(what="l1 success probabilities, n = 200, 15 digits", goal=2.0)
