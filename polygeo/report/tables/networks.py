"""Tables around the layer: regions, contraction, stability, deep networks."""

from __future__ import annotations

from polygeo import relu
from polygeo.answers.estimate import Estimate
from polygeo.progress import track
from polygeo.relu.cells.regions import expected_active_regions, generic_linear_regions
from polygeo.relu.probability.gaussian_layer import injectivity_probability
from polygeo.report.tables.tabular import Column, Table, letters

__all__ = ["contraction", "deep", "deep_estimate", "regions", "stability", "stability_estimate"]

DEPTHS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
DIGITS = 12

SEED = 8
LAYERS: tuple[tuple[int, int, int], ...] = (
    *((m, 2, 480) for m in (4, 6, 8, 10, 14, 20, 30, 40, 60, 100)),
    *((m, 3, 160) for m in (8, 12, 16, 20, 24, 30, 42, 60)),
    *((m, 4, 64) for m in (12, 16, 20, 24, 28, 32)),
)
"""The rows (m, n, samples) of the table of stability."""

NETWORKS: tuple[tuple[int, int, int], ...] = tuple(
    (width, layers, samples)
    for width in (8, 10, 12, 16)
    for layers, samples in ((1, 400), (2, 100), (3, 50), (4, 30))
)
"""The rows (width, layers, samples) of the table of deep networks; inputs in the plane."""


def regions() -> Table:
    """Make the table of linear regions of layers with up to 6 inputs, without and with biases."""
    rows = []
    for n in range(1, 7):
        for m in sorted({n, n + 1, 2 * n, 3 * n, 5 * n, 8 * n, 10 * n}):
            few = sum(expected_active_regions(m, n, j) for j in range(n))
            counts = (generic_linear_regions(m, n), generic_linear_regions(m, n, bias=True))
            rows.append((m, n, *counts, few))
    return Table(
        "regions",
        "Linear regions of a ReLU layer R^n -> R^m in general position",
        (
            *letters("m", "n"),
            Column("regions", "without biases", "without biases"),
            Column("affine_regions", "with biases", "with biases"),
            Column("few", "few active", "few active", digits=8, exact=True, known="exact"),
        ),
        tuple(rows),
        (
            "Gaussian weights (and independent biases with a density) are in general position "
            "with probability 1, so these are their expected numbers.",
            "few active: expected number of regions of a Gaussian layer without biases in which "
            "fewer than n rows are active; on each of them the layer is not injective.",
            "Decimals: 8 significant digits, correctly rounded.",
        ),
    )


def contraction() -> Table:
    """Make the table of angles after up to 10000 wide layers, from three first angles."""
    rows = []
    for depth in DEPTHS:
        angles = [relu.angle_map(first, depth, DIGITS + 5) for first in ("pi", "pi/2", "1/10")]
        rows.append((depth, *angles, relu.angle_asymptotic(depth, DIGITS + 5)))
    return Table(
        "contraction",
        "Angles between two inputs after l infinitely wide ReLU layers, in radians",
        (
            Column("layers", "l", r"$\ell$"),
            *(
                Column(name, title, latex, digits=DIGITS, known="certified")
                for name, title, latex in (
                    ("from_pi", "from pi", r"$\theta_0 = \pi$"),
                    ("from_half_pi", "from pi/2", r"$\theta_0 = \pi/2$"),
                    ("from_tenth", "from 0.1", r"$\theta_0 = 0.1$"),
                )
            ),
            Column(
                "asymptotic",
                "3 pi/(l + 1.5 log l)",
                r"$3\pi/(\ell + \tfrac32\log\ell)$",
                digits=DIGITS,
                known="certified",
            ),
        ),
        tuple(rows),
        (
            f"Decimals: {DIGITS} significant digits, correctly rounded, all proved.",
            "The last column holds the leading terms for large l, whatever the first angle.",
        ),
    )


def stability_estimate(m: int, n: int, samples: int, seed: int = SEED) -> relu.StabilitySample:
    """Estimate the stability of Gaussian m x n layers, one row of the table."""
    return relu.estimate_stability(m, n, samples=samples, seed=seed)


def stability() -> Table:
    """Make the table of simulated stability of the inverse for the sizes in `LAYERS`."""
    rows = []
    for m, n, samples in track(LAYERS, "stability"):
        found = stability_estimate(m, n, samples)
        share, chance = found.mean_share, found.injective
        rows.append((n, m, f"{m / n:.4g}", share, chance, found.lower, found.upper, samples))
    return Table(
        "stability",
        "Stability of the inverse of a Gaussian ReLU layer R^n -> R^m",
        (
            *letters("n", "m"),
            Column("ratio", "m/n", "$m/n$"),
            Column("share", "A/m", "$A/m$", digits=6, known="estimate"),
            Column("injective", "P[A > 0]", r"$\mathbb{P}[A > 0]$", digits=6, known="estimate"),
            Column("lower", "kappa >=", r"$\kappa/\sqrt{m} \ge$", digits=6, known="estimate"),
            Column("upper", "kappa <=", r"$\kappa/\sqrt{m} \le$", digits=6, known="estimate"),
            Column("samples", terminal="no"),
        ),
        tuple(rows),
        (
            "A = min over x of the least eigenvalue of the Gram matrix of the rows active at x; 0 "
            "if the layer is not injective, always so for m <= 3n - 2. A/m tends to 1/2.",
            "kappa >=, kappa <=: means of sqrt(A/m)/2 and of min(sqrt(A/m), sigma_min/(2 sqrt m)), "
            "which enclose kappa/sqrt(m), kappa the optimal lower Lipschitz constant.",
            f"Simulated with seed {SEED}: mean and standard error over the samples.",
        ),
    )


def deep_estimate(width: int, layers: int, samples: int, seed: int = SEED) -> Estimate:
    """Estimate P[a network of widths (2, width, .., width) is injective], one row of the table."""
    return relu.estimate_deep_injectivity(2, width, layers, samples=samples, seed=seed)


def deep() -> Table:
    """Make the table of simulated probabilities that the networks of `NETWORKS` are injective."""
    rows = []
    for width, layers, samples in track(NETWORKS, "deep networks"):
        found = deep_estimate(width, layers, samples)
        exact = injectivity_probability(width, 2) if layers == 1 else None
        rows.append((width, width // 2, layers, found, exact, samples))
    return Table(
        "deep",
        "Probability that a Gaussian ReLU network of widths (2, 2C, .., 2C) is injective",
        (
            Column("width"),
            Column("ratio", "C", "$C$"),
            Column("layers", "L", "$L$"),
            Column("injective", digits=4, known="estimate"),
            Column("exact", "p(2C, 2)", "$p_{2C,2}$", digits=6, known="exact"),
            Column("samples", "networks"),
        ),
        tuple(rows),
        (
            f"Seed {SEED}; each network is decided exactly; one standard error.",
            "Monte-Carlo evidence for inputs in the plane, no more than that: whether a constant "
            "C suffices for every depth as n grows is open.",
        ),
    )
