"""Values at random of every kind that a caller may hand over."""

import math
import random
import struct
from decimal import Decimal
from fractions import Fraction

__all__ = ["anything"]

FLOATS = (0.0, -0.0, 0.5, 1.0, -1.0, math.nan, math.inf, -math.inf, 5e-324, 1.8e308, 1e-300)
DECIMALS = ("0", "-0", "1.5", "NaN", "sNaN", "Infinity", "-Infinity", "1E+400", "1E-400")
LETTERS = " 09azAZ-+./,%\x00\n\x7f\x85\xa0\xdf\u0301\u0663\u03bb\u2028\ufeff\U0001f600"


def number(draw: random.Random) -> float:
    """A float of any bits, a moderate one or a special one."""
    way = draw.randrange(3)
    if way == 0:
        return struct.unpack("<d", draw.randbytes(8))[0]
    return draw.uniform(-100, 100) if way == 1 else draw.choice(FLOATS)


def text(draw: random.Random) -> str:
    """Up to 20 characters, two thirds of them awkward ones."""
    return "".join(
        chr(draw.randrange(0x20, 0xD800)) if draw.randrange(3) == 0 else draw.choice(LETTERS)
        for _ in range(draw.randrange(21))
    )


def atom(draw: random.Random) -> object:
    """A value that holds no other."""
    match draw.randrange(11):
        case 0:
            return None
        case 1:
            return draw.random() < 0.5
        case 2:
            return draw.randint(-(10**6), 40)
        case 3:
            return draw.randint(-2, 12)
        case 4:
            return draw.randint(10**20, 10**40)
        case 5:
            return number(draw)
        case 6:
            return text(draw)
        case 7:
            return draw.randbytes(draw.randrange(6))
        case 8:
            return Fraction(draw.randint(-(10**9), 10**9), draw.randint(1, 10**6))
        case 9:
            return Decimal(draw.choice((*DECIMALS, repr(draw.uniform(-1e9, 1e9)))))
    return complex(number(draw), number(draw))


def anything(draw: random.Random, depth: int = 2) -> object:
    """An atom, or a list, a pair or a dict of such values, nested as deep as said."""
    if depth == 0 or draw.random() < 0.6:
        return atom(draw)
    match draw.randrange(3):
        case 0:
            return [anything(draw, depth - 1) for _ in range(draw.randrange(5))]
        case 1:
            return (anything(draw, depth - 1), anything(draw, depth - 1))
    return {text(draw): anything(draw, depth - 1) for _ in range(draw.randrange(4))}
