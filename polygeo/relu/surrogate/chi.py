"""The Euler characteristic of one draw: chi of the directions with fewer than k positive rows.

Let R = {x in the unit sphere of R^n : fewer than k coordinates of Wx are > 0} for W in general
position. The angle of (x_{n-1}, x_n) is a Morse function on R away from span(e_1, ..., e_{n-2});
a vertex v, orthogonal to the rows S, is critical iff the field
tau(v) = v_n e_{n-1} - v_{n-1} e_n = sum_{i in S} c_i w_i has all c_i > 0. Hence

    chi(R) = chi(R n span(e_1..e_{n-2})) + sum_v (-1)^j binomial(n-2, j),   j = k - 1 - p(v) >= 0,

over the critical vertices, p their numbers of positive rows; for n = 1 the points are counted.
All c_i are signs of determinants. The mean over Gaussian W is q_{m,n,k}.
"""

from __future__ import annotations

from typing import Any

from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.relu.cells.faces import euler_characteristic_by_faces
from polygeo.relu.matrix import layer_rows, nearest_floats
from polygeo.relu.probability.exact_vertices import Dependent, euler_exactly, rotated
from polygeo.relu.probability.first_vertices import vertex_counts
from polygeo.relu.probability.many_vertices import CHI, DOUBT
from polygeo.relu.probability.runs import check_cost
from polygeo.relu.sizes import level_of

__all__ = ["euler_characteristic"]


@patient
def euler_characteristic(W: Any, k: Any = None, inputs: Any = None) -> int:
    """Compute chi{x in the unit sphere : fewer than k coordinates of Wx are positive}, exactly.

    * ``W``: an m x n matrix with m >= n and every n rows independent; entries are ints, mpq,
      Fractions, strings such as "1/3", or floats (read as dyadic rationals).
    * ``k``: the level, 1 <= k <= m (default n, which is injectivity).
    * ``inputs``: a cone to which x is restricted, "nonnegative" or a polyhedral cone (default: all
      of R^n). The faces are then counted (`euler_characteristic_by_faces`), for few rows only.

    Returns an int. The mean over Gaussian W is `polygeo.q` (maillard2022slides). chi(empty) = 0: an
    injective layer has chi = 0, but chi = 0 does not prove that the layer is injective. Signs are
    decided by a proved filter, doubtful ones in exact arithmetic. DomainError, with the dependent
    rows, if W is not in general position (`euler_characteristic_by_faces` takes any matrix of few
    rows), and where one matrix would take longer than a minute.

    >>> euler_characteristic([[1, 0], [0, 1], [-1, -1]])
    3
    >>> euler_characteristic([[1, 0], [0, 1], [-1, -1]], inputs="nonnegative")
    2
    >>> euler_characteristic([[1, 0], [0, 1], [-1, 0]])
    Traceback (most recent call last):
    polygeo.errors.DomainError: euler_characteristic needs general position; rows 0, 2 are ...
    """
    if inputs is not None:
        return euler_characteristic_by_faces(W, k, inputs)
    rows = layer_rows(W)
    m, n = len(rows), len(rows[0])
    level = level_of(m, n, k)
    check_cost(m, n, named="the vertices of a layer of")
    for attempt in range(2):
        # A pencil that is not generic (a zero in the first column will do) is rotated once.
        draws = nearest_floats(rows if attempt == 0 else rotated(rows, attempt))[None]
        found = vertex_counts(draws, level - 1, CHI, 2.0**-53)
        if found[0] != DOUBT:
            return int(found[0])
    try:
        return euler_exactly(rows, level - 1)
    except Dependent as reason:
        raise DomainError(f"euler_characteristic needs general position; {reason}") from None
