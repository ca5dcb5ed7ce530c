"""Orthant probabilities and small solid angles by quasi-Monte-Carlo."""

__all__: list[str] = []
