"""Intrinsic volumes from the angles of faces and of their normal cones."""

__all__: list[str] = []
