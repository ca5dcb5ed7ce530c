"""The command line: answers first, one line for an error, and an exit code that means something."""

import io
import json
import os
import subprocess
import sys

import pytest
from commandline import answer, refusal, run
from gmpy2 import mpq

from polygeo import progress
from polygeo.answers import decimal
from polygeo.cones import SignCountFan
from polygeo.relu import expected_euler_characteristic
from polygeo.report import tables
from polygeo.report.cli import cli, shell
from polygeo.thresholds import euler, gordon
from polygeo.thresholds.registry import THRESHOLDS

COMMAND = [sys.executable, "-c", "from polygeo.report.cli import main; main()"]
HEAVY = ["sympy", "scipy", "numba", "rich", "matplotlib", "pandas", "mpmath"]


def process(*arguments, **more):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, **more)


def test_the_first_line_is_the_answer():
    truth = expected_euler_characteristic(20, 3)
    lines = answer("q", "20", "3", "--digits", "7").splitlines()
    assert mpq(lines[0]) == truth
    assert decimal(truth, 7) in lines[1]
    assert mpq(answer("q", "20", "3", "--k", "2").split()[0]) == expected_euler_characteristic(
        20, 3, 2
    )
    assert mpq(answer("p", "7", "2").split()[0]) == mpq(29, 64)
    assert answer("threshold", "euler", "--digits", "50").split()[0] == euler().decimal(50)
    assert answer("threshold", "euler", "--kappa", "1/2").split()[0] == euler("1/2").decimal(20)
    assert answer("rate", "9", "--digits", "10").split()[0] == "-0.2583732112"


def test_p_is_simulated_on_request(tmp_path):
    lines = answer("p", "18", "3", "--samples", "2e4", "--seed", "1").splitlines()
    assert abs(float(lines[0]) - 0.911) < 0.005
    assert lines[1].startswith("p(18, 3) is estimated: ")
    assert lines[1].endswith("20000 samples, seed 1, Karp-Luby")
    plain = ("p", "18", "3", "--samples", "20000", "--seed", "1", "--method", "plain")
    record = json.loads(answer(*plain, "--workers", "2", "--format", "json"))
    assert (record["kind"], record["samples"], record["method"]) == ("estimate", 20_000, "plain")
    file = str(tmp_path / "run.json")
    small = ("p", "18", "3", "--seed", "1", "--stderr", "0.001", "--checkpoint", file)
    assert answer(*small) == answer(*small)
    rare = answer("p", "60", "3", "--samples", "200", "--seed", "1", "--complement").split()[0]
    assert 3e-12 < float(rare) < 6e-12
    for wrong in (
        ("--samples", "0", "--seed", "1"),
        ("--samples", "1e3"),
        ("--samples", "1.5", "--seed", "1"),
        ("--samples", "many", "--seed", "1"),
        ("--samples", "10", "--seed", "1", "--workers", "0"),
        ("--stderr", "0", "--seed", "1"),
        ("--stderr", "x", "--seed", "1"),
        ("--stderr", "nan", "--seed", "1"),
        ("--seed", "1"),
    ):
        refusal("p", "18", "3", *wrong)
    assert "samples=" in refusal("p", "18", "3", code=1)


def test_euler_characteristic_of_a_file(tmp_path):
    good, bad = tmp_path / "W.csv", tmp_path / "D.csv"
    good.write_text("1,0\n0,1/3\n-1,-1\n")
    bad.write_text("1,0\n0,1\n-2,0\n")
    assert answer("euler-characteristic", str(good)).split()[0] == "3"
    record = json.loads(answer("euler-characteristic", str(good), "--k", "1", "--format", "json"))
    assert record == {"kind": "exact", "value": 0, "m": 3, "n": 2, "k": 1}
    for wrong, text in [
        ((str(bad),), "rows 0, 2 are linearly dependent"),
        ((str(good), "--k", "4"), "1 <= k <= m"),
        ((str(tmp_path / "none"),), "cannot read"),
    ]:
        assert text in refusal("euler-characteristic", *wrong)


def test_records():
    record = json.loads(answer("q", "20", "3", "--format", "json"))
    assert mpq(record["value"]) == expected_euler_characteristic(20, 3)
    assert record["kind"] == "exact"
    record = json.loads(answer("threshold", "gordon", "--digits", "40", "--format", "json"))
    assert record["value"] == {
        "kind": "certified",
        "decimal": gordon().decimal(40),
        "digits": 40,
    }
    assert record["status"] == "theorem"
    assert json.loads(answer("rate", "5", "--format", "json"))["regime"] == "oscillating"
    bounds = json.loads(answer("p", "18", "3", "--bounds", "--format", "json"))
    assert {bound["side"] for bound in bounds} == {"upper", "lower"}


