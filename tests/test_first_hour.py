"""What a new user tries first: formats, order, files of other programs, JSON, citations."""

import codecs
import json
import re
import subprocess
import sys
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from commandline import answer, run
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

import polygeo
from polygeo import Ball, Converged, Estimate, cones, thresholds
from polygeo.cones import PolyhedralCone
from polygeo.errors import DomainError, NotConverged, Undecided
from polygeo.relu import frame_bound, injectivity_bounds, injectivity_radius, is_injective
from polygeo.relu.matrix import read_matrix_file
from polygeo.replica.ladder import level_of
from polygeo.thresholds.registry import THRESHOLDS, needs_parameter

# --- formats


@given(st.integers(-(10**12), 10**12), st.integers(0, 8))
def test_a_known_number_is_rounded_as_decimals_are(number, places):
    exact = Ball.of(mpq(number, 2**20), bits=128)
    step = Decimal(1).scaleb(-places)
    rounded = (Decimal(number) / 2**20).quantize(step, rounding=ROUND_HALF_EVEN)
    assert Decimal(f"{exact:.{places}f}") == rounded
    assert f"{exact}" == str(exact)


def test_formats_show_what_is_known_and_nothing_else():
    euler = thresholds.euler()
    assert f"{euler:.3f}|{euler:12.4e}|{euler:.5g}" == "8.345|   8.3446e+0|8.3446"
    run = Estimate.proportion(3, 10, seed=1)
    for value in (euler, euler.value, run, Converged("2.71828", "1e-4")):
        assert f"{value:>90}|{value:*<90}" == f"{value!s:>90}|{value!s:*<90}"
    limit = Converged("2.71828", "1e-4")
    assert f"{limit:.2f}" == "2.72"
    with pytest.raises(NotConverged, match="not known"):
        f"{limit:.6f}"
    with pytest.raises(NotConverged):
        f"{Ball.between(1, 2):.1f}"
    with pytest.raises(DomainError, match="needs a precision"):
        f"{euler:d}"
    run = Estimate.proportion(30, 100, seed=1)
    assert f"{run:.3f}" == "0.300 +/- 0.046"
    with pytest.raises(DomainError, match=r"no other letter .* got 'q'"):
        f"{run:q}"


def test_minus_zero_is_zero():
    assert f"{Ball.of(mpq(-1, 10**9)):.3f}" == "0.000"


# --- order


def test_thresholds_are_ordered_by_their_numbers():
    gordon, euler, cover = thresholds.gordon(), thresholds.euler(), thresholds.cover()
    assert sorted([euler, gordon, cover]) == [cover, gordon, euler]
    assert cover < 4 < gordon < mpq(8) < euler
    assert cover <= 3 <= cover
    assert max(gordon, euler) is euler
    wide = Converged("7.6477", "0.01")
    with pytest.raises(Undecided, match="not proved"):
        gordon < wide  # noqa: B015
    assert Converged("1", "0.1") < 2 < Converged("3", "0.1")


# --- files

LAYER = "1,0\n-1,0\n0,-1\n"


@pytest.mark.parametrize("first", ["0,1\n", '"0","1"\n', "x1,x2\n", "first input,second\n"])
def test_a_header_is_refused_or_skipped(tmp_path, first):
    """Read as a row, (0, 1) would make this layer injective."""
    path = tmp_path / "W.csv"
    path.write_text(first + LAYER)
    with pytest.raises(DomainError, match=r"line 1: .* header=True \(--header\)"):
        read_matrix_file(path)
    matrix = read_matrix_file(path, header=True)
    assert matrix.shape == (3, 2)
    assert not is_injective(matrix.entries)


def test_column_numbers_may_be_data(tmp_path):
    path = tmp_path / "W.csv"
    path.write_text("0,1\n" + LAYER)
    assert is_injective(read_matrix_file(path, header=False).entries)


