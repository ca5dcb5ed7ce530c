"""Projections on cones, and volumes estimated from them alone.

Each comparison may fail by chance with 1e-6 (of a normal law; bootstrap intervals are Student's on
200 replicates); there are fewer than 200 of them, with fixed seeds.
"""

import json
import math
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from refusals import refused

import polygeo
from polygeo.answers import Estimate
from polygeo.cones import (
    CircularCone,
    Cone,
    CubeTangentCone,
    HalfSpace,
    L1DescentCone,
    LorentzCone,
    MonotoneCone,
    NonnegativeL1DescentCone,
    NonnegativeMonotoneCone,
    Orthant,
    PermutahedronTangentCone,
    PolyhedralCone,
    PSDCone,
    Ray,
    SimplexTangentCone,
    Subspace,
    WeylChamber,
    estimate_from_projection,
)
from polygeo.errors import DomainError
from polygeo.sampling import ProjectionCounts, estimate_projections
from polygeo.sampling.lengths.projection_counts import cell_count, cell_rows
from polygeo.sampling.lengths.projections import ProjectionBlock

CONES = [
    Orthant(5),
    Subspace(2, 4),
    HalfSpace(3),
    Ray(4),
    CircularCone(5, "pi/7"),
    CircularCone(3, 0),
    CircularCone(3, "pi/2"),
    CircularCone(1, 1),
    LorentzCone(4),
    PSDCone(1),
    PSDCone(2),
    PSDCone(4),
    MonotoneCone(5),
    NonnegativeMonotoneCone(5),
    WeylChamber("A", 4),
    WeylChamber("D", 4),
    WeylChamber("I2", 5),
    WeylChamber("F4"),
    WeylChamber("H3"),
    WeylChamber("B", 2) * Ray(2) * LorentzCone(3),
    Orthant(2).embed(4),
    CubeTangentCone(4, 1),
    SimplexTangentCone(5, 2),
    L1DescentCone(5, 2),
    NonnegativeL1DescentCone(5, 2),
    PermutahedronTangentCone(4),
    PermutahedronTangentCone(4, "B"),
    PolyhedralCone(rays=[[1, 0, 0], [1, 3, 0]], lines=[[0, 0, 1]]),
    PolyhedralCone(inequalities=[[1, 0, 0], [10**400, 1, 1]], equations=[[0, 1, -1]]),
]


class Bare(LorentzCone):
    """A cone whose author wrote no projection, nor a description."""

    _project = Cone._project

    def __init__(self):
        super().__init__(3)


@pytest.mark.parametrize("cone", [*CONES, *(cone.polar() for cone in CONES)], ids=repr)
def test_moreau(cone):
    """p in C, y - p in the polar, orthogonal: with these P is the projection."""
    d = cone.ambient_dim
    y = np.random.default_rng(d).standard_normal((40, d))
    p = cone.project(y)
    rest = y - p
    assert np.abs((p * rest).sum(axis=1)).max() < 1e-12
    assert (p @ rest.T).max() < 1e-12
    assert np.abs(cone.project(p) - p).max() < 1e-12
    assert np.abs(cone.polar().project(y) - rest).max() < 1e-12
    assert np.abs(cone.project(1e9 * y) / 1e9 - p).max() < 1e-12
    if type(cone).__name__ != "PSDCone":
        moved = np.abs(p - y).max(axis=1) > 1e-9
        for point, away in zip(y, moved, strict=True):
            try:
                inside = cone.contains(point.tolist())
            except DomainError:  # a polar without a test of membership
                continue
            assert inside == (not away)
    assert cone.project(np.zeros((0, d))).shape == (0, d)


def test_families_against_least_squares():
    y = np.random.default_rng(1).standard_normal((30, 4))
    rows = [[int(j == i) - int(j == i - 1) for j in range(4)] for i in range(4)]
    chain = PolyhedralCone(inequalities=rows)
    for cone in (NonnegativeMonotoneCone(4), WeylChamber("B", 4)):
        assert np.abs(cone.project(y) - chain.project(y)).max() < 1e-12
    free = PolyhedralCone(inequalities=rows[1:])
    assert np.abs(MonotoneCone(4).project(y) - free.project(y)).max() < 1e-12
    by_rays = PolyhedralCone(rays=chain.rays)
    assert np.abs(by_rays.project(y) - chain.project(y)).max() < 1e-12


def test_positive_part_of_a_matrix():
    p = PSDCone(2).project([[0.0, 0.0, 2**0.5]])  # eigenvalues 1, -1
    assert p == pytest.approx(np.array([[0.5, 0.5, 0.5 * 2**0.5]]))
    assert PSDCone(2).project([[1.0, 1.0, 0.0], [-1.0, -1.0, 0.0]]).tolist() == [
        [1.0, 1.0, 0.0],
        [0.0, 0.0, 0.0],
    ]


