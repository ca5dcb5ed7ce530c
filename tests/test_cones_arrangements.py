"""Hyperplane arrangements and random cones: regions counted one by one, cells listed, samples.

Simulated tests have fixed seeds; the bound of each is far enough that a right program fails it
for fewer than one seed in a million.
"""

import math
from collections import Counter
from collections.abc import Callable
from itertools import combinations, permutations, product

import numpy as np
import pytest
import sympy
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from polygeo.cones import (
    CoverEfronCone,
    GenericArrangement,
    HyperplaneArrangement,
    MonotoneCone,
    ReflectionArrangement,
    SchlaefliCone,
    WeylChamber,
)
from polygeo.cones.arrangements.arrangement import generic_regions
from polygeo.cones.families.random_cones import cell_signs
from polygeo.errors import DomainError, PolygeoError

# --- explicit arrangements against the exponents


def braid(n: int) -> list[list[int]]:
    return [[int(k == j) - int(k == i) for k in range(n)] for i, j in combinations(range(n), 2)]


def type_d(n: int) -> list[list[int]]:
    return braid(n) + [[abs(x) for x in row] for row in braid(n)]


def type_b(n: int) -> list[list[int]]:
    return type_d(n) + [[int(i == j) for j in range(n)] for i in range(n)]


def type_f() -> list[list[int]]:
    return type_b(4) + [[1, *signs] for signs in product((1, -1), repeat=3)]


MIRRORS = [
    (braid(4), ReflectionArrangement("A", 3), 1),
    (braid(6), ReflectionArrangement("A", 5), 1),
    (type_b(2), ReflectionArrangement("I2", 4), 0),
    (type_b(4), ReflectionArrangement("B", 4), 0),
    (type_d(2), ReflectionArrangement("D", 2), 0),
    (type_d(5), ReflectionArrangement("D", 5), 0),
    (type_f(), ReflectionArrangement("F", 4), 0),
]


@pytest.mark.parametrize(("normals", "mirrors", "lineality"), MIRRORS, ids=str)
def test_reflection_arrangements_by_their_flats(
    normals: list[list[int]], mirrors: ReflectionArrangement, lineality: int
) -> None:
    explicit = HyperplaneArrangement(normals)
    assert len(explicit.normals) == mirrors.number_of_hyperplanes
    assert explicit.coefficients() == (0,) * lineality + mirrors.coefficients()
    assert explicit.mean_f_vector() == (0,) * lineality + mirrors.mean_f_vector()
    chamber = WeylChamber(mirrors.type, mirrors.index)
    assert mirrors.number_of_regions() == explicit.number_of_regions() == chamber.order
    assert mirrors.mean_intrinsic_volumes() == chamber.intrinsic_volumes()


def test_face_numbers_of_the_braid_arrangement() -> None:
    """Faces of dimension k are ordered partitions of n into k blocks."""
    for n in (*range(2, 7), 8):
        stirling = [0] + [
            int(sympy.functions.combinatorial.numbers.stirling(n, k)) for k in range(1, n + 1)
        ]
        expected = tuple(math.factorial(k) * s for k, s in enumerate(stirling))
        assert HyperplaneArrangement(braid(n)).f_vector() == expected


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 7), st.integers(2, 4), st.integers(0, 10**6))
def test_generic_arrangements_by_their_flats(n: int, d: int, seed: int) -> None:
    rows = np.random.default_rng(seed).integers(-(10**6), 10**6, (n, d))
    explicit, generic = HyperplaneArrangement(rows.tolist()), GenericArrangement(n, d)
    assert explicit.coefficients() == generic.coefficients()
    assert explicit.f_vector() == generic.f_vector()
    assert explicit.mean_f_vector() == generic.mean_f_vector()
    assert generic.number_of_regions() == sum(map(abs, generic.coefficients()))
    assert generic.number_of_regions() == (-1) ** d * generic.characteristic_polynomial(-1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(-2, 2), min_size=3, max_size=3), min_size=1, max_size=7))
def test_characteristic_polynomial_by_whitney(rows: list[list[int]]) -> None:
    """chi(t) = sum over subsets S of the hyperplanes of (-1)^|S| t^(d - rank S)."""
    rows = [row for row in rows if any(row)]
    if not rows:
        return
    arrangement = HyperplaneArrangement(rows)
    expected = Counter()
    for size in range(len(arrangement.normals) + 1):
        for chosen in combinations(arrangement.normals, size):
            rank = np.linalg.matrix_rank(np.array(chosen, dtype=float)) if chosen else 0
            expected[3 - int(rank)] += (-1) ** size
    assert arrangement.coefficients() == tuple(expected[k] for k in range(4))
    t = sympy.Symbol("t")
    assert arrangement.characteristic_polynomial(t).subs(t, 7) == int(
        arrangement.characteristic_polynomial(7)
    )


