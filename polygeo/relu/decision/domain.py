"""Is x -> ReLU(W x + b) injective on a set of inputs D? The question, and how it is decided.

Theorem (puthawala2022globally for D = R^n and b = 0). Let D be convex with interior points. The
layer is injective on D if and only if for every x in D the rows {w_i : <w_i, x> + b_i >= 0} span
R^n. If D has no interior points, the directions of its affine hull take the place of R^n.

Proof. If f(x1) = f(x2), a row that is >= 0 at the middle x of x1 and x2 has one value at both and
does not see x1 - x2. Conversely let d be orthogonal to the rows that are >= 0 at x. Points x' next
to x and inside D have no further such rows, and x' + eps d, x' - eps d collide for small eps.

With z = (x, t) this is a question about the rows (w_i, b_i) and a cone, and the search is the one
for R^n with the inequalities of the cone as rows that are imposed in every node
(`polygeo.relu.decision.search.tree`). Points with t = 0 change nothing: only z inside the cone are
looked at. Without biases and with 0 in D the inequalities with c = 0 are enough, without t.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.exact import digits_of
from polygeo.answers.sequence import plain
from polygeo.errors import Refuted
from polygeo.polyhedra.vectors import Vector, dot, primitive, rank
from polygeo.relu.decision.domain_proof import DomainProof, check_on_domain
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix
from polygeo.relu.decision.sublayers import renumbered
from polygeo.relu.decision.witness import Witness, witness_in
from polygeo.relu.inputs import InputDomain, read_inputs
from polygeo.relu.interior import Interior, interior_of
from polygeo.relu.matrix import ExactMatrix, read_matrix, read_vector

__all__ = ["LayerOnDomain", "layer_on"]


class LayerOnDomain:
    """A layer W, b and its set of inputs; all of R^n if ``inputs`` is None.

    ``bias``: a matrix of one column, or None.
    """

    def __init__(
        self, matrix: ExactMatrix, bias: ExactMatrix | None, inputs: InputDomain | None
    ) -> None:
        self.matrix = matrix
        self.inputs = inputs
        self.bias = bias
        self.shape = matrix.shape
        self._domain = inputs or InputDomain(self.shape[1], ())

    @property
    def name(self) -> str:
        """The words of a verdict for biases and inputs."""
        parts = ["with biases"] if self.bias else []
        parts += [f"inputs: {self.inputs.name}"] if self.inputs is not None else []
        return ", ".join(parts)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of matrix, biases and inequalities, in hexadecimal."""
        state = hashlib.sha256(b"polygeo layer and inputs\n")
        state.update(self.matrix.digest.encode())
        for (b,) in self.bias.entries if self.bias else ():
            state.update(f" {digits_of(b.numerator)}/{digits_of(b.denominator)}".encode())
        state.update(f"\n{self.inputs.digest if self.inputs is not None else 'all'}\n".encode())
        return state.hexdigest()

    @cached_property
    def rows(self) -> tuple[Vector, ...]:
        """Primitive positive multiples of (w_i, b_i)."""
        if self.bias is None:
            return tuple((*row, 0) for row in self.matrix.rows)
        pairs = zip(self.matrix.entries, self.bias.entries, strict=True)
        return tuple(primitive((*row, *b)) for row, b in pairs)

    @cached_property
    def inequalities(self) -> tuple[Vector, ...]:
        """The vectors (a_j, c_j), none for R^n."""
        return self._domain.rows

    @cached_property
    def interior(self) -> Interior:
        """Hull of the inputs and a point inside."""
        return interior_of(self._domain)

    @cached_property
    def flat(self) -> bool:
        """The answer to "is the coordinate t superfluous?": no biases, and 0 is an input."""
        return self.bias is None and self._domain.has_origin

    @cached_property
    def _imposed(self) -> list[int]:
        """Numbers, among the strict inequalities, of those that the search needs."""
        return [p for p, row in enumerate(self._strict) if not self.flat or not row[-1]]

    @cached_property
    def dim(self) -> int:
        """The dimension of the affine hull of the inputs."""
        directions = self.interior.directions
        return self.shape[1] if directions is None else len(directions)

    @cached_property
    def _frame(self) -> tuple[Vector, ...]:
        """Vectors z: the directions of the hull, with t = 0, and unless it is flat a point."""
        n = self.shape[1]
        given = self.interior.directions
        assert given is not None
        if self.flat:
            return given
        point = primitive((*self.interior.point, mpq(1)))
        return (*((*d, 0) for d in given), point) if n else (point,)

    @property
    def _strict(self) -> list[Vector]:
        """The inequalities that are > 0 at the point inside."""
        return [self.inequalities[j] for j in self.interior.strict]

    @cached_property
    def search_rows(self) -> tuple[Vector, ...]:
        """The rows of the layer and then the imposed inequalities, in coordinates of the hull."""
        strict = self._strict
        chosen = [*self.rows, *(strict[p] for p in self._imposed)]
        if self.interior.directions is None:
            found = [row[:-1] for row in chosen] if self.flat else chosen
        else:
            size = self.shape[1] + (not self.flat)
            found = [tuple(dot(row[:size], z) for z in self._frame) for row in chosen]
        if not self.flat:
            found.append((*[0] * self.dim, 1))
        return tuple(found)

    @property
    def imposed(self) -> int:
        """The number of rows of the search that are inequalities."""
        return len(self._imposed) + (not self.flat)

    def scaled(self) -> ScaledMatrix:
        """Return what the compiled search reads: floats where all numbers are floats."""
        array = self._array()
        return ScaledMatrix(
            self.search_rows if array is None else None, array, self.imposed, self.dim
        )

    def _array(self) -> NDArray[np.float64] | None:
        floats = self.matrix.floats
        if floats is None or self.interior.directions is not None:
            return None
        column = self.bias.floats if self.bias else np.zeros((self.shape[0], 1))
        if column is None:
            return None
        width, strict = self.shape[1] + (not self.flat), self._strict
        floats = np.hstack([floats, column])[:, :width]
        imposed = [strict[p][:width] for p in self._imposed]
        if not self.flat:
            imposed.append((*[0] * (width - 1), 1))
        try:
            below = np.array(imposed, dtype=object).reshape(len(imposed), width).astype(np.float64)
        except OverflowError:
            return None
        if below.tolist() != list(map(list, imposed)):
            return None
        return np.ascontiguousarray(np.vstack([floats, below]))

    def is_input(self, z: Sequence[mpq]) -> bool:
        """Check whether a point of the search is an input, and not a direction to infinity.

        A search that its time ends may be anywhere.
        """
        return self.flat or self._framed(z)[self.shape[1]] > 0

    def _framed(self, z: Sequence[mpq]) -> Sequence[mpq]:
        """A point of the search in the coordinates of the inputs, with one more for biases."""
        if self.interior.directions is None:
            return z
        columns = list(zip(*self._frame, strict=True))
        return [sum((c * y for c, y in zip(column, z, strict=True)), mpq(0)) for column in columns]

    def point_of(self, z: Sequence[mpq]) -> list[mpq]:
        """Return the input (n numbers) of a point of the search, inside the set of inputs."""
        n = self.shape[1]
        z = self._framed(z)
        if not self.flat:
            return [mpq(c) / z[n] for c in z[:n]]
        # A small multiple satisfies the inequalities with c > 0 as well.
        factor = mpq(1)
        for row in self.inequalities:
            value = dot(row[:n], z)
            if row[-1] > 0 and value < 0:
                factor = min(factor, mpq(row[-1]) / (-2 * value))
        return [factor * c for c in z[:n]]

    def witness(self, x: Sequence[mpq]) -> Witness | None:
        """Find the collision next to an input inside the set; return None if there is none."""
        return witness_in(self.rows, self._strict, self.interior.directions, x)

    @property
    def images(self) -> list[Vector]:
        """The rows of the layer on the directions of the inputs."""
        return [row[: self.dim] for row in self.search_rows[: self.shape[0]]]

    def lacks_rank(self) -> bool:
        """Check whether all rows of the layer together span too little."""
        return rank(self.images) < self.dim

    def seen_at(self, x: Sequence[mpq]) -> int:
        """Count the rows with <w_i, x> + b_i >= 0 that are not constant on the inputs."""
        z = (*x, mpq(1))
        pairs = zip(self.rows, self.images, strict=True)
        return sum(any(image) and dot(row, z) >= 0 for row, image in pairs)

    def proof(self, tree: list[int]) -> DomainProof:
        """Return the proof with a tree of the search."""
        places = list(range(self.shape[0]))
        places += [self.shape[0] + p for p in self._imposed]
        places.append(self.shape[0] + len(self.interior.strict))
        return self.framed(renumbered(tree, places))

    def framed(self, tree: list[int]) -> DomainProof:
        """Return the proof with a tree whose rows have their final numbers, or with steps."""
        return DomainProof(self.interior.point, self.interior.equalities, tree)

    def holds(self, proof: DomainProof) -> bool:
        """Check a proof of injectivity; return whether it holds."""
        try:
            check_on_domain(self.rows, self.inequalities, proof)
        except Refuted:
            return False
        return True


