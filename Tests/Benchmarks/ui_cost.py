#!/usr/bin/env python3
"""What share of the machine's cores the workbench itself takes while the demo trains: Tests/Benchmarks/ui_cost.py [SECONDS]

The terminal is driven by the main thread alone, so its time on a core, as the kernel counts it in nanoseconds, is what drawing and keys
cost; unlike a comparison of two trainings it does not drown in the noise of a machine. 120x40, for each view in turn.
"""

import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Acceptance"))
from terminal import run_workbench  # noqa: E402

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
VIEWS = ("dashboard", "curves", "mask", "system", "log")


def on_core(pid, thread):
    """Seconds that a thread was on a core."""
    with open(f"/proc/{pid}/task/{thread}/schedstat") as stat:
        return int(stat.read().split()[0]) / 1e9


def all_threads(pid):
    return sum(on_core(pid, thread) for thread in os.listdir(f"/proc/{pid}/task"))


with tempfile.TemporaryDirectory() as folder:
    with run_workbench(folder, session="demo", columns=120, rows=40) as program:
        program.wait_step(10, 120)
        for view in VIEWS:
            program.show(view)
            program.pump(1)
            start, began, total = time.monotonic(), on_core(program.pid, program.pid), all_threads(program.pid)
            while time.monotonic() - start < seconds:
                program.pump(0.2)
            elapsed = time.monotonic() - start
            drawing = on_core(program.pid, program.pid) - began
            whole = all_threads(program.pid) - total
            print(
                f"{view:12} {drawing / elapsed * 1000:6.2f} ms a second, {100 * drawing / elapsed / os.cpu_count():.3f}% of the cores "
                f"(all threads together: {100 * whole / elapsed / os.cpu_count():.0f}%)", flush=True)
