"""Limits of time and nodes on sets of inputs: what is known by then holds, and large collisions."""

import time

import numpy as np
import pytest
from click.testing import CliRunner
from gmpy2 import mpq
from layers import gaussian, load_search, plus_minus

from polygeo.cones import PolyhedralCone
from polygeo.errors import Undecided
from polygeo.polyhedra.vectors import dot
from polygeo.relu import halfspace_depth, is_injective
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.domain import layer_on
from polygeo.relu.decision.search import scaled_matrix
from polygeo.relu.decision.search.annealing import LONG, SHORT, annealed
from polygeo.relu.decision.search.many_columns import annealed_batches
from polygeo.relu.decision.search.outcomes import BUDGET, POINT
from polygeo.relu.decision.search.packing import pack
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix
from polygeo.relu.inputs import read_inputs
from polygeo.relu.matrix import read_matrix
from polygeo.report.cli.program import cli


def unfinished(W, bias=None, inputs=None, **limits) -> Undecided:
    with pytest.raises(Undecided) as problem:
        is_injective(W, bias, inputs, **limits)
    return problem.value


def values(W, bias, x):
    """W x + bias, exactly."""
    shift = [mpq(0)] * len(W) if bias is None else [mpq(float(b)) for b in bias]
    return [dot(w, x) + b for w, b in zip(read_matrix(W).entries, shift, strict=True)]


def settings(m, n):
    """Biases, inputs, and a sampler of inputs: of a cone, a box away from 0, a flat set."""
    rays = np.abs(np.random.default_rng(7).integers(1, 9, size=(n, n))) + 9 * np.eye(n, dtype=int)
    flat = np.vstack([np.eye(n, dtype=int), [[1, -1, *[0] * (n - 2)], [-1, 1, *[0] * (n - 2)]]])
    b = gaussian(m, seed=5)
    yield b, None, lambda z: 3 * z
    yield None, "nonnegative", np.abs
    yield None, PolyhedralCone(rays=rays), lambda z: np.abs(z) @ rays
    yield b, (1, 2), lambda z: 1 + np.abs(z) % 1
    yield None, (flat, [0] * (n + 2)), lambda z: np.abs(np.column_stack([z[:, 0], z[:, :-1]]))


@pytest.mark.parametrize("case", range(5))
@pytest.mark.parametrize(("m", "n"), [(70, 7), (300, 12)])
def test_what_an_undecided_layer_has(case, m, n, monkeypatch):
    """The witness is an input, its rows are counted, and no input has fewer rows than ``low``."""
    monkeypatch.setattr(scaled_matrix, "nodes_without_compiling", lambda m, n: 0)
    W = gaussian(m, n, seed=m)
    bias, inputs, sample = list(settings(m, n))[case]
    found = unfinished(W, bias, inputs, max_nodes=1)
    domain = read_inputs(inputs, n)
    assert domain is None or domain.contains(found.witness)
    count = sum(v >= 0 for v in values(W, bias, found.witness))
    assert count <= found.high <= count + n
    low, high = found.depth
    assert (high, found.low) == (found.high, 0)
    assert 2 <= low <= high
    points = sample(gaussian(4000, n, seed=3))
    counts = (points @ W.T + (0 if bias is None else bias) >= 0).sum(axis=1)
    assert low <= counts.min()
    assert count <= np.median(counts)  # descent does better than a draw


@pytest.mark.parametrize("inputs", [None, "nonnegative"])
def test_bounds_of_the_depth_do_not_wait_for_compiled_code(inputs, monkeypatch):
    monkeypatch.setattr(scaled_matrix, "nodes_without_compiling", lambda m, n: 1000)
    for seed in range(3):
        W = gaussian(48, 7, seed=seed)
        low, high = unfinished(W, inputs=inputs, max_nodes=1).depth
        assert 3 <= low <= halfspace_depth(W, inputs=inputs).depth <= high


def test_bounds_of_the_depth_hold_the_depth_in_a_cone():
    for seed in range(6):
        W = gaussian(70, 6, seed=seed)
        low, high = unfinished(W, inputs="nonnegative", max_nodes=1).depth
        assert 1 <= low <= halfspace_depth(W, inputs="nonnegative").depth <= high


