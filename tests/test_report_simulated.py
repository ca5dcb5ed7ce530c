"""The simulated table agrees with exact values, and its check fails when it should."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from polygeo.answers import Estimate
from polygeo.report import tables
from polygeo.report.tables import Column, Table, rerun
from polygeo.report.tables import estimates as contents

COMMITTED = Path(__file__).parent.parent / "docs" / "tables"


@pytest.fixture(scope="module")
def built():
    return tables.table("estimates")


def test_estimates_agree_with_the_exact_values(built):
    """50 comparisons at five standard errors: a false alarm has a chance below 3e-5."""
    compared = 0
    for row in built:
        if not row["stderr"] or float(row["stderr"]) == 0:
            continue
        error = abs(float(row["estimate"]) - float(row["value"]))
        if row["deviation"]:
            assert error <= 5 * float(row["stderr"]) + 1e-9
            stated = float(row["deviation"]) * float(row["stderr"])
            assert abs(abs(stated) - error) <= 0.1 * float(row["stderr"]) + 1e-9
            compared += 1
    assert compared > 35
    unseen = [row for row in built if row["estimate"].startswith("<")]
    assert unseen
    assert all(float(row["value"]) <= float(row["estimate"][2:]) for row in unseen)


def test_rows_are_complete(built):
    names = [row[0] for row in built.rows]
    for name, body in contents.BODIES:
        assert names.count(name) >= body.ambient_dim + 2
    assert sum("chi" in row["quantity"] for row in built) == len(contents.SECTIONS)


def test_the_check_follows_the_rule(built, tmp_path):
    tables.write(tmp_path, ["estimates"])
    assert tables.differences(tmp_path, ["estimates"]) == []
    place = next(i for i, row in enumerate(built.rows) if row[1] == "v_1")

    def changed(text, cell=3):
        row = list(built.rows[place])
        row[cell] = text
        other = replace(built, rows=(*built.rows[:place], tuple(row), *built.rows[place + 1 :]))
        for ending in tables.ENDINGS:
            (tmp_path / f"estimates.{ending}").write_text(other.render(ending), "utf-8")
        return tables.differences(tmp_path, ["estimates"])

    mean, error = float(built.rows[place][3]), float(built.rows[place][4])
    # Another run's numbers, in all files: nothing is wrong. Far off, or no number: it is.
    assert changed(f"{mean + 3 * error:.5f}") == []
    assert len(changed(f"{mean + 10 * error:.5f}")) == 1
    assert "no number" in changed("many")[0]
    assert len(changed("v_7", cell=1)) >= 1
    # The files must agree with one another.
    changed(f"{mean + 3 * error:.5f}")
    (tmp_path / "estimates.md").write_text(built.render("md"), "utf-8")
    assert tables.differences(tmp_path, ["estimates"]) == [f"{tmp_path / 'estimates.md'}: differs"]
    (tmp_path / "estimates.json").write_text("{", "utf-8")
    assert f"{tmp_path / 'estimates.json'}: differs" in tables.differences(tmp_path, ["estimates"])
    (tmp_path / "estimates.csv").unlink()
    assert any("missing" in line for line in tables.differences(tmp_path, ["estimates"]))


def test_estimates_in_cells_are_compared_by_their_errors(tmp_path):
    """Runs of other seeds and machines pass, other values and words do not."""
    columns = (Column("n"), Column("how"), Column("p", digits=4, known="estimate"))

    def one(hits, how="plain", n=3):
        return Table("t", "t", columns, ((n, how, Estimate.proportion(hits, 1000, 1)),))

    def problems(other):
        path = tmp_path / "t.json"
        path.write_text(other.render("json"), "utf-8")
        return rerun.disagreements(one(500), rerun.kept(one(500), path))

    assert problems(one(500)) == problems(one(560)) == []
    assert "a re-run gives" in problems(one(700))[0]
    assert len(problems(one(500, "other"))) == 1
    assert not rerun.apart(Estimate.proportion(0, 1000, 1), Estimate.proportion(4, 1000, 2))
    assert rerun.apart(Estimate.proportion(0, 1000, 1), Estimate.proportion(40, 1000, 2))
    assert rerun.kept(one(500), tmp_path / "none.json") is None
    (tmp_path / "t.json").write_text('{"rows": [{"n": 3}]}', "utf-8")
    assert rerun.kept(one(500), tmp_path / "t.json") is None


def test_disagreements_count_the_errors_of_both():
    columns = tuple(map(Column, ("cone", "quantity", "value", "estimate", "stderr", "deviation")))

    def one(mean, error):
        return Table("t", "t", columns, (("c", "v_0", 1, mean, error, ""),))

    assert contents.disagreements(one("0.50", "0.01"), one("0.58", "0.01")) == []
    assert len(contents.disagreements(one("0.50", "0.01"), one("0.60", "0.01"))) == 1
    assert contents.disagreements(one("< 0.001", ""), one("0.0005", "0.0003")) == []
    assert (
        len(contents.disagreements(one("0.5", "0.01"), replace(one("0.5", "0.01"), rows=()))) == 1
    )


def test_the_committed_files_are_there():
    if not COMMITTED.is_dir():
        pytest.skip("the tables are not part of a wheel")
    rows = list(csv.DictReader((COMMITTED / "estimates.csv").read_text("utf-8").splitlines()))
    assert len(rows) == len(tables.table("estimates"))


@pytest.mark.slow
def test_the_committed_intervals_agree_with_another_seed(monkeypatch):
    """Six standard errors of both: a false alarm has a chance below 1e-7."""
    if not COMMITTED.is_dir():
        pytest.skip("the tables are not part of a wheel")
    monkeypatch.setattr(contents, "SEED", 20_260)
    other = contents.estimates()
    kept = rerun.kept(other, COMMITTED / "estimates.json")
    assert contents.disagreements(other, kept) == []
    assert kept.rows != other.rows
