"""Is the layer x -> ReLU(W x + b) injective? A decision with its proof.

Theorem (puthawala2022globally). For every real matrix W with n columns, x -> ReLU(W x) is injective
on R^n if and only if for every x, x = 0 included, the rows {w_i : <w_i, x> >= 0} span R^n. With
biases, or on a set of inputs: `polygeo.relu.decision.domain`.

Floating point proposes and exact arithmetic disposes; a verdict is proved when it is returned. The
question is coNP-complete (froese2025complexity): the time grows exponentially with n, not with m.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from os import PathLike
from typing import Any

import numpy as np
from gmpy2 import mpq

from polygeo.answers.options import check_fields, flag
from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.progress import patient
from polygeo.relu.decision.budget import Budget
from polygeo.relu.decision.divided import Divided, undecided
from polygeo.relu.decision.domain import LayerOnDomain, layer_on
from polygeo.relu.decision.domain_proof import DomainProof, check_on_domain
from polygeo.relu.decision.domain_search import decide_on
from polygeo.relu.decision.search.scaled_matrix import ScaledMatrix
from polygeo.relu.decision.steps import check_proof
from polygeo.relu.decision.storage import load_proof, save_proof
from polygeo.relu.decision.sublayers import STRUCTURED, looks_structured
from polygeo.relu.decision.witness import Witness, collides, witness_at, witness_of_few
from polygeo.relu.matrix import ExactMatrix, read_matrix

__all__ = ["Verdict", "is_injective"]

MAX_COLUMNS = 20
"""Largest n for which a proof of injectivity is searched for without a budget."""
MAX_COLUMNS_EXACT = 13
"""Largest n for which a proof is searched for without a budget in exact arithmetic."""


class Verdict:
    """The answer to "is this layer injective?", with its proof.

    * ``injective``: the answer, also ``bool(verdict)``.
    * ``witness``, ``collision``: for a layer that is not injective, (x, direction, eps) and two
      rational inputs with one image.
    * ``certificate``: for an injective layer, the tree or the steps that
      `polygeo.relu.decision.steps` checks.
    * ``setting``: words for the biases and the set of inputs, empty without them.
    * ``matrix``, ``shape``, ``digest``: the layer, its size (m, n) and its SHA-256; ``point``: a
      point of the witness before it was made exact.
    * ``record``, ``proof``: the stored certificate, and what makes it at the first use.
    * ``domain``, ``on_domain``: the biases and the set of inputs, and whether there are any.

    `verify` checks the proof in exact arithmetic.
    """

    source = "puthawala2022globally"
    RECORDED = ("injective", "shape", "digest", "setting", "collision")

    def __init__(
        self,
        injective: bool,
        matrix: ExactMatrix | None,
        shape: tuple[int, int],
        digest: str | None,
        point: Any = None,
        witness: Witness | None = None,
        record: list[int] | DomainProof | None = None,
        proof: Callable[[], Any] | None = None,
        domain: LayerOnDomain | None = None,
        on_domain: bool = False,
    ) -> None:
        self.injective = flag(injective, "injective")
        self.shape = shape
        self._digest = digest
        self._matrix = matrix
        self._witness = witness
        self._record = record
        self._domain = domain
        self._on_domain = flag(on_domain, "on_domain") or domain is not None
        check_fields(self, shape=[int], _matrix=ExactMatrix | None, _witness=Witness | None)
        check_fields(self, _digest=str | None, _domain=LayerOnDomain | None)
        check_fields(self, _record=list | DomainProof | None)
        unfounded = (record if injective else witness) is None
        if len(shape) != 2 or (matrix is None and unfounded) or (matrix is None and digest is None):
            raise DomainError("Verdicts are made by is_injective and Verdict.load")
        if matrix is not None:
            self.shape = matrix.shape
        self._point = point
        self._proof = proof

    def __bool__(self) -> bool:
        return self.injective

    @property
    def setting(self) -> str:
        """What is said of biases and inputs; an empty text for all of R^n without biases."""
        return "" if self._domain is None else self._domain.name

    def __repr__(self) -> str:
        m, n = self.shape
        answer = "injective" if self.injective else "not injective"
        return f"Verdict({', '.join(filter(None, (answer, f'{m} x {n}', self.setting)))})"

    def _repr_latex_(self) -> str:
        m, n = self.shape
        answer = "injective" if self.injective else "not injective"
        setting = rf"\;\text{{({self.setting})}}" if self.setting else ""
        bias = " + b" if self._domain is not None and self._domain.bias else ""
        return (
            rf"$x \mapsto \mathrm{{ReLU}}(Wx{bias}),\; W \in \mathbb{{R}}^{{{m} \times {n}}}:"
            rf"\quad \text{{{answer}}}{setting}$"
        )

    @property
    def digest(self) -> str:
        """The SHA-256 of the exact matrix, biases and set of inputs, in hexadecimal."""
        if self._domain is not None:
            return self._domain.digest
        if self._matrix is not None:
            return self._matrix.digest
        return str(self._digest)

    @cached_property
    def witness(self) -> Witness | None:
        """The point x, direction d and number eps of a collision; None if the layer is injective.

        x + eps d and x - eps d have the same image.
        """
        if self.injective or self._witness is not None:
            return self._witness
        assert self._matrix is not None
        if self._domain is not None:
            assert self._proof is not None
            made: Witness = self._proof()
            return made
        found = witness_at(self._matrix.rows, self._point)
        if found is None:  # the proof in floating point says that this cannot be
            raise RuntimeError("a proved witness failed exactly; please report the matrix")
        return found

    @property
    def collision(self) -> tuple[tuple[mpq, ...], tuple[mpq, ...]] | None:
        """Two different rational inputs with the same image; None if the layer is injective."""
        return None if self.witness is None else self.witness.collision

    @property
    def certificate(self) -> list[int] | None:
        """The proof of injectivity, a tree or steps, as integers; None if the layer is not
        injective.

        Trees are written down by a second run of the search when they are first asked for; see
        `polygeo.relu.decision.certificate` and `polygeo.relu.decision.steps`, and for the numbers
        of rows in a tree on a set of inputs `polygeo.relu.decision.domain_proof`.
        """
        record = self._written()
        return record.tree if isinstance(record, DomainProof) else record

    def _written(self) -> list[int] | DomainProof | None:
        """What is proved in favour of the layer."""
        if not self.injective:
            return None
        if self._record is None:
            assert self._matrix is not None
            self._record = self._proof() if self._proof else ScaledMatrix.of(self._matrix).tree()
        return self._record

    @patient
    def verify(self, W: Any = None, bias: Any = None, inputs: Any = None) -> bool:
        """Check the proof in exact arithmetic: return True if it holds, raise Refuted otherwise.

        * ``W``: the matrix; needed for a verdict from a file, where all sizes are those of W and
          what the file says of them has to agree.
        * ``bias``, ``inputs``: as they were given to `is_injective`.

        DomainError if W is missing, or is another matrix, or has other biases or inputs, than the
        verdict is for.
        """
        if W is None and (bias is not None or inputs is not None):
            raise DomainError("verify needs the matrix W where bias or inputs are given")
        matrix = self._matrix if W is None else read_matrix(W)
        if matrix is None:
            raise DomainError("verify needs the matrix W: a certificate in a file does not hold it")
        domain = self._domain if W is None else layer_on(matrix, bias, inputs)
        question = matrix if domain is None else domain
        if W is not None and question.digest != self.digest:
            m, n = self.shape
            raise DomainError(
                f"the certificate is for another matrix: {m} x {n}, SHA-256 {self.digest[:12]}..; "
                f"got {matrix.shape[0]} x {matrix.shape[1]}, {question.digest[:12]}.. (biases and "
                "inputs count; decimals in a text and the floats next to them are different)"
            )
        if self.shape != matrix.shape:
            (m, n), (rows, columns) = self.shape, matrix.shape
            raise Refuted(f"the certificate says {m} x {n}; the matrix is {rows} x {columns}")
        record, witness = self._written(), self.witness
        if isinstance(record, DomainProof):
            if domain is None:
                raise Refuted("the proof is one for a set of inputs")
            check_on_domain(domain.rows, domain.inequalities, record)
            return True
        if record is not None:
            if domain is not None:
                raise Refuted("the proof is one for all inputs and no biases")
            check_proof(matrix.rows, record)
            return True
        if witness is None:
            raise Refuted("a layer that is not injective needs two inputs that collide")
        if {len(witness.x), len(witness.direction)} != {matrix.shape[1]}:
            raise Refuted(f"the two inputs have no {matrix.shape[1]} coordinates")
        (a, b), table = witness.collision, matrix.rows
        if domain is not None:
            if domain.inputs is not None:
                domain.inputs.check(a, b)
            a, b, table = (*a, mpq(1)), (*b, mpq(1)), domain.rows
        if not collides(table, a, b):
            raise Refuted("the two inputs do not collide")
        return True

    def save(self, path: str | PathLike[str]) -> None:
        """Write the verdict and its proof to the JSON file ``path``, as a whole or not at all."""
        proof = self._written() if self.injective else self.witness
        save_proof(path, self.shape, self.digest, proof, self._on_domain)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Verdict:
        """Read a verdict from the file ``path``; its content is proved only by ``verify(W)``.

        DomainError, in one line, for a file that holds no verdict.
        """
        shape, digest, proof, on_domain = load_proof(path)
        if isinstance(proof, Witness):
            return cls(False, None, shape, digest, witness=proof, on_domain=on_domain)
        return cls(True, None, shape, digest, record=proof, on_domain=on_domain)


@patient
def is_injective(
    W: Any,
    bias: Any = None,
    inputs: Any = None,
    *,
    max_nodes: int | None = None,
    timeout: Any = None,
) -> Verdict:
    """Decide whether x -> ReLU(W x + bias) is injective on a set of inputs, with a proof (exact).

    * ``W``: an m x n matrix: rows of ints of any size, mpq, Fractions or strings such as "1/3", a
      numpy array, a data frame or a sparse matrix. Floats are read as dyadic rationals. Degenerate
      matrices are allowed.
    * ``bias``: m rationals (default: none).
    * ``inputs``: the inputs: None for all of R^n (default); "nonnegative"; a box (low, high), two
      numbers or two arrays of n; a polyhedral cone of `polygeo.cones`; a polytope (A, c) for
      {x : A x + c >= 0}. A set without interior points is looked at in its affine hull.
    * ``max_nodes``: largest number of nodes of the search (default: no limit).
    * ``timeout``: largest time in seconds (default: no limit).

    Returns a `Verdict`. DomainError for an empty set of inputs. Undecided when ``max_nodes`` or
    ``timeout`` is given and spent; its fields: ``low``, a dimension that every
    S(x) = {w_i : <w_i, x> + b_i >= 0} is proved to span (n is needed); ``witness``, the input x
    with the smallest S(x) that was met, and ``high``, an upper bound of the number of rows in this
    S(x), rows that are 0 (constant on the inputs) not counted; ``depth``, bounds of the least
    number of all rows with <w_i, x> + b_i >= 0 at an input x, on R^n without biases the half-space
    depth of 0 (see `polygeo.relu.depth_interval`). Without limits DomainError where a decision
    would take very long. Source: puthawala2022globally; for biases and inputs,
    `polygeo.relu.decision.domain`.

    >>> is_injective([[1, 0], [0, 1], [-1, 0], [0, -1]])
    Verdict(injective, 4 x 2)
    >>> is_injective([[1, 0], [0, 1]], inputs="nonnegative")
    Verdict(injective, 2 x 2, inputs: nonnegative)
    >>> a, b = is_injective([[1, 0], [0, 1]], bias=[-1, 0], inputs=(0, 2)).collision
    >>> [max(x - 1, 0) for x in (a[0], b[0])], a[1] == b[1]
    ([0, 0], True)
    >>> verdict = is_injective([[1, 0], [0, 1], [-1, -1]])
    >>> verdict.injective, verdict.verify()
    (False, True)
    >>> a, b = verdict.collision
    """
    budget = Budget(max_nodes, timeout)
    matrix = read_matrix(W)
    domain = layer_on(matrix, bias, inputs)
    with budget.shown(f"deciding a {matrix.shape[0]} x {matrix.shape[1]} layer"):
        return _decided(matrix, domain, budget)


def _decided(matrix: ExactMatrix, domain: LayerOnDomain | None, budget: Budget) -> Verdict:
    """The verdict for a layer, on all of R^n without biases where there is no ``domain``."""
    m, n = matrix.shape

    def refuse(exact: bool) -> None:
        if n > (MAX_COLUMNS_EXACT if exact else MAX_COLUMNS):
            raise _too_long(m, n)

    def verdict(injective: bool, **known: Any) -> Verdict:
        return Verdict(injective, matrix, matrix.shape, None, **known)

    if domain is not None:
        answer, proof = decide_on(domain, budget, refuse)
        return verdict(answer, proof=proof, domain=domain)
    few = witness_of_few(matrix.rows) if m < n else None
    if few is not None:
        return verdict(False, witness=few)
    parts: list[Divided] = []

    def divided() -> Divided:
        if not parts:
            parts.append(Divided(matrix, budget, refuse))
        return parts[0]

    def expensive() -> bool:
        return divided().found or budget.long_search(refuse)

    tried, place, scaled = False, None, None
    if m >= n and not (n >= STRUCTURED and looks_structured(matrix)):
        scaled = ScaledMatrix.of(matrix)
        try:
            status, point = scaled.decide(budget, expensive)
        except Undecided as reason:  # while sub-layers were looked for
            raise undecided(scaled, budget, reason.low or 0) from None
        if point is not None:
            place = scaled.original(point)
        if status >= 0:
            return verdict(status == 1, point=place, proof=scaled.tree if status == 1 else None)
        if budget.spent:
            low = len(parts[0].known.basis) if parts else 0
            raise undecided(scaled, budget, low)
        tried = True
    try:
        witness = divided().decide(tried, place)
    except Undecided as reason:
        if scaled is None or reason.witness is not None:
            raise
        raise undecided(scaled, budget, reason.low or 0) from None
    if witness is not None:
        return verdict(False, witness=witness)
    return verdict(True, proof=divided().known.record)


def _too_long(m: int, n: int) -> DomainError:
    """The error for a search without a budget that would take days."""
    exponent = int(np.floor(4.1 + 0.55 * (n - 12)))
    return DomainError(
        f"no quick answer for a {m} x {n} matrix, and a proof may need some 10^{exponent} nodes: "
        "give max_nodes= or timeout= to search all the same (not needed for n <= "
        f"{MAX_COLUMNS_EXACT}, and for n <= {MAX_COLUMNS} where floating point suffices)"
    )
