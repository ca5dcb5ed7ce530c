"""p and the mean Euler characteristic by simulation, against exact values and each other.

Each comparison may fail by chance with 1e-7; there are fewer than 100 of them. Seeds are fixed.
"""

import math
import signal
from concurrent.futures import ThreadPoolExecutor
from math import comb, sqrt

import numpy as np
import pytest
from gmpy2 import mpq
from refusals import refused

import polygeo
from polygeo.answers import Estimate, from_json, to_json
from polygeo.errors import DomainError, NoExactValue, PolygeoError
from polygeo.relu import estimate_q, injective_by_faces, union_bound
from polygeo.relu.probability import draws, exact_vertices
from polygeo.relu.probability.draws import (
    KARP_LUBY,
    PLAIN,
    TALL,
    LayerBlock,
    block_size,
    conditioned,
    weights,
)
from polygeo.relu.probability.first_vertices import vertex_counts
from polygeo.relu.probability.many_vertices import COUNT, DECIDE, DOUBT, sides

ALARM = 1e-7


# --- p against what is known exactly


@pytest.mark.parametrize(("m", "n"), [(5, 1), (4, 2), (6, 2), (9, 2), (14, 2)])
@pytest.mark.parametrize("method", ["plain", "karp-luby"])
def test_p_agrees_with_the_exact_values(m, n, method):
    run = polygeo.p(m, n, samples=20_000, seed=3, method=method)
    assert run.agrees(polygeo.p(m, n), ALARM)
    rest = polygeo.p(m, n, samples=20_000, seed=3, method=method, complement=True)
    assert rest.agrees(polygeo.p(m, n, complement=True), ALARM)
    assert run.mean + rest.mean == pytest.approx(1)
    assert run.samples == rest.samples == 20_000


def test_few_rows_are_never_injective():
    assert polygeo.p(7, 3, samples=3000, seed=1).statistics[1] == 0
    run = polygeo.p(7, 3, samples=3000, seed=1, method="karp-luby")
    assert run.agrees(0, ALARM)


def test_depth_one_is_wendels_probability():
    """Vertices without any positive row exist iff the rows lie in a half-space."""
    for m, n in [(6, 2), (7, 3), (9, 4)]:
        draws = np.random.default_rng(m).standard_normal((20_000, m, n))
        found = vertex_counts(draws, 0, DECIDE)
        run = Estimate.proportion(int((found == 0).sum()), len(draws))
        assert run.agrees(polygeo.relu.wendel_probability(m, n), ALARM)


@pytest.mark.parametrize(("m", "n", "samples"), [(18, 3, 60_000), (24, 4, 8192), (12, 3, 30_000)])
def test_the_karp_luby_identity_against_plain_sampling(m, n, samples):
    """The difference of two independent estimates in units of its standard error."""
    plain = polygeo.p(m, n, samples=samples, seed=21, method="plain")
    weighted = polygeo.p(m, n, samples=samples, seed=22, method="karp-luby")
    error = sqrt(plain.stderr**2 + weighted.stderr**2)
    assert abs(plain.mean - weighted.mean) < 5.33 * error  # two-sided normal, 1e-7
    assert weighted.stderr < plain.stderr * (0.3 if m == 18 else 1.2)


