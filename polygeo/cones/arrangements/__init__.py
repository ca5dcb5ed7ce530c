"""Hyperplane arrangements: characteristic polynomials, regions, faces."""

__all__: list[str] = []
