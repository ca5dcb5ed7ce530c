"""Changed records of proofs, and whether one is accepted."""

import copy
import json

from polygeo.errors import PolygeoError
from polygeo.relu import Verdict

__all__ = ["accepted", "mutations", "stored", "verdict_from"]

OTHERS = (
    None, True, False, -1, 0, 1, 2, 3, 7, 999, 2**31, 2**70, 0.5, 1.0, 1e308, float("nan"),
    "", "0", "1", "-1", "1/2", "1/0", "0x1", "1_0", " 1", "x", [], ["0"], ["0", "0", "1"], [[]],
    [0, 0], [1, 2, 3], {}, {"x": 1},
)  # fmt: skip


def mutations(record):
    """Every record with one value exchanged, taken out, repeated, moved or put in somewhere."""
    for path in list(places(record)):
        for value in OTHERS:
            yield changed(record, path, lambda box, key, value=value: box.__setitem__(key, value))
        yield changed(record, path, lambda box, key: box.pop(key))
        if isinstance(path[-1], int):
            yield changed(record, path, lambda box, key: box.insert(key, box[key]))
            yield changed(record, path, lambda box, key: box.append(box.pop(key)))
        old = at(record, path)
        if isinstance(old, str):
            for text in (old + " 0", "0 " + old, old + "0", "-" + old, old[1:], old[::-1]):
                yield changed(record, path, lambda box, key, text=text: box.__setitem__(key, text))
        if isinstance(old, dict):
            yield changed(record, path, lambda box, key: box[key].__setitem__("more", 1))
    yield {**record, "more": 1}


def places(value, path=()):
    """The paths of all values in a tree of lists and dicts."""
    if path:
        yield path
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def at(record, path):
    for key in path:
        record = record[key]
    return record


def changed(record, path, change):
    new = copy.deepcopy(record)
    change(at(new, path[:-1]), path[-1])
    return new


def accepted(attempt):
    """Whether it goes through; anything but one line of refusal is an error of the test."""
    message = ""
    try:
        return attempt() is True
    except PolygeoError as problem:
        message = str(problem)
    assert "\n" not in message
    return False


def stored(verdict, path):
    verdict.save(path)
    return json.loads(path.read_text())


def verdict_from(record, matrix, path):
    path.write_text(json.dumps(record))
    return Verdict.load(path).verify(matrix)
