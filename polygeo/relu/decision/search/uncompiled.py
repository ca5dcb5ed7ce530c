"""Circle descent on NumPy arrays, without compiled code, for the first layers; sizes of searches.

The moves are those of `descent`. Nothing is proved: a caller checks the rows of a point in rational
numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

__all__ = ["basis_of", "descents", "plain_descent", "widest_packing"]

SMALL = 1e-9
"""Numbers that count as 0 next to rows of size 1."""
MOVES = 4
"""How often, times n, a descent goes on to a vertex as good as the last one."""


def widest_packing(n: int) -> int:
    """Return the largest size of a packing whose choices are checked one by one."""
    return min(n, 5) if n < 10 else 6


def descents(n: int) -> int:
    """Return the number of starts of circle descent before a proof is tried."""
    few = 1 if n < 6 else 3 if n < 8 else 8
    return few if n < 10 else 40 if n < 12 else 300 if n < 16 else 3000


def basis_of(rows: np.ndarray) -> list[int] | None:
    """Find the numbers of n rows that are independent in floating point; None if there are none."""
    if len(rows) < rows.shape[1]:
        return None
    work = rows.copy()
    chosen = []
    for _ in range(rows.shape[1]):
        sizes = np.abs(work).max(axis=1)
        i = int(sizes.argmax())
        if not sizes[i] > SMALL:
            return None
        chosen.append(i)
        c = int(np.abs(work[i]).argmax())
        work -= np.outer(work[:, c] / work[i, c], work[i])
    return chosen


def plain_descent(
    rows: np.ndarray, restarts: int, enough: int, proceed: Callable[[], bool]
) -> tuple[int, np.ndarray | None]:
    """Return the least number of nonnegative rows met and its x, at most down to ``enough``."""
    rows = rows[rows.any(axis=1)]
    m, n = rows.shape
    dice = Random(1)
    first = basis_of(rows)
    least, point = m + 1, None
    with np.errstate(all="ignore"):
        for attempt in range(restarts):
            if not proceed() or least <= enough or first is None:
                break
            basis = dice.sample(range(m), n) if attempt else list(first)
            try:
                x, count = _descend(rows, basis, dice)
            except np.linalg.LinAlgError:
                continue
            if count < least and np.isfinite(x).all():
                least, point = count, x
    return least, point


def _descend(rows: np.ndarray, basis: list[int], dice: Random) -> tuple[np.ndarray, int]:
    """From one vertex to better ones: x in a cell next to the last one, and its rows >= 0."""
    m, n = rows.shape
    duals = np.linalg.inv(rows[basis]).T
    place, side = dice.randrange(n), 1.0
    fixed = np.zeros(m, bool)
    fixed[basis] = True
    y1 = rows @ duals[place]
    ahead, behind = int((y1[~fixed] > 0.0).sum()), int((y1[~fixed] < 0.0).sum())
    # The row that was dropped is positive on the first side.
    best = min(ahead + 1, behind)
    if behind <= ahead:
        side = -1.0
    tried, circle, moves = 0, dice.randrange(n), 0
    while tried < n - 1:
        circle = (circle + 1) % n
        if circle == place:
            continue
        tried += 1
        found = _along(rows, duals, basis, fixed, y1, place, circle, best + (moves < MOVES * n))
        if found is None:
            continue
        row, turn, value = found
        rho = duals @ rows[row]
        fixed[basis[place]], fixed[row] = False, True
        basis[place] = row
        duals[place] /= rho[place]
        rho[place] = 0.0
        duals -= rho[:, None] * duals[place]
        moves = moves + 1 if value == best else 0
        place, side, best, tried = circle, turn, value, 0
        y1 = rows @ duals[place]
    # What many exchanges have blurred is counted anew.
    duals = np.linalg.inv(rows[basis]).T
    y1 = rows @ duals[place]
    inward = duals[place] - duals.sum(axis=0)
    y2 = rows @ inward
    open_ = ~fixed
    open_[basis[place]] = True
    step = min(1.0, (0.5 * np.abs(y1) / (np.abs(y2) + 1e-300))[open_].min())
    x = side * duals[place] + step * inward
    return x, int((rows @ x >= 0.0).sum())


def _along(
    rows: np.ndarray,
    duals: np.ndarray,
    basis: list[int],
    fixed: np.ndarray,
    y1: np.ndarray,
    place: int,
    circle: int,
    below: int,
) -> tuple[int, float, int] | None:
    """The best vertex of a circle with fewer than ``below`` positive rows: row, side and number."""
    y2 = rows @ duals[circle]
    part = ~fixed
    part[[basis[place], basis[circle]]] = True
    crosses = part & (np.abs(y1) > 1e-12 * (np.abs(y2) + 1e-200))
    crosses[basis[circle]] = False
    others = y2[part & ~crosses]
    crossing = np.flatnonzero(crosses)
    up = y1[crossing] > 0.0
    order = (y2[crossing] / y1[crossing]).argsort()
    up = up[order]
    now = int(up.sum()) + int((others > 0.0).sum())
    total = len(crossing) + int((others != 0.0).sum())
    steps = np.where(up, -1, 1)
    here = now + np.cumsum(steps) - (steps > 0)
    if not len(here):
        return None
    first, last = int(here.argmin()), int(here.argmax())
    options = (int(here[first]), first, 1.0), (total - 1 - int(here[last]), last, -1.0)
    value, p, turn = min(options, key=lambda option: option[0])
    return (int(crossing[order[p]]), turn, value) if value < below else None
