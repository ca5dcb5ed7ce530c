"""Tables: what they hold, and that the written files are what they should be."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from fractions import Fraction
from math import comb
from pathlib import Path

import pytest
from gmpy2 import mpq
from pins import made_with
from refusals import refused

from polygeo.answers import Estimate, from_dict
from polygeo.answers.files import write_atomically
from polygeo.errors import DomainError
from polygeo.relu import expected_euler_characteristic as q
from polygeo.relu import union_bound
from polygeo.report import tables
from polygeo.report.tables import TABLES, differences, main, table, write
from polygeo.thresholds import euler

COMMITTED = Path(__file__).parents[1] / "docs" / "tables"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("tables")
    write(place)
    return place


def records(name):
    return list(csv.DictReader(io.StringIO(table(name).to_csv())))


# --- what the tables hold


def test_q_is_the_kinematic_sum_over_vertices():
    """(E4'): 2^(1-m) sum over r = n-1, n-3, .. of binom(m,r) [t^(n-1)] (1+t)^(m-r) (1-t)^(r-1)."""

    def coefficient(a, b, j):
        # [t^j] (1+t)^a (1-t)^b; for b = -1 the geometric series
        minus = [1] * (j + 1) if b < 0 else [(-1) ** i * comb(b, i) for i in range(j + 1)]
        return sum(comb(a, j - i) * minus[i] for i in range(j + 1))

    rows = records("q")
    assert len(rows) == 24 * 25 // 2
    for row in rows:
        m, n = int(row["m"]), int(row["n"])
        total = sum(comb(m, r) * coefficient(m - r, r - 1, n - 1) for r in range(n - 1, -1, -2))
        assert Fraction(row["q"]) == Fraction(total, 2 ** (m - 1))
        if total:
            assert abs(Fraction(row["q_decimal"]) / Fraction(row["q"]) - 1) <= Fraction(5, 10**15)
        assert row["q_known"] == "exact"


def test_thresholds_are_proved_and_in_order():
    rows = records("thresholds")
    values = [Fraction(row["alpha"]) for row in rows]
    assert values == sorted(values)
    for row in rows:
        predicted = row["status"] == "prediction"
        converged = row["kind"] == "converged"
        assert bool(row["alpha_error"]) == converged
        assert predicted or not converged
        assert predicted or len(row["alpha"].replace(".", "")) == 30
    found = next(row for row in rows if row["name"] == "euler")
    assert (found["kind"], found["status"]) == ("certified", "surrogate")
    assert abs(euler().value - mpq(found["alpha"])).upper < mpq(1, 2 * 10**29)


def test_crossings_cross_and_saddle_point_ratios_tend_to_one():
    content = table("crossings")
    for row in content:
        assert q(row["m"], row["n"]) >= 1 > q(row["m"] + 1, row["n"])
        assert row["m"] <= row["ratio"].value * row["n"] <= row["m"] + 1
    gaps = [abs(float(saddle) - 1) for saddle in content.column("saddle")]
    sizes = content.column("n")
    assert sizes[-1] >= 2000
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] * sizes[-1] < 2 * gaps[0] * sizes[0]


def test_the_extrapolation_agrees_with_the_certified_root():
    rows = list(table("extrapolation"))
    root = euler().value
    assert all(row["alpha"].agrees(root) for row in rows[:-1])
    best = rows[-1]["alpha"]
    assert abs(root - best.value).upper < mpq(1, 10**12)
    assert best.error < mpq(1, 10**12)


def test_euler_kappa_holds_the_reflection():
    """alpha(kappa) = kappa alpha(1/kappa) for the surrogate: rows and positives change places."""
    known = dict(zip(*map(table("euler-kappa").column, ("kappa", "euler")), strict=True))
    checked = [k for k in known if 1 / k in known]
    assert len(checked) >= 5
    for kappa in checked:
        assert (known[kappa].value - known[1 / kappa].value * kappa).contains(0)


def test_known_p_shows_that_q_is_not_one_minus_p():
    rows = {(r["n"], r["m"]): r for r in table("known-p")}
    assert {n for n, _ in rows} == {1, 2}
    for (n, m), row in rows.items():
        assert row["1-p"] == 1 - row["p"]
        assert row["wendel"] <= row["1-p"] <= row["orthants"] == union_bound(m, n)
        if n == 2 and m >= 4:
            assert row["q"] - row["1-p"] == mpq(m, 2 ** (m - 1))


def test_the_surrogate_is_neither_the_probability_nor_a_bound():
    """q above 1 and below 0 where no layer is injective; the bounds enclose 1 - p."""
    rows = list(table("surrogate"))
    assert {row["n"] for row in rows} == {2, 3, 4, 5, 6}
    certain = [row["q"] for row in rows if row["1-p"] == 1]
    assert min(certain) < 0
    assert max(certain) > 1
    assert sum(isinstance(row["1-p"], Estimate) for row in rows) > 30
    for row in rows:
        value = row["1-p"]
        low, high = value.interval(1 - 1e-7) if isinstance(value, Estimate) else (value, value)
        assert row["wendel"] <= high
        assert row["orthants"] >= low
        assert (row["how"] == "exact") == (not isinstance(value, Estimate))


