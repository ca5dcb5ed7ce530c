"""The literature, executable: one topic a file, every statement a `Formula` with its source.

Imported only as ``polygeo.formulas``. The id of a formula is its module and name, for instance
``euler.triple_sum``; `polygeo.catalogue` lists them all.
"""

from pkgutil import iter_modules
from typing import Any

from polygeo.exports import listing, submodules
from polygeo.formula import Asymptotic, Formula

__all__ = [topic.name for topic in iter_modules(__path__)]
__getattr__, __dir__ = submodules(__name__, __all__), listing(__all__)


def statements(topic: dict[str, Any]) -> list[str]:
    """List the names of the statements among the variables of a topic: its ``__all__``."""
    kinds = Formula | Asymptotic
    return [k for k, value in topic.items() if isinstance(value, kinds) and not k.startswith("_")]
