"""Intervals hold what they promise, by enumeration of all outcomes; and print what they are."""

import html
import math
from itertools import pairwise

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st
from refusals import refused

import polygeo
from polygeo.answers import Estimate, Estimates
from polygeo.answers.statistics.intervals import (
    bernoulli_interval,
    printed,
    proportion_interval,
    unseen_share,
)
from polygeo.answers.statistics.paired import PairedCounts, Range
from polygeo.cones import ConeUnion, PolyhedralCone
from polygeo.errors import DomainError
from polygeo.relu import estimate_q
from polygeo.report.tables import Column, Table
from polygeo.report.tables.tabular import decimal_text
from polygeo.sampling import FaceCounts, UnionCounts

NEAR_HALF = PolyhedralCone(rays=[[100, 1, 0], [100, -1, 0], [100, 0, 1], [100, 0, -1]])
"""Nearly a half-line: v_1 = .4999840853, v_3 = 1.59e-5."""


def at_most(wins: int, samples: int, p: mpq) -> mpq:
    """P[binomial <= wins], exactly."""
    return sum(
        (math.comb(samples, k) * p**k * (1 - p) ** (samples - k) for k in range(wins + 1)), mpq(0)
    )


@pytest.mark.parametrize("miss", [0.05, 1e-6, 1e-16])
@pytest.mark.parametrize("samples", [1, 7, 60])
def test_proportions_solve_their_equations(samples, miss):
    """P[X >= wins] at the lower end and P[X <= wins] at the upper one are miss/2."""
    for wins in range(samples + 1):
        low, high = proportion_interval(wins, samples, miss)
        assert low <= wins / samples <= high
        if wins:
            more = at_most(samples - wins, samples, 1 - mpq(low))
            assert math.isclose(more, miss / 2, rel_tol=1e-9)
        if wins < samples:
            # An end within 1e-16 of 1 cannot be told from it better.
            fewer = at_most(wins, samples, mpq(high))
            assert math.isclose(fewer, miss / 2, rel_tol=1e-9) or high > 1 - 1e-7
    ends = [proportion_interval(wins, samples, miss) for wins in range(samples + 1)]
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(ends))


SMALL = [mpq(1, 10**6), mpq(17, 10**5), mpq(1, 1000), mpq(1, 50), mpq(1, 3)]


@pytest.mark.parametrize("miss", [0.05, 0.01, 1e-6])
def test_proportions_miss_at_most_as_promised(miss):
    """Exact chances; p N = .17 is where Wilson's interval covers 84%."""
    n = 1000
    for p in SMALL:
        wrong, chance = mpq(0), (1 - p) ** n
        for wins in range(n + 1):
            if wins > 200 and chance < 1e-30:
                break
            if not Estimate.proportion(wins, n).agrees(p, miss):
                wrong += chance
            chance *= mpq(n - wins, wins + 1) * p / (1 - p)
        assert wrong <= miss


def test_what_was_not_seen_is_the_proportion_of_none():
    for n in (1, 30, 10**9):
        for miss in (0.05, 1e-6, 1e-250):
            bound = proportion_interval(0, n, miss)[1]
            assert math.isclose(unseen_share(n, miss), bound, rel_tol=1e-9)
            assert bernoulli_interval(0.0, n, miss)[1] >= bound * (1 - 1e-9)


def test_chances_below_the_spacing_of_floats():
    run = Estimate.proportion(3, 10, seed=1)
    assert run.agrees(0.3, 1e-16)
    assert run.agrees(0.999, 1e-200)
    assert not run.agrees(1, 1e-16)
    mean = Estimate.from_moments(50, 0, 50)
    assert mean.agrees(1, 1e-16)
    assert mean.test_interval(1e-30)[1] > mean.test_interval(1e-16)[1]
    paired = FaceCounts.of([[10, 5, 8], [4, 40, 6], [9, 5, 13]], 1)
    assert all(v.agrees(v.mean, 1e-300) for v in paired.volumes())


# ------------------------------------------------------------- pairs, by all their outcomes


def outcomes(number, chances):
    """Every way in which ``number`` pairs may fall into cells, with its exact probability."""
    first, *rest = chances
    if not rest:
        yield (number,), first**number
        return
    for n in range(number + 1):
        factor = math.comb(number, n) * first**n
        for others, chance in outcomes(number - n, rest):
            yield (n, *others), factor * chance


