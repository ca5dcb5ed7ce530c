"""Counts of the faces that projections of Gaussian samples hit."""

__all__: list[str] = []
