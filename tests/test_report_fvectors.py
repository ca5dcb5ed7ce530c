"""``polygeo fvector`` and the table f-vectors."""

import json

import commandline
import pytest
from gmpy2 import mpq

from polygeo import polytopes
from polygeo.answers.serialise import show
from polygeo.report.cli.polytopes import MODELS
from polygeo.report.tables import table
from polygeo.report.tables.polytopes import FAMILIES


def answer(*words: str) -> str:
    return commandline.answer("fvector", *words)


@pytest.mark.parametrize(
    ("words", "model"),
    [
        ("poisson-voronoi 4", polytopes.PoissonVoronoiCell(4)),
        ("zero-cell 3", polytopes.PoissonZeroCell(3)),
        ("poisson 3 2", polytopes.PoissonPolytope(3, 2)),
        ("beta 9 3 0", polytopes.BetaPolytope(9, 3, 0)),
        ("beta 9 3 -1", polytopes.BetaPolytope(9, 3, -1)),
        ("beta-prime 9 3 5/2", polytopes.BetaPrimePolytope(9, 3, "5/2")),
        ("half-sphere 9 3", polytopes.HalfSphereHull(9, 3)),
        ("weyl B 5 4", polytopes.WeylSection("B", 5, 4)),
    ],
)
def test_the_models_have_names(words, model):
    first, *exact = answer(*words.split(), "--digits", "15").splitlines()
    vector = model.f_vector()
    assert first.split() == list(vector.decimal(15))
    assert exact == [f"f_{k} = {show(value)}" for k, value in enumerate(vector)]


def test_every_name_is_in_the_help():
    text = answer("--help")
    assert all(f"    {name} " in text for name in MODELS)


def test_certified_values_and_json():
    record = json.loads(answer("beta", "20", "3", "1/3", "--digits", "40", "--format", "json"))
    assert (record["kind"], record["dim"]) == ("certified", 3)
    assert all(len(text.replace(".", "")) == 40 for text in record["decimal"])
    assert answer("beta", "20", "3", "1/3").splitlines()[1] == "f_0: certified"


@pytest.mark.parametrize(
    "words",
    [
        "nothing 3",
        "zero-cell",
        "zero-cell 3 4",
        "zero-cell x",
        "zero-cell 0",
        "zero-cell 10000000000000000000000",
        "beta 3 3 0",
        "beta 9 3 one",
        "beta 9 3 -2",
        "beta-prime 9 3 1",
        "half-sphere 1 2",
        "weyl E 8 3",
        "zero-cell 3 --digits 0",
    ],
)
def test_bad_input_ends_with_one_line(words):
    commandline.refusal("fvector", *words.split())


def test_the_table():
    rows = list(table("f-vectors"))
    assert len(rows) == len(FAMILIES) * sum(range(2, 11))
    for row in rows:
        family, parameters = FAMILIES[row["polytope"]]
        model = getattr(polytopes, family)(*parameters(row["d"]))
        assert row["f"] == model.f_vector(17)[row["k"]]
    plane = [
        row["f"] for row in rows if row["polytope"] == "Poisson-Voronoi cell" and row["d"] == 2
    ]
    assert plane == [mpq(6), mpq(6)]
