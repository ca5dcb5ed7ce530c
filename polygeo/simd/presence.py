"""Whether compiled kernels are there, without numba: in this process, or kept on the disk."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

__all__ = ["is_kept", "is_loaded"]


def is_loaded(module: str, kernel: str) -> bool:
    """Test whether a kernel of a module was compiled or loaded in this process.

    >>> is_loaded("polygeo.simd.double", "splat")
    False
    """
    known = sys.modules.get(module)
    return known is not None and bool(getattr(known, kernel).overloads)


@cache
def is_kept(file: str, kernel: str) -> bool:
    """Test whether numba seems to keep a kernel of a source file, without a look into its index.

    ``file``: the path of the source file, as ``__file__`` says it.
    """
    folder, source = os.environ.get("NUMBA_CACHE_DIR"), Path(file)
    places = Path(folder).glob("*") if folder else [source.parent / "__pycache__"]
    pattern = f"{source.stem}.{kernel}-*.nbi"
    return any(next(place.glob(pattern), None) is not None for place in places)
