"""Projections on polyhedral cones: the optimality conditions decide, never a solver's word.

Points p are right when, in rational arithmetic, p lies in C, y - p in the polar and <p, y - p> = 0,
all to the rounding of a few operations relative to |y|: `gaps` computes these from the two
descriptions of the cone, which no solver has seen. Data are those on which solvers go wrong:
counts, ties, tenths, points on faces, any scale. Of the five comparisons of estimates each may fail
by chance with 1e-6; their seeds are fixed.
"""

from fractions import Fraction
from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
import scipy.optimize

from polygeo.cones import (
    CircularCone,
    CubeTangentCone,
    L1DescentCone,
    LorentzCone,
    MonotoneCone,
    NonnegativeL1DescentCone,
    PermutahedronTangentCone,
    PolyhedralCone,
    PSDCone,
    SimplexTangentCone,
    WeylChamber,
    projection,
)
from polygeo.errors import DomainError
from polygeo.polyhedra.exact_projection import ExactCone
from polygeo.sampling import FaceProjector
from polygeo.sampling.faces.moreau import MANY
from polygeo.sampling.faces.rationals import Rationals
from polygeo.volumes import ChiBarSquared

ROUNDING = 1e-14


def ascents(pairs, n):
    """Rows of x_i <= x_j."""
    return [[(k == j) - (k == i) for k in range(n)] for i, j in pairs]


def matrix_order(rows, columns):
    """x grows along rows and columns of a table."""
    cells = [(r, c) for r in range(rows) for c in range(columns)]
    pairs = [
        (a, b)
        for a, p in enumerate(cells)
        for b, q in enumerate(cells)
        if (q[0] - p[0], q[1] - p[1]) in ((0, 1), (1, 0))
    ]
    return ascents(pairs, rows * columns)


ORDERS = {
    "simple": ascents([(0, 1), (1, 2), (2, 3)], 4),
    "redundant": ascents([(0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 1)], 4),
    "all pairs": ascents(list(combinations(range(5), 2)), 5),
    "matrix": matrix_order(2, 3),
    "cycle": ascents([(0, 1), (1, 2), (2, 0)], 3),
    "cycle and order": ascents([(0, 1), (1, 2), (2, 0), (2, 3)], 4),
    "tree": ascents([(0, 1), (0, 2), (0, 3), (0, 4)], 5),
}


def data(kind, n, d, stream):
    """Points (n, d) of a kind."""
    if kind == "counts":
        return stream.poisson(3, (n, d)).astype(float)
    if kind == "tenths":
        return stream.integers(0, 30, (n, d)) / 10
    if kind == "ties":
        return stream.integers(0, 2, (n, d)).astype(float)
    return stream.standard_normal((n, d))


def gaps(cone, y, p):
    """The largest violation of the conditions relative to |y|, in rational arithmetic."""
    worst = Fraction(0)
    for row, near in zip(y.tolist(), p.tolist(), strict=True):
        a, b = [Fraction(x) for x in row], [Fraction(x) for x in near]
        rest = [x - z for x, z in zip(a, b, strict=True)]
        size = max(map(abs, a)) or Fraction(1)

        def along(vectors, point):
            return [
                sum(Fraction(c) * z for c, z in zip(v, point, strict=True)) / max(map(abs, v))
                for v in vectors
            ]

        found = [
            *(-x for x in along(cone.inequalities, b)),
            *map(abs, along(cone.equations, b)),
            *along(cone.rays, rest),
            *map(abs, along(cone.lineality_space, rest)),
            abs(sum(x * z for x, z in zip(b, rest, strict=True))) / size,
        ]
        worst = max(worst, max(found) / size)
    return float(worst)


@pytest.mark.parametrize("kind", ["counts", "tenths", "ties", "normal"])
@pytest.mark.parametrize("name", ORDERS)
def test_orders(name, kind):
    cone = PolyhedralCone(inequalities=ORDERS[name])
    y = data(kind, 150, cone.ambient_dim, np.random.default_rng(7))
    p = cone.project(y)
    assert gaps(cone, y, p) < ROUNDING
    assert np.abs(cone.polar().project(y) - (y - p)).max() < ROUNDING * np.abs(y).max()
    assert np.abs(cone.project(p) - p).max() < ROUNDING * np.abs(y).max()
    for shift in (-1000, -700, 700, 1000):
        assert np.array_equal(np.ldexp(cone.project(np.ldexp(y, shift)), -shift), p)


