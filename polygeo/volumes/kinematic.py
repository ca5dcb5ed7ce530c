"""Conic kinematic formulas: expectations over random subspaces and rotations.

A, B are finite unions of closed polyhedral cones in R^d, L a uniformly random n-dimensional
linear subspace, g a uniformly random rotation (schneiderweil2008stochastic, section 6.5;
amelunxenlotz2017intrinsic, section 5). What goes in exact comes out exact.

The Euler characteristic of a spherical section equals the indicator of "the section is not
empty" only for convex cones that are no subspaces; for unions it is a different quantity.
"""

from __future__ import annotations

from typing import Any

from polygeo.answers.exact import integer
from polygeo.errors import DomainError
from polygeo.volumes.intrinsic import IntrinsicVolumes, intrinsic_volumes_of

__all__ = ["crofton", "expected_euler_characteristic"]


def crofton(A: Any, n: int) -> IntrinsicVolumes:
    """E v_k(A n L) for k = 0..n, L uniform of dimension n: the vector of the section in L.

    E v_k = v_{k+d-n}(A) for k >= 1 and E v_0 = v_0(A) + ... + v_{d-n}(A).
    Exact for exact volumes. Raises DomainError unless 0 <= n <= d.

    >>> from gmpy2 import mpq
    >>> crofton(IntrinsicVolumes([mpq(1, 8), mpq(3, 8), mpq(3, 8), mpq(1, 8)]), 2)
    IntrinsicVolumes(1/2, 3/8, 1/8)
    """
    v = intrinsic_volumes_of(A)
    d, dim = v.ambient_dim, _dimension(n, v.ambient_dim)
    first = v.total() - v.tail(d - dim + 1)
    return IntrinsicVolumes([first, *v[d - dim + 1 :]], convex=v.convex, source="kinematic.crofton")


def expected_euler_characteristic(A: Any, n: int) -> Any:
    """E chi(A n L n S^{d-1}) = 2 sum_{j>=0} v_{d-n+1+2j}(A), L uniform of dimension n.

    Holds for unions and for subspaces, without a correction. Exact for exact volumes; raises
    DomainError unless 0 <= n <= d. Source: schneiderweil2008stochastic, theorem 6.5.6.

    >>> from gmpy2 import mpq
    >>> line = IntrinsicVolumes([0, 1, 0])          # two antipodal points of the circle
    >>> expected_euler_characteristic(line, 2), expected_euler_characteristic(line, 1)
    (mpq(2,1), mpq(0,1))
    """
    v = intrinsic_volumes_of(A)
    return 2 * v.half_tail(v.ambient_dim - _dimension(n, v.ambient_dim) + 1)


def _dimension(n: Any, d: int) -> int:
    dim = integer(n, "n")
    if not 0 <= dim <= d:
        raise DomainError(f"a subspace of R^{d} needs 0 <= n <= {d}; got n={dim}")
    return dim
