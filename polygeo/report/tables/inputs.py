"""What the committed table about inputs holds: thresholds for all and for nonnegative inputs."""

from __future__ import annotations

from polygeo.progress import track
from polygeo.report.tables.layers import OF_THRESHOLDS, words_of
from polygeo.report.tables.tabular import Column, Table
from polygeo.thresholds.registry import ON_CONES, THRESHOLDS

__all__ = ["inputs"]


def inputs() -> Table:
    """List the thresholds that are known for nonnegative inputs, and those for all inputs."""
    rows = []
    for name in track(ON_CONES, "thresholds"):
        everything, nonnegative = THRESHOLDS[name](), THRESHOLDS[name](inputs="nonnegative")
        rows.append((name, everything, nonnegative, *words_of(nonnegative)))
    return Table(
        "inputs",
        "Thresholds of alpha = m/n for the injectivity of a random ReLU layer, on all inputs and "
        "on nonnegative ones",
        (
            Column("name"),
            Column("all", "all inputs", latex="all inputs", digits=25),
            Column("nonnegative", "nonnegative inputs", latex="nonnegative inputs", digits=25),
            *OF_THRESHOLDS,
        ),
        tuple(rows),
        (
            "25 significant digits, correctly rounded, all of them proved.",
            "claim, equation and source: for nonnegative inputs, such as pixels or the outputs of "
            "a ReLU layer before this one. Their statistical dimension is n/2.",
            "So the transition of p lies between 4 and 7.4487 for all inputs, and between 3 and "
            "5.7914 for nonnegative ones.",
        ),
    )
