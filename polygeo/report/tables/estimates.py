"""Tables of simulated volumes: the table of one run, and the table `estimates`."""

from __future__ import annotations

import math
from typing import Any

from polygeo import cones
from polygeo.answers.estimate import Estimate
from polygeo.answers.serialise import decimal, to_dict
from polygeo.errors import DomainError, NoExactValue, NotConverged
from polygeo.report.tables.tabular import Column, Table

__all__ = [
    "BODIES",
    "SECTIONS",
    "disagreements",
    "estimates",
    "exact_volumes",
    "record",
    "section_table",
    "volumes",
]

DIGITS = 10
"""Number of digits of the exact values next to estimates."""

ERRORS = 5.5
"""Number of standard errors above 0 from which the law of an estimate is taken as normal."""

SAMPLES, DRAWS, SEED = 200_000, 50_000, 1
"""Numbers of samples and of draws, and the seed, of the table `estimates`."""

_OPPOSITE = cones.ConeUnion(
    cones.PolyhedralCone(rays=[[sign * int(i == j) for j in range(4)] for i in range(4)])
    for sign in (1, -1)
)
_CUBE = cones.PolyhedralCone(rays=[[x, y, z, 2] for x in (1, -1) for y in (1, -1) for z in (1, -1)])

BODIES: tuple[tuple[str, Any], ...] = (
    ("orthant, R^5", cones.Orthant(5)),
    ("Weyl chamber B5", cones.WeylChamber("B", 5)),
    ("Weyl chamber B8", cones.WeylChamber("B", 8)),
    ("over a cube, R^4", _CUBE),
    (
        "seven rays, R^5",
        cones.PolyhedralCone(
            rays=[
                [1, 0, 0, 0, 1],
                [1, 2, 0, 0, 0],
                [1, 1, 1, 0, -1],
                [2, 1, -1, 3, 0],
                [1, -2, 1, 1, 1],
                [2, 0, -3, -1, 1],
                [3, 1, 1, -2, -1],
            ]
        ),
    ),
    ("two orthants, R^4", _OPPOSITE),
)
"""The sets that the table `estimates` samples: simplicial and not, pointed, convex and not."""

SECTIONS: tuple[tuple[str, Any, int], ...] = (
    ("two orthants, R^4", _OPPOSITE, 2),
    ("fan C_{6,3}", cones.SignCountFan(6, 3), 3),
)
"""The sets whose random sections the table has: name, set, dimension of the subspaces."""


def exact_volumes(cone: Any) -> Any:
    """Return the volumes of a cone if they are exact, or certified within seconds, else None."""
    try:
        return cone.volumes_within(digits=DIGITS + 5)
    except (NoExactValue, NotConverged, DomainError):
        return None


def cells(run: Estimate, whole: bool = False) -> tuple[Any, ...]:
    """Return mean, standard error, ends of the interval: numbers, or rounded to what is known."""
    return (run.mean, run.stderr, run.low, run.high) if whole else run.printed()


def volumes(name: str, run: Any, exact: Any, whole: bool = False) -> Table:
    """Make the table of v_k of one run with exact values, and the statistical dimension last."""
    runs = [*run.volumes(), run.statistical_dimension()]
    known = [None] * len(runs) if exact is None else [*exact, exact.statistical_dimension()]
    labels = [*map(str, range(run.ambient_dim + 1)), "delta"]
    rows = tuple(
        (label, *cells(estimate, whole), value)
        for label, estimate, value in zip(labels, runs, known, strict=True)
    )
    columns = (
        Column("k", latex="$k$"),
        Column("estimate", "v_k", "$v_k$"),
        Column("stderr", "std. error"),
        Column("low", "95% from"),
        Column("high", "to"),
        *((Column("exact", exact.kind, digits=DIGITS),) if exact is not None else ()),
    )
    if exact is None:
        rows = tuple(row[:-1] for row in rows)
    pairs = " in antithetic pairs" if hasattr(run, "covariance") else ""
    samples = f"{run.samples:,} samples{pairs}, seed {run.seed}"
    notes = [
        samples + ("." if run.complete else "; the run was interrupted."),
        "delta is the statistical dimension, sum k v_k.",
    ]
    sources = {e.source for e in runs if e.source}
    notes += [f"BibTeX of the formula: polygeo cite {source}" for source in sorted(sources)]
    if exact is None:
        notes.append("No exact or certified values are known to compare with.")
    return Table("estimate", f"Estimated intrinsic volumes: {name}", columns, rows, tuple(notes))


