"""Makes pictures of one to many channels in this folder, and the bytes that reading them gives (NAME.values: height,
width and channels as 32-bit numbers, then the values, channels side by side).

    python make_channels.py     needs pillow, tifffile and imagecodecs; made with Pillow 13.0.0 and tifffile 2026.3.3

Grey of colours is Pillow's `convert("L")`; 16 bits become 8 by rounding; the channels of TIFF files are as tifffile
reads them back.
"""

from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

HERE = Path(__file__).parent
rng = np.random.default_rng(29)


def expect(name, values):
    values = np.ascontiguousarray(values, np.uint8)
    head = np.array(values.shape, "<u4").tobytes()
    (HERE / f"{name}.values").write_bytes(head + values.tobytes())


def rounded(values):
    return np.round(values / 257).astype(np.uint8) if values.dtype == np.uint16 else values


def tiff(name, values, **options):
    planar = options.get("planarconfig") == "separate"
    tifffile.imwrite(HERE / name, np.moveaxis(values, 2, 0) if planar else values, metadata=None, **options)
    read = tifffile.imread(HERE / name)
    read = np.moveaxis(read, 0, 2) if planar else read
    assert (read == values).all()
    return rounded(read)


bytes5 = rng.integers(0, 256, (9, 13, 5)).astype(np.uint8)
words5 = rng.integers(0, 65536, (9, 13, 5)).astype(np.uint16)
bands = {"photometric": "minisblack", "extrasamples": ["unspecified"] * 4}
expect("bands5.tif", tiff("bands5.tif", bytes5, planarconfig="contig", **bands))
expect("bands5-planes.tif", tiff("bands5-planes.tif", words5, planarconfig="separate", byteorder=">", **bands))
options = {"photometric": "rgb", "tile": (16, 16), "compression": "deflate", "planarconfig": "contig"}
large = rng.integers(0, 256, (21, 37, 4)).astype(np.uint8)
expect("near-infrared.tif", tiff("near-infrared.tif", large, extrasamples=["unspecified"], **options))
options = {"photometric": "minisblack", "planarconfig": "separate", "tile": (16, 16), "compression": "lzw"}
expect("bands2.tif", tiff("bands2.tif", large[:, :, :2], extrasamples=["unspecified"], **options))
options = {"photometric": "minisblack", "planarconfig": "contig", "extrasamples": ["unspecified"] * 2}
expect("bands3.tif", tiff("bands3.tif", bytes5[:, :, :3], **options))
# Needs a quarter turn clockwise.
turned = tiff("bands3-turned.tif", bytes5[:, :, :3], extratags=[(274, "H", 1, 6, True)], **options)
expect("bands3-turned.tif", np.rot90(turned, -1))

# Of pictures that others of these fixtures are, under one channel and under four.
for name in ["color.png", "gray.jpg", "gray16.png", "baseline.jpg", "lossless.webp", "palette.tif"]:
    picture = Image.open(HERE / name)
    if picture.mode == "I;16":
        grey = rounded(np.asarray(picture).astype(np.uint16))
    else:
        grey = np.asarray(picture.convert("RGB").convert("L"))
    expect(f"{name}.1", grey[:, :, None])
for name in ["alpha.png", "alpha.webp", "alpha.tif"]:
    expect(f"{name}.4", np.asarray(Image.open(HERE / name).convert("RGBA")))
expect("gray-alpha.png.2", np.asarray(Image.open(HERE / "gray-alpha.png").convert("LA")))
