"""The catalogue: every statement of `polygeo.formulas` by id, and the BibTeX behind an answer.

The id is the module and the name, for instance ``euler.triple_sum``; nothing is registered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from inspect import getdoc, getmodule, unwrap
from typing import Any

from polygeo import formulas, thresholds
from polygeo.answers.exact import abbreviate
from polygeo.answers.options import describe, instance
from polygeo.answers.typeset import html_table
from polygeo.errors import DomainError
from polygeo.formula import Asymptotic, Formula
from polygeo.symbols import quantities
from polygeo.thresholds.registry import THRESHOLDS, needs_parameter

__all__ = ["Catalogue", "bibliography", "catalogue", "cite"]


class Catalogue(Mapping[str, "Formula | Asymptotic"]):
    """Mapping from the id of a formula to the `Formula`, in the order of the files.

    * ``entries``: the formulas by id.

    >>> catalogue()["euler.one_dimension"].check()
    39
    """

    def __init__(self, entries: dict[str, Formula | Asymptotic]) -> None:
        self._entries = instance(entries, "entries", dict)

    def __getitem__(self, identifier: str) -> Formula | Asymptotic:
        if identifier in self:
            return self._entries[identifier]
        known = isinstance(identifier, str) and identifier
        close = [name for name in self._entries if known and identifier in name][:5]
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        raise DomainError(f"no formula has the id {abbreviate(repr(identifier))}{hint}")

    def __contains__(self, identifier: object) -> bool:
        return isinstance(identifier, str) and identifier in self._entries

    def get(self, identifier: Any, default: Any = None) -> Any:
        """Return the formula with the id ``identifier``, or ``default``."""
        return self._entries[identifier] if identifier in self else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def about(self, head: type) -> dict[str, Formula | Asymptotic]:
        """Return the formulas about one quantity, a head of ``polygeo.symbols``, by id."""
        if not any(head is quantity for quantity in quantities()):
            raise DomainError(f"a head of polygeo.symbols is needed; got {describe(head)}")
        return {name: entry for name, entry in self.items() if head in entry.heads()}

    def __repr__(self) -> str:
        return f"Catalogue({len(self)} statements)"

    def _repr_html_(self) -> str:
        rows = [(name, entry.kind, entry.title, entry.source) for name, entry in self.items()]
        return html_table(f"{len(self)} statements", ["id", "kind", "statement", "source"], rows)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the catalogue of all formulas by id.

    ``catalogue()["euler.triple_sum"]`` is one formula.
    """
    entries = {}
    for topic in formulas.__all__:
        module = import_module(f"polygeo.formulas.{topic}")
        for name in formulas.statements(vars(module)):
            entries[f"{topic}.{name}"] = getattr(module, name)
    return Catalogue(entries)


@lru_cache(maxsize=1)
def bibliography() -> dict[str, str]:
    """Return the BibTeX entries of references.bib by key."""
    text = files("polygeo.formulas").joinpath("references.bib").read_text(encoding="utf-8")
    entries = re.finditer(r"^@\w+\{([^,\s]+),.*?^\}$", text, flags=re.M | re.S)
    return {entry[1]: entry[0] for entry in entries}


SOFTWARE = """\
@software{polygeo,
  author = {{The polygeo developers}},
  title = {polygeo: exact and certified numbers in random polyhedral geometry},
  version = {0.1.0},
  year = {2026},
  note = {distributed as polygeo-cones, BSD-3-Clause},
}"""
"""The BibTeX entry of this software."""


def cite(answer: Any) -> str:
    """Return the BibTeX entries of the sources behind an answer.

    * ``answer``: an answer that carries its source (Ball, Converged, Estimate, IntrinsicVolumes,
      FVector, Threshold, Verdict, ...) or a list or tuple of such answers; a Formula or its id; a
      key of references.bib; the name of a threshold such as "euler"; "polygeo" for this software;
      or a public function or class such as ``polygeo.q``.

    The entries stand in the order of the answers, each once. For a function the entries are those
    that its docstring names, in that order, then those of the formulas about it (or else those that
    the docstring of its module names); for the name of a threshold the source of its value comes
    first. DomainError where no source is known: a plain mpq carries none, so cite the function that
    returned it.

    >>> print(cite("wendel1962problem").splitlines()[0])
    @article{wendel1962problem,
    """
    if isinstance(answer, str) and answer == "polygeo":
        return SOFTWARE
    keys = _keys(answer)
    if not keys:
        raise DomainError(f"no reference is known for {abbreviate(repr(answer))}")
    return "\n\n".join(bibliography()[key] for key in dict.fromkeys(keys))


def _keys(answer: Any) -> list[str]:
    if isinstance(answer, str):
        if answer in bibliography():
            return [answer]
        threshold = _threshold(answer)
        if threshold is not None:
            own = [] if needs_parameter(threshold) else _keys(threshold())
            return [*own, *_keys(getattr(threshold, "func", threshold))]
        try:
            return [catalogue()[answer].source]
        except DomainError as unknown:
            raise DomainError(f"no key of references.bib, no threshold, and {unknown}") from None
    if callable(answer):
        return _keys_of_function(unwrap(answer))
    source = getattr(answer, "source", None)
    if isinstance(source, str) and source:
        return _keys(source)
    if isinstance(answer, list | tuple):
        return [key for part in answer for key in _keys(part)]
    if type(answer).__name__ in ("mpq", "mpz", "int"):
        raise DomainError(
            "an exact number carries no source; cite the function: polygeo.cite(polygeo.q)"
        )
    return []


def _threshold(name: str) -> Callable[..., Any] | None:
    """The function of a threshold with a name such as "union-bound", "2-rsb" or "weak_l1"."""
    if name in THRESHOLDS:
        return THRESHOLDS[name]
    if re.fullmatch("[0-9]{1,2}-rsb", name):
        return thresholds.k_rsb
    public = name.replace("-", "_")
    return getattr(thresholds, public) if public in thresholds.__all__ else None


def _keys_of_function(function: Callable[..., Any]) -> list[str]:
    heads = [head for head in quantities() if function in (head, head.evaluator, head.public)]
    keys = _keys_in(getdoc(function))
    keys += [entry.source for head in heads for entry in catalogue().about(head).values()]
    own = getattr(function, "source", None)  # of a class: the source of all its answers
    keys = keys or (_keys(own) if isinstance(own, str) and own else [])
    return keys or _keys_in(getdoc(getmodule(function)))


def _keys_in(text: str | None) -> list[str]:
    return [word for word in re.findall(r"\w+", text or "") if word in bibliography()]
