"""Faces hit by projections: exact families by chi-square, exact arithmetic sample by sample.

Every chi-square test here raises a false alarm with probability 1e-6 over the choice of its seed.
"""

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from refusals import refused
from scipy.optimize import nnls as reference_nnls
from scipy.stats import chi2

from polygeo.polyhedra.exact_projection import ExactCone
from polygeo.sampling import FaceProjector, Generators, gaussian_block, pairs
from polygeo.sampling.faces import projector

RATE = 1e-6


def orthant(d):
    return [[int(i == j) for j in range(d)] for i in range(d)]


def monotone(n):
    """Generators of {x_1 <= ... <= x_n, sum x = 0}."""
    return [[-(n - k)] * k + [k] * (n - k) for k in range(1, n)]


def chamber_b(n):
    """Generators of {x_1 >= ... >= x_n >= 0}."""
    return [[1] * k + [0] * (n - k) for k in range(1, n + 1)]


def from_exponents(exponents):
    """v_k = coefficients of prod (t + m) / (m + 1): humphreys1990reflection."""
    volumes = [Fraction(1)]
    for m in exponents:
        up = [Fraction(0), *volumes]
        stay = [*(m * v for v in volumes), Fraction(0)]
        volumes = [(a + b) / (m + 1) for a, b in zip(up, stay, strict=True)]
    return volumes


def chi_square(dims, volumes):
    """The probability of a larger deviation; cells of expectation under 10 are pooled."""
    n = len(dims)
    expected = np.array([float(v) for v in volumes]) * n
    observed = np.bincount(dims, minlength=len(volumes)).astype(float)
    assert len(observed) == len(expected)
    rare = expected < 10
    if rare.any():
        expected = np.append(expected[~rare], expected[rare].sum())
        observed = np.append(observed[~rare], observed[rare].sum())
        if expected[-1] == 0:
            assert observed[-1] == 0
            expected, observed = expected[:-1], observed[:-1]
    assert (expected > 0).all()
    return chi2.sf(((observed - expected) ** 2 / expected).sum(), len(expected) - 1)


FAMILIES = [
    ("orthant 5", orthant(5), from_exponents([1] * 5)),
    ("orthant 24", orthant(24), from_exponents([1] * 24)),
    ("monotone 6", monotone(6), from_exponents(range(1, 6))),
    ("monotone 18", monotone(18), from_exponents(range(1, 18))),
    ("chamber B 7", chamber_b(7), from_exponents(range(1, 15, 2))),
    ("chamber B 20", chamber_b(20), from_exponents(range(1, 41, 2))),
]


@pytest.mark.parametrize(("name", "rows", "volumes"), FAMILIES, ids=[f[0] for f in FAMILIES])
@pytest.mark.parametrize("method", ["auto", "gram"])
def test_exact_families(name, rows, volumes, method):
    samples = gaussian_block(11, 0, 30_000, len(rows[0]))
    dims = FaceProjector(None, rows, method=method).face_dimensions(samples)
    assert chi_square(dims, volumes) > RATE
    assert len(set(dims.tolist())) >= 4


def test_the_chi_square_test_has_teeth():
    samples = gaussian_block(11, 0, 30_000, 5)
    dims = FaceProjector(None, orthant(5)).face_dimensions(samples)
    wrong = from_exponents([1, 1, 1, 1, Fraction(5, 4)])
    assert chi_square(dims, wrong) < RATE


@pytest.mark.parametrize("d", [2, 5, 12, 40])
def test_like_scipy(d):
    """The support of scipy's solution, on cones with more generators than dimensions."""
    rng = np.random.default_rng(d)
    generators = rng.standard_normal((2 * d, d))
    generators[:, 0] = abs(generators[:, 0])
    samples = rng.standard_normal((60, d))
    expected = [np.count_nonzero(reference_nnls(generators.T, y)[0] > 1e-12) for y in samples]
    for certified in (True, False):
        got = FaceProjector(generators, certified=certified).face_dimensions(samples)
        assert got.tolist() == expected


