"""Deep networks: exact decisions, the check of their proofs, collisions, the experiment."""

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import refused

from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.polyhedra.vectors import rank
from polygeo.relu import (
    Collision,
    FanProof,
    apply_network,
    collision_at,
    estimate_deep_injectivity,
    find_collision,
    frame_bound,
    gaussian_network,
    injectivity_probability,
    is_injective_network,
    linear_regions,
    verify_proof,
)
from polygeo.relu.cells.cells import Subdivision, linear_values

PLUS_MINUS = [[1, 0], [0, 1], [-1, 0], [0, -1]]
small = st.integers(-2, 2)


def layer(m, n):
    return st.lists(st.lists(small, min_size=n, max_size=n), min_size=m, max_size=m)


def doubled(m, factors=(1,)):
    """Rows +-f e_i: a layer that is injective on all of R^m."""
    rows = []
    for i in range(m):
        for sign in (1, -1):
            f = factors[(2 * i + (sign < 0)) % len(factors)]
            rows.append([sign * f * (i == j) for j in range(m)])
    return rows


# --- one layer


@given(st.integers(1, 3).flatmap(lambda n: st.integers(n, 7).flatmap(lambda m: layer(m, n))))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_one_layer_is_injective_if_and_only_if_its_frame_bound_is_positive(W):
    verdict = is_injective_network([W])
    assert verdict.injective == (frame_bound(W).value.lower > 0)
    assert verdict.verify()


def test_known_layers():
    assert is_injective_network([PLUS_MINUS])
    assert not is_injective_network([[[1, 0], [1, 0], [-1, 0], [-1, 0], [0, 1]]])
    assert not is_injective_network([[[0, 0], [1, 0]]])  # rank 1: a kernel
    assert is_injective_network([[[1], [-1]]])
    assert not is_injective_network([[[1], [2]]])


@pytest.mark.parametrize(("m", "n"), [(3, 2), (4, 2), (7, 3)])
def test_few_rows_are_never_injective(m, n):
    for seed in range(5):
        W = np.random.default_rng(seed).standard_normal((m, n))
        verdict = is_injective_network([W])
        assert not verdict.injective
        assert verdict.verify()


# --- more layers


@given(layer(4, 2), st.lists(st.integers(1, 5), min_size=8, max_size=8))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_second_layer_that_is_injective_everywhere_changes_nothing(W, factors):
    first = is_injective_network([W])
    both = is_injective_network([W, doubled(4, factors)])
    assert first.injective == both.injective
    assert both.verify()


@given(layer(4, 2), layer(4, 4))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_small_networks_against_a_grid(first, second):
    """No two points of a grid with one image where the verdict is injective; else a collision."""
    weights = [first, second]
    verdict = is_injective_network(weights)
    assert verdict.verify()
    if verdict.injective:
        images = {apply_network(weights, x) for x in product(range(-6, 7), repeat=2)}
        assert len(images) == 13 * 13
        assert verdict.proof is not None
    else:
        x, y = verdict.collision.x, verdict.collision.y
        assert x != y
        assert apply_network(weights, x) == apply_network(weights, y)


@given(layer(5, 2), layer(5, 5), st.permutations(range(5)), st.lists(st.integers(1, 7), min_size=5))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_permuted_and_rescaled_neurons_change_nothing(first, second, order, factors):
    """ReLU(c t) = c ReLU(t): a hidden row times c, its column in the next layer over c."""
    new_first = [[factors[i] * c for c in first[i]] for i in order]
    new_second = [[mpq(row[i], factors[i]) for i in order] for row in second]
    shuffled = [[3 * c for c in new_second[i]] for i in reversed(range(5))]
    answers = {is_injective_network([first, second]).injective}
    answers.add(is_injective_network([new_first, new_second]).injective)
    answers.add(is_injective_network([new_first, shuffled]).injective)
    assert len(answers) == 1


def test_a_fold_that_only_two_pieces_show():
    """Every linear piece is injective, but two of them overlap: [I; -I], then x_1+x_3, x_2+x_4."""
    verdict = is_injective_network([PLUS_MINUS, [[1, 0, 1, 0], [0, 1, 0, 1]]])
    assert not verdict.injective
    assert verdict.reason == "two pieces"
    assert verdict.verify()


def test_a_later_layer_needs_to_be_injective_on_the_image_only():
    """The identity on R^4 is injective on the non-negative image, not on R^4."""
    identity = np.eye(4, dtype=int).tolist()
    assert not is_injective_network([[[1, 0], [1, 0], [0, 1]]])
    assert is_injective_network([PLUS_MINUS, identity, identity])
    assert is_injective_network([[[1], [-1]], [[1, -1], [-1, 1]]])


