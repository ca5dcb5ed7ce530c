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
from polygeo.errors import DomainError, NotConverged
from polygeo.sampling.barrier import Minimum, minimise

__all__ = ["MixtureFit", "bivariate_weights", "em_step", "fit", "log_beta", "optimality_gap"]

Array = NDArray[np.float64]

STEPS = 500
"""Newton steps after which NotConverged is raised; some 40 are usual."""

TAU = 0.1
"""First barrier parameter of the log-concave problem: a larger one would empty the tails."""

LIFTS = 10
"""Largest number of restarts from lifted tails."""

PENALTY = 10.0
"""Weight, per sample, of the square of the even minus the odd mass."""

MAX_ENTRIES = 40_000_000
"""Largest samples times dimension that `bivariate_weights` takes; histograms have no limit."""


@dataclass(frozen=True, eq=False)
class MixtureFit:
    """Weights (m,), sums by parity exact; how far they may be from optimal; Newton steps.

    ``gap``: log-likelihood that the best weights can have more, at most. With ``log_concave``:
    the same for the local quadratic model, that is, how well the first-order conditions hold.
    """

    weights: Array
    log_likelihood: float
    gap: float
    steps: int
    log_concave: bool


def log_beta(k: Array, dim: int, log_t: Array, log_rest: Array) -> Array:
    """log of the density of Beta(k/2, (dim-k)/2) at t: (points, len(k)), for 0 < k < dim."""
    a, b = k / 2, (dim - k) / 2
    return (
        np.multiply.outer(log_t, a - 1) + np.multiply.outer(log_rest, b - 1) - special.betaln(a, b)
    )


def em_step(densities: Array, counts: Array, weights: Array, classes: Array) -> Array:
    """One step of expectation maximisation: (m,) to (m,); never lowers the likelihood.

    ``densities`` (rows, m), ``counts`` (rows,); ``classes`` (c, m) of 0 and 1 part the components
    into classes of equal mass 1/c.
    """
    expected = weights * (densities.T @ (counts / (densities @ weights)))
    mass = classes @ expected
    share = np.divide(1 / len(classes), mass, out=np.zeros_like(mass), where=mass > 0)
    return expected * (share @ classes)


def optimality_gap(densities: Array, counts: Array, weights: Array, classes: Array) -> float:
    """An upper bound of how much the log-likelihood of any weights exceeds that of these."""
    derivative = densities.T @ (counts / (densities @ weights))
    best = np.where(classes > 0, derivative, -np.inf).max(axis=1)
    return float(best.mean() - counts.sum())


class _Weights:
    """The convex problem: minus the log-likelihood in v; v >= 0, sums of classes <= 1/c."""

    def __init__(self, densities: Array, counts: Array, classes: Array) -> None:
        self.densities, self.counts, self.classes = densities, counts, classes
        self.share = 1 / len(classes)
        self.rows = np.vstack([np.eye(classes.shape[1]), -classes])

    def start(self) -> Array:
        size = self.classes.sum(axis=1)
        return 0.9 * self.share * ((1 / size) @ self.classes)

    def weights(self, x: Array) -> Array:
        return x

    def value(self, x: Array) -> float:
        return -float(self.counts @ np.log(self.densities @ x))

    def constraints(self, x: Array) -> Array:
        return np.concatenate([x, self.share - self.classes @ x])

    def jacobian(self, x: Array) -> Array:
        return self.rows

    def reach(self, x: Array, move: Array) -> float:
        return np.inf

    def update(self, x: Array) -> float:
        return 0.0

    def derivatives(self, x: Array, z: Array) -> tuple[Array, Array, Array]:
        scaled = self.densities / (self.densities @ x)[:, None]
        hessian = scaled.T @ (scaled * self.counts[:, None])
        return -(scaled.T @ self.counts), hessian, hessian


