"""The first simulations on a new machine need no compiled code, and give what it gives."""

import math
import os
import subprocess
import sys

import numpy as np

from polygeo import relu
from polygeo.relu.probability.first_vertices import compile_vertices
from polygeo.relu.probability.many_vertices import CHI, COUNT

FEW = """
import sys, time
import polygeo
run = polygeo.p(40, 8, samples=10, seed=1)
module = sys.modules.get("polygeo.relu.decision.search.tree")
print(time.process_time(), run.mean, module is not None and bool(module.search.signatures))
"""


def test_few_draws_need_no_compiled_search(tmp_path):
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", FEW], env=env, capture_output=True, check=True)
    seconds, mean, compiled = done.stdout.split()
    assert float(seconds) < 6
    assert compiled == b"False"
    assert float(mean) == 0.1  # that of the compiled search


SIMULATED = """
import numpy as np, polygeo
W = np.random.default_rng(1).normal(size=(20, 4))
print(polygeo.p(12, 3, samples=2000, seed=1), polygeo.p(18, 3, samples=500, seed=1), sep="; ")
print(polygeo.relu.estimate_q(9, 3, samples=2000, seed=1))
print(polygeo.relu.euler_characteristic(W))
"""


def test_short_simulations_compile_nothing(tmp_path):
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", SIMULATED], env=env, capture_output=True, check=True, text=True
    )
    assert not list(tmp_path.glob("*/*.nbi"))
    for task in (CHI, COUNT):
        compile_vertices(math.inf, 2, 1, task)
    plain = relu.injectivity_probability(12, 3, samples=2000, seed=1)
    rare = relu.injectivity_probability(18, 3, samples=500, seed=1)
    mean = relu.estimate_q(9, 3, samples=2000, seed=1)
    chi = relu.euler_characteristic(np.random.default_rng(1).normal(size=(20, 4)))
    assert done.stdout.splitlines() == [f"{plain}; {rare}", str(mean), str(chi)]
