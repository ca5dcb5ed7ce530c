"""Good calls of the classes of results, for whoever makes one by hand."""

from functools import partial as call

import numpy as np
import sympy
from gmpy2 import mpq
from good_values import DEPTH, LIMIT, NETWORK, PROJECTIONS, PROOF, SQUARE, N

from polygeo import formula as statement
from polygeo import formula_index as entries
from polygeo import relu, replica, sampling, symbols

__all__ = ["RESULTS"]

RESULTS = {
    "MixtureFit": call(sampling.MixtureFit, np.ones(2), -1.0, 0.0, 3, True),
    "Run": call(sampling.Run, np.ones(2, np.int64), 3, True),
    "FaceCounts": call(sampling.FaceCounts, ((1, 2), (3, 4)), 1, 1),
    "Generators": call(
        sampling.Generators,
        SQUARE.integers,
        SQUARE.units,
        SQUARE.columns,
        SQUARE.gram,
        SQUARE.slack,
        SQUARE.inverse_norm,
    ),
    "ProjectionCounts": call(
        sampling.ProjectionCounts, PROJECTIONS.histogram, PROJECTIONS.sums, 1, 2, (0, 2)
    ),
    "NetworkVerdict": call(
        relu.NetworkVerdict, True, None, PROOF, "fan", relu.is_injective_network(NETWORK).weights
    ),
    "Verdict": call(relu.Verdict, True, None, (4, 2), "0" * 64, None, None, [1]),
    "HalfspaceDepth": call(relu.HalfspaceDepth, 1, (1, 0), DEPTH._points, None),
    "FreeEntropy": call(
        replica.FreeEntropy, mpq(50), mpq(6), 0, LIMIT, LIMIT, np.ones(1), np.ones(0), 1.5
    ),
    "GroundState": call(
        replica.GroundState,
        mpq(6),
        0,
        replica.theta(),
        LIMIT,
        LIMIT,
        np.ones(1),
        np.ones(0),
        (),
        True,
    ),
    "Catalogue": call(entries.Catalogue, {}),
    "Formula": call(statement.Formula, "One", sympy.Eq(N, N, evaluate=False), {N: [1]}, "x"),
    "Asymptotic": call(statement.Asymptotic, "One", N, N, N, {}, (1, 2), "x"),
    "equation": call(statement.equation, N, N),
    "q of symbols": call(symbols.q, 9, 3),
}
