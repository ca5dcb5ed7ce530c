"""Laws whose weights are intrinsic volumes: chi-bar-squared, E-bar-squared and F-bar.

The modules:

    mixture          mixtures with an atom at 0 and a law for each k >= 1
    chibarsq         the chi-bar-squared law
    variance_ratios  E-bar-squared and F-bar, where the variance is estimated
    estimated_law    a chi-bar-squared law whose weights were counted
    chisquared       chi-squared laws on arrays, in float64
    draws            random values
"""

__all__: list[str] = []
