"""A run of one process, watched and steered from others."""

import json
import os
import re
import signal
import subprocess
import time
import unittest

from support import HostTest
from terminal import MVP, SESSION, Program, mvp


class Attaching(HostTest):
    def attach(self, *more, **keywords):
        program = Program([MVP, "attach", "--sessions", self.sessions, *more], home=self.home, **keywords)
        self.addCleanup(program.close)
        program.wait_text("attached to process")
        return program

    def test_two_terminals_watch_and_steer_one_run(self):
        host = self.host()
        first, second = self.attach(columns=120, rows=40), self.attach("small")
        self.assertIn(f"attached to process {host.pid}", first.text())
        first.wait_step(5)
        first.type("p")
        first.wait_text("PAUSED")
        second.wait_text("PAUSED")
        # A curve from the beginning, and the picture that nobody had asked for.
        self.assertRegex(second.text(), r"1/4 scene")
        second.type("g")
        second.wait_text("DINO")
        first.wait_text("CLIP > DINO")
        first.show("config")
        first.wait_text("may change now")
        second.type("c")
        second.wait_text("checkpoint")
        first.show("log")
        first.wait_text("attached itself")
        # Leaving is no more than leaving.
        second.type("q")
        second.wait_text("detach, the run goes on")
        second.type("\r")
        self.assertEqual(second.wait_exit(), 0)
        first.signal(signal.SIGTERM)
        self.assertEqual(first.wait_exit(), 128 + signal.SIGTERM)
        time.sleep(0.3)
        self.assertIsNone(host.poll())
        # Coming back, and ending it.
        third = self.attach()
        third.wait_text("PAUSED")
        third.type("p")
        third.wait_text("RUNNING")
        third.type("q")
        third.wait_text("checkpoint and stop")
        third.type("c")
        self.assertEqual(third.wait_exit(), 0)
        self.assertEqual(host.wait(30), 0)

    def test_a_killed_run_is_told_and_can_still_be_looked_at(self):
        host = self.host()
        viewer = self.attach()
        viewer.wait_step(5)
        host.kill()
        viewer.wait_text("CUT OFF")
        viewer.wait_text("gone without a word")
        viewer.type("q")
        self.assertEqual(viewer.wait_exit(), 0)
        again = Program([MVP, "attach", "small", "--sessions", self.sessions], home=self.home)
        self.addCleanup(again.close)
        again.wait_text("CUT OFF")
        again.wait_text("read-only")
        again.type("p")
        again.wait_text("the run has ended")
        again.type("q")
        self.assertEqual(again.wait_exit(), 0)

    def test_a_run_that_ends_is_shown_at_its_end(self):
        self.host("--steps", "600")
        viewer = self.attach()
        viewer.wait_text("STOPPED", 60)
        viewer.type("q")
        self.assertEqual(viewer.wait_exit(), 0)

    def test_a_script_steers_and_its_end_leaves_the_run_alone(self):
        host = self.host()
        path = os.path.join(self.folder, "script")
        shot = os.path.join(self.folder, "shot")
        with open(path, "w") as file:
            file.write(f"size 120x40\nwait step 3\nkeys p\nwait text PAUSED\nscreen {shot}\n")
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": self.home}
        result = mvp("attach", "--sessions", self.sessions, "--script", path, env=environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(shot, encoding="utf-8") as file:
            self.assertIn("PAUSED", file.read())
        self.assertIsNone(host.poll())
        self.assertEqual(self.listing()[0]["state"], "paused")

    def test_lines_without_a_terminal(self):
        host = self.host()
        with subprocess.Popen(
            [MVP, "attach", "--sessions", self.sessions, "--json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            text=True) as viewer:
            events = [json.loads(viewer.stdout.readline()) for _ in range(6)]
            self.assertEqual(events[0]["event"], "started")
            self.assertIn("step", {event["event"] for event in events})
            host.send_signal(signal.SIGTERM)
            last = [json.loads(line) for line in viewer.stdout][-1]
            self.assertEqual((last["event"], last["outcome"]), ("finished", "stopped"))
            self.assertEqual(viewer.wait(10), 0)

    def test_what_is_not_there_is_said_in_a_sentence(self):
        for arguments in ([], ["nosuch"], ["nosuch", "run"]):
            result = mvp("attach", *arguments, "--sessions", self.sessions)
            self.assertEqual(result.returncode, 1)
            self.assertRegex(result.stderr, re.escape(self.sessions))
            self.assertEqual(result.stderr.count("\n"), 1)
        self.host()
        self.host(runs=2)
        result = mvp("attach", "--sessions", self.sessions)
        self.assertEqual(result.returncode, 1)
        names = re.findall(r"`mvp attach small (\S+)`", result.stderr)
        self.assertEqual(sorted(names), sorted(run["run"] for run in self.listing()))


if __name__ == "__main__":
    unittest.main()
