"""Random sections: every draw's integer against exact arithmetic and face counting, means against
the kinematic formulas. Each comparison of a mean may fail by chance with 1e-7."""

import math
import pickle
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from refusals import refused

from polygeo.cones import ConeUnion, LorentzCone, PolyhedralCone, SignCountFan
from polygeo.cones.section import SectionEstimate, estimate_rotation, estimate_section, signed_terms
from polygeo.errors import DomainError, NoExactValue
from polygeo.sampling import SignedCones, count_scores
from polygeo.sampling.faces.union_counts import ScoreBlock
from polygeo.sampling.sections.section_counts import SectionBlock

OCTANT = PolyhedralCone(rays=[[1, 0, 0], [0, 1, 0], [0, 0, 1]])
OPPOSITE = PolyhedralCone(rays=[[-1, 0, 0], [0, -1, 0], [0, 0, -1]])
SQUARE = PolyhedralCone(rays=[[1, 1, 2], [1, -1, 2], [-1, 1, 2], [-1, -1, 2]])
LINE = PolyhedralCone(rays=[], lines=[[1, 2, 3]])
WEDGE = PolyhedralCone(rays=[[1, 2, 3], [1, -1, 1]], lines=[[0, 0, 1]])
FLAT = PolyhedralCone(rays=[[1, 0, 0], [0, 1, 1]])
PLANE = PolyhedralCone(inequalities=[], equations=[[1, -1, 2]])
BODIES = {
    "octant": OCTANT,
    "square": SQUARE,
    "wedge": WEDGE,
    "by inequalities": PolyhedralCone(inequalities=[[1, 1, 0], [1, -2, 1], [0, 1, 3]]),
    "plane": PLANE,
    "two octants": ConeUnion([OCTANT, OPPOSITE]),
    "no fan": ConeUnion([SQUARE, WEDGE, FLAT]),
    "different lines": ConeUnion([FLAT, LINE, WEDGE]),
    "with a plane": ConeUnion([PLANE, LINE, SQUARE]),
    "sign counts": SignCountFan(4, 2),
}


def random_cones(rng, dim):
    """Signed terms with all kinds of cones, lineality spaces among them."""
    vectors, terms = [], []
    for _ in range(rng.randint(1, 3)):
        rays = [
            [rng.randint(1, 4), *(rng.randint(-3, 5) for _ in range(dim - 1))]
            for _ in range(rng.randint(0, dim + 3))
        ]
        lines = [[rng.randint(-2, 2) or 1 for _ in range(dim)] for _ in range(rng.randint(0, 2))]
        cone = PolyhedralCone(rays=rays, lines=lines, ambient_dim=dim)
        first = len(vectors)
        vectors += [*cone.rays, *cone.lineality_space]
        middle = first + len(cone.rays)
        places = tuple(range(first, middle)), tuple(range(middle, len(vectors)))
        terms.append((rng.choice([1, -1, 2]), *places))
    return SignedCones(dim, tuple(vectors), tuple(terms))


def test_every_draw_is_what_exact_arithmetic_says():
    rng = random.Random(5)
    for trial in range(12):
        cones = random_cones(rng, rng.randint(2, 5))
        for codim in range(1, cones.dim + 1):
            block = SectionBlock(cones, codim, trial, 15)
            exact = [
                sum(c * block.decide(matrix, rays, lines) for c, rays, lines in cones.terms)
                for matrix in block.maps(0)
            ]
            assert block.euler_characteristics(0).tolist() == exact


def test_rotated_cones_are_what_exact_arithmetic_says():
    rng = random.Random(6)
    for trial in range(6):
        dim = rng.randint(2, 4)
        first, second = random_cones(rng, dim), random_cones(rng, dim)
        both = first.joined_with(second)
        block = SectionBlock(both, 0, trial, 15, len(first.vectors))
        maps = block.maps(0)
        assert np.allclose(maps @ np.swapaxes(maps, 1, 2), np.eye(dim), atol=1e-12)
        exact = [
            sum(c * block.decide(matrix, rays, lines) for c, rays, lines in both.terms)
            for matrix in maps
        ]
        assert block.euler_characteristics(0).tolist() == exact


@pytest.mark.parametrize("size", [10**3, 10**8, 10**12, 10**200])
def test_ill_conditioned_cones(size):
    """Rays within 1/size of each other, and rays near a plane: exact arithmetic agrees."""
    needle = ((size, 1, 0, 0), (size, 0, 1, 0), (size, 0, 0, 1), (size, -1, -1, -1))
    flat = ((size, 0, 0, 1), (-size, 1, 0, 1), (0, -size, size, 1), (1, 1, -size, 1))
    cones = SignedCones(4, needle + flat, ((1, (0, 1, 2, 3), ()), (2, (4, 5, 6, 7), ())))
    for codim in (1, 2, 3):
        block = SectionBlock(cones, codim, 7, 40)
        exact = [
            sum(c * block.decide(matrix, rays, lines) for c, rays, lines in cones.terms)
            for matrix in block.maps(0)
        ]
        assert block.euler_characteristics(0).tolist() == exact


