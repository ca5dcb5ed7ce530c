"""SymPy heads for layers with inputs in a cone, for instance nonnegative ones, or with biases."""

from __future__ import annotations

from gmpy2 import mpq

from polygeo.relu.bounds import injectivity_bounds
from polygeo.relu.input_bounds import coins_failure_on, union_failure_on
from polygeo.relu.input_cone import input_volumes
from polygeo.relu.probability.gaussian_layer import injectivity_probability
from polygeo.relu.surrogate.euler import expected_euler_characteristic
from polygeo.symbols.quantity import head, heads
from polygeo.thresholds import euler, gordon, half_space, lifted_gordon, union_bound
from polygeo.volumes.intrinsic import IntrinsicVolumes

q_nonnegative = head(
    "q_nonnegative(m, n, k)", "q^{+}_{#*}", expected_euler_characteristic, inputs="nonnegative"
)
q_bias = head(
    "q_bias(m, n, k)", r"q^{\mathrm{bias}}_{#*}", expected_euler_characteristic, bias=True
)
p_wedge = head(
    "p_wedge(m, s)",
    r"p_{#1,2}(\mathrm{wedge}\ \pi #2)",
    injectivity_probability,
    lambda m, s: injectivity_probability(
        m, 2, inputs=IntrinsicVolumes([(1 - mpq(s)) / 2, mpq(1, 2), mpq(s) / 2])
    ),
)
p_bias = head("p_bias(m, n)", r"p^{\mathrm{bias}}_{#*}", injectivity_probability, bias=True)
union_nonnegative = head(
    "union_nonnegative(m, n, k)",
    "U^{+}_{#*}",
    injectivity_bounds,
    lambda m, n, k: union_failure_on(m, k, input_volumes("nonnegative", n)),
)
coins_nonnegative = head(
    "coins_nonnegative(m, n, k)",
    "H^{+}_{#*}",
    injectivity_bounds,
    lambda m, n, k: coins_failure_on(m, k, input_volumes("nonnegative", n)),
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

__all__ = heads(globals())
