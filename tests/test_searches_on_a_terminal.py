"""A long search on a terminal: it shows how far it is, and Ctrl-C ends it."""

import pytest
from terminals import on_terminal

SEARCH = """
import numpy as np
from polygeo import relu
relu.{call}(np.random.default_rng(1).standard_normal({shape}))
"""


@pytest.mark.parametrize(
    ("call", "shape", "said"),
    [
        ("is_injective", (100, 14), r"deciding a 100 x 14 layer: [\d,]+ nodes, \d+ s"),
        ("halfspace_depth", (300, 20), r"among 300 points in R\^20: [^\n]*?, \d+ s"),
    ],
)
def test_a_search_shows_progress_and_stops(call, shape, said):
    text, took = on_terminal(SEARCH.format(call=call, shape=shape), said, 100)
    assert took is not None, text[-500:]
    assert took < 10  # 1 on a machine without other work
    assert "KeyboardInterrupt" in text
