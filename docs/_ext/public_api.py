"""What the pages of the reference hold: the ``__all__`` of each package. No Sphinx here."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import sympy

from polygeo.formula import Asymptotic, Formula
from polygeo.formula_index import catalogue
from polygeo.symbols import quantities

__all__ = [
    "MODELS",
    "PAGES",
    "STATEMENTS",
    "TIMES",
    "Entry",
    "at_the_top",
    "claim",
    "display",
    "entries",
    "escaped",
    "homes",
    "lines",
    "statements",
    "typical_time",
    "with_formulas",
]

ROOT = Path(__file__).parents[1]

PAGES = {
    "answers": ("answers", "errors"),
    "volumes": ("volumes",),
    "cones": ("cones",),
    "sampling": ("sampling",),
    "relu": ("relu",),
    "polytopes": ("polytopes",),
    "replica": ("replica",),
    "thresholds": ("thresholds",),
    "statements": ("formula_index", "formula", "symbols"),
    "report": ("report.tables", "report.figures", "report.crosscheck"),
}
"""The packages of each page; ``polygeo.formulas`` has the page of the catalogue."""

TIMES = {
    "polygeo.relu.expected_euler_characteristic": ("spine", r"$q_{834464,\,100000}$"),
    "polygeo.relu.q_row": ("spine", "a row, m = 1500"),
    "polygeo.relu.q_column": ("spine", "a column, n = 200, m to 3000"),
    "polygeo.relu.is_injective": ("relu", "is_injective, 60 x 8"),
    "polygeo.relu.decide_batch": ("relu", "decide_batch, 1000 layers 24 x 4"),
    "polygeo.relu.halfspace_depth": ("relu", "halfspace_depth, 40 x 5"),
    "polygeo.relu.injectivity_probability": ("relu", "16384 layers at (18, 3), Karp-Luby"),
    "polygeo.relu.estimate_q": ("relu", "16384 chi at (18, 3)"),
    "polygeo.relu.euler_characteristic": ("relu", "chi of one matrix, (18, 3)"),
    "polygeo.thresholds.euler": ("spine", "1000 digits of `euler()`"),
    "polygeo.thresholds.one_rsb": ("replica", "1-RSB, 14 digits"),
    "polygeo.thresholds.full_rsb": ("replica", "full RSB, error below 1e-08"),
    "polygeo.thresholds.recovery_curve": ("cones", "l1 success probabilities, n = 200, 15 digits"),
    "polygeo.replica.ground_state": ("replica", "energy at alpha = 6, full RSB"),
    "polygeo.cones.Orthant": ("cones", "orthant, d = 200"),
    "polygeo.cones.WeylChamber": ("cones", "Weyl chamber B, d = 200"),
    "polygeo.cones.CircularCone": ("cones", "circular, pi/5, d = 200"),
    "polygeo.cones.SimplexTangentCone": ("cones", "simplex vertex, d = 200"),
    "polygeo.cones.L1DescentCone": ("cones", "l1 descent, s = 20, d = 200"),
    "polygeo.cones.NonnegativeL1DescentCone": (
        "cones",
        "nonnegative l1 descent, s = 20, d = 200",
    ),
    "polygeo.cones.PermutahedronTangentCone": ("cones", "permutahedron vertex, d = 200"),
    "polygeo.cones.PolyhedralCone": ("cones", "5 rays in dimension 5, 15 digits"),
    "polygeo.polytopes.PoissonZeroCell": ("polytopes", "Poisson zero cell, d = 20"),
    "polygeo.polytopes.PoissonVoronoiCell": ("polytopes", "Poisson-Voronoi cell, d = 20"),
    "polygeo.polytopes.BetaPolytope": ("polytopes", "40 points in the ball, d = 4"),
    "polygeo.polytopes.BetaPrimePolytope": (
        "polytopes",
        "beta' = 11/3, n = 100, d = 5, 30 digits",
    ),
    "polygeo.polytopes.sylvester": ("polytopes", "Sylvester's problem in the ball, d = 1000"),
}
"""For some names the benchmark (file of docs/benchmarks, beginning of the row) with its time."""

STATEMENTS = {
    "polygeo.cones.PolyhedralCone": ("polyhedral.trihedral_angle", "polyhedral.additivity"),
    "polygeo.relu.angle_asymptotic": ("networks.contraction_rate", "networks.contraction_leading"),
    "polygeo.relu.angle_sequence": ("networks.angle_map",),
    "polygeo.relu.estimate_q": ("euler.kinematic_sum",),
    "polygeo.relu.frame_bound": ("networks.half_frame_bound", "networks.frame_upper_bound"),
    "polygeo.relu.injectivity_bounds": (
        "classical.wendel_bounds_p",
        "classical.half_space_bounds_p",
        "classical.union_dominates",
        "classical.lifted_bounds_p",
        "inputs.union_sum",
        "inputs.half_space_and_coins",
    ),
    "polygeo.relu.lipschitz_constant": (
        "networks.half_frame_bound",
        "networks.frame_upper_bound",
        "networks.half_singular",
    ),
    "polygeo.relu.q_column": ("euler.single_sum",),
    "polygeo.relu.q_row": ("euler.single_sum",),
    "polygeo.replica.free_entropy": ("replica.free_entropy",),
    "polygeo.replica.ground_state": (
        "replica.symmetric_energy",
        "replica.ground_state",
        "replica.free_entropy",
    ),
    "polygeo.thresholds.euler_from_finite_n": ("thresholds.euler",),
    "polygeo.thresholds.full_rsb": ("replica.full_rsb",),
    "polygeo.thresholds.k_rsb": ("replica.k_rsb",),
    "polygeo.thresholds.one_rsb": ("replica.k_rsb",),
    "polygeo.thresholds.recovery_curve": ("sparse.recovery",),
    "polygeo.thresholds.rsb_upper_bound": ("replica.upper_end",),
    "polygeo.volumes.ChiBarSquared": ("kinematic.chi_bar_squared",),
    "polygeo.volumes.chi_bar_weights": ("kinematic.chi_bar_squared",),
    "polygeo.volumes.expected_euler_characteristic": (
        "kinematic.gauss_bonnet_of_the_section",
        "euler.kinematic_sum",
    ),
    "polygeo.volumes.intersection_probability": ("sparse.recovery",),
}
"""Statements of the catalogue about names that stand behind no symbol of `polygeo.symbols`."""

COMMA = r",\\"
"""A comma and a new line, in LaTeX."""

MOST_STATEMENTS = 3
"""So many statements are typeset at a name; links lead to the others."""

SHOWN = {
    r"$q_{834464,\,100000}$": "m = 834464, n = 100000",
    "1000 digits of `euler()`": "1000 digits",
}
"""Plain text for labels with formulas and code."""

KINDS = {
    "exact": re.compile(r"\bexact\)|\(exact|\bExact\b|\ban? (mpq|exact) \b|\bmpq\b"),
    "certified": re.compile(r"\bcertified\b|\bBalls?\b"),
    "converged": re.compile(r"\b[Cc]onverged\b"),
    "estimate": re.compile(r"`?Estimates?\b`?"),
}
"""The words by which a docstring says of which kind an answer is."""

ANSWERS = {
    "polygeo.relu.injectivity_probability": "exact, estimate",
    "polygeo.relu.decide_batch": "exact",
    "polygeo.relu.depth_interval": "exact",
    "polygeo.relu.faces_of_arrangement": "exact",
    "polygeo.relu.find_collision": "exact",
    "polygeo.relu.injectivity_bounds": "exact",
    "polygeo.relu.injectivity_radius": "certified",
    "polygeo.relu.network_radius": "certified",
    "polygeo.relu.verify_proof": "exact",
    "polygeo.replica.ground_state": "certified, converged",
    "polygeo.polytopes.sylvester": "exact, certified",
    "polygeo.polytopes.sylvester_half_sphere": "exact",
    "polygeo.thresholds.all": "as each threshold",
    "polygeo.thresholds.crossing": "exact",
    "polygeo.thresholds.crossings": "exact",
    "polygeo.thresholds.deep_sufficient": "exact",
    "polygeo.thresholds.recovery_curve": "exact, certified",
    "polygeo.thresholds.weak_orthant": "exact",
    "polygeo.volumes.chi_bar_weights": "exact, certified, estimate",
    "polygeo.volumes.expected_euler_characteristic": "exact, certified",
    "polygeo.volumes.intersection_probability": "exact, certified",
    "polygeo.volumes.p_value_bounds": "exact, certified",
    "polygeo.volumes.solid_angle": "exact, certified",
}
"""The kind of answer where the docstring says it in other words."""

_EXACT = (
    *("Orthant", "Subspace", "HalfSpace", "Ray", "WeylChamber", "MonotoneCone", "PSDCone"),
    *("NonnegativeMonotoneCone", "PermutahedronTangentCone", "CubeTangentCone", "SignCountFan"),
    *("SchlaefliCone", "CoverEfronCone", "HyperplaneArrangement", "AffineArrangement"),
    *("GenericArrangement", "ReflectionArrangement"),
    *("ProjectedCube", "RandomWalkHull", "RandomBridgeHull", "WeylSection"),
)
_EXACT_OR_CERTIFIED = (
    *("CircularCone", "LorentzCone", "SimplexTangentCone", "L1DescentCone", "ConeUnion"),
    *("NonnegativeL1DescentCone", "PolyhedralCone", "ProductCone", "PolarCone"),
    *("BetaPolytope", "BetaPrimePolytope", "PoissonPolytope", "PoissonVoronoiCell"),
    *("PoissonZeroCell", "HalfSphereHull", "GaussianPolytope", "SymmetricGaussianPolytope"),
    *("ProjectedSimplex", "ProjectedCrosspolytope", "BetaSimplices", "BetaPrimeSimplices"),
)
MODELS = dict.fromkeys(_EXACT, "exact") | dict.fromkeys(_EXACT_OR_CERTIFIED, "exact, certified")
"""The kind of the volumes of a class of cones, or of the face numbers of a class of polytopes."""

WITHOUT_ANSWERS = ("answers", "sampling", "formula", "formula_index", "report", "symbols")
"""Packages whose functions convert, print or return arrays."""

BY_TYPE = {"Ball": "certified", "Estimate": "estimate", "Converged": "converged", "mpq": "exact"}


@dataclass(frozen=True)
class Entry:
    """A public name: where it is public, and the object."""

    package: str
    name: str
    thing: Any

    @property
    def full(self) -> str:
        """The name with its package."""
        return f"{self.package}.{self.name}"

    @property
    def section(self) -> str:
        """The folder of the package in which the thing is defined: "decision", or "" for none."""
        place = str(getattr(self.thing, "__module__", ""))
        inside, dot, _ = place.removeprefix(f"{self.package}.").partition(".")
        return inside if dot and place.startswith(f"{self.package}.") else ""

    @property
    def kind(self) -> str:
        """What the docstring says of the kind of answer, in words; "" where it says nothing."""
        if self.full in ANSWERS:
            return ANSWERS[self.full]
        if inspect.isclass(self.thing) and self.package in ("polygeo.cones", "polygeo.polytopes"):
            return MODELS.get(self.name, "")
        if not inspect.isroutine(self.thing) or self.package.split(".")[1] in WITHOUT_ANSWERS:
            return ""
        returned = str(inspect.get_annotations(self.thing).get("return", ""))
        if returned in BY_TYPE:
            return BY_TYPE[returned]
        text = (inspect.getdoc(self.thing) or "").partition(">>>")[0]
        promised = re.split(r"\n(?!\*)(?=\S)", text)  # not the lines about parameters
        said = "\n".join(part for part in promised if not part.startswith("*"))
        return ", ".join(kind for kind, word in KINDS.items() if word.search(said))

    @property
    def directive(self) -> str:
        """How autodoc documents the thing."""
        if inspect.isclass(self.thing):
            wrong = issubclass(self.thing, Exception)
            return "autoexception" if wrong else "autoclass"
        return "autofunction"

    @property
    def first_line(self) -> str:
        """The first sentence of the docstring."""
        return (inspect.getdoc(self.thing) or "").partition("\n")[0]


def entries(package: str) -> list[Entry]:
    """List what a package offers, ordered by the folder that defines it; no modules, no data."""
    module = import_module(f"polygeo.{package}")
    named = [Entry(module.__name__, name, getattr(module, name)) for name in module.__all__]
    found = [entry for entry in named if _is_documented(entry.thing)]
    return sorted(found, key=lambda entry: (entry.section, entry.name.lower()))


def _is_documented(thing: Any) -> bool:
    """Whether a thing is a class or a function, compiled or not."""
    return inspect.isclass(thing) or inspect.isroutine(thing) or hasattr(thing, "py_func")


def homes() -> dict[str, str]:
    """For each public thing the place of its definition, with the name that readers use."""
    every = [e for packages in PAGES.values() for package in packages for e in entries(package)]
    return {f"{e.thing.__module__}.{e.thing.__qualname__}": e.full for e in every}


def typical_time(full: str) -> str:
    """The measured time with what was measured, or ""."""
    if full not in TIMES:
        return ""
    file, label = TIMES[full]
    for line in (ROOT / f"benchmarks/{file}.md").read_text(encoding="utf-8").splitlines():
        what, *values = (cell.strip() for cell in line.strip("| ").split(" | "))
        if what.startswith(label) and values:
            shown = SHOWN.get(label, label)
            time = values[0].removeprefix("at once: ")
            return f"{time} ({shown.removeprefix(full.rpartition('.')[2] + ', ')})"
    raise LookupError(f"docs/benchmarks/{file}.md has no row {label!r}")


def lines(package: str) -> list[str]:
    """The text of a package's part of a page: an overview, and an entry for each name."""
    module, found = f"polygeo.{package}", entries(package)
    symbols = package == "symbols"
    text: list[str] = [f".. py:module:: {module}", ""]
    before = None
    if any(package in packages and len(packages) > 1 for packages in PAGES.values()):
        before, title = "", _title(module)
        text += [title, "-" * len(title), ""]
    text += [*_overview(found), ""]
    for entry in found if not symbols else []:
        if entry.section != before:
            before = entry.section
            title = _title(f"{module}.{before}" if before else module)
            text += [title, "-" * len(title), ""]
        text += [f".. {entry.directive}:: {entry.full}", "", *_formulas(entry)]
    return text


