"""Peers: toy programs, right, wrong, broken or missing, and the adapters that need only SciPy."""

import json
import math
import stat
import sys
from dataclasses import replace
from pathlib import Path

import mpmath
import pytest
import sympy
from gmpy2 import mpq
from peers import DRIVERS, by_r, files, rscript
from peers.__main__ import main

from polygeo.answers import Ball
from polygeo.errors import DomainError
from polygeo.relu import expected_euler_characteristic as q
from polygeo.report import crosscheck
from polygeo.report.crosscheck import Digits, Equal, Peer, Proportion, agreement, compare
from polygeo.report.crosscheck.peer_runs import hold, table_of
from polygeo.report.tables import ENDINGS

TABLES = Path(__file__).parents[1] / "docs" / "tables"


def sphere(m, n):
    """q of rows in general position by the triple sum's own value at n = 2: m (m-1) / 2^(m-1)."""
    return m * (m - 1) / 2 ** (m - 1)


RIGHT = Peer(
    "toy",
    "q for n = 2",
    "none",
    lambda: {f"m = {m}": (m, 2) for m in (3, 6, 9)},
    q,
    sphere,
    Digits(12),
    lambda: "1.0",
)
WRONG = replace(RIGHT, name="wrong toy", theirs=lambda m, n: sphere(m, n) * (1 + 1e-9))
MISSING = replace(RIGHT, name="missing toy", version=lambda: None)


def test_the_formula_of_the_toy_is_right_by_itself():
    """The machinery judges it, so it must not be taken from the machinery."""
    assert [mpq(sphere(m, 2)) for m in (3, 6, 9)] == [q(m, 2) for m in (3, 6, 9)]


def test_a_right_peer_agrees_and_a_wrong_one_differs():
    found = hold([RIGHT, WRONG, MISSING])
    assert [row.verdict for row in found.rows] == ["agrees"] * 3 + ["differs"] * 3
    assert not found.ok
    assert hold([RIGHT]).ok
    assert found.absent == ("missing toy (q for n = 2): not installed",)
    assert "skipped: missing toy" in str(found)
    for row in found.rows[3:]:
        digits = float(row.finding.agreement.split()[0])
        assert digits == pytest.approx(9, abs=0.05)


def test_a_peer_that_is_known_to_err_is_counted_and_fails_nothing():
    found = hold([replace(WRONG, errs=("m = 3", "m = 6", "m = 9"))])
    assert [row.verdict for row in found.rows] == ["errs"] * 3
    assert found.ok
    found = hold([replace(WRONG, errs=("m = 6",))])
    assert [row.verdict for row in found.rows] == ["differs", "errs", "differs"]
    assert not found.ok


def test_no_rows_are_no_agreement():
    assert not hold([]).ok
    assert not hold([MISSING]).ok


@pytest.mark.parametrize(
    "theirs",
    [
        lambda m, n: 1 / 0,
        lambda m, n: float("nan"),
        lambda m, n: math.inf,
        lambda m, n: "a word",
        lambda m, n: None,
        lambda m, n: [1.0, 2.0],
        lambda m, n: sympy.nan,
        lambda m, n: mpmath.mpf("inf"),
        lambda m, n: -sphere(m, n),
    ],
)
def test_what_is_no_number_differs(theirs):
    rows = compare(replace(RIGHT, theirs=theirs))
    assert [row.verdict for row in rows] == ["differs"] * 3
    assert all("\n" not in row.finding.agreement for row in rows)


def test_an_error_of_ours_is_raised():
    def broken(m, n):
        raise DomainError("ours")

    with pytest.raises(DomainError, match="ours"):
        compare(replace(RIGHT, ours=broken))


def test_a_wide_enclosure_of_ours_is_no_agreement():
    wide = Ball(mpq(1, 2), mpq(1, 1024), 60)
    assert not Digits(6).judge(wide, 0.5).agrees
    assert Digits(2).judge(wide, 0.5).agrees
    assert not Proportion(1e-4).judge(Ball(mpq(1, 2), mpq(1, 4), 60), (500, 1000)).agrees


