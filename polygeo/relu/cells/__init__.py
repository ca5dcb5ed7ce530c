"""Cells of linearity of a layer: faces, regions, frame bounds, stability."""

__all__: list[str] = []
