"""However the workbench is left, the terminal is as it was before."""

import ctypes
import os
import re
import signal
import sqlite3
import termios
import time
import unittest

from support import WorkbenchTest
from terminal import MVP, ROOT, SESSION, Program, mvp, run_workbench

LEAVES_SCREEN = b"\x1b[?1049l"
ENTERS_SCREEN = b"\x1b[?1049h"
SHOWS_CURSOR = (b"\x1b[?25h", b"\x1b[?12l\x1b[?25h", b"\x1b[34h\x1b[?25h")
ENDS_PASTE = b"\x1b[?2004l"


def pts_name(master):
    """The path of the other end; Python has os.ptsname only from 3.13 on."""
    library = ctypes.CDLL(None)
    name = ctypes.create_string_buffer(128)
    if library.ptsname_r(master, name, len(name)) != 0:
        raise OSError("no name for the terminal")
    return name.value.decode()


class Leaving(WorkbenchTest):
    def setUp(self):
        super().setUp()
        self.sides = []
        self.addCleanup(lambda: [os.close(side) for side in self.sides])

    def begin(self, *more, **keywords):
        program = run_workbench(self.sessions, *more, home=self.home, **keywords)
        self.addCleanup(program.close)
        # The shell's side of the terminal, held open so that its settings can be read after the program has ended.
        self.side = os.open(pts_name(program.fd), os.O_RDWR | os.O_NOCTTY)
        self.sides.append(self.side)
        return program

    def assert_restored(self, program, cooked=True):
        if program.fd is not None:
            program.pump(0.3)
        last = program.sent[program.sent.rfind(ENTERS_SCREEN):]
        self.assertIn(LEAVES_SCREEN, last)
        self.assertIn(ENDS_PASTE, last)
        # The wheel means to the terminal what it meant before, and no mouse mode was ever set.
        self.assertIn(b"\x1b[?1007r", last)
        for mode in (b"?1000h", b"?1002h", b"?1003h", b"?1006h"):
            self.assertNotIn(mode, program.sent)
        self.assertTrue(any(way in last for way in SHOWS_CURSOR), last[-200:])
        if not cooked:
            return
        local = termios.tcgetattr(self.side)[3]
        self.assertTrue(local & termios.ECHO and local & termios.ICANON and local & termios.ISIG)

    def started(self, *more, **keywords):
        program = self.begin(*more, **keywords)
        program.wait_text("RUNNING")
        program.wait_step(2)
        return program

    def test_quit(self):
        program = self.started()
        program.type("q")
        program.wait_text("checkpoint and stop")
        program.type("c")
        self.assertEqual(program.wait_exit(), 0)
        self.assert_restored(program)
        self.assertIn(b"stopped after step", program.sent)

    def test_detaching_hands_the_run_over(self):
        """The shell comes back, the run goes on in a process that the closing of the terminal does not reach, with the losses of a
        run that was left alone."""
        program = self.started("--steps", "300")
        program.type("p")
        program.wait_text("PAUSED")
        program.type("q")
        program.wait_text("detach, the run goes on")
        program.type("d")
        self.assertEqual(program.wait_exit(), 0)
        self.assert_restored(program)
        told = program.sent[program.sent.rfind(LEAVES_SCREEN):].decode()
        found = re.search(r"([a-z0-9-]+) goes on from step (\d+) without a terminal, in process (\d+)", told)
        self.assertIsNotNone(found, told)
        run, step, process = found[1], int(found[2]), int(found[3])
        self.addCleanup(self.end, process)
        self.assertIn(f"`mvp attach small {run} --sessions {self.sessions}` brings it back", told)
        # Nothing of it belongs to this terminal any more.
        self.assertNotEqual(os.getsid(process), program.pid)
        for descriptor in os.listdir(f"/proc/{process}/fd"):
            self.assertNotIn("/dev/pts", os.readlink(f"/proc/{process}/fd/{descriptor}"))
        os.close(self.sides.pop())
        program.hang_up()
        viewer = Program([MVP, "attach", "small", run, "--sessions", self.sessions], home=self.home)
        self.addCleanup(viewer.close)
        viewer.wait_text(f"attached to process {process}")
        viewer.wait_text("PAUSED")
        viewer.type("p")
        viewer.wait_text("STOPPED")
        viewer.type("q")
        self.assertEqual(viewer.wait_exit(), 0)
        handed = self.losses(self.sessions)
        self.assertEqual(len(handed), 300)
        self.assertLess(step, 300)
        alone = os.path.join(self.folder, "alone")
        result = mvp("run", SESSION, "--sessions", alone, "--headless", "--steps", "300")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(handed, self.losses(alone))

    def losses(self, sessions):
        with sqlite3.connect(os.path.join(sessions, "small", "runs.sqlite")) as store:
            return store.execute("SELECT step, loss FROM metrics ORDER BY step").fetchall()

    def detach_by_a_script(self, session):
        script = os.path.join(self.folder, "script")
        with open(script, "w") as file:
            file.write("wait step 3\nkeys :\ntype detach\nkeys enter\nsleep 60\n")
        return mvp(
            "run", session, "--sessions", self.sessions, "--script", script,
            env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": self.home})

    def test_detaching_by_name(self):
        result = self.detach_by_a_script(SESSION)
        self.assertEqual(result.returncode, 0, result.stderr)
        process = int(re.search(r"in process (\d+)", result.stdout)[1])
        log = re.search(r"what it prints goes to (\S+)", result.stdout)[1]
        self.end(process, signal.SIGTERM)
        with open(log) as file:
            self.assertIn("bit for bit", file.read())

    def test_a_run_that_cannot_be_handed_over_waits_in_its_checkpoint(self):
        os.makedirs(os.path.join(self.sessions, "small"))
        open(os.path.join(self.sessions, "small", "logs"), "w").close()
        result = self.detach_by_a_script(SESSION)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"could not be handed over \(.*\); it waits in the checkpoint of step \d+")
        run = re.search(r"--resume --run (\S+)`", result.stderr)[1]
        resumed = mvp(
            "run", SESSION, "--sessions", self.sessions, "--resume", "--run", run, "--headless", "--steps", "1")
        self.assertEqual(resumed.returncode, 0, resumed.stderr)

    @staticmethod
    def end(process, number=signal.SIGKILL):
        """Ends a process that is no child of this one, and waits until it is gone."""
        for attempt in range(200):
            try:
                if attempt == 0:
                    os.kill(process, number)
                os.kill(process, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)
        raise AssertionError(f"process {process} does not end")

    def test_sigterm_checkpoints_and_restores(self):
        program = self.started()
        program.signal(signal.SIGTERM)
        self.assertEqual(program.wait_exit(), 128 + signal.SIGTERM)
        self.assert_restored(program)
        resumed = mvp(
            "run", SESSION, "--sessions", self.sessions, "--resume", "--headless", "--json", "--steps", "1")
        self.assertEqual(resumed.returncode, 0, resumed.stderr)

    def test_crash(self):
        for crash in (signal.SIGSEGV, signal.SIGABRT, signal.SIGILL):
            with self.subTest(signal=crash):
                program = self.started()
                program.signal(crash)
                self.assertEqual(program.wait_exit(), -crash)
                self.assert_restored(program)
                program.close()

    def test_lost_terminal_does_not_end_the_run(self):
        program = self.started("--steps", "400")
        os.close(self.sides.pop())
        program.hang_up()
        program.signal(signal.SIGHUP)
        time.sleep(0.5)
        before = time.process_time()
        self.assertEqual(program.wait_exit(60), 0)
        self.assertLess(time.process_time() - before, 10)

    def test_stray_output_goes_to_the_log(self):
        # The program's own standard error while the screen stands.
        program = self.started()
        with open(f"/proc/{program.pid}/fd/2", "w") as errors:
            errors.write("a library says something\n")
        program.pump(0.5)
        self.assertNotIn("a library says", program.text())
        program.show("log")
        program.wait_text("a library says something")
        program.wait_text("stderr")

    def test_control_z_and_fg_in_a_shell(self):
        shell = Program(["/bin/bash", "--norc", "--noprofile", "-i"], home=self.home, env={"PS1": "shell> "})
        self.addCleanup(shell.close)
        shell.wait_text("shell>")
        shell.type(f"cd {ROOT}; {MVP} run {SESSION} --sessions {self.sessions}\r")
        shell.wait_text("RUNNING")
        shell.wait_step(2)
        shell.type("\x1a")
        shell.wait_text("Stopped")
        # The shell's own line editing takes the line settings over at once.
        self.assert_restored(shell, cooked=False)
        shell.type("echo still-$((40+2))-here\r")
        shell.wait_text("still-42-here")
        shell.type("fg\r")
        shell.wait_text("RUNNING")
        shell.show("log")
        shell.wait_text("log")
        shell.type("q")
        shell.wait_text("checkpoint and stop")
        shell.type("s")
        shell.wait_text("stopped after step")
        # The shell's own line editing takes the line settings over at once.
        self.assert_restored(shell, cooked=False)


if __name__ == "__main__":
    unittest.main()
