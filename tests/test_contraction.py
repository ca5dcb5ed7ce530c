"""Contraction of angles by random layers."""

from itertools import pairwise
from math import pi

import numpy as np
import pytest
from gmpy2 import mpq

from polygeo.answers import Ball
from polygeo.errors import DomainError, NotConverged
from polygeo.relu import angle_asymptotic, angle_map, angle_sequence, estimate_contraction


def test_the_map_is_the_mean_over_gaussian_rows():
    """cos of the angle behind the layer = E ReLU(u) ReLU(v) / E ReLU(u)^2, by quadrature."""
    from scipy.integrate import quad

    for theta in (0.3, 1.0, 2.5):

        def density(phi, t=theta):  # E over the direction of (g, h) in the plane
            return max(np.cos(phi), 0) * max(np.cos(phi - t), 0) / pi

        mean, _ = quad(density, -pi, pi, points=[-pi / 2, pi / 2, theta - pi / 2])
        cosine = mean / 0.5  # E ReLU(u)^2 = 1/2, E r^2 = 2
        assert np.cos(float(angle_map(mpq(theta)))) == pytest.approx(cosine, abs=1e-7)


def test_digits_of_angles_are_right():
    for start in ("pi", "pi/2", "1/1000", 3):
        for layers in (1, 7, 300):
            coarse, fine = angle_map(start, layers, 8), angle_map(start, layers, 60)
            assert coarse.overlaps(fine)
            assert coarse.decimal(8) == fine.decimal(8)
            assert fine.proved_digits >= 60
    whole = angle_sequence("pi/2", 5, 30)
    step = angle_map(whole[3], 1, 15)
    assert step.overlaps(whole[4])
    assert angle_map(0, 10) == Ball.of(0, angle_map(0, 10).bits).with_source("networks.angle_map")


def test_angles_fall_and_their_order_stays():
    lower, upper = angle_sequence(1, 40), angle_sequence(mpq(11, 10), 40)
    assert all(b < a for a, b in pairwise(upper))
    assert all(a < b for a, b in zip(lower, upper, strict=True))


def test_the_constant_behind_the_leading_terms_converges():
    """3 pi / t_l = l + (3/2) log l + c + o(1), from any start: c settles down."""
    for start in ("pi/2", "3"):
        gaps = []
        for k in (1000, 2000, 4000):
            t, leading = float(angle_map(start, k)), float(angle_asymptotic(k))
            gaps.append(3 * pi / t - 3 * pi / leading)
        assert abs(gaps[2] - gaps[1]) < 0.6 * abs(gaps[1] - gaps[0]) < 0.01


def test_simulated_angles_near_the_limit():
    runs = estimate_contraction(2000, 3, "pi/3", samples=640, seed=4)
    for run, exact in zip(runs, angle_sequence("pi/3", 3)[1:], strict=True):
        assert abs(run.mean - float(exact)) < 6 * run.stderr + 2 / 2000
        assert run.stderr < 0.003
    again = estimate_contraction(2000, 3, "pi/3", samples=640, seed=4)
    assert again == runs


def test_matrices_give_the_same_law_as_pairs():
    """The Markov chain of angles against explicit matrices (false alarm below 1e-5)."""
    width, layers, draws = 60, 3, 400
    rng = np.random.default_rng(8)
    angles = []
    for _ in range(draws):
        x = np.stack([np.eye(width)[0], np.eye(width)[1]])
        for _ in range(layers):
            x = np.maximum(x @ rng.standard_normal((width, width)).T, 0)
        x /= np.linalg.norm(x, axis=1, keepdims=True)
        angles.append(np.arccos(x[0] @ x[1]))
    run = estimate_contraction(width, layers, "pi/2", samples=640, seed=1)[-1]
    error = (run.stderr**2 + np.var(angles) / draws) ** 0.5
    assert abs(run.mean - np.mean(angles)) < 5 * error


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: angle_map(4), r"an angle must lie in \[0, pi\]; got 4"),
        (lambda: angle_map("-1/2"), "an angle must lie"),
        (lambda: angle_map("tau"), "angle needs a rational number"),
        (lambda: angle_map(1, -1), "layers must lie in"),
        (lambda: angle_map(1, 10**7), "layers must lie in"),
        (lambda: angle_asymptotic(0), "layers must be at least 1"),
        (lambda: estimate_contraction(5, 3), "width must lie in"),
        (lambda: estimate_contraction(50, 0), "1 to 10000 layers"),
        (lambda: estimate_contraction(50, 2, seed=-1), "seed must lie"),
    ],
)
def test_bad_questions_about_angles(call, words):
    with pytest.raises(DomainError, match=words):
        call()


def test_a_wide_ball_is_not_made_narrow():
    with pytest.raises(NotConverged):
        angle_map(Ball.between("1", "1.1"), 2)
