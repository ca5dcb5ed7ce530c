"""The recipe for conda and the citation file say what setup.cfg says."""

import re
from configparser import ConfigParser
from pathlib import Path

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
