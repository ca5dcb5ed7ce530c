"""The weights of the chi-bar-squared law of a likelihood-ratio test, certified.

Let X ~ N(mu, V) and C = {x : A x >= 0, E x = 0}. Under A mu = 0, E mu = 0 the statistic of
{A mu = 0, E mu = 0} against mu in C is the squared length of the projection of X on C less its
lines, in the metric of V^{-1}: a mixture of chi^2_0, .., chi^2_r whose weights are the intrinsic
volumes of that cone (robertsonwrightdykstra1988order, chapter 2). They depend on the Gram matrix
of the normals only,

    W = A V A' - A V E' (E V E')^{-1} E V A',      r = rank W.

With an independent set of rows B the cone is {y : c_i y >= 0} in R^r, c = W_{.B} W_BB^{-1}, rays
having the inner products of W_BB^{-1} and normals those of W_BB.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq_mat, fmpz_mat
from gmpy2 import mpq

from polygeo.answers.arithmetic import plus
from polygeo.answers.decimals import significant
from polygeo.answers.exact import rational, to_flint
from polygeo.polyhedra.description import extreme_rays, incidences
from polygeo.polyhedra.lattice import FaceLattice
from polygeo.polyhedra.vectors import Vector, dot, primitive
from polygeo.volumes.constraints.grammar import read_constraints
from polygeo.volumes.constraints.rows import Constraints, Rows, columns, product_of, read_system
from polygeo.volumes.faces.face_angles import FaceAngles
from polygeo.volumes.intrinsic import IntrinsicVolumes
from polygeo.volumes.orders.means import ordered_means
from polygeo.volumes.orthants.probability import blocks_of, checked_basis, orthant_probability
from polygeo.volumes.orthants.reading import integer_rows, read_matrix

__all__ = ["chi_bar_weights", "volumes_of_normals"]

SOURCE = "polyhedral.angle_sum"


def chi_bar_weights(
    V: Any, A: Any = None, equalities: Any = None, digits: int = 15
) -> IntrinsicVolumes:
    """Compute the weights w_0, ..., w_r of the chi-bar-squared law of a test of A x >= 0.

    * ``V``: the p x p covariance matrix of the estimates, positive semidefinite, of rational
      numbers or floats (a matrix whose asymmetry is rounding is symmetrised).
    * ``A``: an (m, p) array; rows may be redundant or dependent; None (the default) is the
      identity. A may be a text such as "x1 > x2; x2 = x3" for variables x1, .., xp.
    * ``equalities``: an (l, p) array E of further rows with E x = 0, or an integer: the number of
      first rows of A that are equalities (default: none).
    * ``digits``: significant digits of each Ball (default 15).

    Returns the `IntrinsicVolumes` w_0, ..., w_r, w_k the weight of chi^2_k, under E x = 0, A x = 0
    (the test of A x = 0 against A x >= 0; r is the rank of the inequalities given the equalities):
    exact for r <= 3 inequalities and products of such, else Balls. DomainError for matrices
    that do not fit together, NoExactValue where the computation would take hours. Source:
    robertsonwrightdykstra1988order.

    >>> chi_bar_weights([[1, 0], [0, 1]])
    IntrinsicVolumes(1/4, 1/2, 1/4)
    >>> means = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    >>> chi_bar_weights(means, [[-1, 1, 0], [0, -1, 1]])
    IntrinsicVolumes(1/3, 1/2, 1/6)
    >>> chi_bar_weights(means, "x1 < x2 = x3")
    IntrinsicVolumes(1/2, 1/2)
    """
    significant(digits)
    if isinstance(A, str):
        read_constraints(A, [f"x{i + 1}" for i in range(len(read_matrix(V)))])
    return volumes_of_normals(read_system(V, A, 0, equalities).gram, digits)


def volumes_of_normals(normals: Rows, digits: int) -> IntrinsicVolumes:
    """Return the volumes of the cone whose normals have this Gram matrix."""
    kept = [i for i in range(len(normals)) if normals[i][i]]
    gram = [[normals[i][j] for j in kept] for i in kept]
    blocks = blocks_of(gram)
    more = digits + 2 if len(blocks) > 1 else digits
    total = IntrinsicVolumes([mpq(1)])
    for block in blocks:
        total = total * _connected([[gram[i][j] for j in block] for i in block], more)
    return IntrinsicVolumes(list(total), source=SOURCE)


def _connected(gram: Rows, digits: int) -> IntrinsicVolumes:
    basis = checked_basis(gram)
    dim = len(basis)
    if dim == len(gram) <= 3:
        return _exact(gram, digits)
    means = ordered_means(gram) if dim == len(gram) else None
    if means is not None:
        return IntrinsicVolumes(means.volumes(digits))
    head = fmpq_mat([[to_flint(gram[i][j]) for j in basis] for i in basis])
    side = fmpq_mat([[to_flint(gram[i][j]) for j in basis] for i in range(len(gram))])
    solved: Any = side * head.inv()
    forms = [primitive([rational(x) for x in row]) for row in solved.tolist()]
    rays = extreme_rays(forms)
    if not rays:
        return IntrinsicVolumes([mpq(1)])
    if fmpz_mat([list(ray) for ray in rays]).rank() < dim:
        return _flat(gram, forms, rays, digits)
    sets = incidences(rays, forms)
    facets = {
        s: i for i, s in enumerate(sets) if not any(s & other == s and s != other for other in sets)
    }
    if len(facets) == dim <= 3:
        chosen = list(facets.values())
        return _exact([[gram[i][j] for j in chosen] for i in chosen], digits)
    lattice = FaceLattice.of_facets(len(rays), list(facets), dim)
    rows = product_of(product_of(_rational(rays), _of(head.inv())), columns(_rational(rays)))
    chosen = [facets[facet] for facet in lattice.facets]
    dual = [[gram[i][j] for j in chosen] for i in chosen]
    angles = FaceAngles(lattice, integer_rows(rows), integer_rows(dual))
    return IntrinsicVolumes(angles.volumes(digits))


def _flat(
    gram: Rows, forms: Sequence[Vector], rays: Sequence[Vector], digits: int
) -> IntrinsicVolumes:
    """Some inequalities hold with equality on the cone: condition on these."""
    tight = [i for i, c in enumerate(forms) if not any(dot(c, ray) for ray in rays)]
    size = len(gram)
    units = [[mpq(int(i == j)) for j in range(size)] for i in range(size)]
    loose = [units[i] for i in range(size) if i not in tight]
    system = Constraints(gram, loose, [], [units[i] for i in tight], [])
    return volumes_of_normals(system.gram, digits)


def _exact(gram: Rows, digits: int) -> IntrinsicVolumes:
    """Up to three independent inequalities: v_r and v_0 are orthant probabilities."""
    half, dim = mpq(1, 2), len(gram)
    top = orthant_probability(gram, digits)
    if dim == 1:
        return IntrinsicVolumes([half, half])
    inverse = fmpq_mat([[to_flint(x) for x in row] for row in gram]).inv()
    bottom = orthant_probability(_of(inverse), digits)
    if dim == 2:
        return IntrinsicVolumes([bottom, half, top])
    return IntrinsicVolumes([bottom, plus(half, -top), plus(half, -bottom), top])


def _of(matrix: Any) -> Rows:
    return [[rational(x) for x in row] for row in matrix.tolist()]


def _rational(vectors: Sequence[Vector]) -> Rows:
    return [[mpq(x) for x in vector] for vector in vectors]
