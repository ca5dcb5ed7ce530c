"""From counts to estimates: variances against simulation, exact values, errors."""

import math

import numpy as np
import pytest
from gmpy2 import mpq
from refusals import refused

from polygeo.sampling import FaceCounts, block_pairs, estimate_face_dimensions

ORTHANT = np.eye(5).astype(int).tolist()
EXACT = [mpq(math.comb(5, k), 32) for k in range(6)]


@pytest.fixture(scope="module")
def counted():
    return estimate_face_dimensions(None, 400_000, 17, exact=ORTHANT)


def test_estimates_agree_with_the_orthant(counted):
    """Each interval misses with 1e-6."""
    assert counted.samples == 400_000
    for stratified in (True, False):
        volumes = counted.volumes(stratified=stratified)
        assert all(v.agrees(x, 1e-6) for v, x in zip(volumes, EXACT, strict=True))
        assert all(0 < v.stderr < 1e-3 for v in volumes)
        assert counted.statistical_dimension(stratified=stratified).agrees(mpq(5, 2), 1e-6)
        assert counted.moment(2, stratified=stratified).agrees(mpq(15, 2), 1e-6)
        assert counted.tail(3, stratified=stratified).agrees(mpq(1, 2), 1e-6)
        assert counted.half_tail(2, stratified=stratified).agrees(mpq(15, 32), 1e-6)


def test_gauss_bonnet_holds_after_stratification(counted):
    volumes = counted.volumes()
    assert math.isclose(sum(v.mean for v in volumes[::2]), 0.5, rel_tol=1e-12)
    assert math.isclose(sum(v.mean for v in volumes[1::2]), 0.5, rel_tol=1e-12)
    exact = counted.functional([1, -1, 1, -1, 1, -1])
    assert exact.mean == 0
    assert exact.stderr == 0


def test_pairs_and_stratification_reduce_the_variance(counted):
    # By symmetry (y, -y) hit j and 5 - j: the statistical dimension has no variance at all.
    assert counted.statistical_dimension().stderr < 1e-12
    rows = [[1, 0, 0, 0], [1, 1, 0, 1], [1, -2, 1, 0], [1, 0, -1, 3], [2, 1, 1, -1]]
    run = estimate_face_dimensions(None, 60_000, 3, exact=rows)
    plain, stratified = run.volumes(stratified=False), run.volumes()
    gains = [a.stderr / b.stderr for a, b in zip(plain, stratified, strict=True)]
    assert min(gains) > 0.98
    assert max(gains) > 1.3
    mean = run.statistical_dimension(stratified=False)
    counts = run.counts
    spread = np.average((np.arange(5) - mean.mean) ** 2, weights=counts)
    assert mean.stderr < 0.7 * math.sqrt(spread / run.samples)


def test_covariance_is_that_of_the_estimates(counted):
    for stratified in (True, False):
        covariance = counted.covariance(stratified=stratified)
        volumes = counted.volumes(stratified=stratified)
        assert np.allclose(np.sqrt(covariance.diagonal()), [v.stderr for v in volumes], rtol=1e-9)
        f = np.array([3, -1, 4, 1, -5, 9])
        run = counted.functional(f.tolist(), stratified=stratified)
        assert math.isclose(run.stderr, math.sqrt(f @ covariance @ f), rel_tol=1e-9)
        assert math.isclose(run.mean, sum(x * v.mean for x, v in zip(f, volumes, strict=True)))


def test_standard_errors_are_the_spread_of_repetitions():
    """Exactness of the delta method and of the pairs' variance: 300 runs of a made-up law.

    The sample variance of 300 runs is within 40% with probability 1 - 1e-6."""
    rng = np.random.default_rng(2)
    law = rng.random((4, 4)) + np.eye(4)
    law /= law.sum()
    f = [2, -1, 0, 3]
    means, errors = [], []
    for _ in range(300):
        pairs = rng.multinomial(2000, law.ravel()).reshape(4, 4)
        run = FaceCounts.of(pairs, 1).functional(f)
        means.append(run.mean)
        errors.append(run.stderr)
    assert abs(np.var(means) / np.mean(np.square(errors)) - 1) < 0.4
    marginal = (law.sum(0) + law.sum(1)) / 2
    even, odd = marginal[::2].sum(), marginal[1::2].sum()
    truth = sum(
        x * m / (2 * (odd if k % 2 else even))
        for k, (x, m) in enumerate(zip(f, marginal, strict=True))
    )
    assert abs(np.mean(means) - truth) < 5 * np.std(means) / math.sqrt(300)


def test_never_seen_and_impossible_dimensions():
    """What 9005 pairs do not show has a chance above miss/2 up to q, (1 - q)^9005 = miss/2."""
    zero, _, top = FaceCounts.of([[0, 0, 0], [0, 5000, 3], [0, 2, 4000]], 1).volumes()
    bound = 1 - 0.025 ** (1 / 9005)
    assert (zero.mean, zero.stderr, zero.low) == (0, 0, 0)
    assert math.isclose(zero.high, bound, rel_tol=1e-9)
    assert (top.mean, top.high) == (0.5, 0.5)
    assert math.isclose(top.low, 0.5 - bound, rel_tol=1e-9)
    impossible = FaceCounts.of([[5, 5], [5, 5]], 1, ambient_dim=4).volumes()
    assert [(v.low, v.mean, v.high) for v in impossible] == [(0.5,) * 3] * 2 + [(0.0,) * 3] * 3


