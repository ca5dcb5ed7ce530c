"""Cached operators: in small dimension few active sets occur, and each is solved once.

For an active set P the signs that the Kuhn-Tucker conditions ask for are the signs of <r_i, y>,
one unit vector r_i for each generator: for i in P the dual vector of a_i in the span of P, for
the others the component of -a_i orthogonal to that span. With these N rows cached by the bit mask
of P, a pivot is one small matrix-vector product, and the face is *proved* once all
<r_i, y> > tau = (eps_P + (d + 3) 2^-24) |y|, where eps_P bounds the error of the rows: rows and
products are float32, so about one sample in 10^5 stays undecided and goes on to `nnls`.

The rows come from the Gram matrix in float64 with a proved error (docs/certificate.rst); sets for
which that bound is poor (ill-conditioned faces, generators in the span of a face) are handed out,
and their rows are entered from exact arithmetic. Pivots follow the block principal pivoting of
kimpark2011fast, guarded by single exchanges; what does not end goes on to `nnls` as well. A full
table is emptied: the answer never depends on what happens to be cached.
"""

# mypy: disable-error-code="call-arg, no-untyped-def, import-untyped"

from __future__ import annotations

import numpy as np

from polygeo.sampling.faces.certificate import defect
from polygeo.sampling.faces.nnls import append, scratch
from polygeo.sampling.faces.outcomes import DEFERRED, MARGIN, PROVED, UNDECIDED
from polygeo.sampling.faces.table import READY, WANTED, find, new_slot, write
from polygeo.simd.compiled import njit
from polygeo.simd.double import address, bits, combine, gather, padded, put, read, read_index
from polygeo.simd.single import WIDE, below, least, responses

__all__ = ["search"]

POOR = 1e-6
"""Relative error of the rows of a set from which exact arithmetic is used."""

SINGLE = 2.0**-24
"""Largest relative error of one rounding to float32."""


@njit(cache=True, nogil=True, error_model="numpy")
def _build(units, gram, slack, rank, table, key, work):
    """A new slot for a set, its rows from float64; WANTED where their error bound is poor."""
    count, dim = units.shape
    width = gram.shape[1]
    matrix = address(gram)
    space = scratch(work, count, rank)
    g, f = space.g, space.f
    slot = new_slot(table, key)
    table.state[slot] = WANTED
    position = np.empty(count, np.int64)
    k = 0
    for i in range(count):
        position[i] = -1
        if key >> i & 1:
            position[i] = k
            put(space.w, i, 1.0)
            if not append(matrix, width, space.w, space, k, i) > 0.0:
                return slot
            k += 1
    size = defect(matrix, width, slack, space, k)
    if not size < 0.1:
        return slot
    spread = size / (1.0 - size)
    total = 0.0
    for j in range(k):
        total += read(space.e, j)
    row = np.empty(dim)
    worst = 0.0
    care = 0
    for i in range(count):
        n = position[i]
        if n < 0 and k == rank:
            continue
        if n >= 0:
            for m in range(dim):
                row[m] = 0.0
            for j in range(k):
                put(g, j, -read(space.inverse, n * space.stride + j))
            error = read(space.e, n) * (spread + slack)
        else:
            gather(f, matrix, i * width, space.face, k)
            stride = space.stride
            combine(g, space.zero, space.inverse, stride, space.rows, f, k, padded(k))
            length = 0.0
            for j in range(k):
                length += abs(read(g, j))
            error = slack * total + (length + slack * total) * spread + slack * (1.0 + length)
            for m in range(dim):
                row[m] = -units[i, m]
        # g holds the negative coefficients of the row in the generators of the face.
        for j in range(k):
            for m in range(dim):
                row[m] -= read(g, j) * units[read_index(space.face, j), m]
        norm = 0.0
        for m in range(dim):
            norm += row[m] * row[m]
        norm = norm**0.5
        if not MARGIN * 2.0 * error < POOR * norm:
            return slot
        worst = max(worst, 2.0 * error / norm)
        for m in range(dim):
            row[m] /= norm
        write(table, slot, i, row)
        care |= 1 << i
    table.error[slot] = MARGIN * worst + slack
    table.care[slot] = care
    table.state[slot] = READY
    return slot


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _one_exchange(before, negative, z, count):
    """From the last set: all negative of the face leave, the most negative of the rest enters."""
    most = np.float32(0.0)
    one = -1
    for i in range(count):
        if ~before >> i & negative >> i & 1 and z[i] < most:
            most = z[i]
            one = i
    key = before & ~negative
    return key | 1 << one if one >= 0 else key


