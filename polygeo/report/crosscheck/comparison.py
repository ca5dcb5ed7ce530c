"""Somebody else's numbers against ours, row by row.

`QUANTITIES` maps names to functions, and that is all there is to a new quantity: parameters
without a default are required, and a function with a parameter ``digits`` is told how many are
compared.

>>> QUANTITIES["cover"] = lambda kappa=1: 1 + 2 * kappa
>>> print(crosscheck([{"quantity": "cover", "parameters": "kappa=1/4", "value": "1.50"}]).rows[0])
row 1: cover(kappa=1/4) = 1.50: agrees
>>> del QUANTITIES["cover"]

Another solver is checked by handing its numbers over:

>>> solver = lambda m, n: (m - 1) * m / 2 ** (m - 1)  # right for n = 2 only
>>> report = crosscheck({"quantity": "q", "m": m, "n": n, "value": solver(m, n)}
...                     for m, n in [(9, 2), (9, 3)])
>>> report.ok, [row.verdict for row in report.rows]
(False, ['agrees', 'differs'])
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike
from typing import Any

from gmpy2 import mpq

from polygeo.answers.decimals import decimal_exponent, round_rational
from polygeo.answers.exact import abbreviate, rational
from polygeo.answers.options import check_fields, choice
from polygeo.answers.serialise import show
from polygeo.answers.typeset import html_table
from polygeo.cones.families.fan import SignCountFan
from polygeo.errors import DomainError, NoExactValue, PolygeoError
from polygeo.progress import patient
from polygeo.relu.bounds import union_bound, wendel_probability
from polygeo.relu.probability.gaussian_layer import injectivity_probability
from polygeo.relu.sufficient import width
from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.relu.surrogate.rate import euler_rate
from polygeo.report import names
from polygeo.report.crosscheck.claims import Claim, StatedNumber, claims, claims_of_file
from polygeo.report.tables import layouts
from polygeo.report.tables.tabular import decimal_text
from polygeo.volumes.intrinsic import IntrinsicVolumes

__all__ = ["QUANTITIES", "Report", "RowVerdict", "crosscheck"]


def _threshold(
    name: Any, kappa: Any = None, L: Any = None, inputs: Any = None, digits: int = 30
) -> Any:
    return names.threshold(name, kappa, L, inputs).enclose(digits)


@lru_cache(maxsize=16)
def _volumes(m: int, k: int) -> IntrinsicVolumes:
    return SignCountFan(m, k).intrinsic_volumes()


def _volume(m: Any, k: Any, j: Any) -> Any:
    volumes = _volumes(m, k)
    if not (isinstance(j, int) and 0 <= j <= m):
        raise DomainError(f"volume needs an integer 0 <= j <= m; got m={m}, j={j}")
    return volumes[j]


def _width(n: Any, probability: Any, inputs: Any = None, bias: bool = False) -> Any:
    return mpq(width(n, probability, inputs, bias).m)


QUANTITIES: dict[str, Callable[..., Any]] = {
    "q": expected_euler_characteristic,
    "p": injectivity_probability,
    "union_bound": union_bound,
    "wendel": wendel_probability,
    "volume": _volume,
    "threshold": _threshold,
    "rate": lambda alpha, kappa=1, digits=30: euler_rate(alpha, kappa, digits).value,
    "width": _width,
}
"""The quantities that can be checked: name -> function of the parameters, any kind of answer."""


VERDICTS = ("agrees", "differs", "unknown quantity", "no exact value", "invalid row")


@dataclass(frozen=True)
class RowVerdict:
    """The verdict on one claim.

    * ``claim``: the row.
    * ``verdict``: 'agrees', 'differs', 'unknown quantity', 'no exact value' or 'invalid row'.
    * ``right``: polygeo's answer.
    * ``difference``: the claim minus polygeo's answer (mpq).
    * ``digits``: number of digits that were compared.
    * ``remark``: says more.
    """

    claim: Claim
    verdict: str
    right: Any = None
    difference: mpq | None = None
    digits: int = 0
    remark: str = ""

    def __post_init__(self) -> None:
        check_fields(self, claim=Claim, difference=mpq | None, digits=int, remark=str)
        choice(self.verdict, "verdict", VERDICTS)

    @property
    def explanation(self) -> str:
        """The sentence that a reader needs beyond the verdict, or an empty text."""
        if self.verdict != "differs" or self.difference is None:
            return self.remark
        right = decimal_text(self.right, max(self.digits + 2, 6))
        text = f"by {round_rational(self.difference, 3)}; right: {right}"
        if type(self.right) is type(mpq()) and self.right.denominator != 1:
            text += f" = {show(self.right)}"
        return text + (f" ({self.remark})" if self.remark else "")

    def __str__(self) -> str:
        text = f"{self.claim.place}: {self.claim} = {_value_text(self.claim.value)}: {self.verdict}"
        if not self.explanation:
            return text
        return f"{text} {'' if self.verdict == 'differs' else '- '}{self.explanation}"

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dictionary that JSON can hold."""
        right = None if self.right is None else show(self.right, full=True)
        return {
            "place": self.claim.place,
            "quantity": self.claim.quantity,
            "parameters": {name: str(value) for name, value in self.claim.parameters.items()},
            "value": str(self.claim.value),
            "verdict": self.verdict,
            "right": right,
            "difference": None if self.difference is None else round_rational(self.difference, 6),
            "remark": self.remark,
        }