def layer_on(W: Any, bias: Any = None, inputs: Any = None) -> LayerOnDomain | None:
    """Return the question about a layer with biases or on a set of inputs; None without both.

    Biases that are all 0 are none.

    ``bias``: m rationals; ``inputs``: see `polygeo.relu.inputs.read_inputs`.
    """
    if bias is None and inputs is None:
        return None
    matrix = read_matrix(W)
    m, n = matrix.shape
    column = None if bias is None else _column(plain(bias, "bias"), m)
    domain = read_inputs(inputs, n)
    if domain is not None and not domain.rows:
        domain = None
    return None if column is None and domain is None else LayerOnDomain(matrix, column, domain)


def _column(bias: Any, m: int) -> ExactMatrix | None:
    """m biases as a column, floats as they are; None if all of them are 0."""
    if isinstance(bias, np.ndarray):
        bias = bias.reshape(-1) if bias.ndim == 2 and 1 in bias.shape else bias
        floating = bias.dtype.kind == "f" and bias.dtype.itemsize <= 8
        if floating and bias.shape == (m,) and np.isfinite(bias).all():
            return ExactMatrix(np.array(bias[:, None], np.float64), None) if bias.any() else None
    read = read_vector(bias, m, "bias")
    return ExactMatrix(None, tuple((b,) for b in read)) if any(read) else None
