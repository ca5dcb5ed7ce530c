"""Polyhedral cones: descriptions, membership, files, and bad input."""

import pickle
import random
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
import sympy
from enclosures import agree
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from polyhedral_cones import CONES, identity, random_cone
from refusals import refused

from polygeo.cones import PolyhedralCone, ProductCone
from polygeo.errors import DomainError


def test_descriptions_and_faces():
    square = PolyhedralCone(rays=[[1, 1, 1], [1, -1, 1], [-1, 1, 1], [-1, -1, 1], [0, 0, 5]])
    assert len(square.rays) == 4
    assert square.f_vector() == (1, 4, 4, 1)
    assert [len(square.faces(k)) for k in range(4)] == [1, 4, 4, 1]
    for normal, facet in zip(square.inequalities, square.facets, strict=True):
        values = [sum(a * b for a, b in zip(normal, ray, strict=True)) for ray in square.rays]
        assert min(values) == 0
        assert {i for i, value in enumerate(values) if value == 0} == set(facet)
    assert set(square.faces(2)) == set(square.facets)
    wedge = square * PolyhedralCone(rays=[], lines=[[1]])
    assert wedge.f_vector() == (0, 1, 4, 4, 1)
    assert wedge.faces(0) == ()
    assert wedge.lineality_space == ((0, 0, 0, 1),)


def test_intersection_and_sum():
    quadrant = PolyhedralCone(rays=identity(2))
    half = PolyhedralCone(inequalities=[[-1, 1]])
    assert (quadrant & half).is_same_set(PolyhedralCone(rays=[[1, 1], [0, 1]]))
    assert (quadrant + half).is_same_set(PolyhedralCone(inequalities=[[-1, 1]]) + quadrant)
    assert (quadrant + quadrant.polar()).is_subspace
    for a, b in combinations(CONES[2:5], 2):
        b = PolyhedralCone(rays=[[r[1], r[0], r[2]] for r in b.rays])
        assert (a & b).polar().is_same_set(a.polar() + b.polar())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(-9, 9), min_size=3, max_size=3))
def test_membership_agrees_across_descriptions(seed, point):
    rng = random.Random(seed)
    rows = [[rng.randint(-3, 3) for _ in range(3)] for _ in range(rng.randint(1, 6))]
    rows = [row for row in rows if any(row)] or [[1, 0, 0]]
    cone = PolyhedralCone(rays=rows)
    other = PolyhedralCone(inequalities=cone.inequalities, equations=cone.equations, ambient_dim=3)
    assert cone.is_same_set(other)
    assert cone.contains(point) == other.contains(point)
    assert cone.contains(rows[0])
    assert cone.polar().contains(point) == (
        all(sum(a * b for a, b in zip(row, point, strict=True)) <= 0 for row in rows)
    )
    assert (cone.dim, cone.lineality_dim) == (other.dim, other.lineality_dim)
    assert agree(cone.intrinsic_volumes(15), other.intrinsic_volumes(15))


@pytest.mark.parametrize("size", [10**20, 10**400])
def test_membership_where_floats_see_one_ray(size):
    """Two rays that are one in floating point, and a generator that lies on a line."""
    cone = PolyhedralCone(rays=[[0, 0, 1], [1, 0, 0], [size, 1, 0]], lines=[[0, 0, 1]])
    assert cone.contains([2 * size, 1, 5])
    assert cone.contains([size, 1, -5])
    assert not cone.contains([size, 2, 5])


def test_nothing_is_converted_unasked():
    rng = np.random.default_rng(0)
    cone = PolyhedralCone(rays=rng.standard_normal((100, 50)))
    polar = cone.polar()
    assert polar.polar().contains(rng.standard_normal(50)) in (True, False)
    assert cone.dim == 50
    assert "dual_vectors" not in cone._given.__dict__
    assert "dual_vectors" not in polar._given.__dict__


def test_equality_hash_and_pickle():
    one = PolyhedralCone(rays=[[1, 0], [0, 1], [1, 1]])
    two = PolyhedralCone(rays=[["0", "1/3"], [0.5, 0]])
    assert one == two
    assert hash(one) == hash(two)
    by_inequalities = PolyhedralCone(inequalities=identity(2))
    assert one != by_inequalities
    assert one.is_same_set(by_inequalities)
    assert pickle.loads(pickle.dumps(one)) == one
    assert one.polar().polar() == one
    assert one * one == PolyhedralCone(rays=identity(4))
    assert isinstance(one * by_inequalities, ProductCone)
    with pytest.raises(AttributeError):
        one.anything = 1
    whole_line = PolyhedralCone(rays=[[1, 0], [-2, 0]])
    assert whole_line == PolyhedralCone(rays=[], lines=[[3, 0]])


def test_numbers_of_every_kind_are_read():
    rows = [[1, Fraction(1, 2)], [mpq(1, 3), "0.25"], [sympy.Rational(1, 7), np.float64(0.5)]]
    assert PolyhedralCone(rays=rows)._given.vectors == ((2, 1), (4, 3), (2, 7))
    assert PolyhedralCone(rays=np.array([[1, 2], [3, 4]])).dim == 2
    assert PolyhedralCone(rays=sympy.Matrix([[1, 2]])).dim == 1


def test_reprs_are_short():
    assert repr(PolyhedralCone(rays=[], ambient_dim=3)) == "PolyhedralCone(rays=[], ambient_dim=3)"
    assert "... 92 more" in repr(random_cone(5, 100, 1))
    assert len(repr(PolyhedralCone(rays=[[10**5000, 1]]))) < 200


