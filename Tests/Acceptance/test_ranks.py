"""Several processes train one run together: mpirun, as a person starts it."""

import json
import os
import shutil
import signal
import subprocess
import threading
import time
import unittest

from support import WorkbenchTest
from terminal import MVP, SESSION, Program, mvp

# One core each is what a rank gets here; two may share one in a test.
MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none"]
ROOT = {"OMPI_MCA_btl_vader_single_copy_mechanism": "none", "OMPI_MCA_rmaps_base_oversubscribe": "1"}


@unittest.skipUnless(shutil.which("mpirun"), "mpirun is not there: apt-get install openmpi-bin")
class Ranks(WorkbenchTest):
    def command(self, ranks, *arguments, session=SESSION):
        words = ["run", session, "--sessions", self.sessions, "--headless", "--json", *arguments]
        return [*MPIRUN, "-n", str(ranks), MVP, *words]

    def train(self, ranks, *arguments, session=SESSION, timeout=180):
        return subprocess.run(
            self.command(ranks, *arguments, session=session), env={**os.environ, **ROOT}, capture_output=True,
            text=True, stdin=subprocess.DEVNULL, timeout=timeout)

    def losses(self, result):
        self.assertEqual(result.returncode, 0, result.stderr[-2000:])
        events = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([event["event"] for event in events].count("started"), 1)
        self.assertEqual(events[-1]["event"], "finished")
        return [event["loss"] for event in events if event["event"] == "step"], events

    def test_one_two_and_four_ranks_make_the_same_run(self):
        steps = ["--set", "schedule.steps=12", "--set", "schedule.batch_size=8"]
        alone, _ = self.losses(self.train(1, *steps))
        self.assertEqual(len(alone), 12)
        for ranks in (2, 4):
            shared, events = self.losses(self.train(ranks, *steps))
            self.assertEqual(len(shared), 12)
            for one, other in zip(shared, alone):
                self.assertAlmostEqual(one, other, places=5)
            said = [event["text"] for event in events if event["event"] == "message"]
            self.assertTrue(any(f"{ranks} ranks (0 on " in text for text in said), said)
            again, _ = self.losses(self.train(ranks, *steps))
            self.assertEqual(again, shared)

    def test_a_run_goes_on_with_another_number_of_ranks(self):
        steps = ["--set", "schedule.steps=16", "--set", "schedule.batch_size=8"]
        straight, _ = self.losses(self.train(1, *steps))
        first = self.train(4, *steps, "--steps", "6")
        self.assertEqual(first.returncode, 0, first.stderr)
        rest, _ = self.losses(self.train(2, "--resume", session="small"))
        self.assertEqual(len(rest), 10)
        for one, other in zip(rest, straight[6:]):
            self.assertAlmostEqual(one, other, places=4)

    def test_a_rank_that_dies_ends_the_run_with_a_checkpoint(self):
        process = subprocess.Popen(
            self.command(3, "--set", "schedule.steps=100000", "--set", "schedule.batch_size=12"),
            env={**os.environ, **ROOT}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            stdin=subprocess.DEVNULL)
        self.addCleanup(process.kill)
        lines = []
        while not any('"event":"step"' in line for line in lines[-3:]) or len(lines) < 30:
            line = process.stdout.readline()
            self.assertTrue(line, process.stderr.read() if process.poll() is not None else "")
            lines.append(line)
        victim = self.ranks()[2]
        os.kill(victim, signal.SIGKILL)
        out, err = process.communicate(timeout=60)
        self.assertNotEqual(process.returncode, 0)
        events = [json.loads(line) for line in lines + out.splitlines() if line.startswith("{")]
        last = max(event["step"] for event in events if event["event"] == "step")
        saved = [event["step"] for event in events if event["event"] == "checkpoint"]
        self.assertTrue(saved and saved[-1] >= last - 1, (saved[-1:], last, err[-2000:]))
        reasons = " ".join(event.get("text", "") + event.get("reason", "") for event in events) + err
        self.assertIn("rank 2 on", reasons)
        resumed = self.train(2, "--resume", "--steps", "3", session="small")
        self.assertEqual(resumed.returncode, 0, resumed.stderr)

    def ranks(self):
        """Processes of the program by rank."""
        found = {}
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    values = dict(part.split(b"=", 1) for part in file.read().split(b"\0") if b"=" in part)
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
            except (OSError, ValueError):
                continue
            if b"OMPI_COMM_WORLD_RANK" in values and self.sessions.encode() in words:
                found[int(values[b"OMPI_COMM_WORLD_RANK"])] = int(name)
        return found

    def test_a_stop_is_heard_by_all(self):
        process = subprocess.Popen(
            self.command(2, "--set", "schedule.steps=100000", "--set", "schedule.batch_size=8"),
            env={**os.environ, **ROOT}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            stdin=subprocess.DEVNULL)
        self.addCleanup(process.kill)
        for line in process.stdout:
            if '"event":"step"' in line:
                break
        os.kill(self.ranks()[0], signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        finished = json.loads(out.splitlines()[-1])
        self.assertEqual((finished["event"], finished["outcome"]), ("finished", "stopped"), err[-2000:])
        end = time.monotonic() + 10
        while self.ranks() and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual(self.ranks(), {})

    def test_the_doctor_names_it(self):
        self.assertIn("MPI", json.loads(mvp("doctor", "--json").stdout)["traits"])

    def test_what_cannot_be_shared_is_refused_once(self):
        teaching = self.train(2, session="demo-dino")
        self.assertNotEqual(teaching.returncode, 0)
        said = teaching.stdout + teaching.stderr
        self.assertIn("only pre-training under targets and fine-tuning run on several ranks", said)
        odd = self.train(3, "--set", "schedule.batch_size=8")
        self.assertNotEqual(odd.returncode, 0)
        self.assertIn("3 ranks cannot share that evenly", odd.stdout + odd.stderr)
        wrong = self.train(2, "--set", "schedule.steps=none")
        self.assertEqual(wrong.stderr.count("mvp: --set schedule.steps=none"), 1, wrong.stderr)

    def test_a_fine_tuning_is_shared(self):
        first = self.train(1, "--set", "schedule.steps=2")
        self.assertEqual(first.returncode, 0, first.stderr)
        words = ["--set", "finetune.from=small", "--set", "schedule.batch_size=8", "--steps", "6"]
        words += ["--set", "finetune.drop_path=0.1", "--set", "finetune.random_erasing=0.25"]
        alone, _ = self.losses(self.train(1, *words, session="finetune-demo"))
        self.assertEqual(len(alone), 6)
        shared, events = self.losses(self.train(2, *words, session="finetune-demo"))
        for one, other in zip(shared, alone):
            self.assertAlmostEqual(one, other, places=5)
        self.assertTrue(all("ranks" in event["phases"] for event in events if event["event"] == "step"))
        # Whom a picture is mixed with depends on the parts, and that is said.
        _, events = self.losses(self.train(2, *words, "--set", "finetune.mixup=0.8", session="finetune-demo"))
        said = " ".join(event["text"] for event in events if event["event"] == "message")
        self.assertIn("mixup and cutmix pair pictures of one part of 4", said)

    def test_gradients_go_over_as_halves(self):
        steps = ["--set", "schedule.steps=12", "--set", "schedule.batch_size=8"]
        whole, _ = self.losses(self.train(2, *steps))
        halves, _ = self.losses(self.train(2, *steps, "--set", "engine.ranks_dtype=bf16"))
        self.assertNotEqual(whole, halves)
        for one, other in zip(whole, halves):
            self.assertAlmostEqual(one, other, delta=0.01)

    def test_ranks_are_shown_with_their_work(self):
        process = subprocess.Popen(
            self.command(2, "--set", "schedule.steps=100000", "--set", "schedule.batch_size=8"),
            env={**os.environ, **ROOT}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            stdin=subprocess.DEVNULL)
        self.addCleanup(process.kill)
        threading.Thread(target=process.stdout.read, daemon=True).start()
        # Who watches the machine sees them below their run.
        ranks = None
        end = time.monotonic() + 60
        while ranks is None and time.monotonic() < end:
            sample = json.loads(mvp("system", "--once", "--json", "--sessions", self.sessions).stdout)
            ranks = next((run.get("ranks") for run in sample["runs"]), None)
            time.sleep(0.2)
        self.assertIsNotNone(ranks, "the run tells nothing of its ranks")
        self.assertEqual([rank["rank"] for rank in ranks], [0, 1])
        for rank in ranks:
            self.assertEqual(rank["host"], os.uname().nodename)
            self.assertGreater(rank["compute_seconds"], 0)
            self.assertGreaterEqual(rank["wait_seconds"], 0)
            self.assertGreaterEqual(rank["load"], 0)
        page = mvp("system", "--once", "--sessions", self.sessions).stdout
        self.assertRegex(page, r"rank 0 on \S+  computes .*  waits .*  load ")
        program = Program([MVP, "attach", "--sessions", self.sessions], home=self.home, columns=120, rows=40)
        self.addCleanup(program.close)
        program.wait_text("RUNNING")
        program.show("system")
        program.wait_text("ranks 2", 15)
        program.wait_text("computes")

    def test_what_two_ranks_bring_is_measured(self):
        words = ["bench", "--ranks", "2", "--config", "tiny-32", "--batch", "4", "--steps", "2", "--warmup", "1"]
        result = mvp(*words, "--rounds", "1", "--json", env={**os.environ, **ROOT})
        self.assertEqual(result.returncode, 0, result.stderr)
        measured = json.loads(result.stdout)
        self.assertEqual((measured["ranks"], measured["batch"], len(measured["rounds"])), (2, 4, 1))
        self.assertGreater(measured["efficiency"], 0)
        self.assertLess(measured["wait_share"], 1)
        text = mvp(*words, "--rounds", "1", env={**os.environ, **ROOT})
        self.assertIn("efficiency", text.stdout)
        for wrong in (["--ranks", "1"], ["--ranks", "2", "--peak"], ["--ranks", "2", "--task", "finetune"]):
            self.assertEqual(mvp("bench", *wrong).returncode, 2, wrong)
        without = mvp(*words, "--rounds", "1", env={**os.environ, "PATH": self.folder + ":/bin"})
        if shutil.which("mpirun", path="/bin") is None:
            self.assertIn("mpirun is not there", without.stderr)

    def test_attach_steers_all_ranks(self):
        process = subprocess.Popen(
            self.command(2, "--set", "schedule.steps=400", "--set", "schedule.batch_size=8", "--pause-after", "5"),
            env={**os.environ, **ROOT}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            stdin=subprocess.DEVNULL)
        self.addCleanup(process.kill)
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "state" and event["state"] == "paused":
                break
        time.sleep(1)
        self.assertIsNone(process.poll())
        program = Program([MVP, "attach", "--sessions", self.sessions], home=self.home)
        self.addCleanup(program.close)
        program.wait_text("PAUSED")
        program.type("g")
        program.wait_text("DINO")
        program.type("p")
        program.wait_step(20)
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "step" and event["step"] >= 8:
                break
        self.assertEqual(event["guidance"], "dino")


if __name__ == "__main__":
    unittest.main()
