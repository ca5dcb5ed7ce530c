"""Verdicts in JSON files: the answer, the proof, and the digest of the matrix that they are for.

Proofs for all of R^n without biases have format 1, those with biases or a set of inputs format 2.
A file is not trusted: reading checks its form, `Verdict.verify` its content.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import Any

from gmpy2 import mpq, mpz

from polygeo.answers.exact import abbreviate, digits_of, rational
from polygeo.answers.files import named, read_record, write_atomically
from polygeo.errors import DomainError
from polygeo.relu.decision.domain_proof import DomainProof
from polygeo.relu.decision.witness import Witness

__all__ = ["Proof", "load_proof", "save_proof"]

FORMAT = "polygeo injectivity 1"
ON_DOMAIN = "polygeo injectivity 2"
RATIONAL = "-?[0-9]+(/[0-9]+)?"
MAX_BYTES = 500_000_000
"""Largest size of a file that is read, in bytes."""

COMMON = {"format", "rows", "columns", "sha256", "injective"}
TREE = COMMON | {"tree"}
WITNESS = COMMON | {"x", "direction", "eps"}
PLACED = TREE | {"point", "equalities"}


@dataclass(frozen=True)
class Proof:
    """The content of a file: the matrix that is meant, and a tree or a witness."""

    shape: tuple[int, int]
    digest: str
    tree: list[int] | None = None
    witness: Witness | None = None
    domain: DomainProof | None = None
    on_domain: bool = False
    """Whether the question is one about biases or a set of inputs."""


def save_proof(proof: Proof, path: str | os.PathLike[str]) -> None:
    """Write a proof to a file, which is replaced as a whole."""
    record: dict[str, Any] = {
        "format": ON_DOMAIN if proof.on_domain else FORMAT,
        "rows": proof.shape[0],
        "columns": proof.shape[1],
        "sha256": proof.digest,
        "injective": proof.witness is None,
    }
    if proof.domain is not None:
        record["tree"] = proof.domain.tree
        record["point"] = [_text(c) for c in proof.domain.point]
        record["equalities"] = [
            [[j, digits_of(weight)] for j, weight in equality]
            for equality in proof.domain.equalities
        ]
    elif proof.witness is None:
        record["tree"] = proof.tree
    else:
        record["x"] = [_text(c) for c in proof.witness.x]
        record["direction"] = [digits_of(c) for c in proof.witness.direction]
        record["eps"] = _text(proof.witness.eps)
    write_atomically(path, json.dumps(record, separators=(",", ":")) + "\n")


def _text(x: mpq) -> str:
    return f"{digits_of(x.numerator)}/{digits_of(x.denominator)}"


def load_proof(path: str | os.PathLike[str]) -> Proof:
    """Read the proof in a file; DomainError (one line) if the file holds no proof.

    The form is the one that `save_proof` writes and no other: every field once and none beside
    them, each of its type. Sizes are claims here; `Verdict.verify` holds them to the matrix.
    """
    record = read_record(path, "a certificate", MAX_BYTES)
    where = named(path)
    on_domain = record.get("format") == ON_DOMAIN
    if not on_domain and record.get("format") != FORMAT:
        shown = abbreviate(str(record.get("format", "its format is not named")), 60)
        raise DomainError(f"{where} is no certificate: {shown}")
    fields = WITNESS
    if record.get("injective") is True:
        fields = PLACED if on_domain else TREE
    if set(record) != fields or not _has_form(record):
        raise DomainError(f"{where} is damaged or no certificate")
    shape = record["rows"], record["columns"]
    if record["injective"] and not on_domain:
        return Proof(shape, record["sha256"], record["tree"])
    try:
        if record["injective"]:
            point = tuple(rational(c, f"{where}: point") for c in record["point"])
            equalities = tuple(
                tuple((j, int(mpz(weight))) for j, weight in equality)
                for equality in record["equalities"]
            )
            domain = DomainProof(point, equalities, record["tree"])
            return Proof(shape, record["sha256"], domain=domain, on_domain=True)
        x = tuple(rational(c, f"{where}: x") for c in record["x"])
        direction = tuple(int(mpz(c)) for c in record["direction"])
        eps = rational(record["eps"], f"{where}: eps")
    except ValueError as problem:
        reason = problem if isinstance(problem, DomainError) else "a number is needed"
        raise DomainError(f"{where} is damaged or no certificate ({reason})") from None
    witness = Witness(x, direction, eps)
    return Proof(shape, record["sha256"], witness=witness, on_domain=on_domain)


def _has_form(record: dict[str, Any]) -> bool:
    """Types and sizes, where they can be seen without the matrix."""
    shape, digest = (record["rows"], record["columns"]), record["sha256"]
    whole = all(type(x) is int and 0 < x < 1 << 31 for x in shape)
    whole = whole and type(digest) is str and re.fullmatch("[0-9a-f]{64}", digest) is not None
    if not whole or type(record["injective"]) is not bool:
        return False
    if record["injective"]:
        tree = record["tree"]
        listed = type(tree) is list and all(type(x) is int and x >= 0 for x in tree)
        return listed and ("point" not in record or _is_place(record, shape[1]))
    x, direction = record["x"], record["direction"]
    if not _numbers(x, shape[1], RATIONAL) or not _numbers(direction, shape[1], "-?[0-9]+"):
        return False
    return _numbers([record["eps"]], 1, RATIONAL)


def _is_place(record: dict[str, Any], columns: int) -> bool:
    """The form of a point and of equalities."""
    equalities = record["equalities"]
    if not _numbers(record["point"], columns, RATIONAL) or type(equalities) is not list:
        return False
    return all(
        type(equality) is list
        and all(
            type(term) is list
            and len(term) == 2
            and type(term[0]) is int
            and _numbers(term[1:], 1, "[0-9]+")
            for term in equality
        )
        for equality in equalities
    )


def _numbers(value: Any, count: int, pattern: str) -> bool:
    """Whether a value is a list of so many texts of one form."""
    return (
        type(value) is list
        and len(value) == count
        and all(type(c) is str and re.fullmatch(pattern, c) is not None for c in value)
    )
