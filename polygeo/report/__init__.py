"""Tables, figures, the cross-check of others' numbers, the command line."""

from polygeo.exports import listing, submodules

__all__ = ["cli", "crosscheck", "figures", "tables"]
__getattr__, __dir__ = submodules(__name__, __all__), listing(__all__)
