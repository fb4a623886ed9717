"""The workbench in tmux: another terminal emulator, and the one that people use."""

import os
import shutil
import subprocess
import time
import unittest
import uuid

from support import WorkbenchTest
from terminal import LEADERS, MVP, ROOT, SESSION, kill_session


VIEWS = {
    "curves": "loss", "mask": "picture", "evals": "result", "runs": "by updated", "config": "may change", "log": "log",
    "system": "teacher", "dashboard": "metrics",
}


class Tmux(WorkbenchTest):
    def setUp(self):
        super().setUp()
        if shutil.which("tmux") is None:
            self.fail("tmux is not installed: apt-get install tmux")

    def tmux(self, *arguments, check=True):
        return subprocess.run(
            ["tmux", "-L", self.socket, "-f", "/dev/null", *arguments], check=check, text=True, timeout=20,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self.home}).stdout

    def begin(self, columns, rows, term="screen-256color", locale="C.UTF-8"):
        # A server of its own: one that is being killed still answers to its name.
        self.socket = f"mvp-{uuid.uuid4().hex[:8]}"
        command = (
            f"cd {ROOT}; LC_ALL={locale} TERM={term} {MVP} run {SESSION} --sessions {self.sessions}; "
            "echo left with $?; exec cat")
        self.tmux("new-session", "-d", "-s", "t", "-x", str(columns), "-y", str(rows), command)
        shell = int(self.tmux("list-panes", "-t", "t", "-F", "#{pane_pid}"))
        self.addCleanup(
            subprocess.run, ["tmux", "-L", self.socket, "kill-server"], stderr=subprocess.DEVNULL, timeout=20)
        LEADERS.add(shell)
        self.addCleanup(kill_session, shell)

    def screen(self):
        return self.tmux("capture-pane", "-p", "-t", "t")

    def wait_text(self, *words, seconds=30):
        end = time.monotonic() + seconds
        while True:
            text = self.screen()
            if all(word in text for word in words):
                return text
            self.assertLess(time.monotonic(), end, f"waited for {words}; the screen shows:\n{text}")
            time.sleep(0.05)

    def wait_without(self, words, seconds=30):
        end = time.monotonic() + seconds
        while words in self.screen():
            self.assertLess(time.monotonic(), end, f"{words} stays on the screen:\n{self.screen()}")
            time.sleep(0.05)

    def wait_closed(self, columns, rows, seconds=5):
        """A capture may fall into the middle of a refresh: one of several has to be whole."""
        end = time.monotonic() + seconds
        while True:
            text = self.screen()
            try:
                self.assert_drawn_within(text.splitlines(), columns, rows)
                self.assert_boxes_closed(text, "unicode")
                return
            except AssertionError:
                if time.monotonic() > end:
                    raise
            time.sleep(0.05)

    def keys(self, *keys):
        self.tmux("send-keys", "-t", "t", *keys)

    def test_views_at_every_size(self):
        for columns, rows in [(80, 24), (120, 40), (200, 60)]:
            with self.subTest(size=(columns, rows)):
                self.begin(columns, rows)
                self.wait_text("RUNNING", "loss")
                for view, word in VIEWS.items():
                    self.keys(":")
                    self.wait_text("enter do it")
                    self.keys("-l", f"show the {view}")
                    self.keys("Enter")
                    self.wait_text(word)
                    self.wait_closed(columns, rows)
                self.keys("q")
                self.wait_text("checkpoint and stop")
                self.keys("s")
                self.wait_text("left with 0")

    def test_ascii_in_the_c_locale(self):
        for term in ["screen-256color", "linux", "vt100"]:
            with self.subTest(term=term):
                self.begin(80, 24, term=term, locale="C")
                text = self.wait_text("RUNNING", "loss", "mask")
                self.assertTrue(text.isascii(), text)

    def test_detaching_and_attaching_and_resizing(self):
        self.begin(80, 24)
        self.wait_text("RUNNING")
        self.tmux("resize-window", "-t", "t", "-x", "20", "-y", "6")
        self.wait_text("needs 60x16")
        self.tmux("resize-window", "-t", "t", "-x", "120", "-y", "40")
        self.wait_text("RUNNING", "metrics")
        self.wait_closed(120, 40)

    def test_palette_and_themes(self):
        self.begin(80, 24)
        self.wait_text("RUNNING")
        self.keys(":")
        self.keys("-l", "system")
        self.wait_text(":system_", "show the system")
        self.keys("Enter")
        self.wait_text("planned", "backward")
        self.keys("T")
        self.wait_text("> auto, by the background")
        self.keys("Down")
        self.wait_text("> colour-blind")
        self.keys("Escape")
        # The key after an escape must not come so soon that both together are Alt with that key.
        self.wait_without("> colour-blind")
        self.keys("q")
        self.wait_text("up/down move  enter choose")


if __name__ == "__main__":
    unittest.main()
