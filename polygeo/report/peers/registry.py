"""The peers by name, and all of them held against polygeo at once."""

from __future__ import annotations

from collections.abc import Iterable

from polygeo.answers.sequence import sequence
from polygeo.report.names import pick
from polygeo.report.peers import (
    by_datadepth,
    by_highs,
    by_polyhedra,
    by_r,
    by_scipy,
    by_sympy,
)
from polygeo.report.peers.agreement import Agreement, hold
from polygeo.report.peers.peer import Peer

__all__ = ["PEERS", "agreement"]

_FILES = (by_scipy, by_highs, by_sympy, by_polyhedra, by_datadepth, by_r)

PEERS: dict[str, Peer] = {peer.name: peer for file in _FILES for peer in file.PEERS}
"""The peers by name."""


def agreement(names: str | Iterable[str] = ()) -> Agreement:
    """Hold the peers of those names, all without any, against polygeo; missing ones are named.

    The Agreement prints as a table, ``.table()`` is the Table and ``.ok`` says whether none
    differs. Raises DomainError for an unknown name.

    >>> print(agreement("scipy normal cdf").rows[0].verdict)
    agrees
    """
    chosen = [names] if isinstance(names, str) else sequence(names, "names")
    return hold([pick(name, PEERS, "peer") for name in chosen or PEERS])