def test_draws_that_touch_a_face_are_decided(monkeypatch):
    """Integer maps, for which the subspace holds rays or faces: probability 0, and still exact."""
    cones = SignedCones(3, ((1, 0, 0), (0, 1, 0), (0, 0, 1)), ((1, (0, 1, 2), ()),))
    maps = np.array([[[0, 1, 1]], [[1, 1, 1]], [[1, -1, 0]], [[0, 0, 1]], [[0, -1, -2]]], float)
    monkeypatch.setattr(SectionBlock, "maps", lambda self, block: maps)
    assert SectionBlock(cones, 1, 0, 5).euler_characteristics(0).tolist() == [1, 0, 1, 1, 1]


def test_blocks_travel_to_other_processes():
    cones = signed_terms(BODIES["no fan"])
    for block in (SectionBlock(cones, 1, 3, 50), ScoreBlock(cones, 3, 50)):
        expected = block(2)  # with its caches filled
        assert np.array_equal(pickle.loads(pickle.dumps(block))(2), expected)


def test_floating_point_decides_nearly_all(monkeypatch):
    """The exact instance is for what is left: less than one decision in a thousand."""
    calls = []
    decide = SectionBlock.decide
    monkeypatch.setattr(
        SectionBlock, "decide", lambda *args: calls.append(1) or decide(*args), raising=True
    )
    total = 0
    for body in BODIES.values():
        cones = signed_terms(body)
        for codim in range(1, cones.dim):
            SectionBlock(cones, codim, 3, 400).euler_characteristics(0)
            total += 400 * len(cones.terms)
    assert len(calls) < total / 1000


def cells_on_the_sphere(cone):
    """chi of a cone's part on the sphere by its faces: one cell of dimension k - 1 per k-face."""
    faces = cone.f_vector()
    lines = cone.lineality_dim
    if lines == 0:
        return sum((-1) ** (k - 1) * f for k, f in enumerate(faces) if k)
    # A face that holds a line is a product with a sphere: relatively open, it has
    # chi_c = chi_c(R^k) - (1 if it is the lineality space itself).
    return -sum((-1) ** k * f for k, f in enumerate(faces)) + 1


@pytest.mark.parametrize("name", ["octant", "square", "wedge", "two octants", "different lines"])
@pytest.mark.parametrize("codim", [1, 2])
def test_draws_against_counted_faces_of_the_section(name, codim):
    """The section of each term as a cone of its own, by double description; faces counted."""
    body = BODIES[name]
    cones = signed_terms(body)
    block = SectionBlock(cones, codim, 8, 6)
    terms = body.terms if isinstance(body, ConeUnion) else ((1, body),)
    for matrix, chi in zip(block.maps(0), block.euler_characteristics(0), strict=True):
        plane = PolyhedralCone(inequalities=[], equations=matrix.tolist())
        assert chi == sum(c * cells_on_the_sphere(cone & plane) for c, cone in terms)


@pytest.mark.parametrize("name", BODIES)
def test_means_agree_with_croftons_formula(name):
    body = BODIES[name]
    for n in range(body.ambient_dim + 1):
        run = body.estimate_section_euler_characteristic(n, 4000, seed=11)
        assert run.samples == 4000
        assert run.expected is not None
        assert run.agrees(1e-7), (name, n, run)
        assert run.estimate.stderr < 0.1
    whole = dict(run.counts)
    assert set(whole) == {2 * sum(float(v) for v in body.intrinsic_volumes()[1::2])}


def test_a_wrong_value_does_not_agree():
    run = estimate_section(OCTANT, 2, 20_000, seed=1)
    wrong = SectionEstimate(SQUARE, 2, run.counts, 1, run.bound)
    assert run.agrees()
    assert not wrong.agrees()
    constant = SectionEstimate(OCTANT, 2, ((1, 20_000),), 1, 2)
    assert not constant.agrees()
    both = SectionEstimate(BODIES["two octants"], 2, ((2, 20_000),), 1, 4)
    assert not both.agrees()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("octant", "square"),
        ("two octants", "different lines"),
        ("square", "plane"),
        ("no fan", "two octants"),
    ],
)
def test_means_agree_with_the_principal_kinematic_formula(first, second):
    run = BODIES[first].estimate_rotation_euler_characteristic(BODIES[second], 4000, seed=12)
    assert run.agrees(1e-7), run
    assert len(run.counts) > 1


