"""A terminal that goes away, by whatever way, ends no run: SIGINT and SIGTERM do."""

import fcntl
import json
import os
import pty
import random
import re
import select
import shlex
import signal
import sqlite3
import struct
import termios
import threading
import time
import unittest

import sshd
from faults import MVP, SMALL, FaultTest

# What a lost terminal may send late, and what else would end a process that does not listen.
STRAYS = (
    signal.SIGCONT, signal.SIGWINCH, signal.SIGHUP, signal.SIGPIPE, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM,
    signal.SIGCONT,
)


class Window:
    """A program on a pseudo terminal whose other end a thread reads, until it is closed."""

    def __init__(self, arguments, environment, folder):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(folder)
                os.execvpe(arguments[0], arguments, environment)
            finally:
                os._exit(127)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.sent = b""
        self.is_open = True
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while self.is_open:
            if not select.select([self.master], [], [], 0.01)[0]:
                continue
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            if not data:
                return
            self.sent += data

    def type(self, text):
        os.write(self.master, text.encode())

    def close(self):
        if self.is_open:
            self.is_open = False
            self.reader.join()
            os.close(self.master)

    def end(self):
        """Nothing of it is left behind."""
        self.close()
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


class TerminalTest(FaultTest):
    def setUp(self):
        super().setUp()
        self.draws = random.Random(11)
        self.runs = []
        self.addCleanup(self.end_runs)

    def end_runs(self):
        for process in self.runs:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def window(self, arguments, folder):
        environment = self.environment(
            TERM="xterm-256color", PS1="shell> ", OPENBLAS_NUM_THREADS="1", SHELL="/bin/bash")
        window = Window(arguments, environment, folder)
        self.addCleanup(window.end)
        return window

    def place(self, name):
        folder = os.path.join(self.folder, name)
        os.makedirs(folder)
        return folder

    @staticmethod
    def command(folder):
        return [MVP, "run", SMALL, "--sessions", os.path.join(folder, "sessions")]

    def stored(self, folder, question):
        """Rows of the run's store; none while it is not there."""
        path = os.path.join(folder, "sessions", "small", "runs.sqlite")
        try:
            store = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
        except sqlite3.OperationalError:
            return []
        try:
            return store.execute(question).fetchall()
        except sqlite3.OperationalError:
            return []
        finally:
            store.close()

    def step(self, folder):
        rows = self.stored(folder, "SELECT last_step FROM runs")
        return rows[0][0] if rows else 0

    def process(self, folder):
        """The run's process, by the words that began it."""
        wanted = os.path.join(folder, "sessions")
        for entry in os.listdir("/proc"):
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    words = file.read().decode(errors="replace").split("\0")
            except OSError:
                continue
            if words[0] == MVP and wanted in words:
                return int(entry)
        return None

    @staticmethod
    def state(process):
        try:
            with open(f"/proc/{process}/stat") as file:
                return file.read().rsplit(")", 1)[1].split()[0]
        except OSError:
            return "gone"

    def trains(self, folder):
        """Waits until the run trains; its process."""
        self.wait(lambda: self.step(folder) > 2, what="the first steps")
        process = self.process(folder)
        self.assertIsNotNone(process)
        self.runs.append(process)
        time.sleep(self.draws.random() * 0.4)
        return process

    def goes_on(self, folder, process, seconds=15):
        """Why the run does not go on, or None."""
        start = self.step(folder)
        end = time.monotonic() + seconds
        while self.step(folder) < start + 3:
            if time.monotonic() > end:
                state = self.stored(folder, "SELECT state, reason FROM runs")
                return f"no step after {start} in {seconds} s; process {self.state(process)}, store {state}"
            time.sleep(0.05)
        return None

    def ends_well(self, folder, process):
        """Why the run does not end as SIGTERM asks, or None."""
        os.kill(process, signal.SIGTERM)
        end = time.monotonic() + 20
        while self.state(process) not in ("gone", "Z"):
            if time.monotonic() > end:
                return f"SIGTERM does not end it; process {self.state(process)}"
            time.sleep(0.02)
        state = self.stored(folder, "SELECT state FROM runs")
        saved = self.stored(folder, "SELECT step FROM checkpoints")
        if state != [("stopped",)] or saved != [(self.step(folder),)]:
            return f"store {state}, step {self.step(folder)}, checkpoints {saved}"
        return None

    def told(self, folder):
        """What the run's log says of its terminal."""
        lines = [json.loads(row[0]) for row in self.stored(folder, "SELECT line FROM events WHERE kind = 'message'")]
        return [line["text"] for line in lines if "goes on" in line["text"]]

    def survives(self, fault, folder, process):
        """The run trains on without its terminal, says so once, tells how to come back, and ends well."""
        why = self.goes_on(folder, process)
        if why is None:
            for stray in STRAYS:
                os.kill(process, stray)
                time.sleep(0.01)
            why = self.goes_on(folder, process)
        if why is None:
            told = self.told(folder)
            if len(told) != 1 or not re.search(rf"in process {process}; `mvp attach small \S+ --sessions", told[0]):
                why = f"told {told}"
        if why is None:
            why = self.ends_well(folder, process)
        self.tried(fault, why is None, why)


