"""Pictures before training: what `mvp data` shows on a terminal, and without one."""

import io
import json
import os
import struct
import subprocess
import tarfile
import zlib

from support import WorkbenchTest
from terminal import MVP, Program


def png(red, green, blue, side=24):
    """A picture of one colour."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = (b"\0" + bytes([red, green, blue]) * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class DataLook(WorkbenchTest):
    def setUp(self):
        super().setUp()
        self.shard = os.path.join(self.folder, "pictures.tar")
        with tarfile.open(self.shard, "w") as tar:
            for number in range(12):
                colour = (20 * number, 200, 40) if number % 2 else (20 * number, 30, 220)
                for name, body in ((f"{number:02}.png", png(*colour)), (f"{number:02}.cls", b"%d" % (number % 2))):
                    entry = tarfile.TarInfo(name)
                    entry.size = len(body)
                    tar.addfile(entry, io.BytesIO(body))

    def look(self, columns=80, **env):
        program = Program([MVP, "data", self.shard], columns=columns, rows=60, home=self.home, env=env)
        self.addCleanup(program.close)
        program.wait(lambda: program.fd is None, what="the end")
        return program

    def test_crops_are_drawn_in_colours(self):
        for env in ({"COLORTERM": "truecolor"}, {}):
            program = self.look(**env)
            text = program.text()
            self.assertIn("2 classes (0, 1), 10 training, 2 test pictures, 0 left out", text)
            self.assertIn("balance", text)
            self.assertEqual(text.count("▀"), 4 * 3 * 18 * 9, text)
            self.assertIn(b"38;2;" if env else b"38;5;", program.sent)
            self.assert_drawn_within(program.lines(), 80, 60)

    def test_nothing_but_text_without_colours(self):
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            program = self.look(**env)
            self.assertIn("mean", program.text())
            self.assertNotIn("▀", program.text())
            # The line of progress is taken away by an escape sequence of its own.
            self.assertNotIn(b"\x1b[38", program.sent)
        done = subprocess.run(
            [MVP, "data", self.shard, "--json"], capture_output=True, env={**os.environ, "HOME": self.home}, check=True)
        found = json.loads(done.stdout)
        self.assertEqual([part["pictures"] for part in found["classes"]], [6, 6])
        self.assertEqual((found["pictures"], found["broken_count"], found["left_out"]), (12, 0, []))
