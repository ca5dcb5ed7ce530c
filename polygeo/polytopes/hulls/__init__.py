"""Face numbers and angles of the convex hull of given points, exact.

The modules:

    counting          the f-vector, counted face by face
    general_position  the f-vector of points in general position, whatever their sizes
    scattered         hulls of points of very different sizes
    supporting        proofs that facets found in floating point support the hull
    corners           solid angles at the vertices
"""

__all__: list[str] = []
