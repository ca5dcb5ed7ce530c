"""The ziggurat: numpy's numbers from numpy's words, and the normal law by itself."""

import math

import numpy as np
import pytest
from scipy import stats

from polygeo.sampling import gaussian_block, generator
from polygeo.sampling.runs.normals import (
    EDGE,
    _layers,
    standard_normals,
)
from polygeo.sampling.runs.ziggurat import fill


def philox(seed):
    return np.random.Philox(key=np.array([seed, 0], dtype=np.uint64))


def test_the_numbers_are_those_of_numpy():
    """numpy's tables of layers carry an error of some 1e-14; a word lost would change everything.

    10^6 numbers pass through some 250 draws from the tail and 10^4 from the edges of layers."""
    ours = standard_normals(philox(3), 10**6)
    theirs = np.random.Generator(philox(3)).standard_normal(10**6)
    assert (abs(ours) > float(EDGE)).sum() > 100
    assert np.allclose(ours, theirs, rtol=2e-14, atol=0)
    block = gaussian_block(7, 3, 100, 4)
    assert np.allclose(block, generator(7, 3).standard_normal((100, 4)), rtol=2e-14, atol=0)


def test_layers_have_one_area():
    """In double precision, from the tables alone."""
    sure, width, height, inverse = _layers()
    x = width * 2.0**52
    areas = x[1:] * -np.diff(height)
    tail = math.sqrt(math.pi / 2) * math.erfc(x[255] / math.sqrt(2))
    assert np.allclose(areas[1:], areas[1], rtol=1e-11)
    assert math.isclose(x[255] * height[255] + tail, areas[1], rel_tol=1e-11)
    assert math.isclose(x[0] * height[255], areas[1], rel_tol=1e-11)
    assert np.allclose(sure[2:] * width[2:], x[1:255], rtol=1e-15)
    assert math.isclose(inverse * x[255], 1, rel_tol=1e-15)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 64])
def test_words_may_come_in_any_pieces(size):
    """A number that lacks words is begun again with more of them."""
    whole = standard_normals(philox(1), 20_000)
    words = philox(1).random_raw(21_000)
    sure, width, height, inverse = _layers()
    out = np.empty(20_000)
    done, place, end = 0, 0, size
    while done < len(out):
        piece = words[place:end]
        done, used = fill(piece, sure, width, height, float(EDGE), inverse, out, done)
        place, end = place + used, end + size
    assert np.array_equal(out, whole)


def test_the_law():
    """Kolmogorov-Smirnov and the far tail; each fails with 1e-6 under the null hypothesis."""
    x = standard_normals(philox(11), 10**6)
    assert stats.kstest(x, "norm").pvalue > 1e-6
    for far in (2.0, 3.5, float(EDGE), 4.0):
        chance = math.erfc(far / math.sqrt(2))
        assert stats.binomtest(int((abs(x) > far).sum()), len(x), chance).pvalue > 1e-6
    moments = [(x**2, 1, 2), (x**4, 3, 96), (x**3, 0, 15)]
    for values, mean, variance in moments:
        assert abs(values.mean() - mean) < 4.9 * math.sqrt(variance / len(x))
