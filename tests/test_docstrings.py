"""Docstrings: everything public has one, and its first word says what kind of thing it documents.

A function or method begins with a verb in the imperative (one of `VERBS`), a class or property
with a noun. The packages in `FINISHED` are held to that, in all of their modules. The docstring of
a name that a package exports names every parameter.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from dataclasses import dataclass, is_dataclass
from functools import cached_property
from pathlib import Path

import pytest
import sympy

ROOT = Path(__file__).parents[1]
PACKAGES = (
    *("answers", "cones", "polyhedra", "polytopes", "relu", "replica", "sampling", "simd"),
    *("report.crosscheck", "report.figures", "report.tables", "symbols", "thresholds", "volumes"),
)
FINISHED = (*PACKAGES, "report.cli")
MODULES = ("errors", "exports", "formula", "formula_index")

VERBS = re.compile(
    r"(Add|Bound|Check|Choose|Compare|Compile|Compute|Convert|Count|Decide"
    r"|Describe|Divide|Draw|Empty|Estimate|Evaluate|Extrapolate|Fill|Find|Format"
    r"|Iterate|Lay|List|Make|Measure|Minimise|Print|Prove|Put|Raise|Read|Refuse"
    r"|Register|Return|Round|Run|Scale|Search|Set|Solve|Sort|Split|Sum|Take|Teach"
    r"|Test|Warn|Write|Yield)\b"
)
ATTRIBUTES = {"evaluator", "public"}
"""Functions that a class holds as data: those behind a SymPy head."""

METAPHORS = re.compile(
    r"\b(roads?|rooms?|doors?|rungs?|desks?|stations?|staircases?|climb\w*)\b", re.I
)


def modules_of(package):
    top = importlib.import_module(f"polygeo.{package}")
    inside = pkgutil.walk_packages(getattr(top, "__path__", []), f"{top.__name__}.")
    return [top, *(importlib.import_module(found.name) for found in inside)]


def is_compiled(thing):
    """Whether numba wrapped a function."""
    return hasattr(thing, "py_func")


def public(module):
    """Name and thing for what ``__all__`` lists: functions, classes, and what classes offer."""
    for name in module.__all__:
        thing = getattr(module, name)
        if not inspect.isclass(thing) and not inspect.isroutine(thing) and not is_compiled(thing):
            continue  # data, and names of types, have no docstring of their own
        if (getattr(thing, "__module__", None) or "").startswith("click."):
            continue  # an option of the command line, made by click
        yield f"{module.__name__}.{name}", thing
        if inspect.isclass(thing):
            for member in dir(thing):
                value = inspect.getattr_static(thing, member)
                owner = next((base for base in thing.__mro__ if member in vars(base)), object)
                if member.startswith("_") or member in ATTRIBUTES or inspect.isclass(value):
                    continue
                if not owner.__module__.startswith("polygeo"):
                    continue  # of a tuple, a Sequence or a SymPy function, and documented there
                if isinstance(value, property | cached_property):
                    yield f"{module.__name__}.{name}.{member}", value
                elif callable(getattr(thing, member)):
                    yield f"{module.__name__}.{name}.{member}", getattr(thing, member)


def problem(thing):
    """What is wrong with the first sentence of a docstring, or nothing."""
    first = (inspect.getdoc(thing) or "").partition("\n\n")[0]
    plain = inspect.isclass(thing) and (is_dataclass(thing) or issubclass(thing, tuple))
    generated = plain and first.startswith(f"{thing.__name__}(")
    if not first or generated:  # a dataclass without one gets its signature
        return "has no docstring"
    verb = VERBS.match(first)
    if inspect.isclass(thing) or isinstance(thing, property | cached_property):
        return "" if first[0].isupper() and not verb else "begins with no noun"
    if getattr(thing, "__module__", "").startswith("polygeo."):
        return "" if verb else f"begins with {first.split()[0]!r}, no verb of VERBS"
    return ""  # a compiled function that numba wrapped


def unnamed(thing):
    """The parameters that a docstring, own or inherited, does not name."""
    head = inspect.isclass(thing) and issubclass(thing, sympy.Basic)
    if head or isinstance(thing, property | cached_property):
        return []  # the doc of a SymPy head names the arguments, its signature none
    try:
        names = list(inspect.signature(thing).parameters)
    except (TypeError, ValueError):
        return []  # without a signature: made by numba, or an error that takes what Exception takes
    text = inspect.getdoc(thing) or ""
    hidden = [name for name in names if name in ("self", "cls") or name.startswith("_")]
    return [n for n in names if n not in hidden and not re.search(rf"\b{n}\b", text)]


def prose(text):
    """A text without code: no doctest, nothing between backquotes, no directive's options."""
    text = re.sub(r"^\s*(>>>|\.\.\.|:\w+:).*$", "", text, flags=re.M)
    text = re.sub(r"(?s)``.*?``|`[^`]*`", "", text)
    return re.sub(r"^\s*[\w/]+$", "", text, flags=re.M)  # the lines of a toctree


