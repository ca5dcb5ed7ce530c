"""SymPy heads for layers with inputs in a cone, for instance nonnegative ones, or with biases."""

from __future__ import annotations

from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.symbols.quantity import head
from polygeo.thresholds import euler, gordon, half_space, lifted_gordon, union_bound

__all__ = [
    "alpha_euler_nonnegative",
    "alpha_gordon_density",
    "alpha_half_space_density",
    "alpha_lifted_nonnegative",
    "alpha_union_nonnegative",
    "q_bias",
    "q_nonnegative",
]

q_nonnegative = head(
    "q_nonnegative(m, n, k)", "q^{+}_{#*}", expected_euler_characteristic, inputs="nonnegative"
)
q_bias = head(
    "q_bias(m, n, k)", r"q^{\mathrm{bias}}_{#*}", expected_euler_characteristic, bias=True
)
alpha_euler_nonnegative = head(
    "alpha_euler_nonnegative(kappa)",
    r"\alpha^{+}_{\mathrm{Euler}}(#1)",
    euler,
    inputs="nonnegative",
)
alpha_gordon_density = head(
    "alpha_gordon_density(kappa, inputs)", r"\alpha_{\mathrm{Gordon}}(#*)", gordon
)
alpha_half_space_density = head(
    "alpha_half_space_density(kappa, inputs)", r"\alpha_{\mathrm{half}}(#*)", half_space
)
alpha_lifted_nonnegative = head(
    "alpha_lifted_nonnegative(kappa)",
    r"\alpha^{+}_{\mathrm{lifted}}(#1)",
    lifted_gordon,
    inputs="nonnegative",
)
alpha_union_nonnegative = head(
    "alpha_union_nonnegative(kappa)",
    r"\alpha^{+}_{\mathrm{union}}(#1)",
    union_bound,
    inputs="nonnegative",
)
