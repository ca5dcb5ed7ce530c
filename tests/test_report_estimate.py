"""`polygeo estimate` and the simulated table. Each comparison may fail by chance with 1e-6."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time

import commandline
import pytest

from polygeo.answers import from_dict
from polygeo.cones import PolyhedralCone, SignCountFan

ROWS = "1,0,0,0\n1,2,0,0\n1,1,1,0\n2,1,1,3\n"
SIX = "1,0,0,0,0,0\n1,2,0,0,0,1\n1,1,1,0,0,0\n2,1,1,3,0,0\n1,1,0,1,3,0\n1,1,2,1,3,1\n1,1,-2,1,3,1\n"


@pytest.fixture
def rays(tmp_path):
    path = tmp_path / "cone.csv"
    path.write_text(ROWS)
    return str(path)


def run(*words):
    return commandline.run("estimate", *words)


def answer(*words):
    return commandline.answer("estimate", *words)


def refusal(*words):
    return commandline.refusal("estimate", *words)


def test_estimates_stand_beside_certified_values(rays):
    cone = PolyhedralCone.from_file(rays, "rays")
    record = json.loads(answer("rays", rays, "--samples", "2e4", "--seed", "1", "--format", "json"))
    assert record["samples"] == 20_000
    assert record["complete"] is True
    volumes = [from_dict(entry) for entry in record["volumes"]]
    assert volumes == list(cone.estimate_intrinsic_volumes(20_000, 1))
    for estimate, value in zip(volumes, cone.intrinsic_volumes(15), strict=True):
        assert estimate.agrees(float(value))
    exact = [float(entry["decimal"]) for entry in record["exact"]]
    assert exact == pytest.approx([float(v) for v in cone.intrinsic_volumes(15)], abs=1e-9)
    assert from_dict(record["statistical_dimension"]).agrees(float(cone.statistical_dimension()))


def test_uncertified_runs_are_a_switch(rays):
    """Proofs change no count here; sections know no such run."""
    options = ("rays", rays, "--samples", "5000", "--seed", "1", "--format", "json", "--no-exact")
    assert json.loads(answer(*options, "--uncertified")) == json.loads(answer(*options))
    union = ("fan", "4", "2", "--samples", "500", "--seed", "1", "--format", "json", "--no-exact")
    assert json.loads(answer(*union, "--uncertified")) == json.loads(answer(*union, "--certified"))
    assert "--uncertified" in refusal(*options, "--uncertified", "--section", "2")


def test_formats_hold_the_same_numbers(rays):
    options = ("rays", rays, "--samples", "5000", "--seed", "1")
    rows = list(csv.DictReader(io.StringIO(answer(*options, "--format", "csv"))))
    runs = PolyhedralCone.from_file(rays, "rays").estimate_intrinsic_volumes(5000, 1)
    assert [row["k"] for row in rows] == ["0", "1", "2", "3", "4", "delta"]
    for row, estimate in zip(rows, runs, strict=False):
        numbers = [float(row[name]) for name in ("estimate", "stderr", "low", "high")]
        assert numbers == [estimate.mean, estimate.stderr, estimate.low, estimate.high]
    text, markdown = answer(*options), answer(*options, "--format", "md")
    for name in ("5,000 samples", "seed 1", "statistical dimension", "certified"):
        assert name in text
        assert name in markdown
    assert "exact" not in answer(*options, "--no-exact").replace("No exact", "")


def test_families_and_inequalities(tmp_path):
    path = tmp_path / "chamber.csv"
    path.write_text("1,0,0\n-1,1,0\n0,-1,1\n")
    options = ("--samples", "4000", "--seed", "3", "--format", "json")
    named = json.loads(answer("weyl", "B", "3", *options))
    filed = json.loads(answer("inequalities", str(path), *options))
    assert named["volumes"] == filed["volumes"]
    fan = json.loads(answer("fan", "4", "2", *options))
    exact = SignCountFan(4, 2).intrinsic_volumes()
    assert all(from_dict(e).agrees(v) for e, v in zip(fan["volumes"], exact, strict=True))


def test_sections(rays):
    options = ("--samples", "4000", "--seed", "3", "--section", "2")
    text = answer("fan", "5", "2", *options)
    assert "5/4 = 1.25" in text
    assert "not the indicator" in text
    record = json.loads(answer("fan", "5", "2", *options, "--format", "json"))
    assert from_dict(record["estimate"]).agrees(from_dict(record["expected"]))
    assert answer("rays", rays, *options, "--format", "csv").splitlines()[0].startswith("cone,n,")


def test_stopping_at_a_standard_error(rays):
    options = ("--stderr", "4e-3", "--seed", "1", "--format", "json")
    for cone in (("rays", rays), ("fan", "4", "2")):
        record = json.loads(answer(*cone, *options))
        assert all(0 <= entry["stderr"] <= 4e-3 for entry in record["volumes"])
        record = json.loads(answer(*cone, *options, "--section", "2"))
        assert 0 < record["estimate"]["stderr"] <= 4e-3


def test_workers_and_checkpoints_give_the_same_bytes(rays, tmp_path):
    path = str(tmp_path / "run.json")
    options = ("rays", rays, "--seed", "1", "--format", "csv")
    alone = answer(*options, "--samples", "100000")
    assert answer(*options, "--samples", "100000", "--workers", "2") == alone
    answer(*options, "--samples", "70000", "--checkpoint", path)
    assert answer(*options, "--samples", "100000", "--checkpoint", path) == alone


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rays", "FILE", "--samples", "0", "--seed", "1"), "at least 4"),
        (("rays", "FILE", "--samples", "-7", "--seed", "1"), "at least 4"),
        (("rays", "FILE", "--samples", "1.5", "--seed", "1"), "integer such as 1000000 or 1e6"),
        (("rays", "FILE", "--samples", "1/1", "--seed", "1"), "integer such as"),
        (("rays", "FILE", "--samples", "1e400", "--seed", "1"), "integer such as"),
        (("rays", "FILE", "--samples", "nan", "--seed", "1"), "integer such as"),
        (("rays", "FILE", "--samples", "100"), "--seed"),
        (("rays", "FILE", "--samples", "100", "--seed", "x"), "integer of at most 18 digits"),
        (("rays", "FILE", "--samples", "100", "--seed", "1.0"), "integer of at most 18 digits"),
        (("rays", "FILE", "--samples", "100", "--seed", "-1"), "seed must lie in"),
        (("rays", "FILE", "--seed", "1"), "needs --samples or --stderr"),
        (("rays", "FILE", "--seed", "1", "--stderr", "0"), "stderr must be a positive"),
        (("rays", "FILE", "--seed", "1", "--stderr", "nan"), "stderr must be a positive"),
        (("rays", "FILE", "--seed", "1", "--samples", "100", "--workers", "0"), "workers must"),
        (("rays", "FILE", "--seed", "1", "--samples", "9", "--section", "5"), "0 <= n <= 4"),
        (("rays", "FILE", "--seed", "1", "--section", "2"), "needs --samples"),
        (("rays", "FILE", "--seed", "1", "--samples", "9", "--checkpoint", "/no/x"), "no folder"),
        (("rays", "FILE", "--seed", "1", "--samples", "9", "--checkpoint", "FILE"), "damaged"),
        (("rays", "no.csv", "--seed", "1", "--samples", "9"), "cannot read no.csv"),
        (("subspace", "2", "4", "--seed", "1", "--samples", "9"), "linear subspace"),
        (
            ("circular", "4", "pi/4", "--section", "2", "--seed", "1", "--samples", "9"),
            "no polyhedral",
        ),
        (("nothing", "--seed", "1", "--samples", "9"), "unknown family"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(arguments, message, rays):
    assert message in refusal(*(rays if a == "FILE" else a for a in arguments))


@pytest.mark.parametrize("text", ["1,nan\n", "1,inf\n", "1,x\n", "", "0,0\n", "1,0\n1\n", "\x00"])
def test_bad_files_are_one_line(text, tmp_path):
    path = tmp_path / "cone.csv"
    path.write_text(text)
    assert str(path) in refusal("rays", path, "--seed", "1", "--samples", "9")


def test_whole_lines_are_a_subspace(tmp_path):
    path = tmp_path / "cone.csv"
    path.write_text("1,0\n-1,0\n")
    line = refusal("rays", path, "--seed", "1", "--samples", "9")
    assert "linear subspace of dimension 1" in line


def test_a_run_that_is_interrupted_prints_what_is_done(rays, monkeypatch):
    from polygeo.sampling import FaceBlock

    plain = FaceBlock.__call__

    def interrupted(self, block):
        if block == 1:
            raise KeyboardInterrupt
        return plain(self, block)

    monkeypatch.setattr(FaceBlock, "__call__", interrupted)
    done = run("rays", rays, "--seed", "1", "--samples", "1e6", "--format", "json")
    assert done.exit_code == 130 or done.return_value == 130
    record = json.loads(done.stdout)
    assert record["complete"] is False
    assert 0 < record["samples"] < 1_000_000


def command(*arguments, **more):
    code = "from polygeo.report.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "estimate", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the workers by ps")
@pytest.mark.parametrize("more", [[], ["--section", "3"]])
def test_a_worker_that_dies_ends_the_run_in_one_line(more, tmp_path):
    cone = tmp_path / "cone.csv"
    cone.write_text(SIX)
    process = command(
        "rays", str(cone), "--seed", "1", "--samples", "1e10", "--workers", "2", *more
    )
    listing = ["ps", "-ww", "--ppid", str(process.pid), "-o", "pid=,args="]
    workers: list[int] = []
    limit = time.monotonic() + 60
    while not workers and time.monotonic() < limit:
        lines = subprocess.run(listing, capture_output=True, text=True).stdout.splitlines()
        workers = [int(line.split()[0]) for line in lines if "spawn_main" in line]
        time.sleep(0.2)
    try:
        os.kill(workers[0], signal.SIGKILL)
        out, problems = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 2
    assert out == ""
    assert problems.startswith("Error: the executor died after")
    assert len(problems.splitlines()) == 1


@pytest.mark.slow
def test_resume_after_kill_9_and_ctrl_c(tmp_path):
    """With two processes; the kill leaves no process behind, and the answer is the plain one's."""
    cone, kept = tmp_path / "cone.csv", tmp_path / "run.json"
    cone.write_text(SIX)
    options = ["rays", str(cone), "--seed", "1", "--format", "csv"]
    process = command(*options, "--samples", "1e10", "--workers", "2", "--checkpoint", str(kept))
    limit = time.monotonic() + 120
    while not kept.exists() and time.monotonic() < limit:
        time.sleep(0.05)
    process.kill()
    process.communicate(timeout=30)  # ends only when the workers have let go of the pipes
    samples = str((json.loads(kept.read_text())["blocks"] + 2) * 32768 + 1000)
    resumed = answer(*options, "--samples", samples, "--checkpoint", str(kept))
    assert resumed == answer(*options, "--samples", samples)

    process = command(
        *options, "--samples", "1e10", "--workers", "2", "--checkpoint", str(kept),
        start_new_session=True,
    )  # fmt: skip
    before = kept.read_text()
    while kept.read_text() == before and time.monotonic() < limit + 120:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    out, problems = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out.splitlines()[0] == "k,estimate,stderr,low,high,exact"
    assert len(problems.splitlines()) == 1
    assert "interrupted after" in problems
