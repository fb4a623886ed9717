"""What is in the way outside the program never ends a run that has unsaved state: it waits, says so once, tries again, goes on, and the
losses are those of a run that nothing was in the way of."""

import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import unittest

from faults import LONG, SMALL, FaultTest
from pictures import write_stripes


def can_mount():
    folder = "/tmp/mvp-mount-probe-%d" % os.getpid()
    os.makedirs(folder, exist_ok=True)
    try:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True).returncode:
            return False
        subprocess.run(["umount", folder], capture_output=True)
        return True
    except OSError:
        return False
    finally:
        os.rmdir(folder)


MOUNTS = can_mount()
needs_mounts = unittest.skipUnless(MOUNTS, "small file systems cannot be mounted here: that takes root")


class Live:
    """A run of which the lines are read as they come."""

    def __init__(self, process):
        self.process = process
        self.events = []
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            if line.startswith("{"):
                self.events.append(json.loads(line))

    @property
    def step(self):
        return max((event["step"] for event in list(self.events) if event["event"] == "step"), default=0)

    def saw(self, event, **fields):
        return [line for line in list(self.events)
                if line["event"] == event and all(line.get(name) == value for name, value in fields.items())]

    def waits(self):
        """Whether it stands still for a cause."""
        return any(line.get("cause") for line in self.saw("state"))

    @property
    def losses(self):
        return {line["step"]: line["loss"] for line in list(self.events) if line["event"] == "step"}

    def end(self, seconds=120):
        status = self.process.wait(timeout=seconds)
        self.thread.join(10)
        return status

    @property
    def summary(self):
        return self.saw("finished")[-1]