def wedge(e):
    """Pairs of a plane cone with v_0 = v_2's complement; faces (1, 1), (0, 2), (1, 2)."""
    return ((1, 1), (0, 2), (1, 2)), (2 * e, 2 * e, 1 - 4 * e), 3


def flat(e):
    """Pairs that always hit one dimension twice: they come in clusters."""
    return ((0, 0), (1, 1), (2, 2), (3, 3)), (mpq(3, 10), mpq(1, 2) - e, mpq(1, 5), e), 4


def thin(e):
    """Never two of one parity; dimension 3 is rare."""
    return ((0, 1), (2, 1), (2, 3)), (mpq(3, 5), mpq(2, 5) - 2 * e, 2 * e), 4


LAWS = [
    (make, e, number)
    for make, number in ((wedge, 18), (thin, 18), (flat, 8))
    for e in (mpq(1, 10**5), mpq(1, 100), mpq(1, 12))
]


@pytest.mark.parametrize(("make", "e", "number"), LAWS)
def test_intervals_of_pairs_hold_the_truth(make, e, number):
    """Every volume, tail, half tail and moment misses at most as often as stated: exact chances."""
    cells, chances, size = make(e)
    truth = [mpq(0)] * size
    for (j, k), chance in zip(cells, chances, strict=True):
        truth[j] += chance / 2
        truth[k] += chance / 2
    assert sum(truth[::2]) == sum(truth[1::2]) == mpq(1, 2)
    functionals = [[int(i == k) for i in range(size)] for k in range(size)]
    functionals += [list(range(size)), [k * k for k in range(size)], [0] * (size - 1) + [1]]
    functionals += [[int(k >= 2) for k in range(size)], [int(k % 2) for k in range(size)]]
    wrong = [[mpq(0)] * 3 for _ in functionals]
    for counts, chance in outcomes(number, chances):
        pairs = [[0] * size for _ in range(size)]
        for (j, k), n in zip(cells, counts, strict=True):
            pairs[j][k] = n
        run = FaceCounts.of(pairs, 1)
        for f, missed in zip(functionals, wrong, strict=True):
            value = sum(x * v for x, v in zip(f, truth, strict=True))
            found = run.functional(f)
            inside = found.low - 1e-12 <= value <= found.high + 1e-12
            missed[0] += 0 if inside else chance
            for place, alarm in ((1, 0.01), (2, 1e-6)):
                low, high = found.test_interval(alarm)
                missed[place] += 0 if low - 1e-12 <= value <= high + 1e-12 else chance
    assert max(missed[0] for missed in wrong) <= 0.05
    assert max(missed[1] for missed in wrong) <= 0.01
    assert max(missed[2] for missed in wrong) <= 1e-6


def test_bounded_means_miss_at_most_as_promised():
    """Numbers 0 and 5, exact chances."""
    n = 200
    for p in SMALL:
        wrong = {0.05: mpq(0), 1e-6: mpq(0)}
        for wins in range(n + 1):
            chance = math.comb(n, wins) * p**wins * (1 - p) ** (n - wins)
            run = Estimate.from_moments(n, 5 * wins, 25 * wins, bounds=(0, 5))
            wrong[0.05] += 0 if run.low <= 5 * p <= run.high else chance
            wrong[1e-6] += 0 if run.agrees(5 * p, 1e-6) else chance
        assert wrong[0.05] <= 0.05
        assert wrong[1e-6] <= 1e-6


def test_the_cone_that_is_nearly_a_half_line():
    """200 runs of 100 samples: agrees promises a false alarm below 1e-6 each, 2e-3 for all."""
    exact = NEAR_HALF.intrinsic_volumes()
    delta = exact.statistical_dimension()
    for seed in range(200):
        run = NEAR_HALF.face_counts(100, seed=seed)
        volumes = run.volumes()
        assert all(v.agrees(x) for v, x in zip(volumes, exact, strict=True))
        assert volumes[1].low < float(exact[1]) < volumes[1].high
        assert run.statistical_dimension().agrees(delta)
        assert run.tail(3) == run.half_tail(3) == volumes[3]
        assert volumes[3].high > float(exact[3])


