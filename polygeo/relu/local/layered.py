"""A ball around a point on which a network of several layers is proved to be injective.

For two inputs of the ball, the difference of the outputs of layer l is C + E times that of the
inputs, with a matrix C that is known. In a layer with weights W, rows whose sign is fixed on the
ball keep or lose their part, and the open ones multiply it by some t in [0, 1]: with D = 1, 0 and
1/2 on the three kinds of rows, C becomes D W C, and E becomes

    D W E + T (W C + W E),    T diagonal, 0 but for the open rows, |T| <= 1/2.

E is kept as a sum of products P T Q, of which P = D W .. is multiplied on, and of a rest that is
bounded by a number e (what is of second order, and roundings). At the output only the rows are kept
that are active on the whole ball; the network is injective there if the least singular value of
their C exceeds |E|. For one layer this is `polygeo.relu.local.radius`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import starmap
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.decimals import short
from polygeo.answers.options import check_fields
from polygeo.answers.typeset import latex
from polygeo.errors import Refuted
from polygeo.progress import patient
from polygeo.relu.local.margins import ScaledLayer
from polygeo.relu.local.singular import gamma, least_singular_value, norm_bound
from polygeo.relu.matrix import read_vector
from polygeo.relu.networks.network import read_network

__all__ = ["NetworkRadius", "network_radius"]

Floats = NDArray[np.float64]

HALVINGS = 60
"""How far below the first try a radius is looked for."""
BISECTIONS = 20
"""Steps between a radius that is proved and one that is not."""


@dataclass(frozen=True, eq=False)
class NetworkRadius:
    """Radius of a ball around x on which a network is proved to be injective.

    * ``radius``: an exact rational; 0 if no ball was proved, which says nothing of the network.
    * ``lipschitz``: a lower Lipschitz constant on the ball, an exact rational; 0 if the radius is.
    * ``rows``: numbers of the outputs that are active on the whole ball and prove it.
    * ``layers``, ``point``: the layers, as read, and the point x.

    Both numbers are proved lower bounds: the network may be injective on a larger ball.
    """

    radius: mpq
    lipschitz: mpq
    rows: tuple[int, ...]
    layers: tuple[ScaledLayer, ...] = field(repr=False)
    point: tuple[mpq, ...] = field(repr=False)

    source = "puthawala2022globally"

    def __post_init__(self) -> None:
        check_fields(self, radius=mpq, lipschitz=mpq, rows=[int], layers=[ScaledLayer], point=[mpq])

    def __repr__(self) -> str:
        return f"NetworkRadius({short(self.radius, 6)}, lipschitz={short(self.lipschitz, 6)})"

    def _repr_latex_(self) -> str:
        return rf"$r \geq {latex(self.radius)}$"

    def verify(self) -> bool:
        """Check the radius once more, by the same bounds; Refuted if they do not prove it."""
        if not self.radius:
            return True
        found = _Chain(self.layers, self.point).proved(_below(self.radius))
        if found is None or found[0] < self.lipschitz or found[1] != self.rows:
            raise Refuted("the radius is not proved")
        return True


@patient
def network_radius(weights: Any, x: Any, biases: Any = None) -> NetworkRadius:
    """Find a ball around x on which a ReLU network is proved to be injective.

    * ``weights``: matrices W_1 (m_1 x n), W_2 (m_2 x m_1), .., as for `is_injective_network`.
    * ``x``: n rational numbers.
    * ``biases``: for each layer m_l rational numbers or None; default: no biases.

    Each layer ends with ReLU, the last one too. The answer is a proved lower bound, in floating
    point with all roundings bounded; for one layer it comes as near as 10^-6 to
    `injectivity_radius`, if that is positive. Radius 0 says that nothing was proved. DomainError
    for data of wrong shape. For one layer: puthawala2022globally.

    >>> found = network_radius([[[1, 0], [0, 1], [-1, 1]], [[1, 0, 0], [0, 1, 0]]], [2, 4])
    >>> found, found.verify()
    (NetworkRadius(2, lipschitz=1), True)
    """
    network = read_network(weights, biases)
    layers = tuple(
        ScaledLayer(matrix, (mpq(0),) * matrix.shape[0] if b is None else b)
        for matrix, b in zip(network.layers, network.biases, strict=True)
    )
    point = read_vector(x, network.widths[0], "x")
    return NetworkRadius(*_Chain(layers, point).search(), layers, point)


def _below(value: mpq) -> float:
    """A float that is at most a positive rational."""
    near = float(value)
    return near if mpq(*near.as_integer_ratio()) <= value else float(np.nextafter(near, 0.0))


class _Chain:
    """The values of the layers at x, with bounds of their errors, and the test of a radius."""

    def __init__(self, layers: tuple[ScaledLayer, ...], x: tuple[mpq, ...]) -> None:
        self.layers = layers
        self.before: list[tuple[Floats, Floats]] = []
        values = np.array([float(c) for c in x])
        errors = np.abs(values) * gamma(1) + 1e-290
        with np.errstate(all="ignore"):
            for layer in layers:
                sizes = np.abs(layer.floats)
                slack = gamma(len(values) + 8)
                errors = (sizes @ errors) * (1 + slack) + slack * (
                    sizes @ np.abs(values) + np.abs(layer.offsets)
                )
                errors += 1e-290
                values = layer.floats @ values + layer.offsets
                self.before.append((values, errors))
                values = np.maximum(values, 0.0)
        self.usable = all(np.isfinite(v).all() and np.isfinite(e).all() for v, e in self.before)

    def search(self) -> tuple[mpq, mpq, tuple[int, ...]]:
        """The largest radius that was proved, with its constant and rows."""
        nothing = mpq(0), mpq(0), ()
        if not self.usable:
            return nothing
        values = self.before[0][0]
        lengths = np.linalg.norm(self.layers[0].floats, axis=1)
        with np.errstate(all="ignore"):
            margins = np.where(lengths > 0, values / lengths, 0.0)
        top = float(margins.max())
        if not 0 < top < np.inf:
            return nothing
        good, best = 0.0, None
        bad = top * (1 + 1e-12)
        for _ in range(HALVINGS):
            best = self.proved(bad)
            if best is not None:
                good = bad
                break
            bad /= 2
        if best is None:
            return nothing
        bad = good * 2
        for _ in range(BISECTIONS):
            middle = (good + bad) / 2
            found = self.proved(middle)
            if found is None:
                bad = middle
            else:
                good, best = middle, found
        return mpq(*good.as_integer_ratio()), best[0], best[1]

    def proved(self, radius: float) -> tuple[mpq, tuple[int, ...]] | None:
        """A lower Lipschitz constant on the ball of a radius and its rows, None for no proof."""
        with np.errstate(all="ignore"):
            return self._proved(radius) if self.usable else None

    def _proved(self, radius: float) -> tuple[mpq, tuple[int, ...]] | None:
        C, e = np.eye(self.layers[0].shape[1]), 0.0
        terms: list[tuple[Floats, Floats]] = []
        for depth, (layer, (values, errors)) in enumerate(
            zip(self.layers, self.before, strict=True)
        ):
            W = layer.floats
            lengths = np.linalg.norm(W, axis=1)
            product, moved = W @ C, [(W @ P, Q) for P, Q in terms]
            # Roundings of the products, row by row; |Theta| <= 1/2.
            factors = float(np.linalg.norm(C))
            factors += sum(float(np.linalg.norm(P) * np.linalg.norm(Q)) for P, Q in terms)
            slack = gamma(W.shape[1] + 8) * lengths * factors
            reach = np.linalg.norm(product, axis=1) + lengths * e + slack
            for P, size in starmap(_balanced, moved):
                reach += np.linalg.norm(P, axis=1) * size / 2
            reach = (radius * reach + errors) * (1 + 1e-9) + 1e-280
            active, dead = values >= reach, values <= -reach
            last = depth == len(self.layers) - 1
            whole = _norm(W[active if last else ~dead]) if e else 0.0
            e = (whole * e + float(np.linalg.norm(slack))) * (1 + 1e-9)
            if last:
                rows = np.flatnonzero(active)
                e += sum(_half(P[rows], Q) for P, Q in moved)
                least = least_singular_value(product[rows])
                if least is None or not e < np.inf:
                    return None
                above = _root_below(least[0]) - mpq(*(e * (1 + 1e-9)).as_integer_ratio())
                return (above, tuple(rows.tolist())) if above > 0 else None
            unsure = ~(active | dead)
            # What the open rows do to the deviations is small of second order.
            e += sum(_half(P[unsure], Q) for P, Q in moved) / 2
            scale = np.where(active, 1.0, np.where(dead, 0.0, 0.5))[:, None]
            terms = [(P * scale, Q) for P, Q in moved]
            if unsure.any():
                terms.append((np.eye(len(values))[:, unsure], product[unsure]))
            C = product * scale
            if not e < np.inf:
                return None
        return None


def _norm(W: Floats) -> float:
    """|W|, rounded up; infinity where floats give no bound."""
    bound = norm_bound(W)
    return np.inf if bound is None else float(bound) ** 0.5 * (1 + 1e-12)


def _balanced(P: Floats, Q: Floats) -> tuple[Floats, float]:
    """P / s and a bound of |s Q| for factors s that make the columns and rows of one size."""
    columns, rows = np.linalg.norm(P, axis=0), np.linalg.norm(Q, axis=1)
    good = (columns > 0) & (rows > 0)
    s = np.sqrt(np.where(good, columns, 1.0) / np.where(good, rows, 1.0))
    s = np.exp2(np.rint(np.log2(s)))  # powers of two: exact
    return P / s, _norm(Q * s[:, None])


def _half(P: Floats, Q: Floats) -> float:
    """A bound of |P Theta Q| for diagonal matrices with |Theta| <= 1/2; it is no number or inf
    where floats give none."""
    scaled, size = _balanced(P, Q)
    return _norm(scaled) * size / 2 * (1 + 1e-9)


def _root_below(square: mpq) -> mpq:
    return mpq(*(float(square) ** 0.5 * (1 - 1e-12)).as_integer_ratio())
