"""What the tests share."""

import os
import shutil
import tempfile
import unittest


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
