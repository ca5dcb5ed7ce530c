"""Everything public that can be called, and where a call has arguments; no call is made here."""

import inspect
import types
from importlib import import_module

__all__ = ["EXEMPT", "methods", "places", "public", "underlying"]

OPERATORS = ("__add__", "__mul__", "__pow__", "__lt__", "__eq__", "__call__", "__sub__")
"""``[..]`` is left out: sequences raise TypeError and IndexError there, as Python wants it."""

PACKAGES = (
    "polygeo", "polygeo.answers", "polygeo.volumes", "polygeo.sampling", "polygeo.cones",
    "polygeo.relu", "polygeo.polytopes", "polygeo.replica", "polygeo.thresholds",
    "polygeo.formula_index", "polygeo.formula", "polygeo.report.crosscheck",
    "polygeo.report.tables", "polygeo.report.figures",
)  # fmt: skip

HEAD = "polygeo.symbols.q"
"""One SymPy head stands for all: they share one constructor."""

EXEMPT = {
    "polygeo.cones.Cone": "abstract",
    "polygeo.cones.ConicSet": "abstract",
    "ConicSet.contains": "abstract",
    "ConicSet.projection_counts": "a refusal; that of `Cone` is called",
    "ConicSet.intrinsic_volumes": "abstract",
    "polygeo.polytopes.RandomPolytope": "abstract",
    "RandomPolytope.f_vector": "abstract",
    "polygeo.sampling.VolumeCounts": "abstract",
    "polygeo.polytopes.SimplexAngles": "abstract",
    "SimplexAngles.inside": "abstract",
    "SimplexAngles.outside": "abstract",
    "SimplexAngles.with_vertices": "abstract",
    "polygeo.formula.Point": "a name for dict",
    "polygeo.report.tables.main": "a command line: see test_commands",
    "polygeo.report.crosscheck.compare": "runs another library; its Peer is checked",
    "polygeo.report.crosscheck.agreement": "runs other libraries: see test_peers_by_name",
    "Digits.judge": "called with what a Peer gives",
    "Equal.judge": "called with what a Peer gives",
    "Proportion.judge": "called with what a Peer gives",
}
"""What is not called with nonsense, and why."""


def methods(kind):
    """Names of the public methods of a class, operators among them, that take arguments."""
    for name in dir(kind):
        static = inspect.getattr_static(kind, name)
        function = getattr(static, "__func__", static)
        ours = isinstance(function, types.FunctionType) and (
            function.__module__.startswith("polygeo")
            and function.__code__.co_filename != "<string>"  # made by dataclass
        )
        if not ours or (name.startswith("_") and name not in OPERATORS):
            continue
        if len(inspect.signature(function).parameters) > (not isinstance(static, staticmethod)):
            yield name


def underlying(function):
    """What the bound methods of one definition have in common."""
    return inspect.unwrap(getattr(function, "__func__", function))


def places(given):
    """Where a call has arguments: (position or keyword, the argument's name)."""
    try:
        names = list(inspect.signature(given.func).parameters)
    except (TypeError, ValueError):
        names = []
    names += [""] * len(given.args)
    return [*enumerate(names[: len(given.args)]), *((name, name) for name in given.keywords)]


def public():
    """Everything public that can be called, by name: functions, classes, methods with arguments."""
    package, _, name = HEAD.rpartition(".")
    found = {getattr(import_module(package), name): HEAD}
    for package in map(import_module, PACKAGES):
        for name in package.__all__:
            value = getattr(package, name)
            if not callable(value):
                continue
            found.setdefault(underlying(value), f"{package.__name__}.{name}")
            if isinstance(value, type):
                for method in methods(value):
                    function = underlying(inspect.getattr_static(value, method))
                    found.setdefault(function, function.__qualname__)
    return found
