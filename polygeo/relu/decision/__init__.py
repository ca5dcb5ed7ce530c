"""Decide whether a layer is injective, and the half-space depth of a point, with a proof."""

__all__: list[str] = []
