"""The reference has every public name: the pages are made from ``__all__``."""

import importlib
import inspect
import sys
from pathlib import Path
from types import ModuleType

import pytest

import polygeo
from polygeo.answers import kind
from polygeo.cones.registry import FAMILIES

DOCS = Path(__file__).parents[1] / "docs"
sys.path.insert(0, str(DOCS / "_ext"))

import public_api  # noqa: E402 - found in the folder above

ELSEWHERE = {"formulas", "report"}
"""Packages without names of their own on these pages: the catalogue, and a package of packages."""


def test_every_public_package_has_a_page():
    shown = {package for packages in public_api.PAGES.values() for package in packages}
    public = {name for name in polygeo.__all__ if isinstance(getattr(polygeo, name), ModuleType)}
    assert public - ELSEWHERE <= shown
    for page in public_api.PAGES:
        assert f".. public:: {page}\n" in (DOCS / f"reference/{page}.rst").read_text("utf-8")
        assert f"   reference/{page}\n" in (DOCS / "reference.rst").read_text("utf-8")


@pytest.mark.parametrize("package", [p for ps in public_api.PAGES.values() for p in ps])
def test_every_public_function_and_class_has_an_entry(package):
    module = importlib.import_module(f"polygeo.{package}")
    text = "\n".join(public_api.lines(package))
    for name in module.__all__:
        thing = getattr(module, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert f"   * - `{name} <polygeo.{package}.{name}>`" in text
            if package != "symbols":  # an overview only: a symbol is explained by its function
                assert f":: polygeo.{package}.{name}\n" in text


def test_the_names_at_the_top_lead_to_an_entry():
    text = "\n".join(public_api.at_the_top())
    functions = [n for n in polygeo.__all__ if inspect.isroutine(getattr(polygeo, n))]
    assert {"q", "p", "cite"} <= set(functions)
    assert all(f"``polygeo.{name}``" in text for name in functions)


def test_a_time_belongs_to_a_public_name_and_to_a_benchmark():
    for full in public_api.TIMES:
        package, _, name = full.rpartition(".")
        assert name in importlib.import_module(package).__all__
        assert public_api.typical_time(full)[0].isdigit()


def test_the_finder_names_what_is_public():
    homes = set(public_api.homes().values())
    text = (DOCS / "finder.rst").read_text("utf-8")
    named = [part.partition(">")[0] for part in text.split("<polygeo.")[1:]]
    assert len(named) > 30
    assert {f"polygeo.{name}" for name in named} <= homes


def test_the_main_names_have_their_formulas():
    found = {
        e.full: e
        for pages in public_api.PAGES.values()
        for p in pages
        for e in public_api.entries(p)
    }
    assert set(public_api.STATEMENTS) <= set(found)
    known = polygeo.catalogue()
    for entry in found.values():
        assert all(name in known for name in public_api.statements(entry)), entry.full
    first = {
        "relu.expected_euler_characteristic": "euler.kinematic_sum",
        "relu.injectivity_probability": "classical.exact_values",
        "replica.ground_state": "replica.symmetric_energy",
        "volumes.chi_bar_weights": "kinematic.chi_bar_squared",
        "cones.Orthant": "families.orthant",
        "thresholds.euler": "thresholds.euler",
        "thresholds.gordon": "thresholds.gordon",
    }
    for name, identifier in first.items():
        assert public_api.statements(found[f"polygeo.{name}"])[0] == identifier
        text = "\n".join(public_api.lines(name.rpartition(".")[0]))
        assert f"   :Formulas:\n      :ref:`formula-{identifier}`" in text


def test_kinds_of_answers_are_read_off():
    packages = ("relu", "thresholds", "volumes")
    kinds = {e.name: e.kind for package in packages for e in public_api.entries(package)}
    assert kinds["is_injective"] == "exact"
    assert kinds["euler"] == "certified"
    assert kinds["full_rsb"] == "converged"
    assert kinds["estimate_q"] == "estimate"
    assert kinds["crofton"] == "exact, certified"


def test_kinds_of_models_are_those_of_their_answers():
    names = {e.name for package in ("cones", "polytopes") for e in public_api.entries(package)}
    assert set(public_api.MODELS) <= names
    found = {}
    for entry in (entry for entry in FAMILIES.values() if entry.example):  # others need a file
        cone = entry.make(*entry.example)
        if hasattr(cone, "intrinsic_volumes"):
            kinds = {kind(volume) for volume in cone.intrinsic_volumes(15)}
            found[type(cone).__name__] = kinds
            assert kinds <= set(public_api.MODELS[type(cone).__name__].split(", ")), entry.usage
    assert len(found) > 12
    assert "certified" in set.union(*found.values())


def test_a_long_formula_goes_on_where_its_letters_are_explained():
    long = r"x = y^{2},\quad y = " + "z + " * 30 + "z"
    assert public_api.display(long).startswith(r"\begin{gathered} x = y^{2},\\ ")
    for kept in (r"x = y,\quad y = 2", "x = " + "z + " * 60 + "z", r"\text{" + long + "}"):
        assert public_api.display(kept) == kept


def test_the_claims_of_thresholds_are_words_and_limits():
    assert public_api.claim("p -> 0 below; superseded by half-space") == (
        r":math:`p \to 0` below; superseded by half-space"
    )
    for threshold in polygeo.thresholds.all():
        typeset = public_api.claim(threshold.claim)
        assert "->" not in typeset
        assert typeset.count(":math:") == threshold.claim.count("->")
