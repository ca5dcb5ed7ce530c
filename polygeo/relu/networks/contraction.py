"""Contraction of angles by ReLU layers ("rank collapse").

Two inputs at angle t leave an infinitely wide Gaussian layer at the angle t' with

    cos t' = (sin t + (pi - t) cos t) / pi

(chosaul2009kernel, the arc-cosine kernel of degree 1). Here the map is evaluated as

    sin^2(t'/2) = sin^2(t/2) - (sin t - t cos t) / (2 pi),

which keeps small angles accurate. For small t it is
t' = t - t^2/(3 pi) - t^3/(18 pi^2) + O(t^4), so
1/t' = 1/t + 1/(3 pi) + t/(6 pi^2) + O(t^2), and after l layers

    1/t_l = l/(3 pi) + log(l)/(2 pi) + O(1),    t_l ~ 3 pi / (l + (3/2) log l) ~ 3 pi / l.

At finite width the angles are random: given the two inputs of a layer, its pairs of
preactivations are independent Gaussian pairs with the correlation cos t, so the angles are a
Markov chain, which `estimate_contraction` runs.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import Any

import numpy as np
from flint import arb
from gmpy2 import mpq
from numpy.typing import NDArray

from polygeo.answers.ball import Ball, exact_arb, precision
from polygeo.answers.decimals import bits_of, significant
from polygeo.answers.estimate import Estimate
from polygeo.answers.estimates import Estimates
from polygeo.answers.exact import abbreviate, integer, rational
from polygeo.answers.numerics.evaluation import evaluate_to_arb
from polygeo.cones.angle import parse_angle
from polygeo.errors import DomainError, NotConverged
from polygeo.progress import patient
from polygeo.sampling.runs.draws import sum_batches
from polygeo.sampling.runs.engine import Block
from polygeo.sampling.runs.streams import checked_seed, generator

__all__ = ["angle_asymptotic", "angle_map", "angle_sequence", "estimate_contraction"]

MAX_LAYERS = 1_000_000
"""Largest number of layers of a sequence of angles."""

SOURCE = "networks.angle_map"
LEAST_WIDTH = 40
"""Smallest width of a simulated layer.

