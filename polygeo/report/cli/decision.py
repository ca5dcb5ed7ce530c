"""Commands about one layer: ``polygeo injective``, ``polygeo verify``, ``polygeo depth``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from typing import Any, NamedTuple

import click

from polygeo.progress import waiting
from polygeo.report.cli import shell
from polygeo.terminal import printable

__all__ = ["depth", "injective", "verify"]


MAX_BYTES = 500_000_000
"""Largest size of a certificate that is read, in bytes."""


def limits(command: Any) -> Any:
    """Add the options --max-nodes and --timeout to a command."""
    command = click.option("--timeout", metavar="SECONDS", help="Give up after so long.")(command)
    text = "Give up after so many nodes."
    return click.option("--max-nodes", type=shell.INTEGER, help=text)(command)


class Given(NamedTuple):
    """What the options say of a layer: its place in a file, its biases and its inputs."""

    bias: str | None
    nonnegative: bool
    box: tuple[str, str] | None
    inputs: str | None
    layer: str | None


def layer_options(command: Any) -> Any:
    """Add --bias, --nonnegative, --box, --inputs and --layer; the command gets them as `Given`."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        own = {name: options.pop(name) for name in Given._fields}
        return command(*arguments, given=Given(**own), **options)

    of_several = "Of a .safetensors, .npz or .onnx file, with its biases."
    for option in (
        click.option("--layer", metavar="NAME", help=of_several),
        click.option("--inputs", metavar="A.csv", help="Inputs with A x >= 0; see below."),
        click.option("--box", nargs=2, metavar="LOW HIGH", help="Inputs between two numbers."),
        click.option("--nonnegative", is_flag=True, help="Inputs >= 0."),
        click.option("--bias", metavar="B.csv", help="The biases, one for each row of W."),
    ):
        run = option(run)
    return run


SEVERAL = (".safetensors", ".npz", ".onnx")
"""Files that may hold several layers."""


def read_layer_files(files: Sequence[str], header: bool | None) -> list[Any]:
    """The layers in files of one matrix each or of several layers, which keep their biases."""
    from polygeo.relu.files.reading import PICKLES, read_layers
    from polygeo.relu.matrix import read_matrix_file

    found: list[Any] = []
    for path in files:
        if path.lower().endswith((*SEVERAL, *PICKLES)):
            found += read_layers(path)
        else:
            found.append(read_matrix_file(path, path, header))
    return found


INPUTS_FILE = (
    "The file of --inputs has a row for each inequality: as many numbers as W has columns, the row "
    "a of <a, x> >= 0, or one more, the number c of <a, x> + c >= 0."
)


def read_given(
    file: str, given: Given, header: bool | None, name: str = "W"
) -> tuple[Any, tuple[Any, Any]]:
    """Read the matrix in a file, and the biases (maybe of the file) and inputs that are given."""
    from polygeo.errors import DomainError
    from polygeo.relu.files.reading import PICKLES, read_layer
    from polygeo.relu.inputs import polytope
    from polygeo.relu.matrix import read_matrix_file

    biases: Any = None
    if given.layer is None and not file.lower().endswith((*SEVERAL, *PICKLES)):
        matrix = read_matrix_file(file, name, header)
    else:
        found = read_layer(file, given.layer, header)
        matrix, biases = found.weights, found.bias
    m, n = matrix.shape
    several = [f"--{name}" for name in ("nonnegative", "box", "inputs") if getattr(given, name)]
    if len(several) > 1:
        raise click.UsageError(f"{several[0]} and {several[1]} exclude each other")
    if given.bias is not None:
        read = read_matrix_file(given.bias, given.bias, header)
        if 1 not in read.shape or m not in read.shape:
            place, shape = printable(given.bias), " x ".join(map(str, read.shape))
            raise DomainError(f"{place} needs {m} biases, in one column; got {shape}")
        biases = [c for row in read.entries for c in row]
    if given.inputs is None:
        return matrix, (biases, "nonnegative" if given.nonnegative else given.box)
    read = read_matrix_file(given.inputs, given.inputs, header)
    k, width = read.shape
    if width not in (n, n + 1):
        place = printable(given.inputs)
        raise DomainError(f"{place} needs {n} or {n + 1} columns; got {k} x {width}")
    if width == n:  # the same rows as of the cone in Python, so that one certificate serves both
        from polygeo.cones import PolyhedralCone

        return matrix, (biases, PolyhedralCone(inequalities=read.entries))
    rows = [row[:n] for row in read.entries]
    return matrix, (biases, polytope(rows, [row[n] for row in read.entries], n))


@shell.command("Is x -> ReLU(W x + b) injective?", epilog=f"{shell.MATRIX_FILE} {INPUTS_FILE}")
@click.argument("file", metavar="W.csv")
@layer_options
@click.option("--certificate", metavar="OUT.json", help="Write the proof to a file.")
@shell.header_option
@limits
@shell.format_option("text", "json")
def injective(
    file: str,
    given: Given,
    certificate: str | None,
    header: bool | None,
    max_nodes: int | None,
    timeout: str | None,
    layout: str,
) -> int:
    """Decide whether x -> ReLU(W x + b) is injective: "injective" or "not injective", proved.

    Without options b = 0 and the inputs are all of R^n; --nonnegative, --box or --inputs say which
    inputs the layer gets. If it is not injective, two inputs with the same image follow. Exit code
    1 only if --max-nodes or --timeout was spent before there was an answer.
    """
    from polygeo.errors import Undecided

    with waiting(f"deciding {file}"):
        from polygeo.relu.decision.injectivity import is_injective

        matrix, setting = read_given(file, given, header)
        try:
            verdict = is_injective(matrix, *setting, max_nodes=max_nodes, timeout=timeout)
        except Undecided as reason:
            return _no(layout, "undecided", str(reason))
        if certificate is not None:
            verdict.save(certificate)
        collision = verdict.collision
    m, n = verdict.shape
    answer = "injective" if verdict else "not injective"
    record = {"injective": verdict.injective, "rows": m, "columns": n, "sha256": verdict.digest}
    shape = f"{m} x {n}"
    if verdict.setting:
        record["setting"] = verdict.setting
        shape += f", {verdict.setting}"
    lines = [answer, f"{shape}: proved by a tree of contradictions between rows"]
    if collision is not None:
        pair = [_texts(x) for x in collision]
        record["collision"] = pair
        lines[1] = f"{shape}: two inputs with one image, in rational numbers"
        lines += [f"{name} = {_short(x)}" for name, x in zip("ab", pair, strict=True)]
    if certificate is not None:
        lines.append(f"{printable(certificate)} written")
    shell.print_answer(layout, record, lines)
    return 0


