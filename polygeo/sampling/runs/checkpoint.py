"""Checkpoints: the integer sums of the first blocks of a job, in a JSON file.

The file is replaced as a whole (a new file, then a rename), so it is always some earlier state,
whatever kills the process. It names its job and carries a digest: a file that is damaged, or
belongs to another job, is refused and not touched.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polygeo.answers.files import named, read_record, write_atomically
from polygeo.answers.options import file_path
from polygeo.errors import DomainError

__all__ = ["Checkpoint", "digest_of"]

FORMAT = "polygeo checkpoint 1"
MAX_BYTES = 1_000_000_000
"""Largest size of a file that is read, in bytes."""
LEFT = "; it was left as it is"


class Checkpoint:
    """A file that keeps the state of a job.

    * ``path``: the file.
    * ``job``: what the job computes, as JSON values.

    The number of blocks is no part of the job: a longer run continues a shorter one.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     keeper = Checkpoint(f"{folder}/run.json", {"computes": "an example"})
    ...     keeper.save(2, np.array([3, 4]))
    ...     keeper.load()
    (2, array([3, 4]))
    """

    def __init__(self, path: str | os.PathLike[str], job: Mapping[str, Any]) -> None:
        self.path = file_path(path, "checkpoint")
        self.job = json.loads(json.dumps(dict(job)))

    def __str__(self) -> str:
        """The path, for a message of one line."""
        return named(self.path)

    def load(self) -> tuple[int, NDArray[np.int64]] | None:
        """Read (blocks, sums) of an earlier run; None if there is no file yet.

        DomainError for a file that is damaged or belongs to another job.
        """
        if not os.path.lexists(self.path):
            if not self.path.parent.is_dir():
                folder = named(self.path.parent)
                raise DomainError(f"no folder {folder} for a checkpoint") from None
            return None
        record = read_record(self.path, "a checkpoint", MAX_BYTES, LEFT)
        whole = set(record) == {"format", "job", "blocks", "shape", "sums", "digest"}
        try:
            whole = (
                whole and record.pop("digest") == digest_of(record) and record["format"] == FORMAT
            )
            numbers = [record["blocks"], *record["shape"]] if whole else []
            whole = whole and all(type(x) is int and x >= 0 for x in numbers)
            whole = whole and all(type(x) is int for x in record["sums"])
            whole = whole and isinstance(record["job"], dict)
            sums = np.array(record["sums"] if whole else [], dtype=np.int64)
            sums = sums.reshape(record["shape"]) if whole else sums
        except (OverflowError, TypeError, ValueError, RecursionError):
            whole = False
        if not whole:
            raise DomainError(f"{self} is damaged or no checkpoint{LEFT}")
        if record["job"] != self.job:
            names = sorted(
                name
                for name in self.job.keys() | record["job"].keys()
                if self.job.get(name) != record["job"].get(name)
            )
            raise DomainError(
                f"{self} belongs to another job (differs in {', '.join(names)}){LEFT}"
            )
        return record["blocks"], sums

    def check_empty(self) -> None:
        """Check a file for a run that is shorter than one block, which saves nothing.

        DomainError if the file belongs to another job or to a longer run.
        """
        earlier = self.load()
        if earlier is not None and earlier[0]:
            raise DomainError(f"{self} holds {earlier[0]} blocks, more than the samples asked for")

    def save(self, blocks: int, sums: NDArray[np.int64]) -> None:
        """Write the state after ``blocks`` blocks; the file is replaced as a whole."""
        record: dict[str, Any] = {
            "format": FORMAT,
            "job": self.job,
            "blocks": blocks,
            "shape": list(sums.shape),
            "sums": sums.ravel().tolist(),
        }
        record["digest"] = digest_of(record)
        write_atomically(self.path, json.dumps(record))


def digest_of(record: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a record without its digest, in hexadecimal."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
