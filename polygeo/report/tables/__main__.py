"""The program: ``python -m polygeo.report.tables [--check] [--out DIR] [NAME ...]``."""

import sys

from polygeo.report.tables.committed import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
