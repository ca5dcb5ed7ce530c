"""``.. markdown:: FILE`` puts a Markdown file of the project (a table, a report) into a page.

Read by markdown-it: headings, paragraphs, lists, tables, code, links and pictures; ``$..$`` is a
formula. ``:rows: N`` shows the first N rows of each table and says how many there are,
``:without: TITLE`` leaves out a column that would make the table wider than a page. Without the
file the page says so instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from bibliography import reference
from docutils import nodes
from docutils.parsers.rst import directives
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from polygeo.formula_index import bibliography

__all__ = ["setup"]

LONG = 40
"""After so many characters a word may go on in the next line."""


def parser() -> MarkdownIt:
    """CommonMark with tables, and formulas between dollars."""
    reader = MarkdownIt("commonmark").enable("table")
    reader.inline.ruler.before("escape", "formula", _formula)
    return reader


def _formula(state: StateInline, silent: bool) -> bool:
    end = state.src.find("$", state.pos + 1)
    if state.src[state.pos] != "$" or end <= state.pos + 1:
        return False
    if not silent:
        state.push("formula", "", 0).content = state.src[state.pos + 1 : end]
    state.pos = end + 1
    return True


class Markdown(SphinxDirective):
    """One Markdown file, or a section for every one in a folder: ``.. markdown:: benchmarks/*.md``.

    A table that stands in an earlier file is left out.
    """

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {
        "rows": directives.positive_int,
        "without": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # made from code and files that a page's date does not show
        source = Path(self.env.srcdir)
        paths = sorted(source.glob(self.arguments[0]))
        if not paths:
            return [nodes.paragraph("", f"({self.arguments[0]} has not been written yet.)")]
        result: list[nodes.Node] = []
        tables: set[str] = set()
        for path in paths:
            tree = SyntaxTreeNode(parser().parse(path.read_text(encoding="utf-8")))
            reader = Reader(self.env, path.parent, self.options.get("rows"))
            reader.without = self.options.get("without", "")
            if len(paths) == 1:
                return reader.blocks(tree.children)
            title, *rest = reader.blocks(tree.children)
            name = nodes.make_id(path.stem)
            section = nodes.section("", nodes.title("", "", *title.children), ids=[name])
            for node in rest:  # files of one run begin with the same table of the machine
                text = node.astext()
                if not isinstance(node, nodes.table) or text not in tables:
                    section += node
                tables.add(text)
            result.append(section)
        return result


class Reader:
    """From markdown-it's tree to docutils' nodes."""

    def __init__(self, env: Any, folder: Path, rows: int | None) -> None:
        self.env, self.folder, self.rows, self.without = env, folder, rows, ""

    def blocks(self, children: Iterable[SyntaxTreeNode]) -> list[nodes.Node]:
        """The nodes of a sequence of blocks."""
        return [node for child in children for node in self._block(child)]

    def _block(self, block: SyntaxTreeNode) -> Iterator[nodes.Node]:
        match block.type:
            case "paragraph":
                yield nodes.paragraph("", "", *self._inlines(block))
            case "heading":
                yield nodes.rubric("", "", *self._inlines(block))
            case "bullet_list":
                items = [nodes.list_item("", *self.blocks(i.children)) for i in block.children]
                yield nodes.bullet_list("", *items)
            case "fence" | "code_block":
                yield nodes.literal_block(block.content, block.content)
            case "table":
                yield from self._table(block)
            case "hr" | "html_block":
                return
            case _:
                raise ValueError(f"no rule for the Markdown block {block.type}")

    def _table(self, block: SyntaxTreeNode) -> Iterator[nodes.Node]:
        head, *body = [list(part.children) for part in block.children]
        rows = body[0] if body else []
        shown = rows[: self.rows]
        titles = [cell.children[0].content for cell in head[0].children]
        places = [i for i, title in enumerate(titles) if not title or title != self.without]
        columns = len(places)
        group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in range(columns)), cols=columns)
        group += nodes.thead("", *(self._row(row, places) for row in head))
        group += nodes.tbody("", *(self._row(row, places) for row in shown))
        table = nodes.table("", group, classes=["colwidths-auto", "report"])
        yield table
        if len(shown) < len(rows):
            yield nodes.paragraph("", f"The first {len(shown)} of {len(rows)} rows.")

    def _row(self, row: SyntaxTreeNode, places: list[int]) -> nodes.row:
        entries = []
        for cell in (row.children[i] for i in places):
            style = str(cell.attrs.get("style", "")).partition(":")[2]
            paragraph = nodes.paragraph("", "", *self._inlines(cell))
            entries.append(nodes.entry("", paragraph, classes=[f"text-{style}"] if style else []))
        return nodes.row("", *entries)

    def _inlines(self, block: SyntaxTreeNode) -> list[nodes.Node]:
        return [
            n for inline in block.children for child in inline.children for n in self._inline(child)
        ]

    def _inline(self, part: SyntaxTreeNode) -> Iterator[nodes.Node]:
        inner = [node for child in part.children for node in self._inline(child)]
        match part.type:
            case "text" | "text_special":
                yield from self._text(part.content)
            case "formula":
                yield nodes.math("", part.content)
            case "code_inline":
                yield nodes.literal("", part.content)
            case "strong":
                yield nodes.strong("", "", *inner)
            case "em":
                yield nodes.emphasis("", "", *inner)
            case "link":
                yield nodes.reference("", "", *inner, refuri=str(part.attrs["href"]))
            case "image":
                folder = self.folder.relative_to(self.env.srcdir).as_posix()
                uri = f"/{folder}/{part.attrs['src']}"
                yield nodes.image(uri=uri, alt=part.content, width="100%")
            case "softbreak" | "hardbreak":
                yield nodes.Text("\n")
            case _:
                raise ValueError(f"no rule for the Markdown element {part.type}")

    def _text(self, text: str) -> Iterator[nodes.Node]:
        if text in bibliography():
            yield reference(text, "", self.env)
            return
        for part in re.split(rf"(\S{{{LONG}}})(?=\S)", text):  # a long number may be broken
            yield nodes.Text(part)
            if len(part) == LONG and " " not in part:
                yield nodes.raw("", "<wbr>", format="html")


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("markdown", Markdown)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
