"""The weights of the chi-bar-squared law of a likelihood-ratio test, certified.

Let X ~ N(mu, V) and C = {x : A x >= 0, E x = 0}. Under A mu = 0, E mu = 0 the statistic of
{A mu = 0, E mu = 0} against mu in C is the squared length of the projection of X on C less its
lines, in the metric of V^{-1}: a mixture of chi^2_0, .., chi^2_r whose weights are the intrinsic
volumes of that cone (robertsonwrightdykstra1988order, chapter 2). They depend on the Gram matrix
of the normals only,

    W = A V A' - A V E' (E V E')^{-1} E V A',      r = rank W.

With an independent set of rows B the cone is {y : c_i y >= 0} in R^r, c = W_{.B} W_BB^{-1}, rays
having the inner products of W_BB^{-1} and normals those of W_BB. Inequalities that hold with
equality on the whole cone (x_1 >= x_2 and x_2 >= x_1) are conditions like E x = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpz_mat
from gmpy2 import mpq

from polygeo.answers.numerics.arithmetic import plus
from polygeo.polyhedra.description import GeneratingSet, extreme_rays
from polygeo.polyhedra.lattice import FaceLattice
from polygeo.polyhedra.vectors import matrix_of, rank, rows_of
from polygeo.volumes.constraints.rows import Constraints, Rows
from polygeo.volumes.faces.face_angles import MAX_SECONDS, FaceAngles, Meter, silent
from polygeo.volumes.faces.simplicial_angles import Spread
from polygeo.volumes.intrinsic import IntrinsicVolumes
from polygeo.volumes.orders.means import ordered_means
from polygeo.volumes.orthants.probability import (
    blocks_of,
    checked_basis,
    facets_of,
    forms_of,
    orthant_probability,
)
from polygeo.volumes.orthants.reading import integer_rows

__all__ = ["full_normals", "volumes_of_normals"]

SOURCE = "polyhedral.angle_sum"


def full_normals(normals: Rows) -> Rows:
    """Return the Gram matrix of normals of a cone with interior points that has the same volumes.

    Normals of length 0 are left out, and those that are constant on the cone are conditions.

    >>> one, two = mpq(1), mpq(2)
    >>> full_normals([[one, -one, one], [-one, one, -one], [one, -one, two]])
    [[mpq(1,1)]]
    """
    kept = [i for i in range(len(normals)) if normals[i][i]]
    gram = [[normals[i][j] for j in kept] for i in kept]
    basis = checked_basis(gram) if gram else []
    if len(basis) == len(gram):
        return gram
    forms, _ = forms_of(gram, basis)
    opposite = GeneratingSet(len(basis), tuple(forms)).lineality
    if not opposite:
        return gram
    tight = [i for i, form in enumerate(forms) if rank([*opposite, form]) == len(opposite)]
    size = range(len(gram))
    units = [[mpq(int(i == j)) for j in size] for i in size]
    loose = [units[i] for i in size if i not in tight]
    left = Constraints(gram, loose, [], [units[i] for i in tight], []).gram
    kept = [i for i in range(len(left)) if left[i][i]]
    return [[left[i][j] for j in kept] for i in kept]


def volumes_of_normals(
    normals: Rows,
    digits: int,
    meter: Meter = silent,
    max_seconds: float = MAX_SECONDS,
    spread: Spread = map,
) -> IntrinsicVolumes:
    """Return the volumes of the cone whose normals have this Gram matrix.

    meter, max_seconds, spread and NoExactValue: as for
    `polygeo.volumes.faces.face_angles.FaceAngles`; max_seconds is for each orthogonal factor.
    """
    gram = full_normals(normals)
    blocks = blocks_of(gram)
    more = digits + 2 if len(blocks) > 1 else digits
    total = IntrinsicVolumes([mpq(1)])
    for block in blocks:
        part = [[gram[i][j] for j in block] for i in block]
        total = total * IntrinsicVolumes(_connected(part, more, meter, max_seconds, spread))
    return IntrinsicVolumes(list(total), source=SOURCE)


def _connected(
    gram: Rows, digits: int, meter: Meter, max_seconds: float, spread: Spread
) -> Sequence[Any]:
    basis = checked_basis(gram)
    dim = len(basis)
    if dim == len(gram) <= 3:
        return _exact(gram, digits)
    means = ordered_means(gram) if dim == len(gram) else None
    if means is not None:
        return means.volumes(digits, meter, max_seconds)
    forms, inverse = forms_of(gram, basis)
    rays = extreme_rays(forms)
    facets = facets_of(rays, forms)
    if len(facets) == dim <= 3:
        chosen = list(facets.values())
        return _exact([[gram[i][j] for j in chosen] for i in chosen], digits)
    lattice = FaceLattice.of_facets(len(rays), list(facets), dim)
    whole = fmpz_mat([list(ray) for ray in rays])
    products: Any = whole * inverse.numer_denom()[0] * whole.transpose()
    between = [[int(x) for x in row] for row in products.tolist()]
    chosen = [facets[facet] for facet in lattice.facets]
    dual = [[gram[i][j] for j in chosen] for i in chosen]
    angles = FaceAngles(lattice, between, integer_rows(dual))
    return angles.volumes(digits, meter, max_seconds, spread)


def _exact(gram: Rows, digits: int) -> Sequence[Any]:
    """Up to three independent inequalities: v_r and v_0 are orthant probabilities."""
    half, dim = mpq(1, 2), len(gram)
    top = orthant_probability(gram, digits)
    if dim == 1:
        return [half, half]
    bottom = orthant_probability(rows_of(matrix_of(gram).inv()), digits)
    if dim == 2:
        return [bottom, half, top]
    return [bottom, plus(half, -top), plus(half, -bottom), top]
