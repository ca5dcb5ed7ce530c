"""How long it takes to decide whether a Gaussian layer is injective, against goals and peers.

A decision is a warm call of `is_injective` on a float64 array until the verdict is returned; every
round has a matrix of its own. The peer is a mixed-integer program with big-M constraints for
HiGHS, whose answers are compared with proved ones.
"""

from __future__ import annotations

import numpy as np
import pytest
from peers.by_datadepth import depths_by_datadepth
from peers.by_highs import depth_by_big_m

from polygeo.relu import decide_batch, halfspace_depth, is_injective
from polygeo.report.warmup import warmup

GOALS = [
    (24, 4, 1e-4, 50),
    (40, 5, 3e-4, 50),
    (48, 6, 1e-3, 50),
    (60, 8, 1e-2, 50),
    (60, 10, 0.3, 50),
    pytest.param(96, 12, 2.0, 7, marks=pytest.mark.large),
    pytest.param(112, 14, 30.0, 3, marks=pytest.mark.large),
]


def draws(m: int, n: int, seed: int = 1):
    """Gaussian matrices without end."""
    rng = np.random.default_rng((seed, m, n))
    while True:
        yield rng.normal(size=(m, n))


@pytest.mark.benchmark(group="deciding injectivity")
@pytest.mark.parametrize(("m", "n", "goal", "rounds"), GOALS)
def test_decide(benchmark, m, n, goal, rounds):
    """The median over Gaussian draws."""
    source = draws(m, n)
    is_injective(next(source))
    found = []
    benchmark.pedantic(
        lambda W: found.append(is_injective(W)), setup=lambda: ((next(source),), {}), rounds=rounds
    )
    share = np.mean([verdict.injective for verdict in found])
    what = f"is_injective, {m} x {n} ({share:.0%} injective)"
    benchmark.extra_info.update(what=what, goal=goal)


SETTINGS = {
    "all inputs": {},
    "biases": {"bias": True},
    "nonnegative inputs": {"inputs": "nonnegative"},
    "biases, inputs in a box": {"bias": True, "inputs": (-1, 1)},
}


@pytest.mark.benchmark(group="biases and sets of inputs")
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(
    ("m", "n", "rounds"),
    [(60, 8, 30), (100, 30, 30), (200, 64, 10), pytest.param(100, 10, 7, marks=pytest.mark.large)],
)
def test_decide_on_inputs(benchmark, m, n, rounds, setting):
    """The median over the same Gaussian draws as on all of R^n, which comes first."""
    source, shift = draws(m, n), np.random.default_rng((2, m)).normal(size=m)
    options = dict(SETTINGS[setting])
    if options.pop("bias", False):
        options["bias"] = shift
    is_injective(next(source), timeout=60, **options)
    found = []
    benchmark.pedantic(
        lambda W: found.append(is_injective(W, timeout=60, **options)),
        setup=lambda: ((next(source),), {}),
        rounds=rounds,
    )
    share = np.mean([verdict.injective for verdict in found])
    what = f"is_injective, {m} x {n}, {setting} ({share:.0%} injective)"
    benchmark.extra_info.update(what=what, goal=None)


@pytest.mark.benchmark(group="proofs")
def test_certificate(benchmark):
    """The certificate of a layer and its check in integers, the decision included."""
    source = draws(60, 8)

    def prove(W):
        verdict = is_injective(W)
        return verdict, verdict.verify()

    _, checked = benchmark.pedantic(prove, setup=lambda: ((next(source),), {}), rounds=10)
    assert checked
    benchmark.extra_info.update(what="60 x 8: decided, certificate, check", goal=0.2)


@pytest.mark.benchmark(group="proofs")
def test_batch(benchmark):
    """A thousand small layers in one compiled call."""
    W = np.random.default_rng(1).normal(size=(1000, 24, 4))
    warmup("decision")  # on a new machine the first layers would be decided uncompiled
    verdicts = benchmark(lambda: decide_batch(W))
    assert set(verdicts.tolist()) <= {0, 1}
    benchmark.extra_info.update(what="decide_batch, 1000 layers 24 x 4", goal=0.1)


@pytest.mark.benchmark(group="half-space depth")
@pytest.mark.parametrize(("m", "n"), [(40, 5), (60, 8)])
def test_depth(benchmark, m, n):
    """Exact depth of the origin, proved."""
    source = draws(m, n)
    halfspace_depth(next(source))
    benchmark.pedantic(halfspace_depth, setup=lambda: ((next(source),), {}), rounds=10)
    benchmark.extra_info.update(what=f"halfspace_depth, {m} x {n}", goal=None)


@pytest.mark.large
@pytest.mark.benchmark(group="peers")
@pytest.mark.parametrize(("m", "n"), [(24, 4), (40, 5)])
def test_mixed_integer_peer(benchmark, m, n):
    """HiGHS on the same draws; its wrong depths are counted, not forgiven."""
    source = draws(m, n)
    given, found = [], []

    def setup():
        given.append(next(source))
        return (given[-1],), {}

    benchmark.pedantic(lambda W: found.append(depth_by_big_m(W)), setup=setup, rounds=8)
    depths = [halfspace_depth(W).depth for W in given]
    wrong = sum(a is not None and a != b for a, b in zip(found, depths, strict=True))
    late = sum(a is None for a in found)
    what = f"HiGHS, big-M, depth of {m} x {n}: {wrong} of {len(given)} wrong, {late} given up"
    benchmark.extra_info.update(what=what, goal=None)


@pytest.mark.large
@pytest.mark.benchmark(group="peers")
def test_data_depth_peer(benchmark):
    """The exact algorithm of data-depth (its own environment: tox -e bench-depth)."""
    pytest.importorskip("depth.model.multivariate", reason="data-depth is missing")
    source = draws(40, 5)
    given, found = [], []

    def setup():
        given.append(next(source))
        return (given[-1],), {}

    benchmark.pedantic(lambda W: found.extend(depths_by_datadepth([W])), setup=setup, rounds=3)
    ours = [halfspace_depth(W).depth for W in given]
    wrong = sum(a != b for a, b in zip(found, ours, strict=True))
    what = f"data-depth, exact, depth of 40 x 5: {wrong} of {len(given)} differ"
    benchmark.extra_info.update(what=what, goal=None)