def test_convex_cones_give_proportions_and_unions_do_not():
    convex = OCTANT.estimate_section_euler_characteristic(2, 1000, seed=1)
    union = BODIES["two octants"].estimate_section_euler_characteristic(2, 1000, seed=1)
    assert convex.indicates
    assert convex.estimate.statistics[0] == "proportion"
    assert not union.indicates
    assert "not the indicator" in repr(union)
    assert "3/2 = 1.5" in repr(union)
    assert "here the indicator" in repr(convex)
    assert ConeUnion([SQUARE, SQUARE]).estimate_section_euler_characteristic(1, 100, 1).indicates
    assert not estimate_section(PLANE, 2, 100, 1).indicates
    assert union.to_dict()["counts"] == [list(pair) for pair in union.counts]


def test_where_volumes_take_long_nothing_is_expected():
    """A cone over random points in R^8 needs thousands of orthant probabilities."""
    stream = random.Random(3)
    rows = [
        [9 + stream.randint(-3, 3), *(stream.randint(-3, 3) for _ in range(7))] for _ in range(11)
    ]
    run = PolyhedralCone(rays=rows).estimate_section_euler_characteristic(3, 100, seed=1)
    assert run.expected is None
    assert "not known" in repr(run)
    with pytest.raises(NoExactValue):
        run.agrees()


def test_one_answer_on_any_workers(tmp_path):
    body = BODIES["no fan"]
    alone = estimate_section(body, 2, 9000, seed=4)
    with ThreadPoolExecutor(3) as threads:
        assert estimate_section(body, 2, 9000, seed=4, executor=threads) == alone
    path = tmp_path / "run.json"
    estimate_section(body, 2, 5000, seed=4, checkpoint=path)
    assert estimate_section(body, 2, 9000, seed=4, checkpoint=path) == alone
    assert estimate_section(body, 2, 9000, seed=5) != alone
    with pytest.raises(DomainError, match="another job"):
        estimate_section(body, 1, 9000, seed=4, checkpoint=path)
    assert pickle.loads(pickle.dumps(alone)) == alone


def test_runs_stop_at_their_standard_error():
    """Also where all draws of the first block are alike: a needle that planes hardly ever meet."""
    body = BODIES["no fan"]
    for stderr in (0.02, 0.005):
        scores = body.face_counts(seed=3, stderr=stderr)
        assert max(v.stderr for v in scores.volumes()) <= stderr
        assert scores == body.face_counts(scores.samples, seed=3)
        run = estimate_section(body, 2, seed=3, stderr=stderr)
        assert run.estimate.stderr <= stderr
        assert run == estimate_section(body, 2, run.samples, seed=3)
    assert run.samples > estimate_section(body, 2, seed=3, stderr=0.02).samples
    capped = estimate_section(body, 2, 5000, seed=3, stderr=1e-9)
    assert capped == estimate_section(body, 2, 5000, seed=3)
    needle = PolyhedralCone(rays=[[10**9, 1, 0], [10**9, 0, 1], [10**9, -1, -1]])
    rare = estimate_section(needle, 2, seed=3, stderr=1e-5)
    assert rare.estimate.mean == 0
    assert rare.samples >= 1e5


def test_ctrl_c_returns_what_is_done(monkeypatch):
    plain = SectionBlock.__call__

    def interrupted(self, block):
        if block == 2:
            raise KeyboardInterrupt
        return plain(self, block)

    size = 4096
    whole = estimate_section(OCTANT, 2, 2 * size, seed=3)
    monkeypatch.setattr(SectionBlock, "__call__", interrupted)
    part = estimate_section(OCTANT, 2, 10 * size, seed=3)
    assert not part.complete
    assert part.counts == whole.counts
    assert "interrupted" in repr(part)


