"""Tables as values, and the committed tables of docs/tables."""

__all__: list[str] = []
