"""Pages as a headless browser shows them, small, and how far two pictures are apart."""

import os
import shutil
import struct
import subprocess
import zlib

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PDFTOPPM = shutil.which("pdftoppm")
# Pixels of a screenshot to one of the page, the fewest that browsers make; and of a screenshot to one that is kept.
SCALE, SHRUNK = 0.5, 10


def browse(folder, *arguments):
    """Runs the browser once, with a profile of its own."""
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb",
         f"--user-data-dir={os.path.join(folder, 'profile')}", *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def screenshot(page, picture, width, height, dark=False):
    """Writes a small picture of the page's first `height` pixels as PNG."""
    browse(
        os.path.dirname(picture), f"--blink-settings=preferredColorScheme={0 if dark else 1}", f"--window-size={width},{height}",
        f"--force-device-scale-factor={SCALE}", f"--screenshot={picture}", "file://" + os.path.abspath(page))
    shrink(picture, SHRUNK)


def printed(page, folder):
    """Prints the page; PNG pictures of its sheets, in their order, the first one small."""
    paper = os.path.join(folder, "paper.pdf")
    browse(folder, "--no-pdf-header-footer", f"--print-to-pdf={paper}", "file://" + os.path.abspath(page))
    subprocess.run([PDFTOPPM, "-r", "48", "-png", paper, os.path.join(folder, "sheet")], check=True)
    sheets = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.startswith("sheet")]
    shrink(sheets[0], SHRUNK // 2)
    return sheets


def read_png(path):
    """Width, height and rows of (r, g, b) of an 8-bit PNG that is not interlaced."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    place, packed = 8, b""
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place:place + 8])
        content = data[place + 8:place + 8 + length]
        if kind == b"IHDR":
            width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", content)
        elif kind == b"IDAT":
            packed += content
        place += length + 12
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[color]
    assert depth == 8 and not interlaced, path
    raw, span = zlib.decompress(packed), width * channels
    rows, before = [], bytearray(span)
    for number in range(height):
        start = number * (span + 1)
        row = bytearray(raw[start + 1:start + 1 + span])
        unfilter(raw[start], row, before, channels)
        rows.append([tuple(row[x:x + 3]) if channels > 2 else (row[x],) * 3 for x in range(0, span, channels)])
        before = row
    return width, height, rows


def unfilter(kind, row, before, channels):
    for index in range(len(row)):
        left = row[index - channels] if index >= channels else 0
        above = before[index]
        corner = before[index - channels] if index >= channels else 0
        if kind == 1:
            row[index] = (row[index] + left) & 255
        elif kind == 2:
            row[index] = (row[index] + above) & 255
        elif kind == 3:
            row[index] = (row[index] + (left + above) // 2) & 255
        elif kind == 4:
            guess = left + above - corner
            nearest = min((abs(guess - left), 0, left), (abs(guess - above), 1, above), (abs(guess - corner), 2, corner))[2]
            row[index] = (row[index] + nearest) & 255


def shrink(path, size):
    """Puts the means of squares in their place."""
    _, _, rows = read_png(path)
    small = b""
    for top in range(0, len(rows) - size + 1, size):
        small += b"\0"
        for left in range(0, len(rows[0]) - size + 1, size):
            pixels = [pixel for row in rows[top:top + size] for pixel in row[left:left + size]]
            small += bytes(round(sum(channel) / len(pixels)) for channel in zip(*pixels))
    width, height = len(rows[0]) // size, len(rows) // size

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
        file.write(chunk(b"IDAT", zlib.compress(small, 9)) + chunk(b"IEND", b""))


def apart(one, other, allowed=12):
    """Share of the pixels that differ by more than so many levels of 255."""
    (width, height, first), (other_width, other_height, second) = read_png(one), read_png(other)
    assert abs(width - other_width) <= 1 and abs(height - other_height) <= 1, f"{one}: {width}x{height}, {other_width}x{other_height}"
    pairs = [pair for lines in zip(first, second) for pair in zip(*lines)]
    return sum(max(abs(a - b) for a, b in zip(*pair)) > allowed for pair in pairs) / len(pairs)
