"""The replica ladder in ball arithmetic: against two other methods, trials, and mutations."""

from contextlib import suppress
from itertools import pairwise
from math import exp, pi, sqrt

import numpy as np
import pytest
from flint import acb, arb
from gmpy2 import mpq
from one_step import one_step_energy, one_step_value
from refusals import refused
from scipy.integrate import quad

from polygeo import thresholds
from polygeo.answers import Ball
from polygeo.answers.ball import precision
from polygeo.errors import DomainError, NotConverged
from polygeo.replica import ground_state, theta
from polygeo.replica.certified import last, minimum, sums
from polygeo.replica.certified.grid import Grid, laid_out, omitted
from polygeo.replica.certified.minimum import least_value, trial_value
from polygeo.replica.certified.strip import Trial, proved_strip
from polygeo.replica.functional import Problem
from polygeo.replica.ladder import KStepOptimum, optimum, sharp
from polygeo.replica.multiprecision import precise_value

THRESHOLD = Problem()


def as_trial(found: KStepOptimum, radius: float = 0.0) -> Trial:
    """The parameters of an optimum as balls."""
    return Trial(
        arb(found.chi, radius),
        tuple(arb(float(x), radius) for x in found.gaps),
        tuple(arb(float(x), radius) for x in found.slopes),
    )


# --- against other methods


@pytest.mark.parametrize("k", [1, 2, 3])
def test_mpfr_sums_at_the_same_parameters(k: int) -> None:
    """They lie above the least value, by the squared error of double precision."""
    found = sharp(THRESHOLD, k)
    value = thresholds.k_rsb(k).enclose(20)
    above = precise_value(found, 27) - value.lower
    assert 0 <= above < 4 * mpq(found.bound) + mpq(1, 10**20)
    assert value.rad < mpq(1, 10**20)


def test_the_closed_form_by_mpmath() -> None:
    found = sharp(THRESHOLD, 1)
    value = thresholds.one_rsb().enclose(24)
    above = one_step_value(found, 30) - value.lower
    assert 0 <= above < 4 * mpq(found.bound) + mpq(1, 10**24)
    with precision(128):
        enclosed = minimum.trial_value(found.chi, found.gaps.tolist(), found.slopes.tolist(), 26)
    assert abs(enclosed - one_step_value(found, 30)).upper < mpq(1, 10**26)
    assert abs(one_step_energy(found, value.mid, 20) - 1) < mpq(1, 10**9)


@pytest.mark.parametrize("digits", [5, 15, 25, 40])
def test_digits_are_those_of_more_precision(digits: int) -> None:
    more = thresholds.one_rsb().decimal(digits + 8)
    assert abs(mpq(thresholds.one_rsb().decimal(digits)) - mpq(more)) <= mpq(5, 10**digits)
    assert thresholds.one_rsb().enclose(digits).overlaps(least_value(1, digits + 8).value)


def test_values_and_jets_are_two_programs() -> None:
    """Value sums with cut windows against jets on whole ones; gradients against differences."""
    for k in (1, 2):
        found = optimum(THRESHOLD, k)
        with precision(140):
            trial = as_trial(found)
            grid, strip = laid_out(trial, 40.0)
            logs = [x.log() for x in (trial.chi, *trial.gaps, *trial.slopes)]
            s, f = sums.jet_sum(logs, grid)
            value, plateaus = sums.value_sum(trial, grid)
            assert abs(f.value - value) < 4 * omitted(trial, grid, strip, plateaus)
            step = arb(2) ** -30
            for place in range(2 * k + 1):
                sides = []
                for sign in (1, -1):
                    moved = list(logs)
                    moved[place] += sign * step
                    sides.append(sums.jet_sum(moved, grid)[1])
                slope = (sides[0].value - sides[1].value) / (2 * step)
                assert abs(slope - f.gradient[place]) < 1e-15
                row = place * (place + 1) // 2
                bend = (sides[0].gradient[place] - sides[1].gradient[place]) / (2 * step)
                assert abs(bend - f.hessian[row + place]) < 1e-14
                if place:
                    bend = (sides[0].gradient[0] - sides[1].gradient[0]) / (2 * step)
                    assert abs(bend - f.hessian[row]) < 1e-14
            assert float(s.value) == pytest.approx(
                float(sums.action(trial.chi, trial.gaps, trial.slopes)), rel=1e-15
            )


# --- what the sums leave out


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_the_bound_of_what_is_left_out_holds_and_is_no_waste(k: int) -> None:
    trial = as_trial(optimum(THRESHOLD, k))
    with precision(200):
        fine, _ = laid_out(trial, 70.0)
        exact = sums.value_sum(trial, fine)[0]
        for nats in (8.0, 14.0, 20.0):
            grid, strip = laid_out(trial, nats)
            value, plateaus = sums.value_sum(trial, grid)
            bound = omitted(trial, grid, strip, plateaus)
            assert abs(value - exact) < bound < 1000 * np.exp(-nats)