@pytest.mark.parametrize("seed", range(6))
def test_proofs_of_random_networks(seed):
    weights = gaussian_network(2, 12, 2, np.random.default_rng(seed))
    verdict = is_injective_network(weights)
    assert verdict.verify()
    if not verdict.injective:
        assert find_collision(weights, max_nodes=200) or verdict.reason == "two pieces"


def test_three_inputs():
    counts = set()
    for seed in range(3):
        verdict = is_injective_network(gaussian_network(3, 14, 1, np.random.default_rng(seed)))
        assert verdict.verify()
        if verdict.proof is not None:
            counts.add(len(verdict.proof.cones))
    # a generic spherical triangulation: 2V - 4 triangles on V = 2 binom(14, 2) vertices
    assert counts == {2 * 2 * 91 - 4}


# --- the verifier refuses what proves nothing


@pytest.fixture(scope="module")
def proved():
    for seed in range(50):
        weights = gaussian_network(2, 10, 2, np.random.default_rng(seed))
        verdict = is_injective_network(weights)
        if verdict.proof is not None and verdict.proof.functionals:
            return weights, verdict.proof
    raise AssertionError("no network was found")


def test_a_proof_with_a_gap_is_refused(proved):
    weights, proof = proved
    assert verify_proof(weights, proof)
    with pytest.raises(Refuted, match="end at the facet"):
        verify_proof(weights, replace(proof, cones=proof.cones[1:], functionals={}))
    with pytest.raises(Refuted, match="no cones"):
        verify_proof(weights, replace(proof, cones=(), functionals={}))
    with pytest.raises(Refuted, match="not told apart"):
        verify_proof(weights, replace(proof, functionals={}))
    key = next(iter(proof.functionals))
    wrong = {**proof.functionals, key: tuple(-c for c in proof.functionals[key])}
    with pytest.raises(Refuted, match="fails at ray"):
        verify_proof(weights, replace(proof, functionals=wrong))


def test_a_proof_is_written_and_read(proved):
    weights, proof = proved
    again = FanProof.from_dict(json.loads(json.dumps(proof.to_dict())))
    assert again == proof
    assert verify_proof(weights, again)
    record = proof.to_dict()
    for wrong in (
        None,
        {},
        {**record, "cones": [[0, 10**6]]},
        {**record, "rays": ["1 x"]},
        {**record, "functionals": [[0, 1]]},
    ):
        with pytest.raises(DomainError, match="a record of a proof needs"):
            FanProof.from_dict(wrong)
    with pytest.raises(Refuted, match="do not lie in"):
        verify_proof([[[1], [-1]]], proof)
    with pytest.raises(Refuted, match="need 10 coordinates"):
        verify_proof(weights, replace(proof, functionals={(0, 1): (1,)}))


def test_a_cone_over_a_kink_is_refused(proved):
    weights, proof = proved
    (a, b), others = proof.cones[0], proof.cones[1:]
    beyond = next(c for c in others if len({a, b} & set(c)) == 1)
    merged = tuple(sorted({a, b} ^ set(beyond)))
    rest = tuple(c for c in others if c != beyond)
    with pytest.raises(Refuted, match="not linear"):
        verify_proof(weights, replace(proof, cones=(merged, *rest), functionals={}))
    with pytest.raises(Refuted, match="independent rays"):
        verify_proof(weights, replace(proof, cones=((a, a), *others), functionals={}))


def test_the_proof_belongs_to_its_weights(proved):
    weights, proof = proved
    with pytest.raises(Refuted):
        verify_proof(gaussian_network(2, 10, 2, np.random.default_rng(999)), proof)
    with pytest.raises(Refuted, match="are equal"):
        Collision.of([1, 2], [1, 2]).verify(weights)
    with pytest.raises(Refuted, match="differ"):
        Collision.of([1, 2], [1, 3]).verify(weights)


# --- cells


