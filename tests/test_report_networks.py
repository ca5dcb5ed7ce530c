"""Tables, figures and commands around the layer."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from commandline import answer as output
from commandline import refusal, run
from gmpy2 import mpq

from polygeo.answers import from_dict
from polygeo.relu import (
    FanProof,
    angle_map,
    generic_linear_regions,
    lipschitz_constant,
    union_bound,
    verify_proof,
)
from polygeo.report.tables import SIMULATED, table
from polygeo.report.tables.networks import deep_estimate, stability_estimate

PLUS_MINUS = "1,0\n0,1\n# two more\n-1,0\n0,-1\n"
COMMITTED = Path(__file__).parents[1] / "docs" / "tables"


def answer(*words):
    return output(*words).splitlines()


@pytest.fixture
def files(tmp_path):
    def write(*texts):
        paths = []
        for i, text in enumerate(texts):
            path = tmp_path / f"W{i}.csv"
            path.write_text(text)
            paths.append(str(path))
        return paths

    return write


# --- tables


def test_the_table_of_regions():
    for row in table("regions"):
        m, n = row["m"], row["n"]
        assert row["regions"] == generic_linear_regions(m, n)
        assert row["affine_regions"] * 2 == generic_linear_regions(m + 1, n + 1)
        assert row["few"] == union_bound(m, n)


def test_the_table_of_contraction():
    rows = list(table("contraction"))
    for row in rows:
        assert row["from_pi"].overlaps(angle_map("pi/2", row["layers"] - 1, 20))
    gaps = [float(row["from_half_pi"] / row["asymptotic"]) - 1 for row in rows]
    assert all(abs(b) < abs(a) for a, b in itertools.pairwise(gaps))


def test_simulated_tables_say_so():
    assert {"stability", "deep"} <= set(SIMULATED)
    # agreement with other seeds: the slow test; here that the entry is what its function gives
    (row,) = [r for r in table("stability") if (r["m"], r["n"]) == (8, 2)]
    assert row["share"] == stability_estimate(8, 2, row["samples"]).mean_share


@pytest.mark.slow
def test_committed_simulations_agree_with_a_re_run():
    """Other seeds against the committed intervals; each pair may miss with about 1e-7."""
    if not COMMITTED.is_dir():
        pytest.skip("the committed tables are in the checkout only")
    compared = 0
    for row in json.loads((COMMITTED / "stability.json").read_text("utf-8"))["rows"]:
        again = stability_estimate(row["m"], row["n"], row["samples"], seed=77)
        pairs = [("share", again.mean_share), ("lower", again.lower), ("upper", again.upper)]
        for name, new in [*pairs, ("injective", again.injective)]:
            compared += agreement(from_dict(row[name]), new)
    for row in json.loads((COMMITTED / "deep.json").read_text("utf-8"))["rows"]:
        again = deep_estimate(row["width"], row["layers"], row["samples"], seed=77)
        compared += agreement(from_dict(row["injective"]), again)
    assert compared > 100


def agreement(old, new):
    """Means of 16 batches have heavier tails than Gaussians: 8 standard errors of the two."""
    error = (old.stderr**2 + new.stderr**2) ** 0.5
    assert abs(old.mean - new.mean) <= 8 * error + (0 if error else 12 / old.samples)
    return 1


# --- commands


def test_regions(files):
    assert answer("regions", "20", "3")[0] == "382"
    assert answer("regions", "20", "3", "--bias")[0] == "1351"
    assert answer("regions", "--bias", "20", "3")[0] == "1351"
    assert mpq(answer("regions", "20", "3", "--active", "2")[0]) == mpq(18145, 262144)
    W, b = files(PLUS_MINUS, "0\n1\n0\n1/2\n")
    assert answer("regions", W)[0] == "4"
    assert answer("regions", W, "--bias", b)[0] == "6"
    assert answer("regions", "--biases", b, W)[0] == "6"
    assert json.loads(answer("regions", W, "--format", "json")[0])["value"] == "4"


def test_regions_of_arrays(tmp_path):
    """Biases in a .npy file are a vector; rows special up to rounding are warned about."""
    W, b, tenths = (str(tmp_path / f"{name}.npy") for name in ("W", "b", "tenths"))
    np.save(W, np.array([[1, 0], [0, 1], [-1, 0], [0, -1]]))
    np.save(b, np.array([0, 1, 0, 0.5]))
    assert answer("regions", W, "--biases", b)[0] == "6"
    np.save(tenths, np.array([[1, 0.3], [0, 1], [1, 0.1], [1, 0.1 + 0.2]]))
    done = run("regions", tenths)
    assert done.stdout.splitlines()[0] == "8"
    assert done.stderr.startswith("warning: 2 normals in floating point are within rounding")
    assert len(done.stderr.splitlines()) == 1
    assert answer("regions", tenths, "--snap", "1e-9")[0] == "6"
    roots = tmp_path / "roots.csv"
    roots.write_text("# three lines\n1, 0\n1, sqrt(5)\n(1+sqrt(5))/2, 2\n")
    assert answer("regions", roots)[0] == "6"
    roots.write_text("1, sqrt(5)\nsqrt(5), 5\n")
    assert answer("regions", roots)[0] == "2"
    roots.write_text("1, sqrt(5)\nsqrt(\n")
    assert "every row of W needs 2 numbers; got 1" in refusal("regions", roots)
    assert "--snap goes with a file" in refusal("regions", "4", "2", "--snap", "1e-9")


def test_contraction():
    assert answer("contraction", "1000", "--digits", "12")[0] == angle_map("pi/2", 1000).decimal(12)
    assert answer("contraction", "3", "--angle", "0")[0] == "0"
    lines = answer("contraction", "5", "--width", "60", "--samples", "64")
    assert lines[-1].startswith("width 60: 0.")
    record = json.loads(answer("contraction", "2", "--width", "60", "--format", "json")[0])
    assert from_dict(record["simulated"]).samples == 1024


def test_stability(files):
    (W,) = files(PLUS_MINUS)
    lines = answer("stability", W, "--digits", "10", "--gap", "1/1000")
    assert lines[0] == "1.000000000"
    assert lines[2] == "0.5000000000 <= kappa <= 0.7071067812"
    record = json.loads(answer("stability", W, "--gap", "1/10", "--format", "json")[0])
    low, high = map(mpq, record["kappa_squared"])
    assert (low, high) == lipschitz_constant([[1, 0], [0, 1], [-1, 0], [0, -1]], "1/10").squared
    (V,) = files("1,0\n0,1\n-1,-1\n")
    assert answer("stability", V)[0] == "0"


def test_deep(files):
    W, identity, fold = files(
        PLUS_MINUS, "1,0,0,0\n0,1,0,0\n0,0,1,0\n0,0,0,1\n", "1,0,1,0\n0,1,0,1\n"
    )
    assert answer("deep", W, identity)[0] == "injective"
    proof = Path(W).parent / "proof.json"
    assert answer("deep", W, identity, "--certificate", str(proof))[-1] == f"{proof} written"
    assert verify_proof(
        [[[1, 0], [0, 1], [-1, 0], [0, -1]], np.eye(4)],
        FanProof.from_dict(json.loads(proof.read_text("utf-8"))),
    )
    assert answer("verify", proof, W, identity) == ["verified", "4 x 2, 4 x 4: injective"]
    refuted = run("verify", proof, W, fold)
    assert (refuted.exit_code, refuted.stdout.splitlines()[0]) == (1, "refuted")
    done = run("deep", W, fold, "--certificate", proof.with_name("none.json"))
    assert done.stderr.startswith("no certificate was written")
    assert not proof.with_name("none.json").exists()
    lines = answer("deep", W, fold)
    assert lines[:2] == ["not injective", "verified exactly (two pieces)"]
    x, y = ([mpq(c) for c in line.split("=")[1].split(",")] for line in lines[2:])
    assert [abs(c) for c in x] == [abs(c) for c in y]
    assert x != y
    assert run("deep", W, "--search").exit_code == 1
    assert json.loads(answer("deep", fold, "--format", "json")[0])["answer"] == "not injective"


def test_deep_reads_models(files, tmp_path):
    (W,) = files(PLUS_MINUS)
    signs, four, model = np.loadtxt(W, delimiter=","), np.eye(4), tmp_path / "net.npz"
    np.savez(model, **{"fc1.weight": signs, "fc2.weight": four})
    proof = tmp_path / "proof.json"
    assert answer("deep", model, "--certificate", proof)[-1] == f"{proof} written"
    assert answer("verify", proof, model) == ["verified", "4 x 2, 4 x 4: injective"]
    np.savez(tmp_path / "fan.npz", four)
    assert answer("verify", proof, W, tmp_path / "fan.npz")[0] == "verified"
    np.savez(model, **{"fc1.weight": signs, "fc1.bias": np.ones(4), "fc2.weight": four})
    assert answer("deep", model) == ["injective", "verified exactly (layers)"]
    done = run("deep", model, "--certificate", tmp_path / "none.json")
    assert done.stderr.startswith("no certificate was written")
    assert "biases" in refusal("verify", proof, model)
    np.savez(model, **{"fc1.weight": signs, "fc1.bias": -np.ones(4), "fc2.weight": four})
    for option in ((), ("--search",)):  # |x|, |y| < 1 goes to 0
        lines = answer("deep", model, *option)
        x, y = ([mpq(c) for c in line.split("=")[1].split(",")] for line in lines[2:])
        values = [np.maximum(signs @ np.array(z, float) - 1, 0) for z in (x, y)]
        assert lines[0] == "not injective"
        assert x != y
        assert np.abs(values[0] - values[1]).max() == pytest.approx(0, abs=1e-12)
    np.savez(model, **{"fc1.weight": np.eye(3)[:2], "fc2.weight": np.eye(3)})
    assert "weights[1] needs 2 columns" in refusal("deep", model)
    (tmp_path / "net.pt").write_bytes(b"")
    assert "is a pickle" in refusal("deep", tmp_path / "net.pt")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("regions 3", "two integers M N or one file"),
        ("regions 0 3", "m >= 1 and n >= 1; got m=0, n=3"),
        ("regions 3 x", "got 'x'"),
        ("regions no/such.csv", "cannot read no/such.csv"),
        ("regions", "two integers M N or one file"),
        ("regions W.csv --bias", "needs the file of the biases"),
        ("regions W.csv --active 2", "goes with M N"),
        ("regions --bias b.csv", "two integers M N or one file"),
        ("regions 3 2 --bias b.csv", "takes no file"),
        ("regions 3 2 --active 9", "0 <= active <= m"),
        ("contraction -1", "layers must lie in"),
        ("contraction 3 --angle 4", "an angle must lie in [0, pi]; got 4"),
        ("contraction 3 --angle x", "angle needs a rational number"),
        ("contraction 3 --width 2", "width must lie in"),
        ("contraction 3 --digits 0", "digits must be between"),
        ("contraction 3 --samples 64", "go with --width"),
        ("deep W.csv --seed 1", "goes with --search"),
        ("deep W.csv --search --certificate c.json", "no --certificate"),
        ("stability no/such.csv", "cannot read no/such.csv"),
        ("stability", "Missing argument"),
        ("deep", "Missing argument"),
        ("deep no/such.csv", "cannot read no/such.csv"),
    ],
)
def test_errors_are_one_line(arguments, words):
    assert words in refusal(*arguments.split())


def test_bad_files(files):
    ragged, words, wide, zero = files("1,2\n3\n", "1,x\n", "1,2,3\n", "0,0\n0,0\n")
    for path, message in ((ragged, "2 coordinates are needed; got 1"), (words, "line 1")):
        for command in ("regions", "stability", "deep"):
            assert message in refusal(command, path)
    assert "needs n <= m" in refusal("stability", wide)
    assert "as many as" in refusal("deep", wide, wide)
    assert answer("regions", zero)[0] == "1"
    assert answer("stability", zero)[0] == "0"
    assert answer("deep", zero)[0] == "not injective"
    refusal("stability", wide, "--gap", "2")


# --- figures


def test_figures_show_what_the_library_computes():
    pytest.importorskip("matplotlib")
    from polygeo.report.figures.networks import plot_contraction, plot_deep, plot_stability

    left, _ = plot_contraction(12, (50,)).axes
    (line,) = [x for x in left.lines if "certified" in str(x.get_label())]
    depth, angles = line.get_data()
    assert angles[-1] == pytest.approx(float(angle_map("pi/2", int(depth[-1]))))
    assert np.all(np.diff(angles) < 0)
    axes, bounds = plot_stability((3, 8)).axes
    assert len(axes.containers) == 3
    upper, lower = (line.get_ydata() for line in bounds.lines)
    assert np.all(upper >= lower)
    (deep,) = plot_deep((8,), 2).axes
    assert len(deep.containers) == 1
