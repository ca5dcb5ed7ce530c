"""The check of a proof that a network is injective; the check shares no code with the search.

What is checked, from the weights alone, in integers:

1. Each cone has n independent rays, and no row of any layer takes both signs on its rays: so the
   network is linear on it.
2. On both sides of each facet of a cone there are cones with that facet. A union of cones with
   this property is R^n: a point of its boundary would lie on a face of dimension n - 2 or less,
   and such faces do not separate R^n.
3. The outputs at the rays of a cone are independent.
4. Two cones have no two different points with one output: by supports, by independence, or by the
   functional that the proof names (see `polygeo.relu.networks.deep`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from flint import fmpz_mat
from gmpy2 import mpz

from polygeo.answers.exact import digits_of
from polygeo.answers.options import check_fields, instance
from polygeo.errors import DomainError, Refuted
from polygeo.progress import patient
from polygeo.relu.networks.network import read_network

__all__ = ["FanProof", "verify_proof"]

FIELDS = ("rays", "cones", "functionals")


@dataclass(frozen=True)
class FanProof:
    """A proof that a network is injective, without its weights.

    * ``rays``: integer vectors of R^n.
    * ``cones``: for each cone the n numbers of its rays.
    * ``functionals``: integer vectors for pairs of cones.
    """

    KIND: ClassVar[str] = "proof of injectivity"
    """The name of the kind in a record of `to_dict`."""

    rays: tuple[tuple[int, ...], ...]
    cones: tuple[tuple[int, ...], ...]
    functionals: dict[tuple[int, int], tuple[int, ...]]

    def __post_init__(self) -> None:
        check_fields(self, rays=[tuple], cones=[tuple], functionals=dict)
        sizes = [len(key) if _is_vector(key) else 0 for key in self.functionals]
        values = [*self.rays, *self.cones, *self.functionals.values()]
        if any(size != 2 for size in sizes) or not all(map(_is_vector, values)):
            raise DomainError("a FanProof is made of tuples of integers; see from_dict")
        if any(not 0 <= r < len(self.rays) for cone in self.cones for r in cone):
            raise DomainError(f"the cones of a FanProof need numbers of its {len(self.rays)} rays")
        if any(not 0 <= i < j < len(self.cones) for i, j in self.functionals):
            raise DomainError("the functionals of a FanProof need pairs i < j of its cones")

    def to_dict(self) -> dict[str, Any]:
        """Return a dictionary that JSON can hold; integers of rays and functionals are text."""
        return {
            "kind": self.KIND,
            "rays": [" ".join(map(digits_of, ray)) for ray in self.rays],
            "cones": [list(cone) for cone in self.cones],
            "functionals": [
                [i, j, " ".join(map(digits_of, values))]
                for (i, j), values in self.functionals.items()
            ],
        }

    @classmethod
    def from_dict(cls, record: Any) -> FanProof:
        """Read the proof in a record; DomainError for anything that `to_dict` does not give.

        Only the form is checked; the content is proved by `verify_proof`.

        >>> proof = FanProof(((1,), (-1,)), ((0,), (1,)), {})
        >>> FanProof.from_dict(proof.to_dict()) == proof
        True
        """
        problem = DomainError("a record of a proof needs rays, cones and functionals")
        if not isinstance(record, dict) or set(record) != {"kind", *FIELDS}:
            raise problem
        if record["kind"] != cls.KIND or any(type(record[name]) is not list for name in FIELDS):
            raise problem
        try:
            rays = tuple(_integers(text) for text in record["rays"])
            cones = tuple(tuple(_index(r, len(rays)) for r in cone) for cone in record["cones"])
            functionals = {
                (_index(i, len(cones)), _index(j, len(cones))): _integers(text)
                for i, j, text in record["functionals"]
            }
        except (TypeError, ValueError):
            raise problem from None
        if len(functionals) != len(record["functionals"]):  # one pair twice
            raise problem
        return cls(rays, cones, functionals)


def _is_vector(value: Any) -> bool:
    return isinstance(value, tuple) and all(type(entry) is int for entry in value)


def _integers(text: Any) -> tuple[int, ...]:
    if type(text) is not str or not re.fullmatch("-?[0-9]+( -?[0-9]+)*", text):
        raise ValueError("no integers")
    return tuple(int(mpz(word)) for word in text.split(" "))


def _index(value: Any, count: int) -> int:
    if type(value) is not int or not 0 <= value < count:
        raise ValueError("out of range")
    return value


@patient
def verify_proof(weights: Any, proof: FanProof) -> bool:
    """Check that a proof shows that the network is injective on R^n: return True, or raise Refuted.

    * ``weights``: the matrices of the network, as in `is_injective_network`; without biases.
    * ``proof``: a `FanProof`.

    Source of the criterion for one layer: puthawala2022globally.
    """
    instance(proof, "proof", FanProof)
    network = read_network(weights).without_biases("a proof by a fan")
    n = network.widths[0]
    signs, outputs = [], []
    if any(len(ray) != n for ray in proof.rays):
        raise Refuted(f"the rays of the proof do not lie in R^{n}")
    if any(len(p) != network.widths[-1] for p in proof.functionals.values()):
        raise Refuted(f"the functionals need {network.widths[-1]} coordinates")
    for ray in proof.rays:
        layers = network.preactivations(ray)
        signs.append([c for values in layers for c in values])
        outputs.append([max(c, 0) for c in layers[-1]])
    for cone in proof.cones:
        _check_cone(proof.rays, cone, signs, n)
        if fmpz_mat([outputs[r] for r in cone]).rank() < n:
            raise Refuted(f"the outputs at the rays of the cone {cone} are dependent")
    _check_cover(proof)
    _check_pairs(proof, outputs)
    return True


def _check_cone(
    rays: Sequence[Sequence[int]], cone: tuple[int, ...], signs: list[list[int]], n: int
) -> None:
    if len(cone) != n or fmpz_mat([list(rays[r]) for r in cone]).det() == 0:
        raise Refuted(f"the cone {cone} has no {n} independent rays")
    for values in zip(*(signs[r] for r in cone), strict=True):
        if min(values) < 0 < max(values):
            raise Refuted(f"the network is not linear on the cone {cone}")


def _check_cover(proof: FanProof) -> None:
    """Every facet has cones on both sides."""
    sides: dict[tuple[int, ...], set[int]] = {}
    for cone in proof.cones:
        for r in cone:
            facet = tuple(sorted(set(cone) - {r}))
            matrix = fmpz_mat([list(proof.rays[i]) for i in (*facet, r)])
            sides.setdefault(facet, set()).add(1 if matrix.det() > 0 else -1)
    for facet, found in sides.items():
        if len(found) < 2:
            raise Refuted(f"the cones end at the facet {facet}")
    if not sides:
        raise Refuted("the proof has no cones")


def _check_pairs(proof: FanProof, outputs: list[list[int]]) -> None:
    masks = [sum(1 << i for i, c in enumerate(output) if c) for output in outputs]
    for j, T in enumerate(proof.cones):
        for i in range(j):
            S = set(proof.cones[i])
            left, right = _carriers(S, set(T), masks)
            if left <= right or right <= left:
                continue  # both points lie in one cone, where the network is injective
            union = sorted(left | right)
            functional = proof.functionals.get((i, j))
            if functional is None:
                if fmpz_mat([outputs[r] for r in union]).rank() < len(union):
                    raise Refuted(f"the cones {i} and {j} are not told apart")
                continue
            for r in union:
                value = sum(a * b for a, b in zip(functional, outputs[r], strict=True))
                # 0 at the rays of both cones, positive at the others of the first
                if (value > 0) - (value < 0) != (r in left) - (r in right):
                    raise Refuted(f"the functional of the cones {i} and {j} fails at ray {r}")


def _carriers(left: set[int], right: set[int], masks: list[int]) -> tuple[set[int], set[int]]:
    """Rays that may carry weight in equal outputs: none has a coordinate the other side lacks."""
    while True:
        a, b = (reduce(or_, (masks[r] for r in side), 0) for side in (left, right))
        kept = {r for r in left if masks[r] | b == b}
        others = {r for r in right if masks[r] | a == a}
        if (kept, others) == (left, right):
            return left, right
        left, right = kept, others
