"""Pictures for the tests of faults, written without any library: noise around a colour that tells the class."""

import os
import random
import struct
import zlib

COLOURS = {"cat": (200, 60, 60), "dog": (60, 200, 60), "bee": (60, 60, 200)}


def png(colour, seed, side=24):
    """The bytes of a PNG file."""
    draws = random.Random(seed)
    rows = b"".join(
        b"\0" + bytes(min(255, max(0, channel + draws.randint(-50, 50))) for _ in range(side) for channel in colour)
        for _ in range(side))

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


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
