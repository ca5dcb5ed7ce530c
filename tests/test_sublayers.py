"""Sub-layers that prove a layer injective, their certificates, and layers that are not Gaussian."""

import json
import random
import time
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.errors import Refuted, Undecided
from polygeo.polyhedra.vectors import dot, rank
from polygeo.relu import (
    Verdict,
    decide_batch,
    frame_bound,
    halfspace_depth,
    is_injective,
    lipschitz_constant,
    stability_bounds,
)
from polygeo.relu.cells.faces import injective_by_faces
from polygeo.relu.cells.lipschitz import ratio_squared
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.divided import Divided
from polygeo.relu.decision.search.compiled import decide
from polygeo.relu.decision.search.residues import PRIMES, dependent
from polygeo.relu.decision.steps import check_proof
from polygeo.relu.decision.sublayers import Known, components
from polygeo.relu.matrix import read_matrix


def plus_minus(n: int) -> np.ndarray:
    return np.vstack([np.eye(n), -np.eye(n)])


def gaussian(*shape: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def injective_draw(m: int, n: int) -> np.ndarray:
    return next(K for K in (gaussian(m, n, seed=s) for s in range(99)) if is_injective(K))


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


# --- units of columns


def nodes(W: np.ndarray) -> tuple[int, int]:
    used = np.zeros(4, np.int64)
    status = decide(W, 10**6, np.empty(W.shape[1]), np.empty(0, np.int32), used)
    return status, int(used[0])


def test_units_of_columns_cost_nothing():
    for seed in range(4):
        W = gaussian(44, 6, seed=seed)
        status, count = nodes(W)
        powers = 2.0 ** np.random.default_rng(seed).integers(-20, 21, 6)
        # power of two: the same search, up to the choice of the first basis
        same, again = nodes(W * powers)
        assert same == status
        assert again <= 2 * count + 50
        units = 10.0 ** np.random.default_rng(seed).uniform(-6, 6, 6)
        other, many = nodes(W * units)
        assert other >= 0
        assert many <= 2 * count + 50
        verdict = is_injective(W * units)
        assert verdict.injective == other
        assert verdict.verify()


def test_units_of_columns_of_pruned_layers():
    """Rows that vanish in the columns of large units must not hide that the others are small."""
    rng = np.random.default_rng(2)
    W = rng.normal(size=(60, 6)) * (rng.random((60, 6)) < 0.5)
    status, count = nodes(W)
    assert status == 1
    for units in (2.0 ** rng.integers(-20, 21, 6), 10.0 ** rng.uniform(-6, 6, 6)):
        same, again = nodes(W * units)
        assert same == 1
        assert again <= 4 * count + 50
    integers = [[int(c * 2**40) * 10 ** (5 * j) for j, c in enumerate(row)] for row in W.tolist()]
    assert is_injective(integers, max_nodes=10**5)


def test_units_of_columns_of_witnesses_and_depths():
    P = gaussian(60, 3, seed=2)
    scaled = P * np.array([1e6, 1.0, 1e-6])
    found = halfspace_depth(scaled, max_nodes=10**4)
    assert found.verify()
    # scaling by powers of two is exact, and changes no depth
    assert halfspace_depth(P * 2.0 ** np.array([20, 0, -20])).depth == halfspace_depth(P).depth
    W = gaussian(14, 6) * 10.0 ** np.linspace(-150, 150, 6)
    verdict = is_injective(W)
    assert not verdict
    assert verdict.verify()
    integers = [[10**200 * i + j, 10**200 * j - i * i] for i in range(-3, 4) for j in (-2, 1)]
    assert (
        is_injective([[a * 10**90, b] for a, b in integers]).injective
        == is_injective(integers).injective
    )


# --- layers that are not Gaussian


def test_pruned_layers_are_decided_in_compiled_code():
    rng = np.random.default_rng(3)
    W = rng.normal(size=(12, 60, 6)) * (rng.random((12, 60, 6)) < 0.5)
    verdicts = decide_batch(W, 10**5)
    assert set(verdicts.tolist()) == {1}
    thin = W[:, :14]
    for V, found in zip(thin, decide_batch(thin, 10**5), strict=True):
        verdict = is_injective(V)
        assert verdict.verify()
        assert found in (-1, verdict.injective)


@pytest.mark.parametrize("values", [(-1, 1), (-1, 0, 1)])
def test_signs_are_decided_in_compiled_code(values):
    rng = np.random.default_rng(4)
    W = rng.choice(np.array(values, float), size=(10, 40, 5))
    verdicts = decide_batch(W, 10**5)
    assert (verdicts == 1).sum() >= 5
    for V, found in zip(W, verdicts, strict=True):
        verdict = is_injective(V.astype(int))
        assert verdict.verify()
        assert found in (-1, verdict.injective)


def test_rows_that_have_died():
    """Each row times a factor; then each entry, where the rows that are alive decide."""
    rng = np.random.default_rng(5)
    W = rng.normal(size=(64, 8))
    dead = rng.random(64) < 0.4
    W[dead] *= 10.0 ** rng.uniform(-226, -10, size=(dead.sum(), 1))
    assert decide_batch(W[None], 10**5)[0] == 1
    verdict = is_injective(W)
    assert verdict
    assert verdict.verify()
    rng = np.random.default_rng(8)
    W = rng.normal(size=(64, 8))
    dead = rng.random(64) < 0.2
    W[dead] *= 10.0 ** rng.uniform(-226, -10, size=(dead.sum(), 8))
    assert decide_batch(W[~dead][None], 10**5)[0] == 1
    assert decide_batch(W[None], 10**5)[0] == -1
    verdict = is_injective(W, max_nodes=10**5)
    assert verdict
    assert verdict.verify()


def test_small_layers_in_compiled_code_against_all_faces():
    """Degenerate rows of all kinds; what the compiled search proves is true."""
    rng = random.Random(6)
    decided = 0
    for _ in range(300):
        n = rng.choice((2, 3, 3))
        rows = [[rng.choice((-2, -1, 0, 0, 1, 1)) for _ in range(n)] for _ in range(9)]
        if rng.random() < 0.5:
            rows = [[c * 2.0 ** rng.choice((0, -60, -400)) for c in row] for row in rows]
        found = int(decide_batch(np.array(rows, float)[None])[0])
        if found >= 0:
            assert found == injective_by_faces(rows), rows
            decided += 1
    assert decided > 150


# --- limits


@pytest.mark.parametrize(("m", "n"), [(256, 16), (1024, 16)])
def test_a_timeout_of_a_decision_is_kept(m, n):
    W = gaussian(m, n)
    is_injective(W[:40, :5])
    started = time.monotonic()
    with pytest.raises(Undecided) as problem:
        is_injective(W, timeout=1)
    assert time.monotonic() - started < 1.5  # a fifth, and 0.3 for a busy machine
    x = problem.value.witness
    rows = read_matrix(W).rows
    count = sum(dot(row, x) >= 0 for row in rows)
    assert count <= problem.value.high <= count + n
    assert n <= problem.value.high < m / 2
    assert problem.value.low == 0


@pytest.mark.parametrize("size", [(20_000, 2), (1000, 5)])
def test_a_timeout_of_a_depth_is_kept(size):
    points = gaussian(*size)
    halfspace_depth(points[:30])
    started = time.monotonic()
    try:
        found = halfspace_depth(points, timeout=1)
    except Undecided as problem:
        low, high, u = problem.low, problem.high, problem.witness
    else:
        low, high, u = found.depth, found.depth, found.direction
    assert time.monotonic() - started < 1.5
    assert 0 <= low <= high < size[0] / 2
    assert high == sum(dot(row, u) >= 0 for row in read_matrix(points).rows)


def test_bounds_of_an_undecided_depth_hold():
    points = gaussian(50, 5, seed=8)
    depth = halfspace_depth(points).depth
    with pytest.raises(Undecided) as problem:
        halfspace_depth(points, max_nodes=2)
    assert 1 <= problem.value.low <= depth <= problem.value.high


def test_what_is_known_of_an_undecided_layer():
    """Opposite rows prove 7 dimensions of 14; the rest is left open."""
    pairs = np.hstack([plus_minus(7), np.zeros((14, 7))])
    W = np.vstack([pairs, gaussian(200, 14)])
    with pytest.raises(Undecided) as problem:
        is_injective(W, max_nodes=1)
    assert problem.value.low == 7


def test_a_timeout_of_a_frame_bound_is_kept():
    """The enclosure that is left holds the exact value of a layer that few cones decide."""
    W = gaussian(60, 5, seed=9)
    exact = frame_bound(W)
    assert exact.exact
    started = time.monotonic()
    early = frame_bound(W, timeout="1/1000")
    assert time.monotonic() - started < 1
    assert not early.exact
    assert early.value.lower <= exact.value.lower
    assert exact.value.upper <= early.value.upper
    started = time.monotonic()
    assert not stability_bounds(gaussian(200, 8), timeout=1).frame.exact
    assert time.monotonic() - started < 1.5


def test_a_bound_of_kappa_that_is_not_reached():
    W = injective_draw(8, 2)
    with pytest.raises(Undecided) as problem:
        lipschitz_constant(W, "1/10000", max_nodes=300)
    x, y = problem.value.witness
    assert ratio_squared(W, x, y) == problem.value.high


def test_fractions_and_floats_have_one_answer():
    W = np.round(gaussian(30, 11), 2)
    W = np.vstack([W[:11], -W[:11], W[11:]])
    exact = [[Fraction(str(c)) for c in row] for row in W.tolist()]
    assert is_injective(W)
    assert is_injective(exact)
    assert is_injective([[mpq(c) / 3 for c in row] for row in exact]).verify()
