"""How commands behave in a shell: integers come in, errors go out as one line and an exit code.

Exit codes: 0 done; 1 asked correctly, but the answer is no (a difference was found, no exact value
is known) or nobody reads it (a closed pipe); 2 bad input; 130 interrupted, 143 terminated.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import click

from polygeo.answers.exact import abbreviate
from polygeo.answers.interrupts import from_ctrl_c
from polygeo.errors import NoExactValue, PolygeoError
from polygeo.report.start import interrupted
from polygeo.terminal import printable

__all__ = [
    "COUNT",
    "INTEGER",
    "MATRIX_FILE",
    "Command",
    "Group",
    "bias_option",
    "command",
    "digits_option",
    "format_option",
    "full_option",
    "header_option",
    "nonnegative_option",
    "print_answer",
    "print_exact",
    "print_report",
    "print_table",
    "print_text",
]


class _Integer(click.ParamType):
    """An integer of at most 18 digits: larger ones overflow every quantity."""

    name = "integer"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        text = str(value).strip()
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            shown = text if len(text) <= 40 else f"{text[:20]}...({len(text)} characters)"
            self.fail(f"an integer of at most 18 digits is needed; got {shown!r}", param, ctx)
        return int(text)


INTEGER = _Integer()


class _Count(click.ParamType):
    """A number of samples: an integer, also written 1e6 or 2.5e5."""

    name = "count"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        from polygeo.answers.exact import rational
        from polygeo.errors import DomainError

        text = str(value).strip()
        try:
            number = rational(text, "samples") if len(text) <= 30 else None
        except DomainError:
            number = None
        if number is None or number.denominator != 1 or "/" in text or abs(number) > 10**18:
            shown = abbreviate(repr(text), 40)
            self.fail(f"an integer such as 1000000 or 1e6 is needed; got {shown}", param, ctx)
        return int(number)


COUNT = _Count()

MATRIX_FILE = """A file holds one row a line: rationals such as -3/8, 7 or 0.125, read exactly as
they are written, with commas, semicolons, tabs or spaces between them. A .npy or .npz file holds
floats. Lines that begin with # are skipped."""

header_option = click.option(
    "--header/--no-header",
    default=None,
    help="Skip the first line of a text file, or read it as numbers.",
)

nonnegative_option = click.option(
    "--nonnegative",
    "inputs",
    flag_value="nonnegative",
    help="Nonnegative inputs, such as pixels or outputs of a ReLU, instead of all inputs.",
)

bias_option = click.option("--bias", is_flag=True, help="A layer with Gaussian biases.")

full_option = click.option("--full", is_flag=True, help="Print numbers over 200 digits whole.")


