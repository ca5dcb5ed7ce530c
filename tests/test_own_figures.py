"""Figures of what a user has: the places of what is drawn, and one line for wrong input."""

import random
import re

import numpy as np
import pytest
from commandline import answer, refusal

from polygeo.cones import CircularCone, HalfSpace, Orthant, PolyhedralCone
from polygeo.errors import DomainError
from polygeo.relu import injectivity_bounds, injectivity_probability, is_injective
from polygeo.volumes import ChiBarSquared

pytest.importorskip("matplotlib")

from polygeo.report.figures import plot_cone, plot_law, plot_layer, plot_p
from polygeo.report.figures.plane import area, cells, clipped

QUADRANT = PolyhedralCone(inequalities=[[-1, 0], [0, 1]])
SQUARE = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_cells_fill_the_polygon_and_are_as_many_as_the_theorem_says():
    dice = random.Random(1)
    for count in range(8):
        lines = [(dice.gauss(0, 1), dice.gauss(0, 1), 0.0) for _ in range(count)]
        found = cells(SQUARE, lines)
        assert len(found) == max(1, 2 * count)  # all lines through one point inside
        assert sum(map(area, found)) == pytest.approx(4)
    assert clipped(SQUARE, (1.0, 0.0, -2.0)) == []


def red(figure):
    """The red polygons."""
    (axes,) = figure.axes
    return [path.vertices for box in axes.collections for path in box.get_paths()]


def spans(W, b, x):
    active = np.array([w for w, c in zip(W, b, strict=True) if w @ x + c >= 0])
    return len(active) > 0 and np.linalg.matrix_rank(active) == 2


def test_red_is_where_the_active_rows_do_not_span():
    rng = np.random.default_rng(3)
    for biased in (False, True):
        for m in (3, 5, 8):
            W, b = rng.integers(-4, 5, (m, 2)), rng.integers(-3, 4, m) * biased
            figure = plot_layer(W.tolist(), b.tolist() if biased else None)
            (axes,) = figure.axes
            bad = red(figure)
            from matplotlib.path import Path

            for x in rng.uniform(*np.transpose([axes.get_xlim(), axes.get_ylim()]), (60, 2)):
                assert any(Path(p).contains_point(x) for p in bad) != spans(W, b, x)
            verdict = is_injective(W.tolist(), b.tolist() if biased else None)
            title = axes.get_title(loc="left")
            assert title.endswith("inputs: injective") == verdict.injective
            labels = axes.get_legend_handles_labels()[1]
            assert ("two inputs with one output" in labels) != verdict.injective


def test_two_inputs_with_one_output_are_drawn_inside_the_window():
    W, b = [[1, 0], [0, 1], [-1, -1]], [1, 1, -5]
    for bias, inputs in ((None, None), (b, None), (b, (-9, 9)), (None, QUADRANT)):
        (axes,) = plot_layer(W, bias, inputs).axes
        (line,) = [x for x in axes.lines if x.get_label() == "two inputs with one output"]
        pair = np.transpose(line.get_data())
        image = np.maximum(pair @ np.transpose(W) + (b if bias else 0), 0)
        assert np.allclose(*image)
        for ends, values in ((axes.get_xlim(), pair[:, 0]), (axes.get_ylim(), pair[:, 1])):
            assert ends[0] <= min(values) <= max(values) <= ends[1]