def test_constant_rows_count_and_are_not_seen():
    """Rows (0, b) with b >= 0 are always on; on the line x1 = x2 the row (1, -1) is one of them."""
    W = gaussian(70, 7, seed=70)
    more = np.vstack([W, np.zeros((3, 7))])
    bias = np.concatenate([gaussian(70, seed=5), [1.0, 0.0, -1.0]])
    plain, found = (unfinished(*given, max_nodes=1) for given in ((W, bias[:70]), (more, bias)))
    assert found.depth[1] - found.high == 2
    assert plain.depth[1] == plain.high
    edge = np.zeros((1, 7))
    edge[0, :2] = 1, -1
    _, (A, c), _ = list(settings(70, 7))[4][0:3]
    flat = unfinished(np.vstack([W, edge]), None, (A, c), max_nodes=1)
    assert flat.depth[1] - flat.high == 1


def test_dimensions_that_sublayers_prove_on_a_set_of_inputs():
    """Opposite rows prove 7 dimensions of 14; on inputs with x1 = x2 they are 6."""
    W = np.vstack([np.hstack([plus_minus(7), np.zeros((14, 7))]), gaussian(200, 14)])
    assert unfinished(W, inputs=(-1, np.arange(1, 15)), max_nodes=1).low == 7
    row = [1, -1, *[0] * 12]
    assert unfinished(W, inputs=([row, [-c for c in row]], [0, 0]), max_nodes=1).low == 6


@pytest.mark.parametrize(("bias", "inputs"), [(True, None), (False, "nonnegative"), (True, (0, 1))])
@pytest.mark.parametrize(("m", "n"), [(1024, 20), (512, 48)])
def test_a_timeout_is_kept(bias, inputs, m, n):
    """In seconds of the processor, and on a clock that other processes may hold up."""
    load_search()
    W, b = gaussian(m, n), gaussian(m, seed=2) if bias else None
    is_injective(W[:60, :8], b if b is None else b[:60], inputs)
    started, clock = time.process_time(), time.monotonic()
    found = unfinished(W, b, inputs, timeout=2)
    assert time.process_time() - started < 2.4
    assert time.monotonic() - clock < 6
    assert found.depth is not None


def test_without_an_input_met_the_one_inside_is_the_witness(monkeypatch):
    monkeypatch.setattr(f"{ScaledMatrix.__module__}.ScaledMatrix._see", seen_nothing)
    W = gaussian(70, 7, seed=70)
    found = unfinished(W, None, (1, 2), max_nodes=1)
    assert found.witness == (mpq(3, 2),) * 7
    assert found.high == sum(v >= 0 for v in values(W, None, found.witness))


def seen_nothing(self, point):
    """No point is kept."""
    return -1


def test_searches_that_begin_after_the_end():
    """A budget that is spent before the first node ends every search, without a point or a tree."""
    load_search()
    scaled = ScaledMatrix(None, gaussian(40, 6))
    scaled.arrays()
    spent = Budget(max_nodes=1)
    spent.used = 1
    spent_in_time = Budget(timeout="1/1000000000")
    for budget in (spent, spent_in_time):
        assert scaled.propose(budget)[0] == BUDGET
        status, point, tree, low = scaled.depth(budget, 7, True)
        assert (status, tree, low) == (BUDGET, [], 0)
        assert point.shape == (6,)
        assert scaled.decide(budget, lambda: False)[0] in (BUDGET, POINT)


# --- many columns


@pytest.mark.parametrize(("m", "n"), [(100, 30), (170, 64)])
@pytest.mark.parametrize("kind", ["nonnegative", "box", "bias"])
def test_collisions_where_there_are_many_columns(m, n, kind):
    W = gaussian(m, n, seed=4)
    bias = gaussian(m, seed=6) if kind != "nonnegative" else None
    inputs = {"nonnegative": "nonnegative", "box": (0, 1), "bias": None}[kind]
    verdict = is_injective(W, bias, inputs, timeout=60)
    assert not verdict
    assert verdict.verify(W, bias, inputs)


@pytest.mark.parametrize("biased", [False, True])
def test_collisions_at_nonnegative_inputs_of_a_layer_with_many_rows(biased):
    """Far more rows than 3 n: where inequalities had a penalty this took ten times as long."""
    W, bias = gaussian(250, 64, seed=7), gaussian(250, seed=8) if biased else None
    verdict = is_injective(W, bias, "nonnegative", timeout=60)
    assert not verdict
    assert verdict.verify(W, bias, "nonnegative")


