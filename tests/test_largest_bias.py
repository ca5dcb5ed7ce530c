"""The largest common bias: brute force in the plane, known values, sphere and ball, bad input."""

import random
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import sympy
from gmpy2 import mpq

from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.polyhedra.vectors import rank
from polygeo.relu import is_injective, largest_bias


def reached(W, x) -> mpq:
    """The largest a for which the rows with <w, x> >= a span."""
    values = [sum(c * y for c, y in zip(w, x, strict=True)) for w in W]
    return max(
        a
        for a in values
        if rank([tuple(w) for w, v in zip(W, values, strict=True) if v >= a]) == len(x)
    )


def by_vertices(W, low, high) -> mpq:
    """On a box in the plane: the least value where two of the lines <v, x> = <w, x> and edges meet.

    Where the order of the products does not change, the value is linear.
    """
    lines = [(*(a - b for a, b in zip(v, w, strict=True)), 0) for v, w in combinations(W, 2)]
    lines += [(1, 0, -low[0]), (1, 0, -high[0]), (0, 1, -low[1]), (0, 1, -high[1])]
    values = []
    for p, q in combinations(lines, 2):
        det = p[0] * q[1] - p[1] * q[0]
        if det:
            x = mpq(p[1] * q[2] - p[2] * q[1], det), mpq(p[2] * q[0] - p[0] * q[2], det)
            if all(a <= y <= b for a, y, b in zip(low, x, high, strict=True)):
                values.append(reached(W, x))
    return min(values)


def test_planar_boxes_against_all_vertices():
    rng, signs = random.Random(1), set()
    for _ in range(40):
        W = [[rng.randint(-2, 2) for _ in range(2)] for _ in range(rng.randint(2, 6))]
        if rank([tuple(w) for w in W]) < 2:
            continue
        low = [rng.randint(-2, 2), rng.randint(-2, 2)]
        high = [low[0] + rng.randint(1, 2), low[1] + 2]
        found = largest_bias(W, (low, high))
        assert found.value == by_vertices(W, low, high), (W, low, high)
        assert reached(W, found.point) == found.value
        assert found.verify(W)
        more = [-found.value - mpq(1, 10**6)] * len(W)
        assert not is_injective(W, more, (low, high))
        signs.add((found.value > 0) - (found.value < 0))
    assert signs == {-1, 0, 1}


def test_floats_and_dimensions():
    for m, n in ((14, 3), (24, 4), (40, 5)):
        W = np.random.default_rng(m).normal(size=(m, n))
        low, high = [0.5] + [-0.25] * (n - 1), [1.0] * n
        found = largest_bias(W, (low, high))
        assert found.verify(W)
        slightly = float(found.value) + 1e-9
        assert not is_injective(W, [-slightly] * m, (low, high))


def test_values_by_hand():
    one = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert largest_bias(one, ([1, 2, 3], [4, 4, 4])).value == 1
    assert largest_bias(one, "nonnegative").value == 0
    assert largest_bias([[1, 0], [0, 1], [-1, 0], [0, -1]]).value == 0
    # on the edge of a square that is flat: one coordinate, and its row alone
    assert largest_bias([[1, 0], [0, 1]], ([0, 3], [1, 3])).value == 0
    assert largest_bias([[1, 1], [-1, 1]], ([-1, 3], [1, 3])).value == 3


def icosahedron():
    golden = (1 + 5**0.5) / 2
    corners = [(0, a, b * golden) for a in (1, -1) for b in (1, -1)]
    return [tuple(c[(j + s) % 3] for j in range(3)) for c in corners for s in range(3)], golden


def test_the_icosahedron_on_the_sphere():
    """haider2023convex give 0.4472 for unit rows: a corner and two of its five neighbours."""
    W, golden = icosahedron()
    found = largest_bias(W, "sphere")
    unit = float(found.value) / (1 + golden**2) ** 0.5
    assert abs(unit - 5**-0.5) < 1e-14
    assert found.verify(W)
    assert largest_bias(W, "ball").value == 0
    inside = largest_bias(W, (-1, 1))
    assert inside.value == 0


def test_spheres_against_many_directions():
    """No direction of the plane is below the smallest value, and some come close to it."""
    rng = np.random.default_rng(5)
    angles = np.linspace(0, 2 * np.pi, 20001)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    seen = set()
    for m in (3, 4, 5, 7, 9):
        W = rng.integers(-3, 4, size=(m, 2))
        if m > 5:
            W = np.vstack([W, -W[:3]])
        if np.linalg.matrix_rank(W) < 2:
            continue
        products = circle @ W.T
        lowest = [
            products[:, W[:, 0] * line[1] != W[:, 1] * line[0]].max(axis=1).min()
            for line in W
            if line.any()
        ]
        found = largest_bias(W, "sphere")
        value = float(found.value)
        assert value <= min(lowest) + 1e-9
        assert min(lowest) < value + 2e-3
        seen.add((value > 0) - (value < 0))
        ball = largest_bias(W, "ball")
        assert ball.value == min(found.value, 0)
        assert ball.verify(W)
    assert {-1, 1} <= seen


def test_roots_are_exact():
    assert largest_bias([[1, 0], [0, 1], [-1, -1]], "sphere").value == -sympy.sqrt(2) / 2
    assert largest_bias([[3, 0], [-3, 0], [0, 3], [0, -3]], "sphere").value == 0
    assert largest_bias([[1], [-1]], "sphere").value == 1


def test_what_is_false_is_refuted():
    W = [[1, 0], [0, 1], [-1, -1]]
    found = largest_bias(W, (1, 2))
    for false in (
        replace(found, value=mpq(1, 2)),
        replace(found, value=mpq(2)),
        replace(found, point=(mpq(2), mpq(2))),
        replace(found, point=(mpq(0), mpq(0))),
        replace(found, inputs=None),
    ):
        with pytest.raises((Refuted, DomainError)):
            false.verify(W)
    with pytest.raises((Refuted, DomainError)):
        found.verify([[1, 0], [0, 1], [-1, -2]])
    with pytest.raises(Refuted):
        replace(largest_bias(W, "sphere"), value=mpq(0)).verify(W)


@pytest.mark.parametrize(
    ("W", "inputs", "reason"),
    [
        ([[1, 0], [0, 1]], None, "reach so far"),
        ([[1, 0], [0, -1]], "nonnegative", "reach so far"),
        ([[1, 0], [0, 1]], (1, 1), "more than one input"),
        ([[1, 0], [2, 0]], (0, 1), "no bias"),
        ([[1, 0], [2, 0]], "sphere", "no bias"),
        ([[1, 0], [0, 1]], "cube", "nonnegative"),
        ([[1, 0], [0, 1]], (1, 0), "low <= high"),
    ],
)
def test_bad_input_gets_one_line(W, inputs, reason):
    with pytest.raises(DomainError, match=reason) as caught:
        largest_bias(W, inputs)
    assert "\n" not in str(caught.value)


def test_limits():
    W = np.random.default_rng(1).normal(size=(60, 8))
    with pytest.raises(Undecided):
        largest_bias(W, (0.5, 1), max_nodes=1)
    with pytest.raises(DomainError, match="sets of n - 1 rows"):
        largest_bias(W, "sphere")