# --- Klivans-Swartz, region by region


def isotonic(point: tuple[mpq, ...]) -> list[tuple[mpq, int]]:
    """Blocks (mean, size) of the projection on x_1 <= ... <= x_n: pool adjacent violators."""
    blocks: list[tuple[mpq, int]] = []
    for x in point:
        mean, size = x, 1
        while blocks and blocks[-1][0] >= mean:
            other, count = blocks.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        blocks.append((mean, size))
    return blocks


def test_sum_over_the_regions_of_a3() -> None:
    """For one generic point and all 24 regions: how many projections lie on a face of dimension k.

    The count does not depend on the point (Kabluchko, arXiv:2008.06719); it is |c_k|. The
    projection on a permuted cone is the permuted projection.
    """
    point = tuple(map(mpq, (13, -7, 2, 29)))
    counts = Counter(len(isotonic(moved)) for moved in permutations(point))
    totals = (0, *ReflectionArrangement("A", 3).total_intrinsic_volumes())
    assert tuple(counts[k] for k in range(5)) == totals
    volumes = MonotoneCone(4).intrinsic_volumes()
    assert [mpq(counts[k], 24) for k in range(5)] == list(volumes)


def test_sum_over_the_regions_of_b3() -> None:
    """The same for the 48 signed permutations; negative blocks are projected to 0."""
    counts: Counter[int] = Counter()
    for moved in permutations(map(mpq, (13, 5, 29))):
        for signs in product((1, -1), repeat=3):
            flipped = tuple(s * x for s, x in zip(signs, moved, strict=True))
            counts[sum(mean > 0 for mean, _ in isotonic(flipped))] += 1
    totals = ReflectionArrangement("B", 3).total_intrinsic_volumes()
    assert tuple(counts[k] for k in range(4)) == totals == (15, 23, 9, 1)
    volumes = WeylChamber("B", 3).intrinsic_volumes()
    assert [mpq(counts[k], 48) for k in range(4)] == list(volumes)


# --- random cones


def is_a_cell(rows: np.ndarray) -> bool:
    """Whether {x : rows x > 0} is not empty."""
    n, d = rows.shape
    bounds = [(None, None)] * d
    return linprog(np.zeros(d), -rows, -np.ones(n), bounds=bounds, method="highs").status == 0


@pytest.mark.parametrize(("n", "d"), [(1, 1), (4, 1), (2, 3), (3, 3), (5, 3), (6, 2), (6, 4)])
def test_the_bijection_lists_every_cell_once(n: int, d: int) -> None:
    rows = np.random.default_rng(10 * n + d).standard_normal((n, d))
    cells = set()
    for size in range(min(d, n)):
        for chosen in combinations(range(n - 1), size):
            signs = np.array(cell_signs(rows, chosen))
            assert is_a_cell(rows * signs[:, None])
            cells.add(tuple(signs))
    assert 2 * len(cells) == SchlaefliCone(n, d).number_of_cells()


def test_wendel_by_all_sign_vectors() -> None:
    rows = np.random.default_rng(3).standard_normal((6, 3))
    good = sum(is_a_cell(rows * np.array(s)[:, None]) for s in product((1, -1), repeat=6))
    assert CoverEfronCone(6, 3).wendel_probability() == mpq(good, 2**6) == mpq(1, 2)


def rays_of(rows: np.ndarray) -> list[np.ndarray]:
    """Unit vectors on the rays of the pointed cone {x : rows x >= 0} in R^3."""
    found = []
    for i, j in combinations(range(len(rows)), 2):
        ray = np.cross(rows[i], rows[j])
        ray /= np.linalg.norm(ray)
        others = np.delete(rows, [i, j], axis=0) @ ray
        found += [s * ray for s in (1, -1) if (s * others > 0).all()]
    return found


def test_mean_face_numbers_over_all_cells() -> None:
    """Exact for a single arrangement: 5 planes in R^3, every cell counted."""
    n, d = 5, 3
    rows = np.random.default_rng(8).standard_normal((n, d))
    total = 0
    for size in range(d):
        for chosen in combinations(range(n - 1), size):
            total += 2 * len(rays_of(rows * np.array(cell_signs(rows, chosen))[:, None]))
    mean = SchlaefliCone(n, d).expected_f_vector()
    assert mean[1] == mpq(total, int(generic_regions(n, d)))
    assert mean == (1, mean[1], mean[1], 1)


