"""Made-up inputs, guided by coverage, to everything that reads bytes of others: a short round of Tests/Fuzzing/run."""

import os
import re
import subprocess
import unittest

from faults import LONG, ROOT, FaultTest

FUZZING = os.path.join(ROOT, "Tests", "Fuzzing")
PROGRAM = os.path.join(ROOT, ".build-fuzz", "release", "Fuzzing")


class Fuzz(FaultTest):
    def targets(self):
        with open(os.path.join(FUZZING, "FuzzTarget.swift")) as file:
            return re.split(r",\s*", re.search(r"case (.*?)\n\n", file.read(), re.DOTALL).group(1))

    def test_every_target_is_run_and_has_a_corpus(self):
        with open(os.path.join(FUZZING, "run")) as file:
            listed = re.search(r"targets=\((\w.*)\)", file.read()).group(1).split()
        self.assertEqual(sorted(listed), sorted(self.targets()))
        for target in listed:
            self.assertTrue(os.listdir(os.path.join(FUZZING, "Corpus", target)), target)

    @unittest.skipUnless(LONG or os.access(PROGRAM, os.X_OK), "Tests/Fuzzing/run builds the program of this test")
    def test_made_up_inputs_break_nothing(self):
        more = [] if LONG else ["--no-build"]
        for target in self.targets():
            done = subprocess.run([os.path.join(FUZZING, "run"), *more, "--seconds", "60" if LONG else "3", target],
                                  capture_output=True, text=True, timeout=1800)
            self.tried(f"made-up inputs: {target}", done.returncode == 0, done.stdout + done.stderr)
