"""What is proved of p: exact values against simulation of the half-space depth in the plane."""

import math
import random
from itertools import combinations

import pytest
from gmpy2 import mpq

import polygeo
from polygeo.answers import Estimate
from polygeo.errors import DomainError, NoExactValue
from polygeo.relu import injectivity_bounds, union_bound, wendel_probability


def positives_at_vertices(rows: list[tuple[float, float]]) -> list[int]:
    """For n = 2: numbers of positive rows at both ends of each line orthogonal to a row."""
    counts = []
    for i, (x, y) in enumerate(rows):
        signs = [a * -y + b * x > 0 for j, (a, b) in enumerate(rows) if j != i]
        counts += [sum(signs), len(signs) - sum(signs)]
    return counts


def test_p_in_the_plane_against_simulation() -> None:
    """6000 Gaussian draws at each m; one interval may miss with 1e-7, seven with less than 1e-6."""
    generator = random.Random(2022)
    for m in range(2, 9):
        injective = vertices = 0
        for _ in range(6000):
            rows = [(generator.gauss(0, 1), generator.gauss(0, 1)) for _ in range(m)]
            counts = positives_at_vertices(rows)
            injective += min(counts) >= 2
            vertices += sum(count < 2 for count in counts)
        estimate = Estimate.proportion(injective, 6000, seed=2022)
        assert estimate.agrees(polygeo.p(m, 2), false_alarm=1e-7)
        mean = vertices / 6000
        bound = float(union_bound(m, 2, "vertices"))
        assert abs(mean - bound) < 6 * 2 * m / math.sqrt(6000)


def test_one_input() -> None:
    """n = 1: injective unless all m signs are alike on one side: brute force over signs."""
    for m in range(1, 12):
        good = sum(0 < bin(signs).count("1") < m for signs in range(2**m))
        assert polygeo.p(m, 1) == mpq(good, 2**m) == 1 - mpq(2, 2**m)


def test_zero_range_is_forced_by_counting() -> None:
    """At a vertex of m rows in R^n, m - n + 1 signs: the lesser side has at most half of them."""
    for n in range(2, 9):
        for m in range(n, 3 * n + 2):
            forced = (m - n + 1) // 2 < n
            assert forced == (m <= 3 * n - 2)
            if forced:
                assert polygeo.p(m, n) == 0
            elif n > 2:
                with pytest.raises(NoExactValue, match="proved"):
                    polygeo.p(m, n)


def test_wendel_counts_regions() -> None:
    """2 sum_{i<n} binomial(m-1, i) regions of m generic lines in the plane, by brute force."""
    generator = random.Random(3)
    for m in range(2, 7):
        rows = [(generator.gauss(0, 1), generator.gauss(0, 1)) for _ in range(m)]
        patterns = set()
        for step in range(20_000):
            t = 2 * math.pi * step / 20_000
            patterns.add(tuple(a * math.cos(t) + b * math.sin(t) > 0 for a, b in rows))
        assert 1 - mpq(len(patterns), 2**m) == wendel_probability(m, 2)


def test_bounds_enclose_and_name_their_source() -> None:
    identifiers = set(polygeo.catalogue())
    for m, n in combinations(range(30, 0, -3), 2):
        known = injectivity_bounds(m, n)
        upper = [bound.value for bound in known if bound.side in ("upper", "equal")]
        lower = [bound.value for bound in known if bound.side in ("lower", "equal")]
        assert max(lower) <= min(upper)
        assert {bound.source for bound in known} <= identifiers
        assert all(str(bound) for bound in known)


def test_q_is_no_bound() -> None:
    """The surrogate lies above 1 - p at n = 2, m >= 3, and below it at m = 10, n = 5."""
    assert all(polygeo.q(m, 2) > 1 - polygeo.p(m, 2) for m in range(3, 20))
    assert polygeo.q(10, 5) < 0 < 1 - polygeo.p(10, 5)


@pytest.mark.parametrize("arguments", [(3, 5), (0, 0), (2.0, 1), (True, True), ("5", 2), (5, None)])
def test_bad_input(arguments: tuple) -> None:
    for function in (polygeo.p, wendel_probability, union_bound, injectivity_bounds):
        with pytest.raises(DomainError):
            function(*arguments)
    with pytest.raises(DomainError, match="orthants"):
        union_bound(5, 2, "cells")


def test_a_bound_of_a_million_digits_prints_in_a_line():
    bounds = injectivity_bounds(10**5, 1000)
    assert max(len(str(bound.value)) for bound in bounds) > 10**4
    assert len(repr(bounds)) < 300
