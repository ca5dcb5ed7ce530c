"""Signals at random moments: ``python tests/signals/storm.py --trials 100`` (tox -e signals).

SIGINT and SIGTERM to every long command: it must answer within LIMIT seconds, with exit code 130 or
143 (or, if it was done, with its answer and 0), one line on stderr and no traceback, and leave
a checkpoint from which a later run goes on to the same answer, bit for bit. SIGINT to the prompt
of Python in the middle of a call: a KeyboardInterrupt, and the prompt lives; SIGTERM: the end, by
that signal. SIGKILL to the runs of `jobs`: the resumed run must be the uninterrupted one. Moments
come from --seed; the machine's mood does not.

A trial counts where the signal met work under way. Most trials begin in a copy (a fork) of this
process, which has loaded the libraries before: a trial then costs what it is about. One in COLD
starts its own Python. Numba compiles and loads kernels in callbacks, in which Python drops a
Ctrl-C: at the prompt this is no answer yet ("compiling"), a command repeats it. A machine with
other work on it may need more than LIMIT seconds where the program is not to blame: a trial that
was late is run once more, with the same moment, and counts as a fault only if it is late again
("late once" is counted as well).

--state FILE keeps the counts: a run that was stopped goes on where it was, and --trials is the
number for each command and signal, all runs together.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from children import Child, Counts, Fault, Late  # noqa: E402
from jobs import CONE, JOBS  # noqa: E402

LIMIT = 2.0
"""Seconds from a signal to the end. Compilation is over: every command ran once before."""

LONGEST = 0.8
"""Seconds within which the moment is drawn."""

COLD = 10
"""One of so many trials starts a Python of its own."""

HEARD = (signal.SIGINT, signal.SIGTERM)

START = """import signal, sys
from polygeo.report.console import main
signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
open({ready!r}, "w").close()
sys.argv[1:] = {words!r}
main()"""
"""Signals that come while Python itself starts up are Python's: they are no trial."""

LOADED = (
    "polygeo.report.cli",
    "polygeo.cones",
    "polygeo.relu",
    "polygeo.polytopes",
    "polygeo.replica",
    "polygeo.thresholds",
    "polygeo.report.tables",
    "polygeo.report.crosscheck",
    "sympy",
    "scipy.optimize",
    "scipy.stats",
    "matplotlib.figure",
    "numba",
)

COMMANDS = {
    "p": "p 18 4 --samples 1e9 --seed 1 --checkpoint P",
    "p threads": "p 18 4 --samples 1e9 --seed 1 --workers 2 --checkpoint PT",
    "p karp-luby": "p 40 4 --samples 1e9 --seed 1 --method karp-luby",
    "estimate": "estimate rays CONE.csv --samples 1e10 --seed 1 --checkpoint E",
    "estimate processes": "estimate rays CONE.csv --samples 1e10 --seed 1 --workers 2",
    "section": "estimate rays CONE.csv --section 3 --samples 1e9 --seed 1 --checkpoint S",
    "volumes": "volumes inequalities GENERIC.csv",
    "crofton": "crofton 300 orthant 6000",
    "chibarsq": "chibarsq --covariance V.csv --statistic 7.3",
    "q": "q 3000000 1000000",
    "euler": "threshold euler --digits 300000",
    "energy": "replica energy 6 --level full",
    "width": "width 1000 --probability 0.999999",
    "recovery": "recovery 6000 600 2100",
    "injective": "injective LAYER.csv",
    "deep": "deep FIRST.csv SECOND.csv",
    "depth": "depth LAYER.csv",
    "regions": "regions FLATS.csv",
    "stability": "stability SMALL.csv",
    "contraction": "contraction 100000 --digits 2000",
    "crosscheck": "crosscheck CLAIMS.csv",
    "table": "table replica",
    "formula": "formula euler.triple_sum --check",
    "fvector": "fvector gaussian 500 20 --digits 400",
    "plot": "plot thresholds --out PLOT.png",
}
"""Name -> words; a checkpoint comes last."""

CALLS = {
    "injective": "relu.is_injective(np.random.default_rng(1).normal(size=(400, 12)))",
    "q": "polygeo.q(3_000_000, 1_000_000)",
    "euler": "thresholds.euler().decimal(300_000)",
    "estimate": "cones.PolyhedralCone(rays=np.eye(9) + 1).estimate_intrinsic_volumes(10**9, 1)",
    "energy": "replica.ground_state('6', 'full')",
}
"""At the prompt."""

