"""Sub-layers that prove a layer injective, and their certificates."""

import json
import random

import numpy as np
import pytest
from flint import fmpz_mat
from layers import gaussian, injective_draw, plus_minus

from polygeo.errors import Refuted
from polygeo.polyhedra.vectors import dot, rank
from polygeo.relu import Verdict, injective_by_faces, is_injective
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.divided import Divided
from polygeo.relu.decision.search.residues import PRIMES, dependent
from polygeo.relu.decision.steps import check_proof
from polygeo.relu.decision.sublayers import Known, components
from polygeo.relu.matrix import read_matrix


def circulant(kernel: list, size: int) -> np.ndarray:
    return sum(c * np.roll(np.eye(size), k, axis=1) for k, c in enumerate(kernel))


def convolution(kernels: np.ndarray, size: int) -> np.ndarray:
    width = kernels.shape[1]
    rows = np.zeros((size - width + 1, len(kernels), size))
    for i in range(size - width + 1):
        rows[i, :, i : i + width] = kernels
    return rows.reshape(-1, size)


def roots(n: int) -> np.ndarray:
    """e_i - e_j, i != j, in coordinates of the hyperplane: rank n."""
    axes = np.vstack([np.eye(n), np.zeros(n)])
    return np.array([a - b for i, a in enumerate(axes) for j, b in enumerate(axes) if i != j])


def opposite_up_to_scale(n: int) -> np.ndarray:
    B = gaussian(n, n)
    D = np.diag(2.0 ** np.random.default_rng(2).integers(-9, 9, n))
    return np.vstack([B, -D @ B, gaussian(10, n, seed=3)])


def haar(size: int) -> np.ndarray:
    low, high = circulant([1, 1], size), circulant([1, -1], size)
    return np.vstack([low, high, -low, -high])


def grouped(groups: int) -> np.ndarray:
    W = np.kron(np.eye(groups), injective_draw(14, 3))
    rng = np.random.default_rng(4)
    return W[rng.permutation(len(W))][:, rng.permutation(W.shape[1])]


def hidden_blocks() -> list:
    """Blocks in a basis that is not that of the coordinates, in integers."""
    blocks = np.kron(np.eye(8), np.round(1000 * injective_draw(10, 2))).astype(int)
    G = np.random.default_rng(5).integers(-3, 4, size=(16, 16))
    assert fmpz_mat(G.tolist()).det() != 0
    return (blocks @ G).tolist()


STRUCTURED = {
    "I44": lambda: plus_minus(44),
    "I64": lambda: plus_minus(64),
    "Gaussian 64": lambda: np.vstack([gaussian(64, 64), -gaussian(64, 64)]),
    "I15 and more": lambda: np.vstack([plus_minus(15), gaussian(30, 15)]),
    "kron": lambda: np.kron(np.eye(8), injective_draw(10, 2)),
    "haar": lambda: haar(16),
    "convolution": lambda: convolution(injective_draw(14, 3), 16),
    "grouped": lambda: grouped(5),
    "A19": lambda: roots(19),
    "B, -DB, M": lambda: opposite_up_to_scale(20),
    "hidden blocks": hidden_blocks,
}


@pytest.mark.parametrize("name", STRUCTURED)
def test_a_sublayer_proves_it(name, tmp_path):
    W = STRUCTURED[name]()
    verdict = is_injective(W)
    assert verdict
    assert verdict.verify()
    verdict.save(tmp_path / "proof.json")
    assert Verdict.load(tmp_path / "proof.json").verify(W)
    # The same rows with one pair or block turned to one side: x there sees nothing.
    W = np.array(W, float)
    x = np.random.default_rng(6).normal(size=W.shape[1])
    turned = np.where((W @ x > 0)[:, None], -W, W)
    other = is_injective(turned)
    assert not other
    assert other.verify()


def test_all_roots_have_the_pairs_that_they_need():
    """380 rows of rank 19: 190 opposite pairs, 19 independent ones in one node."""
    W = roots(19)
    assert W.shape == (380, 19)
    tree = is_injective(W).certificate
    assert tree[0] == 19
    assert len(tree) == 1 + 19 * 4


def never(exact: bool) -> None:
    raise AssertionError("refused")