A narrower layer may map an input to 0, which has no angle (probability 2^-width).
"""

SCALE = 1 << 24
"""Units of the fixed-point sums in 1 radian: angles are rounded to 6e-8 radians."""

BATCHES = 32
USUAL = 1024
"""Number of pairs of inputs where neither ``samples`` nor ``stderr`` is given."""
MAX_NUMBERS = 1 << 26
"""Largest number of float64 numbers in one array of a batch."""


def _step(t: arb) -> arb:
    """One layer, at the working precision.

    The midpoint is mapped; the radius stays, since 0 <= dt'/dt = (1 - t/pi) sin t / sin t' <= 1:
    pi^2 (sin^2 t' - (1 - t/pi)^2 sin^2 t) = t (2 pi - t) - sin^2 t - (pi - t) sin 2t is 0 at 0 and
    has the derivative 2 (pi - t) (1 - cos 2t) >= 0.
    """
    middle, radius = t.mid(), t.rad()
    half = (middle / 2).sin()
    square = half * half - (middle.sin() - middle * middle.cos()) / (2 * arb.pi())
    image = 2 * square.nonnegative_part().sqrt().asin()
    return arb(image, radius) if radius > 0 else image


def _angle(value: Any) -> Any:
    """A checked angle in [0, pi]: mpq, Ball or SymPy expression."""
    if isinstance(value, str):
        value = parse_angle(value)
    sympy = sys.modules.get("sympy")
    if not isinstance(value, Ball) and not (
        sympy is not None and isinstance(value, sympy.Expr) and not value.free_symbols
    ):
        value = rational(value, "angle")
    with precision(256):
        x = _enclosed(value)
        pi = arb.pi()
        if x < 0 or x > pi:
            raise DomainError(f"an angle must lie in [0, pi]; got {abbreviate(str(value))}")
    return value


def _enclosed(value: Any) -> arb:
    if hasattr(value, "free_symbols"):
        return evaluate_to_arb(value)
    return exact_arb(value)


def _layers(value: Any) -> int:
    layers = integer(value, "layers")
    if not 0 <= layers <= MAX_LAYERS:
        raise DomainError(f"layers must lie in [0, {MAX_LAYERS}]; got {layers}")
    return layers


@patient
def angle_sequence(angle: Any, layers: Any, digits: int = 20) -> list[Ball]:
    """Compute the angles [t_0, ..., t_layers] of two inputs after wide ReLU layers (certified).

    * ``angle``: t_0 in [0, pi], in radians: a rational number, text such as "pi/2", a SymPy number
      or a `Ball`.
    * ``layers``: number of infinitely wide Gaussian layers, 0 to 10^6.
    * ``digits``: significant digits of every angle (default 20).

    Returns a list of Balls. NotConverged where the width of a given Ball allows fewer digits;
    DomainError for other arguments. Source: chosaul2009kernel.

    >>> [t.decimal(8) for t in angle_sequence("pi/2", 2)]
    ['1.5707963', '1.2468502', '1.0544213']
    """
    start, count = _angle(angle), _layers(layers)
    goal = bits_of(significant(digits)) + 4
    bits = goal + 32 + 4 * count.bit_length()
    for _ in range(8):
        with precision(bits):
            t = _enclosed(start)
            found = [t]
            for _ in range(count):
                t = _step(t)
                found.append(t)
            good = all(x.is_exact() or x.rel_accuracy_bits() >= goal for x in found)
            if good:
                return [Ball.from_arb(x, bits, SOURCE) for x in found]
        if isinstance(start, Ball) and start.rad:
            break
        bits *= 2
    raise NotConverged(f"{digits} digits of the angle after {count} layers were not reached")


@patient
def angle_map(angle: Any, layers: Any = 1, digits: int = 20) -> Ball:
    """Compute the angle of two inputs after ``layers`` infinitely wide ReLU layers (certified).

    * ``angle``, ``layers``, ``digits``: as in `angle_sequence` (layers: default 1).

    Returns a Ball, the last entry of `angle_sequence`, with the same errors. Source:
    chosaul2009kernel.

    >>> angle_map("pi", 1).decimal(20)          # opposite inputs leave at a right angle
    '1.5707963267948966192'
    >>> angle_map("pi/2", 1000).decimal(10)
    '0.009287630762'
    """
    return angle_sequence(angle, layers, digits)[-1]


@patient
def angle_asymptotic(layers: Any, digits: int = 20) -> Ball:
    """Evaluate 3 pi / (l + (3/2) log l), the leading terms of the angle t_l in radians (certified).

    * ``layers``: l >= 1; DomainError otherwise.
    * ``digits``: significant digits of the formula (default 20).

    The Ball encloses the formula, not t_l: the remaining relative error is O(1/l), with a constant
    that depends on the first angle. Source: chosaul2009kernel, and the expansion in the text of
    this module.

    >>> angle_asymptotic(1000).decimal(6)
    '0.00932812'
    """
    count = _layers(layers)
    if count < 1:
        raise DomainError(f"layers must be at least 1; got {count}")
    bits = bits_of(significant(digits)) + 32
    with precision(bits):
        value = 3 * arb.pi() / (count + arb(count).log() * 3 / 2)
        return Ball.from_arb(value, bits, "networks.contraction_rate")


def _angles_in_block(
    first: float, width: int, layers: int, size: int, seed: int, block: int
) -> NDArray[np.int64]:
    """Return for each layer the fixed-point mean angle of ``size`` pairs, and its square."""
    stream = generator(seed, block)
    cosine = np.full(size, first)
    means = np.empty(layers, dtype=np.int64)
    for layer in range(layers):
        cosine, angles = _random_layer(stream, cosine, width)
        means[layer] = round(float(angles.mean()) * SCALE)
    return np.stack([means, means * means])


def _random_layer(
    stream: np.random.Generator, cosine: NDArray[np.float64], width: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosines and angles behind one random layer, for many pairs of inputs."""
    g, h = stream.standard_normal((2, cosine.size, width))
    sine = np.sqrt(np.maximum(0.0, 1 - cosine * cosine))[:, None]
    u = np.maximum(g, 0)
    v = np.maximum(cosine[:, None] * g + sine * h, 0)
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    chord = np.linalg.norm(u - v, axis=1)
    angles = 2 * np.arcsin(np.minimum(chord / 2, 1))
    return np.cos(angles), angles


def estimate_contraction(
    width: Any,
    layers: Any,
    angle: Any = "pi/2",
    samples: Any = None,
    seed: int = 0,
    *,
    stderr: Any = None,
    executor: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> Estimates:
    """Estimate the mean angles of two inputs after 1, ..., ``layers`` layers of finite width.

    * ``width``: Gaussian rows of each layer, 40 to 10^6 (narrower layers may map an input to 0,
      which has no angle).
    * ``layers``: number of layers, 1 to 10 000.
    * ``angle``: first angle, in radians, as in `angle_sequence` (default "pi/2").
    * ``samples``: pairs of inputs, rounded up to a multiple of 32 batches (default 1024).
    * ``seed``: a nonnegative integer that names the run (default 0).
    * ``stderr``: end the run once all standard errors, from at least 16 batches, are at most
      ``stderr``.
    * ``executor``, ``checkpoint``, ``progress``: as in `polygeo.p`.

    Returns `Estimates`, in radians; the estimates of one run are dependent. DomainError for other
    arguments. Source: chosaul2009kernel.

    >>> [f"{run.mean:.2f}" for run in estimate_contraction(100, 2, samples=320, seed=1)]
    ['1.24', '1.05']
    """
    start, count, rows = _angle(angle), _layers(layers), integer(width, "width")
    if rows < LEAST_WIDTH or rows > 10**6:
        raise DomainError(f"width must lie in [{LEAST_WIDTH}, 10^6]; got {rows}")
    if count < 1 or count > 10_000:
        raise DomainError(f"a simulation needs 1 to 10000 layers; got {count}")
    with precision(128):
        cosine = float(_enclosed(start).cos())
    first = checked_seed(seed)

    def block_of(size: int) -> Block:
        if size * rows > MAX_NUMBERS:
            raise DomainError(
                f"samples times width may be at most {BATCHES * MAX_NUMBERS}; got width {rows} "
                f"and {BATCHES} batches of {size} samples"
            )
        return partial(_angles_in_block, cosine, rows, count, size, first)

    def moments(sums: NDArray[np.int64], batches: int, size: int) -> Estimates:
        return Estimates(
            Estimate.from_moments(
                batches, mpq(total, SCALE), mpq(squares, SCALE * SCALE), first,
                batch_size=size, source=SOURCE,
            )
            for total, squares in zip(*sums.tolist(), strict=True)
        )  # fmt: skip

    done = sum_batches(
        block_of, samples, stderr, (USUAL, BATCHES), 10**8,
        {"computes": "contraction of angles", "cosine": cosine, "width": rows, "layers": count,
         "seed": first},
        spread=lambda sums, batches: max(run.stderr for run in moments(sums, batches, 1)),
        name="pairs of inputs", executor=executor, checkpoint=checkpoint, progress=progress,
    )  # fmt: skip
    return moments(*done)