class Command(click.Command):
    """A command that takes -5 for a number and not for an option.

    ``epilog`` may be a function that gives the text: it is called when --help is asked for.
    """

    def __init__(
        self, name: str | None, epilog: str | Callable[[], str] | None = None, **extra: Any
    ) -> None:
        self._late = epilog if callable(epilog) else None
        super().__init__(name, epilog=None if callable(epilog) else epilog, **extra)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the epilog."""
        if self._late is not None:
            self.epilog = self._late()
        super().format_epilog(ctx, formatter)

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> click.Context:
        """Make a context in which unknown options may be numbers, if there is a negative number."""
        if any(re.match(r"-\.?[0-9]", argument) for argument in args):
            extra["ignore_unknown_options"] = True
        return super().make_context(info_name, args, parent, **extra)


def command(short_help: str, name: str | None = None, epilog: Any = None) -> Any:
    """Return the decorator that makes a `Command` of a function."""
    return click.command(name, cls=Command, short_help=short_help, epilog=epilog)


class Group(click.Group):
    """A group whose commands end with one line on stderr when they fail."""

    command_class = Command
    group_class = type

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; Ctrl-C ends it with one line."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            # Python gives a Ctrl-C inside a codec a text of its own.
            text = str(stop)
            click.echo(text if text.startswith("interrupted") else "interrupted", err=True)
            ctx.exit(130)
        except click.exceptions.Exit:
            raise
        except Exception as problem:
            # What a library makes of a Ctrl-C: a SystemError, an ImportError, ..
            if not (interrupted() or from_ctrl_c(problem)):
                raise
            click.echo("interrupted", err=True)
            ctx.exit(130)

    def main(
        self, args: Any = None, prog_name: str | None = None, *rest: Any, **extra: Any
    ) -> NoReturn:
        """Run and exit."""
        name = prog_name or "polygeo"
        words = sys.argv[1:] if args is None else list(args)
        code: Any = 0
        try:
            self._main_shell_completion({}, name)
            # As click does it, but for a Ctrl-C, to which click answers with a blank line.
            try:
                with self.make_context(name, words) as context:
                    code = self.invoke(context)
            except click.exceptions.Exit as end:
                code = end.exit_code
            sys.stdout.flush()
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            code = 130
        except click.exceptions.NoArgsIsHelpError as request:
            click.echo(request.format_message())
            code = 0
        except click.UsageError as problem:
            path = problem.ctx.command_path if problem.ctx else "polygeo"
            code = _fail(f"{problem.format_message()} (see {path} --help)")
        except click.Abort:
            code = 130
        except BrokenPipeError:
            _let_go_of_stdout()
            code = 1
        except NoExactValue as answer:
            code = _fail(str(answer), 1)
        except OSError as problem:
            _let_go_of_stdout()
            where = f"{problem.filename}: " if problem.filename else ""
            code = _fail(f"{where}{problem.strerror or problem}")
        except click.ClickException as problem:
            code = _fail(problem.format_message())
        except PolygeoError as problem:
            code = _fail(str(problem))
        except MemoryError:
            code = _fail("out of memory")
        sys.exit(code if isinstance(code, int) else 0)


def _let_go_of_stdout() -> None:
    """What is still buffered must not raise again when the interpreter closes stdout."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, code: int = 2) -> int:
    line = " ".join(abbreviate(word) for word in message.split())
    click.echo(f"Error: {line}", err=True)
    return code


def digits_option(default: int) -> Any:
    """Make the option --digits with a default."""
    text = "Significant digits."
    return click.option(
        "--digits", type=INTEGER, default=str(default), help=text, show_default=True
    )


def format_option(*formats: str) -> Any:
    """Make the option --format with the first format as default."""
    return click.option(
        "--format", "layout", type=click.Choice(formats), default=formats[0], show_default=True
    )


def print_answer(layout: str, record: Any, lines: Iterable[Any]) -> None:
    """Print an answer: for ``layout`` "json" the record, on one line, for any other the lines.

    ``lines`` may be a generator: it does not run for "json".
    """
    if layout != "json":
        for line in lines:
            click.echo(line)
        return
    text = json.dumps(record, ensure_ascii=False)
    click.echo(text if text.isprintable() else json.dumps(record))


def print_exact(name: str, value: Any, digits: int, full: bool, layout: str) -> None:
    """Print an exact rational: the fraction alone on the first line, then its decimals."""
    from polygeo.answers.serialise import decimal, show

    rounded, fraction = decimal(value, digits), show(value, full or layout == "json")
    record = {"quantity": name, "kind": "exact", "value": fraction, "decimal": rounded}
    print_answer(layout, record, [fraction, f"{name} is exact; {digits} digits: {rounded}"])


def print_report(layout: str, record: Any, text: str) -> None:
    """Print a report: for ``layout`` "json" its record, otherwise its text as that of a table."""
    if layout == "json":
        print_answer(layout, record, ())
    else:
        print_text(text)


def print_table(table: Any, layout: str, full: bool = False, record: Any = None) -> None:
    """Print a `Table` in one of its formats; ``record`` replaces its own record of "json"."""
    if layout == "json" and record is not None:
        print_answer(layout, record, ())
        return
    text = table.render(layout, full)
    if layout == "text":
        print_text(text)
    elif sys.stdout.isatty():
        click.echo(printable(text), nl=False)
    else:
        click.echo(text, nl=False)


def print_text(text: str) -> None:
    """Print the text of a table: the title bold and the notes dim, where that can be seen."""
    rules = 0
    for line in printable(text).splitlines():
        rules += bool(re.fullmatch("-{4,}", line))
        click.secho(
            line, bold=rules == 0 or None, dim=(rules == 3 and not line.startswith("-")) or None
        )
