"""Weights of ordered means by one-dimensional integrals: chains, umbrellas, trees."""

__all__: list[str] = []
