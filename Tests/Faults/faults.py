"""Runs the tests of faults and prints what was tried and what survived. Tests are `test_*.py` beside this file, each a
`FaultTest`, which has the program, a folder that is gone afterwards, and counts."""

import collections
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MVP = os.environ.get("MVP", os.path.join(ROOT, ".build", "release", "mvp"))
LONG = os.environ.get("MVP_FAULTS_LONG") == "1"

# A run of seconds: the drawn scenes, both shipped teachers, a student of one block.
SMALL = os.path.join(ROOT, "Tests", "Acceptance", "small.yaml")

# What was tried: fault -> [tried, survived]. One table for all tests.
TRIED = collections.OrderedDict()


class FaultTest(unittest.TestCase):
    """A test of faults. `self.folder` is where its sessions and data live; it is removed afterwards."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="mvp-faults-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.processes = []
        self.addCleanup(self.end_processes)

    def end_processes(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()

    @staticmethod
    def rounds(short, long):
        """How often a fault is injected: in the short round, in the long one."""
        return range(long if LONG else short)

    def tried(self, fault, survived, why=""):
        """Counts one try of `fault` and fails the test if it did not survive."""
        row = TRIED.setdefault(fault, [0, 0])
        row[0] += 1
        row[1] += 1 if survived else 0
        if not survived:
            self.fail(f"{fault}: {why}")

    def environment(self, **more):
        kept = {name: os.environ[name] for name in ("PATH", "OPENBLAS_CORETYPE", "LD_LIBRARY_PATH") if name in os.environ}
        return {**kept, "HOME": self.folder, "LC_ALL": "C.UTF-8", "TERM": "dumb", "SWIFT_BACKTRACE": "enable=no", **more}

    def mvp(self, *arguments, seconds=60, cwd=None, stdin=subprocess.DEVNULL, **environment):
        """Runs the program to its end; the completed process with text of both outputs."""
        return subprocess.run(
            [MVP, *map(str, arguments)], cwd=cwd or self.folder, env=self.environment(**environment), stdin=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", timeout=seconds)

    def begin(self, *arguments, cwd=None, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **environment):
        """Begins the program; the process, which the test's end kills if it still runs."""
        process = subprocess.Popen(
            [MVP, *map(str, arguments)], cwd=cwd or self.folder, env=self.environment(**environment),
            stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, text=True, errors="replace")
        self.processes.append(process)
        return process

    def session(self, name="small", text=None):
        """A session file in the test's folder: the small one, or this text; its path."""
        path = os.path.join(self.folder, name + ".yaml")
        if text is None:
            shutil.copyfile(SMALL, path)
        else:
            with open(path, "w") as file:
                file.write(text)
        return path

    def lines(self, text):
        """The JSON lines of an output."""
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def losses(self, text):
        """Step -> loss of the `step` lines of an output."""
        return {line["step"]: line["loss"] for line in self.lines(text) if line["event"] == "step"}

    def wait(self, condition, seconds=30, what="the condition"):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                self.fail(f"waited {seconds} s for {what} in vain")
            time.sleep(0.02)


def main():
    names = [argument for argument in sys.argv[1:]]
    loader = unittest.defaultTestLoader
    suite = loader.loadTestsFromNames(names) if names else loader.discover(HERE, "test_*.py")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    if TRIED:
        print("\n| fault | tried | survived | lost |\n|---|---|---|---|")
        for fault, (tried, survived) in TRIED.items():
            print(f"| {fault} | {tried} | {survived} | {tried - survived} |")
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == "__main__":
    sys.path.insert(0, HERE)
    sys.modules["faults"] = sys.modules["__main__"]
    main()
