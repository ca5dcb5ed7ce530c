"""The probability p that a Gaussian layer is injective, by simulation."""

__all__: list[str] = []
