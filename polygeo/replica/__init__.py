"""The replica-theoretic ground state of spherical perceptrons, RS to full RSB."""

from polygeo.replica.finite import FreeEntropy, free_entropy
from polygeo.replica.ground import GroundState, ground_state
from polygeo.replica.terminal import INJECTIVITY, Terminal, ramp, theta

__all__ = [
    "INJECTIVITY",
    "FreeEntropy",
    "GroundState",
    "Terminal",
    "free_entropy",
    "ground_state",
    "ramp",
    "theta",
]


def __dir__() -> list[str]:
    return sorted(__all__)
