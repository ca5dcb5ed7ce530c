"""The recipe for conda and the citation file say what setup.cfg says."""

import re
from configparser import ConfigParser
from datetime import date
from pathlib import Path

from packaging.specifiers import SpecifierSet

from polygeo import cite

ROOT = Path(__file__).parents[1]


def setup():
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_the_recipe_has_the_dependencies_of_the_package():
    text = (ROOT / "recipe/meta.yaml").read_text("utf-8")
    run = re.search(r"\n  run:\n(.*?)\n\n", text, re.S)[1]
    found = {line.strip(" -").replace(" ", "") for line in run.splitlines()}
    needed = set(setup()["options"]["install_requires"].split())
    assert found == needed | {f"python{setup()['options']['python_requires']}"}
    assert f'version = "{setup()["metadata"]["version"]}"' in text


def test_the_citation_file_has_the_version_and_the_licence():
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"version: {setup()['metadata']['version']}\n" in text
    assert f"license: {setup()['metadata']['license_expression']}\n" in text


def test_the_citation_file_and_cite_give_one_title_and_one_year():
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    released = date.fromisoformat(re.search(r"^date-released: (\S+)$", text, re.M)[1])
    title = re.search(r'^title: "(.*)"$', text, re.M)[1]
    entry = cite("polygeo")
    assert f"year = {{{released.year}}}" in entry
    assert f"title = {{{title}}}" in entry


def test_binder_installs_the_package_on_a_python_that_it_supports():
    text = (ROOT / "binder/environment.yml").read_text("utf-8")
    python = re.search(r"^  - python=(\S+)$", text, re.M)[1]
    assert python in SpecifierSet(setup()["options"]["python_requires"])
    assert f"Programming Language :: Python :: {python}" in setup()["metadata"]["classifiers"]
    extras = re.search(r'install .*"\.\[(.*)\]"', (ROOT / "binder/postBuild").read_text("utf-8"))[1]
    assert set(extras.split(",")) <= set(setup()["options.extras_require"])
    assert (ROOT / "binder/postBuild").stat().st_mode & 0o111
