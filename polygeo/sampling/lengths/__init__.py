"""Intrinsic volumes from the lengths of projections.

The modules:

    projections        the run: lengths of the projections of Gaussian samples
    projection_counts  the counts of such a run
    mixture            weights of a mixture of chi-squared laws
    likelihood         the log-likelihood of these weights
    barrier            Newton's method under inequalities
"""

__all__: list[str] = []
