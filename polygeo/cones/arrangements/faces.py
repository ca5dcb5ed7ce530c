"""Numbers of faces of a central arrangement, flat by flat.

The faces of dimension k that span a flat F are the regions that the hyperplanes cut out of F, and
around each of them lie as many regions of the arrangement as the hyperplanes through F have alone;
both numbers are values of characteristic polynomials (zaslavsky1975facing).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gmpy2 import mpz

from polygeo.cones.arrangements.characteristic import Lines, Work, reduced_coefficients, restriction
from polygeo.polyhedra.residues import Residues, in_basis, lines, residues

__all__ = ["face_numbers"]


def face_numbers(
    normals: Sequence[Sequence[Any]], *, around: bool = False, affine: bool = False
) -> tuple[mpz, ...]:
    """Count the faces (f_0, .., f_d) for normals of ints and `Surd`, no two of them parallel.

    ``around``: each face is counted once for every region around it; ``affine``: only faces off the
    hyperplane of the first normal. DomainError beyond the limit of `reduced_coefficients`, all
    flats together.

    >>> normals = [(1, 0), (0, 1), (1, 1)]
    >>> face_numbers(normals), face_numbers(normals, around=True)
    ((mpz(1), mpz(6), mpz(6)), (mpz(6), mpz(12), mpz(6)))
    >>> face_numbers(normals, affine=True)
    (mpz(0), mpz(4), mpz(6))
    """
    d, exact = len(normals[0]), residues(normals)
    prime, whole = exact.prime, exact.rank
    totals = [mpz(0)] * (d + 1)
    work = Work(len(normals), whole)
    level: dict[int, Lines] = {0: lines(((row, 1 << i) for i, row in enumerate(exact.rows)), prime)}
    for rank in range(whole + 1):
        width = whole - rank
        restrict = restriction(width, prime) if width else None
        following: dict[int, Lines] = {}
        for mask, classes in level.items():
            work.add(len(classes) + 1)
            number = _regions(Residues(prime, width, tuple(classes)), work)
            if around:
                number *= _through(mask, rank, exact, work)
            totals[d - rank] += number
            for line, members in classes.items():
                flat = mask | members
                if restrict and flat not in following and not (affine and flat & 1):
                    work.add(len(classes))
                    following[flat] = restrict(line, classes)
        level = following
    return tuple(totals)


def _regions(arrangement: Residues, work: Work) -> int:
    """How many regions lines of full rank have."""
    if arrangement.rank <= 2:
        return 2 * len(arrangement.rows) if arrangement.rank else 1
    return 2 * sum(map(abs, reduced_coefficients(arrangement, work)))


def _through(mask: int, rank: int, exact: Residues, work: Work) -> int:
    """How many regions the hyperplanes of a mask, of known rank, have alone."""
    if mask.bit_count() == rank:
        return 1 << rank
    rows = [row for i, row in enumerate(exact.rows) if mask >> i & 1]
    if rank == 2:
        return 2 * len(rows)
    return _regions(in_basis(rows, exact.prime), work)
