"""One layer of a file: its matrix, its biases, its name, and whether ReLU follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate
from polygeo.answers.options import check_fields, flag, text
from polygeo.errors import DomainError
from polygeo.relu.matrix import ExactMatrix, read_matrix, read_vector

__all__ = ["Layer", "layer_of", "matrix_without_bias", "pick"]


@dataclass(frozen=True, eq=False)
class Layer:
    """Layer x -> W x + b of a network; ``relu`` says whether ReLU follows.

    * ``name``: its name in the file.
    * ``weights``: the m x n matrix W, read exactly.
    * ``bias``: m rational numbers b, or None if the file has none.
    * ``relu``: whether ReLU follows; None if the file does not say.

    A value can be handed to `polygeo.relu.is_injective` as
    ``is_injective(layer.weights, layer.bias)``.
    """

    name: str
    weights: ExactMatrix
    bias: tuple[mpq, ...] | None = None
    relu: bool | None = None

    def __post_init__(self) -> None:
        check_fields(self, name=str, weights=ExactMatrix)
        if self.relu is not None:
            flag(self.relu, "Layer.relu")
        if self.bias is not None:
            read_vector(self.bias, self.weights.shape[0], "Layer.bias")

    def __repr__(self) -> str:
        m, n = self.weights.shape
        ends = {True: ", ReLU", False: ", no ReLU", None: ""}[self.relu]
        return f"Layer({self.name}, {m} x {n}{', bias' if self.bias is not None else ''}{ends})"


def layer_of(name: str, weights: Any, bias: Any, relu: bool | None = None) -> Layer:
    """Make a layer from arrays; DomainError, with the name, where they do not fit."""
    matrix = read_matrix(weights, abbreviate(name, 60))
    if bias is not None:
        bias = read_vector(bias, matrix.shape[0], f"the bias of {abbreviate(name, 60)}")
    return Layer(name, matrix, bias, relu)


def matrix_without_bias(W: Any, what: str) -> ExactMatrix:
    """Read a matrix, or the one of a `Layer`; DomainError where the layer has biases.

    ``what``: the quantity, which is known for layers without biases only.
    """
    if not isinstance(W, Layer):
        return read_matrix(W)
    if W.bias is not None and any(W.bias):
        raise DomainError(
            f"{what} is known for layers without biases: with them the regions of a layer are no "
            f"cones; got {W!r}"
        )
    return W.weights


def pick(layers: list[Layer], name: Any, where: str) -> Layer:
    """Choose the layer of a name, or the only one where ``name`` is None; DomainError lists them.

    >>> pick([layer_of("fc1.weight", [[1]], None)], "fc1", "net.npz")
    Layer(fc1.weight, 1 x 1)
    """
    known = abbreviate(", ".join(layer.name for layer in layers)) or "none"
    if name is None:
        if len(layers) == 1:
            return layers[0]
        raise DomainError(f"{where} has several layers, say which one: {known}")
    wanted = text(name, "layer")
    found = [a for a in layers if wanted in (a.name, a.name.removesuffix(".weight"))]
    if len(found) != 1:
        raise DomainError(f"{where} has no layer {abbreviate(repr(wanted), 60)}; it has {known}")
    return found[0]
