"""The half-space depth of a point: by sorting in few dimensions, by the search tree in many.

The modules:

    interval        bounds of the depth for large layers
    halfspace       the depth, the half-space that attains it, and its certificate
    in_cone         the depth with directions in a cone
    planar          depths of many points in the plane, in batches
    points          points around an origin, and the others on their span
    turn            half-planes that turn: sorted angles, in the plane and in space
    turn_proof      the check of a sorted order, with integers only
"""

__all__: list[str] = []
