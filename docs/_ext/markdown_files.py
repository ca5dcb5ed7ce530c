"""``.. markdown:: FILE`` puts a Markdown file of the project (a table, a report) into a page.

Read by markdown-it: headings, paragraphs, lists, tables, code, links and pictures; ``$..$`` is a
formula. ``:rows: N`` shows the first N rows of each table and says how many there are. Without the
file the page says so instead.
"""

from __future__ import annotations

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
    """One Markdown file, or every one in a folder: ``.. markdown:: benchmarks/*.md``."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"rows": directives.positive_int}

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # made from code and files that a page's date does not show
        source = Path(self.env.srcdir)
        paths = sorted(source.glob(self.arguments[0]))
        if not paths:
            return [nodes.paragraph("", f"({self.arguments[0]} has not been written yet.)")]
        result: list[nodes.Node] = []
        for path in paths:
            tree = SyntaxTreeNode(parser().parse(path.read_text(encoding="utf-8")))
            result += Reader(self.env, path.parent, self.options.get("rows")).blocks(tree.children)
        return result


class Reader:
    """From markdown-it's tree to docutils' nodes."""

    def __init__(self, env: Any, folder: Path, rows: int | None) -> None:
        self.env, self.folder, self.rows = env, folder, rows

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
        columns = len(head[0].children)
        group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in range(columns)), cols=columns)
        group += nodes.thead("", *map(self._row, head))
        group += nodes.tbody("", *map(self._row, shown))
        table = nodes.table("", group, classes=["colwidths-auto", "report"])
        yield table
        if len(shown) < len(rows):
            yield nodes.paragraph("", f"The first {len(shown)} of {len(rows)} rows.")

    def _row(self, row: SyntaxTreeNode) -> nodes.row:
        entries = []
        for cell in row.children:
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
                yield self._text(part.content)
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
                yield nodes.image(uri=f"/{folder}/{part.attrs['src']}", alt=part.content)
            case "softbreak" | "hardbreak":
                yield nodes.Text("\n")
            case _:
                raise ValueError(f"no rule for the Markdown element {part.type}")

    def _text(self, text: str) -> nodes.Node:
        return reference(text, "", self.env) if text in bibliography() else nodes.Text(text)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("markdown", Markdown)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
