"""Going on with a run: which one, with what, and whether its losses are those of a run that never ended."""

import json
import os
import shutil
import signal
import struct
import subprocess

from faults import HERE, ROOT, SMALL, FaultTest
from pictures import write_noise

TEACHERS = os.path.join(ROOT, "Sources", "Models", "Resources", "teachers")

STEPS = 40


class ResumeTest(FaultTest):
    """A small session, runs of it, and what they say."""

    def setUp(self):
        super().setUp()
        with open(SMALL) as file:
            self.text = file.read().replace("steps: 100000", f"steps: {STEPS}").replace(
                "checkpoint_every: 0", "checkpoint_every: 10")
        self.path = self.session("small", self.text)

    def edit(self, *pairs):
        text = self.text
        for old, new in pairs:
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.session("small", text)

    def run_small(self, *arguments, steps=15):
        return self.mvp("run", self.path, "--headless", "--json", *(["--steps", steps] if steps else []), *arguments)

    def resume(self, *arguments, steps=None):
        return self.run_small("--resume", *arguments, steps=steps)

    def words(self, completed):
        """What was said: messages and the error."""
        said = [line["text"] for line in self.lines(completed.stdout) if line["event"] == "message"]
        return "\n".join(said + [completed.stderr])

    def check(self, fault, completed, *wanted, status=0):
        words = self.words(completed)
        self.tried(
            fault, completed.returncode == status and all(part in words for part in wanted),
            f"status {completed.returncode}: {words}")


class Resume(ResumeTest):
    """Which run goes on, and with what."""

    def test_newest_run_is_live(self):
        self.run_small()
        self.edit((f"steps: {STEPS}", "steps: 1000000"))
        process = self.begin("run", self.path, "--headless", "--json", stderr=subprocess.DEVNULL)
        for line in process.stdout:
            if '"event":"step"' in line:
                break
        self.check("--resume while the newest run is live", self.resume(), "is being trained by process", "`mvp attach",
                   "--run ", status=1)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def test_finished(self):
        whole = self.losses(self.run_small(steps=None).stdout)
        self.check("--resume of a finished run", self.resume(), "is finished", "--set schedule.steps=80", status=1)
        longer = self.resume("--set", "schedule.steps=60")
        losses = self.losses(longer.stdout)
        self.check("a finished run is trained longer", longer, "not bit for bit", "schedule.steps 40 -> 60",
                   "the cosine of the new length")
        self.assertEqual((min(losses), max(losses), len(whole)), (41, 60, 40))

    def test_edited_file(self):
        whole = self.losses(self.run_small(steps=None).stdout)
        first = self.losses(self.run_small().stdout)
        self.edit(("eval_every: 0", "eval_every: 0, keep_checkpoints: 3"))
        free = self.resume(steps=5)
        first.update(self.losses(free.stdout))
        self.check("the file was edited where no loss depends on it", free, "bit for bit",
                   "taken from the session's file, which was edited: schedule.keep_checkpoints 2 -> 3")
        self.edit(("seed: 3", "seed: 4"), ("width: 32", "width: 48"))
        self.check("the file was edited where nothing may change", self.resume(), "seed is 4 now and 3 in the run",
                   "student.width is 48 now and 32 in the run", "--keep-settings", status=1)
        self.check("and the run's own settings are kept", self.resume("--keep-settings", steps=5), "bit for bit")
        self.edit(("steps: 40", "steps: [40"))
        self.check("the file is broken", self.resume(), "not valid YAML", "--keep-settings", status=1)
        os.remove(self.path)
        rest = self.mvp("run", "small", "--headless", "--json", "--resume")
        self.check("the file is gone", rest, "no file any more", "bit for bit")
        first.update(self.losses(rest.stdout))
        self.assertEqual({step: whole[step] for step in first}, first)

    def test_teachers(self):
        self.edit(("seed: 3", "seed: 3\nguidance: {clip: shipped}"))
        whole = self.losses(self.run_small(steps=None).stdout)
        self.run_small()
        self.edit(("seed: 3", "seed: 3\nguidance: {clip: shipped, dino: shipped}"))
        added = self.resume(steps=5)
        self.check("a teacher is added", added, "teacher dino is new to the run: its head begins fresh", "bit for bit")
        self.assertEqual({step: whole[step] for step in range(16, 21)}, self.losses(added.stdout))
        self.edit(("seed: 3", "seed: 3\nguidance: {dino: shipped}"))
        removed = self.resume(steps=5)
        self.check("the teacher in force is removed", removed, "teacher clip is no longer in the session", "not bit for bit")
        self.assertIn({"from": "clip", "to": "dino", "step": 20},
                      [{key: line[key] for key in ("from", "to", "step")} for line in self.lines(removed.stdout)
                       if line["event"] == "guidance"])

    def test_accepted(self):
        self.run_small()
        change = ("--set", "optimizer.learning_rate=1e-3")
        self.check("a rate is asked for", self.resume(*change), "optimizer.learning_rate is 0.001 now", "--accept-changes",
                   status=1)
        self.check("and accepted", self.resume("--accept-changes", *change), "not bit for bit",
                   "optimizer.learning_rate 0.0015 -> 0.001")


