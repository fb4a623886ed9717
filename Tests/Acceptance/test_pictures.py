"""Pictures in pixels: what is sent to a terminal with Kitty's graphics protocol, and that no other hears of it."""

import signal
import unittest

import kitty
from support import WorkbenchTest
from terminal import run_workbench

YES = b"\x1b_Gi=31;OK\x1b\\" + kitty.ATTRIBUTES


class Pictures(WorkbenchTest):
    def workbench(self, *more, answer=YES, **keywords):
        keywords = {"columns": 120, "rows": 40, "home": self.home, "env": {"KITTY_WINDOW_ID": "1"}, **keywords}
        program = run_workbench(self.sessions, *more, answer=answer, **keywords)
        self.addCleanup(program.close)
        program.wait_text("RUNNING")
        program.wait_step(3)
        return program

    def show_paused(self, **keywords):
        """The mask view of a run that stands still, with all its pictures."""
        program = self.workbench(**keywords)
        self.assertEqual(program.pictures.commands, [kitty.QUESTION])
        program.type("p")
        program.wait_text("PAUSED")
        program.show("mask")
        program.wait(lambda: len(program.pictures.placed) == 5, what="the pictures")
        program.wait_gone("computing")
        program.pump(1.5)
        return program

    def assert_in_panes(self, program, columns, rows):
        """Every picture lies over blanks within the view."""
        self.assertTrue(program.pictures.placed)
        for top, left, height, width in program.pictures.placed.values():
            self.assertGreater(top, 0)
            self.assertLessEqual(top + height, rows - 2)
            self.assertLessEqual(left + width, columns)
            for line in program.screen.display[top:top + height]:
                self.assertEqual(line[left:left + width].strip(), "")

    def leave(self, program):
        program.type("q")
        program.wait_text("checkpoint and stop")
        program.type("s")
        self.assertEqual(program.wait_exit(), 0)

    def test_sent_once_and_gone_with_the_view(self):
        program = self.show_paused()
        pictures = program.pictures
        self.assert_in_panes(program, 120, 40)
        self.assertEqual(set(pictures.pixels), set(pictures.placed))
        before = len(pictures.commands)
        self.assertLessEqual(len(program.pump(3)), 120, "nothing but the clock")
        self.assertEqual(len(pictures.commands), before)

        # Another mark moves nothing; one panel alone is a picture that the terminal has.
        program.type("j")
        program.pump(1)
        self.assertEqual(len(pictures.commands), before)
        program.type("k\r")
        program.wait(lambda: len(pictures.placed) == 1, what="one picture")
        program.pump(0.5)
        self.assertFalse([command for command in pictures.commands[before:] if "a=t" in command])
        program.type("\r")
        program.wait(lambda: len(pictures.placed) == 5, what="all pictures")

        # A dialog takes away what it covers, another view all of them.
        program.type(":")
        program.wait_text("enter do it")
        program.wait(lambda: len(pictures.placed) < 5, what="room for the palette")
        program.type("\x1b")
        program.wait(lambda: len(pictures.placed) == 5, what="all pictures")
        program.show("log")
        program.wait(lambda: not pictures.placed, what="the pictures to go")
        self.assertEqual(pictures.pixels, {}, "the terminal keeps none in memory")
        program.show("mask")
        program.wait(lambda: len(pictures.placed) == 5, what="all pictures")

        # Characters and back.
        program.type("i")
        program.wait_text("pictures in characters")
        program.wait(lambda: not pictures.placed, what="the pictures to go")
        program.type("i")
        program.wait(lambda: len(pictures.placed) == 5, what="all pictures")

        self.leave(program)
        self.assertEqual((pictures.pixels, pictures.placed), ({}, {}))
        end = program.sent[program.sent.rindex(b"a=p"):]
        self.assertLess(end.index(b"\x1b_Ga=d,d=A,q=2\x1b\\"), end.index(b"\x1b[?1049l"))

    def test_another_size_and_a_repaint(self):
        program = self.show_paused()
        for columns, rows in [(80, 24), (100, 30), (200, 60)]:
            program.resize(columns, rows)
            program.pump(1)
            self.assert_in_panes(program, columns, rows)
        before = len(program.pictures.commands)
        program.type("\x0c")
        program.pump(1)
        sent = program.pictures.commands[before:]
        self.assertEqual(len([command for command in sent if "a=t" in command]), len(program.pictures.placed))
        program.resize(20, 6)
        program.wait_text("has 20x6")
        program.pump(0.3)
        self.assertEqual(program.pictures.placed, {})

    def test_a_crash_takes_them_away(self):
        program = self.show_paused()
        program.signal(signal.SIGSEGV)
        self.assertEqual(program.wait_exit(), -signal.SIGSEGV)
        self.assertEqual(program.pictures.placed, {})
        self.assertIn(b"\x1b\\\x1b_Ga=d,d=A,q=2\x1b\\", program.sent)

    def test_while_a_run_goes_on(self):
        program = self.workbench()
        program.show("mask")
        program.wait(lambda: len(program.pictures.placed) == 5, what="the pictures")
        for _ in range(20):
            program.pump(0.2)
            self.assertLessEqual(len(program.pictures.pixels), 5, "old pictures are freed")
        self.leave(program)
        self.assertEqual(program.pictures.pixels, {})

    def test_no_other_terminal_hears_of_it(self):
        cases = {
            "says no": dict(answer=kitty.ATTRIBUTES),
            "never answers": dict(answer=b""),
            "not likely": dict(env={}),
            "tmux": dict(env={"KITTY_WINDOW_ID": "1", "TMUX": "/tmp/none,1,0"}),
            "no colours": dict(env={"KITTY_WINDOW_ID": "1", "NO_COLOR": "1"}),
            "ascii": dict(locale="C"),
        }
        for name, keywords in cases.items():
            with self.subTest(case=name):
                program = self.workbench(**keywords)
                program.show("mask")
                program.wait_text("picture")
                program.pump(1)
                self.assertEqual(program.pictures.placed, {})
                asked = [kitty.QUESTION] if name in ("says no", "never answers") else []
                self.assertEqual(program.pictures.commands, asked)
                program.type("i")
                program.wait_text("shows no pixels")
                self.leave(program)
                self.assertEqual(program.sent.count(b"\x1b_"), len(asked))

    def test_asked_for_or_forbidden(self):
        program = self.workbench("--pictures", "cells")
        program.show("mask")
        program.wait_text("picture")
        program.pump(1)
        self.assertEqual(program.pictures.commands, [])
        program = self.workbench("--pictures", "kitty", env={})
        program.show("mask")
        program.wait(lambda: len(program.pictures.placed) == 5, what="the pictures")
        self.assertNotIn(kitty.QUESTION, program.pictures.commands)

    def test_a_late_answer_counts_and_presses_no_key(self):
        program = self.workbench(answer=b"")
        program.pump(2.5)
        # `?` and `6` of an answer would be keys.
        program.type(YES)
        program.pump(1)
        self.assertTrue(program.lines()[1].startswith(" run "), "the dashboard's line of progress")
        program.show("mask")
        program.wait(lambda: len(program.pictures.placed) == 5, what="the pictures")

    def test_keys_before_the_answer_are_kept(self):
        program = run_workbench(
            self.sessions, answer=b"8" + YES, columns=120, rows=40, home=self.home, env={"KITTY_WINDOW_ID": "1"})
        self.addCleanup(program.close)
        program.wait_text("RUNNING")
        program.wait(lambda: program.lines()[1].startswith("┌ log"), what="the log, which 8 shows")


if __name__ == "__main__":
    unittest.main()
