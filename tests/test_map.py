"""The map: the room list in polygeo's docstring is held to the code, which is read, not imported.

A room is a module or a folder of polygeo/ (formulas/ lies at the top of the checkout and is
imported as polygeo.formulas). A room imports only itself and rooms above it.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAX_LINES = 400
ROOM_LINE = re.compile(r"^\s*(\w+(?:\.py|/)(?: \w+(?:\.py|/))*)\s{2,}\S")
IMPORTERS = {"import_module", "__import__"}
EVALUATORS = {"eval", "exec", "sympify", "parse_expr"}
LOADERS = {"load", "loads"}


# --- the checker


def rooms(docstring: str) -> list[str]:
    """The rooms, top first: ``errors`` for the line of errors.py, ``answers`` for answers/."""
    lines = (ROOM_LINE.match(line) for line in docstring.splitlines())
    return [name.removesuffix(".py").rstrip("/") for m in lines if m for name in m[1].split()]


def modules(root: Path) -> dict[str, Path]:
    """Every module of the checkout at root by its dotted name, formulas/ as polygeo.formulas."""
    found = {}
    for package in ("polygeo", "formulas"):
        top = root / package
        inside = (p for p in top.rglob("*.py") if (top / "formulas") not in p.parents)
        for path in sorted(inside):
            parts = path.relative_to(root).with_suffix("").parts
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            found[".".join(parts if package == "polygeo" else ("polygeo", *parts))] = path
    return found


def room_of(module: str) -> str:
    """``answers`` for polygeo.answers.exact, nothing for polygeo itself."""
    return [*module.split("."), ""][1]


def imports(tree: ast.Module, package: str) -> Iterator[tuple[int, str]]:
    """Line and absolute name of everything that the module imports from this project.

    ``from a import b`` gives a.b, so that a room is seen whichever way it is named. A constant
    handed to ``import_module`` counts as well.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from ((node.lineno, alias.name) for alias in node.names)
            case ast.ImportFrom():
                outer = package.split(".")[: len(package.split(".")) + 1 - node.level]
                base = [*(outer if node.level else []), *([node.module] if node.module else [])]
                yield from ((node.lineno, ".".join([*base, a.name])) for a in node.names)
            case ast.Call(args=[ast.Constant(value=str(name)), *_]):
                if name_of(node.func)[1] in IMPORTERS:
                    yield node.lineno, f"{package}{name}" if name.startswith(".") else name


def name_of(function: ast.expr) -> tuple[str, str]:
    """("pickle", "loads") for pickle.loads, ("", "eval") for eval."""
    match function:
        case ast.Name(id=name):
            return "", name
        case ast.Attribute(value=owner, attr=name):
            return name_of(owner)[1], name
    return "", ""


