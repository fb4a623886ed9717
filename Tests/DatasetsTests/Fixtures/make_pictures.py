"""Makes the pictures in this folder, and what Pillow, torchvision and transformers make of them (NAME.ppm, jitter.json).

    python make_pictures.py      needs pillow, torchvision, transformers; made with Pillow 13.0.0, torchvision 0.29.2, transformers 5.23.0
"""

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torchvision.transforms import functional as F
from transformers.image_transforms import center_crop

HERE = Path(__file__).parent
rng = np.random.default_rng(7)


def drawing(width, height):
    """Smooth waves, a hard-edged box, and some noise: things that go wrong in different ways."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = [128 + 110 * np.sin(x / (5 + c) + y / (9 - c) + c) for c in range(3)]
    picture = np.stack(planes, axis=2) + rng.normal(0, 12, (height, width, 3))
    picture[height // 4 : height // 2, width // 3 : width // 2] = [250, 20, 40]
    return Image.fromarray(picture.clip(0, 255).astype(np.uint8))


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def write_png16(path, values, color_type):
    """16-bit PNG, which Pillow writes in grey only. values: [height, width, channels] uint16."""
    height, width, _ = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, 16, color_type, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def on_white(picture):
    rgba = picture.convert("RGBA")
    white = Image.new("RGB", rgba.size, "white")
    white.paste(rgba, mask=rgba.getchannel("A"))
    return white


def expect(name, picture):
    picture.save(HERE / f"{name}.ppm")


def decoded():
    base = drawing(45, 31)
    alpha = Image.fromarray((np.mgrid[0:31, 0:45].sum(axis=0) * 255 // 74).astype(np.uint8))
    rgba = base.copy()
    rgba.putalpha(alpha)
    palette = base.quantize(16)
    palette_alpha = base.quantize(16)
    palette_alpha.info["transparency"] = bytes([0, 90, 255, 180])
    pngs = {
        "color": base, "alpha": rgba, "gray": base.convert("L"), "gray-alpha": rgba.convert("LA"),
        "palette": palette, "bits": base.convert("1"),
    }
    for name, picture in pngs.items():
        picture.save(HERE / f"{name}.png")
        expect(f"{name}.png", on_white(Image.open(HERE / f"{name}.png")))
    palette_alpha.save(HERE / "palette-alpha.png", transparency=bytes([0, 90, 255, 180]))
    expect("palette-alpha.png", on_white(Image.open(HERE / "palette-alpha.png")))

    for name, channels, color_type in [("gray16", 1, 0), ("color16", 3, 2)]:
        values = rng.integers(0, 65536, (9, 13, channels)).astype(np.uint16)
        write_png16(HERE / f"{name}.png", values, color_type)
        eight = np.round(values / 257).astype(np.uint8)
        expect(f"{name}.png", Image.fromarray(np.broadcast_to(eight, (9, 13, 3)).copy()))

    base.save(HERE / "baseline.jpg", quality=88)
    base.save(HERE / "progressive.jpg", quality=88, progressive=True, subsampling=0)
    base.convert("L").save(HERE / "gray.jpg", quality=88)
    base.convert("CMYK").save(HERE / "cmyk.jpg", quality=95)
    for name in ["baseline", "progressive", "gray", "cmyk"]:
        expect(f"{name}.jpg", Image.open(HERE / f"{name}.jpg").convert("RGB"))
    for orientation in range(2, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        name = f"turned{orientation}.jpg"
        base.save(HERE / name, quality=88, subsampling=0, exif=exif)
        expect(name, ImageOps.exif_transpose(Image.open(HERE / name)))


def resized():
    base = drawing(97, 61)
    expect("source", base)
    for width, height in [(32, 20), (150, 101), (17, 90), (97, 13), (1, 1)]:
        expect(f"resized-{width}x{height}", base.resize((width, height), Image.Resampling.BICUBIC))
    expect("evaluation-landscape-40", short_side_and_middle(base, 40))
    expect("evaluation-portrait-96", short_side_and_middle(base.transpose(Image.Transpose.ROTATE_90), 96))
    for height, width in [(40, 24), (24, 80)]:
        expect(f"evaluation-{height}x{width}", covered_and_middle(base, height, width))


def covered_and_middle(picture, height, width):
    """The smallest size of the picture's shape that covers height x width, rounded down as torchvision does; then its middle."""
    by_width = width * picture.height >= height * picture.width
    size = (width * picture.height // picture.width, width) if by_width else (height, height * picture.width // picture.height)
    resized = F.resize(picture, size, F.InterpolationMode.BICUBIC)
    return Image.fromarray(center_crop(np.asarray(resized), (height, width)))


def short_side_and_middle(picture, size):
    resized = F.resize(picture, size, F.InterpolationMode.BICUBIC)
    return Image.fromarray(center_crop(np.asarray(resized), (size, size)))


def jittered():
    pixels = torch.rand(3, 4, 5, generator=torch.Generator().manual_seed(1))
    results = {"pixels": pixels, "brightness 1.4": F.adjust_brightness(pixels, 1.4)}
    results["contrast 0.6"] = F.adjust_contrast(pixels, 0.6)
    results["contrast 1.7"] = F.adjust_contrast(pixels, 1.7)
    results["saturation 1.5"] = F.adjust_saturation(pixels, 1.5)
    results["saturation 0.0"] = F.adjust_saturation(pixels, 0.0)
    text = json.dumps({k: [round(v, 7) for v in t.flatten().tolist()] for k, t in results.items()}, indent=0)
    (HERE / "jitter.json").write_text(text + "\n")


decoded()
resized()
jittered()
