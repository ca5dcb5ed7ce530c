"""Sufficient statistics of estimates, their intervals, and how both are merged and printed.

The modules:

    sufficient  the statistics: they add up, and give mean, error and interval; runs that are merged
    intervals   intervals that miss with a stated chance; their ends, rounded outward
    paired      counts of antithetic pairs
"""

__all__: list[str] = []
