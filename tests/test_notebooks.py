"""The notebooks of the pages run, and what is committed in them is what they show today.

Here their cells run in plain Python, through the display methods of the answers and nothing of
Jupyter; ``tox -e docs`` runs them in Jupyter (docs/run_notebooks.py --check).
"""

import ast
import contextlib
import importlib.util
import io
import json
from pathlib import Path

import pytest
from pins import made_with

matplotlib = pytest.importorskip("matplotlib")

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
METHODS = {"text/latex": "_repr_latex_", "text/html": "_repr_html_", "image/png": "_repr_png_"}

spec = importlib.util.spec_from_file_location("run_notebooks", ROOT / "docs" / "run_notebooks.py")
run_notebooks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run_notebooks)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run(source, names):
    """The outputs of one cell as Jupyter has them: what is printed, and its last expression."""
    body = ast.parse(source).body
    silent = source.rstrip().endswith(";")
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        if last:
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    outputs = [{"text": printed.getvalue()}] if printed.getvalue() else []
    if value is not None and not silent:
        shown = {
            kind: getattr(value, name)() for kind, name in METHODS.items() if hasattr(value, name)
        }
        shown = {kind: text for kind, text in shown.items() if text is not None}
        outputs.append({"data": {"text/plain": repr(value), **shown}})
    return {"outputs": outputs}


def test_there_are_notebooks():
    assert {path.stem for path in NOTEBOOKS} >= {"thresholds", "cone", "layer"}


@pytest.mark.skipif(
    not made_with("numpy", "python-flint"), reason="Balls of other versions print other digits"
)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_outputs_are_the_present_ones(path):
    matplotlib.use("Agg")
    from matplotlib import pyplot

    names = {"__name__": "__main__"}
    try:
        for cell in code_cells(read(path)):
            now = run("".join(cell["source"]), names)
            assert run_notebooks.shown(now) == run_notebooks.shown(cell), "".join(cell["source"])
    finally:
        pyplot.close("all")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_rich_answers_and_nothing_that_changes(path):
    notebook = read(path)
    kinds = {
        kind
        for cell in code_cells(notebook)
        for output in cell["outputs"]
        for kind in output.get("data", {})
    }
    assert kinds >= {"text/latex", "image/png"}
    assert "".join(notebook["cells"][0]["source"]).startswith("# ")
    for cell in notebook["cells"]:
        assert cell["metadata"] == {}
        assert cell.get("execution_count") is None
        assert all(o["output_type"] != "error" for o in cell.get("outputs", []))


def test_a_stale_output_is_seen():
    cell = {"outputs": [{"data": {"text/plain": "mpq(1,2)"}}]}
    assert run_notebooks.shown(run("from gmpy2 import mpq\nmpq(1, 2)", {})) == run_notebooks.shown(
        cell
    )
    assert run_notebooks.shown(run("3 - 1", {})) != run_notebooks.shown(cell)
    assert run_notebooks.shown(run("3 - 1;", {})) == run_notebooks.shown({"outputs": []})
