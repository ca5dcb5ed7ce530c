"""Rows modulo the span of some of them, with error bounds, and proofs that rows are independent.

A quotient is an array of coordinates (dims, width), a vector a column, and errors (width,): the
real vector differs from column j by at most error_j in each coordinate. Dividing by one more row is
a step of elimination in the coordinate in which that row is largest. The answer True is proved;
where the errors leave the question open, the answer is False. The bounds are proved in
docs/injectivity.
"""

# mypy: disable-error-code="call-arg, no-untyped-def, import-untyped"

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from polygeo.simd.compiled import njit
from polygeo.simd.double import (
    INT,
    LANES,
    PIECE,
    UNIT,
    address,
    call,
    fma,
    instruction,
    load,
    long,
    number,
    put,
    read,
    real,
    splat,
    store,
    variable,
)

__all__ = ["all_independent", "away_from_zero", "divide", "on_a_line"]

TINY = 1e-290
CLEAR = 1000.0
"""Smallest ratio of the size of a row to its error with which the row is divided by."""

_FAST = {"contract", "nsz"}


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def divide(old, old_error, new, new_error, factor, pivot, low):
    """Compute the quotient by column ``pivot``, from ``low`` on; False if the pivot may be zero.

    ``new`` has one coordinate fewer; ``factor`` (width,) is scratch.
    """
    dims, width = old.shape
    place, size = 0, -1.0
    for c in range(dims):
        if abs(old[c, pivot]) > size:
            size, place = abs(old[c, pivot]), c
    error = old_error[pivot]
    if not size > CLEAR * error:
        return False
    inverse = 1.0 / old[place, pivot]
    # Slices, so that the compiler sees indices from 0 on.
    count = width - low
    first, share = old[place, low:], factor[low:]
    errors, bound = old_error[low:], new_error[low:]
    for j in range(count):
        share[j] = first[j] * inverse
        bound[j] = 0.0
    for c in range(dims):
        row = old[c, low:]
        for j in range(count):
            bound[j] = max(bound[j], abs(row[j]))
    for j in range(count):
        spread = errors[j] + abs(share[j]) * error
        bound[j] = 2.01 * spread + 8.0 * UNIT * bound[j] + TINY
    target = 0
    for c in range(dims):
        if c != place:
            entry = old[c, pivot]
            row, image = old[c, low:], new[target, low:]
            for j in range(count):
                image[j] = row[j] - share[j] * entry
            target += 1
    return True


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def away_from_zero(vectors, error, size):
    """Set size_j > 0 for the columns that are not zero and may be divided by, else size_j = 0."""
    dims, width = vectors.shape
    size[:] = 0.0
    for c in range(dims):
        for j in range(width):
            size[j] = max(size[j], abs(vectors[c, j]))
    for j in range(width):
        if not size[j] > CLEAR * error[j]:
            size[j] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def on_a_line(vectors, error, group):
    """Check whether the columns of a group seem to be multiples of each other (not proved)."""
    dims, first = vectors.shape[0], group[0]
    place, size = 0, -1.0
    for c in range(dims):
        if abs(vectors[c, first]) > size:
            size, place = abs(vectors[c, first]), c
    for g in range(1, group.shape[0]):
        j = group[g]
        factor = vectors[place, j] / vectors[place, first]
        for c in range(dims):
            gap = abs(vectors[c, j] - factor * vectors[c, first])
            if gap > error[j] + abs(factor) * error[first]:
                return False
    return True


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def all_independent(
    vectors, error, count, groups, starts, merge, work, errors, factor, normals
):  # fmt: skip
    """Prove that every choice of one column from each of ``count`` groups is independent.

    ``vectors`` (count, width) and ``error``: a quotient of dimension ``count``; group g is
    groups[starts[g]:starts[g+1]]. With ``merge`` (which proves nothing) one column stands for a
    group on a line. Large groups come last. Scratch, with a width of at least LANES / 2 and of all
    groups together: ``work`` (count, count, width), ``errors`` (count, width), ``factor``
    (width + LANES,), ``normals`` (5, largest group squared + LANES); the first two may be larger.
    """
    begin = np.zeros(count + 1, np.int64)
    order = np.empty(count, np.int64)
    for g in range(count):
        size, place = starts[g + 1] - starts[g], g
        while place > 0 and starts[order[place - 1] + 1] - starts[order[place - 1]] > size:
            order[place] = order[place - 1]
            place -= 1
        order[place] = g
    total = 0
    for g in range(count):
        low, high = starts[order[g]], starts[order[g] + 1]
        if merge and high - low > 1 and on_a_line(vectors, error, groups[low:high]):
            high = low + 1
        for j in range(low, high):
            for c in range(count):
                work[0, c, total] = vectors[c, groups[j]]
            errors[0, total] = error[groups[j]]
            total += 1
        begin[g + 1] = total
    if count == 1:
        return True  # the columns are not zero
    position = np.empty(count, np.int64)
    width = work.shape[2]
    columns, bounds, lengths = address(work), address(errors), address(factor)
    planes = address(normals)
    level = 0
    position[0] = begin[0]
    while level >= 0:
        i = position[level]
        if i == begin[level + 1]:
            level -= 1
            continue
        position[level] += 1
        dims = count - level
        if dims > 3:
            if not divide(
                work[level, :dims, :total],
                errors[level, :total],
                work[level + 1, : dims - 1, :total],
                errors[level + 1, :total],
                factor,
                i,
                begin[level + 1],
            ):
                return False
            level += 1
            position[level] = begin[level]
            continue
        if dims == 2:
            if not _pairs(work[level], errors[level], i, begin[level + 1], begin[level + 2]):
                return False
        elif not _triples(
            columns + 8 * level * work.shape[1] * width,
            width,
            bounds + 8 * level * width,
            begin[level:],
            lengths,
            planes,
            normals.shape[1],
        ):
            return False
        else:
            level -= 1  # all columns of this group at once
    return True


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def _pairs(vectors, error, i, low, high):
    """Whether column i is independent of each of the columns from low to high, dimension 2."""
    x, y = vectors[0], vectors[1]
    length = abs(x[i]) + abs(y[i]) + error[i]
    blur = error[i] + 3.0 * UNIT * length
    doubtful = 0
    for j in range(low, high):
        gap = abs(x[i] * y[j] - y[i] * x[j])
        other = abs(x[j]) + abs(y[j]) + error[j]
        doubtful += not gap > 1.01 * (blur * other + error[j] * length) + TINY
    return doubtful == 0


