"""The machine: charts of it during and after a run, and the monitor without one."""

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import time
import unittest

from support import WorkbenchTest
from terminal import MVP, ROOT, SESSION, Program, mvp, run_workbench
from test_bytes import refreshes


class Monitor(WorkbenchTest):
    def monitor(self, *more, **keywords):
        program = Program(
            [MVP, "system", "--sessions", self.sessions, "--interval", "0.3", *more], home=self.home, **keywords)
        self.addCleanup(program.close)
        program.wait_text("MONITOR")
        return program

    def test_a_visit(self):
        for columns, rows, glyphs in [(80, 24, "braille"), (120, 40, "braille"), (60, 16, "ascii")]:
            with self.subTest(columns=columns):
                program = self.monitor("--glyphs", glyphs, columns=columns, rows=rows, env={"NO_COLOR": "1"})
                program.wait_text("machine")
                self.assertIn(socket.gethostname()[:20], program.lines()[0])
                program.wait_text("cpu ")
                program.type("p")
                program.wait_text("the machine is watched, not a run")
                program.type("\r")
                program.wait_gone("memory and disk")
                self.assert_boxes_closed(program.text(), glyphs)
                program.type("v")
                program.wait_text("filter system/")
                program.wait_text("cpu")
                program.type("\x1b")
                program.wait_text("last 10 minutes")
                program.type("q")
                self.assertEqual(program.wait_exit(5), 0)
                self.assertIn(b"\x1b[?1049l", program.sent)

    def test_what_is_chosen_here_is_not_chosen_for_runs(self):
        program = self.monitor()
        program.wait_text("last 10 minutes")
        program.type("x")
        program.wait_text("whole history")
        program.type("8")
        program.wait_gone("whole history")
        program.type("q")
        self.assertEqual(program.wait_exit(5), 0)
        self.assertEqual(os.listdir(os.path.join(self.home, ".config", "mvp")), ["monitor.json"])
        again = self.monitor()
        again.type("6")
        again.wait_text("whole history")

    def test_a_signal_ends_it(self):
        program = self.monitor()
        program.signal(signal.SIGINT)
        self.assertEqual(program.wait_exit(5), 128 + signal.SIGINT)

    def test_lines_and_pages(self):
        # Whoever reads three lines and goes away ends it.
        for options, check in [(["--plain"], lambda line: "cpu " in line), (["--json"], json.loads)]:
            process = subprocess.Popen(
                [MVP, "system", "--sessions", self.sessions, "--interval", "0.2", *options], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, text=True)
            for _ in range(3):
                line = process.stdout.readline()
                self.assertTrue(check(line), line)
                self.assertNotIn("\x1b", line)
            process.stdout.close()
            self.assertEqual(process.wait(10), 0)
        once = mvp("system", "--once", "--sessions", self.sessions)
        self.assertEqual(once.returncode, 0)
        self.assertIn("no run goes on", once.stdout)
        self.assertRegex(once.stdout, r"cpu .* \d+%")
        sample = json.loads(mvp("system", "--once", "--json", "--sessions", self.sessions).stdout)
        self.assertEqual(sample["event"], "system")
        self.assertEqual(sample["step"], 1)
        self.assertEqual(mvp("system", "--interval", "0").returncode, 2)

    def test_bytes_per_refresh(self):
        program = self.monitor("--interval", "1", columns=120, rows=40)
        program.wait_text("last 10 minutes")
        refreshes(program, 3)
        sizes = refreshes(program, 12)
        print(f"bytes per refresh, monitor at 120x40: median {statistics.median(sizes)}, largest {max(sizes)}")
        self.assertLessEqual(statistics.median(sizes), 800, sizes)


COMPILER = shutil.which("cc") or shutil.which("clang")


