"""The other end of Kitty's graphics protocol (https://sw.kovidgoyal.net/kitty/graphics-protocol/), as far as the workbench speaks it."""

import base64
import re
import zlib

QUESTION = "Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA"
ATTRIBUTES = b"\x1b[?62;c"


class Pictures:
    """What a terminal has of pictures: obeys the commands in what a program sends, and keeps them."""

    def __init__(self):
        self.rest = b""
        # Every command so far, without its data.
        self.commands = []
        # Bytes of pixels by number, and where which picture stands: (row, column, rows, columns).
        self.pixels = {}
        self.placed = {}
        self.loading = None
        self.cursor = None

    def filter(self, data):
        """Obeys the commands in `data`; returns the rest, for an emulator that knows none."""
        data = self.rest + data
        self.rest = b""
        shown = b""
        while b"\x1b_" in data:
            before, data = data.split(b"\x1b_", 1)
            shown += before
            if b"\x1b\\" not in data:
                self.rest = b"\x1b_" + data
                return shown
            command, data = data.split(b"\x1b\\", 1)
            moves = re.findall(rb"\x1b\[(\d+);(\d+)H", before)
            self.cursor = tuple(map(int, moves[-1])) if moves else None
            self.obey(command.decode())
        if data.endswith(b"\x1b"):
            self.rest = b"\x1b"
            data = data[:-1]
        return shown + data

    def obey(self, command):
        self.commands.append(command.split(";")[0] if command != QUESTION else command)
        text, _, payload = command[1:].partition(";")
        keys = dict(part.split("=") for part in text.split(","))
        action = keys.get("a")
        number = int(keys.get("i", 0))
        assert action == "q" or keys.get("q") == "2", f"{command[:80]} asks for an answer"
        assert len(payload) <= 4096
        if action == "t" or self.loading and "m" in keys:
            if action == "t":
                assert self.loading is None, "a picture was not sent to its end"
                self.loading = (keys, "")
            self.loading = (self.loading[0], self.loading[1] + payload)
            if keys["m"] == "0":
                first, data = self.loading
                self.loading = None
                self.pixels[int(first["i"])] = self.unpack(first, data)
        elif action == "p":
            assert number in self.pixels, "what was never sent cannot be shown"
            assert self.cursor is not None, "nobody said where"
            self.placed[number] = (self.cursor[0] - 1, self.cursor[1] - 1, int(keys["r"]), int(keys["c"]))
        elif action == "d" and keys["d"] == "A":
            self.pixels.clear()
            self.placed.clear()
        elif action == "d":
            self.placed.pop(number, None)
            if keys["d"] == "I":
                self.pixels.pop(number, None)

    def unpack(self, keys, data):
        pixels = base64.b64decode(data, validate=True)
        if keys.get("o") == "z":
            pixels = zlib.decompress(pixels)
        assert len(pixels) == 3 * int(keys["s"]) * int(keys["v"])
        return pixels
