"""The workbench in every kind of terminal: what it draws, on the screen that a terminal emulator makes of it."""

import unittest

from support import WorkbenchTest
from terminal import run_workbench

SIZES = [(80, 24), (120, 40), (200, 60)]
VIEWS = {"dashboard": "loss", "curves": "loss", "mask": "picture", "evals": "result", "runs": "by updated", "config": "may change",
         "log": "log", "system": "step"}


class Matrix(WorkbenchTest):
    def check_views(self, columns, rows, glyphs, **keywords):
        with run_workbench(self.sessions, columns=columns, rows=rows, home=self.home, **keywords) as program:
            program.wait_text("RUNNING")
            program.wait_step(3)
            for view, word in VIEWS.items():
                program.show(view)
                program.wait_text(word, 10)
                program.pump(0.3)
                text = program.text()
                self.assert_drawn_within(program.lines(), columns, rows)
                self.assert_boxes_closed(text, glyphs)
                self.assertNotIn("\ufffd", text)
                if glyphs == "ascii":
                    self.assertTrue(text.isascii(), text)
            program.type("q")
            program.wait_text("checkpoint and stop")
            program.type("s")
            self.assertEqual(program.wait_exit(), 0)

    def test_sizes_in_utf8(self):
        for columns, rows in SIZES:
            with self.subTest(size=(columns, rows)):
                self.check_views(columns, rows, "unicode")

    def test_terminal_types(self):
        for term in ["screen-256color", "tmux-256color", "screen", "linux"]:
            with self.subTest(term=term):
                self.check_views(80, 24, "unicode", term=term)

    def test_without_utf8_all_is_ascii(self):
        for term in ["xterm-256color", "linux", "vt100"]:
            with self.subTest(term=term):
                self.check_views(80, 24, "ascii", term=term, locale="C")

    def test_no_color_sends_no_colour(self):
        with run_workbench(self.sessions, env={"NO_COLOR": "1", "COLORTERM": "truecolor"}, home=self.home) as program:
            program.wait_text("RUNNING")
            program.wait_step(3)
            program.show("mask")
            program.wait_text("picture")
            program.pump(0.5)
            colours = [
                cell.fg for row in program.screen.buffer.values() for cell in row.values() if cell.fg != "default"]
            self.assertEqual(colours, [])

    def test_truecolour_is_sent_where_it_is_promised(self):
        with run_workbench(self.sessions, env={"COLORTERM": "truecolor"}, home=self.home) as program:
            program.wait_text("RUNNING")
            program.wait_step(3)
            program.show("mask")
            program.wait_text("picture")
            program.pump(0.5)
            self.assertIn(b"38;2;", program.sent)

    def test_dumb_or_unknown_terminals_get_lines(self):
        for term, word in [("dumb", "step"), ("no-such-terminal", "not known on this machine")]:
            with self.subTest(term=term):
                with run_workbench(self.sessions, "--steps", "5", term=term, home=self.home) as program:
                    self.assertEqual(program.wait_exit(), 0)
                    self.assertIn(word, program.text() + program.sent.decode())
                    self.assertNotIn(b"\x1b[?1049h", program.sent)

    def test_small_and_changing_sizes(self):
        with run_workbench(self.sessions, columns=20, rows=6, home=self.home) as program:
            program.wait_text("needs 60x16")
            program.wait_text("has 20x6")
            for columns, rows in [(1, 1), (2, 2), (59, 16), (60, 15), (300, 5), (80, 24)]:
                program.resize(columns, rows)
                program.pump(0.2)
                self.assertTrue(program.is_alive())
            program.wait_text("RUNNING")
            program.type("q")
            program.wait_text("checkpoint and stop")
            program.resize(20, 6)
            program.wait_text("cancel")
            program.type("s")
            self.assertEqual(program.wait_exit(), 0)

    def test_pasted_text_presses_no_keys(self):
        with run_workbench(self.sessions, home=self.home) as program:
            program.wait_text("RUNNING")
            program.type("\x1b[200~pq5\x1b[201~")
            program.pump(0.7)
            self.assertIn("RUNNING", program.text())
            self.assertNotIn("leave the run", program.text())
            program.type("\x1b")
            program.pump(0.2)
            program.show("log")
            program.wait_text("log")

    def test_control_and_bidi_characters_of_names_are_not_sent(self):
        session = f"{self.folder}/na\u202eme\u200b.yaml"
        with open(f"{__file__.rsplit('/', 1)[0]}/small.yaml") as small, open(session, "w") as copy:
            copy.write(small.read())
        with run_workbench(self.sessions, session=session, home=self.home) as program:
            program.wait_text("RUNNING")
            self.assertNotIn("\u202e".encode(), program.sent)

    def test_a_broken_theme_names_its_line(self):
        import os

        folder = f"{self.home}/.config/mvp/themes"
        os.makedirs(folder)
        with open(f"{folder}/broken.yaml", "w") as file:
            file.write("name: broken\nroles:\n  text: {}\n  acent: {}\n")
        with run_workbench(self.sessions, home=self.home) as program:
            program.wait_text("RUNNING")
            program.type(":")
            program.wait_text("commands")
            program.type("theme broken\r")
            program.wait_text("broken.yaml:4", 10)
            self.assertTrue(program.is_alive())


if __name__ == "__main__":
    unittest.main()
