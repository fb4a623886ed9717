"""A run of another machine, watched and steered from this one: `mvp attach HOST:SESSION`, by a sshd on loopback."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
import unittest

from support import HostTest
from terminal import MVP, ROOT, Program, mvp

sys.path.append(os.path.join(ROOT, "Tests", "Faults"))
import sshd  # noqa: E402


@unittest.skipIf(sshd.missing(), f"nothing over SSH: {sshd.missing()}")
class Remote(HostTest):
    def setUp(self):
        super().setUp()
        self.server = sshd.Server(os.path.join(self.folder, "ssh"))
        self.addCleanup(self.server.close)

    def link(self, delay=0.0):
        link = sshd.SlowLink(self.server.port, delay)
        self.addCleanup(link.close)
        return link

    def command(self, *more, target="127.0.0.1:small"):
        return [MVP, "attach", target, "--program", MVP, "--sessions", self.sessions, *more]

    def environment(self, port=None):
        return {"MVP_SSH_COMMAND": self.server.command(port)}

    def remote(self, *more, port=None, **keywords):
        program = Program(self.command(*more), home=self.home, env=self.environment(port), columns=120, rows=40, **keywords)
        self.addCleanup(program.close)
        program.wait_text("attached on 127.0.0.1", 30)
        return program

    @staticmethod
    def step_of(program):
        return int(re.search(r"step +(\d+)/", program.text()).group(1))

    def lines(self, *more, target="127.0.0.1:small", **keywords):
        environment = {**os.environ, **self.environment(), "HOME": self.home}
        return subprocess.run(
            self.command(*more, target=target), env=environment, capture_output=True, text=True, timeout=120, **keywords)

    def test_a_run_over_ssh_is_watched_and_steered(self):
        host = self.host()
        program = self.remote()
        program.wait_step(5)
        program.type("p")
        program.wait_text("PAUSED")
        program.type("g")
        program.wait_text("CLIP > DINO")
        # Curves of steps before this workbench came, from the store over there.
        program.show("curves")
        program.wait_text("CLIP>DINO")
        program.show("config")
        program.wait_text("may change now")
        program.show("runs")
        program.wait_text("small")
        program.show("log")
        program.wait_text("attached itself")
        program.type("q")
        program.wait_text("detach, the run goes on")
        program.type("\r")
        self.assertEqual(program.wait_exit(), 0)
        time.sleep(0.3)
        self.assertIsNone(host.poll())
        # No relay stays behind.
        self.assertNotIn("mvp relay", subprocess.run(["ps", "ax"], capture_output=True, text=True).stdout)

    def test_other_runs_are_opened_and_forked_over_there(self):
        ended = self.host("--steps", "3000")
        self.assertEqual(ended.wait(), 0)
        name = json.loads(mvp("runs", "--sessions", self.sessions, "--json").stdout.splitlines()[0])["run"]
        self.host()
        program = self.remote()
        program.show("runs")
        program.wait_text(name)
        program.type("j\r")
        program.wait_text(f"{name} was opened, read-only")
        # Its curves come from the store over there.
        program.show("curves")
        program.wait_text("step   3000/")
        program.show("runs")
        program.wait_text(name)
        # A process of its own trains it.
        self.addCleanup(subprocess.run, ["pkill", "-KILL", "-f", self.sessions])
        program.type("f")
        program.wait_text("enter keep")
        program.type("\r")
        program.wait_text("RUNNING", 60)
        program.wait_step(3005)
        fork = next(run for run in self.listing() if run.get("fork_of"))
        self.assertEqual((fork["fork_of"]["run"], fork["fork_of"]["step"]), (name, 3000))

    def test_a_link_that_breaks_is_taken_up_again(self):
        self.host()
        link = self.link()
        program = self.remote(port=link.here)
        program.wait_step(3)
        link.cut()
        program.wait_text("is down", 20)
        program.wait_text("is back", 30)
        step = self.step_of(program)
        program.wait_step(step + 3)
        program.type("p")
        program.wait_text("PAUSED")
        # Nothing was sent twice: one pause, and the same key lets it go on.
        program.type("p")
        program.wait_text("RUNNING")
        # Every step is there once, those of the break included.
        program.show("log")
        program.wait_text("the connection to 127.0.0.1 is back")

    def test_a_link_that_is_silent_is_shown_and_heard_again(self):
        self.host()
        link = self.link(delay=0.1)
        program = self.remote(port=link.here)
        program.wait_step(3)
        link.down.set()
        program.wait_text("has said nothing for", 20)
        # What needs no answer is answered at once.
        program.type("2")
        program.wait_text("curves", 2)
        step = self.step_of(program)
        link.down.clear()
        program.wait_gone("has said nothing for", 20)
        program.wait_step(step + 3)
        program.show("log")
        program.wait_text("127.0.0.1 is heard again")

    def test_its_events_are_the_same_as_here(self):
        host = self.host("--set", "schedule.steps=3000")
        there = self.lines("--json")
        self.assertEqual(there.returncode, 0, there.stderr)
        host.wait()
        events = [json.loads(line) for line in there.stdout.splitlines()]
        self.assertEqual(events[0]["event"], "started")
        self.assertEqual(events[-1]["event"], "finished")
        steps = [event["step"] for event in events if event["event"] == "step"]
        self.assertEqual(steps, sorted(set(steps)))
        self.assertEqual(steps[-1], 3000)

    def test_what_cannot_be_reached_is_said_in_a_sentence(self):
        missing = self.lines(target="127.0.0.1:nothing")
        self.assertEqual(missing.returncode, 1)
        self.assertIn('on 127.0.0.1: neither a session with runs nor a run is called "nothing"', missing.stderr)
        self.host()
        environment = {**os.environ, **self.environment(), "HOME": self.home}
        unknown = subprocess.run(
            [MVP, "attach", "127.0.0.1:small", "--program", "no-such-mvp"], env=environment, capture_output=True, text=True)
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("there is no program no-such-mvp on 127.0.0.1", unknown.stderr)
        refused = subprocess.run(
            [MVP, "attach", "127.0.0.1:small"], capture_output=True, text=True,
            env={**os.environ, "HOME": self.home, "MVP_SSH_COMMAND": self.server.command(1)})
        self.assertEqual(refused.returncode, 1)
        self.assertIn("127.0.0.1 cannot be reached, status 255", refused.stderr)

    def test_another_command_than_ssh_goes_there(self):
        self.host("--set", "schedule.steps=3000")
        environment = {**os.environ, "HOME": self.home}
        words = [MVP, "attach", "small", "--via", "env A=1", "--program", MVP, "--sessions", self.sessions, "--json"]
        result = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, 0, shlex.join(words) + result.stderr)
        self.assertEqual(json.loads(result.stdout.splitlines()[-1])["event"], "finished")


if __name__ == "__main__":
    unittest.main()
