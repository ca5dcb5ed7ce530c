"""Counts of the faces that projections of Gaussian samples hit.

The modules:

    estimator       volumes of a polyhedral cone from the faces hit
    face_counts     the counts of a run on one cone
    union_counts    the counts of a run on a union of cones
    generators      generators of a cone: unit vectors, Gram matrix, bounds
    projector       dimensions of the faces hit, by the fastest way for a cone
    nnls            nonnegative least squares for one sample, compiled
    first_faces     nonnegative least squares and its proof for many samples, not compiled
    kernels         nonnegative least squares for many samples, compiled
    operators       projections by operators that are kept for each active set
    table           the hash table of these operators
    outcomes        what is known of a projection
    certificate     the proof that a projection hits the face that is named
    moreau          Moreau's decomposition in floating point, with a proof
    rationals       Moreau's decomposition in rational arithmetic
"""

__all__: list[str] = []
