"""Random ReLU layers: the Euler-characteristic surrogate, its rate, and bounds on p."""

from polygeo.relu.bounds import (
    Bound,
    injectivity_bounds,
    injectivity_probability,
    union_bound,
    wendel_probability,
)
from polygeo.relu.euler import expected_euler_characteristic, q_column, q_row
from polygeo.relu.rate import EulerRate, euler_asymptotic, euler_edges, euler_rate

__all__ = [
    "Bound",
    "EulerRate",
    "euler_asymptotic",
    "euler_edges",
    "euler_rate",
    "expected_euler_characteristic",
    "injectivity_bounds",
    "injectivity_probability",
    "q_column",
    "q_row",
    "union_bound",
    "wendel_probability",
]
