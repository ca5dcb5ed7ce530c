"""Networks of several layers: decisions, proofs, collisions, contraction of angles."""

__all__: list[str] = []