def test_a_layer_of_the_shell(tmp_path):
    (tmp_path / "W.csv").write_text("1,0\n0,1\n-1,-1\n")
    (tmp_path / "W3.csv").write_text("1,0,0\n0,1,1\n")
    rows, out = str(tmp_path / "W.csv"), str(tmp_path / "W.svg")
    answer("plot", "layer", rows, "--box", "0", "1", "--out", out)
    drawn = (tmp_path / "W.svg").read_text()
    assert "<svg" in drawn
    for words, reason in (
        (("layer", str(tmp_path / "no.csv"), "--out", out), "No such file"),
        (("layer", str(tmp_path / "W3.csv"), "--out", out), "needs a matrix of 2 columns"),
        (("layer", rows, "--box", "1", "0", "--out", out), "low <= high"),
        (("layer", rows, "--box", "1", "1", "--out", out), "these lie on a line"),
        (("layer", rows, "--box", "nan", "1", "--out", out), "needs a rational number"),
        (("layer", rows), "a figure needs --out FILE"),
        (("layer", "--out", out), "Missing argument 'W.csv'"),
        (("p", "--n", "0", "--out", out), "1 <= n <= 6; got n=0"),
        (("p", "--n", "2", "--samples", "1.5", "--out", out), "an integer such as"),
        (("p", "--n", "2", "--seed", "-1", "--out", out), "seed"),
        (("cone", "rays", rows, "--out", str(tmp_path / "no" / "a.png")), "folder"),
        (("cone", "orthant", "4", "--out", out), "R^2 or R^3; got one in R^4"),
        (("cone", "circular", "3", "pi/4", "--out", out), "no polyhedral description"),
        (("cone", "nothing", "--out", out), "unknown family"),
        (("chibarsq", "--out", out), "--weights or by --covariance"),
        (("chibarsq", "--weights", "1/2,1/3", "--out", out), "sum"),
        (("chibarsq", "--weights", "1/2,nan", "--out", out), "rational number"),
        (("chibarsq", "--weights", "1", "--out", out), "0 with probability 1"),
        (("chibarsq", "--weights", "1/2,1/2", "--statistic", "-1", "--out", out), "0 <= T"),
        (("chibarsq", "--covariance", rows, "--out", out), "square"),
    ):
        assert reason in refusal("plot", *words), words


def test_p_is_drawn_where_it_is():
    figure = plot_p(3, 400, 2)
    plain, logarithmic = figure.axes[:2]
    (exact,) = [line for line in plain.lines if line.get_label() == "exact"]
    for m, value in zip(*exact.get_data(), strict=True):
        assert value == injectivity_probability(int(m), 3)
    (bars,) = logarithmic.containers
    for m, mean in zip(*bars.lines[0].get_data(), strict=True):
        run = injectivity_probability(int(m), 3, 400, seed=2, complement=True)
        assert mean == run.mean
    corners = plain.collections[0].get_paths()[0].vertices
    for m in (12, 20, 30):
        bounds = injectivity_bounds(m, 3)
        best = {b.side: float(b.value) for b in bounds if b.best}
        heights = {y for x, y in corners if x == m}
        assert {best["lower"], best["upper"]} <= heights


def test_cones_end_at_the_unit_sphere():
    wedge = PolyhedralCone(rays=[[1, 2, 2], [2, -1, 0]])
    many = [Orthant(3), HalfSpace(3), wedge, PolyhedralCone(rays=[[0, 0, 1]]), Orthant(2).polar()]
    many += [PolyhedralCone(inequalities=[], ambient_dim=3), PolyhedralCone(rays=[], ambient_dim=2)]
    many += [PolyhedralCone(inequalities=[[1, 0, 0], [1, 10**400, 0]]), HalfSpace(2)]
    for cone in many:
        (axes,) = plot_cone(cone, "$C").axes
        share = float(re.search(r"C: (\S+) of all", axes.get_title(loc="left"))[1])
        assert share == pytest.approx(float(cone.intrinsic_volumes()[-1]), rel=1e-3)
    (axes,) = plot_cone(Orthant(3)).axes
    assert {"(1, 0, 0)", "(0, 1, 0)", "(0, 0, 1)"} == set(texts(axes))
    for collection in axes.collections:
        for corner in np.concatenate(list(collection._faces)):
            assert min(corner) > -1e-12
            assert np.linalg.norm(corner) == pytest.approx(1) or not corner.any()
    for wrong in (3, CircularCone(3, "pi/4"), Orthant(4)):
        with pytest.raises(DomainError):
            plot_cone(wrong)


def test_a_law_and_its_critical_values():
    law = ChiBarSquared(["1/4", "1/2", "1/4"])
    density, tail = plot_law(law, 3).axes
    (whole,) = [line for line in tail.lines if "law" in line.get_label()]
    x, heights = whole.get_data()
    assert np.array_equal(heights, law.sf(x))
    parts = [line.get_ydata() for line in density.lines if line.get_label().startswith("$w")]
    assert np.allclose(sum(parts), law.pdf(x), rtol=1e-12)
    assert f"5%: $x = {law.isf(0.05):.4g}$" in texts(tail)
    assert any(f"p = {law.p_value(3):.4g}" in line.get_label() for line in tail.lines)
    assert "$w_0 = 0.25$ at 0" in density.get_title(loc="left")
    assert plot_law(["9999/10000", "1/10000"]).axes[1].get_xlim()[1] > 5
    for wrong in (["1"], ["1/2", "1/3"], "x", Orthant(2).face_counts(100, 1)):
        with pytest.raises(DomainError):
            plot_law(wrong)
