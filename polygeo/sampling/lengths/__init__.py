"""Intrinsic volumes from the lengths of projections."""

__all__: list[str] = []
