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

from polygeo.exports import former_names, listing
from polygeo.sampling.faces.estimator import FaceBlock, block_pairs, estimate_face_dimensions
from polygeo.sampling.faces.face_counts import FaceCounts
from polygeo.sampling.faces.generators import Generators
from polygeo.sampling.faces.projector import FaceProjector
from polygeo.sampling.faces.union_counts import UnionCounts, count_scores
from polygeo.sampling.lengths.mixture import MixtureFit, bivariate_weights
from polygeo.sampling.lengths.projection_counts import ProjectionCounts
from polygeo.sampling.lengths.projections import estimate_projections
from polygeo.sampling.runs.engine import Run, run
from polygeo.sampling.runs.streams import gaussian_block, generator, pairs
from polygeo.sampling.sections.section_counts import SignedCones, count_sections
from polygeo.sampling.volume_counts import VolumeCounts

__all__ = [
    "FaceBlock",
    "FaceCounts",
    "FaceProjector",
    "Generators",
    "MixtureFit",
    "ProjectionCounts",
    "Run",
    "SignedCones",
    "UnionCounts",
    "VolumeCounts",
    "bivariate_weights",
    "block_pairs",
    "count_scores",
    "count_sections",
    "estimate_face_dimensions",
    "estimate_projections",
    "gaussian_block",
    "generator",
    "pairs",
    "run",
]
__dir__ = listing(__all__)
__getattr__ = former_names(__name__, VolumeScores="UnionCounts")
