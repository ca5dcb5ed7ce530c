"""Vector instructions in single precision, for the cached operators; see `double`."""

# mypy: disable-error-code="no-untyped-def, import-untyped, call-arg"

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils

from polygeo.simd.double import (
    INT,
    call,
    fma,
    instruction,
    load,
    long,
    number,
    splat,
    store,
    variable,
)
from polygeo.simd.units import WIDE

__all__ = ["WIDE", "below", "least", "responses"]

_ROW = ir.VectorType(ir.FloatType(), WIDE)


@instruction(types.none, long, long, long, long, long, long)
def responses(builder, table, offset, sample, length, blocks, out):
    """Set out[16 b + i] = sum_j table[offset + (b length + j) 16 + i] sample[j]; float32."""
    wide = number(WIDE)
    total = variable(builder, ir.Constant(_ROW, None))
    with cgutils.for_range(builder, blocks, intp=INT) as block:
        builder.store(ir.Constant(_ROW, None), total)
        begin = builder.add(offset, builder.mul(builder.mul(block.index, length), wide))
        with cgutils.for_range(builder, length, intp=INT) as loop:
            place = builder.add(begin, builder.mul(loop.index, wide))
            scale = splat(builder, load(builder, sample, loop.index, ir.FloatType()), _ROW)
            row = load(builder, table, place, _ROW)
            builder.store(fma(builder, scale, row, builder.load(total)), total)
        store(builder, builder.load(total), out, builder.mul(block.index, wide))


@instruction(types.float32, long, long)
def least(builder, values, blocks):
    """Return min(0, min_{i < 16 blocks} values[i]); float32."""
    most = variable(builder, ir.Constant(_ROW, None))
    with cgutils.for_range(builder, blocks, intp=INT) as block:
        new = load(builder, values, builder.mul(block.index, number(WIDE)), _ROW)
        old = builder.load(most)
        builder.store(builder.select(builder.fcmp_ordered("<", new, old), new, old), most)
    name = f"llvm.vector.reduce.fmin.v{WIDE}f32"
    return call(builder, name, ir.FloatType(), [builder.load(most)], ("nnan",))


@instruction(long, long, long, types.float32)
def below(builder, values, blocks, bound):
    """Return the bits i with not (values[i] > bound), for i < 16 blocks <= 64; float32."""
    limit = splat(builder, bound, _ROW)
    found = variable(builder, number(0))
    with cgutils.for_range(builder, blocks, intp=INT) as block:
        place = builder.mul(block.index, number(WIDE))
        under = builder.fcmp_unordered("<=", load(builder, values, place, _ROW), limit)
        word = builder.zext(builder.bitcast(under, ir.IntType(WIDE)), INT)
        builder.store(builder.or_(builder.load(found), builder.shl(word, place)), found)
    return builder.load(found)