def test_the_shell_asks_about_a_header(tmp_path):
    path = tmp_path / "W.csv"
    path.write_text("0,1\n" + LAYER)
    refused = run("injective", str(path))
    assert refused.exit_code == 2
    assert "--header" in refused.stderr
    assert run("injective", str(path), "--header").stdout.startswith("not injective\n")
    assert run("injective", str(path), "--no-header").stdout.startswith("injective\n")
    path.write_text("a,b\n1,0\n0,1\n")
    assert run("volumes", "rays", str(path)).exit_code == 2
    assert "1/4" in run("volumes", "rays", str(path), "--header").stdout
    assert run("volumes", "orthant", "3", "--header").exit_code == 2


def test_an_index_column_is_refused(tmp_path):
    path = tmp_path / "W.csv"
    path.write_text(",0,1\n0,1,0\n1,-1,0\n2,0,-1\n")
    for header in (None, True):
        with pytest.raises(DomainError, match="index"):
            read_matrix_file(path, header=header)


@pytest.mark.parametrize("separator", [",", ";", "\t", " ", " ; "])
def test_separators_and_byte_order_marks(tmp_path, separator):
    path = tmp_path / "W.csv"
    rows = [["1", "-1/2"], ["0.25", "3"]]
    text = "".join(f"{separator.join(row)}\n" for row in rows)
    path.write_bytes(codecs.BOM_UTF8 + text.encode())
    assert read_matrix_file(path).entries == ((mpq(1), mpq(-1, 2)), (mpq(1, 4), mpq(3)))


def test_decimal_commas_are_refused_with_a_hint(tmp_path):
    path = tmp_path / "W.csv"
    path.write_text("1,5;2\n3;4\n")
    with pytest.raises(DomainError, match="write decimals with a point"):
        read_matrix_file(path)


def test_numpy_archives(tmp_path):
    np.savez(tmp_path / "one.npz", W=np.eye(2))
    np.savez(tmp_path / "two.npz", W=np.eye(2), b=np.ones(2))
    (tmp_path / "broken.npz").write_bytes(b"PK\x03\x04")
    assert read_matrix_file(tmp_path / "one.npz").shape == (2, 2)
    with pytest.raises(DomainError, match="needs one array; it holds W, b"):
        read_matrix_file(tmp_path / "two.npz")
    with pytest.raises(DomainError, match=r"cannot read .*broken\.npz: it is no"):
        read_matrix_file(tmp_path / "broken.npz")


def test_the_kind_of_a_file_of_a_cone_is_said(tmp_path):
    path = tmp_path / "C.csv"
    path.write_text("1,1\n1,-1\n")
    with pytest.raises(DomainError, match="give kind='rays' or kind='inequalities'"):
        PolyhedralCone.from_file(path)
    assert PolyhedralCone.from_file(path, "rays") == PolyhedralCone(rays=[[1, 1], [1, -1]])


def test_row_names_as_r_writes_them(tmp_path):
    path = tmp_path / "W.txt"
    path.write_text('"x1" "x2"\n"first row" 1 2\n"2" 3 1/2\n')
    with pytest.raises(DomainError, match=r"'x1' may be the name of a column; say header=True"):
        read_matrix_file(path)
    assert read_matrix_file(path, header=True).entries == ((1, 2), (3, mpq(1, 2)))
    path.write_text("x1 x2\n1 1 2\n2 3 4\n")  # numbers, or the names 1 and 2?
    with pytest.raises(DomainError, match=r"line 2: one cell more .* are these row names"):
        read_matrix_file(path, header=True)


def test_a_radius_of_zero_is_printed():
    found = injectivity_radius([[1, 0], [-1, 0], [0, -1]], [0, 0])
    assert repr(found) == "InjectivityRadius(0, 3 x 2)"


def test_a_missing_coordinate_is_named():
    with pytest.raises(DomainError, match=r"rays\[1\] needs 2 coordinates; got 1"):
        PolyhedralCone(rays=[[1, 0], [0]])


# --- JSON, citations, notebooks


