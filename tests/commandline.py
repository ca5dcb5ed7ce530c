"""The command line inside the tests' own process: what it prints, and how it refuses."""

from click.testing import CliRunner, Result

from polygeo.report.cli import cli

__all__ = ["answer", "refusal", "run"]


def run(*words: object) -> Result:
    """The outcome of ``polygeo WORDS ..``."""
    return CliRunner().invoke(cli, list(map(str, words)), prog_name="polygeo")


def answer(*words: object) -> str:
    """What a call prints that succeeds without a word on stderr."""
    done = run(*words)
    assert done.exit_code == 0, done.output
    assert done.stderr == ""
    return done.stdout


def refusal(*words: object, code: int = 2) -> str:
    """The one line of a call that fails with this exit code and prints nothing else."""
    done = run(*words)
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    return done.stderr
