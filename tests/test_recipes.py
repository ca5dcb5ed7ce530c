"""The recipes of the contributing page work: each is followed in a copy of the checkout."""

import os
import re
import subprocess
import sys

import pytest
from recipes import CHECKOUT, RECIPES, copy, definitions, sections

pytestmark = pytest.mark.skipif(
    not (CHECKOUT / "docs" / "contributing.rst").exists(), reason="the pages are not here"
)

WITHOUT_A_RECIPE: set[str] = set()
"""Sections whose examples only run as they stand on the page."""


def ask(root, *arguments):
    """Run Python in the copy at root, whose packages come first; what it printed."""
    path = os.pathsep.join((str(root), str(root / "tests")))
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """A copy in which every recipe was followed, and what its tests say, by name."""
    root = tmp_path_factory.mktemp("followed")
    copy(root)
    for recipe in RECIPES.values():
        recipe.follow(root)
    wanted = [test for recipe in RECIPES.values() for test in recipe.passing]
    printed = ask(root, "-m", "pytest", "-v", "-p", "no:cacheprovider", "--color=no", *wanted)
    return root, dict(re.findall(r"^(\S+::\S+) ([A-Z]+)", printed, re.MULTILINE)), printed


def test_every_section_of_the_page_is_followed():
    assert set(sections("contributing.rst")) == RECIPES.keys() | WITHOUT_A_RECIPE


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_works_as_it_stands(followed, title):
    root, outcomes, printed = followed
    recipe = RECIPES[title]
    found = {test: outcomes.get(test) for test in recipe.passing}
    assert set(found.values()) == {"PASSED"}, (found, printed[-4000:])
    if recipe.command:
        main = "from polygeo.report.console import main; main()"
        assert recipe.printed in ask(root, "-c", main, *recipe.command)


def test_the_copy_is_what_was_asked(followed):
    root = followed[0]
    where = "import polygeo, polygeo.formulas as f; print(polygeo.__file__, f.__file__)"
    assert ask(root, "-c", where).split() == [
        str(root / "polygeo" / "__init__.py"),
        str(root / "polygeo" / "formulas" / "__init__.py"),
    ]


def test_only_what_prints_nothing_is_a_definition():
    section = ">>> from math import pi\n>>> x = pi\n>>> x > 3\nTrue\n"
    assert definitions(section) == "from math import pi\nx = pi\n"