@pytest.mark.parametrize("name", ["all pairs", "redundant"])
def test_many_points_take_the_compiled_kernel(name):
    cone = PolyhedralCone(inequalities=ORDERS[name])
    y = data("counts", MANY + 1, cone.ambient_dim, np.random.default_rng(8))
    p = cone.project(y)
    assert np.abs(cone.project(y[:50]) - p[:50]).max() < 1e-14
    assert gaps(cone, y[:200], p[:200]) < ROUNDING


def test_points_that_solvers_got_wrong():
    chain = PolyhedralCone(inequalities=ORDERS["simple"])
    assert chain.project([[3, 4, 2, 3]]).tolist() == [[3.0] * 4]
    assert np.abs(chain.polar().project([[3, 4, 2, 3]]) - [[0, 1, -1, 0]]).max() < 1e-14
    cycle = PolyhedralCone(inequalities=ORDERS["cycle"])
    assert cycle.project([[6, 4, 5]]).tolist() == [[5.0] * 3]
    fan = PolyhedralCone(rays=[[1, -1, -1, -1], [1, 0, 0, 1], [-1, -1, 1, -1]])
    assert fan.project([[-1, -1, 0, 0]]).tolist() == [[-0.5, -0.5, 0.5, -0.5]]
    own = PolyhedralCone(inequalities=[[2, -3, -1], [-3, -1, 3], [-1, 2, 2]])
    assert own.contains([-8, -6, 2])
    assert own.project([[-8, -6, 2]]).tolist() == [[-8.0, -6.0, 2.0]]


@pytest.mark.parametrize("d", [3, 4, 5])
def test_integer_points_on_faces_of_simplicial_cones(d):
    """A point of the cone is its own projection; one on the polar's face goes to 0."""
    stream = np.random.default_rng(d)
    for _ in range(40):
        rays = stream.integers(-3, 4, (d, d))
        if round(np.linalg.det(rays)) == 0:
            continue
        cone = PolyhedralCone(rays=rays.tolist())
        y = (stream.integers(0, 3, (25, d)) @ rays).astype(float)
        assert np.abs(cone.project(y) - y).max() <= ROUNDING * np.abs(y).max()
        by_facets = PolyhedralCone(inequalities=cone.inequalities)
        assert np.abs(by_facets.project(y) - y).max() <= ROUNDING * np.abs(y).max()
        assert np.abs(cone.polar().project(y)).max() <= ROUNDING * np.abs(y).max()


def test_where_all_means_are_pooled_the_statistic_is_zero():
    """T = n |p - mean|^2 = 0, so the p-value of the test for order is P[T >= 0] = 1, not 2e-8."""
    cone = PolyhedralCone(inequalities=ORDERS["redundant"])
    law = ChiBarSquared(cone)
    for y in ([3, 4, 2, 3], [4, 3, 2, 1], [0.5, 0.25, 0.25, 0], [7, 7, 7, 7], [0, 0, 0, -1]):
        statistic = 10 * float(((cone.project([y]) - np.mean(y)) ** 2).sum())
        assert statistic == 0.0
        assert law.cdf(-1.0) == 0.0


@pytest.mark.parametrize("name", ["E8", "E7", "E6", "A6", "B4", "F4", "H4", "I2(7)"])
def test_chambers_are_projected_once(name):
    cone = WeylChamber(name)
    y = np.random.default_rng(1).standard_normal((MANY, cone.ambient_dim))
    p = cone.project(y)
    assert np.abs(cone.project(p) - p).max() < 1e-13
    assert np.abs(cone.project(np.ldexp(y, 900)) - np.ldexp(p, 900)).max() == 0


@pytest.mark.parametrize("seed", [1, 3, 6, 7, 8])
def test_volumes_of_a_chamber_from_projections(seed):
    """These seeds meet points that scipy projects wrongly: the run refused its own projections."""
    cone = WeylChamber("E6")
    runs = cone.estimate_intrinsic_volumes(500, seed=seed, replicates=20)
    dims = cone.projection_counts(500, seed).statistical_dimension()
    assert len(runs) == 7
    assert dims.agrees(cone.statistical_dimension())


