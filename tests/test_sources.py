"""Every estimate says what is behind it: those of every simulation, and how the code makes them."""

import ast
from pathlib import Path

import numpy as np
import pytest

import polygeo
from polygeo import cones, polytopes, relu
from polygeo.formula_index import bibliography

SQUARE = cones.PolyhedralCone(rays=[[1, 1, 2], [1, -1, 2], [-1, 1, 2], [-1, -1, 2]])
OCTANT = cones.PolyhedralCone(rays=[[1, 0, 0], [0, 1, 0], [0, 0, 1]])
FLAT = cones.PolyhedralCone(rays=[[1, 0, 0], [1, 2, 0]])
PAIR = cones.ConeUnion([OCTANT, OCTANT.polar()])
RUN = {"samples": 64, "seed": 1}
LORENTZ = cones.LorentzCone(3).embed(4).projection_counts(**RUN)


def moments_of(counts):
    return counts.statistical_dimension(), counts.tail(1), counts.half_tail(1), counts.moment(2)


ESTIMATES = {
    "faces": lambda: SQUARE.estimate_intrinsic_volumes(**RUN),
    "faces of the polar": lambda: SQUARE.polar().embed(5).estimate_intrinsic_volumes(**RUN),
    "functionals": lambda: moments_of(FLAT.face_counts(**RUN)),
    "solid angles in a vector": lambda: SQUARE.estimate_intrinsic_volumes(**RUN, extremes="qmc"),
    "solid angles": lambda: [
        SQUARE.estimate_solid_angle(**RUN, method=method)
        for method in ("auto", "tilted", "sov", "radial")
    ],
    "union": lambda: PAIR.estimate_intrinsic_volumes(**RUN),
    "functionals of a union": lambda: (
        PAIR.volume_scores(**RUN).statistical_dimension(),
        PAIR.volume_scores(**RUN).euler_characteristic(),
    ),
    "section": lambda: [
        body.estimate_section_euler_characteristic(2, **RUN)
        for body in (OCTANT, PAIR, cones.SignCountFan(4, 2))
    ],
    "rotation": lambda: [
        body.estimate_rotation_euler_characteristic(SQUARE, **RUN) for body in (OCTANT, PAIR)
    ],
    "projections": lambda: LORENTZ.volumes(replicates=20),
    "moments of projections": lambda: (LORENTZ.statistical_dimension(), LORENTZ.variance()),
    "a projection": lambda: cones.estimate_from_projection(
        lambda y: np.maximum(y, 0), 2, 64, 1, replicates=20
    ),
    "f-vector": lambda: polytopes.GaussianPolytope(9, 3).estimate_f_vector(**RUN),
    "p": lambda: [polygeo.p(9, 3, **RUN, method=method) for method in ("plain", "karp-luby")],
    "q": lambda: [relu.estimate_q(9, 3, **RUN), relu.estimate_q(9, 3, **RUN).estimate],
    "contraction": lambda: relu.estimate_contraction(50, 2, **RUN),
    "deep": lambda: [relu.estimate_deep_injectivity(2, 8, 1, samples=10, seed=1)],
    "stability": lambda: list(vars(relu.estimate_stability(8, 2, **RUN)).values()),
}


@pytest.mark.parametrize("name", ESTIMATES)
def test_every_estimate_can_be_cited(name: str) -> None:
    found = ESTIMATES[name]()
    assert found
    for run in found:
        text = polygeo.cite(run)
        assert text in bibliography().values(), (name, run)
        assert polygeo.cite(getattr(run, "estimate", run)) == text


def test_the_source_is_that_of_the_method() -> None:
    angles = ESTIMATES["solid angles"]()
    assert [run.method for run in angles[1:]] == ["tilted", "sov", "radial"]
    assert "minimax tilting" in polygeo.cite(angles[1])
    assert "multivariate normal probabilities" in polygeo.cite(angles[2])
    ends = ESTIMATES["solid angles in a vector"]()
    assert {run.source for run in ends[1:3]} == {"amelunxenlotz2017intrinsic"}
    assert ends[0].method in {"tilted", "sov", "radial"}
    volumes = LORENTZ.volumes(replicates=20)
    assert [run.source[:10] for run in volumes] == ["mccoytropp", *["amelunxenl"] * 3, "mccoytropp"]


def without_source(path: Path) -> list[int]:
    """Lines on which a module makes an Estimate and names no source."""
    makers = {"proportion", "from_moments", "from_batches", "bootstrap", "_of_moments"}
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="Estimate"), attr=name)):
                named = {keyword.arg for keyword in node.keywords}
                if name in makers and not named & {"source", None}:
                    found.append(node.lineno)
    return found


def test_no_estimate_is_made_without_a_source(tmp_path: Path) -> None:
    package = Path(polygeo.__file__).parent
    rooms = [p for p in sorted(package.iterdir()) if p.is_dir() and p.name not in OUTSIDE]
    modules = [path for room in rooms for path in sorted(room.glob("*.py"))]
    assert len(modules) > 100
    assert {str(path): lines for path in modules if (lines := without_source(path))} == {}
    (tmp_path / "bad.py").write_text("Estimate.proportion(1, 2, 3)\n")
    assert without_source(tmp_path / "bad.py") == [1]


OUTSIDE = {"answers", "report", "__pycache__"}
"""Where estimates are defined, and where the figures of others are read."""
