"""Runs that are killed and taken up again: ``python jobs.py NAME FILE`` prints what came out.

The checkpoint FILE is written after every block, so that there is always something to lose.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

CONE = [[6 * (i == j) + 1 + (i * j) % 3 for j in range(6)] for i in range(9)]
"""Nine rays of R^6."""


def _section(**options: Any) -> Any:
    from polygeo.cones import PolyhedralCone

    cone = PolyhedralCone(rays=CONE)
    return cone.estimate_section_euler_characteristic(3, 400_000, 1, **options).to_dict()


def _union(**options: Any) -> Any:
    from polygeo.cones import ConeUnion, PolyhedralCone

    first = PolyhedralCone(rays=[[int(i == j) for j in range(5)] for i in range(5)])
    second = PolyhedralCone(rays=[[-int(i == j) for j in range(5)] for i in range(5)])
    found = ConeUnion([first, second]).estimate_section_euler_characteristic(
        2, 400_000, 1, **options
    )
    return found.to_dict()


def _volumes(**options: Any) -> Any:
    from polygeo.cones import PolyhedralCone

    run = PolyhedralCone(rays=CONE).estimate_intrinsic_volumes(400_000, 1, **options)
    return [str(run[k]) for k in range(7)]


def _polytope(**options: Any) -> Any:
    from polygeo.polytopes import GaussianPolytope

    found = GaussianPolytope(12, 3).estimate_f_vector(6_000, 1, **options)
    return [(str(x.mean), str(x.stderr)) for x in found]


def _p(**options: Any) -> Any:
    import polygeo

    return polygeo.p(18, 4, samples=400_000, seed=1, **options).to_dict()


def _angle(**options: Any) -> Any:
    from polygeo.cones import PolyhedralCone

    cone = PolyhedralCone(inequalities=CONE)
    return cone.estimate_solid_angle(200_000, 1, **options).to_dict()


JOBS: dict[str, Callable[..., Any]] = {
    "section": _section,
    "union": _union,
    "volumes": _volumes,
    "polytope": _polytope,
    "p": _p,
    "solid angle": _angle,
}


def main(name: str, path: str) -> None:
    """Run a job with its checkpoint."""
    from polygeo.sampling.orthants import solid_angle as solidangle
    from polygeo.sampling.runs import draws, engine

    eager = partial(engine.run, every=0.0)
    for module in (draws, solidangle):
        module.run = eager  # type: ignore[attr-defined]
    print("ready", flush=True)
    print(JOBS[name](checkpoint=path), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
