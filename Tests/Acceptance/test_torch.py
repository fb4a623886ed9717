"""Devices of libtorch, where a torch is installed: the library is made here, and runs on torch-cpu are held against those on cpu."""

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

from support import WorkbenchTest
from terminal import MVP, SESSION

BUILD_SECONDS = 560


def installed_torch():
    """The folder of a torch with its headers: LIBTORCH's, or that of a Python; nothing is loaded for that."""
    places = [os.environ["LIBTORCH"]] if os.environ.get("LIBTORCH") else []
    code = "import importlib.util as u; s = u.find_spec('torch'); print(list(s.submodule_search_locations)[0] if s else '')"
    pythons = [os.path.join(os.environ["VIRTUAL_ENV"], "bin", "python")] if os.environ.get("VIRTUAL_ENV") else []
    for python in [] if places else [*pythons, "python3", sys.executable]:
        if shutil.which(python):
            found = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=60)
            places += [found.stdout.strip()] if found.stdout.strip() else []
    return next((place for place in places if os.path.exists(os.path.join(place, "include", "ATen", "ATen.h"))), None)


TORCH = installed_torch()
COMPILER = next((name for name in ("clang++", "c++", "g++") if shutil.which(name)), None)


def png(side, number):
    """A picture of a few colours, told by its number."""
    rows = b""
    for y in range(side):
        rows += b"\0" + bytes(channel for x in range(side) for channel in (
            (x * 5 + number * 40) % 256, (y * 3 + number * 90) % 256, (x * y // 4 + number) % 256))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def npy(path):
    """Values of an array of float32."""
    with open(path, "rb") as file:
        data = file.read()
    length = struct.unpack("<H", data[8:10])[0]
    body = data[10 + length:]
    return struct.unpack(f"<{len(body) // 4}f", body)


class TorchTest(WorkbenchTest):
    def setUp(self):
        super().setUp()
        self.environment = {**os.environ, "HOME": self.home}
        self.environment.pop("MVP_TORCH_LIBRARY", None)
        self.environment.pop("XDG_CACHE_HOME", None)

    def call(self, *arguments, timeout=180, **variables):
        return subprocess.run(
            [MVP, *arguments], env={**self.environment, **variables}, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=timeout)

    def refused(self, words, *arguments, **variables):
        """A command that ends with one sentence."""
        result = self.call(*arguments, **variables)
        self.assertNotEqual(result.returncode, 0, result.stdout)
        said = (result.stderr or result.stdout).strip()
        self.assertIn(words, said)
        return said


class WithoutLibrary(TorchTest):
    """What a machine without libtorch says."""

    def test_a_device_that_is_not_there_is_refused_in_a_sentence(self):
        for device in ("cuda", "cuda:1", "torch-cpu"):
            words = f"device {device} cannot be used: "
            for command in (
                ["run", SESSION, "--sessions", self.sessions, "--headless", "--device", device],
                ["bench", "--config", "tiny-32", "--device", device],
                ["eval", SESSION, "--sessions", self.sessions, "--untrained", "--device", device],
                ["run", SESSION, "--sessions", self.sessions, "--headless", "--set", f"engine.device={device}"],
            ):
                said = self.refused(words, *command)
                self.assertIn("`mvp torch build`", said)
                self.assertEqual(len(said.splitlines()), 1, said)

    def test_what_there_is_not_is_said(self):
        self.assertIn("`mvp torch build`", self.refused("libmvptorch.so", "torch"))
        shown = self.call("torch", "show", "--json")
        report = json.loads(shown.stdout)
        self.assertEqual((shown.returncode, report["ready"], report["devices"]), (1, False, []))
        doctor = json.loads(self.call("doctor", "--json").stdout)
        self.assertEqual([device["name"] for device in doctor["devices"]], ["cpu"])
        self.assertIn("`mvp torch build`", doctor["torch"]["problem"])
        self.assertNotIn("LibTorch", doctor["traits"])

    def test_a_build_without_a_torch_or_compiler_is_refused(self):
        self.refused("--libtorch is /nowhere, which holds no torch", "torch", "build", "--libtorch", "/nowhere")
        self.refused("LIBTORCH is /nowhere", "torch", "build", LIBTORCH="/nowhere")
        bare = os.path.join(self.folder, "bare")
        os.makedirs(bare)
        self.refused("no torch is found", "torch", "build", PATH=bare, VIRTUAL_ENV="", LIBTORCH="")

    def test_words_that_do_not_go_together(self):
        for command in (["--device", "cuda", "--backend", "native"], ["--set", "engine.device=cuda", "--backend", "openblas"]):
            self.refused("set engine.backend to auto, or engine.device to cpu", "run", SESSION, *command)
        self.refused("leave one of them out", "bench", "--device", "cuda", "--backend", "openblas")


@unittest.skipUnless(TORCH, "no torch with headers is there: set LIBTORCH, or python3 -m pip install torch")
@unittest.skipUnless(COMPILER, "no C++ compiler is there: apt-get install g++")
class WithLibrary(TorchTest):
    @classmethod
    def setUpClass(cls):
        """Made once for all tests, as a person makes it; MVP_TORCH_MADE names one that was made before."""
        cls.cache = tempfile.mkdtemp(prefix="mvp-torch-")
        cls.addClassCleanup(shutil.rmtree, cls.cache, ignore_errors=True)
        cls.library = os.environ.get("MVP_TORCH_MADE")
        if cls.library:
            return
        cls.library = os.path.join(cls.cache, "mvp", "torch", "libmvptorch.so")
        environment = {key: value for key, value in os.environ.items() if key != "MVP_TORCH_LIBRARY"}
        made = subprocess.run(
            [MVP, "torch", "build", "--libtorch", TORCH, "--json"], env={**environment, "XDG_CACHE_HOME": cls.cache},
            capture_output=True, text=True, timeout=BUILD_SECONDS)
        if made.returncode != 0:
            raise AssertionError(f"mvp torch build failed: {made.stderr[-3000:]}")
        told = json.loads(made.stdout)
        assert told["library"] == cls.library and os.path.exists(cls.library), told
        assert os.listdir(os.path.dirname(cls.library)) != [], told

    def setUp(self):
        super().setUp()
        self.environment["MVP_TORCH_LIBRARY"] = self.library

    def run_small(self, *arguments, device="torch-cpu", session=SESSION, timeout=180):
        result = self.call(
            "run", session, "--sessions", self.sessions, "--headless", "--json", "--device", device, "--set", "threads=1",
            *arguments, timeout=timeout)
        self.assertEqual(result.returncode, 0, result.stderr[-2000:])
        events = [json.loads(line) for line in result.stdout.splitlines()]
        return [event["loss"] for event in events if event["event"] == "step"], events

    def assert_close(self, one, other, relative=2e-4):
        self.assertEqual(len(one), len(other))
        self.assertTrue(one)
        for place, (a, b) in enumerate(zip(one, other)):
            self.assertLessEqual(abs(a - b), relative * max(1, abs(a)), f"value {place}: {a} and {b}")

    def test_what_there_is_is_shown(self):
        report = json.loads(self.call("torch", "--json").stdout)
        self.assertTrue(report["ready"])
        self.assertEqual(report["devices"][0]["name"], "torch-cpu")
        self.assertIn(report["version"].split("+")[0], self.call("torch").stdout)
        doctor = json.loads(self.call("doctor", "--json").stdout)
        self.assertIn("LibTorch", doctor["traits"])
        names = [device["name"] for device in doctor["devices"]]
        self.assertEqual(names[:2], ["cpu", "torch-cpu"])
        self.assertIn("torch-cpu", self.call("doctor").stdout)

    def test_a_run_has_the_losses_of_cpu_to_rounding(self):
        steps = ["--set", "schedule.steps=20"]
        cpu, _ = self.run_small(*steps, device="cpu")
        torch, events = self.run_small(*steps)
        self.assertEqual(len(torch), 20)
        self.assert_close(cpu, torch)
        self.assertIn("torch", next(event for event in events if event["event"] == "started")["device"])

    def test_bf16_follows_fp32(self):
        steps = ["--set", "schedule.steps=8"]
        exact, _ = self.run_small(*steps)
        rounded, _ = self.run_small(*steps, "--dtype", "bf16")
        self.assert_close(exact, rounded, relative=0.05)
        self.assertNotEqual(exact, rounded)

    def test_a_killed_run_goes_on_bit_for_bit(self):
        steps = ["--set", "schedule.steps=20", "--set", "schedule.checkpoint_every=10"]
        straight, _ = self.run_small(*steps)
        command = [MVP, "run", SESSION, "--sessions", self.sessions, "--headless", "--json", "--device", "torch-cpu",
                   "--set", "threads=1", *steps, "--pause-after", "12"]
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        first = []
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "step":
                first.append(event["loss"])
            if event["event"] == "state" and event["state"] == "paused":
                break
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertEqual(first, straight[:12])
        run = next(entry["run"] for entry in self.runs() if entry["state"] != "finished")
        rest, events = self.run_small("--resume", "--run", run, session="small")
        self.assertEqual(rest, straight[10:])
        self.assertTrue(any("bit for bit" in text and "not bit" not in text for text in self.said(events)), self.said(events))

    def runs(self):
        lines = self.call("runs", "--sessions", self.sessions, "--json").stdout.splitlines()
        return [json.loads(line) for line in lines]

    def said(self, events):
        return [event["text"] for event in events if event["event"] == "message"]

    def test_a_run_goes_on_on_another_device_to_rounding(self):
        steps = ["--set", "schedule.steps=16"]
        straight, _ = self.run_small(*steps, device="cpu")
        for first, second in (("cpu", "torch-cpu"), ("torch-cpu", "cpu")):
            begun, _ = self.run_small(*steps, "--steps", "8", device=first)
            rest, events = self.run_small("--resume", session="small", device=second)
            self.assert_close(straight, begun + rest)
            words = f"the same to rounding only: engine.device {first} -> {second}"
            self.assertTrue(any(words in text for text in self.said(events)), self.said(events))

    def test_every_method_trains(self):
        names = [method["name"] for method in json.loads(self.call("methods", "--json").stdout)["methods"]]
        self.assertGreater(len(names), 5)
        for name in names:
            with self.subTest(method=name):
                settings = ["--set", f"objective.method={name}", "--set", "schedule.steps=3"]
                cpu, _ = self.run_small(*settings, device="cpu")
                torch, _ = self.run_small(*settings)
                self.assertEqual(len(torch), 3)
                self.assert_close(cpu, torch, relative=1e-3)

    def test_fine_tuning_and_segmentation_train(self):
        sizes = ["--config", "tiny-32", "--depth", "2", "--batch", "4", "--steps", "2", "--warmup", "1", "--threads", "1", "--json"]
        for task in (["--task", "finetune"], ["--task", "segment", "--channels", "16"], ["--task", "segment", "--head", "linear"]):
            with self.subTest(task=task):
                told = {}
                for device in ("cpu", "torch-cpu"):
                    result = self.call("bench", *task, *sizes, "--device", device)
                    self.assertEqual(result.returncode, 0, result.stderr)
                    told[device] = json.loads(result.stdout)
                self.assertEqual(told["torch-cpu"]["device"], "torch-cpu")
                self.assert_close(told["cpu"]["losses"], told["torch-cpu"]["losses"], relative=1e-3)
                self.assertGreater(told["torch-cpu"]["peak_tensors_mb"], 0)

    def test_teachers_and_tokenizers_learn(self):
        for kind in ("clip", "dino", "dvae", "vqkd", "peco"):
            with self.subTest(kind=kind):
                file = os.path.join(self.folder, f"{kind}.safetensors")
                result = self.call(
                    "teach", kind, "--steps", "2", "--output", file, "--device", "torch-cpu", "--threads", "1", "--json",
                    "--sessions", self.sessions, timeout=300)
                self.assertEqual(result.returncode, 0, result.stderr[-2000:])
                self.assertTrue(os.path.exists(file))

    def test_scores_and_features_are_those_of_cpu(self):
        scores = {}
        for device in ("cpu", "torch-cpu"):
            result = self.call(
                "eval", SESSION, "--sessions", self.sessions, "--untrained", "--no-baselines", "--kind", "knn", "--kind", "linear",
                "--device", device, "--threads", "1", "--json")
            self.assertEqual(result.returncode, 0, result.stderr)
            scores[device] = [json.loads(line)["score"] for line in result.stdout.splitlines()]
        # Of 100 pictures, one may lie between two classes.
        for one, other in zip(scores["cpu"], scores["torch-cpu"]):
            self.assertLessEqual(abs(one - other), 0.021, scores)
        self.run_small("--set", "schedule.steps=2")
        checkpoint = os.path.join(self.sessions, "small", "checkpoints")
        checkpoint = os.path.join(checkpoint, os.listdir(checkpoint)[0], "2")
        images = os.path.join(self.folder, "images")
        os.makedirs(images)
        for number in range(5):
            with open(os.path.join(images, f"{number}.png"), "wb") as file:
                file.write(png(80, number))
        features = {}
        for device in ("cpu", "torch-cpu"):
            output = os.path.join(self.folder, f"{device}.npy")
            result = self.call(
                "features", "--weights", checkpoint, "--images", images, "--tokens", "all", "--output", output, "--device", device)
            self.assertEqual(result.returncode, 0, result.stderr)
            features[device] = npy(output)
        self.assert_close(features["cpu"], features["torch-cpu"], relative=1e-4)

    @unittest.skipUnless(shutil.which("mpirun"), "mpirun is not there: apt-get install openmpi-bin")
    def test_ranks_make_the_same_run(self):
        steps = ["--set", "schedule.steps=6", "--set", "schedule.batch_size=8"]
        alone, _ = self.run_small(*steps)
        command = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", "2", MVP, "run", SESSION,
                   "--sessions", self.sessions, "--headless", "--json", "--device", "torch-cpu", "--set", "threads=1", *steps]
        variables = {"OMPI_MCA_btl_vader_single_copy_mechanism": "none", "OMPI_MCA_rmaps_base_oversubscribe": "1"}
        result = subprocess.run(
            command, env={**self.environment, **variables}, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=180)
        self.assertEqual(result.returncode, 0, result.stderr[-2000:])
        events = [json.loads(line) for line in result.stdout.splitlines()]
        self.assert_close(alone, [event["loss"] for event in events if event["event"] == "step"])

    def test_a_gpu_that_is_not_there_is_refused(self):
        count = len(json.loads(self.call("torch", "--json").stdout)["devices"]) - 1
        words = f"device cuda:{count + 5} cannot be used: "
        said = self.refused(words, "bench", "--config", "tiny-32", "--device", f"cuda:{count + 5}")
        self.assertEqual(len(said.splitlines()), 1, said)

    def test_a_library_that_does_not_fit_is_told(self):
        folder = os.path.join(self.folder, "made")
        os.makedirs(folder)
        library = os.path.join(folder, "libmvptorch.so")
        shutil.copy(self.library, library)
        ready = self.call("torch", "--json", MVP_TORCH_LIBRARY=library)
        self.assertEqual(ready.returncode, 0, ready.stderr)
        for record, words in (
            (dict(torch="/nowhere", version="2.15.0", compiler="c++"), "in /nowhere, which is no longer there"),
            (dict(torch=TORCH, version="0.0.1", compiler="c++"), "was made for torch 0.0.1"),
        ):
            with open(library + ".json", "w") as file:
                json.dump(record, file)
            said = self.refused(words, "bench", "--config", "tiny-32", "--device", "torch-cpu", MVP_TORCH_LIBRARY=library)
            self.assertIn("`mvp torch build`", said)
        os.remove(library + ".json")
        for damage in (b"", b"no library", b"\x7fELF" + bytes(200)):
            with open(library, "wb") as file:
                file.write(damage)
            said = self.refused("device torch-cpu cannot be used", "run", SESSION, "--sessions", self.sessions, "--headless",
                                "--device", "torch-cpu", MVP_TORCH_LIBRARY=library)
            self.assertEqual(len(said.splitlines()), 1, said)
            self.assertIn("mvp torch build", said)

    def test_a_run_is_stopped_and_told_where_it_computes(self):
        process = subprocess.Popen(
            [MVP, "run", SESSION, "--sessions", self.sessions, "--headless", "--json", "--device", "torch-cpu"],
            env=self.environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        for line in process.stdout:
            if '"event":"step"' in line:
                break
        process.send_signal(signal.SIGTERM)
        start = time.monotonic()
        last = json.loads(process.stdout.read().splitlines()[-1])
        process.wait()
        self.assertEqual(last["outcome"], "stopped")
        self.assertLess(time.monotonic() - start, 20)


if __name__ == "__main__":
    unittest.main()
