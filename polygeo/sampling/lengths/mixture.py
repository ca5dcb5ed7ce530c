"""Weights of the bivariate chi-bar-squared mixture from lengths of projections.

Let x = |P_C g|^2 and y = |P_{C polar} g|^2. Given that the dimension is k they are independent
chi-squared variables with k and d - k degrees of freedom (mccoytropp2014steiner, theorem 3.1). So
x + y is chi^2_d whatever k is, independent of t = x / (x + y), and t, the squared sine of the
angle between g and the polar cone, has all the information: it is Beta(k/2, (d-k)/2), the atoms
t = 0 and t = 1 for k = 0 and k = d. The weights are estimated by maximum likelihood, as in
amelunxenlotz2017conivol,

    maximise sum_j n_j log sum_k v_k f_k(t_j),

over v >= 0 with sum 1, or with even and odd sums 1/2 (Gauss-Bonnet, no subspaces), optionally
with log v concave. Without log-concavity this is a convex problem: with
D_k = sum_j n_j f_k(t_j) / f_v(t_j) no weights have a log-likelihood larger than that of v by more
than max_k D_k - n (lindsay1983geometry), or (max_even D + max_odd D) / 2 - n with Gauss-Bonnet;
this gap is computed for the result and bounded. Expectation maximisation
(dempsterlairdrubin1977maximum) has the same maximiser but creeps towards it. With log-concavity
the likelihood is not concave in log v: the result satisfies the conditions of first order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from polygeo.answers.exact import integer
from polygeo.answers.options import check_fields, flag, in_unit_interval
from polygeo.answers.sequence import sequence
from polygeo.errors import DomainError, NotConverged
from polygeo.progress import patient
from polygeo.sampling.lengths.barrier import BarrierMinimum, minimise
from polygeo.sampling.lengths.likelihood import Likelihood, LogConcaveLikelihood

__all__ = ["MixtureFit", "bivariate_weights", "fit", "log_beta", "mixture_rows", "optimality_gap"]

Array = NDArray[np.float64]

STEPS = 500
"""Largest number of Newton steps before NotConverged is raised; 40 steps are usual."""

TAU = 0.1
"""First barrier parameter of the log-concave problem: a larger value would empty the tails."""

LIFTS = 10
"""Largest number of restarts from lifted tails."""

MAX_ENTRIES = 40_000_000
"""Largest product of samples and dimension for `bivariate_weights`; histograms have no limit."""


@dataclass(frozen=True, eq=False)
class MixtureFit:
    """The fitted weights of a mixture.

    * ``weights``: (m,), sums by parity exact.
    * ``log_likelihood``: of these weights.
    * ``gap``: how much larger the log-likelihood of the best weights can be. With ``log_concave``:
      the gap for the local quadratic model, that is, how well the first-order conditions hold.
    * ``steps``: number of Newton steps.
    * ``log_concave``: whether the weights are log-concave.
    """

    weights: Array
    log_likelihood: float
    gap: float
    steps: int
    log_concave: bool

    def __post_init__(self) -> None:
        check_fields(self, weights=np.ndarray, log_likelihood=float, gap=float, steps=int)
        check_fields(self, log_concave=bool)


def log_beta(k: Array, dim: int, log_t: Array, log_rest: Array) -> Array:
    """Compute the log-density of Beta(k/2, (dim-k)/2) at t: (points, len(k)), for 0 < k < dim.

    >>> half = np.log([0.5])
    >>> np.exp(log_beta(np.array([1.0, 2.0, 3.0]), 4, half, half)).round(4)
    array([[0.6366, 1.    , 0.6366]])
    """
    a, b = k / 2, (dim - k) / 2
    return (
        np.multiply.outer(log_t, a - 1) + np.multiply.outer(log_rest, b - 1) - special.betaln(a, b)
    )


def optimality_gap(densities: Array, counts: Array, weights: Array, classes: Array) -> float:
    """Bound from above how much the log-likelihood of any weights exceeds that of these weights."""
    derivative = densities.T @ (counts / (densities @ weights))
    best = np.where(classes > 0, derivative, -np.inf).max(axis=1)
    return float(best.mean() - counts.sum())


def fit(
    log_densities: Array,
    counts: Any,
    *,
    parity: bool = True,
    log_concave: bool = True,
    tolerance: float = 1e-4,
) -> MixtureFit:
    """Compute maximum-likelihood weights of m components from rows of log-densities (rows, m).

    * ``log_densities``: float64 (rows, m).
    * ``counts``: (rows,), how often each row was seen.
    * ``parity``: components of even and of odd index have mass 1/2 each (default True).
    * ``log_concave``: whether the weights are log-concave (default True).
    * ``tolerance``: the gap of the log-likelihood (see `MixtureFit`) that is reached (default
      1e-4).

    Returns a `MixtureFit`. NotConverged, with the gaps on the way, if the tolerance is not reached.
    With one component of each density 1 this is the log-concave fit of counts; where no weights
    that satisfy both log-concavity and Gauss-Bonnet are determined (a few samples) NotConverged is
    raised.

    >>> fit(np.log(np.eye(3) + 1e-300), [30, 40, 30], log_concave=False).weights.round(6)
    array([0.25, 0.5 , 0.25])
    """
    seen = np.asarray(counts, dtype=np.float64)
    rows = np.asarray(log_densities, dtype=np.float64)[seen > 0]
    seen = seen[seen > 0]
    if rows.ndim != 2 or not len(rows):
        raise DomainError("a mixture needs at least one sample")
    peak = rows.max(axis=1)
    if not np.isfinite(peak).all():
        raise DomainError("a sample is impossible under every component of the mixture")
    densities = np.exp(rows - peak[:, None])
    m = rows.shape[1]
    if m == 1:
        return MixtureFit(np.ones(1), float(seen @ peak), 0.0, 0, log_concave)
    classes = np.ones((1, m))
    if parity:
        odd = np.arange(m) % 2
        classes = np.array([1.0 - odd, 1.0 * odd])
    total = float(seen.sum())
    problem: Likelihood
    if log_concave:
        problem = LogConcaveLikelihood(densities, seen, classes)
        end = _log_concave(problem, 0.01 * tolerance)
    else:
        problem = Likelihood(densities, seen, classes)
        end = minimise(problem, problem.start(), 0.01 * tolerance, 0.1 * total / m, STEPS)
    weights = problem.weights(end.x)
    masses = classes @ weights
    if np.abs(masses * len(classes) - 1).max() > 1e-4:
        raise NotConverged(
            f"{int(total)} samples do not determine log-concave weights with Gauss-Bonnet",
            (end.gap,),
        )
    weights = weights * ((1 / (len(classes) * masses)) @ classes)
    gap = end.gap
    if not log_concave:
        gap = optimality_gap(densities, seen, weights, classes)
        if not gap <= tolerance:
            raise NotConverged(f"the likelihood gap is {gap:.3g}, not {tolerance:g}", (gap,))
    value = float(seen @ (np.log(densities @ weights) + peak))
    return MixtureFit(weights, value, gap, end.steps, log_concave)


def _log_concave(problem: LogConcaveLikelihood, tolerance: float) -> BarrierMinimum:
    """`minimise`, again from lifted tails as long as that raises the likelihood."""
    end = minimise(problem, problem.start(), tolerance, TAU, STEPS)
    for _ in range(LIFTS):
        gain, other = problem.lifted(end.x)
        if gain <= 100 * tolerance:
            break
        pull = problem.pull
        try:
            again = minimise(problem, other, tolerance, TAU / 100, STEPS)
        except NotConverged:
            problem.pull = pull
            break
        if problem.value(again.x) >= problem.value(end.x) - tolerance:
            problem.pull = pull
            break
        end = again._replace(steps=end.steps + again.steps)
    return end


@patient
def bivariate_weights(
    lengths: Any,
    dim: int,
    *,
    log_concave: bool = True,
    gauss_bonnet: bool = True,
    support: tuple[int, int] | None = None,
    tolerance: float = 1e-4,
    atom: float = 1e-9,
) -> MixtureFit:
    """Compute weights (v_0, ..., v_d) from samples of (|P_C g|^2, |P_{C polar} g|^2).

    * ``lengths``: (n, 2) float64, not negative.
    * ``dim``: dimension d of the space.
    * ``log_concave``, ``gauss_bonnet``: conditions on the weights (default True).
    * ``support``: (lineality, dimension) of the cone, between which v_k may be positive.
    * ``tolerance``: the gap of the log-likelihood that is reached (default 1e-4).
    * ``atom``: a sample with |P_C g| <= ``atom`` |g| counts for v_0, a sample with
      |P_{C polar} g| <= ``atom`` |g| for v_d (default 1e-9).

    Returns a `MixtureFit`. DomainError for other input, NotConverged when ``tolerance`` is not
    reached. The mixture is ill-conditioned for large d: neighbouring weights trade against each
    other, and the unconstrained maximiser has few positive weights. Source:
    amelunxenlotz2017conivol.

    >>> lengths = np.array([[0.0, 1.2], [0.7, 0.0], [0.4, 1.0], [2.0, 0.1]])
    >>> bivariate_weights(lengths, 2).weights.round(3)
    array([0.25, 0.5 , 0.25])
    """
    d = integer(dim, "dim")
    low, high = support_of(support, d)
    flag(log_concave, "log_concave")
    least, gap = in_unit_interval(atom, "atom"), in_unit_interval(tolerance, "tolerance")
    try:
        pairs = np.asarray(lengths, dtype=np.float64)
    except (MemoryError, OverflowError, TypeError, ValueError):
        raise DomainError("lengths need an array of numbers of the shape (n, 2)") from None
    if d < 1 or not 0 <= low <= high <= d:
        raise DomainError(f"weights need 0 <= low <= high <= dim, dim >= 1; got {low}, {high}, {d}")
    if pairs.ndim != 2 or pairs.shape[1] != 2 or not len(pairs):
        raise DomainError(f"lengths need the shape (n, 2), n >= 1; got {pairs.shape}")
    if not (np.isfinite(pairs).all() and pairs.min() >= 0 and pairs.sum(axis=1).min() > 0):
        raise DomainError("lengths must be finite, not negative and not both 0")
    if pairs.shape[0] * (high - low + 1) > MAX_ENTRIES:
        raise DomainError(f"at most {MAX_ENTRIES} samples times weights are taken; bin them")
    share = pairs / pairs.sum(axis=1, keepdims=True)
    below, above = share[:, 0] <= least**2, share[:, 1] <= least**2
    inner = share[~(below | above)]
    rows, counts = mixture_rows(d, low, high, np.log(inner[:, 0]), np.log(inner[:, 1]))
    counts = np.concatenate([counts, [below.sum(), above.sum()]])
    found = fit(
        rows, counts, parity=flag(gauss_bonnet, "gauss_bonnet") and low < high,
        log_concave=log_concave, tolerance=gap,
    )  # fmt: skip
    weights = np.zeros(d + 1)
    weights[low : high + 1] = found.weights
    return MixtureFit(weights, found.log_likelihood, found.gap, found.steps, log_concave)


def support_of(support: Any, dim: int) -> tuple[int, int]:
    """The lineality and the dimension of a cone in R^dim; (0, dim) where nothing is known.

    >>> support_of((1, 3), 4), support_of(None, 4)
    ((1, 3), (0, 4))
    """
    if support is None:
        return 0, dim
    ends = sequence(support, "support", 2)
    if len(ends) != 2:
        raise DomainError(f"support needs the lineality and the dimension of a cone; got {ends}")
    return integer(ends[0], "support"), integer(ends[1], "support")


def mixture_rows(d: int, low: int, high: int, log_t: Array, log_rest: Array) -> tuple[Array, Array]:
    """Compute rows of log-densities for samples (counted once each), then for the two atoms.

    The atoms are k = 0 and k = d.
    """
    k = np.arange(low, high + 1)
    middle = (k > 0) & (k < d)
    rows = np.full((len(log_t) + 2, len(k)), -np.inf)
    rows[:-2, middle] = log_beta(k[middle].astype(np.float64), d, log_t, log_rest)
    rows[-2, k == 0] = 0.0
    rows[-1, k == d] = 0.0
    return rows, np.ones(len(log_t))
