"""Files from anywhere: readers answer or raise one line, and two processes share a checkpoint."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import polygeo
from polygeo.cones import PolyhedralCone
from polygeo.errors import PolygeoError
from polygeo.relu import Verdict, is_injective
from polygeo.relu.matrix import read_matrix_file
from polygeo.sampling import run
from polygeo.sampling.checkpoint import Checkpoint

JOB = {"computes": "a test"}
PLUS_MINUS = [[1, 0], [0, 1], [-1, 0], [0, -1]]

READERS = {
    "cone.csv": lambda path: PolyhedralCone.from_file(path),
    "claims.csv": polygeo.crosscheck,
    "claims.json": polygeo.crosscheck,
    "verdict.json": lambda path: Verdict.load(path).verify(PLUS_MINUS),
    "checkpoint.json": lambda path: Checkpoint(path, JOB).load(),
    "matrix.csv": read_matrix_file,
    "matrix.npy": read_matrix_file,
    "answer.json": lambda path: polygeo.from_json(path.read_bytes().decode("utf-8", "replace")),
}


def good_files(folder):
    """One right file for each reader."""
    (folder / "cone.csv").write_text("1,0,0\n1,1,0\n1,1,1\n")
    (folder / "claims.csv").write_text("quantity,parameters,value\nq,m=20 n=3,25861/524288\n")
    (folder / "claims.json").write_text('[{"quantity": "q", "m": 20, "n": 3, "value": "0.05"}]')
    is_injective(PLUS_MINUS).save(folder / "verdict.json")
    Checkpoint(folder / "checkpoint.json", JOB).save(3, np.array([1, 2, 3]))
    (folder / "matrix.csv").write_text("1,0\n0,1\n-1,-1\n")
    np.save(folder / "matrix.npy", np.eye(2))
    (folder / "answer.json").write_text(polygeo.to_json(polygeo.Estimate.proportion(3, 10, 1)))
    return {name: (folder / name).read_bytes() for name in READERS}


@pytest.fixture(scope="module")
def contents(tmp_path_factory):
    return good_files(tmp_path_factory.mktemp("good"))


@pytest.mark.parametrize("name", READERS)
def test_right_files_are_read(name, contents, tmp_path):
    (tmp_path / name).write_bytes(contents[name])
    READERS[name](tmp_path / name)


def read(name, path, data):
    path.write_bytes(data)
    message = ""
    try:
        READERS[name](path)
    except PolygeoError as problem:
        message = str(problem)
    assert message == "" or message.isprintable()


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damaged_files_are_refused_in_one_line(name, contents, tmp_path, data):
    """Bytes exchanged, cut out or put in, pieces of other files, numbers out of all measure."""
    whole = contents[name]
    other = contents[data.draw(st.sampled_from(sorted(READERS)))]
    start = data.draw(st.integers(0, len(whole)))
    stop = data.draw(st.integers(start, len(whole)))
    new = data.draw(
        st.binary(max_size=8)
        | st.sampled_from(
            [b"9" * 5000, b"-1", b"1e999", b"NaN", b"[" * 2000, b"null", b'""', b"{}"]
        )
        | st.just(other)
    )
    read(name, tmp_path / name, whole[:start] + new + whole[stop:])


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_line(name, tmp_path, data):
    read(name, tmp_path / name, data)


@pytest.mark.parametrize("name", [n for n in READERS if n.endswith(".json")])
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_json_of_other_shapes_is_refused_in_one_line(name, contents, tmp_path, data):
    """One value somewhere in the tree is exchanged for something else."""
    record = json.loads(contents[name])
    place = record
    while isinstance(place, (dict, list)) and place:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], (dict, list)) or data.draw(st.booleans()):
            place[key] = data.draw(
                st.sampled_from([None, True, -1, 2**70, 1e308, "", "x", [], {}, [[]], "1/0"])
            )
            break
        place = place[key]
    read(name, tmp_path / name, json.dumps(record).encode())


PROGRAM = """
import sys
import numpy as np
from polygeo.sampling import run
found = run(lambda b: np.array([1, b, b * b]), 400, checkpoint=sys.argv[1], job={"computes": "x"},
            every=0.0)
print(found.sums.tolist(), found.blocks)
"""


def test_two_processes_with_one_checkpoint(tmp_path):
    """Both end with the right sums, and what they leave is a right checkpoint."""
    path = tmp_path / "run.json"
    call = [sys.executable, "-c", PROGRAM, str(path)]
    both = [subprocess.Popen(call, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = {process.communicate(timeout=120)[0] for process in both}
    alone = run(lambda b: np.array([1, b, b * b]), 400)
    assert outputs == {f"{alone.sums.tolist()} 400\n"}
    done, sums = Checkpoint(path, {"computes": "x"}).load()
    assert done <= 400
    assert sums.tolist() == run(lambda b: np.array([1, b, b * b]), done).sums.tolist()
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]
