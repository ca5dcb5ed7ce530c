"""What a signal does to a command, in a few moments; `signals/storm.py` tries all of them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from polygeo.sampling import run

STORM = Path(__file__).parent / "signals"
START = "from polygeo.report.console import main; main()"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without signals")


def begin(code: str, *words: object, **options: object) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_a_signal_ends_a_command_with_one_line(number, code, tmp_path):
    """In the middle of a simulation, which keeps and prints what it has."""
    kept = tmp_path / "kept"
    words = ("p", 9, 3, "--samples", "1e9", "--seed", 1, "--checkpoint", kept, "--format", "json")
    child = begin(START, *words)
    limit = time.monotonic() + 100
    while not kept.exists() and time.monotonic() < limit:
        time.sleep(0.05)
    child.send_signal(number)
    sent = time.monotonic()
    out, problems = child.communicate(timeout=60)
    assert time.monotonic() - sent < 5  # 2 on a machine without other work
    assert child.returncode == code
    assert len(problems.splitlines()) == 1
    assert problems.startswith("interrupted after")
    # Whole blocks, the last of them kept as well as printed.
    record = json.loads(out)
    assert record["samples"] % json.loads(kept.read_text())["blocks"] == 0


STUCK = """
import sys, types, time, signal
import polygeo.report
fake = types.ModuleType("polygeo.report.cli")
class cli:
    @staticmethod
    def main(prog_name):
        {body}
fake.cli = cli
sys.modules["polygeo.report.cli"] = fake
print("ready", flush=True)
from polygeo.report.console import main
main()
"""
DEAF = "signal.pthread_sigmask(signal.SIG_BLOCK, [2, 15]); print('in', flush=True); time.sleep(60)"
DROPPED = (
    "import weakref; A = type('A', (), {}); a = A(); "
    "r = weakref.ref(a, lambda _: (print('in', flush=True), time.sleep(0.8))); del a; "
    "time.sleep(60)"
)
HALF_MADE = (
    "\n        class A:\n            def __del__(self): raise AttributeError('half made')"
    "\n        a = A()"
    "\n        try: print('in', flush=True); time.sleep(60)"
    "\n        finally: del a"
)
CRASH = "import os; os.kill(os.getpid(), signal.SIGSEGV)"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_a_library_that_does_not_listen_is_ended(number):
    """As a long multiplication is, that lets Python look at no signal."""
    child = begin(STUCK.format(body=DEAF))
    assert [child.stdout.readline() for _ in range(2)] == ["ready\n", "in\n"]
    child.send_signal(number)
    sent = time.monotonic()
    _, problems = child.communicate(timeout=60)
    assert time.monotonic() - sent < 10  # GRACE = 1.5, and a busy machine
    assert (child.returncode, problems) == (128 + number, "interrupted\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_a_signal_before_the_work_begins_is_one_line(number):
    """It waits in the child, which is slow to say how it hears signals."""
    slow = (
        "import os, signal, time; import polygeo.report.start as start; hear = signal.signal; "
        "signal.signal = lambda n, f: (time.sleep(0.2 * (f is start._stop)), hear(n, f))[1]; "
        f"signal.pthread_sigmask(signal.SIG_BLOCK, [2, 15]); os.kill(os.getpid(), {number:d}); "
    )
    child = begin(slow + START, "q", 20, 3)
    out, problems = child.communicate(timeout=60)
    assert (child.returncode, out, problems) == (128 + number, "", "interrupted\n")


def test_a_signal_after_the_work_is_none():
    """It comes between the end of the child and the exit: the answer and its code stay."""
    code = (
        "import os, polygeo.report.start as start; wait = os.waitpid; "
        "os.waitpid = lambda *a: ((end := wait(*a)), end[0] and os.kill(os.getpid(), 15))[0]; "
    )
    child = begin(code + START, "q", 20, 3)
    out, problems = child.communicate(timeout=60)
    assert (child.returncode, out.split()[0], problems) == (0, "25861/524288", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_a_signal_just_before_the_wait_is_heard(number):
    """It comes when the child was asked and is about to be waited for."""
    code = (
        "import os, polygeo.report.start as start; wait = os.waitpid; asked = []; "
        "os.waitpid = lambda *a: ((end := wait(*a)), asked or "
        f"(asked.append(1), os.kill(os.getpid(), {number:d})))[0]; "
    )
    child = begin(code + START, "p", 18, 4, "--samples", 10**9, "--seed", 1)
    _, problems = child.communicate(timeout=60)
    assert (child.returncode, problems.count("\n")) == (128 + number, 1)
    assert problems.startswith("interrupted")


def test_a_ctrl_c_while_workers_start_is_one_line():
    """A worker reads from this process what it is for; it must not find half of that."""
    code = """
