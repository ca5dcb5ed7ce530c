"""Layers to try, and two definitions of what is asked of them."""

from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from polygeo.polyhedra.nearest import nearest
from polygeo.polyhedra.vectors import complement, dot, rank
from polygeo.relu import is_injective
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.search.ready import warm
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix

__all__ = [
    "by_hyperplanes",
    "gaussian",
    "in_general_position",
    "injective_draw",
    "load_search",
    "matrices",
    "plus_minus",
    "small",
]


def plus_minus(n: int) -> np.ndarray:
    return np.vstack([np.eye(n), -np.eye(n)])


def gaussian(*shape: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def injective_draw(m: int, n: int) -> np.ndarray:
    return next(K for K in (gaussian(m, n, seed=s) for s in range(99)) if is_injective(K))


def by_hyperplanes(rows: list) -> bool:
    """0 is a convex combination of the rows outside any hyperplane that rows span."""
    n = len(rows[0])
    if rank(rows) < n:
        return False
    for subset in combinations(rows, n - 1):
        if rank(subset) == n - 1:
            (v,) = complement(subset, n)
            outside = [(*w, 1) for w in rows if dot(v, w)]
            if not nearest(outside, (*[0] * n, 1)).inside:
                return False
    return True


def in_general_position(rows: list) -> bool:
    return all(rank(subset) == len(rows[0]) for subset in combinations(rows, len(rows[0])))


small = st.integers(-2, 2)


@st.composite
def matrices(draw, rows=5, columns=3):
    n = draw(st.integers(1, columns))
    m = draw(st.integers(1, rows))
    return [[draw(small) for _ in range(n)] for _ in range(m)]


def load_search():
    """Compile the search, or load it from the disk: small layers are decided without it."""
    scaled = ScaledMatrix(None, gaussian(40, 5))
    scaled.arrays()
    scaled.decide(Budget(), lambda: False)
    scaled.shallow(1, Budget())
    scaled.depth(Budget(), 3, True)
    warm()
