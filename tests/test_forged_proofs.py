"""Forged proofs, field by field: what is false never verifies, and nothing crashes.

A forger knows the digest of the matrix and writes what he likes into the file. Proofs of the wrong
answer are made from proofs of other matrices of the same shape and by exchanging every value of
every format for others; whoever accepts one of them is wrong.
"""

import json

import numpy as np
import pytest
from commandline import run as command
from forgeries import accepted, mutations, stored, verdict_from
from gmpy2 import mpq

from polygeo.errors import DomainError, Refuted
from polygeo.polyhedra.vectors import dot
from polygeo.relu import (
    Collision,
    FanProof,
    HalfspaceDepth,
    NetworkVerdict,
    Verdict,
    halfspace_depth,
    is_injective,
    is_injective_network,
    verify_proof,
)
from polygeo.relu.decision.certificate import check_tree
from polygeo.relu.matrix import read_matrix
from polygeo.relu.networks.network import read_network
from polygeo.sampling import run
from polygeo.sampling.runs.checkpoint import Checkpoint, digest_of

CROSS = [[1, 0], [0, 1], [-1, 0], [0, -1]]
"""Injective: every half-plane holds a row of each axis."""
OPEN = [[1, 0], [0, 1], [-1, 0], [1, -1]]
"""Not injective: at (-2, -1) only the rows (-1, 0) and .. of one line are non-negative."""


def test_the_forgery_of_a_third_coordinate(tmp_path):
    """x + d and x - d with d outside R^2: cut off, both inputs were the same and collided."""
    path, matrix = tmp_path / "forged.json", tmp_path / "W.csv"
    matrix.write_text("1,0\n0,1\n-1,0\n0,-1\n")
    assert is_injective(CROSS).injective
    record = {
        "format": "polygeo injectivity 1", "rows": 4, "columns": 3,
        "sha256": read_matrix(CROSS).digest, "injective": False,
        "x": ["0", "0", "0"], "direction": ["0", "0", "1"], "eps": "1",
    }  # fmt: skip
    with pytest.raises(Refuted, match="says 4 x 3; the matrix is 4 x 2"):
        verdict_from(record, CROSS, path)
    done = command("verify", path, matrix)
    assert (done.exit_code, done.stdout.splitlines()[0]) == (1, "refuted")


def test_the_forgery_of_other_sizes(tmp_path):
    path, matrix = tmp_path / "forged.json", tmp_path / "W.csv"
    matrix.write_text("1,0\n0,1\n-1,0\n0,-1\n")
    record = stored(is_injective(CROSS), path)
    assert verdict_from(record, CROSS, path)
    with pytest.raises(Refuted, match="says 999 x 7; the matrix is 4 x 2"):
        verdict_from({**record, "rows": 999, "columns": 7}, CROSS, path)
    done = command("verify", path, matrix)
    assert (done.exit_code, done.stdout.splitlines()[0]) == (1, "refuted")


@pytest.mark.parametrize("truth", [True, False])
def test_no_forged_verdict_of_the_wrong_answer(truth, tmp_path):
    right, wrong = (CROSS, OPEN) if truth else (OPEN, CROSS)
    assert is_injective(right).injective is truth
    record = stored(is_injective(wrong), tmp_path / "proof.json")
    record["sha256"] = read_matrix(right).digest
    tried = [record, *mutations(record)]
    assert len(tried) > 400
    for forged in tried:
        assert not accepted(lambda forged=forged: verdict_from(forged, right, tmp_path / "f.json"))


@pytest.mark.parametrize("matrix", [CROSS, OPEN])
def test_altered_verdicts_verify_only_what_is_true(matrix, tmp_path):
    """Another tree, or another pair of inputs, may prove the same; sizes and names may not vary."""
    path = tmp_path / "proof.json"
    record = stored(is_injective(matrix), path)
    for forged in mutations(record):
        if accepted(lambda forged=forged: verdict_from(forged, matrix, path)):
            assert set(forged) == set(record)
            for name in ("format", "rows", "columns", "sha256", "injective"):
                assert (forged[name], type(forged[name])) == (record[name], type(record[name]))
            if not forged["injective"]:
                x, d = map(mpq, forged["x"]), [mpq(c) for c in forged["direction"]]
                ends = list(zip(x, d, strict=True))
                images = [
                    [max(sum(a * (c + s * e) for a, (c, e) in zip(w, ends, strict=True)), 0)
                     for w in matrix]
                    for s in (mpq(forged["eps"]), -mpq(forged["eps"]))
                ]  # fmt: skip
                assert images[0] == images[1]
                assert any(d)


def test_names_twice_and_numbers_that_are_none(tmp_path):
    path = tmp_path / "proof.json"
    text = json.dumps(stored(is_injective(CROSS), path))
    for forged in (text.replace('"rows": 4', '"rows": 4, "rows": 4'), text.replace("4", "NaN", 1)):
        assert forged != text
        path.write_text(forged)
        with pytest.raises(DomainError, match="damaged or no certificate"):
            Verdict.load(path)


