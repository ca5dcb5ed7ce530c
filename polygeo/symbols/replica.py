"""SymPy heads for replica thresholds, energies and free entropies.

A converged value enters a check as the interval of its observed error; that is no proof.
"""

from __future__ import annotations

from typing import Any

from gmpy2 import mpq

from polygeo.answers.ball import Ball
from polygeo.answers.converged import Converged
from polygeo.symbols.quantity import head

__all__ = ["alpha_full", "alpha_rsb", "alpha_trial", "chi_rs", "e_rs", "e_rsb", "phi_rsb"]


def _ball(value: Ball | Converged) -> Ball:
    if isinstance(value, Ball):
        return value
    return Ball.between(value.value - value.error, value.value + value.error, 200)


def _alpha(k: Any) -> Ball:
    from polygeo.thresholds import k_rsb

    return _ball(k_rsb(k).value)


def _upper(k: Any) -> Ball:
    from polygeo.thresholds import rsb_upper_bound

    return rsb_upper_bound(k)


def _full(places: Any) -> Ball:
    from polygeo.thresholds import full_rsb

    return _ball(full_rsb().enclose(places))


def _symmetric(alpha: Any) -> tuple[Ball, Ball]:
    from polygeo.replica.symmetric import symmetric_energy

    return symmetric_energy(alpha, 45)


def _energy(alpha: mpq, k: int) -> Ball:
    from polygeo.replica import ground_state

    return _ball(ground_state(alpha, k).energy)


def _free(beta: mpq, alpha: mpq, k: int) -> Ball:
    from polygeo.replica import free_entropy

    return _ball(free_entropy(beta, alpha, k).energy)


alpha_rsb = head(
    "alpha_rsb", 1, r"\alpha_{#1\mathrm{RSB}}", _alpha, "The threshold with k steps (prediction)."
)
alpha_trial = head(
    "alpha_trial",
    1,
    r"\alpha_{#1\mathrm{RSB}}^{\mathrm{trial}}",
    _upper,
    "(1 + S)/F at the best trial found with k steps (prediction).",
)
alpha_full = head(
    "alpha_full",
    1,
    r"\alpha_{\mathrm{FRSB}}^{(#1)}",
    _full,
    "The threshold of full RSB (prediction), computed for so many digits.",
)
e_rs = head(
    "e_rs",
    1,
    r"e_{\mathrm{RS}}(#1)",
    lambda alpha: _symmetric(alpha)[0],
    "The replica-symmetric ground-state energy.",
)
chi_rs = head(
    "chi_rs",
    1,
    r"\chi_{\mathrm{RS}}(#1)",
    lambda alpha: _symmetric(alpha)[1],
    "chi of the replica-symmetric ground state.",
)
e_rsb = head(
    "e_rsb", 2, r"e_{#1}^{(#2)}", _energy, "The energy with k steps (prediction), e_rsb(alpha, k)."
)
phi_rsb = head(
    "phi_rsb",
    3,
    r"-\frac{\Phi^{(#3)}_{#1,#2}}{#1}",
    _free,
    "-Phi/beta with k steps (prediction), phi_rsb(beta, alpha, k).",
)
