#!/usr/bin/env python3
"""Pictures of every view for the README: Tests/Captures/capture.py [VIEW...]

Runs a small session (scenes.yaml) on a pseudo terminal whose other end is pyte, presses the keys of each view and writes the screen, as the
emulator has it, to NAME.svg beside this file: what a terminal of true colour with a dark background shows.

Of runs that are there already: Tests/Captures/capture.py --attach SESSIONS SESSION NAME:KEYS..., such as

  capture.py --attach sessions poster-mini ablation:9
  MVP_CAPTURE_SIZE=180x36 capture.py --attach sessions segment-demo segmentation:3
"""

import os
import sys
import tempfile
import time
from html import escape

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "Acceptance"))
from terminal import MVP, Program, run_workbench  # noqa: E402

COLUMNS, ROWS = map(int, os.environ.get("MVP_CAPTURE_SIZE", "120x36").split("x"))
CELL, LINE, SIZE = 8.4, 17, 14
BACKGROUND, FOREGROUND = "#14161b", "#d8d8d8"
NAMED = {
    "black": "#14161b", "red": "#ff6e6e", "green": "#87d787", "brown": "#d7a65f", "yellow": "#ffd75f", "blue": "#5fafff",
    "magenta": "#d787ff", "cyan": "#5fd7d7", "white": "#e6e6e6",
}
# Braille and blocks are drawn as shapes: fonts of browsers draw them with gaps, or not at all.
DOTS = [(0, 0, 0x01), (0, 1, 0x02), (0, 2, 0x04), (1, 0, 0x08), (1, 1, 0x10), (1, 2, 0x20), (0, 3, 0x40), (1, 3, 0x80)]


def colour(name, default):
    if name == "default":
        return default
    return NAMED.get(name.replace("bright", "")) or f"#{name}"


def block(character):
    """(x, y, width, height) of a block element, in parts of the cell."""
    code = ord(character)
    if code == 0x2580:
        return 0, 0, 1, 0.5
    if 0x2581 <= code <= 0x2588:
        part = (code - 0x2580) / 8
        return 0, 1 - part, 1, part
    if 0x2589 <= code <= 0x258F:
        return 0, 0, (0x2590 - code) / 8, 1
    return None


def svg(screen):
    width, height = COLUMNS * CELL + 16, ROWS * LINE + 16
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
        f'font-family="ui-monospace,Menlo,Consolas,DejaVu Sans Mono,monospace" font-size="{SIZE}">',
        f'<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>',
    ]
    for y in range(ROWS):
        top = 8 + y * LINE
        row = [screen.buffer[y][x] for x in range(COLUMNS)]
        looks = []
        for cell in row:
            ink, paper = colour(cell.fg, FOREGROUND), colour(cell.bg, BACKGROUND)
            looks.append((paper, ink) if cell.reverse else (ink, paper))
        x = 0
        while x < COLUMNS:
            end = x
            while end < COLUMNS and looks[end][1] == looks[x][1]:
                end += 1
            if looks[x][1] != BACKGROUND:
                out.append(
                    f'<rect x="{8 + x * CELL:.1f}" y="{top}" width="{(end - x) * CELL + 0.3:.1f}" height="{LINE + 0.3}" '
                    f'fill="{looks[x][1]}"/>')
            x = end
        x = 0
        while x < COLUMNS:
            cell, ink = row[x], looks[x][0]
            character = cell.data
            left = 8 + x * CELL
            if character and 0x2800 <= ord(character[0]) <= 0x28FF:
                bits = ord(character[0]) - 0x2800
                path = "".join(
                    f"M{left + (0.28 + 0.44 * dx) * CELL - 0.9:.1f} {top + (0.14 + 0.24 * dy) * LINE - 0.9:.1f}h1.8v1.8h-1.8z"
                    for dx, dy, bit in DOTS if bits & bit)
                out.append(f'<path d="{path}" fill="{ink}"/>')
                x += 1
            elif character and (shape := block(character[0])):
                bx, by, bw, bh = shape
                out.append(
                    f'<rect x="{left + bx * CELL:.1f}" y="{top + by * LINE:.1f}" width="{bw * CELL + 0.2:.1f}" '
                    f'height="{bh * LINE + 0.3:.1f}" fill="{ink}"/>')
                x += 1
            elif character.strip():
                end = x
                text = ""
                while end < COLUMNS and looks[end][0] == ink and row[end].bold == cell.bold and row[end].data.strip() and not (
                        0x2580 <= ord(row[end].data[0]) <= 0x28FF and block(row[end].data[0]) is not None
                        or 0x2800 <= ord(row[end].data[0]) <= 0x28FF):
                    text += row[end].data
                    end += 1
                weight = ' font-weight="bold"' if cell.bold else ""
                out.append(
                    f'<text x="{left:.1f}" y="{top + 13}" fill="{ink}"{weight} textLength="{(end - x) * CELL:.1f}" '
                    f'xml:space="preserve">{escape(text)}</text>')
                x = end
            else:
                x += 1
    return "\n".join(out) + "\n</svg>\n"


def settle(program, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        program.pump(0.1)


def keys(*presses):
    def press(program):
        for key in presses:
            program.type(key)
            settle(program, 0.4)

    return press


def view(name):
    def press(program):
        program.show(name)

    return press


def heat_map(program):
    program.show("curves")
    program.type("H")


NUMBERED = ("dashboard", "curves", "mask", "evals", "runs", "config", "log", "system")
VIEWS = [(name, view(name)) for name in NUMBERED] + [
    ("heatmap", heat_map), ("help", keys("?")), ("palette", keys(":", "g", "u", "i")), ("leaving", keys("q")), ("themes", keys("T", "j")),
]


def write(name, program):
    with open(os.path.join(HERE, f"{name}.svg"), "w", encoding="utf-8") as file:
        file.write(svg(program.screen))
    print(f"{name}.svg", flush=True)


def attach(sessions, session, *pictures):
    command = [MVP, "attach", session, "--sessions", sessions]
    with Program(command, columns=COLUMNS, rows=ROWS, env={"COLORTERM": "truecolor"}) as program:
        settle(program, 2)
        for name, presses in (picture.split(":", 1) for picture in pictures):
            keys(*presses)(program)
            settle(program, 3)
            write(name, program)


def main():
    if sys.argv[1:2] == ["--attach"]:
        return attach(*sys.argv[2:])
    wanted = sys.argv[1:] or [name for name, _ in VIEWS]
    session = os.environ.get("MVP_CAPTURE_SESSION", os.path.join(HERE, "scenes.yaml"))
    steps = int(os.environ.get("MVP_CAPTURE_STEPS", "300"))
    with tempfile.TemporaryDirectory() as folder:
        with run_workbench(
                folder, session=session, columns=COLUMNS, rows=ROWS, env={"COLORTERM": "truecolor"}) as program:
            program.wait_step(steps // 3, 600)
            program.type("g")
            program.wait_step(steps * 2 // 3, 600)
            program.type("g")
            program.type("e\r")
            program.wait_step(steps, 900)
            for name, press in VIEWS:
                press(program)
                settle(program, 4 if name in ("mask", "system") else 1)
                if name in wanted:
                    write(name, program)
                if name in ("help", "palette", "leaving"):
                    program.type("\x1b")
                    settle(program, 0.4)
                    program.show("dashboard")


if __name__ == "__main__":
    main()
