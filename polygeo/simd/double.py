"""Vector instructions for the kernels: short loops whose width LLVM cannot guess.

Numba vectorises long loops well and short ones badly: with 13 active generators most of the time
goes into scalar remainders and reference counts. The functions here emit the vector operations
themselves (through numba's `intrinsic`), on rows padded with zeros to whole vectors, so that
there is no remainder. LLVM lowers them to what the machine has (AVX-512, AVX, SSE, NEON). A product
and a sum may contract to one rounding; every bound of `certificate` allows that.

Memory is named by its address (`address` of an array, an int64; the array must outlive the use),
places are counted in elements, and nothing is checked: the functions are for the compiled code of
polygeo.
"""

# mypy: disable-error-code="no-untyped-def, import-untyped, call-arg"

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from polygeo.simd.compiled import njit
from polygeo.simd.units import LANES, UNIT

__all__ = [
    "INT",
    "LANES",
    "PIECE",
    "UNIT",
    "above",
    "add_scaled",
    "address",
    "bits",
    "call",
    "clear",
    "column",
    "combine",
    "copy",
    "dot",
    "fma",
    "gather",
    "instruction",
    "largest",
    "load",
    "long",
    "lowest",
    "number",
    "padded",
    "plus_scaled",
    "put",
    "put_index",
    "rank_one",
    "read",
    "read_index",
    "splat",
    "store",
    "sum_of_moduli",
    "variable",
]

INT = ir.IntType(64)
_REAL = ir.DoubleType()
PIECE = ir.VectorType(_REAL, LANES)

long, real = types.int64, types.float64


@njit(cache=True, nogil=True, inline="always")
def padded(count):
    """Return ``count`` rounded up to whole vectors of float64."""
    return (count + 7) // 8 * 8


@njit(cache=True, nogil=True, inline="always")
def address(array):
    """Return the address of the data of an array."""
    return array.ctypes.data


def number(value: int) -> Any:
    """Return a constant int64."""
    return ir.Constant(INT, value)


def _at(builder: Any, base: Any, place: Any, kind: Any) -> Any:
    """Return the pointer to a number or a vector of them that starts at an element."""
    element = kind.element if isinstance(kind, ir.VectorType) else kind
    start = builder.gep(builder.inttoptr(base, element.as_pointer()), [place])
    return builder.bitcast(start, kind.as_pointer())


def load(builder: Any, base: Any, place: Any, kind: Any) -> Any:
    """Return a number, or a vector of them, from element ``place`` on."""
    return builder.load(_at(builder, base, place, kind), align=4)


def store(builder: Any, value: Any, base: Any, place: Any) -> None:
    """Write a number or a vector of numbers from element ``place`` on."""
    builder.store(value, _at(builder, base, place, value.type), align=4)


def variable(builder: Any, value: Any) -> Any:
    """Return the address of a variable with this first value."""
    place = cgutils.alloca_once(builder, value.type)
    builder.store(value, place)
    return place


def splat(builder: Any, scalar: Any, kind: ir.VectorType) -> Any:
    """Return a vector of equal numbers."""
    undefined = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(undefined, scalar, number(0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), kind.count), None)
    return builder.shuffle_vector(first, undefined, zeros)


