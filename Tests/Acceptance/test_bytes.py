"""Bytes to the terminal per refresh: counts, so the same on every machine."""

import os
import statistics
import time
import unittest

from support import WorkbenchTest
from terminal import run_workbench


def refreshes(program, count, gap=0.05):
    """Bytes of `count` refreshes: what comes in one go, with a pause before and after it."""
    sizes = []
    current = 0
    while len(sizes) < count:
        data = program.pump(gap)
        if data:
            current += len(data)
        elif current:
            sizes.append(current)
            current = 0
        if program.fd is None:
            raise AssertionError("the program ended")
    return sizes


class Bytes(WorkbenchTest):
    def test_dashboard_while_a_run_goes_on(self):
        # About as many steps a second as refreshes, as a run of some size makes them.
        with run_workbench(
                self.sessions, "--refresh", "5", "--set", "schedule.batch_size=256", columns=120, rows=40,
                home=self.home) as program:
            program.wait_text("RUNNING")
            program.wait_step(20)
            refreshes(program, 5)
            sizes = refreshes(program, 40)
            median = statistics.median(sizes)
            print(f"bytes per refresh, dashboard at 120x40: median {median}, largest {max(sizes)}")
            self.assertLessEqual(median, 400, sizes)

    def test_paused_sends_nothing(self):
        with run_workbench(self.sessions, columns=120, rows=40, home=self.home) as program:
            program.wait_text("RUNNING")
            program.wait_step(5)
            program.type("p")
            program.wait_text("PAUSED")
            program.pump(5)
            self.assertLessEqual(len(program.pump(2)), 80)

    def test_a_slow_link_lowers_the_rate_by_itself(self):
        # 30 refreshes a second are asked for; the other end takes 2 kB a second, so they have to become fewer, and a
        # key is still answered by the newest screen instead of by everything that piled up.
        with run_workbench(self.sessions, "--refresh", "30", columns=120, rows=40, home=self.home) as program:
            program.wait_text("RUNNING")
            program.wait_step(50)
            end = time.monotonic() + 6
            taken = 0
            while time.monotonic() < end:
                data = os.read(program.fd, 100)
                taken += len(data)
                program.stream.feed(data)
                time.sleep(0.05)
            program.type("?")
            start = time.monotonic()
            late = 0
            while "keys" not in program.lines()[1]:
                data = os.read(program.fd, 4096)
                late += len(data)
                program.stream.feed(data)
                self.assertLess(time.monotonic() - start, 10)
            # A pseudo terminal holds 4 kB by itself; a backlog of all refreshes asked for would be some 100 kB.
            print(f"slow link: {taken} bytes in 6 s, {late} more until the key was answered")
            self.assertLess(late, 30000)

    def test_counters_alone(self):
        # The log view: nothing but the header's counters moves.
        with run_workbench(self.sessions, "--refresh", "5", columns=120, rows=40, home=self.home) as program:
            program.wait_text("RUNNING")
            program.wait_step(50)
            program.show("log")
            program.wait_text("log")
            refreshes(program, 5)
            sizes = refreshes(program, 30)
            median = statistics.median(sizes)
            print(f"bytes per refresh, counters alone: median {median}, largest {max(sizes)}")
            self.assertLessEqual(median, 80, sizes)


if __name__ == "__main__":
    unittest.main()
