"""Pictures of one channel and of many, from the folder to the export."""

import json
import os
import struct
import subprocess

from support import WorkbenchTest
from terminal import MVP


def tiff(channels, seed, side=48):
    """Channels side by side, each of another pattern, as TIFF 6.0 has them: little-endian, one strip, not packed."""
    values = bytes(
        (x * (c + 1) + y * (seed + 1) + 60 * c) % 256 for y in range(side) for x in range(side) for c in range(channels))
    tags = [(256, 4, [side]), (257, 4, [side]), (258, 3, [8] * channels), (259, 3, [1]), (262, 3, [1]), (273, 4, [0]),
            (277, 3, [channels]), (278, 4, [side]), (279, 4, [len(values)])]
    if channels > 1:
        tags.append((338, 3, [0] * (channels - 1)))
    head = 8 + 2 + 12 * len(tags) + 4
    entries, behind = b"", b""
    sizes = [len(numbers) * (2 if kind == 3 else 4) for _, kind, numbers in tags]
    start = head + sum(size for size in sizes if size > 4)
    for (tag, kind, numbers), size in zip(tags, sizes):
        numbers = [start] if tag == 273 else numbers
        body = b"".join(struct.pack("<H" if kind == 3 else "<I", number) for number in numbers)
        if size > 4:
            body, behind = struct.pack("<I", head + len(behind)), behind + body
        entries += struct.pack("<HHI", tag, kind, len(numbers)) + body.ljust(4, b"\0")
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", 0) + behind + values


class Channels(WorkbenchTest):
    def mvp(self, *words, fails=False):
        done = subprocess.run(
            [MVP, *words], cwd=self.folder, capture_output=True, text=True, env={**os.environ, "HOME": self.home})
        self.assertEqual(done.returncode != 0, fails, done.stderr + done.stdout[-2000:])
        return done.stdout + done.stderr if fails else done.stdout

    def pictures(self, channels):
        place = os.path.join(self.folder, f"bands{channels}")
        for number in range(20):
            folder = os.path.join(place, ("field", "wood")[number % 2])
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, f"{number:02}.tif"), "wb") as file:
                file.write(tiff(channels, number))
        return place

    def losses(self, *words):
        events = [json.loads(line) for line in self.mvp("run", *words, "--headless", "--json").splitlines()]
        return [event for event in events if event["event"] == "step"], events

    def test_from_the_folder_to_the_export(self):
        for channels in (1, 5):
            place = self.pictures(channels)
            found = json.loads(self.mvp("data", place, "--json"))
            self.assertEqual((found["usual_channels"], len(found["mean"]), found["broken_count"]), (channels, channels, 0))
            session = os.path.join(self.folder, f"bands{channels}.yaml")
            self.mvp("init", place, "--output", session, "--minutes", "0.1")
            with open(session) as file:
                text = file.read()
            self.assertIn(f"channels: {channels}", text)
            self.assertEqual("view: [0, 1, 2]" in text, channels == 5)
            steps, events = self.losses(session, "--steps", "4")
            self.assertEqual(len(steps), 4)
            # What is trained is what is exported, and what reads its own pictures again.
            described = self.mvp("export", f"bands{channels}", "--to", "timm", "--output", "timm")
            with open(os.path.join(self.folder, "timm", "config.json")) as file:
                configuration = json.load(file)
            self.assertEqual(configuration["model_args"]["in_chans"], channels, described)
            self.mvp("features", "--weights", "timm", "--images", place, "--output", f"features{channels}.safetensors")
            told = json.loads(self.mvp("weights", "timm", "--json"))
            self.assertEqual((told["sizes"]["channels"], len(told["mean"])), (channels, channels))
            subprocess.run(["rm", "-r", os.path.join(self.folder, "timm")], check=True)

    def test_what_does_not_fit_is_refused_by_name(self):
        place = self.pictures(5)
        words = ("--set", "data.kind=folder", "--set", f"data.path={place}", "--headless", "--steps", "2")
        told = self.mvp("run", "demo", *words, fails=True)
        self.assertIn("it has 5 channels where data.channels asks for 3", told)

    def test_grey_scenes_train(self):
        steps, events = self.losses("demo", "--set", "data.channels=1", "--set", "evals.at_end=[]", "--steps", "3")
        self.assertEqual(len(steps), 3)
        texts = [event["text"] for event in events if event["event"] == "message"]
        self.assertTrue(any("saturation" in text for text in texts), texts)
