"""Every peer that is installed, on the first of its cases; the table has them all."""

import itertools
from dataclasses import replace

import pytest
from peers import DRIVERS

from polygeo.report.crosscheck import compare


@pytest.mark.parametrize("name", DRIVERS)
def test_the_first_case_agrees(name):
    peer = DRIVERS[name]
    if peer.version() is None:
        pytest.skip(f"{name} is not installed")
    first = dict(itertools.islice(peer.cases().items(), 1))
    (row,) = compare(replace(peer, cases=lambda: first))
    assert row.verdict in ("agrees", "errs"), row.finding
    assert row.ours > 0
    assert row.theirs > 0


def test_the_peers_of_this_environment_are_installed():
    """So that a wheel that no longer installs is not skipped in silence."""
    wanted = ("scipy nnls", "SymPy evalf", "PPL", "Normaliz")
    missing = [name for name in wanted if DRIVERS[name].version() is None]
    assert not missing
