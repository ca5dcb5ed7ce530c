"""Blocks on any workers: one answer, whatever happens on the way."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from refusals import refused

from polygeo.errors import DomainError, PolygeoError
from polygeo.sampling import FaceBlock, Generators, estimate_face_dimensions, gaussian_block, run
from polygeo.sampling.runs.checkpoint import Checkpoint

HALF = [[1, 0, 0, 0], [1, 1, 0, 1], [1, -2, 1, 0], [1, 0, -1, 3], [2, 1, 1, -1]]
JOB = {"computes": "a test"}


def squares(block):
    return np.array([1, block, block * block])


def slow_squares(block):
    time.sleep(0.02)
    return squares(block)


def slow_squares_then_death(block):
    if block == 3:
        time.sleep(0.2)
        os._exit(1)
    return squares(block)


def expected(blocks):
    return np.sum([squares(b) for b in range(blocks)], axis=0)


def small_block(certified=True):
    return FaceBlock(Generators.of(None, HALF), 5, certified, "auto", 500)


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(2) as pool:
        yield pool


@pytest.mark.parametrize("certified", [True, False])
def test_one_answer_on_every_executor(processes, certified):
    block = small_block(certified)
    alone = run(block, 9).sums
    with ThreadPoolExecutor(3) as threads:
        assert np.array_equal(run(block, 9, executor=threads).sums, alone)
    assert np.array_equal(run(block, 9, executor=processes).sums, alone)
    assert alone.sum() == 9 * 500


def test_estimates_on_executors(processes):
    samples = 100_001  # three whole blocks and a part
    alone = estimate_face_dimensions(None, samples, 3, exact=HALF)
    assert alone.samples == 100_002
    for pool in (ThreadPoolExecutor(2), processes):
        assert estimate_face_dimensions(None, samples, 3, exact=HALF, executor=pool) == alone
    assert estimate_face_dimensions(None, samples, 4, exact=HALF) != alone


def test_streams_are_values():
    assert np.array_equal(gaussian_block(7, 2, 10, 3), gaussian_block(7, 2, 20, 3)[:10])
    blocks = [gaussian_block(s, b, 4, 2).tobytes() for s in (0, 1, 2**64 - 1) for b in range(3)]
    assert len(set(blocks)) == 9


def test_blocks_that_come_in_any_order():
    class Backwards:
        """Finishes what waits in reverse order, whenever something is submitted."""

        _max_workers = 3

        def __init__(self):
            self.waiting = []

        def submit(self, function, block):
            future = Future()
            self.waiting.append((future, function, block))
            if len(self.waiting) == 5:
                for future_, function_, block_ in reversed(self.waiting):
                    future_.set_result(function_(block_))
                self.waiting = []
            return future

    assert np.array_equal(run(squares, 10, executor=Backwards()).sums, expected(10))


# --- what goes wrong


def test_an_executor_that_dies_is_one_clear_line(tmp_path):
    path = tmp_path / "run.json"
    with ProcessPoolExecutor(1) as pool, pytest.raises(PolygeoError, match="died") as failure:
        run(slow_squares_then_death, 50, executor=pool, checkpoint=path, job=JOB, every=0)
    done = json.loads(path.read_text())["blocks"]
    assert 1 <= done <= 3
    assert f"after {done} of 50 blocks" in str(failure.value)
    assert "\n" not in str(failure.value)
    assert np.array_equal(run(squares, 50, checkpoint=path, job=JOB).sums, expected(50))


def test_an_executor_that_is_shut_down():
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(PolygeoError, match="died after 0 of 4 blocks"):
        run(squares, 4, executor=pool)


def test_a_lost_block_is_computed_again():
    class Lossy(ThreadPoolExecutor):
        lost = 0

        def submit(self, function, block):
            if block % 3 == 1 and self.lost < 4:
                self.lost += 1
                future = Future()
                future.set_exception(ConnectionError("worker gone"))
                return future
            return super().submit(function, block)

    with Lossy(2) as pool:
        assert np.array_equal(run(squares, 20, executor=pool).sums, expected(20))
        assert pool.lost == 4


def test_an_error_of_a_block_is_raised_once():
    def failing(block):
        if block == 2:
            raise RuntimeError("wrong")
        return squares(block)

    with ThreadPoolExecutor(2) as pool, pytest.raises(RuntimeError, match="wrong"):
        run(failing, 8, executor=pool)
    with pytest.raises(RuntimeError, match="wrong"):
        run(failing, 8)


def interrupted(block):
    if block == 4:
        raise KeyboardInterrupt
    return squares(block)


@pytest.mark.parametrize("threads", [0, 2])
def test_ctrl_c_returns_what_is_done(threads, tmp_path):
    path = tmp_path / "run.json"
    pool = ThreadPoolExecutor(threads) if threads else None
    part = run(interrupted, 50, executor=pool, checkpoint=path, job=JOB, every=1000)
    assert not part.complete
    assert part.blocks <= 4
    assert np.array_equal(part.sums, expected(part.blocks))
    assert json.loads(path.read_text())["blocks"] == part.blocks
    assert np.array_equal(run(squares, 50, checkpoint=path, job=JOB).sums, expected(50))


def test_ctrl_c_for_real():
    """SIGINT in the main thread while threads work."""
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    with ThreadPoolExecutor(2) as pool:
        timer.start()
        part = run(slow_squares, 10_000, executor=pool)
    assert not part.complete
    assert np.array_equal(part.sums, expected(part.blocks))


def test_ctrl_c_before_anything_is_done():
    def at_once(block):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(at_once, 3)


SCRIPT = """
    import sys, time
    from polygeo.sampling import FaceBlock, Generators, run

    block = FaceBlock(Generators.of(None, {rows}), 5, True, "auto", 500)

    def slowly(b):
        time.sleep(0.05)
        return block(b)

    run(slowly, 400, checkpoint=sys.argv[1], job={job}, every=0)
