"""Membership in cones of closed-form families: boundaries, polars, matrices."""

import math

import numpy as np
import pytest
import sympy
from family_cones import CONES
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from polygeo.answers import Ball
from polygeo.cones import CircularCone, Cone, LorentzCone, MonotoneCone, PSDCone, WeylChamber
from polygeo.errors import Undecided
from polygeo.polyhedra.surd import sign_of_surd


def test_membership_on_boundaries() -> None:
    assert LorentzCone(3).contains([3, 4, 5])
    assert not LorentzCone(3).contains([3, 4, mpq(49999, 10000)])
    assert CircularCone(3, sympy.atan(mpq(4, 3))).contains([4, 0, 3])
    assert CircularCone(3, sympy.atan(mpq(4, 3))).polar().contains([3, 0, -4])
    assert not CircularCone(3, sympy.atan(mpq(4, 3))).polar().contains([3, 0, mpq(-39999, 10000)])
    assert CircularCone(2, 0).contains([0, 1])
    assert not CircularCone(2, 0).contains([mpq(1, 10**40), 1])
    assert CircularCone(2, "pi/2").contains([5, 0])
    assert WeylChamber("I2", 4).contains([1, 1])
    assert not WeylChamber("I2", 4).contains([1, mpq(10**30 + 1, 10**30)])
    assert WeylChamber("E", 6).contains([1, 1, 1, 1, 3, 5])
    assert WeylChamber("A", 8).contains([0, 0, 0, 0, 0, 0, 0, 1])
    assert MonotoneCone(3).polar().contains([1, -1, 0])
    assert not MonotoneCone(3).polar().contains([1, -1, mpq(-1, 10**30)])
    assert PSDCone(3).contains([[1, 1, 1]] * 3)
    assert not PSDCone(3).contains([[1, 1, 1], [1, 1, 1], [1, 1, mpq(999, 1000)]])
    assert PSDCone(4).polar().contains([[-int(i == j) for i in range(4)] for j in range(4)])
    with pytest.raises(Undecided):
        CircularCone(2, Ball.between("0.5", "0.6")).contains([1, mpq(5, 3)])


points = st.lists(st.integers(-4, 4), min_size=8, max_size=8)


@settings(max_examples=40, deadline=None)
@given(points, points, st.sampled_from([c for c in CONES if c.ambient_dim <= 8]))
def test_the_polar_makes_obtuse_angles(x: list[int], y: list[int], cone: Cone) -> None:
    a, b = x[: cone.ambient_dim], y[: cone.ambient_dim]
    if isinstance(getattr(cone, "angle", None), Ball):
        return
    if cone.contains(a) and cone.polar().contains(b):
        assert sum(p * q for p, q in zip(a, b, strict=True)) <= 0
    if cone.lineality_dim == 0 and any(a) and cone.contains(a):
        assert not cone.contains([-p for p in a])


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_membership_of_psd(n: int, rank: int, data: st.DataObject) -> None:
    entries = st.lists(st.integers(-3, 3), min_size=n * rank, max_size=n * rank)
    factor = np.array(data.draw(entries)).reshape(n, rank)
    signs = data.draw(st.lists(st.sampled_from([1, 1, 1, -1]), min_size=rank, max_size=rank))
    matrix = factor @ np.diag(signs) @ factor.T
    least = np.linalg.eigvalsh(matrix).min()
    assert PSDCone(n).contains(matrix.tolist()) == (least > -1e-9)
    assert PSDCone(n).polar().contains((-matrix).tolist()) == (least > -1e-9)
    diagonal = [int(x) for x in np.diag(matrix)]
    upper = [int(matrix[i, j]) for i in range(n) for j in range(i + 1, n)]
    scaled = matrix / math.sqrt(2)
    np.fill_diagonal(scaled, diagonal)
    least = np.linalg.eigvalsh(scaled).min()
    if abs(least) > 1e-9:
        assert PSDCone(n).contains([*diagonal, *upper]) == (least > 0)


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 60)), max_size=6))
def test_signs_of_surds(terms: list[tuple[int, int]]) -> None:
    exact = sympy.Add(*(c * sympy.sqrt(n) for c, n in terms))
    expected = 0 if exact == 0 else (1 if exact > 0 else -1)
    assert sign_of_surd([(mpq(c), n) for c, n in terms]) == expected
