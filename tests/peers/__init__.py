"""Other people's programs held against polygeo, one library a file: what tox -e crosscheck runs.

`DRIVERS` has them by name. A library is imported when it is called, and none is a dependency of
polygeo. ``python -m peers``, with this folder's parent on PYTHONPATH, runs those that are installed
and writes the table `peers`.
"""

from peers import by_datadepth, by_highs, by_polyhedra, by_r, by_scipy, by_sympy
from polygeo.report.crosscheck import Peer

__all__ = ["DRIVERS"]

_FILES = (by_scipy, by_highs, by_sympy, by_polyhedra, by_datadepth, by_r)

DRIVERS: dict[str, Peer] = {peer.name: peer for file in _FILES for peer in file.PEERS}
"""The peers of this project by name, in the order of the table."""
