"""Write the pages of docs/benchmarks (and a picture) from what pytest-benchmark has recorded.

pytest benchmarks --benchmark-json=timings.json
python benchmarks/report.py timings.json
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pages import FOLDER, fitted_exponent, head, seconds, table, write
from sampling_page import sampling

__all__ = ["Timings", "goals", "main", "report"]

PAGES = {
    "cones": ("Cones", ""),
    "orthants": ("Orthant probabilities and weights of chi-bar-squared laws", ""),
    "relu": ("Injectivity of layers", ""),
    "polytopes": ("Random polytopes", ""),
    "replica": (
        "Replica predictions",
        "CPU time of the process, kernels compiled, no optimum kept from before.",
    ),
}
"""Title and preface of the pages of what has a goal; what ``<page>.md`` beside this program says
is added at the end."""

FILES = {
    "test_injectivity.py": "relu",
    "test_orthants.py": "orthants",
    "test_polytopes.py": "polytopes",
    "test_relu_probability.py": "relu",
}
"""The pages of the files whose records name none."""


class Timings:
    """The records of a run by test and by group."""

    def __init__(self, records: list[dict[str, Any]]) -> None:
        self.records = records

    def of(self, test: str) -> list[dict[str, Any]]:
        """The records of one test, in the order of the run."""
        return [r for r in self.records if r["name"].partition("[")[0] == test]

    def group(self, start: str) -> list[dict[str, Any]]:
        """The records of the groups that begin with a word."""
        return [r for r in self.records if str(r["group"]).startswith(start)]


def median(record: dict[str, Any]) -> float:
    """The median time of a record."""
    return float(record["stats"]["median"])


def fastest(record: dict[str, Any]) -> float:
    """The least time of a record: what the machine's other work has disturbed least."""
    return float(record["stats"]["min"])


def _spread(record: dict[str, Any]) -> str:
    stats = record["stats"]
    return f"{seconds(stats['min'])} to {seconds(stats['max'])}, {stats['rounds']}"


def _against(floor: float | None, time: float) -> list[str]:
    if floor is None:
        return ["", ""]
    return [seconds(floor), "reached" if time < floor else "**missed**"]


def _floors(timings: Timings) -> Iterator[str]:
    rows = []
    for record in timings.of("test_single_value"):
        info = record["extra_info"]
        rows.append((f"$q_{{{info['m']},\\,{info['n']}}}$", info["floor"], record))
    for record in timings.of("test_digits"):
        info = record["extra_info"]
        rows.append((f"{info['digits']} digits of `euler()`", info["floor"], record))
    for record in timings.of("test_import"):
        rows.append(("a process that runs `import polygeo`", record["extra_info"]["floor"], record))
    for record in timings.of("test_command"):
        rows.append(("the process `polygeo q 20 3`", record["extra_info"]["floor"], record))
    lines = [
        [what, seconds(median(r)), _spread(r), *_against(floor, median(r))]
        for what, floor, r in rows
    ]
    for record in timings.of("test_peak_memory"):
        info = record["extra_info"]
        verdict = "reached" if info["peak_mb"] < info["floor_mb"] else "**missed**"
        peak = f"{info['peak_mb']} MB"
        note = f"{info['before_mb']} MB before the call, 1"
        lines.append(
            ["peak memory of the largest value", peak, note, f"{info['floor_mb']} MB", verdict]
        )
    yield from table(["what", "median", "range, rounds", "floor", ""], lines)


def _ratios(timings: Timings) -> Iterator[str]:
    lines = []
    pairs = (
        ("the triple sum", "q", "triple sum"),
        ("a row", "at once", "one by one"),
        ("a column", "at once", "one by one"),
    )
    for start, fast, slow in pairs:
        found = {r["extra_info"]["road"]: r for r in timings.group(start)}
        if {fast, slow} <= found.keys():
            ratio = median(found[slow]) / median(found[fast])
            floor = found[fast]["extra_info"].get("floor_ratio")
            lines.append(
                [
                    found[fast]["group"],
                    f"{fast}: {seconds(median(found[fast]))}",
                    f"{slow}: {seconds(median(found[slow]))}",
                    f"{ratio:.3g}",
                    "" if floor is None else f"{floor}",
                ]
            )
    yield from table(["what", "fast method", "slow method", "ratio", "floor"], lines)


