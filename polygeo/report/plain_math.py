"""Formulas in plain text: the LaTeX of an equation as a line that a terminal can show.

Fractions become (a)/(b), binomials binom(a, b), Greek letters their names; exponents of several
signs get parentheses, subscripts keep their braces.
"""

from __future__ import annotations

import re

__all__ = ["plain_math"]

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}^_&~]|\s+|[A-Za-z]+|\d+(?:\.\d+)?|.", re.S)
WORDS = {
    "le": " <= ", "leq": " <= ", "ge": " >= ", "geq": " >= ", "ne": " != ", "sim": " ~ ",
    "approx": " ~ ", "pm": " +/- ", "cdot": " * ", "cdots": "...", "ldots": "...", "infty": "inf",
    "bmod": " mod ", "to": " -> ", "atop": ", ", "in": " in ", "cap": " cap ", "cup": " cup ",
    "subset": " subset ", "quad": "   ", "qquad": "   ", "varphi": "phi", "ell": "l",
    "lfloor": "floor(", "rfloor": ")", "lceil": "ceil(", "rceil": ")", "langle": "<",
    "rangle": ">", "{": "{", "}": "}", "\\": "; ", "triangle": "simplex",
    **dict.fromkeys((",", ":", ";", " "), " "),
    **dict.fromkeys(("left", "right", "Big", "big", "!", "displaystyle"), ""),
}  # fmt: skip
"""What stands for a command without arguments; others stand for themselves."""
FONTS = ("mathrm", "mathbb", "mathcal", "mathsf", "mathbf", "operatorname", "text", "substack")
ACCENTS = ("bar", "tilde", "hat")
BIG = ("sum", "prod", "min", "max", "inf", "sup")


def plain_math(latex: str) -> str:
    r"""Return a formula in plain text.

    >>> plain_math(r"\frac{1}{2} \sum_{j=0}^{n - 1} \binom{m}{j} 2^{- j} \leq \Phi(\alpha)")
    '1/2 sum_{j=0}^{n - 1} binom(m, j) 2^(- j) <= Phi(alpha)'
    >>> plain_math(r"2\Phi(t) - \tfrac32 = t\varphi(t)")
    '2 Phi(t) - 3/2 = t phi(t)'
    """
    return _tidy(_Typeset(latex).group())


class _Typeset:
    """The tokens of a formula and the place up to which they are read."""

    def __init__(self, latex: str) -> None:
        self._tokens = TOKEN.findall(latex)
        self._place = 0

    def _next(self) -> str:
        self._place += 1
        return self._tokens[self._place - 1]

    def _more(self) -> bool:
        return self._place < len(self._tokens)

    def group(self) -> str:
        """The text up to the end of the group."""
        parts: list[str] = []
        limits = False
        while self._more():
            token = self._next()
            if token == "}":
                break
            if token in "^_":
                inside = self._argument()
                if token == "^" and not limits:
                    parts.append("^" + _enclosed(inside))
                else:
                    parts.append(token + (inside if len(inside) == 1 else f"{{{inside}}}"))
                continue
            if token.isspace() and limits and self._more() and self._tokens[self._place] in "^_":
                continue
            text = self._one(token)
            limits = token[1:] in BIG
            if text[:1].isalnum() and token[0] == "\\" and parts and parts[-1][-1:].isalnum():
                parts.append(" ")
            parts.append(text)
            if token[0] == "\\" and token[1:].isalpha() and text.isalpha() and self._more():
                following = self._tokens[self._place]
                if following[0].isalnum():
                    parts.append(" ")
        return "".join(parts)

    def _one(self, token: str) -> str:
        if token == "{":
            return self.group()
        if token in "&~" or token.isspace():
            return " "
        if token[0] != "\\":
            return token
        name = token[1:]
        if name in ("frac", "tfrac", "dfrac"):
            above, below = self._argument(), self._argument()
            return f"{_enclosed(above)}/{_enclosed(below)}"
        if name in ("binom", "tbinom"):
            return f"binom({self._argument()}, {self._argument()})"
        if name == "sqrt":
            return f"sqrt({self._argument()})"
        if name in FONTS:
            return self._argument()
        if name in ACCENTS:
            return f"{name}({self._argument()})"
        if name == "begin":
            return "{ " if self._argument() == "cases" else ""
        if name == "end":
            return " }" if self._argument() == "cases" else ""
        if name in ("left", "right") and self._more() and self._tokens[self._place] == ".":
            self._place += 1  # no delimiter
        return WORDS.get(name, name)

    def _argument(self) -> str:
        """A group, or one sign: of a number its first digit."""
        while self._more() and self._tokens[self._place].isspace():
            self._place += 1
        if not self._more():
            return ""
        token = self._next()
        if len(token) > 1 and token[0] != "\\":
            self._place -= 1
            self._tokens[self._place : self._place + 1] = [token[0], token[1:]]
            token = self._next()
        return _tidy(self._one(token))


def _tidy(text: str) -> str:
    text = re.sub(r" {4,}", "   ", text.strip())
    text = re.sub(r"(?<! ) {2}(?! )", " ", text)
    text = re.sub(r"([(\[{]) +", r"\1", text)
    return re.sub(r" +([)\],;])", r"\1", text).replace("(*)", "(.)")


def _enclosed(text: str) -> str:
    """A part of a fraction or an exponent, in parentheses unless it is one word."""
    return text if re.fullmatch(r"\w+|\w+_\{[\w,]+\}|\w*\([^()]*\)", text) else f"({text})"
