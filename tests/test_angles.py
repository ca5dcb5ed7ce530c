"""Solid angles: rationality decided exactly, Plackett's integral against other methods."""

import math
import random
from itertools import combinations, product

import numpy as np
import pytest
import sympy
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import refused

from polygeo.answers import Ball, certify
from polygeo.answers.ball import precision
from polygeo.answers.numerics.evaluation import evaluate_to_arb
from polygeo.cones import PolyhedralCone
from polygeo.polyhedra.description import GeneratingSet
from polygeo.volumes import equicorrelated_orthant, orthant_probability, solid_angle
from polygeo.volumes.angleform import AngleForm, SolidAngle4, values_of
from polygeo.volumes.angles import angle_of_four, integrated_angle
from polygeo.volumes.anglesum import AngleSum
from polygeo.volumes.faces.pointed_cone import HALF, PointedCone, simplices_of


def equicorrelation(n: int, r: mpq) -> list[list[mpq]]:
    return [[mpq(1) if i == j else mpq(r) for j in range(n)] for i in range(n)]


def random_rays(dim: int, seed: int, count: int = 0) -> list[list[int]]:
    rng = random.Random(seed)
    return [[20, *(rng.randint(-19, 19) for _ in range(dim - 1))] for _ in range(count or dim)]


def gram(rows) -> list[list[int]]:
    return [[sum(map(int.__mul__, u, v)) for v in rows] for u in rows]


def figure(rows) -> PointedCone:
    return PointedCone.of(GeneratingSet(len(rows[0]), tuple(map(tuple, rows))))


def value(form: AngleForm, digits: int = 20):
    (answer,) = values_of([form], digits)
    return answer


# --- sums of angles


def angle(tangent_squared, sign: int = 1) -> AngleSum:
    """arctan(sign sqrt(T)) over pi."""
    plain = AngleSum.between(1, 1 + mpq(tangent_squared), 1)
    return plain if sign > 0 else -plain


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([(4, "1/25"), (-1, "1/57121")], mpq(1, 4)),  # Machin
        ([(1, "1/4"), (1, "1/9")], mpq(1, 4)),  # Euler
        ([(12, "1/324"), (8, "1/3249"), (-5, "1/57121")], mpq(1, 4)),  # Gauss
        (
            [(2, "2"), (1, "8")],
            mpq(1),
        ),  # plane angles of the A_3 chamber: 2 acos(1/sqrt 3) + acos(1/3)
        ([(1, "2"), (1, "1/2")], mpq(1, 2)),
        ([(3, "3"), (2, "1/3")], mpq(4, 3)),
        ([(1, "2/9"), (-1, "2/9")], mpq(0)),
        ([(1, "27"), (1, "1/27")], mpq(1, 2)),
    ],
)
def test_rational_multiples_of_pi_are_recognised(terms, expected):
    total = AngleSum.total(n * angle(square) for n, square in terms)
    assert total.value() == expected
    assert type(total.value()) is type(mpq())


@pytest.mark.parametrize(
    "squares",
    [
        ["2"],
        ["1/4"],
        ["2", "3/4"],
        ["2", "6", "1/5"],
        ["2", "5", "10", "1/7", "1/14"],
        ["1/4", "1/25"],
    ],
)
def test_other_sums_are_left(squares):
    total = AngleSum.total(angle(square) for square in squares)
    assert isinstance(total.value(), sympy.Expr)
    assert total.normal().terms


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.fractions(min_value=-3, max_value=3, max_denominator=6),
            st.integers(1, 12),
            st.integers(1, 12),
        ),
        max_size=6,
    )
)
def test_the_normal_form_is_the_same_number(parts):
    total = AngleSum.total(mpq(c.numerator, c.denominator) * angle(mpq(a, b)) for c, a, b in parts)
    exact = sum(float(c) * math.atan(math.sqrt(a / b)) / math.pi for c, a, b in parts)
    form = total.normal()
    with precision(100):
        assert form.enclosure().overlaps(total.enclosure())
    assert abs(float(total.value()) - exact) < 1e-12
    assert (total - form).value() == 0
    assert all(0 < t < 1 for t in form.terms)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(-9, 9)] * 2).filter(any), min_size=3, max_size=7))
