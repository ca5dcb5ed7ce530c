"""Figures: what the curves say is what the library computes, and no global state is touched."""

import struct
import sys
from functools import cache
from math import log

import pytest
from commandline import answer, refusal

from polygeo.cones import Orthant
from polygeo.errors import DomainError
from polygeo.relu import expected_euler_characteristic as q
from polygeo.thresholds import all as all_thresholds
from polygeo.thresholds import euler, gordon

matplotlib = pytest.importorskip("matplotlib")

from polygeo.report.figures import (  # noqa: E402
    PLOTS,
    plot_euler_kappa,
    plot_own_volumes,
    plot_q,
    plot_rate,
    save,
)
from polygeo.report.figures.thresholds import COLOURS, plot_thresholds  # noqa: E402
from polygeo.report.tables import table  # noqa: E402


@cache
def drawn(name):
    """The figure of that name, drawn once for all tests that look at it."""
    return PLOTS[name]()


def curve(axes, label):
    (line,) = [line for line in axes.lines if label in line.get_label()]
    return dict(zip(*map(list, line.get_data()), strict=True))


def test_q_is_drawn_exactly_and_the_thresholds_stand_where_they_are():
    left, right = plot_q(ns=(5, 12)).axes
    shown = {round(line.get_xdata()[0], 6) for line in right.lines if len(line.get_xdata()) == 2}
    for name in ("gordon", "euler", "union-bound"):
        (value,) = [float(t) for t in all_thresholds() if t.name == name]
        assert round(value, 6) in shown
    points = curve(right, "n = 12")
    assert len(points) > 50
    for alpha, value in points.items():
        assert value == pytest.approx(float(q(round(12 * alpha), 12)), rel=1e-12)
    values = [y for line in left.lines for y in line.get_ydata()]
    assert min(values) < -1
    assert left.get_yscale() == "symlog"


def test_the_rate_passes_through_its_zero_and_over_the_exact_values():
    (axes,) = plot_rate(30).axes
    rate = curve(axes, "Phi")
    root = float(euler())
    assert all((value > 0) == (alpha < root) for alpha, value in rate.items() if alpha > 2)
    exact = curve(axes, "exact")
    for alpha, value in exact.items():
        assert value == pytest.approx(log(abs(q(round(30 * alpha), 30))) / 30, rel=1e-9)


def test_every_curve_over_kappa_is_its_threshold():
    (axes,) = plot_euler_kappa(2).axes
    curves = [dict(zip(*map(list, line.get_data()), strict=True)) for line in axes.lines]
    at_two = [points[2.0] for points in curves if 2.0 in points]
    assert len(at_two) == len(axes.texts) - 1 == 5  # a name beside each curve, one for kappa = 1
    for threshold in (euler, gordon):
        assert any(value == pytest.approx(float(threshold(2))) for value in at_two)


def test_the_surrogate_is_drawn_beside_the_probability():
    figure = drawn("surrogate")
    panels = figure.axes
    assert [axes.get_title(loc="left") for axes in panels[:5]] == [
        f"$n = {n}$" for n in range(2, 7)
    ]
    rows = list(table("surrogate"))
    for n, axes in enumerate(panels[:5], start=2):
        line = curve(axes, "surrogate")
        for alpha, value in line.items():
            assert value == pytest.approx(float(q(round(n * alpha), n)), rel=1e-12)
        exact = [row for row in rows if row["n"] == n and not hasattr(row["1-p"], "mean")]
        line = {round(n * alpha): value for alpha, value in curve(axes, "exact").items()}
        assert {row["m"]: float(row["1-p"]) for row in exact}.items() <= line.items()
        bars = [mean for box in axes.containers for mean in box.lines[0].get_ydata()]
        assert bars == [
            row["1-p"].mean for row in rows if row["n"] == n and hasattr(row["1-p"], "mean")
        ]
    (legend,) = figure.legends
    marked = {text.get_text().split()[-1] for text in legend.texts if "." in text.get_text()}
    assert marked == {"4.00", "6.70", "7.45", "8.34", "9.09"}


