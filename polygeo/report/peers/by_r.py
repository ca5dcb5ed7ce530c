"""R packages, where R is installed: orthant probabilities of mvtnorm, weights of ic.infer.

A script is run by Rscript and prints numbers; R itself is no part of any environment of ours.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from polygeo.report.peers.by_scipy import COVARIANCES, orthant
from polygeo.report.peers.peer import Peer
from polygeo.report.peers.tolerance import Digits

__all__ = ["PEERS", "numbers", "package"]

SECONDS = 120
"""After which a script is ended."""

Matrix = list[list[int]]

NORMALS: dict[str, tuple[Matrix]] = {
    "dimension 3": ([[1, 0, 0], [1, 2, 0], [0, 1, 1]],),
    "dimension 4": ([[1, 0, 0, 1], [1, 2, 0, 0], [0, 1, 1, 0], [0, 0, 1, 3]],),
    "dimension 5": (
        [[2, 0, 0, 1, 0], [1, 2, 0, 0, 0], [0, 1, 1, 0, 1], [0, 0, 1, 3, 0], [1, 0, 0, 0, 1]],
    ),
}
"""Rows A of inequalities A z >= 0; for Gaussian z the vector A z has covariance A A^T."""


def numbers(script: str) -> list[float]:
    """What an R script prints, as floats."""
    program = shutil.which("Rscript")
    if program is None:
        raise FileNotFoundError("Rscript is not installed")
    done = subprocess.run(
        [program, "--vanilla", "-e", script],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(" ".join(done.stderr.split()) or "Rscript failed")
    return [float(word) for word in done.stdout.split()]


def package(name: str) -> Callable[[], str | None]:
    """A function for the version of an R package, None where R or the package is missing."""

    @lru_cache(maxsize=1)
    def installed() -> str | None:
        program = shutil.which("Rscript")
        if program is None:
            return None
        script = f'cat(as.character(packageVersion("{name}")))'
        try:
            done = subprocess.run(
                [program, "--vanilla", "-e", script],
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() or None if done.returncode == 0 else None

    return installed


def matrix(rows: Matrix) -> str:
    """An R expression; the rows are read by column, so the matrix has to be symmetric."""
    entries = ", ".join(str(entry) for row in rows for entry in row)
    return f"matrix(c({entries}), {len(rows)})"


def orthant_by_mvtnorm(covariance: Matrix) -> list[float]:
    """Miwa's integration, which uses no random numbers."""
    size = len(covariance)
    return numbers(
        f"library(mvtnorm); p <- pmvnorm(lower = rep(0, {size}), upper = rep(Inf, {size}), "
        f"sigma = {matrix(covariance)}, algorithm = Miwa(steps = 512)); "
        "cat(format(as.numeric(p), digits = 16))"
    )


def volumes(rows: Matrix) -> list[Any]:
    """Ours: v_d, .., v_0 of the cone A z >= 0."""
    from polygeo.cones import PolyhedralCone

    return list(PolyhedralCone(inequalities=rows).intrinsic_volumes(20))[::-1]


def weights_by_ic_infer(rows: Matrix) -> list[float]:
    """The weights of the chi-bar-squared law of the orthant under the covariance A A^T."""
    square = [[sum(a * b for a, b in zip(x, y, strict=True)) for y in rows] for x in rows]
    return numbers(
        f"suppressMessages(library(ic.infer)); set.seed(1); w <- ic.weights({matrix(square)}); "
        "cat(format(as.numeric(w), digits = 16))"
    )


PEERS = (
    Peer(
        "R mvtnorm", "orthant probability", "GPL-2.0",
        lambda: COVARIANCES, orthant, orthant_by_mvtnorm, Digits(5), package("mvtnorm"),
    ),
    Peer(
        "R ic.infer", "intrinsic volumes of a simplicial cone", "GPL-2.0-or-later",
        lambda: NORMALS, volumes, weights_by_ic_infer, Digits(3), package("ic.infer"),
    ),
)  # fmt: skip
