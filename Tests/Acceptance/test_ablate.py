"""Ablations: every combination of some values, made one run after the other by one process, which may be killed."""

import json
import os
import signal
import subprocess
import time

from support import WorkbenchTest
from terminal import MVP, SESSION, Program, mvp

VALUES = ["--set", "threads=1", "--set", "schedule.steps=120", "--set", "schedule.checkpoint_every=20"]
GRID = ["--over", "guidance.start=clip,dino", "--seeds", "0,1", "--kinds", "knn", *VALUES]


class Ablations(WorkbenchTest):
    def ablate(self, *words, sessions=None):
        return mvp("ablate", *words, "--sessions", sessions or self.sessions)

    def report(self, *words, sessions=None):
        """The last line of a command that makes or shows an ablation."""
        made = self.ablate(*words, "--json", sessions=sessions)
        self.assertEqual(made.returncode, 0, made.stderr)
        return json.loads(made.stdout.splitlines()[-1])

    def losses(self, run, sessions=None):
        return self.sqlite(f"SELECT step, loss FROM metrics JOIN runs ON runs.id = run WHERE name = '{run}' ORDER BY step", sessions)

    def sqlite(self, query, sessions=None):
        store = os.path.join(sessions or self.sessions, "small", "runs.sqlite")
        return subprocess.run(["sqlite3", store, query], capture_output=True, text=True, check=True).stdout.splitlines()

    def start(self, *words):
        process = subprocess.Popen(
            [MVP, "ablate", *words, "--sessions", self.sessions], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def await_step(self, number, step):
        """Waits until the store has the step of the run of that number."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                last = self.sqlite(f"SELECT last_step FROM runs WHERE ablation IS NOT NULL ORDER BY id LIMIT 1 OFFSET {number - 1}")
            except subprocess.CalledProcessError:
                # The store is not there yet.
                last = []
            if last and int(last[0]) >= step:
                return
            time.sleep(0.02)
        self.fail(f"run {number} did not come to step {step}")

    def test_one_that_is_killed_goes_on_with_equal_losses(self):
        elsewhere = os.path.join(self.folder, "straight")
        straight = self.report(SESSION, *GRID, sessions=elsewhere)
        self.assertEqual([straight["done"], straight["runs"], straight["ended"]], [4, 4, True])
        for number, step in [(1, 50), (3, 70)]:
            process = self.start(SESSION, *GRID)
            self.await_step(number, step)
            process.send_signal(signal.SIGKILL)
            self.assertEqual(process.wait(), -signal.SIGKILL)
        names = self.sqlite("SELECT name FROM runs WHERE ablation IS NOT NULL ORDER BY id")
        shown = self.report("small", "--show")
        self.assertEqual((shown["done"], shown["ended"]), (2, False))
        report = self.report("small", "--resume")
        self.assertEqual((report["done"], report["ended"]), (4, True))
        self.assertEqual(self.sqlite("SELECT name FROM runs WHERE ablation IS NOT NULL ORDER BY id")[: len(names)], names)
        for mine, theirs in zip(report["cells"], straight["cells"]):
            for field in ["values", "seeds", "scores", "mean", "deviation", "differences"]:
                self.assertEqual(mine[field], theirs[field])
            for run, other in zip(mine["runs"], theirs["runs"]):
                self.assertEqual(self.losses(run), self.losses(other, elsewhere))
                self.assertEqual(len(self.losses(run)), 120)
        # The same command finds nothing left to be made.
        count = self.sqlite("SELECT count(*) FROM runs")
        self.assertEqual(self.report(SESSION, *GRID)["cells"], report["cells"])
        self.assertEqual(self.sqlite("SELECT count(*) FROM runs"), count)

    def test_the_numbers_follow_from_the_scores(self):
        lines = self.ablate(SESSION, *GRID, "--json")
        events = [json.loads(line) for line in lines.stdout.splitlines()]
        self.assertEqual([event["event"] for event in events], ["ablation_run"] * 4 + ["ablation"])
        report = events[-1]
        one, other = report["cells"]
        self.assertEqual((one["values"], other["values"]), ({"guidance.start": "clip"}, {"guidance.start": "dino"}))
        self.assertEqual(one["seeds"], [0, 1])
        scores = {(event["cell"], event["seed"]): event["scores"]["knn"] for event in events[:-1]}
        for cell in report["cells"]:
            self.assertEqual(cell["scores"]["knn"], [scores[cell["cell"], seed] for seed in cell["seeds"]])
            a, b = cell["scores"]["knn"]
            self.assertAlmostEqual(cell["mean"]["knn"], (a + b) / 2)
            self.assertAlmostEqual(cell["deviation"]["knn"], abs(a - b) / 2**0.5)
        self.assertEqual(one["differences"], {})
        pairs = [b - a for a, b in zip(one["scores"]["knn"], other["scores"]["knn"])]
        found = other["differences"]["knn"]
        self.assertAlmostEqual(found["mean"], sum(pairs) / 2)
        # Two pairs: 12.706 standard errors.
        half = 12.706204736174694 * abs(pairs[0] - pairs[1]) / 2
        self.assertAlmostEqual(found["high"] - found["mean"], half)
        self.assertEqual(found["within_spread"], found["low"] <= 0 <= found["high"])
        table = self.ablate("small", "--show").stdout
        self.assertRegex(table, "guidance.start +RUNS  KNN")
        self.assertIn("untrained student", table)
        self.assertIn("paired over seeds", table)

    def test_another_grid_says_how_to_go_on_with_either(self):
        process = self.start(SESSION, *GRID)
        self.await_step(1, 30)
        busy = self.ablate("small", "--resume")
        self.assertNotEqual(busy.returncode, 0)
        self.assertIn(f"process {process.pid}", busy.stderr)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=60), 128 + signal.SIGTERM)
        other = self.ablate(SESSION, "--over", "mask.masked=16,26", *VALUES)
        self.assertEqual(other.returncode, 2)
        for words in ["ablation-1", "0 of 4 runs", "--over is mask.masked=16,26", "--resume --name ablation-1", "--name NAME"]:
            self.assertIn(words, other.stderr)
        beside = self.report(SESSION, "--over", "mask.masked=16,26", "--kinds", "knn", *VALUES, "--name", "masks")
        self.assertEqual((beside["ablation"], beside["done"]), ("masks", 2))
        self.assertEqual(self.report("small", "--resume")["ablation"], "ablation-1")
        self.assertIn("its runs stay", self.ablate("small", "--forget", "--name", "masks").stdout)

    def test_what_cannot_be_is_refused_before_anything_begins(self):
        for words, reason in [
            (["--over", "mask.maskd=1,2"], "did you mean masked?"), (["--over", "mask.masked=1,99"], "--over mask.masked=99"),
            (["--over", "student.width=32,64", "--at", "20"], "the weights have that shape"),
            (["--over", "mask.masked=16,26", "--kinds", "spread"], "--kinds is spread"),
            (["--over", "mask.masked=16,16"], "is there twice"), ([], "has no section ablation"),
            (["--over", "mask.masked=16,26", "--resume"], "keeps what it began with"),
        ]:
            made = self.ablate(SESSION, *words)
            self.assertNotEqual(made.returncode, 0, words)
            if not words:
                self.assertEqual(made.returncode, 2)
            self.assertIn(reason, made.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.sessions, "small")))
        plan = self.ablate(SESSION, *GRID, "--at", "40", "--dry-run")
        self.assertEqual(plan.returncode, 0, plan.stderr)
        self.assertIn("2 cells, seeds 0, 1: 4 runs, about", plan.stdout)
        self.assertFalse(os.path.exists(os.path.join(self.sessions, "small")))

    def test_a_run_that_fails_is_named_by_the_end(self):
        made = self.ablate(SESSION, "--over", "evals.knn.k=5,5000", "--kinds", "knn", *VALUES)
        self.assertEqual(made.returncode, 1, made.stdout)
        self.assertIn("1 of 2 runs failed: evals.knn.k=5000", made.stderr)
        self.assertIn("1/1", made.stdout)

    def test_the_view_opens_a_run(self):
        report = self.report(SESSION, *GRID)
        program = Program([MVP, "attach", "--sessions", self.sessions, "small"], home=self.home, columns=120, rows=40)
        self.addCleanup(program.close)
        program.wait_text("read-only")
        program.show("ablation")
        program.wait_text("ablation-1 4 of 4 runs")
        program.wait_text("seed 1")
        name = report["cells"][1]["runs"][0]
        program.type("j")
        program.wait_text(name)
        program.type("\r")
        program.wait_text(f"{name} was opened")
        program.show("ablation")
        program.wait_text("ablation-1 4 of 4 runs")
        program.type("q")
        self.assertEqual(program.wait_exit(), 0)
