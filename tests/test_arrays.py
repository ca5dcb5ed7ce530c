"""Matrices as people have them: sparse ones of every kind, masked ones, kernels of convolutions."""

import numpy as np
import pytest
import scipy.sparse as sparse
from gmpy2 import mpq
from refusals import refused

import polygeo
from polygeo.cones import HyperplaneArrangement, Orthant, PolyhedralCone
from polygeo.errors import DomainError
from polygeo.polytopes.hulls.counting import face_counts
from polygeo.relu import (
    decide_batch,
    euler_characteristic,
    halfspace_depth,
    is_injective,
    is_injective_network,
    stability_bounds,
)
from polygeo.volumes import ChiBarSquared, orthant_probability

W = np.array([[1.0, 0, 2], [0, -3, 0], [0.5, 1, -1], [-1, 0, 0], [0, 0, 1], [0, 1, 0]])

KINDS = [
    getattr(sparse, f"{form}_{kind}")
    for form in ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
    for kind in ("matrix", "array")
]

READERS = {
    "verdict": lambda W: is_injective(W).digest,
    "depth": lambda W: halfspace_depth(W).depth,
    "euler": lambda W: euler_characteristic(W[:4]),
    "network": lambda W: is_injective_network([W]).injective,
    "stability": lambda W: stability_bounds(W).frame.value,
    "inequalities": lambda W: PolyhedralCone(inequalities=W).rays,
    "rays": lambda W: PolyhedralCone(rays=W).lineality_space,
    "arrangement": lambda W: HyperplaneArrangement(W).number_of_regions(),
    "project": lambda W: Orthant(3).project(W).tolist(),
    "batch": lambda W: decide_batch([W, W]).tolist(),
    "hull": lambda W: tuple(face_counts(W).tolist()),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", READERS)
def test_sparse_matrices_of_every_kind(kind, name):
    given = W[:4] if name == "euler" else W
    call = READERS[name] if name != "euler" else euler_characteristic
    assert call(kind(given)) == call(given)


@pytest.mark.parametrize("name", READERS)
def test_masks(name):
    """A mask that hides nothing is no mask; a hidden entry is none, whatever stands beneath it."""
    call = READERS[name]
    assert call(np.ma.masked_array(W, mask=False)) == call(W)
    hidden = np.ma.masked_array(W, mask=False)
    hidden[1, 1] = np.ma.masked
    with pytest.raises(DomainError, match=r"1 of \d+ are masked"):
        call(hidden)


def test_masks_of_other_shapes():
    numbers = np.ma.masked_array([1.0, 2.0], mask=[False, True])
    for call in (
        ChiBarSquared(Orthant(2)).sf,
        lambda x: halfspace_depth([[1, 0], [0, 1]], x),
        lambda x: halfspace_depth([x, x]),
        lambda x: PolyhedralCone(rays=[x]),
        lambda x: decide_batch(np.ma.masked_array(np.ones((1, 2, 2)), mask=np.eye(2)[None])),
        lambda x: orthant_probability(np.ma.masked_array(np.eye(2), mask=np.eye(2))),
        lambda x: Orthant(2).contains(x),
    ):
        with pytest.raises(DomainError, match="masked"):
            call(numbers)


def test_exact_numbers_in_sparse_form():
    whole = sparse.csr_matrix(np.array([[1, 0], [0, 2**60 + 1]]))
    assert polygeo.relu.matrix.read_matrix(whole).entries[1] == (mpq(0), mpq(2**60 + 1))


def test_kernels_of_convolutions_name_the_remedy():
    kernels = np.ones((8, 3, 5, 5))
    for call in (is_injective, halfspace_depth, lambda W: PolyhedralCone(rays=W)):
        with refused(match=r"\.reshape\(8, -1\)"):
            call(kernels)
    assert not is_injective(kernels.reshape(8, -1)).injective


def test_a_sparse_matrix_is_not_written_out_beyond_what_is_read():
    with pytest.raises(DomainError, match=r"at most 4000000 entries; got 10{10}, most of them 0"):
        is_injective(sparse.csr_matrix((10**5, 10**5)))
