"""The committed tables about cones: one function a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gmpy2 import mpq

from polygeo import cones
from polygeo.answers.ball import Ball
from polygeo.report.tables.tabular import Column, Table, letters
from polygeo.thresholds import recovery_curve, strong_l1, weak_l1, weak_nonnegative

__all__ = ["families", "recovery", "sparse", "volumes"]

FAMILIES: tuple[tuple[str, Callable[..., Any], tuple[Any, ...]], ...] = (
    ("orthant", cones.Orthant, (5,)),
    ("Weyl chamber A5", cones.WeylChamber, ("A", 5)),
    ("Weyl chamber B5", cones.WeylChamber, ("B", 5)),
    ("Weyl chamber D5", cones.WeylChamber, ("D", 5)),
    ("circular, pi/6", cones.CircularCone, (5, "pi/6")),
    ("second-order (pi/4)", cones.LorentzCone, (5,)),
    ("circular, pi/3", cones.CircularCone, (5, "pi/3")),
    ("l1 descent, s = 1", cones.L1DescentCone, (5, 1)),
    ("l1 descent, s = 2", cones.L1DescentCone, (5, 2)),
    ("l1, x >= 0, s = 2", cones.NonnegativeL1DescentCone, (5, 2)),
    ("permutahedron vertex", cones.PermutahedronTangentCone, (5,)),
    ("simplex vertex", cones.SimplexTangentCone, (5, 1)),
    ("monotone cone", cones.MonotoneCone, (5,)),
    ("plane", cones.Subspace, (2, 5)),
)
"""Cones in R^5: name, class and parameters."""

DIGITS = 6

SHOWN = mpq(1, 10**6)
"""Smallest distance of a probability of recovery from 0 and 1 that fills a row."""


def volumes(name: str, title: str, cone: Any, digits: int = 12) -> Table:
    """Make the table of the intrinsic volumes of one cone, for a terminal."""
    vector = cone.intrinsic_volumes(digits + 5)
    known = "certified" if vector.kind == "certified" else "exact"
    exact = all(not isinstance(v, Ball) and not hasattr(v, "free_symbols") for v in vector)
    columns: tuple[Column, ...] = (Column("j", latex="$j$"),)
    if not exact and any(hasattr(v, "free_symbols") for v in vector):
        columns += (Column("closed", "closed form"),)
        rows = [(j, "" if isinstance(v, Ball) else str(v), v) for j, v in enumerate(vector)]
    else:
        rows = list(enumerate(vector))  # type: ignore[arg-type]
    columns += (Column("v_j", latex="$v_j$", digits=digits, exact=exact, known=known),)
    notes = (f"BibTeX of the formula: polygeo cite {vector.source}",) if vector.source else ()
    return Table(f"volumes-{name}", f"Intrinsic volumes of {title}", columns, tuple(rows), notes)


def families() -> Table:
    """Make the table of the intrinsic volumes of `FAMILIES`, cones in R^5."""
    rows = []
    for name, family, parameters in FAMILIES:
        cone = family(*parameters)
        vector = cone.intrinsic_volumes(DIGITS + 10)
        rows.append((name, vector.kind, *vector, vector.statistical_dimension()))
    columns = [Column(f"v_{k}", latex=f"$v_{k}$", digits=DIGITS) for k in range(6)]
    return Table(
        "families",
        "Conic intrinsic volumes of cones in R^5",
        (
            Column("cone"),
            Column("kind", terminal="no"),
            *columns,
            Column("delta", "statistical dimension", r"$\delta$", digits=DIGITS, terminal="no"),
        ),
        tuple(rows),
        (
            f"Decimals: {DIGITS} significant digits, correctly rounded; exact values are rational "
            "or closed forms with pi and roots, the others certified.",
            "v_k is the probability that the projection of a Gaussian vector lies on a "
            "k-dimensional face (polyhedral cones); each row sums to 1.",
        ),
    )


def recovery() -> Table:
    """Make the table of success probabilities of sparse recovery around their transition."""
    rows = []
    for n, s in ((50, 2), (50, 5), (50, 10), (200, 10), (200, 20), (200, 40)):
        l1 = recovery_curve(n, s, "l1")
        plus = recovery_curve(n, s, "nonnegative")
        for m in range(0, n + 1, 5 if n == 50 else 10):
            if SHOWN < l1[m] < 1 - SHOWN:
                rows.append((n, s, m, l1[m], plus[m]))
    return Table(
        "recovery",
        "Probability that an s-sparse vector of R^n is recovered from m Gaussian measurements",
        (
            *letters("n", "s", "m"),
            Column("l1", "least l1 norm", r"least $\ell_1$ norm", digits=10, known="certified"),
            Column(
                "nonnegative",
                "nonnegative, least sum",
                digits=10,
                known="certified; the vector is nonnegative and known to be so",
            ),
        ),
        tuple(rows),
        (
            "Rows where the probability for the l1 norm lies between 1e-6 and 1 - 1e-6.",
            "10 significant digits, correctly rounded, all proved.",
        ),
    )


def sparse() -> Table:
    """Make the table of Donoho and Tanner's thresholds at delta = 1/20, .., 19/20."""
    deltas = [mpq(k, 20) for k in range(1, 20)]
    rows = [(d, weak_l1(d), weak_nonnegative(d), strong_l1(d)) for d in deltas]
    digits = 12
    return Table(
        "sparse",
        "Donoho-Tanner thresholds rho(delta): s = rho m nonzeros, m = delta n measurements",
        (
            Column("delta", latex=r"$\delta$"),
            Column("weak_l1", "weak, l1", digits=digits, known="certified, theorem"),
            Column(
                "weak_nonnegative", "weak, nonnegative", digits=digits, known="certified, theorem"
            ),
            Column("strong_l1", "strong, l1", digits=digits, known="certified, theorem"),
        ),
        tuple(rows),
        (
            f"{digits} significant digits, correctly rounded, all proved. Weak: most sparse "
            "vectors; strong: all of them at once.",
        ),
    )
