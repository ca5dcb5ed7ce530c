"""Euler characteristics of random sections of cones."""

__all__: list[str] = []
