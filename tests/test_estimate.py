"""Estimates: intervals with the coverage they state, and merging that forgets the order."""

import math
import random

import pytest
import sympy
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st
from refusals import refused

import polygeo
from polygeo.answers import Converged, Estimate
from polygeo.errors import DomainError, NotConverged

counts = st.tuples(st.integers(0, 50), st.integers(50, 100))


@given(st.lists(counts, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_merging_proportions_forgets_the_order(
    runs: list[tuple[int, int]], shuffle: random.Random
) -> None:
    parts = [Estimate.proportion(w, n, seed) for seed, (w, n) in enumerate(runs)]
    merged = parts[0].merge(*parts[1:])
    shuffle.shuffle(parts)
    assert parts[0].merge(*parts[1:]) == merged
    assert merged.mean == sum(w for w, _ in runs) / sum(n for _, n in runs)


def test_merging_means_is_pooling_the_batches() -> None:
    generator = random.Random(5)
    numbers = [generator.gauss(3, 1) for _ in range(40)]
    whole = Estimate.from_batches(numbers, 10, seed=(1, 2))
    parts = Estimate.from_batches(numbers[:15], 10, seed=1).merge(
        Estimate.from_batches(numbers[15:], 10, seed=2)
    )
    assert parts == whole
    mean = sum(numbers) / 40
    variance = sum((x - mean) ** 2 for x in numbers) / 39
    assert math.isclose(whole.stderr, math.sqrt(variance / 40), rel_tol=1e-12)
    assert math.isclose(whole.mean, mean, rel_tol=1e-12)


def test_means_cover_as_stated() -> None:
    """400 runs of 20 exponential batches at 90%: coverage within 5 standard deviations
    (false alarm below 1e-6; the skewness of batch means of 50 is allowed for with 1%)."""
    generator = random.Random(7)
    hits = 0
    for _ in range(400):
        batches = [sum(generator.expovariate(1) for _ in range(50)) / 50 for _ in range(20)]
        run = Estimate.from_batches(batches, 50, confidence=0.9)
        hits += run.low <= 1 <= run.high
    assert abs(hits / 400 - 0.9) < 5 * math.sqrt(0.09 / 400) + 0.01


def test_agreement_is_a_test_of_its_stated_rate() -> None:
    run = Estimate.proportion(500, 1000, seed=1)
    assert run.agrees(mpq(1, 2))
    assert run.agrees(polygeo.Ball.of(mpq(1, 2)))
    assert run.agrees("0.5")
    assert not run.agrees(mpq(3, 5))
    assert not run.agrees(mpq(55, 100), false_alarm=0.01)
    assert run.agrees(mpq(55, 100), false_alarm=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: Estimate.proportion(5, 0),
        lambda: Estimate.proportion(6, 5),
        lambda: Estimate.proportion(1.5, 5),
        lambda: Estimate.proportion(1, 5, confidence=1.0),
        lambda: Estimate.from_batches([1.0], 10),
        lambda: Estimate.from_batches([1.0, float("nan")], 10),
        lambda: Estimate.from_batches([1.0, 2.0], 0),
        lambda: Estimate.from_moments(4, 6, 1),
        lambda: Estimate.proportion(1, 5, seed="x"),
        lambda: Estimate.proportion(1, 5, seed=(1, 2.5)),
        lambda: Estimate.proportion(1, 5, confidence="high"),
        lambda: Estimate.proportion(1, 5).interval(None),
        lambda: Estimate.bootstrap("half", [0.4, 0.6], 10),
        lambda: Estimate.bootstrap(0.5, ["a", "b"], 10),
        lambda: Converged(1, 2, (1, 2)),
        lambda: Estimate.bootstrap(0.5, [0.4, 0.6], 0),
        lambda: Estimate.proportion(1, 5, 3).merge(Estimate.proportion(1, 5, 3)),
        lambda: Estimate.proportion(1, 5).merge(Estimate.from_batches([1, 2], 1)),
        lambda: Converged(1, 0),
        lambda: Converged("x", 1),
    ],
)
def test_bad_input_is_one_line(call: object) -> None:
    with refused():
        call()  # type: ignore[operator]


def test_records_come_back() -> None:
    for answer in (
        Estimate.proportion(3, 10, seed=4, source="x"),
        Estimate.from_batches([0.1, 0.2, 0.4], 7, seed=(1, 2)),
        Estimate.bootstrap(0.25, [0.2, 0.3, 0.25], 100, seed=3, source="x"),
        Converged("1.5", "0.01", (("a", "1.4"), ("b", "1.49")), "y"),
    ):
        assert polygeo.from_json(polygeo.to_json(answer)) == answer
        assert float(answer) == pytest.approx(float(answer.to_dict().get("mean", 1.5)))
        assert answer._repr_latex_().startswith("$")


def test_digits_end_where_knowledge_ends() -> None:
    assert Converged("2.718281828", "1e-8").decimal(8) == "2.7182818"
    with pytest.raises(NotConverged, match="have been reached"):
        Converged("2.718281828", "1e-8").decimal(10)
    run = Estimate.proportion(4834, 10_000, seed=1)
    assert polygeo.decimal(run, 2) == "0.48"
    with pytest.raises(NotConverged):
        polygeo.decimal(run, 6)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[[]]",
        '[{"kind": "exact"}]',
        "null",
        '{"kind": "exact"}',
        '{"kind": "magic"}',
        '{"kind": "certified"}',
        '{"kind": "estimate", "statistics": []}',
        '{"kind": "estimate", "statistics": ["mean", 0, 1, 1], "seed": 1, "samples": 4,'
        ' "confidence": 0.9, "source": ""}',
        '{"kind": "estimate", "statistics": ["mean", 2, 1, 1], "seed": 1, "samples": 5,'
        ' "confidence": 0.9, "source": ""}',
        '{"kind": "exact", "value": "x"}',
        "\x00",
    ],
)
def test_foreign_records_are_refused(text: str) -> None:
    with pytest.raises(DomainError):
        polygeo.from_json(text)


def test_agreement_with_an_exact_irrational_number():
    share = Estimate.proportion(78_540, 100_000)
    assert share.agrees(sympy.pi / 4)
    assert not share.agrees(sympy.pi / 4 + sympy.Rational(1, 100))
    limit = Converged("0.7854", "0.0001")
    assert limit.agrees(sympy.pi / 4)
    assert not limit.agrees(sympy.pi / 5)
    with pytest.raises(DomainError):
        share.agrees(sympy.Symbol("x"))