def structured(rng: random.Random) -> list:
    """A direct sum of small layers, or opposite rows and others, in a random basis; or neither."""
    n = rng.choice((2, 3, 3))
    kind = rng.choice(("sum", "pairs", "patch"))
    rows = []
    if kind == "sum":
        k = rng.randint(1, n - 1)
        for low, high in ((0, k), (k, n)):
            for _ in range(rng.randint(high - low + 1, 3 * (high - low) + 2)):
                rows.append([rng.randint(-2, 2) if low <= j < high else 0 for j in range(n)])
    elif kind == "pairs":
        for _ in range(rng.randint(1, n)):
            v = [rng.randint(-2, 2) for _ in range(n)]
            rows += [v, [-rng.randint(1, 3) * c for c in v]]
        rows += [[rng.randint(-2, 2) for _ in range(n)] for _ in range(rng.randint(0, 5))]
    else:
        for _ in range(rng.randint(2, 4)):
            own = rng.sample(range(n), 2)
            for _ in range(rng.randint(2, 4)):
                rows.append([rng.randint(-2, 2) if j in own else 0 for j in range(n)])
    while True:
        G = [[rng.randint(-2, 2) for _ in range(n)] for _ in range(n)]
        if kind == "patch" or fmpz_mat(G).det() != 0:
            break
    if kind != "patch":
        rows = [[dot(row, column) for column in G] for row in rows]
    return rng.sample(rows, len(rows))


def test_parts_against_all_faces():
    """Every S(x) of every face of the arrangement: the theorem itself."""
    rng = random.Random(1)
    seen = {True: 0, False: 0}
    several = partial = 0
    for _ in range(500):
        W = structured(rng)
        if len(W) < len(W[0]) or len(W) > 10 or rank([tuple(row) for row in W]) < len(W[0]):
            continue
        matrix = read_matrix(W)
        parts = Divided(matrix, Budget(), never)
        partial += parts.found and not parts.known.complete
        witness = parts.decide()
        right = injective_by_faces(W)
        assert (witness is None) == right, W
        if witness is None:
            record = parts.known.record()
            assert check_proof(matrix.rows, record) > 0
            several += record[0] == 0
        else:
            seen_rows = [w for w in matrix.rows if dot(w, witness.x) >= 0]
            assert rank(seen_rows or [(0,) * len(W[0])]) < len(W[0])
        seen[right] += 1
    assert min(seen.values()) > 40
    assert several > 20
    assert partial > 20


def test_classes_are_a_direct_sum():
    rows = ((1, 1, 0), (1, 2, 0), (0, 0, 1), (0, 0, 0), (2, 3, 0), (0, 0, -1))
    found = components(Known(rows))
    assert sorted(map(sorted, found)) == [[0, 1, 4], [2, 5]]
    # modulo the prime of the search the third row is (1, 1, 0)
    big = (1, 1, (1 << 61) - 1)
    assert len(components(Known(((1, 1, 0), (1, 2, 0), big, (1, 0, 1))))) == 1


# --- steps


TWO_STEPS = [0, 2, 0, 1, 0, 5, 1, 2, 2, 0, 1, 1, 2, 2, 4, 9, 2, 2, 2, 2, 3, 2, 2, 4, 5]


CROSS = [(1, 0, 0), (-1, 0, 0), (1, 1, 0), (-1, -1, 0), (0, 1, 1), (0, -1, -1), (2, 1, 1)]


def test_steps():
    assert check_proof(CROSS, TWO_STEPS) == 2
    # alone, the second step proves a plane as well
    assert check_proof(CROSS, [*TWO_STEPS[:11], 0, *TWO_STEPS[12:]]) == 2


def test_every_change_of_the_steps_is_noticed():
    """One number up or down, or left out; what is left is true as well."""
    survivors = set()
    for at, number in enumerate(TWO_STEPS):
        for step, middle in ((0, []), (-1, [number - 1]), (1, [number + 1])):
            changed = [*TWO_STEPS[:at], *middle, *TWO_STEPS[at + 1 :]]
            try:
                check_proof(CROSS, changed)
            except Refuted:
                continue
            survivors.add((at, step))
    free = {(at, step) for at in (8, 18, 22) for step in (-1, 1)}  # numbers that are ignored
    modulus = {(2, 1), (11, -1)}  # a step modulo nothing; a step that needs no modulus
    names = {(4, 1), (13, 1), (14, 1)}  # another basis of the same space
    assert survivors == free | modulus | names
    for wrong in ([0], [0, 0], [0, 4], [0, 1, 0, 1, 0], [*TWO_STEPS, 0], [0, 10**30], [0, -1]):
        with pytest.raises(Refuted):
            check_proof(CROSS, wrong)