def test_lineality_embedding_and_polarity():
    pairs = [[10, 5, 8], [4, 40, 6], [9, 5, 13]]
    plain = FaceCounts.of(pairs, 1)
    assert plain.counts == (46, 100, 54)
    assert FaceCounts.of(pairs, 1, lineality=1).counts == (0, 46, 100, 54)
    assert FaceCounts.of(pairs, 1, 4, lineality=1).counts == (0, 46, 100, 54, 0)
    assert FaceCounts.of(pairs, 1, 4, lineality=1, polar=True).counts == (0, 54, 100, 46, 0)
    polar = FaceCounts.of(pairs, 1, polar=True)
    total = plain.statistical_dimension().mean + polar.statistical_dimension().mean
    assert math.isclose(total, 2)


def test_a_run_stops_at_its_standard_error():
    loose = estimate_face_dimensions(None, seed=3, exact=ORTHANT, stderr=0.002)
    assert max(v.stderr for v in loose.volumes()) <= 0.002
    tight = estimate_face_dimensions(None, seed=3, exact=ORTHANT, stderr=0.0005)
    assert max(v.stderr for v in tight.volumes()) <= 0.0005
    assert loose.samples < tight.samples
    assert tight.samples % (2 * block_pairs(5)) == 0
    capped = estimate_face_dimensions(None, 50_000, 3, exact=ORTHANT, stderr=1e-9)
    assert capped.samples == 50_000
    assert capped == estimate_face_dimensions(None, 50_000, 3, exact=ORTHANT)


def test_a_run_does_not_stop_at_an_error_of_0_by_chance():
    """Nearly a half-plane: in the first block all projections hit the two sides or the inside."""
    wide = [[1, 0], [-1, 0], [0, 1]]
    wide[1] = [-(10**7), 1]
    few = estimate_face_dimensions(None, 60_000, 3, exact=wide)
    assert few.counts[0] == 0
    run = estimate_face_dimensions(None, seed=3, exact=wide, stderr=1e-5)
    assert run.samples >= 2 * 10**5


def test_floats_and_integers_are_one_cone():
    by_floats = estimate_face_dimensions(np.eye(5), 10_000, 1)
    assert by_floats == estimate_face_dimensions(None, 10_000, 1, exact=ORTHANT)


def test_records_come_back(counted):
    data = counted.to_dict()
    assert FaceCounts.of(data.pop("pairs"), data.pop("seed"), **data) == counted


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: estimate_face_dimensions(ORTHANT, 0, 1), "at least 4"),
        (lambda: estimate_face_dimensions(ORTHANT, -5, 1), "at least 4"),
        (lambda: estimate_face_dimensions(ORTHANT, 1.5, 1), "samples needs an integer"),
        (lambda: estimate_face_dimensions(ORTHANT, 100), "no seed: give seed=1"),
        (lambda: estimate_face_dimensions(ORTHANT, 100, 1.5), "seed needs an integer"),
        (lambda: estimate_face_dimensions(ORTHANT, 100, "1"), "seed needs an integer"),
        (lambda: estimate_face_dimensions(ORTHANT, 100, True), "seed needs an integer"),
        (lambda: estimate_face_dimensions(ORTHANT, 100, -1), "seed must lie"),
        (lambda: estimate_face_dimensions(ORTHANT, 100, 2**64), "seed must lie"),
        (lambda: estimate_face_dimensions(ORTHANT, seed=1), "samples= or stderr="),
        (lambda: estimate_face_dimensions(ORTHANT, seed=1, stderr=0.0), "stderr"),
        (lambda: estimate_face_dimensions(ORTHANT, seed=1, stderr=float("nan")), "stderr"),
        (lambda: estimate_face_dimensions([], 100, 1), "matrix"),
        (lambda: estimate_face_dimensions([[1.0, 0], [-1, 0]], 100, 1), "subspace of dimension 1"),
        (lambda: estimate_face_dimensions([[0.0, 0]], 100, 1), "zero"),
        (lambda: estimate_face_dimensions([[math.nan, 0]], 100, 1), "finite"),
        (lambda: estimate_face_dimensions(ORTHANT, 100, 1, executor="many"), "got str"),
        (lambda: FaceCounts.of([[1, 2]], 1), "square"),
        (lambda: FaceCounts.of([], 1), "square"),
        (lambda: FaceCounts.of([[1]], 1), "at least 2"),
        (lambda: FaceCounts.of([[5, 1], [1, -1]], 1), "square"),
        (lambda: FaceCounts.of([[5, 1], [1, 1]], 1, ambient_dim=0), "ambient_dim"),
        (lambda: FaceCounts.of([[5, 1], [1, 1]], 1).functional([1]), "2 coefficients"),
        (lambda: FaceCounts.of([[5, 1], [1, 1]], 1).moment(-1), "order"),
    ],
)
def test_bad_input_is_one_line(call, message):
    with refused(match=message):
        call()
