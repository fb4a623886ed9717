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
        # The end of what came between commands: what arrives in one go may begin and end anywhere.
        self.tail = b""

    def filter(self, data):
        """Obeys the commands in `data`; returns the rest, for an emulator that knows none."""
        data = self.rest + data
        self.rest = b""
        shown = b""
        while b"\x1b_" in data:
            before, data = data.split(b"\x1b_", 1)
            shown += before
            self.tail = (self.tail + before)[-32:]
            if b"\x1b\\" not in data:
                self.rest = b"\x1b_" + data
                return shown
            command, data = data.split(b"\x1b\\", 1)
            self.obey(command.decode())
            self.tail = b""
        if data.endswith(b"\x1b"):
            self.rest = b"\x1b"
            data = data[:-1]
        self.tail = (self.tail + data)[-32:]
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
            place = re.search(rb"\x1b7\x1b\[(\d+);(\d+)H$", self.tail)
            assert place, "nobody said where, with the cursor saved"
            self.placed[number] = (int(place[1]) - 1, int(place[2]) - 1, int(keys["r"]), int(keys["c"]))
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
