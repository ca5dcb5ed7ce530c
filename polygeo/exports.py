"""Public names of a package, which are loaded on first use and listed by ``dir``.

A package whose names are costly to import (compiled kernels) writes them once, in a stub
``__init__.pyi`` beside its ``__init__.py``, as imports ``from polygeo.place import name``. Type
checkers read the stub, and so does `from_stub`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any
from warnings import warn

__all__ = ["former_names", "from_stub", "listing", "submodules"]


def listing(names: list[str]) -> Callable[[], list[str]]:
    """Return the function ``__dir__`` of a package that shows these names only.

    >>> listing(["q", "p"])()
    ['p', 'q']
    """
    return lambda: sorted(names)


def submodules(package: str, names: list[str]) -> Callable[[str], Any]:
    """Return the function ``__getattr__`` of a package that loads its modules on first use.

    * ``package``: ``__name__`` of the package; ``names``: of its modules.

    >>> submodules("xml", ["dom"])("dom").__name__
    'xml.dom'
    """

    def load(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return import_module(f"{package}.{name}")

    return load


def former_names(package: str, **names: str) -> Callable[[str], Any]:
    """Return the function ``__getattr__`` of a package that has former names, for one version.

    * ``names``: for each former name the public name of today.

    A former name gives a DeprecationWarning and the object of today.

    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as heard:
    ...     warnings.simplefilter("always")
    ...     former_names("math", squareroot="sqrt")("squareroot")(4.0), str(heard[0].message)
    (2.0, 'math.squareroot is now called math.sqrt')
    """
    return lambda name: _former(package, names, name)


def _former(package: str, names: dict[str, str], name: str) -> Any:
    if name not in names:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    message = f"{package}.{name} is now called {package}.{names[name]}"
    warn(message, DeprecationWarning, stacklevel=3)
    return getattr(sys.modules[package], names[name])


def from_stub(package: str, file: str, **former: str) -> tuple[list[str], Callable[[str], Any]]:
    """Return ``__all__`` and ``__getattr__`` of a package, from the imports in its stub.

    * ``package``, ``file``: ``__name__`` and ``__file__`` of the package.
    * ``former``: former names, see `former_names`.

    A name is imported when it is first asked for, from the module that defines it.

    >>> import polygeo.relu
    >>> names, load = from_stub("polygeo.relu", polygeo.relu.__file__)
    >>> "is_injective" in names, load("union_bound").__name__
    (True, 'union_bound')
    """
    with open(f"{file}i", encoding="utf-8") as source:
        stub = ast.parse(source.read())
    imports = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    home = {alias.name: node.module for node in imports for alias in node.names}

    def load(name: str) -> Any:
        module = home.get(name)
        if module is None:
            return _former(package, former, name)
        value = getattr(import_module(module), name)
        setattr(sys.modules[package], name, value)
        return value

    return sorted(home), load
