"""Regions of degenerate arrangements: known characteristic polynomials, rounding, square roots.

Everything here is exact; nothing is simulated.
"""

import pickle
import warnings
from itertools import combinations, permutations, product
from math import comb, factorial

import numpy as np
import pytest
import sympy
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import refused

from polygeo.cones import (
    AffineArrangement,
    GenericArrangement,
    HyperplaneArrangement,
    ReflectionArrangement,
)
from polygeo.cones.arrangements.rounding import rounded
from polygeo.errors import DomainError, NearlyDegenerate
from polygeo.polyhedra.field_number import field_number
from polygeo.polyhedra.number_field import Surd
from polygeo.relu import generic_linear_regions, linear_regions

t = sympy.Symbol("t")


def differences(n, offsets):
    """The hyperplanes x_i - x_j = a, i < j, for each offset a, as (normals, offsets)."""
    pairs = [
        ([int(k == i) - int(k == j) for k in range(n)], a)
        for i, j in combinations(range(n), 2)
        for a in offsets
    ]
    return [row for row, _ in pairs], [a for _, a in pairs]


# --- affine arrangements against their known polynomials


def shi(n):
    return t * (t - n) ** (n - 1)


def catalan(n):
    return t * sympy.prod(t - n - k for k in range(1, n))


def linial(n):
    """t/2^n sum_k C(n, k) (t - k)^(n-1): Postnikov; Stanley, PNAS 93 (1996) 2620."""
    return t * sum(comb(n, k) * (t - k) ** (n - 1) for k in range(n + 1)) / 2**n


def braid(n):
    return sympy.prod(t - k for k in range(n))


KNOWN = [((0, 1), shi), ((-1, 0, 1), catalan), ((1,), linial), ((0,), braid)]


@pytest.mark.parametrize(
    ("offsets", "polynomial"), KNOWN, ids=["shi", "catalan", "linial", "braid"]
)
@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_deformations_of_the_braid_arrangement(offsets, polynomial, n):
    arrangement = AffineArrangement(*differences(n, offsets))
    expected = sympy.Poly(polynomial(n), t).all_coeffs()[::-1]
    assert list(arrangement.coefficients()) == expected
    assert arrangement.number_of_regions() == abs(polynomial(n).subs(t, -1))
    assert arrangement.number_of_bounded_regions() == abs(polynomial(n).subs(t, 1))


def test_semiorders():
    """x_i - x_j = -1, 1: as many regions as semiorders on n labelled points (OEIS A006531)."""
    for n, regions in [(2, 3), (3, 19), (4, 183), (5, 2371)]:
        assert AffineArrangement(*differences(n, (-1, 1))).number_of_regions() == regions


def test_affine_faces():
    """Shi n = 3 in its plane: 6 lines, 16 regions; Euler: f_0 - f_1 + f_2 = 1."""
    rows, offsets = differences(3, (0, 1))
    arrangement = AffineArrangement([row[:2] for row in rows], offsets)
    points, edges, regions = arrangement.f_vector()
    assert regions == arrangement.number_of_regions() == 16
    assert points - edges + regions == 1
    lines = list(zip(arrangement.normals, arrangement.offsets, strict=True))
    met = {
        tuple(sympy.Matrix([p[0], q[0]]).LUsolve(sympy.Matrix([p[1], q[1]])))
        for p, q in combinations(lines, 2)
        if sympy.Matrix([p[0], q[0]]).det()
    }
    assert points == len(met)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(st.lists(st.integers(-2, 2), min_size=3, max_size=3), min_size=1, max_size=6),
    st.lists(st.integers(-1, 1), min_size=6, max_size=6),
)
def test_the_polynomial_agrees_with_the_lattice(rows, offsets):
    """Through the flats off one hyperplane, and as the sum of Moebius over all flats."""
    kept = [(row, b) for row, b in zip(rows, offsets, strict=False) if any(row)]
    if not kept:
        return
    central = HyperplaneArrangement([row for row, _ in kept])
    flats = rounded(central.normals, 1e-9)
    assert central.coefficients() == flats.coefficients()
    assert central.f_vector() == flats.f_vector()
    regions = central.number_of_regions()
    assert central.mean_f_vector() == tuple(mpq(f, regions) for f in flats.incidences())
    affine = AffineArrangement([row for row, _ in kept], [b for _, b in kept])
    x = sympy.Rational(7, 3)
    ratio = affine.cone().characteristic_polynomial(x) / (x - 1)
    assert affine.characteristic_polynomial(x) == ratio
    assert affine.f_vector()[-1] == affine.number_of_regions()
    assert affine.f_vector() == AffineArrangement(affine.normals, affine.offsets, 1e-9).f_vector()


# --- central ones beyond the flats that can be listed

