"""The bibliography page, made from references.bib, and the role that links to it.

``.. bibliography::`` lists every entry with an anchor; ``:cite:`key``` and
``:cite:`place in it <key>``` print authors, year and place and link there. Bare keys in docstrings
("Source: wendel1962problem") become such links, and so does every key in a table of the project.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import ReferenceRole, SphinxDirective

from polygeo.formula_index import bibliography, catalogue

__all__ = ["entries", "label", "setup"]

PREFIX = "ref-"
SHOWN = ("journal", "booktitle", "school", "howpublished", "publisher")


def entries() -> dict[str, dict[str, str]]:
    """The fields of every entry by key, in plain text but for formulas between dollars."""
    found = {}
    for key, text in bibliography().items():
        fields = dict(re.findall(r"^\s+(\w+) = \{(.*)\},?$", text, flags=re.M))
        found[key] = {name: _plain(value) for name, value in fields.items()}
        found[key]["type"] = text[1 : text.index("{")].lower()
    return found


def _plain(value: str) -> str:
    """BibTeX without its braces, quotes and dashes; what is between dollars stays."""
    parts = re.split(r"(\$[^$]*\$)", value)
    for i in range(0, len(parts), 2):
        text = parts[i].replace("{", "").replace("}", "").replace(r"\&", "&")
        parts[i] = text.replace("``", "“").replace("''", "”").replace("--", "–")
    return "".join(parts)


def _authors(entry: dict[str, str]) -> list[tuple[str, str]]:
    """(family name, given names) of the authors, or of the editors where there is no author."""
    people = entry.get("author") or entry["editor"]
    names = (name.partition(", ") for name in people.split(" and "))
    return [(family, given) for family, _, given in names]


def label(entry: dict[str, str]) -> str:
    """'Amelunxen and Lotz 2017'."""
    families = [family for family, _ in _authors(entry)]
    if len(families) > 3:
        return f"{families[0]} et al. {entry['year']}"
    names = [", ".join(families[:-1]), families[-1]] if len(families) > 1 else families
    return f"{' and '.join(names)} {entry['year']}"


class Cite(ReferenceRole):
    """A link to the bibliography: ``:cite:`key``` or ``:cite:`place <key>```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [reference(self.target, self.title if self.has_explicit_title else "", self.env)], []


def reference(key: str, place: str, env: Any) -> nodes.Node:
    """The link for a key; an unknown key stays for Sphinx to complain of."""
    known = entries().get(key)
    text = (label(known) if known else key) + (f", {place}" if place else "")
    link = addnodes.pending_xref(
        "",
        nodes.inline("", text, classes=["std", "std-ref"]),
        refdomain="std",
        reftype="ref",
        reftarget=PREFIX + key.lower(),
        refexplicit=True,
        refwarn=True,
        refdoc=env.docname,
    )
    return link


class Bibliography(SphinxDirective):
    """Every entry of references.bib in the order of authors and years."""

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # made from code and files that a page's date does not show
        used: dict[str, list[str]] = {}
        for identifier, entry in catalogue().items():
            used.setdefault(entry.source, []).append(identifier)
        listed = sorted(entries().items(), key=lambda item: (label(item[1]), item[1]["title"]))
        result: list[nodes.Node] = []
        for key, entry in listed:
            item = nodes.paragraph(classes=["reference-entry"])
            target = nodes.target("", "", ids=[PREFIX + key], names=[PREFIX + key.lower()])
            self.state.document.note_explicit_target(target)
            item += self._describe(key, entry)
            if key in used:
                item += nodes.inline("", "  In the catalogue: ", classes=["reference-use"])
                for i, identifier in enumerate(used[key]):
                    item += nodes.Text(", " if i else "")
                    item += self.parse_inline(f":ref:`{identifier} <formula-{identifier}>`")[0]
                item += nodes.Text(".")
            result += [target, item]
        return result

    def _describe(self, key: str, entry: dict[str, str]) -> list[nodes.Node]:
        names = [f"{given} {family}" for family, given in _authors(entry)]
        authors = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        parts: list[nodes.Node] = [nodes.Text(f"{authors} ({entry['year']}). ")]
        parts += [nodes.emphasis("", "", *_with_formulas(entry["title"])), nodes.Text(". ")]
        where = next((entry[name] for name in SHOWN if name in entry), "")
        where += f" {entry['volume']}" if "volume" in entry and where else ""
        where += f"({entry['number']})" if "number" in entry and "volume" in entry else ""
        where += f", {entry['pages']}" if "pages" in entry else ""
        parts.append(nodes.Text(f"{where}. " if where else ""))
        if "note" in entry:
            parts.append(nodes.Text(f"{entry['note']}. "))
        for text, address in _addresses(entry):
            parts += [nodes.reference("", text, refuri=address), nodes.Text(" ")]
        return [*parts, nodes.literal("", key), nodes.Text(".")]


def _with_formulas(text: str) -> list[nodes.Node]:
    parts = re.split(r"\$([^$]*)\$", text)
    return [nodes.math("", part) if i % 2 else nodes.Text(part) for i, part in enumerate(parts)]


def _addresses(entry: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    if "doi" in entry:
        found.append((f"doi:{entry['doi']}", f"https://doi.org/{entry['doi']}"))
    if "eprint" in entry:
        found.append((f"arXiv:{entry['eprint']}", f"https://arxiv.org/abs/{entry['eprint']}"))
    if "url" in entry and not found:
        found.append((entry["url"], entry["url"]))
    return found


def link_sources(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """In docstrings every bare key of references.bib becomes a link, but not in an example."""
    pattern = re.compile(r"(?<![`\w.])(" + "|".join(map(re.escape, bibliography())) + r")(?![\w`])")
    example = False  # an example ends with an empty line, what it prints included
    for i, line in enumerate(lines):
        example = line.lstrip().startswith(">>>") or (example and bool(line.strip()))
        if not example:
            lines[i] = pattern.sub(r":cite:`\1`", line)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_role("cite", Cite())
    app.add_directive("bibliography", Bibliography)
    app.connect("autodoc-process-docstring", link_sources)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