class Lost(TerminalTest):
    def test_the_other_end_is_closed(self):
        for index in self.rounds(5, 50):
            folder = self.place(f"close{index}")
            window = self.window(self.command(folder), folder)
            process = self.trains(folder)
            window.close()
            self.survives("terminal closed while training", folder, process)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(window.pid, 0)[1]), 128 + signal.SIGTERM)

    def test_the_shell_is_killed(self):
        for index in self.rounds(1, 20):
            folder = self.place(f"shell{index}")
            window = self.window(["/bin/bash", "--norc", "--noprofile", "-i"], folder)
            window.type(shlex.join(self.command(folder)) + "\r")
            process = self.trains(folder)
            os.kill(window.pid, signal.SIGKILL)
            self.survives("shell killed while training", folder, process)

    def test_the_shell_is_killed_while_it_is_stopped(self):
        for index in self.rounds(1, 10):
            folder = self.place(f"stopped{index}")
            window = self.window(["/bin/bash", "--norc", "--noprofile", "-i"], folder)
            window.type(shlex.join(self.command(folder)) + "\r")
            process = self.trains(folder)
            window.type("\x1a")
            self.wait(lambda: self.state(process) == "T", what="the stop")
            # Killed: a shell that ends by itself asks its stopped jobs to end, by SIGTERM.
            os.kill(window.pid, signal.SIGKILL)
            self.survives("shell killed while stopped by Ctrl-Z", folder, process)

    def test_lines_without_a_screen(self):
        for index in self.rounds(1, 20):
            folder = self.place(f"lines{index}")
            window = self.window(self.command(folder) + ["--plain"], folder)
            process = self.trains(folder)
            window.close()
            self.survives("terminal of a run in lines closed", folder, process)

    def test_begun_as_the_terminal_goes(self):
        """Whatever the moment: from the first instructions on."""
        for index in self.rounds(2, 30):
            folder = self.place(f"early{index}")
            window = self.window(self.command(folder), folder)
            self.wait(lambda: self.process(folder) is not None, what="the process")
            # The first part is the program's own: before it listens, the process is nobody's but the shell's.
            self.wait(lambda: self.catches_hangups(window.pid), what="its listening")
            time.sleep(self.draws.random() * 0.2)
            window.close()
            process = self.trains(folder)
            why = self.goes_on(folder, process) or self.ends_well(folder, process)
            self.tried("terminal closed as the run begins", why is None, why)

    @staticmethod
    def catches_hangups(process):
        with open(f"/proc/{process}/status") as file:
            caught = re.search(r"SigCgt:\s*([0-9a-f]+)", file.read())[1]
        return int(caught, 16) & 1 << (signal.SIGHUP - 1)

    @unittest.skipIf(sshd.missing(), f"no run over SSH: {sshd.missing()}")
    def test_the_ssh_client_is_killed(self):
        server = sshd.Server(os.path.join(self.folder, "ssh"))
        self.addCleanup(server.close)
        for index in self.rounds(2, 20):
            folder = self.place(f"ssh{index}")
            words = ["env", f"HOME={folder}", "LC_ALL=C.UTF-8", "SWIFT_BACKTRACE=enable=no"] + self.command(folder)
            window = self.window(server.client(f"cd {shlex.quote(folder)} && {shlex.join(words)}"), folder)
            process = self.trains(folder)
            os.kill(window.pid, signal.SIGKILL)
            self.survives("ssh client killed while training", folder, process)


class Shells(TerminalTest):
    """Job control: a run that is put behind a shell trains on and ends when it is asked to."""

    def begin_in_shell(self, name):
        folder = self.place(name)
        window = self.window(["/bin/bash", "--norc", "--noprofile", "-i"], folder)
        return folder, window

    def train_in_shell(self, folder, window):
        window.type(shlex.join(self.command(folder)) + "\r")
        return self.trains(folder)

    def test_in_the_background(self):
        for index in self.rounds(1, 5):
            folder, window = self.begin_in_shell(f"background{index}")
            process = self.train_in_shell(folder, window)
            window.type("\x1a")
            self.wait(lambda: self.state(process) == "T", what="the stop")
            window.type("bg\r")
            why = self.goes_on(folder, process) or self.ends_well(folder, process)
            self.tried("SIGTERM behind a shell", why is None, why)

    def test_stopped_from_outside_and_sent_to_the_background(self):
        for index in self.rounds(1, 5):
            folder, window = self.begin_in_shell(f"outside{index}")
            process = self.train_in_shell(folder, window)
            os.kill(process, signal.SIGSTOP)
            self.wait(lambda: self.state(process) == "T", what="the stop")
            window.type("bg\r")
            why = self.goes_on(folder, process) or self.ends_well(folder, process)
            self.tried("SIGSTOP and bg", why is None, why)

    def test_the_shell_behind_a_killed_one_has_the_terminal(self):
        for index in self.rounds(1, 5):
            folder, window = self.begin_in_shell(f"behind{index}")
            window.type("bash --norc --noprofile -i\r")
            process = self.train_in_shell(folder, window)
            with open(f"/proc/{process}/stat") as file:
                os.kill(int(file.read().rsplit(")", 1)[1].split()[1]), signal.SIGKILL)
            time.sleep(1.5)
            before = len(window.sent)
            why = self.goes_on(folder, process)
            # Not one byte over what the other shell writes, which does as it is told.
            if why is None and len(window.sent) > before:
                why = f"{len(window.sent) - before} bytes over the shell's"
            window.type("echo still-$((40+2))-here\r")
            self.wait(lambda: b"still-42-here" in window.sent, what="the shell")
            why = why or self.ends_well(folder, process)
            self.tried("the shell before it killed", why is None, why)
