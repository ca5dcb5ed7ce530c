"""Every family of the registry answers alike, from Python and from the command line."""

import json
import sys
from importlib import import_module

import commandline
import numpy as np
import pytest
from recipes import FAMILY, follow_family
from refusals import refused

from polygeo import cones
from polygeo.answers import from_dict
from polygeo.cones.registry import FAMILIES, family
from polygeo.errors import DomainError

MADE = {word: made.make(*made.example) for word, made in FAMILIES.items() if made.example}


def words(word):
    """A good call of a family; several numbers in one parameter are written 2,3."""
    parts = (part if isinstance(part, tuple) else (part,) for part in FAMILIES[word].example)
    return [word, *(",".join(map(str, part)) for part in parts)]


def polyhedral(body):
    try:
        return body.signed_cones()
    except DomainError:
        return None


def test_all_families_are_named():
    """Every public cone that is made from numbers is in the registry, and the other way round."""
    public = {name for name in cones.__all__ if isinstance(getattr(cones, name), type)}
    built = {"Cone", "ConeUnion", "ConicSet", "PolarCone", "PolyhedralCone", "ProductCone"}
    made = {type(body).__name__ for body in MADE.values()}
    wanted = {name for name in public if issubclass(getattr(cones, name), cones.ConicSet)}
    assert made == wanted - built


@pytest.mark.parametrize("word", MADE)
def test_the_command_line_makes_the_same_estimate(word):
    body = MADE[word]
    if getattr(body, "is_subspace", False):
        assert "exact" in commandline.refusal(
            "estimate", *words(word), "--samples", "99", "--seed", "1"
        )
        return
    run = ("--samples", "2000", "--seed", "1", "--format", "json", "--no-exact")
    record = json.loads(commandline.answer("estimate", *words(word), *run))
    found = [from_dict(entry) for entry in record["volumes"]]
    assert body.volume_counts(2000, seed=1).statistical_dimension() == from_dict(
        record["statistical_dimension"]
    )
    if word != "psd":  # a bootstrap of seconds
        assert found == list(body.estimate_intrinsic_volumes(2000, seed=1))
    assert ("covariance" in record) == (polyhedral(body) is not None)  # faces are counted
    for estimate, value in zip(found, body.intrinsic_volumes(15), strict=True):
        assert estimate.agrees(float(value), 1e-7)


@pytest.mark.parametrize("word", MADE)
def test_sections_and_rotations_of_every_family(word):
    body = MADE[word]
    n = body.ambient_dim // 2
    run = ("--section", str(n), "--samples", "2000", "--seed", "1", "--format", "json")
    if polyhedral(body) is None:
        for refused in (
            lambda: body.estimate_section_euler_characteristic(n, 99, seed=1),
            lambda: body.estimate_rotation_euler_characteristic(body, 99, seed=1),
        ):
            with pytest.raises(DomainError, match="no polyhedral description"):
                refused()
        assert "no polyhedral" in commandline.refusal("estimate", *words(word), *run)
        return
    found = body.estimate_section_euler_characteristic(n, 2000, seed=1)
    assert found.agrees(1e-7)
    record = json.loads(commandline.answer("estimate", *words(word), *run))
    assert from_dict(record["estimate"]) == found.estimate
    turned = body.estimate_rotation_euler_characteristic(
        cones.Orthant(body.ambient_dim), 500, seed=2
    )
    assert turned.agrees(1e-7)


@pytest.mark.parametrize("word", [w for w, body in MADE.items() if isinstance(body, cones.Cone)])
def test_a_family_is_its_description(word):
    """Products, polars and embeddings: descriptions against what the families say themselves."""
    cone = MADE[word]
    if polyhedral(cone) is None:
        return
    for body in (cone, cone.polar(), cone * cones.Ray(2), cone.embed(cone.ambient_dim + 1)):
        made = body.as_polyhedral()
        assert (made.ambient_dim, made.dim, made.lineality_dim) == (
            body.ambient_dim,
            body.dim,
            body.lineality_dim,
        )
        y = np.random.default_rng(3).integers(-4, 5, (30, body.ambient_dim))
        assert [made.contains(p) for p in y] == [body.contains(p) for p in y]
        assert np.allclose(made.project(y), body.project(y), atol=1e-12)


def test_a_union_is_not_projected():
    fan = cones.SignCountFan(3, 2)
    with pytest.raises(DomainError, match="lengths of projections need a convex cone"):
        fan.estimate_intrinsic_volumes(100, seed=1, method="lengths")
    with pytest.raises(DomainError, match="needs a convex cone"):
        fan.estimate_intrinsic_volumes(100, seed=1, extremes="qmc")


def test_both_methods_and_their_options():
    cone = cones.Orthant(4)
    exact = cone.intrinsic_volumes()
    for method, options in (("faces", {"certified": False}), ("lengths", {"replicates": 30})):
        runs = cone.estimate_intrinsic_volumes(3000, 1, method=method, confidence=0.9, **options)
        assert all(run.agrees(value, 1e-7) for run, value in zip(runs, exact, strict=True))
        assert {run.confidence for run in runs} == {0.9}
    faces, lengths = (
        cone.estimate_intrinsic_volumes(3000, 1, method=m) for m in ("faces", "lengths")
    )
    assert faces[2].stderr < lengths[2].stderr
    for options in ({"replicates": 9}, {"method": "lengths", "certified": True}, {"method": "x"}):
        with refused():
            cone.estimate_intrinsic_volumes(100, 1, **options)
    with pytest.raises(DomainError, match="no stderr"):
        cone.estimate_intrinsic_volumes(100, 1, method="lengths", stderr=0.1)


def test_two_families_of_one_word_are_a_mistake():
    with pytest.raises(ValueError, match="two families are called cube"):
        family("cube N", "another")(lambda n: n)


def test_the_recipe_makes_a_family(tmp_path, monkeypatch):
    """In this process: the new file is imported as one of the package."""
    from polygeo.cones import families

    (tmp_path / FAMILY).parent.mkdir(parents=True)
    follow_family(tmp_path)
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path / FAMILY.parent)])
    monkeypatch.setitem(FAMILIES, "blocks", FAMILIES["cube"])
    del FAMILIES["blocks"]
    try:
        made = import_module("polygeo.cones.families.blocks").BlockMonotoneCone((2, 3))
        run = ("--samples", "2000", "--seed", "1", "--format", "json")
        record = json.loads(commandline.answer("estimate", "blocks", "2,3", *run))
        found = [from_dict(entry) for entry in record["volumes"]]
        assert found == list(made.estimate_intrinsic_volumes(2000, seed=1))
        assert all(
            a.agrees(float(b), 1e-7) for a, b in zip(found, made.intrinsic_volumes(), strict=True)
        )
        record = json.loads(commandline.answer("estimate", "blocks", "2,3", "--section", "3", *run))
        assert record["indicator"]
        assert commandline.refusal("volumes", "blocks", "2,0").count("\n") <= 1
    finally:
        sys.modules.pop("polygeo.cones.families.blocks", None)
