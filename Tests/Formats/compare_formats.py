"""Decodes every picture below some folders by the program's decoder and by Pillow, and counts how they compare.

Run: python compare_formats.py FOLDER... (numpy, pillow; clang and the libraries that the program is built with).
Meant for the test pictures of Pillow (Tests/images of its source), libpng, libjpeg-turbo and libwebp. Both are asked
for the first page, upright by its EXIF orientation, with transparency on white and with 8 bits a channel. Each file is
decoded in a process of its own. Prints a table by folder and format, and every file that is not equal within one grey
level. Status 1 where a decoder crashes, takes longer than ten seconds or more memory than a picture of its size needs; with --sanitize, where AddressSanitizer finds something.
"""

import argparse
import collections
import os
import resource
import subprocess
import sys
import tempfile
import warnings

import numpy as np
from PIL import Image, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
CODECS = os.path.join(HERE, "..", "..", "Sources", "CImageCodecs")
SECONDS = 10
# Bytes of memory: of the process and its libraries, and for each pixel and byte of a file.
BASE, A_PIXEL, A_BYTE = 16 << 20, 16, 8
OUTCOMES = ["equal", "differ", "only Pillow", "only ours", "neither", "trouble"]


def built(folder, sanitize):
    """The decoder as a program of its own."""
    program = os.path.join(folder, "decode")
    sources = [os.path.join(CODECS, name) for name in sorted(os.listdir(CODECS)) if name.endswith(".c")]
    libraries = ["-lturbojpeg", "-lpng", "-lwebp", "-lwebpdemux", "-ltiff", "-lz", "-lm"]
    options = ["-O2", "-w", "-I", os.path.join(CODECS, "include"), *(["-fsanitize=address"] if sanitize else [])]
    subprocess.run(["clang", *options, "-o", program, os.path.join(HERE, "decode.c"), *sources, *libraries], check=True,
                   stderr=subprocess.DEVNULL if sanitize else None)
    return program


class Decoded:
    """What one decoder made of a file: pixels [height, width, 3], or why there are none."""

    def __init__(self, pixels=None, words="", trouble=None, is_turned_by_text=False):
        self.pixels, self.words, self.trouble, self.is_turned_by_text = pixels, words, trouble, is_turned_by_text


