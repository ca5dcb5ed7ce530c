"""q_{m,n,k}: five methods for one number, exactly, and the shape of its values."""

from math import comb

import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

import polygeo
from polygeo.cones import SignCountFan
from polygeo.errors import DomainError
from polygeo.relu import q_column, q_row
from polygeo.volumes import crofton, expected_euler_characteristic


def binomial(n: int, k: int) -> int:
    return comb(n, k) if 0 <= k <= n else 0


def partial(n: int, k: int) -> int:
    """sum_{j <= k} binomial(n, j)."""
    return sum(binomial(n, j) for j in range(k + 1))


def triple_sum(m: int, n: int) -> mpq:
    """The formula of the slides for q_{m,n+1}, term by term (E5)."""
    total = mpq(0)
    for i in range(n // 2 + 1):
        for ell in range(n + 1):
            weight = binomial(m, n - 2 * i) * binomial(n - 2 * i, ell - 2 * i)
            if weight:
                total += weight * mpq(-1, 2) ** ell * partial(m - n + ell, ell)
    return (-1) ** n * mpq(2) ** (n + 1 - m) * total


def single_sum(m: int, n: int) -> mpq:
    """Its collapse to one sum (E6)."""
    total = mpq(0)
    for ell in range(n + 1):
        N = m - n + ell
        total += mpq(-1, 2) ** ell * binomial(m, n - ell) * partial(N - 1, ell) * partial(N, ell)
    return (-1) ** n * mpq(2) ** (n + 1 - m) * total


def coefficient_sum(m: int, n: int, k: int) -> mpq:
    """The sum over the number of zeros (E4'), by multiplying polynomials out."""
    total = 0
    for r in range(n - 1, -1, -2):
        up = [binomial(m - r, i) for i in range(k)]
        down = [1] * k if r == 0 else [(-1) ** i * binomial(r - 1, i) for i in range(k)]
        total += binomial(m, r) * sum(up[i] * down[k - 1 - i] for i in range(k))
    return mpq(2) ** (1 - m) * total


@pytest.mark.parametrize("m", range(1, 41))
def test_all_roads_agree(m: int) -> None:
    row = q_row(m)
    for n in range(1, m + 1):
        value = polygeo.q(m, n)
        assert value == row[n - 1] == triple_sum(m, n - 1) == single_sum(m, n - 1)
        volumes = SignCountFan(m, n).intrinsic_volumes()
        assert value == expected_euler_characteristic(volumes, n)
        assert value == coefficient_sum(m, n, n)


@pytest.mark.parametrize("m", range(1, 15))
def test_every_depth(m: int) -> None:
    for k in range(1, m + 1):
        fan = SignCountFan(m, k).intrinsic_volumes()
        row = q_row(m, k)
        for n in range(1, m + 1):
            value = polygeo.q(m, n, k)
            assert value == row[n - 1] == coefficient_sum(m, n, k)
            assert value == crofton(fan, n).euler_characteristic()
            mirror = polygeo.q(m, n, m - k + 1)
            assert value + (-1) ** (n - 1) * mirror == 1 + (-1) ** (n - 1)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 400), st.data())
def test_large_values_against_the_kinematic_sum(m: int, data: st.DataObject) -> None:
    n, k = data.draw(st.integers(1, m)), data.draw(st.integers(1, m))
    volumes = SignCountFan(m, k).intrinsic_volumes()
    value = polygeo.q(m, n, k)
    assert value == expected_euler_characteristic(volumes, n)
    assert (value * 2 ** (m - 1)).denominator == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 60))
def test_columns(n: int, k: int, length: int) -> None:
    first = max(n, k)
    expected = [polygeo.q(m, n, k) for m in range(first, first + length + 1)]
    assert q_column(n, first + length, k) == expected


def test_signs_and_zeros_occur() -> None:
    row = [polygeo.q(m, n) for m in range(1, 41) for n in range(1, m + 1)]
    assert min(row) < 0 < max(row)
    assert any(value > 1 for value in row)
    zeros = [
        (m, n, k)
        for m in range(1, 9)
        for n in range(1, m + 1)
        for k in range(1, m + 1)
        if polygeo.q(m, n, k) == 0
    ]
    assert zeros
    assert all(coefficient_sum(*where) == 0 for where in zeros)


def test_two_dimensions_by_brute_force() -> None:
    """n = 2: the section is a union of arcs; chi is their number (0 for the whole circle), and
    every sign-symmetric law gives the same mean: average over all sign changes of fixed rows."""
    from itertools import product
    from math import atan2, pi

    rows = [(3, 1), (-1, 4), (2, -5), (7, 2), (-3, -8)]
    for m in range(2, 6):
        total = 0
        for signs in product((1, -1), repeat=m):
            angles = []
            for (x, y), sign in zip(rows[:m], signs, strict=True):
                angles += [atan2(sign * y, sign * x) + pi / 2, atan2(sign * y, sign * x) - pi / 2]
            cuts = sorted(angle % (2 * pi) for angle in angles)
            middles = [
                (a + b) / 2 for a, b in zip(cuts, [*cuts[1:], cuts[0] + 2 * pi], strict=True)
            ]
            from math import cos, sin

            inside = [
                sum(
                    s * (x * cos(t) + y * sin(t)) > 0
                    for (x, y), s in zip(rows[:m], signs, strict=True)
                )
                < 2
                for t in middles
            ]
            # closed section: a vertex joins two neighbouring open arcs or is an isolated point
            at_cut = [
                sum(
                    s * (x * cos(t) + y * sin(t)) > 1e-9
                    for (x, y), s in zip(rows[:m], signs, strict=True)
                )
                < 2
                for t in cuts
            ]
            total += sum(at_cut) - sum(inside)  # vertices minus edges
        assert mpq(total, 2**m) == polygeo.q(m, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, 5), "q needs 1 <= n <= m; got m=3, n=5"),
        ((0, 0), "q needs 1 <= n <= m; got m=0, n=0"),
        ((-4, 1), "q needs 1 <= n <= m; got m=-4, n=1"),
        ((5, 3, 6), "q needs 1 <= k <= m; got m=5, k=6"),
        ((5, 3, 0), "q needs 1 <= k <= m; got m=5, k=0"),
        ((5.0, 3), "m needs an integer; got 5.0 (float)"),
        ((float("nan"), 3), "m needs an integer; got nan (float)"),
        ((True, 1), "m needs an integer; got True (bool)"),
        (("5", 3), "m needs an integer; got 5 (str)"),
        ((5, mpq(1, 2)), "n needs an integer; got 1/2 (mpq)"),
        ((10**40, 3), "m <= 2147483648 is needed"),
    ],
)
def test_bad_input(arguments: tuple, message: str) -> None:
    with pytest.raises(DomainError) as failure:
        polygeo.q(*arguments)
    assert message in str(failure.value)
    assert "\n" not in str(failure.value)
