#!/usr/bin/env python3
"""What the workbench costs in training speed: Tests/Benchmarks/throughput.py [STEPS] [PAIRS]

Runs `mvp run demo` headless and in the workbench (120x40 on a pseudo terminal whose reader only reads), in turns, with equal seeds, and
compares the seconds of training that each needed for the steps after the first ten, as the run store has them.
"""

import os
import sqlite3
import statistics
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Acceptance"))
from terminal import mvp, run_workbench  # noqa: E402

steps = int(sys.argv[1]) if len(sys.argv) > 1 else 60
pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
WARM = 10
view = os.environ.get("MVP_BENCH_VIEW", "dashboard")


def speed(folder):
    """Steps a second of the newest run, from the times of its steps."""
    database = sqlite3.connect(os.path.join(folder, "demo", "runs.sqlite"))
    columns = [row[1] for row in database.execute("PRAGMA table_info(metrics)")]
    elapsed = next(name for name in columns if "elapsed" in name)
    rows = database.execute(f"SELECT step, {elapsed} FROM metrics ORDER BY step").fetchall()
    first = next(row for row in rows if row[0] == WARM)
    return (rows[-1][0] - first[0]) / (rows[-1][1] - first[1])


def headless():
    with tempfile.TemporaryDirectory() as folder:
        result = mvp("run", "demo", "--headless", "--json", "--steps", str(steps), "--sessions", folder)
        assert result.returncode == 0, result.stderr
        return speed(folder)


def workbench():
    with tempfile.TemporaryDirectory() as folder:
        with run_workbench(folder, "--steps", str(steps), session="demo", columns=120, rows=40) as program:
            program.wait_text("RUNNING", 60)
            program.show(view)
            program.wait_unseen("STOPPED")
            program.type("q")
            program.wait_exit(60)
        return speed(folder)


ratios, plain, drawn = [], [], []
for pair in range(pairs):
    # In turns, so that a machine that grows slower slows both.
    a, b = (headless(), workbench()) if pair % 2 == 0 else reversed((workbench(), headless()))
    plain.append(a)
    drawn.append(b)
    ratios.append(b / a)
    print(f"headless {a:.3f} steps/s, workbench {b:.3f} steps/s, ratio {b / a:.4f}", flush=True)
print(
    f"view {view}, {steps} steps: headless {statistics.median(plain):.3f}, workbench {statistics.median(drawn):.3f} steps/s, "
    f"ratio {statistics.median(ratios):.4f}")
