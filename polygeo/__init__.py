"""polygeo: exact, certified and simulated quantities of random polyhedral geometry.

>>> import polygeo
>>> polygeo.q(20, 3)
mpq(25861,524288)
>>> polygeo.thresholds.euler().decimal(30)
'8.34463296085472477088382745775'

What to call; ``help(polygeo.q)`` explains one function, ``polygeo --help`` the shell commands:

  q(m, n), p(m, n)             expected Euler characteristic; probability of injectivity
  relu.is_injective(W)         a decision with proof; relu.halfspace_depth, linear_regions, ...
  relu.injectivity_bounds      theorems for one (m, n); relu.width: how many outputs are enough
  thresholds.all()             all thresholds of m/n; thresholds.euler(), .gordon(), ...
  cones.Orthant(5), ...        families, PolyhedralCone, unions: intrinsic_volumes(), sampling
  volumes.crofton, ...         kinematic formulas, ChiBarSquared, orthant_probability
  polytopes, replica           expected face numbers; predictions of the replica method
  decimal, to_sympy, to_json   digits, SymPy expressions and files of any answer
  table, crosscheck, cite      printed tables; a comparison with your numbers; BibTeX
  catalogue()                  the formulas of the literature, each with its check

Every answer says how it is known: exact (mpq, SymPy), certified (Ball), a numerical limit
(Converged) or simulated (Estimate). ``import polygeo`` is fast: names are loaded on first use.

The map; a package imports only itself and what stands above it:

    errors.py exports.py       PolygeoError and its kinds; the public names of a package
    answers/        exact, certified, converged, estimate; evaluation of expressions
    terminal.py progress.py    what a terminal can show; how far a long computation is
    simd/           vector instructions for compiled kernels
    polyhedra/      integer polyhedral geometry: descriptions, faces, flats, nearest points
    volumes/        intrinsic volumes and kinematic formulas of anything that has them
    sampling/       arrays only: runs/ faces/ lengths/ sections/ orthants/
    cones/          the contract of a cone, polyhedral cones, unions; families/ one family a file
    relu/           p and its bounds; surrogate/ decision/ probability/ cells/ networks/
    polytopes/      random polytopes and cells: expected face numbers, and their simulation
    replica/        the replica-theoretic ground state, RS to full RSB
    thresholds/     Threshold, and one file for each method
    symbols/        SymPy heads for the quantities above
    formula.py      Formula: a statement of the literature and its check
    formulas/       the literature, executable: one topic a file, references.bib
    formula_index.py  the catalogue: every Formula by id, and citations
    report/ __main__.py  tables/ figures/ crosscheck/ cli/; python -m polygeo
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from types import FunctionType
from typing import Any

_HOME = {
    "Ball": "polygeo.answers",
    "Converged": "polygeo.answers",
    "Estimate": "polygeo.answers",
    "catalogue": "polygeo.formula_index",
    "cite": "polygeo.formula_index",
    "crosscheck": "polygeo.report.crosscheck",
    "decimal": "polygeo.answers",
    "from_dict": "polygeo.answers",
    "from_json": "polygeo.answers",
    "table": "polygeo.report.tables",
    "to_dict": "polygeo.answers",
    "to_json": "polygeo.answers",
    "to_sympy": "polygeo.answers",
}
_RENAMED = {
    "p": ("polygeo.relu.probability.gaussian_layer", "injectivity_probability"),
    "q": ("polygeo.relu.surrogate.euler", "expected_euler_characteristic"),
}
_VECTORS = {"volumes": "polygeo.volumes.intrinsic", "f": "polygeo.polytopes.fvector"}
"""The module of the class that reads the records with a key; loaded when such a record is read."""

_PACKAGES = (
    "answers",
    "cones",
    "errors",
    "formulas",
    "polytopes",
    "relu",
    "replica",
    "report",
    "sampling",
    "symbols",
    "thresholds",
    "volumes",
)

__all__ = sorted([*_HOME, *_RENAMED, *_PACKAGES, "__version__"])

__version__ = "0.1.0"

if "IPython" in sys.modules:  # exact fractions typeset themselves in a notebook
    import_module("polygeo.answers.typeset").register_with_ipython()


def __getattr__(name: str) -> Any:
    if name in _PACKAGES:
        return import_module(f"polygeo.{name}")
    if name in _RENAMED:
        module, attribute = _RENAMED[name]
    elif name in _HOME:
        module, attribute = _HOME[name], name
    else:
        raise AttributeError(f"module 'polygeo' has no attribute {name!r}")
    value = getattr(import_module(module), attribute)
    if name in _RENAMED:
        value = _named(value, name)
    if name in ("from_dict", "from_json"):
        loaders = import_module("polygeo.answers.serialise").LOADERS
        for key, module in _VECTORS.items():
            loaders[key] = partial(import_module, module)
    globals()[name] = value
    return value


def _named(function: Any, name: str) -> Any:
    """The function under the name by which users call it: in help(), examples and TypeErrors."""
    parts = function.__code__, function.__globals__, name, function.__defaults__
    copy = FunctionType(*parts, function.__closure__)
    text = function.__doc__ and function.__doc__.replace(f"{function.__name__}(", f"{name}(")
    copy.__kwdefaults__, copy.__doc__ = function.__kwdefaults__, text
    copy.__annotations__ = function.__annotations__
    copy.__wrapped__ = function  # type: ignore[attr-defined]
    copy.__module__, copy.__qualname__ = __name__, name
    return copy


def __dir__() -> list[str]:
    return list(__all__)
