"""Makes pictures whose orientation stands in XMP (xmp-*), and what Pillow makes of them (NAME.ppm).

    python make_xmp.py      needs pillow and numpy; made with Pillow 13.0.0
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).parent
NAME = b"http://ns.adobe.com/xap/1.0/\0"


def drawing(width, height):
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(np.stack([x * 9, y * 12, (x + y) * 5], axis=2).clip(0, 255).astype(np.uint8))


def packet(orientation, element=False):
    """As ExifTool and Photoshop write it: an attribute, or an element of its own."""
    attribute = "" if element else f' tiff:Orientation="{orientation}"'
    inner = f"<tiff:Orientation>{orientation}</tiff:Orientation>" if element else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:tiff="http://ns.adobe.com/tiff/1.0/"{attribute}>{inner}</rdf:Description></rdf:RDF></x:xmpmeta>'
        '<?xpacket end="w"?>'
    ).encode()


def exif(orientation):
    """An EXIF body with an orientation, or with another tag (the resolution's unit) where it is None."""
    tag, value = (0x0112, orientation) if orientation else (0x0128, 2)
    return b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHI", tag, 3, 1) + struct.pack(">HH", value, 0) + b"\0\0\0\0"


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def international(text, packed=False):
    return b"XML:com.adobe.xmp\0" + bytes([packed, 0]) + b"en\0\0" + (zlib.compress(text) if packed else text)


base = drawing(27, 19)
base.save(HERE / "xmp.jpg", quality=95, subsampling=0, xmp=packet(6))
base.save(HERE / "xmp-element.jpg", quality=95, subsampling=0, xmp=packet(8, element=True))
# EXIF with the tag wins, even where it says upright; EXIF without it does not.
base.save(HERE / "xmp-exif.jpg", quality=95, subsampling=0, xmp=packet(6), exif=b"Exif\0\0" + exif(1))
base.save(HERE / "xmp-bare-exif.jpg", quality=95, subsampling=0, xmp=packet(3), exif=b"Exif\0\0" + exif(None))
base.save(HERE / "xmp-senseless.jpg", quality=95, subsampling=0, xmp=packet(9))
base.save(HERE / "xmp.webp", lossless=True, xmp=packet(5))
base.save(HERE / "xmp.tif", tiffinfo={700: packet(6)})
plain = HERE / "xmp.png"
base.save(plain)
bytes_ = plain.read_bytes()
end = len(bytes_) - 12
for name, text, place in [
    ("xmp.png", international(packet(7)), 33), ("xmp-packed.png", international(packet(8), packed=True), 33),
    ("xmp-late.png", international(packet(2)), end),
]:
    (HERE / name).write_bytes(bytes_[:place] + chunk(b"iTXt", text) + bytes_[place:])
(HERE / "xmp-exif.png").write_bytes(
    bytes_[:33] + chunk(b"eXIf", exif(3)) + chunk(b"iTXt", international(packet(6))) + bytes_[33:])
# A packet that nests 20,000 deep and ends with its orientation, packed to some bytes.
deep = b"<a>" * 20000 + b'<rdf:Description tiff:Orientation="4"/>' + b"</a>" * 20000
(HERE / "xmp-deep.png").write_bytes(bytes_[:33] + chunk(b"iTXt", international(deep, packed=True)) + bytes_[33:])
for path in sorted(HERE.glob("xmp*")):
    if path.suffix != ".ppm" and path.name != "xmp-huge.png":
        ImageOps.exif_transpose(Image.open(path)).convert("RGB").save(HERE / f"{path.name}.ppm")
# A packet that unpacks to four megabytes, its orientation behind the first one: it is not looked for there. Pillow
# refuses to open it.
text = international(b" " * (4 << 20) + b'tiff:Orientation="6"', packed=True)
(HERE / "xmp-huge.png").write_bytes(bytes_[:33] + chunk(b"iTXt", text) + bytes_[33:])
base.save(HERE / "xmp-huge.png.ppm")
