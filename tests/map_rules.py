"""What the map and the rules of the code forbid, read from the code without an import of it.

A part is a module or a folder of polygeo/ (formulas/ lies at the top of the checkout and is
imported as polygeo.formulas). A part imports only itself and parts above it.
"""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

__all__ = [
    "MAX_LINES",
    "circles",
    "imports",
    "modules",
    "names_in_two_places",
    "parsed",
    "part_of",
    "parts",
    "violations",
]

MAX_LINES = 400
ROOM_LINE = re.compile(r"^\s*(\w+(?:\.py|/)(?: \w+(?:\.py|/))*)\s{2,}\S")
IMPORTERS = {"import_module", "__import__"}
EVALUATORS = {"eval", "exec", "sympify", "parse_expr"}
LOADERS = {"load", "loads"}


def parts(docstring: str) -> list[str]:
    """The parts, top first: ``errors`` for the line of errors.py, ``answers`` for answers/."""
    lines = (ROOM_LINE.match(line) for line in docstring.splitlines())
    return [name.removesuffix(".py").rstrip("/") for m in lines if m for name in m[1].split()]


def modules(root: Path) -> dict[str, Path]:
    """Every module of the checkout at root by its dotted name, formulas/ as polygeo.formulas."""
    found = {}
    for package in ("polygeo", "formulas"):
        top = root / package
        inside = (p for p in top.rglob("*.py") if (top / "formulas") not in p.parents)
        for path in sorted(inside):
            pieces = path.relative_to(root).with_suffix("").parts
            pieces = pieces[:-1] if pieces[-1] == "__init__" else pieces
            found[".".join(pieces if package == "polygeo" else ("polygeo", *pieces))] = path
    return found


@lru_cache(maxsize=1000)
def parsed(text: str) -> ast.Module:
    """The syntax tree of a text, which several checks only read."""
    return ast.parse(text)


def part_of(module: str) -> str:
    """``answers`` for polygeo.answers.exact, nothing for polygeo itself."""
    return [*module.split("."), ""][1]


def imports(tree: ast.Module, package: str) -> Iterator[tuple[int, str]]:
    """Line and absolute name of everything that the module imports from this project.

    ``from a import b`` gives a.b, so that a part is seen whichever way it is named. A constant
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
    docstring = ast.get_docstring(parsed(found["polygeo"].read_text("utf-8"))) or ""
    order = {part: place for place, part in enumerate(parts(docstring))}
    present = {part_of(module) for module in found} - {""}
    problems = [f"polygeo/__init__.py: no part {part}" for part in order.keys() - present]
    for module, path in found.items():
        where = path.relative_to(root).as_posix()
        text = path.read_text("utf-8")
        tree = parsed(text)
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        part = part_of(module)
        if part and part not in order:
            problems.append(f"{where}: belongs to no part")
        if not ast.get_docstring(tree):
            problems.append(f"{where}: has no docstring")
        if not names_exported(tree):
            problems.append(f"{where}: has no __all__")
        if (lines := len(text.splitlines())) > MAX_LINES:
            problems.append(f"{where}: has {lines} lines, over {MAX_LINES}")
        for line, name in evaluations(tree):
            problems.append(f"{where}:{line}: {name} can run foreign text")
        for line, target in imports(tree, package):
            top, other = target.partition(".")[0], part_of(target)
            if top == "formulas":
                problems.append(f"{where}:{line}: imports formulas, not polygeo.formulas")
            elif top == "polygeo" and part:
                if other not in present:
                    problems.append(f"{where}:{line}: imports polygeo itself ({target})")
                elif order.get(other, -1) > order.get(part, len(order)):
                    problems.append(f"{where}:{line}: imports {other}, which is below {part}")
    return sorted(problems)


def arrows(root: Path) -> dict[str, set[str]]:
    """Which modules each module imports, imports inside functions included."""
    found = modules(root)
    graph: dict[str, set[str]] = {module: set() for module in found}
    for module, path in found.items():
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for _, target in imports(parsed(path.read_text("utf-8")), package):
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
        tree = parsed(path.read_text("utf-8"))
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