@pytest.mark.parametrize(("claim", "rows"), [(None, OPEN), (2, OPEN), (3, CROSS), (None, [()])])
def test_trees_for_what_is_false(claim, rows):
    """The tree of two opposite pairs, each number exchanged, beside rows without such pairs."""
    tree = [2, 2, 2, 0, 2, 2, 2, 1, 3]
    assert check_tree(CROSS, tree) == check_tree(CROSS, tree, 2) == 1
    for forged in mutations({"tree": tree}):
        for numbers in (forged.get("tree"), []):
            if isinstance(numbers, list):
                assert not accepted(lambda t=numbers: bool(check_tree(rows, t, claim)))


def test_trees_for_rows_that_are_no_matrix():
    for rows in ([], [(1, 0), (0,)], [(1,), ()]):
        with pytest.raises(Refuted, match="rows of one length"):
            check_tree(rows, [1, 2, 2, 0, 1])


def test_depths_by_hand():
    true = halfspace_depth([*CROSS, [1, 1], [0, 0]])
    points = true._points
    assert (true.depth, true.verify()) == (3, True)
    direction = true.direction
    for depth, u, record in (
        (4, direction, []), (4, direction, None), (2, direction, []), (0, direction, []),
        (3, (*direction, 0), true.certificate), (3, direction[:1], true.certificate),
        (3, (0, 0), true.certificate), (3, (0, 0, 1), []), (3, direction, []),
        (3, direction, true.certificate[:-1]), (-1, direction, []),
    ):  # fmt: skip
        with pytest.raises(Refuted):
            HalfspaceDepth(depth, u, points, record).verify()


NETWORK = [
    [[1, 0], [0, 1], [-1, 0], [0, -1]],
    [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
]
FOLDED = [NETWORK[0], [[1, 0, 1, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1]]]
"""The absolute value of the first coordinate: not injective."""


def test_no_forged_proof_of_a_network(tmp_path):
    proof = is_injective_network(NETWORK).proof
    assert not is_injective_network(FOLDED).injective
    record = proof.to_dict()
    assert verify_proof(NETWORK, FanProof.from_dict(record))
    for forged in (record, *mutations(record)):
        for weights in (FOLDED, FOLDED[1:], [[[1], [1]]]):
            assert not accepted(lambda f=forged, w=weights: verify_proof(w, FanProof.from_dict(f)))


def test_altered_proofs_of_a_network():
    """What verifies is a proof: cones around the origin whose rays have different outputs."""
    record = is_injective_network(NETWORK).proof.to_dict()
    shape = [len(record[name]) for name in ("rays", "cones")]
    for forged in mutations(record):
        if accepted(lambda forged=forged: verify_proof(NETWORK, FanProof.from_dict(forged))):
            assert set(forged) == set(record)
            assert [len(forged[name]) for name in ("rays", "cones")] >= shape
            assert all(len(ray.split()) == 2 for ray in forged["rays"])


def test_collisions_by_hand():
    network = read_network(NETWORK)
    for x, y in (
        ((0, 0, 0), (0, 0, 1)), ((0, 0), (0, 0)), ((1,), (1, 0)), ((1, 0), (1, 0, 5)),
        ((1, 0), (2, 0)), ((), ()),
    ):  # fmt: skip
        collision = Collision(tuple(map(mpq, x)), tuple(map(mpq, y)))
        assert not accepted(lambda c=collision: c.verify(network))
        verdict = NetworkVerdict(False, collision, None, "by hand", network)
        assert not accepted(verdict.verify)
    assert not accepted(NetworkVerdict(False, None, None, "by hand", network).verify)


JOB = {"computes": "a test"}


def block(number):
    return np.array([[1, number, 2], [3, 4, 5]])


def test_no_forged_checkpoint_of_another_shape(tmp_path):
    """Whoever can write the digest can write sums; their shape is that of the job's own blocks."""
    path = tmp_path / "run.json"
    kept_in = {"checkpoint": path, "job": JOB}
    right = run(block, 5, **kept_in).sums
    good = json.loads(path.read_text())
    for forged in mutations(good):
        if not isinstance(forged.get("digest"), str) or forged["digest"] == good["digest"]:
            kept = {name: value for name, value in forged.items() if name != "digest"}
            forged["digest"] = digest_of(kept)
        path.write_text(json.dumps(forged))
        before = path.read_bytes()
        for stop in (None, lambda done, sums: bool(sums[1, 2] > 1e9)):
            if accepted(lambda stop=stop: _fits(run(block, 5, **kept_in, stop=stop), right)):
                path.write_bytes(before)
            assert path.read_bytes() == before


def _fits(found, right):
    assert found.sums.shape == right.shape
    return found.sums.dtype == right.dtype


def test_checkpoints_hold_integers_only(tmp_path):
    path = tmp_path / "run.json"
    Checkpoint(path, JOB).save(2, np.array([3, 4]))
    good = json.loads(path.read_text())
    for name, value in (
        ("sums", [3, 1.5]), ("sums", [3, True]), ("sums", [3, "4"]), ("shape", [-1]),
        ("shape", [True, 2]), ("shape", [2.0]), ("blocks", True), ("sums", [3]),
        ("sums", [3, 4, 5]),
    ):  # fmt: skip
        forged = {**good, name: value}
        forged["digest"] = digest_of({k: v for k, v in forged.items() if k != "digest"})
        path.write_text(json.dumps(forged))
        with pytest.raises(DomainError, match="damaged or no checkpoint"):
            Checkpoint(path, JOB).load()


def test_products_of_vectors_of_two_lengths():
    with pytest.raises(DomainError, match="one length"):
        dot((1, 2), (1, 2, 3))
