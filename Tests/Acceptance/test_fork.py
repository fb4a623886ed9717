"""Forks: a run that goes on from a checkpoint of another, made on the command line and from the runs view."""

import json
import os
import signal
import subprocess

from support import WorkbenchTest
from terminal import MVP, SESSION, Program, mvp

VALUES = ["--set", "threads=1", "--set", "schedule.checkpoint_every=20", "--set", "schedule.keep_checkpoints=20"]


class Forks(WorkbenchTest):
    def parent(self, steps):
        """A run that has made all its steps: its name, and the loss of each."""
        made = mvp("run", SESSION, "--sessions", self.sessions, "--json", "--set", f"schedule.steps={steps}", *VALUES)
        self.assertEqual(made.returncode, 0, made.stderr)
        events = [json.loads(line) for line in made.stdout.splitlines()]
        return events[0]["run"], self.losses(events)

    def losses(self, events):
        return {event["step"]: event["loss"] for event in events if event["event"] == "step"}

    def weights(self, run, step):
        with open(os.path.join(self.sessions, "small", "checkpoints", run, str(step), "trainer.safetensors"), "rb") as file:
            return file.read()

    def fork(self, *words):
        made = mvp("runs", "fork", *words, "--sessions", self.sessions, "--no-run", "--json")
        self.assertEqual(made.returncode, 0, made.stderr)
        return json.loads(made.stdout)

    def end_all(self):
        """No run outlives a test that fails."""
        locks = os.path.join(self.sessions, "small", "locks")
        for name in os.listdir(locks):
            if name.endswith(".lock"):
                with open(os.path.join(locks, name), encoding="utf8") as lock:
                    os.kill(int(lock.read()), signal.SIGKILL)

    def test_a_fork_that_is_killed_goes_on_as_its_parent_did(self):
        name, straight = self.parent(200)
        process = subprocess.Popen(
            [MVP, "runs", "fork", name, "--at", "20", "--sessions", self.sessions, "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        events = []
        for line in process.stdout:
            events.append(json.loads(line))
            if events[-1]["event"] == "step" and events[-1]["step"] >= 70:
                process.send_signal(signal.SIGKILL)
                break
        self.assertEqual(process.wait(), -signal.SIGKILL)
        fork = events[0]["run"]
        self.assertEqual(events[0]["fork_of"], {"run": name, "step": 20})
        first = self.losses(events)
        self.assertEqual(min(first), 21)
        again = mvp("run", "small", "--resume", "--run", fork, "--keep-settings", "--sessions", self.sessions, "--json")
        self.assertEqual(again.returncode, 0, again.stderr)
        rest = self.losses([json.loads(line) for line in again.stdout.splitlines()])
        self.assertGreaterEqual(min(rest), 61)
        self.assertEqual({**first, **rest}, {step: straight[step] for step in range(21, 201)})
        self.assertEqual(self.weights(fork, 200), self.weights(name, 200))

    def test_the_list_says_what_a_run_is_a_fork_of(self):
        name, _ = self.parent(40)
        made = self.fork(name, "--at", "20", "--name", "branch", "--set", "guidance.start=dino")
        self.assertEqual((made["run"], made["fork_of"]), ("branch", {"run": name, "step": 20}))
        listed = mvp("runs", "--sessions", self.sessions).stdout
        self.assertIn("FORK OF", listed)
        self.assertIn(f"{name} at 20", listed)
        compared = mvp("runs", "compare", "small", name, "branch", "--sessions", self.sessions).stdout
        self.assertIn("shared steps", compared)
        # By the path of its checkpoint, and as any other run.
        again = mvp("run", made["checkpoint"], "--resume", "--steps", "3", "--json")
        self.assertEqual(again.returncode, 0, again.stderr)
        steps = [json.loads(line) for line in again.stdout.splitlines() if '"event":"step"' in line]
        self.assertEqual([(step["step"], step["guidance"]) for step in steps], [(n, "dino") for n in (21, 22, 23)])

    def test_what_cannot_be_is_refused_in_a_sentence(self):
        name, _ = self.parent(40)
        for words, reason in [
            (["--at", "30"], "there are 20, 40"),
            (["--at", "20", "--set", "student.width=64"], "the weights have that shape"),
            (["--at", "20", "--set", "seed=9"], "the order of the pictures"),
            ([], "no step left"),
            (["--at", "20", "--set", "guidance.clip.weights=/nowhere"], "/nowhere"),
        ]:
            made = mvp("runs", "fork", name, *words, "--sessions", self.sessions, "--json")
            self.assertNotEqual(made.returncode, 0)
            self.assertIn(reason, made.stderr)
            self.assertNotIn("started", made.stdout)
        runs = mvp("runs", "--sessions", self.sessions, "--json").stdout.splitlines()
        self.assertEqual(len(runs), 1, "nothing is left of them")
        self.assertIn("did you mean mvp runs fork", mvp("runs", "frok", name, "x").stderr)

    def test_f_forks_and_opens_the_fork(self):
        name, _ = self.parent(40)
        program = Program(
            [MVP, "attach", "--sessions", self.sessions, "small", name], home=self.home, columns=120, rows=40)
        self.addCleanup(program.close)
        program.wait_text("read-only")
        program.show("runs")
        program.wait_text(name)
        program.type("f")
        program.wait_text("step=newest")
        program.type("\x15step=25\r")
        program.wait_text("there are 20, 40")
        program.type("f\x15step=20 guidance.start=dino schedule.steps=100000\r")
        self.addCleanup(self.end_all)
        program.wait_text("attached to process", seconds=60)
        self.assertNotIn(name, program.lines()[0])
        program.wait_step(25)
        program.show("runs")
        program.wait_text(f"{name} at 20")
        program.type("q")
        program.wait_text("detach, the run goes on")
        program.type("s")
        self.assertEqual(program.wait_exit(), 0)
