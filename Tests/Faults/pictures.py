"""Pictures for the tests of faults, written without any library: noise around a colour that tells the class."""

import os
import random
import struct
import zlib

COLOURS = {"cat": (200, 60, 60), "dog": (60, 200, 60), "bee": (60, 60, 200)}


def encoded(rows, side, level=-1):
    """The bytes of a PNG file of rows of RGB bytes, packed with a level of zlib's (0: every file of a size is as long)."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), level)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def png(colour, seed, side=24):
    """The bytes of a PNG file: noise around a colour."""
    draws = random.Random(seed)
    return encoded(
        [[min(255, max(0, channel + draws.randint(-50, 50))) for _ in range(side) for channel in colour]
         for _ in range(side)], side)


def write_noise(path, seed, side=32):
    """Writes a picture of noise; all of a size have files of one length."""
    draws = random.Random(seed)
    with open(path, "wb") as file:
        file.write(encoded([draws.randbytes(3 * side) for _ in range(side)], side, level=0))


def write_stripes(path, seed, side=72):
    """Writes a picture of stripes."""
    rows = [[(x * seed * 7 + y * (3 + seed % 5) * 5 + c * 60) % 256 for x in range(side) for c in range(3)]
            for y in range(side)]
    with open(path, "wb") as file:
        file.write(encoded(rows, side))


def classes(folder, count, names=("cat", "dog", "bee"), seed=0):
    """Class directories with so many pictures each; every picture is another one."""
    for place, name in enumerate(names):
        where = os.path.join(folder, name)
        os.makedirs(where, exist_ok=True)
        for number in range(count):
            with open(os.path.join(where, f"{number}.png"), "wb") as file:
                file.write(png(COLOURS.get(name, (90 * place % 255, 120, 60)), f"{seed} {folder} {name} {number}"))


def spoil(path, content=b"not a picture"):
    with open(path, "wb") as file:
        file.write(content)
