"""Networks with biases and on sets of inputs: decisions by layers, collisions, evaluation."""

import random
from dataclasses import replace

import pytest
from gmpy2 import mpq

from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.relu import apply_network, is_injective, is_injective_network


def random_network(rng):
    n, depth = rng.choice((1, 2)), rng.choice((1, 2, 3))
    widths = [n, *(rng.randint(n, 2 * n + 3) for _ in range(depth))]
    weights = [
        [[rng.randint(-2, 2) for _ in range(widths[k])] for _ in range(widths[k + 1])]
        for k in range(depth)
    ]
    biases = [[rng.randint(-2, 2) for _ in W] if rng.random() < 0.7 else None for W in weights]
    return n, weights, biases


def test_answers_hold_at_many_inputs():
    """A collision is checked exactly; an injective network has different outputs on a grid."""
    rng, seen = random.Random(1), {}
    for _ in range(80):
        n, weights, biases = random_network(rng)
        inputs = rng.choice((None, "nonnegative", (-1, 1), ([0] * n, [2] * n)))
        try:
            verdict = is_injective_network(weights, biases=biases, inputs=inputs)
        except Undecided:
            seen["open"] = seen.get("open", 0) + 1
            continue
        assert verdict.verify()
        seen[verdict.injective] = seen.get(verdict.injective, 0) + 1
        if verdict:
            grid = [mpq(k, 7) for k in range(8)]
            points = [(x,) for x in grid] if n == 1 else [(x, y) for x in grid for y in grid]
            outputs = {apply_network(weights, x, biases) for x in points}
            assert len(outputs) == len(points)
        else:
            x, y = verdict.collision.x, verdict.collision.y
            assert x != y
            assert apply_network(weights, x, biases) == apply_network(weights, y, biases)
    assert seen[True] > 5
    assert seen[False] > 20
    assert seen.get("open", 0) < 12


def test_one_layer_is_decided_as_a_layer():
    rng = random.Random(2)
    for _ in range(40):
        W = [[rng.randint(-2, 2) for _ in range(2)] for _ in range(5)]
        b = [rng.randint(-1, 2) for _ in W]
        verdict = is_injective_network([W], biases=[b], inputs=(0, 1))
        assert verdict.injective == is_injective(W, b, (0, 1)).injective


def test_the_second_layer_gets_nonnegative_inputs_and_boxes():
    one = [[1, 0], [0, 1]]
    plus_minus = [*one, [-1, 0], [0, -1]]
    four = [[int(i == j) for j in range(4)] for i in range(4)]
    verdict = is_injective_network([plus_minus, four], biases=[[1, 1, 1, 1], None])
    assert verdict.injective
    assert verdict.verify()
    assert [layer.setting for layer in verdict.layers] == ["with biases", "inputs: nonnegative"]
    shifted = is_injective_network([one, one], biases=[[1, 1], [-1, -1]], inputs=(0, 1))
    assert shifted.verify()
    with pytest.raises(Refuted, match="2 verdicts"):
        replace(shifted, layers=shifted.layers[:1]).verify()
    with pytest.raises((Refuted, DomainError)):
        replace(shifted, layers=shifted.layers[::-1], inputs=None).verify()


def test_biases_that_are_zero_are_none():
    weights = [[[1], [-1]], [[1, -1], [-1, 1]]]
    verdict = is_injective_network(weights, biases=[[0, 0], None])
    assert verdict.injective
    assert verdict.reason == "fan"


def test_values_by_hand():
    weights, biases = [[[1], [-1]], [[1, 2]]], [[1, "1/2"], [-3]]
    assert apply_network(weights, [2], biases) == (0,)
    assert apply_network(weights, [-3], biases) == (4,)
    assert apply_network(weights, [5], biases) == (3,)


def test_false_collisions_are_refuted():
    verdict = is_injective_network([[[1]]], biases=[[1]])
    assert not verdict
    assert verdict.verify()
    inside = is_injective_network([[[1]]], biases=[[-1]], inputs=(0, 2))
    assert inside.verify()
    far = replace(inside, collision=verdict.collision)
    with pytest.raises(Refuted):
        far.verify()


def test_what_layers_do_not_tell_is_open():
    """The second layer fails on nonnegative inputs, on the image of the first it does not."""
    with pytest.raises(Undecided, match="layer 2 is not injective on all of its inputs"):
        is_injective_network([[[1], [-1]], [[1, -1], [-1, 1]]], biases=[[1, 1], None])


@pytest.mark.parametrize(
    ("biases", "inputs", "reason"),
    [
        ([[1]], None, "2 entries"),
        ([[1, 2, 3], None], None, "needs 2 numbers"),
        ([["x", 1], None], None, "rational"),
        (3, None, "sequence"),
        (None, (2, 1), "low <= high"),
        (None, ([0, 0], [1, 1]), "needs 1 numbers"),
    ],
)
def test_bad_input_gets_one_line(biases, inputs, reason):
    with pytest.raises(DomainError, match=reason) as caught:
        is_injective_network([[[1], [-1]], [[1, 0], [0, 1]]], biases=biases, inputs=inputs)
    assert "\n" not in str(caught.value)
