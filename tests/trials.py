"""Trial order parameters at random."""

import numpy as np

__all__ = ["random_trial"]


def random_trial(seed: int, k: int) -> tuple[float, np.ndarray, np.ndarray]:
    """A trial with a narrow gap and a steep slope now and then."""
    draw = np.random.default_rng(seed)
    gaps = draw.dirichlet(np.full(k + 1, 0.7))[:k] * 0.98 + 1e-4
    return float(draw.uniform(0.01, 1.0)), gaps, np.cumsum(draw.exponential(2.0, k) + 0.05)