@pytest.mark.parametrize(("m", "n"), [(5, 2), (7, 3), (7, 4)])
def test_cells_and_simplices_of_a_subdivision(m, n):
    rows = [tuple(r) for r in np.random.default_rng(m).integers(-9, 10, (m, n)).tolist()]
    table = Subdivision(linear_values(rows))
    every = (1 << m) - 1
    cells = table.refine(table.orthants(rows, 10**4), every, 0, 10**4)
    assert len(cells) == linear_regions(rows)
    signs = set()
    for cell in cells:
        above, below = table.signs(cell)
        assert not above & below
        signs.add(above)
        rays = [table.rays[i] for i in cell]
        assert rank(rays) == n
        for i in cell:  # extreme: n - 1 independent rows vanish
            tight = [r for r, v in zip(rows, table.values[i], strict=True) if v == 0]
            assert rank(tight) == n - 1
    assert len(signs) == len(cells)
    simplices = [s for c in cells for s in table.simplices(c, every, n)]
    facets = {}
    for simplex in simplices:
        assert rank([table.rays[i] for i in simplex]) == n
        for i in simplex:
            facets.setdefault(frozenset(simplex) - {i}, []).append(simplex)
    assert all(len(around) == 2 for around in facets.values())


# --- the search


def test_the_search_finds_what_is_there():
    found = 0
    for seed in range(6):
        weights = gaussian_network(8, 24, 1, np.random.default_rng(seed))  # m <= 3n: no chance
        collision = find_collision(weights, seed=1)
        found += collision is not None and collision.verify(weights)
    assert found == 6
    assert find_collision([PLUS_MINUS], max_nodes=30) is None


def test_a_collision_in_the_second_layer():
    weights = [PLUS_MINUS, [[1, 1, 1, 1], [1, 2, 3, 4], [-1, -1, -1, -1]]]
    weights[1] = [[1, 1, 0, 0], [0, 0, 1, 1]]
    found = collision_at(weights, [1, 2])
    assert found is not None
    assert found.verify(weights)
    assert collision_at([PLUS_MINUS], [1, 2]) is None


def test_the_experiment_meets_the_exact_probability():
    for width in (8, 11):
        run = estimate_deep_injectivity(2, width, 1, samples=400, seed=3)
        assert run.agrees(injectivity_probability(width, 2), 1e-4)
    assert estimate_deep_injectivity(2, 8, 2, samples=40, seed=1) == estimate_deep_injectivity(
        2, 8, 2, samples=40, seed=1
    )
    assert estimate_deep_injectivity(2, 4, 1, samples=10, seed=1).mean == 0


# --- bad input


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: is_injective_network([]), "1 to 64 layers; got 0"),
        (lambda: is_injective_network(7), "a network is a list of matrices"),
        (lambda: is_injective_network([[[1, 2]], [[1, 2]]]), "needs 1 columns, as many as weights"),
        (lambda: is_injective_network([[["x"]]]), "needs a rational number"),
        (lambda: apply_network([[[1]]], [1, 2]), "x needs 1 numbers; got 2"),
        (lambda: collision_at([[[1]]], [1, 2]), "x needs 1 numbers; got 2"),
        (lambda: estimate_deep_injectivity(5, 20, 1), "1 <= n <= 3"),
        (lambda: estimate_deep_injectivity(2, 8, 1, samples=0), "samples must be at least 1"),
        (lambda: find_collision([[[1]]], seed=-2), "seed must lie"),
    ],
)
def test_bad_questions(call, words):
    with refused(match=words):
        call()


def test_too_large_a_network_is_left_open():
    first = np.vstack([np.eye(3), -np.eye(3)]).astype(int).tolist()
    weights = [first, np.random.default_rng(0).standard_normal((8, 6))]
    with pytest.raises(Undecided, match="too large for an exact decision"):
        is_injective_network(weights, max_nodes=2)


def test_orthants_that_would_fill_the_memory_are_not_listed():
    verdict = is_injective_network([np.eye(40)])
    assert (verdict.injective, verdict.reason, verdict.verify()) == (False, "first layer", True)


def test_a_first_layer_that_fails_is_enough():
    weights = gaussian_network(4, 10, 2, np.random.default_rng(0))
    verdict = is_injective_network(weights, max_nodes=50)
    assert (verdict.injective, verdict.reason, verdict.verify()) == (False, "first layer", True)


def test_layers_one_by_one():
    """Too many cones for the whole network, but both layers are injective on all of their space."""
    for weights in ([[[1], [-1]], PLUS_MINUS], [PLUS_MINUS, doubled(4)]):
        verdict = is_injective_network(weights, max_nodes=1)
        assert (verdict.injective, verdict.reason, verdict.verify()) == (True, "layers", True)


def test_a_verdict_that_claims_more_than_it_shows_is_refuted():
    plane = is_injective_network([[[1, 0], [0, 1]]])
    layers = is_injective_network([[[1], [-1]], PLUS_MINUS], max_nodes=1)
    for claim in (
        replace(plane, collision=None),
        replace(plane, injective=True),
        replace(layers, injective=False),
        replace(layers, weights=plane.weights),
    ):
        with pytest.raises(Refuted):
            claim.verify()
