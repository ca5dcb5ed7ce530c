"""Conic kinematic formulas: expectations over random subspaces and rotations.

A, B are finite unions of closed polyhedral cones in R^d (or vectors of intrinsic volumes), L a
uniformly random n-dimensional linear subspace, g a uniformly random rotation
(schneiderweil2008stochastic, section 6.5; amelunxenlotz2017intrinsic, section 5). What goes in
exact comes out exact; balls give balls.

The Euler characteristic of a spherical section equals the indicator of "the section is not
empty" only for convex cones that are no subspaces; for unions it is a different quantity, and
`intersection_probability` refuses them.
"""

from __future__ import annotations

from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import with_source
from polygeo.answers.exact import integer
from polygeo.answers.numerics.arithmetic import sum_of
from polygeo.errors import DomainError
from polygeo.progress import patient
from polygeo.volumes.intrinsic import IntrinsicVolumes, intrinsic_volumes_of

__all__ = [
    "crofton",
    "expected_euler_characteristic",
    "intersection_probability",
    "kinematic",
    "projection",
]


@patient
def crofton(A: Any, n: int) -> IntrinsicVolumes:
    """Return the expected intrinsic volumes E v_k(A ∩ L), k = 0..n, of a random section.

    * ``A``: a cone, a finite union of cones, or its `IntrinsicVolumes`, in R^d.
    * ``n``: dimension of the uniformly random subspace L, 0 <= n <= d; DomainError otherwise.

    E v_k = v_{k+d-n}(A) for k >= 1 and E v_0 = v_0(A) + ... + v_{d-n}(A). Exact for exact volumes;
    Balls give Balls.

    >>> crofton(IntrinsicVolumes([mpq(1, 8), mpq(3, 8), mpq(3, 8), mpq(1, 8)]), 2)
    IntrinsicVolumes(1/2, 3/8, 1/8)
    """
    v = intrinsic_volumes_of(A)
    d, dim = v.ambient_dim, _dimension(n, v.ambient_dim)
    first = sum_of(v[: d - dim + 1])
    return IntrinsicVolumes([first, *v[d - dim + 1 :]], convex=v.convex, source="kinematic.crofton")


@patient
def kinematic(A: Any, B: Any) -> IntrinsicVolumes:
    """Return the expected intrinsic volumes E v_k(A ∩ gB), k = 0..d, of a random intersection.

    * ``A``, ``B``: cones, finite unions of cones, or `IntrinsicVolumes`, in one space R^d; g is a
      uniformly random rotation.

    The principal kinematic formula: E v_k = sum_{i+j=d+k} v_i(A) v_j(B) for k >= 1 and E v_0 =
    sum_{i+j<=d} v_i(A) v_j(B). Exact for exact volumes; Balls give Balls.

    >>> quadrant = IntrinsicVolumes([mpq(1, 4), mpq(1, 2), mpq(1, 4)])
    >>> kinematic(quadrant, quadrant)
    IntrinsicVolumes(11/16, 1/4, 1/16)
    """
    v, w = _same_space(A, B)
    d, product = v.ambient_dim, v * w
    first = sum_of(product[: d + 1])
    return IntrinsicVolumes(
        [first, *product[d + 1 :]], convex=product.convex, source="kinematic.principal"
    )


@patient
def projection(C: Any, n: int) -> IntrinsicVolumes:
    """Return the expected intrinsic volumes E v_k(P_L C), k = 0..n, of a random projection.

    * ``C``: a convex cone in R^d, or its `IntrinsicVolumes`; DomainError for unions.
    * ``n``: dimension of the uniformly random subspace L, 0 <= n <= d.

    The projection formula: E v_k = v_k(C) for k < n and E v_n = v_n(C) + ... + v_d(C). Exact for
    exact volumes; Balls give Balls.

    >>> projection(IntrinsicVolumes([mpq(1, 8), mpq(3, 8), mpq(3, 8), mpq(1, 8)]), 2)
    IntrinsicVolumes(1/8, 3/8, 1/2)
    """
    v = intrinsic_volumes_of(C)
    if not v.convex:
        raise DomainError("the projection formula needs a convex cone; got a union")
    dim = _dimension(n, v.ambient_dim)
    return IntrinsicVolumes([*v[:dim], v.tail(dim)], source="kinematic.projection")


