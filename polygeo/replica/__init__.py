"""The replica-theoretic ground state of spherical perceptrons, RS to full RSB. The modules:

ground          the ground state at zero temperature; critical_density: the capacity;
                finite: the free entropy above it; ansatz: the names of the levels
terminal        which perceptron: the terminal condition of its loss
functional      the functional on k levels, with kernels (the compiled recursion) and grids
symmetric       RS, certified
onestep         1-RSB by closed formulas, the second method
ladder          k-RSB, k = 0, 1, 2, .., each optimum from the one before, by newton
smooth full     full RSB: a smooth order parameter; the limit by two methods, with limit (its
                extrapolation) and multiprecision
identities      checks that a solution must pass
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
