"""Estimated volumes of polyhedral cones against exact and certified ones.

Each comparison may fail by chance with 1e-7; there are fewer than 100 of them.
"""

import pytest
from refusals import refused

from polygeo.cones import MonotoneCone, PolyhedralCone

CONES = {
    "orthant": PolyhedralCone(rays=[[int(i == j) for i in range(4)] for j in range(4)]),
    "B4": PolyhedralCone(inequalities=[[1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1], [0, 0, 0, 1]]),
    "redundant rays": PolyhedralCone(rays=[[1, 0, 0], [0, 1, 0], [1, 1, 0], [1, 1, 3], [2, 1, 1]]),
    "flat in R^4": PolyhedralCone(rays=[[1, 0, 0, 0], [1, 2, 0, 0], [1, 1, 1, 0]]),
    "inequalities with equations": PolyhedralCone(
        inequalities=[[1, 0, 0], [1, 2, 0]], equations=[[0, 0, 1]]
    ),
    "with lines": PolyhedralCone(rays=[[1, 0, 0], [1, 3, 0]], lines=[[0, 0, 1]]),
}


@pytest.mark.parametrize("name", CONES)
def test_estimates_agree(name: str) -> None:
    cone = CONES[name]
    exact = cone.intrinsic_volumes()
    runs = cone.estimate_intrinsic_volumes(20_000, seed=5)
    assert len(runs) == len(exact) == cone.ambient_dim + 1
    for run, value in zip(runs, exact, strict=True):
        assert run.agrees(value if not hasattr(value, "free_symbols") else float(value), 1e-7)
    counts = cone.face_counts(20_000, seed=5)
    assert counts.statistical_dimension().agrees(float(exact.statistical_dimension()), 1e-7)


def test_dimension_above_the_certified_ones() -> None:
    """The monotone cone of R^8 by its inequalities, against Stirling numbers."""
    rows = [[int(j == i + 1) - int(j == i) for j in range(8)] for i in range(7)]
    runs = PolyhedralCone(inequalities=rows).estimate_intrinsic_volumes(20_000, seed=6)
    for run, value in zip(runs, MonotoneCone(8).intrinsic_volumes(), strict=True):
        assert run.agrees(value, 1e-7)


@pytest.mark.parametrize(
    "call",
    [
        lambda: PolyhedralCone(lines=[[1, 0]], rays=[]).estimate_intrinsic_volumes(100, seed=1),
        lambda: CONES["orthant"].estimate_intrinsic_volumes(0, seed=1),
        lambda: CONES["orthant"].estimate_intrinsic_volumes(-5, seed=1),
        lambda: CONES["orthant"].estimate_intrinsic_volumes(100, seed="x"),
        lambda: CONES["orthant"].estimate_intrinsic_volumes(100),
        lambda: CONES["orthant"].estimate_intrinsic_volumes(seed=1),
        lambda: CONES["orthant"].estimate_intrinsic_volumes(stderr=0, seed=1),
        lambda: CONES["orthant"].estimate_intrinsic_volumes(100, seed=1, executor=7),
    ],
)
def test_bad_input_is_one_line(call: object) -> None:
    with refused():
        call()  # type: ignore[operator]