class EnvironmentTest(FaultTest):
    def small_disk(self, megabytes, at=None):
        """A file system of so many MiB; its path. Gone with the test."""
        folder = at or os.path.join(self.folder, "disk")
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", folder], capture_output=True)
        return folder

    def fill(self, folder):
        """Takes all the room there is; the file that takes it."""
        path = os.path.join(folder, "filler")
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for size in (65536, 4096):
            try:
                while True:
                    os.write(file, b"\0" * size)
            except OSError:
                pass
        os.close(file)
        return path

    def text(self, steps, checkpoint_every=0, extra=""):
        with open(SMALL) as file:
            text = file.read()
        return text.replace("steps: 100000", f"steps: {steps}").replace(
            "checkpoint_every: 0", f"checkpoint_every: {checkpoint_every}") + extra

    def pictures(self, count=24):
        folder = os.path.join(self.folder, "pictures")
        for group in ("a", "b"):
            os.makedirs(os.path.join(folder, group))
            for index in range(count // 2):
                write_stripes(os.path.join(folder, group, f"{index}.png"), index + (1 if group == "a" else 40))
        return folder

    def live(self, *arguments, **environment):
        return Live(self.begin("run", *arguments, "--headless", "--json", stderr=subprocess.DEVNULL, **environment))

    def whole(self, text, *arguments):
        """The losses of a run that nothing is in the way of."""
        run = self.mvp("run", self.session("whole", text), "--headless", "--json", *arguments, seconds=900)
        return self.losses(run.stdout)

    def store(self, sessions, name):
        return sqlite3.connect(os.path.join(sessions, name, "runs.sqlite"), timeout=20, isolation_level=None)

    def check_told_once(self, live, condition="environment"):
        self.assertEqual(len(live.saw("health", condition=condition, active=True)), 1, live.saw("health"))
        over = live.saw("health", condition=condition, active=False)
        self.assertEqual(len(over), 1)
        self.assertIn("failed", over[0]["cause"])


@needs_mounts
class FullDisk(EnvironmentTest):
    def run_on(self, disk, name, text, *arguments):
        return self.live(self.session(name, text), "--sessions", disk, *arguments)

    def test_at_a_checkpoint(self):
        text = self.text(400, 100)
        whole = self.whole(text)
        for index in self.rounds(1, 20):
            disk = self.small_disk(24, os.path.join(self.folder, f"disk{index}"))
            live = self.run_on(disk, "full", text)
            self.wait(lambda: live.step >= 10, what="steps")
            filler = self.fill(disk)
            self.wait(live.waits, what="the run to wait")
            time.sleep(0.05)
            os.unlink(filler)
            status = live.end()
            self.tried("disk full at a checkpoint", status == 0 and live.losses == whole, f"status {status}, {live.events[-1]}")
            self.assertEqual(live.summary["outcome"], "finished")
            self.check_told_once(live)
            steps = self.store(disk, "full").execute("SELECT step FROM metrics ORDER BY step").fetchall()
            self.assertEqual([step for step, in steps], list(range(1, 401)))

    def test_at_the_last_step(self):
        text = self.text(300)
        whole = self.whole(text)
        for index in self.rounds(1, 10):
            disk = self.small_disk(24, os.path.join(self.folder, f"disk{index}"))
            live = self.run_on(disk, "last", text)
            self.wait(lambda: live.step >= 10, what="steps")
            filler = self.fill(disk)
            self.wait(live.waits, what="the run to wait")
            self.assertEqual(live.saw("state")[-1]["state"], "stopping")
            time.sleep(0.3)
            os.unlink(filler)
            status = live.end()
            self.tried("disk full at the last step", status == 0 and live.losses == whole, f"status {status}")
            self.assertTrue(os.path.isdir(live.summary["checkpoint"]))
            self.check_told_once(live)

    def stopped_on_full_disk(self, extra="", frees_after=None, by=signal.SIGTERM):
        text = self.text(3000, 0, extra)
        disk = self.small_disk(24, os.path.join(self.folder, "disk%d" % len(os.listdir(self.folder))))
        live = self.run_on(disk, "stop", text)
        self.wait(lambda: live.step >= 30, what="steps")
        filler = self.fill(disk)
        live.process.send_signal(by)
        if frees_after is not None:
            self.wait(live.waits, what="the run to wait")
            time.sleep(frees_after)
            os.unlink(filler)
        status = live.end(40)
        if os.path.exists(filler):
            os.unlink(filler)
        return live, status, disk

    def resumed(self, live, disk):
        """The losses of a run that was stopped, and of its second part of 100 steps; the same without a stop."""
        last = live.summary["step"]
        again = self.mvp(
            "run", os.path.join(self.folder, "stop.yaml"), "--sessions", disk, "--resume", "--headless", "--json", "--steps", 100)
        self.assertEqual(again.returncode, 0, again.stderr)
        steps = self.losses(again.stdout)
        self.assertEqual(min(steps), last + 1)
        return {**live.losses, **steps}

    def test_at_a_signal(self):
        whole = self.whole(self.text(3000), "--steps", 900)
        for _ in self.rounds(1, 5):
            live, status, disk = self.stopped_on_full_disk(frees_after=0.5)
            both = self.resumed(live, disk)
            same = all(whole[step] == loss for step, loss in both.items())
            self.tried("SIGTERM on a full disk that has room again", status == 143 and same, f"status {status}")
            elsewhere = os.path.join(self.folder, "elsewhere%d" % len(os.listdir(self.folder)))
            live, status, disk = self.stopped_on_full_disk(f"\nhealth: {{elsewhere: {elsewhere}}}\n")
            self.assertTrue(live.summary["checkpoint"].startswith(elsewhere), live.summary)
            both = self.resumed(live, disk)
            same = all(whole[step] == loss for step, loss in both.items())
            self.tried("SIGTERM on a full disk, written elsewhere", status == 143 and same, f"status {status}")

    def test_at_a_signal_and_for_good(self):
        began = time.monotonic()
        live, status, disk = self.stopped_on_full_disk()
        self.assertEqual(status, 75)
        self.assertLess(time.monotonic() - began, 30)
        self.assertEqual(live.summary["outcome"], "failed")
        self.assertEqual(live.summary["status"], 75)
        self.assertIn("lost", live.summary["reason"])

    def test_nobody_waits_longer_than_the_session_says(self):
        text = self.text(200, 0, "\nhealth: {wait: 1}\n")
        disk = self.small_disk(24)
        live = self.run_on(disk, "wait", text)
        self.wait(lambda: live.step >= 10, what="steps")
        filler = self.fill(disk)
        self.assertEqual(live.end(40), 75)
        state, reason = self.store(disk, "wait").execute("SELECT state, reason FROM runs").fetchone()
        self.assertEqual(state, "failed")
        self.assertIn("no space left", reason)
        os.unlink(filler)

    def test_a_stop_gives_another_place(self):
        disk = self.small_disk(24)
        live = self.run_on(disk, "stop", self.text(3000, 50))
        self.wait(lambda: live.step >= 10, what="steps")
        self.fill(disk)
        self.wait(live.waits, what="the run to wait")
        client = socket.socket(socket.AF_UNIX)
        name = live.saw("started")[0]["run"]
        client.connect(os.path.join(disk, "stop", "locks", name + ".sock"))
        place = os.path.join(self.folder, "given")
        command = {"version": 1, "command": "stop", "checkpoint": True, "elsewhere": place}
        client.sendall((json.dumps(command) + "\n").encode())
        self.assertEqual(live.end(30), 0)
        step = live.summary["step"]
        self.assertEqual(live.summary["checkpoint"], f"{place}/{name}/{step}")
        self.assertEqual(os.readlink(os.path.join(disk, "stop", "checkpoints", name, str(step))), f"{place}/{name}/{step}")


@needs_mounts
class ReadOnly(EnvironmentTest):
    def test_a_file_system_that_is_read_only_for_a_while(self):
        text = self.text(400, 100)
        whole = self.whole(text)
        sessions = os.path.join(self.folder, "sessions")
        disk = self.small_disk(24, os.path.join(sessions, "ro", "checkpoints"))
        for attempt in range(3):
            live = self.live(self.session("ro", text), "--sessions", sessions)
            self.wait(lambda: live.step >= 5, what="steps")
            if subprocess.run(["mount", "-o", "remount,ro", disk], capture_output=True).returncode == 0:
                break
            live.end()
        self.wait(live.waits, what="the run to wait")
        time.sleep(0.4)
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        status = live.end()
        self.tried("a file system read-only for a while", status == 0 and live.losses == whole, f"status {status}")
        self.check_told_once(live)


class Data(EnvironmentTest):
    def folder_text(self, folder, steps):
        return self.text(steps).replace(
            "data: {kind: scenes, seed: 0, range: [100000, 100256], image_size: 64}",
            f"data: {{kind: folder, path: {folder}, image_size: 64}}").replace("preview: {count: 4}", "preview: {count: 2}")

    def test_a_folder_of_pictures_is_away_for_half_a_second(self):
        folder = self.pictures()
        text = self.folder_text(folder, 600)
        whole = self.whole(text)
        self.assertEqual(len(whole), 600)
        for index in self.rounds(1, 20):
            for part in ("", "/a"):
                live = self.live(self.session(f"away{index}{len(part)}", text))
                self.wait(lambda: live.step >= 20, what="steps")
                os.rename(folder + part, folder + part + "-gone")
                self.wait(live.waits, what="the run to wait")
                time.sleep(0.5)
                os.rename(folder + part + "-gone", folder + part)
                status = live.end()
                self.tried(
                    "a folder of pictures away for half a second", status == 0 and live.losses == whole,
                    f"status {status}, {live.events[-1]}")
                self.check_told_once(live)

    def test_a_picture_that_is_gone_for_good_is_left_out_in_the_end(self):
        folder = self.pictures()
        live = self.live(self.session("gone", self.folder_text(folder, 600)))
        self.wait(lambda: live.step >= 20, what="steps")
        for name in ("a/1.png", "b/2.png", "b/3.png"):
            os.unlink(os.path.join(folder, name))
        self.tried("pictures deleted while training", live.end() == 0)
        skipped = [line for line in live.saw("message", level="warning") if "skipped" in line["text"]]
        self.assertEqual(len(skipped), 3, skipped)

    def test_reading_fails_for_a_while(self):
        shim = self.shim("""
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <fcntl.h>
            #include <stdarg.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            static int fails(const char *path) {
              const char *flag = getenv("FLAG");
              size_t length = strlen(path);
              return length > 4 && !strcmp(path + length - 4, ".png") && flag && access(flag, F_OK) == 0;
            }
            #define OPEN(name) \\
              int name(const char *path, int flags, ...) { \\
                static int (*real)(const char *, int, mode_t); \\
                if (!real) real = dlsym(RTLD_NEXT, #name); \\
                va_list list; va_start(list, flags); mode_t mode = va_arg(list, mode_t); va_end(list); \\
                if (fails(path)) { errno = NUMBER; return -1; } \\
                return real(path, flags, mode); \\
              }
            OPEN(open)
            OPEN(open64)
            """)
        if shim is None:
            self.skipTest("no C compiler")
        folder = self.pictures()
        text = self.folder_text(folder, 400)
        whole = self.whole(text)
        for number in (("EIO", "EMFILE") if not LONG else ("EIO", "EMFILE", "ENFILE", "ESTALE", "ENOMEM", "ETIMEDOUT")):
            library = shim(number)
            flag = os.path.join(self.folder, "flag")
            live = self.live(self.session("reading" + number, text), LD_PRELOAD=library, FLAG=flag)
            self.wait(lambda: live.step >= 20, what="steps")
            open(flag, "w").close()
            self.wait(live.waits, what="the run to wait")
            time.sleep(0.3)
            os.unlink(flag)
            status = live.end()
            self.tried(f"{number} while pictures are read", status == 0 and live.losses == whole, f"status {status}")
            self.check_told_once(live)

    def shim(self, source):
        """Compiles a library that fails with an error number: a function of its name."""
        compiler = shutil.which("cc") or shutil.which("clang")
        if compiler is None:
            return None
        path = os.path.join(self.folder, "shim.c")
        with open(path, "w") as file:
            file.write(source)

        def compiled(number):
            library = os.path.join(self.folder, f"shim-{number}.so")
            subprocess.run([compiler, "-shared", "-fPIC", "-O1", f"-DNUMBER={number}", path, "-o", library, "-ldl"], check=True)
            return library
        return compiled


class Store(EnvironmentTest):
    def locked(self, live, folder, name, seconds):
        """Locks the store for a while; the steps made meanwhile."""
        other = self.store(folder, name)
        other.execute("BEGIN EXCLUSIVE")
        first = live.step
        time.sleep(seconds)
        last = live.step
        return other, last - first

    def test_another_process_holds_it(self):
        steps = 40000 if LONG else 1500
        text = self.text(steps, 50)
        whole = self.whole(text)
        sessions = os.path.join(self.folder, "sessions")
        live = self.live(self.session("locked", text), "--sessions", sessions)
        self.wait(lambda: live.step >= 50, what="steps")
        before = len(live.saw("checkpoint"))
        other, made = self.locked(live, sessions, "locked", 75 if LONG else 3)
        checkpoints = len(live.saw("checkpoint")) - before
        other.execute("ROLLBACK")
        status = live.end(600)
        self.tried("a store that another process holds", status == 0 and live.losses == whole, f"status {status}")
        self.assertGreater(made, 50, "steps while the store was locked")
        self.assertGreater(checkpoints, 0, "no checkpoint was written while the store was locked")
        self.check_told_once(live, "store")
        stored = dict(other.execute("SELECT step, loss FROM metrics").fetchall())
        self.assertEqual(stored, whole)
        self.assertEqual(other.execute("SELECT count(*) FROM checkpoints").fetchone()[0], steps // 50)

    def test_the_run_ends_and_is_killed_while_another_process_holds_it(self):
        for index in self.rounds(1, 10):
            for end in ("finished", "kill"):
                steps = 600
                text = self.text(steps, 100)
                sessions = os.path.join(self.folder, "sessions")
                name = f"{end}{index}"
                live = self.live(self.session(name, text), "--sessions", sessions)
                self.wait(lambda: live.step >= 50, what="steps")
                other = self.store(sessions, name)
                other.execute("BEGIN EXCLUSIVE")
                if end == "kill":
                    self.wait(lambda: live.step >= 450, what="steps")
                    live.process.kill()
                status = live.end(60)
                other.execute("ROLLBACK")
                self.assertEqual(self.mvp("runs", name, "--sessions", sessions).returncode, 0)
                state, last = other.execute("SELECT state, last_step FROM runs").fetchone()
                if end == "kill":
                    again = self.mvp("run", self.session(name, text), "--sessions", sessions, "--headless", "--json", "--resume")
                    self.assertEqual(again.returncode, 0, again.stderr)
                else:
                    self.assertEqual((status, state, last), (0, "finished", steps))
                stored = [step for step, in other.execute("SELECT step FROM metrics ORDER BY step")]
                self.tried("a run that ends while its store is held", stored == list(range(1, steps + 1)), f"{len(stored)} steps")


class Descriptors(EnvironmentTest):
    def test_more_clients_than_descriptors(self):
        text = self.text(2500, 100)
        whole = self.whole(text)
        sessions = os.path.join(self.folder, "sessions")
        live = self.live(self.session("crowd", text), "--sessions", sessions)
        self.wait(lambda: live.step >= 20, what="steps")
        resource.prlimit(live.process.pid, resource.RLIMIT_NOFILE, (80, 80))
        path = os.path.join(sessions, "crowd", "locks", live.saw("started")[0]["run"] + ".sock")
        clients = []
        for _ in range(120):
            client = socket.socket(socket.AF_UNIX)
            client.setblocking(False)
            try:
                client.connect(path)
                clients.append(client)
            except OSError:
                client.close()
                time.sleep(0.005)
        status = live.end()
        for client in clients:
            client.close()
        self.tried("more clients than descriptors", status == 0 and live.losses == whole, f"status {status}, {live.events[-1]}")
        self.assertEqual(live.saw("health", condition="environment", active=True), [])
        told = [line for line in live.saw("message") if "nobody more can attach" in line["text"]]
        self.assertGreaterEqual(len(told), 1)
        self.assertLess(len(told), 20)
