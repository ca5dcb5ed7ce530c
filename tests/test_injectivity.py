"""Injectivity of layers: three exact methods, invariances, witnesses, certificates, bad input."""

import json
import random
import time
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from flint import fmpz_mat
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.polyhedra.nearest import nearest
from polygeo.polyhedra.vectors import (
    complement,
    dot,
    primitive,
    rank,
)
from polygeo.relu import Verdict, decide_batch, is_injective
from polygeo.relu.cells.faces import injective_by_faces
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.certificate import PRIME, check_tree
from polygeo.relu.decision.search.compiled import scale_rows
from polygeo.relu.decision.search.exact_tree import exact_search
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix
from polygeo.relu.decision.search.tree import (
    BUDGET,
    OPEN,
    POINT,
    search,
)

# --- two other methods


def by_covectors(rows: list) -> bool:
    """The theorem itself: S(x) spans for every cell of the arrangement, of every dimension.

    The sign vectors of an arrangement are the compositions of those of its rays.
    """
    n = len(rows[0])
    if rank(rows) < n:
        return False
    rays = set()
    for subset in combinations(rows, n - 1):
        if rank(subset) == n - 1:
            (v,) = complement(subset, n)
            signs = tuple((d > 0) - (d < 0) for d in (dot(v, w) for w in rows))
            rays |= {signs, tuple(-s for s in signs)}
    known = {tuple([0] * len(rows))}
    fresh = known
    while fresh:
        fresh = {
            tuple(a or b for a, b in zip(x, y, strict=True)) for x in fresh for y in rays
        } - known
        known |= fresh
    return all(
        rank([w for w, s in zip(rows, signs, strict=True) if s >= 0] or [[0] * n]) == n
        for signs in known
    )


def by_hyperplanes(rows: list) -> bool:
    """0 is a convex combination of the rows outside any hyperplane that rows span."""
    n = len(rows[0])
    if rank(rows) < n:
        return False
    for subset in combinations(rows, n - 1):
        if rank(subset) == n - 1:
            (v,) = complement(subset, n)
            outside = [(*w, 1) for w in rows if dot(v, w)]
            if not nearest(outside, (*[0] * n, 1)).inside:
                return False
    return True


def in_general_position(rows: list) -> bool:
    return all(rank(subset) == len(rows[0]) for subset in combinations(rows, len(rows[0])))


def small_matrices(count: int, seed: int):
    rng = random.Random(seed)
    for _ in range(count):
        n = rng.choice((1, 2, 2, 3, 3))
        size = rng.choice((1, 1, 2, 3))
        m = rng.randint(n, {1: 5, 2: 9, 3: 10}[n])
        yield [[rng.randint(-size, size) for _ in range(n)] for _ in range(m)]


def test_three_methods_agree_on_small_integer_matrices():
    """Zero rows, repeated rows, dependent rows and deficient ranks included."""
    seen = {True: 0, False: 0}
    degenerate = 0
    for W in small_matrices(2500, 1):
        verdict = is_injective(W)
        assert verdict.injective == by_hyperplanes(W), W
        assert verdict.verify()
        seen[verdict.injective] += 1
        degenerate += verdict.injective and not in_general_position(W)
        if sum(seen.values()) % 5 == 0:
            assert verdict.injective == by_covectors(W), W
    assert min(seen.values()) > 500
    assert degenerate > 300


def test_the_exact_tree_alone():
    for W in small_matrices(400, 2):
        rows = list(dict.fromkeys(primitive(row) for row in W if any(row)))
        if not rows or rank(rows) < len(W[0]):
            continue
        x, record = exact_search(rows, lambda: True)
        assert (x is None) == by_hyperplanes(W)
        if x is None:
            check_tree(rows, record)
        else:
            assert rank([w for w in rows if dot(w, x) >= 0] or [[0] * len(x)]) < len(x)


