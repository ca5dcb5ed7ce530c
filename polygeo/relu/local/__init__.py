"""Injectivity of a layer, or of a network, on a ball around one input.

The modules:

    radius          the largest ball on which active rows span: `injectivity_radius`
    margins         the margins of the rows at a point, in order
    singular        bounds of singular values, proved in floating point
    nearby          what happens at a point without such a ball: two inputs with one image
    layered         balls through several layers: `network_radius`
"""

__all__: list[str] = []
