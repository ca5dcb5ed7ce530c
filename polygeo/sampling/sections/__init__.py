"""Euler characteristics of random sections of cones.

The modules:

    section_counts  signed cones, and the counts of their sections
    meeting         which cones a random subspace meets, with a proof
    outcomes        what is known of a cone and a subspace
    first_meetings  the same for many draws at once, not compiled
"""

__all__: list[str] = []