def fma(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """Return a b + c for vectors, with one or two roundings."""
    kind = a.type
    name = f"llvm.fmuladd.v{kind.count}{'f64' if kind.element is _REAL else 'f32'}"
    return call(builder, name, kind, [a, b, c])


def call(builder: Any, name: str, result: Any, args: list[Any], flags: tuple = ()) -> Any:
    """Return the value of a function of LLVM."""
    kind = ir.FunctionType(result, [arg.type for arg in args])
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    return builder.call(function, args, fastmath=flags)


def _pieces(builder: Any, width: Any) -> Any:
    """Return a loop over the vectors of a row: the context manager gives the place of each."""
    return cgutils.for_range_slice(builder, number(0), width, number(LANES), intp=INT)


def instruction(result: Any, *kinds: Any) -> Callable[[Callable[..., Any]], Any]:
    """Return an njit function of scalars from a function emit(builder, *args) of its code."""

    def declare(emit: Callable[..., Any]) -> Any:
        def generate(context: Any, builder: Any, _: Any, args: Any) -> Any:
            value = emit(builder, *args)
            return context.get_dummy_value() if value is None else value

        def typed(typing: Any, *args: Any) -> Any:
            return result(*kinds), generate

        typed.__name__, typed.__doc__ = emit.__name__, emit.__doc__
        # Numba counts the arguments: the builder stands where it expects the typing context.
        typed.__signature__ = signature(emit)  # type: ignore[attr-defined]
        return intrinsic(typed)

    return declare


@instruction(real, long, long)
def read(builder, values, place):
    """Return values[place]; float64."""
    return load(builder, values, place, _REAL)


@instruction(long, long, long)
def read_index(builder, values, place):
    """Return values[place]; int64."""
    return load(builder, values, place, INT)


@instruction(types.none, long, long, real)
def put(builder, values, place, value):
    """Set values[place] = value; float64."""
    store(builder, value, values, place)


@instruction(types.none, long, long, long)
def put_index(builder, values, place, value):
    """Set values[place] = value; int64."""
    store(builder, value, values, place)


@instruction(types.none, long, long, long, long, long)
def gather(builder, out, values, start, index, count):
    """Set out[j] = values[start + index[j]] for j < count; float64, int64 indices."""
    with cgutils.for_range(builder, count, intp=INT) as loop:
        place = builder.add(start, load(builder, index, loop.index, INT))
        store(builder, load(builder, values, place, _REAL), out, loop.index)


def _combine(size: int) -> Any:
    def combine(builder, out, initial, matrix, stride, index, factors, count, start):
        sums = []
        for n in range(size):
            place = builder.add(start, number(n * LANES))
            sums.append(variable(builder, load(builder, initial, place, PIECE)))
        with cgutils.for_range(builder, count, intp=INT) as loop:
            row = builder.mul(load(builder, index, loop.index, INT), stride)
            scale = builder.fneg(load(builder, factors, loop.index, _REAL))
            scale = splat(builder, scale, PIECE)
            for n, total in enumerate(sums):
                place = builder.add(builder.add(row, start), number(n * LANES))
                piece = load(builder, matrix, place, PIECE)
                builder.store(fma(builder, scale, piece, builder.load(total)), total)
        for n, total in enumerate(sums):
            store(builder, builder.load(total), out, builder.add(start, number(n * LANES)))

    return instruction(types.none, *[long] * 8)(combine)


_one, _two, _four = _combine(1), _combine(2), _combine(4)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def combine(out, initial, matrix, stride, index, factors, count, width):
    """Set out = initial - sum_{j < count} factors[j] matrix[index[j]], on ``width``; float64."""
    i = 0
    while i + 32 <= width:
        _four(out, initial, matrix, stride, index, factors, count, i)
        i += 32
    if i + 16 <= width:
        _two(out, initial, matrix, stride, index, factors, count, i)
        i += 16
    if i < width:
        _one(out, initial, matrix, stride, index, factors, count, i)


@instruction(types.none, long, long, long, long, long, long)
def column(builder, out, values, start, stride, factors, count):
    """Set out[j] = factors[j] values[start + j stride] for j < count; float64."""
    with cgutils.for_range(builder, count, intp=INT) as loop:
        place = builder.add(start, builder.mul(loop.index, stride))
        scale = load(builder, factors, loop.index, _REAL)
        value = builder.fmul(scale, load(builder, values, place, _REAL))
        store(builder, value, out, loop.index)


@instruction(types.none, long, long, long, real, long, long)
def rank_one(builder, matrix, stride, vector, factor, count, width):
    """Add factor * vector[i] * vector[:width] to matrix[i, :width] for i < count; float64."""
    with _pieces(builder, width) as (start, _):
        piece = load(builder, vector, start, PIECE)
        with cgutils.for_range(builder, count, intp=INT) as loop:
            scale = builder.fmul(load(builder, vector, loop.index, _REAL), factor)
            place = builder.add(builder.mul(loop.index, stride), start)
            old = load(builder, matrix, place, PIECE)
            new = fma(builder, splat(builder, scale, PIECE), piece, old)
            store(builder, new, matrix, place)


@instruction(types.none, long, long, real, long)
def add_scaled(builder, out, vector, factor, width):
    """Add factor * vector[:width] to out[:width]; float64."""
    scale = splat(builder, factor, PIECE)
    with _pieces(builder, width) as (i, _):
        old = load(builder, out, i, PIECE)
        store(builder, fma(builder, scale, load(builder, vector, i, PIECE), old), out, i)


@instruction(types.none, long, long, long, real, long)
def plus_scaled(builder, out, values, vector, factor, width):
    """Set out[:width] = values[:width] + factor * vector[:width]; float64."""
    scale = splat(builder, factor, PIECE)
    with _pieces(builder, width) as (i, _):
        old = load(builder, values, i, PIECE)
        store(builder, fma(builder, scale, load(builder, vector, i, PIECE), old), out, i)


@instruction(types.none, long, long, long, long, real, long)
def copy(builder, out, start, values, origin, factor, width):
    """Set out[start + i] = factor * values[origin + i] for i < width; float64."""
    scale = splat(builder, factor, PIECE)
    with _pieces(builder, width) as (i, _):
        old = load(builder, values, builder.add(origin, i), PIECE)
        store(builder, builder.fmul(scale, old), out, builder.add(start, i))


@instruction(types.none, long, long)
def clear(builder, out, start):
    """Set out[start + i] = 0 for i < LANES; float64."""
    store(builder, ir.Constant(PIECE, None), out, start)


@instruction(real, long, long, long)
def dot(builder, a, b, width):
    """Return sum_{i < width} a[i] b[i]; float64."""
    total = variable(builder, ir.Constant(PIECE, None))
    with _pieces(builder, width) as (i, _):
        left, right = load(builder, a, i, PIECE), load(builder, b, i, PIECE)
        builder.store(fma(builder, left, right, builder.load(total)), total)
    zero = ir.Constant(_REAL, -0.0)
    name = f"llvm.vector.reduce.fadd.v{LANES}f64"
    return call(builder, name, _REAL, [zero, builder.load(total)], ("reassoc",))


@instruction(real, long, long)
def largest(builder, values, width):
    """Return max(0, max_{i < width} values[i]); float64."""
    most = variable(builder, ir.Constant(PIECE, None))
    with _pieces(builder, width) as (i, _):
        new, old = load(builder, values, i, PIECE), builder.load(most)
        builder.store(builder.select(builder.fcmp_ordered(">", new, old), new, old), most)
    name = f"llvm.vector.reduce.fmax.v{LANES}f64"
    return call(builder, name, _REAL, [builder.load(most)], ("nnan",))


@instruction(real, long, long)
def sum_of_moduli(builder, values, width):
    """Return sum_{i < width} |values[i]|; float64."""
    total = variable(builder, ir.Constant(PIECE, None))
    with _pieces(builder, width) as (i, _):
        size = call(builder, f"llvm.fabs.v{LANES}f64", PIECE, [load(builder, values, i, PIECE)])
        builder.store(builder.fadd(builder.load(total), size), total)
    zero = ir.Constant(_REAL, -0.0)
    name = f"llvm.vector.reduce.fadd.v{LANES}f64"
    return call(builder, name, _REAL, [zero, builder.load(total)], ("reassoc",))


@instruction(long, long, long, real)
def above(builder, values, start, bound):
    """Return the bits i < LANES with values[start + i] > bound; float64."""
    limit = splat(builder, bound, PIECE)
    over = builder.fcmp_ordered(">", load(builder, values, start, PIECE), limit)
    return builder.zext(builder.bitcast(over, ir.IntType(LANES)), INT)


@instruction(long, long)
def lowest(builder, mask):
    """Return the place of the lowest bit of a mask that is not 0."""
    return builder.cttz(mask, ir.Constant(ir.IntType(1), 1))


@instruction(long, long)
def bits(builder, mask):
    """Return how many bits of a mask are set."""
    return builder.ctpop(mask)
