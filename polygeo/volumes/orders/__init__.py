"""Weights of ordered means by one-dimensional integrals: chains, umbrellas, simple trees."""

__all__: list[str] = []
