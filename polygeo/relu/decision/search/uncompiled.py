"""The search and circle descent on NumPy arrays, without compiled code: for the first small layers.

Compiling the search takes longer than most small layers need here. The nodes are those of `tree`
and `descent`; nothing is proved: a caller checks the record of a tree in integers
(`polygeo.relu.decision.certificate`), and the rows of a point in rational numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

import numpy as np

from polygeo.relu.decision.search.outcomes import BUDGET, CLOSED, OPEN, POINT

__all__ = ["basis_of", "descents", "plain_descent", "plain_search", "widest_packing"]

SMALL = 1e-9
"""Numbers that count as 0 next to rows of size 1."""
PIVOT = 1e-9
CHOICE = 4
"""Supports among which a node without a packing takes the one with the fewest free rows."""
MOVES = 4
"""How often, times n, a descent goes on to a vertex as good as the last one."""


class _Support(NamedTuple):
    """Rows that contradict each other, free ones first, and how many of them are free."""

    rows: list[int]
    free: int


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


def plain_search(
    rows: np.ndarray,
    goal: int,
    ranked: bool,
    widest: int,
    proceed: Callable[[], bool],
    imposed: int = 0,
    dim: int | None = None,
) -> tuple[int, np.ndarray | None, list[int]]:
    """Search: CLOSED and the record, POINT and x, OPEN, or BUDGET where ``proceed`` says False.

    ``rows`` (m, n) of size about 1, zeros allowed; ``goal``: n if ``ranked``, else the number of
    rows to reach; ``widest``: largest number of supports of a packing, those on a line apart;
    ``imposed``: the number of rows, the last ones, that are inequalities of a cone of inputs;
    ``dim``: the first coordinates, in which spans are looked at (see `tree`).
    """
    start = basis_of(rows)
    if start is None:
        return OPEN, None, []
    with np.errstate(all="ignore"):
        try:
            space = rows.shape[1] if dim is None else dim
            return _Tree(rows, goal, ranked, widest, imposed, space).walk(start, proceed)
        except np.linalg.LinAlgError:
            return OPEN, None, []


class _Tree:
    """The rows, and what the node at hand has chosen."""

    def __init__(
        self, rows: np.ndarray, goal: int, ranked: bool, widest: int, imposed: int, dim: int
    ) -> None:
        self._rows, self._goal, self._ranked, self._widest = rows, goal, ranked, widest
        m = len(rows)
        self._imposed = set(range(m - imposed, m))
        self._spanned = rows[:, :dim].copy()
        self._spanned[m - imposed :] = 0.0
        self._weights = 1.0 + (0.6180339887498949 * np.arange(1, m + 1)) % 1.0
        self._real = np.abs(self._spanned).max(axis=1) > 0.0
        self._chosen: list[int] = []
        self._negative: set[int] = set()

    def walk(
        self, basis: list[int], proceed: Callable[[], bool]
    ) -> tuple[int, np.ndarray | None, list[int]]:
        """The tree in preorder."""
        branches: list[tuple[list[int], int, list[int]]] = []
        record: list[int] = []
        while True:
            if not proceed():
                return BUDGET, None, []
            x, supports, closed, basis = self._node(basis)
            if x is not None:
                return POINT, x, []
            if not supports:
                return OPEN, None, []
            best = min(supports, key=lambda support: support.free)
            written = supports if closed and best.free else [best]
            record.append(len(written))
            for support in written:
                record += [len(support.rows), support.free, *support.rows]
            if not closed:
                branches.append((best.rows[: best.free], 0, basis))
                self._chosen.append(best.rows[0])
                continue
            while branches:
                parts, place, basis = branches.pop()
                self._negative.add(self._chosen.pop())
                if place + 1 < len(parts):
                    branches.append((parts, place + 1, basis))
                    self._chosen.append(parts[place + 1])
                    break
                self._negative.difference_update(parts)
            else:
                return CLOSED, None, record

    def _node(self, basis: list[int]) -> tuple[np.ndarray | None, list[_Support], bool, list[int]]:
        """x; or supports, whether they close the node, and the basis of the shortest one."""
        rows, chosen, negative = self._rows, self._chosen, self._negative
        wanted = self._goal - len(chosen)
        signed = rows.copy()
        held = [*chosen, *self._imposed]
        signed[held] *= -1.0
        quotient = self._spanned
        if self._ranked and chosen:
            frame = np.linalg.qr(quotient[chosen].T, mode="complete")[0]
            quotient = quotient @ frame[:, len(chosen) :]
        active = self._real.copy()
        if self._ranked:
            active &= np.abs(quotient).max(axis=1) > SMALL
        active[[*held, *negative]] = True
        bound = negative.union(held)
        supports: list[_Support] = []
        lines, kept, least = 0, basis, len(rows) + 1
        while True:
            x, k, basis, rho = _support(signed, active, basis, self._weights)
            if x is not None:
                return (None if supports else x), supports, False, kept
            if k < 0:
                return None, supports, False, kept
            members = [i for i, r in zip(basis, rho.tolist(), strict=True) if r < -SMALL] + [k]
            free = [i for i in members if i not in bound]
            rest = [i for i in members if i in bound]
            supports.append(_Support(free + rest, len(free)))
            if len(free) < least:
                kept, least = basis, len(free)
            if not free:
                return None, supports, True, kept
            if len(supports) == wanted:
                groups = [quotient[support.rows[: support.free]] for support in supports]
                closed = not self._ranked or wanted == 1 or _all_independent(groups)
                return None, supports, closed, kept
            if self._ranked:
                line = _on_a_line(quotient[free])
                lines += line
                if not line and wanted - lines > self._widest and len(supports) >= CHOICE:
                    return None, supports, False, kept
            active[free] = False


def _support(
    signed: np.ndarray, active: np.ndarray, basis: list[int], weights: np.ndarray
) -> tuple[np.ndarray | None, int, list[int], np.ndarray]:
    """x with <a, x> < 0 for all active rows a; or a row k >= 0 and a basis whose combination it is
    with the coefficients rho <= 0; or -1. The dual simplex method of `simplex`.
    """
    n = signed.shape[1]
    basis = list(basis)
    duals = np.linalg.inv(signed[basis]).T

    def exchange(place: int, k: int, rho: np.ndarray) -> None:
        duals[place] /= rho[place]
        factors = rho.copy()
        factors[place] = 0.0
        duals[:] -= factors[:, None] * duals[place]
        basis[place] = k

    for q in range(n):
        if not active[basis[q]]:
            y = np.abs(signed @ duals[q])
            y[~active] = 0.0
            k = int(y.argmax())
            if y[k] > 1e-7:  # else the coefficient of the row is 0 in all that take part
                exchange(q, k, duals @ signed[k])
    x, mu = -duals.sum(axis=0), weights[basis]
    bias = np.where(active, 0.0, -np.inf)
    for _ in range(50 * n + 100):
        y = signed @ x + bias
        k = int(y.argmax())
        worst = y[k]
        if worst <= SMALL - 1.0:
            return x, -1, basis, mu
        rho = duals @ signed[k]
        size = np.abs(rho).max()
        ratios = np.where(rho > PIVOT * size, mu / rho, np.inf)
        place = int(ratios.argmin())
        least = ratios[place]
        if not np.isfinite(worst) or least == np.inf:
            return None, k if np.isfinite(worst) else -1, basis, rho
        exchange(place, k, rho)
        mu = mu - least * rho
        mu[place] = least
        x = x - (worst + 1.0) * duals[place]
    return None, -1, basis, mu


def _on_a_line(vectors: np.ndarray) -> bool:
    """Whether vectors, none of them 0, seem to be multiples of the first one."""
    c = int(np.abs(vectors[0]).argmax())
    factors = vectors[:, c] / vectors[0, c]
    return bool((np.abs(vectors - factors[:, None] * vectors[0]) <= SMALL).all())


def _all_independent(groups: list[np.ndarray]) -> bool:
    """Whether every choice of one vector from each group seems to be independent."""
    short = [group[:1] if _on_a_line(group) else group for group in groups]
    return _choices([g / np.abs(g).max(axis=1, keepdims=True) for g in sorted(short, key=len)])


def _choices(groups: list[np.ndarray]) -> bool:
    dim = len(groups)
    if dim == 1:
        return bool((np.abs(groups[0]) > SMALL).all())
    if dim == 2:
        (a, b), (c, d) = groups[0].T, groups[1].T
        return bool((np.abs(np.outer(a, d) - np.outer(b, c)) > SMALL).all())
    if dim == 3:
        normals = np.cross(groups[0][:, None], groups[1][None]).reshape(-1, 3)
        return bool((np.abs(normals @ groups[2].T) > SMALL).all())
    for v in groups[0]:
        c = int(np.abs(v).argmax())
        moved = [g - np.outer(g[:, c] / v[c], v) for g in groups[1:]]
        if not _choices([np.delete(g, c, axis=1) for g in moved]):
            return False
    return True


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
