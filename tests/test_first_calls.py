"""The first calls on a new machine: uncompiled searches, kept values, what compiling says."""

import json
import os
import random
import subprocess
import sys
import time

import numpy as np
import pytest

import polygeo
from polygeo import progress, relu
from polygeo.errors import DomainError
from polygeo.polyhedra.vectors import primitive, rank
from polygeo.relu import is_injective
from polygeo.relu.decision import first_verdicts, injectivity
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.decision.search import compiled, first_layers, scaled_matrix
from polygeo.relu.decision.search.exact_tree import exact_search
from polygeo.relu.decision.search.first_layers import FirstLayer
from polygeo.relu.decision.search.outcomes import BUDGET, CLOSED, POINT
from polygeo.relu.decision.witness import witness_at
from polygeo.relu.probability.draws import compile_search, injective


def small_layers(count, seed):
    """Integer layers with ties, opposite, repeated and zero rows, small and huge entries."""
    dice = random.Random(seed)
    while count:
        n = dice.randint(1, 4)
        most = dice.choice([1, 1, 2, 3, 10**20])
        m = dice.randint(n, 2 * n + 6)
        rows = [primitive([dice.randint(-most, most) for _ in range(n)]) for _ in range(m)]
        if dice.random() < 0.3:
            rows += [tuple(-c for c in row) for row in rows[:3]]
        if dice.random() < 0.2:
            rows += [rows[0], (0,) * n]
        if rank(rows) == n:
            count -= 1
            yield rows


def test_uncompiled_verdicts_are_those_of_rational_arithmetic():
    seen = {True: 0, False: 0}
    for rows in small_layers(400, 1):
        layer = FirstLayer(rows, 2000)
        status, x = layer.decide(Budget())
        point, _ = exact_search([row for row in rows if any(row)], lambda: True)
        assert status == (CLOSED if point is None else POINT)
        if status == CLOSED:
            assert check_tree(rows, layer.tree()) > 0
        else:
            assert witness_at(rows, x.tolist()) is not None
        seen[status == CLOSED] += 1
    assert min(seen.values()) > 100


def test_uncompiled_depths_are_those_of_rational_arithmetic():
    for rows in small_layers(80, 2):
        points = [row for row in rows if any(row)]
        goal = random.Random(len(rows)).randint(1, 4)
        layer = FirstLayer(points, 2000)
        status, x = layer.depth(Budget(), goal)
        point, _ = exact_search(points, lambda: True, ranked=False, goal=goal)
        assert status == (CLOSED if point is None else POINT)
        if status == POINT:
            exact = [polygeo.answers.rational(c) for c in x.tolist()]
            assert (
                sum(sum(a * b for a, b in zip(p, exact, strict=True)) >= 0 for p in points) < goal
            )


@pytest.mark.parametrize(("m", "n"), [(20, 4), (40, 4), (44, 5), (26, 8)])
def test_gaussian_layers_have_one_verdict(m, n, monkeypatch):
    """With and without compiled code, and every proof holds."""
    for seed in range(4):
        W = np.random.default_rng(seed).normal(size=(m, n))
        monkeypatch.setattr(scaled_matrix, "nodes_without_compiling", lambda m, n: 0)
        compiled = is_injective(W)
        monkeypatch.setattr(scaled_matrix, "nodes_without_compiling", lambda m, n: 3000)
        plain = is_injective(W)
        assert plain.injective == compiled.injective
        assert plain.verify()
        assert compiled.verify()
        assert (plain.certificate is None) == (not plain.injective)


def test_nodes_and_time_are_limits_of_the_uncompiled_search_too():
    W = np.random.default_rng(3).normal(size=(48, 6))
    rows = [tuple(map(int, np.rint(1000 * row))) for row in W]
    budget = Budget(max_nodes=2)
    assert FirstLayer(rows, 3000).decide(budget)[0] == BUDGET
    assert budget.spent
    layer = FirstLayer(rows, 3000)
    assert layer.decide(Budget(timeout="1/1000000"))[0] == BUDGET


def test_compiled_code_is_asked_for_after_a_while(monkeypatch):
    monkeypatch.setattr(first_layers, "KERNELS", ())
    for kept_there, limits in ((True, first_layers.KEPT), (False, first_layers.NEW)):
        monkeypatch.setattr(first_layers, "_used", 0.0)
        monkeypatch.setattr(first_layers, "on_disk", lambda kept_there=kept_there: kept_there)
        assert first_layers.nodes_without_compiling(20, 4) == limits[1]
        assert first_layers.nodes_without_compiling(limits[0] + 1, 1) == 0
        monkeypatch.setattr(first_layers, "_used", limits[2])
        assert first_layers.nodes_without_compiling(20, 4) == 0


LOADED = """
import numpy as np
from polygeo.relu import is_injective
from polygeo.relu.decision.search import first_layers
assert first_layers.nodes_without_compiling(20, 4) > 0
is_injective(np.random.default_rng(1).normal(size=(500, 3)))
assert first_layers.nodes_without_compiling(20, 4) == 0
"""


