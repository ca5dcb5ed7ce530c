"""Formulas as a terminal shows them: plain text for every formula, without a rest of LaTeX."""

import json
import re

import pytest
from commandline import answer

from polygeo import catalogue
from polygeo.report.plain_math import plain_math


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"\frac{a + 1}{2^{- n}}", "(a + 1)/(2^(- n))"),
        (r"\tfrac12\sqrt{A} \le x_{m,n}", "1/2 sqrt(A) <= x_{m,n}"),
        (r"\prod_{i=0}^{n}\left(t + i\right)", "prod_{i=0}^n(t + i)"),
        (r"\begin{cases} 1 & \text{for}\: k = 0 \\0 & \text{otherwise} \end{cases}",
         "{ 1 for k = 0; 0 otherwise }"),
        (r"\left\lfloor{\frac{n}{2}}\right\rfloor", "floor(n/2)"),
        (r"x(\cdot), \mathbb{E}\,f_{0}", "x(.), E f_0"),
        (r"\alpha H(\kappa/\alpha) - \log t", "alpha H(kappa/alpha) - log t"),
    ],
)  # fmt: skip
def test_latex_in_plain_text(latex, plain):
    assert re.sub(" +", " ", plain_math(latex)) == plain.replace("{ 1", "{1")


def test_no_formula_keeps_latex():
    for name, entry in catalogue().items():
        text = plain_math(entry.latex())
        assert text.isascii(), name
        assert not set("\\&$~") & set(text.replace(" ~ ", "")), name
        for pair in ("()", "{}", "[]"):
            assert text.count(pair[0]) == text.count(pair[1]), (name, text)


def test_the_terminal_gets_plain_text():
    assert answer("threshold", "euler").splitlines()[2] == "Phi(alpha, 1) = 0  [maillard2022slides]"
    assert answer("threshold", "euler", "--format", "tex").splitlines()[1] == r"\Phi(\alpha, 1) = 0"
    assert "    p_{m,1} = 1 - 2^(1 - m)" in answer("formula", "classical.exact_values")
    assert answer("formula", "classical.exact_values", "--format", "tex").splitlines() == [
        "p_{m,1} = 1 - 2^{1 - m}"
    ]
    record = json.loads(answer("formula", "classical.exact_values", "--format", "json"))
    assert (record["latex"], record["plain"]) == (
        "p_{m,1} = 1 - 2^{1 - m}",
        "p_{m,1} = 1 - 2^(1 - m)",
    )
