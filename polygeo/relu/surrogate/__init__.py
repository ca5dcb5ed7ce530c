"""The surrogate q: exact values, growth, the Euler characteristic of one draw, its mean.

The modules:

    euler           q, exactly
    rate            the exponential rate of q, and its asymptotics
    chi             the Euler characteristic of one draw
    mean            the mean of the Euler characteristic over draws, by simulation
"""

__all__: list[str] = []
