"""The replica-theoretic ground state of spherical perceptrons, from RS to full RSB.

The modules:

    ground            the ground state at zero temperature
    critical_density  the capacity: where this energy leaves 0
    finite            the free entropy at positive temperature
    terminal          which perceptron: the terminal condition of its loss
    functional        the functional on k levels
    sweeps            its recursion, in NumPy or compiled
    recursion         in NumPy, for short runs and many trials at once
    kernels           compiled, for long runs
    grids             its grids
    symmetric         RS, certified
    ladder            k-RSB, k = 0, 1, 2, .., each optimum from the one before
    newton            Newton's method for these optima
    smooth            full RSB: a smooth order parameter
    full              full RSB: the limit, computed in two ways
    limit             the extrapolation of a sequence to its limit
    multiprecision    the functional with many digits
    identities        identities that a solution must satisfy
    certified/        RS to 3-RSB in ball arithmetic; trial values as certified upper ends
"""

from polygeo.exports import listing
from polygeo.replica.critical_density import capacity
from polygeo.replica.finite import FreeEntropy, free_entropy
from polygeo.replica.ground import GroundState, ground_state
from polygeo.replica.terminal import INJECTIVITY, Terminal, ramp, theta

__all__ = [
    "INJECTIVITY",
    "FreeEntropy",
    "GroundState",
    "Terminal",
    "capacity",
    "free_entropy",
    "ground_state",
    "ramp",
    "theta",
]
__dir__ = listing(__all__)
