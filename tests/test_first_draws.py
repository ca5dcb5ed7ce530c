"""Short runs on a new machine: draws, faces and sections without compiled code, the same counts."""

import importlib
import json
import os
import random
import subprocess
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest

from polygeo.cones import ConeUnion, MonotoneCone, Orthant, PolyhedralCone, SignCountFan
from polygeo.cones.section import signed_terms
from polygeo.polyhedra.exact_projection import ExactCone
from polygeo.sampling import FaceProjector, estimate_face_dimensions, gaussian_block
from polygeo.sampling.faces import first_faces, outcomes, projector
from polygeo.sampling.faces.projector import run_dimensions
from polygeo.sampling.runs import normals
from polygeo.sampling.runs.words import first_fill
from polygeo.sampling.runs.ziggurat import fill
from polygeo.sampling.sections import section_counts
from polygeo.sampling.sections.first_meetings import first_meetings
from polygeo.sampling.sections.outcomes import UNDECIDED
from polygeo.sampling.sections.section_counts import SectionBlock
from polygeo.simd import patience
from polygeo.simd.patience import Patience, compiling, is_kept


class Always:
    """Patience without end: nothing is compiled."""

    def __init__(self):
        self.tasks, self.told = 0, []

    def allows(self, seconds):
        self.tasks += 1
        return True

    def spend(self):
        return nullcontext()

    def expect(self, seconds):
        self.told.append(seconds)


@pytest.fixture
def uncompiled(monkeypatch):
    always = Always()
    monkeypatch.setattr(normals, "PATIENCE", always)
    monkeypatch.setattr(projector, "PATIENCE", {"operators": always, "gram": always})
    monkeypatch.setattr(section_counts, "PATIENCE", always)
    return always


# --- numbers


@pytest.mark.parametrize("seed", range(6))
def test_the_same_bits_are_drawn(seed):
    count = 3 * normals.PIECE + seed
    drawn = [
        normals._draw(each, np.random.Philox(seed), count, np.empty(count))
        for each in (fill, first_fill)
    ]
    assert drawn[0].tobytes() == drawn[1].tobytes()
    assert abs(drawn[0]).max() > float(normals.EDGE)  # the tail was drawn from, too


@pytest.mark.parametrize("size", [1, 2, 3, 5, 64])
def test_words_in_any_pieces_are_used_alike(size):
    """Where words are missing, and where more are there than are needed."""
    words = np.random.Philox(1).random_raw(21_000)
    tables = (*normals._layers()[:3], float(normals.EDGE), normals._layers()[3])
    outs = np.zeros((2, 3000))
    done = place = 0
    end = size
    while done < 3000:
        results = [
            each(words[place:end], *tables, out, done)
            for each, out in zip((fill, first_fill), outs, strict=True)
        ]
        assert results[0] == results[1]
        done, used = results[0]
        place, end = place + used, end + size
    assert outs[0].tobytes() == outs[1].tobytes()


# --- faces

ROOTS = np.random.default_rng(1)
CONES = {
    "orthant": np.eye(5, dtype=int).tolist(),
    "simplicial": ROOTS.integers(-9, 10, (3, 4)).tolist(),
    "many rays": np.c_[np.full(70, 9), ROOTS.integers(-9, 10, (70, 3))].tolist(),
    "over a cube": [[1, a, b, c] for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)],
    "repeated rays": [[1, 0, 0], [2, 0, 0], [1, 1, 0], [0, 1, 0], [1, 1, 1], [3, 2, 1]],
    "half-space": [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 1, 1]],
    "flat": [[1, 0, 0, 0], [1, 1, 0, 0], [1, 2, 0, 0], [1, 0, 3, 0]],
    "one ray": [[3, 4]],
}


@pytest.mark.parametrize("name", CONES)
@pytest.mark.parametrize("method", ["operators", "gram"])
def test_faces_are_the_compiled_ones(name, method, uncompiled):
    if method == "operators" and len(CONES[name]) > 63:
        method = "gram"
    samples = gaussian_block(2, 0, 500, len(CONES[name][0]))
    ties = np.round(2 * samples[:40])
    compiled = FaceProjector(None, CONES[name], method=method)
    plain = FaceProjector(None, CONES[name])
    for points in (samples, ties, samples[:1], samples[:0]):
        assert np.array_equal(run_dimensions(plain, points), compiled.face_dimensions(points))
    assert plain.decided["gram"] >= 500
    assert "operators" not in plain.decided


