"""The algebra of intrinsic volumes, and the fan against inclusion-exclusion by hand."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from itertools import product

import pytest
import sympy
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st
from refusals import refused

import polygeo
from polygeo import cones, polytopes
from polygeo.answers import Ball
from polygeo.answers.vector import AnswerVector
from polygeo.cones import HalfSpace, Ray, SignCountFan, Subspace
from polygeo.errors import DomainError
from polygeo.volumes import IntrinsicVolumes, crofton, expected_euler_characteristic


def face_sum(m: int, k: int) -> list[mpq]:
    """v_j by additivity over the relatively open faces: v_j(relint F) = (-1)^{dim F - j} v_j(F),
    F an orthant of dimension dim F, for every sign vector with fewer than k positive signs."""
    from math import comb

    total = [mpq(0)] * (m + 1)
    for signs in product((-1, 0, 1), repeat=m):
        if signs.count(1) < k:
            dim = m - signs.count(0)
            for j in range(dim + 1):
                total[j] += (-1) ** (dim - j) * mpq(comb(dim, j), 2**dim)
    return total


@pytest.mark.parametrize(("m", "k"), [(m, k) for m in range(1, 7) for k in range(1, m + 1)])
def test_the_fan_is_the_sum_of_its_open_faces(m: int, k: int) -> None:
    assert list(SignCountFan(m, k).intrinsic_volumes()) == face_sum(m, k)


def test_convexity_is_known() -> None:
    assert SignCountFan(5, 1).intrinsic_volumes().polar()[5] == mpq(1, 32)
    with pytest.raises(DomainError, match="not convex"):
        SignCountFan(5, 2).intrinsic_volumes().polar()


weights = st.lists(st.integers(0, 20), min_size=1, max_size=7).filter(any)


def volumes(numbers: list[int]) -> IntrinsicVolumes:
    total = sum(numbers)
    return IntrinsicVolumes([mpq(x, total) for x in numbers])


@given(weights, weights)
def test_products_multiply_polynomials_and_add_dimensions(a: list[int], b: list[int]) -> None:
    v, w = volumes(a), volumes(b)
    both = v * w
    t = mpq(3, 7)
    assert both.generating_polynomial(t) == v.generating_polynomial(t) * w.generating_polynomial(t)
    assert both.total() == 1
    assert both.statistical_dimension() == v.statistical_dimension() + w.statistical_dimension()
    assert both.variance() == v.variance() + w.variance()
    assert both.polar() == v.polar() * w.polar()
    assert both.gauss_bonnet() == v.gauss_bonnet() * w.gauss_bonnet()
    assert v * w == w * v
    assert v.compare(v) == "equal"
    assert pickle.loads(pickle.dumps(both)) == both
    assert hash(pickle.loads(pickle.dumps(both))) == hash(both)


@given(weights, st.integers(0, 5))
def test_embedding_and_sections(numbers: list[int], more: int) -> None:
    v = volumes(numbers)
    d = v.ambient_dim
    wide = v.embed(d + more)
    assert list(wide) == list(v) + [0] * more
    assert wide.statistical_dimension() == v.statistical_dimension()
    for n in range(d + 1):
        section = crofton(v, n)
        assert section.total() == 1
        assert section.euler_characteristic() == expected_euler_characteristic(v, n)
        # a section of a section is a section
        for n2 in range(n + 1):
            assert crofton(section, n2) == crofton(v, n2)


def test_subspaces_need_no_correction() -> None:
    """A k-plane meets an n-plane of R^d in a (k + n - d)-plane: chi of its unit sphere."""
    for d, k in ((size, part) for size in range(1, 7) for part in range(size + 1)):
        for n in range(d + 1):
            dim = max(k + n - d, 0)
            assert expected_euler_characteristic(Subspace(k, d), n) == 1 - (-1) ** dim


def test_entries_of_every_kind() -> None:
    mixed = IntrinsicVolumes([Ball.of(mpq(1, 3)), sympy.sqrt(2) / 4, 1])
    assert mixed.kind == "certified"
    assert isinstance(IntrinsicVolumes([sympy.sqrt(2)]).total(), sympy.Expr)
    assert mixed.to_dict()["volumes"][2]["value"] == "1"
    third = IntrinsicVolumes([mpq(1, 3)])
    assert third.compare(IntrinsicVolumes([Ball.of(mpq(1, 3))])) == "overlap"
    assert third.compare(IntrinsicVolumes([Ball.of(mpq(1, 2))])) == "differ"
    assert IntrinsicVolumes([sympy.sqrt(2) ** 2 / 6]).compare(third) == "equal"
    product = mixed * IntrinsicVolumes([sympy.pi, Ball.of(mpq(1, 7))])
    assert abs(float(product[0]) - float(sympy.pi) / 3) < 1e-15
    assert product[0].rad < mpq(1, 10**30)
    assert abs(float(mixed.total()) - 4 / 3 - 2**0.5 / 4) < 1e-15
    assert mixed.variance().rad < mpq(1, 10**30)
    t = sympy.symbols("t")
    assert Ray(1).intrinsic_volumes().generating_polynomial(t) == (1 + t) / 2
    assert "sqrt" in IntrinsicVolumes([sympy.sqrt(2)])._repr_latex_()


VECTORS = [
    lambda: cones.Orthant(3).intrinsic_volumes(),
    lambda: cones.CircularCone(4, "1/3").intrinsic_volumes(),
    lambda: cones.SignCountFan(4, 2).intrinsic_volumes(),
    lambda: IntrinsicVolumes([Ball.of(mpq(1, 3)), mpq(2) ** 20_000], source="euler.orthant"),
    lambda: polytopes.FVector([8, 12, 6], source="euler.orthant"),
    lambda: polytopes.FVector([polytopes.PiPolynomial({-1: mpq(1, 2), 1: 3}), 1]),
    lambda: polytopes.PoissonVoronoiCell(3).f_vector(),
    lambda: polytopes.GaussianPolytope(10, 4).f_vector(),
]


@pytest.mark.parametrize("make", VECTORS)
def test_a_vector_comes_back_from_its_record(make: Callable[[], AnswerVector]) -> None:
    vector = make()
    again = polygeo.from_json(polygeo.to_json(vector))
    assert type(again) is type(vector)
    assert again == vector
    assert again._options() == vector._options()
    assert [x.source for x in again if isinstance(x, Ball)] == [
        x.source for x in vector if isinstance(x, Ball)
    ]


def test_records_of_vectors_are_checked_field_by_field() -> None:
    record = cones.Orthant(2).intrinsic_volumes().to_dict()
    forged = [{**record, "ambient_dim": 3}, {**record, "kind": "certified"}]
    forged += [{**record, "volumes": []}, {**record, "volumes": "1/2"}, {**record, "convex": 1}]
    forged += [{**record, "volumes": [record]}, {**record, "source": 5}]
    forged += [{k: v for k, v in record.items() if k != name} for name in record]
    for wrong in forged:
        with pytest.raises(DomainError):
            polygeo.from_dict(wrong)
    symbolic = cones.CircularCone(3, "pi/3").intrinsic_volumes()
    with pytest.raises(DomainError, match="not read back"):
        polygeo.from_dict(symbolic.to_dict())


def test_a_fresh_program_reads_a_vector() -> None:
    code = (
        "import polygeo, sys; v = polygeo.from_json(sys.argv[1]); print(v, 'numba' in sys.modules)"
    )
    text = polygeo.to_json(cones.Orthant(1).intrinsic_volumes())
    run = subprocess.run([sys.executable, "-c", code, text], capture_output=True, text=True)
    assert run.stdout == "IntrinsicVolumes(1/2, 1/2) False\n"


@pytest.mark.parametrize(
    "call",
    [
        lambda: IntrinsicVolumes([]),
        lambda: IntrinsicVolumes([0.5, 0.5]),
        lambda: IntrinsicVolumes(["x"]),
        lambda: Ray(2).intrinsic_volumes().embed(1),
        lambda: Ray(2).intrinsic_volumes().tail(-1),
        lambda: Ray(2).intrinsic_volumes().moment(-1),
        lambda: Ray(2).intrinsic_volumes().compare(3),
        lambda: crofton(Ray(2), 3),
        lambda: crofton(Ray(2), -1),
        lambda: crofton("cone", 1),
        lambda: expected_euler_characteristic(Ray(2), 1.0),
        lambda: SignCountFan(3, 4),
        lambda: SignCountFan(0, 0),
        lambda: SignCountFan(3, True),
        lambda: SignCountFan(3, 2).contains([1, 2]),
        lambda: SignCountFan(3, 2).contains([1, 2, "x"]),
        lambda: Subspace(3, 2),
        lambda: HalfSpace(0),
        lambda: Ray(10**9),
    ],
)
def test_bad_input_is_one_line(call: object) -> None:
    with refused(polygeo.errors.DomainError):
        call()  # type: ignore[operator]