SMOOTH = [
    CircularCone(4, "pi/5"),
    LorentzCone(3),
    LorentzCone(4).polar(),
    LorentzCone(3) * CircularCone(2, "pi/9"),
    PSDCone(3),
    MonotoneCone(4),
    WeylChamber("A", 3),
    CubeTangentCone(4, 1),
    SimplexTangentCone(5, 2),
    L1DescentCone(5, 2),
    NonnegativeL1DescentCone(5, 2),
    PermutahedronTangentCone(4, "B"),
    PolyhedralCone(inequalities=[[1, 2, 0], [-1, 1, 3]], equations=[[0, 1, -1]]),
]


@pytest.mark.parametrize("cone", SMOOTH, ids=repr)
def test_scale(cone):
    """Multiplication by a power of two is exact, and commutes with the projection."""
    y = np.random.default_rng(2).standard_normal((60, cone.ambient_dim))
    for body in (cone, cone.polar()):
        p = body.project(y)
        for shift in (-1000, -800, -600, 600, 800, 1000):
            assert np.array_equal(body.project(np.ldexp(y, shift)), np.ldexp(p, shift))
        tiny = np.ldexp(y, -1050)
        assert np.abs(body.project(tiny) - np.ldexp(p, -1050)).max() <= 2.0**-1070


def test_cones_that_are_subspaces_or_nothing():
    y = [[1.0, 2.0, 3.0]]
    nothing = PolyhedralCone(rays=[], ambient_dim=3)
    assert nothing.project(y).tolist() == [[0.0] * 3]
    assert nothing.polar().project(y).tolist() == y
    line = PolyhedralCone(rays=[], lines=[[1, 1, 1]], ambient_dim=3)
    assert line.project(y).tolist() == [[2.0] * 3]
    assert line.polar().project(y).tolist() == [[-1.0, 0.0, 1.0]]
    plane = PolyhedralCone(rays=[[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]])
    assert plane.project(y).tolist() == [[1.0, 2.0, 0.0]]
    assert PolyhedralCone(rays=[[-2]]).project([[3.0], [-3.0]]).tolist() == [[0.0], [-3.0]]
    assert plane.project(np.zeros((0, 3))).shape == (0, 3)


def test_products_keep_the_scale_of_each_factor():
    pair = LorentzCone(2) * LorentzCone(2)
    assert pair.project([[1e-250, 0, 1e250, 0]])[0] == pytest.approx(
        [5e-251, 5e-251, 5e249, 5e249], rel=1e-15, abs=0
    )
    corner = PolyhedralCone(inequalities=[[1, 0], [0, 1]])
    assert corner.project([[1e300, 1e-300]]).tolist() == [[1e300, 1e-300]]
    with pytest.raises(DomainError, match="beyond"):
        PolyhedralCone(rays=[[2, 1]]).project([[1.7e308, 1.7e308]])  # 6/5 of that


def test_tangent_cones_against_their_descriptions():
    """The closed forms against the polyhedral cones that they are."""
    eye = np.eye(4, dtype=int)
    signs = [[1, 1, a, b] for a in (1, -1) for b in (1, -1)]
    pairs = [
        (CubeTangentCone(4, 1), {"inequalities": eye[1:]}),
        (SimplexTangentCone(4, 2), {"inequalities": eye[2:], "equations": [[1] * 4]}),
        (L1DescentCone(4, 2), {"inequalities": -np.array(signs)}),
        (NonnegativeL1DescentCone(4, 2), {"inequalities": [*eye[2:], [-1] * 4]}),
        (
            PermutahedronTangentCone(4, "B"),
            {"inequalities": [[-1] * 4, [0, -1, -1, -1], [0, 0, -1, -1], [0, 0, 0, -1]]},
        ),
    ]
    for cone, description in pairs:
        same = PolyhedralCone(**description)
        for kind in ("counts", "tenths", "ties", "normal"):
            y = data(kind, 60, 4, np.random.default_rng(3)) - (1 if kind == "counts" else 0)
            assert np.abs(cone.project(y) - same.project(y)).max() < 1e-13
            assert gaps(same, y, cone.project(y)) < ROUNDING


