"""Commands, tables and figures about cones."""

import json
from pathlib import Path

import pytest
from commandline import answer, refusal
from gmpy2 import mpq

from polygeo import cones
from polygeo.report.figures import plots as plot
from polygeo.report.tables import table
from polygeo.report.tables.cones import FAMILIES
from polygeo.thresholds import recovery_probability
from polygeo.volumes import intersection_probability


@pytest.mark.parametrize(
    ("words", "cone"),
    [
        (("orthant", "5"), cones.Orthant(5)),
        (("weyl", "B", "5"), cones.WeylChamber("B", 5)),
        (("weyl", "E8"), cones.WeylChamber("E", 8)),
        (("fan", "5", "2"), cones.SignCountFan(5, 2)),
        (("monotone", "4"), cones.MonotoneCone(4)),
        (("subspace", "2", "4"), cones.Subspace(2, 4)),
        (("cube", "4", "1"), cones.CubeTangentCone(4, 1)),
        (("permutahedron", "4"), cones.PermutahedronTangentCone(4)),
    ],
)
def test_exact_volumes(words: tuple[str, ...], cone: object) -> None:
    lines = answer("volumes", *words, "--format", "csv").splitlines()
    printed = [mpq(line.split(",")[1]) for line in lines[1:]]
    assert printed == list(cone.intrinsic_volumes())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "words",
    [
        ("circular", "4", "pi/4"),
        ("lorentz", "5"),
        ("psd", "3"),
        ("l1", "6", "2"),
        ("l1-nonnegative", "6", "2"),
        ("simplex", "5", "2"),
        ("circular", "3", "0.3"),
    ],
)
def test_real_volumes_sum_to_one(words: tuple[str, ...]) -> None:
    rows = json.loads(answer("volumes", *words, "--digits", "20", "--format", "json"))["rows"]
    total = sum(mpq(row["v_j"]["decimal"]) for row in rows)
    assert abs(total - 1) < mpq(1, 10**18)


def test_cones_from_files(tmp_path: Path) -> None:
    path = tmp_path / "rays.csv"
    path.write_text("1,0,0\n0,1,0\n0,0,1\n")
    for kind in ("rays", "inequalities"):
        lines = answer("volumes", kind, path, "--format", "csv").splitlines()
        assert [line.split(",")[1] for line in lines[1:]] == ["1/8", "3/8", "3/8", "1/8"]
    path.write_text("1,0,0\n0,one,0\n")
    assert "line 2" in refusal("volumes", "rays", path)


def test_crofton_and_recovery() -> None:
    out = answer("crofton", "2", "orthant", "3")
    assert mpq(out.splitlines()[0]) == intersection_probability(cones.Orthant(3), 2)
    assert "not a probability" in answer("crofton", "3", "fan", "6", "3")
    out = answer("recovery", "30", "3", "12", "--digits", "15")
    assert out.splitlines()[0] == recovery_probability(30, 3, 12, digits=20).decimal(15)
    other = answer("recovery", "30", "3", "12", "--nonnegative", "--digits", "15")
    assert mpq(other.splitlines()[0]) > mpq(out.splitlines()[0])


@pytest.mark.parametrize(
    "words",
    [
        ("volumes",),
        ("volumes", "nothing", "3"),
        ("volumes", "orthant"),
        ("volumes", "orthant", "-2"),
        ("volumes", "orthant", "two"),
        ("volumes", "orthant", "3", "--digits", "0"),
        ("volumes", "weyl", "Z", "3"),
        ("volumes", "circular", "3", "__import__('os')"),
        ("volumes", "circular", "3", "2*pi"),
        ("volumes", "rays", "/nonexistent"),
        ("crofton", "9", "orthant", "3"),
        ("recovery", "10", "20", "5"),
        ("recovery", "10", "2", "11"),
    ],
)
def test_bad_input_is_one_line(words: tuple[str, ...]) -> None:
    refusal(*words)


def test_rows_of_the_tables() -> None:
    families = table("families")
    for row, (_, family, parameters) in zip(families, FAMILIES, strict=True):
        assert row["kind"] == family(*parameters).intrinsic_volumes().kind
        total = sum(float(row[f"v_{k}"]) for k in range(6))
        assert abs(total - 1) < 1e-12
    for row in table("recovery"):
        assert float(row["l1"]) < float(row["nonnegative"])
    weak = [float(t) for t in table("sparse").column("weak_l1")]
    assert weak == sorted(weak)


@pytest.mark.parametrize(
    ("name", "size"), [("volumes", 6), ("recovery", 20), ("chi-bar-squared", 3)]
)
def test_figures_are_drawn(name: str, size: int, tmp_path: Path) -> None:
    out = tmp_path / f"{name}.svg"
    plot.save(lambda: plot.PLOTS[name](size), out)  # type: ignore[call-arg]
    assert out.stat().st_size > 10_000
