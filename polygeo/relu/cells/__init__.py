"""Cells of linearity of a layer: faces, regions, frame bounds, stability.

The modules:

    cells             cones with exact rays, cut by one hyperplane after the other
    faces             all faces of a central arrangement: brute force
    regions           the number of linear regions
    frame             the frame bound A, with a proof
    eigenvalue        least eigenvalues of integer Gram matrices
    stability         lower Lipschitz bounds of an injective layer, from A
    stability_sample  the stability of Gaussian layers, by simulation
    lipschitz         the optimal lower Lipschitz constant of a small layer
    copositive        the quadratic forms that prove this constant on two cones
"""

__all__: list[str] = []
