"""How the time grows with the size: n, d, m, k. Least CPU time of a few calls, nothing remembered.

A curve is a function of one size. Where the time is a power of the size its exponent is fitted;
where it is exponential, the factor from one size to the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from memory import forget

from polygeo import cones, polytopes, relu
from polygeo.replica import ladder
from polygeo.replica.functional import Problem
from polygeo.report.warmup import warmup
from polygeo.sampling import FaceProjector
from polygeo.thresholds import recovery_curve

pytestmark = pytest.mark.benchmark(timer=time.process_time)

SAMPLES = 500
"""Projections of one call."""

LAYERS = 20
"""Gaussian layers decided in one call."""


def generators(kind: str, d: int) -> np.ndarray:
    """d Gaussian generators, or 2d with a positive first coordinate."""
    rows = np.random.default_rng(d).standard_normal((d if kind == "simp" else 2 * d, d))
    if kind == "half":
        rows[:, 0] = abs(rows[:, 0])
    return rows


def projections(kind: str, d: int) -> Callable[[], Any]:
    """Certified projections with the cone's operators found anew."""
    rows = generators(kind, d)
    samples = np.random.default_rng(0).standard_normal((SAMPLES, d))
    return lambda: FaceProjector(rows).face_dimensions(samples)


def decisions(m: int, n: int) -> Callable[[], Any]:
    """Whether Gaussian layers are injective."""
    layers = np.random.default_rng((m, n)).standard_normal((LAYERS, m, n))
    return lambda: [relu.is_injective(W) for W in layers]


def replica_steps(k: int) -> Callable[[], Any]:
    """All optima on at most k levels, with compiled code."""
    warmup("replica")
    return lambda: [ladder.optimum(Problem(), i) for i in range(k + 1)]


def double_description(d: int, rays: int) -> Callable[[], Any]:
    """Facets and numbers of faces of random rays in a half-space."""
    rng = np.random.default_rng((d, rays))
    rows = rng.integers(-9, 10, size=(rays, d))
    rows[:, 0] = rng.integers(8, 20, size=rays)
    return lambda: cones.PolyhedralCone(rays=rows.tolist()).f_vector()


def volumes(family: Callable[[int], Any]) -> Callable[[int], Callable[[], Any]]:
    """All volumes of a member of a family, to 15 digits."""
    return lambda d: lambda: family(d).intrinsic_volumes(15)


def faces(model: Callable[[int], Any], **options: Any) -> Callable[[int], Callable[[], Any]]:
    """The f-vector of a model."""
    return lambda d: lambda: model(d).f_vector(**options)


LARGE = (50, 100, 200, 400)

CURVES: dict[str, tuple[str, str, tuple[int, ...], Callable[[int], Callable[[], Any]]]] = {
    "volumes: orthant": ("d", "power", LARGE, volumes(cones.Orthant)),
    "volumes: Weyl chamber B": ("d", "power", LARGE, volumes(lambda d: cones.WeylChamber("B", d))),
    "volumes: circular cone": (
        "d", "power", LARGE, volumes(lambda d: cones.CircularCone(d, "pi/5"))
    ),
    "volumes: simplex vertex": (
        "d", "power", LARGE, volumes(lambda d: cones.SimplexTangentCone(d, 1))
    ),
    "volumes: l1 descent, s = d/10": (
        "d", "power", LARGE, volumes(lambda d: cones.L1DescentCone(d, d // 10))
    ),
    "projections: d generators": (
        "d", "power", (5, 10, 20, 40, 80), lambda d: projections("simp", d)
    ),
    "projections: 2d generators": (
        "d", "power", (5, 10, 20, 40, 80), lambda d: projections("half", d)
    ),
    "polytopes: Poisson zero cell": (
        "d", "power", (10, 15, 20, 30, 40), faces(polytopes.PoissonZeroCell)
    ),
    "polytopes: Poisson-Voronoi cell, even d": (
        "d", "power", (8, 12, 16, 20, 24), faces(polytopes.PoissonVoronoiCell)
    ),
    "polytopes: Poisson-Voronoi cell, odd d": (
        "d", "power", (9, 13, 17, 21), faces(polytopes.PoissonVoronoiCell)
    ),
    "polytopes: 100 points in a ball, beta = 1/3": (
        "d", "power", (4, 6, 8, 12), faces(lambda d: polytopes.BetaPolytope(100, d, "1/3"))
    ),
    "polytopes: 2d Gaussian points": (
        "d", "power", (4, 8, 16, 32), faces(lambda d: polytopes.GaussianPolytope(2 * d, d))
    ),
    "double description: 2d rays": (
        "d", "exponential", (3, 4, 5, 6, 7), lambda d: double_description(d, 2 * d)
    ),
    "double description: rays in R^4": (
        "m", "power", (10, 20, 40, 80), lambda m: double_description(4, m)
    ),
    "is_injective: m = 8n": ("n", "exponential", (4, 5, 6, 7, 8, 9), lambda n: decisions(8 * n, n)),
    "is_injective: n = 5": ("m", "power", (20, 30, 40, 60, 80), lambda m: decisions(m, 5)),
    "l1 recovery, all m: s = n/10": (
        "n", "power", LARGE, lambda n: lambda: recovery_curve(n, n // 10)
    ),
    "q: n = 20": ("m", "power", (200, 400, 800, 1600, 3200), lambda m: lambda: relu.q_row(m)[19]),
    "replica: all k up to this": (
        "k", "power", (4, 6, 8, 12, 16), replica_steps
    ),
}  # fmt: skip
"""What grows: the letter of its size, the law that is fitted, sizes, and the call for a size."""

POINTS = [(name, size) for name, (_, _, sizes, _) in CURVES.items() for size in sizes]


@pytest.mark.parametrize(("name", "size"), POINTS)
def test_curve(benchmark, name, size):
    """One point of a curve."""
    letter, law, _, call = CURVES[name]
    function = call(size)
    forget()
    start = time.process_time()
    function()
    first = time.process_time() - start
    benchmark.pedantic(function, setup=forget, rounds=3 if first > 1 else 10)
    benchmark.extra_info.update(curve=name, letter=letter, law=law, size=size)
