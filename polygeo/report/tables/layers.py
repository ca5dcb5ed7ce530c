"""The committed tables about layers: one function a table.

Every printed digit is determined by mathematics; nothing that depends on a machine, a version or
a date enters.
"""

from __future__ import annotations

from itertools import chain, product

from gmpy2 import mpq

from polygeo import thresholds as alpha
from polygeo.answers.ball import Ball
from polygeo.answers.converged import Converged
from polygeo.progress import track
from polygeo.relu.bounds import union_bound, wendel_probability
from polygeo.relu.probability.gaussian_layer import injectivity_probability
from polygeo.relu.surrogate.euler import expected_euler_characteristic, q_row
from polygeo.relu.surrogate.rate import euler_asymptotic, euler_edges
from polygeo.report.tables.bounds import bound_column
from polygeo.report.tables.replica import PLACES, narrow, settled
from polygeo.report.tables.tabular import Column, Table, letters
from polygeo.thresholds.euler_characteristic import default_sizes
from polygeo.thresholds.threshold import Threshold

__all__ = [
    "OF_THRESHOLDS",
    "crossings",
    "euler_kappa",
    "extrapolation",
    "known_p",
    "q",
    "thresholds",
    "words_of",
]

LADDER_PLACES = 21
"""Number of decimal places of the k-RSB thresholds."""

OF_THRESHOLDS = (
    Column("kind"),
    Column("status"),
    Column("claim", terminal="below"),
    Column("equation", math=True, terminal="below"),
    Column("source", cites=True, terminal="below"),
)
"""The columns for what `words_of` gives."""

SIZES = (10, 20, 50, 100, 200, 500, 1000, 2000)


def q() -> Table:
    """Make the table of exact q(m, n) for all m up to 24."""
    rows = [(m, n, value) for m in range(1, 25) for n, value in enumerate(q_row(m), start=1)]
    return Table(
        "q",
        "Expected Euler characteristic q(m, n), 1 <= n <= m <= 24",
        (*letters("m", "n"), Column("q", latex="$q_{m,n}$", digits=15, exact=True, known="exact")),
        tuple(rows),
        (
            "q(m, n) is the mean Euler characteristic of the part of the unit sphere of a random "
            "n-dimensional subspace of R^m that has fewer than n positive coordinates.",
            "It is a surrogate for 1 - p(m, n), no probability: it can be negative and exceed 1.",
            "Decimals: 15 significant digits, correctly rounded.",
        ),
    )


def words_of(threshold: Threshold) -> tuple[str, ...]:
    """Return how a threshold is known, what it says, and its equation and source."""
    return tuple(getattr(threshold, column.name) for column in OF_THRESHOLDS)


def thresholds() -> Table:
    """Make the table of all thresholds of the layer, with status, claim, equation and source."""
    lower, upper = (edge.decimal(30) for edge in euler_edges(1, 40))
    rows = [(t.name, _printed(t), *words_of(t)) for t in track(alpha.all(), "thresholds")]
    return Table(
        "thresholds",
        "Thresholds of the ratio alpha = m/n for the injectivity of a random ReLU layer R^n -> R^m",
        (
            Column("name"),
            Column("alpha", latex=r"$\alpha$", digits=30),
            *OF_THRESHOLDS,
        ),
        tuple(rows),
        (
            "alpha: 30 significant digits or fewer, correctly rounded, all of them proved; of a "
            "converged value those on which two computations agree, with a margin.",
            "kind says how the number is known, status what it says about layers: a certified "
            "prediction is the proved least value of a variational problem on a box of trials, "
            "and that the problem gives the threshold is not proved.",
            *(
                f"{status} = {meaning}."
                for status, meaning in alpha.STATUSES.items()
                if any(row[3] == status for row in rows)
            ),
            f"Between the edges 4 - 2 sqrt(2) = {lower} and 4 + 2 sqrt(2) = {upper} (certified) "
            "q oscillates in sign.",
        ),
    )


def _printed(threshold: Threshold) -> Threshold | Ball | Converged:
    """A threshold; of a prediction the digits that are the same on any machine."""
    if threshold.status != "prediction":
        return threshold
    if threshold.name == "full-rsb":
        return settled(threshold.enclose(13), PLACES)
    return narrow(threshold.enclose(LADDER_PLACES + 1), LADDER_PLACES)


def euler_kappa() -> Table:
    """Make the table of the thresholds that depend on kappa = k/n, for eleven ratios kappa."""
    rows = []
    for k in map(mpq, ["1/10", "1/5", "1/4", "1/3", "1/2", "2/3", "1", "3/2", "2", "3", "5"]):
        upper = euler_edges(k, 40)[1]
        rows.append(
            (k, alpha.cover(k), upper, alpha.gordon(k), alpha.euler(k), alpha.union_bound(k))
        )
    digits = 12
    return Table(
        "euler-kappa",
        "Thresholds of alpha = m/n for fewer than kappa n positive coordinates",
        (
            Column("kappa", latex=r"$\kappa$"),
            Column("cover", digits=digits, known="exact, theorem: p -> 0 below"),
            Column(
                "edge",
                "upper edge",
                digits=digits,
                known="certified, 2 + 2 kappa + 2 sqrt(2 kappa): q oscillates in sign below",
            ),
            Column("gordon", digits=digits, known="certified, theorem: p -> 1 above"),
            Column(
                "euler",
                digits=digits,
                known="certified, surrogate: q -> 0 above; it bounds nothing by itself",
            ),
            Column(
                "union_bound",
                "union bound",
                digits=digits,
                known="certified, theorem: p -> 1 above (expected number of orthants)",
            ),
        ),
        tuple(rows),
        (
            f"kappa = 1 is the layer. Decimals: {digits} significant digits, correctly rounded.",
            "euler and union bound have alpha(kappa) = kappa alpha(1/kappa): compare 1/2 with 2.",
        ),
    )