def record(run: Any, exact: Any) -> dict[str, Any]:
    """Return the estimates of one run and the exact values, as JSON can hold them."""
    pairs = {"covariance": run.covariance().tolist()} if hasattr(run, "covariance") else {}
    return {
        "kind": "estimate",
        "samples": run.samples,
        "seed": run.seed,
        "complete": run.complete,
        "volumes": [estimate.to_dict() for estimate in run.volumes()],
        "statistical_dimension": run.statistical_dimension().to_dict(),
        **pairs,
        "exact": None if exact is None else [to_dict(value) for value in exact],
    }


def estimates() -> Table:
    """Make the table of simulated and exact values; every machine counts the same integers."""
    rows: list[tuple[Any, ...]] = []
    for name, body in BODIES:
        found = body.face_counts(SAMPLES, SEED)
        exact = body.intrinsic_volumes(DIGITS + 5)
        for k, (estimate, value) in enumerate(zip(found.volumes(), exact, strict=True)):
            rows.append((name, f"v_{k}", value, *_beside(estimate, value)))
        delta = exact.statistical_dimension()
        rows.append((name, "delta", delta, *_beside(found.statistical_dimension(), delta)))
    for name, body, n in SECTIONS:
        sections = body.estimate_section_euler_characteristic(n, DRAWS, SEED)
        value = sections.expected
        rows.append((name, f"chi, n = {n}", value, *_beside(sections.estimate, value)))
    return Table(
        "estimates",
        "Simulated and exact values",
        (
            Column("cone"),
            Column("quantity"),
            Column("value", digits=8, known="exact or certified, correctly rounded"),
            Column("estimate"),
            Column("stderr", "std. error"),
            Column("deviation", "deviation in std. errors", terminal="no"),
        ),
        tuple(rows),
        (
            f"v_k and the statistical dimension delta from {SAMPLES:,} samples, chi from "
            f"{DRAWS:,} subspaces; seed {SEED}.",
            "Estimates to the second digit of the standard error; a volume that was never or "
            "hardly seen has no deviation.",
            "chi is the Euler characteristic of the section by a random n-dimensional subspace, "
            "for a union not the indicator that the section is not empty.",
        ),
    )


def disagreements(built: Table, kept: Table) -> list[str]:
    """List the rows of a simulated table that are more than 6 errors away from a re-run.

    If both tables are right, the probability of any such row is below 1e-7.
    """
    found = []
    if [row[:3] for row in built.rows] != [row[:3] for row in kept.rows]:
        return ["other rows or exact values"]
    for new, old in zip(built.rows, kept.rows, strict=True):
        numbers = [_number(text) for row in (new, old) for text in (row[3], row[4] or "0")]
        if any(x is None for x in numbers):
            found.append(f"{old[0]}, {old[1]}: no number in {old[3]!r}, {old[4]!r}")
            continue
        a, s, b, t = (float(x or 0) for x in numbers)
        rare = new[3].startswith("<") or old[3].startswith("<")
        if abs(a - b) > 6 * math.hypot(s, t) + (6 * max(a, b) if rare else 0):
            found.append(f"{old[0]}, {old[1]}: {old[3]} +- {old[4]}, a re-run gives {new[3]}")
    return found


def _number(text: str) -> float | None:
    try:
        return float(text.removeprefix("< "))
    except ValueError:
        return None


def _beside(found: Estimate, value: Any) -> tuple[str, str, str]:
    """Estimate and standard error as texts, and how far off, unless too little was seen."""
    mean, stderr, _, high = cells(found)
    if found.mean == 0 and found.stderr == 0 and found.low < found.high:
        return f"< {high}", "", ""
    if found.stderr == 0 or 0 < found.mean < ERRORS * found.stderr:
        return mean, stderr, ""
    return mean, stderr, f"{(found.mean - float(value)) / found.stderr:+.1f}"


def section_table(title: str, rows: list[tuple[str, Any]]) -> Table:
    """Make the table of Euler characteristics of random sections with their expectations."""
    lines = tuple(
        (
            name,
            str(found.other),
            *cells(found.estimate)[:2],
            "" if found.expected is None else decimal(found.expected, DIGITS),
        )
        for name, found in rows
    )
    columns = (
        Column("cone"),
        Column("n", latex="$n$"),
        Column("estimate", "mean"),
        Column("stderr", "std. error"),
        Column("expected"),
    )
    notes = ("An Euler characteristic; the share of subspaces that meet only a convex cone.",)
    return Table("sections", f"Random sections: {title}", columns, lines, notes)
