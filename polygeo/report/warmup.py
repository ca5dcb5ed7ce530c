"""Compile every kernel at once, so that no later call has to: `warmup`.

Compiled code is kept on the disk, for this version and this machine. A class of kernels is compiled
by a small call that needs it.
"""

from __future__ import annotations

import numpy as np

from polygeo.progress import track
from polygeo.report.names import pick

__all__ = ["warmup"]


def warmup(part: str | None = None) -> int:
    """Compile all kernels, with a bar on a terminal, and return how many were compiled.

    * ``part``: one of "decision", "probability", "faces", "sections" and "replica", to compile only
      the kernels of this part; None (default) for all.

    A kernel that is on the disk already is loaded. All take about a minute on a new machine.
    DomainError for another part.

    >>> warmup("sections") >= 0
    True
    """
    from polygeo.simd.compiled import compiled_so_far
    from polygeo.simd.patience import compiling

    steps = list(PARTS.values()) if part is None else [pick(part, PARTS, "part")]
    before = compiled_so_far()
    with compiling():
        for step in track(steps, "compiling, once"):
            step()
    return compiled_so_far() - before


def _decision() -> None:
    """One layer at a time, and many."""
    from polygeo.relu.decision.budget import Budget
    from polygeo.relu.decision.search.compiled import LONG, decide_batch
    from polygeo.relu.decision.search.ready import warm
    from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix

    rows = [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 1)]
    array = np.array(rows, dtype=float)
    for layer in (ScaledMatrix(rows, None), ScaledMatrix(None, array)):
        layer.arrays()  # from now on only compiled code searches it
        layer.decide(Budget(), lambda: False)
        layer.tree()
        layer.tree(depth=1)
        layer.count(np.array([1.0, 2.0]))
        layer.shallow(1, Budget())
    warm()
    decide_batch(array[None], LONG)


def _probability() -> None:
    """Gaussian layers: their vertices counted, weighted and searched."""
    from polygeo.relu.probability.gaussian_layer import injectivity_probability
    from polygeo.relu.surrogate.chi import euler_characteristic
    from polygeo.relu.surrogate.mean import estimate_q

    for method in ("plain", "karp-luby"):
        injectivity_probability(12, 3, samples=10, seed=1, method=method)
    estimate_q(9, 3, samples=10, seed=1)
    euler_characteristic([[1, 2], [3, 5], [2, -7], [-3, 4]])


def _faces() -> None:
    """Projections of points on cones, by operators and by the method of active sets."""
    from polygeo.cones import Orthant, PolyhedralCone

    Orthant(3).estimate_intrinsic_volumes(100, seed=1)
    rays = np.eye(80)
    rays[0, 1] = 1.0
    PolyhedralCone(rays=rays).estimate_intrinsic_volumes(10, seed=1)
    PolyhedralCone(rays=[[1, 0, 0], [1, 1, 0], [1, 1, 1]]).project(np.ones((2000, 3)))


def _sections() -> None:
    """Random sections of cones."""
    from polygeo.cones import Orthant

    Orthant(4).estimate_section_euler_characteristic(2, 100, seed=1)


def _replica() -> None:
    """Replica-symmetry breaking."""
    from polygeo.replica import ground_state

    ground_state(7, "1-rsb")


PARTS = {
    "decision": _decision,
    "probability": _probability,
    "faces": _faces,
    "sections": _sections,
    "replica": _replica,
}
"""What compiles the kernels of each part."""
