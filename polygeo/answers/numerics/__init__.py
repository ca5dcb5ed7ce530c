"""How answers are computed, in mpq and in balls.

The modules:

    arithmetic  sums and products of answers of several kinds
    context     decimals of mpmath in a context of one's own
    evaluation  the value of a SymPy expression
    jets        second-order jets, and minima that they prove
    normal      the standard normal law
    splitting   exact sums by binary splitting
"""

__all__: list[str] = []
