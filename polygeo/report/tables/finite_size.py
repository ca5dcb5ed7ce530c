"""The committed table about layers at finite size: p with its surrogate and its bounds."""

from __future__ import annotations

from math import comb

from gmpy2 import mpq

from polygeo.answers.estimate import Estimate
from polygeo.errors import NoExactValue
from polygeo.progress import track
from polygeo.relu.bounds import union_bound, wendel_probability
from polygeo.relu.probability.gaussian_layer import injectivity_probability
from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.report.tables.bounds import bound_column
from polygeo.report.tables.tabular import Column, Table, letters

__all__ = ["SEED", "failure", "surrogate", "surrogate_sizes"]

SEED = 2022
WORK = 50_000_000
"""Number of vertices visited for one estimate, which takes less than a second."""

RATIOS = tuple(
    mpq(r) for r in ("2", "5/2", "3", "7/2", "4", "9/2", "5", "11/2", "6", "13/2", "7", "8")
)


def surrogate_sizes() -> list[tuple[int, int]]:
    """List (n, m) of the rows: m = floor(alpha n), where 120 draws are cheap enough."""
    sizes = [(n, int(alpha * n)) for n in range(2, 7) for alpha in RATIOS]
    return [(n, m) for n, m in sizes if comb(m, n - 1) <= WORK // 50]


def failure(m: int, n: int, seed: int = SEED) -> mpq | Estimate:
    """Return 1 - p(m, n): exactly where that is known, else as an Estimate."""
    try:
        return injectivity_probability(m, n, complement=True)
    except NoExactValue:
        draws = max(120, min(20_000, WORK // comb(m, n - 1)))
        return injectivity_probability(m, n, draws, seed, complement=True, progress=False)


def surrogate(seed: int = SEED) -> Table:
    """Make the table of 1 - p, its surrogate q and the bounds, n = 2..6; one seed."""
    rows, known = [], "exact or an estimate +/- its standard error"
    for n, m in track(surrogate_sizes(), "estimates of p"):
        value = failure(m, n, seed)
        how = value.method if isinstance(value, Estimate) else "exact"
        q, below = expected_euler_characteristic(m, n), 1 - wendel_probability(m, n)
        rows.append((n, m, value, how, q, below, union_bound(m, n)))
    return Table(
        "surrogate",
        "The probability 1 - p(m, n) of a layer that is not injective, and the surrogate q(m, n)",
        (
            *letters("n", "m"),
            Column("1-p", "1 - p", "$1-p$", digits=5, known=known),
            Column("how", "how it is known"),
            Column("q", latex="$q$", digits=5, known="exact; no probability and no bound"),
            bound_column("wendel", "exact, lower bound of 1 - p (Wendel's theorem)"),
            bound_column("orthants", "exact, upper bound of 1 - p (union over orthants)"),
        ),
        tuple(rows),
        (
            "1 - p is not q, and q is no bound of it: q is above 1 - p in most rows and below it "
            "where q dips; it can exceed 1 or be negative while every layer fails.",
            "Estimates: +/- one standard error, or the 95% interval where all draws were alike; "
            f"seed {seed}, every draw decided exactly.",
        ),
    )
