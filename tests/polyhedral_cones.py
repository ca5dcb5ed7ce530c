"""Polyhedral cones at random."""

import random

from polygeo.cones import PolyhedralCone

__all__ = ["CONES", "identity", "random_cone"]


def identity(d: int) -> list[list[int]]:
    return [[int(i == j) for j in range(d)] for i in range(d)]


def random_cone(dim: int, count: int, seed: int) -> PolyhedralCone:
    """Pointed and of full dimension for count >= dim, almost surely."""
    rng = random.Random(seed)
    rows = [[30, *(rng.randint(-25, 25) for _ in range(dim - 1))] for _ in range(count)]
    return PolyhedralCone(rays=rows)


CONES = [random_cone(d, n, 7 * d + n) for d, n in ((2, 2), (2, 5), (3, 3), (3, 4), (3, 7))]
CONES += [random_cone(d, n, 7 * d + n) for d, n in ((4, 4), (4, 6), (5, 5), (5, 7))]