def statements(entry: Entry) -> list[str]:
    """The ids of the catalogue's statements about a name, those that define it first."""
    if entry.full in STATEMENTS:
        return list(STATEMENTS[entry.full])
    heads = _heads().get(inspect.unwrap(entry.thing), ())
    found = {name: s for head in heads for name, s in catalogue().about(head).items()}

    def order(name: str) -> tuple[bool, ...]:
        topic, _, title = name.partition(".")
        about = isinstance(_left(found[name]), heads)
        return title != entry.name, topic == "inputs", found[name].kind != "identity", not about

    return sorted(found, key=order)


def _left(statement: Formula | Asymptotic) -> Any:
    return statement.statement.lhs if isinstance(statement, Formula) else statement.left


@cache
def _heads() -> dict[Any, tuple[type, ...]]:
    """The symbols of `polygeo.symbols` behind which a function or a class stands."""
    found: dict[Any, tuple[type, ...]] = {}
    for head in quantities():
        for thing in {inspect.unwrap(head.public), inspect.unwrap(head.evaluator)}:
            found[thing] = (*found.get(thing, ()), head)
    return found


def _formulas(entry: Entry) -> list[str]:
    """A field with the formulas about a name, typeset, each with a link to the catalogue."""
    names = statements(entry)
    text = []
    for name in names[:MOST_STATEMENTS]:
        statement = catalogue()[name]
        domain = getattr(statement, "domain", ())
        body = replace(statement, domain=()) if domain else statement
        conditions = r",\; ".join(sympy.latex(condition) for condition in domain)
        given = f", for :math:`{conditions}`" if domain else ""
        text += [f"      :ref:`formula-{name}`{given}", "", "      .. math::", ""]
        text += [f"         {display(body.latex(), narrow=True)}", ""]
        text += [f"      {with_formulas(statement.note)}", ""] if statement.note else []
    more = ", ".join(f":ref:`{name} <formula-{name}>`" for name in names[MOST_STATEMENTS:])
    text += [f"      More in the catalogue: {more}", ""] if more else []
    return ["   :Formulas:", *text] if text else []


