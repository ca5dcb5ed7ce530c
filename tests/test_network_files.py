"""Networks with biases beyond their decision: files, collisions, radii, and what is refused."""

import random
import warnings

import numpy as np
import pytest
from gmpy2 import mpq

from polygeo.errors import DomainError, Refuted
from polygeo.relu import (
    Layer,
    apply_network,
    collision_at,
    find_collision,
    frame_bound,
    is_injective_network,
    linear_regions,
    lipschitz_constant,
    network_radius,
    read_layers,
    stability_bounds,
    verify_proof,
)

PLUS_MINUS = [[1, 0], [0, 1], [-1, 0], [0, -1]]
FOUR = [[int(i == j) for j in range(4)] for i in range(4)]
BIASES = [[1, 1, 1, 1], None]


@pytest.fixture
def model(tmp_path):
    arrays = {"fc1.weight": np.array(PLUS_MINUS, "f4"), "fc1.bias": np.ones(4, "f4")}
    np.savez(tmp_path / "net.npz", **arrays, **{"fc2.weight": np.array(FOUR, "f4")})
    return tmp_path / "net.npz"


def test_a_file_its_layers_and_a_mapping_are_one_network(model):
    layers = read_layers(model)
    mapping = {layer.name: [*layer.weights.entries] for layer in layers} | {"fc1.bias": [1] * 4}
    for source in (model, str(model), layers, mapping):
        verdict = is_injective_network(source)
        assert verdict.injective
        assert verdict.verify()
        assert repr(verdict.weights) == "Network(2 -> 4 -> 4, biases)"
        assert apply_network(source, [2, -3]) == apply_network([PLUS_MINUS, FOUR], [2, -3], BIASES)
    assert apply_network(model, [2, -3]) == (3, 0, 0, 4)


def test_biases_that_are_given_take_the_place_of_those_of_the_file(model):
    assert apply_network(model, [2, -3], [[0] * 4, None]) == (2, 0, 0, 3)
    assert not any(is_injective_network(model, biases=[None, None]).weights.biases)


def test_what_is_no_network_in_a_file(tmp_path):
    last = Layer("logits", read_layers({"W": [[1, 2]]})[0].weights, None, False)
    with pytest.raises(DomainError, match="no ReLU follows layer logits"):
        is_injective_network([last])
    np.savez(tmp_path / "net.npz", a=np.eye(3), b=np.ones((2, 2)))
    for source in (tmp_path / "net.npz", tmp_path / "none.npz", "model.pt", {}, {"W": "x"}, b"W"):
        with pytest.raises(DomainError) as caught:
            is_injective_network(source)
        assert "\n" not in str(caught.value)
    with pytest.raises(DomainError, match="got over 64"):
        is_injective_network([[[1]]] * 99)


def test_collisions_of_networks_with_biases():
    """Each is one by exact evaluation; at small inputs the biases decide."""
    found = collision_at([[[1], [2]]], ["-1/2"], biases=[[0, 0]])
    assert found.verify([[[1], [2]]])
    assert max(found.x, found.y) <= (0,)
    assert collision_at([[[1], [2]]], ["-1/2"], biases=[[1, 0]]) is None
    shifted = collision_at([[[1], [2]]], [-3], biases=[[1, 0]])
    assert -1 >= shifted.x[0] > shifted.y[0] or -1 >= shifted.y[0] > shifted.x[0]
    rng, seen = random.Random(4), 0
    for _ in range(30):
        W = [[rng.randint(-2, 2) for _ in range(2)] for _ in range(5)]
        V = [[rng.randint(-2, 2) for _ in range(5)] for _ in range(5)]
        biases = [[rng.randint(-2, 2) for _ in W], [rng.randint(-2, 2) for _ in V]]
        one = find_collision([W, V], 1, 40, biases=biases)
        if one is not None:
            seen += 1
            assert one.x != one.y
            assert apply_network([W, V], one.x, biases) == apply_network([W, V], one.y, biases)
            assert is_injective_network([W, V], biases=biases).injective is False
    assert seen > 10


def test_a_network_keeps_its_biases_in_every_function():
    """A verdict holds the network; it is not taken for the one without biases."""
    weights, biases = [[[1], [-1]]], [[-1, -1]]
    network = is_injective_network(weights, biases=biases).weights
    assert not is_injective_network(network)
    assert is_injective_network(weights)
    found = find_collision(network)
    assert found.verify(network)
    with pytest.raises(Refuted):
        found.verify(weights)
    assert collision_at(network, [0]).verify(weights, biases)
    assert network_radius(network, [3]).radius == network_radius(weights, [3], biases).radius
    assert network_radius(network, [3]).radius < network_radius(weights, [3]).radius


def test_a_fan_proves_nothing_of_a_network_with_biases():
    weights = [[[1], [-1]]]
    proof = is_injective_network(weights).proof
    assert verify_proof(weights, proof)
    network = is_injective_network(weights, biases=[[-1, -1]]).weights
    with pytest.raises(DomainError, match="without biases") as caught:
        verify_proof(network, proof)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("quantity", [frame_bound, stability_bounds, lipschitz_constant])
def test_bounds_of_stability_are_for_layers_without_biases(quantity):
    (plain,) = read_layers({"fc.weight": PLUS_MINUS, "fc.bias": [0] * 4})
    (biased,) = read_layers({"fc.weight": PLUS_MINUS, "fc.bias": [0, 0, 0, 1]})
    with pytest.raises(DomainError, match=r"without biases.*got Layer") as caught:
        quantity(biased)
    assert "\n" not in str(caught.value)
    assert str(quantity(plain)) == str(quantity(PLUS_MINUS))


def test_regions_count_the_pieces_of_a_layer_with_biases():
    """On a line: one piece more than there are different kinks."""
    rng = random.Random(2)
    for _ in range(40):
        W = [[rng.choice((-2, -1, 1, 2))] for _ in range(5)]
        b = [rng.randint(-2, 2) for _ in W]
        kinks = {mpq(-c, w) for (w,), c in zip(W, b, strict=True)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert linear_regions(W, b) == len(kinks) + 1
