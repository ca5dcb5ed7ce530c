"""Balls of injectivity around a point: brute force in the plane, attacks, tampering, networks."""

import dataclasses
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from gmpy2 import mpq

from polygeo import relu
from polygeo.errors import DomainError, Refuted

DIRECTIONS = [u for u in product(range(-9, 10), repeat=2) if u != (0, 0)]
"""In the plane: all directions in which a row with entries up to 2 vanishes, and some between."""


def relued(W, b, x):
    """The exact output."""
    return [
        max(sum((w * c for w, c in zip(r, x, strict=True)), mpq(0)) + a, mpq(0))
        for r, a in zip(W, b, strict=True)
    ]


def spans(rows):
    return any(a[0] * b[1] != a[1] * b[0] for a in rows for b in rows)


def planar_layers(count):
    rng = np.random.default_rng(17)
    while count:
        m = rng.integers(2, 7)
        W = rng.integers(-2, 3, (m, 2)).tolist()
        if spans(W):
            count -= 1
            tenths = [Fraction(int(c), 10) for c in rng.integers(-20, 21, 2)]
            yield (
                W,
                tenths if count % 2 else rng.integers(-2, 3, 2).tolist(),
                rng.integers(-1, 2, m).tolist(),
            )


def test_planar_layers_against_brute_force():
    """r: larger margins do not span; near x by all directions; everything in rationals."""
    signs = set()
    for W, x, b in planar_layers(120):
        found = relu.injectivity_radius(W, x, b)
        value = [mpq(w[0]) * x[0] + mpq(w[1]) * x[1] + a for w, a in zip(W, b, strict=True)]
        square = {
            i: v * abs(v) / (w[0] ** 2 + w[1] ** 2)
            for i, (v, w) in enumerate(zip(value, W, strict=True))
            if any(w)
        }
        levels = [s for s in square.values() if spans([W[i] for i in square if square[i] >= s])]
        assert found.squared == max(levels)
        assert found.rows == tuple(i for i in square if square[i] >= found.squared)
        near = all(
            spans(
                [
                    w
                    for w, v in zip(W, value, strict=True)
                    if v > 0 or (v == 0 and w[0] * u[0] + w[1] * u[1] >= 0)
                ]
            )
            for u in DIRECTIONS
        ) and spans([w for w, v in zip(W, value, strict=True) if v >= 0])
        assert found.injective_nearby == near
        assert (found.collision is None) == near
        if not near:
            y, z = found.collision
            assert y != z
            assert relued(W, b, y) == relued(W, b, z)
        assert found.verify()
        signs.add((found.squared > 0) - (found.squared < 0))
    assert signs == {-1, 0, 1}


def test_square_root_and_singular_value():
    found = relu.injectivity_radius([[1, 1], [1, 0], [0, 0]], ["1/10", "2/10"])
    assert found.radius.overlaps(mpq(1, 10))
    assert found.squared == mpq(1, 100)
    # eigenvalues of [[2, 1], [1, 1]] are (3 +- sqrt 5) / 2
    assert found.lipschitz.contains(mpq(6180339887498948, 10**16))
    assert found.lipschitz.rad < mpq(1, 10**10)


def test_no_attack_succeeds_inside_the_ball():
    rng = np.random.default_rng(5)
    for m, n in ((20, 3), (60, 8)):
        W, x, b = rng.normal(size=(m, n)), rng.normal(size=n), rng.normal(size=m) / 4
        found = relu.injectivity_radius(W, x, b)
        assert found.squared > 0
        r, least = float(found.radius) * (1 - 1e-9), float(found.lipschitz)
        y, z = (rng.normal(size=(1000, n)) for _ in range(2))
        y *= (r * rng.uniform(size=1000) ** (1 / n) / np.linalg.norm(y, axis=1))[:, None]
        z *= r / np.linalg.norm(z, axis=1)[:, None]

        def gap(y, z, W=W, x=x, b=b):
            f, g = (np.maximum((x + p) @ W.T + b, 0) for p in (y, z))
            return np.linalg.norm(f - g, axis=1) / np.linalg.norm(y - z, axis=1)

        assert gap(y, z).min() >= least
        for _ in range(25):  # pairs move where the quotient is less
            moved = z + rng.normal(size=z.shape) * r / 10
            moved *= np.minimum(1, r / np.linalg.norm(moved, axis=1))[:, None]
            better = gap(y, moved) < gap(y, z)
            z[better] = moved[better]
        assert gap(y, z).min() >= least
        # the output of an input of the open ball is that of no other input
        inside, far = x + y[0] * 0.5, x + rng.normal(size=(1000, n)) * 5
        assert np.abs(np.maximum(far @ W.T + b, 0) - np.maximum(W @ inside + b, 0)).max(1).min() > 0
        # beyond the ball the rows that stay active do not span
        beyond = W[(W @ x + b) / np.linalg.norm(W, axis=1) >= float(found.radius) * (1 + 1e-9)]
        assert np.linalg.matrix_rank(beyond) < n


