"""Weyl chambers against their reflection groups.

Simulated tests have fixed seeds; the bound of each is far enough that a right program fails it
for fewer than one seed in a million.
"""

import math

import numpy as np
import pytest
from family_cones import CHAMBERS, TYPES, points, rows
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from polygeo.cones import WeylChamber
from polygeo.cones.families.root_system import dual_forms, simple_forms

COXETER = {"A": [3], "B": [4, 3], "D": [3], "E": [3], "F": [3, 4], "H": [3, 5]}


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind[0] != "I2"], ids=str)
def test_roots_of_a_type(kind: tuple[str, int]) -> None:
    """The roots made by reflections number 2 (m_1 + .. + m_r), and the angles are the type's."""
    letter, rank = kind
    simple, dual = rows(simple_forms(*kind), rank), rows(dual_forms(*kind), rank)
    pairing = simple @ dual.T
    assert np.allclose(pairing, np.diag(np.diag(pairing)), atol=1e-12)
    assert np.diag(pairing).min() > 0.05
    bonds = np.pi / np.arccos(-(simple @ simple.T)[np.triu_indices(rank, 1)].clip(-1, 1))
    labels = np.rint(bonds)
    assert np.allclose(bonds, labels)
    assert set(labels) <= {2, *COXETER[letter]}
    assert sum(labels > 2) == (0 if kind == ("D", 2) else rank - 1)
    found = {tuple(np.round(a, 6) + 0.0): a for a in simple}
    fresh = list(found.values())
    while fresh:
        images = [a - 2 * (a @ s) * s for a in fresh for s in simple]
        fresh = []
        for image in images:
            key = tuple(np.round(image, 6) + 0.0)
            if key not in found:
                found[key] = image
                fresh.append(image)
    assert len(found) == 2 * sum(WeylChamber(*kind).exponents)


@pytest.mark.parametrize("kind", [("A", 3), ("B", 3), ("D", 4), ("F", 4), ("H", 3)], ids=str)
def test_the_orbit_of_a_point_has_the_order_of_the_group(kind: tuple[str, int]) -> None:
    simple = rows(simple_forms(*kind), kind[1])
    start = np.arange(1, kind[1] + 1) @ np.linalg.inv(simple).T
    orbit, fresh = {tuple(np.round(start, 6) + 0.0)}, [start]
    while fresh:
        images = [x - 2 * (x @ s) * s for x in fresh for s in simple]
        fresh = [x for x in images if tuple(np.round(x, 6) + 0.0) not in orbit]
        fresh = list({tuple(np.round(x, 6) + 0.0): x for x in fresh}.values())
        orbit |= {tuple(np.round(x, 6) + 0.0) for x in fresh}
    chamber = WeylChamber(*kind)
    assert len(orbit) == chamber.order
    assert chamber.solid_angle() == mpq(1, len(orbit))


SIMULATED = [WeylChamber(*kind) for kind in [("A", 4), ("D", 4), ("F", 4), ("H", 4), ("E", 6)]]


@pytest.mark.parametrize("cone", SIMULATED, ids=repr)
def test_faces_of_projections(cone: WeylChamber) -> None:
    """Face dimensions of 3000 projections (non-negative least squares on the rays) against v_k:
    a chi-square statistic, and |P g|^4 against its mean E |P g|^4 = sum k (k+2) v_k."""
    rays = rows(dual_forms(cone.type, cone.index), cone.rank).T
    samples = 3000
    points = np.random.Generator(np.random.Philox(20)).standard_normal((samples, cone.rank))
    weights = np.array([nnls(rays, g)[0] for g in points])
    counts = np.bincount((weights > 1e-9).sum(axis=1), minlength=cone.rank + 1)
    v = cone.intrinsic_volumes()
    expected = samples * np.array([float(x) for x in v])
    common = expected >= 5
    counts = np.append(counts[common], counts[~common].sum())
    expected = np.append(expected[common], expected[~common].sum())
    statistic = ((counts - expected) ** 2 / np.maximum(expected, 1)).sum()
    assert statistic < 45  # at most 6 degrees of freedom: P < 5e-8
    fourth = ((weights @ rays.T) ** 2).sum(axis=1) ** 2
    error = fourth.std() / math.sqrt(samples)
    assert abs(fourth.mean() - float(v.moment(2) + 2 * v.moment(1))) < 5.5 * error


@settings(max_examples=60, deadline=None)
@given(points, st.sampled_from([c for c in CHAMBERS if c.type != "I2"]))
def test_membership_of_chambers(x: list[int], cone: WeylChamber) -> None:
    point = x[: cone.rank]
    for forms, polar in ((simple_forms, False), (dual_forms, True)):
        products = rows(forms(cone.type, cone.index), cone.rank) @ np.array(point)
        worst = products.max() if polar else -products.min()
        if abs(worst) > 1e-9:
            inside = cone.polar().contains(point) if polar else cone.contains(point)
            assert inside == (worst < 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 12), st.integers(-9, 9), st.integers(-9, 9))
def test_membership_of_sectors(p: int, x: int, y: int) -> None:
    angle = math.atan2(y, x)
    if abs(angle - math.pi / p) > 1e-9:
        assert WeylChamber("I2", p).contains([x, y]) == (0 <= angle <= math.pi / p)
    ends = (x, x * math.cos(math.pi / p) + y * math.sin(math.pi / p))
    if abs(ends[1]) > 1e-9:
        assert WeylChamber("I2", p).polar().contains([x, y]) == (max(ends) <= 0)
