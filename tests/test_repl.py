"""What a person meets at the prompt: TAB shows the API only, answers typeset themselves."""

import importlib
import importlib.util
import os
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from gmpy2 import mpq

import polygeo
from polygeo import cones, polytopes, relu, replica, thresholds
from polygeo.sampling import FaceCounts, UnionCounts, VolumeCounts, estimate_projections
from polygeo.volumes import (
    BivariateChiBarSquared,
    ChiBarSquared,
    EBarSquared,
    FBar,
    IntrinsicVolumes,
    constraint_test,
    escape_bound,
)

PACKAGES = sorted(
    name for name in polygeo.__all__ if isinstance(getattr(polygeo, name), ModuleType)
)
SPECIAL = {"__version__"}

DOCS = Path(__file__).parents[1] / "docs"
SITE = Path(os.environ.get("POLYGEO_SITE", DOCS / "_build" / "html")).resolve()
MATHJAX = SITE / "_static" / "mathjax" / "tex-chtml.js"

spec = importlib.util.spec_from_file_location("check_site", DOCS / "check_site.py")
check_site = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_site)


def test_the_rooms_are_there():
    assert {"answers", "cones", "relu", "thresholds", "formulas", "errors"} <= set(PACKAGES)


@pytest.mark.parametrize("package", ["", *PACKAGES])
def test_tab_shows_the_api_only(package):
    module = importlib.import_module(f"polygeo.{package}".rstrip("."))
    assert dir(module) == sorted(module.__all__)
    for name in dir(module):
        assert name in SPECIAL or not name.startswith("_")
        thing = getattr(module, name)
        if not isinstance(thing, ModuleType | str) and callable(thing):
            assert (thing.__doc__ or "").strip(), f"polygeo.{package}.{name} has no help"


def test_modules_inside_a_room_can_still_be_imported():
    from polygeo.polyhedra import description
    from polygeo.sampling.faces import nnls

    assert description.__name__ == "polygeo.polyhedra.description"
    assert polygeo.sampling.faces.nnls is nnls


@pytest.mark.parametrize("package", ["", *PACKAGES])
def test_help_of_a_room_says_what_it_is_for(package):
    text = importlib.import_module(f"polygeo.{package}".rstrip(".")).__doc__
    first = text.strip().splitlines()[0]
    assert 20 <= len(first) <= 100
    assert first.endswith((".", ":"))


def section():
    return cones.Orthant(4).estimate_section_euler_characteristic(2, 200, seed=1)


