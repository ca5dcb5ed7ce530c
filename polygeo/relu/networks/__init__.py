"""Networks of several layers: decisions, proofs, collisions, contraction of angles.

The modules:

    network         a network, and two inputs with one output
    affine          networks with biases or on a set of inputs: by layers, collisions
    deep            is this network injective?
    deep_proof      the check of a proof that a network is injective
    deep_search     collisions of large networks; random networks, by simulation
    contraction     contraction of angles, layer by layer
"""

__all__: list[str] = []
