"""The values that `polygeo.thresholds.kept` holds, computed; as a program: writes its file.

Run it as ``PYTHONPATH=tests python -m kept_values`` (two minutes) when a method of
`polygeo.replica` has changed.
"""

import json
from pathlib import Path

from polygeo.answers.serialise import to_dict
from polygeo.replica.certified.minimum import least_value, trial_value
from polygeo.replica.full import full, smooth_optimum
from polygeo.replica.functional import Problem
from polygeo.replica.ladder import optimum
from polygeo.replica.smooth import levels
from polygeo.thresholds.replica import precise

DIGITS = 63
PRECISE = range(4, 11)
TRIALS = (*range(1, 11), 0)
SMOOTH = (8, 56)
"""Degree and levels of the smooth trial for the limit."""
EFFORTS = ("plain", "fine", "best")


def certified(k, digits=DIGITS):
    """The least value with k steps on a box of trials."""
    return least_value(k, digits).value.with_source("replica.k_rsb")


def trial_bound(k):
    """The value of the best trial with k steps, or for 0 of the smooth trial."""
    if k:
        best = optimum(Problem(), k)
        chi, gaps, slopes = best.chi, best.gaps, best.slopes
    else:
        chi, gaps, slopes = levels(smooth_optimum(Problem(), *SMOOTH).unknowns, SMOOTH[1])
    found = trial_value(float(chi), gaps.tolist(), slopes.tolist(), 15 if k else 9)
    return found.with_source("replica.upper_end")


def limit(effort):
    """The limit of full replica-symmetry breaking."""
    return full(Problem(), effort)[0]


def record():
    """Everything that is kept."""
    values = {f"{k}-rsb": certified(k) for k in (1, 2, 3)}
    values |= {f"{k}-rsb": precise(k) for k in PRECISE}
    values |= {f"trial {k or 'full'}": trial_bound(k) for k in TRIALS}
    values |= {f"full-rsb {effort}": limit(effort) for effort in EFFORTS}
    return {name: to_dict(value) for name, value in values.items()}


if __name__ == "__main__":
    from polygeo.thresholds import kept

    Path(kept.FILE).write_text(json.dumps(record(), indent=1) + "\n", encoding="ascii")
