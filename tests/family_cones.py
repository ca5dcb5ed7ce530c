"""One cone or more of every closed-form family, and when two values of theirs are the same."""

import math

import numpy as np
import sympy
from gmpy2 import mpq
from hypothesis import strategies as st
from sympy import pi

from polygeo.answers import Ball
from polygeo.cones import (
    CircularCone,
    Cone,
    LorentzCone,
    MonotoneCone,
    NonnegativeMonotoneCone,
    Orthant,
    PSDCone,
    WeylChamber,
)
from polygeo.volumes import IntrinsicVolumes

__all__ = ["CHAMBERS", "CONES", "TYPES", "agree", "points", "rows", "same"]

TYPES = [("A", 1), ("A", 4), ("B", 2), ("B", 5), ("D", 2), ("D", 5), ("E", 6), ("E", 7), ("E", 8)]
TYPES += [("F", 4), ("H", 3), ("H", 4), ("I2", 2), ("I2", 4), ("I2", 7)]
CHAMBERS = [WeylChamber(*kind) for kind in TYPES]


CONES: list[Cone] = [
    *CHAMBERS,
    Orthant(1),
    Orthant(7),
    MonotoneCone(2),
    MonotoneCone(6),
    NonnegativeMonotoneCone(4),
    CircularCone(1, "pi/3"),
    CircularCone(2, "pi/5"),
    CircularCone(4, pi / 6),
    CircularCone(5, sympy.atan(2)),
    CircularCone(6, 0.3),
    CircularCone(30, "pi/12"),
    CircularCone(7, mpq(3, 2)),
    CircularCone(4, Ball.between("0.5", "0.5000000001")),
    CircularCone(4, 0),
    CircularCone(4, pi / 2),
    LorentzCone(4),
    LorentzCone(33),
    PSDCone(1),
    PSDCone(2),
    PSDCone(3),
]


def same(a: object, b: object, width: float = 1e-8) -> bool:
    """Equal when exact, overlapping and narrow when certified."""
    if isinstance(a, Ball) or isinstance(b, Ball):
        difference = a - b if isinstance(a, Ball) else b - a
        return difference.contains(0) and float(difference.rad) < width
    return sympy.simplify(sympy.S(a) - sympy.S(b)) == 0


def agree(v: IntrinsicVolumes, w: IntrinsicVolumes) -> bool:
    return len(v) == len(w) and all(same(a, b) for a, b in zip(v, w, strict=True))


def rows(forms: object, rank: int) -> np.ndarray:
    matrix = []
    for form in forms:  # type: ignore[attr-defined]
        row = np.zeros(rank)
        for i, c, n in form:
            row[i] += float(c) * math.sqrt(n)
        matrix.append(row / np.linalg.norm(row))
    return np.array(matrix)


points = st.lists(st.integers(-4, 4), min_size=8, max_size=8)
