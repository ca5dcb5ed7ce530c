"""How long exact values of q take: single ones, rows and columns, and beside the triple sum.

What a report compares is put into ``extra_info``: the floor in seconds, the bits of the answer.
"""

from __future__ import annotations

import pytest
from peak import peak_memory
from seed import triple_sum

from polygeo.relu import expected_euler_characteristic as q
from polygeo.relu import q_column, q_row

SIZES = [
    pytest.param(10_000, 83_440, 0.05, 20, id="n=10^4"),
    pytest.param(100_000, 834_464, 0.5, 5, id="n=10^5"),
    pytest.param(1_000_000, 8_344_640, 8.0, 2, id="n=10^6", marks=pytest.mark.large),
]


@pytest.mark.benchmark(group="single values")
@pytest.mark.parametrize(("n", "m", "floor", "rounds"), SIZES)
def test_single_value(benchmark, n, m, floor, rounds):
    """One value at alpha = 8.344, where q is near 1."""
    value = benchmark.pedantic(q, args=(m, n), rounds=rounds, warmup_rounds=n < 10**6)
    bits = value.numerator.bit_length() + value.denominator.bit_length()
    benchmark.extra_info.update(m=m, n=n, floor=floor, bits=bits)


GROWTH = [
    pytest.param(n, id=f"n={n}", marks=[pytest.mark.large] if n > 200_000 else [])
    for n in (1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
]


@pytest.mark.benchmark(group="growth")
@pytest.mark.parametrize("n", GROWTH)
def test_growth(benchmark, n):
    """Time against the bits of the answer, m = 8.34464 n."""
    m = n * 834_464 // 100_000
    value = benchmark.pedantic(q, args=(m, n), rounds=max(2, min(40, 400_000 // n)))
    bits = value.numerator.bit_length() + value.denominator.bit_length()
    benchmark.extra_info.update(m=m, n=n, bits=bits)


@pytest.mark.large
@pytest.mark.benchmark(group="memory")
def test_peak_memory(benchmark):
    """The largest resident size of a process that computes q(8344640, 1000000), in MB."""

    imports = "from polygeo.relu import expected_euler_characteristic as q"
    args = (imports, "q(8_344_640, 1_000_000)")
    whole, before = benchmark.pedantic(peak_memory, args=args, rounds=1)
    benchmark.extra_info.update(floor_mb=500, peak_mb=whole, before_mb=before)


@pytest.mark.benchmark(group="the triple sum, n = 200, m = 1669")
@pytest.mark.parametrize("road", ["q", "triple sum"])
def test_against_the_triple_sum(benchmark, road):
    """The fast evaluator and the seed's own formula, in one run."""
    if road == "q":
        value = benchmark.pedantic(q, args=(1669, 200), rounds=200, iterations=5, warmup_rounds=5)
    else:
        value = benchmark.pedantic(triple_sum, args=(1669, 200), rounds=3)
    assert value == q(1669, 200)
    benchmark.extra_info.update(road=road, floor_ratio=1000)


@pytest.mark.benchmark(group="a row, m = 1500")
@pytest.mark.parametrize("road", ["at once", "one by one"])
def test_row(benchmark, road):
    """All n for one m."""
    m = 1500
    roads = {"at once": lambda: q_row(m), "one by one": lambda: [q(m, n) for n in range(1, m + 1)]}
    assert len(benchmark.pedantic(roads[road], rounds=3)) == m
    benchmark.extra_info.update(road=road, values=m)


@pytest.mark.benchmark(group="a column, n = 200, m to 3000")
@pytest.mark.parametrize("road", ["at once", "one by one"])
def test_column(benchmark, road):
    """All m for one n."""
    n, top = 200, 3000
    roads = {
        "at once": lambda: q_column(n, top),
        "one by one": lambda: [q(m, n) for m in range(n, top + 1)],
    }
    assert len(benchmark.pedantic(roads[road], rounds=3)) == top - n + 1
    benchmark.extra_info.update(road=road, values=top - n + 1)
