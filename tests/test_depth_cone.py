"""Half-space depth with directions in a cone: against all faces, by hand, proofs."""

import random

import numpy as np
import pytest

from polygeo.cones import MonotoneCone, PolyhedralCone, Subspace
from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.polyhedra.vectors import rank
from polygeo.relu import faces_of_arrangement, halfspace_depth, is_injective


def test_small_integer_points_against_all_faces():
    rng, seen = random.Random(3), {}
    while sum(seen.values()) < 60:
        n, m = rng.choice((2, 3)), rng.randint(1, 7)
        points = [[rng.randint(-2, 2) for _ in range(n)] for _ in range(m)]
        A = [[rng.randint(-1, 2) for _ in range(n)] for _ in range(rng.randint(1, 3))]
        if rng.random() < 0.2:
            A.append([-c for c in A[0]])
        rows = [*points, *A]
        if not all(map(any, A)) or len(rows) < n or rank([tuple(row) for row in rows]) < n:
            continue
        counts = [
            sum(s >= 0 for s in signs[:m])
            for signs, dim in faces_of_arrangement(rows).items()
            if dim > 0 and -1 not in signs[m:]
        ]
        cone = PolyhedralCone(inequalities=A)
        if not counts:
            with pytest.raises(DomainError, match="a direction"):
                halfspace_depth(points, inputs=cone)
            continue
        found = halfspace_depth(points, inputs=cone)
        assert found.depth == min(counts), (points, A)
        assert found.verify()
        assert cone.contains(found.direction)
        seen[found.depth] = seen.get(found.depth, 0) + 1
    assert len(seen) > 2


def test_gaussian_layers_are_injective_on_a_cone_from_depth_n_on():
    """In general position injectivity on a cone is a depth of at least n there."""
    rng, seen = np.random.default_rng(1), set()
    for m in range(6, 22):
        W = rng.normal(size=(m, 4))
        depth = halfspace_depth(W, inputs="nonnegative")
        assert depth.verify()
        assert (depth.depth >= 4) == is_injective(W, inputs="nonnegative").injective
        seen.add(depth.depth >= 4)
    assert seen == {True, False}


def test_a_subspace_an_origin_and_points_that_always_count():
    points = [[0, 1], [0, -1], [1, 0], [-1, 3]]
    line = halfspace_depth(points, inputs=Subspace(1, 2))
    assert (line.depth, line.verify()) == (3, True)  # (1, 0) or (-1, 0), and two orthogonal points
    moved = halfspace_depth([[p + 1, q + 1] for p, q in points], [1, 1], inputs=Subspace(1, 2))
    assert moved.depth == 3
    for cone in ("nonnegative", Subspace(1, 2), PolyhedralCone(rays=[[1, 2]])):
        at_origin = halfspace_depth([[0, 0], [0, 0]], inputs=cone)  # no other point is left
        assert (at_origin.depth, at_origin.verify()) == (2, True)
    assert halfspace_depth([[1, -1]], inputs=MonotoneCone(2)).depth == 0
    everywhere = halfspace_depth(points, inputs=PolyhedralCone(inequalities=[], ambient_dim=2))
    assert everywhere.depth == halfspace_depth(points).depth


def test_what_is_false_is_refuted():
    found = halfspace_depth([[1, 0], [0, 1], [-1, -2]], inputs="nonnegative")
    found.depth = 3
    with pytest.raises(Refuted):
        found.verify()
    found.depth, found.direction = 1, (-1, -1)
    with pytest.raises(Refuted):
        found.verify()
    found.depth, found.direction = 2, (1, 1)
    assert found.verify()
    found._cone.tree = []
    with pytest.raises(Refuted):
        found.verify()


def test_bad_input():
    with pytest.raises(DomainError, match="needs a cone; got a box"):
        halfspace_depth([[1, 0]], inputs=(0, 1))
    with pytest.raises(DomainError, match="R\\^2"):
        halfspace_depth([[1, 0]], inputs=MonotoneCone(3))
    W = np.random.default_rng(1).normal(size=(60, 7))
    with pytest.raises(Undecided):
        halfspace_depth(W, inputs="nonnegative", max_nodes=1)
