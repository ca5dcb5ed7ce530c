"""Vertices, Euler characteristics and decisions of single draws, each by a second method."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import refused

from polygeo.errors import DomainError
from polygeo.relu import (
    euler_characteristic,
    euler_characteristic_by_faces,
    faces_of_arrangement,
    injective_by_faces,
)
from polygeo.relu.matrix import layer_rows
from polygeo.relu.probability import exact_vertices, first_vertices, many_vertices, vertices
from polygeo.simd.patience import Patience

SHAPES = [(1, 1), (4, 1), (2, 2), (3, 3), (5, 5), (7, 2), (9, 3), (8, 4), (7, 5), (8, 6)]


def filtered(draws, k, task):
    """The kernel's answers for a stack of matrices; those without compiled code are the same."""
    out = np.empty(len(draws), np.int64)
    workspace = vertices.make_workspace(*draws.shape[1:])
    vertices.bad_vertices(np.ascontiguousarray(draws), k, task, 0.0, workspace, out)
    assert_same(out, many_vertices.bad_vertices(draws, k, task))
    return out


def characteristics(draws, k):
    out = np.empty(len(draws), np.int64)
    workspace = vertices.make_workspace(*draws.shape[1:], chi=True)
    vertices.characteristics(np.ascontiguousarray(draws), k, 0.0, workspace, out)
    assert_same(out, many_vertices.characteristics(draws, k, 0.0))
    return out


def assert_same(compiled, plain):
    """Both filters prove what they say, so that they differ in what they leave open only."""
    proved = (compiled != vertices.DOUBT) & (plain != vertices.DOUBT)
    assert (compiled == plain)[proved].all()


def is_general(W):
    try:
        return len(list(exact_vertices.vertex_signs(layer_rows(W)))) > 0
    except exact_vertices.Dependent:
        return False


def integer_matrices(largest=9):
    """Small integer matrices, m >= n, most of them in general position."""
    entries = st.integers(-largest, largest)
    shapes = st.sampled_from(
        [(1, 1), (3, 1), (2, 2), (6, 2), (3, 3), (7, 3), (8, 3), (4, 4), (7, 4), (5, 5)]
    )
    return shapes.flatmap(
        lambda s: st.lists(
            st.lists(entries, min_size=s[1], max_size=s[1]), min_size=s[0], max_size=s[0]
        )
    )


# --- vertices: the filter against exact arithmetic


@pytest.mark.parametrize(("m", "n"), SHAPES)
def test_the_filter_counts_as_exact_arithmetic_does(m, n):
    draws = np.random.default_rng(m * n).standard_normal((6, m, n))
    for k in {n - 1, m // 2}:
        exact = [exact_vertices.count_bad(exact_vertices.integer_rows(draw), k) for draw in draws]
        assert filtered(draws, k, vertices.COUNT).tolist() == exact
        assert filtered(draws, k, vertices.DECIDE).tolist() == [min(x, 1) for x in exact]


def test_a_tie_is_never_decided_in_floating_point():
    """Rows that are dependent up to an ulp, and exactly: DOUBT or the exact answer."""
    rng = np.random.default_rng(5)
    doubts = 0
    for n in (2, 3, 4):
        for _ in range(40):
            W = rng.standard_normal((n + 4, n))
            W[-1] = rng.standard_normal(n - 1) @ W[: n - 1]  # in the span, up to rounding
            W[-1, 0] = np.nextafter(W[-1, 0], rng.choice([-9.0, 9.0]))
            found = filtered(W[None], n - 1, vertices.COUNT)[0]
            if found == vertices.DOUBT:
                doubts += 1
                continue
            assert found == exact_vertices.count_bad(exact_vertices.integer_rows(W), n - 1)
    assert doubts >= 60
    W = np.array([[1.0, 2.0], [2.0, 4.0], [0.5, -1.0]])
    assert filtered(W[None], 1, vertices.COUNT)[0] == vertices.DOUBT
    with pytest.raises(exact_vertices.Dependent, match="rows 0, 1"):
        exact_vertices.count_bad(exact_vertices.integer_rows(W), 1)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e99, 1e200, np.inf, np.nan])
def test_sizes_beyond_the_filter_are_doubtful_or_right(scale):
    draws = np.random.default_rng(1).standard_normal((4, 8, 3))
    exact = filtered(draws, 2, vertices.COUNT)
    with np.errstate(all="ignore"):
        found = filtered(draws * scale, 2, vertices.COUNT)
    assert all(a in (vertices.DOUBT, b) for a, b in zip(found, exact, strict=True))


