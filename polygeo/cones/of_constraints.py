"""The cone behind a test of linear constraints: its volumes, certified or simulated.

The weights of the test of A x = 0 against A x >= 0 are the volumes of {y : c_i y >= 0} in R^r,
where the normals c_i have the Gram matrix W of `polygeo.volumes.constraints.weights`. Certified
weights need W only. A simulation needs coordinates of the normals, which are square roots. Each
coordinate is rounded to a multiple of 2^-60 of the length of its row, so that the cone, which has
interior points, is another one by some 10^-18, far below any error of a simulation.
"""

from __future__ import annotations

from typing import Any

from flint import arb
from gmpy2 import mpq

from polygeo.answers.ball import exact_arb, precision
from polygeo.answers.decimals import significant
from polygeo.answers.options import SEEDLESS
from polygeo.cones.conic_set import SECONDS
from polygeo.cones.polyhedral import PolyhedralCone
from polygeo.cones.work import meter_of, seconds_of, spread_of
from polygeo.errors import DomainError, NoExactValue
from polygeo.progress import patient
from polygeo.volumes.constraints.rows import Rows, read_cone
from polygeo.volumes.constraints.weights import full_normals, volumes_of_normals
from polygeo.volumes.faces.face_angles import MAX_SECONDS
from polygeo.volumes.orthants.probability import checked_basis

__all__ = ["chi_bar_weights", "constraint_cone"]

BITS = 60
"""Bits of the coordinates after the point, for rows of length 1."""

INSTEAD = "give max_seconds=, or samples= and seed= for estimates"


@patient
def chi_bar_weights(
    V: Any,
    A: Any = None,
    equalities: Any = None,
    digits: int = 15,
    *,
    samples: int | None = None,
    seed: int | None = None,
    max_seconds: Any = None,
    progress: bool | None = None,
    executor: Any = None,
) -> Any:
    """Compute the weights w_0, ..., w_r of the chi-bar-squared law of a test of A x >= 0.

    * ``V``: the p x p covariance matrix of the estimates, positive semidefinite, of rational
      numbers or floats (a matrix whose asymmetry is rounding is symmetrised).
    * ``A``: an (m, p) array; rows may be redundant or dependent; None (the default) is the
      identity. A may be a text such as "x1 > x2; x2 = x3" for variables x1, .., xp.
    * ``equalities``: an (l, p) array E of further rows with E x = 0, or an integer: the number of
      first rows of A that are equalities (default: none).
    * ``digits``: significant digits of each Ball (default 15).
    * ``samples``, ``seed``: the number of projections and the integer that names the run, for
      weights that are not certified in the time allowed.
    * ``max_seconds``: largest estimated time of certified weights (default 3600, with ``samples``
      20).
    * ``progress``: whether a progress bar is shown; by default on a terminal, for long work.
    * ``executor``: a `concurrent.futures.Executor` or a Dask client that shares the work; the
      answer is the same on any number of workers (default None: no other).

    Returns w_0, ..., w_r, w_k the weight of chi^2_k, under E x = 0, A x = 0 (the test of A x = 0
    against A x >= 0; r is the rank of the inequalities given the equalities and what they imply):
    `IntrinsicVolumes`, exact for r <= 3 inequalities and products of such, else Balls. Where these
    would take longer than ``max_seconds``: with ``samples`` a `polygeo.answers.Estimates` whose
    even and whose odd entries sum to 1/2 and whose ``covariance()`` is their joint one, without
    them NoExactValue. DomainError for matrices that do not fit together. Source:
    robertsonwrightdykstra1988order.

    >>> chi_bar_weights([[1, 0], [0, 1]])
    IntrinsicVolumes(1/4, 1/2, 1/4)
    >>> means = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    >>> chi_bar_weights(means, [[-1, 1, 0], [0, -1, 1]])
    IntrinsicVolumes(1/3, 1/2, 1/6)
    >>> chi_bar_weights(means, "x1 < x2 = x3")
    IntrinsicVolumes(1/2, 1/2)
    >>> V = [[2 if i == j else 1 / (1 + i + j) for j in range(14)] for i in range(14)]
    >>> weights = chi_bar_weights(V, samples=1000, seed=1)
    >>> weights[7], sum(w.mean for w in weights[0::2]), weights.covariance().shape
    (Estimate(0.1800 +/- 0.0099, 95% in [0.1579, 0.2042], 1000 samples, seed 1), 0.5, (15, 15))
    """
    significant(digits)
    if samples is not None and seed is None:
        raise DomainError(SEEDLESS)
    if samples is None and seed is not None:
        raise DomainError("seed= names a simulation: give samples=, too")
    standard = MAX_SECONDS if samples is None else SECONDS
    limit = seconds_of(standard if max_seconds is None else max_seconds)
    spread = spread_of(executor)
    normals = full_normals(read_cone(V, A, equalities).gram)
    try:
        return volumes_of_normals(normals, digits, meter_of(progress), limit, spread)
    except (NoExactValue, DomainError) as refusal:  # the data are sound: the work is too much
        if samples is None:
            reason = str(refusal).partition(": give")[0]
            raise type(refusal)(f"{reason}: {INSTEAD}") from None
    counts = _cone_of(normals).face_counts(samples, seed, progress=progress, executor=executor)
    return counts.volumes()


