"""Commands around the layer: ``polygeo regions``, ``contraction``, ``stability`` and ``deep``."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any

import click

from polygeo.answers.decimals import cut
from polygeo.progress import waiting
from polygeo.report.cli import shell
from polygeo.report.cli.decision import read_layer_files
from polygeo.terminal import printable

__all__ = ["contraction", "deep", "regions", "stability"]

NUMBER = re.compile(r"[+-]?[0-9]+")


@shell.command("Linear regions of a layer, exactly.", epilog=shell.MATRIX_FILE)
@click.argument("words", nargs=-1, metavar="M N | W.csv")
@click.option(
    "--active", type=shell.INTEGER, metavar="J", help="Mean number with J rows on (M N only)."
)
@click.option(
    "--bias",
    "--biases",
    is_flag=False,
    flag_value="",
    metavar="[B.csv]",
    help="With W.csv: the biases of its rows; with M N, without a file: in general position.",
)
@click.option("--snap", metavar="ANGLE", help="Rows dependent up to it count as dependent: 1e-9.")
@shell.header_option
@shell.format_option("text", "json")
def regions(
    words: tuple[str, ...],
    active: int | None,
    bias: str | None,
    snap: str | None,
    header: bool | None,
    layout: str,
) -> None:
    """Count the linear regions of x -> ReLU(W x + b).

    For M N: a layer R^N -> R^M in general position, also the mean for Gaussian weights. For a file:
    the matrix in it, however degenerate.
    """
    from polygeo.answers.serialise import show
    from polygeo.errors import NearlyDegenerate
    from polygeo.relu.cells import regions as counted

    if bias and len(words) == 1 and all(map(NUMBER.fullmatch, (bias, *words))):
        words, bias = (bias, *words), ""  # --bias before M N
    file = len(words) == 1 and not NUMBER.fullmatch(words[0])
    if not file and len(words) != 2:
        raise click.UsageError("two integers M N or one file are needed")
    if file:
        if active is not None:
            raise click.UsageError("--active goes with M N")
        if bias == "":
            raise click.UsageError("--bias needs the file of the biases: --bias B.csv")
        with waiting(f"counting the regions of {words[0]}"):
            matrix, shape = _layer(words[0], header)
            b = None if bias is None else _column(bias, header)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", NearlyDegenerate)
                value: Any = counted.linear_regions(matrix, b, snap=snap)
        for each in caught:
            click.echo(f"warning: {each.message}".replace("snap=", "--snap "), err=True)
        kind = f"{' x '.join(map(str, shape))}: regions of this layer"
    else:
        if bias:
            raise click.UsageError("with M N, --bias takes no file")
        if snap is not None:
            raise click.UsageError("--snap goes with a file")
        m, n = (shell.INTEGER.convert(word, None, click.get_current_context()) for word in words)
        if active is None:
            value = counted.generic_linear_regions(m, n, bias is not None)
            kind = "regions of a layer in general position"
        else:
            value = counted.expected_active_regions(m, n, active, bias is not None)
            kind = f"mean number of regions with {active} rows on, Gaussian weights"
    record = {"kind": "exact", "value": show(value, full=True), "quantity": kind}
    remark = f"{kind}{'' if bias is None else ' with biases'}; exact"
    shell.print_answer(layout, record, (show(value, False), remark))


def _layer(path: str, header: bool | None) -> tuple[Any, tuple[int, int]]:
    """The matrix in a file and its shape; its rows as strings where they hold square roots."""
    from polygeo.answers.files import read_cells
    from polygeo.relu.matrix import read_matrix_file

    if not path.endswith((".npy", ".npz")):
        rows = [cells for _, cells in read_cells(path, "a file of vectors", header)[0]]
        if any("sqrt" in cell for cells in rows for cell in cells):
            return rows, (len(rows), len(rows[0]))
    matrix = read_matrix_file(path, header=header)
    return matrix, matrix.shape


def _column(path: str, header: bool | None) -> list[Any]:
    from polygeo.cones.reading import load_array
    from polygeo.errors import DomainError
    from polygeo.relu.matrix import read_matrix_file

    if path.endswith(".npy"):
        array = load_array(path)
        if array.ndim == 1:
            return list(array.tolist())
    entries = read_matrix_file(path, "b", header).entries
    if len(entries) > 1 and len(entries[0]) > 1:
        raise DomainError(f"{path} needs one number a line")
    return list(entries[0]) if len(entries) == 1 else [row[0] for row in entries]


@shell.command("The angle after infinitely wide ReLU layers.")
@click.argument("layers", type=shell.INTEGER)
@click.option("--angle", default="pi/2", show_default=True, help="In [0, pi]: pi/3, 0.1, ..")
@click.option("--width", type=shell.INTEGER, help="Simulate layers of this width, too.")
@click.option("--samples", type=shell.COUNT, help="With --width; 1024 by default.")
@click.option("--seed", type=shell.INTEGER, help="With --width; 0 by default.")
@shell.digits_option(20)
@shell.format_option("text", "json")
def contraction(
    layers: int,
    angle: str,
    width: int | None,
    samples: int | None,
    seed: int | None,
    digits: int,
    layout: str,
) -> None:
    """Compute the angle between two inputs after LAYERS infinitely wide ReLU layers, proved."""
    if width is None and (samples is not None or seed is not None):
        raise click.UsageError("--samples and --seed go with --width")
    with waiting("mapping angles", long=layers > 100_000):
        from polygeo.relu.networks import contraction as angles

        found = angles.angle_map(angle, layers, digits)
        text = found.decimal(digits) if found.rad else str(found)
        simulated = None
        if width is not None:
            runs = angles.estimate_contraction(
                width, layers, angle, samples=1024 if samples is None else samples, seed=seed or 0
            )
            simulated = runs[-1]
    record = {"kind": "certified", "layers": layers, "angle": angle, "decimal": text}
    lines = [text, f"certified; radians, from {angle}, after {layers} layers of infinite width"]
    if layers > 0:
        limit = angles.angle_asymptotic(layers, 6).decimal(6)
        lines.append(f"3 pi/(l + 1.5 log l) = {limit}")
    if simulated is not None:
        record |= {"width": width, "simulated": simulated.to_dict()}
        lines.append(f"width {width}: {simulated}")
    shell.print_answer(layout, record, lines)


@shell.command("How stable the inverse of a layer is.", epilog=shell.MATRIX_FILE)
@click.argument("file", metavar="W.csv")
@click.option("--gap", metavar="GAP", help="Enclose kappa itself, kappa^2 within GAP, say 1/100.")
@click.option(
    "--budget",
    type=shell.INTEGER,
    default="20000",
    show_default=True,
    help="Cones to look at, at most.",
)
@click.option("--timeout", metavar="SECONDS", help="Say what is proved after so long.")
@shell.digits_option(20)
@shell.header_option
@shell.format_option("text", "json")
def stability(
    file: str,
    gap: str | None,
    budget: int,
    timeout: str | None,
    digits: int,
    header: bool | None,
    layout: str,
) -> int:
    """Bound kappa = inf |ReLU Wx - ReLU Wy| / |x - y|, proved; 0 if not injective.

    The first line is A = min over x of lambda_min over the rows active at x, or an interval
    where budget or time were spent; then sqrt(A)/2 <= kappa <= min(sqrt A, sigma_min/2).
    Exit code 1 if they were spent before the GAP was reached.
    """
    from polygeo.errors import Undecided
    from polygeo.relu.matrix import read_matrix_file

    with waiting(f"searching the cells of {file}"):
        from polygeo.relu.cells.lipschitz import lipschitz_constant
        from polygeo.relu.cells.stability import stability_bounds
        from polygeo.relu.decision.budget import Budget
        from polygeo.report.tables.tabular import decimal_text

        matrix = read_matrix_file(file, header=header)
        limit = Budget(budget, timeout)
        found = stability_bounds(matrix, digits, budget, timeout=timeout)
        inner, open_at = None, None
        if gap is not None and found.frame.value.upper > 0:
            try:
                rest = None if timeout is None else max(limit.left, 0.01)
                inner = lipschitz_constant(matrix, gap, 5 * budget, timeout=rest)
            except Undecided as problem:
                open_at = problem
    shown = {
        "A": found.frame.value,
        "lower": found.lower,
        "upper": found.upper,
        "sigma_min": found.least_singular,
    }
    texts = {name: decimal_text(value, digits) for name, value in shown.items()}
    m, n = matrix.shape
    record: dict[str, Any] = {"kind": "certified", "rows": m, "columns": n, **texts}
    record |= {"exact": found.frame.exact, "active": list(found.frame.rows)}
    how = "exactly minimized" if found.frame.exact else "budget spent: proved interval"
    lines = [texts["A"], f"A, certified, {how}; cones: {found.frame.cells}"]
    lines.append(f"{texts['lower']} <= kappa <= {texts['upper']}")
    if inner is not None:
        record["kappa_squared"] = [str(x) for x in inner.squared]
        record["pair"] = [[str(c) for c in point] for point in (inner.x, inner.y)]
        low, high = cut(inner.value.lower, 8), cut(inner.value.upper, 8, up=True)
        lines.append(f"kappa itself lies between {low} and {high}, proved")
    if open_at is not None:
        record |= {"gap": "undecided", "kappa_squared": [str(open_at.low), str(open_at.high)]}
        lines.append(f"undecided: {open_at}")
    shell.print_answer(layout, record, lines)
    return 0 if open_at is None else 1


@shell.command("Is a deep ReLU network injective?", epilog=shell.MATRIX_FILE)
@click.argument("files", nargs=-1, required=True, metavar="MODEL.npz | W1.csv W2.csv ..")
@click.option("--certificate", metavar="OUT.json", help="Write the proof to a file.")
@click.option("--search", is_flag=True, help="Only look for a collision (large networks).")
@click.option("--seed", type=shell.INTEGER, help="With --search; 0 by default.")
@shell.header_option
@shell.format_option("text", "json")
def deep(
    files: tuple[str, ...],
    certificate: str | None,
    search: bool,
    seed: int | None,
    header: bool | None,
    layout: str,
) -> int:
    """Decide whether x -> ReLU(W_L ... ReLU(W_1 x)) is injective on R^n.

    A file .npz, .safetensors or .onnx holds several layers, with their biases, in its order. With
    biases the layers are decided one by one, and a certificate is not written.

    Prints "injective" or "not injective", decided in integers and checked by an independent
    verifier. With --search: "not injective" or "nothing found", which proves nothing. Exit code 1
    if there is no answer.
    """
    from polygeo.errors import Undecided

    if search and certificate is not None:
        raise click.UsageError("--search proves nothing: it takes no --certificate")
    if seed is not None and not search:
        raise click.UsageError("--seed goes with --search")
    with waiting("deciding the network"):
        from polygeo.answers.files import write_atomically
        from polygeo.relu.networks.deep import is_injective_network
        from polygeo.relu.networks.deep_search import find_collision

        weights = read_layer_files(files, header)
        answer, reason, collision, written = "nothing found", "search", None, False
        try:
            if search:
                collision = find_collision(weights, seed or 0)
                if collision is not None and collision.verify(weights):
                    answer = "not injective"
            else:
                verdict = is_injective_network(weights)
                verdict.verify()
                answer = "injective" if verdict else "not injective"
                reason, collision = verdict.reason, verdict.collision
                if certificate is not None and verdict.proof is not None:
                    write_atomically(certificate, json.dumps(verdict.proof.to_dict()) + "\n")
                    written = True
        except Undecided as problem:
            answer, reason = "undecided", str(problem)
    points = [] if collision is None else [collision.x, collision.y]
    remarks = {"undecided": reason, "nothing found": "which proves nothing"}
    inputs = [[str(c) for c in x] for x in points]
    record = {"answer": answer, "reason": reason, **({"collision": inputs} if inputs else {})}
    lines = [answer, remarks.get(answer, f"verified exactly ({reason})")]
    lines += [f"{name} = {', '.join(x)}" for name, x in zip("xy", inputs, strict=False)]
    if written:
        lines.append(f"{printable(str(certificate))} written")
    shell.print_answer(layout, record, lines)
    if certificate is not None and not written:
        click.echo("no certificate was written: there is one for an injective fan only", err=True)
    return 1 if answer in remarks else 0
