"""Simulation: random streams, compiled projection kernels, certificates, the engine; arrays only.

This room knows matrices of generators and counts of faces, no cones: what a cone is sampled from
is prepared in ``cones/``.
"""

from polygeo.sampling.engine import Run, run
from polygeo.sampling.estimator import FaceBlock, block_pairs, estimate_face_dimensions
from polygeo.sampling.facecounts import FaceCounts
from polygeo.sampling.generators import Generators
from polygeo.sampling.mixture import MixtureFit, bivariate_weights
from polygeo.sampling.projectioncounts import ProjectionCounts
from polygeo.sampling.projections import estimate_projections
from polygeo.sampling.projector import FaceProjector
from polygeo.sampling.scores import VolumeScores, count_scores
from polygeo.sampling.sections import SignedCones, count_sections
from polygeo.sampling.streams import gaussian_block, generator, pairs

__all__ = [
    "FaceBlock",
    "FaceCounts",
    "FaceProjector",
    "Generators",
    "MixtureFit",
    "ProjectionCounts",
    "Run",
    "SignedCones",
    "VolumeScores",
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


def __dir__() -> list[str]:
    return sorted(__all__)