def test_a_search_that_a_larger_layer_has_loaded_is_used_at_once():
    """The search is then a part of other compiled code, and has no types of its own."""
    is_injective(np.random.default_rng(1).normal(size=(500, 3)))  # on the disk from now on
    subprocess.run([sys.executable, "-c", LOADED], check=True)


COLD = """
import json, sys, time
import numpy as np
start = time.process_time()
import polygeo
W = np.random.default_rng(1).normal(size=(20, 4))
times = {}
for name, call in {
    "injective": lambda: polygeo.relu.is_injective([[1, 0], [0, 1], [-1, 0], [0, -1]]).verify(),
    "gaussian": lambda: polygeo.relu.is_injective(W).verify(),
    "depth": lambda: polygeo.relu.halfspace_depth(W).verify(),
    "thresholds": lambda: len(polygeo.table("thresholds").rows),
}.items():
    assert call()
    times[name], start = time.process_time() - start, time.process_time()
print(json.dumps([times, sorted({"numba", "scipy.stats"} & set(sys.modules))]))
"""


def test_a_fresh_clone_decides_without_compiling(tmp_path):
    """An empty cache, a new process: seconds of CPU, many times what they are when idle."""
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", COLD], env=env, capture_output=True, check=True)
    times, loaded = json.loads(done.stdout)
    assert loaded == []
    assert max(times["injective"], times["gaussian"], times["depth"]) < 2.5
    assert times["thresholds"] < 6
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("patience", [0.0, 0.4, 1e9])
def test_draws_have_one_count(patience, monkeypatch):
    """With compiled code from the first draw on, from a later one on, and never."""
    draws = np.random.default_rng(4).normal(size=(60, 30, 5))
    verdicts = compiled.decide_batch(draws, compiled.LONG)
    assert 0 < (verdicts == 1).sum() < 60
    monkeypatch.setattr(first_verdicts, "_compiled", lambda: False)
    monkeypatch.setattr(first_verdicts, "PATIENCE", patience)
    for use, result in ((injective, (verdicts == 1).sum()), (relu.decide_batch, verdicts)):
        monkeypatch.setattr(first_verdicts, "_used", 0.0)
        assert np.array_equal(use(draws), result)
        assert (first_verdicts._used == 0) == (patience == 0)


def test_long_runs_compile_the_search_first(monkeypatch):
    asked = []
    monkeypatch.setattr(compiled, "decide_batch", lambda *call: asked.append(call))
    monkeypatch.setattr(first_verdicts, "_compiled", lambda: False)
    monkeypatch.setattr(first_verdicts, "_used", 0.0)
    compile_search(10, 8)
    assert not asked
    compile_search(1e4, 8)
    assert len(asked) == 1
    monkeypatch.setattr(first_verdicts, "_compiled", lambda: True)
    compile_search(10, 8)
    assert len(asked) == 2


def test_batches_with_ties_are_left_to_compiled_code(monkeypatch):
    """There an answer -1 must not depend on what is compiled."""
    monkeypatch.setattr(first_verdicts, "_compiled", lambda: False)
    monkeypatch.setattr(first_verdicts, "_used", 0.0)
    W = np.random.default_rng(1).normal(size=(2, 14, 3))
    tied, zero, odd, open_ = (W.copy() for _ in range(4))
    tied[1, 3, 1], zero[0, 0, 0], odd[0, 0, 0], open_[0, 0, 0] = -W[1, 2, 2], 0.0, 1e-30, np.nan
    for layers in (tied, zero, odd, open_, W[:, :2], W[:0]):
        assert np.array_equal(relu.decide_batch(layers), compiled.decide_batch(layers))
    assert np.array_equal(relu.decide_batch(W, 10**9), compiled.decide_batch(W))
    assert first_verdicts._used == 0


# --- refusals


def test_both_refusals_name_both_sizes():
    for m, n in ((300, 40), (40, 14)):
        assert "n <= 13, and for n <= 20 where" in str(injectivity._too_long(m, n))


def test_a_refusal_does_not_wait_for_a_search(monkeypatch):
    W = np.random.default_rng(1).normal(size=(300, 40))
    monkeypatch.setattr(scaled_matrix, "DESCENT", 0.3)
    monkeypatch.setattr(first_layers, "PATIENCE", 0.3)
    monkeypatch.setattr(first_layers, "LARGE_TREE", 0.3)
    started = time.process_time()
    with pytest.raises(DomainError, match="a proof may need some"):
        is_injective(W)
    assert time.process_time() - started < 20  # where the search is compiled first


@pytest.mark.parametrize("shape", [(1, 2), (3, 7), (30, 200)])
def test_fewer_rows_than_columns_are_no_search(shape):
    """Also with zero rows, repeated rows, and a rank that falls modulo the prime."""
    W = np.random.default_rng(1).normal(size=shape)
    assert not is_injective(W)
    assert is_injective(W).verify()
    W[-1] = W[0]
    assert is_injective(W).verify()
    assert is_injective(np.zeros(shape)).verify()
    assert is_injective([[2**61 - 1, 0, 0], [0, 0, 1]]).verify()