@pytest.mark.parametrize("dim", [2, 6, 100, 300])
def test_cells_have_total_probability_one(dim):
    cells = cell_count(dim)
    rows = np.exp(cell_rows(dim, (1, dim - 1), np.arange(cells), cells))
    assert rows[:-2].sum(axis=0) == pytest.approx(np.ones(dim - 1), abs=1e-11)


EXACT = [
    Orthant(5),
    LorentzCone(5),
    CircularCone(6, "pi/3"),
    PSDCone(3),
    PSDCone(2).polar(),
    MonotoneCone(5),
    WeylChamber("B", 4),
    WeylChamber("H3"),
    Orthant(2) * Ray(2) * LorentzCone(3),
    PSDCone(1),
]


@pytest.mark.parametrize("cone", EXACT, ids=repr)
@pytest.mark.parametrize("log_concave", [True, False])
def test_estimates_against_exact_volumes(cone, log_concave):
    exact = cone.intrinsic_volumes(15)
    counts = cone.projection_counts(10_000, seed=7)
    runs = counts.volumes(log_concave=log_concave, replicates=30)
    assert len(runs) == len(exact)
    for run, value in zip(runs, exact, strict=True):
        assert run.agrees(float(value))
        assert run.high - run.low < 0.2
    assert counts.statistical_dimension().agrees(float(exact.statistical_dimension()))
    assert counts.variance().agrees(float(exact.variance()))


def test_psd_4_by_its_spectrum():
    """Self-duality gives d/2 = 5 and the mirror image; the variance from another stream."""
    counts = PSDCone(4).projection_counts(20_000, seed=3)
    assert counts.statistical_dimension().agrees(5)
    weights = counts.fit().weights
    assert np.abs(weights - weights[::-1]).max() < 0.1
    rng = np.random.default_rng(11)
    a = rng.standard_normal((20_000, 4, 4))
    spectrum = np.linalg.eigvalsh((a + a.transpose(0, 2, 1)) / 2)  # the standard Gaussian matrix
    assert (spectrum**2).sum(axis=1).mean() == pytest.approx(10, abs=0.2)
    square = (spectrum.clip(min=0) ** 2).sum(axis=1)
    variance = square.var(ddof=1) - 2 * square.mean()
    influence = (square - square.mean()) ** 2 - 2 * square
    error = np.hypot(influence.std() / len(square) ** 0.5, counts.variance().stderr)
    assert abs(variance - counts.variance().mean) < 5 * error


def test_the_directions_alone_have_less_variance():
    counts = Orthant(8).projection_counts(5000, seed=2)
    plain = 8 * np.var(
        [np.maximum(0, g) @ g for g in np.random.default_rng(1).standard_normal((5000, 8))]
    )
    assert counts.statistical_dimension().stderr ** 2 * 5000 < plain / 8


def test_one_answer_everywhere(tmp_path):
    cone = LorentzCone(3)
    alone = cone.projection_counts(70_000, seed=4)
    with ThreadPoolExecutor(3) as threads:
        assert cone.projection_counts(70_000, seed=4, executor=threads) == alone
    with ProcessPoolExecutor(2) as processes:
        assert cone.projection_counts(70_000, seed=4, executor=processes) == alone
    file = tmp_path / "run.json"
    cone.projection_counts(35_000, seed=4, checkpoint=file)
    assert cone.projection_counts(70_000, seed=4, checkpoint=file) == alone
    assert cone.projection_counts(70_000, seed=5) != alone
    with pytest.raises(DomainError, match="another job"):
        LorentzCone(4).projection_counts(70_000, seed=4, checkpoint=file)
    record = json.loads(json.dumps(alone.to_dict()))
    for name in ("histogram", "sums", "support"):
        record[name] = tuple(record[name])
    assert ProjectionCounts(**record) == alone


def test_ctrl_c_in_the_last_block_keeps_the_others(monkeypatch):
    plain = ProjectionBlock.__call__

    def interrupted(self, block):
        if block == 1:
            raise KeyboardInterrupt
        return plain(self, block)

    whole = LorentzCone(3).projection_counts(1 << 15, seed=4)
    monkeypatch.setattr(ProjectionBlock, "__call__", interrupted)
    part = LorentzCone(3).projection_counts((1 << 15) + 5, seed=4)
    assert not part.complete
    assert part.histogram == whole.histogram


