"""Hostile words on the command line: exit code 1 or 2, one line on stderr, no traceback."""

import os
from pathlib import Path

import click
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polygeo.cones import PolyhedralCone
from polygeo.relu import is_injective
from polygeo.report import tables
from polygeo.report.cli import cli

GOOD = [
    "q 9 3 --k 2 --digits 20 --format json",
    "q 9 3 --nonnegative --bias --full",
    "threshold deep-sufficient --layers 3 --digits 20 --format json",
    "threshold euler --kappa 1/2 --digits 20 --format tex",
    "threshold euler --nonnegative --digits 20 --format json",
    "rate 9 --kappa 1/2 --digits 20 --format json",
    "table known-p --format csv",
    "width 3 --probability 0.9 --format json",
    "width 3 --probability 0.9 --nonnegative --bias",
    "formula euler.one_dimension --format tex",
    "crosscheck claims.csv --format json",
    "plot rate --out rate.gif --dpi 40",
    "plot p --n 2 --samples 100 --seed 1 --nonnegative --bias --out p.gif --dpi 40",
    "plot layer W.csv --bias b.csv --box 0 1 --out W.gif --dpi 40",
    "plot layer net.npz --layer fc --inputs W.csv --out W.gif --dpi 40",
    "plot cone rays cone.csv --out C.gif --dpi 40",
    "plot volumes rays cone.csv --out v.gif --dpi 40",
    "plot chibarsq --covariance S.csv --constraints x1>x2 --statistic 3 --out c.gif --dpi 40",
    "plot chibarsq --covariance S.csv --equalities E.csv --out c.gif --dpi 40",
    "plot chibarsq --weights 1/4,1/2,1/4 --out c.gif --dpi 40",
    "cite euler.one_dimension",
    "p 7 2 --format json --digits 20",
    "p 9 3 --samples 10 --seed 1 --method plain --workers 1 --checkpoint p.json",
    "p 9 3 --stderr 0.5 --seed 1",
    "p 9 3 --nonnegative --bias --samples 10 --seed 1",
    "euler-characteristic V.csv --k 2 --format json",
    "injective net.npz --layer fc --box -1 1 --timeout 10",
    "network net.npz --box 0 1 --data W.csv --timeout 5 --format json",
    "network net.npz --nonnegative",
    "injective W.csv --certificate out.json --max-nodes 100 --timeout 10 --format json",
    "injective W.csv --bias b.csv --box 0 1 --format json",
    "injective W.csv --inputs W.csv",
    "verify verdict.json W.csv --format json",
    "verify verdict.json net.npz --layer plain",
    "verify boxed.json W.csv --bias b.csv --box 0 1",
    "verify coned.json W.csv --inputs W.csv",
    "depth W.csv --origin 0,0 --max-nodes 100 --timeout 10 --format json",
    "regions 5 3 --active 2 --format json",
    "regions W.csv --bias b.csv",
    "regions 5 3 --bias",
    "regions W.csv --snap 1e-9",
    "contraction 5 --angle pi/2 --digits 20 --format json",
    "contraction 2 --angle pi/2 --width 40 --samples 32 --seed 1",
    "stability W.csv --gap 1/10",
    "stability W.csv --budget 1000 --timeout 9 --digits 20 --format json",
    "deep W.csv --certificate deep.json --format json",
    "deep W.csv --search --seed 1 --format json",
    "deep net.npz --format json",
    "deep net.npz --search --seed 1",
    "volumes orthant 3 --digits 20 --format csv",
    "volumes weyl B 3",
    "volumes rays cone.csv",
    "crofton 2 orthant 3 --digits 20 --format json",
    "chibarsq --covariance S.csv --constraints x1>x2 --statistic 7.3 --digits 5 --format json",
    "chibarsq --covariance S.csv --constraints x1>x2 --statistic 7.3 --df 3 --ratio E",
    "chibarsq --covariance S.csv --samples 100 --seed 1 --max-seconds 30",
    "chibarsq --covariance S.csv --constraints x1>x2 --estimate x.csv --type global",
    "chibarsq --covariance S.csv --equalities E.csv --statistic 1",
    "recovery 10 2 6 --digits 10 --format json",
    "estimate rays cone.csv --samples 10 --seed 1 --workers 1 --checkpoint e.json --format csv",
    "estimate rays cone.csv --samples 99 --seed 1 --section 2 --no-exact",
    "estimate rays cone.csv --samples 999 --seed 1 --method lengths",
    "estimate rays cone.csv --samples 99 --stderr 0.5 --seed 1 --format json",
    "fvector beta 6 3 1/2 --digits 20 --format json",
    "warmup sections",
    "replica energy 6 --level rs --margin 0 --digits 5 --format json",
    "replica free-entropy 50 6 --level rs --digits 5 --format json",
]
HOSTILE = [
    "", " ", "x", "nan", "inf", "-inf", "1e400", "-1", "1/0", "٣", "é", "\x01\x1b[2J", "a\nb",
    "9" * 5000, "--", "-", "--nothing", "-x", "../..", "/", "/dev/null", ".", "__import__('os')",
    "*", "$(id)", "{}", "[1]", "%s%n", "a,b", "0x10", "1_000", "\ud800", "٣.csv", "no.json",
]  # fmt: skip