@pytest.mark.slow
def test_rows_in_the_hyperplane_would_be_wrong():
    """Gaussian rows inside the hyperplane miss the determinant of Blaschke and Petkantschin.

    That is 0.7% at (18, 3); the standard error of the difference is 0.1%.
    """
    m, n, count = 18, 3, 800_000
    good = weights_of(conditioned(np.random.default_rng(1), count, m, n))
    rng = np.random.default_rng(2)
    wrong = conditioned(rng, count, m, n)
    v = np.cross(wrong[:, 0], wrong[:, 1])
    v /= np.linalg.norm(v, axis=1)[:, None]
    plane = rng.standard_normal((count, 2, n))
    wrong[:, :2] = plane - (plane @ v[:, :, None]) * v[:, None]
    bad = weights_of(wrong)
    error = sqrt(good.var() / count + bad.var() / count)
    assert bad.mean() - good.mean() > 4.5 * error
    plain = polygeo.p(m, n, samples=3_000_000, seed=5, method="plain", complement=True)
    factor = float(union_bound(m, n, "vertices"))
    ours = Estimate.from_batches(good.reshape(100, -1).mean(axis=1) * factor, count // 100)
    assert abs(ours.mean - plain.mean) < 5.33 * sqrt(ours.stderr**2 + plain.stderr**2)


def weights_of(draws):
    found = vertex_counts(draws, draws.shape[2] - 1, COUNT)
    return 1 / found[found > 0]


def test_conditioned_draws_have_their_bad_vertex():
    for m, n in [(6, 1), (9, 2), (11, 3), (12, 4)]:
        draws = conditioned(np.random.default_rng(9), 2000, m, n)
        positive = (sides(draws) > 0).sum(axis=1)
        lesser = np.minimum(positive, m - n + 1 - positive)
        assert (lesser <= n - 1).all()
        # the number of positives is binomial, cut at n - 1 (up to the orientation of the side)
        shares = np.array([comb(m - n + 1, j) for j in range(n)], float)
        shares /= shares.sum()
        seen = np.bincount(lesser, minlength=n) / 2000
        assert (abs(seen - shares) < 6 * np.sqrt(shares / 2000)).all()


def test_rare_layers_keep_their_relative_error():
    run = polygeo.p(60, 3, samples=5000, seed=4, complement=True)
    assert run.method == KARP_LUBY
    assert 0 < run.low < run.mean < run.high < 1e-10
    assert run.stderr / run.mean < 0.01
    assert run.mean < union_bound(60, 3) < union_bound(60, 3, "vertices")
    assert "e-12" in str(run)


def test_every_decision_is_that_of_the_matrix():
    """Draw by draw against theorem 2 of puthawala2022globally."""
    block = LayerBlock(9, 3, 5, PLAIN, 12)
    from polygeo.sampling import generator

    draws = generator(5, 0, 1).standard_normal((12, 9, 3))
    assert block(0).tolist() == [12, sum(injective_by_faces(W) for W in draws)]


def doubtful(layers, *task):
    """A filter that doubts everything."""
    return np.full(len(layers), DOUBT)


def test_doubtful_draws_go_to_exact_arithmetic(monkeypatch):
    """With a filter that doubts everything the sums are the same."""
    shapes = [(9, 3, PLAIN, 0), (9, 3, KARP_LUBY, 0), (6, 4, "chi", 3)]
    before = [LayerBlock(m, n, 8, method, 12, k)(0).tolist() for m, n, method, k in shapes]

    monkeypatch.setattr(draws, "vertex_counts", doubtful)
    monkeypatch.setattr(draws, "sides", lambda layers: 0 * sides(layers))
    after = [LayerBlock(m, n, 8, method, 12, k)(0).tolist() for m, n, method, k in shapes]
    # Exact sides may be oriented otherwise, which exchanges equally likely draws.
    assert after[0] == before[0]
    assert after[2] == before[2]
    assert after[1][0] == before[1][0]


def test_draws_that_are_not_in_general_position(monkeypatch):
    def dependent(rows, k):
        raise exact_vertices.Dependent((0, 1))

    block = LayerBlock(9, 3, 5, PLAIN, 20)
    plain = block(0).tolist()
    monkeypatch.setattr(draws, "vertex_counts", doubtful)
    monkeypatch.setattr(exact_vertices, "count_bad", dependent)
    assert block(0).tolist() == plain  # by theorem 2
    with pytest.raises(PolygeoError, match="not in general position"):
        LayerBlock(9, 3, 5, KARP_LUBY, 20)(0)


def test_weights_are_exact():
    counts = np.array([1, 1, 2, 7, TALL, TALL + 1, 10**6])
    sums = weights(counts)
    assert sums[0] == 7
    assert sums[[1, 2, 7, TALL]].tolist() == [2, 1, 1, 1]
    tail = sum(mpq(1, int(M)) for M in counts[-2:])
    assert 0 <= tail - mpq(int(sums[-2]), 2**44) < mpq(2, 2**44)
    squares = sum(mpq(1, int(M) ** 2) for M in counts[-2:])
    assert 0 <= squares - mpq(int(sums[-1]), 2**60) < mpq(2, 2**60)


# --- one answer everywhere


def test_the_same_seed_on_any_workers(tmp_path):
    size = block_size(18, 3)
    count = 3 * size + 77
    alone = polygeo.p(18, 3, samples=count, seed=6)
    with ThreadPoolExecutor(3) as pool:
        assert polygeo.p(18, 3, samples=count, seed=6, executor=pool) == alone
    file = tmp_path / "p.json"
    polygeo.p(18, 3, samples=size, seed=6, checkpoint=file)
    assert polygeo.p(18, 3, samples=count, seed=6, checkpoint=file) == alone
    with pytest.raises(DomainError, match="another job"):
        polygeo.p(18, 3, samples=count, seed=7, checkpoint=file)
    assert polygeo.p(18, 3, samples=count, seed=7) != alone
    assert from_json(to_json(alone)) == alone
    merged = alone.merge(polygeo.p(18, 3, samples=count, seed=7))
    assert (merged.samples, merged.method) == (2 * count, KARP_LUBY)


@pytest.mark.slow
def test_processes_give_the_same():
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    count = 2 * block_size(10, 2)
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        there = polygeo.p(10, 2, samples=count, seed=1, executor=pool)
    assert there == polygeo.p(10, 2, samples=count, seed=1)


def test_dask_gives_the_same():
    distributed = pytest.importorskip("distributed")
    with distributed.Client(
        processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None
    ) as client:
        there = estimate_q(9, 3, samples=40_000, seed=2, executor=client)
    assert there == estimate_q(9, 3, samples=40_000, seed=2)


def test_an_interrupted_run_gives_what_it_has(monkeypatch):
    blocks = LayerBlock.__call__

    def interrupted(self, block):
        if block == 2:
            signal.raise_signal(signal.SIGINT)
        return blocks(self, block)

    monkeypatch.setattr(LayerBlock, "__call__", interrupted)
    run = polygeo.p(18, 3, samples=10 * block_size(18, 3), seed=6)
    assert run.samples == 2 * block_size(18, 3)


def test_sampling_to_a_standard_error():
    for method in ("plain", "karp-luby"):
        run = polygeo.p(16, 3, stderr=0.004, seed=1, method=method)
        assert 0 < run.stderr <= 0.004
        assert run.samples % block_size(16, 3) == 0
    capped = polygeo.p(16, 3, samples=1000, stderr=1e-9, seed=1)
    assert capped.samples == 1000


def test_the_method_is_chosen_and_said():
    assert polygeo.p(12, 3, samples=200, seed=1).method == PLAIN
    assert polygeo.p(18, 3, samples=200, seed=1).method == KARP_LUBY
    assert polygeo.p(18, 3, samples=50, seed=1).method == PLAIN
    assert repr(polygeo.p(18, 3, samples=200, seed=1)).endswith("seed 1, Karp-Luby)")
    for method in ("plain", "karp-luby"):
        assert "@" in polygeo.cite(polygeo.p(18, 3, samples=200, seed=1, method=method))


def test_walk_and_search_decide_alike(monkeypatch):
    """The same draws by vertices and by the search, at sizes where the search is taken."""
    for m, n, size in ((40, 5, 40), (36, 6, 16)):
        assert draws.searched(m, n, PLAIN)
        block = LayerBlock(m, n, 3, PLAIN, size)
        by_search = block(0).tolist()
        with monkeypatch.context() as patch:
            patch.setattr(draws, "SEARCHED", math.inf)
            assert not draws.searched(m, n, PLAIN)
            assert block(0).tolist() == by_search


def test_large_layers_are_searched():
    run = polygeo.p(60, 8, samples=40, seed=1)
    assert run.method == "plain"
    assert run.mean > 0.5
    with pytest.raises(DomainError, match="one draw of 160 x 20 cannot be decided"):
        polygeo.p(160, 20, samples=4, seed=1)


def test_another_decider():
    run = polygeo.p(6, 2, samples=40, seed=1, decider=injective_by_faces)
    assert run.agrees(polygeo.p(6, 2), ALARM)
    assert run.method == "plain, injective_by_faces"
    block = LayerBlock(6, 2, 5, PLAIN, 40)
    by_faces = LayerBlock(6, 2, 5, PLAIN, 40, decider=injective_by_faces)
    assert by_faces(3).tolist() == block(3).tolist()
    assert 5 < block(3)[1] < 35
    with pytest.raises(DomainError, match="decider needs to give"):
        polygeo.p(9, 3, samples=5, seed=1, decider=lambda W: 1)
    assert polygeo.p(200, 20, samples=5, seed=1, decider=lambda W: True).mean == 1


# --- the mean Euler characteristic


@pytest.mark.parametrize(
    ("m", "n", "k"),
    [(6, 1, 1), (9, 2, 2), (9, 2, 4), (9, 3, 3), (18, 3, 3), (10, 3, 6), (12, 4, 4), (9, 5, 3)],
)
def test_mean_chi_is_q(m, n, k):
    run = estimate_q(m, n, k, samples=12_000, seed=m + n)
    assert run.exact == polygeo.q(m, n, k)
    assert run.agrees(ALARM)
    assert run.estimate.samples == 12_000
    # The test has power: the interval excludes q of the next level.
    if k < m:
        assert not run.estimate.agrees(polygeo.q(m, n, k + 1), ALARM)


# --- bad input

BAD = [
    {"samples": 0, "seed": 1},
    {"samples": -3, "seed": 1},
    {"samples": True, "seed": 1},
    {"samples": 1000.5, "seed": 1},
    {"samples": 10},
    {"samples": 10, "seed": True},
    {"samples": 10, "seed": -1},
    {"samples": 10, "seed": "x"},
    {"stderr": 0, "seed": 1},
    {"stderr": -1, "seed": 1},
    {"stderr": float("nan"), "seed": 1},
    {"stderr": True, "seed": 1},
    {"stderr": "0.1", "seed": 1},
    {"stderr": 1e-300, "seed": 1},
    {"samples": 10**30, "seed": 1},
    {"samples": 10**1000, "seed": 1},
    {"samples": 10, "seed": 1, "method": "fast"},
    {"samples": 10, "seed": 1, "executor": 7},
    {"samples": 10, "seed": 1, "checkpoint": "no/such/folder/file"},
    {"samples": 10, "seed": 1, "decider": 7},
    {"samples": 10, "seed": 1, "method": "karp-luby", "decider": bool},
    {"samples": 1, "seed": 1, "method": "karp-luby"},
    {"seed": 1},
]


@pytest.mark.parametrize("options", BAD)
def test_bad_options_are_refused_in_one_line(options):
    whole = options.get("checkpoint") is not None
    with refused() as failure:
        polygeo.p(18, 3, **{**options, **({"samples": 40_000} if whole else {})})
    assert len(str(failure.value)) < 250


@pytest.mark.parametrize(
    ("m", "n"), [(2, 3), (3, 0), (True, 1), (3.0, 2), (200, 20), (10**6, 10**5), (10**9, 3)]
)
def test_bad_sizes_are_refused_in_one_line(m, n):
    for call in (polygeo.p, lambda m, n, **o: estimate_q(m, n, **o)):
        with refused():
            call(m, n, samples=100, seed=1)


def test_without_samples_p_stays_exact():
    assert polygeo.p(7, 2) == mpq(29, 64)
    assert polygeo.p(7, 2, complement=True) == mpq(35, 64)
    with pytest.raises(NoExactValue, match=r"proved.*samples="):
        polygeo.p(18, 3)
