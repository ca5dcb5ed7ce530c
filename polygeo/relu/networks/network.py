"""A ReLU network, exactly: x -> ReLU(W_L ... ReLU(W_1 x + b_1) ... + b_L).

Without biases multiplying one layer by a positive number multiplies the map by it, so each layer is
kept as an integer matrix; inputs may be scaled likewise. Rows of one layer must share their factor.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, rational
from polygeo.answers.options import check_fields
from polygeo.answers.sequence import sequence
from polygeo.answers.typeset import latex_lines, latex_vector
from polygeo.errors import DomainError, Refuted
from polygeo.polyhedra.vectors import dot
from polygeo.progress import patient
from polygeo.relu.files.layer import Layer
from polygeo.relu.files.reading import read_layers
from polygeo.relu.matrix import ExactMatrix, read_matrix, read_vector

__all__ = ["Bias", "Collision", "Network", "apply_network", "read_network"]

MAX_LAYERS = 64
"""Largest number of layers of a network."""


Bias = tuple[mpq, ...] | None
"""The biases of a layer, None if all of them are 0."""


class Network:
    """The layers of a network as integer matrices; ``widths``: (n, m_1, ..., m_L)."""

    def __init__(self, layers: Sequence[ExactMatrix], biases: Sequence[Bias] = ()) -> None:
        self.layers = tuple(layers)
        self.biases = tuple(biases) or (None,) * len(self.layers)
        self.widths = (layers[0].shape[1], *(layer.shape[0] for layer in layers))
        self._tables = [fmpz_mat([list(row) for row in layer.scaled_rows[0]]) for layer in layers]

    def __repr__(self) -> str:
        """Say the widths, and whether there are biases."""
        widths = " -> ".join(map(str, self.widths))
        return f"Network({widths}{', biases' if any(self.biases) else ''})"

    def without_biases(self, what: str) -> Network:
        """Return the network; DomainError, which says ``what`` needs it, if it has biases."""
        if any(self.biases):
            raise DomainError(f"{what} needs a network without biases: with them it is not linear "
                              "on cones")  # fmt: skip
        return self

    def preactivations(self, x: Sequence[int]) -> list[list[int]]:
        """Compute the inputs of ReLU, layer by layer, at an integer point (up to scale)."""
        values, found = list(x), []
        for table in self._tables:
            column = fmpz_mat(len(values), 1, values)
            before = [int(c) for c in (table * column).entries()]
            found.append(before)
            values = [max(c, 0) for c in before]
        return found


@dataclass(frozen=True)
class Collision:
    """Two different inputs ``x``, ``y`` (tuples of mpq) with one output; `verify` checks it."""

    x: tuple[mpq, ...]
    y: tuple[mpq, ...]

    def __post_init__(self) -> None:
        check_fields(self, x=[mpq], y=[mpq])

    def verify(self, weights: Any, biases: Any = None) -> bool:
        """Check exactly that x != y have the same output: return True, or raise Refuted.

        * ``weights``, ``biases``: of the network, as in `is_injective_network`.
        """
        if self.x == self.y:
            raise Refuted("the two inputs of a collision are equal")
        outputs = [apply_network(weights, point, biases) for point in (self.x, self.y)]
        if outputs[0] != outputs[1]:
            raise Refuted("the outputs of the two inputs differ")
        return True

    @classmethod
    def of(cls, x: Sequence[Any], y: Sequence[Any]) -> Collision:
        """Make a collision from two points x, y with rational coordinates."""
        points = [[rational(c, "a coordinate") for c in sequence(p, "a point")] for p in (x, y)]
        return cls(tuple(points[0]), tuple(points[1]))

    def _repr_latex_(self) -> str:
        return f"${latex_lines([f'x &= {latex_vector(self.x)}', f'y &= {latex_vector(self.y)}'])}$"


def read_network(weights: Any, biases: Any = None) -> Network:
    """Read a list of matrices as a network; each has as many columns as the one before has rows.

    * ``weights``: matrices; or the layers of `polygeo.relu.read_layers`, or a file or a state_dict
      that it reads, with their own biases. ReLU is taken to follow a layer unless the file says
      that none does; then DomainError.
    * ``biases``: for each layer its biases, or None for a layer without; None if no layer has any,
      or for those of the layers.

    >>> read_network([[[1], [-1]], [[1, 0], [0, 1]]]).widths
    (1, 2, 2)
    >>> read_network({"fc1.weight": [[1], [-1]], "fc1.bias": [1, 1], "fc2.weight": [[1, 2]]})
    Network(1 -> 2 -> 1, biases)
    """
    if isinstance(weights, Network):
        own = weights.layers
        return weights if biases is None else Network(own, _biases(own, biases))
    if isinstance(weights, (str, os.PathLike, Mapping)):
        weights = read_layers(weights)
    if isinstance(weights, bytes) or not hasattr(weights, "__iter__"):
        raise DomainError(f"a network is a list of matrices; got {type(weights).__name__}")
    if getattr(weights, "ndim", 1) == 0:
        raise DomainError("a network is a list of matrices; got an array of no dimension")
    given = list(islice(weights, MAX_LAYERS + 1))
    layers = [
        one.weights if isinstance(one, Layer) else read_matrix(one, f"weights[{i}]")
        for i, one in enumerate(given)
    ]
    if not 1 <= len(layers) <= MAX_LAYERS:
        count = f"over {MAX_LAYERS}" if layers else "0"
        raise DomainError(f"a network has 1 to {MAX_LAYERS} layers; got {count}")
    for i in range(1, len(layers)):
        rows, columns = layers[i - 1].shape[0], layers[i].shape[1]
        if rows != columns:
            raise DomainError(
                f"weights[{i}] needs {rows} columns, as many as weights[{i - 1}] has rows; "
                f"got {columns}"
            )
    stored = [_bias_of(one) for one in given]
    return Network(layers, _biases(layers, stored if biases is None else biases))


def _bias_of(layer: Any) -> Bias:
    """The biases that a layer of a file has."""
    if not isinstance(layer, Layer):
        return None
    if layer.relu is False:
        raise DomainError(
            f"no ReLU follows layer {abbreviate(layer.name, 60)}: leave it out, a network ends "
            "every layer with one"
        )
    return layer.bias


def _biases(layers: Sequence[ExactMatrix], biases: Any) -> list[Bias]:
    given, count = sequence(biases, "biases", MAX_LAYERS), len(layers)
    if len(given) != count:
        raise DomainError(f"biases need {count} entries, one a layer, or None; got {len(given)}")
    found: list[Bias] = []
    for i, (bias, layer) in enumerate(zip(given, layers, strict=True)):
        read = None if bias is None else read_vector(bias, layer.shape[0], f"biases[{i}]")
        found.append(read if read is not None and any(read) else None)
    return found


@patient
def apply_network(weights: Any, x: Any, biases: Any = None) -> tuple[mpq, ...]:
    """Compute ReLU(W_L ... ReLU(W_1 x + b_1) ... + b_L) (exact).

    * ``weights``: matrices W_1 (m_1 x n), W_2 (m_2 x m_1), ..., of rational numbers.
    * ``x``: n rational numbers.
    * ``biases``: for each layer its biases, or None for a layer without; by default there are none.

    Returns a tuple of m_L numbers (mpq). DomainError for shapes that do not fit.

    >>> apply_network([[[1], [-1]], [[1, 0], ["1/2", 1]]], [-2])
    (mpq(0,1), mpq(2,1))
    """
    network = read_network(weights, biases)
    values = read_vector(x, network.widths[0], "x")
    for layer, bias in zip(network.layers, network.biases, strict=True):
        pairs = zip(layer.entries, bias or (mpq(0),) * layer.shape[0], strict=True)
        values = tuple(max(dot(row, values) + b, mpq(0)) for row, b in pairs)
    return values
