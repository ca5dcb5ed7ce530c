"""Full disks, folders that cannot be written, caches that cannot be kept, python -O."""

import ast
import errno
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numba
import numba.core.caching
import numpy as np
import pytest

import polygeo
from polygeo.errors import DomainError
from polygeo.relu import Verdict, is_injective
from polygeo.report import tables
from polygeo.sampling.runs.checkpoint import Checkpoint
from polygeo.simd.compiled import njit

CROSS = [[1, 0], [0, 1], [-1, 0], [0, -1]]
PACKAGE = Path(polygeo.__file__).parent


def full(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


SAVERS = {
    "verdict.json": lambda path: is_injective(CROSS).save(path),
    "run.json": lambda path: Checkpoint(path, {"computes": "x"}).save(3, np.array([1, 2])),
    "known-p.csv": lambda path: tables.write(path.parent, ["known-p"]),
}


@pytest.mark.parametrize("name", SAVERS)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_keeps_the_old_file(name, step, tmp_path, monkeypatch):
    path = tmp_path / name
    path.write_text("the old one")
    monkeypatch.setattr(os, step, full)
    with pytest.raises(DomainError, match=r"cannot write .*: No space left on device"):
        SAVERS[name](path)
    monkeypatch.undo()
    assert path.read_text() == "the old one"
    assert [p.name for p in tmp_path.iterdir()] == [name]
    SAVERS[name](path)
    assert path.read_text() != "the old one"


def test_a_file_larger_than_may_be_written(tmp_path):
    """The system's own limit, which stops in the middle of a file."""
    program = f"""
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
from polygeo.answers.files import write_atomically
write_atomically({str(tmp_path / "a.txt")!r}, "x" * 50)
write_atomically({str(tmp_path / "a.txt")!r}, "y" * 5000)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "DomainError: cannot write" in done.stderr.splitlines()[-1]
    assert (tmp_path / "a.txt").read_text() == "x" * 50
    assert len(list(tmp_path.iterdir())) == 1


def test_two_processes_save_one_verdict(tmp_path):
    """Whoever is last wins with a whole file."""
    program = f"""
from polygeo.relu import is_injective
verdict = is_injective({CROSS})
for _ in range(50):
    verdict.save({str(tmp_path / "v.json")!r})
"""
    both = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]
    assert [process.wait(120) for process in both] == [0, 0]
    assert Verdict.load(tmp_path / "v.json").verify(CROSS)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name != "posix", reason="whether a process runs is looked at on posix")
@pytest.mark.parametrize("name", SAVERS)
def test_what_a_killed_process_left_goes_with_the_next_save(name, tmp_path):
    """Only its own: parts of a process that runs, of other machines and of other files stay."""
    path = tmp_path / name
    killed = "import os, signal; os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL); "
    program = (
        f"{killed}from polygeo.answers.files import write_atomically as w; w({str(path)!r}, 'x')"
    )
    child = subprocess.Popen([sys.executable, "-c", program])
    assert child.wait(120) == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    machine, process, token = left.name.removesuffix(".part").rsplit(".", 1)[1].split("-")
    assert int(process) == child.pid
    stay = [f"{machine}-{os.getpid()}-{token}", f"00000000-{process}-{token}", f"{process}-{token}"]
    others = {f".{name}.{owner}.part" for owner in stay}
    others.add(f".{name}.more.{machine}-{process}-{token}.part")
    for other in others:
        (tmp_path / other).touch()
    SAVERS[name](path)
    assert {p.name for p in tmp_path.glob(".*.part")} == others
    assert path.exists()


def test_kernels_without_a_place_for_their_cache(monkeypatch):
    """A read-only installation and a read-only home: numba finds no folder and would raise."""
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(RuntimeError, match="no locator"):
        numba.njit(cache=True)(_double)
    assert njit(cache=True)(_double)(4) == 8


def _double(x):
    return 2 * x


@pytest.mark.parametrize("step", ["save", "load"])
def test_kernels_on_a_full_disk(step, monkeypatch, tmp_path):
    """The cache cannot be written, or read: what was compiled works."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))  # an empty one
    monkeypatch.setattr(numba.core.caching.IndexDataCacheFile, step, full)
    with pytest.raises(OSError, match="No space"):
        numba.njit(cache=True)(_double)(4)
    kernel = njit(cache=True)(_double)
    assert kernel(4) == 8
    assert kernel(4.5) == 9.0


def test_all_kernels_go_through_this_door():
    """Whoever takes numba's own njit fails on such machines."""
    for path in PACKAGE.rglob("*.py"):
        if path.name == "compiled.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "numba":
                assert {alias.name for alias in node.names} <= {"types"}, path


def test_all_kernels_load_without_a_place_for_their_cache():
    """In a process of its own: every module, with nowhere to write."""
    program = """
import errno, importlib, pkgutil, tempfile
def full(*_, **__):
    raise OSError(errno.EROFS, "Read-only file system")
tempfile.TemporaryFile = full
import polygeo
for place in ("sampling", "relu", "replica"):
    package = importlib.import_module("polygeo." + place)
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(found.name)
print(polygeo.q(20, 3))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("25861/524288\n", "")


def test_nothing_depends_on_asserts():
    """python -O drops them: in the package they only tell a type checker what is known."""
    for path in [*PACKAGE.rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Assert):
                test = ast.unparse(node.test)
                known = test.endswith(" is not None") or test.startswith("isinstance(")
                assert known, f"{path}: {test}"
                assert not re.search(" and | or |:=|\\(.*\\(", test), f"{path}: {test}"


def test_a_forged_proof_under_optimisation(tmp_path):
    """What refutes is no assert."""
    program = f"""
import sys
from polygeo.relu import Verdict, is_injective
from polygeo.relu.decision.witness import Witness
from polygeo.relu.matrix import read_matrix
W = {CROSS}
digest = read_matrix(W).digest
for forged in (
    Verdict(True, None, (4, 2), digest, record=[]),
    Verdict(True, None, (9, 2), digest, record=is_injective(W).certificate),
    Verdict(False, None, (4, 2), digest, witness=Witness((0, 0, 0), (0, 0, 1), 1)),
    Verdict(False, None, (4, 2), digest, witness=Witness((0, 0), (0, 0), 1)),
):
    try:
        print(forged.verify(W))
    except Exception as problem:
        print(type(problem).__name__)
print(sys.flags.optimize, is_injective(W).verify())
"""
    done = subprocess.run([sys.executable, "-O", "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["Refuted"] * 4 + ["1", "True"], done.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_behind_stdout():
    with open("/dev/full", "w") as out:
        command = [sys.executable, "-m", "polygeo.report.cli", "q", "20", "3"]
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (2, "Error: No space left on device\n")
