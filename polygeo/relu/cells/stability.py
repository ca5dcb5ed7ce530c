"""How stable the inverse of an injective layer f(x) = ReLU(Wx) is.

kappa, the optimal lower Lipschitz constant, is the infimum of |f(x) - f(y)| / |x - y|. With

    A = min over x != 0 of lambda_min(W_I^T W_I),   I = I(x) = {i : <w_i, x> >= 0},

    (1/2) sqrt(A) <= kappa <= min(sqrt(A), sigma_min(W) / 2).

The two bounds by A are freemanhaider2025: at the midpoint z of x and y a row of I(z) has
|ReLU a - ReLU b| >= |a - b| / 2, since a + b >= 0; and on the cell of z f is linear with the rows
I(z). The bound by the least singular value takes y = -x: |ReLU a - ReLU(-a)| = |a| for every row.
A > 0 if and only if the layer is injective.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.options import check_fields, renamed
from polygeo.answers.typeset import latex, latex_lines
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.relu.cells.eigenvalue import gram, least, least_eigenvalue, square_root
from polygeo.relu.cells.frame import FrameBound, frame_bound
from polygeo.relu.files.layer import matrix_without_bias

__all__ = ["Stability", "stability_bounds"]


@dataclass(frozen=True)
class Stability:
    """Certified lower and upper bounds of the optimal lower Lipschitz constant kappa.

    * ``frame``: the frame bound A, a `FrameBound`.
    * ``least_singular``: sigma_min(W), a `Ball`.
    * ``lower``, ``upper``: Balls; kappa lies between the lower end of ``lower`` and the upper end
      of ``upper``.
    """

    frame: FrameBound
    least_singular: Ball
    lower: Ball
    upper: Ball

    source = "freemanhaider2025"

    def __post_init__(self) -> None:
        check_fields(self, frame=FrameBound, least_singular=Ball, lower=Ball, upper=Ball)

    @property
    def injective(self) -> bool:
        """The proved answer to A > 0; DomainError where the search ended without a proof."""
        if self.frame.value.lower > 0:
            return True
        if self.frame.value.upper == 0:
            return False
        raise DomainError("the search ended with 0 in the enclosure of A; raise max_nodes=")

    def __str__(self) -> str:
        return (
            f"A = {self.frame.value}, sigma_min = {self.least_singular}, "
            f"{self.lower} <= kappa <= {self.upper}"
        )

    def _repr_latex_(self) -> str:
        frame, lower, upper = map(latex, (self.frame.value, self.lower, self.upper))
        sign = "=" if self.frame.exact else r"\in"
        lines = [f"A &{sign} {frame}", rf"\kappa &\ge {lower}", rf"\kappa &\le {upper}"]
        return f"${latex_lines(lines)}$"


@renamed(budget="max_nodes")
@patient
def stability_bounds(
    W: Any, digits: int = 20, max_nodes: int = 20_000, *, timeout: Any = None
) -> Stability:
    """Bound kappa = inf |ReLU Wx - ReLU Wy| / |x - y| from both sides (certified).

    * ``W``, ``digits``, ``max_nodes``, ``timeout``: as for `frame_bound`.

    Returns a `Stability` with (1/2) sqrt(A) <= kappa <= min(sqrt(A), sigma_min(W) / 2), A the frame
    bound. For small layers `lipschitz_constant` encloses kappa itself. DomainError as for
    `frame_bound`. Source: freemanhaider2025.

    >>> found = stability_bounds([[1, 0], [0, 1], [-1, 0], [0, -1]])
    >>> found.lower, found.upper.decimal(15)
    (Ball(1/2), '0.707106781186548')
    """
    matrix = matrix_without_bias(W, "a bound of the stability")
    frame = frame_bound(matrix, digits, max_nodes, timeout=timeout)
    rows, scale = matrix.scaled_rows
    whole = least_eigenvalue(gram(rows, matrix.shape[1]), digits)
    singular = square_root(whole / mpq(scale) ** 2)
    side = square_root(frame.value)
    upper = least(side, singular / 2)
    return Stability(
        frame,
        singular.with_source("networks.half_singular"),
        (side / 2).with_source("networks.half_frame_bound"),
        upper.with_source("networks.frame_upper_bound"),
    )