import os, signal
from multiprocessing import util
from polygeo.report.cli.workers import process_pool
spawn = util.spawnv_passfds
started = []

def spawned(path, words, handles):
    pid = spawn(path, words, handles)
    started.append(pid)
    if len(started) == 3:  # after the resource tracker and one worker
        os.kill(os.getpid(), signal.SIGINT)
    return pid

if __name__ == "__main__":
    util.spawnv_passfds = spawned
    try:
        with process_pool(2) as pool:
            tasks = [pool.submit(int) for _ in range(2)]
    except KeyboardInterrupt as problem:
        print(problem)
"""
    child = begin(code)
    out, problems = child.communicate(timeout=60)
    assert (child.returncode, out, problems) == (0, "interrupted before anything was counted\n", "")


def test_a_signal_that_another_thread_takes_is_held_too():
    """A thread that does not block it; Python runs the handler in the main thread."""
    code = """
import os, signal, threading, time
from polygeo.report import start

signal.signal(signal.SIGTERM, start._stop)
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
try:
    with start.held():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.2)
        print("whole", end=" ")
    print("lost")
except KeyboardInterrupt:
    print("stopped", flush=True)
    os._exit(0)
"""
    out, problems = begin(code).communicate(timeout=60)
    assert (out, problems) == ("whole stopped\n", "")


def test_an_end_inside_a_pool_of_processes_leaves_no_warning():
    code = """
import os
from polygeo.report.cli.workers import process_pool
if __name__ == "__main__":
    with process_pool(2) as pool:
        pool.submit(abs, -1).result()
        os._exit(3)
