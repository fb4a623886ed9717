"""Files, names and clients that mean no good, or are broken: refused in a line, at once, and nothing of them reaches a terminal raw."""

import glob
import json
import os
import shutil
import socket
import stat
import subprocess
import tempfile
import time
import unicodedata

from faults import MVP, SMALL, FaultTest
from small_files import vit_tensors, write_pictures, write_png, write_safetensors

ESCAPES = "\x1b]0;owned\x07\x1b[31mred\x9b31m\x7f\u202egnp\u2066\r"


def raw(text):
    """Characters of an output that a terminal might obey."""
    return [f"{ord(c):x}" for c in text if c != "\n" and (unicodedata.category(c) in ("Cc", "Cf") or c in "\u2028\u2029")]


class Hostile(FaultTest):
    seconds, megabytes = 1.0, 200

    def measured(self, *arguments, seconds=20):
        """Runs the program; the completed process with its wall time and the most memory that it had, in MB."""
        with tempfile.TemporaryFile("w+b") as out, tempfile.TemporaryFile("w+b") as errors:
            start = time.monotonic()
            process = subprocess.Popen([MVP, *map(str, arguments)], cwd=self.folder, env=self.environment(),
                                       stdin=subprocess.DEVNULL, stdout=out, stderr=errors)
            self.processes.append(process)
            while True:
                ended, status, usage = os.wait4(process.pid, os.WNOHANG)
                if ended:
                    break
                if time.monotonic() > start + seconds:
                    self.fail(f"{arguments} hangs")
                time.sleep(0.005)
            process.returncode = os.waitstatus_to_exitcode(status)
            took = time.monotonic() - start
            out.seek(0)
            errors.seek(0)
            read = [file.read().decode(errors="surrogateescape") for file in (out, errors)]
        return process.returncode, read[0], read[1], took, usage.ru_maxrss / 1024

    def refused(self, fault, *arguments, slack=1.0):
        status, _, errors, took, megabytes = self.measured(*arguments)
        lines = errors.strip().splitlines()
        self.tried(fault, status in (1, 2) and len(lines) == 1 and len(lines[0]) < 600 and took < self.seconds * slack
                   and megabytes < self.megabytes, f"{arguments}: {status}, {took:.2f} s, {megabytes:.0f} MB: {errors[:400]}")
        return errors

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path

    LAUGHS = "l0: &l0 [lol]\n" + "\n".join(
        f"l{n}: &l{n} [" + ",".join([f"*l{n - 1}"] * 10) + "]" for n in range(1, 10))
    MONSTERS = {
        "nested aliases": LAUGHS, "nested aliases in a key": LAUGHS + "\n? *l9\n: 1\n", "scalar of 50 MB": "about: " + "x" * (50 << 20),
        "key of 200 kB": "k" * 200_000 + ": 1\n", "nesting of brackets": "about: " + "[" * 100_000, "nesting of dashes": "- " * 100_000,
        "nesting of sections": "\n".join(" " * n + "a:" for n in range(500)), "200,000 values": "k: [" + "1," * 100_000 + "]",
        "binary": os.urandom(4096) + b"\0\xff\xfe"}

    def test_what_is_no_session_is_refused(self):
        for index, text in enumerate(["- a\n- b\n", "just words\n", "42\n", "[1, 2]\n", "", "\n# nothing\n", "---\n", "null\n", "{}\n",
                                      "student:\n"]):
            path = self.file(f"odd{index}.yaml", text)
            for more in ([], ["--set", "seed=1"], ["--set", "student.width=64", "--set", "schedule.steps=2"]):
                self.refused("session that is no mapping, or says nothing", "run", path, "--headless", *more)

    def test_monstrous_files_are_refused_at_once(self):
        script = self.file("script", "quit\n")
        for name, text in self.MONSTERS.items():
            path = self.file(name.replace(" ", "-") + ".yaml", text)
            self.refused(f"session: {name}", "run", path, "--headless")
            self.refused(f"session: {name}", "run", path, "--headless", "--set", "seed=1")
            self.refused(f"theme: {name}", "run", self.session(), "--theme", path, "--script", script, slack=3)
        for name, text in (("deep", "[" * 100_000), ("long", '{"theme": "' + "x" * (20 << 20) + '"}')):
            self.file(".config/mvp/workbench.json", text)
            status, _, errors, took, megabytes = self.measured("run", self.session(), "--script", script)
            self.tried(f"preferences: {name}", status == 0 and took < 3 and megabytes < 300, f"{status} {took} {megabytes} {errors}")

    def test_pipes_and_devices_are_not_read(self):
        pipe = os.path.join(self.folder, "pipe.yaml")
        os.mkfifo(pipe)
        script = self.file("script", "quit\n")
        pictures = write_pictures(os.path.join(self.folder, "pictures"))
        model = os.path.join(self.folder, "model")
        os.makedirs(model)
        weights = os.path.join(model, "model.safetensors")
        output = os.path.join(self.folder, "out.safetensors")
        features = ["features", "--images", pictures, "--output", output, "--weights"]
        for path in (pipe, "/dev/zero"):
            self.refused("pipe or device as a session", "run", path, "--headless")
            self.refused("pipe or device as a theme", "run", self.session(), "--theme", path, "--script", script, slack=3)
            self.refused("pipe or device as weights", *features, path, slack=3)
        os.mkfifo(os.path.join(self.folder, "sessions.yaml"))
        self.refused("pipe among the sessions", "run", "nothing", "--headless", "--sessions", self.folder)
        os.mkfifo(weights)
        self.refused("pipe as weights of a folder", *features, model, slack=3)
        os.remove(weights)
        write_safetensors(weights, vit_tensors())
        for name in ("config.json", "preprocessor_config.json"):
            os.mkfifo(os.path.join(model, name))
            self.refused("pipe as a configuration", *features, weights, slack=3)
            os.remove(os.path.join(model, name))
        os.mkfifo(os.path.join(pictures, "pipe.png"))
        status, out, errors, _, _ = self.measured(*features, weights, "--json")
        self.tried("pipe as a picture", status == 0 and "pipe.png" in out and "pipe" in out.replace("pipe.png", ""), out + errors)

    def test_a_picture_that_claims_a_gigabyte_gets_none(self):
        pictures = write_pictures(os.path.join(self.folder, "pictures"))
        with open(os.path.join(pictures, "0.png"), "rb") as file:
            png = file.read()
        for kind in (b"iTXt", b"pCAL", b"sCAL", b"sPLT", b"tEXt", b"zTXt", b"iCCP"):
            self.file(f"pictures/{kind.decode()}.png", png[:33] + b"\x7f\xff\0\0" + kind + png[33:])
        status, out, errors, _, megabytes = self.measured("data", pictures, "--json", "--no-crops")
        self.tried("chunk of a picture that claims a gigabyte", status == 0 and json.loads(out)["broken_count"] == 7
                   and megabytes < self.megabytes, f"{status} {megabytes:.0f} MB {out} {errors}")

    def test_nothing_raw_reaches_a_terminal(self):
        def seen(fault, *arguments):
            status, out, errors, _, _ = self.measured(*arguments)
            # A command that says nothing shows nothing.
            self.tried(fault, not raw(out) and not raw(errors) and out + errors, f"{arguments}: {raw(out)} {raw(errors)} {out}{errors}")
            return out

        script = self.file("script", "quit\n")
        pictures = write_pictures(os.path.join(self.folder, "pictures"))
        shutil.copy(os.path.join(pictures, "0.png"), os.path.join(pictures, ESCAPES + ".png"))
        self.file("pictures/broken" + ESCAPES + ".png", "no picture")
        strange = os.path.join(self.folder, "strange" + ESCAPES)
        os.makedirs(strange)
        session = os.path.join(strange, "s.yaml")
        with open(SMALL) as file:
            text = file.read()
        quoted = json.dumps(ESCAPES)
        with open(session, "w") as file:
            file.write(text + f"health: {{command: {quoted}}}\n")
        for more in ([], ["--json"]):
            seen("escapes in a session", "run", session, "--headless", "--steps", "2", *more)
        store = next(name for name in os.listdir(os.path.join(self.folder, "sessions")))
        run = json.loads(self.mvp("runs", "--json").stdout.splitlines()[0])["run"]
        self.assertEqual(self.mvp("runs", "note", store, run, "note " + ESCAPES).returncode, 0)
        self.assertEqual(self.mvp("runs", "tag", store, run, "tag" + ESCAPES).returncode, 0)
        for arguments in ([], ["--json"], ["--filter", ESCAPES], ["--tag", ESCAPES], [ESCAPES]):
            seen("escapes in notes and tags", "runs", *arguments)
        seen("escapes in notes and tags", "runs", "compare", store, run, run)
        seen("escapes in a run's name", "runs", "rename", store, run, ESCAPES)
        for arguments in (["run", ESCAPES], ["run", ESCAPES + ".yaml"], ["eval", ESCAPES], ["attach", ESCAPES], [ESCAPES], ["--" + ESCAPES],
                          ["run", session, "--headless", "--set", f"mask.kind={ESCAPES}"], ["run", session, "--headless", "--set", ESCAPES],
                          ["eval", store, "--kind", ESCAPES], ["features", "--weights", ESCAPES, "--images", ESCAPES, "--output", ESCAPES],
                          ["masks", "--kind", ESCAPES], ["teach", ESCAPES, "--output", "x"], ["run", session, "--theme", ESCAPES, "--script", script]):
            seen("escapes in arguments", *arguments)
        for value in (f"mask: {{kind: {quoted}}}", f"{quoted}: 1", f"guidance: {{{quoted}: x}}", f"guidance: {{start: {quoted}}}"):
            seen("escapes in values", "run", self.file("value.yaml", value + "\n"), "--headless")
        weights = os.path.join(strange, "weights.safetensors")
        output = os.path.join(self.folder, "out.safetensors")
        write_safetensors(weights, {**vit_tensors(), "blocks.0." + ESCAPES: ([1], [0])}, {"note": ESCAPES})
        seen("escapes in tensors' names", "features", "--weights", weights, "--images", pictures, "--output", output)
        write_safetensors(weights, {ESCAPES: ([1], [0])}, {"mvp.config": ESCAPES})
        seen("escapes in tensors' names", "features", "--weights", weights, "--images", pictures, "--output", output)
        write_safetensors(weights, {**vit_tensors(ESCAPES + "."), **vit_tensors("b.")})
        for more in ([], ["--json"]):
            seen("escapes in towers' and pictures' names", "features", "--weights", weights, "--images", pictures, "--output", output, *more)
        write_safetensors(weights, vit_tensors())
        self.file("strange" + ESCAPES + "/config.json", json.dumps({"model_type": ESCAPES}))
        seen("escapes in a configuration", "features", "--weights", weights, "--images", pictures, "--output", output)

    def test_closed_descriptors_lead_nowhere(self):
        for number, closed in enumerate([(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)]):
            session = self.session(f"closed{number}")
            process = subprocess.Popen(
                [MVP, "run", session, "--headless", "--steps", "3"], cwd=self.folder, env=self.environment(),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=lambda: [os.close(descriptor) for descriptor in closed])
            self.processes.append(process)
            status = process.wait(60)
            with open(os.path.join(self.folder, "sessions", f"closed{number}", "runs.sqlite"), "rb") as file:
                begin = file.read(16)
            listed = self.mvp("runs", f"closed{number}", "--json").stdout
            self.tried(f"descriptors {closed} closed", status == 0 and begin == b"SQLite format 3\0" and json.loads(listed)["step"] == 3, listed)

    def test_a_checkpoint_with_a_pipe_or_link_is_refused(self):
        self.mvp("run", self.session(), "--headless", "--steps", "3")
        checkpoint = glob.glob(os.path.join(self.folder, "sessions/small/checkpoints/*/*"))[0]
        for name in sorted(os.listdir(checkpoint)):
            place = os.path.join(checkpoint, name)
            kept = os.path.join(self.folder, "kept")
            os.rename(place, kept)
            for kind in ("pipe", "link", "device"):
                if kind == "pipe":
                    os.mkfifo(place)
                else:
                    os.symlink(kept if kind == "link" else "/dev/zero", place)
                for arguments in (["eval", "small", "--kind", "knn", "--k", "2"], ["run", self.session(), "--headless", "--resume"]):
                    status, _, errors, took, _ = self.measured(*arguments)
                    self.tried(f"{kind} inside a checkpoint", status == 1 and took < 5 and (name in errors or "run" in arguments),
                               f"{name}: {status} {errors}")
                os.remove(place)
            os.rename(kept, place)
        self.assertEqual(self.mvp("eval", "small", "--kind", "knn", "--k", "2").returncode, 0)

    def test_locks_and_stores_are_private(self):
        process = self.begin("run", self.session(), "--headless", "--json")
        self.wait(lambda: glob.glob(os.path.join(self.folder, "sessions/small/locks/*.sock")), what="the socket")
        for pattern, mode in (("runs.sqlite*", 0o600), ("locks/*", 0o600), ("locks", 0o700)):
            for path in glob.glob(os.path.join(self.folder, "sessions/small", pattern)):
                self.tried("rights of locks and stores", stat.S_IMODE(os.stat(path).st_mode) == mode, path)
        process.terminate()
        process.communicate()


