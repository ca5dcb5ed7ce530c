"""The search behind a decision, compiled and in exact arithmetic.

The modules:

    compiled        a decision in compiled code, float64 matrices in
    first_layers    layers that are searched before compiled code is there
    batches         the search tree on NumPy arrays, many nodes at once
    systems         supports of many systems of rows at once
    choices         proofs that all choices of rows from groups are independent
    uncompiled      circle descent on NumPy arrays
    outcomes        how a search ends, in numbers
    scaling         integer rows as the compiled search reads them
    scaled_matrix   a matrix as the compiled search reads it, and the calls of the search
    many_columns    points with few nonnegative rows where there are many columns
    annealing       points with few nonnegative rows, by annealed descent
    descent         points with few nonnegative rows, from vertex to vertex
    packing         disjoint supports, which bound the depth
    ready           what decisions in a limit of time compile before
    tree            the search tree, compiled
    exact_tree      the search tree in rational arithmetic
    simplex         supports of Farkas by a dual simplex method, proved in floating point
    independence    rows modulo the span of others, with error bounds
    residues        dependence of rows of floats, proved modulo primes
"""

__all__: list[str] = []
