"""Coverage-guided fuzzing of the file readers, with atheris (tox -e fuzz).

``python tests/fuzz/readers.py [--seconds N] [READER ...]`` runs one process a reader, N seconds
each, from the good files of `test_foreign_files`. What is read is answered or refused by a
PolygeoError of one line; anything else ends the run with the bytes in ``crash-*``, which become a
case of ``BROKEN`` in `test_foreign_files`.
"""

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1]
INSIDE = "--inside"
"""First argument of the processes that this program starts."""


def compiled() -> list[str]:
    """The modules with code for numba, which cannot compile what atheris has instrumented."""
    top = Path(importlib.util.find_spec("polygeo").origin).parent
    paths = [path for path in top.rglob("*.py") if "njit" in path.read_text("utf-8")]
    return [".".join(path.relative_to(top.parent).with_suffix("").parts) for path in paths]


def fuzz(name: str, seconds: int, folder: Path) -> None:
    """Give mutated files to one reader; does not return.

    No module of polygeo may have been imported before: what is imported here is watched.
    """
    import atheris

    with atheris.instrument_imports(include=["polygeo"], exclude=compiled()):
        from test_foreign_files import READERS, good_files

        from polygeo.errors import PolygeoError

    corpus, place = folder / "corpus", folder / name
    corpus.mkdir()
    for other, data in good_files(folder).items():
        if Path(other).suffix == place.suffix:
            (corpus / other).write_bytes(data)

    def once(data: bytes) -> None:
        place.write_bytes(data)
        message = ""
        try:
            READERS[name](place)
        except PolygeoError as problem:
            message = str(problem)
        if message and not message.isprintable():
            raise AssertionError(f"not one line: {message!r}")

    limits = [f"-max_total_time={seconds}", "-timeout=60", "-rss_limit_mb=4096", "-max_len=4096"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], once)
    atheris.Fuzz()


def main() -> int:
    """Fuzz the readers named, or all; 1 if one of them broke."""
    from test_foreign_files import READERS

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("readers", nargs="*", metavar="READER", help=", ".join(READERS))
    parser.add_argument("--seconds", type=int, default=60, help="for each reader (60)")
    options = parser.parse_args()
    if set(options.readers) - set(READERS):
        parser.error(f"readers are {', '.join(READERS)}")
    broken = []
    for name in options.readers or READERS:
        print(f"{name}: {options.seconds} s", flush=True)
        call = [sys.executable, __file__, INSIDE, name, str(options.seconds)]
        if subprocess.run(call, check=False).returncode:
            broken.append(name)
    print(f"broken: {', '.join(broken)}" if broken else "nothing broke")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.path.insert(0, str(TESTS))
    if sys.argv[1:2] == [INSIDE]:
        with tempfile.TemporaryDirectory() as work:
            fuzz(sys.argv[2], int(sys.argv[3]), Path(work))
    sys.exit(main())