def _growth(timings: Timings, picture: str) -> Iterator[str]:
    records = timings.of("test_growth")
    if not records:
        return
    points = [(r["extra_info"]["bits"], fastest(r)) for r in records]
    yield "## Growth"
    yield ""
    yield (
        f"Least time of one value at $m = 8.34464\\,n$ against the bits of the answer (numerator "
        f"and denominator). Fitted exponent over the whole range: **{fitted_exponent(points):.2f}**"
        + (
            f"; over the upper half: **{fitted_exponent(points[len(points) // 2 :]):.2f}**."
            if len(points) >= 6
            else "."
        )
        + " An exponent of 1 would be linear; the recurrence taken step by step has 2."
    )
    yield ""
    rows = [
        [str(r["extra_info"]["n"]), str(bits), seconds(time), f"{1e9 * time / bits:.3g} ns"]
        for r, (bits, time) in zip(records, points, strict=True)
    ]
    yield from table(["n", "bits", "least time", "per bit"], rows)
    if picture:
        yield f"![time against bits, both logarithmic]({picture})"
        yield ""


def _page(record: dict[str, Any]) -> str:
    """The page that a record names, or that its file belongs to."""
    file = record["fullname"].partition("::")[0].rpartition("/")[2]
    return str(record["extra_info"].get("page") or FILES.get(file, "cones"))


def goals(timings: Timings, noise: str, page: str = "cones") -> list[str]:
    """The lines of a page of what has a goal and a name of its own; none if nothing was timed."""
    rows = []
    for record in timings.records:
        info = record["extra_info"]
        if "what" in info and _page(record) == page:
            goal = _against(info.get("goal"), median(record))
            rows.append([info["what"], seconds(median(record)), _spread(record), *goal])
    if not rows:
        return []
    title, preface = PAGES[page]
    lines = [f"# {title}", "", *head(noise), *([preface, ""] if preface else [])]
    lines += table(["what", "median", "range, rounds", "goal", ""], rows)
    more = Path(__file__).with_name(f"{page}.md")
    if more.is_file():
        lines.append(more.read_text(encoding="utf-8"))
    return lines


def draw(timings: Timings, path: Path) -> bool:
    """Time against bits; False where there is nothing to draw or nothing to draw with."""
    records = timings.of("test_growth")
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    if not records:
        return False
    bits = [r["extra_info"]["bits"] for r in records]
    times = [fastest(r) for r in records]
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.subplots()
    axes.loglog(bits, times, "o-", color="#1f4e79", label="one value of q")
    linear = [times[-1] * b / bits[-1] for b in bits]
    square = [times[-1] * (b / bits[-1]) ** 2 for b in bits]
    axes.loglog(bits, linear, ":", color="#555555", label="linear")
    axes.loglog(bits, square, "--", color="#aaaaaa", label="quadratic")
    axes.set_ylim(min(times) / 3, max(times) * 2)
    axes.set_xlabel("bits of the answer")
    axes.set_ylabel("seconds")
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
    return True


def report(timings: Timings, noise: str, picture: str = "") -> list[str]:
    """The lines of the page of q, thresholds and start-up."""
    lines = ["# q, thresholds and start-up", "", *head(noise)]
    lines += ["## Floors", "", *_floors(timings), "## Ratios, in the same run", ""]
    return [*lines, *_ratios(timings), *_growth(timings, picture)]


def main(arguments: list[str] | None = None) -> None:
    """The program."""
    parser = argparse.ArgumentParser(description="Write the page of timings.")
    parser.add_argument("timings", type=Path, help="what --benchmark-json wrote")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="DIR")
    parser.add_argument("--note", default="", help="a sentence on the machine's other work")
    options = parser.parse_args(arguments)
    timings = Timings(json.loads(options.timings.read_text(encoding="utf-8"))["benchmarks"])
    options.out.mkdir(parents=True, exist_ok=True)
    pages = {page: goals(timings, options.note, page) for page in PAGES}
    if timings.of("test_single_value"):
        drawn = draw(timings, options.out / "growth.svg")
        pages["spine"] = report(timings, options.note, "growth.svg" if drawn else "")
    body = sampling(timings.records)
    if body:
        pages["sampling"] = ["# Projections and estimates", "", *head(options.note), *body]
    for page, lines in pages.items():
        if lines:
            write(options.out / f"{page}.md", lines)


if __name__ == "__main__":
    main()