LATEX = {
    "ball": lambda: thresholds.euler().value,
    "converged": lambda: polygeo.Converged("8.3446", "0.0001"),
    "estimate": lambda: polygeo.Estimate.proportion(8437, 10_000, seed=1),
    "volumes": lambda: IntrinsicVolumes([mpq(1, 2), mpq(1, 2)]),
    "threshold": thresholds.gordon,
    "prediction": thresholds.one_rsb,
    "recovery": lambda: thresholds.weak_l1("1/2"),
    "crossing": lambda: thresholds.crossing(20),
    "rate": lambda: relu.euler_rate(9),
    "bound": lambda: relu.injectivity_bounds(30, 4)[0],
    "width": lambda: relu.width(4, "9/10"),
    "escape": lambda: escape_bound(cones.Orthant(40), 5),
    "mean": lambda: relu.estimate_q(9, 3, samples=200, seed=1),
    "verdict": lambda: relu.is_injective([[1, 0], [0, 1], [-1, 0], [0, -1]]),
    "depth": lambda: relu.halfspace_depth([[1, 0], [0, 1], [-1, 0], [0, -1]]),
    "bias": lambda: relu.largest_bias([[1, 0], [0, 1], [-1, -1]], "sphere"),
    "frame": lambda: relu.frame_bound([[1, 0], [0, 1], [-1, 0], [0, -1]]),
    "depth interval": lambda: relu.depth_interval([[1, 0], [0, 1], [-1, 0], [0, -1]]),
    "radius": lambda: relu.injectivity_radius([[1, 0], [0, 1]], [2, 1]),
    "network radius": lambda: relu.network_radius([[[1, 0], [0, 1]]], [2, 1]),
    "stability": lambda: relu.stability_bounds([[1, 0], [0, 1], [-1, 0], [0, -1]]),
    "lipschitz": lambda: relu.lipschitz_constant([[1, 0], [0, 1], [-1, 0], [0, -1]]),
    "network": lambda: relu.is_injective_network([[[1], [-1]], [[1, 0], [0, 1]]]),
    "formula": lambda: polygeo.catalogue()["euler.triple_sum"],
    "asymptotic": lambda: next(
        entry for entry in polygeo.catalogue().values() if entry.kind == "asymptotic"
    ),
    "law": lambda: ChiBarSquared(cones.Orthant(3)),
    "pair of laws": lambda: BivariateChiBarSquared(cones.Orthant(3)),
    "long law": lambda: ChiBarSquared(cones.Orthant(40)),
    "ratio of variances": lambda: FBar(cones.Orthant(3), 5),
    "share of variances": lambda: EBarSquared(cones.Orthant(3), 5),
    "test of constraints": lambda: constraint_test([1, 2], [[1, 0], [0, 1]]),
    "ground state": lambda: replica.ground_state(7, "rs"),
    "free entropy": lambda: replica.free_entropy(10, 7),
    "faces": lambda: polytopes.FVector([8, 12, 6]),
    "growth": lambda: polytopes.beta_growth(2),
    "in pi": lambda: polytopes.PiPolynomial({-1: mpq(1, 2), 1: 3}),
    "collision": lambda: relu.is_injective_network([[[1], [2]]]).collision,
    "wide volumes": lambda: cones.PolyhedralCone(
        rays=[[1, 0, 0], [1, 2, 0], [1, 1, 3]]
    ).intrinsic_volumes(),
}

HTML = {
    "faces of a run": lambda: FaceCounts.of([[10, 5, 8], [4, 40, 6], [9, 5, 13]], seed=1),
    "volumes of a run": lambda: cones.Orthant(3).estimate_intrinsic_volumes(200, seed=1),
    "scores of a union": lambda: UnionCounts(
        (10, 20, 10), ((8, 6, 6), (6, 28, 6), (6, 6, 8)), 20, 1
    ),
    "projections": lambda: estimate_projections(lambda y: np.maximum(y, 0), 3, 100, 1),
    "simulated faces": lambda: polytopes.GaussianPolytope(5, 2).estimate_f_vector(20, 1),
    "stability sample": lambda: relu.estimate_stability(8, 2, samples=16, seed=1),
    "section": section,
    "catalogue": polygeo.catalogue,
    "table": lambda: polygeo.table("known-p"),
    "cross-check": lambda: polygeo.crosscheck([{"quantity": "q", "m": 4, "n": 2, "value": "3/2"}]),
}

INPUTS = {
    "AffineArrangement",
    "ConicSet",
    "GenericArrangement",
    "HyperplaneArrangement",
    "RandomPolytope",
}
INPUTS |= {"ReflectionArrangement", "SimplexAngles", "WeylSection"}
INPUTS |= {"Layer", "CoverEfronCone", "SchlaefliCone", "Terminal", "Generators", "SignedCones"}
"""What questions are asked about: these and their subclasses print as they are written."""

PARTS = {"FaceBlock", "FaceProjector", "FanProof", "MixtureFit", "Run"}
"""Parts of a computation or of a proof that is an answer."""


def classes():
    for package in sorted({*PACKAGES} - {"symbols"}):  # those are SymPy's, and typeset by it
        module = importlib.import_module(f"polygeo.{package}")
        for name in module.__all__:
            thing = getattr(module, name)
            if isinstance(thing, type) and not issubclass(thing, Exception):
                yield thing


def test_every_public_type_is_an_input_or_shows_itself():
    bases = {base.__name__ for thing in classes() for base in thing.__mro__}
    assert bases >= INPUTS | PARTS  # nothing is excused that does not exist
    for thing in set(classes()) - {VolumeCounts}:  # the base of three that show themselves
        known = {base.__name__ for base in thing.__mro__} & (INPUTS | PARTS)
        shows = hasattr(thing, "_repr_latex_") or hasattr(thing, "_repr_html_")
        assert shows != bool(known), (
            f"{thing.__name__}: a result without LaTeX or HTML, or an input with"
        )