def test_agrees_raises_no_alarm_over_thousands_of_seeds():
    """The orthant of R^10, whose pairs hit j and 10 - j: 2000 runs of 40 to 400 samples.

    Three tests each at a false alarm of at most 1e-6 give one with a chance of at most 6e-3.
    """
    law = [math.comb(10, j) / 1024 for j in range(11)]
    rng = np.random.default_rng(3)
    for seed in range(2000):
        pairs = np.zeros((11, 11), np.int64)
        pairs[range(11), range(10, -1, -1)] = rng.multinomial((20, 60, 200)[seed % 3], law)
        run = FaceCounts.of(pairs, seed)
        top = run.functional([0] * 10 + [1])
        assert top.agrees(mpq(1, 1024))
        assert run.tail(9).agrees(mpq(11, 1024))
        assert run.statistical_dimension().agrees(5)
        assert seed % 3 < 2 or not top.agrees(mpq(1, 4))


def test_wide_layers_and_rare_characteristics():
    """1 - p(60, 2) and q(60, 3) are below 1e-11: all draws are alike."""
    run = polygeo.p(60, 2, samples=40, seed=1, method="karp-luby")
    assert run.agrees(polygeo.p(60, 2))
    assert run.low < run.high
    assert not run.agrees(mpq(1, 2))
    assert Estimate.from_moments(9, 9 - mpq(1, 10**90), 9).low < 1
    chi = estimate_q(60, 3, samples=100, seed=1)
    assert chi.estimate.mean == 0
    assert chi.agrees()


def test_unions_bound_what_was_not_seen():
    axes = [[int(i == j) for j in range(10)] for i in range(10)]
    both = ConeUnion(
        [PolyhedralCone(rays=axes), PolyhedralCone(rays=[[-x for x in a] for a in axes])]
    )
    run = both.face_counts(60, seed=1)
    top = run.volumes()[10]
    assert top.stderr == 0
    assert 0 < 2 / 1024 < top.high
    assert top.agrees(mpq(2, 1024))
    assert run.functional([1] * 11).high == 1  # the volumes sum to 1
    alone = UnionCounts(run.sums, run.products, run.pairs, run.seed)
    assert alone.volumes()[10].high == 0  # nothing is known of its terms


# ------------------------------------------------------------- one estimator for the vector

tables = st.integers(2, 5).flatmap(
    lambda n: st.lists(
        st.lists(st.integers(0, 5), min_size=n, max_size=n), min_size=n, max_size=n
    ).filter(lambda rows: sum(map(sum, rows)) > 1)
)


@given(tables)
def test_estimated_volumes_sum_to_a_half_by_parity(rows):
    """Exactly, whatever was seen: dimensions of a parity that never came up have equal shares."""
    run = FaceCounts.of(rows, 1)
    means = [PairedCounts(v.statistics[1], *v.statistics[2]).mean for v in run.volumes()]
    assert sum(means[::2]) == sum(means[1::2]) == mpq(1, 2)
    delta = run.statistical_dimension().statistics
    assert PairedCounts(delta[1], *delta[2]).mean == sum(k * x for k, x in enumerate(means))
    covariance = run.covariance()
    assert abs(covariance[::2].sum(axis=0)).max() < 1e-12
    assert abs(covariance[1::2].sum(axis=0)).max() < 1e-12
    for k, v in enumerate(run.volumes()):
        assert math.isclose(covariance[k, k] ** 0.5, v.stderr, rel_tol=1e-7, abs_tol=1e-9)
        assert 0 <= v.low <= v.mean <= v.high <= 0.5


def test_the_volumes_of_one_cone_sum_to_1():
    rows = [[int(i == j) + 1 for j in range(6)] for i in range(6)]
    volumes = PolyhedralCone(rays=rows).estimate_intrinsic_volumes(4000, seed=1)
    assert abs(sum(v.mean for v in volumes) - 1) < 1e-15


# ------------------------------------------------------------- merging


def test_merged_runs_are_one_run():
    axes = [[int(i == j) for j in range(10)] for i in range(10)]
    cone = PolyhedralCone(rays=axes)
    counts = [cone.face_counts(100, seed=s) for s in range(60)]
    whole = counts[0].merge(*counts[1:])
    vector = counts[0].volumes().merge(*(run.volumes() for run in counts[1:]))
    assert vector == whole.volumes()
    assert whole.samples == vector[10].samples == 6000
    assert whole.counts[10] == sum(run.counts[10] for run in counts) == 4
    assert counts[5].merge(*counts[:5], *counts[6:]) == whole
    assert all(v.agrees(mpq(math.comb(10, k), 1024)) for k, v in enumerate(vector))
    assert FaceCounts.of(**whole.to_dict()) == whole


