"""Write docs/benchmarks/cold.md: the first calls of a fresh clone, each in a process of its own.

python benchmarks/cold_page.py

The folder in which numba keeps compiled code is empty before each call. A second process with the
same folder then shows what the same call costs on any later day. Times are CPU time of the process,
imports counted, the least of three, since other work on a machine slows down its processors too.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from pages import FOLDER, head, seconds, table, write

__all__ = ["CALLS", "cold"]

CALLS = {
    "polygeo.q(20, 3)": 0.5,
    "polygeo.p(10, 2)": 0.5,
    "polygeo.thresholds.euler().decimal(50)": 0.5,
    "polygeo.relu.is_injective([[1, 0], [0, 1], [-1, 0], [0, -1]])": 0.5,
    "polygeo.relu.is_injective(normal(57, 7))": 0.5,
    "polygeo.relu.is_injective(normal(60, 20))": 5,
    "polygeo.relu.is_injective(normal(300, 10))": 5,
    "polygeo.relu.is_injective(normal(200, 12))": 5,
    "polygeo.relu.halfspace_depth(normal(20, 4))": 0.5,
    'polygeo.table("thresholds")': 3,
    "polygeo.thresholds.k_rsb(4).decimal(8)": 5,
    "polygeo.thresholds.full_rsb()": 0.5,
    'polygeo.replica.ground_state(7, "1-rsb")': 5,
    "polygeo.cones.Orthant(5).estimate_intrinsic_volumes(1e4, seed=1)": 5,
    "polygeo.cones.Orthant(5).estimate_section_euler_characteristic(2, 1e4, seed=1)": 5,
    "polygeo.cones.PolyhedralCone(rays=normal(4, 3)).estimate_intrinsic_volumes(1e5, seed=1)": 5,
    "polygeo.polytopes.GaussianPolytope(20, 3).estimate_f_vector(2000, seed=1)": 5,
    "polygeo.relu.estimate_q(9, 3, samples=1e4, seed=1)": 5,
    "polygeo.p(12, 3, samples=1e4, seed=1)": 5,
    "polygeo.p(30, 4, samples=2000, seed=1)": 5,
    "polygeo.p(40, 8, samples=10, seed=1)": 5,
    "polygeo.relu.decide_batch(normal(100, 14, 3))": 5,
    "polygeo.relu.euler_characteristic(normal(20, 4))": 5,
    "polygeo.relu.is_injective_network([normal(8, 2), normal(20, 8)])": 5,
    "polygeo.relu.linear_regions(normal(6, 3))": 5,
    "polygeo.volumes.chi_bar_weights([[2, 1], [1, 2]])": 5,
    'polygeo.relu.is_injective(normal(60, 8), inputs="nonnegative")': 5,
    "polygeo.relu.is_injective(normal(60, 8), bias=normal(60))": 5,
    'polygeo.p(9, 2, samples=1e4, seed=1, inputs="nonnegative")': 5,
    "polygeo.cones.PSDCone(3).estimate_intrinsic_volumes(1e4, seed=1)": 5,
    'polygeo.replica.ground_state(7, "full-rsb")': 5,
    'polygeo.table("replica")': 5,
    'polygeo.cite("euler")': 5,
}
"""Calls, as a user writes them, and the CPU seconds that each may take."""

RUNS = 3
"""Number of times that each call is made with an empty cache."""

PROGRAM = """
import time
start = time.process_time()
import polygeo
def normal(*shape):
    import numpy as np
    return np.random.default_rng(1).normal(size=shape)
{call}
print(time.process_time() - start)
"""


def timed(call: str, folder: str) -> float:
    """CPU seconds of a process that makes one call, with numba's cache in a folder."""
    env = {**os.environ, "NUMBA_CACHE_DIR": folder}
    command = [sys.executable, "-c", PROGRAM.format(call=call)]
    done = subprocess.run(command, env=env, capture_output=True, check=True, text=True)
    return float(done.stdout.split()[-1])


def pair(call: str) -> tuple[float, float]:
    """CPU seconds of a call with an empty cache, and of the same call in a later process."""
    with tempfile.TemporaryDirectory() as folder:
        return timed(call, folder), timed(call, folder)


def cold() -> list[str]:
    """The lines of the page."""
    rows = []
    for call, goal in CALLS.items():
        first, later = (
            min(times) for times in zip(*(pair(call) for _ in range(RUNS)), strict=True)
        )
        verdict = "reached" if first <= goal else "missed"
        print(call, round(first, 2), round(later, 2), flush=True)
        rows.append([f"`{call}`", seconds(first), seconds(later), seconds(goal), verdict])
    return [
        "# The first calls of a fresh clone",
        "",
        *head(
            "CPU time of a process that imports polygeo and makes one call: with an empty cache of "
            "compiled code, and once more in a new process; the least of three. `polygeo warmup` "
            "compiles everything. Where both times agree nothing was compiled: a call is long in "
            "itself. Runs and decisions that take longer than to compile their kernels do compile."
        ),
        *table(["call", "empty cache", "new process, warm cache", "goal", ""], rows),
    ]


if __name__ == "__main__":
    write(FOLDER / "cold.md", cold())