@njit(cache=True, nogil=True, error_model="numpy")
def search(units, gram, slack, rank, table, samples, norms, work, dims, status, faces, wanted):
    """Compute the faces of a batch of samples (n, d) from cached operators; return the sets wanted.

    Fills dims (n,), status (n,: PROVED, UNDECIDED, DEFERRED) and faces (n, 1: the last set tried).
    A DEFERRED sample met a set that needs exact arithmetic: ``wanted`` lists these sets, whose
    number is returned; after `enter` the sample can be tried again. Samples whose status is not
    DEFERRED on entry are skipped.
    """
    count, dim = units.shape
    blocks = (count + WIDE - 1) // WIDE
    each = blocks * dim * WIDE
    z = np.zeros(blocks * WIDE, np.float32)
    y = np.zeros(dim, np.float32)
    rows, signs, point = address(table.rows), address(z), address(y)
    # Block pivoting exchanges all; with dependent generators it pays to let fewer enter.
    start = np.float32(0.3 if count == rank else 0.6)
    share = np.float32(0.0 if count == rank else 0.6)
    asked = 0
    for s in range(samples.shape[0]):
        norm = norms[s]
        if status[s] != DEFERRED or not 1e-15 < norm < 1e15:
            status[s] = status[s] if status[s] != DEFERRED else UNDECIDED
            continue
        status[s] = UNDECIDED
        for j in range(dim):
            y[j] = samples[s, j]
        key = 0
        before = 0
        negative = 0
        fewest = count + 1
        spare = 3
        for _turn in range(2 * count + 20):
            slot = -1
            if bits(key) <= rank:
                slot = table.where[find(table, key)]
                if slot < 0:
                    slot = _build(units, gram, slack, rank, table, key, work)
            if slot < 0 or table.state[slot] != READY:
                if slot >= 0 and table.state[slot] == WANTED:
                    status[s] = DEFERRED
                    known = False
                    for n in range(asked):
                        known = known or wanted[n] == key
                    if not known and asked < wanted.shape[0]:
                        wanted[asked] = key
                        asked += 1
                    break
                key = _one_exchange(before, negative, z, count)
                if key == before:
                    break
                continue
            responses(rows, slot * each, point, dim, blocks, signs)
            care = table.care[slot]
            # The true sign is certain beyond tau, rounded up to a float32.
            tau = MARGIN * (table.error[slot] + (dim + 3) * SINGLE) * norm
            if below(signs, blocks, np.float32(tau * MARGIN)) & care == 0:
                dims[s] = bits(key)
                status[s] = PROVED
                break
            negative = below(signs, blocks, np.float32(0.0)) & care
            if negative == 0:
                break
            before = key
            if key == 0:
                key = below(signs, blocks, start * least(signs, blocks)) & negative
                continue
            several = negative
            if share > 0.0:
                most = np.float32(0.0)
                for i in range(count):
                    if care & ~key >> i & 1:
                        most = min(most, z[i])
                several &= key | below(signs, blocks, share * most)
            amount = bits(negative)
            if amount < fewest or spare > 0:
                spare = 3 if amount < fewest else spare - 1
                fewest = min(fewest, amount)
                key ^= several
            else:
                one = 0
                while negative >> (one + 1):
                    one += 1
                key ^= 1 << one
        faces[s, 0] = key
    return asked