def _title(module: str) -> str:
    return (import_module(module).__doc__ or module).partition("\n")[0].rstrip(".")


def _overview(found: list[Entry]) -> list[str]:
    columns = {
        "name": [f"`{e.name} <{e.full}>`" for e in found],
        "is": [escaped(e.first_line) for e in found],
        "answer": [e.kind for e in found],
        "typical time": [typical_time(e.full) for e in found],
    }
    kept = {title: cells for title, cells in columns.items() if any(cells)}
    text = [".. list-table::", "   :header-rows: 1", "   :class: overview", ""]
    for row in [list(kept), *zip(*kept.values(), strict=True)]:
        text += [f"   {' ' if i else '*'} - {cell}" for i, cell in enumerate(row)]
    return text


def at_the_top() -> list[str]:
    """The text of the overview of the names of ``polygeo`` itself."""
    import polygeo

    text = [
        ".. list-table::",
        "   :header-rows: 1",
        "   :class: overview",
        "",
        "   * - name",
        "     - is",
        "     - leads to",
    ]
    for name in polygeo.__all__:
        thing = getattr(polygeo, name)
        if _is_documented(thing):
            entry = Entry("polygeo", name, thing)
            place = inspect.unwrap(thing)
            public = homes()[f"{place.__module__}.{place.__qualname__}"]
            text += [f"   * - ``polygeo.{name}``", f"     - {escaped(entry.first_line)}"]
            text += [f"     - `{public.removeprefix('polygeo.')} <{public}>`"]
    return text


