"""Makes pictures of further formats in this folder, and what Pillow makes of them (NAME.ppm).

    python make_formats.py      needs pillow; made with Pillow 13.0.0
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).parent
rng = np.random.default_rng(11)


def drawing(width, height):
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = [128 + 110 * np.sin(x / (3 + c) + y / (7 - c) + c) for c in range(3)]
    picture = np.stack(planes, axis=2)
    picture[height // 4 : height // 2, width // 3 : width // 2] = [250, 20, 40]
    return Image.fromarray(picture.clip(0, 255).astype(np.uint8))


def on_white(picture):
    rgba = picture.convert("RGBA")
    white = Image.new("RGB", rgba.size, "white")
    white.paste(rgba, mask=rgba.getchannel("A"))
    return white


def expect(name, picture):
    picture.convert("RGB").save(HERE / f"{name}.ppm")


def exif(orientation, long=False):
    """An EXIF body, big-endian; `long` writes the orientation as four bytes, which some programs do."""
    kind, value = (4, struct.pack(">I", orientation)) if long else (3, struct.pack(">HH", orientation, 0))
    return b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHI", 0x0112, kind, 1) + value + b"\0\0\0\0"


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


base = drawing(27, 19)
alpha = base.copy()
alpha.putalpha(Image.fromarray((np.mgrid[0:19, 0:27].sum(axis=0) * 255 // 44).astype(np.uint8)))

base.save(HERE / "lossless.webp", lossless=True)
base.save(HERE / "lossy.webp", quality=80)
alpha.save(HERE / "alpha.webp", lossless=True, exact=True)
base.save(HERE / "turned.webp", lossless=True, exif=exif(6))
base.save(HERE / "animated.webp", lossless=True, save_all=True, append_images=[ImageOps.invert(base)])
for name in ["lossless", "lossy", "alpha", "turned", "animated"]:
    expect(f"{name}.webp", on_white(ImageOps.exif_transpose(Image.open(HERE / f"{name}.webp"))))

base.save(HERE / "color.tif")
base.save(HERE / "lzw.tif", compression="tiff_lzw")
base.save(HERE / "deflate.tif", compression="tiff_adobe_deflate")
base.convert("L").save(HERE / "gray.tif")
base.convert("1").save(HERE / "bits.tif", compression="group4")
base.quantize(16).save(HERE / "palette.tif")
alpha.save(HERE / "alpha.tif")
base.save(HERE / "pages.tif", save_all=True, append_images=[ImageOps.invert(base)])
for name in ["color", "lzw", "deflate", "gray", "bits", "palette", "alpha", "pages"]:
    expect(f"{name}.tif", on_white(Image.open(HERE / f"{name}.tif")))
values = rng.integers(0, 65536, (9, 13)).astype(np.uint16)
Image.fromarray(values).save(HERE / "gray16.tif")
expect("gray16.tif", Image.fromarray(np.round(values / 257).astype(np.uint8)))
for orientation in [3, 6]:
    name = f"turned{orientation}.tif"
    base.save(HERE / name, tiffinfo={274: orientation})
    expect(name, ImageOps.exif_transpose(Image.open(HERE / name)))

# eXIf before the pixels and behind them, and orientations as four bytes.
plain = HERE / "turned.png"
base.save(plain)
bytes_ = plain.read_bytes()
end = len(bytes_) - 12
plain.write_bytes(bytes_[:33] + chunk(b"eXIf", exif(8)) + bytes_[33:])
expect("turned.png", base.transpose(Image.Transpose.ROTATE_90))
(HERE / "turned-late.png").write_bytes(bytes_[:end] + chunk(b"eXIf", exif(3, long=True)) + bytes_[end:])
expect("turned-late.png", base.transpose(Image.Transpose.ROTATE_180))
base.save(HERE / "turned-long.jpg", quality=95, subsampling=0, exif=b"Exif\0\0" + exif(6, long=True))
expect("turned-long.jpg", Image.open(HERE / "turned-long.jpg").transpose(Image.Transpose.ROTATE_270))


# Texts of the time before eXIf: hexadecimal digits in lines, bare and packed.
def profile(body):
    digits = body.hex()
    lines = [digits[at : at + 72] for at in range(0, len(digits), 72)]
    return ("\nexif\n%8d\n" % len(body) + "\n".join(lines) + "\n").encode()


text = b"Raw profile type exif\0" + profile(b"Exif\0\0" + exif(6))
(HERE / "turned-text.png").write_bytes(bytes_[:33] + chunk(b"tEXt", text) + bytes_[33:])
text = b"Raw profile type exif\0\0" + zlib.compress(profile(exif(3)))
(HERE / "turned-packed.png").write_bytes(bytes_[:33] + chunk(b"zTXt", text) + bytes_[33:])
for name in ["turned-text.png", "turned-packed.png"]:
    expect(name, ImageOps.exif_transpose(Image.open(HERE / name)))


# Pictures that are refused: nobody says which of their numbers is black and which is white, or their inks have too many
# bits. 2 x 2 pixels of zeros.
def refused(name, channels, bits, photometric, kind):
    """`kind` of numbers: 1 whole, 2 with signs, 3 with fractions."""
    size = 4 * channels * bits // 8
    start = 8 + 2 + 12 * 9 + 4
    entries = [(256, 3, 1, 2), (257, 3, 1, 2), (258, 3, 1, bits), (259, 3, 1, 1), (262, 3, 1, photometric),
               (273, 4, 1, start), (277, 3, 1, channels), (279, 4, 1, size), (339, 3, 1, kind)]
    if channels > 1:  # their bits stand behind the pixels
        entries[2] = (258, 3, channels, start + size)
        entries[8] = (278, 3, 1, 2)
        entries.sort()
    body = b"II*\0" + struct.pack("<IH", 8, len(entries))
    body += b"".join(struct.pack("<HHII", *entry) for entry in entries)
    (HERE / name).write_bytes(body + bytes(4 + size) + struct.pack("<H", bits) * channels)


refused("signed16.tif", 1, 16, 1, 2)
refused("fractions16.tif", 1, 16, 1, 3)
refused("fractions32.tif", 1, 32, 1, 3)
refused("inks16.tif", 4, 16, 5, 1)
