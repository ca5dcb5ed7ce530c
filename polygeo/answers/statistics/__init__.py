"""Sufficient statistics of estimates, their intervals, and how both are merged and printed.

The modules:

    sufficient  the statistics: they add up, and give mean, error and interval
    intervals   intervals that miss with a stated chance
    paired      counts of antithetic pairs
    merging     checks of runs that are merged
    outward     the ends of an interval, rounded outward
"""

__all__: list[str] = []