def evaluations(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of every call or import that could run foreign text as code."""
    for node in ast.walk(tree):
        match node:
            case ast.Call():
                owner, name = name_of(node.func)
                pickled = owner.endswith("pickle") and name in LOADERS
                built_in = owner in ("", "builtins") or name not in ("eval", "exec")
                if pickled or (name in EVALUATORS and built_in):
                    yield node.lineno, f"{owner}.{name}".lstrip(".")
            case ast.ImportFrom(module=str(module)):
                forbidden = LOADERS if module.endswith("pickle") else EVALUATORS
                for alias in node.names:
                    if alias.name in forbidden:
                        yield node.lineno, f"{module}.{alias.name}"


def names_exported(tree: ast.Module) -> bool:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                return True
            case ast.Assign(targets=[ast.Tuple(elts=[ast.Name(id="__all__"), *_])]):
                return True
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr()):
                return True
    return False


def violations(root: Path) -> list[str]:
    """Everything in the checkout at root that the map or the house rules forbid, one line each."""
    found = modules(root)
    docstring = ast.get_docstring(ast.parse(found["polygeo"].read_text("utf-8"))) or ""
    order = {room: place for place, room in enumerate(rooms(docstring))}
    present = {room_of(module) for module in found} - {""}
    problems = [f"polygeo/__init__.py: no room {room}" for room in order.keys() - present]
    for module, path in found.items():
        where = path.relative_to(root).as_posix()
        text = path.read_text("utf-8")
        tree = ast.parse(text, where)
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        room = room_of(module)
        if room and room not in order:
            problems.append(f"{where}: belongs to no room")
        if not ast.get_docstring(tree):
            problems.append(f"{where}: has no docstring")
        if not names_exported(tree):
            problems.append(f"{where}: has no __all__")
        if (lines := len(text.splitlines())) > MAX_LINES:
            problems.append(f"{where}: has {lines} lines, over {MAX_LINES}")
        for line, name in evaluations(tree):
            problems.append(f"{where}:{line}: {name} can run foreign text")
        for line, target in imports(tree, package):
            top, other = target.partition(".")[0], room_of(target)
            if top == "formulas":
                problems.append(f"{where}:{line}: imports formulas, not polygeo.formulas")
            elif top == "polygeo" and room:
                if other not in present:
                    problems.append(f"{where}:{line}: imports polygeo itself ({target})")
                elif order.get(other, -1) > order.get(room, len(order)):
                    problems.append(f"{where}:{line}: imports {other}, which is below {room}")
    return sorted(problems)


def arrows(root: Path) -> dict[str, set[str]]:
    """Which modules each module imports, imports inside functions included."""
    found = modules(root)
    graph: dict[str, set[str]] = {module: set() for module in found}
    for module, path in found.items():
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for _, target in imports(ast.parse(path.read_text("utf-8")), package):
            while target and target not in found:
                target = target.rpartition(".")[0]
            if target not in ("", "polygeo", module):
                graph[module].add(target)
    return graph


def circles(root: Path) -> list[list[str]]:
    """Modules that import one another, directly or through others, one list a circle."""
    graph = arrows(root)

    def reachable(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for target in graph[waiting.pop()] - seen:
                seen.add(target)
                waiting.append(target)
        return seen

    reach = {module: reachable(module) for module in graph}
    mutual = {tuple(sorted(b for b in reach[a] if a in reach[b])) for a in graph if a in reach[a]}
    return sorted(map(list, mutual))


def names_in_two_places(root: Path) -> list[str]:
    """Classes of one name in two files, and names of a package that hide a module inside it."""
    problems = []
    classes: dict[str, list[str]] = {}
    found = modules(root)
    for module, path in found.items():
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                classes.setdefault(node.name.lstrip("_"), []).append(module)
        if path.name == "__init__.py":
            stub = path.with_suffix(".pyi")
            nodes = [
                *tree.body,
                *(ast.parse(stub.read_text("utf-8")).body if stub.exists() else []),
            ]
            for node in nodes:
                names = [node.name] if isinstance(node, ast.FunctionDef) else []
                if isinstance(node, ast.ImportFrom):
                    inside = f"{node.module}." if not node.level else f"{module}."
                    names = [a.asname or a.name for a in node.names if inside + a.name not in found]
                problems += [
                    f"{module}.{name} is a module, and hidden by a name of the package"
                    for name in names
                    if f"{module}.{name}" in found
                ]
    problems += [
        f"class {name}: in {' and '.join(places)}"
        for name, places in classes.items()
        if len(places) > 1
    ]
    return sorted(problems)


# --- the checkout


def test_no_circle_of_files():
    assert circles(ROOT) == []


def test_one_place_for_a_name():
    assert names_in_two_places(ROOT) == []


def test_the_code_keeps_to_the_map():
    assert violations(ROOT) == []


def test_the_map_was_read():
    found = modules(ROOT)
    listed = rooms(ast.get_docstring(ast.parse(found["polygeo"].read_text("utf-8"))))
    assert listed[:3] == ["errors", "exports", "answers"]
    assert len(set(listed)) == len(listed) >= 5
    assert {"polygeo.errors", "polygeo.formulas"} <= found.keys()
    exact = ast.parse(found["polygeo.answers.exact"].read_text("utf-8"))
    assert "errors" in {room_of(name) for _, name in imports(exact, "polygeo.answers")}


def packages(*tops):
    """The folders with modules in some packages, these included, from polygeo/ on."""
    base = ROOT / "polygeo"
    inside = [path.parent for top in tops for path in (base / top).rglob("__init__.py")]
    return sorted(path.relative_to(base).as_posix() for path in inside)


@pytest.mark.parametrize("package", [*packages("relu", "sampling"), "replica"])
def test_a_package_lists_its_modules(package):
    folder = ROOT / "polygeo" / package
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""
    listed = re.findall(r"^    (\w+/?)  +\S", text, re.MULTILINE)
    modules = [path.stem for path in folder.glob("*.py") if path.stem != "__init__"]
    inside = [f"{path.parent.name}/" for path in folder.glob("*/__init__.py")]
    assert sorted(listed) == sorted([*modules, *inside])


def test_packages_are_found():
    assert {"relu", "relu/decision/search", "sampling/faces"} <= set(packages("relu", "sampling"))


# --- the checker fails when it should

MAP = '''"""A house.

The rooms:

    errors.py       what can go wrong
    answers/        how it is known: errors.py and more
    symbols.py statement.py       two of them
    formulas/       the catalogue
    report/         tables
"""

__all__ = []
'''
MODULE = '"""A module."""\n\n__all__ = []\n'
HOUSE = {
    "polygeo/__init__.py": MAP + "from polygeo.report import table\n",
    "polygeo/errors.py": MODULE,
    "polygeo/answers/__init__.py": MODULE + "from . import exact\nfrom .exact import x\n",
    "polygeo/answers/exact.py": MODULE + "import math\nfrom .. import errors\n",
    "polygeo/symbols.py": MODULE + "from polygeo import errors, answers\n",
    "polygeo/statement.py": MODULE + "from polygeo.symbols import q\nimport polygeo.errors as e\n",
    "polygeo/report/__init__.py": MODULE,
    "polygeo/report/table.py": MODULE
    + "from polygeo.formulas import euler\nfrom .. import answers\n",
    "formulas/__init__.py": MODULE,
    "formulas/euler.py": MODULE + "from polygeo import symbols\nfrom . import other\n",
}


@pytest.fixture
def build(tmp_path):
    def house(**changes):
        for name, text in {**HOUSE, **changes}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        link = tmp_path / "polygeo/formulas"
        if not link.is_symlink():
            link.symlink_to("../formulas")
        return violations(tmp_path)

    return house


def test_room_lines():
    assert rooms(MAP) == ["errors", "answers", "symbols", "statement", "formulas", "report"]


def test_a_sound_house_has_no_violations(build):
    assert build() == []


TABLE = "polygeo/report/table.py"
OFFENCES = [
    ("polygeo/errors.py", "import polygeo.answers", ":5: imports answers, which is below errors"),
    ("polygeo/errors.py", "from polygeo.answers.exact import x", "imports answers"),
    ("polygeo/errors.py", "from polygeo import answers", "imports answers"),
    ("polygeo/errors.py", "from . import answers", "imports answers"),
    ("polygeo/errors.py", "from .answers import exact", "imports answers"),
    ("polygeo/errors.py", "def f():\n    from polygeo import report", ":6: imports report"),
    ("polygeo/errors.py", "__import__('polygeo.report')", "imports report"),
    ("polygeo/errors.py", "import importlib as i\ni.import_module('polygeo.report')", "report"),
    ("polygeo/answers/exact.py", "from ..symbols import q", "imports symbols"),
    ("polygeo/answers/__init__.py", "from ..symbols import q", "imports symbols"),
    ("polygeo/symbols.py", "from polygeo.statement import check", "imports statement"),
    ("polygeo/statement.py", "import polygeo.formulas.euler", "imports formulas, which is below"),
    ("polygeo/statement.py", "import formulas.euler", "imports formulas, not polygeo.formulas"),
    (TABLE, "from formulas import euler", "not polygeo.formulas"),
    ("formulas/euler.py", "from polygeo.report import table", "imports report"),
    ("formulas/euler.py", "import polygeo", "imports polygeo itself"),
    ("formulas/euler.py", "from polygeo import q", "imports polygeo itself (polygeo.q)"),
    ("polygeo/attic.py", "", "polygeo/attic.py: belongs to no room"),
    ("polygeo/attic/old.py", "", "polygeo/attic/old.py: belongs to no room"),
    (TABLE, "eval('1')", ":5: eval can run"),
    (TABLE, "def f(s):\n    exec(s)", "exec can run"),
    (TABLE, "import builtins\nbuiltins.eval('1')", "builtins.eval can run"),
    (TABLE, "import pickle\npickle.loads(b'')", "pickle.loads can run"),
    (TABLE, "from pickle import load", "pickle.load can run"),
    (TABLE, "import sympy\nsympy.sympify('x')", "sympy.sympify can run"),
    (TABLE, "from sympy import sympify as s", "sympy.sympify can run"),
    (TABLE, "import sympy_parser as p\np.parse_expr('')", "p.parse_expr can run"),
    (TABLE, "\n" * 400, "lines, over 400"),
]


@pytest.mark.parametrize(("path", "text", "complaint"), OFFENCES)
def test_an_offence_is_seen(build, path, text, complaint):
    problems = build(**{path: MODULE + "\n" + text + "\n"})
    assert len(problems) == 1
    assert problems[0].startswith(path)
    assert complaint in problems[0]


def test_what_only_looks_like_an_offence(build):
    harmless = "import re, sympy.core.sympify\nre.compile('')\nf.eval()\n'eval(1); import polygeo'"
    assert build(**{TABLE: MODULE + harmless}) == []


def test_a_circle_is_seen(build, tmp_path):
    build(**{"polygeo/answers/ball.py": MODULE + "from polygeo.answers.exact import x\n"})
    assert circles(tmp_path) == []
    text = MODULE + "def f():\n    from polygeo.answers import ball\n"
    build(
        **{
            "polygeo/answers/ball.py": MODULE + "from polygeo.answers.exact import x\n",
            "polygeo/answers/exact.py": text,
        }
    )
    assert circles(tmp_path) == [["polygeo.answers.ball", "polygeo.answers.exact"]]


def test_a_name_in_two_places_is_seen(build, tmp_path):
    build(
        **{TABLE: MODULE + "class Row: ...\n", "polygeo/symbols.py": MODULE + "class _Row: ...\n"}
    )
    assert names_in_two_places(tmp_path) == [
        "class Row: in polygeo.report.table and polygeo.symbols"
    ]
    build(**{"polygeo/report/__init__.py": MODULE + "from polygeo.report.table import table\n"})
    assert names_in_two_places(tmp_path) == [
        "polygeo.report.table is a module, and hidden by a name of the package"
    ]


def test_docstring_and_exports_are_required(build):
    problems = build(**{"polygeo/symbols.py": "", "formulas/euler.py": '"""Only this."""\n'})
    assert problems == [
        "formulas/euler.py: has no __all__",
        "polygeo/symbols.py: has no __all__",
        "polygeo/symbols.py: has no docstring",
    ]


def test_a_room_that_is_listed_must_exist(build):
    listed = MAP.replace("    report/", "    cellar/         nothing\n    report/")
    assert build(**{"polygeo/__init__.py": listed}) == ["polygeo/__init__.py: no room cellar"]
