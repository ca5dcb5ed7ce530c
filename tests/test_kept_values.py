"""Values of replica thresholds that are kept in a file: computed again, and in their order."""

import kept_values
import pytest
from gmpy2 import mpq

from polygeo.thresholds import kept


def test_kept_values_are_the_computed_ones():
    """Balls that overlap and are narrow; converged values within the errors of both."""
    for digits in (12, 20):
        computed, value = kept_values.certified(1, digits), kept.kept_steps(1, digits)
        assert computed.overlaps(value)
        assert value.rad * 10**digits < 1
        assert value.source == computed.source
    computed, value = kept_values.limit("plain"), kept.kept_limit("plain")
    assert abs(computed.value - value.value) <= computed.error + value.error
    assert abs(computed.error - value.error) <= value.error / 10


def test_fewer_digits_of_a_kept_ball_hold_all_of_it():
    for k in (1, 2, 3):
        whole = kept.kept_steps(k, 63)
        for digits in range(1, 63, 7):
            value = kept.kept_steps(k, digits)
            assert value.contains(whole.mid)
            assert value.lower <= whole.lower < whole.upper <= value.upper


def assert_one_trial(k):
    """The parameters of the best trial differ in their last bits, and its value to second order."""
    computed, value = kept_values.trial_bound(k), kept.kept_trial(k)
    assert abs(computed.mid - value.mid) <= computed.rad + value.rad + 1e-14
    assert computed.source == value.source


def test_kept_trials_are_above_the_least_values():
    assert_one_trial(4)
    leasts = [kept.kept_steps(k, 30).mid for k in (1, 2, 3)]
    leasts += [kept.kept_precise(k).value for k in kept_values.PRECISE]
    uppers = [kept.kept_trial(k).upper for k in range(1, 11)]
    for least, upper in zip(leasts, uppers, strict=True):
        assert least < upper < least + mpq(1, 10**12)
    assert uppers == sorted(uppers, reverse=True)
    limit = kept.kept_limit("best").value
    assert limit < kept.kept_trial(0).upper < limit + mpq(1, 10**7)


@pytest.mark.slow
def test_all_kept_values_are_computed_again():
    for k in kept_values.TRIALS:
        assert_one_trial(k)
    for k in kept_values.PRECISE:
        computed, value = kept_values.precise(k), kept.kept_precise(k)
        assert abs(computed.value - value.value) <= computed.error + value.error
    for k in (1, 2, 3):
        assert kept_values.certified(k).overlaps(kept.kept_steps(k, 63))
    for effort in kept_values.EFFORTS:
        computed, value = kept_values.limit(effort), kept.kept_limit(effort)
        assert abs(computed.value - value.value) <= computed.error + value.error