@dataclass(frozen=True)
class Report:
    """The verdicts on all rows; ``ok`` if every row agrees."""

    rows: tuple[RowVerdict, ...]

    def __post_init__(self) -> None:
        check_fields(self, rows=[RowVerdict])

    @property
    def ok(self) -> bool:
        """Whether every row agrees."""
        return all(row.verdict == "agrees" for row in self.rows)

    @property
    def summary(self) -> str:
        """The number of rows for each verdict, as text."""
        counts = Counter(row.verdict for row in self.rows)
        parts = ", ".join(f"{verdict}: {count}" for verdict, count in counts.items())
        return f"{len(self.rows)} row{'s' if len(self.rows) != 1 else ''} - {parts}"

    def __str__(self) -> str:
        columns = {
            "row": [row.claim.place for row in self.rows],
            "quantity": [str(row.claim) for row in self.rows],
            "value": [_value_text(row.claim.value) for row in self.rows],
            "verdict": [row.verdict for row in self.rows],
        }
        blocks = [
            layouts.TextBlock(name, name, "", "text", cells) for name, cells in columns.items()
        ]
        remarks = [row.explanation for row in self.rows]
        blocks.append(layouts.TextBlock("remark", "", "", "text", remarks, terminal="below"))
        return layouts.text("Cross-check", blocks, [self.summary]).rstrip("\n")

    def _repr_html_(self) -> str:
        rows = [
            (row.claim.place, row.claim, _value_text(row.claim.value), row.verdict, row.explanation)
            for row in self.rows
        ]
        header = ["row", "quantity", "value", "verdict", "remark"]
        return html_table(self.summary, header, rows)

    def to_dict(self) -> dict[str, Any]:
        """Return the verdicts as a dictionary that JSON can hold."""
        return {
            "ok": self.ok,
            "summary": self.summary,
            "rows": [row.to_dict() for row in self.rows],
        }


@patient
def crosscheck(source: str | PathLike[str] | Iterable[Any]) -> Report:
    """Compare somebody else's numbers with polygeo's, row by row.

    `polygeo.crosscheck` is this function.

    * ``source``: a file (CSV or JSON), or rows with quantity, parameters, value and perhaps
      tolerance.

    Returns a `Report`. An integer or a fraction must equal an exact answer; a decimal must be the
    answer rounded correctly to the digits that it has, or cut off after them (which is said); with
    a tolerance the value may be off by the tolerance. DomainError (one line) for a file that cannot
    be read; a row that cannot be read only gets its verdict.

    >>> print(crosscheck([
    ...     {"quantity": "q", "parameters": "m=20 n=3", "value": "25861/524288"},
    ...     {"quantity": "q", "parameters": "m=20 n=3", "value": "0.0494"},
    ...     {"quantity": "threshold", "parameters": "name=euler", "value": "8.344"},
    ... ]))
    Cross-check
    ---------------------------------------------------
    row    quantity               value         verdict
    ---------------------------------------------------
    row 1  q(m=20, n=3)           25861/524288  agrees
    row 2  q(m=20, n=3)           0.0494        differs
        by 0.0000741; right: 0.0493259 = 25861/524288 (in the last digit)
    row 3  threshold(name=euler)  8.344         agrees
        last digit cut off, not rounded
    ---------------------------------------------------
    3 rows - agrees: 2, differs: 1
    """
    if isinstance(source, str | PathLike):
        found = claims_of_file(source)
    elif isinstance(source, Iterable):
        found = claims(source)
    else:
        raise DomainError(f"a file name or rows are needed; got {type(source).__name__}")
    return Report(tuple(map(judge, found)))


