"""The mouse, where it is asked for, as terminals report it."""

import json
import os
import re
import signal
import unittest

from support import WorkbenchTest
from terminal import MVP, ROOT, SESSION, Program, run_workbench

ON = (b"\x1b[?1002h", b"\x1b[?1006h")
OFF = (b"\x1b[?1006l", b"\x1b[?1002l")
LEAVES_SCREEN = b"\x1b[?1049l"


class Mouse(WorkbenchTest):
    def started(self, *more, **keywords):
        program = run_workbench(self.sessions, *more, home=self.home, columns=120, rows=40, **keywords)
        self.addCleanup(program.close)
        program.wait_text("RUNNING")
        program.wait_step(20)
        program.type("p")
        program.wait_text("PAUSED")
        return program

    def mouse(self, program, button, x, y, end="M"):
        """As xterm reports it; columns and rows count from 0 here."""
        program.type(f"\x1b[<{button};{x + 1};{y + 1}{end}")

    def drag(self, program, button, start, *ends):
        self.mouse(program, button, *start)
        for end in ends:
            self.mouse(program, button + 32, *end)
        self.mouse(program, button, *ends[-1], end="m")

    def width_of_the_loss(self, program):
        return program.lines()[2].index("┌", 1)

    def assert_never_asked(self, program):
        for mode in (b"?1000", b"?1002", b"?1003", b"?1005", b"?1006", b"?1015"):
            self.assertNotIn(mode, program.sent)

    def assert_given_back(self, program):
        """Told before the screen is left, and not asked for again."""
        if program.fd is not None:
            program.pump(0.3)
        for on, off in zip(ON, OFF):
            self.assertGreater(program.sent.rfind(off), program.sent.rfind(on))
            self.assertLess(program.sent.rfind(off), program.sent.rfind(LEAVES_SCREEN))

    def quit(self, program, ended=None):
        """Stops the run; a program in a shell has ended when the shell shows a text."""
        program.type("q")
        program.wait_text("stop without a checkpoint")
        program.type("s")
        if ended:
            program.wait_text(ended)
        else:
            self.assertEqual(program.wait_exit(), 0)

    def test_off_until_it_is_asked_for(self):
        program = self.started()
        width = self.width_of_the_loss(program)
        # A terminal that another program left in a mouse mode presses no keys either.
        self.drag(program, 0, (width, 8), (width + 8, 8))
        program.pump(0.5)
        self.assertEqual(self.width_of_the_loss(program), width)
        self.assertNotIn("mouse", program.text())
        self.quit(program)
        self.assert_never_asked(program)

    def test_a_key_turns_it_on_and_off(self):
        program = self.started()
        program.type("M")
        program.wait_text("mouse on")
        for mode in ON:
            self.assertEqual(program.sent.count(mode), 1)
        program.type("M")
        program.wait_text("mouse off")
        self.assert_given_back_in_the_screen(program)
        program.type("M")
        program.wait_text("mouse on")
        self.quit(program)
        self.assert_given_back(program)

    def assert_given_back_in_the_screen(self, program):
        for on, off in zip(ON, OFF):
            self.assertGreater(program.sent.rfind(off), program.sent.rfind(on))

    def test_dragging_a_border_is_remembered(self):
        program = self.started("--mouse")
        width = self.width_of_the_loss(program)
        self.drag(program, 0, (width, 8), (width + 3, 9), (width + 8, 9))
        program.wait(lambda: self.width_of_the_loss(program) == width + 8, what="a wider loss")
        self.quit(program)
        with open(os.path.join(self.home, ".config", "mvp", "workbench.json")) as file:
            remembered = json.load(file)
        self.assertTrue(remembered["usesMouse"])
        self.assertAlmostEqual(remembered["dashboard"]["loss"], (width + 8) / 120, places=6)
        program = self.started()
        self.assertIn(ON[0], program.sent)
        self.assertEqual(self.width_of_the_loss(program), width + 8)
        program.type("0")
        program.wait(lambda: self.width_of_the_loss(program) == width, what="the loss as at first")
        program = self.started("--no-mouse")
        self.assert_never_asked(program)

    def test_reading_out_and_zooming(self):
        program = self.started("--mouse")
        program.show("curves")
        program.wait_text("x step")
        line = program.lines()[4]
        left, right = line.index("│", 1) + 1, line.index("│", 10)
        if line[left - 1] != "│":
            self.fail(line)
        self.drag(program, 0, (left, 5), (left + 2, 5), (left + 12, 5))
        program.wait(lambda: re.search(r" steps? \d+", program.lines()[-3]) is not None, what="a read-out")
        bounds = self.last_tick_bound(program)
        step = int(re.search(r" steps? (\d+)", program.lines()[-3])[1])
        self.assertAlmostEqual(step, bounds * 12.5 / (right - left), delta=max(2, bounds / (right - left)))
        # The right button moves it without a drag, and in every pane.
        self.mouse(program, 2, left + 4, 5)
        program.wait(
            lambda: int(re.search(r" steps? (\d+)", program.lines()[-3])[1]) < step, what="another read-out")
        program.type("\x1b")
        program.wait_text("x step")
        for _ in range(2):
            self.mouse(program, 64, left + 4, 5)
        program.wait_text("part, end follows")
        for _ in range(4):
            self.mouse(program, 65, left + 4, 5)
        program.wait_gone("part, end follows")
        # A key of the footer.
        row = next(row for row, line in enumerate(program.lines()) if "p resume" in line)
        self.mouse(program, 0, program.lines()[row].index("p resume"), row)
        program.wait_text("RUNNING")

    def last_tick_bound(self, program):
        """The step at the right end of the first plot: ticks lie as far apart in steps as in columns."""
        rows = program.lines()
        axis = next(row for row in range(4, 20) if "└" in rows[row] and "┬" in rows[row])
        pane = rows[axis][:rows[axis].index("│", 10)]
        ticks = [column for column, glyph in enumerate(pane) if glyph == "┬"]
        labels = [int(text) for text in re.findall(r"\d+", rows[axis + 1][:len(pane)]) if int(text) > 0]
        start = pane.index("└") + 1
        return labels[0] * (len(pane) - start) / (ticks[0] + 0.5 - start)

    def test_broken_reports_press_nothing(self):
        program = self.started("--mouse")
        before = program.text()
        for report in ("\x1b[<", "0;1", "\x1b[<;;M", "\x1b[<999;1;1M", "\x1b[<0;0;0M", "\x1b[<0;1;1q", "\x1b[<p;1;1M"):
            program.type(report)
            program.pump(0.1)
        self.assertIn("PAUSED", program.text())
        self.assertEqual(program.lines()[2:30], before.split("\n")[2:30])
        # Cut where a slow link may cut it.
        width = self.width_of_the_loss(program)
        whole = f"\x1b[<0;{width + 1};9M"
        for cut in range(2, len(whole)):
            program.type(whole[:cut])
            program.pump(0.1)
            program.type(whole[cut:])
            self.mouse(program, 32, width - 1, 8)
            program.wait(lambda: self.width_of_the_loss(program) == width - 1, what=f"a drag, cut at {cut}")
            self.mouse(program, 32, width, 8)
            self.mouse(program, 0, width, 8, end="m")
            program.wait(lambda: self.width_of_the_loss(program) == width, what="the border as before")
        self.assertIn("PAUSED", program.text())

    def test_given_back_by_every_way_out(self):
        for way in (signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT):
            with self.subTest(signal=way):
                program = self.started("--mouse")
                self.assertIn(ON[1], program.sent)
                program.signal(way)
                self.assertEqual(program.wait_exit(), 128 + way if way == signal.SIGTERM else -way)
                self.assert_given_back(program)
                program.close()

    def test_given_back_to_the_shell_and_taken_again(self):
        shell = Program(["/bin/bash", "--norc", "--noprofile", "-i"], home=self.home, env={"PS1": "shell> "})
        self.addCleanup(shell.close)
        shell.wait_text("shell>")
        shell.type(f"cd {ROOT}; {MVP} run {SESSION} --mouse --sessions {self.sessions}\r")
        shell.wait_text("RUNNING")
        shell.type("\x1a")
        shell.wait_text("Stopped")
        self.assert_given_back(shell)
        shell.type("fg\r")
        shell.wait_text("RUNNING")
        for on, off in zip(ON, OFF):
            self.assertGreater(shell.sent.rfind(on), shell.sent.rfind(off))
        self.quit(shell, ended="stopped after step")
        self.assert_given_back(shell)


if __name__ == "__main__":
    unittest.main()