"""


def test_resume_after_kill_9(tmp_path):
    path = tmp_path / "run.json"
    script = textwrap.dedent(SCRIPT).format(rows=HALF, job=JOB)
    process = subprocess.Popen([sys.executable, "-c", script, str(path)])
    try:
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            if path.exists() and json.loads(path.read_text())["blocks"] >= 3:
                break
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
    done = json.loads(path.read_text())["blocks"]
    assert 3 <= done < 400
    blocks = done + 5
    resumed = run(small_block(), blocks, checkpoint=path, job=JOB)
    assert np.array_equal(resumed.sums, run(small_block(), blocks).sums)


def test_a_longer_run_goes_on_from_a_shorter_one(tmp_path):
    path = tmp_path / "run.json"
    estimate_face_dimensions(None, 150_000, 1, exact=HALF, checkpoint=path)
    before = json.loads(path.read_text())["blocks"]
    longer = estimate_face_dimensions(None, 250_000, 1, exact=HALF, checkpoint=path)
    assert json.loads(path.read_text())["blocks"] > before > 0
    assert longer == estimate_face_dimensions(None, 250_000, 1, exact=HALF)
    with pytest.raises(DomainError, match="more than the 1 asked for"):
        estimate_face_dimensions(None, 40_000, 1, exact=HALF, checkpoint=path)


def test_a_run_shorter_than_a_block_keeps_its_place(tmp_path):
    """Of no whole block: the file names the job, and a longer run goes on from it."""
    path = tmp_path / "run.json"
    for _ in range(2):
        short = estimate_face_dimensions(None, 1000, 1, exact=HALF, checkpoint=path)
        assert short == estimate_face_dimensions(None, 1000, 1, exact=HALF)
        assert json.loads(path.read_text())["blocks"] == 0
    with pytest.raises(DomainError, match="another job"):
        estimate_face_dimensions(None, 1000, 2, exact=HALF, checkpoint=path)
    longer = estimate_face_dimensions(None, 100_000, 1, exact=HALF, checkpoint=path)
    assert json.loads(path.read_text())["blocks"] == 3
    assert longer == estimate_face_dimensions(None, 100_000, 1, exact=HALF)
    with pytest.raises(DomainError, match="holds 3 blocks, more than the samples asked for"):
        estimate_face_dimensions(None, 1000, 1, exact=HALF, checkpoint=path)


def test_an_empty_checkpoint_is_no_result(tmp_path):
    def at_once(block):
        raise KeyboardInterrupt

    path = tmp_path / "run.json"
    Checkpoint(path, JOB).save(0, np.zeros(3, np.int64))
    with pytest.raises(KeyboardInterrupt):
        run(at_once, 3, checkpoint=path, job=JOB)
    assert np.array_equal(run(squares, 4, checkpoint=path, job=JOB).sums, expected(4))


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[" * 100_000,
        lambda text: text.replace('"blocks": 4', '"blocks": 5'),
        lambda text: text.replace("[4,", "[5,"),
        lambda text: '{"format": "something else"}',
        lambda text: "null",
        lambda text: "\x00" * 10,
    ],
)
def test_a_damaged_checkpoint_is_refused_and_left(damage, tmp_path):
    path = tmp_path / "run.json"
    run(squares, 4, checkpoint=path, job=JOB)
    text = damage(path.read_text())
    assert text != path.read_text()
    path.write_text(text)
    with refused(match="damaged or no checkpoint"):
        run(squares, 8, checkpoint=path, job=JOB)
    assert path.read_text() == text


def test_binary_rubbish_is_refused_and_left(tmp_path):
    path = tmp_path / "run.json"
    path.write_bytes(bytes(range(128, 256)))
    with pytest.raises(DomainError, match="damaged or no checkpoint"):
        run(squares, 8, checkpoint=path, job=JOB)
    assert path.read_bytes() == bytes(range(128, 256))


def test_a_foreign_checkpoint_names_the_difference(tmp_path):
    path = tmp_path / "run.json"
    estimate_face_dimensions(None, 150_000, 1, exact=HALF, checkpoint=path)
    text = path.read_text()
    with pytest.raises(DomainError, match=r"another job \(differs in seed\)"):
        estimate_face_dimensions(None, 150_000, 2, exact=HALF, checkpoint=path)
    with pytest.raises(DomainError, match=r"another job \(differs in cone\)"):
        estimate_face_dimensions(None, 150_000, 1, exact=HALF[:4], checkpoint=path)
    assert path.read_text() == text


def test_a_checkpoint_is_whole_at_every_moment(tmp_path):
    """Readers beside the writer never see a part; no temporary file stays behind."""
    path = tmp_path / "run.json"
    keeper = Checkpoint(path, JOB)
    keeper.save(1, np.arange(5000))
    stop = threading.Event()

    def read():
        while not stop.is_set():
            assert keeper.load() is not None

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        for n in range(2, 40):
            keeper.save(n, np.arange(5000) * n)
        stop.set()
        reader.result()
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: run(squares, 0), "at least 1 block"),
        (lambda: run(squares, -3), "at least 1 block"),
        (lambda: run(squares, 2.0), "integer"),
        (lambda: run(squares, 2, executor=4), "Executor or a Dask client; got int"),
        (lambda: run(squares, 2, checkpoint="x.json"), "job="),
        (lambda: run(squares, 2, checkpoint="/nowhere/at/all/x.json", job=JOB), "no folder"),
        (lambda: run(lambda b: np.array([0.5]), 2), "integers"),
    ],
)
def test_bad_input_is_one_line(call, message):
    with refused(match=message):
        call()


def test_progress_is_silent_unless_asked(capfd):
    run(squares, 3)
    assert capfd.readouterr() == ("", "")
    run(squares, 3, progress=True)
    assert "rich" in sys.modules


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_that_loses_a_worker():
    distributed = pytest.importorskip("distributed")
    block = FaceBlock(Generators.of(None, HALF), 5, True, "auto", 4000)
    alone = run(block, 300).sums
    with (
        distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert np.array_equal(run(block, 20, executor=client).sums, run(block, 20).sums)
        victims = list(client.run(os.getpid).values())
        timer = threading.Timer(0.5, os.kill, (victims[0], signal.SIGKILL))
        timer.start()
        try:
            result = run(SlowBlock(block), 300, executor=client)
        finally:
            timer.cancel()
        assert victims[0] not in client.run(os.getpid).values()
    assert result.complete
    assert np.array_equal(result.sums, alone)


class SlowBlock:
    """A block that takes long enough for the kill to come in the middle."""

    def __init__(self, block):
        self.block = block

    def __call__(self, number):
        time.sleep(0.02)
        return self.block(number)
