"""The look is right by itself, and remembered: what the terminal says of its background, what a person chose before, what is asked for."""

import json
import os
import time
import unittest

import kitty
from support import WorkbenchTest
from terminal import BACKGROUND_QUESTION, MVP, SESSION, Program, mvp, run_workbench

LIGHT = b"\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\"
DARK = b"\x1b]11;rgb:1e1e/1e1e/1e1e\x07"
# Of `key` in themes/*.yaml, which footers are full of.
KEYS = {"ffd787": "default", "005faf": "light", "ffff5f": "colour-blind"}


class Look(WorkbenchTest):
    def workbench(self, *more, **keywords):
        program = run_workbench(self.sessions, *more, **{"home": self.home, **keywords})
        self.addCleanup(program.close)
        return program

    def theme(self, program):
        """By the colour of the footer's first key."""
        row = program.screen.buffer[program.screen.lines - 2]
        return next((KEYS.get(row[x].fg, row[x].fg) for x in range(program.screen.columns) if row[x].data not in " "), None)

    def wait_theme(self, program, name):
        program.wait_text("RUNNING")
        program.wait(lambda: self.theme(program) == name, 10, f"the theme {name}")

    def leave(self, program):
        program.type("q")
        program.wait_text("checkpoint and stop")
        program.type("s")
        self.assertEqual(program.wait_exit(), 0)

    def remember(self, **choices):
        folder = os.path.join(self.home, ".config", "mvp")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "workbench.json"), "w") as file:
            json.dump(choices, file)

    def remembered(self):
        with open(os.path.join(self.home, ".config", "mvp", "workbench.json")) as file:
            return json.load(file)

    def test_the_background_decides(self):
        cases = [
            (LIGHT + kitty.ATTRIBUTES, {}, "light"), (DARK + kitty.ATTRIBUTES, {}, "default"),
            (kitty.ATTRIBUTES, {}, "default"), (b"", {}, "default"),
            # What the environment knows is for terminals that say nothing.
            (b"", {"COLORFGBG": "0;15"}, "light"), (DARK + kitty.ATTRIBUTES, {"COLORFGBG": "0;15"}, "default"),
            (LIGHT + kitty.ATTRIBUTES, {"COLORFGBG": "15;0"}, "light"),
        ]
        for background, env, theme in cases:
            with self.subTest(background=background, env=env):
                program = self.workbench(background=background, env=env)
                self.wait_theme(program, theme)
                self.assertEqual(program.sent.count(BACKGROUND_QUESTION), 1)
                program.close()

    def test_no_frame_in_the_wrong_colours(self):
        program = self.workbench(background=LIGHT + kitty.ATTRIBUTES)
        self.wait_theme(program, "light")
        # 222 is the default's colour of keys.
        self.assertNotIn(b"38;5;222m", program.sent)

    def test_a_late_answer_repaints_once(self):
        program = self.workbench()
        self.wait_theme(program, "default")
        program.pump(2.5)
        program.type(LIGHT + kitty.ATTRIBUTES)
        self.wait_theme(program, "light")
        self.assertTrue(program.lines()[1].startswith(" run "), "the dashboard's line of progress")
        program.type(DARK + kitty.ATTRIBUTES)
        program.pump(0.5)
        self.assertEqual(self.theme(program), "light", "nobody asked again")

    def test_what_is_typed_meanwhile_arrives(self):
        # Cut anywhere, slowly, with keys between the answers.
        parts = [b"\x1b", b"]11;rgb:fdfd/f6", b"f6/e3e3\x1b", b"\\2\x1b[?6", b"2;c:"]
        program = self.workbench(background=b"t")
        program.wait(lambda: BACKGROUND_QUESTION in program.sent, what="the question")
        for part in parts:
            program.type(part)
            time.sleep(0.1)
        program.wait_text("enter do it")
        program.type("\x1b")
        program.wait_gone("enter do it")
        program.wait(lambda: "curves" in program.lines()[0] or "loss" in program.text(), what="the curves, which 2 shows")
        # `t`, typed first, chose the theme behind auto: no answer changes that.
        self.wait_theme(program, "colour-blind")

    def test_who_is_not_asked(self):
        cases = {
            "linux": dict(term="linux"), "screen": dict(term="screen-256color"), "vt100": dict(term="vt100"),
            "no colours": dict(env={"NO_COLOR": "1"}),
        }
        for name, keywords in cases.items():
            with self.subTest(case=name):
                program = self.workbench(background=LIGHT, **keywords)
                program.wait_text("RUNNING")
                self.assertNotIn(b"\x1b]11", program.sent)
                self.assertNotIn(b"\x1b[c", program.sent)
                program.close()

    def test_what_is_asked_for_or_remembered_wins(self):
        light = LIGHT + kitty.ATTRIBUTES
        program = self.workbench("--theme", "default", background=light)
        self.wait_theme(program, "default")
        self.assertNotIn(BACKGROUND_QUESTION, program.sent, "there is nothing to ask")
        self.leave(program)

        program = self.workbench(background=light)
        self.wait_theme(program, "light")
        program.type(":theme colour-blind\r+")
        self.wait_theme(program, "colour-blind")
        program.wait_text("refresh 8 Hz")
        self.leave(program)
        self.assertEqual((self.remembered()["theme"], self.remembered()["refreshHz"]), ("colour-blind", 8))

        program = self.workbench(background=light)
        self.wait_theme(program, "colour-blind")
        program.type("+")
        program.wait_text("refresh 10 Hz")
        self.leave(program)

        # What the command line asks for holds once.
        program = self.workbench("--theme", "auto", "--refresh", "2", background=light)
        self.wait_theme(program, "light")
        self.leave(program)
        self.assertEqual((self.remembered()["theme"], self.remembered()["refreshHz"]), ("colour-blind", 10))

    def test_back_to_the_terminals_own(self):
        self.remember(theme="colour-blind")
        program = self.workbench(background=LIGHT + kitty.ATTRIBUTES)
        self.wait_theme(program, "colour-blind")
        self.assertNotIn(BACKGROUND_QUESTION, program.sent)
        program.type(":theme auto\r")
        program.wait_text("theme auto, by the background")
        self.wait_theme(program, "light")
        self.leave(program)
        self.assertEqual(self.remembered()["theme"], "auto")

    def test_a_remembered_theme_that_is_gone(self):
        self.remember(theme="gone", refreshHz="often")
        program = self.workbench(background=LIGHT + kitty.ATTRIBUTES, columns=120)
        self.wait_theme(program, "light")
        program.show("log")
        program.wait_text("the theme that was chosen before is not used")
        self.leave(program)

    def test_leaving_before_the_answer_leaves_none_to_the_shell(self):
        done = mvp("run", SESSION, "--sessions", self.sessions, "--headless", "--steps", "3")
        self.assertEqual(done.returncode, 0, done.stderr)
        attach = f"{MVP} attach --sessions {self.sessions}; read -r -s -t 1 -n 1 left; printf 'left:%q.' \"$left\""
        program = Program(["bash", "-c", attach], home=self.home, columns=120)
        self.addCleanup(program.close)
        program.wait_text("read-only", 10)
        program.type("q")
        time.sleep(0.1)
        program.type(LIGHT + kitty.ATTRIBUTES)
        program.wait_text("left:")
        self.assertIn("left:''.", program.text())


if __name__ == "__main__":
    unittest.main()