def test_angles_around_a_point_sum_to_a_full_turn(vectors):
    """Vectors sorted around the origin: the exact sum of consecutive angles is 2."""
    around = sorted(vectors, key=lambda v: math.atan2(v[1], v[0]))
    pairs = list(zip(around, around[1:] + around[:1], strict=True))
    if any(u[0] * v[1] - u[1] * v[0] <= 0 for u, v in pairs):
        return
    total = AngleSum.total(
        AngleSum.between(u[0] ** 2 + u[1] ** 2, v[0] ** 2 + v[1] ** 2, u[0] * v[0] + u[1] * v[1])
        for u, v in pairs
    )
    assert total.value() == 2


# --- orthant probabilities


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_correlation_one_half(n):
    answer = orthant_probability(equicorrelation(n, mpq(1, 2)), 30)
    expected = mpq(1, n + 1)
    assert answer.contains(expected) if isinstance(answer, Ball) else answer == expected


@pytest.mark.parametrize("n", [2, 3, 4, 5])
@pytest.mark.parametrize("r", ["-1/6", "1/9", "2/3", "19/20"])
def test_equal_correlations_against_the_regular_simplex(n, r):
    """g_n of Kabluchko and Zaporozhets is one integral of normal distribution functions."""
    correlation = mpq(r)
    answer = _ball(orthant_probability(equicorrelation(n, correlation), 20))
    other = equicorrelated_orthant(n, correlation / (1 - correlation), 20)
    assert answer.overlaps(other)
    assert answer.proved_digits >= 18


def _ball(answer) -> Ball:
    if isinstance(answer, sympy.Expr):
        return certify(lambda: evaluate_to_arb(answer), 25)
    return answer if isinstance(answer, Ball) else Ball.of(answer)


@pytest.mark.parametrize("seed", range(3))
def test_the_derivative_in_a_correlation_is_the_one_of_plackett(seed):
    """A difference quotient at 45 digits against density times conditional probability."""
    rng = random.Random(seed)
    rows = random_rays(4, seed)
    h = [[mpq(x) for x in row] for row in gram(rows)]
    i, j = rng.sample(range(4), 2)
    step = mpq(1, 10**12) * h[i][i]
    moved = []
    for sign in (1, -1):
        changed = [row[:] for row in h]
        changed[i][j] += sign * step
        changed[j][i] += sign * step
        moved.append(orthant_probability(changed, 45))
    slope = float((moved[0] - moved[1]) * (1 / (2 * step)))
    k, m = (x for x in range(4) if x not in (i, j))
    a = np.array([[float(h[p][q]) for q in (i, j)] for p in (i, j)])
    b = np.array([[float(h[p][q]) for q in (i, j)] for p in (k, m)])
    c = np.array([[float(h[p][q]) for q in (k, m)] for p in (k, m)])
    rest = c - b @ np.linalg.solve(a, b.T)
    inner = 0.25 + math.asin(rest[0, 1] / math.sqrt(rest[0, 0] * rest[1, 1])) / (2 * math.pi)
    density = 1 / (2 * math.pi * math.sqrt(np.linalg.det(a)))
    assert abs(slope / (density * inner) - 1) < 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_all_sign_patterns_sum_to_one(seed):
    h = gram(random_rays(4, seed))
    total = Ball.of(0)
    for signs in product((1, -1), repeat=3):
        s = (1, *signs)
        flipped = [[s[i] * s[j] * h[i][j] for j in range(4)] for i in range(4)]
        total += orthant_probability(flipped, 20) * 2
    assert total.contains(1)
    assert float(total.rad) < 1e-17


@pytest.mark.parametrize("seed", range(3))
def test_dimension_five_by_inclusion_exclusion_and_by_gauss_bonnet(seed):
    """The odd reduction uses tangent cones at the rays, the face sum their normal cones."""
    rows = random_rays(5, seed)
    direct = solid_angle(gram(rows), 18)
    by_faces = PolyhedralCone(rays=rows).solid_angle(18)
    assert direct.overlaps(by_faces)
    assert min(direct.proved_digits, by_faces.proved_digits) >= 17