class Clients(FaultTest):
    """A run that others are attached to."""

    def setUp(self):
        super().setUp()
        self.process = self.begin("run", self.session(), "--headless", "--json", stdout=subprocess.DEVNULL)
        self.wait(lambda: glob.glob(os.path.join(self.folder, "sessions/small/locks/*.sock")), what="the socket")
        self.path = glob.glob(os.path.join(self.folder, "sessions/small/locks/*.sock"))[0]

    def connect(self):
        client = socket.socket(socket.AF_UNIX)
        client.connect(self.path)
        client.settimeout(20)
        self.addCleanup(client.close)
        return client, client.makefile("r", errors="replace")

    def say(self, client, **command):
        client.sendall(json.dumps({"version": 1, **command}).encode() + b"\n")

    def until(self, lines, wanted, seconds=30):
        """The first event for which `wanted` holds."""
        end = time.monotonic() + seconds
        for line in lines:
            event = json.loads(line)
            if wanted(event):
                return event
            if time.monotonic() > end:
                break
        self.fail("waited in vain")

    def test_live_values_have_bounds(self):
        client, lines = self.connect()
        for key in ("optimizer.learning_rate_scale", "optimizer.clip_gradient", "mask.masked", "schedule.eval_every", "objective.tokens"):
            for value in ("1e308", "inf", "-inf", "nan", "-1", "9" * 60_000, "[" * 60_000, "{a: &a [1], b: *a}", "\x1b[31m"):
                self.say(client, command="change", key=key, value=value)
                told = self.until(lines, lambda event: event["event"] == "setting" or event.get("level") == "error")
                self.tried("live value out of bounds", told["event"] == "message" and "stays as it is" in told["text"]
                           and len(told["text"]) < 500, str(told)[:300])
        self.say(client, command="change", key="optimizer.learning_rate_scale", value="0.5")
        self.until(lines, lambda event: event["event"] == "setting" and event["to"] == "0.5")
        for key, value in (("optimizer.learning_rate", "1e308"), ("optimizer.learning_rate_scale", "inf"), ("schedule.epochs", "1e300"),
                           ("data.range", "[0, 9000000000000000000]"), ("student.width", "65536")):
            done = self.mvp("run", self.session("other"), "--headless", "--set", f"{key}={value}")
            self.tried("session's number out of bounds", done.returncode == 1 and "must be" in done.stderr, done.stderr)

    def test_clients_have_a_limit(self):
        before = [self.connect() for _ in range(32)]
        for _, lines in before:
            self.until(lines, lambda event: event["event"] == "started")
        for _ in self.rounds(10, 200):
            _, lines = self.connect()
            told = [json.loads(line) for line in lines]
            self.tried("client beyond the limit", len(told) == 1 and told[0]["event"] == "finished" and "attached" in told[0]["reason"], told)
        done = self.mvp("attach", "small", "--plain")
        self.tried("client beyond the limit", done.returncode != 0 and "others are attached" in done.stderr, done.stderr)
        self.until(before[0][1], lambda event: event["event"] == "message" and "turned away" in event["text"])
        for client, _ in before[1:]:
            client.shutdown(socket.SHUT_RDWR)
            client.close()
        self.until(before[0][1], lambda event: event["event"] == "message" and "left" in event["text"])
        time.sleep(0.5)
        _, lines = self.connect()
        self.until(lines, lambda event: event["event"] == "step")
        self.tried("run beside many clients", self.process.poll() is None)

    def test_evaluations_and_commands_have_a_limit(self):
        client, lines = self.connect()
        self.until(lines, lambda event: event["event"] == "step")
        for _ in range(60):
            self.say(client, command="evaluate", kind="linear")
        told = self.until(lines, lambda event: event["event"] == "eval_failure")
        self.tried("evaluation beyond the limit", "wait already" in told["reason"], told)
        client.sendall(b'{"version":1,"command":"pause"}\n{"version":1,"command":"resume"}\n' * 20_000)
        told = self.until(lines, lambda event: event["event"] == "message" and "not obeyed" in event["text"])
        self.say(client, command="stop", checkpoint=False)
        self.until(lines, lambda event: event["event"] == "finished", 60)
        self.tried("flood of commands", self.process.wait(30) == 0)

    def test_broken_lines_harm_nobody(self):
        watcher, seen = self.connect()
        for line in (b"[" * 60_000, b'{"a":' * 10_000, b"\0" * 60_000, b"x" * 200_000, b'{"version":1e999,"command":"stop"}',
                     b'{"version":1,"command":"advance","count":99999999999999999999}', b'{"version":1,"command":"preview","index":-5}',
                     b'{"version":1,"command":"inspect","index":9223372036854775807}', b'{"version":1,"command":"cancel_eval","id":-1}',
                     b'{"version":1,"command":"evaluate","kind":"knn","options":{"k":"' + b"9," * 20_000 + b'"}}', b"\xff\xfe\x9b31m"):
            client, _ = self.connect()
            try:
                client.sendall(line + b"\n")
            except OSError:
                pass
            client.close()
        self.say(watcher, command="advance", count=1)
        self.until(seen, lambda event: event["event"] == "step")
        first = self.until(seen, lambda event: event["event"] == "step")
        self.tried("broken lines on the control socket", self.process.poll() is None and first["step"] > 0)
