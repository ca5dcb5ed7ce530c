"""The peers by name, and the comparison of all of them with polygeo at once."""

from __future__ import annotations

from collections.abc import Iterable

from polygeo.answers.sequence import sequence
from polygeo.report.crosscheck.peer import Peer
from polygeo.report.crosscheck.peer_runs import Agreement, hold
from polygeo.report.names import pick

__all__ = ["PEERS", "agreement"]

PEERS: dict[str, Peer] = {}
"""The peers by name: the ones that you have entered."""


def agreement(names: str | Iterable[str] = ()) -> Agreement:
    """Compare the peers of the given names with polygeo, or all peers; name the missing ones.

    * ``names``: names of peers in `PEERS` (default: all).

    Returns an `Agreement`, which prints as a table; ``.table()`` is the Table and ``.ok`` says
    whether no row differs. DomainError for an unknown name.

    >>> from polygeo.report.crosscheck import Equal, Peer
    >>> PEERS["doubling"] = Peer("doubling", "powers of two", "none", lambda: {"2^3": (3,)},
    ...     ours=lambda n: 2**n, theirs=lambda n: 1 << n, tolerance=Equal(), version=lambda: "1")
    >>> print(agreement("doubling").rows[0].verdict)
    agrees
    >>> del PEERS["doubling"]
    """
    chosen = [names] if isinstance(names, str) else sequence(names, "names")
    return hold([pick(name, PEERS, "peer") for name in chosen or PEERS])
