"""The literature, executable: one topic a file, every statement a `Formula` with its source.

Imported only as ``polygeo.formulas``. The id of a formula is its module and name, for instance
``euler.triple_sum``; `polygeo.catalogue` lists them all.
"""

from importlib import import_module
from typing import Any

__all__ = [
    "classical",
    "euler",
    "families",
    "gaussian_polytopes",
    "inputs",
    "kinematic",
    "networks",
    "polyhedral",
    "polytopes",
    "rate",
    "regular",
    "replica",
    "simplices",
    "sparse",
    "thresholds",
    "walks",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted(__all__)
