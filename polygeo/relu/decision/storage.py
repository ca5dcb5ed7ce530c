"""Verdicts in JSON files: the answer, the proof, and the digest of the matrix that they are for.

Proofs for all of R^n without biases have format 1, those with biases or a set of inputs format 2.
A file is not trusted: reading checks its form, `Verdict.verify` its content.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

from gmpy2 import mpq, mpz

from polygeo.answers.exact import abbreviate, digits_of, rational
from polygeo.answers.files import named, read_record, write_atomically
from polygeo.errors import DomainError
from polygeo.relu.decision.domain_proof import DomainProof
from polygeo.relu.decision.witness import Witness

__all__ = ["load_proof", "save_proof"]

FORMAT = "polygeo injectivity 1"
ON_DOMAIN = "polygeo injectivity 2"
RATIONAL = "-?[0-9]+(/[0-9]+)?"
MAX_BYTES = 500_000_000
"""Largest size of a file that is read, in bytes."""

COMMON = {"format", "rows", "columns", "sha256", "injective"}
TREE = COMMON | {"tree"}
WITNESS = COMMON | {"x", "direction", "eps"}
PLACED = TREE | {"point", "equalities"}


Proof = list[int] | DomainProof | Witness
"""A tree or steps, a proof on a set of inputs, or two inputs with one image."""


def save_proof(
    path: str | os.PathLike[str], shape: tuple[int, int], digest: str, proof: Any, on_domain: bool
) -> None:
    """Write a `Proof` to a file, which is replaced as a whole.

    ``on_domain``: whether the question is one about biases or a set of inputs.
    """
    record: dict[str, Any] = {
        "format": ON_DOMAIN if on_domain else FORMAT,
        "rows": shape[0],
        "columns": shape[1],
        "sha256": digest,
        "injective": not isinstance(proof, Witness),
    }
    if isinstance(proof, Witness):
        record["x"] = [_text(c) for c in proof.x]
        record["direction"] = [digits_of(c) for c in proof.direction]
        record["eps"] = _text(proof.eps)
    elif isinstance(proof, DomainProof):
        record["tree"] = proof.tree
        record["point"] = [_text(c) for c in proof.point]
        record["equalities"] = [
            [[j, digits_of(weight)] for j, weight in equality] for equality in proof.equalities
        ]
    else:
        record["tree"] = proof
    write_atomically(path, json.dumps(record, separators=(",", ":")) + "\n")


def _text(x: mpq) -> str:
    return f"{digits_of(x.numerator)}/{digits_of(x.denominator)}"


def load_proof(path: str | os.PathLike[str]) -> tuple[tuple[int, int], str, Proof, bool]:
    """Read what `save_proof` takes from a file; DomainError (one line) if it holds no proof.

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
    try:
        proof = _proof_in(record, where)
    except ValueError as problem:
        reason = problem if isinstance(problem, DomainError) else "a number is needed"
        raise DomainError(f"{where} is damaged or no certificate ({reason})") from None
    return (record["rows"], record["columns"]), record["sha256"], proof, on_domain


def _proof_in(record: dict[str, Any], where: str) -> Proof:
    if "point" in record:
        point = tuple(rational(c, f"{where}: point") for c in record["point"])
        equalities = tuple(
            tuple((j, int(mpz(weight))) for j, weight in equality)
            for equality in record["equalities"]
        )
        return DomainProof(point, equalities, record["tree"])
    if "tree" in record:
        return list(record["tree"])
    x = tuple(rational(c, f"{where}: x") for c in record["x"])
    direction = tuple(int(mpz(c)) for c in record["direction"])
    return Witness(x, direction, rational(record["eps"], f"{where}: eps"))


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
