"""What setup.cfg declares is what the checkout holds, and what an import costs."""

import ast
import configparser
import importlib.metadata
import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from polygeo import cite

ROOT = Path(__file__).parents[1]
IMPORT_NAMES = {
    "matplotlib": {"matplotlib", "mpl_toolkits"},
    "python-flint": {"flint"},
    "dask": {"dask", "distributed"},
}
HEAVY = {"sympy", "mpmath", "numba", "scipy", "matplotlib", "pandas", "rich", "click"}


def section(name):
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return dict(parser[name])


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def import_names(requirements):
    names = (Requirement(line).name for line in lines(requirements))
    return set().union(*(IMPORT_NAMES.get(name, {name}) for name in names))


def run(directory, program):
    """What the program prints, as JSON; run where the checkout cannot be imported by accident."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=directory, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def sources():
    inside = (p for p in (ROOT / "polygeo").rglob("*.py") if "formulas" not in p.parts[-2:])
    return [*inside, *(ROOT / "formulas").rglob("*.py")]


def third_party(nodes):
    """Top-level names of what the import statements among the nodes take from elsewhere."""
    modules = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules.add(node.module)
    return {name.partition(".")[0] for name in modules} - sys.stdlib_module_names - {"polygeo"}


def test_every_package_is_declared():
    inside = (p.parent.relative_to(ROOT).parts for p in sources() if p.name == "__init__.py")
    found = {".".join(p if p[0] == "polygeo" else ("polygeo", *p)) for p in inside}
    assert sorted(found) == sorted(lines(section("options")["packages"]))


def test_the_formulas_lie_at_the_top():
    assert lines(section("options")["package_dir"]) == ["polygeo.formulas = formulas"]
    link = ROOT / "polygeo" / "formulas"
    assert link.is_symlink()
    assert os.readlink(link) == "../formulas"


def test_what_is_imported_is_declared():
    core = import_names(section("options")["install_requires"])
    extras = section("options.extras_require")
    optional = core.union(*(import_names(extras[e]) for e in ("plot", "pandas", "cluster", "onnx")))
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sources()}
    assert trees
    at_import = {path: third_party(tree.body) - core for path, tree in trees.items()}
    anywhere = {path: third_party(ast.walk(tree)) - optional for path, tree in trees.items()}
    assert not {str(path): names for path, names in at_import.items() if names}
    assert not {str(path): names for path, names in anywhere.items() if names}


def test_one_version_everywhere():
    version = section("metadata")["version"]
    assert importlib.metadata.version(section("metadata")["name"]) == version
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert version in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"version = {{{version}}}" in cite("polygeo")


def test_every_pin_is_of_a_core_dependency_and_within_its_range():
    core = [Requirement(line) for line in lines(section("options")["install_requires"])]
    allowed = {requirement.name: requirement.specifier for requirement in core}
    pins = [line for line in lines((ROOT / "constraints.txt").read_text("utf-8")) if line[0] != "#"]
    assert pins
    for name, _, version in (line.partition("==") for line in pins):
        assert version in allowed[name]


def test_the_oldest_versions_are_the_lowest_that_are_allowed():
    """Each lower bound of setup.cfg, for what `tox -e oldest` installs."""
    extras = section("options.extras_require")
    declared = lines(section("options")["install_requires"])
    for name in ("test", "plot", "pandas"):
        declared += lines(extras[name])
    lowest = {}
    for requirement in map(Requirement, declared):
        (bound,) = [one for one in requirement.specifier if one.operator == ">="]
        lowest[requirement.name] = Version(bound.version)
    pins = [line for line in lines((ROOT / "oldest.txt").read_text("utf-8")) if line[0] != "#"]
    assert lowest == {name: Version(v) for name, _, v in (pin.partition("==") for pin in pins)}


def test_the_command_is_there():
    (script,) = importlib.metadata.entry_points(group="console_scripts", name="polygeo")
    assert script.value == "polygeo.report.console:main"
    assert callable(script.load())


def test_the_same_command_in_readme_and_ci():
    command = ".venv/bin/tox -e tests"
    assert f"&& {command}\n" in (ROOT / "README.md").read_text("utf-8")
    assert f"\n{command} " in (ROOT / ".ci" / "run").read_text("utf-8")


def test_references_travel_with_the_formulas():
    assert files("polygeo.formulas").joinpath("references.bib").is_file()


def test_formulas_is_no_package_of_its_own(tmp_path):
    program = """
import importlib.util, json, sys
import polygeo.formulas
print(json.dumps([importlib.util.find_spec("formulas") is None, "formulas" in sys.modules]))
"""
    assert run(tmp_path, program) == [True, False]


@pytest.mark.parametrize("statement", ["import polygeo", "import polygeo; dir(polygeo)"])
def test_importing_polygeo_loads_nothing_heavy(tmp_path, statement):
    loaded = run(tmp_path, f"{statement}; import json, sys; print(json.dumps([*sys.modules]))")
    assert "polygeo" in loaded
    assert HEAVY.isdisjoint(loaded)


def test_exact_values_do_without_arrays_and_symbols(tmp_path):
    program = "import polygeo, json, sys; polygeo.q(20, 3); print(json.dumps([*sys.modules]))"
    assert {"numpy", "numba", "scipy", "sympy"}.isdisjoint(run(tmp_path, program))