def test_every_type_that_shows_itself_is_tried_here():
    tried = {type(make()) for make in (*LATEX.values(), *HTML.values())}
    for thing in classes():
        if hasattr(thing, "_repr_latex_") or hasattr(thing, "_repr_html_"):
            assert thing in tried, thing.__name__


@pytest.mark.parametrize("name", HTML)
def test_an_answer_makes_a_table(name):
    assert any(cell.strip() for cell in cells(HTML[name]()._repr_html_()))


@pytest.mark.parametrize("name", LATEX)
def test_an_answer_typesets_itself(name):
    text = LATEX[name]()._repr_latex_()
    assert text.startswith("$")
    assert text.endswith("$")
    assert text.count("$") in (2, 4)
    assert text.count("{") == text.count("}")
    assert "mpq" not in text
    assert "Ball(" not in text
    assert len(re.findall(r"\\left\b", text)) == len(re.findall(r"\\right\b", text))


@pytest.mark.slow
@pytest.mark.skipif(not MATHJAX.is_file(), reason="the site has not been built (tox -e docs)")
@pytest.mark.skipif(check_site.browser() is None, reason="Chromium is not installed")
def test_mathjax_takes_all_latex(tmp_path):
    formulas = [make()._repr_latex_().strip("$") for make in LATEX.values()]
    formulas += [entry._repr_latex_().strip("$") for entry in polygeo.catalogue().values()]
    for extra in ([], [r"\nothing_{like}", r"\left( x"]):
        paragraphs = [f"<p>\\({escape(text)}\\)</p>" for text in formulas + extra]
        page = tmp_path / f"formulas{len(extra)}.html"
        script = f'<script src="{MATHJAX.as_uri()}"></script>'
        text = f"<!DOCTYPE html><meta charset='utf-8'>{script}{''.join(paragraphs)}"
        page.write_text(text, encoding="utf-8")
        seen = check_site.Page(check_site.run(check_site.browser(), page, "--dump-dom"))
        assert seen.typeset == len(paragraphs)
        assert len(set(seen.refused)) == len(extra), seen.refused


def test_the_latex_carries_the_numbers():
    assert "8.3446329608" in LATEX["ball"]()._repr_latex_()
    assert ChiBarSquared(["1/4", "3/4"])._repr_latex_() == r"$0.25\,\chi^2_{0} + 0.75\,\chi^2_{1}$"
    assert r"\chi^2_{1} \otimes \chi^2_{2}" in LATEX["pair of laws"]()._repr_latex_()
    assert r"\cdots" in LATEX["long law"]()._repr_latex_()
    assert r"q_{9,3} =" in LATEX["mean"]()._repr_latex_()


class Cells(HTMLParser):
    """Checks that tags are nested and closed; collects the text of cells."""

    def __init__(self):
        super().__init__()
        self.open, self.cells = [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.cells[-1] += data


def cells(text):
    reader = Cells()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader.cells


def test_tables_in_a_notebook():
    counts = FaceCounts.of([[10, 5, 8], [4, 40, 6], [9, 5, 13]], seed=1)
    shown = cells(counts._repr_html_())
    assert shown[:5] == ["k", "seen", "v_k", "stderr", "95%"]
    assert shown[5:8] == ["0", "46", "0.23"] or shown[5:7] == ["0", "46"]
    catalogue = polygeo.catalogue()
    assert len(cells(catalogue._repr_html_())) == 4 * (len(catalogue) + 1)
    report = polygeo.crosscheck([{"quantity": "q", "m": 20, "n": 3, "value": "<b>"}])
    assert "<b>" not in report._repr_html_()
    assert "<b>" in "".join(cells(report._repr_html_()))
    shown = cells(section()._repr_html_())
    assert "estimate" in shown
    assert "expected" in shown
    assert "cover" in " ".join(cells(polygeo.table("thresholds")._repr_html_()))
