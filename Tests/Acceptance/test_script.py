"""Script mode: the real program without a terminal."""

import os
import unittest

from support import WorkbenchTest
from terminal import SESSION, mvp


class Scripts(WorkbenchTest):
    def play(self, text, *more):
        path = os.path.join(self.folder, "script")
        with open(path, "w") as file:
            file.write(text)
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": self.home}
        environment.pop("NO_COLOR", None)
        return mvp("run", SESSION, "--sessions", self.sessions, "--script", path, *more, env=environment)

    def shown(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()

    def test_a_whole_visit(self):
        result = self.play(f"""
            size 120x40
            wait text RUNNING
            wait step 5
            screen {self.folder}/dashboard
            keys g
            wait text DINO
            keys p
            wait text PAUSED
            keys :
            type show the mask
            keys enter
            wait text DINO sees
            wait gone computing
            screen {self.folder}/mask
            keys :
            type show the system
            keys enter
            wait text planned
            screen {self.folder}/system
            keys :
            type log
            screen {self.folder}/palette
            keys enter q
            wait text checkpoint and stop
            quit
            """)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("stopped after step", result.stdout)
        self.assertIn("RUNNING", self.shown("dashboard"))
        for word in ["CLIP sees", "DINO sees", "predicted", "attention", "masked %"]:
            self.assertIn(word, self.shown("mask"))
        self.assertIn("optimiser", self.shown("system"))
        self.assertIn(":log_", self.shown("palette"))

    def test_a_wait_in_vain_fails_and_says_where(self):
        result = self.play("timeout 1\nwait text no such text\n")
        self.assertEqual(result.returncode, 1)
        self.assertIn("script:2: waited 1", result.stderr)

    def test_a_wrong_line_is_a_usage_error(self):
        result = self.play("keys nonsense\n")
        self.assertIn(result.returncode, (2, 64))
        self.assertIn("script:1:", result.stderr)


if __name__ == "__main__":
    unittest.main()