def test_proofs_hold_on_small_integers():
    """Every face that is called proved, for cones and points full of ties."""
    dice, proved = random.Random(3), 0
    for _ in range(40):
        dim = dice.randint(1, 4)
        rows = [[dice.randint(-2, 2) for _ in range(dim)] for _ in range(dice.randint(1, 7))]
        rows = [row for row in rows if any(row)] or [[1] * dim]
        cone = FaceProjector(None, rows)
        points = np.array([[dice.randint(-3, 3) for _ in range(dim)] for _ in range(20)], float)
        norms = np.linalg.norm(points, axis=1)
        dims, status, *_ = first_faces.first_faces(cone.generators, cone.rank, points, norms)
        for point, k, known in zip(points.tolist(), dims.tolist(), status.tolist(), strict=True):
            if known == outcomes.PROVED:
                assert k == ExactCone(rows).face_dimension(point)
                proved += 1
    assert proved > 200


def test_wrong_faces_are_not_proved():
    """The faces of other points: only where these are the same."""
    rows = np.random.default_rng(5).normal(size=(5, 5))
    cone = FaceProjector(rows)
    gram = cone.generators.gram[:, :5]
    points = gaussian_block(1, 0, 200, 5)
    norms, products = np.linalg.norm(points, axis=1), points @ cone.generators.units.T
    slack = np.full(200, cone.generators.slack)
    good = first_faces.solve(gram, products, norms, 5)
    assert (first_faces.certify(gram, slack, norms, 5, good)[0] == outcomes.PROVED).all()
    other = first_faces.solve(gram, products[::-1].copy(), norms[::-1].copy(), 5)
    images = first_faces.coordinates(other, np.arange(200)) @ gram
    moved = other._replace(slacks=products - images)
    status, _ = first_faces.certify(gram, slack, norms, 5, moved)
    same = (np.sort(good.faces) == np.sort(other.faces)).all(axis=1)
    assert same[status == outcomes.PROVED].all()
    assert 0 < (~same).sum() < 200


def test_ill_conditioned_cones_are_left_to_compiled_code(uncompiled):
    big = 10**12
    rows = [(big, 1, 0, 0), (big, 0, 1, 0), (big, 0, 0, 1), (big, -1, -1, -1)]
    samples = gaussian_block(1, 0, 400, 4)
    plain = FaceProjector(None, rows)
    dims = run_dimensions(plain, samples)
    assert np.array_equal(dims, FaceProjector(None, rows).face_dimensions(samples))
    assert plain.decided["exact"] <= projector.FEW


def runs():
    wedge = PolyhedralCone(rays=[[1, 0, 0], [1, 1, 0], [1, 1, 1]])
    union = ConeUnion(
        [Orthant(3).as_polyhedral(), PolyhedralCone(rays=[[-1, 0, 0], [0, -1, 0], [0, 1, -1]])]
    )
    return [
        MonotoneCone(4).face_counts(500, seed=1),
        wedge.polar().face_counts(500, seed=2),
        SignCountFan(4, 2).estimate_intrinsic_volumes(500, seed=3),
        union.estimate_intrinsic_volumes(500, seed=4),
        Orthant(4).estimate_section_euler_characteristic(2, 500, seed=5).counts,
        union.estimate_section_euler_characteristic(1, 500, seed=6).counts,
        MonotoneCone(3).estimate_rotation_euler_characteristic(wedge, 500, seed=7).counts,
    ]


def test_runs_have_one_answer(uncompiled, monkeypatch):
    plain = runs()
    assert uncompiled.tasks > len(plain)
    monkeypatch.setattr(Always, "allows", lambda self, seconds: False)
    assert runs() == plain


# --- sections


def lined():
    """A cone with a line, by a repeated and a superfluous ray."""
    return PolyhedralCone(
        rays=[[1, 0, 0, 0], [-1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 1, 0], [0, 1, 1, 1], [0, 2, 1, 0]]
    )


@pytest.mark.parametrize("codim", [1, 2, 3])
@pytest.mark.parametrize(
    "body",
    [Orthant(4), MonotoneCone(5), SignCountFan(4, 2), lined(), PolyhedralCone(rays=CONES["flat"])],
    ids=["orthant", "monotone", "fan", "line", "flat"],
)
def test_meetings_are_the_compiled_and_the_exact_ones(body, codim, uncompiled, monkeypatch):
    cones = signed_terms(body)
    block = SectionBlock(cones, codim, 1, 300)
    maps = block.maps(0)
    errors = 1e-14 * np.linalg.norm(maps, axis=(1, 2))
    verdicts = first_meetings(block._points(maps), errors, *block._layout)
    assert (verdicts == UNDECIDED).mean() < 0.02
    chi = block.euler_characteristics(0)
    monkeypatch.setattr(section_counts, "PATIENCE", Patience("polygeo.nowhere.kernel", 0.0))
    assert np.array_equal(chi, block.euler_characteristics(0))
    weights = np.array([term[0] for term in cones.terms])
    for s in range(20):
        exact = [block.decide(maps[s], rays, basis) for _, rays, basis in cones.terms]
        assert chi[s] == weights @ exact


