"""Networks with biases, or on a set of inputs: what layers prove one by one, and collisions.

x -> ReLU(W_L ... ReLU(W_1 x + b_1) ... + b_L) on a set D. The outputs of a layer are >= 0, and
those of a layer whose inputs are in a box are in a box as well. If each layer is injective on such
a set of its inputs (`polygeo.relu.decision.domain`), so is the network. The converse holds for the
first layer only: a later layer may fail outside of the image of those before. Where it does, inputs
at which the linear piece of the first layers has a kernel are searched for, and a collision next to
one is checked exactly; where none is found, nothing is claimed. The exact decision of a network by
its fan (`polygeo.relu.networks.deep`) is for R^n without biases: with them the pieces are no cones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.polyhedra.vectors import Vector, complement, dot, primitive, units
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.injectivity import Verdict, is_injective
from polygeo.relu.inputs import InputDomain, box, nonnegative
from polygeo.relu.interior import Interior, interior_of
from polygeo.relu.networks.network import Bias, Collision, Network
from polygeo.sampling.runs.streams import generator

__all__ = [
    "Layerwise",
    "by_layers",
    "check_by_layers",
    "check_inputs",
    "collision_around",
    "collision_near",
    "sampled_collision",
]

POINTS = 300
"""Number of inputs next to which a collision is searched for."""
GRID = 1 << 12
"""Inverse of the unit to which these inputs are rounded."""


@dataclass(frozen=True)
class Layerwise:
    """What is found: verdicts of all layers, or a collision of the network."""

    layers: tuple[Verdict, ...]
    collision: Collision | None = None


def by_layers(network: Network, inputs: InputDomain | None, budget: Budget) -> Layerwise:
    """Decide a network from its layers; raise Undecided where they do not tell."""
    verdicts: list[Verdict] = []
    problem = ""
    for number, (layer, bias, domain) in enumerate(_stages(network, inputs), start=1):
        left = max(0.001, min(budget.left, 10**6))
        try:
            verdict = is_injective(layer, bias, domain, timeout=left)
        except (DomainError, Undecided) as reason:
            problem = f"layer {number}: {reason}"
            break
        if not verdict:
            if number == 1 and verdict.collision is not None:
                return Layerwise((), Collision(*verdict.collision))
            where = "nonnegative inputs" if domain is None else domain.name
            problem = f"layer {number} is not injective on all of its inputs ({where})"
            break
        verdicts.append(verdict)
    if not problem:
        return Layerwise(tuple(verdicts))
    inside = _interior(network, inputs)
    for point in _points(inside, network.widths[0], inputs):
        found = collision_near(network, inputs, inside, point)
        if found is not None:
            return Layerwise((), found)
        budget.check()
    raise Undecided(f"{problem}; no collision was found, and networks with biases or on a set of "
                    "inputs are decided from their layers only")  # fmt: skip


def check_by_layers(
    network: Network, inputs: InputDomain | None, verdicts: Sequence[Verdict]
) -> None:
    """Check the verdicts of all layers on the sets of their inputs; Refuted if one fails."""
    stages = list(_stages(network, inputs))
    if len(verdicts) != len(stages):
        raise Refuted(f"a proof by layers needs {len(stages)} verdicts; got {len(verdicts)}")
    for number, (verdict, stage) in enumerate(zip(verdicts, stages, strict=True), start=1):
        verdict.verify(*stage)
        if not verdict.injective:
            raise Refuted(f"layer {number} is not injective on its inputs")


def check_inputs(inputs: InputDomain | None, *points: Sequence[mpq]) -> None:
    """Check that points are in a set of inputs; Refuted if one is not."""
    if inputs is not None and not all(map(inputs.contains, points)):
        raise Refuted("one of the two inputs is not in the set of inputs")


def collision_near(
    network: Network, inputs: InputDomain | None, inside: Interior, point: Sequence[mpq]
) -> Collision | None:
    """Find two inputs next to a point inside with one output, by the linear piece of the first
    layers; None if that has no kernel for any number of layers, or at a kink.
    """
    basis = inside.directions or units(network.widths[0])
    slopes = [[mpq(c) for c in row] for row in zip(*basis, strict=True)]  # n x r, the Jacobian
    values = list(point)
    limits: list[tuple[mpq, list[mpq]]] = []
    if inputs is not None:
        rows = [inputs.rows[j] for j in inside.strict]
        z = (*point, mpq(1))
        limits = [(dot(row, z), _combined(row[:-1], slopes)) for row in rows]
        if any(value <= 0 for value, _ in limits):
            return None
    for layer, bias in zip(network.layers, network.biases, strict=True):
        shift = bias or (mpq(0),) * layer.shape[0]
        before = [dot(row, values) + b for row, b in zip(layer.entries, shift, strict=True)]
        slopes = [_combined(row, slopes) for row in layer.entries]
        limits += zip(before, slopes, strict=True)
        values = [max(v, mpq(0)) for v in before]
        slopes = [s if v > 0 else [mpq(0)] * len(s) for v, s in zip(before, slopes, strict=True)]
        images = [primitive(s) for s in slopes if any(s)]
        if not images or int(fmpz_mat(list(map(list, images))).rank()) < len(basis):
            break
    else:
        return None
    kernel = complement(images, len(basis))[0]
    eps = mpq(1)
    for value, slope in limits:
        change = abs(dot(kernel, slope))
        if change and not value:
            return None
        if change:
            eps = min(eps, abs(value) / change)
    step = _combined(kernel, [list(map(mpq, d)) for d in basis])
    ends = (tuple(x + s * eps * d for x, d in zip(point, step, strict=True)) for s in (1, -1))
    found = Collision(*ends)
    found.verify(network)
    check_inputs(inputs, found.x, found.y)
    return found


def _combined(weights: Sequence[mpq | int], rows: Sequence[Sequence[mpq]]) -> list[mpq]:
    """The sum of the rows with weights."""
    return [sum((w * c for w, c in zip(weights, column, strict=True)), mpq(0))
            for column in zip(*rows, strict=True)]  # fmt: skip


def _stages(
    network: Network, inputs: InputDomain | None
) -> Iterator[tuple[Sequence[Sequence[mpq]], Bias, InputDomain | None]]:
    """Each layer, its biases, and a set that holds its inputs."""
    domain = inputs
    for layer, bias in zip(network.layers, network.biases, strict=True):
        yield layer.entries, bias, domain
        domain = _outputs(layer.entries, bias, domain)


def _outputs(
    entries: Sequence[Sequence[mpq]], bias: Bias, domain: InputDomain | None
) -> InputDomain:
    """The orthant, or for inputs in a box a box, that holds the outputs of a layer."""
    ends = None if domain is None else domain.ends
    if ends is None:
        return nonnegative(len(entries))
    low, high = [], []
    for row, b in zip(entries, bias or (mpq(0),) * len(entries), strict=True):
        pairs = [sorted((w * x, w * y)) for w, x, y in zip(row, *ends, strict=True)]
        low.append(max(mpq(0), b + sum((pair[0] for pair in pairs), mpq(0))))
        high.append(max(mpq(0), b + sum((pair[1] for pair in pairs), mpq(0))))
    return box(low, high, len(entries))


def collision_around(network: Network, point: Sequence[mpq]) -> Collision | None:
    """Find a collision next to a point of R^n, as `collision_near` does."""
    return collision_near(network, None, _interior(network, None), point)


def sampled_collision(network: Network, seed: int, tries: int) -> Collision | None:
    """Find a collision of a network next to one of so many random inputs of R^n."""
    inside = _interior(network, None)
    points = _points(inside, network.widths[0], None, seed, tries)
    found = (collision_near(network, None, inside, point) for point in points)
    return next((one for one in found if one is not None), None)


def _interior(network: Network, inputs: InputDomain | None) -> Interior:
    return interior_of(InputDomain(network.widths[0], ()) if inputs is None else inputs)


def _points(
    inside: Interior, n: int, inputs: InputDomain | None, seed: int = 0, tries: int = POINTS
) -> Iterator[list[mpq]]:
    """Rational inputs around the one that is known: in steps of all sizes."""
    stream = generator(seed, 0)
    basis: Sequence[Vector] = inside.directions or units(n)
    for attempt in range(tries):
        size = 4.0 ** (attempt % 5 - 2)
        weights = [mpq(round(c * GRID), GRID) for c in (stream.normal(size=len(basis)) * size)]
        step = _combined(weights, [list(map(mpq, d)) for d in basis])
        point = [x + d for x, d in zip(inside.point, step, strict=True)]
        for _ in range(8):
            if inputs is None or inputs.contains(point):
                yield point
                break
            step = [d / 2 for d in step]
            point = [x + d for x, d in zip(inside.point, step, strict=True)]
