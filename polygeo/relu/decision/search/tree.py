"""The search tree: does some x have too small a set S(x) = {i : <w_i, x> >= 0}?

A node asks for x with <w_i, x> >= 0 on a list C of independent rows and < 0 on a set N. Rows
neither in N nor in the span of C are free. Either some x is negative on the free rows too: then
S(x) lies in the span of C. Or a support of Farkas says that one of its free rows is in S(x): the
node branches on them, earlier siblings going to N. A node is closed when its S(x) must span: at
|C| = n - 1 (one more row, independent of C), without a free row in the support (no such x), or by
packing: n - |C| supports with disjoint free parts, such that C and any choice of one row from each
part are independent, which is proved for each choice.

With ``ranked`` false the rows are counted and not spanned: the tree then bounds half-space depth.

Inputs in a cone: the rows behind the layer's are its inequalities. All nodes ask for x that is > 0
on these *imposed* rows, supports may use them, and they are neither counted nor spanned. Spans are
those of the first ``dim`` coordinates of the layer's rows (the last one may hold a bias).
"""

# mypy: disable-error-code="no-untyped-def, import-untyped"

from __future__ import annotations

import numpy as np

from polygeo.relu.decision.search.independence import (
    all_independent,
    away_from_zero,
    divide,
    on_a_line,
)
from polygeo.relu.decision.search.outcomes import BUDGET, CLOSED, FREE_SCALE, FULL, OPEN, POINT
from polygeo.relu.decision.search.simplex import (
    FEASIBLE,
    OUT,
    dual_basis,
    exchange,
    proved,
    proved_in_part,
    remove,
    solve,
)
from polygeo.simd.compiled import njit
from polygeo.simd.double import LANES, UNIT

__all__ = ["BUDGET", "CLOSED", "FULL", "OPEN", "POINT", "not_zero", "search"]

FREE, NEGATIVE, CHOSEN, IMPOSED = 0, 1, 2, 3
SMALL = 1e-9
"""Largest absolute value of a coefficient that counts as 0 in a support that is not proved."""
CHOICE = 4
"""Number of supports; a node without a packing takes the one with the fewest free rows."""
RETREATS = 40
"""Largest number of attempts of a node to do without rows whose coefficients nothing proves."""


