"""How the pages are built: no network, no dates, every reference resolved."""

project = "polygeo"
author = "The polygeo developers"
copyright = "2026, The polygeo developers"

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx-mathjax-offline",
]
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "polygeo"
html_copy_source = False
html_show_sphinx = False

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_typehints_format = "fully-qualified"

# Single backquotes link to what polygeo defines and are plain code otherwise.
default_role = "py:obj"
nitpicky = True
nitpick_ignore_regex = [(r"py:.*", r"(?!polygeo\b).*")]
