"""Files for Normaliz are read by Normaliz (GPL; tox -e crosscheck only)."""

import random

import pytest

from polygeo.cones import PolyhedralCone

PyNormaliz = pytest.importorskip("PyNormaliz", reason="PyNormaliz is not installed")


@pytest.mark.parametrize("seed", range(60))
def test_normaliz_reads_the_cone_that_was_written(tmp_path, seed):
    rng = random.Random(seed)
    dim = rng.choice([2, 3, 4])
    rows = [[rng.randint(-3, 3) for _ in range(dim)] for _ in range(rng.randint(1, dim + 2))]
    rows = [row for row in rows if any(row)] or [[1] * dim]
    for cone in (PolyhedralCone(rays=rows), PolyhedralCone(inequalities=rows)):
        cone.to_file(tmp_path / "cone.in")
        theirs = PyNormaliz.Cone(file=str(tmp_path / "cone"))
        rays, lines = theirs.ExtremeRays(), theirs.MaximalSubspace()
        assert PolyhedralCone(rays=rays, lines=lines, ambient_dim=dim).is_same_set(cone)