"""
    child = begin(code)
    _, problems = child.communicate(timeout=60)  # the stream is held by all that are left
    assert (child.returncode, problems) == (3, "")


def test_a_ctrl_c_while_the_words_are_read_says_so(monkeypatch, capsys):
    """click answers it with a blank line."""
    import click

    from polygeo.report.cli import cli

    def stop(*args, **extra):
        raise KeyboardInterrupt

    monkeypatch.setattr(click.Group, "make_context", stop)
    with pytest.raises(SystemExit) as ended:
        cli.main(["q", "20", "3"], prog_name="polygeo")
    assert ended.value.code == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_an_object_that_a_ctrl_c_left_half_made_says_nothing():
    child = begin(STUCK.format(body=HALF_MADE))
    assert [child.stdout.readline() for _ in range(2)] == ["ready\n", "in\n"]
    child.send_signal(signal.SIGINT)
    _, problems = child.communicate(timeout=60)
    assert (child.returncode, problems) == (130, "interrupted\n")


def test_a_ctrl_c_inside_a_codec_says_so(monkeypatch, capsys):
    """Python 3.11 makes one with another text of it."""
    import click

    from polygeo.report.cli import cli

    def stop(*args, **extra):
        raise KeyboardInterrupt("decoding with 'utf-8-sig' codec failed (KeyboardInterrupt: )")

    monkeypatch.setattr(click.Group, "invoke", stop)
    with pytest.raises(SystemExit) as ended:
        cli.main(["q", "20", "3"], prog_name="polygeo")
    assert (ended.value.code, capsys.readouterr().err) == (130, "interrupted\n")


def test_an_error_that_a_library_makes_of_a_ctrl_c_is_no_traceback():
    """As an extension module does whose import is interrupted."""
    body = (
        "\n        try: print('in', flush=True); time.sleep(60)"
        "\n        except KeyboardInterrupt: raise ImportError('cannot initialise') from None"
    )
    child = begin(STUCK.format(body=body))
    assert [child.stdout.readline() for _ in range(2)] == ["ready\n", "in\n"]
    child.send_signal(signal.SIGINT)
    _, problems = child.communicate(timeout=60)
    assert (child.returncode, problems) == (130, "interrupted\n")


def test_a_signal_that_a_callback_drops_comes_again():
    child = begin(STUCK.format(body=DROPPED))
    assert [child.stdout.readline() for _ in range(2)] == ["ready\n", "in\n"]
    child.send_signal(signal.SIGINT)
    _, problems = child.communicate(timeout=60)
    assert (child.returncode, problems) == (130, "interrupted\n")


def test_a_crash_inside_a_library_is_an_exit_code():
    child = begin(STUCK.format(body=CRASH))
    _, problems = child.communicate(timeout=60)
    assert child.returncode == 128 + signal.SIGSEGV
    assert problems == "Error: ended by signal 11 (SIGSEGV)\n"


def test_the_worker_ends_with_the_process_that_waits():
    """SIGKILL to the process that a scheduler knows leaves none behind."""
    child = begin(STUCK.format(body="print('in', flush=True); time.sleep(60)"))
    assert [child.stdout.readline() for _ in range(2)] == ["ready\n", "in\n"]
    child.kill()
    sent = time.monotonic()
    child.communicate(timeout=50)  # the pipes close when both have ended
    assert time.monotonic() - sent < 30


def test_a_background_job_does_not_hear_the_terminal():
    """A shell starts it with SIGINT ignored."""
    ignore = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    child = begin(STUCK.format(body="print('in', flush=True); time.sleep(0.5)"), **ignore)
    assert [child.stdout.readline() for _ in range(2)] == ["ready\n", "in\n"]
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=60)
    assert child.returncode == 0


def test_a_kill_between_blocks_loses_none_and_counts_none_twice(tmp_path):
    """The storm's own trial, once: killed, resumed, equal to an uninterrupted run."""
    words = [sys.executable, str(STORM / "jobs.py"), "p"]
    whole = subprocess.run([*words, str(tmp_path / "a")], capture_output=True, check=True)
    child = subprocess.Popen([*words, str(tmp_path / "b")], stdout=subprocess.PIPE)
    limit = time.monotonic() + 100
    while not (tmp_path / "b").exists() and time.monotonic() < limit:
        time.sleep(0.01)
    child.kill()
    child.communicate()
    resumed = subprocess.run([*words, str(tmp_path / "b")], capture_output=True, check=True)
    assert resumed.stdout == whole.stdout


def test_a_ctrl_c_that_numba_has_wrapped_is_one():
    """It comes as a SystemError whose cause is the Ctrl-C; a run gives what it has."""
    import numpy as np

    def block(number):
        if number == 2:
            raise SystemError("returned a result with an exception set") from KeyboardInterrupt()
        return np.array([1])

    part = run(block, 5)
    assert (part.blocks, part.complete) == (2, False)


def test_ctrl_c_at_every_instruction_of_a_merge_keeps_whole_blocks(tmp_path):
    """A Ctrl-C after each line that the engine runs: sums and number of blocks stay together."""
    import numpy as np

    blocks, ends = 3, set()
    for stop in range(1, 400):
        path, seen = tmp_path / f"{stop}", [0]

        def trace(frame, event, argument, stop=stop, seen=seen):
            if frame.f_globals.get("__name__") != "polygeo.sampling.runs.engine":
                return None
            frame.f_trace_opcodes = True
            if event == "opcode" and frame.f_code.co_name == "merge":
                seen[0] += 1
                if seen[0] == stop:
                    raise KeyboardInterrupt
            return trace

        sys.settrace(trace)
        try:
            run(lambda b: np.array([1, b + 1]), blocks, checkpoint=path, job={"a": 1}, every=1e9)
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(None)
        if path.exists():
            record = json.loads(path.read_text())
            done = record["blocks"]
            assert record["sums"] == [done, done * (done + 1) // 2]
            ends.add(done)
        if seen[0] < stop:
            break
    else:
        raise AssertionError("more instructions than were tried")
    assert ends == {1, 2, 3}
