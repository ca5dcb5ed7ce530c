"""Proofs for layers on sets of inputs: forged ones, files, bad input, commands."""

import json

import numpy as np
import pytest
from commandline import run as command
from forgeries import accepted, mutations, stored

from polygeo.cones import CircularCone, ConeUnion, MonotoneCone, Orthant, PolyhedralCone
from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.relu import Verdict, is_injective
from polygeo.relu.decision.domain import layer_on
from polygeo.relu.inputs import read_inputs

# --- proofs


SLOW = {"marks": pytest.mark.slow}
CASES = [
    ([[1, 0], [0, 1]], None, "nonnegative"),
    pytest.param([[1, 0], [0, 1]], None, (-1, 1), **SLOW),
    pytest.param([[1, 0], [0, 1], [-1, -1]], [0, 1, 2], (0, 1), **SLOW),
    ([[1, 0, 1], [0, 1, 1]], None, ([0, 0, 2], [1, 1, 2])),
    pytest.param([[1, 1], [-1, 0], [0, 1], [1, -1]], [1, -1, 0, 0], None, **SLOW),
]


@pytest.mark.parametrize(("W", "b", "inputs"), CASES)
def test_altered_proofs_verify_only_what_is_true(W, b, inputs, tmp_path):
    """Another tree, point or pair of inputs may prove the same; sizes and names may not vary."""
    path = tmp_path / "proof.json"
    record = stored(is_injective(W, b, inputs), path)

    def attempt(forged):
        path.write_text(json.dumps(forged))
        return Verdict.load(path).verify(W, b, inputs)

    assert attempt(record)
    for forged in mutations(record):
        if accepted(lambda forged=forged: attempt(forged)):
            assert set(forged) == set(record)
            for name in ("format", "rows", "columns", "sha256", "injective"):
                assert forged[name] == record[name]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param(
            ([[1, 0], [0, 1]], None, "nonnegative"),
            ([[1, 0], [0, -1]], None, "nonnegative"),
            **SLOW,
        ),
        (([[1, 0], [0, 1]], [0, 0], (0, 1)), ([[1, 0], [0, 1]], [0, -1], (0, 1))),
        pytest.param(([[1], [-1]], [1, 1], None), ([[1], [-1]], [-1, -1], None), **SLOW),
        pytest.param(
            ([[1, 0, 1], [0, 1, 1]], None, ([0, 0, 2], [1, 1, 2])),
            ([[1, 0, -1], [0, 1, 1]], None, ([0, 0, 2], [1, 1, 2])),
            **SLOW,
        ),
    ],
)
@pytest.mark.parametrize("swap", [False, True])
def test_no_forged_proof_of_the_wrong_answer(right, wrong, swap, tmp_path):
    """Proofs for one layer, with the digest of another of the same shape, all fields exchanged."""
    assert is_injective(*right).injective
    assert not is_injective(*wrong).injective
    if swap:
        right, wrong = wrong, right
    path = tmp_path / "proof.json"
    record = stored(is_injective(*wrong), path)
    record["sha256"] = layer_on(*right).digest

    def attempt(forged):
        path.write_text(json.dumps(forged))
        return Verdict.load(path).verify(*right)

    for forged in (record, *mutations(record)):
        assert not accepted(lambda forged=forged: attempt(forged))


def test_a_proof_is_for_one_layer_and_one_set(tmp_path):
    path, W = tmp_path / "proof.json", [[1, 0], [0, 1]]
    is_injective(W, inputs="nonnegative").save(path)
    loaded = Verdict.load(path)
    assert loaded.verify(W, inputs="nonnegative")
    assert loaded.verify(W, bias=[0, 0], inputs="nonnegative")
    for other in ({}, {"inputs": (0, 1)}, {"bias": [1, 1], "inputs": "nonnegative"}):
        with pytest.raises(DomainError, match="another matrix"):
            loaded.verify(W, **other)
    with pytest.raises(DomainError, match="needs the matrix"):
        loaded.verify()
    with pytest.raises(DomainError, match="needs the matrix"):
        loaded.verify(inputs="nonnegative")
    loaded.save(path)
    assert Verdict.load(path).verify(W, inputs="nonnegative")
    record = json.loads(path.read_text())
    record["format"] = "polygeo injectivity 1"
    del record["point"], record["equalities"]
    path.write_text(json.dumps(record))
    with pytest.raises(Refuted, match="for all inputs"):
        Verdict.load(path).verify(W, inputs="nonnegative")


