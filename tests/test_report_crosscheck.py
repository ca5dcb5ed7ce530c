"""Cross-checks: every verdict, every way in, and nothing that a file says is ever run."""

import json
from fractions import Fraction

import numpy
import pytest
import sympy
from gmpy2 import mpq
from refusals import refused

from polygeo.answers import Ball, Converged, Estimate, decimal
from polygeo.cones import SignCountFan
from polygeo.errors import DomainError
from polygeo.relu import euler_rate
from polygeo.relu import expected_euler_characteristic as q
from polygeo.report.crosscheck import QUANTITIES, crosscheck
from polygeo.report.crosscheck.claims import claims_of_file
from polygeo.thresholds import euler, union_bound

TRUTH = q(20, 3)


def verdict(value, quantity="q", parameters="m=20 n=3", **more):
    row = {"quantity": quantity, "parameters": parameters, "value": value, **more}
    return crosscheck([row]).rows[0]


def last_place(text):
    return mpq(1, 10 ** len(text.partition(".")[2]))


# --- decimals and fractions


@pytest.mark.parametrize(
    "value",
    [
        f"{TRUTH.numerator}/{TRUTH.denominator}",
        f"{2 * TRUTH.numerator}/{2 * TRUTH.denominator}",
        TRUTH,
        Fraction(int(TRUTH.numerator), int(TRUTH.denominator)),
        sympy.Rational(int(TRUTH.numerator), int(TRUTH.denominator)),
        float(TRUTH),
        numpy.float64(float(TRUTH)),
        Ball.of(TRUTH),
        Converged(TRUTH + mpq(1, 1000), "0.002"),
        Estimate.proportion(round(float(TRUTH) * 10**6), 10**6, seed=1),
        decimal(TRUTH, 3),
        decimal(TRUTH, 40),
    ],
)
def test_right_values_agree(value):
    assert verdict(value).verdict == "agrees"
    assert verdict(value).remark == ""


@pytest.mark.parametrize(
    "value",
    [
        "25862/524288",
        TRUTH + mpq(1, 10**100),
        float(TRUTH) * (1 + 2**-50),
        "0",
        1,
        Ball.of(TRUTH + 1),
        Estimate.proportion(0, 10**6, seed=1),
    ],
)
def test_wrong_values_differ(value):
    found = verdict(value)
    assert found.verdict == "differs"
    assert found.right == TRUTH
    assert "25861/524288" in str(found)


@pytest.mark.parametrize("digits", range(1, 19))
def test_the_last_digit_is_checked(digits):
    right = decimal(TRUTH, digits)
    unit = last_place(right)
    cut = TRUTH // unit * unit
    for steps in range(-3, 4):
        number = mpq(right) + steps * unit
        text = decimal(number, digits) if number else "0." + "0" * (digits + 1)
        if mpq(text) != number or last_place(text) != unit:
            continue
        found = verdict(text)
        rounded = 2 * abs(number - TRUTH) <= unit
        assert found.verdict == ("agrees" if rounded or number == cut else "differs"), text
        assert ("cut off" in found.remark) == (number == cut and not rounded)
        close = abs(number - TRUTH) < unit
        assert ("last digit" in found.explanation) == (close and not rounded)
        assert found.difference == number - TRUTH


def test_negative_values_are_cut_off_towards_zero():
    truth = euler_rate(9).value
    assert decimal(truth, 4) == "-0.2584"
    parts = {"quantity": "rate", "parameters": "alpha=9"}
    assert verdict("-0.2584", **parts).remark == ""
    assert "cut off" in verdict("-0.2583", **parts).remark
    assert verdict("-0.2585", **parts).verdict == "differs"
    assert verdict("0.2584", **parts).verdict == "differs"


def test_integers_are_exact_and_points_make_decimals():
    row = {"quantity": "threshold", "parameters": "name=euler"}
    assert verdict("8", **row).verdict == "differs"
    assert verdict("8.", **row).verdict == "agrees"
    assert verdict("8.3", **row).remark == ""
    assert verdict("0.83e1", **row).verdict == "agrees"
    assert verdict("3", quantity="threshold", parameters="name=cover").verdict == "agrees"


def test_a_tolerance_replaces_the_last_place():
    off = TRUTH + mpq(1, 1000)
    assert verdict(off, tolerance="1e-3").verdict == "agrees"
    assert verdict(off, tolerance="1/1001").verdict == "differs"
    assert verdict("0.0494", tolerance="0").verdict == "differs"
    assert verdict("0.0493", tolerance="1e-9").verdict == "differs"
    for bad in ("-1", "much", "nan"):
        assert verdict(off, tolerance=bad).verdict == "invalid row"


@pytest.mark.parametrize("digits", [5, 50, 500])
def test_certified_values_are_compared_to_all_their_digits(digits):
    row = {"quantity": "threshold", "parameters": "name=euler kappa=1/2"}
    right = decimal(euler("1/2"), digits)
    assert verdict(right, **row).verdict == "agrees"
    wrong = right[:-1] + str((int(right[-1]) + 5) % 10)
    assert verdict(wrong, **row).verdict == "differs"
    assert right[:-2] in str(verdict(wrong, **row))


