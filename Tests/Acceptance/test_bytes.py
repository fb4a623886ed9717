"""Bytes to the terminal per refresh: counts, so the same on every machine."""

import re
import statistics
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
        # Three or four steps a second, as a run of some size makes them.
        with run_workbench(
                self.sessions, "--refresh", "5", "--set", "schedule.batch_size=64", columns=120, rows=40,
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

    def test_counters_alone(self):
        # The log view: nothing but the header's counters moves.
        with run_workbench(self.sessions, "--refresh", "5", columns=120, rows=40, home=self.home) as program:
            program.wait_text("RUNNING")
            program.wait_step(50)
            program.type("5")
            program.wait_text("log")
            refreshes(program, 5)
            sizes = refreshes(program, 30)
            median = statistics.median(sizes)
            print(f"bytes per refresh, counters alone: median {median}, largest {max(sizes)}")
            self.assertLessEqual(median, 80, sizes)


if __name__ == "__main__":
    unittest.main()
