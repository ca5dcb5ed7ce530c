"""Commands, tables and figures about cones."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from gmpy2 import mpq

from polygeo import cones
from polygeo.report import plot
from polygeo.report.cli import cli
from polygeo.report.contents_cones import FAMILIES
from polygeo.report.tables import table
from polygeo.thresholds import recovery_probability
from polygeo.volumes import intersection_probability


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, list(words))
    return result.exit_code, result.stdout, result.stderr


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
    code, out, _ = run("volumes", *words, "--format", "csv")
    assert code == 0
    printed = [mpq(line.split(",")[1]) for line in out.splitlines()[1:]]
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
    code, out, _ = run("volumes", *words, "--digits", "20", "--format", "json")
    assert code == 0
    rows = json.loads(out)["rows"]
    total = sum(mpq(row["v_j"]["decimal"]) for row in rows)
    assert abs(total - 1) < mpq(1, 10**18)


def test_cones_from_files(tmp_path: Path) -> None:
    path = tmp_path / "rays.csv"
    path.write_text("1,0,0\n0,1,0\n0,0,1\n")
    for kind in ("rays", "inequalities"):
        code, out, _ = run("volumes", kind, str(path), "--format", "csv")
        assert code == 0
        assert [line.split(",")[1] for line in out.splitlines()[1:]] == ["1/8", "3/8", "3/8", "1/8"]
    path.write_text("1,0,0\n0,one,0\n")
    code, _, error = run("volumes", "rays", str(path))
    assert code == 2
    assert "line 2" in error
    assert error.count("\n") == 1


def test_crofton_and_recovery() -> None:
    code, out, _ = run("crofton", "2", "orthant", "3")
    assert code == 0
    assert mpq(out.splitlines()[0]) == intersection_probability(cones.Orthant(3), 2)
    assert "not a probability" in run("crofton", "3", "fan", "6", "3")[1]
    code, out, _ = run("recovery", "30", "3", "12", "--digits", "15")
    assert code == 0
    assert out.splitlines()[0] == recovery_probability(30, 3, 12, digits=20).decimal(15)
    other = run("recovery", "30", "3", "12", "--nonnegative", "--digits", "15")[1]
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
    code, out, error = run(*words)
    assert code == 2
    assert out == ""
    assert error.startswith("Error: ")
    assert error.count("\n") == 1


def test_rows_of_the_tables() -> None:
    families = table("families")
    for row, (_, cone) in zip(families, FAMILIES, strict=True):
        assert row["kind"] == cone.intrinsic_volumes().kind
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
