"""Injectivity of a deep ReLU network on R^n, decided exactly for small networks.

The layers, one after the other, cut R^n into cells on which the network F is linear; cut further
into simplices these cells are a complete fan, and F is determined by its values at the rays.
F is injective if and only if

* on each simplicial cone S the values F(r), r in S, are independent, and
* for two cones S and T, sum_S l_r F(r) = sum_T k_r F(r) with l, k >= 0 holds only where both
  sides are the same combination of the rays that S and T share.

For the second: coordinates of F that vanish on all of T force l_r = 0 where F(r) has them; if the
values at the rays that are left are independent nothing more is to show; else there is, by
Gordan's alternative, either a collision or a functional that vanishes at the shared rays, is
positive at the other rays of S and negative at those of T. The rays, the cones and the functionals
are the proof; `polygeo.relu.networks.deep_proof` checks it from the weights alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.answers.exact import rational
from polygeo.answers.options import check_fields, renamed
from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.polyhedra.vectors import Vector, complement, dot, primitive, rank
from polygeo.progress import patient
from polygeo.relu.cells.cells import Cell, Subdivision, basis_rows
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.gordan import gordan
from polygeo.relu.decision.injectivity import Verdict, is_injective
from polygeo.relu.inputs import InputDomain, read_inputs
from polygeo.relu.matrix import ExactMatrix
from polygeo.relu.networks.affine import by_layers, check_by_layers
from polygeo.relu.networks.deep_proof import FanProof, verify_proof
from polygeo.relu.networks.network import Collision, Network, read_network

__all__ = ["NetworkVerdict", "is_injective_network"]

MAX_CONES = 4000
"""Largest number of simplicial cones of a network, all of whose pairs are compared."""

SECONDS = 60.0
"""Longest time for the decision of one layer by itself, in seconds."""


@dataclass(frozen=True)
class NetworkVerdict:
    """The answer to "is this network injective on R^n?", with its proof.

    * ``injective``: the answer.
    * ``collision``: for a network that is not injective, two inputs with one output; else None.
    * ``proof``: the fan and functionals that `polygeo.relu.networks.deep_proof.verify_proof`
      checks; None where all layers are injective one by one.
    * ``reason``: which way was taken.
    * ``weights``: the network, with its biases.
    * ``inputs``: the set of inputs, None for R^n.
    * ``layers``: for networks with biases or on a set of inputs that are injective, the verdicts of
      all layers on their inputs.
    """

    injective: bool
    collision: Collision | None
    proof: FanProof | None
    reason: str
    weights: Network
    inputs: InputDomain | None = None
    layers: tuple[Verdict, ...] = ()

    source = "puthawala2022globally"

    def __post_init__(self) -> None:
        check_fields(self, injective=bool, collision=Collision | None, proof=FanProof | None)
        check_fields(self, reason=str, weights=Network)
        check_fields(self, inputs=InputDomain | None, layers=[Verdict])

    @patient
    def verify(self) -> bool:
        """Check the collision or the proof exactly: return True if it holds, or raise Refuted.

        A verdict whose reason is 'layers' has no record of its own: its layers are decided again.
        """
        if not self.injective:
            if self.collision is None:
                raise Refuted("a network that is not injective needs a collision")
            if self.inputs is not None:
                self.inputs.check(self.collision.x, self.collision.y)
            return self.collision.verify(self.weights)
        if any(self.weights.biases) or self.inputs is not None:
            check_by_layers(self.weights, self.inputs, self.layers)
            return True
        if self.proof is not None:
            return verify_proof(self.weights, self.proof)
        for number, layer in enumerate(self.weights.layers):
            verdict = is_injective(layer, inputs="nonnegative" if number else None)
            if not verdict.injective or not verdict.verify():
                raise Refuted(f"weights[{number}] is not injective on the inputs that it gets")
        return True

    def __bool__(self) -> bool:
        return self.injective

    def _repr_latex_(self) -> str:
        widths = r" \to ".join(map(str, self.weights.widths))
        answer = "injective" if self.injective else "not injective"
        return rf"${widths}: \quad \text{{{answer}}}$"


@renamed(most="max_nodes")
@patient
def is_injective_network(
    weights: Any, max_nodes: int = MAX_CONES, *, biases: Any = None, inputs: Any = None
) -> NetworkVerdict:
    """Decide whether x -> ReLU(W_L ... ReLU(W_1 x)) is injective on R^n, with a proof (exact).

    * ``weights``: matrices W_1 (m_1 x n), W_2 (m_2 x m_1), ..., of rational numbers; floats are
      read as dyadic rationals. Or a file, a state_dict or the layers of `polygeo.relu.read_layers`,
      with their own biases; ReLU is taken to follow each layer.
    * ``max_nodes``: largest number of simplicial cones (default 4000).
    * ``biases``: for each layer its biases, or None for a layer without (default: none at all).
    * ``inputs``: a set of inputs as in `is_injective` (default: all of R^n).

    Returns a `NetworkVerdict`. Later layers of an injective network need not be injective on all of
    R^m: only the image of the earlier layers counts. Where there are more than ``max_nodes`` cones,
    the layers are tried one by one, the later ones on nonnegative inputs; Undecided where this
    does not tell either. With biases or on a set of inputs the layers are always looked at one by
    one, the later ones on the nonnegative inputs, or the box, that they get; if not all are
    injective there, and no collision of the network is found, Undecided. DomainError for what is no
    network. Source: puthawala2022globally.

    >>> verdict = is_injective_network([[[1], [-1]], [[1, -1], [-1, 1]]])
    >>> verdict.injective, verdict.verify()
    (True, True)
    >>> is_injective_network([[[1], [-1]], [[1, 1]]]).collision
    Collision(x=(mpq(1,1),), y=(mpq(-1,1),))
    >>> shifted = is_injective_network([[[1]], [[2]]], biases=[[1], None], inputs=(-1, 1))
    >>> shifted.injective, shifted.verify()
    (True, True)
    """
    network = read_network(weights, biases)
    domain = read_inputs(inputs, network.widths[0])
    limit = Budget(max_nodes).nodes
    if any(network.biases) or domain is not None:
        answer = by_layers(network, domain, Budget(timeout=SECONDS))
        if isinstance(answer, Collision):
            return NetworkVerdict(False, answer, None, "linear piece", network, domain)
        return NetworkVerdict(True, None, None, "layers", network, domain, answer)
    try:
        fan = _Fan(network, limit)
    except DomainError as problem:
        verdicts = [_one_layer(layer, number) for number, layer in enumerate(network.layers)]
        if all(verdicts):
            return NetworkVerdict(True, None, None, "layers", network)
        if verdicts[0] is not None and verdicts[0].collision is not None:
            collision = Collision(*verdicts[0].collision)
            return NetworkVerdict(False, collision, None, "first layer", network)
        raise Undecided(f"the network is too large for an exact decision: {problem}") from None
    if fan.collision is not None:
        return NetworkVerdict(False, fan.collision, None, "linear piece", network)
    found = _pairs(fan)
    if isinstance(found, Collision):
        return NetworkVerdict(False, found, None, "two pieces", network)
    proof = FanProof(tuple(fan.rays), tuple(fan.simplices), found)
    return NetworkVerdict(True, None, proof, "fan", network)


def _one_layer(layer: ExactMatrix, number: int) -> Verdict | None:
    """Whether a layer is injective on R^n, a later one on nonnegative inputs; None if open."""
    try:
        return is_injective(layer, inputs="nonnegative" if number else None, timeout=SECONDS)
    except (DomainError, Undecided):
        return None


class _Fan:
    """The fan of a network, cut layer by layer; ``collision`` if a linear piece has a kernel."""

    def __init__(self, network: Network, most: int) -> None:
        self.network = network
        self.dim = network.widths[0]
        self.collision: Collision | None = None
        self.simplices: list[Cell] = []
        first = network.layers[0].rows
        if rank(first) < self.dim:
            kernel = complement(first, self.dim)[0]
            self.collision = Collision.of(kernel, [0] * self.dim)
            return
        self.table = Subdivision(
            lambda ray: [c for values in network.preactivations(ray) for c in values]
        )
        cells = self.table.orthants(first, most)
        shift, earlier = 0, 0
        for depth, width in enumerate(network.widths[1:], start=1):
            rows = ((1 << width) - 1) << shift
            cells = self.table.refine(cells, rows, earlier, most)
            shift, earlier = shift + width, earlier | rows
            for cell in cells:
                self.collision = self._inside(cell, depth)
                if self.collision is not None:
                    return
        for cell in cells:
            self.simplices += self.table.simplices(cell, earlier, self.dim)
            if len(self.simplices) > most:
                raise DomainError(
                    f"at most {most} simplicial cones can be looked at; there are more"
                )
        self.rays = self.table.rays
        width = network.widths[-1]
        self.images: list[Vector] = [
            tuple(max(c, 0) for c in values[-width:]) for values in self.table.values
        ]
        self.support = [positive >> (shift - width) for positive in self.table.positive]

    def _inside(self, cell: Cell, depth: int) -> Collision | None:
        """Two points of a cell, on which the first layers are linear, with the same image."""
        start = sum(self.network.widths[1:depth])
        stop = start + self.network.widths[depth]
        rays = [self.table.rays[i] for i in cell]
        images = [tuple(max(c, 0) for c in self.table.values[i][start:stop]) for i in cell]
        if rank(images) == self.dim:
            return None
        chosen = basis_rows(rays)
        relation = complement(list(zip(*(images[i] for i in chosen), strict=True)), self.dim)[0]
        step = _combined(relation, [rays[i] for i in chosen])
        middle = _combined([1] * len(rays), rays)
        values = [self.table.values[i] for i in cell]
        reach = 1  # at reach * middle no row of these layers changes its sign before the step ends
        for row in range(stop):
            inside = abs(sum(v[row] for v in values))
            change = abs(sum(c * values[i][row] for c, i in zip(relation, chosen, strict=True)))
            if inside and change > reach * inside:
                reach = -(-change // inside)
        ends = [
            tuple(reach * m + s * d for m, d in zip(middle, step, strict=True)) for s in (1, -1)
        ]
        return Collision.of(*ends)


def _combined(weights: Sequence[int], rays: Sequence[Vector]) -> Vector:
    return tuple(dot(weights, column) for column in zip(*rays, strict=True))


def _pairs(fan: _Fan) -> Collision | dict[tuple[int, int], Vector]:
    """A collision of two different cones, or the functionals of the pairs that need one."""
    support, simplices = fan.support, fan.simplices
    joint = [_joint(cone, support) for cone in simplices]
    functionals: dict[tuple[int, int], Vector] = {}
    independent: set[frozenset[int]] = set()
    known: dict[tuple[Cell, Cell], Vector] = {}
    for j, T in enumerate(simplices):
        outside = ~joint[j]
        for i in range(j):
            S = simplices[i]
            left = [r for r in S if not support[r] & outside]
            if not left:
                continue
            left, right = _supported(left, list(T), support)
            if set(left) <= set(right) or set(right) <= set(left):
                continue
            everything = frozenset(left + right)
            if everything in independent:
                continue
            if rank([fan.images[r] for r in everything]) == len(everything):
                independent.add(everything)
                continue
            key = tuple(left), tuple(right)
            if key not in known:
                found = _separated(fan, left, right)
                if isinstance(found, Collision):
                    return found
                known[key] = found
            functionals[i, j] = known[key]
    return functionals


def _joint(rays: Sequence[int], support: list[int]) -> int:
    """The mask of the coordinates that are positive at some of the rays."""
    return reduce(or_, (support[r] for r in rays), 0)


def _supported(
    left: list[int], right: list[int], support: list[int]
) -> tuple[list[int], list[int]]:
    """The rays that can carry weight where both combinations have one image."""
    while True:
        masks = _joint(left, support), _joint(right, support)
        kept = [r for r in left if not support[r] & ~masks[1]]
        others = [r for r in right if not support[r] & ~masks[0]]
        if len(kept) == len(left) and len(others) == len(right):
            return left, right
        left, right = kept, others


def _separated(fan: _Fan, left: list[int], right: list[int]) -> Collision | Vector:
    """A functional that vanishes at shared rays and separates the others, or a collision."""
    shared = [r for r in left if r in right]
    own, other = [r for r in left if r not in right], [r for r in right if r not in left]
    images = fan.images
    space = complement([images[r] for r in shared], len(images[0]))
    vectors = [
        *(tuple(dot(b, images[r]) for b in space) for r in own),
        *(tuple(-dot(b, images[r]) for b in space) for r in other),
    ]
    found = gordan(vectors)
    if found.functional is not None:
        return primitive(_combined(found.functional, space))
    assert found.weights is not None
    signed: dict[int, Any] = {
        r: w if r in own else -w for r, w in zip(own + other, found.weights, strict=True)
    }
    gap = _combined(list(signed.values()), [images[r] for r in signed])
    shares = _coordinates([images[r] for r in shared], gap)
    signed |= {r: -s for r, s in zip(shared, shares, strict=True)}
    # now sum signed F(r) = 0: one input takes the positive part, the other the negative one
    rays = [fan.rays[r] for r in signed]
    sides = ([max(sign * s, 0) for s in signed.values()] for sign in (1, -1))
    return Collision.of(*(_combined(side, rays) for side in sides))


def _coordinates(vectors: list[Vector], target: Sequence[int]) -> list[mpq]:
    """The coordinates of a vector in the span of independent ones."""
    if not vectors:
        return []
    rows = fmpz_mat([list(v) for v in vectors])
    square: Any = rows * rows.transpose()
    return list(map(rational, square.solve(rows * fmpz_mat(len(target), 1, target)).entries()))