def test_proofs_of_sublayers_serve_for_every_set():
    n = 24
    W = np.vstack([np.eye(n), -np.eye(n)])
    verdict = is_injective(W, inputs="nonnegative")
    assert verdict.injective
    assert verdict.certificate[0] == 0
    assert verdict.verify()
    flat = is_injective(W, inputs=([0] * n, [0, *[1] * (n - 1)]))
    assert flat.verify()


# --- what is read


def test_what_describes_the_inputs():
    assert read_inputs(None, 2) is None
    rows = read_inputs("nonnegative", 2).rows
    assert rows == read_inputs(([[2, 0], [0, 3]], [0, 0]), 2).rows
    assert set(read_inputs(Orthant(2), 2).rows) == set(rows)
    assert read_inputs((0, 1), 1).rows == read_inputs(([0], np.array([1.0])), 1).rows
    assert read_inputs((np.float64(0), np.array(1)), 1).rows == ((1, 0), (-1, 1))
    assert read_inputs(MonotoneCone(2), 2).rows == ((-1, 1, 0),)
    assert is_injective([[1, 0], [-1, 1]], inputs=np.array([[0.0, 0.0], [1.0, 1.0]])).shape == (
        2,
        2,
    )


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ("positive", "'nonnegative', a box"),
        (3, "'nonnegative', a box"),
        ((1,), "'nonnegative', a box"),
        ((1, 2, 3), "'nonnegative', a box"),
        ((1, 0), "low <= high"),
        ((0, float("nan")), "finite"),
        ((0, float("inf")), "finite"),
        (([0, 0, 0], 1), "needs 2 numbers"),
        (([[1, 2, 3]], [1]), "needs 2 columns"),
        (([[1, 2]], [1, 2]), "needs 1 numbers"),
        (([[1, 0], [-1, 0]], [-1, 0]), "not empty"),
        (([[0, 0]], [-1]), "not empty"),
        (Orthant(3), "R\\^2"),
        (CircularCone(2, "pi/5"), "no polyhedral description"),
        (ConeUnion([PolyhedralCone(rays=[[1, 0]])]), "one convex cone"),
        ({"low": 0}, "'nonnegative', a box"),
    ],
)
def test_what_describes_no_inputs_gets_one_line(inputs, reason):
    with pytest.raises(DomainError, match=reason) as caught:
        is_injective([[1, 0], [0, 1]], inputs=inputs)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("bias", [[1], [1, 2, 3], "ab", 3, [[1, 2], [3, 4]], [1, float("nan")]])
def test_biases_that_are_none(bias):
    with pytest.raises(DomainError) as caught:
        is_injective([[1, 0], [0, 1]], bias=bias)
    assert "\n" not in str(caught.value)


def test_a_budget_is_kept():
    W = np.random.default_rng(3).normal(size=(60, 7))
    with pytest.raises(Undecided):
        is_injective(W, np.ones(60), (-9, 9), max_nodes=5)


# --- commands


def test_commands(tmp_path):
    W, b, A = (tmp_path / name for name in ("W.csv", "b.csv", "A.csv"))
    proof = tmp_path / "proof.json"
    W.write_text("1,0\n0,1\n")
    b.write_text("-1\n0\n")
    A.write_text("1,0,0\n0,1,0\n-1,-1,1\n")
    for options, answer in (
        ((), "not injective"),
        (("--nonnegative",), "injective"),
        (("--box", "0", "1/2"), "injective"),
        (("--bias", b, "--nonnegative"), "not injective"),
        (("--inputs", A), "injective"),
    ):
        done = command("injective", W, "--certificate", proof, *options)
        assert (done.exit_code, done.stdout.splitlines()[0]) == (0, answer)
        done = command("verify", proof, W, *options)
        assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "verified")
        done = command("verify", proof, W, "--box", "0", "1/3")
        assert done.exit_code != 0
    for options in (
        ("--nonnegative", "--box", "0", "1"),
        ("--bias", A),
        ("--inputs", b),
        ("--box", "1", "0"),
    ):
        done = command("injective", W, *options)
        assert done.exit_code == 2
