"""Trials: runs of their own that fine-tune the student of another, or segment with it, and whose score stands among its evaluations."""

import json
import os
import signal
import subprocess
import time

from support import WorkbenchTest
from terminal import MVP, SESSION, Program, mvp, run_workbench

DOWN, RIGHT = "\t", "\x1bOC"
SHORT = ["--set", "evals.segment.steps=60", "--set", "evals.segment.batch=4", "--set", "evals.finetune.epochs=2"]


class Trials(WorkbenchTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.end_all)

    def end_all(self):
        """No run outlives a test."""
        locks = os.path.join(self.sessions, "small", "locks")
        for name in os.listdir(locks) if os.path.isdir(locks) else []:
            if name.endswith(".lock"):
                with open(os.path.join(locks, name), encoding="utf8") as lock:
                    try:
                        os.kill(int(lock.read()), signal.SIGKILL)
                    except (ProcessLookupError, ValueError):
                        pass

    def listed(self):
        lines = mvp("runs", "--sessions", self.sessions, "--json").stdout.splitlines()
        return {run["run"]: run for run in map(json.loads, lines)}

    def wait_for(self, condition, what, seconds=90):
        end = time.monotonic() + seconds
        while True:
            runs = self.listed()
            found = condition(runs)
            if found:
                return found
            self.assertLess(time.monotonic(), end, f"{what}: {runs}")
            time.sleep(0.3)

    def mark(self, program, words):
        """Moves the mark of the form to a line."""
        for _ in range(80):
            program.pump(0.25)
            if any(">" in line and all(word in line for word in words) for line in program.lines()):
                return
            program.type(DOWN)
        self.fail(f"no line has {words}:\n{program.text()}")

    def ask(self, program, kind, when):
        """Has an evaluation made by a run of its own, from the form."""
        program.type("e")
        program.wait_text("evaluate the student")
        self.mark(program, [kind])
        program.type(DOWN)
        self.mark(program, ["run", "in turns"])
        for _ in range(["now", "after"].index(when) + 1):
            program.type(RIGHT)
        self.mark(program, ["run", when])
        program.type("\r")
        program.wait_gone("evaluate the student")

    def test_one_is_begun_beside_the_run_and_opened_from_its_score(self):
        host = subprocess.Popen(
            [MVP, "run", SESSION, "--sessions", self.sessions, "--headless", "--set", "threads=1", *SHORT],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(host.wait)
        self.addCleanup(host.kill)
        parent = self.wait_for(lambda runs: next((name for name in runs if runs[name]["step"] > 0), None), "a step")
        program = Program(
            [MVP, "attach", "--sessions", self.sessions, "small", parent], home=self.home, columns=120, rows=40)
        self.addCleanup(program.close)
        program.wait_text("attached to process")
        program.wait_step(3)
        program.show("evals")
        self.ask(program, "segmentation", "now")
        # A quick one is done before anybody has seen it at work.
        program.wait(
            lambda: "segmentation by run " in program.text() or "segmentation*" in program.text(), 60, "a trial")
        trial = next(name for name, run in self.listed().items() if run.get("trial_of"))
        program.wait_text("segmentation*", seconds=120)
        # The run was never in its way.
        self.assertIsNone(host.poll())
        self.wait_for(lambda runs: runs[trial]["state"] == "finished", "the trial's end")
        runs = self.listed()
        self.assertEqual(runs[parent]["trials"], {"segment": trial})
        self.assertEqual(runs[parent]["evals"]["segment"], runs[trial]["evals"]["segment"])
        self.assertEqual((runs[trial]["trial_of"]["run"], runs[trial]["trial_of"]["kind"]), (parent, "segment"))
        self.assertGreaterEqual(runs[trial]["trial_of"]["step"], 3)
        program.wait_text(f"run {trial}: enter opens it")
        program.type("\r")
        program.wait(lambda: trial in program.lines()[0], what=trial)
        program.wait_text("read-only")
        self.assertIn("FINISHED", program.lines()[0])

    def test_one_that_waits_begins_although_nobody_watches(self):
        program = run_workbench(
            self.sessions, "--set", "schedule.steps=150", "--set", "threads=1", *SHORT, home=self.home, columns=120, rows=40)
        self.addCleanup(program.close)
        program.wait_step(1)
        program.type("p")
        program.wait_text("PAUSED")
        self.ask(program, "fine-tuning", "after")
        program.wait_text("waits for the end")
        trial = next(name for name, run in self.listed().items() if run.get("trial_of"))
        self.assertEqual(self.listed()[trial]["state"], "queued")
        self.assertNotIn("step", self.listed()[trial]["trial_of"])
        # The run goes on without a terminal, and ends.
        program.type("p")
        program.wait_gone("PAUSED")
        program.type("Q")
        self.assertEqual(program.wait_exit(), 0)
        self.wait_for(lambda runs: runs[trial]["state"] == "finished", "the trial's end")
        runs = self.listed()
        parent = runs[trial]["trial_of"]["run"]
        self.assertEqual(runs[trial]["trial_of"], {"run": parent, "step": 150, "kind": "finetune"})
        self.assertEqual(runs[parent]["trials"], {"finetune": trial})
        self.assertEqual(runs[parent]["evals"]["finetune"], runs[trial]["evals"]["accuracy"])

    def test_the_command_goes_on_with_one_that_was_killed(self):
        made = mvp(
            "run", SESSION, "--sessions", self.sessions, "--headless", "--steps", "5", "--set", "threads=1", "--json")
        self.assertEqual(made.returncode, 0, made.stderr)
        parent = json.loads(made.stdout.splitlines()[0])["run"]
        command = [
            "eval", "small", "--sessions", self.sessions, "--kind", "segment", "--as-run", "--json", "--set", "segment.steps=300",
            "--set", "segment.batch=4", "--set", "preview.count=2"]
        process = subprocess.Popen(
            [MVP, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        trial = self.wait_for(
            lambda runs: next((name for name, run in runs.items() if run.get("trial_of") and run["step"] > 40), None), "step 40")
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertEqual(self.listed()[trial]["state"], "interrupted")
        again = mvp(*command)
        self.assertEqual(again.returncode, 0, again.stderr)
        last = json.loads(again.stdout.splitlines()[-1])
        self.assertEqual((last["event"], last["kind"], last["run"], last["trial"]), ("eval_result", "segment", parent, trial))
        runs = self.listed()
        self.assertEqual([name for name, run in runs.items() if run.get("trial_of")], [trial])
        self.assertEqual(runs[parent]["evals"]["segment"], last["score"])
        # Another run of it finds the same, bit for bit.
        other = json.loads(mvp(*command).stdout.splitlines()[-1])
        self.assertNotEqual(other["trial"], trial)
        self.assertEqual((other["score"], other["details"]), (last["score"], last["details"]))
        refused = mvp("eval", "small", "--sessions", self.sessions, "--kind", "knn", "--as-run")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("finetune or segment", refused.stderr)