def test_a_projection_of_ones_own():
    def lorentz(y):
        side = np.linalg.norm(y[:, :-1], axis=1)
        scale = np.maximum(side + y[:, -1], 0) / 2
        ratio = scale / np.where(side > 0, side, 1.0)
        ray = np.concatenate([y[:, :-1] * ratio[:, None], scale[:, None]], axis=1)
        return np.where((side <= y[:, -1])[:, None], y, ray)

    own = estimate_from_projection(lorentz, 4, 3000, seed=5, replicates=20)
    ours = LorentzCone(4).estimate_intrinsic_volumes(3000, seed=5, replicates=20)
    assert [run.mean for run in own] == pytest.approx([run.mean for run in ours], abs=1e-9)


BAD = {
    "shape": lambda y: y[:, :1],
    "one point": lambda y: y[0],
    "nan": lambda y: y * np.nan,
    "complex": lambda y: y * 1j,
    "text": lambda y: "no",
    "not orthogonal": lambda y: y / 2,
    "a ball": lambda y: y / np.maximum(np.linalg.norm(y, axis=1, keepdims=True), 1),
    "not convex": lambda y: np.where(np.abs(y) == np.abs(y).max(axis=1, keepdims=True), y, 0),
    "not idempotent": lambda y: (
        np.roll(np.maximum(y, 0), 1, axis=1) * 0 + y * (y.sum(1) > 0)[:, None]
    ),
    "reflection": lambda y: np.maximum(y, 0) + 1e-3,
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_projection_is_refused(name):
    with refused():
        estimate_projections(BAD[name], 3, 1000, seed=1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: Subspace(1, 3).estimate_intrinsic_volumes(100, seed=1),
        lambda: Bare().estimate_intrinsic_volumes(100, seed=1),
        lambda: (Orthant(2) * Bare()).estimate_intrinsic_volumes(100, seed=1),
        lambda: Orthant(3).estimate_intrinsic_volumes(5, seed=1, method="lengths"),
        lambda: Orthant(3).estimate_intrinsic_volumes(100, seed=-1),
        lambda: Orthant(3).estimate_intrinsic_volumes(100, seed=1, method="lengths", replicates=3),
        lambda: Orthant(3).estimate_intrinsic_volumes(100, seed=1, executor=7),
        lambda: Orthant(3).estimate_intrinsic_volumes(100, seed=1, method="lengths", tolerance=1),
        lambda: Orthant(3).project([[1, 2]]),
        lambda: Orthant(3).project([["a", 1, 2]]),
        lambda: Orthant(2).project([[np.inf, 1]]),
        lambda: estimate_projections(3, 3, 100, seed=1),
        lambda: estimate_projections(lambda y: y, 3, 100, seed=1, support=(0, 2)),
    ],
)
def test_bad_input_is_one_line(call):
    with refused():
        call()


def test_bootstrap_estimates_are_answers():
    run = LorentzCone(3).estimate_intrinsic_volumes(500, seed=1, replicates=25)[1]
    assert run.statistics[:2] == ("bootstrap", 25)
    assert polygeo.from_json(polygeo.to_json(run)) == run
    assert run.interval(0.5)[0] > run.low
    with pytest.raises(DomainError, match="bootstrap"):
        run.merge(LorentzCone(3).estimate_intrinsic_volumes(500, seed=2, replicates=25)[1])
    sure = Estimate.bootstrap(0.0, [0.0] * 30, 1000)
    assert sure.low == 0
    assert sure.high == Estimate.proportion(0, 1000).high
    with pytest.raises(DomainError):
        Estimate.bootstrap(1.5, [1.0, 1.0], 10)


def test_intervals_hold_what_they_say():
    """45 intervals of 95% in 15 runs: more than 9 misses have a chance of 1e-4 if independent."""
    exact = [float(v) for v in LorentzCone(4).intrinsic_volumes()]
    misses = 0
    for seed in range(15):
        counts = LorentzCone(4).projection_counts(1000, seed=100 + seed)
        runs = counts.volumes(replicates=20)
        misses += sum(not r.low <= v <= r.high for r, v in zip(runs[1:4], exact[1:4], strict=True))
    assert misses <= 9


@pytest.mark.parametrize(
    "cone", [Orthant(1), Orthant(2), Orthant(5), Ray(4), LorentzCone(4)], ids=repr
)
def test_the_vector_of_volumes_sums_to_1(cone):
    """Shares at both ends and weights between them; functionals are those of the vector."""
    counts = cone.projection_counts(500, seed=3)
    runs = counts.volumes(replicates=20)
    means = [run.mean for run in runs]
    assert math.fsum(means) == pytest.approx(1, abs=1e-13)
    assert counts.tail(1, replicates=20).mean == pytest.approx(math.fsum(means[1:]), abs=1e-13)
    exact = cone.intrinsic_volumes()
    assert all(run.agrees(v) for run, v in zip(runs, exact, strict=True))
    if cone.dim > 3:
        assert math.fsum(means[::2]) == pytest.approx(0.5, abs=1e-13)