@unittest.skipUnless(COMPILER, "no C compiler is there")
class GPUs(WorkbenchTest):
    """NVIDIA's library is played by another one: two devices, the second of which does not tell its power."""

    def library(self, *words):
        path = os.path.join(self.folder, "lib" + "".join(words) + "nvml.so")
        source = os.path.join(ROOT, "Tests", "StandInNVML", "nvml.c")
        subprocess.run(
            [COMPILER, "-shared", "-fPIC", "-o", path, source, *(f"-D{word}" for word in words)], check=True)
        return {"MVP_NVML_LIBRARY": path}

    def once(self, environment, *more):
        result = mvp("system", "--once", "--sessions", self.sessions, *more, env={**os.environ, **environment})
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_text_and_json(self):
        environment = self.library()
        text = self.once(environment)
        self.assertRegex(text, r"gpu 0 .* 87%  Stand-in 0  412 of 700 W  63 C")
        self.assertRegex(text, r"61.0 GB of 80.0 GB  processes 4711 60.0 GB, 4712")
        self.assertRegex(text, r"gpu 1 .* 0%  Stand-in 1  n/a  33 C")
        sample = json.loads(self.once(environment, "--json"))
        self.assertEqual([gpu["name"] for gpu in sample["gpus"]], ["Stand-in 0", "Stand-in 1"])
        self.assertEqual(sample["gpus"][0]["watts"], 412.3)
        self.assertNotIn("watts", sample["gpus"][1])

    def test_where_there_is_none(self):
        sample = json.loads(self.once({"MVP_NVML_LIBRARY": "/nowhere/lib.so"}, "--json"))
        self.assertNotIn("gpus", sample)
        self.assertIn("MVP_NVML_LIBRARY names /nowhere/lib.so", sample["gpus_problem"])
        self.assertIn("version mismatch", self.once(self.library("BROKEN")))

    def test_views(self):
        with Program(
                [MVP, "system", "--sessions", self.sessions, "--interval", "0.3"], home=self.home, columns=120, rows=40,
                env=self.library()) as program:
            program.wait_text("GPUs 2")
            program.wait_text("412 of 700 W")
            program.wait_text("n/a")
            program.type("/gpu\r")
            program.wait_text("gpu temperature")
            # One device does not tell its power: a sum would be wrong.
            self.assertNotIn("gpu power", program.text())
            program.type("q")

    def test_a_driver_that_hangs_stops_neither_screen_nor_run(self):
        environment = self.library("HANGS")
        with Program(
                [MVP, "system", "--sessions", self.sessions, "--interval", "0.3"], home=self.home, columns=120, rows=40,
                env=environment) as program:
            program.wait_text("has not answered for", 20)
            program.type("8")
            program.wait_text("log", 2)
            program.type("q")
            self.assertEqual(program.wait_exit(5), 0)
        run = mvp(
            "run", SESSION, "--sessions", self.sessions, "--headless", "--steps", "20",
            env={**os.environ, **environment})
        self.assertEqual(run.returncode, 0, run.stderr)


class Runs(WorkbenchTest):
    def test_a_run_is_watched_by_itself_and_remembered(self):
        host = subprocess.Popen(
            [MVP, "run", SESSION, "--sessions", self.sessions, "--headless", "--set", "threads=1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(host.wait)
        self.addCleanup(host.kill)
        # Two samples of its own, before anybody has looked.
        time.sleep(9)
        live = json.loads(mvp("system", "--once", "--json", "--sessions", self.sessions).stdout)["runs"]
        self.assertEqual([(run["session"], run["process"]) for run in live], [("small", host.pid)])
        self.assertGreater(live[0]["cores"], 0.05)
        with Program(
                [MVP, "system", "--sessions", self.sessions], home=self.home, columns=120, rows=40) as monitor:
            monitor.wait_text(str(host.pid))
            self.assertIn("small/" + live[0]["run"], monitor.text())
        host.send_signal(signal.SIGTERM)
        host.wait(30)
        with Program(
                [MVP, "attach", "small", "--sessions", self.sessions], home=self.home, columns=120,
                rows=40) as stored:
            stored.wait_text("read-only")
            stored.show("system")
            stored.wait_text("process cores")
            stored.type("v")
            stored.wait_text("filter system/")
            stored.type("u")
            stored.wait_text("x epoch")
            self.assertNotIn("no points here", stored.text())

    def test_bytes_per_refresh_beside_a_run(self):
        with run_workbench(
                self.sessions, "--refresh", "5", "--set", "schedule.batch_size=256", columns=120, rows=40,
                home=self.home) as program:
            program.wait_text("RUNNING")
            program.show("system")
            program.wait_text("process cores")
            refreshes(program, 5)
            sizes = refreshes(program, 40)
            print(f"bytes per refresh, system at 120x40: median {statistics.median(sizes)}, largest {max(sizes)}")
            self.assertLessEqual(statistics.median(sizes), 400, sizes)


if __name__ == "__main__":
    unittest.main()
