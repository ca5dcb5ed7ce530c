"""R packages, where Rscript finds them: what reaches R, and that a wrong question is seen."""

import pytest
from peers import DRIVERS, by_r, questions
from peers.rscript import evaluate, matrix, numbers

from polygeo.cones import PolyhedralCone

NAMES = [peer.name for peer in by_r.PEERS]


def installed(name):
    """The peer, or a skipped test that says what is missing."""
    peer = DRIVERS[name]
    if peer.version() is None:
        pytest.skip(f"{name} is not installed")
    return peer


def agrees(peer, asked, told):
    """Whether our answer to one question agrees with theirs to another."""
    return peer.tolerance.judge(peer.ours(*asked), peer.theirs(*told).answer).agrees


@pytest.fixture(scope="module")
def r():
    try:
        numbers("cat(1)")
    except FileNotFoundError as problem:
        pytest.skip(str(problem))


@pytest.mark.parametrize("name", NAMES)
def test_the_version_names_the_package_and_r(name):
    version = installed(name).version()
    assert version[0].isdigit()
    assert " (R " in version


def test_numbers_reach_r_and_come_back_as_they_are(r):
    rows = [[0.1, -1 / 3, 2.0**-1074], [1e300, 5e-324, -0.0]]
    found = evaluate("stats", f"M <- {matrix(rows)}", "t(M)")
    assert found.answer == [entry for row in rows for entry in row]
    assert evaluate("stats", f"M <- {matrix([[1, 2**52 + 1]])}", "M").answer == [1, 2**52 + 1]


def test_the_time_is_that_of_the_expression_alone(r):
    quick = evaluate("stats", "", "1")
    slow = evaluate("stats", "Sys.sleep(1); x <- runif(1e5)", "sum(sort(x))")
    assert 0 < quick.seconds < 1e-3
    assert quick.seconds < slow.seconds < 0.5


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("stop('no\nsuch thing')", "no such thing"),
        ("library(no.such.package)", "there is no package called"),
        ("matrix(c(1, 2", "unexpected"),
    ],
)
def test_errors_of_r_are_one_line(r, script, message):
    with pytest.raises(RuntimeError, match=message) as caught:
        numbers(script)
    assert "\n" not in str(caught.value)


def test_another_covariance_differs():
    peer = installed("R mvtnorm")
    (covariance,) = peer.cases()["dimension 4"]
    off = [
        [x + 0.001 * (i == j == 0) for j, x in enumerate(row)] for i, row in enumerate(covariance)
    ]
    assert agrees(peer, (covariance,), (covariance,))
    assert not agrees(peer, (covariance,), (off,))


def test_a_missing_generator_differs():
    peer = installed("R nnls")
    rows, samples = peer.cases()["2d generators, d = 6"]
    assert agrees(peer, (rows, samples), (rows, samples))
    assert not agrees(peer, (rows, samples), (rows[1:], samples))


def test_a_missing_inequality_differs():
    peer = installed("R quadprog")
    rows, samples = peer.cases()["8 inequalities, d = 4"]
    facets = [list(row) for row in PolyhedralCone(inequalities=rows).inequalities]
    assert agrees(peer, (rows, samples), (facets, samples))
    assert not agrees(peer, (rows, samples), (facets[1:], samples))


@pytest.mark.parametrize("method", by_r.METHODS)
def test_a_missing_point_differs(method):
    peer = installed("R ddalpha")
    batch, _ = peer.cases()[f"24 points, d = 4, {method}"]
    assert agrees(peer, (batch, method), (batch, method))
    assert not agrees(peer, (batch, method), (batch[:, 1:], method))


@pytest.mark.parametrize("method", by_r.METHODS)
def test_points_below_its_thresholds_are_the_origin_to_ddalpha(method):
    """So that nobody takes the counted errors for ours: at size 1 both agree."""
    peer = installed("R ddalpha")
    (batch,) = questions.clouds()[questions.TOO_SMALL]
    assert peer.theirs(batch, method).answer == [batch.shape[1]] * len(batch)
    assert peer.ours(batch, method) == peer.theirs(batch / questions.TINY, method).answer


@pytest.mark.parametrize("kind", ["l1", "nonnegative"])
def test_another_number_of_measurements_differs(kind):
    peer = installed("R lpSolve")
    assert agrees(peer, (10, 2, 5, kind), (10, 2, 5, kind))
    assert not agrees(peer, (10, 2, 5, kind), (10, 2, 4, kind))


def test_weights_in_the_other_order_differ():
    peer = installed("R ic.infer")
    (rows,) = peer.cases()["dimension 3"]
    assert agrees(peer, (rows,), (rows,))
    assert not peer.tolerance.judge(peer.ours(rows)[::-1], peer.theirs(rows).answer).agrees