@pytest.mark.parametrize("pace", [SHORT, LONG])
def test_annealed_descent_stays_inside(pace):
    """What it returns: the rows at x, and m + 1 for each coordinate that is negative."""
    W = gaussian(60, 24)
    least, x = annealed(np.vstack([W, np.eye(24)]), 3, 0, np.zeros(4, np.int64), 24, pace)
    assert (x > 0).all()
    assert abs(least - (W @ x >= 0).sum()) <= 1  # rounding to float32
    free, _ = annealed(W, 3, 0, np.zeros(4, np.int64), 0, pace)
    assert free < least < 30
    inside, x = annealed(W, 3, 0, np.zeros(4, np.int64), 0, pace, True)
    assert (x > 0).all()
    assert abs(inside - (W @ x >= 0).sum()) <= 1
    assert free < inside < 30


@pytest.mark.parametrize("seed", range(4))
def test_few_rows_are_active_in_a_simplicial_cone(seed):
    """Batches in the coordinates of its edges: a point inside, with so many rows as are counted."""
    rng = np.random.default_rng(seed)
    W, scale = gaussian(72, 24, seed=seed), np.diag(rng.uniform(0.5, 2, size=24))
    for below in (scale, scale + 0.1 * rng.normal(size=(24, 24))):
        rows, seen = np.vstack([W, below]), []

        def see(x, below=below, seen=seen):
            seen.append(x)
            return int((W @ x >= 0).sum()) if (below @ x > 0).all() else -1

        least = annealed_batches(rows, 24, 23, np.zeros(4, np.int64), see)
        assert 0 <= least <= 23
        assert len(seen) <= 8
    flat = np.vstack([W, np.eye(24)[[*range(23), 22]]])  # a cone that is not simplicial
    assert annealed_batches(flat, 24, 23, np.zeros(4, np.int64), lambda x: 23) == 23


def test_packings_on_a_cone_leave_its_inequalities_to_all_supports():
    """In the quadrant each of the rows (1, 0), (0, 1) is a support by itself: x1 >= 0."""
    scaled = layer_on([[1, 0], [0, 1], [-1, 0]], None, "nonnegative").scaled()
    columns, rows = scaled.arrays()
    members, used = np.zeros(40, np.int64), np.zeros(4, np.int64)
    given = columns, rows, 3, 2, 2, np.array([0, 1]), np.ones(len(rows)), True, 3
    assert pack(*given, members, np.empty(2), used) == 2
    found, at = [], 0
    for _ in range(2):
        found.append(members[at + 1 : at + 1 + members[at]].tolist())
        at += members[at] + 1
    assert sorted(min(part) for part in found) == [0, 1]
    assert all(len([i for i in part if i < 2]) == 1 for part in found)


def test_the_table_of_a_network_has_bounds(tmp_path):
    """Layers with biases or nonnegative inputs that are not decided in time."""
    load_search()
    path = tmp_path / "net.npz"
    arrays = {"fc1.weight": gaussian(200, 20), "fc1.bias": gaussian(200, seed=2)}
    np.savez(path, **arrays, **{"fc2.weight": gaussian(1400, 200)})
    words = ("network", path, "--timeout", "1", "--format", "csv")
    lines = CliRunner().invoke(cli, [str(word) for word in words]).output.splitlines()
    first, second = (line.split(",") for line in lines[1:3])
    assert first[:5] == ["fc1.weight", "200 x 20", "10", "all", "open"]
    assert second[:5] == ["fc2.weight", "1400 x 200", "7", "nonnegative", "open"]
    for cells in (first, second):
        low, word, high, *rest = cells[5].split()
        assert (word, " ".join(rest)) == ("to", "rows >= 0 at the input with the fewest")
        assert 1 <= int(low) <= int(high) < int(cells[1].split()[0]) / 2


def test_a_layer_that_no_memory_holds_is_open(tmp_path):
    path = tmp_path / "net.npz"
    np.savez(path, **{"fc1.weight": np.tile(gaussian(900, 300), (5, 1)), "fc1.bias": np.ones(4500)})
    words = ("network", str(path), "--timeout", "1", "--format", "csv")
    line = CliRunner().invoke(cli, words).output.splitlines()[1]
    assert line.split(",")[4] == "open"
    assert "GiB of memory" in line
