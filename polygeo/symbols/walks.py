"""SymPy heads for the hulls of random walks and bridges, and for Stirling numbers."""

from __future__ import annotations

from polygeo.polytopes.stirling import cycle_number, partition_number
from polygeo.polytopes.walks import RandomBridgeHull, RandomWalkHull
from polygeo.symbols.quantity import entry_head, head

__all__ = ["f_bridge", "f_walk", "stirling_cycles", "stirling_partitions"]

f_walk = entry_head(
    "f_walk",
    3,
    r"\mathbb{E}\,f_{#1}(W_{#2,#3})",
    RandomWalkHull,
    "f_vector",
    "E f_k of the hull of a walk of n steps in R^d, as f_walk(k, n, d).",
)
f_bridge = entry_head(
    "f_bridge",
    3,
    r"\mathbb{E}\,f_{#1}(B_{#2,#3})",
    RandomBridgeHull,
    "f_vector",
    "E f_k of the hull of a bridge of n steps in R^d, as f_bridge(k, n, d).",
)
stirling_cycles = head(
    "stirling_cycles",
    2,
    r"\left[{#1 \atop #2}\right]",
    cycle_number,
    "The Stirling number of the first kind without sign, as stirling_cycles(n, k).",
)
stirling_partitions = head(
    "stirling_partitions",
    2,
    r"\left\{{#1 \atop #2}\right\}",
    partition_number,
    "The Stirling number of the second kind, as stirling_partitions(n, k).",
)