def test_long_numbers_are_abbreviated_unless_full():
    truth = expected_euler_characteristic(30_000, 4000)
    whole = f"{truth.numerator.digits()}/{truth.denominator.digits()}"
    assert len(whole) > 5000
    assert "characters" in answer("q", "30000", "4000").splitlines()[0]
    assert answer("q", "30000", "4000", "--full").splitlines()[0] == whole
    assert json.loads(answer("q", "30000", "4000", "--format", "json"))["value"] == whole


def test_volumes_of_the_fan():
    volumes = SignCountFan(5, 2).intrinsic_volumes()
    rows = json.loads(answer("volumes", "fan", "5", "2", "--format", "json"))["rows"]
    assert [mpq(row["v_j"]["value"]) for row in rows] == list(volumes)
    assert "-1/8  -0.125" in answer("volumes", "fan", "5", "2")


@pytest.mark.parametrize("layout", ["text", "csv", "md", "tex", "json"])
def test_tables_are_those_of_the_library(layout):
    expected = tables.table("thresholds").render(layout)
    assert answer("table", "thresholds", "--format", layout) == expected


def test_names_are_listed():
    lines = answer("table").splitlines()
    assert [line.split()[0] for line in lines] == list(tables.TABLES)
    ids = [line.split()[0] for line in answer("formula").splitlines()]
    assert "euler.triple_sum" in ids
    assert len(ids) == len(set(ids)) > 20


def test_a_formula_is_shown_and_checked():
    text = answer("formula", "euler.two_dimensions", "--check")
    assert "holds at" in text
    record = json.loads(answer("formula", "euler.two_dimensions", "--format", "json"))
    assert "\n    q_{m,2} = 2^(1 - m) m (m - 1)\n" in text
    assert answer("formula", "euler.two_dimensions", "--format", "tex").strip() == record["latex"]
    assert record["source"] in text


def test_citations():
    assert "@misc{maillard2022slides" in answer("cite", "euler")
    assert "@misc{maillard2022slides" in answer("cite", "q")
    assert "{wendel1962problem" in answer("cite", "wendel1962problem")
    assert all(answer("cite", name).startswith("@") for name in THRESHOLDS)


