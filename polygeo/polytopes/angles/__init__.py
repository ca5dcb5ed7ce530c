"""Expected angles of random simplices, exact and certified.

The modules:

    simplices     the angles of beta and beta' simplices
    moments       moments of a cosine integral, in exact arithmetic
    means         means of a cosine integral, certified
    pipolynomial  numbers of Q[pi, 1/pi]
"""

__all__: list[str] = []
