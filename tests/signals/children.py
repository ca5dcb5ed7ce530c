"""Programs under trial, and what was seen of them."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

__all__ = ["Child", "Counts", "Fault", "Late"]

UNCOUNTED = ("was done", "late once", "compiling")
"""Outcomes of trials that do not count."""


class Fault(Exception):
    """What went wrong in one trial."""


class Late(Fault):
    """Right, but after LIMIT."""


@dataclass
class Child:
    """A program under trial; its output goes to a file, its problems to a pipe, which every
    process of it holds.
    """

    pid: int
    folder: Path
    problems: int

    @staticmethod
    def begin(code: str, folder: Path, cold: bool) -> Child:
        """Run code there, with the signals of a terminal; come back when it is ready."""
        ready = folder / "READY"
        ready.unlink(missing_ok=True)
        problems, end = os.pipe()
        pid = os.fork()
        if pid == 0:
            Child._run(code, folder, end, cold)
        os.close(end)
        child = Child(pid, folder, problems)
        until = time.monotonic() + 60
        while not ready.exists() and time.monotonic() < until:
            time.sleep(0.001)
        return child

    @staticmethod
    def _run(code: str, folder: Path, problems: int, cold: bool) -> NoReturn:
        os.chdir(folder)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.dup2(os.open("OUT", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), 1)
        os.dup2(problems, 2)
        if cold:
            os.execv(sys.executable, [sys.executable, "-c", code])
        end = 0
        try:
            exec(compile(code, "<trial>", "exec"), {"__name__": "__trial__"})
        except SystemExit as done:
            end = done.code if isinstance(done.code, int) else int(done.code is not None)
        except BaseException:
            import traceback

            traceback.print_exc()
            end = 1
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        os._exit(end)

    def ended(self) -> bool:
        """Whether it is over, without waiting or burying it."""
        found = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return found is not None

    def end(self, timeout: float) -> tuple[int, str, str]:
        """Code, output and problems, when all of its processes have ended; a Fault after the
        timeout.
        """
        until = time.monotonic() + timeout
        while not self.ended():
            if time.monotonic() > until:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                ready = select.select([self.problems], [], [], 0)[0]
                said = os.read(self.problems, 1 << 16) if ready else b""
                raise Fault(f"no answer within {timeout:.0f} s: {said!r}")
            time.sleep(0.002)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        said = b""
        while select.select([self.problems], [], [], max(0.0, until - time.monotonic()))[0]:
            more = os.read(self.problems, 1 << 16)
            if not more:
                break
            said += more
        else:
            raise Fault(f"a process of it is there after {timeout:.0f} s: {said[-300:]!r}")
        os.close(self.problems)
        return code, (self.folder / "OUT").read_text(), said.decode(errors="replace")

    def stop(self, number: int) -> bool:
        """Send a signal; whether anybody was there to hear it."""
        if self.ended():
            return False
        os.kill(self.pid, number)
        return True


@dataclass
class Counts:
    """What was seen, by trial and outcome; a file keeps it."""

    path: Path | None
    seen: dict[str, dict[str, int]]
    faults: list[str]

    @staticmethod
    def load(path: Path | None) -> Counts:
        """Those of the file, if there is one."""
        if path is not None and path.is_file():
            kept = json.loads(path.read_text())
            return Counts(path, kept["seen"], kept["faults"])
        return Counts(path, {}, [])

    def add(self, name: str, found: str) -> None:
        """Count one."""
        outcomes = self.seen.setdefault(name, {})
        outcomes[found] = outcomes.get(found, 0) + 1

    def save(self) -> None:
        """Write the file, whole or not at all."""
        if self.path is not None:
            part = self.path.with_suffix(".part")
            part.write_text(json.dumps({"seen": self.seen, "faults": self.faults}, indent=1))
            part.replace(self.path)

    def met(self, name: str) -> int:
        """Trials in which the signal met work under way."""
        outcomes = self.seen.get(name, {})
        return sum(n for found, n in outcomes.items() if found not in UNCOUNTED)

    def enough(self, name: str, count: int) -> bool:
        """So many, or three times as many tried of a command that is done too soon."""
        return self.met(name) >= count or sum(self.seen.get(name, {}).values()) >= 3 * count