def test_a_solver_that_lies_is_not_believed(monkeypatch):
    stream = np.random.default_rng(5)
    cone = PolyhedralCone(inequalities=ORDERS["all pairs"])
    y = stream.standard_normal((30, 5))
    right, chain = cone.project(y), MonotoneCone(5).project(y)
    spectral = PSDCone(2).project(y[:, :3])

    def wrong(columns, point):
        return np.abs(stream.standard_normal(columns.shape[1])), 0.0

    monkeypatch.setattr(scipy.optimize, "nnls", wrong)
    assert np.abs(cone.project(y) - right).max() < 1e-14
    monkeypatch.setattr(
        scipy.optimize, "isotonic_regression", lambda row: scipy.optimize.OptimizeResult(x=row)
    )
    assert np.abs(MonotoneCone(5).project(y) - chain).max() < 1e-14
    monkeypatch.setattr(
        np.linalg,
        "eigh",
        lambda a: (np.ones(a.shape[:2]), np.broadcast_to(np.eye(2), a.shape).copy()),
    )
    assert np.abs(PSDCone(2).project(y[:, :3]) - spectral).max() < 1e-14


def test_ordinary_data_need_no_rationals(monkeypatch):
    """Else a bulk of Gaussian points would take a thousand times as long."""

    def refused(*_):
        raise AssertionError("rational arithmetic")

    monkeypatch.setattr(Rationals, "split", refused)
    for rows in (*ORDERS.values(), matrix_order(3, 4), np.eye(30, dtype=int) - np.eye(30, k=1)):
        table = np.array(rows, dtype=int).tolist()
        y = np.random.default_rng(1).standard_normal((100, len(table[0])))
        PolyhedralCone(inequalities=table).project(y)
        PolyhedralCone(rays=table).project(y)


def test_isotonic_means_of_ties():
    assert projection.isotonic(np.array([[0.1, 0.1, 0.1], [3.0, 2.0, 1.0]])).tolist() == [
        [0.1, 0.1, 0.1],
        [2.0, 2.0, 2.0],
    ]


def test_spans_of_sets_by_rank():
    """`in_span` against ranks, with dependent sets and integers of any size."""
    stream = np.random.default_rng(4)
    for large in (1, 1 << 80):
        rows = [[int(x) * large for x in row] for row in stream.integers(-1, 2, (14, 5)).tolist()]
        rows = [row for row in rows if any(row)]
        cone = ExactCone(rows)
        for size in range(5):
            for _ in range(8):
                face = stream.choice(len(rows), size, replace=False).tolist()
                rank = np.linalg.matrix_rank([[x // large for x in rows[i]] for i in face] or [[0]])
                expected = tuple(
                    j
                    for j in range(len(rows))
                    if np.linalg.matrix_rank([[x // large for x in rows[i]] for i in [*face, j]])
                    == size
                )
                found = cone.in_span(face, range(0, len(rows), 2))
                found = tuple(sorted({*found, *cone.in_span(face, range(len(rows)))}))
                assert found == (expected if rank == size else ())


def test_only_the_doubtful_rays_of_a_degenerate_cone_are_decided(monkeypatch):
    """The vertex cone of the tours of five cities: proofs change no face, and ask little."""
    tours = []
    for order in permutations(range(1, 5)):
        if order[0] < order[-1]:
            stops = (0, *order, 0)
            edges = {frozenset(pair) for pair in pairwise(stops)}
            tours.append([int(frozenset(e) in edges) for e in combinations(range(5), 2)])
    rays = [[a - b for a, b in zip(tour, tours[0], strict=True)] for tour in tours[1:]]
    y = np.random.default_rng(9).standard_normal((2000, 10))
    asked = []
    decide = ExactCone._in_span

    def counted(cone, face, candidates):
        asked.append((face, tuple(candidates)))
        return decide(cone, face, candidates)

    monkeypatch.setattr(ExactCone, "_in_span", counted)
    proved = FaceProjector(None, rays, method="gram")
    believed = FaceProjector(None, rays, method="gram", certified=False)
    assert np.array_equal(proved.face_dimensions(y), believed.face_dimensions(y))
    assert asked
    assert len({face for face, _ in asked}) == len(asked)
    assert sum(len(doubts) for _, doubts in asked) < len(asked) * len(rays) / 2
    before = len(asked)
    proved.face_dimensions(y)
    assert len(asked) == before


def test_faces_of_samples_of_any_size():
    rays = [[1, 0, 1], [0, 1, 1], [-1, 0, 1], [0, -1, 1]]
    y = np.random.default_rng(6).standard_normal((200, 3))
    for certified in (True, False):
        projector = FaceProjector(None, rays, certified=certified, method="gram")
        dims = projector.face_dimensions(y)
        for shift in (-1000, -600, 600, 1000):
            assert np.array_equal(projector.face_dimensions(np.ldexp(y, shift)), dims)
