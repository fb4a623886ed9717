"""Folders of pictures as they are found: whatever they hold, what is scored is what was meant, and nothing is left out unsaid."""

import json
import os
import shutil
import subprocess

from faults import MVP, ROOT, SMALL, FaultTest
from pictures import classes, spoil

WEIGHTS = os.path.join(ROOT, "Sources", "Models", "Resources", "teachers", "dino.safetensors")


class Folders(FaultTest):
    def eval(self, *arguments, **more):
        return self.mvp("eval", "--weights", WEIGHTS, "--kind", "knn", "--k", 5, *arguments, **more)

    def scored(self, *arguments, **more):
        """The JSON of a score, or None with what was said."""
        done = self.eval(*arguments, "--json", **more)
        return (json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None), done

    def path(self, name):
        return os.path.join(self.folder, name)

    def test_parts_are_told_by_any_name(self):
        habits = [
            ("train", "valid"), ("Train", "VAL"), ("training", "testing"), ("trn", "tst"), ("TRAIN", "Dev"), ("train", "eval"),
            ("images/train", "images/val"), ("archive/set/train2017", "archive/set/val2017"), ("seg_train/seg_train", "seg_test/seg_test"),
            ("Training_Set", "Validation_Set"),
        ]
        for index, (train, test) in enumerate(habits):
            data = self.path(f"d{index}")
            classes(f"{data}/{train}", 6)
            classes(f"{data}/{test}", 3)
            score, done = self.scored("--data", data)
            right = score and (score["classes"], score["train_pictures"], score["test_pictures"]) == (3, 18, 9)
            right = right and score["split"] == f"by the folders {train} and {test}" and score["score"] > 0.6
            self.tried("parts by any habit's names", right, f"{train}, {test}: {done.stdout}{done.stderr}")

    def test_what_is_a_part_is_never_a_class(self):
        classes(self.path("alone/train"), 10)
        classes(self.path("three/train"), 6)
        classes(self.path("three/val"), 3)
        classes(self.path("three/test"), 4)
        classes(self.path("flat"), 5, ("train", "valid"))
        classes(self.path("other/learn"), 5)
        classes(self.path("other/judge"), 5)
        classes(self.path("noun"), 10, ("train", "bus", "car"))
        for part in ("train", "test"):
            for name in ("cat", "dog"):
                shutil.copytree(self.path(f"three/{'train' if part == 'train' else 'val'}/{name}"), self.path(f"inside/{name}/{part}"))
        for name, expected in {
            "alone": ("only train is there", 24, 6), "three": ("of test, train, val, val is scored on", 18, 9),
            "noun": ("train counts as a class beside bus, car", 24, 6), "inside": ("", 12, 6),
        }.items():
            score, done = self.scored("--data", self.path(name))
            right = score and (score["train_pictures"], score["test_pictures"]) == expected[1:]
            self.tried("parts and classes told apart", right and expected[0] in " ".join(score["data_notes"]), name + done.stdout + done.stderr)
        for name in ("flat", "other"):
            score, done = self.scored("--data", self.path(name))
            right = score is None and done.returncode == 1 and len(done.stderr.splitlines()) == 1
            self.tried("parts and classes told apart", right, name + done.stdout + done.stderr)
        three, _ = self.scored("--data", self.path("three"))
        self.assertEqual((three["left_out"], three["left_out_reasons"]), (12, ["12 pictures of test (test/bee/0.png, ...)"]))

    def test_broken_pictures_have_no_part_in_a_score(self):
        data = self.path("d")
        classes(f"{data}/train", 6)
        classes(f"{data}/test", 2)
        spoil(f"{data}/test/cat/0.png")
        spoil(f"{data}/train/dog/3.png", b"")
        score, done = self.scored("--data", data)
        facts = (score["test_pictures"], score["train_pictures"], score["skipped"], score["skipped_test"])
        self.tried("broken pictures in evaluation data", facts == (5, 17, 2, 1), done.stdout)
        self.assertIn("cat/0.png", " ".join(score["skipped_pictures"]))
        text = self.eval("--data", data).stdout
        self.assertIn("1 of 6 test pictures and 1 of 18 training pictures could not be decoded", text)
        for name in ("cat", "dog"):
            for number in range(2):
                spoil(f"{data}/test/{name}/{number}.png")
        score, done = self.scored("--data", data)
        right = score is None and done.returncode == 1 and "4 of the 6 pictures" in done.stderr
        self.tried("broken pictures in evaluation data", right, done.stdout + done.stderr)

    def test_everything_beside_the_pictures_is_counted(self):
        data = self.path("d")
        classes(data, 10)
        for name in ("a.heic", "b.bmp", ".hidden.png", "notes.txt"):
            spoil(f"{data}/cat/{name}")
        os.symlink("nowhere", f"{data}/cat/gone.png")
        os.symlink("..", f"{data}/cat/up")
        os.mkfifo(f"{data}/cat/pipe.png")
        os.mkdir(f"{data}/cat/folder.png")
        shutil.copyfile(f"{data}/cat/0.png", f"{data}/loose.png")
        name = os.fsencode(f"{data}/dog/") + b"caf\xe9.png"
        classes(self.path("more"), 1)
        shutil.copyfile(self.path("more/dog/0.png"), name)
        score, done = self.scored("--data", data)
        said = " ".join(score["left_out_reasons"]) if score else ""
        for words in ("1 file .heic", "1 file .bmp", "1 hidden picture", "1 file .txt", "1 link to nowhere", "1 link to a folder above",
                      "1 pipe, socket or device", "1 picture in no class directory (loose.png)"):
            self.tried("what is found and not used", words in said, words + ": " + done.stdout + done.stderr)
        self.assertEqual(score["train_pictures"] + score["test_pictures"], 31, "the name that is no UTF-8 included")
        features = self.mvp("features", "--weights", WEIGHTS, "--images", data, "--output", self.path("f"), "--json")
        found = json.loads(features.stdout)
        self.tried("what is found and not used", found["shape"][0] == 32 and found["left_out"] == 7, features.stdout)
        with open(self.path("f"), "rb") as file:
            self.assertIn(rb"caf\\\\xE9.png", file.read(8192))

    def test_folders_that_may_not_be_read_are_named(self):
        if os.getuid() != 0:
            self.skipTest("needs root to become somebody else")
        data = self.path("d")
        classes(data, 10, ("cat", "dog", "bee", "cow"))
        os.chmod(f"{data}/bee", 0)
        os.chmod(f"{data}/cat/3.png", 0)
        os.chmod(self.folder, 0o755)
        command = [MVP, "eval", "--weights", WEIGHTS, "--data", data, "--kind", "knn", "--k", "5", "--json"]
        try:
            done = subprocess.run(command, env=self.environment(), user=65534, group=65534, capture_output=True, text=True, timeout=60)
        except PermissionError:
            self.skipTest("others may not run the program here")
        score = json.loads(done.stdout) if done.returncode == 0 else {}
        right = score.get("left_out_reasons") == ["1 folder that cannot be read: Permission denied (bee)"]
        self.tried("a folder that may not be read", right, done.stdout + done.stderr)
        self.tried("a picture that may not be read", score["skipped"] == 1 and "cat/3.png" in score["skipped_pictures"][0], done.stdout)

    def test_data_are_checked_before_the_first_step(self):
        classes(self.path("a"), 8)
        classes(self.path("b"), 3)
        classes(self.path("one"), 4, ("cat",))
        classes(self.path("other"), 4, ("cat", "cow"))
        classes(self.path("few"), 1)
        os.makedirs(self.path("empty"))
        os.symlink("a", self.path("link"))
        os.makedirs(self.path("flat"))
        spoil(self.path("flat/1.png"))
        shutil.copytree(self.path("a"), self.path("copy"))
        with open(SMALL) as file:
            text = file.read().split("evals:")[0].replace("steps: 100000", "steps: 3")
        for train, test, words in [
            ("a", "a", "same folder"), ("a", "link", "same folder"), ("a", "a/cat", "class"), ("one", "one", "one class"),
            ("a", "other", "cow"), ("flat", "b", "class directories"), ("a", "empty", "no pictures"), ("few", "b", "neighbours"),
            ("a", "copy", "copies"),
        ]:
            data = f"evals:\n  at_end: [knn]\n  knn: {{k: 5}}\n  data: {{kind: folder, train_path: {train}, test_path: {test}}}\n"
            done = self.mvp("run", self.session("s", text + data), "--headless", "--json")
            right = done.returncode == 1 and words in done.stderr and not self.losses(done.stdout)
            self.tried("evaluation data at fault, before the first step", right, f"{train}, {test}: {done.stderr}")
            done = self.eval("--train", self.path(train), "--test", self.path(test))
            self.tried("the same for mvp eval", done.returncode == 1 and words in done.stderr and not done.stdout, f"{train}, {test}: {done.stderr}")
        session = self.session("s", text + "evals:\n  at_end: []\n")
        for asked in ("knn k=100000", "knn k=0", "what"):
            done = self.mvp("run", session, "--headless", "--evaluate", asked)
            self.tried("evaluations that are asked for, before the first step", done.returncode in (1, 2) and "step 1" not in done.stdout, done.stdout)
        good = f"evals:\n  at_end: [knn]\n  knn: {{k: 5}}\n  data: {{kind: folder, train_path: a, test_path: b}}\n"
        done = self.mvp("run", self.session("good", text + good), "--headless", "--json")
        results = [line for line in self.lines(done.stdout) if line["event"] == "eval_result"]
        facts = [(line["classes"], line["train_pictures"], line["test_pictures"], line["skipped"]) for line in results]
        self.assertEqual(facts, [(3, 24, 9, 0)], done.stdout + done.stderr)