def test_the_indicator_of_the_sign_count_fan():
    """sum of c_t 1[x in X_t] is 1 on the fan and 0 off it, at all sign vectors."""
    for m, k in ((1, 1), (3, 2), (4, 3), (4, 4)):
        terms = SignCountFan(m, k).signed_cones()
        for code in range(3**m):
            signs = [code // 3**i % 3 - 1 for i in range(m)]
            held = sum(c for c, cone in terms if cone.contains(signs))
            assert held == (signs.count(1) < k)


@pytest.mark.parametrize("name", [name for name, b in BODIES.items() if hasattr(b, "pieces")])
def test_sampled_volumes_of_unions(name):
    body = BODIES[name]
    run = body.face_counts(10_000, seed=9)
    exact = [float(v) for v in body.intrinsic_volumes()]
    assert run.samples == 10_000
    for estimate, value in zip(body.estimate_intrinsic_volumes(10_000, seed=9), exact, strict=True):
        assert estimate.agrees(value, 1e-7), (name, estimate, value)
    assert math.isclose(sum(v.mean for v in run.volumes()), 1, abs_tol=1e-12)
    assert run.euler_characteristic().agrees(body.euler_characteristic(), 1e-7)
    size = range(len(exact))
    total = float(sum(k * exact[k] for k in size))
    assert run.statistical_dimension().agrees(total, 1e-7)
    covariance = run.covariance()
    assert np.allclose(np.sqrt(covariance.diagonal()), [v.stderr for v in run.volumes()])
    f = [3, -1, 4, 2]
    assert math.isclose(run.functional(f).stderr, math.sqrt(f @ covariance @ f), rel_tol=1e-9)


def test_standard_errors_of_unions_are_those_of_repeated_runs():
    """The spread over 60 seeds against the mean stated variance; a ratio off [0.5, 1.8] has a
    chance below 1e-4 for each (chi-squared with 59 degrees)."""
    body = signed_terms(BODIES["no fan"])
    runs = [count_scores(body, 400, seed=s) for s in range(60)]
    means = np.array([[v.mean for v in run.volumes()] for run in runs])
    stated = np.mean([run.covariance().diagonal() for run in runs], axis=0)
    ratio = means.var(axis=0, ddof=1) / stated
    assert (ratio > 0.5).all()
    assert (ratio < 1.8).all()


def test_scores_of_one_cone_are_face_counts():
    cone = ConeUnion([SQUARE])
    scores = cone.face_counts(5000, seed=2)
    counts = SQUARE.face_counts(5000, seed=2)
    assert scores.sums == counts.counts
    plain = counts.volumes(stratified=False)
    for one, other in zip(scores.volumes(), plain, strict=True):
        assert math.isclose(one.stderr, other.stderr, rel_tol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: estimate_section(OCTANT, 4, 100, 1), "0 <= n <= 3; got n=4"),
        (lambda: estimate_section(OCTANT, -1, 100, 1), "got n=-1"),
        (lambda: estimate_section(OCTANT, 1.0, 100, 1), "n needs an integer"),
        (lambda: estimate_section(OCTANT, 1, 0, 1), "at least 2 and at most .* got 0"),
        (lambda: estimate_section(OCTANT, 1, -9, 1), "at least 2 and at most .* got -9"),
        (lambda: estimate_section(OCTANT, 1, 1.5, 1), "samples needs an integer"),
        (lambda: estimate_section(OCTANT, 1, None, 1), "needs samples= or stderr="),
        (lambda: estimate_section(OCTANT, 1, None, 1, stderr=0), "positive finite number; got 0"),
        (lambda: estimate_section(OCTANT, 1, None, 1, stderr=1e-30), "at most 2\\^62 draws"),
        (lambda: estimate_section(OCTANT, 1, 100), "no seed: give seed=1"),
        (lambda: estimate_section(OCTANT, 1, 100, "x"), "seed needs an integer"),
        (lambda: estimate_section(OCTANT, 1, 100, float("nan")), "seed needs an integer"),
        (lambda: estimate_section(OCTANT, 1, 100, True), "seed needs an integer"),
        (lambda: estimate_section(OCTANT, 1, 100, -1), "seed must lie in"),
        (lambda: estimate_section(OCTANT, 1, 100, 1, executor=3), "executor needs"),
        (lambda: estimate_section(OCTANT, 1, 100, 1, checkpoint="/nowhere/x"), "no folder"),
        (lambda: estimate_section(LorentzCone(3), 1, 100, 1), "no polyhedral description"),
        (lambda: estimate_section(SignCountFan(30, 9), 3, 100, 1), "at most 5000 faces"),
        (lambda: estimate_rotation(OCTANT, SignCountFan(4, 2), 100, 1), "must live in one space"),
        (lambda: ConeUnion([OCTANT]).estimate_intrinsic_volumes(0, 1), "at least 4"),
        (lambda: ConeUnion([OCTANT]).estimate_intrinsic_volumes(None, 1), "samples= or stderr="),
        (lambda: ConeUnion([OCTANT]).face_counts(seed=1, stderr=1e-9), "can be summed"),
        (lambda: ConeUnion([OCTANT]).face_counts(seed=1, stderr=True), "positive finite number"),
        (lambda: ConeUnion([OCTANT]).estimate_intrinsic_volumes(100, 0.5), "seed needs"),
        (lambda: ConeUnion([OCTANT]).face_counts(100, 1).functional([1]), "4 coefficients"),
    ],
)
def test_bad_input_is_one_line(call, message):
    with refused(match=message):
        call()


def test_no_generators_and_the_whole_space():
    nothing = PolyhedralCone(rays=[], ambient_dim=3)
    space = PolyhedralCone(inequalities=[], ambient_dim=3)
    for n in range(4):
        assert dict(estimate_section(nothing, n, 10, 1).counts) == {0: 10}
        assert dict(estimate_section(space, n, 10, 1).counts) == {(1 - (-1) ** n): 10}
        assert estimate_section(space, n, 10, 1).agrees()
