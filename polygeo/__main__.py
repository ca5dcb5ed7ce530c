"""The command line as ``python -m polygeo``."""

from __future__ import annotations

from polygeo.report.console import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
