"""What is printed about simulated volumes: the table of one run, and the table `estimates`."""

from __future__ import annotations

import math
from typing import Any

from polygeo import cones
from polygeo.answers.estimate import Estimate
from polygeo.answers.record import decimal, to_dict
from polygeo.cones.rational import rational_cone
from polygeo.errors import DomainError, NoExactValue, NotConverged
from polygeo.report.table import Column, Table

__all__ = ["exact_volumes", "record", "run", "section", "section_table", "volumes"]

DIGITS = 10
"""Of exact values beside estimates."""


def run(cone: Any, samples: int | None, seed: int, **options: Any) -> Any:
    """The counts of a run on a cone with rational data, or the scores of a union."""
    if isinstance(cone, cones.SignCountFan | cones.ConeUnion):
        if "stderr" in options:
            raise DomainError("a union is sampled with samples=; got stderr=")
        from polygeo.cones.section import signed_cones
        from polygeo.sampling import count_scores

        return count_scores(signed_cones(cone), samples, seed, **options)
    return rational_cone(cone).face_counts(samples, seed, **options)


def section(cone: Any, n: int, samples: int | None, seed: int, **options: Any) -> Any:
    """Random sections of a cone with rational data or a union, a SectionEstimate."""
    if not isinstance(cone, cones.SignCountFan | cones.ConeUnion):
        cone = rational_cone(cone)
    return cone.estimate_section_euler_characteristic(n, samples, seed, **options)


def exact_volumes(cone: Any) -> Any:
    """The volumes if they are known exactly or certified, else None."""
    try:
        return cone.intrinsic_volumes(DIGITS + 5)
    except (NoExactValue, NotConverged, DomainError):
        return None


def places_of(run: Estimate) -> int:
    """Decimal places at which the standard error has two digits."""
    width = run.stderr if run.stderr > 0 else (run.high - run.low) / 4
    return min(max(1 - math.floor(math.log10(width)), 2), 15) if width > 0 else 6


def cells(run: Estimate, whole: bool = False) -> tuple[Any, ...]:
    """Mean, standard error, ends of the interval: as numbers, or rounded to what is known."""
    numbers = (run.mean, run.stderr, run.low, run.high)
    if whole:
        return numbers
    return tuple(f"{x:.{places_of(run)}f}" for x in numbers)


def volumes(name: str, run: Any, exact: Any, whole: bool = False) -> Table:
    """v_k of one run beside exact values, and the statistical dimension as the last row."""
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
    samples = f"{run.samples:,} samples in antithetic pairs, seed {run.seed}"
    notes = [
        samples + ("." if run.complete else "; the run was interrupted."),
        "delta is the statistical dimension, sum k v_k.",
    ]
    if exact is None:
        notes.append("No exact or certified values are known to compare with.")
    return Table("estimate", f"Estimated intrinsic volumes: {name}", columns, rows, tuple(notes))


def record(run: Any, exact: Any) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "kind": "estimate",
        "samples": run.samples,
        "seed": run.seed,
        "complete": run.complete,
        "volumes": [estimate.to_dict() for estimate in run.volumes()],
        "statistical_dimension": run.statistical_dimension().to_dict(),
        "covariance": run.covariance().tolist(),
        "exact": None if exact is None else [to_dict(value) for value in exact],
    }


def section_table(title: str, rows: list[tuple[str, Any]]) -> Table:
    """Euler characteristics of random sections beside their expectations."""
    lines = tuple(
        (name, str(found.other), *cells(found.estimate)[:2], _known(found.expected))
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


def _known(value: Any) -> str:
    return "" if value is None else decimal(value, DIGITS)