CROSS = [[1, *(s * int(i == j) for j in range(8))] for i in range(8) for s in (1, -1)]
DEMICUBE = [[1, *v] for v in product((0, 1), repeat=6) if sum(v) % 2 == 0]
THRESHOLD = [[1, *v] for v in product((0, 1), repeat=5)]
PERMUTATIONS = list(permutations(range(1, 5)))


def test_threshold_functions():
    """94572 threshold functions of 5 variables (OEIS A000609), one a region."""
    assert HyperplaneArrangement(THRESHOLD).number_of_regions() == 94572


@pytest.mark.parametrize("rows", [CROSS, DEMICUBE, PERMUTATIONS], ids=["cross", "demicube", "perm"])
def test_the_order_of_the_hyperplanes_does_not_matter(rows):
    """Each order is another walk through the flats, with another hyperplane at infinity."""
    from polygeo.cones.arrangements.characteristic import reduced_coefficients
    from polygeo.polyhedra.residues import residues

    orders = [rows, rows[::-1], rows[5:] + rows[:5]]
    found = {tuple(reduced_coefficients(residues(order))) for order in orders}
    assert len(found) == 1


def test_more_flats_than_can_be_listed():
    """By deletion and restriction, a second method; Euler: f_0 - f_1 + .. = (-1)^d."""
    for rows in (CROSS, THRESHOLD):
        arrangement = HyperplaneArrangement(rows)
        assert arrangement.characteristic_polynomial(1) == 0
        with pytest.raises(DomainError, match="more than 5000 flats"):
            rounded(arrangement.normals, 1e-9)
        faces = arrangement.f_vector()
        assert faces[-1] == arrangement.number_of_regions()
        assert sum((-1) ** k * f for k, f in enumerate(faces)) == (-1) ** arrangement.ambient_dim
    assert HyperplaneArrangement(CROSS).number_of_regions() == linear_regions(
        CROSS, method="deletion"
    )


# --- layers


def test_many_rows_are_refused_before_any_work(monkeypatch):
    """Also before floats are looked at for near degeneracies, and before a large prime is found."""

    def late(*rows):
        raise AssertionError

    monkeypatch.setattr("polygeo.relu.cells.regions.residues", late)
    monkeypatch.setattr("polygeo.relu.cells.regions.warn_if_rounded", late)
    draw = np.random.default_rng(1)
    W = draw.standard_normal((200, 20))
    for b in (None, draw.standard_normal(200)):
        with pytest.raises(DomainError, match=r"20[01] hyperplanes .*generic_linear_regions"):
            linear_regions(W, b)
    monkeypatch.undo()
    assert linear_regions(np.eye(60)) == 2**60  # as many in general position would be refused


def test_limits_of_counting_go_by_work(monkeypatch):
    """Complementary subspaces multiply: 2^40 orthants, a number that no list of cells reaches."""
    assert linear_regions(np.eye(40)) == 2**40
    monkeypatch.setattr("polygeo.relu.cells.regions.MAX_RESTRICTIONS", 1000)
    with pytest.raises(DomainError, match="too many to count exactly by deletion"):
        linear_regions(np.eye(12), method="deletion")
    assert linear_regions(np.eye(5), method="deletion") == 32


def test_all_sums_of_inputs():
    """The resonance arrangement: 1066044 regions for n = 6 (OEIS A034997: 2, 6, 32, 370, ..)."""
    for n, regions in [(2, 6), (3, 32), (4, 370), (5, 11292), (6, 1066044)]:
        assert linear_regions([row for row in product((0, 1), repeat=n) if any(row)]) == regions


def test_catalan_layers():
    """x_i - x_j = -1, 0, 1: n! times the Catalan number, 95040 for n = 6."""
    for n in (2, 3, 4, 6):
        rows, biases = [], []
        for i, j in combinations(range(n), 2):
            row = [int(k == i) - int(k == j) for k in range(n)]
            rows += [row] * 3
            biases += [-1, 0, 1]
        assert linear_regions(rows, biases) == factorial(n) * comb(2 * n, n) // (n + 1)


def icosahedral(number):
    """The 15 mirrors of H_3, with (1 + sqrt 5)/4 and its conjugate as ``number`` makes them."""
    a, b = number("(1 + sqrt(5))/4"), number("(sqrt(5) - 1)/4")
    rows = [[int(i == j) for j in range(3)] for i in range(3)]
    for s, t, k in product((1, -1), (1, -1), range(3)):
        row = [a, s * mpq(1, 2), b if t > 0 else number("(1 - sqrt(5))/4")]
        rows.append(row[k:] + row[:k])
    return rows


