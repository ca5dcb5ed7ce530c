"""Every statement of the catalogue holds, is refuted when disturbed, and is cited."""

import dataclasses
import re
import sys
from collections.abc import Callable

import pytest
import sympy
from gmpy2 import mpq
from refusals import refused

import polygeo
from polygeo import polytopes, thresholds, volumes
from polygeo.answers import Ball
from polygeo.cones import CircularCone
from polygeo.errors import DomainError, Refuted, Undecided
from polygeo.formula import Asymptotic, Formula
from polygeo.formula_index import bibliography, catalogue
from polygeo.symbols import quantities

ENTRIES = list(catalogue().items())
FORMULAS = [(name, entry) for name, entry in ENTRIES if isinstance(entry, Formula)]
IDS = [name for name, _ in FORMULAS]
SIGNS = {"rate.rate_at_the_upper_edge"}


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=[name for name, _ in ENTRIES])
def test_it_holds_at_six_points_or_more(name: str, entry: Formula | Asymptotic) -> None:
    assert entry.check() >= 6


def resolution(entry: Formula | Asymptotic) -> mpq:
    """By what factor a side may be off and not be noticed: what the entry itself claims."""
    if isinstance(entry, Asymptotic):
        return 1 + mpq(1, 1000)
    if entry.kind == "identity" or entry.attained:
        return 1 + mpq(1, 10**6)
    assert entry.gap is not None, "an inequality says how sharp it is, or nothing can refute it"
    return 1 + 3 * entry.gap  # (1 + gap)^2 and a little: the sides may be gap apart already


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=[name for name, _ in ENTRIES])
def test_neither_side_may_be_off(name: str, entry: Formula | Asymptotic) -> None:
    """Left or right, larger or smaller: every statement notices."""
    if name in SIGNS:
        with pytest.raises(Refuted):
            dataclasses.replace(entry, statement=-entry.statement.lhs > 0).check()
        return
    off = resolution(entry)
    for factor in (off, 1 / off):
        with pytest.raises(Refuted):
            entry.check(factor=factor)
        by = polygeo.to_sympy(factor)
        if isinstance(entry, Asymptotic):
            wrong = dataclasses.replace(entry, left=by * entry.left)
        else:
            sides = by * entry.statement.lhs, entry.statement.rhs
            relation = entry.statement.func(*sides, evaluate=False)
            wrong = dataclasses.replace(entry, statement=relation)
        with pytest.raises(Refuted):
            wrong.check()


@pytest.mark.parametrize(("name", "entry"), FORMULAS, ids=IDS)
def test_the_opposite_of_an_inequality_is_refuted(name: str, entry: Formula) -> None:
    if entry.kind == "inequality":
        opposite = dataclasses.replace(entry, statement=sympy.Not(entry.statement))
        with pytest.raises(Refuted):
            opposite.check()


def test_only_signs_are_not_sharp() -> None:
    """What is compared with 0 has no other side; no more than these."""
    signs = {
        name for name, entry in FORMULAS if entry.kind != "identity" and not entry.statement.rhs
    }
    assert signs == SIGNS


def test_a_claim_of_sharpness_is_checked() -> None:
    x, y = sympy.symbols("x y", positive=True)
    points = {x: (1, 2, 3), y: (5, 7)}
    mean = Formula("means", x * y < (x**2 + y**2) / 2, points, "wendel1962problem", attained={x: y})
    assert mean.check() == 6
    for wrong in ({"attained": {x: y + 1}}, {"attained": {}, "gap": "1/100"}):
        with pytest.raises(Refuted):
            dataclasses.replace(mean, **wrong).check()
    assert dataclasses.replace(mean, attained={}, gap="1/2").check() == 6  # 15 and 17
    with pytest.raises(DomainError):
        Formula("an equation", sympy.Eq(x, y), points, "wendel1962problem", gap=1)


def test_citations_and_references_match() -> None:
    cited = {entry.source for _, entry in ENTRIES}
    assert cited <= set(bibliography())
    for key in bibliography():
        assert polygeo.cite(key).startswith("@")


def test_every_reference_is_cited() -> None:
    """In the package, or in the pages if they are here."""
    from pathlib import Path

    package, topics = (Path(module.__file__).parent for module in (polygeo, polygeo.formulas))
    docs = Path(__file__).parents[1] / "docs"
    if not docs.is_dir():
        pytest.skip("the pages are not here")
    paths = (*package.rglob("*.py"), *topics.glob("*.py"), *docs.rglob("*.rst"))
    texts = [path.read_text("utf-8") for path in paths]
    words = set(re.findall(r"\w+", " ".join(texts)))
    assert set(bibliography()) <= words