@patient
def expected_euler_characteristic(A: Any, n: Any) -> Any:
    """Return the expected Euler characteristic E chi(A ∩ L ∩ S^{d-1}) of a random section.

    * ``A``: a cone, a finite union of cones, or its `IntrinsicVolumes`, in R^d.
    * ``n``: dimension of the uniformly random subspace L, 0 <= n <= d; or a cone B instead: then E
      chi(A ∩ gB ∩ S^{d-1}), g a uniformly random rotation.

    E chi = 2 sum_{j>=0} v_{d-n+1+2j}(A). The formula holds for unions and for subspaces without a
    correction. Exact for exact volumes; DomainError unless 0 <= n <= d. Source:
    schneiderweil2008stochastic, theorem 6.5.6.

    >>> line = IntrinsicVolumes([0, 1, 0])          # two antipodal points of the circle
    >>> expected_euler_characteristic(line, 2), expected_euler_characteristic(line, 1)
    (mpq(2,1), mpq(0,1))
    >>> expected_euler_characteristic(line, IntrinsicVolumes([0, mpq(1, 2), mpq(1, 2)]))
    mpq(1,1)
    """
    if _is_cone(n):
        return with_source(kinematic(A, n).euler_characteristic(), "kinematic.principal")
    v = intrinsic_volumes_of(A)
    chi = 2 * v.half_tail(v.ambient_dim - _dimension(n, v.ambient_dim) + 1)
    return with_source(chi, "kinematic.gauss_bonnet_of_the_section")


@patient
def intersection_probability(C: Any, D: Any) -> Any:
    """Return the probability P[C ∩ gD != {0}] that a convex cone meets a randomly rotated one.

    * ``C``, ``D``: convex cones, or `IntrinsicVolumes`, in one space R^d; D may be the dimension n
      of a uniformly random subspace.

    The probability is 2 sum_{k odd} sum_{i+j=d+k} v_i(C) v_j(D). DomainError for unions, where only
    the expected Euler characteristic is known, and for two subspaces, which meet with probability 0
    or 1 by their dimensions alone. Source: amelunxen2014living, section 2.

    >>> octant = IntrinsicVolumes([mpq(1, 8), mpq(3, 8), mpq(3, 8), mpq(1, 8)])
    >>> intersection_probability(octant, 2), intersection_probability(octant, octant)
    (mpq(3,4), mpq(1,2))
    """
    v = intrinsic_volumes_of(C)
    w = intrinsic_volumes_of(D) if _is_cone(D) else _subspace(D, v.ambient_dim)
    v, w = _same_space(v, w)
    if not (v.convex and w.convex):
        raise DomainError(
            "an intersection probability needs convex cones; for a union only the expected Euler "
            "characteristic is known (expected_euler_characteristic)"
        )
    if (i := _subspace_dim(v)) is not None and (j := _subspace_dim(w)) is not None:
        meets = "always" if i + j > v.ambient_dim else "almost never"
        raise DomainError(
            f"subspaces of dimensions {i} and {j} in R^{v.ambient_dim} {meets} meet outside 0; "
            "the formula needs a cone that is no subspace"
        )
    return with_source(kinematic(v, w).euler_characteristic(), "kinematic.principal")


def _is_cone(value: Any) -> bool:
    return isinstance(value, IntrinsicVolumes) or hasattr(value, "intrinsic_volumes")


def _subspace(n: Any, d: int) -> IntrinsicVolumes:
    dim = _dimension(n, d)
    return IntrinsicVolumes([mpq(int(k == dim)) for k in range(d + 1)])


def _subspace_dim(v: IntrinsicVolumes) -> int | None:
    """k if the vector is that of a k-dimensional subspace (v_k = 1 characterises them)."""
    ones = [k for k, value in enumerate(v) if value == 1]
    return ones[0] if ones else None


def _same_space(A: Any, B: Any) -> tuple[IntrinsicVolumes, IntrinsicVolumes]:
    v, w = intrinsic_volumes_of(A), intrinsic_volumes_of(B)
    if v.ambient_dim != w.ambient_dim:
        raise DomainError(
            f"both cones must live in one space; got R^{v.ambient_dim} and R^{w.ambient_dim} "
            "(embed the smaller one)"
        )
    return v, w


def _dimension(n: Any, d: int) -> int:
    dim = integer(n, "n")
    if not 0 <= dim <= d:
        raise DomainError(f"a subspace of R^{d} needs 0 <= n <= {d}; got n={dim}")
    return dim
