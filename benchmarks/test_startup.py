"""How long it takes to begin: the import, and the command as a process."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

IMPORT = "import time; t = time.perf_counter(); import polygeo; print(time.perf_counter() - t)"


@pytest.mark.benchmark(group="start")
def test_import(benchmark):
    """A fresh process that imports polygeo; the process itself counted."""
    command = [sys.executable, "-c", IMPORT]
    done = benchmark.pedantic(
        lambda: subprocess.run(command, capture_output=True, check=True, text=True),
        rounds=15,
        warmup_rounds=2,
    )
    benchmark.extra_info.update(floor=0.15, inside=float(done.stdout))


@pytest.mark.benchmark(group="start")
def test_command(benchmark):
    """``polygeo q 20 3`` from a shell."""
    program = Path(sysconfig.get_path("scripts")) / "polygeo"
    done = benchmark.pedantic(
        lambda: subprocess.run(
            [program, "q", "20", "3"], capture_output=True, check=True, text=True
        ),
        rounds=15,
        warmup_rounds=2,
    )
    assert done.stdout.startswith("25861/524288")
    benchmark.extra_info.update(floor=0.6)
