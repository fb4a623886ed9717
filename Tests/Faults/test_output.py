"""What is written where: through links, into devices and pipes, onto full disks, into the right home."""

import json
import os
import stat
import subprocess
import time

from faults import MVP, ROOT, SMALL, FaultTest
from pictures import classes

FORMS = ("npy", "csv", "parquet")
WEIGHTS = os.path.join(ROOT, "Sources", "Models", "Resources", "teachers", "dino.safetensors")


# A writer that goes by the ending of a name.
ENDINGS = {"export onnx": ".onnx", "export torch": ".pth"}


class Output(FaultTest):
    def path(self, name):
        return os.path.join(self.folder, name)

    def short(self, steps=3):
        with open(SMALL) as file:
            return self.session("short", file.read().replace("steps: 100000", f"steps: {steps}"))

    def writers(self):
        """What writes a file, as far as it can be begun with a name for it."""
        classes(self.path("d"), 2)
        self.mvp("run", self.short(), "--headless")
        script = self.path("script")

        def screen(name):
            with open(script, "w") as file:
                file.write(f"size 80x24\nwait step 1\nscreen {name}\nquit\n")
            return ["run", self.path("short.yaml"), "--script", script]

        return {
            "features --output": lambda name: ["features", "--weights", WEIGHTS, "--images", self.path("d"), "--output", name],
            "bench --export": lambda name: ["bench", "--config", "tiny-32", "--batch", "1", "--export", name],
            **{f"features {form}": lambda name, form=form: [
                "features", "--weights", WEIGHTS, "--images", self.path("d"), "--form", form, "--output", name] for form in FORMS},
            "--script screen": screen,
            "export jsonl": lambda name: ["export", "short", "--to", "jsonl", "--output", name],
            "export onnx": lambda name: ["export", WEIGHTS, "--to", "onnx", "--output", name],
            "export torch": lambda name: ["export", WEIGHTS, "--to", "torch", "--output", name],
            "export csv": lambda name: ["export", "short", "--to", "csv", "--output", name],
            "export tensorboard": lambda name: ["export", "short", "--to", "tensorboard", "--output", name],
            "report": lambda name: ["report", "short", "--output", name],
            "report --markdown": lambda name: ["report", "short", "--markdown", "--output", name],
            "init": lambda name: ["init", self.path("d"), "--teacher", WEIGHTS, "--minutes", "1", "--force", "--output", name],
        }

    def test_a_link_stays_a_link(self):
        for writer, command in self.writers().items():
            ending = ENDINGS.get(writer, "")
            target, link = self.path("target" + ending), self.path("link" + ending)
            for text in ("old", None):
                if text:
                    with open(target, "w") as file:
                        file.write(text)
                os.symlink("target" + ending, link)
                done = self.mvp(*command(link))
                right = done.returncode == 0 and os.path.islink(link) and os.path.getsize(target) > 100
                self.tried("a link is written through", right, writer + done.stderr)
                os.unlink(link)
                os.unlink(target)

    def test_devices_and_pipes_take_what_is_written(self):
        for writer, command in self.writers().items():
            pipe = self.path("pipe")
            os.mkfifo(pipe)
            with open(self.path("got"), "w") as file:
                reader = subprocess.Popen(["cat", pipe], stdout=file)
            self.processes.append(reader)
            done = self.mvp(*command(pipe))
            reader.wait(timeout=20)
            right = done.returncode == 0 and stat.S_ISFIFO(os.lstat(pipe).st_mode) and os.path.getsize(self.path("got")) > 100
            self.tried("a pipe is written into", right, writer + done.stderr)
            os.unlink(pipe)
            done = self.mvp(*command("/dev/full"))
            right = done.returncode == 1 and "No space left" in done.stderr and stat.S_ISCHR(os.lstat("/dev/full").st_mode)
            self.tried("a full device is said", right, writer + str(done.returncode) + done.stderr)
            if writer != "--script screen":
                self.assertEqual(self.mvp(*command("/dev/null")).returncode, 0)
                self.tried("a device stays one", stat.S_ISCHR(os.lstat("/dev/null").st_mode))

    def test_a_full_standard_output_is_a_failure(self):
        session = self.short()
        self.mvp("run", session, "--headless")
        data = self.path("d")
        classes(data, 10)
        for arguments in [
            ("run", session, "--headless"), ("run", session, "--json"), ("runs",), ("runs", "--json"), ("masks",), ("masks", "--json"),
            ("--help",), ("--version",), ("doctor", "--json"), ("system", "--once"), ("system", "--json"), ("attach", "short", "--json"),
            ("query", "SELECT * FROM metrics"), ("query", "SELECT * FROM metrics", "--csv"), ("query", "--schema"),
            ("runs", "prune"), ("weights", "pull", "--list"), ("weights", WEIGHTS), ("methods",), ("check", session),
            ("export", "short", "--to", "jsonl", "--output", "-"), ("report", "short", "--markdown", "--output", "-"),
            ("export", "short", "--to", "csv", "--output", "-"), ("report", "short", "--output", "-"),
            ("eval", "--weights", WEIGHTS, "--data", data, "--kind", "knn", "--k", "5"), ("bench", "--peak"),
            ("features", "--weights", WEIGHTS, "--images", data, "--output", self.path("f")),
        ]:
            with open("/dev/full", "w") as full:
                done = self.begin(*arguments, stdout=full)
                _, errors = done.communicate(timeout=60)
            right = done.returncode == 1 and errors.count("standard output cannot be written (No space left on device)") == 1
            self.tried("a full standard output", right and len(errors.splitlines()) == 1, f"{arguments} {done.returncode} {errors}")

    def test_a_closed_standard_output_is_a_failure(self):
        session = self.short()
        self.mvp("run", session, "--headless")
        for arguments in [
            ("runs",), ("runs", "--json"), ("masks", "--json"), ("--help",), ("query", "SELECT * FROM metrics"), ("weights", WEIGHTS),
            ("export", "short", "--to", "csv", "--output", "-"), ("report", "short", "--output", "-"), ("doctor",), ("methods",),
            ("weights", "pull", "--list"), ("completions", "bash"),
        ]:
            done = subprocess.run(
                [MVP, *arguments], cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                preexec_fn=lambda: os.close(1), timeout=60)
            right = done.returncode == 1 and done.stderr.count("standard output cannot be written (Bad file descriptor)") == 1
            self.tried("a closed standard output", right and len(done.stderr.splitlines()) == 1, f"{arguments} {done.returncode} {done.stderr}")

    def test_a_reader_that_goes_away_is_no_failure(self):
        session = self.short(400)
        for arguments in [("run", session, "--json"), ("masks", "--json"), ("--help",), ("system", "--json", "--interval", "0.2")]:
            reading, writing = os.pipe()
            process = self.begin(*arguments, stdout=writing)
            os.close(writing)
            os.read(reading, 10)
            os.close(reading)
            _, errors = process.communicate(timeout=60)
            self.tried("a reader that goes away", process.returncode == 0 and not errors, f"{arguments} {process.returncode} {errors}")

    def test_home_is_the_variable(self):
        home = self.path("home")
        os.makedirs(home)
        classes(os.path.join(home, "d"), 10)
        with open(os.path.join(home, "s.yaml"), "w") as file, open(SMALL) as small:
            file.write(small.read().replace("steps: 100000", "steps: 2"))
        os.rename(os.path.join(home, "s.yaml"), os.path.join(home, "mine.yaml"))
        with open(os.path.join(home, "w.safetensors"), "wb") as file, open(WEIGHTS, "rb") as weights:
            file.write(weights.read())
        with open(os.path.join(home, "script"), "w") as file:
            file.write("size 80x24\nwait step 1\nscreen ~/screen\nquit\n")
        for arguments, made in [
            (("run", "~/mine.yaml", "--sessions", "~/sessions", "--headless"), "sessions/mine/runs.sqlite"),
            (("run", "~/mine.yaml", "--sessions", "~/sessions", "--script", "~/script", "--set", "schedule.steps=1000"), "screen"),
            (("eval", "--weights", "~/w.safetensors", "--data", "~/d", "--kind", "knn", "--k", "5"), "d"),
            (("features", "--weights", "~/w.safetensors", "--images", "~/d", "--output", "~/f"), "f"),
            (("bench", "--config", "tiny-32", "--batch", "1", "--export", "~/e"), "e"),
            (("run", "~/mine.yaml", "--sessions", "~/other", "--headless", "--set", "data.kind=folder", "--set", "data.path=~/d",
              "--set", "evals.data.kind=none", "--set", "evals.at_end=[]"), "other/mine/runs.sqlite"),
        ]:
            done = self.mvp(*arguments, HOME=home)
            right = done.returncode == 0 and os.path.exists(os.path.join(home, made))
            self.tried("the home folder", right, f"{arguments} {done.returncode} {done.stderr}")
        done = self.mvp("runs", "--json", HOME=home, MVP_SESSIONS="~/sessions")
        self.tried("the home folder", len(done.stdout.splitlines()) == 2, done.stdout + done.stderr)
        self.assertLess(abs(json.loads(done.stdout.splitlines()[0])["updated"] - time.time()), 600)
        done = self.mvp("runs", "--sessions", "~no-such-user/x", HOME=home)
        self.tried("an unknown user's home", done.returncode == 2 and "there is no user no-such-user" in done.stderr, done.stderr)
