"""Without a terminal nothing fails, and on one nothing from outside is obeyed."""

import io
import os
import pty
import subprocess
import sys

import numpy as np
import pytest

import polygeo
from polygeo.cones import Orthant
from polygeo.progress import track, waiting
from polygeo.sampling import run
from polygeo.terminal import on_terminal, printable

NASTY = "\x1b[31mred\x1b[0m[bold]\x9b2J\x07.csv"
"""A file name that clears the screen, turns red, rings and is bold for rich."""


class Plain:
    """A stream that can be written to, and that is all."""

    def write(self, text):
        return len(text)


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


def block(number):
    return np.array([1, number])


@pytest.mark.parametrize("stream", [None, object(), Plain(), closed(), io.StringIO()])
def test_any_stderr(stream, monkeypatch):
    """None as in programs with windows and services; objects that programs put in its place."""
    monkeypatch.setattr(sys, "stderr", stream)
    assert not on_terminal()
    assert list(track([1, 2], "counting")) == [1, 2]
    with waiting("working"):
        pass
    for progress in (None, True, False):
        assert run(block, 4, progress=progress).sums.tolist() == [4, 6]
    assert polygeo.p(7, 2) > 0
    assert polygeo.p(9, 3, 200, seed=1).samples >= 200
    assert len(Orthant(3).estimate_intrinsic_volumes(200, seed=1)) == 4
    assert len(polygeo.table("known-p").rows) > 0


@pytest.mark.parametrize("stream", [None, object()])
def test_any_stdout(stream, monkeypatch):
    monkeypatch.setattr(sys, "stdout", stream)
    assert polygeo.p(9, 3, 200, seed=1).samples >= 200
    assert list(track([1, 2], "counting")) == [1, 2]


def on_a_terminal(words, folder):
    """Everything that a command writes to a terminal, which is its stdout and its stderr."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "polygeo.report.cli", *words]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "500"}
    with subprocess.Popen(
        command, cwd=folder, stdin=slave, stdout=slave, stderr=slave, env=environment
    ) as process:
        os.close(slave)
        seen = b""
        while True:
            try:
                piece = os.read(master, 1 << 16)
            except OSError:
                break
            if not piece:
                break
            seen += piece
    os.close(master)
    return process.returncode, seen.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["injective", NASTY, "--certificate", "out" + NASTY], 0),
        (["verify", NASTY, NASTY], 2),
        (["volumes", "rays", NASTY], 0),
        (["crosscheck", "claims.csv"], 1),
        (["injective", "no" + NASTY], 2),
    ],
)
def test_file_names_are_not_obeyed(words, code, tmp_path):
    """What is bold, moves or clears comes from this program, never from a name."""
    (tmp_path / NASTY).write_text("1,0\n0,1\n-1,0\n0,-1\n")
    (tmp_path / "claims.csv").write_text(f"quantity,parameters,value\n{NASTY},m=1 n=1,1\n")
    ended, seen = on_a_terminal(words, tmp_path)
    assert ended == code, seen
    for forbidden in ("\x1b[31m", "\x9b", "\x07"):
        assert forbidden not in seen
    if "red" in seen:
        assert "[bold]" in seen


def test_markup_in_descriptions(monkeypatch, tmp_path):
    """A bar shows [/bold] as it stands: as markup it would raise."""
    assert run(block, 4, progress=True, description="[/bold]\x1b[31m").blocks == 4


def test_texts_for_a_terminal():
    assert printable("a\tb\n\x1b[0m") == "a\\tb\n\\x1b[0m"
    assert printable("ok, × and λ\n") == "ok, × and λ\n"
