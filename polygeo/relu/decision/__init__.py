"""The injectivity of a given layer and the half-space depth of a point, each with a proof.

The modules:

    injectivity     the question, and the verdict with its proof
    batch           many layers at once, also from compiled code
    first_verdicts  the first of many layers, before the search is compiled
    divided         a decision in parts: sub-layers first, then what they leave open
    domain          the question with biases, or on a set of inputs
    domain_search   its decision, from floating point to rationals
    domain_proof    the check of a proof on a set of inputs
    common_bias     the largest common bias of a layer that is injective on a set of inputs
    spherical_bias  the same on the unit sphere and the unit ball
    sublayers       opposite rows, patches and direct sums, and what they prove together
    witness         two inputs with one image
    certificate     the check of a tree that proves injectivity, in integers
    steps           the check of a proof made of steps, one sub-layer after the other
    gordan          the check of one node: vectors with a positive dependence
    storage         verdicts in files
    budget          nodes and seconds that a search may use

and the packages:

    search/         the search behind a decision
    depth/          half-space depth
"""

__all__: list[str] = []