def test_merging_commutes():
    a = Estimate.proportion(3, 10, 1, confidence=0.99, source="x", method="plain")
    b = Estimate.proportion(5, 10, 2, confidence=0.9, source="y", method="plain")
    assert a.merge(b) == b.merge(a)
    assert a.merge(b).confidence == 0.99
    assert (a.merge(b).source, a.merge(b).method) == ("", "plain")
    sums = [Estimate.from_moments(10, s, 2 * s, s, bounds=(0, 2)) for s in (1, 2)]
    assert sums[0].merge(sums[1]) == sums[1].merge(sums[0])
    assert sums[0].merge(sums[1]).mean == 3 / 20


def test_different_things_are_not_merged():
    def bounded(high, seed):
        return Estimate.from_moments(10, 1, 1, seed, bounds=(0, high))

    runs = FaceCounts.of([[1, 2], [3, 4]], 1), FaceCounts.of([[1, 2], [3, 4]], 2, lineality=1)
    for call in (
        lambda: bounded(1, 1).merge(bounded(2, 2)),
        lambda: bounded(1, 1).merge(Estimate.from_moments(10, 1, 1, 2)),
        lambda: runs[0].merge(runs[1]),
        lambda: runs[0].volumes()[0].merge(FaceCounts.of([[1, 1], [1, 1]], 3).volumes()[1]),
        lambda: runs[0].merge(runs[0]),
        lambda: Estimates([bounded(1, 1)]).merge(Estimates([])),
        lambda: Estimate.from_moments(10, 3, 8, bounds=(0, 2)),
        lambda: Estimate.from_moments(10, 30, 90, bounds=(0, 2)),
    ):
        with refused():
            call()


def test_records_of_counts_come_back():
    run = FaceCounts.of([[10, 5, 0], [4, 40, 6], [9, 5, 0]], 1)
    for answer in (*run.volumes(), run.moment(2), Estimate.from_moments(9, 2, 1, 1, bounds=(0, 1))):
        assert polygeo.from_json(polygeo.to_json(answer)) == answer
    side = Range(mpq(0), mpq(1, 2), mpq(1))
    for cells in ([(3, 0, 0, 5)], [(1, 5, 0, 5)], [(1, 0, 0, 1)], [(1, 0, 0, -1), (0, 0, 0, 4)]):
        with pytest.raises(DomainError):
            PairedCounts.of(cells, side, side)


# ------------------------------------------------------------- printing

numbers = st.floats(-1e6, 1e6, allow_nan=False)
widths = st.floats(0, 10)


@given(numbers, widths, widths, st.one_of(st.just(0.0), st.floats(1e-12, 10)))
def test_printed_ends_enclose_and_differ(mean, below, above, stderr):
    low, high = mean - below, mean + above
    texts = printed(mean, stderr, low, high)
    assert mpq(texts[2]) <= mpq(low) <= mpq(high) <= mpq(texts[3])
    assert (texts[2] == texts[3]) <= (low == high)


def test_never_and_always_print_as_they_are():
    """1 - .025^(1/100000) = 3.6888e-5."""
    never = Estimate.proportion(0, 100_000, seed=1)
    always = Estimate.proportion(100_000, 100_000, seed=1)
    for run, low, high in (
        (never, "0.0000000", "0.0000369"),
        (always, "0.9999631", "1.0000000"),
    ):
        interval = f"[{low}, {high}]"
        table = Table("t", "t", (Column("x", digits=4),), ((run,),))
        for text in (
            str(run),
            repr(run),
            run._repr_latex_(),
            Estimates([run])._repr_html_(),
            decimal_text(run, 4),
            table.to_text(),
            table.to_latex(),
            html.unescape(table._repr_html_()),
        ):
            assert interval in text.replace("{,}", ",")
    counts = FaceCounts.of([[0, 0, 0], [0, 5000, 3], [0, 2, 4000]], 1)
    assert "[0.00000, 0.00041]" in counts._repr_html_()