def test_digits_of_every_kind_of_number():
    third = mpq(1, 3)
    for theirs in (sympy.Rational(1, 3), third):
        assert Digits(30).judge(third, theirs).agreement == "all digits"
    assert Digits(20).judge(third, sympy.N(sympy.Rational(1, 3), 25)).agrees
    assert not Digits(20).judge(third, mpmath.mpf(1) / 3).agrees
    assert Digits(25).judge(sympy.pi, sympy.N(sympy.pi, 30)).agrees
    assert not Digits(25).judge(sympy.pi, sympy.N(sympy.pi, 20)).agrees
    assert Digits(9).judge([0, third], [0, 1 / 3]).agrees
    assert not Digits(1).judge(0, 1e-300).agrees


def test_equal_counts_items_and_missing_ones():
    assert Equal().judge([1, 2, 3, 4], [1, 2, 3]).agreement == "3 of 4"
    assert Equal().judge({(1, 2)}, {(1, 2)}).agrees
    assert not Equal().judge(2, 3).agrees
    with pytest.raises(DomainError, match="nothing to compare"):
        Equal().judge([], [])


def test_an_exact_interval_rejects_a_wrong_probability():
    assert Proportion().judge(mpq(1, 2), (1020, 2000)).agrees
    assert not Proportion().judge(mpq(3, 5), (1020, 2000)).agrees


def test_what_ours_remembers_is_dropped_before_it_is_timed():
    dropped = []
    compare(replace(RIGHT, forget=lambda: dropped.append(1)))
    assert len(dropped) >= 3


def test_registering_a_peer_is_one_line(monkeypatch):
    monkeypatch.setitem(crosscheck.PEERS, "toy", RIGHT)
    assert agreement("toy").ok
    with pytest.raises(DomainError, match="unknown peer 'nobody'; known: toy"):
        agreement("nobody")


# --- the adapters


@pytest.mark.parametrize("name", DRIVERS)
def test_an_adapter_says_all_it_has_to(name):
    peer = DRIVERS[name]
    assert peer.name == name
    assert peer.licence
    assert peer.quantity
    assert len(peer.cases()) >= 1
    assert set(peer.errs) <= peer.cases().keys()
    if peer not in by_r.PEERS:  # R takes its time to start: tests/crosscheck asks it
        version = peer.version()
        assert version is None or version[0].isdigit()


def one(name, case):
    """A peer with one of its cases."""
    chosen = {case: DRIVERS[name].cases()[case]}
    return replace(DRIVERS[name], cases=lambda: chosen)


def test_scipy_agrees_and_a_wrong_measurement_is_seen():
    (row,) = compare(one("scipy normal cdf", "dimension 3"))
    assert row.finding.value == "0.1250000000"
    assert row.verdict == "agrees"
    peer = DRIVERS["scipy normal cdf"]
    (covariance,) = peer.cases()["dimension 4"]
    off = [
        [entry + 1 * (i == j == 0) for j, entry in enumerate(row)]
        for i, row in enumerate(covariance)
    ]
    assert not peer.tolerance.judge(peer.ours(covariance), peer.theirs(off)).agrees


def test_linear_programs_find_the_probability(monkeypatch):
    from peers import by_scipy

    monkeypatch.setattr(by_scipy, "PROGRAMS", 300)
    peer = DRIVERS["scipy linprog"]
    won = peer.theirs(10, 2, 5, "l1")
    assert peer.tolerance.judge(peer.ours(10, 2, 5, "l1"), won).agrees
    assert not peer.tolerance.judge(peer.ours(10, 2, 6, "l1"), won).agrees


def test_sympy_reads_every_right_side_without_quantities_of_ours():
    topics = DRIVERS["SymPy evalf"].cases()
    assert {"euler", "families", "polyhedral"} <= topics.keys()
    (row,) = compare(one("SymPy evalf", "rate"))
    assert row.verdict == "agrees"


