"""Numbers of others held against polygeo's."""

__all__: list[str] = []
