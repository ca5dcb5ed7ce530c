"""Layers with biases and on sets of inputs: brute force, invariances, empty interiors."""

import random
from itertools import combinations

import numpy as np
import pytest
from gmpy2 import mpq
from scipy.optimize import linprog

from polygeo.cones import PolyhedralCone, Subspace
from polygeo.errors import DomainError
from polygeo.polyhedra.nearest import nearest
from polygeo.polyhedra.vectors import complement, dot, negative, primitive, rank, units
from polygeo.relu import is_injective
from polygeo.relu.inputs import polytope
from polygeo.relu.interior import interior_of

# --- other methods


def by_points(W, b, A, c) -> bool:
    """The theorem in a bounded part of the plane: rows that are >= 0 span at a point of each cell.

    Each cell is a polygon, and the centre of three of its vertices lies inside.
    """
    lines = [(*w, x) for w, x in zip([*W, *A], [*b, *c], strict=True) if any(w)]
    vertices = set()
    for p, q in combinations(lines, 2):
        det = p[0] * q[1] - p[1] * q[0]
        if det:
            x = mpq(p[1] * q[2] - p[2] * q[1], det), mpq(p[2] * q[0] - p[0] * q[2], det)
            if all(a[0] * x[0] + a[1] * x[1] + y >= 0 for a, y in zip(A, c, strict=True)):
                vertices.add(x)
    for corners in combinations(vertices, 3):
        x = [sum(v) / 3 for v in zip(*corners, strict=True)]
        if any(a[0] * x[0] + a[1] * x[1] + y <= 0 for a, y in zip(A, c, strict=True)):
            continue
        seen = [w for w, y in zip(W, b, strict=True) if w[0] * x[0] + w[1] * x[1] + y >= 0]
        if all(p[0] * q[1] == p[1] * q[0] for p, q in combinations(seen, 2)):
            return False
    return True


def contradict(below, above) -> bool:
    """Whether no z has <r, z> < 0 for the first and > 0 for the second vectors."""
    lifted = [(*h, 1) for h in below] + [(*(-x for x in g), 1) for g in above]
    return nearest(lifted, (*[0] * len(above[0]), 1)).inside


def by_hyperplanes(W, b, A, c) -> bool:
    """No point inside is negative on all rows outside of a hyperplane that rows span."""
    n = len(W[0])
    if rank(list(map(primitive, W))) < n:
        return False
    imposed = [primitive((*a, x)) for a, x in zip(A, c, strict=True) if any(a)]
    imposed.append((*[0] * n, 1))
    for subset in combinations(W, n - 1):
        if n == 1 or rank(list(map(primitive, subset))) == n - 1:
            (v,) = complement(list(map(primitive, subset)), n) if n > 1 else ((1,),)
            outside = [primitive((*w, x)) for w, x in zip(W, b, strict=True) if dot(v, w)]
            if not contradict(outside, imposed):
                return False
    return True


def unit_box(n, low, high):
    return [*units(n), *negative(units(n))], [*(-x for x in low), *high]


def random_layer(rng, sizes):
    n = rng.choice(list(sizes))
    size, m = rng.choice((1, 1, 2, 3)), rng.randint(1, sizes[n])
    W = [[rng.randint(-size, size) for _ in range(n)] for _ in range(m)]
    b = [rng.randint(-size, size) for _ in range(m)] if rng.random() < 0.6 else None
    return W, b


def random_domain(rng, n):
    """``inputs``, and A, c of the same set; it has interior points."""
    kind = rng.choice(("nonnegative", "box", "cone", "polytope", "all"))
    if kind == "all":
        return None, [], []
    if kind == "nonnegative":
        return kind, units(n), [0] * n
    if kind == "box":
        low = [rng.randint(-2, 1) for _ in range(n)]
        high = [x + rng.randint(1, 3) for x in low]
        return (low, high), *unit_box(n, low, high)
    while True:
        k = rng.randint(1, 4)
        A = [[rng.randint(-2, 2) for _ in range(n)] for _ in range(k)]
        c = [rng.randint(-1, 2) if kind == "polytope" else 0 for _ in range(k)]
        rows = [(*a, x) for a, x in zip(A, c, strict=True)]
        if all(map(any, A)) and not contradict([], [*rows, (*[0] * n, 1)]):
            cone = kind == "cone" and rng.random() < 0.5
            return (PolyhedralCone(inequalities=A) if cone else (A, c)), A, c


def agrees(seed, count, sizes={1: 4, 2: 7, 3: 8}):  # noqa: B006
    rng, seen = random.Random(seed), {True: 0, False: 0}
    for _ in range(count):
        W, b = random_layer(rng, sizes)
        inputs, A, c = random_domain(rng, len(W[0]))
        verdict = is_injective(W, b, inputs)
        expected = by_hyperplanes(W, b or [0] * len(W), A, c)
        assert verdict.injective == expected, (W, b, inputs)
        assert verdict.verify()
        assert verdict.verify(W, b, inputs)
        if not verdict:
            for x in verdict.collision:
                assert all(dot(a, x) + y >= 0 for a, y in zip(A, c, strict=True))
        seen[verdict.injective] += 1
    return min(seen.values())


