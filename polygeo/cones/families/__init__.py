"""The families of cones whose intrinsic volumes have a formula."""

__all__: list[str] = []
