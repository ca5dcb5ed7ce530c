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
        if kind == "Relu":
            self._close(True)
        elif kind == "Add":
            self._add(shown, name, constants)
        elif kind == "Conv":
            self._open(name)
            self._convolution(shown, constants, attributes)
        elif kind in ("Gemm", "MatMul"):
            self._open(name)
            self._matrix(kind, shown, inputs, constants, attributes)
        elif kind == "Flatten" and self.shape is not None:
            self.shape = (prod(self.shape),)

    def finish(self) -> list[Layer]:
        """Return the layers, the last one perhaps without ReLU."""
        self._close(False)
        if not self.layers:
            raise DomainError(f"{self.where} has no layer with weights")
        return self.layers

    def _open(self, name: str) -> None:
        if self.weights is not None:
            self._close(False)
        self.name = name

    def _close(self, relu: bool) -> None:
        if self.weights is None:
            if relu and self.layers and self.layers[-1].relu:
                return  # ReLU twice
            if relu:
                raise DomainError(f"{self.where}: a Relu before the first weights is not supported")
            return
        self.layers.append(layer_of(self.name, self.weights, self.bias, relu))
        self.weights = self.bias = None

    def _matrix(
        self,
        kind: str,
        shown: str,
        inputs: list[str],
        constants: list[Any],
        attributes: dict[str, Any],
    ) -> None:
        if not constants or constants[0].ndim != 2 or inputs[0] in self.known:
            raise DomainError(f"{self.where}: the {shown} needs the data times a constant matrix")
        matrix = constants[0]
        if kind == "Gemm":
            plain = attributes.get("alpha", 1.0) == attributes.get("beta", 1.0) == 1.0
            if not plain or attributes.get("transA", 0):
                raise DomainError(
                    f"{self.where}: the {shown} needs alpha = beta = 1 and transA = 0"
                )
        transposed = kind == "Gemm" and attributes.get("transB", 0)
        self.weights = matrix if transposed else matrix.T
        self._fits(shown, self.weights.shape[1])
        self.shape = (self.weights.shape[0],)
        if len(constants) > 1:
            self._add(shown, self.name, constants[1:])

    def _fits(self, shown: str, count: int) -> None:
        if self.shape is not None and prod(self.shape) != count:
            raise DomainError(
                f"{self.where}: the {shown} needs {count} inputs; got {prod(self.shape)}"
            )

    def _add(self, shown: str, name: str, constants: list[Any]) -> None:
        """One more bias, exactly; before any weights there is nothing that it could belong to."""
        if self.weights is None or len(constants) != 1:
            raise DomainError(f"{self.where}: the {shown} needs weights before it and one constant")
        m = self.weights.shape[0] if hasattr(self.weights, "shape") else 0
        values = constants[0].ravel().tolist()
        if len(values) not in (1, m):
            raise DomainError(f"{self.where}: the {shown} needs {m} numbers; got {len(values)}")
        if not np.isfinite(constants[0]).all():
            raise DomainError(f"{self.where}: the {shown} needs finite numbers")
        more = [mpq(*float(c).as_integer_ratio()) for c in values] * (m // len(values))
        before = self.bias or [mpq(0)] * m
        self.bias = [a + b for a, b in zip(before, more, strict=True)]

    def _convolution(self, shown: str, constants: list[Any], attributes: dict[str, Any]) -> None:
        kernel = constants[0] if constants else np.zeros(0)
        d = kernel.ndim - 2
        if d < 1 or self.shape is None or len(self.shape) != d + 1:
            raise DomainError(
                f"{self.where}: the {shown} needs the shape of its inputs in the file"
            )
        plain = attributes.get("group", 1) == 1 and set(attributes.get("dilations", [1])) == {1}
        if not plain or attributes.get("auto_pad", b"NOTSET") != b"NOTSET":
            raise DomainError(
                f"{self.where}: the {shown} needs group 1, no dilations and pads in numbers"
            )
        steps = tuple(attributes.get("strides", [1] * d))
        pads = attributes.get("pads", [0] * 2 * d)
        pairs = tuple(zip(pads[:d], pads[d:], strict=True))
        self.weights = convolution_matrix(kernel, self.shape, steps, pairs)
        lengths = output_shape(kernel.shape[2:], self.shape[1:], steps, pairs)
        self.shape = (kernel.shape[0], *lengths)
        if len(constants) > 1:
            values = [mpq(*float(c).as_integer_ratio()) for c in constants[1].ravel().tolist()]
            self.bias = [b for b in values for _ in range(prod(lengths))]
