"""Figures and names of random polytopes: what they show is what the library computes."""

from dataclasses import fields

import pytest
from gmpy2 import mpq
from refusals import refused

from polygeo import polytopes
from polygeo.errors import DomainError
from polygeo.polytopes import GaussianPolytope, ProjectedCrosspolytope, RandomWalkHull
from polygeo.report.cli.polytopes import MODELS
from polygeo.thresholds import weak_l1

pytest.importorskip("matplotlib")

from polygeo.report.figures.polytopes import plot_f_vectors, plot_finite_faces


def curve(axes, label):
    (line,) = [line for line in axes.lines if label in line.get_label()]
    return dict(zip(*map(list, line.get_data()), strict=True))


def test_f_vectors_are_those_of_the_models():
    left, right, cells = plot_f_vectors(30, 6).axes
    assert curve(left, "d = 6") == pytest.approx(
        {k: float(x) for k, x in enumerate(GaussianPolytope(30, 6).f_vector())}
    )
    walks = curve(right, "walk")
    assert walks == pytest.approx(
        {d: float(RandomWalkHull(29, d).f_vector()[0]) / 30 for d in range(2, 7)}
    )
    assert curve(cells, "Voronoi")[4] == pytest.approx(340 / 9)


def test_survival_is_that_of_the_models_and_half_of_it_lies_near_the_limit():
    left, right = plot_finite_faces((20, 60)).axes
    shown = curve(left, "n = 20")
    model = ProjectedCrosspolytope(20, 10)
    assert shown == pytest.approx({(k + 1) / 10: float(model.surviving(k)) for k in range(10)})
    (limit,) = [line.get_xdata()[0] for line in left.lines if len(line.get_xdata()) == 2]
    assert limit == pytest.approx(float(weak_l1(mpq(1, 2))))
    blue = [line for line in right.lines if line.get_color() == "#4b6a88"]
    half = {
        n: dict(zip(*line.get_data(), strict=True))
        for n, line in zip((20, 60), blue[1:], strict=True)
    }
    for delta, rho in half[60].items():
        weak = float(weak_l1(mpq(round(10 * delta), 10)))
        assert abs(rho - weak) < abs(half[20][delta] - weak)
        assert abs(rho - weak) < 0.04


@pytest.mark.parametrize("arguments", [(3, 10), (100, 3), (10**9, 5), (True, 5), ("a", 5)])
def test_f_vectors_that_are_not_drawn(arguments):
    with refused():
        plot_f_vectors(*arguments)


@pytest.mark.parametrize("sizes", [(), (10,), (1000,), (30.5,)])
def test_sizes_that_are_not_drawn(sizes):
    with pytest.raises(DomainError):
        plot_finite_faces(sizes)


def test_every_hull_has_a_name():
    """Every random polytope of the room can be asked for by a word."""
    made = set()
    for name, (make, _) in MODELS.items():
        assert name.islower()
        kind = getattr(polytopes, make)
        values = {1: (3,), 2: (4, 3), 3: (4, 3, 2)}[len(fields(kind))]
        model = kind(*("A", 4, 3) if name == "weyl" else values)
        made.add(type(model))
        assert model.f_vector(10).euler_relation() or name == "weyl"
    known = {c for c in map(vars(polytopes).get, polytopes.__all__) if isinstance(c, type)}
    assert {c for c in known if issubclass(c, polytopes.RandomPolytope)} - made == {
        polytopes.RandomPolytope
    }
