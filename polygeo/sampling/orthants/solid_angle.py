"""Tiny solid angles: P[A g >= 0] for a standard Gaussian vector g, by quasi-Monte-Carlo.

Counting needs 1/p samples to see a probability p; these integrals have a relative error that
hardly depends on p. Rows a_i of A are scaled to length 1 and R^d is reduced to their span R^r.
Two roads: separation of variables, plain or tilted (`staircase`), and

*radial*: with u inside the cone and w a direction orthogonal to u, the cone holds cos(b) u +
sin(b) w for 0 <= b <= a(w), so P is the mean over w of the fraction of the sphere within the angle
a(w), an incomplete beta function. Good for round cones with many facets.

Both are integrated over scrambled Sobol points (owen1997scrambled); the randomisations are
independent, and the standard error is that of their means.
"""

from __future__ import annotations

import inspect
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray
from scipy import special

from polygeo.answers.arrays import plain_matrix
from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import integer, rational
from polygeo.errors import DomainError, NotConverged
from polygeo.sampling.orthants.separated_variables import DEPENDENT, Staircase
from polygeo.sampling.runs.engine import run, workers_of
from polygeo.sampling.runs.streams import checked_seed, generator

__all__ = ["AngleBlock", "estimate_solid_angle", "radial_values"]

MOST = 10**10
"""Most points of a quasi-Monte-Carlo run."""

Array = NDArray[np.float64]

RANDOMISATIONS = 32
"""Independent scramblings, between which the standard error is taken."""

METHODS = {
    "tilted": "botev2017normal",
    "sov": "genz1992numerical",
    "radial": "owen1997scrambled",
}
"""The methods and their sources."""

PILOT, MAIN = 4, 3
"""Purposes of random streams."""

RARE, SEEN = 8, 32
"""A feature that fewer than SEEN points see, about, may have been missed: then the square of the
relative error is at least RARE over that of the number of points, as if it were worth so much."""

SPREAD = 0.25
"""Largest relative standard error: beyond it the integrand has tails that were hardly seen."""

ROUNDING = 1e-12
"""Relative rounding error of a probability that is put on top of the sampling error."""

CHUNK = 4096


def radial_values(normals: Array, axis: Array, directions: Array) -> Array:
    """The fraction of the sphere within the angle a(w), for Gaussian ``directions`` (n, r).

    ``normals`` (m, r) unit rows, positive on the unit vector ``axis``.

    >>> diagonal = np.array([0.6, 0.8])
    >>> radial_values(np.eye(2), diagonal, np.array([[1.0, 0.0], [0.0, 1.0]])).sum().round(12)
    np.float64(0.5)
    """
    r = normals.shape[1]
    if r == 1:
        return np.full(len(directions), 0.5)
    across = directions - np.outer(directions @ axis, axis)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    slope = (-(across @ normals.T) / (normals @ axis)).max(axis=1)  # cot a(w)
    cap = 0.5 * special.betainc((r - 1) / 2, 0.5, 1 / (1 + slope**2))
    return np.where(slope >= 0, cap, 1 - cap)


def _axis(normals: Array) -> Array:
    """The unit vector u with the largest min <a_i, u>: the least point of the hull of the rows."""
    from scipy.optimize import nnls

    m, r = normals.shape
    weights, _ = nnls(np.vstack([normals.T, np.full((1, m), 1.0)]), np.append(np.zeros(r), 1.0))
    point = weights @ normals
    return point / np.linalg.norm(point)


@dataclass(frozen=True, eq=False)
class AngleBlock:
    """One randomisation: its number b to the float64 bits of its mean, at place b of 0, 1, ... .

    ``shape``: a `Staircase`, or (axis, unit rows) for the radial integral.
    """

    shape: Staircase | tuple[Array, Array]
    seed: int
    points: int
    total: int = RANDOMISATIONS
    purpose: int = MAIN

    @classmethod
    def of(cls, normals: Array, method: str, seed: int, points: int, *pilot: int) -> AngleBlock:
        """With what the method needs, worked out once."""
        if method == "radial":
            return cls(_reduced(normals), seed, points, *pilot)
        stairs = Staircase.of(normals)
        return cls(stairs.tilted() if method == "tilted" else stairs, seed, points, *pilot)

    @property
    def narrow(self) -> float:
        """One over the share of the points that see the narrowest feature, about."""
        if isinstance(self.shape, Staircase):
            return self.shape.steepness
        axis, normals = self.shape
        heights = normals @ axis
        sizes = np.linalg.svd(normals / heights[:, None] - axis, compute_uv=False)
        across = sizes[: max(normals.shape[1] - 1, 1)]
        return float(across[0] / across[-1]) if across[0] > 0 else 0.0

    def mean(self, block: int) -> float:
        """The mean over the points of randomisation ``block``."""
        shape = self.shape
        size = shape.rank - 1 if isinstance(shape, Staircase) else shape[1].shape[1]
        sobol = _sobol(max(size, 1), generator(self.seed, block, self.purpose))
        total = 0.0
        for start in range(0, self.points, CHUNK):
            uniform = sobol.random(min(CHUNK, self.points - start))
            if isinstance(shape, Staircase):
                values = shape.values(uniform[:, :size])
            else:
                gauss = special.ndtri(uniform.clip(1e-16, 1 - 1e-16))
                values = radial_values(shape[1], shape[0], gauss)
            total += float(values.sum())
        return total / self.points

    def __call__(self, block: int) -> NDArray[np.int64]:
        result = np.zeros(self.total, dtype=np.int64)
        result[block] = np.array([self.mean(block)]).view(np.int64)[0]
        return result


