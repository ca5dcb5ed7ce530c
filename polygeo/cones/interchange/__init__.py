"""Files of cones that other programs read and write: cdd (.ine, .ext) and Normaliz (.in)."""

__all__: list[str] = []
