"""The functionals that all counts of a run offer, and the former names of what was renamed."""

import json
from fractions import Fraction

import numpy as np
import pytest

import polygeo
from polygeo import relu, sampling
from polygeo.cones import LorentzCone
from polygeo.errors import DomainError
from polygeo.polytopes import GaussianPolytope

QUADRANT = sampling.SignedCones(2, ((1, 0), (0, 1)), ((1, (0, 1), ()),))
VOLUMES = (Fraction(1, 4), Fraction(1, 2), Fraction(1, 4))
"""Those of the quadrant: a point lies in one of four quadrants, each with a face of its own."""
LAYER = [[1, 0], [0, 1], [-1, 0], [0, -1]]


def quadrants(size=200):
    """The faces of the quadrant hit by pairs (y, -y), counted by signs alone."""
    y = np.random.default_rng(7).standard_normal((size, 2))
    first, second = (y > 0).sum(axis=1), (y < 0).sum(axis=1)
    pairs = np.zeros((3, 3), int)
    np.add.at(pairs, (first, second), 1)
    return pairs


RUNS = {
    "faces": lambda: sampling.FaceCounts.of(quadrants(), 7),
    "union": lambda: sampling.count_scores(QUADRANT, 400, seed=3),
    "lengths": lambda: sampling.estimate_projections(lambda y: np.maximum(y, 0), 2, 4000, seed=1),
}


@pytest.fixture(scope="module", params=RUNS)
def run(request):
    return RUNS[request.param]()


def test_every_run_estimates_every_functional(run):
    centre = sum(k * v for k, v in enumerate(VOLUMES))
    exact = {
        "statistical_dimension": centre,
        "variance": sum((k - centre) ** 2 * v for k, v in enumerate(VOLUMES)),
    }
    for name, value in exact.items():
        found = getattr(run, name)()
        assert found.agrees(value)
        assert found.stderr < 0.1
    for j in range(-1, 4):
        tail, half = run.tail(j), run.half_tail(j)
        places = [k for k in range(3) if k >= j]
        assert tail.agrees(sum(VOLUMES[k] for k in places))
        assert half.agrees(sum(VOLUMES[k] for k in places if (k - j) % 2 == 0))
        assert max(tail.stderr, half.stderr) < 0.1


def test_functionals_are_linear(run):
    means = [v.mean for v in run.volumes()]
    f = [Fraction(1, 3), 1, Fraction(1, 7)]
    expected = sum(float(x) * v for x, v in zip(f, means, strict=True))
    assert run.functional(f).mean == pytest.approx(expected, abs=1e-12)
    with pytest.raises(DomainError, match="3 coefficients; got 2"):
        run.functional([1, 1])


def test_the_variance_is_that_of_the_volumes():
    run = sampling.FaceCounts.of(quadrants(), 7)
    found = run.variance()
    means = [v.mean for v in run.volumes()]
    centre = sum(k * v for k, v in enumerate(means))
    plain = sum((k - centre) ** 2 * v for k, v in enumerate(means))
    spread = run.statistical_dimension().stderr
    assert found.mean == pytest.approx(plain + spread**2, abs=1e-12)


def test_counts_are_made_again_from_a_file(run):
    def tuples(value):
        return tuple(map(tuples, value)) if isinstance(value, list) else value

    record = json.loads(json.dumps(run.to_dict()))
    assert type(run)(**{name: tuples(value) for name, value in record.items()}) == run


def test_lengths_give_functionals_between_0_and_1():
    counts = LorentzCone(3).projection_counts(500, seed=1)
    with pytest.raises(DomainError, match=r"in \[0, 1\]; got 0 to 9"):
        counts.moment(2)
    assert counts.ambient_dim == 3


@pytest.mark.parametrize(
    ("call", "least"),
    [
        (lambda **o: relu.estimate_contraction(100, 2, seed=1, **o), 16),
        (lambda **o: [relu.estimate_stability(6, 2, seed=1, **o).mean_share], 16),
        (lambda **o: [relu.estimate_deep_injectivity(1, 3, 1, seed=1, **o)], 10),
        (lambda **o: GaussianPolytope(6, 2).estimate_f_vector(seed=1, **o), 64),
    ],
)
def test_a_run_ends_at_its_standard_error(call, least, tmp_path):
    usual = max(found.stderr for found in call(samples=128))
    goal = 0.6 * usual
    found = call(stderr=goal, checkpoint=tmp_path / "run.json")
    assert max(run.stderr for run in found) <= goal
    assert found[0].samples >= least
    assert call(stderr=goal, checkpoint=tmp_path / "run.json") == found
    with pytest.raises(DomainError, match="stderr must be a positive"):
        call(stderr=-1)


@pytest.mark.parametrize(
    ("room", "old", "new"),
    [
        (relu, "deep_injectivity", "estimate_deep_injectivity"),
        (relu, "sample_stability", "estimate_stability"),
        (relu, "simulate_contraction", "estimate_contraction"),
        (sampling, "VolumeScores", "UnionCounts"),
    ],
)
def test_former_names_answer_with_a_warning(room, old, new):
    with pytest.warns(DeprecationWarning, match=f"{old} is now called .*{new}"):
        assert getattr(room, old) is getattr(room, new)
    assert old not in room.__all__
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = room.nothing


@pytest.mark.parametrize(
    ("call", "old"),
    [
        (lambda **o: relu.frame_bound(LAYER, **o).value, "budget"),
        (lambda **o: relu.stability_bounds(LAYER, **o).lower, "budget"),
        (lambda **o: relu.lipschitz_constant(LAYER, **o).squared, "budget"),
        (lambda **o: relu.decide_batch(np.array([LAYER]), **o).tolist(), "budget"),
        (lambda **o: relu.is_injective_network([LAYER], **o).injective, "most"),
        (lambda **o: relu.find_collision([LAYER], **o), "tries"),
    ],
)
def test_former_names_of_limits(call, old):
    with pytest.warns(DeprecationWarning, match=f"{old}= is now called max_nodes="):
        assert call(**{old: 500}) == call(max_nodes=500)
    with pytest.raises(DomainError, match=f"{old} is the former name of max_nodes"):
        call(**{old: 500}, max_nodes=500)
    assert polygeo.relu is relu