@pytest.mark.parametrize(("m", "n"), [(4, 2), (9, 2), (9, 3), (13, 3), (16, 4), (20, 4)])
def test_general_position_is_a_matter_of_depth(m, n):
    """In general position: no vertex of the arrangement has fewer than n positive rows."""
    rng = np.random.default_rng(m)
    answers = []
    for _ in range(8):
        W = rng.normal(size=(m, n))
        least = m
        for subset in combinations(range(m), n - 1):
            v = np.linalg.svd(W[list(subset)])[2][-1]
            positive = np.delete(W @ v, subset) > 0
            least = min(least, positive.sum(), (~positive).sum())
        verdict = is_injective(W)
        assert verdict.injective == (least >= n)
        assert verdict.verify()
        answers.append(int(verdict.injective))
        assert decide_batch(W[None]).tolist() == [verdict.injective]
    if m <= 3 * n - 2:
        assert answers == [0] * 8


# --- what must not matter


@st.composite
def matrices(draw):
    n = draw(st.sampled_from((1, 2, 3)))
    row = st.lists(st.integers(-3, 3), min_size=n, max_size=n)
    return draw(st.lists(row, min_size=n, max_size=9))


@settings(max_examples=120, deadline=None, derandomize=True)
@given(matrices(), st.integers(0, 10**6))
def test_invariances(W, seed):
    """Row order, positive factors of rows and invertible maps of the inputs change nothing."""
    rng = random.Random(seed)
    answer = is_injective(W).injective
    n = len(W[0])
    shuffled = rng.sample(W, len(W))
    assert is_injective(shuffled).injective == answer
    scaled = []
    for row in shuffled:
        factor = mpq(rng.randint(1, 10**9), rng.choice((1, 3, 2**40, 10**30)))
        scaled.append([c * factor for c in row])
    assert is_injective(scaled).injective == answer
    while True:
        A = [[rng.randint(-4, 4) for _ in range(n)] for _ in range(n)]
        if fmpz_mat(A).det() != 0:
            break
    mapped = [[sum(r * a for r, a in zip(row, column, strict=True)) for column in A] for row in W]
    verdict = is_injective(mapped)
    assert verdict.injective == answer
    assert verdict.verify()


@pytest.mark.parametrize("kind", ["float32", "int8", "object", "Fraction", "str"])
def test_kinds_of_numbers(kind):
    W = np.random.default_rng(3).integers(-9, 9, size=(12, 3))
    expected = is_injective(W.tolist())
    if kind == "Fraction":
        given = [[Fraction(int(c), 7) for c in row] for row in W]
    elif kind == "str":
        given = [[f"{c}/7" for c in row] for row in W]
    else:
        given = W.astype(kind)
    assert is_injective(given).injective == expected.injective
    assert is_injective(given).verify()


# --- degenerate, nearly degenerate, badly scaled


def plus_minus(n: int) -> np.ndarray:
    return np.vstack([np.eye(n), -np.eye(n)])


@pytest.mark.parametrize("n", [1, 2, 3, 6, 12, 40])
def test_identity_and_its_negative(n):
    verdict = is_injective(plus_minus(n))
    assert verdict
    assert verdict.verify()


@pytest.mark.parametrize("size", [1e-300, 1e-17, 2.0**-53, 1e-9])
@pytest.mark.parametrize("n", [2, 3, 4])
def test_perturbed_identity_is_not_injective(n, size):
    """m = 2n <= 3n - 2 rows, in general position with probability 1."""
    rng = np.random.default_rng(n)
    W = plus_minus(n) + (plus_minus(n) == 0) * size * rng.uniform(0.5, 1, size=(2 * n, n))
    assert in_general_position(is_injective(W)._matrix.rows)
    verdict = is_injective(W)
    assert not verdict
    assert verdict.verify()


