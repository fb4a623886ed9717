"""Runs of several machines in one workbench: two sshd on loopback with sessions of their own, and one that is not."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import unittest

from support import WorkbenchTest
from terminal import MVP, ROOT, SESSION, Program, mvp

sys.path.append(os.path.join(ROOT, "Tests", "Faults"))
import sshd  # noqa: E402


@unittest.skipIf(sshd.missing(), f"nothing over SSH: {sshd.missing()}")
class Hosts(WorkbenchTest):
    def setUp(self):
        super().setUp()
        self.servers = {}
        lines = []
        for name in ("one", "two"):
            self.servers[name] = sshd.Server(os.path.join(self.folder, "ssh-" + name))
            self.addCleanup(self.servers[name].close)
            lines.append(f"{name} --program {MVP} --sessions {self.sessions_of(name)}\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            nobody = probe.getsockname()[1]
        lines.append(f"# nobody listens there\ngone = three --program {MVP}\n")
        os.makedirs(os.path.join(self.home, ".config", "mvp"))
        with open(os.path.join(self.home, ".config", "mvp", "hosts"), "w") as file:
            file.writelines(lines)
        config = os.path.join(self.folder, "ssh_config")
        with open(config, "w") as file:
            for name, port in [(name, server.port) for name, server in self.servers.items()] + [("three", nobody)]:
                server = self.servers.get(name, self.servers["one"])
                file.write(
                    f"Host {name}\n  HostName 127.0.0.1\n  Port {port}\n  IdentityFile {server.path('key')}\n"
                    f"  UserKnownHostsFile {server.path('known')}\n")
            file.write("Host *\n  StrictHostKeyChecking no\n  LogLevel ERROR\n  IdentityAgent none\n")
        self.environment = {"MVP_SSH_COMMAND": f"ssh -F {config}"}

    def sessions_of(self, name):
        return os.path.join(self.folder, "sessions-" + name)

    def train(self, sessions, *more):
        result = mvp("run", SESSION, "--sessions", sessions, "--headless", "--set", "threads=1", "--steps", "40", *more)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(mvp("runs", "--sessions", sessions, "--json").stdout.splitlines()[0])["run"]

    def host(self, sessions):
        process = subprocess.Popen(
            [MVP, "run", SESSION, "--sessions", sessions, "--headless", "--set", "threads=1"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            lines = mvp("runs", "--sessions", sessions, "--json").stdout.splitlines()
            names = [run["run"] for run in map(json.loads, lines) if run["state"] == "running" and run["step"] > 0]
            if names:
                return names[0]
            time.sleep(0.1)
        self.fail("the run did not begin")

    def lines(self, *more):
        environment = {**os.environ, **self.environment, "HOME": self.home}
        environment.pop("XDG_CONFIG_HOME", None)
        return subprocess.run(
            [MVP, *more], env=environment, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)

    def attach(self, *more):
        program = Program(
            [MVP, "attach", *more, "--sessions", self.sessions], home=self.home, env=self.environment, columns=160,
            rows=40)
        self.addCleanup(program.close)
        return program

    def test_lists_of_all_machines(self):
        here = self.train(self.sessions)
        there = {name: self.train(self.sessions_of(name)) for name in self.servers}
        listed = self.lines("runs", "--hosts", "--sessions", self.sessions, "--json")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        runs = [json.loads(line) for line in listed.stdout.splitlines()]
        self.assertEqual(
            {(run.get("host"), run["session"], run["run"]) for run in runs},
            {(None, "small", here), ("one", "small", there["one"]), ("two", "small", there["two"])})
        self.assertIn("gone cannot be reached", listed.stderr)
        table = self.lines("runs", "--hosts", "--sessions", self.sessions)
        for text in ("one:small", "two:small", there["one"], here):
            self.assertIn(text, table.stdout)
        # A file that says nothing that is understood is named with its line.
        with open(os.path.join(self.home, ".config", "mvp", "hosts"), "a") as file:
            file.write("one two three\n")
        wrong = self.lines("runs", "--hosts", "--sessions", self.sessions)
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("line 5", wrong.stderr)

    def test_one_workbench_for_all_of_them(self):
        here = self.train(self.sessions)
        ended = self.train(self.sessions_of("one"))
        live = self.host(self.sessions_of("two"))
        program = self.attach()
        program.wait_text("one:small/" + ended, 30)
        program.wait_text("two:small/" + live, 30)
        program.wait_text("gone cannot be reached", 40)
        self.assertIn(here, program.text())
        # Laid over the curves of a run here, as another run of this machine is.
        self.mark(program, "one:small/" + ended)
        program.type("v")
        program.show("curves")
        program.wait_text("one:small/" + ended)
        # Opened in its place, and steered over there.
        program.show("runs")
        self.mark(program, "two:small/" + live)
        program.type("\r")
        program.wait_text("attached on two", 20)
        program.wait_text("RUNNING", 20)
        step = self.step_of(program)
        program.wait_step(step + 3)
        program.type("p")
        program.wait_text("PAUSED")
        program.type("p")
        program.wait_text("RUNNING")
        # The list of a run over there has the others, those of this machine by their session.
        program.show("runs")
        program.wait_text("small/" + here, 20)
        program.wait_text("one:small/" + ended, 20)
        # And back to a run here.
        self.mark(program, "small/" + here)
        program.type("\r")
        program.wait_text(f"{here} was opened, read-only", 20)
        program.type("q")
        self.assertEqual(program.wait_exit(), 0)
        self.assertNotIn("relay --desk", subprocess.run(["ps", "ax"], capture_output=True, text=True).stdout)

    def test_a_run_by_the_name_of_its_machine(self):
        live = self.host(self.sessions_of("two"))
        program = Program(
            [MVP, "attach", "two:small"], home=self.home, env={**self.environment, "MVP_SESSIONS": self.sessions},
            columns=120, rows=40)
        self.addCleanup(program.close)
        program.wait_text("attached on two", 30)
        # The title cuts a long name.
        program.wait_text("two:small/" + live[:6])
        program.type("q")
        program.wait_text("detach, the run goes on")
        program.type("\r")
        self.assertEqual(program.wait_exit(), 0)

    @staticmethod
    def step_of(program):
        return int(re.search(r"step +(\d+)/", program.text()).group(1))

    def mark(self, program, name):
        """Moves the mark onto a run of the list."""
        program.type("k" * 12)
        for _ in range(12):
            program.pump(0.4)
            # The pane below tells of the marked run.
            if any(line.startswith("┌ " + name + " ") for line in program.lines()):
                return
            program.type("j")
        self.fail(f"{name} is not in the list:\n{program.text()}")


if __name__ == "__main__":
    unittest.main()
