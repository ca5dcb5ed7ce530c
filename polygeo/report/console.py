"""The console script ``polygeo``; signals are handled before the command line is imported."""

from __future__ import annotations

from typing import NoReturn

from polygeo.report.start import supervise

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    supervise(_command_line)


def _command_line() -> None:
    from polygeo.report.cli import cli

    cli.main(prog_name="polygeo")
