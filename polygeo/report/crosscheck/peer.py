"""A peer: somebody else's program for a quantity that polygeo has, and how the two are compared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from polygeo.answers.options import check_fields, describe
from polygeo.errors import DomainError
from polygeo.report.crosscheck.tolerance import Tolerance

__all__ = ["Peer", "distribution"]


def distribution(name: str) -> Callable[[], str | None]:
    """Return a function for the version of an installed distribution (None where it is missing).

    >>> distribution("no-such-distribution")() is None
    True
    """

    def installed() -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    return installed


@dataclass(frozen=True)
class Peer:
    """One quantity that another program computes.

    * ``name``: of the program, with the function.
    * ``quantity``: what is compared.
    * ``licence``: of the program.
    * ``cases``: a function that returns the arguments (a tuple) by label.
    * ``ours``, ``theirs``: functions of these arguments, which import what they need; a program in
      another process may return a `Timed` answer, with its own time.
    * ``tolerance``: `Equal`, `Digits` or `Proportion`, or anything with a method ``judge``.
    * ``version``: a function for the installed version, None where the program is missing.
    * ``errs``: the cases in which the program is known to give wrong answers, which are counted and
      are no failure of the run (default: none).
    * ``forget``: a function called before every timing of ours, to drop what was remembered.
    """

    name: str
    quantity: str
    licence: str
    cases: Callable[[], Mapping[str, tuple[Any, ...]]]
    ours: Callable[..., Any]
    theirs: Callable[..., Any]
    tolerance: Tolerance
    version: Callable[[], str | None]
    errs: Collection[str] = ()
    forget: Callable[[], object] | None = None

    def __post_init__(self) -> None:
        function = Callable
        check_fields(self, name=str, quantity=str, licence=str, cases=function, ours=function)
        check_fields(self, theirs=function, version=function, errs=Collection)
        if not callable(getattr(self.tolerance, "judge", None)):
            raise DomainError(f"tolerance needs a method judge; got {describe(self.tolerance)}")
        if not (self.forget is None or callable(self.forget)):
            raise DomainError(f"forget needs a function; got {describe(self.forget)}")