def test_small_integer_layers_against_hyperplanes():
    """Zero rows, repeated and dependent rows, cones, boxes, polytopes, biases."""
    assert agrees(5, 250) > 40


@pytest.mark.slow
def test_many_small_integer_layers_against_hyperplanes():
    assert agrees(6, 6000) > 1000
    assert agrees(7, 300, {3: 11, 4: 10}) > 20


def test_planar_boxes_and_wedges_against_a_point_in_each_cell():
    rng, seen = random.Random(8), {True: 0, False: 0}
    for _ in range(250):
        W = [[rng.randint(-2, 2) for _ in range(2)] for _ in range(rng.randint(2, 5))]
        if rng.random() < 0.5:
            b = [rng.randint(-2, 2) for _ in W]
            low = [rng.randint(-2, 0), rng.randint(-2, 0)]
            inputs = low, [low[0] + rng.randint(1, 3), low[1] + 2]
            A, c = unit_box(2, *inputs)
        else:
            b = [0] * len(W)
            A = [[rng.randint(-2, 2) for _ in range(2)] for _ in range(2)]
            if not all(map(any, A)) or contradict([], A):
                continue
            inputs = PolyhedralCone(inequalities=A)
            more = unit_box(2, [-1, -1], [1, 1])
            A, c = [*A, *more[0]], [0, 0, *more[1]]
        verdict = is_injective(W, b, inputs)
        assert verdict.injective == by_points(W, b, A, c), (W, b, inputs)
        seen[verdict.injective] += 1
    assert min(seen.values()) > 30


def test_floats_against_hyperplanes():
    """Gaussian data: the compiled search, and exact answers for the dyadics that the floats are."""
    rng, seen = np.random.default_rng(9), {True: 0, False: 0}
    for step in range(40):
        n = 2 + step % 2
        m = int(rng.integers(2 * n, 4 * n))
        W, b = rng.normal(size=(m, n)), rng.normal(size=m) if step % 3 else None
        inputs = "nonnegative" if step % 4 < 2 else (-1, 0.5)
        A, c = (units(n), [0] * n) if step % 4 < 2 else unit_box(n, [-1] * n, [0.5] * n)
        exact = [[mpq(x) for x in row] for row in W.tolist()]
        bias = [mpq(0)] * m if b is None else [mpq(x) for x in b.tolist()]
        expected = by_hyperplanes(exact, bias, A, [mpq(x) for x in c])
        verdict = is_injective(W, b, inputs)
        assert verdict.injective == expected
        assert verdict.verify()
        seen[expected] += 1
    assert min(seen.values()) > 5


# --- what is known


@pytest.mark.parametrize("n", [1, 2, 3, 5, 12])
def test_the_identity_is_injective_where_nothing_is_cut_off(n):
    one = np.eye(n)
    assert is_injective(one, inputs="nonnegative").verify()
    assert is_injective(one, inputs=(0, 1)).verify()
    assert not is_injective(one)
    assert not is_injective(one, inputs=(-1, 1))
    assert not is_injective(one, inputs=("-1/1000", 1))
    assert is_injective(one, bias=[1] * n, inputs=(-1, 1))
    assert not is_injective(one, bias=[-1] * n, inputs="nonnegative")
    assert not is_injective(-one, inputs="nonnegative")


def test_large_biases_on_a_bounded_set_leave_an_affine_map():
    rng = random.Random(1)
    for _ in range(60):
        W, _ = random_layer(rng, {1: 3, 2: 4, 3: 4})
        n = len(W[0])
        verdict = is_injective(W, [1000] * len(W), (-5, 5))
        assert verdict.injective == (rank(list(map(tuple, W))) == n)
        assert verdict.verify()


def test_monotone_in_the_inputs_and_in_the_rows():
    rng = random.Random(2)
    counts = [0, 0]
    for _ in range(150):
        W, b = random_layer(rng, {2: 9, 3: 9})
        n = len(W[0])
        large = is_injective(W, b, (-2, 2))
        small = is_injective(W, b, ([-1] * n, [mpq(1, 2)] * n))
        assert small.injective or not large.injective
        more = is_injective([*W, [1] * n], None if b is None else [*b, 1], (-2, 2))
        assert more.injective or not large.injective
        counts[0] += large.injective
        counts[1] += small.injective
    assert 2 < counts[0] < counts[1] < 140