LAYER = [[1, 0], [0, 1], [-1, 0], [0, -1]]


@pytest.fixture(scope="module", autouse=True)
def _own_folder(tmp_path_factory):
    folder, before = tmp_path_factory.mktemp("commands"), Path.cwd()
    (folder / "W.csv").write_text("1,0\n0,1\n-1,0\n0,-1\n")
    (folder / "V.csv").write_text("1,0\n0,1\n-1,-2\n")
    np.savez(folder / "net.npz", **{"fc.weight": np.eye(2), "fc.bias": np.ones(2)}, plain=LAYER)
    (folder / "S.csv").write_text("2,1\n1,2\n")
    (folder / "x.csv").write_text("1,2\n")
    (folder / "E.csv").write_text("1,-1\n")
    (folder / "b.csv").write_text("1,2,3,4\n")
    (folder / "cone.csv").write_text("1,0,0\n1,1,0\n1,1,1\n")
    (folder / "claims.csv").write_text("quantity,parameters,value\nq,m=20 n=3,25861/524288\n")
    is_injective(LAYER).save(folder / "verdict.json")
    is_injective(LAYER, [1, 2, 3, 4], (0, 1)).save(folder / "boxed.json")
    is_injective(LAYER, inputs=PolyhedralCone(inequalities=LAYER)).save(folder / "coned.json")
    os.chdir(folder)
    yield
    os.chdir(before)


def outcome(words, capsys):
    """The exit code and what is on stderr."""
    with pytest.raises(SystemExit) as end:
        cli.main(words, prog_name="polygeo")
    return end.value.code, capsys.readouterr().err


def ends_well(words, capsys):
    code, stderr = outcome(words, capsys)
    assert code in (0, 1, 2), (words, code)
    assert "Traceback" not in stderr, words
    if code == 2:
        assert stderr.startswith("Error: "), (words, stderr)
        assert stderr[:-1].isprintable(), (words, stderr)
        assert len(stderr) < 2000, words


def commands(group, above=()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))
        else:
            yield " ".join((*above, name))


PLAIN = click.Option(["--word"]).flag_value
"""That of an option which takes a word: click has changed it."""


def test_every_command_is_here():
    """Each with all of its options that take a word."""
    for name in commands(cli):
        lines = [line for line in GOOD if line.startswith(f"{name} ")]
        assert lines, name
        command = cli
        for word in name.split():
            command = command.commands[word]
        options = {
            parameter.opts[0]
            for parameter in command.params
            if isinstance(parameter, click.Option) and not parameter.is_flag
            and parameter.flag_value == PLAIN
        }  # fmt: skip
        assert options <= {word for line in lines for word in line.split()}, name


@pytest.mark.parametrize("line", GOOD)
def test_hostile_words(line, capsys):
    """The line as it is, then each word after the command's name replaced, doubled and left out."""
    words = line.split()
    code, stderr = outcome(words, capsys)
    assert code in (0, 1) or "gif" in line, stderr
    for place in range(1, len(words)):
        before, after = words[:place], words[place + 1 :]
        for word in HOSTILE:
            ends_well([*before, word, *after], capsys)
        ends_well([*before, words[place], *words[place:]], capsys)
        ends_well([*before, *after], capsys)


@settings(max_examples=99, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_words_at_random(data, capsys):
    line = data.draw(st.sampled_from(GOOD)).split()
    place = data.draw(st.integers(0, len(line) - 1))
    ends_well([*line[:place], data.draw(st.text(max_size=30)), *line[place + 1 :]], capsys)


@pytest.mark.parametrize("word", ["", "x", "é\n", "9" * 5000, "--nothing", "-1", "\x01"])
def test_words_for_the_program_of_the_tables(word, capsys):
    for words in ([word], ["--out", word, "known-p", "--check"], ["known-p", word]):
        try:
            code = tables.main(words)
        except SystemExit as end:  # argparse's own
            code = end.code
        stderr = capsys.readouterr().err
        assert code in (0, 1, 2)
        assert "Traceback" not in stderr
        assert code != 2 or len(stderr.strip().splitlines()) <= 3  # argparse shows the usage