PROMPT = """import sys, numpy as np, polygeo
from polygeo import cones, relu, replica, thresholds
open({ready!r}, "w").close()
try:
    {call}
except KeyboardInterrupt:
    print("stopped", flush=True)
print(polygeo.q(20, 3), flush=True)
"""

CALLBACK = "_raw_object_cache_notify"
"""What numba calls back while it makes or loads a kernel; Python drops a Ctrl-C in a callback."""

JOB = """import sys
sys.path.insert(0, {here!r})
import jobs
open({ready!r}, "w").close()
jobs.main({name!r}, {path!r})
"""


def prepare(folder: Path) -> None:
    """The files that the commands read."""
    draw = random.Random(1)
    sizes = {
        "LAYER.csv": (400, 12, 999),
        "SMALL.csv": (60, 4, 999),
        "FIRST.csv": (60, 4, 999),
        "SECOND.csv": (200, 60, 999),
        "FLATS.csv": (27, 8, 9),
        "GENERIC.csv": (7, 7, 99),
    }
    tables = {
        name: [[draw.randint(-high, high) for _ in range(n)] for _ in range(m)]
        for name, (m, n, high) in sizes.items()
    }
    root = [[draw.randint(-3, 3) for _ in range(9)] for _ in range(9)]
    tables["V.csv"] = [
        [sum(a * b for a, b in zip(x, y, strict=True)) + 5 * (x is y) for y in root] for x in root
    ]
    tables["CONE.csv"] = CONE
    for name, rows in tables.items():
        (folder / name).write_text("\n".join(",".join(map(str, row)) for row in rows))
    claims = (f"q,m={m} n={n},1/2\n" for m in range(1000, 9000, 10) for n in (200, 400))
    (folder / "CLAIMS.csv").write_text("quantity,parameters,value\n" + "".join(claims))


def command(words: str, folder: Path, number: int, moment: float, cold: bool) -> str:
    """One trial of a command: what it did; a Fault where it should not."""
    ready = str(folder / "READY")
    child = Child.begin(START.format(words=words.split(), ready=ready), folder, cold)
    time.sleep(moment)
    heard = child.stop(number)
    sent = time.monotonic()
    code, out, problems = child.end(30)
    took = time.monotonic() - sent
    lines = problems.splitlines()
    if code in (0, 1 if words.startswith("crosscheck") else 0) and not lines:
        return "was done"
    if not heard or code != 128 + number:
        raise Fault(f"exit code {code}: {problems[-300:]!r}")
    if len(lines) != 1 or not lines[0].startswith("interrupted") or "Traceback" in out:
        raise Fault(f"{len(lines)} lines: {problems[-600:]!r}")
    left = [p.name for p in folder.iterdir() if p.name.endswith(".part")]
    if left:
        raise Fault(f"left {left}")
    if took > LIMIT:
        raise Late(f"took {took:.2f} s")
    return lines[0].split(" after ")[0]


def kept(path: Path) -> None:
    """The checkpoint, if there is one, is whole: the command takes it up."""
    if not path.is_file():
        return
    from polygeo.sampling.runs.checkpoint import Checkpoint

    job = json.loads(path.read_text())["job"]
    if Checkpoint(path, job).load() is None:
        raise Fault("no checkpoint")


def prompt(call: str, folder: Path, number: int, moment: float, cold: bool) -> str:
    """SIGINT or SIGTERM while a call of the API runs."""
    ready = str(folder / "READY")
    child = Child.begin(PROMPT.format(call=call, ready=ready), folder, cold)
    time.sleep(0.02 + moment)
    child.stop(number)
    sent = time.monotonic()
    try:
        code, out, problems = child.end(60)
    except Fault as problem:
        if CALLBACK in str(problem):
            return "compiling"
        raise
    took = time.monotonic() - sent
    if code in (0, -number) and out == "25861/524288\n" and not problems:
        return "was done"  # -number: the signal met Python's own end
    if number == signal.SIGTERM:
        if code != -signal.SIGTERM or problems:
            raise Fault(f"{code}: {out!r} {problems[-600:]!r}")
    elif out != "stopped\n25861/524288\n" and "KeyboardInterrupt" not in problems[-60:]:
        raise Fault(f"{code}: {out!r} {problems[-600:]!r}")
    if took > LIMIT:
        raise Late(f"took {took:.2f} s")
    return "stopped"


