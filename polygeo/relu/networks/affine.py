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

from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.polyhedra.vectors import complement, dot, primitive, units
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.injectivity import Verdict, is_injective
from polygeo.relu.inputs import InputDomain, box, nonnegative
from polygeo.relu.interior import interior_of
from polygeo.relu.networks.network import Bias, Collision, Network
from polygeo.sampling.runs.streams import generator

__all__ = ["by_layers", "check_by_layers", "collision_near", "sampled_collision"]

POINTS = 300
"""Number of inputs next to which a collision is searched for."""
GRID = 1 << 12
"""Inverse of the unit to which these inputs are rounded."""


def by_layers(
    network: Network, inputs: InputDomain | None, budget: Budget
) -> tuple[Verdict, ...] | Collision:
    """Find verdicts of all layers, or a collision; raise Undecided where they do not tell."""
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
                return Collision(*verdict.collision)
            where = "nonnegative inputs" if domain is None else domain.name
            problem = f"layer {number} is not injective on all of its inputs ({where})"
            break
        verdicts.append(verdict)
    if not problem:
        return tuple(verdicts)
    found = sampled_collision(network, inputs, budget)
    if found is not None:
        return found
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


def collision_near(
    network: Network, inputs: InputDomain | None, point: Sequence[mpq]
) -> Collision | None:
    """Find two inputs next to a point inside with one output, by the linear piece of the first
    layers; None if that has no kernel for any number of layers, or at a kink.
    """
    domain = inputs or InputDomain(network.widths[0], ())
    inside = interior_of(domain)
    basis = inside.directions or units(domain.dim)
    slopes = [[mpq(c) for c in row] for row in zip(*basis, strict=True)]  # n x r, the Jacobian
    values = list(point)
    rows, z = [domain.rows[j] for j in inside.strict], (*point, mpq(1))
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
    step = _combined(kernel, basis)
    ends = (tuple(x + s * eps * d for x, d in zip(point, step, strict=True)) for s in (1, -1))
    found = Collision(*ends)
    found.verify(network)
    domain.check(found.x, found.y)
    return found


def _combined(weights: Sequence[mpq | int], rows: Sequence[Sequence[mpq | int]]) -> list[mpq]:
    """The sum of the rows with weights."""
    return [mpq(dot(weights, column)) for column in zip(*rows, strict=True)]


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


def sampled_collision(
    network: Network,
    inputs: InputDomain | None,
    budget: Budget,
    seed: int = 0,
    tries: int = POINTS,
) -> Collision | None:
    """Find a collision of a network next to one of so many random inputs, if the time is enough."""
    for point in _points(inputs or InputDomain(network.widths[0], ()), seed, tries):
        found = collision_near(network, inputs, point)
        if found is not None:
            return found
        budget.check()
    return None


def _points(domain: InputDomain, seed: int, tries: int) -> Iterator[list[mpq]]:
    """Rational inputs around the one that is known: in steps of all sizes."""
    stream, inside = generator(seed, 0), interior_of(domain)
    basis = inside.directions or units(domain.dim)
    for attempt in range(tries):
        size = 4.0 ** (attempt % 5 - 2)
        weights = [mpq(round(c * GRID), GRID) for c in (stream.normal(size=len(basis)) * size)]
        step = _combined(weights, basis)
        for halvings in range(8):
            point = [x + d / 2**halvings for x, d in zip(inside.point, step, strict=True)]
            if domain.contains(point):
                yield point
                break
