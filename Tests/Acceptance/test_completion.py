"""What shells complete: each in a terminal of its own, with tab."""

import os
import shutil
import unittest

from support import WorkbenchTest
from terminal import MVP, SESSION, Program, mvp


class Completion(WorkbenchTest):
    def setUp(self):
        super().setUp()
        # The program by the name that completions are made for.
        self.bin = os.path.join(self.folder, "bin")
        os.makedirs(self.bin)
        os.symlink(MVP, os.path.join(self.bin, "mvp"))
        shutil.copy(SESSION, os.path.join(self.folder, "mine.yaml"))
        os.makedirs(os.path.join(self.folder, "pictures"))
        run = mvp("run", SESSION, "--sessions", self.sessions, "--headless", "--steps", "1")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.run_name = mvp("runs", "--sessions", self.sessions).stdout.split("\n")[1].split()[1]

    def shell(self, arguments, set_up):
        path = self.bin + ":" + os.environ["PATH"]
        env = {"PATH": path, "MVP_SESSIONS": self.sessions, "PS1": "$ ", "XDG_CONFIG_HOME": self.home}
        program = Program(arguments, columns=160, home=self.home, env=env)
        self.addCleanup(program.close)
        program.pump(0.5)
        program.type(f"cd {self.folder}; {set_up}; clear; echo rea''dy\r")
        program.wait_text("ready")
        return program

    def completed(self, program, typed, text, without=()):
        """`typed` and a tab, then the rest of the line, gives a screen that holds `text`."""
        program.type("\x15" + typed + "\t")
        try:
            program.wait(lambda: text in program.text(), 10, text)
        except AssertionError:
            program.type("\t")
            program.wait_text(text, 10)
        for other in without:
            self.assertNotIn(other, program.text())
        program.type("\x15\x0c")
        program.pump(0.3)

    def everything(self, program):
        for typed, text in [
            ("mvp tea", "mvp teach"), ("mvp run dem", "mvp run demo"), ("mvp run min", "mvp run mine.yaml"),
            ("mvp attach sma", "mvp attach small"), (f"mvp attach small {self.run_name[:3]}", f"small {self.run_name}"),
            (f"mvp runs delete small {self.run_name[:3]}", f"small {self.run_name}"),
            ("mvp run demo --theme high", "--theme high-contrast"), ("mvp eval demo --kind centr", "--kind centroid"),
            ("mvp run demo --set mask.ki", "mask.kind="), ("mvp run demo --set mask.kind=ra", "mask.kind=random"),
            ("mvp features --images pict", "--images pictures"), ("mvp runs list --state fini", "--state finished"),
            ("mvp masks --kind blo", "--kind blockwise"),
            (f"mvp runs fork {self.run_name[:3]}", f"fork {self.run_name}"),
            (f"mvp runs fork {self.run_name} --at ", "--at 1"),
        ]:
            with self.subTest(typed=typed):
                self.completed(program, typed, text)

    def test_bash(self):
        program = self.shell(["bash", "--norc", "--noprofile", "-i"], 'eval "$(mvp completions bash)"')
        self.everything(program)
        # The value follows at once, and an option may be joined with its own.
        self.completed(program, "mvp run demo --set mask.ki\tblo", "--set mask.kind=blockwise")
        self.completed(program, "mvp run demo --theme=high", "--theme=high-contrast")
        # Files where nothing else is known.
        self.completed(program, "mvp run demo --set data.path=pict", "data.path=pictures/")
        self.completed(program, "mvp teach clip --output min", "--output mine.yaml")

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not there")
    def test_zsh(self):
        program = self.shell(
            ["zsh", "-f", "-i"], 'autoload -U compinit; compinit -u -D; bindkey -e; eval "$(mvp completions zsh)"')
        self.everything(program)

    @unittest.skipUnless(shutil.which("fish"), "fish is not there")
    def test_fish(self):
        program = self.shell(["fish", "--no-config", "-i"], "mvp completions fish | source")
        self.everything(program)


if __name__ == "__main__":
    unittest.main()
