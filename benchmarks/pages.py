"""What the pages of docs/benchmarks share: the machine, Markdown tables, units, fitted laws."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["FOLDER", "fitted_exponent", "head", "machine", "seconds", "table", "write"]

FOLDER = Path(__file__).parents[1] / "docs" / "benchmarks"
LIBRARIES = ("gmpy2", "python-flint", "sympy", "mpmath", "numpy", "numba", "scipy")


def machine() -> dict[str, str]:
    """Processor, cores, memory, system, Python and libraries."""
    facts = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
    }
    for name in LIBRARIES:
        try:
            facts[name] = version(name)
        except PackageNotFoundError:
            continue
    return facts


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return "unknown"
    return f"{size / 2**30:.0f} GiB"


def seconds(x: float) -> str:
    """A time with three digits and its unit.

    >>> seconds(0.01234), seconds(3.2), seconds(4.5e-5)
    ('12.3 ms', '3.20 s', '45.0 us')
    """
    for unit, name in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if x >= unit:
            size = x / unit
            return f"{size:.{2 if size < 10 else 1 if size < 100 else 0}f} {name}"
    return f"{x / 1e-9:.0f} ns"


def fitted_exponent(points: Iterable[tuple[float, float]]) -> float:
    """The slope of log(time) against log(size), by least squares.

    >>> round(fitted_exponent([(1, 2), (10, 20), (100, 200)]), 9)
    1.0
    """
    logs = [(math.log(x), math.log(y)) for x, y in points]
    x0 = sum(x for x, _ in logs) / len(logs)
    y0 = sum(y for _, y in logs) / len(logs)
    return sum((x - x0) * (y - y0) for x, y in logs) / sum((x - x0) ** 2 for x, _ in logs)


def table(head: list[str], rows: Iterable[list[str]], others: str = "--:") -> Iterator[str]:
    """A Markdown table, the first column left, the others right unless told otherwise."""
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join([":--", *[others] * (len(head) - 1)]) + " |"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def head(noise: str) -> list[str]:
    """The lines at the top of a page: the machine, and a sentence on its other work."""
    facts = [[name, fact] for name, fact in machine().items()]
    return [*table(["machine", ""], facts, ":--"), *([noise, ""] if noise else [])]


def write(path: Path, lines: Iterable[str]) -> None:
    """Put a page where it belongs, and say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    print(path)
