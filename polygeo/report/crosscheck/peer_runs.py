"""Peers compared with polygeo: every case of every peer that is installed, as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from polygeo.answers.exact import abbreviate
from polygeo.answers.sequence import sequence
from polygeo.report.crosscheck.clock import timed
from polygeo.report.crosscheck.peer import Peer
from polygeo.report.crosscheck.tolerance import Finding
from polygeo.report.names import pick
from polygeo.report.tables.tabular import Column, Table

__all__ = ["PEERS", "Agreement", "Row", "agreement", "columns", "compare", "hold", "table_of"]

PEERS: dict[str, Peer] = {}
"""The peers by name: the ones that you have entered."""

NOTES = (
    "The values are ours. Agreement: equal items, or the digits by relative error (of the worst "
    "item), or the share that a simulation by the peer found, with its standard error.",
    "What a peer prints may depend on its version: a re-run is compared with this table in the "
    "cases, the values and the verdicts.",
    "A peer that errs is known to: its wrong answers are counted and fail no run.",
)


@dataclass(frozen=True)
class Row:
    """One case: the finding, and the least CPU time of a call on each side, in seconds."""

    peer: Peer
    case: str
    finding: Finding
    ours: float
    theirs: float

    @property
    def verdict(self) -> str:
        """The verdict: agrees, differs, or errs (the peer is known to give wrong answers there)."""
        if self.finding.agrees:
            return "agrees"
        return "errs" if self.case in self.peer.errs else "differs"


def columns() -> tuple[Column, ...]:
    """Return the columns of the table `peers`."""
    return (
        Column("peer"),
        Column("licence", terminal="no"),
        Column("quantity", terminal="no"),
        Column("case"),
        Column("value", "our value"),
        Column("agreement"),
        Column("verdict"),
    )


def table_of(cells: tuple[tuple[str, ...], ...]) -> Table:
    """Make the table `peers` from rows of texts."""
    return Table("peers", "polygeo and its peers", columns(), cells, NOTES)


@dataclass(frozen=True)
class Agreement:
    """The comparison of several peers.

    * ``rows``: one `Row` for each case.
    * ``absent``: one line for every peer that is not installed.
    """

    rows: tuple[Row, ...]
    absent: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there are rows and no row differs."""
        return bool(self.rows) and all(row.verdict != "differs" for row in self.rows)

    def cells(self) -> tuple[tuple[str, ...], ...]:
        """Return the rows of the table, as texts."""
        return tuple(
            (
                row.peer.name,
                row.peer.licence,
                row.peer.quantity,
                row.case,
                row.finding.value,
                row.finding.agreement,
                row.verdict,
            )
            for row in self.rows
        )

    def table(self) -> Table:
        """Return the comparison as a `Table`: CSV, JSON, Markdown, LaTeX, pandas."""
        return table_of(self.cells())

    def timings(self) -> list[dict[str, Any]]:
        """Return peer, version, case, least CPU times, agreement and verdict, for JSON."""
        versions = {row.peer.name: row.peer.version() for row in self.rows}
        return [
            {
                "peer": row.peer.name,
                "version": versions[row.peer.name],
                "quantity": row.peer.quantity,
                "case": row.case,
                "ours": float(f"{row.ours:.3g}"),
                "theirs": float(f"{row.theirs:.3g}"),
                "agreement": row.finding.agreement,
                "verdict": row.verdict,
            }
            for row in self.rows
        ]

    def __str__(self) -> str:
        lines = [str(self.table())] if self.rows else []
        return "\n".join([*lines, *(f"skipped: {line}" for line in self.absent)])


def hold(peers: Iterable[Peer]) -> Agreement:
    """Compare every case of every peer that is installed; the others are named in ``absent``."""
    rows: list[Row] = []
    absent = []
    for peer in peers:
        if peer.version() is None:
            absent.append(f"{peer.name} ({peer.quantity}): not installed")
        else:
            rows += compare(peer)
    return Agreement(tuple(rows), tuple(absent))


def compare(peer: Peer) -> list[Row]:
    """Compare one peer with polygeo; return one row for every case.

    A peer that raises an error, or whose answer cannot be compared, differs; an error of polygeo is
    raised.
    """
    rows = []
    for case, arguments in peer.cases().items():
        ours, our_time = timed(peer.ours, arguments, peer.forget)
        their_time = 0.0
        try:
            theirs, their_time = timed(peer.theirs, arguments)
            finding = peer.tolerance.judge(ours, theirs)
        except Exception as problem:
            line = " ".join(f"{type(problem).__name__}: {problem}".split())
            finding = Finding("", abbreviate(line, 60), False)
        rows.append(Row(peer, case, finding, our_time, their_time))
    return rows


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