def by_ours(program, path, memory):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([program, path], stdout=out, stderr=errors, env={"ASAN_OPTIONS": "exitcode=99:detect_leaks=0"},
                                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS)))
        status = process.wait()
        out.seek(0)
        errors.seek(0)
        body, words = out.read(), errors.read().decode(errors="replace").strip()
    if status not in (0, 1):
        return Decoded(words=words, trouble="takes too long" if status == -24 else f"ends with status {status}: {words[:200]}")
    words, taken = words.rsplit("\n", 1)
    pixels = None
    if status == 0:
        _, size, _, data = body.split(b"\n", 3)
        width, height = map(int, size.split())
        pixels = np.frombuffer(data, np.uint8).reshape(height, width, 3)
    most = BASE + A_PIXEL * (0 if pixels is None else pixels.size // 3) + A_BYTE * os.path.getsize(path)
    if memory and int(taken) * 1024 > most:
        return Decoded(pixels, words, f"takes {int(taken) >> 10} MB where {most >> 20} would do")
    return Decoded(pixels, words)


def by_pillow(path):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(path)
            kind = picture.mode
            picture.load()
            has_xmp = "XML:com.adobe.xmp" in picture.info and "exif" not in picture.info
            picture = ImageOps.exif_transpose(picture)
            if picture.mode.startswith("I;16"):
                values = np.asarray(picture).astype(np.float64)
                grey = np.floor(values / 257 + 0.5).astype(np.uint8)
                grey[values == picture.info.get("transparency", -1)] = 255
                return Decoded(np.repeat(grey[..., None], 3, 2), kind)
            has_alpha = picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info
            if has_alpha:
                picture = picture.convert("RGBA")
                picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
            return Decoded(np.asarray(picture.convert("RGB")), kind, is_turned_by_text=has_xmp)
    except Exception as reason:  # whatever a reader of strange files throws
        return Decoded(words=f"{type(reason).__name__}: {reason}".splitlines()[0][:120])


def format_of(path):
    with open(path, "rb") as file:
        first = file.read(12)
    if first[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if first[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if first[:4] == b"RIFF" and first[8:12] == b"WEBP":
        return "WebP"
    if first[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "TIFF"
    return "other"


def compared(ours, theirs):
    """The outcome, and what is to be said of it."""
    if ours.trouble:
        return "trouble", ours.trouble
    if ours.pixels is None:
        return ("neither" if theirs.pixels is None else "only Pillow"), ours.words
    if theirs.pixels is None:
        return "only ours", f"{ours.words}; Pillow: {theirs.words}"
    if ours.pixels.shape != theirs.pixels.shape:
        return "differ", f"{ours.pixels.shape[1::-1]} and {theirs.pixels.shape[1::-1]} pixels; {ours.words}, {theirs.words}"
    difference = np.abs(ours.pixels.astype(np.int16) - theirs.pixels)
    if difference.max(initial=0) <= 1:
        return "equal", ""
    share = (difference.max(2) > 1).mean()
    words = f"by {difference.max()} at most, {share:.1%} of the pixels; {ours.words}, Pillow's mode {theirs.words}"
    return "differ", words + why(ours.words, theirs)


def why(ours, theirs):
    """Causes that are known, by what the two say of a picture."""
    if theirs.words == "LAB":
        return ": libtiff goes from Lab to RGB by its own white point, Pillow by LittleCMS's"
    if "TIFF 4 channels 16 bits" in ours:
        return ": Pillow divides 8-bit colours by how opaque they are and multiplies them again"
    if "PNG 2 channels 2 bits" in ours or "PNG 2 channels 4 bits" in ours:
        return ": Pillow looks for the clear shade among shades that it has scaled to 8 bits, and finds none or another"
    if theirs.is_turned_by_text:
        return ": Pillow is turned by XMP, ours by EXIF alone"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--all", action="store_true", help="also name what only one reads, or neither, of other formats")
    parser.add_argument("--sanitize", action="store_true", help="build the decoder with AddressSanitizer")
    arguments = parser.parse_args()
    counts = collections.defaultdict(collections.Counter)
    named = []
    with tempfile.TemporaryDirectory() as scratch:
        program = built(scratch, arguments.sanitize)
        for folder in arguments.folders:
            for place, folders, files in os.walk(folder):
                folders.sort()
                for name in sorted(files):
                    path = os.path.join(place, name)
                    kind = format_of(path)
                    theirs = by_pillow(path)
                    # What Pillow does not know and is not one of ours is no picture.
                    if kind == "other" and theirs.pixels is None:
                        continue
                    outcome, words = compared(by_ours(program, path, not arguments.sanitize), theirs)
                    counts[os.path.basename(os.path.normpath(folder)), kind][outcome] += 1
                    if outcome != "equal" and (kind != "other" or arguments.all):
                        named.append((outcome, kind, os.path.relpath(path, folder), words))
    print("| pictures of | format | files | " + " | ".join(OUTCOMES) + " |\n|" + "---|" * (3 + len(OUTCOMES)))
    for (folder, kind), row in sorted(counts.items()):
        print(f"| {folder} | {kind} | {sum(row.values())} | " + " | ".join(str(row[outcome]) for outcome in OUTCOMES) + " |")
    print()
    for line in sorted(named, key=lambda line: (OUTCOMES.index(line[0]), line[1:])):
        print("{}: {} {}: {}".format(*line))
    sys.exit(any(row["trouble"] for row in counts.values()))


if __name__ == "__main__":
    main()
