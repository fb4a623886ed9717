"""Files of a few kilobytes that the tests of faults give to the program: pictures, and weights of one-block vision transformers."""

import array
import json
import os
import random
import struct
import zlib


def write_png(path, seed=0, size=32):
    """A picture of random blocks."""
    draws = random.Random(seed)
    blocks = [[bytes(draws.randrange(256) for _ in range(3)) for _ in range(4)] for _ in range(4)]
    rows = b"".join(
        b"\0" + b"".join(blocks[y * 4 // size][x * 4 // size] for x in range(size)) for y in range(size))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0))
                   + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def write_pictures(folder, classes=(), count=6):
    """`count` pictures in a folder, or in a folder for each class."""
    for number, name in enumerate(classes or [""]):
        place = os.path.join(folder, name)
        os.makedirs(place, exist_ok=True)
        for index in range(count):
            write_png(os.path.join(place, f"{index}.png"), seed=100 * number + index)
    return folder


def vit_tensors(prefix="", seed=0, width=64, patch=8, grid=2):
    """Name -> (shape, values) of a ViT of one block under timm's names."""
    draws = random.Random(seed)
    shapes = {
        "cls_token": [1, 1, width], "pos_embed": [1, 1 + grid * grid, width],
        "patch_embed.proj.weight": [width, 3, patch, patch], "patch_embed.proj.bias": [width],
        "norm.weight": [width], "norm.bias": [width]}
    for name, rows, columns in [
            ("attn.qkv", 3 * width, width), ("attn.proj", width, width), ("mlp.fc1", width, width), ("mlp.fc2", width, width)]:
        shapes[f"blocks.0.{name}.weight"] = [rows, columns]
        shapes[f"blocks.0.{name}.bias"] = [rows]
    for name in ("norm1", "norm2"):
        shapes[f"blocks.0.{name}.weight"] = shapes[f"blocks.0.{name}.bias"] = [width]

    def values(shape):
        count = 1
        for extent in shape:
            count *= extent
        return [draws.gauss(0, 0.3) for _ in range(count)]

    return {prefix + name: (shape, values(shape)) for name, shape in shapes.items()}


def write_safetensors(path, tensors, metadata=None):
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, (shape, values) in tensors.items():
        body = array.array("f", values).tobytes()
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(body)]}
        data += body
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def read_floats(path, name):
    """Values of a float32 tensor."""
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        begin, end = header[name]["data_offsets"]
        file.seek(8 + length + begin)
        values = array.array("f")
        values.frombytes(file.read(end - begin))
        return list(values)
