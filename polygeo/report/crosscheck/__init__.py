"""Comparison of the numbers of others with polygeo's: rows of claims, or a `Peer`, another program.

A program that computes many numbers is a `Peer`, with its own way of agreeing:

>>> from gmpy2 import mpq
>>> halves = Peer("halves", "v_1 of a quadrant", "none", lambda: {"plane": (2,), "space": (3,)},
...               ours=lambda d: mpq(d, 2**d), theirs=lambda d: 0.5, tolerance=Digits(9),
...               version=lambda: "1.0")
>>> [row.verdict for row in compare(halves)]
['agrees', 'differs']
"""

from polygeo.report.crosscheck.comparison import QUANTITIES, Report, RowVerdict, crosscheck
from polygeo.report.crosscheck.peer import Peer
from polygeo.report.crosscheck.peer_runs import PEERS, agreement, compare
from polygeo.report.crosscheck.tolerance import Digits, Equal, Proportion

__all__ = [
    "PEERS",
    "QUANTITIES",
    "Digits",
    "Equal",
    "Peer",
    "Proportion",
    "Report",
    "RowVerdict",
    "agreement",
    "compare",
    "crosscheck",
]