def test_lists_of_answers_are_json():
    answers = [polygeo.q(20, 3), thresholds.gordon().value, Estimate.proportion(3, 10, seed=1)]
    assert polygeo.from_json(polygeo.to_json(tuple(answers))) == answers


def test_every_result_is_json():
    W = [[1, 0], [0, 1], [-1, -1]]
    verdict = json.loads(polygeo.to_json(is_injective(W)))
    assert (verdict["type"], verdict["injective"], verdict["shape"]) == ("Verdict", False, [3, 2])
    first, second = [[mpq(x["value"]) for x in point] for point in verdict["collision"]]
    assert (first, second) == tuple(map(list, is_injective(W).collision))
    bounds = json.loads(polygeo.to_json(injectivity_bounds(12, 3)))
    for record, bound in zip(bounds, injectivity_bounds(12, 3), strict=True):
        assert polygeo.from_dict(record["value"]) == bound.value
        assert (record["type"], record["side"], record["text"]) == ("Bound", bound.side, str(bound))
    frame = json.loads(polygeo.to_json(frame_bound(W)))
    assert polygeo.from_dict(frame["value"]) == frame_bound(W).value
    assert polygeo.to_json([True, None, np.eye(2)]) == "[true, null, [[1.0, 0.0], [0.0, 1.0]]]"
    assert json.loads(polygeo.to_json(cones.Orthant(3)))["d"] == 3
    assert json.loads(polygeo.to_json({"a": mpq(1, 2)}))["a"]["value"] == "1/2"
    for wrong in (object(), print):
        with pytest.raises(DomainError):
            polygeo.to_json(wrong)
    with pytest.raises(DomainError, match="a record of an answer is needed"):
        polygeo.from_json(polygeo.to_json(is_injective(W)))


def test_thresholds_and_the_software_are_cited_by_name():
    assert polygeo.cite("euler") == polygeo.cite(thresholds.euler)
    assert polygeo.cite("polygeo").startswith("@software{polygeo,")
    for name, make in THRESHOLDS.items():
        if not needs_parameter(make):
            assert polygeo.cite(name).startswith(polygeo.cite(make()))
    assert polygeo.cite("one-rsb") == polygeo.cite("1-rsb") == polygeo.cite("4-rsb")
    both = [thresholds.gordon(), thresholds.euler(), thresholds.gordon()]
    keys = re.findall(r"^@\w+\{(\w+)", polygeo.cite(both), re.M)
    assert keys == ["gordon1988milman", "maillard2022slides"]


def test_the_package_runs_as_a_module():
    words = [sys.executable, "-m", "polygeo", "q", "20", "3"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("25861/524288\n")


def test_inputs_of_too_many_coordinates_are_named():
    with pytest.raises(DomainError, match=r"inputs='nonnegative' needs n <= 10000; got n=100000"):
        polygeo.p(10**6, 10**5, inputs="nonnegative", samples=2, seed=1)


def test_one_step_has_one_name():
    assert thresholds.one_rsb().name == thresholds.k_rsb(1).name == "1-rsb"
    first = answer("threshold", "1-rsb").splitlines()[0]
    assert first == answer("threshold", "one-rsb").splitlines()[0] == "6.715696838"
    assert level_of("1-rsb") == level_of("1rsb") == 1
    assert answer("cite", "1-rsb") == answer("cite", "one-rsb")


def test_fractions_are_typeset_where_ipython_runs():
    program = """
import sys, types
calls = {}
class Formatter:
    def for_type_by_name(self, module, name, function): calls[module, name] = function
shell = types.SimpleNamespace(
    display_formatter=types.SimpleNamespace(formatters={"text/latex": Formatter()})
)
sys.modules["IPython"] = types.SimpleNamespace(get_ipython=lambda: shell)
import polygeo
print(calls["gmpy2", "mpq"](polygeo.q(5, 2)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "$\\frac{5}{4}$\n", done.stderr
