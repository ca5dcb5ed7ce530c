"""How long the digits of a threshold take."""

from __future__ import annotations

import pytest
from memory import forget

from polygeo.thresholds import euler


@pytest.mark.benchmark(group="digits of alpha_Euler")
@pytest.mark.parametrize(("digits", "floor"), [(50, None), (1000, None), (10_000, 1.0)])
def test_digits(benchmark, digits, floor):
    """``euler().decimal(digits)``, nothing remembered from before."""
    text = benchmark.pedantic(
        lambda: euler().decimal(digits),
        setup=forget,
        rounds=10,
    )
    assert len(text) == digits + 1
    benchmark.extra_info.update(digits=digits, floor=floor)
