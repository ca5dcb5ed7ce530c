"""SymPy heads for the hulls of random walks and bridges, and for Stirling numbers."""

from __future__ import annotations

from polygeo.polytopes.stirling import cycle_number, partition_number
from polygeo.polytopes.walks import RandomBridgeHull, RandomWalkHull
from polygeo.symbols.quantity import entry_head, head, heads

f_walk = entry_head("f_walk", r"\mathbb{E}\,f_{#1}(W_{#2,#3})", RandomWalkHull, "f_vector")
f_bridge = entry_head("f_bridge", r"\mathbb{E}\,f_{#1}(B_{#2,#3})", RandomBridgeHull, "f_vector")
stirling_cycles = head("stirling_cycles", r"\left[{#1 \atop #2}\right]", cycle_number)
stirling_partitions = head("stirling_partitions", r"\left\{{#1 \atop #2}\right\}", partition_number)

__all__ = heads(globals())