class _LogConcave(_Weights):
    """The same in theta = log v, for concave theta.

    The sum 1 comes from the term n sum v, balance of the classes from an augmented Lagrangian
    (multiplier ``pull``); floors at both ends keep the problem bounded.
    """

    def __init__(self, densities: Array, counts: Array, classes: Array) -> None:
        super().__init__(densities, counts, classes)
        m = classes.shape[1]
        self.total, self.pull = float(counts.sum()), 0.0
        self.sign = classes[0] - classes[1] if len(classes) == 2 else np.zeros(m)
        floor = 50.0 + 8.0 * m
        second = 2 * np.eye(m) - np.eye(m, k=1) - np.eye(m, k=-1)
        self.rows = np.vstack([second[1:-1], np.eye(m)[[0, -1]]])
        self.offset = np.concatenate([np.zeros(max(m - 2, 0)), [floor, floor]])

    def start(self) -> Array:
        m = self.classes.shape[1]
        theta = -(((np.arange(m) - (m - 1) / 2) / m) ** 2)
        return theta - np.log(np.exp(theta).sum())

    def weights(self, x: Array) -> Array:
        return np.exp(x)

    def value(self, x: Array) -> float:
        v = np.exp(x)
        surplus = float(self.sign @ v)
        penalty = (self.pull + 0.5 * PENALTY * self.total * surplus) * surplus
        return super().value(v) + self.total * float(v.sum()) + penalty

    def constraints(self, x: Array) -> Array:
        return self.rows @ x + self.offset

    def update(self, x: Array) -> float:
        surplus = float(self.sign @ np.exp(x))
        self.pull += PENALTY * self.total * surplus
        return abs(self.pull * surplus) + PENALTY * self.total * surplus**2

    def reach(self, x: Array, move: Array) -> float:
        """Weights that count, of 1/100 of a sample and more, change at most by a factor e."""
        counts = np.exp(x) * self.total > 0.01
        return 1 / max(float(np.abs(move[counts]).max(initial=0.0)), 1e-300)

    def lifted(self, x: Array) -> tuple[float, Array]:
        """The most promising other end of the sequence: its gain in first order, and its log.

        A weight that has become 0 is a stationary point in log v even where more of it is
        better; so each tail is compared, in v, with the geometric continuation of what is before.
        """
        v = np.exp(x)
        gradient = -_Weights.derivatives(self, v, x)[0] - self.total - self.pull * self.sign
        best, other = 0.0, x
        m = len(x)
        for order in (np.arange(m), np.arange(m)[::-1]):
            theta = x[order]
            for i in range(1, m - 1):
                if theta[i] > theta[i - 1]:
                    continue
                beyond = np.arange(1, m - i)
                tail = theta[i] + beyond * (theta[i] - theta[i - 1]) - 1e-3 * beyond**2
                point = theta.copy()
                point[i + 1 :] = tail
                change = np.exp(point) - np.exp(theta)
                gain = float(change @ gradient[order])
                if gain > best:
                    best, other = gain, point[np.argsort(order)]
        return best, other

    def derivatives(self, x: Array, z: Array) -> tuple[Array, Array, Array]:
        v = np.exp(x)
        gradient, hessian, _ = super().derivatives(v, z)
        balance = self.sign * v
        force = self.pull + PENALTY * self.total * float(balance.sum())
        first = v * gradient + self.total * v + force * balance
        curved = v[:, None] * hessian * v + PENALTY * self.total * np.outer(balance, balance)
        return first, curved + np.diag(first), curved + np.diag(np.maximum(first, 0))


def fit(
    log_densities: Array,
    counts: Any,
    *,
    parity: bool = True,
    log_concave: bool = True,
    tolerance: float = 1e-4,
) -> MixtureFit:
    """Maximum-likelihood weights of m components from rows of log-densities (rows, m).

    ``counts`` (rows,): how often each row was seen. ``parity``: components of even and of odd
    index have mass 1/2 each. ``tolerance``: the gap of the log-likelihood (see `MixtureFit`) that
    is reached, or NotConverged is raised with the gaps on the way. With one component of each
    density 1 this is the log-concave fit of counts; where no weights that satisfy both log-
    concavity and Gauss-Bonnet are determined (a few samples) NotConverged is raised.

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
    problem: _Weights
    if log_concave:
        problem = _LogConcave(densities, seen, classes)
        end = _log_concave(problem, 0.01 * tolerance)
    else:
        problem = _Weights(densities, seen, classes)
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


def _log_concave(problem: _LogConcave, tolerance: float) -> Minimum:
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
    """The weights (v_0, ..., v_d), d = ``dim``, from samples of (|P_C g|^2, |P_{C polar} g|^2).

    ``lengths``: (n, 2) float64, not negative. A sample with |P_C g| <= ``atom`` |g| counts for
    v_0, one with |P_{C polar} g| <= ``atom`` |g| for v_d. ``support``: (lineality, dimension) of
    the cone, between which v_k may be positive. Raises DomainError for other input, NotConverged
    when ``tolerance`` is not reached. The mixture is ill-conditioned for large d: neighbouring
    weights trade against each other, and the unconstrained maximiser has few positive weights.

    >>> lengths = np.array([[0.0, 1.2], [0.7, 0.0], [0.4, 1.0], [2.0, 0.1]])
    >>> bivariate_weights(lengths, 2).weights.round(3)
    array([0.25, 0.5 , 0.25])
    """
    d = integer(dim, "dim")
    low, high = (0, d) if support is None else (integer(support[0]), integer(support[1]))
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
    below, above = share[:, 0] <= atom**2, share[:, 1] <= atom**2
    inner = share[~(below | above)]
    rows, counts = mixture_rows(d, low, high, np.log(inner[:, 0]), np.log(inner[:, 1]))
    counts = np.concatenate([counts, [below.sum(), above.sum()]])
    found = fit(
        rows, counts, parity=gauss_bonnet and low < high, log_concave=log_concave,
        tolerance=tolerance,
    )  # fmt: skip
    weights = np.zeros(d + 1)
    weights[low : high + 1] = found.weights
    return MixtureFit(weights, found.log_likelihood, found.gap, found.steps, log_concave)


def mixture_rows(d: int, low: int, high: int, log_t: Array, log_rest: Array) -> tuple[Array, Array]:
    """Rows of log-densities for samples (counted once each), then for the atoms k = 0, k = d."""
    k = np.arange(low, high + 1)
    middle = (k > 0) & (k < d)
    rows = np.full((len(log_t) + 2, len(k)), -np.inf)
    rows[:-2, middle] = log_beta(k[middle].astype(np.float64), d, log_t, log_rest)
    rows[-2, k == 0] = 0.0
    rows[-1, k == d] = 0.0
    return rows, np.ones(len(log_t))
