"""Tiny solid angles: P[A g >= 0] for a standard Gaussian vector g, by quasi-Monte-Carlo.

Counting needs 1/p samples to see a probability p; these integrals have a relative error that hardly
depends on p. Rows a_i of A are scaled to length 1 and R^d is reduced to their span R^r, without
rounding until the coordinates there are known (`orthogonal`). Two methods: separation of variables,
plain or tilted (`separated_variables`), and the mean over directions (`radial`), good for cones
with many facets.

Both are integrated over scrambled Sobol points (owen1997scrambled); the randomisations are
independent, and the standard error is that of their means.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import rational, whole
from polygeo.answers.sequence import plain_matrix
from polygeo.errors import DomainError, NotConverged
from polygeo.polyhedra.vectors import dyadic
from polygeo.sampling.faces.generators import dyadic_rows
from polygeo.sampling.faces.moreau import Moreau
from polygeo.sampling.orthants.angle_block import PILOT, RANDOMISATIONS, SEEN, AngleBlock, Moments
from polygeo.sampling.orthants.radial import Radial, radial_values
from polygeo.sampling.orthants.separated_variables import SeparatedVariables
from polygeo.sampling.runs.engine import run, workers_of
from polygeo.sampling.runs.streams import checked_seed

__all__ = ["AngleBlock", "estimate_solid_angle", "radial_values"]

MAX_POINTS = 10**10
"""Largest number of points of a quasi-Monte-Carlo run."""

Array = NDArray[np.float64]

METHODS = {"tilted": "botev2017normal", "sov": "genz1992numerical", "radial": "owen1997scrambled"}
"""The methods and their sources."""

SPREAD = 0.25
"""Largest relative standard error: beyond it the integrand has tails that few points see."""

ROUNDING = 1e-12
"""Relative rounding error of a probability, which is added to the sampling error."""

NARROW = 1e-9
"""Smallest height of the unit rows over the axis."""

MERGES = (1e-13, 1e-10, 1e-7, 1e-5, 1e-3)
"""Distances below which merging of rows is tried."""

MERGED = 3.0
"""Factor with which the change by merging enters the standard error: it is no random error."""


def _axis(normals: Array) -> Array:
    """The unit vector u with the largest min <a_i, u>: the least point of the hull of the rows.

    With e = (0, .., 0, 1), the cone of the (a_i, 1) leaves (-sum x_i a_i, 1 - sum x_i) of e, a
    positive multiple of (-u, ..); 0 where there is no inner point. Proved: see `moreau`.
    """
    m, r = normals.shape
    raised = Moreau(dyadic_rows(np.hstack([normals, np.ones((m, 1))])), r + 1)
    point = -raised.split(np.eye(r + 1)[-1:])[1][0, :-1]
    length = float(np.linalg.norm(point))
    return point / length if length > 0 else point


def _shape(stairs: SeparatedVariables, axis: Array, method: str) -> SeparatedVariables | Radial:
    """The integrand of a method."""
    if method == "radial":
        return Radial.of(stairs.rows, axis)
    return stairs.tilted() if method == "tilted" else stairs


def _read(normals: Any) -> list[list[int]]:
    """Rows of floats, the dyadic rationals that they are, or of integers, as integers."""
    try:
        if not isinstance(normals, np.ndarray) and all(type(x) is int for v in normals for x in v):
            rows = [list(row) for row in normals]
            shape = f"rows of lengths {sorted({len(row) for row in rows})}"
            fine = len({len(row) for row in rows}) == 1 and len(rows[0]) > 0
        else:
            array = np.asarray(plain_matrix(normals, "normals"), dtype=np.float64)
            shape = f"shape {array.shape}"
            fine = array.ndim == 2 and array.size > 0 and bool(np.isfinite(array).all())
            rows = [dyadic(row)[0] for row in array.tolist()] if fine else []
    except (MemoryError, OverflowError, TypeError, ValueError):
        raise DomainError("normals need a finite (m, d) array of numbers, m >= 1") from None
    if not fine:
        raise DomainError(f"normals need a finite (m, d) array, m >= 1; got {shape}")
    if not all(map(any, rows)):
        raise DomainError("normals must not be 0")
    return rows


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
    """Estimate P[A g >= 0], g standard Gaussian in R^d: the solid angle v_d of {x : A x >= 0}.

    * ``normals``: A, (m, d) floats (read as dyadic rationals) or integers, without zero rows; the
      cone has interior points.
    * ``samples``: approximate number of points; 32 randomisations of a power of two each are used.
    * ``seed``: an integer in [0, 2^64).
    * ``method``: 'sov', 'tilted', 'radial', or 'auto' (the default): tilted for independent rows,
      else the method that spreads least on a small run.
    * ``executor``, ``checkpoint``, ``progress``: see `polygeo.sampling.runs.engine.run`.
    * ``confidence``: of the interval (default 0.95).

    Returns an `Estimate`. The error is relative to the answer; ``stderr`` includes 1e-12 for
    rounding, what could be missed of features and of single points that are worth much, and the
    change of the probability where rows nearly in the span of others are put there (only if that is
    less). DomainError for other input; NotConverged where no point contributes or few do: then the
    error is not known either. Sources: genz1992numerical, botev2017normal, owen1997scrambled.

    >>> estimate_solid_angle([[1, 0], [-1, 1]], 1024, seed=1).agrees(1 / 8)
    True
    """
    rows = _read(normals)
    if method not in ("auto", *METHODS):
        raise DomainError(f"method must be 'auto' or one of {', '.join(METHODS)}; got {method!r}")
    wanted, start = whole(samples), checked_seed(seed)
    if not RANDOMISATIONS <= wanted <= MAX_POINTS:
        raise DomainError(
            f"samples must be at least {RANDOMISATIONS} and at most {MAX_POINTS}; got {wanted}"
        )
    if not 0 < confidence < 1:
        raise DomainError(f"confidence must lie strictly between 0 and 1; got {confidence!r}")
    workers_of(executor)
    stairs = SeparatedVariables.of(rows)
    axis = _axis(stairs.rows)
    if not (stairs.rows @ axis).min() > NARROW:
        raise DomainError(
            "the cone {x : A x >= 0} has no inner points, or is narrower than 1e-9: that is not "
            "told apart"
        )
    points = 1 << (max(wanted // RANDOMISATIONS, 1) - 1).bit_length()
    total = RANDOMISATIONS * points
    stairs, method, pilot, seen = _chosen(rows, stairs, axis, method, start, total)
    block = AngleBlock(pilot.shape, start, points)
    job = {
        "computes": "a solid angle",
        "normals": hashlib.sha256(repr(rows).encode()).hexdigest(),
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
    moments = done.sums.view(np.float64).reshape(-1, 2)[: done.blocks]
    means = moments[:, 0].tolist()
    if len(means) < 2:
        raise KeyboardInterrupt
    if max(means) <= 0:
        raise NotConverged(
            "no points contribute: fewer facets or more samples are needed, or the solid "
            "angle is below 1e-300"
        )
    # Student's interval between randomisations, with relative errors on top.
    values = [rational(x) for x in means]
    number, total = len(values), sum(values, mpq(0))
    squares = sum((x * x for x in values), mpq(0))
    mean, largest = sum(means) / number, max(seen.largest, float(moments[:, 1].max()))
    extra = sum(
        rational(x) ** 2
        for x in (
            ROUNDING + 2.0**-50 * block.narrow,
            block.missed(Moments(mean, 0.0, largest), number * points),
            MERGED * stairs.dropped / mean,
        )
    )
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


def _chosen(
    rows: Sequence[Sequence[int]],
    stairs: SeparatedVariables,
    axis: Array,
    method: str,
    seed: int,
    points: int,
) -> tuple[SeparatedVariables, str, AngleBlock, Moments]:
    """The bounds, the method and a pilot run; rows are merged where steep steps would lose more."""
    way, block, seen = _better(stairs, axis, method, seed, points)
    best, steep, known = (stairs, way, block, seen), block.narrow > points / SEEN, stairs.dropped
    least, mean = block.missed(seen, points), seen.mean
    for merged in MERGES if steep else ():
        other = SeparatedVariables.of(rows, merged)
        if other.dropped == known:
            continue
        if MERGED * other.dropped > least * mean:
            break
        known, axis = other.dropped, _axis(other.rows)
        if not (other.rows @ axis).min() > NARROW:
            continue
        way, block, seen = _better(other, axis, method, seed, points)
        error = block.missed(seen, points)
        error += MERGED * other.dropped / seen.mean if seen.mean > 0 else 0.0
        if error < least:
            best, least, mean = (other, way, block, seen), error, seen.mean
    return best


def _better(
    stairs: SeparatedVariables, axis: Array, method: str, seed: int, points: int
) -> tuple[str, AngleBlock, Moments]:
    """The method that was asked for or is best, and what a pilot run of it sees.

    Tilted if the rows are independent, else what spreads least, with what it may have missed.
    """
    independent = stairs.rank in (1, len(stairs.rows))
    if method == "auto" and independent:
        method = "tilted"
    if independent and method == "tilted":
        block = AngleBlock(_shape(stairs, axis, method), seed, 256, 8, PILOT)
        if block.narrow <= points / SEEN:
            # The bound for its values is not far above the mean: nothing needs to be seen before.
            return method, block, Moments(1.0, 0.0, 0.0)
    runs = {}
    for name in METHODS if method == "auto" else (method,):
        block = AngleBlock(_shape(stairs, axis, name), seed, 256, 8, PILOT)
        runs[name] = block, block.pilot()

    def error(name: str) -> float:
        block, seen = runs[name]
        return seen.spread + block.missed(seen, points)

    best = min(runs, key=error)
    return best, *runs[best]