def test_uneven_rows():
    """Rows from 1e-12 to 1e12: signs do not depend on positive factors of rows."""
    rng = np.random.default_rng(2)
    draws = rng.standard_normal((20, 9, 3))
    factors = 2.0 ** rng.integers(-40, 40, (20, 9, 1))
    found = filtered(draws * factors, 2, vertices.COUNT)
    exact = filtered(draws, 2, vertices.COUNT)
    assert all(a in (vertices.DOUBT, b) for a, b in zip(found, exact, strict=True))
    assert (
        exact_vertices.count_bad(exact_vertices.integer_rows((draws * factors)[0]), 2) == exact[0]
    )


def test_exact_signs_are_determinants():
    W = ((2, -1, 3), (0, 4, 1), (5, 5, -2), (1, 1, 1), (-6, 1, 7))
    seen = 0
    for S, signs in exact_vertices.vertex_signs(W):
        for x, sign in enumerate(signs):
            det = round(np.linalg.det(np.array([*(W[s] for s in S), W[x]], float)))
            assert sign == (0 if x in S else np.sign(det))
            seen += 1
    assert seen == comb(5, 2) * 5


@pytest.mark.parametrize(("m", "n"), [*SHAPES, (300, 2)])
def test_gaussian_draws_leave_no_doubt_without_compiled_code(m, n):
    """In several pieces of draws, too; a draw is in doubt with probability 1e-10 or so."""
    draws = np.random.default_rng(m).standard_normal((40, m, n))
    found = filtered(draws, n - 1, vertices.COUNT)
    assert (many_vertices.bad_vertices(draws, n - 1, vertices.COUNT) == found).all()
    assert (many_vertices.characteristics(draws, n - 1, 0.0) != vertices.DOUBT).all()
    assert (characteristics(draws, n - 1) != vertices.DOUBT).all()


def test_what_takes_too_much_memory_without_compiled_code_is_compiled(monkeypatch):
    asked = []
    monkeypatch.setattr(first_vertices, "_compiled", lambda *call: asked.append(call))
    monkeypatch.setattr(first_vertices, "_patience", lambda task: Patience("nowhere.kernel", 3.0))
    first_vertices.compile_vertices(1, 20, 4, vertices.CHI)
    first_vertices.compile_vertices(1e4, 12, 3, vertices.DECIDE)
    assert not asked
    first_vertices.compile_vertices(1, 5000, 2, vertices.COUNT)
    first_vertices.compile_vertices(1e7, 12, 3, vertices.DECIDE)
    assert len(asked) == 2


def test_sides_are_sides_of_the_first_rows():
    draws = np.random.default_rng(3).standard_normal((50, 7, 3))
    out = many_vertices.sides(draws)
    normals = np.cross(draws[:, 0], draws[:, 1])
    signs = np.sign(np.einsum("sxc,sc->sx", draws[:, 2:], normals))
    assert (np.abs((out * signs).sum(axis=1)) == 5).all()


# --- the Euler characteristic


@settings(max_examples=60, deadline=None, derandomize=True)
@given(integer_matrices(), st.data())
def test_chi_counts_faces(W, data):
    m, n = len(W), len(W[0])
    k = data.draw(st.integers(1, m))
    if not is_general(W):
        with pytest.raises(DomainError, match="needs general position; row"):
            euler_characteristic(W, k)
        return
    chi = euler_characteristic(W, k)
    assert chi == euler_characteristic_by_faces(W, k)
    assert chi == exact_vertices.euler_exactly(layer_rows(W), k - 1)
    # The closed set and its antipode's complement: fewer than k against fewer than m + 1 - k.
    sphere = 1 + (-1) ** (n - 1)
    assert chi + (-1) ** (n - 1) * euler_characteristic(W, m + 1 - k) == sphere


@pytest.mark.parametrize(("m", "n"), [*SHAPES, (14, 4), (11, 5)])
def test_the_antipodal_identity_holds_for_every_draw(m, n):
    draws = np.random.default_rng(11 * m + n).standard_normal((200, m, n))
    for k in range(m):
        total = characteristics(draws, k) + (-1) ** (n - 1) * characteristics(draws, m - 1 - k)
        assert (total == 1 + (-1) ** (n - 1)).all()


