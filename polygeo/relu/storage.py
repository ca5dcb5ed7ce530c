"""Verdicts in JSON files: the answer, the proof, and the digest of the matrix it is for.

A file is believed in nothing: reading checks its form, `Verdict.verify` its content.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gmpy2 import mpq

from polygeo.answers.exact import abbreviate, digits_of, rational
from polygeo.errors import DomainError
from polygeo.relu.witness import Witness

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
    write_whole(path, json.dumps(record, separators=(",", ":")) + "\n")


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    """Put a text at ``path``: a new file, which then takes the place of the old one."""
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        with part.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException as problem:
        with contextlib.suppress(OSError):
            part.unlink()
        if isinstance(problem, OSError):
            raise DomainError(f"cannot write {path}: {problem.strerror}") from None
        raise


def _text(x: mpq) -> str:
    return f"{digits_of(x.numerator)}/{digits_of(x.denominator)}"


def load_proof(path: str | os.PathLike[str]) -> Proof:
    """The proof in a file, DomainError (one line) if it holds none."""
    record = _read(path)
    problem = DomainError(f"{path} is damaged or no certificate")
    try:
        if record["format"] != FORMAT:
            raise DomainError(f"{path} is no certificate: {abbreviate(str(record['format']), 60)}")
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
        numbers = tuple(rational(c, f"{path}: x") for c in x)
        whole_numbers = [rational(c, f"{path}: direction") for c in direction]
        if any(c.denominator != 1 for c in whole_numbers):
            raise problem
        eps = rational(record["eps"], f"{path}: eps")
        witness = Witness(numbers, tuple(int(c) for c in whole_numbers), eps)
        return Proof(shape, digest, witness=witness)
    except (AttributeError, KeyError, TypeError):
        raise problem from None


def _read(path: str | os.PathLike[str]) -> Any:
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise DomainError(f"a certificate must be a regular file; got {path}")
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as problem:
        raise DomainError(f"cannot read {path}: {problem.strerror}") from None
    if len(data) > MAX_BYTES:
        raise DomainError(f"a certificate may have {MAX_BYTES // 10**6} MB; {path} is larger")
    try:
        return json.loads(data)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, integers of absurd length
        raise DomainError(f"{path} is damaged or no certificate") from None
