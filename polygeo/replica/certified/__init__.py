"""The replica ladder in ball arithmetic. The modules:

last       the last level in closed form, for balls, complex balls and jets
strip      the strip around the real line in which the recursion is analytic
grid       one uniform grid for all levels, and the error of the trapezoid sums on it
sums       the functional as finite sums: its value, or its second-order jet
minimum    the least value on a box of trials, by strong convexity
"""

__all__: list[str] = []