def test_samples_of_the_schlaefli_cone() -> None:
    """600 cells of 6 planes: mean number of rays, and mean solid angle by the angle excess."""
    cone, samples = SchlaefliCone(6, 3), 600
    faces, angles = [], []
    for seed in range(samples):
        sample = cone.sample(seed)
        tight = np.array(sample.inequalities, dtype=float)  # the facets only
        tight /= np.linalg.norm(tight, axis=1)[:, None]
        rays = np.array(rays_of(tight))
        assert sample.f_vector() == (1, len(rays), len(rays), 1)
        faces.append(len(rays))
        excess = 2 * math.pi
        for ray in rays:
            a, b = (w for w in tight if abs(w @ ray) < 1e-9)
            excess -= math.acos(a @ b)  # pi minus the angle of the cell at this ray
        angles.append(excess / (4 * math.pi))
    for values, exact in (
        (faces, cone.expected_f_vector()[1]),
        (angles, cone.expected_intrinsic_volumes()[3]),
    ):
        error = np.std(values) / math.sqrt(samples)
        assert error < 0.07 * float(exact)
        assert abs(np.mean(values) - float(exact)) < 5.5 * error


def test_samples_are_reproducible_and_polar() -> None:
    schlaefli, cover_efron = SchlaefliCone(7, 4), CoverEfronCone(7, 4)
    assert schlaefli.polar() == cover_efron
    assert cover_efron.polar() == schlaefli
    assert schlaefli.sample(5) == schlaefli.sample(5) != schlaefli.sample(6)
    assert cover_efron.sample(5) == schlaefli.sample(5).polar()
    volumes = schlaefli.expected_intrinsic_volumes()
    assert cover_efron.expected_intrinsic_volumes() == volumes.polar()
    assert cover_efron.expected_f_vector() == schlaefli.expected_f_vector()[::-1]


@given(st.integers(1, 40), st.integers(1, 12))
def test_expectations_of_random_cones(n: int, d: int) -> None:
    cone = SchlaefliCone(n, d)
    v = cone.expected_intrinsic_volumes()
    assert v.total() == 1
    assert v.gauss_bonnet() == 0
    faces = cone.expected_f_vector()
    # Euler's relation of a cone that is no subspace: sum (-1)^k f_k = 0.
    assert sum((-1) ** k * f for k, f in enumerate(faces)) == 0
    if n <= d:
        assert faces == tuple(mpq(math.comb(n, d - k)) for k in range(d + 1))
        assert list(v) == [mpq(math.comb(n, d - k), 2**n) for k in range(d + 1)]


# --- bad input


def many() -> list[list[int]]:
    return np.random.default_rng(5).integers(-99, 99, (200, 10)).tolist()


BAD: list[Callable[[], object]] = [
    lambda: GenericArrangement(-1, 3),
    lambda: GenericArrangement(10**7, 3),
    lambda: GenericArrangement(3, 0),
    lambda: GenericArrangement(True, 3),
    lambda: GenericArrangement(3.0, 3),
    lambda: SchlaefliCone(0, 3),
    lambda: CoverEfronCone(3, float("nan")),
    lambda: SchlaefliCone(5, 3).sample(-1),
    lambda: SchlaefliCone(5, 3).sample("a"),
    lambda: SchlaefliCone(10**6, 100).sample(1),
    lambda: HyperplaneArrangement([]),
    lambda: HyperplaneArrangement([[]]),
    lambda: HyperplaneArrangement([1, 2]),
    lambda: HyperplaneArrangement("ab"),
    lambda: HyperplaneArrangement([[0, 0]]),
    lambda: HyperplaneArrangement([[1, 2], [1]]),
    lambda: HyperplaneArrangement([[1, float("inf")]]),
    lambda: HyperplaneArrangement([["x", 1]]),
    lambda: HyperplaneArrangement(braid(9), 1e-9).coefficients(),
    lambda: HyperplaneArrangement(many()).coefficients(),
    lambda: ReflectionArrangement("E", 9),
    lambda: ReflectionArrangement("Q", 2),
    lambda: GenericArrangement(3, 2).characteristic_polynomial("x"),
]


@pytest.mark.parametrize("call", BAD)
def test_bad_input_is_one_line(call: Callable[[], object]) -> None:
    with pytest.raises(PolygeoError) as caught:
        call()
    assert isinstance(caught.value, DomainError)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