def test_every_quantity_is_reached():
    volumes = SignCountFan(5, 2).intrinsic_volumes()
    rows = [
        ("q", {"m": 20, "n": 3, "k": 2}, q(20, 3, 2)),
        ("p", {"m": 7, "n": 2}, mpq(29, 64)),
        ("union_bound", {"m": 18, "n": 3, "over": "vertices"}, mpq(20961, 32768)),
        ("wendel", {"m": 4, "n": 2}, mpq(1, 2)),
        ("width", {"n": 2, "probability": "0.99"}, 16),
        ("volume", {"m": 5, "k": 2, "j": 0}, volumes[0]),
        ("threshold", {"name": "union-bound"}, union_bound().decimal(30)),
        ("threshold", {"name": "deep-sufficient", "L": 10}, "46.0517018598809136804"),
        ("rate", {"alpha": "9", "kappa": "1/2"}, euler_rate(9, "1/2").value.decimal(12)),
    ]
    assert {name for name, _, _ in rows} == QUANTITIES.keys()
    report = crosscheck({"quantity": n, "parameters": p, "value": v} for n, p, v in rows)
    assert report.ok, report
    flat = crosscheck({"quantity": n, **p, "value": v} for n, p, v in rows)
    assert [r.verdict for r in flat.rows] == ["agrees"] * len(rows)


# --- rows that cannot be checked


@pytest.mark.parametrize(
    ("row", "expected", "words"),
    [
        ({"quantity": "Q", "value": "1"}, "unknown quantity", "known: q, p, union_bound"),
        ({"quantity": "p", "m": 18, "n": 3, "value": "0.9"}, "no exact value", "proved: 0.79"),
        ({"quantity": "q", "m": 3, "n": 5, "value": "1"}, "invalid row", "needs 1 <= n <= m"),
        ({"quantity": "q", "m": True, "n": 1, "value": "1"}, "invalid row", "bool"),
        ({"quantity": "q", "m": "4.5", "n": 1, "value": "1"}, "invalid row", "an integer"),
        ({"quantity": "q", "m": "x", "n": 1, "value": "1"}, "invalid row", "an integer; got x"),
        ({"quantity": "q", "m": 20, "value": "1"}, "invalid row", "n is missing"),
        ({"quantity": "q", "m": 9, "n": 1, "r": 1, "value": "1"}, "invalid row", "got 'r'"),
        ({"quantity": "q", "m": 9, "n": 1, "digits": 1, "value": "1"}, "invalid row", "'digits'"),
        ({"quantity": "q", "parameters": "m=9", "m": 9, "n": 1, "value": "1"}, "invalid row", "tw"),
        ({"quantity": "q", "parameters": "9 1", "value": "1"}, "invalid row", "look like 'm=20"),
        ({"quantity": "q", "parameters": "m=9 m=8 n=1", "value": "1"}, "invalid row", "look like"),
        ({"quantity": "q", "m": 9, "n": 1}, "invalid row", "a value is needed"),
        ({"quantity": "q", "m": "9" * 5000, "n": 1, "value": "1"}, "invalid row", "characters"),
        ({"quantity": "q", "m": 9, "n": 10**5000, "value": "1"}, "invalid row", "characters"),
        ({"quantity": "q", "m": 9, "n": 1, "value": "nan"}, "invalid row", "'nan'"),
        ({"quantity": "q", "m": 9, "n": 1, "value": float("inf")}, "invalid row", "finite"),
        ({"quantity": "q", "m": 9, "n": 1, "value": "1e9999999"}, "invalid row", "1e9999999"),
        ({"quantity": "q", "m": 9, "n": 1, "value": "9" * 2000000}, "invalid row", "characters"),
        ({"quantity": "threshold", "name": "one", "value": "1"}, "invalid row", "known: cover"),
        ({"quantity": "threshold", "name": "euler", "kappa": 0, "value": "1"}, "invalid row", "1e"),
        ({"quantity": "volume", "m": 5, "k": 2, "j": -1, "value": "1"}, "invalid row", "0 <= j"),
        ({"value": "1"}, "invalid row", "quantity needs a name"),
        (["q", 1], "invalid row", "a row needs quantity"),
        (7, "invalid row", "a row needs quantity"),
    ],
)
def test_a_bad_row_says_why_and_hides_no_other(row, expected, words):
    good = {"quantity": "q", "m": 20, "n": 3, "value": TRUTH}
    report = crosscheck([good, row, good])
    assert [r.verdict for r in report.rows] == ["agrees", expected, "agrees"]
    assert words in report.rows[1].explanation
    assert "\n" not in str(report.rows[1])
    assert len(str(report.rows[1])) < 600
    assert not report.ok


def test_strings_are_never_run(tmp_path):
    trap = tmp_path / "trap"
    code = f"__import__('pathlib').Path({str(trap)!r}).touch()"
    for value, parameters in [(code, "m=2 n=1"), ("1", f"m={code} n=1"), ("1", {"m": code})]:
        assert verdict(value, parameters=parameters).verdict == "invalid row"
    assert verdict("1", quantity=code).verdict == "unknown quantity"
    assert not trap.exists()