@pytest.mark.parametrize("shape", [(6, 6), (10, 5), (30, 12)])
@pytest.mark.parametrize("method", ["auto", "gram"])
def test_lengths_of_generators_do_not_matter(shape, method):
    rng = np.random.default_rng(4)
    generators = rng.standard_normal(shape)
    generators[:, 0] = abs(generators[:, 0])
    scales = 2.0 ** rng.integers(-26, 27, shape[0])  # about 1e-8 .. 1e8
    samples = gaussian_block(1, 0, 3000, shape[1])
    plain = FaceProjector(generators, method=method)
    scaled = FaceProjector(generators * scales[:, None], method=method)
    tiny = FaceProjector(generators * 1e-8, method=method)
    expected = plain.face_dimensions(samples)
    assert np.array_equal(scaled.face_dimensions(samples), expected)
    assert np.array_equal(tiny.face_dimensions(samples), expected)


def test_an_orthant_of_long_vectors():
    """Where tolerances are absolute this gives (1, 0, 0, 0)."""
    rows = np.diag([1e8, 1e8, 1e-8])
    dims = FaceProjector(rows).face_dimensions(gaussian_block(2, 0, 20_000, 3))
    assert chi_square(dims, from_exponents([1] * 3)) > RATE


# --- sample by sample against all active sets in exact arithmetic


