"""The command line, one file a group of commands."""

__all__: list[str] = []
