"""Numbers of others held against polygeo's, row by row or as a `Peer`, another program."""

from polygeo.report.crosscheck.comparison import (
    PEERS,
    QUANTITIES,
    Digits,
    Equal,
    Peer,
    Proportion,
    Report,
    RowVerdict,
    agreement,
    compare,
    crosscheck,
)

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