def test_crosscheck_exit_codes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("quantity,m,n,value\nq,20,3,0.0493\n")
    assert "agrees" in answer("crosscheck", str(path))
    path.write_text("quantity,m,n,value\nq,20,3,0.0493\nq,20,3,0.0495\n")
    done = run("crosscheck", str(path), "--format", "json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["rows"][1]["verdict"] == "differs"
    path.write_text("")
    assert run("crosscheck", str(path)).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("q 3 5", "q needs 1 <= n <= m; got m=3, n=5"),
        ("q 0 0", "q needs 1 <= n <= m"),
        ("q -5 3", "got m=-5"),
        ("q 5 3 --k -1", "1 <= k <= m"),
        ("q 20", "Missing argument 'N'"),
        ("q 20 3 4", "unexpected extra argument"),
        ("q 20.0 3", "an integer of at most 18 digits is needed; got '20.0'"),
        ("q True 3", "got 'True'"),
        ("q nan 3", "got 'nan'"),
        ("q 1e3 3", "got '1e3'"),
        (f"q {'9' * 5000} 3", "(5000 characters)"),
        ("q 999999999999999999 3", "is needed; got m=999999999999999999"),
        ("q 20 3 --digits 0", "digits must be between 1 and"),
        ("q 20 3 --digits -4", "digits must be between 1 and"),
        ("q 20 3 --digits x", "got 'x'"),
        ("q 20 3 --digts 4", "--digits"),
        ("q 20 3 --format xml", "'xml' is not one of 'text', 'json'"),
        ("p 2 3", "p needs 1 <= n <= m"),
        ("p 18 3 --bounds --samples 9", "no --samples"),
        ("p 5 2 --workers 0", "workers must lie in"),
        ("p 18 3 --stderr x", "not a valid float"),
        ("volumes fan 2 3", "1 <= k <= m"),
        ("volumes sphere 3", "unknown family of cones 'sphere'"),
        ("threshold eulr", "unknown threshold 'eulr'; known: cover, half-space, full-rsb"),
        ("threshold euler --kappa 0", "kappa must lie in"),
        ("threshold euler --kappa -1/2", "kappa must lie in"),
        ("threshold euler --kappa 1/0", "kappa needs a rational number"),
        ("threshold euler --kappa nan", "kappa needs a rational number"),
        ("threshold euler --digits 0", "digits must be between"),
        ("threshold euler --layers 3", "takes kappa, no number of layers"),
        ("threshold deep-sufficient", "needs the number of layers"),
        ("threshold deep-sufficient --layers 1", "L >= 2"),
        ("threshold deep-sufficient --layers 3 --kappa 2", "no kappa; got 2"),
        ("rate 1", "alpha > max(1, kappa)"),
        ("rate -3", "got alpha=-3"),
        ("rate x", "alpha needs a rational number; got 'x'"),
        ("table nothing", "unknown table 'nothing'; known: q, thresholds"),
        ("table q --format xls", "is not one of"),
        ("formula nothing", "no formula has the id 'nothing'"),
        ("estimate orthant 3 --samples 10", "give seed=1 (in the shell --seed 1)"),
        ("estimate orthant 3 --samples 10 --section 2", "give seed=1 (in the shell --seed 1)"),
        (
            "cite nothing",
            "no key of references.bib, no threshold, and no formula has the id 'nothing'",
        ),
        ("cite triple_sum", "did you mean euler.triple_sum?"),
        ("plot --out a.png", "No such option '--out'"),
        ("crosscheck no/such/file", "No such file"),
        ("plot nothing --out a.png", "unknown plot 'nothing'; known: thresholds, q"),
        ("plot rate", "a figure needs --out FILE"),
        ("plot rate --out a.xyz", "unknown kind of figure 'xyz'; known: png, svg, pdf"),
        ("plot rate --out no/such/a.png", "the folder of no/such/a.png must exist"),
        ("nothing", "No such command 'nothing'"),
        ("--nothing", "No such option"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(arguments, words):
    line = refusal(*arguments.split())
    assert words in line
    assert len(line) < 400


def test_no_exact_value_is_exit_code_1_and_bounds_are_0():
    line = refusal("p", "18", "3", code=1)
    assert line.startswith("Error: no exact value of p(18, 3) is known; proved: 0.79")
    assert "union over orthants" in answer("p", "18", "3", "--bounds")


def test_one_sign_of_life_at_a_time(monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress.waiting("outside"):
        assert list(progress.track([1, 2], "inside")) == [1, 2]
        with progress.meter("inside", 3, progress=True) as tell:
            tell(2)
    assert "outside" in terminal.getvalue()
    assert "inside" not in terminal.getvalue()
    assert list(progress.track([3], "afterwards")) == [3]
    assert "afterwards" in terminal.getvalue()


def test_an_error_of_the_system_is_one_line(monkeypatch, tmp_path):
    def full(*arguments):
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.setattr("polygeo.report.tables.table", full)
    done = run("table", "q")
    assert (done.exit_code, done.stderr) == (2, "Error: somewhere: No space left on device\n")


def test_an_interrupt_is_130_without_a_traceback(monkeypatch):
    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("polygeo.report.tables.table", stop)
    done = run("table", "q")
    assert done.exit_code == 130
    assert (done.stdout, done.stderr) == ("", "interrupted\n")


def test_a_closed_pipe_is_quiet():
    for arguments in (["q", "20", "3"], ["table", "q"]):
        child = subprocess.Popen(
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        child.stdout.close()
        assert child.stderr.read() == b""
        child.stderr.close()
        assert child.wait() == 1


def test_help_and_version():
    for arguments in ([], ["--help"], ["-h"]):
        assert "  polygeo threshold euler --digits 50   8.3446..." in answer(*arguments)
    version = sys.modules["polygeo"].__version__
    assert answer("--version") == f"polygeo, version {version}\n"
    assert "q,m=20 n=3,25861/524288\n" in answer("crosscheck", "--help")
    for name in cli.commands:
        assert answer(name, "--help").startswith("Usage: polygeo")


def test_a_process_prints_the_same_and_loads_nothing_heavy():
    program = (
        "import sys, atexit; from polygeo.report.cli import main;"
        f"atexit.register(lambda: print([x for x in {HEAVY} if x in sys.modules]));"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "q", "20", "3"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.stdout == answer("q", "20", "3") + "[]\n"
    assert (done.returncode, done.stderr) == (0, "")
    assert process("q", "3", "5").returncode == 2


def test_integers_are_read_strictly():
    for text in ("7", "+7", "-7", " 7 "):
        assert shell.INTEGER.convert(text, None, None) == int(text)


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_figure_is_written_the_same_twice(tmp_path, ending):
    pytest.importorskip("matplotlib")
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    for path in (first, second):
        assert answer("plot", "rate", "--out", str(path)) == f"{path} written\n"
    assert first.read_bytes() == second.read_bytes()
    assert len(first.read_bytes()) < 150_000
    assert sorted(os.listdir(tmp_path)) == [first.name, second.name]


def test_a_missing_matplotlib_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    done = run("plot", "rate", "--out", str(tmp_path / "a.png"))
    assert done.exit_code == 2
    assert done.stderr == 'Error: plots need matplotlib: pip install "polygeo-cones[plot]"\n'
    assert os.listdir(tmp_path) == []