def test_the_bibliography_parses() -> None:
    from importlib.resources import files

    from pybtex.database import parse_string

    text = files("polygeo.formulas").joinpath("references.bib").read_text(encoding="utf-8")
    parsed = parse_string(text, "bibtex")
    assert set(parsed.entries) == set(bibliography())
    assert all({"title", "year"} <= set(entry.fields) for entry in parsed.entries.values())


def test_every_key_in_a_docstring_is_a_reference() -> None:
    """Keys look like firstauthor1234word; those in the package's texts must exist."""
    from pathlib import Path

    package = Path(polygeo.__file__).parent
    for path in sorted(package.rglob("*.py")):
        for key in re.findall(r"\b[a-z]{4,}(?:1[89]|20)\d\d[a-z]*\b", path.read_text("utf-8")):
            assert key in bibliography(), (path, key)


def test_every_source_that_an_answer_names_is_in_the_catalogue() -> None:
    from pathlib import Path

    package = Path(polygeo.__file__).parent
    topics = {name.split(".")[0] for name in catalogue()}
    pattern = re.compile(rf"[\"']((?:{'|'.join(topics)})\.[a-z_0-9]+)[\"']")
    for path in sorted(package.rglob("*.py")):
        if "formulas" not in path.parts:
            for name in pattern.findall(path.read_text("utf-8")):
                assert name in catalogue(), (path, name)


def test_every_quantity_has_a_formula() -> None:
    for head in quantities():
        assert catalogue().about(head), head
        assert polygeo.cite(head.public)


def test_heads_say_what_they_are() -> None:
    """Name, arguments and the first line of the public function's docstring."""
    for head in quantities():
        call, _, line = (head.__doc__ or "").removeprefix("The symbol ").partition(": ")
        inside = call.partition("(")[2].partition(")")[0]
        assert call.startswith(f"{head.__name__}("), head
        assert len(inside.split(", ")) == max(head.nargs), head
        assert line, head
        assert getattr(sys.modules[head.public.__module__], head.public.__name__) is head.public


def scaled(value: object, factor: mpq) -> object:
    if hasattr(value, "free_symbols"):
        return value * polygeo.to_sympy(factor)  # type: ignore[operator]
    return (value if isinstance(value, Ball) else mpq(value)) * factor