def judge(claim: Claim) -> RowVerdict:
    """The verdict on one claim."""
    if claim.problem:
        return RowVerdict(claim, "invalid row", remark=claim.problem)
    function = QUANTITIES.get(claim.quantity)
    if function is None:
        return RowVerdict(claim, "unknown quantity", remark=f"known: {', '.join(QUANTITIES)}")
    try:
        _check_names(claim, function)
        stated = StatedNumber.read(claim.value)
        tolerance = None if claim.tolerance is None else rational(claim.tolerance, "tolerance")
        if tolerance is not None and tolerance < 0:
            raise DomainError(f"tolerance must be at least 0; got {claim.tolerance}")
        return _compare(claim, function, stated, tolerance)
    except NoExactValue as reason:
        return RowVerdict(claim, "no exact value", remark=str(reason))
    except PolygeoError as reason:
        return RowVerdict(claim, "invalid row", remark=str(reason))


def _check_names(claim: Claim, function: Callable[..., Any]) -> None:
    known = {n: p for n, p in inspect.signature(function).parameters.items() if n != "digits"}
    required = [n for n, p in known.items() if p.default is inspect.Parameter.empty]
    listed = ", ".join(n if n in required else f"[{n}]" for n in known)
    for name in claim.parameters.keys() - known.keys():
        raise DomainError(f"{claim.quantity} takes {listed}; got {abbreviate(repr(name))}")
    missing = [name for name in required if name not in claim.parameters]
    if missing:
        raise DomainError(f"{claim.quantity} takes {listed}; {', '.join(missing)} is missing")


def _compare(
    claim: Claim, function: Callable[..., Any], stated: StatedNumber, tolerance: mpq | None
) -> RowVerdict:
    limit = stated.unit / 2 if tolerance is None else tolerance
    wants_digits = "digits" in inspect.signature(function).parameters
    digits = _digits_to_compare(stated, limit)
    for guard in (5, 30, 120):
        extra = {"digits": digits + guard} if wants_digits else {}
        right = function(**claim.parameters, **extra)
        low, high = StatedNumber.ends(right, digits + guard)
        nearest = max(mpq(0), low - stated.high, stated.low - high)
        farthest = max(high - stated.low, stated.high - low)
        if low == high or farthest <= limit or nearest > limit:
            break
    difference = (stated.low + stated.high - low - high) / 2
    shown = stated.digits if stated.unit else 10
    if nearest <= limit:
        return RowVerdict(claim, "agrees", right, difference, shown)
    cut = tolerance is None and nearest < stated.unit
    if cut and (0 <= stated.low <= low or high <= stated.high <= 0):
        remark = "last digit cut off, not rounded"
        return RowVerdict(claim, "agrees", right, difference, shown, remark)
    remark = "in the last digit" if cut else ""
    return RowVerdict(claim, "differs", right, difference, shown, remark)


def _digits_to_compare(stated: StatedNumber, limit: mpq) -> int:
    """Digits of our answer that reach beyond the last place of the claim."""
    size = max(abs(stated.low), abs(stated.high))
    if not limit or not size:
        return stated.digits
    return max(decimal_exponent(size) - decimal_exponent(limit), stated.digits, 1)


def _value_text(value: Any) -> str:
    if value is None:
        return ""
    return abbreviate(show(value) if type(value) is type(mpq()) else str(value), 60)