def test_invert():
    rng = np.random.default_rng(3)
    W, x, b = rng.normal(size=(30, 4)), rng.normal(size=4), rng.normal(size=30)
    found = relu.injectivity_radius(W, x, b)
    step = [mpq(1, 3) * mpq(float(found.radius)) / 2 for _ in range(4)]
    z = [mpq(float(c)) + s for c, s in zip(x, step, strict=True)]
    exact = [[mpq(float(c)) for c in row] for row in W]
    assert list(found.invert(relued(exact, [mpq(float(c)) for c in b], z))) == z
    square = relu.injectivity_radius([[1, 0], [0, 1], [1, 1]], [1, 1])
    assert square.rows == (0, 1, 2)
    assert square.invert([1, 1, 5]) == (2, 2)  # least squares


def test_ties_scales_and_kinds_of_input():
    tenths = [["1/10", "2/10"], ["2/10", "4/10"], ["1/10", "-1/10"], [0, 0]]
    found = relu.injectivity_radius(tenths, [1, 0])
    assert found.rows == (0, 1, 2)
    assert found.squared == mpq(1, 5)
    for factor in (2.0**-1000, 2.0**-130, 2.0**600, 2.0**1000):
        W = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, -1.0]]) * factor
        scaled = relu.injectivity_radius(W, [1, 1])
        assert scaled.squared == mpq(4, 10)
        assert scaled.rows == (0, 1, 2)
        assert scaled.lipschitz.lower > 0
        assert scaled.verify()
    many = relu.injectivity_radius(np.eye(3, dtype=np.float32), np.arange(6).reshape(2, 3))
    assert [one.squared for one in many] == [0, 9]
    assert repr(many[1]) == "InjectivityRadius(3, 3 x 3)"


def test_nearly_dependent_rows_have_a_positive_bound():
    W = [[1, 0], [1, mpq(1, 10**30)]]
    found = relu.injectivity_radius(W, [1, 1])
    assert found.lipschitz.lower > 0
    assert float(found.lipschitz) < 1e-29
    assert found.verify()


def test_tampered_radius_is_refuted():
    found = relu.injectivity_radius([[1, 0], [0, 1], [1, 1]], [3, 1])
    for change in (
        {"squared": mpq(4)},
        {"rows": (0,)},
        {"rows": (1, 2)},
        {"radius": -found.radius},
    ):
        with pytest.raises(Refuted):
            dataclasses.replace(found, **change).verify()


def test_network_radius_is_sound():
    rng = np.random.default_rng(11)
    proved = 0
    for widths in ((3, 12, 10), (4, 16, 8, 9), (3, 2, 8), (2, 5)):
        weights = [rng.normal(size=(b, a)) for a, b in pairwise(widths)]
        biases = [rng.normal(size=b) / 3 for b in widths[1:]]
        for _ in range(4):
            x = rng.normal(size=widths[0])
            found = relu.network_radius(weights, x, biases)
            assert found.verify()
            r = float(found.radius)
            if not r:
                continue
            proved += 1
            y, z = (rng.normal(size=(3000, widths[0])) for _ in range(2))
            y, z = (
                p * (r / np.linalg.norm(p, axis=1) * rng.uniform(size=3000))[:, None]
                for p in (y, z)
            )
            f, g = x + y, x + z
            for W, b in zip(weights, biases, strict=True):
                f, g = np.maximum(f @ W.T + b, 0), np.maximum(g @ W.T + b, 0)
            quotient = np.linalg.norm(f - g, axis=1) / np.linalg.norm(y - z, axis=1)
            assert quotient.min() >= float(found.lipschitz) * (1 - 1e-9)
    assert proved >= 6
    assert relu.network_radius([np.ones((3, 2))], [1, 1]).radius == 0


def test_network_of_one_layer_is_the_layer():
    for W, x, b in planar_layers(40):
        one, chain = relu.injectivity_radius(W, x, b), relu.network_radius([W], x, [b])
        if one.squared > 0:
            assert chain.radius <= one.radius.upper
            assert chain.radius >= one.radius.lower * (1 - mpq(1, 10**5))
        else:
            assert chain.radius == 0


@pytest.mark.parametrize(
    ("W", "x", "bias"),
    [
        ([[1, 0]], [1, 1], None),
        ([[1, 0], [2, 0]], [1, 1], None),
        ([[1, 0], [0, 1]], [1], None),
        ([[1, 0], [0, 1]], [1, 1], [1]),
        ([[1, 0], [0, 1]], [1, float("nan")], None),
        ([[1, 0], [0, float("inf")]], [1, 1], None),
        ([[1, 0], [0, 1]], [[1, 1, 1]], None),
        ([[1, 0], [0, 1]], [1, 1], [0, "x"]),
    ],
)
def test_unsuitable_data(W, x, bias):
    with pytest.raises(DomainError):
        relu.injectivity_radius(W, x, bias)
    with pytest.raises(DomainError):
        relu.injectivity_radius([[1, 0], [0, 1]], [1, -1]).lipschitz.mid  # noqa: B018


def test_printed_radii_are_of_any_size():
    plane = [[1, 0], [0, 1]]
    for scale in (mpq(1, 10**400), mpq(10) ** 400):
        shown = repr(relu.injectivity_radius(plane, [scale, scale]))
        assert shown == f"InjectivityRadius(1e{'-' if scale < 1 else '+'}400, 2 x 2)"