def escaped(line: str) -> str:
    """A line of a docstring in which ``|x|`` and ``f(*args)`` mean what they say."""
    parts = re.split(r"(``.*?``|`.*?`)", line)
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"(\||\*(?=args|kwargs|size))", r"\\\1", parts[i])
    return "".join(parts)


def with_formulas(text: str) -> str:
    """Indexed letters as formulas, and what reStructuredText would take for a sign escaped."""
    parts = re.split(r"(?<![\w^])([A-Za-z]_(?:\{[^}]*\}|\w))(?!\w)", text)
    for i, part in enumerate(parts):
        parts[i] = f"\\ :math:`{part}`\\ " if i % 2 else re.sub(r"([\\*`|_])", r"\\\1", part)
    return "".join(parts)


def display(latex: str, narrow: bool = False) -> str:
    """A formula for a line of its own; one that would be too wide goes on in a second line.

    It is cut where its source explains its letters: after ``,\\quad``.
    """
    first, *letters = re.split(r",\s*\\quad", latex)
    whole = first.count("{") == first.count("}")  # not inside of a group
    if not letters or not whole or len(latex) < (80 if narrow else 100):
        return latex
    return rf"\begin{{gathered}} {(COMMA + ' ').join([first, *letters])} \end{{gathered}}"


def claim(text: str) -> str:
    """A claim such as 'p -> 0 below; superseded by half-space' with its limits as formulas."""
    signs = {"infinity": r"\infty"}
    limit = r"\b([pq]) -> (\w+)"
    return re.sub(limit, lambda m: rf":math:`{m[1]} \to {signs.get(m[2], m[2])}`", text)