@instruction(types.none, *[long] * 10)
def _normals(builder, out, stride, start, vectors, width, error, length, i, low, high):
    """The normals of column i with each of the columns from low to high, by whole vectors.

    ``vectors`` (3, width), ``error``, ``length``: addresses of the columns and their bounds;
    ``out`` (5, stride): coordinates of the normals, errors and lengths, from ``start`` on.
    """

    def product(x, y):
        return builder.fmul(x, y)

    def at_i(base):
        return splat(builder, load(builder, base, i, ir.DoubleType()), PIECE)

    def cross(y, z, other_y, other_z):
        return fma(builder, y, other_z, builder.fneg(product(z, other_y)))

    def modulus(x):
        return call(builder, f"llvm.fabs.v{LANES}f64", PIECE, [x])

    def constant(x):
        return ir.Constant(PIECE, [x] * LANES)

    rows = [builder.add(vectors, builder.mul(number(8 * c), width)) for c in range(3)]
    x, y, z, blur, reach = map(at_i, (*rows, error, length))
    with cgutils.for_range_slice(builder, low, high, number(LANES), intp=INT) as (place, _):
        u, v, w, other_blur, other_reach = (
            load(builder, base, place, PIECE) for base in (*rows, error, length)
        )
        normal = [cross(y, z, v, w), cross(z, x, w, u), cross(x, y, u, v)]
        size = builder.fadd(builder.fadd(*map(modulus, normal[:2])), modulus(normal[2]))
        size = product(constant(1.01), size)
        gap = product(product(constant(3.0 * UNIT), reach), other_reach)
        gap = fma(builder, blur, other_reach, fma(builder, other_blur, reach, gap))
        gap = fma(builder, constant(4.0 * UNIT), size, product(constant(1.01), gap))
        gap = fma(builder, constant(1.01), gap, constant(TINY))
        target = builder.add(start, builder.sub(place, low))
        for value in (*normal, gap, size):
            store(builder, value, out, target)
            target = builder.add(target, stride)


@instruction(long, *[long] * 3, *[real] * 5)
def _doubtful(builder, normals, stride, count, u, v, w, error, length):
    """Whether the vector (u, v, w) may lie in a plane with one of ``count`` normals; 0 if not."""
    numbers = ir.VectorType(INT, LANES)
    lanes = ir.Constant(numbers, list(range(LANES)))
    end = splat(builder, count, numbers)
    u, v, w, error, length = (splat(builder, x, PIECE) for x in (u, v, w, error, length))
    tiny = ir.Constant(PIECE, [TINY] * LANES)
    doubt = variable(builder, ir.Constant(ir.IntType(LANES), 0))
    with cgutils.for_range_slice(builder, number(0), count, number(LANES), intp=INT) as (place, _):
        a, b, c, blur, size = (
            load(builder, normals, builder.add(place, builder.mul(number(row), stride)), PIECE)
            for row in range(5)
        )
        gap = fma(builder, a, u, fma(builder, b, v, builder.fmul(c, w)))
        gap = call(builder, f"llvm.fabs.v{LANES}f64", PIECE, [gap])
        limit = fma(builder, blur, length, fma(builder, size, error, tiny))
        inside = builder.icmp_signed("<", builder.add(lanes, splat(builder, place, numbers)), end)
        open_ = builder.and_(inside, builder.fcmp_unordered("<=", gap, limit))
        seen = builder.or_(builder.load(doubt), builder.bitcast(open_, ir.IntType(LANES)))
        builder.store(seen, doubt)
    return builder.zext(builder.load(doubt), INT)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def _triples(vectors, width, error, begin, length, normals, stride):
    """Whether every choice from three groups is independent, dimension 3.

    The normals of all pairs from two groups first, then one column of the third after the other.
    ``vectors`` (3, width), ``error`` and ``length`` (width,), ``normals`` (5, stride): addresses.
    """
    for j in range(begin[0], begin[3]):
        size = read(error, j)
        for c in range(3):
            size += abs(read(vectors, c * width + j))
        put(length, j, size)
    count = 0
    for i in range(begin[0], begin[1]):
        _normals(normals, stride, count, vectors, width, error, length, i, begin[1], begin[2])
        count += begin[2] - begin[1]
    for j in range(begin[2], begin[3]):
        u, v, w = read(vectors, j), read(vectors, width + j), read(vectors, 2 * width + j)
        if _doubtful(normals, stride, count, u, v, w, read(error, j), read(length, j)):
            return False
    return True