def test_from_file(tmp_path):
    path = tmp_path / "cone.csv"
    path.write_text("# rays\n1, 0, 1/2\n\n0, 1, 0.25\n")
    cone = PolyhedralCone.from_file(path, "rays")
    assert cone == PolyhedralCone(rays=[[2, 0, 1], [0, 4, 1]])
    assert PolyhedralCone.from_file(path, "inequalities").lineality_dim == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2\n3,x\n", "line 2: a coordinate needs a rational number; got 'x'"),
        ("1,2\n\n3\n", "line 3: 2 coordinates are needed; got 1"),
        ("1,2\n0,0\n", "line 2: the zero vector"),
        ("1,nan\n", "line 1: a coordinate needs a rational number; got 'nan'"),
        ("1 2\n3 4 5\n", "line 2: 2 coordinates are needed; got 3"),
        ("1 2, 3\n", "line 1: a coordinate needs a rational number; got '1 2'"),
        ("# nothing\n", "holds no vectors"),
        (b"\xff\xfe1", "it is no text file"),
        (None, "No such file"),
    ],
)
def test_bad_files_name_the_line(tmp_path, text, message):
    path = tmp_path / "cone.csv"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DomainError) as failure:
        PolyhedralCone.from_file(path, "rays")
    assert message in str(failure.value)
    assert "\n" not in str(failure.value)


def test_numpy_writes_files_that_are_read(tmp_path):
    rows = np.array([[1, -1, 0], [0, 0.25, -0.125], [1, 1, 1]])
    np.savetxt(tmp_path / "rows.txt", rows)
    np.savetxt(tmp_path / "rows.csv", rows, delimiter=",")
    np.save(tmp_path / "rows.npy", rows)
    for name in ("rows.txt", "rows.csv", "rows.npy"):
        found = PolyhedralCone.from_file(tmp_path / name, "inequalities")
        assert found == PolyhedralCone(inequalities=rows), name


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros(3), "needs rows of numbers; got an array of shape (3,)"),
        (np.zeros((0, 3)), "needs rows of numbers"),
        (np.array([[1.0, 0.0], [0.0, 0.0]]), "row 1: the zero vector"),
        (np.array([[1.0, np.inf]]), "row 0"),
        (np.array([["a"]]), "row 0"),
    ],
)
def test_bad_arrays_in_files(tmp_path, array, message):
    np.save(tmp_path / "rows.npy", array)
    with pytest.raises(DomainError) as failure:
        PolyhedralCone.from_file(tmp_path / "rows.npy", "rays")
    assert message in str(failure.value)
    assert "\n" not in str(failure.value)


BAD = [
    ({}, "rays= or inequalities="),
    ({"rays": [[1]], "inequalities": [[1]]}, "not both"),
    ({"rays": []}, "rays is empty: say ambient_dim="),
    ({"inequalities": []}, "inequalities is empty"),
    ({"rays": [[0, 0]]}, "rays[0] is the zero vector"),
    ({"rays": [[1, 0], [0, 0]]}, "rays[1] is the zero vector"),
    ({"rays": [[1, 0], [1]]}, "rays[1] needs 2 coordinates; got 1"),
    ({"rays": [[1, 0]], "ambient_dim": 3}, "rays[0] needs 3 coordinates; got 2"),
    ({"rays": [[1, float("nan")]]}, "rays[0] needs a finite number; got nan"),
    ({"rays": np.array([[1, np.inf]])}, "rays[0] needs a finite number; got inf"),
    ({"rays": [[1, "x"]]}, "rays[0] needs a rational number; got 'x'"),
    ({"rays": [[1, None]]}, "rays[0] needs a rational number; got None"),
    ({"rays": [[1, True]]}, "bool"),
    ({"rays": [[1, 2j]]}, "rational number"),
    ({"rays": "1,2"}, "rays needs a list of vectors"),
    ({"rays": [1, 2]}, "rays[0] needs a vector; got 1"),
    ({"rays": 5}, "rays needs a list of vectors"),
    ({"rays": [[]]}, "rays[0] has no coordinates"),
    ({"rays": [["1" * 400 + "y", 1]]}, "characters"),
    ({"rays": [[1, 0]], "equations": [[0, 1]]}, "rays= go with lines=; got equations="),
    ({"inequalities": [[1, 0]], "lines": [[0, 1]]}, "go with equations="),
    ({"rays": [], "ambient_dim": -1}, "ambient_dim"),
    ({"rays": [], "ambient_dim": 10**9}, "ambient_dim"),
    ({"rays": [], "ambient_dim": 2.0}, "integer"),
    ({"rays": [[1, 0]], "lines": 5}, "lines needs a list of vectors; got 5"),
    ({"rays": [[1, 0]], "equations": 5}, "rays= go with lines=; got equations="),
    ({"rays": [[1, 0]], "lines": [[1]]}, "lines[0] needs 2 coordinates; got 1"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD)
def test_bad_input_gets_one_clear_line(arguments, message):
    with pytest.raises(DomainError) as failure:
        PolyhedralCone(**arguments)
    assert message in str(failure.value)
    assert "\n" not in str(failure.value)
    assert len(str(failure.value)) < 300


def test_bad_requests_get_one_clear_line():
    cone = random_cone(3, 4, 0)
    for request in (
        lambda: cone.contains([1, 2]),
        lambda: cone.contains("abc"),
        lambda: cone.faces(4),
        lambda: cone.faces(-1),
        lambda: cone & PolyhedralCone(rays=[[1, 0]]),
        lambda: cone.embed(2),
        lambda: random_cone(4, 4, 0).intrinsic_volumes(0),
        lambda: PolyhedralCone.from_file("x", "faces"),
    ):
        with refused():
            request()
    with pytest.raises(TypeError):
        cone & 3
