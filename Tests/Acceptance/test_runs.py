"""The runs view as a place to work from: other runs on the same screen, pins, filters."""

import json
import os
import shutil
import subprocess
import time
import unittest

from support import WorkbenchTest
from terminal import MVP, SESSION, Program, mvp, run_workbench


class Runs(WorkbenchTest):
    def make(self, seed, *more, session=SESSION):
        """A run that has ended; its name."""
        made = mvp(
            "run", session, "--sessions", self.sessions, "--headless", "--json", "--steps", "3", "--seed", str(seed),
            "--set", "threads=1", *more)
        self.assertEqual(made.returncode, 0, made.stderr)
        return json.loads(made.stdout.splitlines()[0])["run"]

    def host(self):
        """A run that goes on in another process, and its name."""
        before = {run["run"] for run in self.listed()}
        process = subprocess.Popen(
            [MVP, "run", SESSION, "--sessions", self.sessions, "--headless", "--set", "threads=1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        end = time.monotonic() + 60
        while True:
            new = [run["run"] for run in self.listed() if run["run"] not in before and run["step"] > 0]
            if new:
                return process, new[0]
            self.assertLess(time.monotonic(), end, "the run did not begin")
            time.sleep(0.1)

    def listed(self, *more):
        return [json.loads(line) for line in mvp("runs", "--sessions", self.sessions, "--json", *more)
                .stdout.splitlines() if line.startswith("{")]

    def attach(self, *more, **keywords):
        program = Program(
            [MVP, "attach", "--sessions", self.sessions, *more], home=self.home, columns=120, rows=40, **keywords)
        self.addCleanup(program.close)
        return program

    def header(self, program):
        return program.lines()[0]

    def mark(self, program, name):
        """Moves the mark of the list to a run."""
        program.type("k" * 10)
        for _ in range(10):
            program.pump(0.15)
            if any(line.startswith("│>") and name in line for line in program.lines()):
                return
            program.type("j")
        self.fail(f"{name} is not in the list:\n{program.text()}")

    def test_enter_opens_other_runs_on_the_same_screen(self):
        first, second = self.make(1), self.make(2)
        host, live = self.host()
        program = self.attach()
        program.wait_text("attached to process")
        self.assertIn(live, self.header(program))
        program.show("runs")
        program.wait_text(first)
        self.mark(program, first)
        program.type("\r")
        program.wait(lambda: first in self.header(program), what=first)
        program.wait_text("read-only")
        self.assertIn("STOPPED", self.header(program))
        # By name, and a run that is alive again.
        program.show("runs")
        program.type(f":open {second}\r")
        program.wait(lambda: second in self.header(program), what=second)
        program.show("runs")
        program.wait_text("* this run")
        self.mark(program, live)
        program.type("\r")
        program.wait(lambda: live in self.header(program), what=live)
        program.wait_text(f"attached to process {host.pid}")
        program.wait_step(5)
        program.type("p")
        program.wait_text("PAUSED")
        # The screen was never given back meanwhile.
        self.assertNotIn(b"\x1b[?1049l", program.sent)
        self.assertNotIn("waiting for the run", program.text())
        program.type("q")
        program.wait_text("detach, the run goes on")
        program.type("\r")
        self.assertEqual(program.wait_exit(), 0)
        self.assertIsNone(host.poll())

    def test_ended_runs_go_on_and_other_sessions_open(self):
        name = self.make(1)
        elsewhere = os.path.join(self.home, "elsewhere.yaml")
        shutil.copy(SESSION, elsewhere)
        other = self.make(1, session=elsewhere)
        program = self.attach("small", name)
        program.wait_text("read-only")
        program.show("runs")
        program.type("A")
        program.wait_text(f"elsewhere/{other}")
        self.mark(program, f"elsewhere/{other}")
        program.type("v")
        program.type("\r")
        program.wait(lambda: "elsewhere" in self.header(program), what="the other session")
        # A run that stopped before its last step goes on in a process of its own.
        program.show("runs")
        program.wait_text(f"small/{name}")
        self.mark(program, f"small/{name}")
        program.type("r")
        program.wait_text("attached to process", seconds=60)
        self.assertIn("small", self.header(program))
        program.wait_step(5)
        program.type("q")
        program.wait_text("detach, the run goes on")
        program.type("s")
        self.assertEqual(program.wait_exit(), 0)

    def test_a_run_that_is_gone_leaves_the_screen_as_it_is(self):
        first, second = self.make(1), self.make(2)
        program = self.attach("small", second)
        program.wait_text("read-only")
        program.show("runs")
        program.wait_text(first)
        self.mark(program, first)
        self.assertEqual(mvp("runs", "delete", "small", first, "--yes", "--sessions", self.sessions).returncode, 0)
        program.type("\r")
        program.wait_text("! ")
        self.assertIn(second, self.header(program))
        program.type("q")
        self.assertEqual(program.wait_exit(), 0)

    def test_without_a_run_to_attach_to_the_list_is_shown(self):
        self.make(1)
        newest = self.make(2)
        program = self.attach()
        program.wait_text("* this run")
        self.assertIn(newest, self.header(program))
        program.type("q")
        self.assertEqual(program.wait_exit(), 0)
        one, other = self.host(), self.host()
        program = self.attach()
        program.wait_text("* this run")
        program.wait_text("attached to process")
        program.wait_text(one[1])
        self.mark(program, one[1])
        program.type("\r")
        program.wait_text(f"attached to process {one[0].pid}")
        program.type("q")
        program.wait_text("detach")
        program.type("\r")
        self.assertEqual(program.wait_exit(), 0)

    def test_pins_are_remembered_and_laid_over_the_curves(self):
        first, second = self.make(1), self.make(2)
        program = self.attach("small", second)
        program.show("runs")
        program.wait_text(first)
        self.mark(program, first)
        program.type("P")
        program.wait_text("^B")
        program.type("q")
        self.assertEqual(program.wait_exit(), 0)
        with open(os.path.join(self.home, ".config", "mvp", "workbench.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["pins"], [{"session": "small", "run": first}])
        program = self.attach("small", second)
        program.show("curves")
        program.wait(
            lambda: any(line.startswith(f" A {second}") and f"B {first}" in line for line in program.lines()), what="B")
        program.type("q")
        self.assertEqual(program.wait_exit(), 0)

    def test_filters_of_the_view_and_of_the_command_are_the_same(self):
        wide = self.make(1, "--set", "student.width=64")
        narrow = self.make(2)
        names = [run["run"] for run in self.listed("--filter", "student.width>32")]
        self.assertEqual(names, [wide])
        self.assertEqual([run["run"] for run in self.listed("--filter", "seed=2 -student.width=64")], [narrow])
        wrong = mvp("runs", "--sessions", self.sessions, "--filter", "student.girth=3")
        self.assertEqual(wrong.returncode, 2)
        self.assertEqual(wrong.stderr.count("\n"), 1)
        self.assertIn("student.girth", wrong.stderr)
        program = self.attach("small", narrow)
        program.show("runs")
        program.wait_text(wide)
        program.type("/student.width>32\r")
        program.wait_text("1 of 2")
        self.assertTrue(any(line.startswith("│>") and wide in line for line in program.lines()))
        program.type("/\x15student.girth=3")
        program.wait_text("! no run has a")
        program.type("\x1b")
        program.wait_text("1 of 2")

    def test_where_the_run_is_trained_no_other_is_opened(self):
        ended = self.make(1)
        program = run_workbench(self.sessions, "--set", "threads=1", home=self.home)
        self.addCleanup(program.close)
        program.wait_step(2)
        program.show("runs")
        program.wait_text(ended)
        self.mark(program, ended)
        program.type("\r")
        program.wait_text("v lays it over")

    def test_bars_in_ascii_and_without_colour(self):
        first, second = self.make(1), self.make(2)
        program = self.attach("small", second, "--glyphs", "ascii", env={"NO_COLOR": "1"})
        program.show("curves")
        program.wait_text("loss")
        program.type("oHH")
        program.wait_text("bars, * best")
        self.assertIn("####", program.text())
        self.assertIn("bars", program.text())
        program.type("q")
        self.assertEqual(program.wait_exit(), 0)
        self.assertTrue(first)


if __name__ == "__main__":
    unittest.main()
