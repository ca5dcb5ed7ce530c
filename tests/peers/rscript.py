"""R, where it is installed: a script goes to its standard input, numbers come back.

R is no part of any environment of ours. An expression is evaluated inside R, and its time is taken
there: neither the start of R nor the loading of a package nor the reading of the data counts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from polygeo.report.crosscheck.clock import ENOUGH, LONG, ROUNDS, Timed

__all__ = ["evaluate", "matrix", "numbers", "package"]

SECONDS = 300
"""After which a script is ended."""

SCRIPT = """\
suppressMessages(library({package}))
{data}
answer <- function() as.numeric({{
{expression}
}})
spent <- function() sum(proc.time()[1:2])  # CPU, to a millisecond
start <- spent()
found <- answer()
total <- first <- spent() - start
least <- if (first > {long}) first else Inf
for (turn in seq_len({rounds})) {{
    if (total > {enough} && (turn > 1 || first > {long})) break
    start <- spent()
    calls <- 0
    repeat {{
        answer()
        calls <- calls + 1
        used <- spent() - start
        if (used >= 0.02) break
    }}
    least <- min(least, used / calls)
    total <- total + used
}}
cat(sprintf("%.17g", c(least, found)))
"""
"""The first call is not timed unless it is long; the others in blocks of twenty milliseconds."""

VERSION = """\
library({package})
cat(packageDescription("{package}")$Version, " (R ", format(getRversion()), ")", sep = "")
"""


def numbers(script: str) -> list[float]:
    """What an R script prints, as floats.

    Raises FileNotFoundError without R, RuntimeError with R's message for an error in the script.
    """
    program = shutil.which("Rscript")
    if program is None:
        raise FileNotFoundError("Rscript is not installed")
    done = _run(program, script)
    if done.returncode:
        raise RuntimeError(" ".join(done.stderr.split()) or "Rscript failed")
    return [float(word) for word in done.stdout.split()]


def evaluate(package: str, data: str, expression: str) -> Timed:
    """The numbers that an expression gives, and the least CPU seconds of evaluating it.

    ``data``: statements that are run once, with the package loaded; ``expression``: R, one or more
    lines.
    """
    script = SCRIPT.format(
        package=package,
        data=data,
        expression=expression,
        rounds=ROUNDS,
        enough=ENOUGH,
        long=LONG,
    )
    least, *found = numbers(script)
    return Timed(found, least)


def package(name: str) -> Callable[[], str | None]:
    """A function for the version of an R package, with R's; None where R or the package is missing.

    R is asked once.
    """

    @lru_cache(maxsize=1)
    def installed() -> str | None:
        program = shutil.which("Rscript")
        if program is None:
            return None
        script = VERSION.format(package=name)
        try:
            done = _run(program, script)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() or None if done.returncode == 0 else None

    return installed


def matrix(rows: Iterable[Iterable[Any]]) -> str:
    """An R expression for a matrix of integers or floats; R reads every one as it is.

    >>> matrix([[1, 2, 3], [0.1, 0, -1]])
    'matrix(c(1,2,3,0x1.999999999999ap-4,0,-1), 2, byrow = TRUE)'
    """
    lists = [list(row) for row in rows]
    entries = ",".join(
        float(entry).hex() if isinstance(entry, float) else str(entry)
        for row in lists
        for entry in row
    )
    return f"matrix(c({entries}), {len(lists)}, byrow = TRUE)"


def _run(program: str, script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, "--vanilla", "-"],
        input=script,
        env={**os.environ, "LC_ALL": "C"},  # messages in English
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