def _interpolated(n: int) -> tuple[int, Converged]:
    """m and m*(n)/n, with the change from 12 to 16 interpolation points as its error."""
    fine, coarse = alpha.crossing(n, 16), alpha.crossing(n, 12)
    error = max(abs(fine.ratio - coarse.ratio), mpq(1, 10**40))
    return fine.m, Converged(fine.ratio, error, (("12 points", coarse.ratio),))


def crossings() -> Table:
    """Make the table of the last m with q(m, n) >= 1 for growing n, with root and saddle point."""
    root = alpha.euler().enclose(60)
    rows = []
    for n in SIZES:
        m, ratio = _interpolated(n)
        gap = Converged(root.mid - ratio.value, ratio.error + root.rad)
        saddle = expected_euler_characteristic(9 * n, n) / euler_asymptotic(9 * n, n, 40)
        rows.append((n, m, ratio, gap, saddle, (1 - saddle) * n))
    return Table(
        "crossings",
        "Where exact q(m, n) last crosses 1, and how good the saddle-point approximation is",
        (
            Column("n", latex="$n$"),
            Column("m", latex="$m$", known="exact, the largest m with q(m, n) >= 1 > q(m + 1, n)"),
            Column(
                "ratio",
                "m*(n)/n",
                "$m^*(n)/n$",
                digits=12,
                known="converged, crossing between m and m + 1 interpolated from 16 exact values "
                "(12 of them give the same digits)",
            ),
            Column(
                "gap",
                "root - m*(n)/n",
                r"$\alpha_{\mathrm{Euler}} - m^*(n)/n$",
                digits=8,
                known="converged, distance to the certified root",
            ),
            Column(
                "saddle",
                "q/saddle",
                r"$q/\tilde q$",
                digits=10,
                known="certified, exact q(9n, n) over its saddle-point approximation",
            ),
            Column(
                "defect",
                "n (1 - q/saddle)",
                r"$n(1 - q/\tilde q)$",
                digits=8,
                known="certified; it tends to a constant, so the relative error is O(1/n)",
            ),
        ),
        tuple(rows),
        (
            f"Certified root: {root.decimal(30)}. m*(n)/n tends to it, with corrections in "
            "(log n)^j / n^i; the table 'extrapolation' removes them.",
        ),
    )


def extrapolation() -> Table:
    """Make the table of the root found again from the crossings at finite n, order by order."""
    limit = alpha.euler_from_finite_n()
    root = alpha.euler().enclose(60)
    before = alpha.crossing(default_sizes()[-1]).ratio
    rows = []
    for label, value in limit.history:
        order, sizes = label.removeprefix("order ").split(" from ")
        rows.append((order, sizes, Converged(value, abs(value - before)), abs(root - value)))
        before = value
    return Table(
        "extrapolation",
        "alpha_Euler extrapolated from the crossings m*(n) of exact q(m, n) with 1",
        (
            Column("order"),
            Column("sizes", "from the crossings at"),
            Column(
                "alpha",
                latex=r"$\alpha$",
                digits=30,
                known="converged, +/- the change from the order before (order 1: from the ratio at "
                "the largest n)",
            ),
            Column(
                "distance",
                "distance to the root",
                digits=2,
                known="certified, between the value and the certified root",
            ),
        ),
        tuple(rows),
        (
            "An order i fits (log n)^j / n^i, 0 <= j <= i, exactly to as many sizes as there are "
            "coefficients; nothing is known of the rate.",
            f"Result, with the larger of the last two changes: {limit}.",
            f"Certified root, 30 digits: {root.decimal(30)}.",
        ),
    )


def known_p() -> Table:
    """Make the table of 1 - p for n = 1 and 2, where it is exact, with q and the bounds."""
    rows = []
    for n, m in chain(product((1,), range(1, 25)), product((2,), range(2, 25))):
        p, q = injectivity_probability(m, n), expected_euler_characteristic(m, n)
        above = union_bound(m, n), union_bound(m, n, "vertices")
        rows.append((n, m, p, 1 - p, q, 1 - wendel_probability(m, n), *above))
    return Table(
        "known-p",
        "What is known exactly: 1 - p(m, n), its surrogate q(m, n) and its bounds, for n = 1, 2",
        (
            *letters("n", "m"),
            Column("p", latex="$p$", digits=8, known="exact, probability of an injective layer"),
            Column("1-p", "1 - p", "$1-p$", digits=5, exact=True, known="exact"),
            Column("q", latex="$q$", digits=5, exact=True, known="exact"),
            bound_column("wendel", "exact, lower bound of 1 - p (Wendel's theorem)"),
            bound_column("orthants", "exact, upper bound of 1 - p (union over orthants)"),
            bound_column(
                "vertices", "exact, upper bound of 1 - p (union over vertices)", terminal="no"
            ),
        ),
        tuple(rows),
        (
            "q is not 1 - p: at n = 2 they differ by m/2^(m-1) (m >= 4). At n = 1 they are equal.",
            "Decimals: correctly rounded; CSV and JSON hold every fraction.",
        ),
    )
