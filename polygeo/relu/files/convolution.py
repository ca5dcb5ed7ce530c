"""A convolution of images, of signals or of volumes as the matrix that it is."""

from __future__ import annotations

from contextlib import suppress
from itertools import product
from math import prod
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.exact import integer, rational
from polygeo.answers.options import describe
from polygeo.answers.sequence import plain, sequence
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.relu.matrix import MAX_ENTRIES, ExactMatrix

__all__ = ["convolution_matrix", "output_shape"]

LONGEST = 1 << 40
"""A longer step has one place only, too."""

Pairs = tuple[tuple[int, int], ...]


@patient
def convolution_matrix(kernel: Any, shape: Any, stride: Any = 1, padding: Any = 0) -> ExactMatrix:
    """Return the matrix of a convolution, as neural networks define it (the kernel is not flipped).

    * ``kernel``: numbers of shape (outputs, inputs, size_1, .., size_d), d = 1, 2 or 3; an array of
      d dimensions is one output of one input, with d from ``shape``.
    * ``shape``: of the inputs, (inputs, length_1, .., length_d); (length_1, .., length_d) with one.
    * ``stride``: steps between places, a positive integer or d of them (default 1).
    * ``padding``: zeros around the inputs: an integer, d of them, or d pairs (before, after).

    Returns an m x n matrix as `read_matrix` does: n inputs and m outputs, each in the order of
    their indices, the channel first. The matrix has at most 4 10^6 entries. DomainError for shapes
    that do not fit.

    >>> W = convolution_matrix([[1, 2], [3, 4]], (2, 3))
    >>> [[int(c) for c in row] for row in W.entries]
    [[1, 2, 0, 3, 4, 0], [0, 1, 2, 0, 3, 4]]
    >>> convolution_matrix(np.ones((8, 3, 5, 5)), (3, 8, 8), stride=2, padding=2).shape
    (128, 192)
    """
    sizes = tuple(integer(c, "shape") for c in sequence(shape, "shape"))
    array = _kernel(kernel)
    if array.ndim == len(sizes) and array.ndim <= 3 and array.ndim > 0:
        array, sizes = array[None, None], (1, *sizes)
    d = array.ndim - 2
    if not 1 <= d <= 3 or len(sizes) != d + 1 or min(array.shape) < 1 or min(sizes) < 1:
        raise DomainError(
            "kernel needs the shape (outputs, inputs, size, ..) and shape (inputs, length, ..), of "
            f"one to three dimensions; got {array.shape} and {sizes}"
        )
    if array.shape[1] != sizes[0]:
        raise DomainError(f"the kernel has {array.shape[1]} inputs; shape has {sizes[0]}")
    steps, pads = _steps(stride, d), _pads(padding, d)
    lengths = output_shape(array.shape[2:], sizes[1:], steps, pads)
    outputs, places, n = array.shape[0], prod(lengths), prod(sizes)
    if outputs * places * n > MAX_ENTRIES:
        raise DomainError(
            f"a matrix may have at most {MAX_ENTRIES} entries; the convolution has "
            f"{outputs * places} x {n}"
        )
    exact = array.dtype == object
    matrix: Any = np.full((outputs, places, sizes[0], prod(sizes[1:])), mpq(0) if exact else 0.0)
    index = np.indices(lengths).reshape(d, -1)
    for offset in product(*map(range, array.shape[2:])):
        at = [
            index[a] * steps[a] + offset[a] - pads[a][0] for a in range(d)
        ]  # the input of each place
        inside = np.logical_and.reduce(
            [(c >= 0) & (c < size) for c, size in zip(at, sizes[1:], strict=True)]
        )
        flat = np.ravel_multi_index([c[inside] for c in at], sizes[1:])
        at_offset: Any = (slice(None), slice(None), *offset)
        matrix[:, np.flatnonzero(inside), :, flat] = array[at_offset]
    whole = matrix.reshape(outputs * places, n)
    if exact:
        return ExactMatrix(None, tuple(tuple(row) for row in whole.tolist()))
    return ExactMatrix(np.ascontiguousarray(whole), None)


def output_shape(
    kernel: tuple[int, ...], lengths: tuple[int, ...], steps: tuple[int, ...], pads: Pairs
) -> tuple[int, ...]:
    """Count the places of a kernel in each dimension; DomainError where there is none.

    >>> output_shape((3, 3), (8, 8), (2, 1), ((1, 1), (0, 0)))
    (4, 6)
    """
    found = []
    for size, length, step, (before, after) in zip(kernel, lengths, steps, pads, strict=True):
        span = length + before + after - size
        if span < 0:
            raise DomainError(
                f"a kernel of size {size} does not fit into a length of {length + before + after}"
            )
        found.append(span // step + 1)
    return tuple(found)


def _kernel(kernel: Any) -> NDArray[Any]:
    """The kernel in float64 where it came in floats, else in mpq."""
    array = plain(kernel, "kernel")
    if isinstance(array, np.ndarray) and array.dtype in (np.float64, np.float32, np.float16):
        if not np.isfinite(array).all():
            raise DomainError("kernel needs finite numbers")
        return array.astype(np.float64)
    nested = array.tolist() if hasattr(array, "tolist") else array
    found = np.array(None)
    if isinstance(nested, (list, tuple)):
        with suppress(TypeError, ValueError):
            found = np.array(nested, dtype=object)
    if found.ndim == 0 or found.size > MAX_ENTRIES:
        raise DomainError(f"kernel needs an array of numbers; got {describe(kernel)}")
    numbers = np.empty(found.size, dtype=object)
    for i, c in enumerate(found.ravel().tolist()):
        numbers[i] = rational(c, "kernel")
    return numbers.reshape(found.shape)


def _steps(stride: Any, d: int) -> tuple[int, ...]:
    given = sequence(stride, "stride") if hasattr(stride, "__len__") else [stride] * d
    steps = tuple(integer(c, "stride") for c in given)
    if len(steps) != d or min(steps) < 1:
        raise DomainError(f"stride needs a positive integer or {d} of them; got {steps}")
    return tuple(min(c, LONGEST) for c in steps)


def _pads(padding: Any, d: int) -> Pairs:
    given = sequence(padding, "padding") if hasattr(padding, "__len__") else [padding] * d
    pairs = []
    for each in given:
        both = sequence(each, "padding") if hasattr(each, "__len__") else (each, each)
        pairs.append(tuple(integer(c, "padding") for c in both))
    if len(pairs) != d or any(len(p) != 2 or min(p) < 0 or max(p) > MAX_ENTRIES for p in pairs):
        raise DomainError(f"padding needs an integer >= 0, {d} of them or {d} pairs; got {pairs}")
    return tuple((p[0], p[1]) for p in pairs)
