"""The surrogate q: exact values, growth, the Euler characteristic of one draw, its mean."""

__all__: list[str] = []
