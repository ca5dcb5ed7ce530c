"""Certificates of injectivity: files, trees, packings; what is changed is refused."""

import json
import random
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from flint import fmpz_mat
from refusals import refused

from polygeo.errors import DomainError, Refuted
from polygeo.polyhedra.vectors import rank
from polygeo.relu import Verdict, is_injective
from polygeo.relu.decision.certificate import PRIME, check_tree
from polygeo.relu.matrix import layer_rows


def sample() -> tuple:
    W = np.random.default_rng(1).normal(size=(14, 3))
    verdict = is_injective(W)
    assert verdict
    return W, verdict


def test_a_verdict_goes_through_a_file(tmp_path: Path):
    W, verdict = sample()
    path = tmp_path / "proof.json"
    verdict.save(path)
    assert [p.name for p in tmp_path.iterdir()] == ["proof.json"]
    again = Verdict.load(path)
    assert again.injective
    assert again.verify(W)
    assert again.certificate == verdict.certificate
    with pytest.raises(DomainError, match="needs the matrix"):
        again.verify()
    other = W.copy()
    other[3, 1] = np.nextafter(other[3, 1], 1)
    with pytest.raises(DomainError, match="another matrix"):
        again.verify(other)
    no = is_injective([[1, "1/3"], [0, 1], [-1, -1]])
    no.save(path)
    assert Verdict.load(path).verify([[1, "1/3"], [0, 1], [-1, -1]])
    assert Verdict.load(path).collision == no.collision


def test_every_change_of_a_tree_is_noticed():
    """All single changes of a number, by one up or down, and all single deletions."""
    W, verdict = sample()
    rows = layer_rows(W)
    tree = verdict.certificate
    check_tree(rows, tree)
    survivors = 0
    for at in range(len(tree)):
        for changed in (
            tree[:at] + tree[at + 1 :],
            *([*tree[:at], tree[at] + step, *tree[at + 1 :]] for step in (-1, 1)),
        ):
            try:
                check_tree(rows, changed)
            except Refuted:
                continue
            survivors += 1
    # the numbers of free rows are not used
    assert survivors <= 2 * sum(1 for _ in _heads(tree))
    for wrong in ([], [1], [0], tree + tree, [*tree, 1], [1, 0, 0], [1, -1, 0], [10**30]):
        with pytest.raises(Refuted):
            check_tree(rows, wrong)


def _heads(tree: list) -> list:
    at, heads = 0, []
    while at < len(tree):
        supports, at = tree[at], at + 1
        for _ in range(supports):
            heads.append(at)
            at += tree[at] + 2
    return heads


def test_no_tree_proves_what_is_wrong():
    """Trees of an injective matrix, offered for others that share most of its rows."""
    W, verdict = sample()
    tree = verdict.certificate
    rng = np.random.default_rng(4)
    refused = 0
    for _ in range(200):
        other = W.copy()
        other[rng.integers(14)] *= -1
        if is_injective(other):
            continue
        with pytest.raises(Refuted):
            check_tree(layer_rows(other), tree)
        refused += 1
    assert refused > 20


def test_packings_need_independence():
    """n disjoint supports close no node by themselves."""
    rows = [(1, 0), (-1, 0), (2, 0), (-2, 0), (0, 1)]
    with pytest.raises(Refuted, match="dependent"):
        check_tree(rows, [2, 2, 2, 0, 1, 2, 2, 2, 3])
    rows[2:4] = [(0, 1), (0, -1)]
    assert check_tree(rows, [2, 2, 2, 0, 1, 2, 2, 2, 3]) == 1


@pytest.mark.parametrize("n", [2, 3, 4, 5])
@pytest.mark.parametrize("factor", [1, PRIME, 10**9])
def test_packings_against_determinants(n: int, factor: int):
    """Triangles u, v, -u - v: a packing proves something if no choice has determinant zero.

    With the prime as a factor of a column, every choice is dependent modulo the prime.
    """
    rng = random.Random(n)
    seen = set()
    for _ in range(30):
        groups = []
        for _ in range(n):
            u, v = ([rng.randint(-n, n) for _ in range(n)] for _ in range(2))
            groups.append([u, v, [-a - b for a, b in zip(u, v, strict=True)]])
        if any(rank(group) < 2 for group in groups):
            continue
        rows = [[factor * row[0], *row[1:]] for group in groups for row in group]
        numbers = [list(range(3 * g, 3 * g + 3)) for g in range(n)]
        right = all(fmpz_mat([rows[i] for i in choice]).rank() == n for choice in product(*numbers))
        record = [n, *(entry for part in numbers for entry in (3, 3, *part))]
        if right:
            assert check_tree(rows, record) == 1
        else:
            with pytest.raises(Refuted, match="dependent"):
                check_tree(rows, record)
        seen.add(right)
    assert seen == {True, False}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        "null",
        '{"format": "something else"}',
        '{"format": "polygeo injectivity 1"}',
        "[" * 100_000,
        '{"format": "polygeo injectivity 1", "rows": 1' + "0" * 5000 + "}",
        "\x00\x01",
    ],
)
def test_files_that_are_no_certificates(tmp_path: Path, text: str):
    path = tmp_path / "wrong.json"
    path.write_text(text)
    with refused(match=r"wrong\.json"):
        Verdict.load(path)


def test_tampered_files(tmp_path: Path):
    W, verdict = sample()
    path = tmp_path / "proof.json"
    verdict.save(path)
    good = json.loads(path.read_text())

    def load(**changes: object) -> Verdict:
        record = {**good, **changes}
        if "x" in changes and "tree" not in changes:
            del record["tree"]
        path.write_text(json.dumps(record))
        return Verdict.load(path)

    for changes in (
        {"tree": "text"},
        {"tree": [1.5]},
        {"tree": None},
        {"injective": 1},
        {"sha256": 5},
        {"rows": -1},
        {"injective": False},
        {"injective": False, "x": ["1"], "direction": ["1"], "eps": "1"},
        {"injective": False, "x": ["1"] * 3, "direction": ["1"] * 3, "eps": "1", "tree": [1]},
        {"injective": False, "x": ["1"] * 3, "direction": ["1/2"] * 3, "eps": "1"},
        {"injective": False, "x": ["1"] * 3, "direction": ["1"] * 3, "eps": "nan"},
    ):
        with pytest.raises(DomainError):
            load(**changes)
    for changes in (
        {"tree": good["tree"][:-1]},
        {"tree": [10**400]},
        {"injective": False, "x": ["1"] * 3, "direction": ["1"] * 3, "eps": "1"},
        {"injective": False, "x": ["1"] * 3, "direction": ["0"] * 3, "eps": "1"},
    ):
        with pytest.raises(Refuted):
            load(**changes).verify(W)
    with pytest.raises(DomainError, match="another matrix"):
        load(sha256="0" * 64).verify(W)
    with pytest.raises(DomainError, match="cannot read"):
        Verdict.load(tmp_path / "missing.json")
    with pytest.raises(DomainError, match="regular file"):
        Verdict.load(tmp_path)
    with pytest.raises(DomainError, match="cannot write"):
        verdict.save(tmp_path / "no" / "folder.json")
