"""The command line, one file a group of commands; `main` is the program ``polygeo``."""

from polygeo.report.cli.program import cli, main

__all__ = ["cli", "main"]
