"""Tables, figures, the cross-check of others' numbers, the command line."""

from importlib import import_module
from typing import Any

__all__ = ["cli", "crosscheck", "figures", "plot", "tables"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted(__all__)