def killed(name: str, folder: Path, draw: random.Random, whole: str, cold: bool) -> str:
    """SIGKILL up to three times in one run, which then is that of an uninterrupted one."""
    folder = folder / "killed"  # a kill while a file is written leaves its beginnings
    folder.mkdir(exist_ok=True)
    path = folder / "KEPT"
    path.unlink(missing_ok=True)
    code = JOB.format(here=str(HERE), name=name, path=str(path), ready=str(folder / "READY"))
    kills = 0
    for _ in range(draw.randint(1, 3)):
        child = Child.begin(code, folder, cold)
        time.sleep(draw.uniform(0.0, 0.6))
        kills += child.stop(signal.SIGKILL)
        child.end(60)
    _, out, problems = Child.begin(code, folder, False).end(300)
    if out != whole:
        raise Fault(f"resumed: {out!r} {problems[-300:]!r}, uninterrupted: {whole!r}")
    return f"resumed after {kills} kills" if kills else "was done"


Trial = Callable[[], str]


def trials(seed: int) -> Iterator[tuple[str, Trial]]:
    """Endless trials, in turns, so that a run that is cut short has seen every command."""
    folder = Path(tempfile.mkdtemp(prefix="storm-"))
    prepare(folder)
    draw = random.Random(seed)
    wholes: dict[str, str] = {}

    def moment() -> float:
        return draw.uniform(0, LONGEST) * draw.choice((0.1, 1))

    while True:
        for name, words in COMMANDS.items():
            for number in HEARD:
                when, cold = moment(), draw.randrange(COLD) == 0

                def once(words=words, number=number, when=when, cold=cold) -> str:
                    found = command(words, folder, number, when, cold)
                    kept(folder / words.partition("--checkpoint ")[2])
                    return found

                yield f"command {name} {number.name}", once
        for name, call in CALLS.items():
            for number in HEARD:
                when, cold = moment(), draw.randrange(COLD) == 0

                def at_prompt(call=call, number=number, when=when, cold=cold) -> str:
                    return prompt(call, folder, number, when, cold)

                yield f"prompt {name} {number.name}", at_prompt
        for name in JOBS:
            which = random.Random(draw.random())

            def kill(name=name, which=which) -> str:
                if name not in wholes:
                    path = folder / "WHOLE"
                    path.unlink(missing_ok=True)
                    ready = str(folder / "READY")
                    code = JOB.format(here=str(HERE), name=name, path=str(path), ready=ready)
                    wholes[name] = Child.begin(code, folder, False).end(300)[1]
                return killed(name, folder, which, wholes[name], which.randrange(COLD) == 0)

            yield f"kill {name}", kill


def run(name: str, once: Trial, counts: Counts) -> None:
    """One trial; a late one is tried again."""
    try:
        try:
            found = once()
        except Late as problem:
            counts.add(name, "late once")
            print(f"{name}: {problem}; again", flush=True)
            found = once()
    except Fault as problem:
        found = "FAULT"
        counts.faults.append(f"{name}: {problem}")
        print(counts.faults[-1], flush=True)
    counts.add(name, found)


def main() -> int:
    """Run, count, and print the faults."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", type=Path, help="counts to go on from, and to keep")
    parser.add_argument("names", nargs="*", help="such as 'command p', 'prompt q', 'kill p'")
    options = parser.parse_args()
    counts = Counts.load(options.state)
    names: set[str] = set()
    started = sum(sum(found.values()) for found in counts.seen.values())
    for module in LOADED:
        __import__(module)
    try:
        for name, once in trials(options.seed + started):
            if name in names and all(counts.enough(each, options.trials) for each in names):
                break
            if options.names and not any(name.startswith(chosen) for chosen in options.names):
                continue
            names.add(name)
            if not counts.enough(name, options.trials):
                run(name, once, counts)
                counts.save()
    except KeyboardInterrupt:
        print("interrupted; until then:")
    for name, outcomes in sorted(counts.seen.items()):
        listed = ", ".join(f"{n} {found}" for found, n in sorted(outcomes.items()))
        print(f"{counts.met(name):5} {name}: {listed}")
    total = sum(counts.met(name) for name in counts.seen)
    print(f"{total} trials that met work, {len(counts.faults)} faults")
    return 1 if counts.faults else 0


if __name__ == "__main__":
    sys.exit(main())