def test_rows_that_are_nearly_special():
    """120 regions of H_3: exactly with roots, with a warning or by snap= in floats."""
    assert linear_regions(icosahedral(str)) == linear_regions(icosahedral(sympy.sympify)) == 120
    floats = icosahedral(lambda text: float(sympy.sympify(text)))
    with pytest.warns(NearlyDegenerate, match="within rounding of rank 2"):
        exact = linear_regions(floats)
    assert exact > 120  # of the dyadics that they are
    assert linear_regions(floats, snap=1e-9) == 120
    with pytest.raises(DomainError, match="no consistent arrangement"):
        linear_regions([[1, 0.0], [0.99, 0.05], [0.97, 0.1], [0, 1]], snap=0.06)
    # x = 0, .1, .2, .3 and x + y = .3, y = .1: three concurrent lines up to rounding
    lines, offsets = [[1, 0]] * 4 + [[1, 1], [0, 1]], [0, 0.1, 0.2, 0.1 + 0.2, 0.3, 0.1]
    with pytest.warns(NearlyDegenerate):
        linear_regions(lines, offsets)
    assert linear_regions(lines, offsets, snap=1e-9) == linear_regions(
        lines, ["0", "0.1", "0.2", "0.3", "0.3", "0.1"]
    )


def test_floats_in_general_position_give_no_warning():
    rng = np.random.default_rng(2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert linear_regions(rng.standard_normal((15, 3))) == generic_linear_regions(15, 3)
        linear_regions([[0.5, 0.25], [1, 0.5], [0.75, 1]])
        linear_regions([[0.1, 0.3], [0.1, 0.3]])  # exactly parallel


# --- numbers with square roots


def test_numbers_are_read_exactly():
    golden = field_number("(1+sqrt(5))/2")
    assert golden == field_number(sympy.GoldenRatio) == field_number((1 + sympy.sqrt(5)) / 2)
    assert golden == field_number(2 * sympy.cos(sympy.pi / 5)) == 1 / (golden - 1)
    assert field_number("sqrt(2)*sqrt(8)") == 4
    assert field_number(" -sqrt(1/2) + 1.5 ") == Surd([(1, mpq(3, 2)), (2, mpq(-1, 2))])
    nested = field_number("1/(1 + sqrt(2) + sqrt(3) + sqrt(6))")
    assert nested * field_number("1 + sqrt(2) + sqrt(3) + sqrt(6)") == 1
    assert sympy.simplify(sympy.sympify(golden) - sympy.GoldenRatio) == 0
    assert pickle.loads(pickle.dumps(golden)) == golden
    assert float(golden) == (1 + 5**0.5) / 2


@pytest.mark.parametrize(
    "text",
    [
        *("sqrt", "sqrt(", "sqrt()", "sqrt(2", "sqrt(2))", "sqrt(-1)", "sqrt(sqrt(2))"),
        *("1/sqrt(0)", "2sqrt(2)", "sqrt(2)**2", "sqrt(2)x", "__import__('os').sqrt(2)"),
        *("(" * 99 + "sqrt(2)", "sqrt(10000000000)", "+".join(["sqrt(2)"] * 999)),
        *("--sqrt(2)", "sqrt 2", "1 2*sqrt(2)"),
    ],
)
def test_bad_numbers_are_one_line(text):
    with refused() as caught:
        HyperplaneArrangement([[1, text]])
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("value", [sympy.pi, sympy.I, sympy.sqrt(sympy.sqrt(2) + 1), t, sympy.oo])
def test_other_expressions_are_refused(value):
    with pytest.raises(DomainError):
        HyperplaneArrangement([[1, value]])


def test_mirrors_of_icosahedral_type():
    arrangement, mirrors = HyperplaneArrangement(icosahedral(str)), ReflectionArrangement("H", 3)
    assert arrangement.coefficients() == mirrors.coefficients()
    assert arrangement.mean_f_vector() == mirrors.mean_f_vector()
    assert eval(repr(arrangement)) == arrangement
    floats = icosahedral(lambda text: float(sympy.sympify(text)))
    snapped = HyperplaneArrangement(floats, snap=1e-9)
    assert snapped.coefficients() == mirrors.coefficients()
    assert snapped.mean_f_vector() == mirrors.mean_f_vector()
    with pytest.warns(NearlyDegenerate):
        HyperplaneArrangement(floats)


def test_dihedral_mirrors_in_two_fields():
    """13 of the 24 mirrors of I_2(24): tan(pi/24) = sqrt 6 - sqrt 3 + sqrt 2 - 2 and the like."""
    rows = [[1, sympy.tan(sympy.pi * k / 24).radsimp()] for k in range(-6, 7)]
    assert HyperplaneArrangement([*rows, *rows]).number_of_regions() == 26


def test_snapping_generic_floats_changes_nothing():
    rows = np.random.default_rng(4).standard_normal((9, 4))
    arrangement = HyperplaneArrangement(rows, snap=1e-9)
    assert arrangement.coefficients() == GenericArrangement(9, 4).coefficients()
    assert arrangement.f_vector() == GenericArrangement(9, 4).f_vector()
    offsets = [0.1, 0.2, 0.3]
    tenth = AffineArrangement([[1], [1], [1]], offsets, snap=1e-9)
    assert tenth.number_of_regions() == 4
    assert tenth.number_of_bounded_regions() == 2
    assert tenth.f_vector() == (3, 4)