def _sobol(dim: int, stream: np.random.Generator) -> Any:
    """Scrambled Sobol points; the name of scipy's argument depends on its version."""
    from scipy.stats import qmc

    known = inspect.signature(qmc.Sobol).parameters
    number = int(stream.integers(1 << 62))
    options: dict[str, Any] = {"rng" if "rng" in known else "seed": number}
    return qmc.Sobol(dim, scramble=True, **options)


def _reduced(normals: Array) -> tuple[Array, Array]:
    """(axis, unit rows) in the span of the rows."""
    unit = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    _, sizes, basis = np.linalg.svd(unit, full_matrices=False)
    inside = unit @ basis[sizes > DEPENDENT * sizes[0]].T
    return _axis(inside), inside


def estimate_solid_angle(
    normals: Any,
    samples: int,
    seed: int,
    *,
    method: str = "auto",
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """P[A g >= 0], g standard Gaussian in R^d: the solid angle v_d of {x : A x >= 0}.

    ``normals``: A, (m, d) float64 without zero rows, whose cone has inner points. ``samples``:
    about how many points; 32 randomisations of a power of two each are used. ``method``: 'sov',
    'tilted', 'radial', or 'auto': tilted for independent rows, else what spreads least on a small
    run. The error is relative to the answer; ``stderr`` includes 1e-12 for rounding. A row within
    1e-9 of the span of others counts as inside. Raises DomainError for other input, NotConverged
    where no point contributes or few do: then the error is not known either.

    >>> estimate_solid_angle([[1, 0], [-1, 1]], 1024, seed=1).agrees(1 / 8)
    True
    """
    rows = np.asarray(plain_matrix(normals, "normals"), dtype=np.float64)
    if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
        raise DomainError(f"normals need a finite (m, d) array, m >= 1; got shape {rows.shape}")
    if not (np.abs(rows).max(axis=1) > 0).all():
        raise DomainError("normals must not be 0")
    rows = rows / np.abs(rows).max(axis=1, keepdims=True)
    if method not in ("auto", *METHODS):
        raise DomainError(f"method must be 'auto' or one of {', '.join(METHODS)}; got {method!r}")
    wanted, start = integer(samples, "samples"), checked_seed(seed)
    if not RANDOMISATIONS <= wanted <= MOST:
        raise DomainError(
            f"samples must be at least {RANDOMISATIONS} and at most {MOST}; got {wanted}"
        )
    if not 0 < confidence < 1:
        raise DomainError(f"confidence must lie strictly between 0 and 1; got {confidence!r}")
    workers_of(executor)
    axis, inside = _reduced(rows)
    if not (inside @ axis).min() > DEPENDENT:
        raise DomainError(
            "the cone {x : A x >= 0} has no inner points, or is narrower than 1e-9: that is not "
            "told apart"
        )
    if method == "auto":
        method = _better(rows, inside.shape[1], start)
    points = 1 << (max(wanted // RANDOMISATIONS, 1) - 1).bit_length()
    block = AngleBlock.of(rows, method, start, points)
    job = {
        "computes": "a solid angle",
        "normals": rows.tolist(),
        "method": method,
        "seed": start,
        "points": points,
        "numpy": np.__version__,
    }
    done = run(
        block, RANDOMISATIONS, executor=executor, checkpoint=checkpoint,
        job=None if checkpoint is None else job, unit=float(points),
        description="points", progress=progress,
    )  # fmt: skip
    means = [float(x) for x in done.sums[: done.blocks].view(np.float64)]
    if len(means) < 2:
        raise KeyboardInterrupt
    if max(means) <= 0:
        raise NotConverged(
            "no points contribute: fewer facets or more samples are needed, or the solid "
            "angle is below 1e-300"
        )
    # Student's interval between randomisations, with two relative errors on top.
    values = [rational(x) for x in means]
    number, total = len(values), sum(values, mpq(0))
    squares = sum((x * x for x in values), mpq(0))
    unseen = block.narrow > number * points / SEEN
    extra = rational(ROUNDING) ** 2 + (mpq(RARE, (number * points) ** 2) if unseen else 0)
    allowance = extra * total**2 * (number - 1) / number
    found = Estimate.from_moments(
        number, total, squares + allowance, start, batch_size=points,
        confidence=confidence, source=METHODS[method], method=method,
    )  # fmt: skip
    if found.stderr > SPREAD * found.mean:
        raise NotConverged(
            f"few of the points contribute ({found.mean:.2g} +- {found.stderr:.2g}): another "
            "method or more samples are needed"
        )
    return found


def _better(normals: Array, rank: int, seed: int) -> str:
    """Tilted if the rows are independent, else what spreads least on a pilot run."""
    if len(normals) == rank or rank == 1:
        return "tilted"
    spreads = {}
    for method in METHODS:
        pilot = AngleBlock.of(normals, method, seed, 256, 8, PILOT)
        means = [pilot.mean(b) for b in range(8)]
        middle = float(np.mean(means))
        spreads[method] = float(np.std(means)) / middle if middle > 0 else np.inf
    return min(spreads, key=spreads.__getitem__)