@njit(cache=True, nogil=True)
def search(
    columns, rows, count, imposed, dim, start, known, target, ranked, certified, exact, widest,
    budget, point, record, used,
):  # fmt: skip
    """Search the tree: return CLOSED, POINT (in ``point``), OPEN, BUDGET or FULL.

    ``columns`` (n, M) and ``rows`` (M, n): the scaled rows, ``count`` of the layer, then
    ``imposed`` inequalities, then zeros; ``dim``: coordinates in which spans are taken (n, or fewer
    where the last ones are no coordinates of inputs); ``start`` (n,): independent rows; ``known``
    (d,): independent rows in the span of all S(x), modulo which spans are taken; ``target`` =
    dim - d, or the count to reach; ``certified``: supports and bases are proved; ``exact``: the
    rows are not rounded; ``widest``: largest number of supports in a packing that is checked, those
    on a line apart; ``record`` (0 or more) receives the tree in preorder: for each node the number
    of its supports, for each of them its length and rows, the free ones first (how many: before
    them). used[0]: nodes so far; used[1]: entries of the record; used[2]: another thread may set it
    to end the search (BUDGET); used[3]: supports of the first node.
    """
    n, width = columns.shape
    depth = target + 1
    state = np.zeros(width, np.int8)
    sign = np.zeros(width)
    bias = np.zeros(width)
    weights = np.empty(width)
    for j in range(width):
        weights[j] = 1.0 + (0.6180339887498949 * (j + 1)) % 1.0
    x, mu, y, rho, slack = np.empty(n), np.empty(n), np.empty(width), np.empty(n), np.empty(n)
    basis, duals = np.empty(n, np.int64), np.empty((n, n))
    base = np.empty((depth, n), np.int64)
    kept_duals, kept_rho = np.empty((depth, n, n)), np.empty((depth, n))
    entering = np.empty(depth, np.int64)
    children = np.empty((depth, n + 1), np.int64)
    shares = np.empty(n + 1)
    counts, place = np.zeros(depth, np.int64), np.zeros(depth, np.int64)
    levels, errors = np.empty((dim + 1, dim, width)), np.empty((dim + 1, width))
    outside, factor = np.empty(width), np.empty(width + LANES)
    groups, starts = np.empty(width, np.int64), np.zeros(depth + 2, np.int64)
    supports = np.empty(width * (n + 3), np.int64)
    scratch, scratch_errors = np.empty((dim, dim, width)), np.empty((dim, width))
    normals = np.empty((5, (n + 1) * (n + 1) + LANES))
    capacity = record.shape[0]
    rounds = 50 * n + 100
    nodes, filled = 0, 0
    k, good = 0, False
    if ranked:
        # Loops: assignments of arrays are checked, and the checks take seconds to compile.
        for j in range(width):
            errors[0, j] = UNIT
            for c in range(dim):
                levels[0, c, j] = 0.0 if count <= j < count + imposed else columns[c, j]
        for q in range(known.shape[0]):
            if not divide(
                levels[0, : dim - q],
                errors[0],
                levels[1, : dim - q - 1],
                errors[1],
                factor,
                known[q],
                0,
            ):
                return OPEN
            for j in range(width):
                errors[0, j] = errors[1, j]
                for c in range(dim):
                    levels[0, c, j] = levels[1, c, j]
    members = np.empty(n + 1, np.int64)
    for j in range(n):
        basis[j] = start[j]
    real = np.empty(width, np.bool_)
    for j in range(width):
        sign[j] = FREE_SCALE
        real[j] = j < count and not_zero(rows, j, dim)
        if count <= j < count + imposed:
            state[j], sign[j] = IMPOSED, -1.0
    if not dual_basis(rows, sign, basis, duals):
        return OPEN
    level = 0
    while True:
        # --- a node: its system
        nodes += 1
        used[0] = nodes
        if nodes > budget or used[2]:
            return BUDGET
        if ranked:
            away_from_zero(levels[level, : target - level], errors[level], outside)
        for j in range(width):
            nonzero = outside[j] > 0.0 if ranked else real[j]
            if state[j] >= CHOSEN:
                sign[j], bias[j] = -1.0, 0.0
            elif state[j] == NEGATIVE:
                sign[j], bias[j] = 1.0, 0.0
            else:
                sign[j], bias[j] = FREE_SCALE, 0.0 if nonzero else OUT
        for q in range(n):
            if bias[basis[q]] != 0.0:
                remove(columns, rows, sign, bias, basis, duals, y, rho, q)
        wanted = target - level
        found, size, filled_groups = 0, 0, 0
        closed = False
        best, best_size = -1, width
        lines = 0
        starts[0] = 0
        while True:
            for attempt in range(2 + RETREATS):
                if used[2]:
                    used[0] = nodes
                    return BUDGET
                k = solve(columns, rows, sign, bias, weights, basis, duals, x, mu, y, rho, rounds)
                good = k == FEASIBLE or (k >= 0 and not certified)
                if k >= 0 and certified:
                    good = proved(rows, sign, basis, duals, k, rho, slack)
                    good = good or proved_in_part(
                        rows, sign, basis, duals, k, rho, slack, members, exact
                    )
                    for q in range(n):
                        good = good and (bias[basis[q]] == 0.0 or rho[q] == 0.0)
                if good or found:
                    break
                # Once more, with a fresh inverse; then without the rows that are in doubt.
                if attempt > 0 and not (k >= 0 and without(
                    columns, rows, sign, bias, basis, duals, y, rho, slack, members
                )):  # fmt: skip
                    break
                if not dual_basis(rows, sign, basis, duals):
                    break
            if not good:
                if found:
                    break
                used[0] = nodes
                return OPEN
            if k == FEASIBLE:
                seen = 0
                for j in range(width):
                    seen += y[j] >= 0.0 and real[j]
                if found == 0 or seen < target:
                    for i in range(n):
                        point[i] = x[i]
                    used[0] = nodes
                    return POINT
                break
            # A support: free rows first.
            head = size
            size += 2
            frees = 0
            for which in range(2):
                for q in range(n + 1):
                    j = k if q == n else basis[q]
                    # What is proved holds for all rows, however small their coefficients.
                    if q < n and (rho[q] == 0.0 or (rho[q] >= -SMALL and not certified)):
                        continue
                    if (state[j] == FREE) == (which == 0):
                        at = size
                        if which == 0:
                            # Large multipliers first: their children know fewer signs.
                            share = 1.0 if q == n else -rho[q]
                            while at > head + 2 and shares[at - head - 3] < share:
                                supports[at] = supports[at - 1]
                                shares[at - head - 2] = shares[at - head - 3]
                                at -= 1
                            shares[at - head - 2] = share
                            frees += 1
                        supports[at] = j
                        size += 1
            supports[head] = size - head - 2
            supports[head + 1] = frees
            if frees < best_size:
                best, best_size = head, frees
                for q in range(n):
                    base[level, q] = basis[q]
                    kept_rho[level, q] = rho[q]
                    for i in range(n):
                        kept_duals[level, q, i] = duals[q, i]
                entering[level] = k
            found += 1
            if nodes == 1:
                used[3] = found
            if frees == 0:
                closed = True
                break
            for q in range(frees):
                j = supports[head + 2 + q]
                groups[filled_groups] = j
                filled_groups += 1
            starts[found] = filled_groups
            if found == wanted:
                if not ranked or wanted == 1:
                    closed = True
                else:
                    closed = all_independent(
                        levels[level, :wanted],
                        errors[level],
                        wanted,
                        groups,
                        starts,
                        not certified,
                        scratch,
                        scratch_errors,
                        factor,
                        normals,
                    )
                break
            if ranked:
                # A group on a line costs nothing to check.
                line = not certified and on_a_line(
                    levels[level, : target - level],
                    errors[level],
                    groups[starts[found - 1] : starts[found]],
                )
                lines += line
                if not line and wanted - lines > widest and found >= CHOICE:
                    break
            # The next support must do without these rows.
            for q in range(frees):
                bias[supports[head + 2 + q]] = OUT
            for q in range(n):
                if bias[basis[q]] != 0.0:
                    remove(columns, rows, sign, bias, basis, duals, y, rho, q)
        # --- the record
        if capacity:
            whole = closed and best_size > 0
            need = 1 + (size if whole else supports[best] + 2)
            if filled + need > capacity:
                used[0] = nodes
                return FULL
            record[filled] = found if whole else 1
            filled += 1
            if whole:
                for q in range(size):
                    record[filled + q] = supports[q]
                filled += size
            else:
                for q in range(supports[best] + 2):
                    record[filled + q] = supports[best + q]
                filled += supports[best] + 2
        # --- where next
        if closed:
            while level > 0:
                level -= 1
                done = children[level, place[level]]
                state[done] = NEGATIVE
                place[level] += 1
                if place[level] < counts[level]:
                    break
                for q in range(counts[level]):
                    state[children[level, q]] = FREE
                if level == 0:
                    level = -1
                    break
            if level <= 0 and (level < 0 or nodes == 1):
                used[0], used[1] = nodes, filled
                return CLOSED
        else:
            counts[level] = best_size
            place[level] = 0
            for q in range(best_size):
                children[level, q] = supports[best + 2 + q]
        # --- into the next child
        child = children[level, place[level]]
        state[child] = CHOSEN
        for q in range(n):
            basis[q] = base[level, q]
            rho[q] = kept_rho[level, q]
            for i in range(n):
                duals[q, i] = kept_duals[level, q, i]
        if ranked and not divide(
            levels[level, : target - level],
            errors[level],
            levels[level + 1, : target - level - 1],
            errors[level + 1],
            factor,
            child,
            0,
        ):
            used[0] = nodes
            return OPEN
        for q in range(n):
            if basis[q] == child:
                exchange(duals, basis, rho, q, entering[level])
                break
        # Earlier siblings are not free any more.
        for q in range(n):
            for c in range(place[level]):
                if basis[q] == children[level, c]:
                    for i in range(n):
                        duals[q, i] *= FREE_SCALE
        level += 1


@njit(cache=True, nogil=True)
def without(columns, rows, sign, bias, basis, duals, y, rho, scratch, doubtful):
    """Take the rows of a basis whose coefficients are marked by 0 out of the system, if any."""
    count = 0
    for q in range(basis.shape[0]):
        if rho[q] == 0.0 and bias[basis[q]] == 0.0:
            doubtful[count] = q
            count += 1
            bias[basis[q]] = OUT
    for i in range(count):
        remove(columns, rows, sign, bias, basis, duals, y, scratch, doubtful[i])
    return count > 0


@njit(cache=True, nogil=True, inline="always")
def not_zero(rows, j, dim):
    """Check that row j is not zero in its first coordinates."""
    found = False
    for i in range(dim):
        found = found or rows[j, i] != 0.0
    return found
