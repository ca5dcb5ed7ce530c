"""Layers of a file of weights, of a mapping of arrays (a state_dict), or of one array.

Floats of every width are read as the dyadic rationals that they are. A file of a kind that holds
pickled objects is refused: to open one may run whatever code it holds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from polygeo.answers.exact import abbreviate
from polygeo.answers.files import named, regular_file
from polygeo.answers.options import describe, file_path
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.relu.files.graph import chain_of
from polygeo.relu.files.layer import Layer, layer_of, pick
from polygeo.relu.files.safetensors import read_tensor, tensors_of
from polygeo.relu.matrix import MAX_ENTRIES, read_matrix_file

__all__ = ["array_of", "read_layer", "read_layers"]

PICKLES = (".pt", ".pth", ".bin", ".pkl", ".pickle", ".ckpt", ".joblib")
MATRIX = 2


@patient
def read_layers(source: Any, header: bool | None = None) -> list[Layer]:
    """Read the layers of a network, in the order in which the source has them.

    * ``source``: a file .csv, .txt, .npy (one matrix), .npz, .safetensors or .onnx; a mapping of
      names to arrays, such as a state_dict; or one array (of numpy, torch, jax, pandas, ..).
    * ``header``: of a file of text, as in `read_matrix_file`.

    In .npz, .safetensors and a mapping, every array of two dimensions is a layer ``W`` of shape
    outputs x inputs; its bias is the vector with the name that has "bias" for "weight", or "b" for
    "W". Kernels of convolutions are left out (`polygeo.relu.convolution_matrix` makes matrices of
    them). An ONNX model has to be a chain of Gemm, MatMul, Add, Conv and Relu; it needs the library
    onnx. Returns a list of `Layer`. DomainError, in one line, for a file that is damaged, too
    large, of another kind, or a pickle.

    >>> read_layers({"fc1.weight": np.eye(2, dtype=np.float32), "fc1.bias": [0, "1/2"]})
    [Layer(fc1.weight, 2 x 2, bias)]
    """
    if isinstance(source, Mapping):
        return _named_arrays(list(source), lambda name: array_of(source[name], name), "the mapping")
    if not isinstance(source, (str, os.PathLike)):
        return [layer_of("W", array_of(source, "W"), None)]
    path = file_path(source, "a file of weights")
    kind = path.suffix.lower()
    if kind in PICKLES:
        raise DomainError(
            f"{named(path)} is a pickle, which may run any code when it is opened: save the "
            "weights as .safetensors, .npz or .onnx"
        )
    if kind == ".safetensors":
        tensors = tensors_of(path)
        shapes = {name: tensor.shape for name, tensor in tensors.items()}
        return _named_arrays(
            list(tensors), lambda name: read_tensor(path, name, tensors[name]), named(path), shapes
        )
    if kind == ".npz":
        return _archive(path)
    if kind == ".onnx":
        return chain_of(path)
    return [Layer(path.stem, read_matrix_file(path, "W", header))]


def read_layer(source: Any, name: Any = None, header: bool | None = None) -> Layer:
    """Read one layer: that of a name ("fc1" or "fc1.weight"), or the only one."""
    where = named(source) if isinstance(source, (str, os.PathLike)) else "the source"
    return pick(read_layers(source, header), name, where)


def array_of(value: Any, name: str = "W") -> Any:
    """Convert an array of another library by ``__array__``; lists and tables stay as they are.

    Tensors that need a gradient are detached, and bfloat16, which numpy does not have, is widened.
    """
    if isinstance(value, (np.ndarray, str, bytes, list, tuple)) or not hasattr(value, "__array__"):
        return value
    try:
        if hasattr(value, "detach"):
            value = value.detach().cpu()
            if str(value.dtype) == "torch.bfloat16":
                value = value.float()
        return np.asarray(value)
    except Exception as problem:  # whatever a foreign library raises
        reason = abbreviate(str(problem).partition("\n")[0], 80)
        raise DomainError(f"{abbreviate(name, 60)} is no array of numbers: {reason}") from None


def _archive(path: Path) -> list[Layer]:
    """The arrays of a .npz file."""
    from zipfile import ZipFile

    place = regular_file(path, "a .npz file")
    try:
        with ZipFile(place) as archive:
            if any(entry.file_size > 16 * MAX_ENTRIES for entry in archive.infolist()):
                raise DomainError(f"{named(path)} has an array of over {MAX_ENTRIES} numbers")
        with np.load(place, allow_pickle=False) as found:
            return _named_arrays(list(found.files), lambda name: found[name], named(path))
    except DomainError:
        raise
    except OSError as problem:
        raise DomainError(f"cannot read {named(path)}: {problem.strerror or 'no .npz'}") from None
    except Exception:  # ValueError for pickles, BadZipFile, zlib.error, tokenize errors of headers
        raise DomainError(f"{named(path)} is damaged or no .npz file of numbers") from None


def _named_arrays(
    names: list[Any],
    read: Callable[[str], Any],
    where: str,
    shapes: dict[str, tuple[int, ...]] | None = None,
) -> list[Layer]:
    """The layers among arrays with names."""
    unnamed = [name for name in names if not isinstance(name, str)]
    if unnamed:
        raise DomainError(f"{where} needs names of arrays; got {describe(unnamed[0])}")
    layers, kernels = [], []
    for name in names:
        array = None if shapes else read(name)
        dimensions = len(shapes[name]) if shapes else _dimensions(array)
        if dimensions > MATRIX:
            kernels.append(name)
        if dimensions != MATRIX:
            continue
        array = read(name) if shapes else array
        other = next((b for b in _bias_names(name) if b in names and b != name), None)
        bias: Any = None if other is None else read(other)
        layers.append(layer_of(name, array, bias.ravel() if hasattr(bias, "ravel") else bias))
    if not layers:
        more = f", but kernels of convolutions: {abbreviate(', '.join(kernels))}" if kernels else ""
        raise DomainError(f"{where} has no array of two dimensions{more}")
    return layers


def _dimensions(array: Any) -> int:
    if hasattr(array, "ndim"):
        return int(array.ndim)
    nested = isinstance(array, (list, tuple)) and bool(array)
    return 1 + _dimensions(array[0]) if nested else 0


def _bias_names(name: str) -> list[str]:
    """The names that the bias of a matrix may have."""
    found = [name.replace("weight", "bias"), name.replace("kernel", "bias")]
    found += ["b".join(name.rsplit(w, 1)) for w in ("W", "w") if w in name]
    return [*found, f"{name}.bias"]