@pytest.mark.parametrize("head", quantities(), ids=lambda head: head.__name__)
def test_every_quantity_is_held_by_a_formula(head: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """An evaluator that is a thousandth off is refuted; the energies by a fifth, since theirs are
    predictions whose only formulas are inequalities."""
    factor = mpq(6, 5) if head.__name__ in ("e_rsb", "phi_rsb") else mpq(1001, 1000)
    true = head.evaluator  # type: ignore[attr-defined]
    wrong = staticmethod(lambda *arguments: scaled(true(*arguments), factor))
    monkeypatch.setattr(head, "evaluator", wrong)

    def notices(entry: Formula | Asymptotic) -> bool:
        try:
            entry.check()
        except Refuted:
            return True
        return False

    assert any(notices(catalogue()[name]) for name in catalogue().about(head))


def test_statements_print() -> None:
    for name, entry in ENTRIES:
        assert entry.latex(), name
        assert entry._repr_latex_().startswith("$")
        assert entry.title
        assert "\n" not in entry.title


def test_a_check_that_runs_nowhere_fails() -> None:
    x = sympy.symbols("x")
    empty = Formula("nowhere", sympy.Eq(x, x + 0, evaluate=False), {x: ()}, "wendel1962problem")
    with pytest.raises(Undecided):
        empty.check()
    with pytest.raises(DomainError):
        Formula("no relation", x, {x: (1,)}, "wendel1962problem")
    for at_most in (0, "all"):
        with pytest.raises(DomainError):
            catalogue()["euler.one_dimension"].check(at_most)


def test_wide_enclosures_do_not_count() -> None:
    x = sympy.symbols("x")
    wide = Formula(
        "equal but not narrow",
        sympy.Eq(sympy.sin(x) ** 2 + sympy.cos(x) ** 2, 1 + 0 * x, evaluate=False),
        {x: (mpq(10) ** 57 / 3,)},
        "wendel1962problem",
    )
    with pytest.raises(Undecided):
        wide.check()


def test_exact_heads_evaluate_in_sympy() -> None:
    from polygeo.symbols import Phi, q, v

    m = sympy.symbols("m")
    assert q(m, 2).doit() == q(m, 2)
    assert q(20, 3).doit() == polygeo.to_sympy(polygeo.q(20, 3))
    assert v(2, 2, 2).doit() == sympy.Rational(3, 4)
    assert Phi(9, 1).doit() == Phi(9, 1)


@pytest.mark.parametrize(
    "what", ["nothing.here", "", mpq(1, 2), 5, object(), None, "eulerian", b"q", len]
)
def test_what_cannot_be_cited_says_so(what: object) -> None:
    with refused():
        polygeo.cite(what)


CIRCULAR = CircularCone(4, "1/2")
ANSWERS = [
    lambda: volumes.solid_angle([[2, 1, 0, 0], [1, 2, 1, 0], [0, 1, 2, 1], [0, 0, 1, 2]]),
    lambda: volumes.equicorrelated_orthant(5, "1/3"),
    lambda: volumes.simplex_internal_angle(4, 1),
    lambda: volumes.crosspolytope_external_angle(4, 2),
    lambda: CIRCULAR.intrinsic_volumes(),
    lambda: CIRCULAR.intrinsic_volumes() * CIRCULAR.intrinsic_volumes(),
    lambda: CIRCULAR.intrinsic_volumes().statistical_dimension(),
    lambda: CIRCULAR.intrinsic_volumes().variance(),
    lambda: volumes.kinematic(CIRCULAR, CIRCULAR),
    lambda: volumes.intersection_probability(CIRCULAR, 2),
    lambda: volumes.expected_euler_characteristic(CIRCULAR, 2),
    lambda: volumes.ChiBarSquared(CIRCULAR).sf("1/2", digits=10),
    lambda: polytopes.GaussianPolytope(10, 4).surviving(0),
    lambda: polytopes.GaussianPolytope(10, 2).estimate_f_vector(10, seed=1)[0],
    lambda: polytopes.BetaPolytope(10, 3, "1/3").f_vector()[0],
    lambda: polytopes.BetaPolytope(10, 3, "1/3"),
    lambda: polytopes.WeylSection("B", 4, 3).f_vector(),
    lambda: polytopes.sylvester(3, "1/3"),
    lambda: polytopes.beta_growth(3, "1/3"),
    lambda: thresholds.gordon(),
    lambda: thresholds.gordon().value,
    lambda: thresholds.crossing(10),
    lambda: thresholds.statistical_dimension_curve("1/10"),
    lambda: thresholds.recovery_probability(20, 3, 9),
    lambda: volumes.crofton,
    lambda: thresholds.weak_l1,
    lambda: polytopes.HalfSphereHull,
    lambda: polytopes.RandomWalkHull,
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_and_what_makes_them_can_be_cited(answer: Callable[[], object]) -> None:
    assert polygeo.cite(answer()).startswith("@")


def test_a_result_of_two_sources_names_none() -> None:
    a, b = Ball.of(mpq(1, 3), source="euler.orthant"), Ball.of(2, source="kinematic.crofton")
    assert (a + 1).source == (2 * a).source == (a * a).source == (-a).source == "euler.orthant"
    assert (a**2).source == abs(a).source == "euler.orthant"
    assert (a + b).source == ""


def test_the_catalogue_is_a_mapping() -> None:
    known = catalogue()
    assert "euler.triple_sum" in known
    assert "nothing.here" not in known
    assert known.get("nothing.here") is None
    assert known.get("euler.triple_sum") is known["euler.triple_sum"]


TOOLS = {"apply_network", "convolution_matrix", "read_layers", "all"}
"""Functions that only read, list or evaluate what is given."""


@pytest.mark.parametrize(
    "package", ["relu", "thresholds", "volumes", "cones", "polytopes", "replica"]
)
def test_every_quantity_has_a_source(package):
    module = getattr(polygeo, package)
    functions = [getattr(module, name) for name in module.__all__ if name not in TOOLS]
    found = [f for f in functions if callable(f) and not isinstance(f, type)]
    assert len(found) > 1
    for function in found:
        assert polygeo.cite(function).startswith("@"), function.__name__
