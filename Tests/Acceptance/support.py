"""What the tests share."""

import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest

from terminal import MVP, SESSION, mvp


class WorkbenchTest(unittest.TestCase):
    """A test with a folder of its own for sessions."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="mvp-acceptance-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.sessions = os.path.join(self.folder, "sessions")
        self.home = os.path.join(self.folder, "home")
        os.makedirs(self.home)

    def assert_drawn_within(self, lines, columns, rows):
        self.assertLessEqual(len(lines), rows)
        for line in lines:
            self.assertLessEqual(len(line), columns)

    def assert_boxes_closed(self, text, glyphs):
        """Every frame has its four corners: nothing was drawn over them, nothing is missing. Axes have one corner."""
        if glyphs == "ascii":
            return
        left, right, low_right, low_left = (text.count(corner) for corner in "┌┐┘└")
        self.assertGreater(left, 0, text)
        self.assertEqual([left, left], [right, low_right], text)
        self.assertGreaterEqual(low_left, left, text)


class HostTest(WorkbenchTest):
    """Runs without a terminal, to be attached to."""

    def host(self, *more, runs=1):
        """A run without a terminal, the last of so many."""
        output = open(os.path.join(self.folder, "host.log"), "wb")
        self.addCleanup(output.close)
        process = subprocess.Popen(
            [MVP, "run", SESSION, "--sessions", self.sessions, "--headless", "--set", "threads=1", *more],
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)

        def end():
            process.kill()
            process.wait()

        self.addCleanup(end)
        end_at = time.monotonic() + 60
        while len(self.listing()) < runs:
            self.assertIsNone(process.poll(), "the run ended")
            self.assertLess(time.monotonic(), end_at, "the run did not begin")
            time.sleep(0.1)
        return process

    def listing(self):
        lines = mvp("runs", "--sessions", self.sessions, "--json").stdout.splitlines()
        return [run for run in map(json.loads, lines) if run["state"] in ("running", "paused") and run["step"] > 0]
