"""The reference: ``.. public:: cones`` documents the public names of ``polygeo.cones``.

An overview stands first, then an entry for each name, see `public_api`. Docstrings are written to
be read at the prompt. On their way into a page their set-off formulas are kept as they stand, the
list of parameters becomes a field, and signs that mean something else to reStructuredText are
escaped.

Names that are added to ``__all__`` later are found without a line here. A reference to the place of
a definition leads to the public name: `polygeo.relu.surrogate.euler.expected_euler_characteristic`
to `polygeo.relu.expected_euler_characteristic`. What is not public is shown as code, without a
link; it must exist.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Any

from docutils import nodes
from public_api import PAGES, at_the_top, escaped, homes, lines, typical_time
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

__all__ = ["setup"]

SHORTER = (
    (r"Terminal\(name='(\w+)', envelope=<[^>]*>, margin=0\.0\)", r"\1()"),
    (r"(?:Posix|Windows)Path\(('[^']*')\)", r"\1"),
    (r"\b4611686018427387904\b", "2**62"),
    (
        r"numpy\._typing\._array_like\._Buffer.*?\| complex \| bytes \| str \|"
        r" numpy\._typing\._nested_sequence\._NestedSequence\[complex \| bytes \| str\]",
        "ArrayLike",
    ),
)
"""Patterns in signatures, with what is shown instead."""

LISTED = ("function", "method", "class", "exception")
"""What has a list of parameters; those of a class are its fields as well."""

PLAIN = re.compile(r"(?![*:]|\.\. |- |\d+\. )\S")
"""A line of a paragraph: neither an item of a list nor a field nor a directive."""


class Public(SphinxDirective):
    """The public names of a page of the reference, or those at the top of polygeo."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # made from code and files that a page's date does not show
        page = self.arguments[0]
        packages = PAGES.get(page, ())
        text = [line for package in packages for line in lines(package)] or at_the_top()
        return self.parse_text_to_nodes("\n".join(text), allow_section_headings=True)


class Measured(SphinxRole):
    """The time that the benchmarks have for a name: ``:measured:`relu.is_injective```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        time = typical_time(f"polygeo.{self.text}")
        return [nodes.inline(time, time, classes=["measured"])], []


def follow(app: Sphinx, env: Any, node: Any, content: nodes.Node) -> nodes.Node | None:
    """A reference to what polygeo defines goes to its public name, or is code without a link."""
    target = str(node.get("reftarget", ""))
    if node.get("refdomain") != "py" or not target.startswith("polygeo."):
        return None
    found = _defined(target)
    if found is None:
        return None
    domain, name = env.domains.python_domain, _public(found)
    refdoc, builder = node["refdoc"], app.builder
    if name is None:
        return content
    return domain.resolve_xref(env, refdoc, builder, "obj", name, node, content) or content


def _public(found: str) -> str | None:
    """The name that readers use for a thing or a member of it, from the place of its definition."""
    for place, public in _homes().items():
        if found == place or found.startswith(f"{place}."):
            return public + found.removeprefix(place)
    return None


def back_to_the_reference(app: Sphinx, page: str, *rest: Any) -> None:
    """In a page with source text, lead from a definition to the entry of its public name.

    Of a file whose things are public in two packages viewcode takes one package for all of them.
    """
    context = rest[1]
    if page.startswith("_modules/polygeo/"):
        module = page.removeprefix("_modules/").replace("/", ".")
        context["body"] = re.sub(
            r'(id="([^"]+)">\s*<a class="viewcode-back" href="[^"#]*#)([^"]*)',
            lambda m: m[1] + (_public(f"{module}.{m[2]}") or m[3]),
            context["body"],
        )


@cache
def _homes() -> dict[str, str]:
    return homes()


def _defined(target: str) -> str | None:
    """The place of a definition, for a name by which it can be reached; None if it cannot."""
    parts = target.split(".")
    for i in range(len(parts), 0, -1):
        try:
            thing: Any = import_module(".".join(parts[:i]))
        except ImportError:
            continue
        owner = target
        for k, name in enumerate(parts[i:], start=i):
            fields = getattr(thing, "__annotations__", {})
            if not hasattr(thing, name) and name not in fields:
                return None
            thing = getattr(thing, name, None)
            if getattr(thing, "__qualname__", None) and getattr(thing, "__module__", None):
                rest = ".".join(parts[k + 1 :])
                owner = f"{thing.__module__}.{thing.__qualname__}" + (f".{rest}" if rest else "")
        return owner
    return None


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
        result.append(line if literal or doctest else escaped(line))
        before = line or before
    lines[:] = _parameters(result) if what in LISTED else result


def short_signature(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, signature: str | None, returns: str
) -> tuple[str | None, str]:
    """Say in a few characters what Python would print at length: defaults and types of arrays."""
    for pattern, text in SHORTER if signature else ():
        signature = re.sub(pattern, text, signature or "")
    return signature, returns


def public_bases(app: Sphinx, name: str, obj: Any, options: Any, bases: list[Any]) -> None:
    """Name the nearest bases that readers can use, in place of helpers inside of polygeo."""
    shown: list[Any] = []
    for base in bases:
        line = getattr(base, "__mro__", (base,))
        known = [c for c in line if f"{c.__module__}.{c.__qualname__}" in _homes()]
        foreign = [c for c in line if not c.__module__.startswith("polygeo.")]
        nearest = known[0] if known else foreign[0]
        shown += [] if nearest in shown else [nearest]
    bases[:] = shown


def _parameters(lines: list[str]) -> list[str]:
    """The first list of parameters becomes the field "Parameters"."""
    first = next((i for i, line in enumerate(lines) if line.startswith("* ``")), None)
    if first is None:
        return lines
    last = first
    while last < len(lines) and (not lines[last] or lines[last].startswith(("* ``", "  "))):
        last += 1
    inside = ["   " + line if line else line for line in lines[first:last]]
    return [*lines[:first], ":Parameters:", *inside, "", *lines[last:]]


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("public", Public)
    app.add_role("measured", Measured())
    app.connect("missing-reference", follow)
    app.connect("html-page-context", back_to_the_reference)
    app.connect("autodoc-process-docstring", typeset, priority=900)
    app.connect("autodoc-process-signature", short_signature)
    app.connect("autodoc-process-bases", public_bases)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