NEARLY_OPPOSITE = [
    [[-0.45488540135923244, 2.6226258443487276, -0.2335005886085772],
     [-0.8930398577602243, -0.3505550914279767, -0.5456127026696947],
     [-0.8484665135140391, 0.6308903828299242, 0.30046432100870135],
     [0.20337204018208568, 0.9564221854129114, 1.045139339113776],
     [0.45488540136074623, -2.622625844337594, 0.23350058860362263],
     [0.893039857765223, 0.35055509142222285, 0.5456127026673072],
     [0.8484665135245778, -0.6308903828393003, -0.30046432100016374],
     [-0.20337204019599947, -0.9564221854094749, -1.045139339115063]],
    [[0.3549647177504002, 1.7883201183461317, -1.1501188805011962],
     [1.9939195046619007, -0.9568831709924845, -1.367440591166677],
     [0.4207191839516318, -0.8539627242786131, -0.21724943245443398],
     [-1.116732932278641, -0.36057373834363364, -0.21532709052024246],
     [-0.3549647177432426, -1.7883201183513346, 1.1501188805025817],
     [-1.9939195046601883, 0.9568831709910629, 1.3674405911810836],
     [-0.4207191839463568, 0.8539627242758003, 0.21724943246210515],
     [1.1167329322673434, 0.36057373834192485, 0.21532709052025184]],
]  # fmt: skip


@pytest.mark.parametrize("rows", NEARLY_OPPOSITE)
def test_small_multipliers_count(rows):
    """A support of nearly opposite rows holds the others too, with multipliers near 1e-11."""
    W = np.array(rows)
    assert not injective_by_faces(W)
    assert decide_batch(W[None])[0] in (0, -1)
    verdict = is_injective(W)
    assert not verdict.injective
    assert verdict.verify()


@pytest.mark.parametrize("n", [2, 3, 4])
def test_no_tree_is_proved_for_a_layer_that_is_not_injective(n):
    """[Q; -Q] perturbed is in general position with m <= 3n - 2: never injective."""
    rng = np.random.default_rng(n)
    for size in 10.0 ** -np.arange(7, 14):
        for _ in range(12):
            Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
            W = np.vstack([Q, -Q]) + size * rng.standard_normal((2 * n, n))
            columns, rows = np.zeros((n, 2 * n + -2 * n % 4)), np.zeros((2 * n + -2 * n % 4, n))
            assert scale_rows(W, columns, rows, np.zeros(n, np.int64))
            start = np.arange(n)
            point, used, record = np.empty(n), np.zeros(4, np.int64), np.empty(0, np.int32)
            status = search(
                columns, rows, 2 * n, 0, n, start, start[:0], n, True, True, True, n, 1000, point,
                record, used,
            )  # fmt: skip
            assert status in (POINT, OPEN, BUDGET)


def test_structured_layers():
    e1, e2 = [1, 0], [0, 1]
    minus = [-1, 0]
    # depth 2 = n, and yet not injective: every row but the last is on one line
    assert not is_injective([e1, e1, minus, minus, e2])
    assert not is_injective([[0], [0]])
    assert not is_injective([[0, 0]])
    assert not is_injective([[5]])
    assert is_injective([[5], [-1]])
    assert is_injective([*plus_minus(2), [0, 0], [0, 0], [3, 0]])
    # no loss for a matrix with zero rows and repetitions that is injective otherwise
    W = np.random.default_rng(1).normal(size=(24, 4))
    assert is_injective(W)
    assert is_injective(np.vstack([W, np.zeros((3, 4)), W[:5] * 4]))
    # rank 3 in four columns
    assert not is_injective(W @ np.diag([1.0, 1, 1, 0]))


def test_scales_that_floats_cannot_compare():
    W = np.random.default_rng(1).normal(size=(24, 4))
    answer = is_injective(W).injective
    scales = 10.0 ** np.linspace(-300, 300, 24)
    assert is_injective(W * scales[:, None]).injective == answer
    tiny = np.ldexp(np.random.default_rng(2).integers(-99, 99, size=(16, 3)), -1074)
    verdict = is_injective(tiny)
    assert verdict.injective == by_hyperplanes([list(map(int, np.ldexp(r, 1074))) for r in tiny])
    assert verdict.verify()
    # scales of columns: one column 10^-280 of another
    skew = W * np.array([1.0, 1e-140, 1e140, 1.0])
    assert is_injective(skew).injective == answer
    big = [[int(c * 2**53) ** 9 for c in row] for row in W]
    assert is_injective(big).verify()


