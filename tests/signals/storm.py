"""Signals at random moments: ``python tests/signals/storm.py --trials 100`` (tox -e signals).

SIGINT and SIGTERM to every long command: it must answer within LIMIT seconds, with exit code 130 or
143 (or, if it was done, with its answer and 0), one line on stderr and no traceback, and leave
a checkpoint from which a later run goes on to the same answer, bit for bit. SIGINT to the prompt
of Python in the middle of a call: a KeyboardInterrupt, and the prompt lives. SIGKILL to the runs of
`jobs`: the resumed run must be the uninterrupted one. Moments come from --seed; the machine's
mood does not.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from jobs import CONE, JOBS  # noqa: E402

LIMIT = 2.0
"""Seconds from a signal to the end. Compilation is over: every command ran once before."""

START = """import signal
from polygeo.report.console import main
signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
print("ready", flush=True)
main()"""
"""Signals that come while Python itself starts up are Python's: they are no trial."""

LONGEST = 6.0
"""Seconds within which the moment is drawn."""

LAYER, COMMANDS = "LAYER.csv", {
    "p": "p 18 4 --samples 1e9 --seed 1 --checkpoint P",
    "p threads": "p 18 4 --samples 1e9 --seed 1 --workers 2 --checkpoint PT",
    "p karp-luby": "p 40 4 --samples 1e10 --seed 1 --method karp-luby",
    "estimate": "estimate rays CONE.csv --samples 1e10 --seed 1 --checkpoint E",
    "estimate processes": "estimate rays CONE.csv --samples 1e10 --seed 1 --workers 2",
    "section": "estimate rays CONE.csv --section 3 --samples 1e9 --seed 1 --checkpoint S",
    "q": "q 3000000 1000000",
    "euler": "threshold euler --digits 300000",
    "full-rsb": "threshold full-rsb --digits 13",
    "energy": "replica energy 6 --level full",
    "injective": "injective LAYER.csv",
    "depth": "depth LAYER.csv",
    "stability": "stability SMALL.csv",
    "table": "table crossings",
    "formula": "formula euler.triple_sum --check",
    "fvector": "fvector poisson-voronoi 8",
    "plot": "plot thresholds --out PLOT.png",
}  # fmt: skip
"""Name -> words; a checkpoint comes last."""

CALLS = {
    "injective": "relu.is_injective(np.random.default_rng(1).normal(size=(400, 12)))",
    "q": "polygeo.q(3_000_000, 1_000_000)",
    "euler": "thresholds.euler().decimal(300_000)",
    "estimate": "cones.PolyhedralCone(rays=np.eye(9) + 1).estimate_intrinsic_volumes(10**9, 1)",
    "full-rsb": "thresholds.full_rsb().decimal(13)",
}
"""At the prompt."""

PROMPT = """import sys, numpy as np, polygeo
from polygeo import cones, relu, thresholds
print("ready", flush=True)
try:
    {call}
except KeyboardInterrupt:
    print("stopped", flush=True)
print(polygeo.q(20, 3), flush=True)
"""


class Fault(Exception):
    """What went wrong in one trial."""


def prepare(folder: Path) -> None:
    """The files that the commands read."""
    draw = random.Random(1)
    for name, m, n in (("LAYER.csv", 400, 12), ("SMALL.csv", 60, 4)):
        rows = ([str(draw.randint(-999, 999)) for _ in range(n)] for _ in range(m))
        (folder / name).write_text("\n".join(",".join(row) for row in rows))
    (folder / "CONE.csv").write_text("\n".join(",".join(map(str, row)) for row in CONE))