def test_tampered_steps_in_a_file(tmp_path):
    path = tmp_path / "proof.json"
    W = np.kron(np.eye(8), injective_draw(10, 2))
    is_injective(W).save(path)
    good = json.loads(path.read_text())
    assert good["tree"][:2] == [0, 8]
    for at in range(4, len(good["tree"]), 7):
        tree = [*good["tree"]]
        del tree[at]
        path.write_text(json.dumps({**good, "tree": tree}))
        with pytest.raises(Refuted):
            Verdict.load(path).verify(W)
    path.write_text(json.dumps({**good, "tree": [0, 7, *good["tree"][2:]]}))
    with pytest.raises(Refuted, match="goes on"):
        Verdict.load(path).verify(W)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        # the tree of a plane, offered for a line
        ([0, 1, 0, 1, 0, 9, 2, 2, 2, 0, 1, 2, 2, 2, 3], "outside"),
        ([0, 1, 0, 2, 0, 1, 9, 2, 2, 2, 0, 1, 2, 2, 2, 3], "basis is dependent"),
        # nothing says that a plane in which no row but 0 and 1 contradict is spanned
        ([0, 1, 0, 2, 0, 2, 5, 1, 2, 2, 0, 1], "ends too early"),
        ([0, 1, *TWO_STEPS[2:11]], "dimension 1, not 3"),
        ([0, 2, *TWO_STEPS[2:11], *TWO_STEPS[2:11]], "nothing new"),
        # modulo the first step, rows 0 and 1 are 0
        ([0, 2, *TWO_STEPS[2:11], 1, 1, 2, 5, 1, 2, 2, 0, 1], "dependent"),
    ],
)
def test_what_steps_do_not_prove(steps, message):
    with pytest.raises(Refuted, match=message):
        check_proof(CROSS, steps)


def test_a_step_modulo_others_needs_them():
    """e_1 + e_2 and its negative are 2 e_2 modulo e_1, but x may be orthogonal to e_1 + e_2."""
    rows = [(1, 0), (-1, 0), (1, 1), (-2, 1), (1, -3)]
    matrix = read_matrix(rows)
    verdict = is_injective(matrix)
    assert verdict
    tree = verdict.certificate
    for other in range(5):
        changed = [list(row) for row in rows]
        changed[other] = [-c for c in rows[other]]
        if not is_injective(changed):
            with pytest.raises(Refuted):
                check_proof(read_matrix(changed).rows, tree)


# --- dependence in integers


def test_residues_against_ranks():
    rng = random.Random(2)
    seen = set()
    for _ in range(300):
        n, size = rng.randint(1, 6), rng.choice((1, 3, 1000, 1 << 53))
        rows = [[rng.randint(-size, size) for _ in range(n)] for _ in range(rng.randint(1, n))]
        if rng.random() < 0.5 and len(rows) > 1 and size < 1 << 53:
            rows[-1] = [a - 2 * b for a, b in zip(rows[0], rows[len(rows) // 2], strict=True)]
        shifts = [rng.randint(-900, 900) for _ in rows]
        floats = np.array([[float(c) for c in row] for row in rows])
        floats *= 2.0 ** np.array(shifts)[:, None]
        right = rank([tuple(row) for row in rows]) < len(rows)
        assert dependent(floats, np.arange(len(rows)), len(rows)) == right
        seen.add(right)
    assert seen == {True, False}


def test_residues_see_the_last_bit():
    rows = gaussian(4, 4, seed=7)
    rows[3] = rows[0] + rows[1]  # rounded: independent
    assert not dependent(rows, np.arange(4), 4)
    rows[:2] = np.round(rows[:2] * 2**20) / 2**20
    rows[3] = rows[0] + rows[1]
    assert dependent(rows, np.arange(4), 4)
    rows[3, 2] = np.nextafter(rows[3, 2], 9)
    assert not dependent(rows, np.arange(4), 4)
    # a determinant that is a multiple of the first prime
    p = float(PRIMES[0])
    assert not dependent(np.array([[1.0, 0.0], [0.0, p]]), np.arange(2), 2)
    assert dependent(np.array([[0.0, 0.0], [1.0, 1e-300]]), np.arange(2), 1)
