"""Verdicts in JSON files: the answer, the proof, and the digest of the matrix it is for.

A file is believed in nothing: reading checks its form, `Verdict.verify` its content.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, digits_of, rational
from polygeo.answers.files import named, read_bytes, write_atomically
from polygeo.errors import DomainError
from polygeo.relu.decision.witness import Witness

__all__ = ["Proof", "load_proof", "save_proof"]

FORMAT = "polygeo injectivity 1"
MAX_BYTES = 500_000_000
"""Largest file that is read."""


@dataclass(frozen=True)
class Proof:
    """The content of a file: the matrix that is meant, and a tree or a witness."""

    shape: tuple[int, int]
    digest: str
    tree: list[int] | None = None
    witness: Witness | None = None


def save_proof(proof: Proof, path: str | os.PathLike[str]) -> None:
    """Write a proof; the file is replaced as a whole."""
    record: dict[str, Any] = {
        "format": FORMAT,
        "rows": proof.shape[0],
        "columns": proof.shape[1],
        "sha256": proof.digest,
        "injective": proof.witness is None,
    }
    if proof.witness is None:
        record["tree"] = proof.tree
    else:
        record["x"] = [_text(c) for c in proof.witness.x]
        record["direction"] = [digits_of(c) for c in proof.witness.direction]
        record["eps"] = _text(proof.witness.eps)
    write_atomically(path, json.dumps(record, separators=(",", ":")) + "\n")


def _text(x: mpq) -> str:
    return f"{digits_of(x.numerator)}/{digits_of(x.denominator)}"


def load_proof(path: str | os.PathLike[str]) -> Proof:
    """The proof in a file, DomainError (one line) if it holds none."""
    record = _read(path)
    where = named(path)
    problem = DomainError(f"{where} is damaged or no certificate")
    try:
        if record["format"] != FORMAT:
            raise DomainError(f"{where} is no certificate: {abbreviate(str(record['format']), 60)}")
        shape = record["rows"], record["columns"]
        digest, injective = record["sha256"], record["injective"]
        whole = all(type(x) is int and 0 < x < 1 << 31 for x in shape)
        if not whole or type(digest) is not str or len(digest) != 64 or type(injective) is not bool:
            raise problem
        if injective:
            tree = record["tree"]
            if type(tree) is not list or not all(type(x) is int for x in tree):
                raise problem
            return Proof(shape, digest, tree)
        x, direction = record["x"], record["direction"]
        if type(x) is not list or type(direction) is not list or len(x) != len(direction):
            raise problem
        if len(x) != shape[1]:
            raise problem
        numbers = tuple(rational(c, f"{where}: x") for c in x)
        whole_numbers = [rational(c, f"{where}: direction") for c in direction]
        if any(c.denominator != 1 for c in whole_numbers):
            raise problem
        eps = rational(record["eps"], f"{where}: eps")
        witness = Witness(numbers, tuple(int(c) for c in whole_numbers), eps)
        return Proof(shape, digest, witness=witness)
    except (AttributeError, KeyError, TypeError):
        raise problem from None


def _read(path: str | os.PathLike[str]) -> Any:
    data = read_bytes(path, "a certificate", MAX_BYTES)
    try:
        return json.loads(data)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, integers of absurd length
        raise DomainError(f"{named(path)} is damaged or no certificate") from None
