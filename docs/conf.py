"""How the pages are built: no network, no dates, every reference resolved."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "polygeo"
author = "The polygeo developers"
copyright = "2026, The polygeo developers"

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "myst_nb",
    "sphinx-mathjax-offline",
    # ours, in _ext/
    "bibliography",
    "catalogue_page",
    "figures",
    "line_ends",
    "markdown_files",
    "notebook_pages",
    "reference",
    "threshold_table",
]
exclude_patterns = ["_build", "**.md"]

# The notebooks are shown as they are committed; tests hold their outputs to be the present ones.
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath"]
# Formulas are what Sphinx marks, and what stands between dollars in the tables of notebooks.
myst_update_mathjax = False
mathjax3_config = {
    "tex": {"inlineMath": [["\\(", "\\)"], ["$", "$"]]},
    "options": {"ignoreHtmlClass": "page", "processHtmlClass": "math|output"},
}

html_theme = "furo"
version = release = re.search(
    r'^__version__ = "(.*)"$', (ROOT / "polygeo/__init__.py").read_text("utf-8"), re.M
)[1]
html_title = f"polygeo {version}"
html_theme_options = {"top_of_page_buttons": ["view"]}
html_show_sphinx = False
html_static_path = ["_static"]
templates_path = ["_templates"]
html_search_scorer = str(Path(__file__).parent / "_ext/scorer.js")
html_css_files = ["polygeo.css"]
html_js_files = [("catalogue.js", {"defer": "defer"})]

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_typehints_format = "fully-qualified"

# Single backquotes link to what polygeo defines and are plain code otherwise.
default_role = "py:obj"
nitpicky = True
nitpick_ignore_regex = [
    (r"py:.*", r"(?!polygeo\b).*"),
    (r"py:.*", r"polygeo\.formulas"),  # has the catalogue's page
    (r"py:class", r"polygeo\..*\._\w+"),
    (r"py:class", r"polygeo\.answers\.exact\.State"),
    (r"py:(class|obj)", r"polygeo\..*\.(T|Made)"),  # type variables
]