@patient
def constraint_cone(V: Any, A: Any = None, equalities: Any = None) -> PolyhedralCone:
    """Make the cone whose volumes are the chi-bar-squared weights of A x >= 0 for a covariance V.

    * ``V``, ``A``, ``equalities``: as for `polygeo.volumes.chi_bar_weights`.

    Returns a `PolyhedralCone` with interior points in R^r, r the rank of the constraints given the
    equalities and what they imply, with coordinates rounded to 2^-60: for ``face_counts`` with
    options of its own, and for all else that a cone can do. DomainError for matrices that do not
    fit together, and where r = 0. Source: silvapullesen2005constrained.

    >>> cone = constraint_cone([[1, 0, 0], [0, 1, 0], [0, 0, 1]], "x1 < x2 < x3")
    >>> [round(float(v), 12) for v in cone.intrinsic_volumes()]
    [0.333333333333, 0.5, 0.166666666667]
    """
    normals = full_normals(read_cone(V, A, equalities).gram)
    if not normals:
        raise DomainError(
            "constraints that leave values to choose from are needed; here A x >= 0 and the "
            "equalities determine A x"
        )
    return _cone_of(normals)


def _cone_of(normals: Rows) -> PolyhedralCone:
    return PolyhedralCone(inequalities=_factor(normals))


def _factor(gram: Rows) -> Rows:
    """Return rows of length near 1 with the correlations of a semidefinite Gram matrix."""
    basis = checked_basis(gram)
    bits = 64 + 4 * max(x.numerator.bit_length() for row in gram for x in row)
    with precision(bits + 8 * len(basis)):
        corner: list[list[arb]] = []
        for i in basis:
            corner.append(_row(gram, corner, basis, i))
        rows = [_row(gram, corner, basis, i) for i in range(len(gram))]
        lengths = [exact_arb(gram[i][i]).sqrt() for i in range(len(gram))]
        return [
            [_rounded(x / length) for x in row] + [mpq(0)] * (len(basis) - len(row))
            for row, length in zip(rows, lengths, strict=True)
        ]


def _row(gram: Rows, corner: list[list[arb]], basis: list[int], i: int) -> list[arb]:
    """Return the row of vector i in the triangular basis that is known so far."""
    found: list[arb] = []
    for known, j in zip(corner, basis, strict=False):
        done = sum((x * y for x, y in zip(found, known, strict=False)), arb(0))
        found.append((exact_arb(gram[i][j]) - done) / known[-1])
    if len(corner) < len(basis) and basis[len(corner)] == i:
        rest = exact_arb(gram[i][i]) - sum((x * x for x in found), arb(0))
        found.append(rest.sqrt())
    return found


def _rounded(x: arb) -> mpq:
    """Return the multiple of 2^-60 next to a number."""
    whole = (x * arb(2) ** BITS).mid().floor().unique_fmpz()
    return mpq(int(whole if whole is not None else 0), 1 << BITS)
