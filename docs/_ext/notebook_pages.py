"""Below the title of a notebook's page: the link that downloads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

__all__ = ["setup"]


def add_download(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put a cell with the link behind the first one, on the page only."""
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".ipynb":
        return
    notebook = json.loads(source[0])
    text = f"This page is a notebook. To run it with your own numbers: {{download}}`{path.name}`."
    cell = {"cell_type": "markdown", "id": "download", "metadata": {}, "source": text}
    notebook["cells"].insert(1, cell)
    source[0] = json.dumps(notebook)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("source-read", add_download)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
