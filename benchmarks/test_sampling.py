"""Projections per second, beside loops over other solvers, in one run and one thread.

Two kinds of cone: ``half`` (2d unit generators on a half-sphere) and ``simp`` (d Gaussian
generators). Every solver sees the same samples and returns the dimension of the face hit. A
ratio is that of the least thread times of short alternating runs, which a busy machine disturbs
least. Peers that are not installed are left out; run with ``tox -e bench``.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numba import njit
from scipy.optimize import nnls as scipy_nnls

from polygeo.report.warmup import warmup
from polygeo.sampling import FaceBlock, FaceProjector, Generators, block_pairs, run
from polygeo.simd.single import below, responses

FLOORS = {5: 20, 10: 13, 20: 14, 50: 12}
GOALS = {
    ("simp", 5): 60, ("half", 5): 35, ("simp", 10): 30, ("half", 10): 20,
    ("simp", 20): 18, ("half", 20): 18, ("simp", 50): 15, ("half", 50): 15,
}  # fmt: skip
DAQP_GOALS = {
    ("simp", 5): 40, ("half", 5): 20, ("simp", 10): 10, ("half", 10): 10,
    ("simp", 20): 7, ("half", 20): 7, ("simp", 50): 5, ("half", 50): 5,
}  # fmt: skip
TURNS = 60


def cone(kind, d):
    rng = np.random.default_rng(d)
    if kind == "simp":
        return rng.standard_normal((d, d))
    rows = rng.standard_normal((2 * d, d))
    rows /= np.linalg.norm(rows, axis=1)[:, None]
    rows[:, 0] = abs(rows[:, 0])
    return rows


def scipy_loop(rows):
    columns = np.ascontiguousarray(rows.T)
    return lambda samples: [np.count_nonzero(scipy_nnls(columns, y)[0] > 1e-10) for y in samples]


def daqp_loop(rows):
    """Projection on the polar cone: min |z - y|^2 with rows z <= 0, by active set."""
    daqp = pytest.importorskip("daqp")
    from ctypes import c_int

    count, d = rows.shape
    hessian, matrix = np.eye(d), np.ascontiguousarray(rows)
    upper, lower = np.zeros(count), np.full(count, -1e30)
    sense = np.zeros(count, dtype=c_int)

    def loop(samples):
        dims = []
        for y in samples:
            info = daqp.solve(hessian, -y, matrix, upper, lower, sense)[3]
            dims.append(np.count_nonzero(info["lam"] > 1e-10))
        return dims

    return loop


def quadprog_loop(rows):
    quadprog = pytest.importorskip("quadprog")
    count, d = rows.shape
    hessian, matrix, zero = np.eye(d), np.ascontiguousarray(-rows.T), np.zeros(count)

    def loop(samples):
        return [len(quadprog.solve_qp(hessian, y, matrix, zero)[5].nonzero()[0]) for y in samples]

    return loop


def least(function, samples, turns=1):
    best = float("inf")
    for _ in range(turns):
        start = time.thread_time()
        function(samples)
        best = min(best, time.thread_time() - start)
    return best / len(samples)


def rates(first, second, many, few):
    """Least seconds a sample of two functions, by turns."""
    times = [(least(first, many), least(second, few)) for _ in range(TURNS)]
    return [min(column) for column in zip(*times, strict=True)]


CASES = [(kind, d) for d in (5, 10, 20, 50) for kind in ("simp", "half")]


@pytest.mark.parametrize(("kind", "d"), CASES)
def test_kernel_beside_the_scipy_loop(kind, d, benchmark):
    rows = cone(kind, d)
    samples = np.random.default_rng(0).standard_normal((2000, d))
    projector = FaceProjector(rows, certified=False)
    peer = scipy_loop(rows)
    few = samples[:20]
    assert projector.face_dimensions(few).tolist() == peer(few)
    ours, theirs = rates(projector.face_dimensions, peer, samples, few)
    benchmark.extra_info.update(
        method=projector.method,
        microseconds=round(1e6 * ours, 3),
        scipy=round(1e6 * theirs, 2),
        ratio=round(theirs / ours, 1),
        floor=FLOORS[d],
        goal=GOALS[kind, d],
    )
    print(f"\n{kind} {d}: {1e6 * ours:.3f} us, scipy {1e6 * theirs:.2f} us, x{theirs / ours:.1f}")
    benchmark.pedantic(projector.face_dimensions, (samples,), rounds=5)
    assert theirs / ours > FLOORS[d]


@pytest.mark.parametrize("name", ["daqp", "quadprog"])
@pytest.mark.parametrize(("kind", "d"), CASES)
def test_kernel_beside_other_peers(kind, d, name, benchmark):
    rows = cone(kind, d)
    peer = {"daqp": daqp_loop, "quadprog": quadprog_loop}[name](rows)
    samples = np.random.default_rng(0).standard_normal((2000, d))
    projector = FaceProjector(rows, certified=False)
    few = samples[:20]
    agree = float(np.mean(projector.face_dimensions(few) == peer(few)))
    ours, theirs = rates(projector.face_dimensions, peer, samples, few)
    benchmark.extra_info.update(
        peer=round(1e6 * theirs, 2),
        ratio=round(theirs / ours, 1),
        agree=agree,
        goal=DAQP_GOALS[kind, d] if name == "daqp" else None,
    )
    print(f"\n{kind} {d}: {name} {1e6 * theirs:.2f} us, x{theirs / ours:.1f}, agree {agree:.2f}")
    benchmark.pedantic(projector.face_dimensions, (samples,), rounds=5)


@pytest.mark.parametrize(("kind", "d"), CASES)
def test_price_of_the_certificate(kind, d, benchmark):
    rows = cone(kind, d)
    samples = np.random.default_rng(0).standard_normal((2000, d))
    plain, certified = FaceProjector(rows, certified=False), FaceProjector(rows)
    plain.face_dimensions(samples)
    certified.face_dimensions(samples)
    without, with_ = rates(plain.face_dimensions, certified.face_dimensions, samples, samples)
    benchmark.extra_info.update(price=round(with_ / without - 1, 3))
    print(f"\n{kind} {d}: certificate +{100 * (with_ / without - 1):.0f}%")
    benchmark.pedantic(certified.face_dimensions, (samples,), rounds=5)


@pytest.mark.parametrize(("kind", "d"), CASES)
def test_end_to_end(kind, d, benchmark):
    """A block with its random numbers and counts against the kernel on ready samples."""
    warmup("faces")  # on a new machine the first blocks would be counted uncompiled
    rows = cone(kind, d)
    block = FaceBlock(Generators.of(rows), 1)
    samples = np.random.default_rng(0).standard_normal((2 * block_pairs(d), d))
    projector = FaceProjector(rows)
    projector.face_dimensions(samples)
    block(0)
    times = [
        (least(projector.face_dimensions, samples), least(lambda _: block(1), samples))
        for _ in range(TURNS)
    ]
    kernel, whole = zip(*times, strict=True)
    share = min(kernel) / min(whole)
    benchmark.extra_info.update(share=round(share, 2), microseconds=round(1e6 * min(whole), 3))
    print(f"\n{kind} {d}: end to end {1e6 * min(whole):.3f} us, {100 * share:.0f}% of the kernel")
    benchmark.pedantic(block, (1,), rounds=5)


@pytest.mark.parametrize(("kind", "d"), CASES)
def test_two_threads(kind, d, benchmark):
    """The same run on two threads and on one, in wall time: it needs two idle cores."""
    warmup("faces")
    block = FaceBlock(Generators.of(cone(kind, d)), 1)
    blocks = max(8, round(0.15 / least(lambda _: block(0), [0], 3)))

    def timed(executor):
        start = time.perf_counter()
        run(block, blocks, executor=executor)
        return time.perf_counter() - start

    with ThreadPoolExecutor(2) as pool:
        run(block, blocks, executor=pool)
        times = [(timed(None), timed(pool)) for _ in range(5)]
        one, two = (min(column) for column in zip(*times, strict=True))
        benchmark.extra_info.update(speedup=round(one / two, 2))
        print(f"\n{kind} {d}: two threads x{one / two:.2f}")
        benchmark.pedantic(timed, (pool,), rounds=2)


@njit
def _one_set(rows, point, dim, signs, times):
    for _ in range(times):
        responses(rows, 0, point, dim, 1, signs)
        below(signs, 1, np.float32(0.0))


@pytest.mark.parametrize(("kind", "d"), [c for c in CASES if c[1] <= 10])
def test_where_the_time_goes(kind, d, benchmark):
    """A projection in units of its smallest part: the signs that one active set asks for.

    With cached operators two such parts are the least that a projection can take (the empty set
    and the right one); the rest are the sets on the way, their lookup and the decisions.
    """
    projector = FaceProjector(cone(kind, d))
    if projector.method != "operators":
        pytest.skip("the Gram kernel")
    samples = np.random.default_rng(0).standard_normal((2000, d))
    table, point = np.ones(16 * d, np.float32), np.ones(d, np.float32)
    signs = np.zeros(16, np.float32)
    places = table.ctypes.data, point.ctypes.data, d, signs.ctypes.data

    def part(_):
        _one_set(*places, 1000)

    part(None)
    whole, piece = rates(projector.face_dimensions, part, samples, [0])
    benchmark.extra_info.update(parts=round(whole / (piece / 1000), 1), part=round(1e6 * piece, 2))
    print(f"\n{kind} {d}: {1e9 * whole:.0f} ns = {whole / piece * 1000:.1f} x {1e6 * piece:.2f} ns")
    benchmark.pedantic(projector.face_dimensions, (samples,), rounds=5)
