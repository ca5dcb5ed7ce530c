"""The command ``polygeo network``: the layers of a file of weights, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from polygeo.progress import waiting
from polygeo.report.cli import shell
from polygeo.terminal import printable

__all__ = ["network"]

POINTS = 20
"""Points of --data at which a ball is carried through the layers."""

KINDS = """Files: .safetensors, .npz, .onnx (with the library onnx), .csv or .npy for one layer; no
pickle (.pt, .pth) is opened."""


@shell.command("The layers in a file of weights: verdicts, depths, radii.", epilog=KINDS)
@click.argument("file", metavar="MODEL.safetensors")
@click.option("--nonnegative", is_flag=True, help="Inputs >= 0 of the first layer.")
@click.option("--box", nargs=2, metavar="LOW HIGH", help="Inputs of the first layer in a box.")
@click.option("--data", metavar="X.csv", help="Inputs, one a row: radii at these points.")
@click.option("--timeout", metavar="SECONDS", default="10", show_default=True, help="A layer.")
@shell.format_option("text", "csv", "md", "json")
def network(
    file: str,
    nonnegative: bool,
    box: tuple[str, str] | None,
    data: str | None,
    timeout: str,
    layout: str,
) -> None:
    """List the layers of a network with what can be proved of each.

    A layer behind another one gets nonnegative inputs. Its verdict is "injective" or "not
    injective", proved; where the time is over, bounds of the half-space depth or "open". With
    --data: at how many points the radius is positive, and its median, for the layer alone and for
    all layers up to it (at 20 points, a proved lower bound).
    """
    if nonnegative and box:
        raise click.UsageError("--nonnegative and --box exclude each other")
    with waiting(f"deciding the layers of {file}"):
        from polygeo.relu.files.reading import read_layers
        from polygeo.report.tables.tabular import Column, Table

        layers = read_layers(file)
        inputs: Any = "nonnegative" if nonnegative else box
        first = None if data is None else _points(data, layers[0].weights.shape[1])
        rows: list[tuple[str, ...]] = []
        kinds, points = [], first
        for depth, layer in enumerate(layers):
            m, n = layer.weights.shape
            alone, chain = "", ""
            verdict, reason = _verdict(layer, inputs, timeout)
            if points is not None and points.shape[1] == n:
                alone = _radii(layer, points)
                chain = _chain(layers[: depth + 1], first) if depth else ""
                points = _next(layer, points)
            named = inputs if isinstance(inputs, str) else "a box" if inputs else "all"
            kinds.append(named)
            cells = (layer.name, f"{m} x {n}", f"{m / n:.4g}", named, verdict, reason)
            rows.append((*cells, alone, chain))
            if layer.relu is not False:
                inputs = "nonnegative"
        columns: tuple[Column, ...] = (
            Column("layer"),
            Column("shape"),
            Column("ratio", "m/n"),
            Column("inputs"),
            Column("verdict"),
            Column("remark", terminal="below"),
            Column("radius", "radius at the data", terminal="below"),
            Column("network_radius", "radius of the network up to it", terminal="below"),
        )
        if first is None:  # no radii
            columns, rows = columns[:-2], [row[:-2] for row in rows]
        title = f"Layers of {printable(file)}"
        table = Table("network", title, columns, tuple(rows), _notes(kinds, layers))
    shell.print_table(table, layout)


def _verdict(layer: Any, inputs: Any, timeout: str) -> tuple[str, str]:
    """The verdict on one layer, and a remark."""
    from polygeo.errors import DomainError, Undecided
    from polygeo.polyhedra.vectors import rank
    from polygeo.relu.decision.depth.interval import depth_interval
    from polygeo.relu.decision.injectivity import is_injective

    m, n = layer.weights.shape
    if layer.relu is False:
        found = rank(layer.weights.rows)
        return "injective" if found == n else "not injective", f"no ReLU: rank {found} of {n}"
    if m < n:
        return "not injective", "fewer outputs than inputs"
    try:
        verdict = is_injective(layer.weights, layer.bias, inputs, timeout=timeout)
    except Undecided as reason:
        reached, text = reason.depth, f"undecided in {timeout} s"
    except DomainError as reason:
        reached, text = None, str(reason)
        if "no quick answer" not in text:
            raise
    else:
        return "injective" if verdict else "not injective", "proved"
    if inputs is not None or layer.bias is not None:
        if reached is None:
            return "open", text
        low, high = reached
        return "open", f"{low} to {high} rows >= 0 at the input with the fewest"
    bounds = depth_interval(layer.weights, timeout=timeout)
    if bounds.status == "not injective":
        return bounds.status, "proved"
    return "open", f"{bounds.low} <= depth <= {bounds.high}: {bounds.status}"


def _points(path: str, n: int) -> Any:
    from polygeo.errors import DomainError
    from polygeo.relu.matrix import read_matrix_file

    read = read_matrix_file(path, path)
    if read.shape[1] != n:
        raise DomainError(f"{printable(path)} needs {n} columns; got {read.shape[1]}")
    return _floats(read)


def _floats(matrix: Any) -> Any:
    import numpy as np

    if matrix.floats is not None:
        return matrix.floats
    return np.array([[float(c) for c in row] for row in matrix.entries])


def _next(layer: Any, points: Any) -> Any:
    """The outputs of a layer, in floats: the points at which the next one is looked at."""
    import numpy as np

    values = points @ _floats(layer.weights).T
    if layer.bias is not None:
        values = values + np.array([float(c) for c in layer.bias])
    return np.maximum(values, 0.0) if layer.relu is not False else values


def _radii(layer: Any, points: Any) -> str:
    """At how many points the radius of one layer is positive, and the median."""
    from polygeo.errors import DomainError
    from polygeo.relu.local.radius import injectivity_radius

    try:
        found = injectivity_radius(layer.weights, points, layer.bias)
    except DomainError:
        return "no radius: the rows do not span"
    return _summary([float(one.radius) for one in found])


def _chain(layers: Sequence[Any], points: Any) -> str:
    """The same for several layers, at a few points, from below."""
    from polygeo.relu.local.layered import network_radius

    weights, biases = [one.weights for one in layers], [one.bias for one in layers]
    found = [network_radius(weights, x, biases) for x in points[:POINTS].tolist()]
    return f"all up to here: {_summary([float(one.radius) for one in found])}"


def _summary(radii: list[float]) -> str:
    import statistics

    good, median = sum(r > 0 for r in radii), statistics.median(radii)
    return f"radius > 0 at {good} of {len(radii)} points, median {median:.3g}"


def _notes(kinds: list[str], layers: Sequence[Any]) -> tuple[str, ...]:
    """What random layers do with such inputs, and what was assumed."""
    from polygeo.thresholds.classical import half_space
    from polygeo.thresholds.euler_characteristic import euler
    from polygeo.thresholds.lifted import lifted_gordon

    notes = []
    for kind, inputs in (("all", None), ("nonnegative", "nonnegative")):
        if kind in kinds:
            low, high, chi = (f(inputs=inputs) for f in (half_space, lifted_gordon, euler))
            notes.append(
                f"Random layers, {kind} inputs: not injective for m/n < {low.decimal(4)}, "
                f"injective for m/n > {high.decimal(4)}; Euler {chi.decimal(4)} (n to infinity)."
            )
    if any(layer.relu is None for layer in layers):
        notes.append("ReLU is taken to follow each layer: the file does not say.")
    return tuple(notes)
