"""Outputs that are proved sufficient for inputs in a cone, and claims about such layers."""

from math import comb

import pytest
from gmpy2 import mpq

import polygeo
from polygeo.answers.certification import ends
from polygeo.cones import CircularCone, ConeUnion, Orthant, PolyhedralCone, WeylChamber
from polygeo.errors import DomainError, NotConverged
from polygeo.relu import injectivity_bounds, union_bound, width
from polygeo.volumes import IntrinsicVolumes, intersection_probability

SPACE = IntrinsicVolumes([0, 0, 0, 1])


def proved(m, n, inputs, bias):
    """The best lower bound of p."""
    known = injectivity_bounds(m, n, inputs=inputs, bias=bias)
    return max(bound.value for bound in known if bound.side in ("equal", "lower"))


@pytest.mark.parametrize(
    ("n", "inputs", "bias"),
    [
        (1, "nonnegative", False),
        (2, "nonnegative", False),
        (2, PolyhedralCone(rays=[[1, 0], [1, 2]]), False),
        (3, "nonnegative", True),
        (3, WeylChamber("B", 3), False),
        (3, None, True),
        (10, "nonnegative", False),
        (24, "nonnegative", True),
    ],
)
def test_the_least_number_for_which_a_theorem_is_enough(n, inputs, bias):
    found = width(n, "0.98", inputs, bias)
    assert mpq(98, 100) <= found.lower == proved(found.m, n, inputs, bias)
    assert proved(found.m - 1, n, inputs, bias) < mpq(98, 100)
    assert found.m <= width(n + bias, "0.98").m


def test_exact_values_of_wedges_decide_where_they_are_known():
    least = next(m for m in range(2, 99) if polygeo.p(m, 2, inputs="nonnegative") >= mpq(9, 10))
    found = width(2, "0.9", "nonnegative")
    assert (found.m, found.theorem) == (least, "exact value")


def test_all_of_the_space_by_its_volumes():
    """The union over vertices is for all inputs only; it is not the best one here."""
    whole, volumes = width(3, "0.99"), width(3, "0.99", SPACE)
    assert (whole.m, whole.lower) == (volumes.m, volumes.lower)
    assert whole.inputs == ""
    assert "inputs=" in volumes.inputs


def test_the_union_bound_is_a_number_of_orthants_times_the_chance_of_one():
    for m, n in ((5, 3), (9, 3), (12, 4)):
        one = intersection_probability(Orthant(m), Orthant(n).embed(m))
        orthants = sum(comb(m, j) for j in range(n))
        assert union_bound(m, n, inputs="nonnegative") == orthants * one
    low, high = ends(union_bound(30, 3, inputs=CircularCone(3, "pi/5")))
    assert 0 < low < high < low * (1 + mpq(1, 10**9))


@pytest.mark.parametrize(
    "call",
    [
        lambda: width(2, "0.9", ConeUnion([Orthant(2), PolyhedralCone(rays=[[-1, 0], [0, -1]])])),
        lambda: width(2, "0.9", Orthant(3)),
        lambda: width(2, "0.9", "positive"),
        lambda: width(2, "0.9", "nonnegative", "yes"),
        lambda: union_bound(9, 3, "vertices", inputs="nonnegative"),
        lambda: union_bound(9, 3, inputs=Orthant(2)),
    ],
)
def test_what_has_no_width(call):
    with pytest.raises(DomainError) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_what_no_theorem_reaches_says_what_was_tried():
    with pytest.raises(NotConverged, match="the union bound over orthants and the lifted"):
        width(3, 1 - mpq(1, 2**2500), "nonnegative")


def test_claims_about_inputs():
    least = width(3, "0.99", "nonnegative").m
    half_space = (polygeo.q(9, 3, 3) + polygeo.q(9, 4, 3)) / 2
    rows = [
        ("q", "m=4 n=2 inputs=nonnegative", "11/16"),
        ("q", "m=9 n=3 bias=true", str(half_space)),
        ("p", "m=10 n=2 inputs=nonnegative bias=False", "995329/1048576"),
        ("threshold", "name=euler inputs=nonnegative", "6.9488"),
        ("threshold", "name=gordon inputs=1/2", "5.7961"),
        ("union_bound", "m=18 n=3 inputs=nonnegative", "0.0346"),
        ("width", "n=3 probability=0.99 inputs=nonnegative", str(least)),
        ("width", "n=3 probability=0.99", str(least)),
        ("q", "m=4 n=2 inputs=box", "1"),
        ("wendel", "m=4 n=2 inputs=nonnegative", "1"),
    ]
    report = polygeo.crosscheck(
        {"quantity": name, "parameters": parameters, "value": value}
        for name, parameters, value in rows
    )
    verdicts = [row.verdict for row in report.rows]
    assert verdicts == [*["agrees"] * 7, "differs", "invalid row", "invalid row"]
