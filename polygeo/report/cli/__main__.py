"""The program: ``python -m polygeo.report.cli``, the same as ``polygeo``."""

from polygeo.report.cli.program import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
