"""The committed table about proved bounds: 1 - p between theorems, for every size."""

from __future__ import annotations

from gmpy2 import mpq

from polygeo.progress import track
from polygeo.relu.bounds import half_space_failure, lifted_failure, union_bound, wendel_probability
from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.report.tables.tabular import Column, Table, letters

__all__ = ["RATIOS", "SIZES", "bound_column", "bounds"]

SIZES = (3, 10, 20, 100)
RATIOS = tuple(mpq(r) for r in ("3", "4", "5", "6", "7", "15/2", "8", "9", "10", "12"))


def bound_column(name: str, known: str, digits: int = 5, terminal: str = "row") -> Column:
    """Return the column of a bound of 1 - p; ``known`` says how it is known and what it bounds."""
    return Column(name, digits=digits, known=known, terminal=terminal)


def bounds() -> Table:
    """Make the table of what is proved of 1 - p(m, n), from both sides, for n = 3, 10, 20, 100."""
    rows = []
    for n, m in track([(n, int(r * n)) for n in SIZES for r in RATIOS], "lifted bounds"):
        above = {
            "lifted": lifted_failure(m, n).value,
            "orthants": union_bound(m, n),
            "vertices": union_bound(m, n, "vertices"),
        }
        ends = {name: value if name != "lifted" else value.upper for name, value in above.items()}
        best = min(ends, key=lambda name: ends[name])
        below = 1 - wendel_probability(m, n), half_space_failure(m, n)
        named = best if ends[best] < 1 else "none below 1"
        q = expected_euler_characteristic(m, n)
        rows.append((n, m, *below, *above.values(), named, q))
    return Table(
        "bounds",
        "Theorems about 1 - p(m, n), the probability of a layer that is not injective",
        (
            *letters("n", "m"),
            bound_column("wendel", "exact, lower bound (Wendel's theorem)", 3, "no"),
            bound_column("coins", "exact, lower bound (rows in a half-space, and fair coins)", 3),
            bound_column("lifted", "certified, upper bound (lifted Gordon bound)", 3),
            bound_column("orthants", "exact, upper bound (union over orthants)", 3),
            bound_column("vertices", "exact, upper bound (union over vertices)", 3, "no"),
            Column("best", "best upper bound"),
            Column("q", latex="$q$", digits=3, known="exact, the surrogate; it bounds nothing"),
        ),
        tuple(rows),
        (
            "Every column but q is a theorem for this m and n. Decimals: 3 significant digits, "
            "correctly rounded; CSV and JSON hold every fraction.",
        ),
    )
