"""SymPy heads for replica thresholds, energies and free entropies.

A converged value enters a check as the interval of its observed error; that is no proof.
"""

from __future__ import annotations

from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.converged import Converged
from polygeo.symbols.quantity import head, heads


def _ball(value: Ball | Converged) -> Ball:
    if isinstance(value, Ball):
        return value
    return Ball.between(value.value - value.error, value.value + value.error, 200)


def _alpha(k: Any) -> Ball:
    """Return the threshold with k steps, a prediction."""
    from polygeo.thresholds import k_rsb

    return _ball(k_rsb(k).value)


def _upper(k: Any) -> Ball:
    """Return (1 + S)/F at the best trial found with k steps, above a prediction."""
    from polygeo.thresholds import rsb_upper_bound

    return rsb_upper_bound(k)


def _full(places: Any) -> Ball:
    """Return the threshold of full replica-symmetry breaking to so many digits, a prediction."""
    from polygeo.thresholds import full_rsb

    return _ball(full_rsb().enclose(places))


def _symmetric_energy(alpha: Any) -> Ball:
    """Return the replica-symmetric ground-state energy."""
    from polygeo.replica.symmetric import symmetric_energy

    return symmetric_energy(alpha, 45)[0]


def _symmetric_chi(alpha: Any) -> Ball:
    """Return chi of the replica-symmetric ground state."""
    from polygeo.replica.symmetric import symmetric_energy

    return symmetric_energy(alpha, 45)[1]


def _energy(alpha: mpq, k: int) -> Ball:
    """Return the ground-state energy with k steps, a prediction."""
    from polygeo.replica import ground_state

    return _ball(ground_state(alpha, k).energy)


def _free(beta: mpq, alpha: mpq, k: int) -> Ball:
    """Return -Phi/beta with k steps, a prediction."""
    from polygeo.replica import free_entropy

    return _ball(free_entropy(beta, alpha, k).energy)


alpha_rsb = head("alpha_rsb", r"\alpha_{#1\mathrm{RSB}}", _alpha)
alpha_trial = head("alpha_trial", r"\alpha_{#1\mathrm{RSB}}^{\mathrm{trial}}", _upper)
alpha_full = head("alpha_full", r"\alpha_{\mathrm{FRSB}}^{(#1)}", _full)
e_rs = head("e_rs", r"e_{\mathrm{RS}}(#1)", _symmetric_energy)
chi_rs = head("chi_rs", r"\chi_{\mathrm{RS}}(#1)", _symmetric_chi)
e_rsb = head("e_rsb", r"e_{#1}^{(#2)}", _energy)
phi_rsb = head("phi_rsb", r"-\frac{\Phi^{(#3)}_{#1,#2}}{#1}", _free)

__all__ = heads(globals())