def test_the_simulated_table_prints_what_is_known():
    rows = {(int(row["n"]), int(row["m"])): row for row in records("surrogate")}
    assert re.fullmatch(r"0\.089\d+", rows[3, 18]["1-p_decimal"])
    assert re.fullmatch(r"0\.000\d+", rows[3, 18]["1-p_error"])
    assert rows[2, 9]["1-p_decimal"] == "0.24609"
    assert re.fullmatch(r"0\.99\d+", rows[5, 17]["1-p_low"])
    assert re.fullmatch(r"1\.0+", rows[5, 17]["1-p_high"])


@pytest.mark.slow
def test_committed_simulations_agree_with_a_re_run():
    """Other seeds against the committed intervals; each pair may miss with 1e-7."""
    from polygeo.report.tables.finite_size import failure

    path = COMMITTED / "surrogate.json"
    if not path.is_file():
        pytest.skip("the committed tables are in the checkout only")
    compared = 0
    for row in json.loads(path.read_text(encoding="utf-8"))["rows"]:
        committed = from_dict(row["1-p"])
        again = failure(row["m"], row["n"], seed=77)
        if isinstance(committed, Estimate):
            assert from_dict(failure(row["m"], row["n"]).to_dict()).agrees(committed.mean, 1e-7)
            error = (committed.stderr**2 + again.stderr**2) ** 0.5
            assert abs(committed.mean - again.mean) <= 5.33 * error + (error == 0) * 0.01
            compared += 1
        else:
            assert committed == again
    assert compared > 30


@pytest.mark.parametrize("name", TABLES)
def test_every_value_says_how_it_is_known(name):
    kinds = {"exact", "certified", "converged", "estimate"}
    record = json.loads(table(name).to_json())
    cells = [cell for row in record["rows"] for cell in row.values() if isinstance(cell, dict)]
    assert cells
    assert {cell["kind"] for cell in cells} <= kinds
    columns = {c["name"]: c for c in record["columns"]}
    answers = {n for row in record["rows"] for n, cell in row.items() if isinstance(cell, dict)}
    assert all("known" in columns[n] for n in answers) or "kind" in columns


@pytest.mark.parametrize("name", TABLES)
def test_the_terminal_has_100_columns(name):
    assert max(map(len, str(table(name)).splitlines())) <= 100


def test_an_unknown_table_lists_the_known_ones():
    for name in ("nothing", "", None, 3, "q" * 9999):
        with refused(match=r"unknown table .*known: q, thresholds") as caught:
            table(name)
        assert len(str(caught.value)) < 400


# --- the files


def test_the_written_files_are_as_they_should_be(folder):
    names = {f"{name}.{ending}" for name in TABLES for ending in ("csv", "json", "md", "tex")}
    assert set(os.listdir(folder)) == names
    assert not any(b"\r" in path.read_bytes() for path in folder.iterdir())


@pytest.mark.skipif(
    not made_with("numpy", "python-flint", "scipy"), reason="other versions: other last digits"
)
def test_the_committed_files_are_what_the_library_computes():
    """Byte for byte; simulated values within the errors of both runs."""
    if not COMMITTED.is_dir():
        pytest.skip("the committed tables are in the checkout only")
    assert differences(COMMITTED) == []


def test_the_program_in_a_process_of_its_own(folder):
    quick = ["q", "known-p", "euler-kappa", "families", "regions", "contraction", "f-vectors"]
    program = "import sys; from polygeo.report.tables import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", program, "--check", "--out", str(folder), *quick],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{folder}: as it should be\n"


def test_check_names_every_difference(folder, tmp_path, capsys):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    changed = tmp_path / "known-p.csv"
    data = bytearray(changed.read_bytes())
    data[100] ^= 1
    changed.write_bytes(data)
    (tmp_path / "q.tex").unlink()
    (tmp_path / "old.md").write_text("left over")
    assert main(["--check", "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{tmp_path / 'q.tex'}: missing",
        f"{changed}: differs",
        f"{tmp_path / 'old.md'}: no table of that name",
    ]
    assert changed.read_bytes() == data
    assert main(["--check", "--out", str(tmp_path), "thresholds"]) == 0


def test_the_program_refuses_in_one_line(tmp_path, capsys):
    assert main(["nothing", "--out", str(tmp_path / "new")]) == 2
    assert not (tmp_path / "new").exists()
    captured = capsys.readouterr()
    assert captured.err.startswith("Error: unknown table 'nothing'; known: q")
    assert captured.err.count("\n") == 1
    (tmp_path / "file").write_text("")
    assert main(["q", "--out", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_nothing_is_touched_when_a_table_fails(monkeypatch, tmp_path):
    (tmp_path / "q.csv").write_text("old")

    def broken():
        raise DomainError("no table today")

    monkeypatch.setitem(tables.TABLES, "thresholds", broken)
    with pytest.raises(DomainError, match="today"):
        write(tmp_path)
    assert os.listdir(tmp_path) == ["q.csv"]
    assert (tmp_path / "q.csv").read_text() == "old"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupted_write_leaves_the_old_file(monkeypatch, tmp_path, step):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, "new")
    assert os.listdir(tmp_path) == ["a.txt"]
    assert path.read_text() == "old"