def inverse(matrix):
    """Gauss-Jordan in fractions; None for a singular matrix."""
    size = len(matrix)
    rows = [
        [Fraction(x) for x in row] + [Fraction(int(i == j)) for j in range(size)]
        for i, row in enumerate(matrix)
    ]
    for column in range(size):
        pivot = next((r for r in range(column, size) if rows[r][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [x / head for x in rows[column]]
        for r in range(size):
            if r != column and rows[r][column]:
                factor = rows[r][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[column], strict=True)]
    return [row[size:] for row in rows]


def inner(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def conditions(generators):
    """(|P|, rows T, rows U) of every independent set: P is hit iff T y > 0 and U y >= 0."""
    count = len(generators)
    found = []
    for size in range(count + 1):
        for face in combinations(range(count), size):
            gram = [[inner(generators[i], generators[j]) for j in face] for i in face]
            inv = inverse(gram)
            if inv is None:
                continue
            dual = [
                [sum((c * generators[i][m] for c, i in zip(row, face, strict=True)), Fraction(0))
                 for m in range(len(generators[0]))]
                for row in inv
            ]  # fmt: skip
            slack = []
            for i in set(range(count)) - set(face):
                part = [inner(generators[i], generators[j]) for j in face]
                near = [
                    sum((c * t[m] for c, t in zip(part, dual, strict=True)), Fraction(0))
                    for m in range(len(generators[0]))
                ]
                slack.append([n - a for n, a in zip(near, generators[i], strict=True)])
            found.append((size, whole(dual), whole([row for row in slack if any(row)])))
    return found


def whole(rows):
    return [
        [int(x * math.lcm(*(Fraction(y).denominator for y in row))) for x in row] for row in rows
    ]


def brute_force(generators, samples):
    """Dimension of the face hit by each sample, by trying all active sets."""
    exact = []
    for y in samples.tolist():
        ratios = [x.as_integer_ratio() for x in y]
        common = max(q for _, q in ratios)
        exact.append([p * (common // q) for p, q in ratios])
    points = np.array(exact, dtype=object)
    dims = np.full(len(points), -1)
    for size, dual, slack in conditions(generators):
        open_ = np.flatnonzero(dims < 0)
        good = np.ones(len(open_), dtype=bool)
        for rows, strict in ((dual, True), (slack, False)):
            for row in rows:
                values = points[open_].dot(np.array(row, dtype=object))
                good &= np.array([v > 0 if strict else v >= 0 for v in values], dtype=bool)
        dims[open_[good]] = size
    assert (dims >= 0).all()
    return dims


BIG = 10**12
HARD = {
    "needle": [(BIG, 1, 0, 0), (BIG, 0, 1, 0), (BIG, 0, 0, 1), (BIG, -1, -1, -1)],
    "near-flat": [(1, 0, 0), (0, 1, 0), (-BIG, -BIG, 1)],
    "nearly parallel": [(1, 1, 1, 1), (BIG + 1, BIG, BIG, BIG), (0, 1, 0, 2), (-3, 1, 1, 0)],
    "over a square": [(1, 0, 0, 1), (-1, 0, 0, 1), (0, 1, 0, 1), (0, -1, 0, 1), (0, 0, BIG, 1)],
    "two scales": [(1, 10**6, 0), (10**6, 1, 1), (1, 0, 10**6), (10**6, 2, 1), (BIG, BIG, 1)],
}


def hard_samples(generators, n, seed):
    """Gaussian samples, and others that feel the ill-conditioned directions."""
    rng = np.random.default_rng(seed)
    matrix = np.array(generators, dtype=float)
    matrix /= np.linalg.norm(matrix, axis=1)[:, None]
    third = n // 3
    plain = rng.standard_normal((n - 2 * third, matrix.shape[1]))
    inside = rng.standard_normal((third, len(matrix))) @ matrix
    dual = rng.standard_normal((third, len(matrix))) @ np.linalg.pinv(matrix).T
    return np.concatenate([plain, inside, dual])


def compare(name, n, seed):
    generators = HARD[name]
    samples = hard_samples(generators, n, seed)
    expected = brute_force(generators, samples)
    for method in ("auto", "gram"):
        projector = FaceProjector(None, generators, method=method)
        assert np.array_equal(projector.face_dimensions(samples), expected)
    return expected


@pytest.mark.parametrize("name", HARD)
def test_certified_samples_on_ill_conditioned_cones(name):
    """10^4 samples over the five cones, both methods, against brute force: none is wrong."""
    expected = compare(name, 2000, 8)
    assert len(set(expected.tolist())) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("name", HARD)
def test_more_certified_samples_on_ill_conditioned_cones(name):
    compare(name, 20_000, 9)


def test_condition_numbers_are_as_announced():
    worst = 0.0
    for generators in HARD.values():
        matrix = np.array(generators, dtype=float)
        worst = max(worst, np.linalg.cond(matrix / np.linalg.norm(matrix, axis=1)[:, None]))
    assert worst > 1e11


def test_samples_on_borders_are_decided():
    """Integer samples lie on borders of normal cones all the time."""
    for generators in ([(1, 0), (0, 1)], HARD["over a square"], [(1, 0, 1), (-1, 0, 1), (0, 1, 1)]):
        d = len(generators[0])
        samples = np.array(np.meshgrid(*[[-1.0, 0.0, 1.0]] * d)).reshape(d, -1).T
        cone = ExactCone(generators)
        for method in ("auto", "gram"):
            got = FaceProjector(None, generators, method=method).face_dimensions(samples)
            assert got.tolist() == [cone.face_dimension(y) for y in samples.tolist()]


@pytest.mark.parametrize("compiled", [False, True])
def test_few_open_samples_need_no_compiled_squares(compiled, monkeypatch):
    """Rational arithmetic decides up to FEW of them, and the answer is that of all stages."""
    monkeypatch.setattr(projector, "_compiled", lambda: compiled)
    generators = np.random.default_rng(1).normal(size=(4, 3))
    ties = np.outer(np.arange(1, projector.FEW + 1), generators[0])
    fast, slow = FaceProjector(generators), FaceProjector(generators, method="gram")
    asked, by_gram = [], fast._by_gram
    monkeypatch.setattr(
        fast, "_by_gram", lambda *call: (asked.append(len(call[0])), by_gram(*call))
    )
    for samples, few in ((ties[:9], True), (ties[9:], True), (ties[:1], False)):
        asked.clear()
        assert fast.face_dimensions(samples).tolist() == slow.face_dimensions(samples).tolist()
        assert asked == ([] if few and not compiled else [len(samples)])


def test_the_smallest_face_of_a_tie():
    square = ExactCone([(1, 1, 1), (1, -1, 1), (-1, 1, 1), (-1, -1, 1)])
    assert square.face_dimension([0.0, 0.0, 1.0]) == 3
    assert square.face_dimension([1.0, 0.0, 1.0]) == 2
    assert square.face_dimension([1.0, 1.0, 1.0]) == 1
    assert square.face_dimension([0.0, 0.0, -1.0]) == 0


def test_redundant_cones_are_not_left_to_exact_arithmetic():
    """A cone over the 4-cube: every facet holds 8 generators in its span."""
    corners = [(*(1 - 2 * (n >> i & 1) for i in range(4)), 1) for n in range(16)]
    samples = pairs(gaussian_block(3, 0, 5000, 5))
    for method in ("operators", "gram"):
        projector = FaceProjector(None, corners, method=method)
        projector.face_dimensions(samples)
        assert projector.decided.get("exact", 0) < 20
    polar = [(*(s * (i == j) for j in range(4)), -1) for i in range(4) for s in (1, -1)]
    counts = [
        np.bincount(FaceProjector(None, rows).face_dimensions(samples), minlength=6)
        for rows in (corners, polar)
    ]
    assert np.array_equal(counts[0], counts[1][::-1])


def test_cached_operators_do_not_depend_on_the_past():
    rng = np.random.default_rng(0)
    generators = rng.standard_normal((14, 7))
    generators[:, 0] = abs(generators[:, 0])
    samples = gaussian_block(5, 0, 4000, 7)
    once = FaceProjector(generators, method="operators", certified=False)
    again = FaceProjector(generators, method="operators", certified=False)
    again.face_dimensions(gaussian_block(5, 1, 4000, 7))
    assert np.array_equal(once.face_dimensions(samples), again.face_dimensions(samples[::-1])[::-1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: FaceProjector([]), "matrix"),
        (lambda: FaceProjector([[]]), "at least one generator"),
        (lambda: FaceProjector([[1.0, float("nan")]]), "finite"),
        (lambda: FaceProjector([[1.0, 0.0], [0.0, 0.0]]), "must not be zero; number 1"),
        (lambda: FaceProjector("x"), "matrix"),
        (lambda: FaceProjector(None, [[1, 2], [3]]), "one length"),
        (lambda: FaceProjector(None, [[1.5, 2]]), "integer"),
        (lambda: FaceProjector([[1.0, 0.0]], method="best"), "method"),
        (lambda: FaceProjector([[1.0, 0.0]]).face_dimensions([[1.0]]), "shape"),
        (lambda: FaceProjector([[1.0, 0.0]]).face_dimensions([[1.0, math.inf]]), "finite"),
    ],
)
def test_bad_input_is_one_line(call, message):
    with refused(match=message):
        call()


def test_extreme_samples():
    projector = FaceProjector(orthant(3))
    samples = np.array([[1e-300, -1e-300, 1e300], [5e-324, 1.0, -1.0], [0.0, 0.0, 0.0]])
    assert projector.face_dimensions(samples).tolist() == [2, 2, 0]


def test_integers_beyond_double_precision():
    """Generators that are equal in float64 and not in fact."""
    rows = [(2**80, 2**80), (2**80 + 1, 2**80)]
    prepared = Generators.of(None, rows)
    assert np.array_equal(prepared.units[0], prepared.units[1])
    for method in ("operators", "gram"):
        projector = FaceProjector(prepared, method=method)
        dims = projector.face_dimensions([[1.0, 1.0], [1.0, 2.0], [2.0, 1.0], [-1.0, 0.5]])
        assert dims.tolist() == [1, 1, 1, 0]
        assert projector.rank == 2
