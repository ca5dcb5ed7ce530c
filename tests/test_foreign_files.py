"""Files from anywhere: readers answer or raise one line, and two processes share a checkpoint."""

import json
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import polygeo
from polygeo.cones import PolyhedralCone
from polygeo.errors import PolygeoError
from polygeo.relu import FanProof, Verdict, is_injective, is_injective_network, verify_proof
from polygeo.relu.matrix import read_matrix_file
from polygeo.sampling import run
from polygeo.sampling.runs.checkpoint import Checkpoint, digest_of

JOB = {"computes": "a test"}
PLUS_MINUS = [[1, 0], [0, 1], [-1, 0], [0, -1]]

NETWORK = [[[1], [-1]], [[1, 0], [0, 1]]]


def read_signed(path):
    """A checkpoint as it is after its digest was set right: what stands behind the digest."""
    try:
        record = json.loads(path.read_bytes())
        record.pop("digest", None)
        record["digest"] = digest_of(record)
    except (AttributeError, TypeError, ValueError, RecursionError):
        return
    path.write_text(json.dumps(record))
    Checkpoint(path, JOB).load()


def read_proof(path):
    try:
        record = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return
    verify_proof(NETWORK, FanProof.from_dict(record))


READERS = {
    "cone.csv": lambda path: PolyhedralCone.from_file(path, "rays"),
    "cone.ine": PolyhedralCone.from_file,
    "cone.ext": PolyhedralCone.from_file,
    "cone.in": PolyhedralCone.from_file,
    "claims.csv": polygeo.crosscheck,
    "claims.json": polygeo.crosscheck,
    "verdict.json": lambda path: Verdict.load(path).verify(PLUS_MINUS),
    "proof.json": read_proof,
    "checkpoint.json": lambda path: Checkpoint(path, JOB).load(),
    "signed.json": read_signed,
    "matrix.csv": read_matrix_file,
    "matrix.npy": read_matrix_file,
    "answer.json": lambda path: polygeo.from_json(path.read_bytes().decode("utf-8", "replace")),
}


def good_files(folder):
    """One right file for each reader."""
    (folder / "cone.csv").write_text("1,0,0\n1,1,0\n1,1,1\n")
    cone = PolyhedralCone(inequalities=[[1, 0, "1/2"], [0, 1, -1]], equations=[[1, 1, 1]])
    cone.to_file(folder / "cone.ine")
    PolyhedralCone(rays=[[1, 0, 0], [1, 1, 0]], lines=[[0, 0, 1]]).to_file(folder / "cone.ext")
    cone.to_file(folder / "cone.in")
    (folder / "claims.csv").write_text("quantity,parameters,value\nq,m=20 n=3,25861/524288\n")
    (folder / "claims.json").write_text('[{"quantity": "q", "m": 20, "n": 3, "value": "0.05"}]')
    is_injective(PLUS_MINUS).save(folder / "verdict.json")
    (folder / "proof.json").write_text(json.dumps(is_injective_network(NETWORK).proof.to_dict()))
    Checkpoint(folder / "checkpoint.json", JOB).save(3, np.array([1, 2, 3]))
    Checkpoint(folder / "signed.json", JOB).save(3, np.array([[1, 2, 3], [4, 5, 6]]))
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


BROKEN = {
    "claims.csv": [b"quantity,parameters,value,parameters,val\x0fvalvalue,"],
}
"""What fuzzing (tests/fuzz) has found."""


@pytest.mark.parametrize("name", BROKEN)
def test_what_once_broke_a_reader(name, tmp_path):
    for data in BROKEN[name]:
        read(name, tmp_path / name, data)


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


TABLES = """
import sys
from polygeo.report import tables
from polygeo.report.tables.tabular import Column, Table
letter, folder = sys.argv[1:]
rows = tuple((letter * 100, k) for k in range(500))
tables.TABLES["known-p"] = lambda: Table("known-p", letter, (Column("x"), Column("k")), rows)
for _ in range(15):
    tables.write(folder, ["known-p"])
"""


def test_two_processes_with_one_folder_of_tables(tmp_path):
    """Whoever reads a table meanwhile reads one of the two, whole; nothing else is left."""
    calls = [[sys.executable, "-c", TABLES, letter, str(tmp_path)] for letter in "AB"]
    both = [subprocess.Popen(call, stderr=subprocess.PIPE, text=True) for call in calls]
    seen = set()
    while any(process.poll() is None for process in both):
        for path in tmp_path.glob("known-p.*"):
            seen.add((path.suffix, path.read_bytes()))
        time.sleep(0.002)
    problems = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], problems
    for suffix in (".csv", ".json", ".md", ".tex"):
        texts = [data.decode() for found, data in seen if found == suffix]
        assert 1 <= len(texts) <= 2
        for text in texts:
            assert ("A" * 100 in text) != ("B" * 100 in text)
            assert text.count("A" * 100) + text.count("B" * 100) == 500
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "known-p.csv", "known-p.json", "known-p.md", "known-p.tex",
    ]  # fmt: skip