def test_every_threshold_has_its_row_its_colour_and_its_arrows():
    (axes,) = plot_thresholds().axes
    rows = all_thresholds()
    labels = {text.get_text().split()[0]: text for text in axes.get_yticklabels()}
    assert list(labels) == [threshold.name for threshold in rows]
    points = {line.get_xdata()[0]: line for line in axes.lines if len(line.get_xdata()) == 1}
    for threshold in rows:
        assert points[float(threshold)].get_color() == COLOURS[threshold.status]
        assert labels[threshold.name].get_color() == COLOURS[threshold.status]
    bands = [patch for patch in axes.patches if hasattr(patch, "get_width")]
    arrows = len(axes.patches) - len(bands)
    assert arrows == sum(threshold.claim.count("->") for threshold in rows)
    edges = {band.get_x() for band in bands} | {band.get_x() + band.get_width() for band in bands}
    assert {float(t) for t in rows if t.name in ("half-space", "lifted-gordon")} <= edges


def test_no_text_lies_on_another():
    for figure in map(drawn, PLOTS):
        figure.canvas.draw()
        for axes in figure.axes:
            boxes = [text.get_window_extent() for text in axes.texts]
            for i, box in enumerate(boxes):
                assert not any(box.overlaps(other) for other in boxes[:i])


def test_lettering_is_legible_at_the_width_of_a_page():
    column = 736  # pixels of CSS that a picture gets beside the two lists of contents
    for name in PLOTS:
        figure = drawn(name)
        texts = [t for t in figure.findobj(matplotlib.text.Text) if t.get_text()]
        width = 72 * figure.get_figwidth()
        assert min(text.get_fontsize() for text in texts) * column / width >= 9, name


def test_no_title_is_cut_off():
    for name in PLOTS:
        figure = drawn(name)
        figure.canvas.draw()  # which lays it out
        titles = {axes.get_title(loc="left") for axes in figure.axes}
        for text in figure.findobj(matplotlib.text.Text):
            if text.get_text() and text.get_text() in titles:
                assert text.get_window_extent().x1 <= figure.bbox.x1, text


def test_every_panel_names_its_axes():
    for name in PLOTS:
        for axes in drawn(name).axes:
            if axes.get_label() == "<colorbar>":
                continue
            beside = axes.get_shared_y_axes().get_siblings(axes)
            above = axes.get_shared_x_axes().get_siblings(axes)
            assert any(other.get_xlabel() for other in above), name
            rows = name in ("thresholds", "input-thresholds")  # the rows have names themselves
            assert rows or any(other.get_ylabel() for other in beside), name


def test_pyplot_and_settings_stay_untouched(tmp_path):
    before = dict(matplotlib.rcParams)
    save(plot_rate, tmp_path / "a.png")
    assert dict(matplotlib.rcParams) == before
    assert "polygeo.report.figures" in sys.modules


def test_bad_sizes():
    for ns in ((), (1,), (401,), (True,), (2.5,)):
        with pytest.raises(DomainError):
            plot_q(ns)
    for n in (1, 401, 3.0):
        with pytest.raises(DomainError):
            plot_rate(n)
    for top in (0, -1, 101):
        with pytest.raises(DomainError):
            plot_euler_kappa(top)


def test_a_cone_of_ones_own(tmp_path):
    (tmp_path / "C.csv").write_text("1,0\n0,1\n")
    rows, out = str(tmp_path / "C.csv"), str(tmp_path / "v.png")
    answer("plot", "volumes", "inequalities", rows, "--out", out, "--dpi", "50")
    assert (tmp_path / "v.png").read_bytes()[16:24] == struct.pack(">2I", 350, 210)  # 7 x 4.2 in
    (axes,) = plot_own_volumes(Orthant(2), "$x$").axes
    assert [bar.get_height() for bar in axes.patches] == [0.25, 0.5, 0.25]
    assert "unexpected extra arguments (orthant 3)" in refusal(
        "plot", "rate", "orthant", "3", "--out", out
    )
    assert "20 <= dpi <= 1200; got dpi=5" in refusal("plot", "rate", "--out", out, "--dpi", "5")


def test_the_lists_say_what_each_is():
    for command in ("plot", "table"):
        lines = answer(command).splitlines()
        assert all(len(line.split("  ", 1)) == 2 for line in lines)
