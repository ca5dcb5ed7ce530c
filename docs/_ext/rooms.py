"""The reference: ``.. room:: cones`` documents every module of ``polygeo.cones``.

Docstrings are written to be read at the prompt. On their way into a page their set-off formulas are
kept as they stand, and signs that mean something else to reStructuredText are escaped.

Modules that are added later are found without a line here. Public names lead to where a thing is
defined: `polygeo.q`, `polygeo.relu.expected_euler_characteristic` and
`polygeo.relu.surrogate.euler.expected_euler_characteristic` are one place.
"""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

__all__ = ["setup"]

PLAIN = re.compile(r"(?![*:]|\.\. |- |\d+\. )\S")
"""A line of a paragraph: neither an item of a list nor a field nor a directive."""


class Room(SphinxDirective):
    """One section for each module of a package, or for each of the modules named."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # made from code and files that a page's date does not show
        lines = []
        for name in self.arguments[0].split():
            module = import_module(f"polygeo.{name}")
            inside = getattr(module, "__path__", [])
            found = [m for m in pkgutil.walk_packages(inside, f"polygeo.{name}.") if not m.ispkg]
            for full in sorted(m.name for m in found) or [f"polygeo.{name}"]:
                lines += [full, "-" * len(full), "", f".. automodule:: {full}", ""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def follow(app: Sphinx, env: Any, node: Any, content: nodes.Node) -> nodes.Node | None:
    """A reference to a public name of ours goes to the definition."""
    target = str(node.get("reftarget", ""))
    if node.get("refdomain") != "py" or not target.startswith("polygeo."):
        return None
    where, _, name = target.rpartition(".")
    try:
        thing = getattr(import_module(where), name)
        defined = f"{thing.__module__}.{thing.__qualname__}"
    except (ImportError, AttributeError):
        return None
    if defined == target:
        return None
    domain = env.domains.python_domain
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", defined, node, content)


def typeset(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Indented paragraphs become literal blocks; ``|x|`` and ``f(*args)`` mean what they say."""
    result: list[str] = []
    literal, doctest, before = False, False, ""
    for line in lines:
        indented = line.startswith("    ")
        literal = literal and (indented or not line)
        doctest = bool(line) and (doctest or line.lstrip().startswith(">>>"))
        set_off = indented and not doctest and result[-1:] == [""] and PLAIN.match(before)
        if set_off and not literal:
            literal = True
            if not before.endswith("::"):
                result += ["::", ""]
        result.append(line if literal or doctest else _escaped(line))
        before = line or before
    lines[:] = result


def _escaped(line: str) -> str:
    parts = re.split(r"(``.*?``|`.*?`)", line)
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"(\||\*(?=args|kwargs|size))", r"\\\1", parts[i])
    return "".join(parts)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("room", Room)
    app.connect("missing-reference", follow)
    app.connect("autodoc-process-docstring", typeset, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
