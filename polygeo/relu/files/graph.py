"""The chain of layers in an ONNX model: Gemm, MatMul, Add, Conv and Relu, one after the other.

The library onnx reads the file (the extra ``onnx``); no file beside it is opened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from gmpy2 import mpq

from polygeo.answers.exact import abbreviate
from polygeo.answers.files import named, read_bytes
from polygeo.errors import DomainError
from polygeo.relu.files.convolution import convolution_matrix, output_shape
from polygeo.relu.files.layer import Layer, layer_of

__all__ = ["chain_of"]

MAX_BYTES = 500_000_000
"""Largest file that is read, in bytes."""

SAME = {"Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Cast"}
"""Nodes that change no number of a single input (Cast: between kinds of floats)."""
READ = "Gemm, MatMul, Add, Conv, Relu, Flatten, Reshape, Identity, Dropout"


def chain_of(path: Any) -> list[Layer]:
    """Read the layers of an ONNX model that is a chain; DomainError, in one line, otherwise."""
    try:
        import onnx
        from onnx import numpy_helper
    except ImportError:
        raise DomainError(
            "reading ONNX needs the library onnx: pip install 'polygeo-cones[onnx]'"
        ) from None
    where = named(path)
    data = read_bytes(path, "an ONNX file", MAX_BYTES)
    try:
        model = onnx.load_model_from_string(data)
        known = {t.name: _array(t, numpy_helper, where) for t in model.graph.initializer}
    except DomainError:
        raise
    except Exception:  # of protobuf, whatever its version raises
        raise DomainError(f"{where} is damaged or no ONNX file") from None
    graph = model.graph
    if not graph.node:
        raise DomainError(f"{where} is no ONNX model: it has no nodes")
    inputs = [i for i in graph.input if i.name not in known]
    if len(inputs) != 1:
        raise DomainError(f"{where} needs one input; it has {len(inputs)}")
    chain = _OnnxChain(where, known, inputs[0].name, _dimensions(inputs[0]))
    for node in graph.node:
        if node.op_type == "Constant":
            values = [a.t for a in node.attribute if a.name == "value"]
            if values:
                known[node.output[0]] = _array(values[0], numpy_helper, where)
                continue
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        chain.take(node.op_type, node.name or node.output[0], list(node.input), attributes)
        chain.at = node.output[0]
    return chain.finish()


def _array(tensor: Any, helper: Any, where: str) -> Any:
    if tensor.data_location == 1 or tensor.external_data:
        raise DomainError(f"{where} has its numbers in another file; only one file is read")
    return helper.to_array(tensor)


def _dimensions(value: Any) -> tuple[int, ...] | None:
    """The shape of one input without the batch, None where it is not in the file."""
    sizes = [d.dim_value for d in value.type.tensor_type.shape.dim]
    found = tuple(sizes[1:])
    return found if found and all(found) else None


@dataclass
class _OnnxChain:
    """The layers so far, and the affine map that is not yet closed by Relu."""

    where: str
    known: dict[str, Any]
    at: str
    shape: tuple[int, ...] | None
    layers: list[Layer] = field(default_factory=list)
    name: str = ""
    weights: Any = None
    bias: list[mpq] | None = None

    def take(self, kind: str, name: str, inputs: list[str], attributes: dict[str, Any]) -> None:
        """Take one node."""
        shown = f"{kind} node {abbreviate(name, 60)}"
        given = [i for i in inputs if i and i not in self.known]
        if kind not in {"Gemm", "MatMul", "Add", "Conv", "Relu", *SAME}:
            raise DomainError(f"{self.where}: the {shown} is not supported; read are {READ}")
        if given != [self.at]:
            raise DomainError(
                f"{self.where} is no chain: the {shown} does not follow the one before"
            )
        constants = [self.known[i] for i in inputs if i in self.known]
        if kind in ("Conv", "Gemm", "MatMul"):
            self._close(False)
            self.name = name
        if kind == "Relu":
            self._close(True)
        elif kind == "Add":
            self._add(shown, constants)
        elif kind == "Conv":
            self._convolution(shown, constants, attributes)
        elif kind in ("Gemm", "MatMul"):
            ahead = inputs[0] not in self.known
            self._matrix(shown, constants if ahead else [], attributes if kind == "Gemm" else {})
        elif kind == "Flatten" and self.shape is not None:
            self.shape = (prod(self.shape),)

    def finish(self) -> list[Layer]:
        """Return the layers, the last one perhaps without ReLU."""
        self._close(False)
        if not self.layers:
            raise DomainError(f"{self.where} has no layer with weights")
        return self.layers

    def _close(self, relu: bool) -> None:
        """End the layer that is open, if any."""
        if self.weights is not None:
            self.layers.append(layer_of(self.name, self.weights, self.bias, relu))
            self.weights = self.bias = None
        elif relu and not (self.layers and self.layers[-1].relu):  # a second ReLU changes nothing
            raise DomainError(f"{self.where}: a Relu before the first weights is not supported")

    def _need(self, good: Any, shown: str, needed: str) -> None:
        if not good:
            raise DomainError(f"{self.where}: the {shown} needs {needed}")

    def _matrix(self, shown: str, constants: list[Any], attributes: dict[str, Any]) -> None:
        matrix = constants[0] if constants else np.zeros(0)
        self._need(matrix.ndim == 2, shown, "the data times a constant matrix")
        plain = attributes.get("alpha", 1.0) == attributes.get("beta", 1.0) == 1.0
        plain = plain and not attributes.get("transA", 0)
        self._need(plain, shown, "alpha = beta = 1 and transA = 0")
        self.weights = matrix if attributes.get("transB", 0) else matrix.T
        m, count = self.weights.shape
        given = count if self.shape is None else prod(self.shape)
        self._need(given == count, shown, f"{count} inputs; got {given}")
        self.shape = (m,)
        if len(constants) > 1:
            self._add(shown, constants[1:])

    def _add(self, shown: str, constants: list[Any]) -> None:
        """One more bias, exactly; before any weights there is nothing that it could belong to."""
        good = self.weights is not None and len(constants) == 1
        self._need(good, shown, "weights before it and one constant")
        m = self.weights.shape[0]
        values = constants[0].ravel().tolist()
        self._need(len(values) in (1, m), shown, f"{m} numbers; got {len(values)}")
        self._need(np.isfinite(constants[0]).all(), shown, "finite numbers")
        more = [mpq(*float(c).as_integer_ratio()) for c in values] * (m // len(values))
        before = self.bias or [mpq(0)] * m
        self.bias = [a + b for a, b in zip(before, more, strict=True)]

    def _convolution(self, shown: str, constants: list[Any], attributes: dict[str, Any]) -> None:
        kernel, shape = constants[0] if constants else np.zeros(0), self.shape or ()
        d = kernel.ndim - 2
        self._need(len(shape) == d + 1 > 1, shown, "the shape of its inputs in the file")
        plain = attributes.get("group", 1) == 1 and set(attributes.get("dilations", [1])) == {1}
        plain = plain and attributes.get("auto_pad", b"NOTSET") == b"NOTSET"
        self._need(plain, shown, "group 1, no dilations and pads in numbers")
        steps = tuple(attributes.get("strides", [1] * d))
        pads = attributes.get("pads", [0] * 2 * d)
        pairs = tuple(zip(pads[:d], pads[d:], strict=True))
        self.weights = convolution_matrix(kernel, shape, steps, pairs)
        lengths = output_shape(kernel.shape[2:], shape[1:], steps, pairs)
        self.shape = (kernel.shape[0], *lengths)
        if len(constants) > 1:
            values = [mpq(*float(c).as_integer_ratio()) for c in constants[1].ravel().tolist()]
            self.bias = [b for b in values for _ in range(prod(lengths))]
