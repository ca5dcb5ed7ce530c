"""Tensors of a .safetensors file: a header in JSON, then numbers, little-endian.

Nothing in such a file is code. A file that contradicts itself is refused: a header that is too
large, offsets that overlap, leave a gap or point beyond the end, sizes that do not fit the shapes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.exact import abbreviate
from polygeo.answers.files import named, regular_file
from polygeo.errors import DomainError

__all__ = ["Tensor", "read_tensor", "tensors_of"]

MAX_HEADER = 50_000_000
"""Largest header that is read, in bytes."""
MAX_TENSORS = 100_000
"""Largest number of tensors that a file may name."""

MAX_BYTES = 64_000_000
"""Largest tensor that is read, in bytes."""

KINDS = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "<u1",
}  # fmt: skip


@dataclass(frozen=True)
class Tensor:
    """Where a tensor of a file lies: its type, its shape, its first byte and its size in bytes."""

    kind: str
    shape: tuple[int, ...]
    start: int
    size: int


def tensors_of(path: Any) -> dict[str, Tensor]:
    """Read the header of a .safetensors file; DomainError, in one line, where it is damaged."""
    place = regular_file(path, "a .safetensors file")
    whole = place.stat().st_size
    try:
        with place.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if whole < 8 or not 2 <= length <= min(whole - 8, MAX_HEADER):
                raise _damaged(place, f"its header cannot have {length} bytes")
            header = _header(place, file.read(length))
    except OSError as problem:
        raise DomainError(f"cannot read {named(path)}: {problem.strerror or problem}") from None
    begin = 8 + length
    found = {}
    for name, entry in header.items():
        if name != "__metadata__":
            found[name] = _tensor(place, name, entry, begin, whole)
    at = begin
    for name, tensor in sorted(found.items(), key=lambda pair: (pair[1].start, pair[1].size)):
        if tensor.start != at:
            raise _damaged(place, f"{_short(name)} overlaps another tensor or leaves a gap")
        at += tensor.size
    if at != whole:
        raise _damaged(place, f"its tensors end at byte {at}, the file at byte {whole}")
    return found


def read_tensor(path: Any, name: str, tensor: Tensor) -> NDArray[Any]:
    """Read one tensor; half precision and bfloat16 are widened, which changes no number."""
    place = regular_file(path, "a .safetensors file")
    if tensor.size > MAX_BYTES:
        raise DomainError(
            f"{_short(name)} has {tensor.size} bytes; at most {MAX_BYTES} are taken of one tensor"
        )
    try:
        with place.open("rb") as file:
            file.seek(tensor.start)
            data = file.read(tensor.size)
    except OSError as problem:
        raise DomainError(f"cannot read {named(path)}: {problem.strerror or problem}") from None
    if len(data) != tensor.size:
        raise _damaged(place, f"{_short(name)} is cut off")
    array = np.frombuffer(data, KINDS[tensor.kind])
    if tensor.kind == "BF16":
        array = (array.astype(np.uint32) << 16).view(np.float32)
    elif tensor.kind == "F16":
        array = array.astype(np.float32)
    return array.reshape(tensor.shape)


def _header(place: Path, data: bytes) -> dict[str, Any]:
    """The header, read strictly."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name stands twice")
        return dict(pairs)

    try:
        header = json.loads(data, object_pairs_hook=once)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise _damaged(place, "its header is no JSON object with different names")
    if len(header) > MAX_TENSORS:
        raise _damaged(place, f"it names over {MAX_TENSORS} tensors")
    return header


def _tensor(place: Path, name: str, entry: Any, begin: int, whole: int) -> Tensor:
    """One entry of the header."""
    fields = entry if isinstance(entry, dict) else {}
    kind, shape, offsets = (fields.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not isinstance(kind, str) or not _counts(shape) or not _counts(offsets, 2):
        raise _damaged(place, f"{_short(name)} needs dtype, shape and data_offsets")
    if kind not in KINDS:
        raise DomainError(
            f"{named(place)}: {_short(name)} has numbers of type {_short(kind)}; read are "
            f"{', '.join(KINDS)}"
        )
    assert shape is not None
    assert offsets is not None
    size = offsets[1] - offsets[0]
    if size != prod(shape) * int(KINDS[kind][2]):
        raise _damaged(place, f"{_short(name)} has {size} bytes, which do not fit its shape")
    if offsets[1] > whole - begin:
        raise _damaged(place, f"{_short(name)} ends beyond the file")
    return Tensor(kind, tuple(shape), begin + offsets[0], size)


def _counts(value: Any, length: int | None = None) -> bool:
    """Whether a value is a list of whole numbers >= 0, no longer than shapes are."""
    if not isinstance(value, list) or len(value) > 16 or length not in (None, len(value)):
        return False
    return all(type(c) is int and 0 <= c < 1 << 62 for c in value)


def _short(name: str) -> str:
    return abbreviate(name.encode("unicode_escape").decode(), 60)


def _damaged(place: Path, reason: str) -> DomainError:
    return DomainError(f"{named(place)} is damaged or no .safetensors file: {reason}")
