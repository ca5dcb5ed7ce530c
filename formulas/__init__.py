"""The literature, executable: one topic a file, every statement a `Formula` with its source.

Imported only as ``polygeo.formulas``. The id of a formula is its module and name, for instance
``euler.triple_sum``; `polygeo.catalogue` lists them all.
"""

__all__ = [
    "classical",
    "euler",
    "families",
    "gaussian_polytopes",
    "kinematic",
    "networks",
    "polyhedral",
    "polytopes",
    "rate",
    "regular",
    "replica",
    "simplices",
    "sparse",
    "thresholds",
    "walks",
]
