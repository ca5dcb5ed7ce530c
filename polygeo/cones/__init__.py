"""Cones and finite unions of cones.

Each family of cones is one class in its own file of ``families/``. Every set has the same methods:
``contains``, ``intrinsic_volumes``, ``estimate_intrinsic_volumes``, ``polar``, ``project``,
sections by random subspaces, rotations; see `Cone` and `ConicSet`.
"""

from importlib import import_module
from pkgutil import iter_modules

from polygeo.cones import families
from polygeo.cones.registry import FAMILIES
from polygeo.exports import from_stub, listing

__all__, __getattr__ = from_stub(__name__, __file__)
for _module in iter_modules(families.__path__, f"{families.__name__}."):
    import_module(_module.name)
for _family in FAMILIES.values():
    if isinstance(_family.make, type) and _family.make.__name__ not in __all__:
        globals()[_family.make.__name__] = _family.make
        __all__ += [_family.make.__name__]
__dir__ = listing(__all__)
