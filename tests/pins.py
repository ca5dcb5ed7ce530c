"""The versions that the committed tables and notebooks were made with."""

import importlib.metadata
from pathlib import Path

PINS = Path(__file__).parents[1] / "constraints.txt"


def made_with(*names: str) -> bool:
    """Whether these distributions are here in the versions of constraints.txt.

    Others give the same numbers, but not the same last digits of floats and of Balls.
    """
    if not PINS.is_file():
        return False
    lines = PINS.read_text(encoding="utf-8").splitlines()
    pins = dict(line.strip().split("==") for line in lines if "==" in line and line[0] != "#")
    return all(importlib.metadata.version(name) == pins[name] for name in names)
