"""SymPy heads for layers with nonnegative inputs, or with biases."""

from __future__ import annotations

from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.symbols.quantity import head

__all__ = ["q_bias", "q_nonnegative"]

q_nonnegative = head(
    "q_nonnegative(m, n, k)", "q^{+}_{#*}", expected_euler_characteristic, inputs="nonnegative"
)
q_bias = head(
    "q_bias(m, n, k)", r"q^{\mathrm{bias}}_{#*}", expected_euler_characteristic, bias=True
)
