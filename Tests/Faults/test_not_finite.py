"""A step that is not finite: it ends a run that nobody watches, with a status of its own, and can be made again from what was kept."""

import json
import os
import shutil
import signal
import struct
import time

from faults import ROOT, SMALL, FaultTest
from pictures import classes

TEACHERS = os.path.join(ROOT, "Sources", "Models", "Resources", "teachers")
NOT_FINITE = 76


def poison(source, target, name, value=float("nan"), place=0):
    """Copies a safetensors file of float32, with one value of a tensor replaced."""
    with open(source, "rb") as file:
        data = bytearray(file.read())
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    entry = header[name]
    size = {"F32": 4, "F16": 2, "BF16": 2}[entry["dtype"]]
    number = {"F32": struct.pack("<f", value), "F16": struct.pack("<e", value),
              "BF16": struct.pack("<f", value)[2:]}[entry["dtype"]]
    start = 8 + length + entry["data_offsets"][0] + place * size
    data[start:start + size] = number
    with open(target, "wb") as file:
        file.write(data)


def tensors(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        return [name for name in json.loads(file.read(length)) if name != "__metadata__"]


class NotFinite(FaultTest):
    def setUp(self):
        super().setUp()
        self.teacher = os.path.join(self.folder, "teacher.safetensors")
        source = os.path.join(TEACHERS, "dino.safetensors")
        self.weight = next(name for name in tensors(source) if "fc1.weight" in name)
        poison(source, self.teacher, self.weight)

    def small(self, name, *more):
        """A session of some steps, with more sections or other lines."""
        with open(SMALL) as file:
            text = file.read().replace("steps: 100000", "steps: 40")
        return self.session(name, text + "".join(line + "\n" for line in more))

    def kept(self, name):
        """The folder of the step that a run kept."""
        base = os.path.join(self.folder, "sessions", name, "not-finite")
        runs = os.listdir(base)
        self.assertEqual(len(runs), 1)
        steps = os.listdir(os.path.join(base, runs[0]))
        self.assertEqual(len(steps), 1)
        return os.path.join(base, runs[0], steps[0])

    def replay(self, folder, *more):
        result = self.mvp("run", "--replay", folder, "--json", *more)
        return result, json.loads(result.stdout) if result.stdout else None

    @staticmethod
    def first(report):
        return next((stage for stage in report["examination"]["stages"] if stage.get("not_finite")), None)

    def test_a_teacher_with_a_nan(self):
        for index in self.rounds(1, 5):
            name = f"teacher{index}"
            path = self.small(name, f"guidance: {{start: dino, dino: {self.teacher}}}")
            result = self.mvp("run", path, "--headless", "--json")
            last = self.lines(result.stdout)[-1]
            why = None
            if result.returncode != NOT_FINITE or last.get("status") != NOT_FINITE or last["outcome"] != "failed":
                why = f"status {result.returncode}: {last}"
            elif "features of teacher dino are not finite" not in last["reason"] or "nor are its weights" not in last["reason"]:
                why = last["reason"]
            elif not last.get("checkpoint") or not os.path.exists(last["checkpoint"]):
                why = f"no checkpoint: {last}"
            else:
                again, report = self.replay(self.kept(name))
                first = self.first(report)
                if again.returncode != NOT_FINITE or first["part"] != "teacher dino" or not first["name"].startswith("block"):
                    why = f"replay: status {again.returncode}, {first}"
            self.tried("teacher with a NaN", why is None, why)

    def test_a_run_that_goes_on_is_replayed_from_elsewhere(self):
        """The kept folder is enough: without the session, the store or the pictures; by the run's name, too."""
        path = self.small("moved", f"guidance: {{start: dino, dino: {self.teacher}}}")
        self.assertEqual(self.mvp("run", path, "--headless").returncode, NOT_FINITE)
        folder = self.kept("moved")
        run = os.path.basename(os.path.dirname(folder))
        named = self.mvp("run", "--replay", run)
        elsewhere = os.path.join(self.folder, "elsewhere")
        shutil.move(folder, elsewhere)
        shutil.rmtree(os.path.join(self.folder, "sessions"))
        moved = self.mvp("run", "--replay", elsewhere)
        self.tried(
            "replay by name, and of a folder alone",
            named.returncode == moved.returncode == NOT_FINITE and "the first that is not finite: teacher dino, block" in moved.stdout,
            named.stderr + moved.stderr)

    def test_resume_goes_on_without_the_batch(self):
        path = self.small("resumed", f"guidance: {{start: dino, dino: {self.teacher}}}")
        self.assertEqual(self.mvp("run", path, "--headless").returncode, NOT_FINITE)
        # The teacher is mended, which is another teacher; the batch was left out.
        shutil.copyfile(os.path.join(TEACHERS, "dino.safetensors"), self.teacher)
        result = self.mvp("run", path, "--headless", "--json", "--resume", "--accept-changes", "--steps", "3")
        self.tried("resume after it", result.returncode == 0 and sorted(self.losses(result.stdout)) == [1, 2, 3], result.stderr)

    def test_the_session_may_say_pause(self):
        path = self.small("waits", f"guidance: {{start: dino, dino: {self.teacher}}}", "health: {not_finite: pause}")
        process = self.begin("run", path, "--headless", "--json")
        states = []
        for line in process.stdout:
            states += [event["state"] for event in self.lines(line) if event["event"] == "state"]
            if states[-1:] == ["paused"]:
                break
        time.sleep(0.5)
        waits = process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        self.tried("health.not_finite: pause", waits and process.returncode == 128 + signal.SIGTERM, f"status {process.returncode}")

    def test_features_and_scores(self):
        photos = os.path.join(self.folder, "photos")
        for part in ("train", "test"):
            classes(os.path.join(photos, part), 3, ("one", "two"), seed=part)
        output = os.path.join(self.folder, "features.safetensors")
        features = self.mvp("features", "--weights", self.teacher, "--images", photos, "--output", output)
        self.tried(
            "features by weights with a NaN",
            features.returncode == NOT_FINITE and not os.path.exists(output) and "not finite" in features.stderr
            and ".png" in features.stderr,
            f"status {features.returncode}: {features.stderr}")
        scores = self.mvp("eval", "--weights", self.teacher, "--data", photos, "--kind", "knn", "--k", "1")
        self.tried(
            "scores by weights with a NaN", scores.returncode == NOT_FINITE and "not finite" in scores.stderr and "%" not in scores.stdout,
            f"status {scores.returncode}: {scores.stdout}{scores.stderr}")