def test_no_draw_takes_infinitely_many_seconds():
    with pytest.raises(DomainError, match="in any reasonable time"):
        polygeo.p(400, 45, samples=10, seed=1)


# --- ordinary things


def test_integral_floats_are_numbers_of_samples():
    assert polygeo.p(9, 3, samples=1e2, seed=1) == polygeo.p(9, 3, samples=100, seed=1)
    with pytest.raises(DomainError, match=r"samples needs an integer; got 100.5"):
        polygeo.p(9, 3, samples=100.5, seed=1)


def test_a_missing_seed_names_the_remedy():
    for call in (
        lambda: polygeo.p(9, 3, samples=100),
        lambda: polygeo.cones.Orthant(3).estimate_intrinsic_volumes(100, None),
        lambda: polygeo.cones.SchlaefliCone(5, 3).sample(None),
    ):
        with pytest.raises(DomainError, match=r"give seed=1 \(in the shell --seed 1\)"):
            call()


@pytest.mark.parametrize("name", ["p", "q"])
def test_short_names_say_their_own_name(name):
    function = getattr(polygeo, name)
    with pytest.raises(TypeError, match=rf"^{name}\(\)"):
        function()
    assert (function.__name__, function.__module__) == (name, "polygeo")
    assert function(7, 2) == polygeo.relu.injectivity_probability(7, 2) or name == "q"


class Tensor:
    """A matrix of another library: it has ``__array__`` and a shape, and is no sequence."""

    def __init__(self, rows):
        self._rows = np.array(rows, dtype=float)
        self.shape = self._rows.shape

    def __array__(self, dtype=None, copy=None):
        return self._rows.astype(dtype or float)


def test_tensors_are_matrices_everywhere():
    W = Tensor([[1, 0], [0, 1], [-1, 0], [0, -1]])
    V = Tensor([[2, 1], [1, 2]])
    assert is_injective(W)
    assert int(polygeo.relu.halfspace_depth(W)) == 2
    assert polygeo.relu.linear_regions(W) == 4
    assert polygeo.relu.is_injective_network([W])
    assert polygeo.cones.PolyhedralCone(rays=V) == polygeo.cones.PolyhedralCone(
        rays=[[2, 1], [1, 2]]
    )
    assert polygeo.volumes.orthant_probability(V) == polygeo.volumes.orthant_probability(
        [[2, 1], [1, 2]]
    )
    weights = polygeo.volumes.chi_bar_weights([[2, 1], [1, 2]], A=Tensor([[1, 0]]))
    assert weights == polygeo.volumes.chi_bar_weights([[2, 1], [1, 2]], A=[[1, 0]])


# --- what compiling says


def test_compiling_is_told_after_a_second(monkeypatch, capsys):
    now = [0.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    told = progress.Compilation()
    told.begin()
    told.begin()
    now[0] = 0.9
    told.end()
    assert capsys.readouterr().err == ""
    now[0] = 1.1
    told.begin()
    told.end()
    told.end()
    assert capsys.readouterr().err.startswith("polygeo: compiling, once (")
    now[0] = 1.2
    told.begin()  # the same wait goes on: it is told once
    told.end()
    now[0] = 9.0
    told.begin()  # a new one
    told.end()
    assert capsys.readouterr().err == ""


WARM = """
import numpy as np
import polygeo
from polygeo.relu.decision.search import first_layers
from polygeo.report.warmup import warmup
from polygeo.simd.compiled import compiled_so_far
assert warmup() > 50
before = compiled_so_far()
first_layers.nodes_without_compiling = lambda m, n: 0
W = np.random.default_rng(1).normal(size=(20, 4))
polygeo.relu.is_injective(W).verify()
assert polygeo.relu.is_injective(np.random.default_rng(1).normal(size=(60, 8)), timeout=60)
assert not polygeo.relu.is_injective(np.random.default_rng(1).normal(size=(100, 50)), timeout=60)
W30 = np.random.default_rng(1).normal(size=(90, 30))
assert not polygeo.relu.is_injective(W30, None, "nonnegative", timeout=60)
assert polygeo.relu.depth_interval(W30, timeout=1).low > 0
polygeo.relu.halfspace_depth(W).verify()
polygeo.p(12, 3, samples=100, seed=1)
polygeo.p(40, 8, samples=2, seed=1)
polygeo.cones.Orthant(4).estimate_intrinsic_volumes(100, seed=1)
polygeo.thresholds.k_rsb(4).decimal(8)
polygeo.replica.ground_state(6, 2, polygeo.replica.ramp())
assert compiled_so_far() == before
"""


@pytest.mark.slow
def test_nothing_is_compiled_after_a_warmup(tmp_path):
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", WARM], env=env, check=True)
