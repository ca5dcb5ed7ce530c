"""The families of cones whose intrinsic volumes have a formula, one family a file."""

__all__: list[str] = []
