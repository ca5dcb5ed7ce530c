"""The former name of `polygeo.report.figures`; it warns, and goes with the next version."""

from __future__ import annotations

import warnings
from typing import Any

from polygeo.report import figures

__all__: list[str] = []


def __getattr__(name: str) -> Any:
    if name not in figures.__all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn(
        f"polygeo.report.plot is called polygeo.report.figures now: {name}",
        DeprecationWarning,
        stacklevel=2,
    )
    return getattr(figures, name)