@pytest.mark.parametrize("package", PACKAGES)
def test_everything_public_has_a_docstring(package):
    found = list(public(importlib.import_module(f"polygeo.{package}")))
    assert [name for name, thing in found if problem(thing) == "has no docstring"] == []
    assert found or package in ("polyhedra", "simd")  # these export nothing at the top


def test_every_package_is_looked_at():
    found = {p.parent for p in (ROOT / "polygeo").rglob("__init__.py")} - {ROOT / "polygeo"}
    names = {str(p.relative_to(ROOT / "polygeo")).partition("/")[0] for p in found}
    assert names - {"formulas"} == {package.partition(".")[0] for package in PACKAGES}


@pytest.mark.parametrize("package", [*FINISHED, *MODULES])
def test_the_first_word_is_a_verb_or_a_noun(package):
    found = [item for module in modules_of(package) for item in public(module)]
    assert found
    assert {name: why for name, thing in found if (why := problem(thing))} == {}


@pytest.mark.parametrize("package", [*PACKAGES, *MODULES])
def test_docstrings_name_every_parameter(package):
    found = list(public(importlib.import_module(f"polygeo.{package}")))
    assert {name: left for name, thing in found if (left := unnamed(thing))} == {}


@pytest.mark.parametrize("package", [*FINISHED, *MODULES])
def test_docstrings_without_metaphors(package):
    for module in modules_of(package):
        texts = [module, *(thing for _, thing in public(module))]
        for thing in texts:
            assert not METAPHORS.findall(prose(inspect.getdoc(thing) or "")), thing


PAGES = [
    *sorted(p for p in (ROOT / "docs").rglob("*.rst") if "_build" not in p.parts),
    *(ROOT / "README.md", ROOT / "CONTRIBUTING.md"),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_pages_without_metaphors(page):
    text = prose(page.read_text(encoding="utf-8"))
    assert METAPHORS.findall(text) == []


def undocumented_limits(source):
    """The constants MAX_.. of a module that no string below says what they limit."""
    body = ast.parse(source).body
    for statement, below in zip(body, [*body[1:], ast.Pass()], strict=True):
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            said = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            if name.startswith("MAX_") and not said:
                yield name


def test_a_limit_says_what_it_limits():
    files = sorted((ROOT / "polygeo").rglob("*.py"))
    left = {p.name: found for p in files if (found := [*undocumented_limits(p.read_text("utf-8"))])}
    assert len(files) > 300
    assert left == {}


# --- the checks fail when they should


@dataclass
class Generated:
    x: int


class Offence:
    def undocumented(self):
        pass

    def noun(self):
        """The square of x."""

    @property
    def verb(self):
        """Return x."""

    def silent(self, count, seed=None):
        """Draw points; ``count`` of them."""

    noun.__module__ = "polygeo.offence"


def test_an_offence_is_seen():
    assert problem(Offence.undocumented) == problem(Generated) == "has no docstring"
    assert problem(Offence.noun) == "begins with 'The', no verb of VERBS"
    assert problem(inspect.getattr_static(Offence, "verb")) == "begins with no noun"
    assert unnamed(Offence.silent) == ["seed"]
    assert [*undocumented_limits('MAX_A = 1\n"""Largest a."""\nMAX_B = 2\nC = 3\n')] == ["MAX_B"]
    assert METAPHORS.findall(prose("A second road; `rung` and ``room`` are code.\n>>> desk()"))
