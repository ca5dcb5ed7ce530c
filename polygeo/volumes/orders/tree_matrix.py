"""Means on a tree from the Gram matrix of the normals of their conditions.

A Gram matrix W of independent normals s_e (x_w - x_v), s_e > 0, has W_ef = 0 for edges that do not
meet, |W_ef| = s_e s_f c_v for those that meet in v, and W_ee = s_e^2 (c_v + c_w). A vertex of
degree 3 gives s_e^2 c_v = |W_ef W_eg / W_fg|, and all other numbers follow along the edges.
"""

from __future__ import annotations

from collections.abc import Sequence

from gmpy2 import mpq

from polygeo.volumes.orders.tree import MeansOnTree

__all__ = ["tree_of"]

MAX_EDGES = 40
"""Largest number of edges."""


def tree_of(gram: Sequence[Sequence[mpq]]) -> MeansOnTree | None:
    """Return the means of a positive definite Gram matrix of a tree that is no path, else None.

    >>> tree_of([[2, 1, 1], [1, 2, -1], [1, -1, 2]]) is None     # signs that do not fit
    True
    >>> tree_of([[2, 1, -2], [1, 2, -2], [-2, -2, 8]]).variances
    (mpq(1,1), mpq(1,1), mpq(1,1), mpq(1,1))
    """
    ends = _ends(gram) if len(gram) <= MAX_EDGES else None
    if ends is None:
        return None
    shares = _shares(gram, ends)
    if shares is None or min(shares.values()) <= 0:
        return None
    count = 1 + max(v for pair in ends for v in pair)
    near: list[list[int]] = [[e for e, pair in enumerate(ends) if v in pair] for v in range(count)]
    variances: dict[int, mpq] = {ends[0][0]: mpq(1)}
    signs: dict[int, int] = {0: 1}  # 1 where the second end lies above the first
    waiting = [ends[0][0]]
    while waiting:
        v = waiting.pop()
        for e in near[v]:
            w = sum(ends[e]) - v
            if w not in variances:
                variances[w] = variances[v] * shares[e, w] / shares[e, v]
                waiting.append(w)
            for f in near[v]:
                same = (ends[e].index(v) == ends[f].index(v)) == (gram[e][f] > 0)
                if e in signs:
                    signs.setdefault(f, signs[e] if same else -signs[e])
    edges = [pair if signs[e] > 0 else pair[::-1] for e, pair in enumerate(ends)]
    means = MeansOnTree([variances[v] for v in range(count)], edges)
    return means if _fits(gram, shares, ends, edges) else None


def _ends(gram: Sequence[Sequence[mpq]]) -> list[tuple[int, int]] | None:
    """Return the two vertices of each edge, where the graph of W is that of the edges of a tree."""
    size = len(gram)
    near = [{j for j in range(size) if j != i and gram[i][j]} for i in range(size)]
    cliques: list[set[int]] = []
    at: list[list[int]] = [[] for _ in range(size)]
    for i in range(size):
        for j in near[i]:
            if not any(j in cliques[c] for c in at[i]):
                clique = {i, j} | (near[i] & near[j])
                if any(not clique <= near[a] | {a} for a in clique):
                    return None
                for a in clique:
                    at[a].append(len(cliques))
                cliques.append(clique)
    if any(len(found) > 2 for found in at) or max(map(len, cliques), default=0) < 3:
        return None
    count, ends = len(cliques), []
    for found in at:
        spare = list(range(count, count + 2 - len(found)))  # leaves
        count += len(spare)
        ends.append((*found, *spare))
    if count != size + 1 or not _connected(ends):
        return None
    return [(a, b) for a, b in ends]


def _connected(ends: Sequence[tuple[int, ...]]) -> bool:
    reached, left = {ends[0][0]}, list(ends)
    while any(reached & {*pair} for pair in left):
        for pair in [pair for pair in left if reached & {*pair}]:
            reached.update(pair)
            left.remove(pair)
    return not left


def _shares(
    gram: Sequence[Sequence[mpq]], ends: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], mpq] | None:
    """Return s_e^2 c_v for all edges e and their ends v."""
    near: dict[int, list[int]] = {}
    for e, pair in enumerate(ends):
        for v in pair:
            near.setdefault(v, []).append(e)
    shares: dict[tuple[int, int], mpq] = {}
    for v, edges in near.items():
        if len(edges) > 2:
            for e in edges:
                f, g = [other for other in edges if other != e][:2]
                shares[e, v] = abs(mpq(gram[e][f]) * gram[e][g] / gram[f][g])
    waiting = list(shares)
    while waiting:
        e, v = waiting.pop()
        w = sum(ends[e]) - v
        found = {(e, w): gram[e][e] - shares[e, v]}
        if len(near[w]) == 2 and found[e, w]:
            f = sum(near[w]) - e
            found[f, w] = mpq(gram[e][f]) ** 2 / found[e, w]
        for key, value in found.items():
            if key not in shares:
                shares[key] = value
                waiting.append(key)
    return shares if len(shares) == 2 * len(ends) else None


def _fits(
    gram: Sequence[Sequence[mpq]],
    shares: dict[tuple[int, int], mpq],
    ends: Sequence[tuple[int, int]],
    edges: Sequence[tuple[int, int]],
) -> bool:
    """Test whether the shares and directions give back all of W."""
    for e, pair in enumerate(ends):
        if sum(shares[e, v] for v in pair) != gram[e][e]:
            return False
        for f in range(e):
            for v in {*pair} & {*ends[f]}:
                same = edges[e].index(v) == edges[f].index(v)
                if shares[e, v] * shares[f, v] != mpq(gram[e][f]) ** 2 or same != (gram[e][f] > 0):
                    return False
    return True
