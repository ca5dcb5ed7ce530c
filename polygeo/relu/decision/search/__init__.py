"""The search behind a decision, compiled and in exact arithmetic."""

__all__: list[str] = []
