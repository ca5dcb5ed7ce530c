"""Commands about one layer."""

import json
from pathlib import Path

import commandline
import numpy as np
import pytest
from gmpy2 import mpq


def run(*words: object) -> tuple[int, list[str], str]:
    done = commandline.run(*words)
    return done.exit_code, done.stdout.splitlines(), done.stderr


@pytest.fixture
def cross(tmp_path: Path) -> Path:
    path = tmp_path / "W.csv"
    path.write_text("# the identity and its negative\n1,0\n0,1/3\n-0.5,0\n0,-1\n0,0\n")
    return path


def test_an_injective_layer_its_proof_and_the_check(cross: Path):
    proof = cross.with_name("proof.json")
    code, lines, _ = run("injective", cross, "--certificate", proof)
    assert (code, lines[0]) == (0, "injective")
    assert run("verify", proof, cross)[:2] == (0, ["verified", "5 x 2: injective"])
    assert json.loads(run("verify", proof, cross, "--format", "json")[1][0])["verified"] is True
    record = json.loads(proof.read_text())
    record["tree"][-1] = 0
    proof.write_text(json.dumps(record))
    code, lines, _ = run("verify", proof, cross)
    assert (code, lines[0]) == (1, "refuted")
    cross.write_text("1,0\n0,1\n-1,0\n0,-1\n0,1\n")
    assert "another matrix" in commandline.refusal("verify", proof, cross)
    assert "for one layer" in commandline.refusal("verify", proof, cross, cross)


def test_a_layer_that_is_not(tmp_path: Path):
    path, proof = tmp_path / "W.csv", tmp_path / "proof.json"
    path.write_text("1,0\n0,1\n-1,-1/7\n")
    code, lines, _ = run("injective", path, "--certificate", proof)
    assert (code, lines[0]) == (0, "not injective")
    points = [[mpq(c) for c in line.split("= ")[1].split(", ")] for line in lines[2:4]]
    rows = [(mpq(1), mpq(0)), (mpq(0), mpq(1)), (mpq(-1), mpq(-1, 7))]
    images = [[max(w[0] * x[0] + w[1] * x[1], mpq(0)) for w in rows] for x in points]
    assert points[0] != points[1]
    assert images[0] == images[1]
    assert run("verify", proof, path)[1][0] == "verified"
    record = json.loads(run("injective", path, "--format", "json")[1][0])
    assert record["injective"] is False
    assert len(record["collision"]) == 2


def test_depth(tmp_path: Path):
    path = tmp_path / "points.csv"
    path.write_text("2,0\n0,2\n-2,0\n0,-2\n0,0\n")
    assert run("depth", path)[1][0] == "3"
    assert run("depth", path, "--origin", "1,1/2")[1][0] == "1"
    assert run("depth", path, "--origin", "-5,0")[1][0] == "0"
    assert json.loads(run("depth", path, "--format", "json")[1][0])["depth"] == 3


def test_floats_from_numpy(tmp_path: Path):
    W = np.random.default_rng(1).normal(size=(24, 4))
    np.save(tmp_path / "W.npy", W)
    proof = tmp_path / "proof.json"
    assert run("injective", tmp_path / "W.npy", "--certificate", proof)[1][0] == "injective"
    rows = [",".join(map(repr, row)) for row in W.tolist()]
    (tmp_path / "W.csv").write_text("\n".join(rows))
    assert run("verify", proof, tmp_path / "W.npy")[1][0] == "verified"
    assert "another matrix" in run("verify", proof, tmp_path / "W.csv")[2]  # 0.1 is not 0.1


def test_a_budget_that_is_spent(tmp_path: Path):
    np.save(tmp_path / "W.npy", np.random.default_rng(2).normal(size=(60, 8)))
    for words in (("injective", "--max-nodes", 5), ("depth", "--max-nodes", 5)):
        code, lines, _ = run(words[0], tmp_path / "W.npy", *words[1:])
        assert (code, lines[0]) == (1, "undecided")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("1,2\n3\n", "line 2"),
        ("1,x\n", "line 1"),
        ("1,nan\n", "line 1"),
        ("", "holds no"),
        ("1,inf\n", "line 1"),
    ],
)
def test_bad_files(tmp_path: Path, content: str, message: str):
    path = tmp_path / "W.csv"
    path.write_text(content)
    for command in ("injective", "depth"):
        assert message in commandline.refusal(command, path)


def test_bad_words(cross: Path):
    for words in (
        ("injective", "missing.csv"),
        ("injective", cross.parent),
        ("injective", cross, "--timeout", "soon"),
        ("injective", cross, "--max-nodes", "0"),
        ("injective", cross, "--certificate", cross.parent / "no" / "folder.json"),
        ("verify", cross, cross),
        ("verify", "missing.json", cross),
        ("depth", cross, "--origin", "1"),
        ("depth", cross, "--origin", "1,one"),
        ("injective", "missing.npy"),
    ):
        commandline.refusal(*words)
    broken = cross.with_name("broken.npy")
    broken.write_bytes(b"\x93NUMPY\x01")
    commandline.refusal("injective", broken)
    np.save(broken, np.array([[object()]]), allow_pickle=True)
    commandline.refusal("injective", broken)
