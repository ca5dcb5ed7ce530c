"""The recipes of the contributing page, followed to the letter in a copy of the checkout.

A recipe cuts its lines from a page, writes them where the page says, and names the tests of the
copy that must pass then. `RECIPES` has them by the title of their section.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from doctest import DocTestParser
from pathlib import Path
from textwrap import dedent

__all__ = [
    "CHECKOUT",
    "FAMILY",
    "RECIPES",
    "Recipe",
    "copy",
    "definitions",
    "file_of",
    "follow_family",
    "sections",
]

CHECKOUT = Path(__file__).parents[1]
COPIED = ("polygeo", "formulas", "tests", "docs", "README.md", "setup.cfg", "pyproject.toml")


def sections(page: str) -> dict[str, str]:
    """The sections of a page of docs/ by title: those underlined with dashes or with carets."""
    text = (CHECKOUT / "docs" / page).read_text("utf-8")
    parts = re.split(r"^(.+)\n(?:-{3,}|\^{3,})\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def definitions(section: str) -> str:
    """The statements of a section's examples that print nothing: what goes into a file."""
    examples = DocTestParser().get_examples(section)
    return "".join(example.source for example in examples if not example.want)


def file_of(section: str) -> str:
    """The file that a section shows as a block of Python."""
    block = section.split(".. code-block:: python\n\n", 1)[1]
    return dedent(re.match(r"(?:   .*\n|\n)+", block)[0]).strip() + "\n"


def copy(root: Path) -> None:
    """Copy what the tests of a checkout need to the folder root; the link of formulas stays one."""
    unwanted = shutil.ignore_patterns("_build", "benchmarks", "notebooks", "*.svg")
    compiled = shutil.ignore_patterns("*.nb?")
    for name in COPIED:
        source = CHECKOUT / name
        if source.is_dir():
            ignore = unwanted if name == "docs" else compiled
            shutil.copytree(source, root / name, symlinks=True, ignore=ignore)
        else:
            shutil.copy2(source, root / name)


def insert(path: Path, before: str, lines: str) -> None:
    """Write lines in front of the one place of a file that reads as given."""
    text = path.read_text("utf-8")
    assert text.count(before) == 1, (path, before)
    path.write_text(text.replace(before, lines + before), "utf-8")


@dataclass(frozen=True)
class Recipe:
    """What a contributor does to the checkout at a path, and what holds when it is done."""

    follow: Callable[[Path], None]
    passing: tuple[str, ...]
    """Tests of the checkout, as pytest names them."""
    command: tuple[str, ...] = ()
    """Arguments of ``polygeo`` that are understood now."""
    printed: str = ""
    """What that command prints, among other things."""


FAMILY = Path("polygeo/cones/families/blocks.py")


def follow_family(root: Path) -> None:
    lines = definitions(sections("contributing.rst")["A cone family"].split(">>> C = ")[0])
    (root / FAMILY).write_text(f'"""Products of monotone cones."""\n\n{lines}', "utf-8")


def follow_formula(root: Path) -> None:
    lines = definitions(sections("contributing.rst")["A formula"])
    insert(root / "formulas" / "families.py", "__all__ = ", f"{lines}\n")


def follow_threshold(root: Path) -> None:
    folder = root / "polygeo" / "thresholds"
    section = sections("contributing.rst")["A threshold"]
    (folder / "twofold.py").write_text(file_of(section), "utf-8")


def follow_table(root: Path) -> None:
    folder = root / "polygeo" / "report" / "tables"
    lines = definitions(sections("contributing.rst")["A table"])
    (folder / "halfspaces.py").write_text(
        f'"""Random points in half-spaces."""\n\n{lines}', "utf-8"
    )
    line = "from polygeo.report.tables import halfspaces\n"
    insert(folder / "committed.py", "from polygeo.report.tables.tabular", line)
    insert(folder / "committed.py", '    "known-p": ', '    "wendel": halfspaces.wendel,\n')


def follow_peer(root: Path) -> None:
    block = definitions(sections("crosscheck.rst")["Your own solver"].split("Both are compared")[0])
    folder = root / "tests" / "peers"
    (folder / "by_midpoints.py").write_text(
        f'"""Midpoints: solid angles."""\n\n__all__ = ["PEERS"]\n\n{block}\nPEERS = (caps,)\n',
        "utf-8",
    )
    insert(folder / "__init__.py", "by_polyhedra, by_r,", "by_midpoints, ")
    insert(folder / "__init__.py", "by_polyhedra, by_datadepth,", "by_midpoints, ")


RECIPES = {
    "A cone family": Recipe(
        follow_family,
        (
            "tests/test_map.py::test_the_code_keeps_to_the_map",
            "tests/test_map.py::test_no_circle_of_files",
            "tests/test_docstrings.py::test_docstrings_name_every_parameter[cones]",
            "tests/test_docstrings.py::test_the_first_word_is_a_verb_or_a_noun[cones]",
            "tests/test_cones_registry.py::test_the_command_line_makes_the_same_estimate[blocks]",
            "tests/test_cones_registry.py::test_sections_and_rotations_of_every_family[blocks]",
            "tests/test_cones_registry.py::test_a_family_is_its_description[blocks]",
        ),
        ("volumes", "blocks", "1,2"),
        "1/2",
    ),
    "A formula": Recipe(
        follow_formula,
        (
            "tests/test_catalogue.py::test_it_holds_at_six_points_or_more[families.orthant_mean]",
            "tests/test_catalogue.py::test_neither_side_may_be_off[families.orthant_mean]",
            "tests/test_catalogue.py::test_citations_and_references_match",
            "tests/test_map.py::test_the_code_keeps_to_the_map",
        ),
        ("formula", "families.orthant_mean"),
        "Statistical dimension of the orthant",
    ),
    "A threshold": Recipe(
        follow_threshold,
        (
            "polygeo/thresholds/twofold.py::polygeo.thresholds.twofold.doubling",
            "tests/test_map.py::test_one_place_for_a_name",
            "tests/test_map.py::test_no_circle_of_files",
            "tests/test_docstrings.py::test_docstrings_name_every_parameter[thresholds]",
            "tests/test_docstrings.py::test_the_first_word_is_a_verb_or_a_noun[thresholds]",
            "tests/test_hostile.py::test_everything_public_is_called",
        ),
        ("threshold", "doubling"),
        "2.000",
    ),
    "A table": Recipe(
        follow_table,
        (
            "tests/test_report_tables.py::test_every_value_says_how_it_is_known[wendel]",
            "tests/test_report_tables.py::test_the_terminal_has_100_columns[wendel]",
            "tests/test_map.py::test_the_code_keeps_to_the_map",
            "tests/test_map.py::test_no_circle_of_files",
        ),
        ("table", "wendel", "--format", "csv"),
        "5,3,5/16,0.312500,exact",
    ),
    "A peer": Recipe(
        follow_peer,
        ("tests/test_peers.py::test_an_adapter_says_all_it_has_to[midpoints]",),
    ),
}
"""What is followed, by the title of its section of the page."""
