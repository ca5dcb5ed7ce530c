"""ReLU layers: the injectivity of given and of random layers, and the surrogate q.

What needs compiled code or simulation is loaded when it is first asked for: the public names are
those of ``__init__.pyi``. The modules:

    matrix          what a user gives, read exactly: matrices, vectors, files
    inputs          the set of inputs that a layer gets: an orthant, a box, a cone, a polytope
    interior        the affine hull of a set of inputs and a point inside, or that it is empty
    sizes           the sizes m, n and k that are accepted
    input_cone      the cones of inputs of random layers, as intrinsic volumes
    input_bounds    what is proved of p for inputs in a cone
    wedge           p for inputs in a wedge of the plane
    bound           one proved statement on p
    bounds          what is proved of p
    sufficient      the smallest m for which a theorem makes p large enough

and the packages, each with the list of its modules:

    surrogate/      q: exact values, growth, the Euler characteristic of one draw, its mean
    decision/       is this layer injective? half-space depth; search/ is behind both
    probability/    p: exact or simulated, every draw decided exactly
    cells/          cones of linearity: faces, regions, frame bound, stability
    files/          layers from files of weights; convolutions
    local/          one input: the ball on which a layer is injective
    networks/       several layers: decisions, proofs, collisions, contraction of angles
"""

from __future__ import annotations

from polygeo.exports import from_stub, listing

__all__, __getattr__ = from_stub(
    __name__,
    __file__,
    deep_injectivity="estimate_deep_injectivity",
    sample_stability="estimate_stability",
    simulate_contraction="estimate_contraction",
)
__dir__ = listing(__all__)
