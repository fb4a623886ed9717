#!/usr/bin/env python3
"""Milliseconds from a key to its answer on the screen while a run trains at full load: Tests/Benchmarks/latency.py [COUNT]

Keys that change the view are sent at random times to `mvp run demo` on a pseudo terminal of 120x40; the answer is complete
enough when the emulator shows a word of the new view. Prints median, 99th percentile and maximum. Environment: MVP, MVP_BENCH_SESSION.
"""

import os
import random
import statistics
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Acceptance"))
from terminal import run_workbench  # noqa: E402

count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
generator = random.Random(0)
views = {"1": "evals and events", "?": "esc back"}

with tempfile.TemporaryDirectory() as folder:
    session = os.environ.get("MVP_BENCH_SESSION", "demo")
    with run_workbench(folder, session=session, columns=120, rows=40) as program:
        program.wait_step(5, 120)
        milliseconds = []
        shown = "1"
        for _ in range(count):
            end = time.monotonic() + generator.uniform(0.02, 0.35)
            while time.monotonic() < end:
                program.pump(0.005)
            key = "?" if shown == "1" else "1"
            start = time.monotonic()
            program.type(key)
            words = views[key].split("|")
            while not any(word in program.text() for word in words):
                program.pump(0.001)
                if time.monotonic() - start > 5:
                    sys.exit(f"no answer to {key} in 5 s:\n{program.text()}")
            milliseconds.append((time.monotonic() - start) * 1000)
            shown = key
        program.type("q")
        program.wait_text("checkpoint and stop")
        program.type("s")
        program.wait_exit(60)

milliseconds.sort()
p99 = milliseconds[min(count - 1, int(0.99 * count))]
print(
    f"key to screen, {count} keys, {session}: median {statistics.median(milliseconds):.1f} ms, "
    f"99th percentile {p99:.1f} ms, most {milliseconds[-1]:.1f} ms")
sys.exit(0 if p99 <= 50 else 1)