R = """#!{python}
import sys
assert sys.argv[1:] == ["--vanilla", "-"]
script = sys.stdin.read()
if "packageDescription" in script:
    if "mvtnorm" not in script:
        sys.exit("Error in library(ic.infer) :\\n  there is no package called that")
    print("1.3-2 (R 4.2.2)", end="")
elif "matrix(c(2,1,0,1,3,-1,0,-1,2), 3, byrow = TRUE)" in script:
    print("0.25 0.1249999999")
elif "matrix(c(2,1,1,3), 2, byrow = TRUE)" in script:
    print("0.25 NaN")
else:
    sys.exit("Error in pmvnorm: sigma is wrong")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands for a program")
def test_r_is_asked_by_a_script_and_its_errors_are_lines(tmp_path, monkeypatch):
    """With a stand-in for Rscript that knows two matrices and one package."""
    program = tmp_path / "Rscript"
    program.write_text(R.format(python=sys.executable))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert rscript.package("mvtnorm")() == "1.3-2 (R 4.2.2)"
    assert rscript.package("ic.infer")() is None
    (right,) = compare(one("R mvtnorm", "dimension 3"))
    assert (right.verdict, right.finding.agreement) == ("agrees", "9.1 digits")
    assert right.theirs == 0.25  # as R says, not what it took to start it
    (none,) = compare(one("R mvtnorm", "dimension 2"))
    assert none.verdict == "differs"
    (wrong,) = compare(one("R mvtnorm", "dimension 4"))
    assert wrong.verdict == "differs"
    assert "sigma is wrong" in wrong.finding.agreement


def test_r_that_is_missing_is_skipped(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert rscript.package("mvtnorm")() is None
    with pytest.raises(FileNotFoundError):
        rscript.numbers("cat(1)")


def test_volumes_for_r_are_those_of_the_orthant_under_the_identity():
    assert by_r.volumes([[1, 0], [0, 1]]) == [mpq(1, 4), mpq(1, 2), mpq(1, 4)]


# --- the files


def test_the_program_writes_checks_and_keeps_absent_peers(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(DRIVERS, "toy", RIGHT)
    monkeypatch.setitem(DRIVERS, "second", replace(RIGHT, name="second"))
    times = tmp_path / "times.json"
    options = ["--out", str(tmp_path), "--timings", str(times)]
    assert main(["toy", *options]) == 0
    assert main(["second", *options]) == 0
    kept = files.kept(tmp_path)
    assert [row[0] for row in kept] == ["toy"] * 3 + ["second"] * 3
    assert {row["peer"] for row in json.loads(times.read_text())} == {"toy", "second"}
    assert main(["toy", "--check", *options]) == 0
    assert main(["nobody", *options]) == 2

    monkeypatch.setitem(DRIVERS, "toy", replace(WRONG, name="toy"))
    assert main(["toy", "--check", *options]) == 1
    assert "no longer found: toy" in capsys.readouterr().out
    assert files.kept(tmp_path) == kept

    monkeypatch.setitem(DRIVERS, "toy", RIGHT)
    (tmp_path / "peers.csv").write_text("other")
    assert main(["toy", "--check", *options]) == 1
    assert "peers.csv: not what peers.json holds" in capsys.readouterr().out


def test_the_committed_table_is_one_table_and_nothing_in_it_differs():
    rows = files.kept(TABLES)
    assert len(rows) > 20
    table = table_of(rows)
    for ending in ENDINGS:
        assert (TABLES / f"peers.{ending}").read_text("utf-8") == table.render(ending)
    assert {row[-1] for row in rows} <= {"agrees", "errs"}
    assert {row[0] for row in rows} <= DRIVERS.keys()
    for row in rows:
        assert row[1:3] == (DRIVERS[row[0]].licence, DRIVERS[row[0]].quantity)
        assert row[-1] == "agrees" or DRIVERS[row[0]].errs