@shell.command(
    "Check a certificate of `injective` or `deep`.", epilog=f"{shell.MATRIX_FILE} {INPUTS_FILE}"
)
@click.argument("certificate", metavar="CERT.json")
@click.argument("files", nargs=-1, required=True, metavar="W.csv [W2.csv ..]")
@layer_options
@shell.header_option
@shell.format_option("text", "json")
def verify(
    certificate: str, files: tuple[str, ...], given: Given, header: bool | None, layout: str
) -> int:
    """Check a certificate against the matrix, or the layers, it is for, with integers only.

    Biases and inputs are given as they were to `injective`. Prints "verified" with exit code 0, or
    "refuted" with the reason and exit code 1.
    """
    from polygeo.errors import Refuted

    with waiting(f"checking {certificate}"):
        from polygeo.relu.decision.domain import layer_on
        from polygeo.relu.decision.injectivity import Verdict
        from polygeo.relu.networks.deep_proof import verify_proof
        from polygeo.relu.networks.network import read_network

        network = _network_proof(certificate)
        verdict = Verdict.load(certificate) if network is None else None
        if verdict is not None and len(files) > 1:
            raise click.UsageError("the certificate is for one layer; got several matrices")
        if network is not None and any(given):
            raise click.UsageError("the certificate is for a network, without biases or inputs")
        setting: tuple[Any, Any] = (None, None)
        if network is not None:
            layers = read_network(read_layer_files(files, header))
            matrices = list(layers.layers)
        else:
            matrix, setting = read_given(files[0], given, header, files[0])
            matrices = [matrix]
        try:
            if network is not None:
                verify_proof(layers, network)
            elif verdict is not None:
                verdict.verify(matrices[0], *setting)
        except Refuted as reason:
            return _no(layout, "refuted", str(reason))
    injective = verdict is None or verdict.injective
    m, n = matrices[-1].shape[0], matrices[0].shape[1]
    record: dict[str, Any] = {"verified": True, "injective": injective, "rows": m, "columns": n}
    shapes = ", ".join(" x ".join(map(str, matrix.shape)) for matrix in matrices)
    question = layer_on(matrices[0], *setting)
    if question is not None:
        record["setting"] = question.name
        shapes += f", {question.name}"
    answer = "injective" if injective else "not injective"
    shell.print_answer(layout, record, ("verified", f"{shapes}: {answer}"))
    return 0


def _network_proof(path: str) -> Any:
    """The proof that `polygeo deep` has written, or None for any other file."""
    from polygeo.answers.files import read_record
    from polygeo.relu.networks.deep_proof import FanProof

    record = read_record(path, "a certificate", MAX_BYTES)
    return FanProof.from_dict(record) if record.get("kind") == FanProof.KIND else None


@shell.command("Half-space depth of a point.", epilog=shell.MATRIX_FILE)
@click.argument("file", metavar="POINTS.csv")
@click.option("--origin", metavar="X,Y,..", help="The point; the origin by default.")
@shell.header_option
@limits
@shell.format_option("text", "json")
def depth(
    file: str,
    origin: str | None,
    header: bool | None,
    max_nodes: int | None,
    timeout: str | None,
    layout: str,
) -> int:
    """Compute the closed half-space (Tukey) depth of a point among the rows of a file, exactly.

    A direction whose half-space attains the depth follows. Exit code 1 only if --max-nodes or
    --timeout was spent before there was an answer.
    """
    from polygeo.errors import Undecided

    with waiting(f"depth of {file}"):
        from polygeo.relu.decision.depth.halfspace import halfspace_depth
        from polygeo.relu.matrix import read_matrix_file

        points = read_matrix_file(file, "points", header)
        place = None if origin is None else origin.split(",")
        try:
            found = halfspace_depth(points, place, max_nodes=max_nodes, timeout=timeout)
        except Undecided as reason:
            return _no(layout, "undecided", str(reason))
    m, n = points.shape
    direction = _texts(found.direction)
    record = {"depth": found.depth, "points": m, "dimension": n, "direction": direction}
    remark = f"exact, {m} points in dimension {n}; attained by the direction"
    shell.print_answer(layout, record, (found.depth, remark, _short(direction)))
    return 0


def _no(layout: str, answer: str, reason: str) -> int:
    """Print an answer that is none, with its reason; the exit code."""
    shell.print_answer(layout, {answer: True, "reason": reason}, (answer, printable(reason)))
    return 1


def _texts(x: Sequence[Any]) -> list[str]:
    from polygeo.answers.serialise import show

    return [show(c, full=True) for c in x]


def _short(texts: list[str]) -> str:
    from polygeo.answers.exact import abbreviate

    return ", ".join(abbreviate(text, 80) for text in texts)
