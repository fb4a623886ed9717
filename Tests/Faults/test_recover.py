"""Whole checkpoints are enough: a run store that is lost or damaged comes back from them, and what is given by a path needs none."""

import glob
import os
import shutil

from faults import SMALL, FaultTest
from pictures import write_noise


class Recover(FaultTest):
    def setUp(self):
        super().setUp()
        with open(SMALL) as file:
            text = file.read().replace("steps: 100000", "steps: 40").replace("checkpoint_every: 0", "checkpoint_every: 10")
        self.path = self.session("small", text)
        self.home = os.path.join(self.folder, "sessions", "small")
        self.store = os.path.join(self.home, "runs.sqlite")
        self.whole = self.losses(self.mvp("run", self.path, "--sessions", "whole", "--headless", "--json").stdout)
        self.mvp("run", self.path, "--headless", "--steps", 15)
        self.checkpoint = glob.glob(os.path.join(self.home, "checkpoints", "*", "15"))[0]
        self.name = os.path.basename(os.path.dirname(self.checkpoint))
        self.mvp("eval", "small", "--kind", "knn")

    # What becomes of a store; each returns nothing.
    def lost(self):
        for path in glob.glob(self.store + "*"):
            os.remove(path)

    def overwritten(self, data):
        for path in glob.glob(self.store + "-*"):
            os.remove(path)
        with open(self.store, "wb") as file:
            file.write(data)

    def cut(self, share):
        for path in glob.glob(self.store + "-*"):
            os.remove(path)
        os.truncate(self.store, int(os.path.getsize(self.store) * share) // 4096 * 4096)

    def check_resume(self, fault, *arguments):
        resumed = self.mvp("run", *(arguments or (self.path,)), "--headless", "--json", "--resume")
        losses = self.losses(resumed.stdout)
        self.tried(fault, losses == {step: self.whole[step] for step in range(16, 41)},
                   f"status {resumed.returncode}: {resumed.stderr}{resumed.stdout[-300:]}")

    def test_a_store_that_is_lost_or_damaged(self):
        faults = {
            "lost": self.lost, "emptied": lambda: self.overwritten(b""),
            "overwritten by garbage": lambda: self.overwritten(b"\xa5" * 20000),
            "cut to a half": lambda: self.cut(0.5), "cut to a page": lambda: self.overwritten(first_page),
        }
        with open(self.store, "rb") as file:
            first_page = file.read(4096)
        keep = os.path.join(self.folder, "keep")
        shutil.copytree(self.home, keep)
        for name, fault in faults.items():
            shutil.rmtree(self.home)
            shutil.copytree(keep, self.home)
            fault()
            before = open(self.store, "rb").read() if os.path.exists(self.store) else None
            told = self.mvp("run", self.path, "--headless", "--resume")
            self.tried(f"store {name}: --resume tells how it comes back",
                       told.returncode == 1 and "`mvp runs recover small`" in told.stderr, told.stdout + told.stderr)
            recovered = self.mvp("runs", "recover", "small")
            self.tried(f"store {name}: recovered", recovered.returncode == 0 and f"recovered {self.name}" in recovered.stdout,
                       recovered.stdout + recovered.stderr)
            if before is not None and "kept as" in recovered.stdout:
                kept = glob.glob(self.store + ".damaged-*")
                self.assertTrue(any(open(path, "rb").read() == before for path in kept), kept)
            self.check_resume(f"store {name}: the run goes on bit for bit")
            listed = self.mvp("runs", "--json").stdout
            self.assertIn('"step":40', listed)

    def test_one_damaged_store_hides_no_other(self):
        shutil.copytree(self.home, os.path.join(self.folder, "sessions", "other"))
        self.overwritten(b"\xa5" * 20000)
        runs = self.mvp("runs", "--json")
        self.tried("one of two stores is damaged", '"session":"other"' in runs.stdout and "small" in runs.stderr
                   and runs.returncode == 0, runs.stdout + runs.stderr)
        follow = self.mvp("attach", "other", "--json")
        self.tried("attach to the other one", f'"run":"{self.name}"' in follow.stdout, follow.stderr)

    def test_checkpoints_by_path(self):
        stored = self.mvp("eval", self.checkpoint, "--kind", "knn", "--json")
        self.assertIn(f'"run":"{self.name}"', stored.stdout)
        self.overwritten(b"\xa5" * 20000)
        free = self.mvp("eval", self.checkpoint, "--kind", "knn", "--json")
        scores = [line["score"] for line in self.lines(stored.stdout + free.stdout)]
        self.tried("eval of a checkpoint without a store", free.returncode == 0 and len(scores) == 2 and scores[0] == scores[1]
                   and "not kept" in free.stderr, free.stderr)
        features = self.mvp("features", "--weights", self.checkpoint, "--images", self.pictures(), "--output", "f.safetensors")
        self.tried("features by a checkpoint without a store", features.returncode == 0, features.stderr)
        alone = os.path.join(self.folder, "elsewhere", "15")
        shutil.copytree(self.checkpoint, alone)
        self.check_resume("resume of a checkpoint beside a damaged store", self.checkpoint)
        self.assertEqual(len(glob.glob(self.store + ".damaged-*")) > 0, True)
        older = self.mvp("run", alone, "--headless", "--resume")
        self.tried("resume of a checkpoint that has later ones", older.returncode == 1 and "later checkpoint" in older.stderr,
                   older.stdout + older.stderr)
        shutil.rmtree(os.path.join(self.folder, "sessions"))
        self.check_resume("resume of a copied checkpoint alone", alone)

    def pictures(self):
        folder = os.path.join(self.folder, "pictures")
        os.mkdir(folder)
        write_noise(os.path.join(folder, "a.png"), 1)
        return folder
