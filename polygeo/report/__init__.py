"""Tables, figures, the cross-check of others' numbers, the command line."""

from importlib import import_module
from typing import Any

from polygeo.exports import listing

__all__ = ["cli", "crosscheck", "figures", "tables"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


__dir__ = listing(__all__)
