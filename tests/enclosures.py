"""Any answer as an enclosure, and when two sequences of answers can be the same."""

from collections.abc import Sequence

from polygeo.answers import Ball, certify
from polygeo.answers.numerics.evaluation import evaluate_to_arb

__all__ = ["agree", "ball"]


def ball(value: object) -> Ball:
    """An exact value as a narrow ball, a ball as it is."""
    if isinstance(value, Ball):
        return value
    if hasattr(value, "free_symbols"):
        return certify(lambda: evaluate_to_arb(value), 25)
    return Ball.of(value)


def agree(a: Sequence, b: Sequence) -> bool:
    """The sequences are equally long, and their enclosures overlap in every place."""
    return len(a) == len(b) and all(ball(x).overlaps(ball(y)) for x, y in zip(a, b, strict=True))
