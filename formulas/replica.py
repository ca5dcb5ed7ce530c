"""Replica predictions: the equations of replica symmetry, and the order of the levels.

Values with steps of symmetry breaking are predictions of the replica method. A statement about such
values says in which order the theory puts the predictions; it proves nothing about layers.
"""

from sympy import symbols

from polygeo.formula import Formula, equation
from polygeo.formulas import statements
from polygeo.formulas.thresholds import gordon_excess, quantile
from polygeo.symbols.replica import alpha_full, alpha_rsb, alpha_trial, chi_rs, e_rs, e_rsb, phi_rsb

alpha, beta = symbols("alpha beta", positive=True)
k = symbols("k", integer=True, nonnegative=True)
d = symbols("d", integer=True, positive=True)

_share = e_rs(alpha) / alpha

symmetric_energy = Formula(
    "The replica-symmetric ground state, a lower bound by Gordon's comparison",
    equation(alpha * gordon_excess(_share), 1),
    over={alpha: ("11/5", "3", "4", "6", "7", "10", "25")},
    source="maillard2023injectivity",
    locus="replica-symmetric energy at zero temperature",
    typeset=r"\alpha\left(\Phi(t) - \tfrac12 - t\,\varphi(t)\right) = 1,\quad"
    r" e_{\mathrm{RS}} = \alpha\,(1 - \Phi(t))",
)

symmetric_chi = Formula(
    "The quantity chi of the replica-symmetric ground state",
    equation(chi_rs(alpha), quantile(_share) ** 2 / 2),
    over={alpha: ("11/5", "3", "4", "6", "7", "10", "25")},
    source="maillard2023injectivity",
    locus="replica-symmetric energy at zero temperature",
    typeset=r"t = \sqrt{2\chi}",
)

k_rsb = Formula(
    "Each step of replica-symmetry breaking lowers the threshold (prediction)",
    alpha_rsb(k + 1) < alpha_rsb(k),
    over={k: range(7)},
    source="maillard2022slides",
    locus="slide 'Physics point of view', chain of inequalities",
    note="Replica prediction (not a theorem), except for k = 0.",
    gap="1/200000",
)

full_rsb = Formula(
    "The threshold of full replica-symmetry breaking lies below every step (prediction)",
    alpha_full(d) < alpha_rsb(k),
    over={d: (6,), k: range(7)},
    source="maillard2022slides",
    locus="slide 'Physics point of view', chain of inequalities",
    note="Replica prediction (not a theorem).",
    gap="1/100000",
)

upper_end = Formula(
    "A trial order parameter with k steps bounds the threshold of full RSB from above (prediction)",
    alpha_full(d) < alpha_trial(k + 1),
    over={d: (6,), k: range(6)},
    source="maillard2022slides",
    locus="slide 'Physics point of view', chain of inequalities",
    note="The trial's value is certified. Replica prediction (not a theorem).",
    gap="1/100000",
)

ground_state = Formula(
    "Each step raises the predicted ground-state energy (prediction)",
    e_rsb(alpha, k + 1) > e_rsb(alpha, k),
    over={alpha: ("3", "6", "9"), k: range(3)},
    source="maillard2022slides",
    locus="slide 'Physics point of view'",
    note="Replica prediction (not a theorem).",
    gap="1/3000",
)

free_entropy = Formula(
    "At finite temperature -Phi/beta lies above the ground-state energy (prediction)",
    phi_rsb(beta, alpha, k) > e_rsb(alpha, k),
    over={beta: ("50", "200"), alpha: ("4", "6"), k: range(2)},
    source="maillard2022slides",
    locus="slide 'Replica symmetry breaking theory'",
    note="Replica prediction (not a theorem); log int e^{-beta E} <= -beta min E.",
    gap="1/20",
)

__all__ = statements(globals())