def test_a_coarse_grid_is_seen_to_be_coarse() -> None:
    """Steps twice to four times as long: the sums err by more than before, and the bound knows."""
    trial = as_trial(optimum(THRESHOLD, 2))
    with precision(200):
        exact = sums.value_sum(trial, laid_out(trial, 60.0)[0])[0]
        grid, strip = laid_out(trial, 30.0)
        errors = []
        for factor in (2, 3, 4):
            ends = tuple((low // factor - 1, high // factor + 1) for low, high in grid.ends)
            halves = tuple(half // factor + 1 for half in grid.halves)
            coarse = Grid(grid.nats, grid.step * factor, ends, halves)
            value, plateaus = sums.value_sum(trial, coarse)
            bound = omitted(trial, coarse, strip, plateaus)
            errors.append(float(abs(value - exact)))
            assert errors[-1] < float(bound)
    assert errors[0] < errors[1] < errors[2]
    assert errors[2] > 1e-9


def test_a_zero_of_n_ends_the_strip() -> None:
    """N by quadrature; its zero next to the real line by secants from the least |N| of a grid: just
    below it a strip is proved, beyond it none is."""
    found = optimum(THRESHOLD, 1)
    trial = as_trial(found)
    chi, gap, slope = found.chi, float(found.gaps[0]), float(found.slopes[0])

    def inner(z: float, h: float) -> float:
        loss = min(1.0, z * z / (2 * chi)) if z > 0 else 0.0
        return exp(-slope * loss - (h - z) ** 2 / (2 * gap)) / sqrt(2 * pi * gap)

    with precision(100):
        normal = last.normalizer(trial.chi, trial.gaps[0], trial.slopes[0])
        for h in (-1.0, 0.2, 0.9):
            cuts = [-9, 0, sqrt(2 * chi), 9]
            plain = sum(quad(inner, *ends, args=(h,), epsabs=1e-13)[0] for ends in pairwise(cuts))
            assert abs(normal(arb(h)) - plain) < 1e-11
        starts = [acb(arb(u / 20), arb(v / 20)) for u in range(-20, 40) for v in range(1, 40)]
        left = min(starts, key=lambda z: float(abs(normal(z))))
        right = left + 0.001
        for _ in range(20):
            rise = normal(right) - normal(left)
            if rise.contains(0):
                break
            left, right = right, (right - normal(right) * (right - left) / rise).mid()
        assert abs(normal(right)) < 1e-20
        height = float(right.imag)
    assert proved_strip(trial, 0.97 * height).angle < pi
    with pytest.raises(NotConverged, match="zeros"):
        proved_strip(trial, 1.05 * height)


# --- the minimum


@pytest.mark.parametrize("seed", range(6))
def test_every_trial_lies_above(seed: int) -> None:
    draw = np.random.default_rng(seed)
    k = 1 + seed % 3
    found = optimum(THRESHOLD, k)
    least = thresholds.k_rsb(k).enclose(13)
    for size in (1e-5, 1e-3, 0.1):
        logs = found.logs + size * draw.normal(size=2 * k + 1)
        plain = np.exp(logs)
        gaps, slopes = plain[1 : k + 1], np.sort(plain[k + 1 :])
        assert gaps.sum() < 1
        value = trial_value(float(plain[0]), gaps.tolist(), slopes.tolist(), 16)
        assert value > least
        assert value.upper - least.lower < 200 * size**2 * (2 * k + 1)


def test_the_value_is_of_second_order_in_the_box() -> None:
    for digits in (14, 20, 28):
        found = least_value(1, digits)
        assert found.value.rad < 10 * (found.chi.rad / found.chi.mid) ** 2
        assert found.value.rad < mpq(1, 10**digits)
        for ball, plain in (
            (found.chi, optimum(THRESHOLD, 1).chi),
            (found.gaps[0], float(optimum(THRESHOLD, 1).gaps[0])),
            (found.slopes[0], float(optimum(THRESHOLD, 1).slopes[0])),
        ):
            assert abs(float(ball) - plain) < 1e-8
        assert found.curvature > 0


def test_the_curvature_is_that_of_double_precision() -> None:
    for k in (1, 2, 3):
        exact = optimum(THRESHOLD, k).curvature
        assert 0.3 * exact < least_value(k, 13).curvature < 1.001 * exact


def wrong_action(factor: float):  # type: ignore[no-untyped-def]
    right = sums.action

    def action(chi, gaps, slopes):  # type: ignore[no-untyped-def]
        first = 1 - sum(gaps[1:], gaps[0])
        return right(chi, gaps, slopes) + factor * first / chi

    return action


@pytest.mark.parametrize("factor", [1e-9, -1e-9, 0.5])
def test_a_wrong_action_is_noticed(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    true = thresholds.one_rsb().enclose(13)
    minimum._least.cache_clear()
    for module in (sums, minimum):
        monkeypatch.setattr(module, "action", wrong_action(factor))
    with suppress(NotConverged):
        assert not least_value(1, 13).value.overlaps(true)
    minimum._least.cache_clear()


@pytest.mark.parametrize(
    "change",
    [
        lambda chi, gap, slope: (chi, gap, -slope),
        lambda chi, gap, slope: (chi, gap * (1 + 1e-9), slope),
        lambda chi, gap, slope: (chi * (1 - 1e-9), gap, slope),
        lambda chi, gap, slope: (chi * 2, gap, slope),
    ],
)
def test_a_wrong_last_level_is_noticed(change: object, monkeypatch: pytest.MonkeyPatch) -> None:
    true = thresholds.one_rsb().enclose(13)
    right = last.normalizer
    minimum._least.cache_clear()
    monkeypatch.setattr(
        sums,
        "normalizer",
        lambda chi, gap, slope: right(*change(chi, gap, slope)),  # type: ignore[operator]
    )
    with suppress(NotConverged):
        assert not least_value(1, 13).value.overlaps(true)
    minimum._least.cache_clear()


def test_a_box_without_a_minimum_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Started away from the optimum, the value at the border is not proved larger."""
    found = optimum(THRESHOLD, 1)
    moved = KStepOptimum(
        THRESHOLD, found.value, found.chi * 1.01, found.gaps, found.slopes, found.curvature, 0.0, ()
    )
    monkeypatch.setattr(minimum, "STARTS", 99)  # no step of Newton's method
    with pytest.raises(NotConverged, match="inside the box"):
        minimum._on_box(moved, 13, 1e-6, None)


# --- thresholds and energies


def test_a_certified_prediction_says_both_words() -> None:
    for threshold in (thresholds.one_rsb(), thresholds.k_rsb(2)):
        assert threshold.kind == "certified"
        assert threshold.status == "prediction"
        assert "certified, prediction" in repr(threshold)
        assert threshold.to_dict()["value"]["kind"] == "certified"
    with pytest.raises(NotConverged):
        thresholds.one_rsb().decimal(200)


def test_upper_ends() -> None:
    bounds = [thresholds.rsb_upper_bound(k) for k in (1, 2, 4, 7, 10)]
    assert all(high > low for high, low in pairwise(bounds))
    for k, bound in zip((1, 2, 4, 7, 10), bounds, strict=True):
        converged = mpq(optimum(THRESHOLD, k).value)
        assert abs(bound - converged).upper < mpq(1, 10**14)
        assert bound.rad < mpq(1, 10**15)
    for k in (0, 11, "half", 2.0, True):
        with pytest.raises(DomainError):
            thresholds.rsb_upper_bound(k)


def test_the_upper_end_of_the_limit() -> None:
    bound, limit = thresholds.rsb_upper_bound("full"), thresholds.full_rsb().enclose(9)
    assert bound.upper < mpq("6.69805086") + mpq(1, 10**7)
    assert bound.lower > limit.value - limit.error


@pytest.mark.parametrize("alpha", ["3", "4.75", "6", "12"])
def test_certified_energies(alpha: str) -> None:
    found = ground_state(alpha, 1, certified=True)
    assert isinstance(found.energy, Ball)
    assert isinstance(found.chi, Ball)
    assert found.energy.rad < mpq(1, 10**15)
    plain = ground_state(alpha, 1)
    assert plain.energy.agrees(found.energy)
    assert plain.chi.agrees(found.chi)
    symmetric = ground_state(alpha, "rs", certified=True)
    assert found.energy > symmetric.energy
    assert "prediction" in found.status


def test_the_energy_at_the_threshold_is_one() -> None:
    alpha = mpq(thresholds.one_rsb().decimal(20))
    energy = least_value(1, 18, alpha).value
    assert abs(energy - 1).upper < mpq(1, 10**18)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ground_state(2, 1, certified=True),
        lambda: ground_state(13, 1, certified=True),
        lambda: ground_state(6, 2, certified=True),
        lambda: ground_state(6, "full", certified=True),
        lambda: ground_state(6, 1, theta(0.1), certified=True),
        lambda: ground_state(6, 1, certified="yes"),
    ],
)
def test_what_is_not_certified_is_refused_in_one_line(call: object) -> None:
    with refused():
        call()  # type: ignore[operator]


def test_width_of_the_last_gaussian() -> None:
    """The sums of h gamma(j h) are 1 up to the rule's error 2 e^{-2 pi^2 D/h^2}."""
    with precision(100):
        side = sums._density(arb(1), arb("0.5"), 40)
        total = side[0] + 2 * sum(side[1:], arb(0))
        assert abs(total - 1 - 2 * (-8 * arb.pi() ** 2).exp()) < sqrt(2) * 1e-28
