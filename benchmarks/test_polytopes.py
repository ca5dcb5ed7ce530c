"""How long exact and certified face numbers take, against the goals set for them."""

from __future__ import annotations

import pytest
from memory import forget

from polygeo import polytopes


def both_cells() -> int:
    """The number of values in all f-vectors."""
    models = [cell(d) for d in range(2, 11) for cell in CELLS]
    return sum(len(model.f_vector()) for model in models)


CELLS = (polytopes.PoissonVoronoiCell, polytopes.PoissonZeroCell)

EXACT = {
    "Poisson zero cell, d = 20": (lambda: polytopes.PoissonZeroCell(20).f_vector(), 1.0),
    "Poisson zero cell by angles, d = 20": (
        lambda: polytopes.PoissonZeroCell(20).poisson_sum(),
        1.0,
    ),
    "Poisson-Voronoi cell, d = 20": (lambda: polytopes.PoissonVoronoiCell(20).f_vector(), None),
    "Poisson-Voronoi cell, d = 25": (lambda: polytopes.PoissonVoronoiCell(25).f_vector(), None),
    "100 points on the sphere, d = 5": (
        lambda: polytopes.BetaPolytope(100, 5, -1).f_vector(exact=True),
        None,
    ),
    "40 points in the ball, d = 4": (lambda: polytopes.BetaPolytope(40, 4, 0).f_vector(), None),
    "Sylvester's problem in the ball, d = 1000": (lambda: polytopes.sylvester(1000), None),
}

CERTIFIED = {
    "beta = 1/3, n = 100, d = 5": lambda: polytopes.BetaPolytope(100, 5, "1/3"),
    "beta = 1/3, n = 100, d = 10": lambda: polytopes.BetaPolytope(100, 10, "1/3"),
    "beta = 0, n = 10^9, d = 3": lambda: polytopes.BetaPolytope(10**9, 3, 0),
    "beta' = 11/3, n = 100, d = 5": lambda: polytopes.BetaPrimePolytope(100, 5, "11/3"),
}


@pytest.mark.benchmark(group="exact face numbers")
def test_cells(benchmark):
    """The f-vectors of both cells in all dimensions from 2 to 10, nothing remembered."""
    count = benchmark.pedantic(both_cells, setup=forget, rounds=10)
    assert count == 2 * sum(range(2, 11))
    benchmark.extra_info.update(what="Poisson-Voronoi and zero cells, d = 2..10, exact", goal=3.0)


@pytest.mark.benchmark(group="exact face numbers")
@pytest.mark.parametrize("name", EXACT)
def test_exact(benchmark, name):
    """Exact values, nothing remembered."""
    compute, goal = EXACT[name]
    benchmark.pedantic(compute, setup=forget, rounds=3)
    benchmark.extra_info.update(what=name, goal=goal)


@pytest.mark.benchmark(group="certified face numbers")
@pytest.mark.parametrize("name", CERTIFIED)
def test_certified(benchmark, name):
    """All face numbers to 30 digits."""
    vector = benchmark.pedantic(lambda: CERTIFIED[name]().f_vector(30, exact=False), rounds=3)
    assert vector.kind == "certified"
    benchmark.extra_info.update(what=f"{name}, 30 digits", goal=None)