def begin(words: list[str], folder: Path) -> subprocess.Popen[str]:
    """Start a program there, with the signals of a terminal."""
    return subprocess.Popen(
        words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


def command(words: str, folder: Path, number: int, moment: float) -> str:
    """One trial of a command: what it did; a Fault where it should not."""
    child = begin([sys.executable, "-c", START, *words.split()], folder)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(moment)
    if child.poll() is None:
        os.kill(child.pid, number)
    sent = time.monotonic()
    try:
        out, problems = child.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        child.kill()
        raise Fault(f"no answer within 30 s of {signal.Signals(number).name}") from None
    took = time.monotonic() - sent
    code, lines = child.returncode, problems.splitlines()
    if code == 0 and not lines:
        return "was done"
    if code != 128 + number:
        raise Fault(f"exit code {code}: {problems[-300:]!r}")
    if len(lines) != 1 or "Traceback" in out:
        raise Fault(f"{len(lines)} lines: {problems[-600:]!r}")
    if took > LIMIT:
        raise Fault(f"took {took:.2f} s")
    left = [p.name for p in folder.iterdir() if p.name.endswith(".part")]
    if left:
        raise Fault(f"left {left}")
    return lines[0].split(" after ")[0]


def kept(path: Path) -> None:
    """The checkpoint, if there is one, is whole: the command takes it up."""
    if not path.is_file():
        return
    import json

    from polygeo.sampling.runs.checkpoint import Checkpoint

    job = json.loads(path.read_text())["job"]
    if Checkpoint(path, job).load() is None:
        raise Fault("no checkpoint")


def prompt(call: str, folder: Path, moment: float) -> str:
    """SIGINT while a call of the API runs."""
    child = begin([sys.executable, "-c", PROMPT.format(call=call)], folder)
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(0.02 + moment)
    child.send_signal(signal.SIGINT)
    sent = time.monotonic()
    out, problems = child.communicate(timeout=60)
    took = time.monotonic() - sent
    if child.returncode == 0 and out == "25861/524288\n":
        return "was done"
    if out != "stopped\n25861/524288\n" and "KeyboardInterrupt" not in problems[-60:]:
        raise Fault(f"{child.returncode}: {out!r} {problems[-600:]!r}")
    if took > LIMIT:
        raise Fault(f"took {took:.2f} s")
    return "stopped"


def killed(name: str, folder: Path, draw: random.Random, whole: str) -> str:
    """SIGKILL up to three times in one run, which then is that of an uninterrupted one."""
    path = folder / "KEPT"
    path.unlink(missing_ok=True)
    words = [sys.executable, str(HERE / "jobs.py"), name, str(path)]
    kills = 0
    for _ in range(draw.randint(1, 3)):
        child = begin(words, folder)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(draw.uniform(0.0, 0.6))
        kills += child.poll() is None
        child.kill()
        child.communicate()
    out, problems = begin(words, folder).communicate(timeout=120)
    if out != whole:
        raise Fault(f"resumed: {out!r} {problems[-300:]!r}, uninterrupted: {whole!r}")
    return f"resumed after {kills} kills"


def trials(chosen: list[str], count: int, seed: int) -> Iterator[tuple[str, Callable[[], str]]]:
    """All trials, in turns, so that a run that is cut short has seen every command."""
    folder = Path(tempfile.mkdtemp(prefix="storm-"))
    prepare(folder)
    draw = random.Random(seed)
    wholes: dict[str, str] = {}
    for _ in range(count):
        for name, words in COMMANDS.items():
            if chosen and f"command {name}" not in chosen:
                continue
            for number in (signal.SIGINT, signal.SIGTERM):
                moment = draw.uniform(0, LONGEST) * draw.choice((0.1, 1))

                def once(words=words, number=number, moment=moment):
                    found = command(words, folder, number, moment)
                    kept(folder / words.partition("--checkpoint ")[2])
                    return found

                yield f"command {name}", once
        for name, call in CALLS.items():
            if not chosen or f"prompt {name}" in chosen:
                moment = draw.uniform(0, LONGEST) * draw.choice((0.1, 1))
                yield f"prompt {name}", lambda c=call, m=moment: prompt(c, folder, m)
        for name in JOBS:
            if not chosen or f"kill {name}" in chosen:
                if name not in wholes:
                    path = folder / "WHOLE"
                    path.unlink(missing_ok=True)
                    words_ = [sys.executable, str(HERE / "jobs.py"), name, str(path)]
                    wholes[name] = begin(words_, folder).communicate()[0]
                yield f"kill {name}", lambda n=name: killed(n, folder, draw, wholes[n])


def main() -> int:
    """Run, count, and print the faults."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("names", nargs="*", help="such as 'command p', 'prompt q', 'kill p'")
    options = parser.parse_args()
    faults, seen = 0, {}
    try:
        for name, once in trials(options.names, options.trials, options.seed):
            try:
                found = once()
            except Fault as problem:
                faults += 1
                found = "FAULT"
                print(f"{name}: {problem}", flush=True)
            seen[name, found] = seen.get((name, found), 0) + 1
    except KeyboardInterrupt:
        print("interrupted; until then:")
    for (name, found), number in sorted(seen.items()):
        print(f"{number:5} {name}: {found}")
    print(f"{sum(seen.values())} trials, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
