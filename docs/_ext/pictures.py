"""The pictures that only the pages need: the cone, a section, the saddle points, the crossings."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import pyplot
from matplotlib.patches import Circle, Wedge

from polygeo import polytopes
from polygeo.cones import LorentzCone, PSDCone
from polygeo.relu.surrogate.rate import euler_edges
from polygeo.thresholds import crossings as finite_crossings
from polygeo.thresholds import euler

__all__ = ["circle", "crossings", "face_growth", "fan", "projected", "saddles", "tilted"]

BAD, GOOD, LINE = "#e8a33d", "#f2f2f2", "#1f4e79"


def _bare(axes: Any, limit: float = 1.12) -> None:
    axes.set(aspect="equal", xlim=(-limit, limit), ylim=(-limit, limit))
    axes.axis("off")


def fan() -> Any:
    """C_{2,2} in the plane with a line, and C_{3,2} on the sphere with a great circle."""
    figure, (plane, sphere) = pyplot.subplots(1, 2, figsize=(8.4, 4.2), layout="constrained")
    _bare(plane)
    plane.add_patch(Wedge((0, 0), 1.0, 90, 360, color=BAD, lw=0))
    plane.axhline(0, color="black", lw=0.8)
    plane.axvline(0, color="black", lw=0.8)
    slope = np.array([np.cos(2.6), np.sin(2.6)]) * 1.05
    plane.plot(*np.stack([-slope, slope]).T, color=LINE, lw=2)
    plane.text(*(slope * 0.98 + [0, 0.06]), "$V$", color=LINE, fontsize=13, ha="center")
    plane.text(-0.42, -0.5, "$C_{2,2}$", fontsize=14, ha="center")
    plane.text(0.5, 0.45, "both\npositive", fontsize=10, ha="center", va="center")
    plane.set_title("$C_{2,2}$: three quadrants and a random line", fontsize=11)

    _bare(sphere)
    view = np.array([-0.75, -0.95, -0.42])
    basis = _frame(view)
    grid = np.linspace(-1, 1, 700)
    x, y = np.meshgrid(grid, grid)
    inside = x**2 + y**2 <= 1
    z = np.sqrt(np.where(inside, 1 - x**2 - y**2, 0))
    points = x[..., None] * basis[0] + y[..., None] * basis[1] + z[..., None] * basis[2]
    bad = (points > 0).sum(axis=-1) < 2
    colours = np.where(bad[..., None], _rgb(BAD), _rgb(GOOD))
    shade = 0.72 + 0.28 * z[..., None]
    picture = np.concatenate([colours * shade, inside[..., None]], axis=-1)
    sphere.imshow(picture, extent=(-1, 1, -1, 1), origin="lower", interpolation="bilinear")
    sphere.add_patch(Circle((0, 0), 1, fill=False, lw=0.8))
    for axis in np.eye(3):
        _great_circle(sphere, axis, basis, color="black", lw=0.8)
    _great_circle(sphere, np.array([0.35, -0.55, 0.76]), basis, color=LINE, lw=2.2)
    sphere.set_title("$C_{3,2}$ on the sphere and a random plane $V$", fontsize=11)
    return figure


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def _frame(view: np.ndarray) -> np.ndarray:
    """Right, up and towards the eye."""
    towards = view / np.linalg.norm(view)
    up = [0, 0, 1] if abs(towards[2]) < 0.99 else [1, 0, 0]
    right = np.cross(up, towards)
    right = right / np.linalg.norm(right)
    return np.stack([right, np.cross(towards, right), towards])


def _great_circle(axes: Any, normal: np.ndarray, basis: np.ndarray, **style: Any) -> None:
    """The visible half of the great circle orthogonal to a vector."""
    frame = _frame(normal)
    angle = np.linspace(0, 2 * np.pi, 721)
    points = np.cos(angle)[:, None] * frame[0] + np.sin(angle)[:, None] * frame[1]
    seen = points @ basis.T
    seen[seen[:, 2] < 0] = np.nan
    axes.plot(seen[:, 0], seen[:, 1], **style)


def circle() -> Any:
    """Three draws of six rows for n = 2: an injective one, one bad arc, and two."""
    figure, panels = pyplot.subplots(1, 3, figsize=(9.6, 3.6), layout="constrained")
    draws = (
        (0.45, 1.00, 2.36, 3.01, 4.60, 5.07),
        (0.37, 0.91, 1.41, 2.41, 2.93, 5.08),
        (0.10, 0.83, 1.72, 4.38, 5.57, 5.98),
    )
    titles = ("$\\chi = 0$: injective", "$\\chi = 1$: one bad arc", "$\\chi = 2$: two bad arcs")
    for axes, rows, title in zip(panels, draws, titles, strict=True):
        _bare(axes, 1.32)
        _positive_counts(axes, np.array(rows))
        axes.set_title(title, fontsize=11)
    return figure


def tilted() -> Any:
    """The rows of [I; -I] in the plane, and the same with two of them turned a little."""
    figure, panels = pyplot.subplots(1, 2, figsize=(7.2, 3.6), layout="constrained")
    square = np.arange(4) * np.pi / 2
    draws = (square, square + np.array([0.0, 0.16, -0.12, 0.0]))
    for axes, rows, title in zip(panels, draws, ("injective", "not injective"), strict=True):
        _bare(axes, 1.32)
        _positive_counts(axes, rows)
        axes.set_title(title, fontsize=11)
    return figure


def _positive_counts(axes: Any, rows: np.ndarray) -> None:
    """The rows as arrows, and the arcs of the circle with their numbers of positive signs."""
    ends = np.sort(np.concatenate([rows + np.pi / 2, rows - np.pi / 2]) % (2 * np.pi))
    arcs = zip(ends, np.append(ends[1:], ends[0] + 2 * np.pi), strict=True)
    arcs = [(a, b) for a, b in arcs if b - a > 1e-9]  # rows may be opposite
    counts = [int((np.cos((a + b) / 2 - rows) > 0).sum()) for a, b in arcs]
    for (a, b), count in zip(arcs, counts, strict=True):
        angles = np.linspace(a, b, 60)
        colour, width = (BAD, 7) if count < 2 else ("#b8b8b8", 4)
        looks = {"color": colour, "lw": width, "solid_capstyle": "butt"}
        axes.plot(np.cos(angles), np.sin(angles), **looks)
        x, y = np.cos((a + b) / 2), np.sin((a + b) / 2)
        axes.text(1.16 * x, 1.16 * y, str(count), ha="center", va="center")
    arrow = {"arrowstyle": "->", "color": LINE, "lw": 1.4}
    for row in rows:
        axes.annotate("", (0.8 * np.cos(row), 0.8 * np.sin(row)), (0, 0), arrowprops=arrow)


def saddles() -> Any:
    """The two saddle points in the plane of t, for kappa = 1 and growing alpha."""
    lower, upper = (float(edge) for edge in euler_edges(1))
    figure, axes = pyplot.subplots(figsize=(7.2, 4.6), layout="constrained")
    fine = np.linspace(0, 1, 1001) ** 2  # the paths turn sharply at the edges
    even = (1 - np.cos(np.pi * np.linspace(0, 1, 1001))) / 2
    for name, values, colour in (
        ("below the lower edge", lower - (lower - 1.04) * fine[::-1], "#7a7a7a"),
        ("between the edges", lower + (upper - lower) * even, "#2a9d8f"),
        ("above the upper edge", upper + 2000 * fine**2, "#c1440e"),
    ):
        root = np.sqrt((values - 2) ** 2 - 4 * (values - 1) + 0j)
        for k, sign in enumerate((1, -1)):
            t = (values - 2 + sign * root) / (2 * (values - 1))
            axes.plot(t.real, t.imag, color=colour, lw=2, label=name if k == 0 else None)
    angle = np.linspace(0, 2 * np.pi, 400)
    axes.plot(np.cos(angle), np.sin(angle), color="black", lw=0.6, ls=":")
    edge = 1 / (1 + np.sqrt(2))
    root = float(euler().value)
    saddle = (root - 2 - np.sqrt((root - 2) ** 2 - 4 * (root - 1))) / (2 * (root - 1))
    axes.plot([edge], [0], "o", color="#c1440e", ms=5)
    axes.plot([saddle], [0], "s", color=LINE, ms=5)
    for text, point, place, arrow in (
        (r"$\alpha = 4 + 2\sqrt{2}$", edge, (0.42, -0.55), "-"),
        (r"$\alpha = 8.34\ldots$", saddle, (-0.1, 0.45), "-"),
        (r"$\alpha \to \infty$", 0.02, (-0.8, 0.25), "->"),
    ):
        axes.annotate(text, (point, 0), place, arrowprops={"arrowstyle": arrow}, fontsize=11)
    axes.set(xlim=(-4.2, 1.6), ylim=(-2.1, 2.1), aspect="equal", xlabel="Re t", ylabel="Im t")
    axes.legend(loc="upper left", frameon=False)
    return figure


def crossings() -> Any:
    """The ratio m*(n)/n at which exact q last crosses 1, over n, with the certified limit."""
    sizes = sorted({round(10 * 1.25**i) for i in range(21)})
    data = finite_crossings([n for n in sizes if n <= 1000])
    limit = float(euler().value)
    figure, axes = pyplot.subplots(figsize=(7.2, 4.0), layout="constrained")
    n = np.array([crossing.n for crossing in data], dtype=float)
    ratios = np.array([float(crossing.ratio) for crossing in data])
    axes.semilogx(n, ratios, "o-", color=LINE, ms=4, lw=1, label="$m^*(n)/n$ from exact $q$")
    axes.axhline(limit, color="#c1440e", lw=1.4, label=r"$\alpha_{\mathrm{Euler}}$, certified")
    axes.set(xlabel="$n$", ylabel="$m/n$")
    axes.legend(frameon=False)
    return figure


def projected() -> Any:
    """Volumes estimated from projections alone, for a cone with and one without exact ones."""
    figure, axes = pyplot.subplots(1, 2, figsize=(8.4, 3.6), layout="constrained")
    for place, cone in zip(axes, (LorentzCone(10), PSDCone(4)), strict=True):
        counts = cone.projection_counts(20_000, seed=1)
        k = np.arange(cone.ambient_dim + 1)
        for shift, on, colour in ((-0.16, True, LINE), (0.16, False, BAD)):
            runs = counts.volumes(log_concave=on, replicates=60)
            mean = np.array([run.mean for run in runs])
            low, high = (np.array([getattr(run, end) for run in runs]) for end in ("low", "high"))
            place.errorbar(
                k + shift, mean, [mean - low, high - mean], fmt="o", ms=3.5, lw=1.2, color=colour,
                label="log-concave" if on else "without constraint",
            )  # fmt: skip
        place.set_xticks(k)
        place.set(xlabel="$k$", ylabel="$v_k$")
        place.set_ylim(-0.02, 0.52)
        place.axhline(0, color="black", lw=0.6)
    exact = [float(v) for v in LorentzCone(10).intrinsic_volumes(15)]
    axes[0].plot(range(11), exact, "_", ms=16, mew=1.4, color="black", label="exact")
    axes[0].legend(frameon=False, fontsize=9, loc="upper right")
    axes[0].set_title("second-order cone in $R^{10}$", fontsize=11)
    axes[1].set_title("positive semidefinite 4 x 4 matrices, $R^{10}$", fontsize=11)
    return figure


def face_growth() -> Any:
    """Expected vertices: over n for three laws in space, and over alpha for two in the plane."""
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9.6, 3.9), layout="constrained")
    sizes = [4, 5, 6, 8, 10, *(round(10 ** (1 + i / 4)) for i in range(1, 17))]
    laws = [
        ("sphere", lambda n: polytopes.BetaPolytope(n, 3, -1), "#1b7f5c"),
        ("ball", lambda n: polytopes.BetaPolytope(n, 3, 0), LINE),
        ("half-sphere", lambda n: polytopes.HalfSphereHull(n, 3), "#c03a2b"),
    ]
    for name, law, colour in laws:
        values = [float(law(n).f_vector(8, exact=False)[0]) for n in sizes]
        left.loglog(sizes, values, color=colour, label=name)
    growth = polytopes.beta_growth(3, 0)
    left.loglog(sizes, [float(growth[0]) * n**0.5 for n in sizes], ":", color=LINE, lw=1.2)
    limit = float(polytopes.PoissonZeroCell(3).f_vector()[2])
    left.axhline(limit, ls=":", color="#c03a2b", lw=1.2)
    left.set_ylim(3, 2e3)
    left.set(xlabel="points $n$", ylabel="expected vertices")
    left.set_title("vertices in space", fontsize=11)
    left.legend(frameon=False)

    families = {
        "beta": (lambda a: polytopes.BetaPolytope(20, 2, f"{a - 20}/20"), 0, LINE),
        "beta'": (lambda a: polytopes.BetaPrimePolytope(20, 2, f"{a + 20}/20"), 3, "#c03a2b"),
    }
    for name, (law, first, colour) in families.items():
        tenths = range(first, 81)  # 10 alpha = 20 beta + 20 or 20 beta - 20
        models = [law(a) for a in tenths]
        alphas = [a / 10 for a in tenths]
        values = [float(model.f_vector(8, exact=False)[0]) for model in models]
        right.plot(alphas, values, color=colour, label=name)
        for a, model in list(zip(alphas, models, strict=True))[5::15]:
            estimate = model.estimate_f_vector(1000, seed=1, progress=False)[0]
            right.plot([a], [float(estimate.mean)], "o", color=colour, ms=4)
    right.set(xlabel=r"$\alpha$", ylabel="expected vertices")
    right.set_title("vertices of the hull of 20 points in the plane", fontsize=11)
    right.legend(frameon=False)
    return figure
