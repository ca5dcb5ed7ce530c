"""The map: the list of parts in polygeo's docstring is held to the code, which is read only.

The checker is `map_rules`; here it is asked about the checkout, and shown offences.
"""

import ast
import re
from pathlib import Path

import pytest
from map_rules import (
    MAX_LINES,
    circles,
    imports,
    modules,
    names_in_two_places,
    parsed,
    part_of,
    parts,
    violations,
)

ROOT = Path(__file__).parents[1]


# --- the checkout


def test_no_circle_of_files():
    assert circles(ROOT) == []


def test_one_place_for_a_name():
    assert names_in_two_places(ROOT) == []


def test_the_code_keeps_to_the_map():
    assert violations(ROOT) == []


def test_the_map_was_read():
    found = modules(ROOT)
    listed = parts(ast.get_docstring(parsed(found["polygeo"].read_text("utf-8"))))
    assert listed[:3] == ["errors", "exports", "answers"]
    assert len(set(listed)) == len(listed) >= 5
    assert {"polygeo.errors", "polygeo.formulas"} <= found.keys()
    exact = parsed(found["polygeo.answers.exact"].read_text("utf-8"))
    assert "errors" in {part_of(name) for _, name in imports(exact, "polygeo.answers")}


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_no_file_beside_the_package_is_long(folder):
    lines = {p.name: p.read_text("utf-8").count("\n") for p in (ROOT / folder).rglob("*.py")}
    assert not {name: count for name, count in lines.items() if count > MAX_LINES}


def packages(*tops):
    """The folders with modules in some packages, these included, from polygeo/ on."""
    base = ROOT / "polygeo"
    inside = [path.parent for top in tops for path in (base / top).rglob("__init__.py")]
    return sorted(path.relative_to(base).as_posix() for path in inside)


@pytest.mark.parametrize("package", [*packages("relu", "sampling"), "replica"])
def test_a_package_lists_its_modules(package):
    folder = ROOT / "polygeo" / package
    text = ast.get_docstring(parsed((folder / "__init__.py").read_text("utf-8"))) or ""
    listed = re.findall(r"^    (\w+/?)  +\S", text, re.MULTILINE)
    modules = [path.stem for path in folder.glob("*.py") if path.stem != "__init__"]
    inside = [f"{path.parent.name}/" for path in folder.glob("*/__init__.py")]
    assert sorted(listed) == sorted([*modules, *inside])


def test_packages_are_found():
    assert {"relu", "relu/decision/search", "sampling/faces"} <= set(packages("relu", "sampling"))


# --- the checker fails when it should

MAP = '''"""A house.

The parts:

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
    assert parts(MAP) == ["errors", "answers", "symbols", "statement", "formulas", "report"]


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
    ("polygeo/attic.py", "", "polygeo/attic.py: belongs to no part"),
    ("polygeo/attic/old.py", "", "polygeo/attic/old.py: belongs to no part"),
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
    assert build(**{"polygeo/__init__.py": listed}) == ["polygeo/__init__.py: no part cellar"]
