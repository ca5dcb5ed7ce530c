"""Orthant probabilities and small solid angles by quasi-Monte-Carlo.

The modules:

    solid_angle          the estimate of a solid angle
    radial               the integrand along rays from inside
    separated_variables  the integrand with separated variables
    angle_block          one randomisation of either integrand
    orthogonal           orthogonalisation of integer rows without rounding
"""

__all__: list[str] = []
