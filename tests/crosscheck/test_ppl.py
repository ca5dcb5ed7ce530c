"""The double description against the Parma Polyhedra Library (GPL; tox -e crosscheck only).

The cones are those of the peer, which counts them; here a difference shows its cone.
"""

import pytest
from peers.by_polyhedra import SHAPES, cones, description, description_by_ppl

pytest.importorskip("ppl", reason="passagemath-ppl is not installed")


@pytest.mark.parametrize(("dim", "count", "size"), SHAPES)
def test_both_descriptions_are_those_of_ppl(dim, count, size):
    for rows in cones(dim, count, size):
        assert description(rows) == description_by_ppl(rows)