def test_rotations_meet_alike(uncompiled, monkeypatch):
    first, second = signed_terms(Orthant(4)), signed_terms(lined())
    block = SectionBlock(first.joined_with(second), 0, 1, 300, len(first.vectors))
    plain = block.euler_characteristics(0)
    monkeypatch.setattr(section_counts, "PATIENCE", Patience("polygeo.nowhere.kernel", 0.0))
    assert np.array_equal(plain, block.euler_characteristics(0))
    assert len(set(plain.tolist())) > 1


# --- what is compiled

COLD = """
import json, sys, time
import numpy as np
import polygeo
rays = np.random.default_rng(1).normal(size=(4, 3))
for call in (
    lambda: polygeo.cones.Orthant(5).estimate_intrinsic_volumes(1e4, seed=1),
    lambda: polygeo.cones.PolyhedralCone(rays=rays).estimate_intrinsic_volumes(1e5, seed=1),
    lambda: polygeo.cones.Orthant(5).estimate_section_euler_characteristic(2, 1e4, seed=1),
):
    call()
print(json.dumps([time.process_time(), "numba" in sys.modules]))
"""


def test_short_runs_compile_nothing(tmp_path):
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", COLD], env=env, capture_output=True, check=True)
    seconds, loaded = json.loads(done.stdout)
    assert not loaded
    assert seconds < 6  # many times what it is when idle
    assert not list(tmp_path.rglob("*.nb*"))


@pytest.mark.parametrize(
    "run",
    [
        lambda n: estimate_face_dimensions(CONES["flat"], n, seed=1),
        lambda n: SignCountFan(3, 1).estimate_intrinsic_volumes(n, seed=1),
        lambda n: Orthant(3).estimate_section_euler_characteristic(1, n, seed=1),
    ],
    ids=["faces", "union", "sections"],
)
def test_the_length_of_a_run_is_known_before(run, uncompiled):
    """So that a long one is compiled for at once."""
    run(100)
    few, uncompiled.told = sum(uncompiled.told), []
    run(1000)
    assert 0 < few == pytest.approx(sum(uncompiled.told) / 10)


@pytest.fixture
def kernel(monkeypatch):
    """Stands for a function of `njit` that is not compiled."""
    kernel = SimpleNamespace(signatures=[])
    monkeypatch.setitem(sys.modules, "polygeo.nowhere", SimpleNamespace(kernel=kernel))
    is_kept.cache_clear()
    yield kernel
    is_kept.cache_clear()


def test_patience_ends(monkeypatch, kernel):
    short = Patience("polygeo.nowhere.kernel", 1.0)
    assert short.allows(0.5)
    assert not short.allows(1.0)
    short.expect(0.5)
    assert short.allows(0.5)
    with compiling():
        assert not short.allows(0.0)
    clock = iter([5.0, 5.75])
    monkeypatch.setattr(patience.time, "thread_time", lambda: next(clock))
    with short.spend():
        pass
    assert short.allows(0.2)
    assert not short.allows(0.3)
    short.expect(0.3)
    assert not short.allows(0.2)
    ready = Patience("polygeo.nowhere.kernel", 1.0)
    kernel.signatures.append("int64")
    assert not ready.allows(0.0)


def test_code_on_the_disk_is_used(tmp_path, monkeypatch, kernel):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    (tmp_path / "here").mkdir()
    asked = Patience("polygeo.nowhere.kernel", 1.0, kept=0.2)
    assert asked.allows(0.5)
    (tmp_path / "here" / "nowhere.kernel-217.py311.nbi").touch()
    is_kept.cache_clear()
    assert asked.allows(0.1)
    assert not asked.allows(0.5)


def test_a_module_that_another_thread_imports_holds_no_kernel_yet(monkeypatch):
    monkeypatch.setitem(sys.modules, "polygeo.nowhere", SimpleNamespace())
    assert not patience.is_loaded("polygeo.nowhere.kernel")
    assert not patience.is_loaded("polygeo.elsewhere.kernel")


def test_kernels_are_those_that_are_asked_for():
    kinds = [normals.PATIENCE, section_counts.PATIENCE, *projector.PATIENCE.values()]
    for kind in kinds:
        module, _, name = kind._kernel.rpartition(".")
        assert hasattr(getattr(importlib.import_module(module), name), "signatures")