# --- files


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


ROWS = f"""# a comment
quantity,parameters,value,tolerance
q,m=20 n=3,{TRUTH.numerator}/{TRUTH.denominator},

q,"m=20, n=3",0.0494,
q,m = 20; n = 3,0.05,1e-3
"""


@pytest.mark.parametrize(
    "text",
    [
        ROWS,
        ROWS.replace("\n", "\r\n"),
        "\ufeff" + ROWS,
        ROWS.replace(";", " ").replace(", n", " n").replace(",", ";").replace('"', ""),
        ROWS.replace("quantity,par", "Quantity , Par"),
    ],
)
def test_csv_in_several_dialects(tmp_path, text):
    report = crosscheck(written(tmp_path, "a.csv", text))
    assert [r.verdict for r in report.rows] == ["agrees", "differs", "agrees"]
    assert [r.claim.place for r in report.rows] == ["line 3", "line 5", "line 6"]


def test_separate_columns_as_pandas_writes_them(tmp_path):
    text = "quantity,m,n,k,value\nq,20.0,3.0,,0.0493\nq,20.0,3.0,2.0,1\n"
    report = crosscheck(str(written(tmp_path, "a.csv", text)))
    assert [r.verdict for r in report.rows] == ["agrees", "differs"]
    assert report.rows[1].right == q(20, 3, 2)


def test_json_numbers_keep_their_digits(tmp_path):
    digits = decimal(euler(), 40)
    text = f'[{{"quantity": "threshold", "name": "euler", "value": {digits}}}]'
    for content in (text, f'{{"rows": {text}}}'):
        path = written(tmp_path, "a.json", content)
        assert claims_of_file(path)[0].value == digits
        assert crosscheck(path).ok
    wrong = written(tmp_path, "b.txt", text.replace(digits, digits[:-1] + "0"))
    assert not crosscheck(wrong).ok


def test_a_row_with_too_many_cells_is_invalid(tmp_path):
    report = crosscheck(written(tmp_path, "a.csv", "quantity,value\nq,1,2\n"))
    assert report.rows[0].remark == "2 cells are needed; got 3"


def test_a_value_longer_than_the_csv_module_likes(tmp_path):
    value = "0." + decimal(TRUTH, 20)[2:] + "0" * 200_000
    path = written(tmp_path, "a.csv", f"quantity,m,n,value\nq,20,3,{value}\n")
    assert crosscheck(path).rows[0].verdict == "agrees"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b" \n\n", "is empty"),
        ("a.csv", b"\xff\xfe\x00\x01", "byte 0xff at offset 0"),
        ("a.csv", b"quantity,value\0", "zero bytes"),
        ("a.csv", b"a,b\n1,2\n", "needs a header"),
        ("a.csv", b"# only this\n", "needs a header"),
        ("a.csv", b"quantity,value\n", "no rows"),
        ("a.csv", b"quantity,value,m,m\nq,1,1,1\n", "a column twice"),
        ("a.json", b"{", "not valid JSON"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.json", b"{}", "a list of rows"),
        ("a.json", b"3", "a list of rows"),
        ("a.json", b"[]", "at least one row"),
    ],
)
def test_a_file_without_rows_is_one_line(tmp_path, name, content, words):
    with refused(match=words):
        crosscheck(written(tmp_path, name, content))


def test_a_file_that_is_none_or_too_large(tmp_path):
    with pytest.raises(DomainError, match="No such file"):
        crosscheck(tmp_path / "none.csv")
    with pytest.raises(DomainError, match="regular file"):
        crosscheck(tmp_path)
    large = tmp_path / "large.csv"
    with open(large, "wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(DomainError, match="at most 50 MB"):
        crosscheck(large)
    for nothing in (None, 3, []):
        with pytest.raises(DomainError):
            crosscheck(nothing)


# --- the report


def test_the_report_reads_as_a_table_and_as_json():
    rows = [
        {"quantity": "q", "m": 20, "n": 3, "value": "0.0493"},
        {"quantity": "q", "m": 20, "n": 3, "value": "0.05"},
        {"quantity": "r", "value": "1"},
    ]
    report = crosscheck(rows)
    lines = str(report).splitlines()
    assert lines[-1] == "3 rows - agrees: 2, unknown quantity: 1"
    assert max(map(len, lines)) <= 100
    record = json.loads(json.dumps(report.to_dict()))
    assert record["ok"] is False
    assert record["rows"][0]["right"] == "25861/524288"
    assert crosscheck(rows[:2]).ok


def test_another_quantity_is_one_line(monkeypatch):
    monkeypatch.setitem(QUANTITIES, "half", lambda m, scale=1: mpq(m, 2) * scale)
    rows = [
        {"quantity": "half", "m": 3, "value": "1.5"},
        {"quantity": "half", "m": 3, "scale": "1/3", "value": "1/2"},
        {"quantity": "half", "value": "1"},
    ]
    report = crosscheck(rows)
    assert [r.verdict for r in report.rows] == ["agrees", "agrees", "invalid row"]
    assert report.rows[2].remark == "half takes m, [scale]; m is missing"
