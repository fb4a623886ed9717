"""`mvp report` in a browser: light, dark, narrow and on paper, held against pictures in report/ that were looked at.

MVP_RECORD_SNAPSHOTS=1 writes them anew. A pixel of theirs is the mean of a square of the page: what is measured of the machine differs
each time, and what the page is made of must not."""

import os
import shutil
import unittest

import screenshots
from support import WorkbenchTest
from terminal import SESSION, mvp

KEPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "report")
# Pixels that may differ: curves of times go elsewhere each time, and other fonts have other widths.
MOST_APART = 0.06


@unittest.skipIf(screenshots.CHROMIUM is None, "needs a browser: Debian's package chromium")
class ReportPages(WorkbenchTest):
    def setUp(self):
        super().setUp()
        done = mvp(
            "run", SESSION, "--headless", "--sessions", self.sessions, "--set", "threads=1", "--set", "schedule.steps=60", "--set",
            "preview.count=2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.page = os.path.join(self.folder, "page.html")
        session = os.path.splitext(os.path.basename(SESSION))[0]
        # The name of a run is drawn anew each time, and is in the heading.
        done = mvp("report", session, "--title", "A run", "--output", self.page, "--sessions", self.sessions)
        self.assertEqual(done.returncode, 0, done.stderr)

    def hold(self, name, picture):
        kept = os.path.join(KEPT, name + ".png")
        if os.environ.get("MVP_RECORD_SNAPSHOTS") == "1":
            return shutil.copyfile(picture, kept)
        share = screenshots.apart(kept, picture)
        if share > MOST_APART:
            shutil.copyfile(picture, kept.removesuffix(".png") + ".failed.png")
        self.assertLessEqual(share, MOST_APART, f"{name}: so many pixels differ")

    def shown(self, name, *sizes, dark=False):
        picture = os.path.join(self.folder, name + ".png")
        screenshots.screenshot(self.page, picture, *sizes, dark=dark)
        return picture

    def test_light(self):
        self.hold("light", self.shown("light", 1200, 2400))

    def test_dark(self):
        picture = self.shown("dark", 1200, 2400, dark=True)
        self.hold("dark", picture)
        # It is dark all over, but for the pictures.
        _, _, rows = screenshots.read_png(picture)
        dark = [sum(pixel) < 3 * 100 for row in rows for pixel in row]
        self.assertGreater(sum(dark) / len(dark), 0.9)

    def test_narrow(self):
        picture = self.shown("narrow", 500, 2400)
        self.hold("narrow", picture)
        # Nothing sticks out: the page's rim is on the right as it is on the left.
        _, _, rows = screenshots.read_png(picture)
        uneven = [max(abs(a - b) for a, b in zip(row[0], row[-1])) > 40 for row in rows]
        self.assertLess(sum(uneven) / len(uneven), 0.05)

    @unittest.skipIf(screenshots.PDFTOPPM is None, "needs pdftoppm: Debian's package poppler-utils")
    def test_print(self):
        sheets = screenshots.printed(self.page, self.folder)
        self.assertGreaterEqual(len(sheets), 3)
        self.hold("print", sheets[0])


if __name__ == "__main__":
    unittest.main()
