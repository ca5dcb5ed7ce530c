"""The peers by name, and all of them held against polygeo at once."""

from __future__ import annotations

from collections.abc import Iterable

from polygeo.answers.sequence import sequence
from polygeo.report.crosscheck.peer import Peer
from polygeo.report.crosscheck.peer_runs import Agreement, hold
from polygeo.report.names import pick

__all__ = ["PEERS", "agreement"]

PEERS: dict[str, Peer] = {}
"""The peers by name: yours, once you have entered them."""


def agreement(names: str | Iterable[str] = ()) -> Agreement:
    """Hold the peers of those names, all without any, against polygeo; missing ones are named.

    The Agreement prints as a table, ``.table()`` is the Table and ``.ok`` says whether none
    differs. Raises DomainError for an unknown name.

    >>> from polygeo.report.crosscheck import Equal, Peer
    >>> PEERS["doubling"] = Peer("doubling", "powers of two", "none", lambda: {"2^3": (3,)},
    ...     ours=lambda n: 2**n, theirs=lambda n: 1 << n, tolerance=Equal(), version=lambda: "1")
    >>> print(agreement("doubling").rows[0].verdict)
    agrees
    >>> del PEERS["doubling"]
    """
    chosen = [names] if isinstance(names, str) else sequence(names, "names")
    return hold([pick(name, PEERS, "peer") for name in chosen or PEERS])