def test_translations_and_scalings_change_nothing():
    rng = random.Random(3)
    for _ in range(80):
        W, b = random_layer(rng, {2: 6, 3: 7})
        n, b = len(W[0]), b or [0] * len(W)
        low = [rng.randint(-2, 0) for _ in range(n)]
        high = [x + rng.randint(1, 2) for x in low]
        expected = is_injective(W, b, (low, high)).injective
        shift = [rng.randint(-3, 3) for _ in range(n)]
        moved = [x - dot(w, shift) for w, x in zip(W, b, strict=True)]
        ends = [[x + s for x, s in zip(side, shift, strict=True)] for side in (low, high)]
        assert is_injective(W, moved, tuple(ends)).injective == expected
        half = [[mpq(x, 2) for x in side] for side in (low, high)]
        assert is_injective(W, [mpq(x, 2) for x in b], tuple(half)).injective == expected
        factors = [rng.randint(1, 4) for _ in W]
        scaled = [[f * x for x in w] for f, w in zip(factors, W, strict=True)]
        times = [f * x for f, x in zip(factors, b, strict=True)]
        assert is_injective(scaled, times, (low, high)).injective == expected


def test_biases_on_all_inputs_by_one_dimension_more():
    """Rows (w, b), (+-e_j, -c), +-e_{n+1}: injective on R^{n+1} when the biased layer is on R^n."""
    rng, seen = random.Random(4), {True: 0, False: 0}
    for _ in range(150):
        W, b = random_layer(rng, {1: 4, 2: 8})
        b = [rng.randint(-2, 2) for _ in W] if b is None else b
        n = len(W[0])
        lifted = [(*w, x) for w, x in zip(W, b, strict=True)]
        lifted += [(*row, -1000) for row in (*units(n), *negative(units(n)))]
        lifted += [(*[0] * n, 1), (*[0] * n, -1)]
        verdict = is_injective(W, b)
        assert verdict.injective == is_injective(lifted).injective, (W, b)
        assert not verdict or is_injective(W)
        seen[verdict.injective] += 1
    assert min(seen.values()) > 20


def test_rows_that_are_zero_or_constant_count_for_nothing():
    assert is_injective([[0, 0], [1, 0], [0, 1]], [5, 0, 0], "nonnegative").verify()
    assert not is_injective([[0, 0], [1, 0]], [5, 0], "nonnegative")
    assert not is_injective([[0, 0], [1, 0], [0, 1]], [1, 0, -1], (0, 1))
    assert is_injective([[1, 0], [0, 1], [0, 1]], [0, 0, -1], (0, 1)).verify()


# --- sets without interior points


def test_flat_sets_are_looked_at_in_their_hull():
    """A box that is flat in a coordinate: the layer without it, its column in the biases."""
    rng = random.Random(10)
    seen = {True: 0, False: 0}
    for _ in range(100):
        W, b = random_layer(rng, {2: 5, 3: 7})
        n, b = len(W[0]), b or [0] * len(W)
        fixed, value = rng.randrange(n), rng.randint(-1, 1)
        low, high = [-1] * n, [1] * n
        low[fixed] = high[fixed] = value
        verdict = is_injective(W, b, (low, high))
        rest = [[x for j, x in enumerate(w) if j != fixed] for w in W]
        biases = [x + value * w[fixed] for w, x in zip(W, b, strict=True)]
        assert verdict.injective == is_injective(rest, biases, (-1, 1)).injective
        assert verdict.verify()
        if not verdict:
            assert all(x[fixed] == value for x in verdict.collision)
        seen[verdict.injective] += 1
    assert min(seen.values()) > 10


def test_a_line_a_point_and_a_wedge_in_space():
    wedge = PolyhedralCone(rays=[[1, 0, 0], [0, 1, 0]])
    assert is_injective([[1, 0, 9], [0, 1, 9]], inputs=wedge).verify()
    assert not is_injective([[1, 0, 9], [0, -1, 9]], inputs=wedge)
    assert is_injective([[0, 0]], inputs=(1, 1)).verify()
    line = Subspace(1, 2)
    assert is_injective([[1, 5], [-1, 2]], inputs=line).verify()
    assert not is_injective([[1, 5], [1, 2]], inputs=line).injective
    hidden = ([[1, 1], [-1, 0], [0, -1]], [0, 0, 0])  # the point 0, by three inequalities
    assert is_injective([[0, 0], [1, 1]], inputs=hidden).verify()


def test_the_hull_and_a_point_inside_against_linear_programs():
    rng, seen = random.Random(11), {"empty": 0, "flat": 0, "full": 0}
    for _ in range(150):
        n, k = rng.randint(1, 3), rng.randint(1, 6)
        A = [[rng.randint(-1, 1) for _ in range(n)] for _ in range(k)]
        c = [rng.randint(-1, 1) for _ in range(k)]
        limits = {"A_ub": [[-x for x in a] for a in A], "b_ub": c, "bounds": [(None, None)] * n}
        found = linprog([0] * n, **limits)
        if found.status == 2:
            with pytest.raises(DomainError, match="not empty"):
                interior_of(polytope(A, c, n))
            seen["empty"] += 1
            continue
        inside = interior_of(polytope(A, c, n))
        for j, (a, x) in enumerate(zip(A, c, strict=True)):
            value = dot(a, inside.point) + x
            assert value >= 0
            assert (value > 0) == (j in inside.strict)
            if not value:
                assert abs(linprog([-y for y in a], **limits).fun - x) < 1e-9
        seen["full" if inside.directions is None else "flat"] += 1
    assert min(seen.values()) > 10
