"""Simulation on arrays: random streams, compiled projections, certificates, workers.

This package handles matrices of generators and counts of faces, and no cones; ``cones/`` prepares
the matrices.

The modules:

    volume_counts   functionals of intrinsic volumes from counts: volumes, tails, moments

and the packages:

    runs/           streams, blocks, workers, checkpoints
    faces/          volumes from the faces that projections hit
    lengths/        volumes from the lengths of projections
    sections/       Euler characteristics of random sections
    orthants/       orthant probabilities and solid angles
"""

from polygeo.exports import from_stub, listing

__all__, __getattr__ = from_stub(__name__, __file__, VolumeScores="UnionCounts")
__dir__ = listing(__all__)
