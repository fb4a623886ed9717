"""Whole checkpoints are enough: a run store that is lost or damaged comes back from them, and what is given by a path needs none."""

import glob
import os
import shutil
import sqlite3
import subprocess

from faults import MVP, SMALL, FaultTest
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

    def test_a_store_with_another_kind_of_value(self):
        keep = os.path.join(self.folder, "keep")
        shutil.copytree(self.home, keep)
        shutil.copytree(self.home, os.path.join(self.folder, "sessions", "other"))
        for assignment in ["seed = 'x'", "created = 'today'", "total_steps = 'many'", "name = x'ff00'", "last_loss = 'nan'",
                           "updated = 1e300"]:
            shutil.rmtree(self.home)
            shutil.copytree(keep, self.home)
            database = sqlite3.connect(self.store)
            database.execute(f"UPDATE runs SET {assignment}")
            database.commit()
            database.close()
            runs = self.mvp("runs", "--json")
            self.tried(f"a store with {assignment}: the other is listed", '"session":"other"' in runs.stdout
                       and runs.returncode == 0 and len(runs.stderr.splitlines()) <= 1, runs.stdout + runs.stderr)
            attach = self.mvp("attach", self.name, "--json")
            self.tried(f"a store with {assignment}: the other is found", f'"run":"{self.name}"' in attach.stdout
                       or "several sessions have a run" in attach.stderr, attach.stdout[-300:] + attach.stderr)

    def test_a_store_that_may_only_be_read(self):
        for folder, folders, files in os.walk(os.path.join(self.folder, "sessions")):
            for name in folders + files:
                os.chmod(os.path.join(folder, name), 0o755 if name in folders else 0o644)
        before = sorted(os.listdir(self.home))
        # Root may write everything.
        other = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.geteuid() == 0 else []
        if not other:
            for folder, _, files in os.walk(self.home):
                os.chmod(folder, 0o555)
                for name in files:
                    os.chmod(os.path.join(folder, name), 0o444)
                self.addCleanup(os.chmod, folder, 0o755)
        os.chmod(self.folder, 0o755)
        def mvp(*arguments):
            return subprocess.run([*other, MVP, *arguments, "--sessions", os.path.join(self.folder, "sessions")],
                                  capture_output=True, text=True, cwd=self.folder, timeout=60)
        runs = mvp("runs", "--json")
        self.tried("a store that may only be read is listed", f'"run":"{self.name}"' in runs.stdout
                   and runs.returncode == 0 and not runs.stderr, runs.stdout + runs.stderr)
        attach = mvp("attach", "small", "--json")
        self.tried("its run is shown", f'"run":"{self.name}"' in attach.stdout and attach.returncode == 0, attach.stderr)
        note = mvp("runs", "note", "small", self.name, "seen")
        self.tried("it is not written", note.returncode == 1 and "cannot be opened for writing" in note.stderr, note.stderr)
        self.assertEqual(sorted(os.listdir(self.home)), before)

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