def test_the_collision_is_one():
    W = [[1, 0], [0, 1], [-1, -1]]
    a, b = is_injective(W).collision
    assert a != b
    images = [
        [max(sum(w * x for w, x in zip(row, v, strict=True)), 0) for row in W] for v in (a, b)
    ]
    assert images[0] == images[1]
    assert is_injective(W).certificate is None
    assert is_injective(plus_minus(2)).collision is None


def test_larger_layers():
    rng = np.random.default_rng(5)
    verdict = is_injective(rng.normal(size=(60, 8)))
    assert verdict
    assert verdict.verify()
    assert check_tree(verdict._matrix.rows, verdict.certificate) > 50
    wide = is_injective(rng.normal(size=(100, 24)))  # far below the threshold
    assert not wide
    assert wide.verify()


# --- budgets


def test_a_spent_budget_is_no_guess():
    W = np.random.default_rng(2).normal(size=(60, 8))
    with pytest.raises(Undecided, match=r"after [0-9]+ nodes"):
        is_injective(W, max_nodes=20)
    with pytest.raises(Undecided):
        is_injective(np.random.default_rng(2).normal(size=(160, 20)), timeout=0.3)
    rows = np.random.default_rng(3).integers(-1, 2, size=(60, 9))
    with pytest.raises(Undecided):
        is_injective(rows, max_nodes=3)
    assert is_injective(W, max_nodes=10**6)
    for wrong in ({"max_nodes": 0}, {"timeout": 0}, {"timeout": "soon"}, {"max_nodes": 2.5}):
        with pytest.raises(DomainError):
            is_injective(W, **wrong)


def test_what_would_take_days_is_refused():
    with pytest.raises(DomainError, match=r"10\^1[0-9] nodes"):
        is_injective(np.random.default_rng(2).normal(size=(200, 20)))


def test_what_would_fill_the_memory_is_refused():
    started = time.monotonic()
    with pytest.raises(DomainError, match="GiB"):
        ScaledMatrix(None, plus_minus(600)).decide(Budget(timeout=0.5), lambda: None)
    assert time.monotonic() - started < 60


# --- certificates


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
    verdict = sample()[1]
    rows = verdict._matrix.rows
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
            check_tree(is_injective(other)._matrix.rows, tree)
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
    with pytest.raises(DomainError, match=r"wrong\.json") as problem:
        Verdict.load(path)
    assert "\n" not in str(problem.value)


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


# --- bad input


@pytest.mark.parametrize(
    ("W", "message"),
    [
        ([[1, 2], [3]], r"W\[1\] needs 2 numbers; got 1"),
        ([[1, float("nan")]], "finite"),
        (np.array([[1, np.inf]]), r"W\[0\]\[1\] needs a finite number; got inf"),
        ([], "at least one row"),
        ([[]], "at least one row and one column"),
        (np.zeros((0, 3)), "at least one row and one column; got 0 x 3"),
        (np.zeros((3, 0)), "at least one row and one column; got 3 x 0"),
        (np.zeros(3), "two dimensions"),
        (np.zeros((2, 2, 2)), "two dimensions"),
        ([["one"]], r"W\[0\]\[0\] needs a rational number"),
        ([[1j]], "rational"),
        ([[None]], "rational"),
        ([[True]], "bool"),
        ([1, 2, 3], r"W\[0\] needs a row of numbers"),
        ("1,2", "needs a matrix"),
        (7, "needs a matrix"),
        ({1: 2}, "needs a matrix"),
        (np.zeros((2001, 2000)), "at most 4000000 entries"),
    ],
)
def test_bad_matrices(W: object, message: str):
    with pytest.raises(DomainError, match=message) as problem:
        is_injective(W)
    assert "\n" not in str(problem.value)
