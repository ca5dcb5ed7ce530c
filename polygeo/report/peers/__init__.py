"""Peers: other people's programs held against polygeo, one library a file.

`PEERS` maps names to peers, and that is all there is to a new one: a `Peer` says what it computes,
how to call it and what agreement means. A library is imported when it is called, and none becomes
a dependency by that. `agreement` runs all that are installed; ``python -m polygeo.report.peers``
(tox -e crosscheck) writes the table `peers`.
"""

from __future__ import annotations

from polygeo.report.peers.agreement import Agreement, Row, compare, hold
from polygeo.report.peers.clock import Timed
from polygeo.report.peers.peer import Peer, distribution
from polygeo.report.peers.registry import PEERS, agreement
from polygeo.report.peers.tolerance import Digits, Equal, Finding, Proportion, Tolerance

__all__ = [
    "PEERS",
    "Agreement",
    "Digits",
    "Equal",
    "Finding",
    "Peer",
    "Proportion",
    "Row",
    "Timed",
    "Tolerance",
    "agreement",
    "compare",
    "distribution",
    "hold",
]
