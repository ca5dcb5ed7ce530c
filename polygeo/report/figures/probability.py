"""The picture of p(m, n) for one n: exact values, simulated ones, and everything that is proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polygeo.answers.estimate import Estimate
from polygeo.answers.exact import whole
from polygeo.answers.options import flag
from polygeo.errors import NoExactValue
from polygeo.progress import patient
from polygeo.relu.bounds import layer_on, proved_range, proved_range_on
from polygeo.relu.probability.gaussian_layer import injectivity_probability
from polygeo.report.figures import canvas
from polygeo.sampling.runs.streams import checked_seed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_p"]

LARGEST = 12
"""Largest ratio m/n that is drawn."""

POINTS = 24
"""Largest number of simulated sizes in one figure, about."""


@patient
def plot_p(
    n: int = 3, samples: Any = 4000, seed: int = 1, inputs: Any = None, bias: bool = False
) -> Figure:
    """Draw p(m, n), the probability that a random layer is injective, for one n over m.

    * ``n``: number of inputs, 1 to 6 (default 3).
    * ``samples``: simulated layers for each size without an exact value, 100 to 10^7 (default
      4000).
    * ``seed``: an integer >= 0 that names the simulation (default 1).
    * ``inputs``, ``bias``: as for `polygeo.relu.injectivity_probability`.

    Left: p on [0, 1], right: 1 - p on a logarithmic axis. Sizes are n <= m <= 12 n; the ratio m/n
    stands above. Squares: exact values; dots with bars: simulated values with intervals of 95%
    confidence; the grey band lies between proved bounds, the best ones of
    `polygeo.relu.injectivity_bounds` but for the lifted Gordon bound. DomainError for arguments out
    of range. For n >= 5 rare layers are not sought by themselves (it would take minutes), so that
    the right panel ends where no simulated layer fails.

    >>> [axes.get_ylabel() for axes in plot_p(2).axes[:2]]
    ['probability $p_{m,n}$', '$1 - p_{m,n}$']
    """
    size = canvas.bounded(n, "n", 1, 6, "plot_p")
    count = canvas.bounded(whole(samples, "samples"), "samples", 100, 10**7, "plot_p")
    run = checked_seed(seed)
    given: dict[str, Any] = {"inputs": inputs, "bias": flag(bias, "bias")}
    sizes = range(size, LARGEST * size + 1)
    band = [_proved(m, size, given) for m in sizes]
    exact = {m: value for m in sizes if (value := _exact(m, size, given)) is not None}
    unknown = [m for m in sizes if m not in exact]
    step = -(-len(unknown) // POINTS) if unknown else 1
    given |= {"seed": run, "complement": True, "method": "auto" if size < 5 else "plain"}
    runs = {m: injectivity_probability(m, size, count, **given) for m in unknown[::step]}
    with canvas.panels(10, 4.8, (1, 1)) as (figure, (plain, logarithmic)):
        for axes, fails in ((plain, False), (logarithmic, True)):
            _band(axes, sizes, band, fails)
            _points(axes, exact, runs, fails)
            axes.set(xlabel="number of outputs $m$", xlim=(size - 0.5, LARGEST * size + 0.5))
            both_ways = (lambda m: m / size, lambda alpha: alpha * size)
            above = axes.secondary_xaxis("top", functions=both_ways)
            above.set_xlabel(r"ratio $\alpha = m/n$")
        plain.set(ylabel="probability $p_{m,n}$", ylim=(-0.03, 1.03))
        logarithmic.set(ylabel="$1 - p_{m,n}$", yscale="log")
        logarithmic.set_ylim(*_heights(exact, runs))
        layers = f"Random layers of {size} input{'s' * (size > 1)}{_setting(inputs, bias)}"
        figure.suptitle(f"{layers}: how likely each is injective", x=0.01, ha="left", fontsize=11)
        handles, labels = plain.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=10)
    return figure


def _setting(inputs: Any, bias: bool) -> str:
    """What the title says of inputs and biases."""
    words = (
        [] if inputs is None else [f"{inputs} inputs" if isinstance(inputs, str) else "in a cone"]
    )
    words += ["with biases"] if bias else []
    return f" ({', '.join(words)})" if words else ""


def _proved(m: int, n: int, given: dict[str, Any]) -> tuple[Any, Any]:
    """A lower and an upper bound of p."""
    if given["inputs"] is None and not given["bias"]:
        return proved_range(m, n)
    return proved_range_on(*layer_on(m, n, None, **given))


def _exact(m: int, n: int, given: dict[str, Any]) -> Any:
    """The exact value of 1 - p, None where none is known."""
    try:
        return injectivity_probability(m, n, complement=True, **given)
    except NoExactValue:
        return None


def _band(axes: Any, sizes: range, band: list[tuple[Any, Any]], fails: bool) -> None:
    """Fill what the theorems leave open."""
    if fails:
        low = canvas.log_heights(1 - end for end, _ in band)
        high = [canvas.log_height(1 - end) if end < 1 else 1e-20 for _, end in band]
    else:
        low, high = ([float(ends[side]) for ends in band] for side in (0, 1))
    axes.fill_between(sizes, low, high, color="#e4e4e0", lw=0, label="between proved bounds")


def _points(axes: Any, exact: dict[int, Any], runs: dict[int, Estimate], fails: bool) -> None:
    """Draw exact and simulated values."""
    known = {m: float(value if fails else 1 - value) for m, value in exact.items()}
    looks: Any = {"color": canvas.RED, "ms": 4.5, "lw": 1, "zorder": 4}
    if known:
        axes.plot(list(known), list(known.values()), "s", label="exact", **looks)
    seen = {m: run for m, run in runs.items() if run.mean > 0 or not fails}
    if not seen:
        return
    means = [run.mean if fails else 1 - run.mean for run in seen.values()]
    below, above = canvas.whiskers(seen.values())
    ends = (below, above) if fails else (above, below)
    count = f"{max(run.samples for run in seen.values()):,}"
    label = f"simulated, 95% interval ({count} layers each)"
    bars: Any = {"fmt": "o", "ms": 4, "lw": 1.2, "capsize": 2, "zorder": 5}
    axes.errorbar(list(seen), means, ends, color=canvas.BLUE, label=label, **bars)


def _heights(exact: dict[int, Any], runs: dict[int, Estimate]) -> tuple[float, float]:
    """The ends of the logarithmic axis: what is drawn, with some room."""
    values = [canvas.log_height(value) for value in exact.values() if value > 0]
    values += [run.mean for run in runs.values() if run.mean > 0]
    return min(values, default=0.1) / 4, 2.0