def test_chi_in_the_plane_counts_arcs():
    """n = 2: chi is the number of runs of bad arcs around the circle."""
    draws = np.random.default_rng(8).standard_normal((300, 9, 2))
    found = characteristics(draws, 1)
    for W, chi in zip(draws, found, strict=True):
        angles = np.arctan2(W[:, 1], W[:, 0])
        ends = np.sort(np.append(angles + np.pi / 2, angles - np.pi / 2) % (2 * np.pi))
        middles = (ends + np.append(ends[1:], ends[0] + 2 * np.pi)) / 2
        bad = (W @ np.array([np.cos(middles), np.sin(middles)]) > 0).sum(axis=0) <= 1
        assert chi == (bad & ~np.roll(bad, 1)).sum()


def test_entries_of_every_kind_mean_the_same():
    W = [[s, s * t, s * t * t] for s, t in [(1, 0), (-1, 1), (1, -1), (-1, 2), (1, -3), (1, 5)]]
    chi = euler_characteristic(W)
    assert chi == euler_characteristic(np.array(W)) == euler_characteristic(np.array(W, float))
    assert chi == euler_characteristic([[mpq(c, 3) for c in row] for row in W])
    assert chi == euler_characteristic([[Fraction(c, 7) for c in row] for row in W])
    assert chi == euler_characteristic([[f"{c}/5" for c in row] for row in W])
    huge = [[c * 10**400 for c in row] for row in W]
    assert chi == euler_characteristic(huge)


def test_a_pencil_that_is_not_generic_is_turned():
    """Zeros in the first column: general position, but not with respect to the axes."""
    W = [[0, 1, 2], [0, 3, 1], [1, 1, 1], [3, -1, 4], [-2, 1, 5], [1, -7, 2]]
    assert [euler_characteristic(W, k) for k in range(1, 7)] == [
        euler_characteristic_by_faces(W, k) for k in range(1, 7)
    ]


def test_nearly_dependent_rows_are_decided_exactly():
    tiny = mpq(1, 10**60)
    W = [[1, 0, 0], [0, 1, 0], [1, 1, tiny], [-3, 2, 1], [5, -7, 2]]
    for k in range(1, 6):
        assert euler_characteristic(W, k) == euler_characteristic_by_faces(W, k)


@pytest.mark.parametrize(
    "W",
    [
        [[1, float("nan")], [1, 2]],
        [[1, float("inf")], [1, 2]],
        [[1, 2], [3]],
        [],
        [[]],
        [[1, 2]],
        "abc",
        5,
        None,
        {1: 2},
        [1, 2],
        [[1, "x"], [2, 3]],
        [[True, 1], [2, 3]],
        [[0, 0], [1, 2]],
        [[1, 2], [2, 4], [1, 0]],
        np.zeros((3, 2)),
        np.zeros((200, 20)),
    ],
)
def test_bad_matrices_are_refused_in_one_line(W):
    with refused() as failure:
        euler_characteristic(W)
    assert len(str(failure.value)) < 300


@pytest.mark.parametrize("k", [0, 4, -1, 1.5, True, "2"])
def test_bad_levels_are_refused(k):
    for characteristic in (euler_characteristic, euler_characteristic_by_faces):
        with pytest.raises(DomainError, match=r"^k needs"):
            characteristic([[1, 0], [0, 1], [-1, -1]], k)


# --- faces and the decision by theorem 2 of puthawala2022globally


def test_faces_of_a_generic_arrangement_are_counted_by_cover():
    rng = np.random.default_rng(4)
    for m, n in [(5, 2), (6, 3), (6, 4)]:
        W = rng.integers(-99, 100, (m, n))
        assert is_general(W)
        dims = list(faces_of_arrangement(W).values())
        assert dims.count(n) == 2 * sum(comb(m - 1, i) for i in range(n))
        assert sum((-1) ** d for d in dims if d) == -(1 - (-1) ** n)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(integer_matrices(4))
def test_the_vertex_criterion_is_theorem_2_in_general_position(W):
    if is_general(W):
        bad = exact_vertices.count_bad(layer_rows(W), len(W[0]) - 1)
        assert (bad == 0) == injective_by_faces(W)
        found = filtered(np.array(W, float)[None], len(W[0]) - 1, vertices.DECIDE)[0]
        assert found in (vertices.DOUBT, bad > 0)


def test_degenerate_layers_are_beyond_the_vertex_criterion():
    """[I; -I] is injective with one positive coordinate at e_1; a layer of depth 2 is not."""
    identity = [[1, 0], [0, 1], [-1, 0], [0, -1]]
    assert injective_by_faces(identity)
    assert not injective_by_faces([[1, 0], [1, 0], [-1, 0], [-1, 0], [0, 1]])
    assert not injective_by_faces([[1, 1], [2, 2], [-1, -1]])
