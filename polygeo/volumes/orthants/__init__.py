"""Certified orthant probabilities of Gaussian vectors, in any dimension."""

__all__: list[str] = []