@pytest.mark.parametrize(("seed", "count"), [(0, 4), (1, 4), (2, 6), (3, 7)])
def test_dimension_four_directly_and_through_the_dual(seed, count):
    """v_4 from a triangulation of the cone, and as 1/2 - v_2 - v_0 from one of the dual."""
    shape = figure(random_rays(4, seed, count))
    here = shape.sum_over(simplices_of(shape.lattice))
    there = HALF - shape.middle(2) - shape.dual.sum_over(simplices_of(shape.dual.lattice))
    assert value(here).overlaps(value(there))


@pytest.mark.parametrize("seed", range(6))
def test_the_choice_between_a_simplex_and_its_dual_does_not_matter(seed):
    h = gram([[random.Random(seed + 7 * i + j).randint(-9, 9) for j in range(4)] for i in range(4)])
    with precision(100):
        assert angle_of_four(h).overlaps(integrated_angle(h))
        assert angle_of_four(h).rad() < 1e-20


@pytest.mark.parametrize(("dim", "count"), [(3, 5), (4, 4), (4, 7), (5, 6)])
def test_the_volumes_that_gauss_bonnet_replaced(dim, count):
    """v_1 (from normal cones) in dimension 4; the total in each; exactly where it is linear."""
    shape = figure(random_rays(dim, 4, count))
    volumes = shape.volumes()
    if dim == 4:
        assert (shape.first() - volumes[1]).exact() == 0
    if dim == 3:
        direct = AngleForm.of(shape.trihedral_angle())
        assert (direct - volumes[3]).exact() == 0
    numbers = values_of(volumes, 20)
    assert abs(sum(map(float, numbers)) - 1) < 1e-15


def test_congruent_cones_share_one_integral():
    h = gram(random_rays(4, 9))
    order = [2, 0, 3, 1]
    permuted = [[h[i][j] * (i + 1) * (j + 1) for j in order] for i in order]
    assert SolidAngle4(h) == SolidAngle4(permuted)
    assert hash(SolidAngle4(h)) == hash(SolidAngle4(permuted))
    assert SolidAngle4(h) != SolidAngle4(gram(random_rays(4, 10)))
    form = AngleForm.of(SolidAngle4(h)) - AngleForm.of(SolidAngle4(permuted))
    assert form.exact() == 0


@pytest.mark.parametrize("scale", [10**3, 10**12])
def test_flat_cones(scale):
    """A cone flattened by 1/scale: its angle falls like 1/scale, and with all digits."""
    rows = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [scale, -3 * scale, scale + 1, 1]]
    angle_ = solid_angle(gram(rows), 20)
    assert angle_.proved_digits >= 19
    assert 0.01 < float(angle_) * scale < 1


@pytest.mark.parametrize("n", [2, 3])
def test_dimension_two_and_three_by_the_arctangent_of_the_rays(n):
    rows = random_rays(n, 3)
    exact = solid_angle(gram(rows))
    u = [np.array(r, dtype=float) / np.linalg.norm(r) for r in rows]
    if n == 2:
        expected = math.acos(u[0] @ u[1]) / (2 * math.pi)
    else:
        bottom = 1 + sum(a @ b for a, b in combinations(u, 2))
        expected = math.atan2(abs(np.linalg.det(u)), bottom) / (2 * math.pi)
    assert abs(float(exact) - expected) < 1e-14


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[1, 2], [2, 1]], r"positive (semi)?definite; got x'Rx = -3 for x = \(-2, 1\)"),
        ([[0, 1], [1, 0]], "positive"),
        ([[1, 0, 2], [0, 1, 0], [2, 0, 1]], r"for x = \(-2, 0, 1\)"),
        ([[1, 0], [1, 1]], "symmetric"),
        ([[1, 0.5], [0.4, 1]], "symmetric"),
        ([[1, 0]], "square"),
        ([], "1 to 1000 rows; got 0"),
        ([[1, float("nan")], [float("nan"), 1]], "finite"),
        ([["a"]], "rational"),
        ("abc", "matrix is needed"),
        ([1, 2], "rows of numbers"),
        (7, "matrix is needed"),
    ],
)
def test_bad_matrices(matrix, message):
    for function in (orthant_probability, solid_angle):
        with refused(match=message):
            function(matrix)