class Exactness(ResumeTest):
    """"Bit for bit" is said only where it is so."""

    def setUp(self):
        super().setUp()
        self.pictures = os.path.join(self.folder, "pictures")
        os.mkdir(self.pictures)
        for index in range(12):
            write_noise(os.path.join(self.pictures, f"p{index:02}.png"), index)
        self.teacher = os.path.join(self.folder, "teacher.safetensors")
        shutil.copyfile(os.path.join(TEACHERS, "clip.safetensors"), self.teacher)
        self.text = self.text.replace(
            "data: {kind: scenes, seed: 0, range: [100000, 100256], image_size: 64}", "data: {path: pictures}").replace(
            "seed: 3", "seed: 3\nguidance: {clip: teacher.safetensors}", 1)
        self.text = self.text[:self.text.index("evals:")]
        self.session("small", self.text)
        self.whole = self.losses(self.run_small(steps=None).stdout)
        self.run_small()

    def resume_steps(self, fault, *wanted, first=16, same=True):
        completed = self.resume("--accept-changes", steps=5) if not same else self.resume(steps=5)
        self.check(fault, completed, *wanted)
        losses = self.losses(completed.stdout)
        self.assertEqual({step: self.whole[step] for step in losses} == losses, same)

    def test_pictures(self):
        picture = os.path.join(self.pictures, "p03.png")
        os.utime(picture, (1e9, 1e9))
        self.resume_steps("a picture is touched", ", bit for bit")
        # Moved with all pictures: what counts is what they are.
        moved = os.path.join(self.folder, "moved")
        shutil.copytree(self.pictures, moved)
        completed = self.resume("--set", f"data.path={moved}", steps=3)
        self.check("the pictures are in another place", completed, ", bit for bit", "data.path")
        write_noise(os.path.join(moved, "p03.png"), 99)
        os.remove(os.path.join(moved, "p05.png"))
        for index in range(5):
            write_noise(os.path.join(moved, f"q{index}.png"), 50 + index)
        self.check("pictures came, went and were replaced by others of the same size", self.resume(),
                   "5 pictures added (q0.png, q1.png, q2.png, ...), 1 removed (p05.png), 1 changed (p03.png)",
                   "--accept-changes", status=1)
        self.resume_steps("and that is accepted", "not bit for bit", "1 changed (p03.png)", same=False)
        accepted = self.resume(steps=5)
        self.check("once accepted they are the run's", accepted, ", bit for bit")
        shutil.rmtree(os.path.join(self.folder, "small", "pictures"), ignore_errors=True)
        shutil.rmtree(os.path.join(self.folder, "sessions", "small", "pictures"), ignore_errors=True)
        self.check("the list of pictures is lost", self.resume(steps=2), ", bit for bit")
        shutil.rmtree(os.path.join(self.folder, "sessions", "small", "pictures"), ignore_errors=True)
        write_noise(os.path.join(moved, "p03.png"), 98)
        self.check("and pictures differ", self.resume(steps=2), "are others", "which ones cannot be told", status=1)

    def test_teacher(self):
        os.utime(self.teacher, (1e9, 1e9))
        self.resume_steps("a teacher's file is touched", ", bit for bit")
        with open(self.teacher, "r+b") as file:
            length = struct.unpack("<Q", file.read(8))[0]
            header = json.loads(file.read(length))
            name = next(name for name in header if name.endswith("mlp.fc1.weight") and "text" not in name)
            file.seek(8 + length + header[name]["data_offsets"][0])
            file.write(bytes(64))
        self.check("a teacher's weights are changed", self.resume(), "teacher clip has other weights", "--accept-changes", status=1)
        self.resume_steps("and that is accepted", "not bit for bit", "teacher clip has other weights", same=False)

    def test_kernels(self):
        self.run_small("--backend", "openblas")
        completed = self.mvp("run", self.path, "--headless", "--json", "--resume", "--backend", "openblas",
                             OPENBLAS_CORETYPE="Prescott", MVP_KEEP_CORETYPE="1")
        if "OpenBLAS" not in self.words(completed):
            self.skipTest("OpenBLAS has the kernels of one CPU here")
        self.check("another CPU's kernels", completed, "products OpenBLAS", "--accept-changes", status=1)


class Earlier(FaultTest):
    """A store and a checkpoint of an earlier version, kept in fixtures/earlier.tar.xz, still open and go on."""

    def test_run_of_an_earlier_version_goes_on(self):
        subprocess.run(["tar", "xJf", os.path.join(HERE, "fixtures", "earlier.tar.xz"), "-C", self.folder], check=True)
        with open(os.path.join(self.folder, "losses.json")) as file:
            kept = {int(step): loss for step, loss in json.load(file)["losses"].items()}
        whole = self.losses(self.mvp("run", "earlier.yaml", "--sessions", "whole", "--headless", "--json").stdout)
        resumed = self.mvp("run", "earlier.yaml", "--headless", "--json", "--resume", "--run", "brave-seal")
        losses = self.losses(resumed.stdout)
        # Other kernels round otherwise than those that the fixture was made with.
        same = all(kept[step] == whole[step] for step in range(1, 13))
        survived = sorted(losses) == list(range(13, 25)) and all(
            losses[step] == kept[step] if same else abs(losses[step] - kept[step]) < 0.01 for step in losses)
        self.assertIn("cannot be compared with those of now", resumed.stdout)
        self.tried("a run of an earlier version goes on" + (", bit for bit" if same else ""), survived, resumed.stderr)
        runs = self.mvp("runs", "--json").stdout
        self.tried("its store is read", '"knn":0.1' in runs, runs)
