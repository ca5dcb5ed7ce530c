"""Integer polyhedral geometry: vectors, descriptions of a cone, faces, nearest points."""

__all__: list[str] = []
