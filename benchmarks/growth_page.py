"""Write docs/benchmarks/growth.md and its picture from the records of test_growth.py.

pytest benchmarks --benchmark-json=timings.json
python benchmarks/growth_page.py timings.json
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

from pages import FOLDER, fitted_exponent, head, seconds, table, write

__all__ = ["growth", "law", "main"]

PICTURE = "growth-curves.svg"

TICKS = tuple(step * 10**power for power in range(5) for step in (1, 2, 5))

PREFACE = """\
Least CPU time of a few calls, with everything compiled and nothing remembered from before. A *power
law* is fitted to the whole range, and its exponent to the upper half as well, where the fixed cost
of a call weighs less; where the time grows exponentially the factor from one size to the next is
fitted.

`volumes` are all intrinsic volumes to 15 digits; `projections` are 500 certified projections and
the setting up of the cone; `is_injective` decides 20 Gaussian layers; `polytopes` are f-vectors,
exact or to 15 digits; `q: n = 20` is the whole row q(m, 1), .., q(m, m).
"""

Curve = list[tuple[int, float]]


def law(kind: str, points: Curve) -> str:
    """The fitted law in words.

    >>> law("power", [(1, 2.0), (2, 8.0), (4, 32.0)])
    'exponent 2.0'
    >>> law("exponential", [(1, 2.0), (2, 6.0), (3, 18.0)])
    'factor 3.0'
    """
    if kind == "exponential":
        return f"factor {math.exp(fitted_exponent((math.exp(x), y) for x, y in points)):.1f}"
    return f"exponent {fitted_exponent(points):.1f}"


def curves(records: list[dict[str, Any]]) -> dict[str, tuple[str, str, Curve]]:
    """Letter, law and points by curve."""
    found: dict[str, tuple[str, str, Curve]] = {}
    for record in records:
        info = record["extra_info"]
        if "curve" in info:
            entry = found.setdefault(info["curve"], (info["letter"], info["law"], []))
            entry[2].append((info["size"], float(record["stats"]["min"])))
    for _, _, points in found.values():
        points.sort()
    return found


def growth(found: dict[str, tuple[str, str, Curve]], note: str, picture: str) -> list[str]:
    """The lines of the page."""
    lines = ["# Growth", "", *head(note), PREFACE]
    if picture:
        lines += [f"![time against size, both logarithmic]({picture})", ""]
    rows = []
    for name, (letter, kind, points) in found.items():
        upper = points[len(points) // 2 :] if len(points) >= 4 else points[-2:]
        times = ", ".join(f"{size}: {seconds(least)}" for size, least in points)
        rows.append([name, f"${letter}$", law(kind, points), law(kind, upper), times])
    return [*lines, *table(["what", "size", "fit", "upper half", "least times"], rows)]


def draw(found: dict[str, tuple[str, str, Curve]], path: Path) -> bool:
    """One panel for each group of curves; False where there is nothing to draw with."""
    try:
        from matplotlib.figure import Figure
        from matplotlib.ticker import NullLocator
    except ImportError:
        return False
    panels: dict[str, list[str]] = {}
    for name in found:
        group = name.partition(":")[0]
        panels.setdefault(group if group in ("volumes", "projections", "polytopes") else "", [])
        panels[group if group in panels else ""].append(name)
    titles = [group for group in panels if group] + [""] * ("" in panels)
    figure = Figure(figsize=(8.6, 7.8), layout="constrained")
    axes = figure.subplots(2, 2).flat
    for axis, group in zip(axes, titles, strict=False):
        for name in panels[group]:
            letter, kind, points = found[name]
            label = name.partition(": ")[2] if group else name
            sizes, times = zip(*points, strict=True)
            text = f"{label} ({letter}; {law(kind, points)})"
            axis.loglog(sizes, times, "o-", markersize=3.5, linewidth=1.2, label=text)
        axis.set_title(group or "decisions, descriptions, q, replicas", fontsize=10)
        axis.set_xlabel("size", fontsize=10)
        axis.set_ylabel("seconds", fontsize=10)
        axis.tick_params(labelsize=9)
        left, right = axis.get_xlim()
        axis.set_xticks([tick for tick in TICKS if left <= tick <= right], minor=False)
        axis.xaxis.set_major_formatter("{x:.0f}")
        axis.xaxis.set_minor_locator(NullLocator())
        low, high = axis.get_ylim()
        axis.set_ylim(low, high * (high / low) ** (0.11 * len(panels[group])))
        axis.legend(frameon=False, fontsize=8, loc="upper left")
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
    return True


def main(arguments: list[str] | None = None) -> None:
    """The program."""
    parser = argparse.ArgumentParser(description="Write the page of growth curves.")
    parser.add_argument("timings", type=Path, help="what --benchmark-json wrote")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="DIR")
    parser.add_argument("--note", default="", help="a sentence on the machine's other work")
    options = parser.parse_args(arguments)
    found = curves(json.loads(options.timings.read_text(encoding="utf-8"))["benchmarks"])
    if found:
        options.out.mkdir(parents=True, exist_ok=True)
        drawn = draw(found, options.out / PICTURE)
        write(options.out / "growth.md", growth(found, options.note, PICTURE if drawn else ""))


if __name__ == "__main__":
    main()
