"""The page docs/benchmarks/sampling.md: projections beside other solvers, and what they cost."""

from __future__ import annotations

import shutil
from typing import Any

from pages import table

__all__ = ["sampling"]


def sampling(records: list[dict[str, Any]]) -> list[str]:
    """The lines of the page below its head, from the records of test_sampling.py."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for record in records:
        test, _, case = record["name"].rstrip("]").partition("[")
        found.setdefault(test, {})[case] = record["extra_info"]
    kernel = found.get("test_kernel_beside_the_scipy_loop", {})
    if not kernel:
        return []
    peers = found.get("test_kernel_beside_other_peers", {})
    lines = [
        "`simp`: d Gaussian generators; `half`: 2d unit generators on a half-sphere. Times are "
        "microseconds for one projection with the dimension of its face, one thread, least of "
        "short runs by turns; a ratio is the peer's time over ours.",
        "",
        "## Kernel",
        "",
    ]
    rows = []
    for case, info in kernel.items():
        row = [_cone(case), info["method"], f"{info['microseconds']:.3f}"]
        row += [f"{info['ratio']:.0f} ({info['floor']}, {info['goal']})"]
        for name in ("daqp", "quadprog"):
            other = peers.get(f"{name}-{case}") or peers.get(f"{case}-{name}")
            row.append("" if other is None else _ratio(other))
        rows.append(row)
    head = ["cone", "method", "us", "scipy nnls loop (floor, goal)", "daqp loop (goal)"]
    lines += table([*head, "quadprog loop"], rows)
    lines += ["## Around the kernel", ""]
    price = found.get("test_price_of_the_certificate", {})
    whole = found.get("test_end_to_end", {})
    threads = found.get("test_two_threads", {})
    parts = found.get("test_where_the_time_goes", {})
    rows = [
        [
            _cone(case),
            _percent(price.get(case, {}).get("price")),
            _percent(whole.get(case, {}).get("share")),
            str(threads.get(case, {}).get("speedup", "")),
            str(parts.get(case, {}).get("parts", "")),
        ]
        for case in kernel
    ]
    head = ["cone", "certificate costs (goal 30%)", "end to end, of the kernel's rate (goal 70%)"]
    lines += table([*head, "two threads (goal 1.8)", "parts"], rows)
    lines += [
        "*Parts*: the time of a projection in units of the signs that one cached active set asks "
        "for, a product of d vector instructions. No projection takes fewer than two (the empty "
        "set, the right one); the sets on the way, their lookup and the branches on them are what "
        "stands between that and the figure. End to end: the rest is the normals, half of it "
        "Philox itself.",
        "",
    ]
    if shutil.which("Rscript") is None:
        lines += ["R is not on this machine: restriktor and conivol were not timed.", ""]
    return lines


def _cone(case: str) -> str:
    kind, _, d = case.partition("-")
    return f"{kind}, d = {d}"


def _ratio(info: dict[str, Any]) -> str:
    goal = info.get("goal")
    return f"{info['ratio']:.0f}" + (f" ({goal})" if goal else "")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f}%"
