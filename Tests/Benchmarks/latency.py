#!/usr/bin/env python3
"""Milliseconds from a key to its answer on the screen while a run trains at full load: Tests/Benchmarks/latency.py [COUNT]

Keys that change the view are sent at random times to `mvp run demo` on a pseudo terminal of 120x40; the answer is there when a
word of the new view has arrived. No emulator runs meanwhile: it would compete with the run for the cores. Prints median, 99th
percentile and maximum, and fails where the second is over 50 ms. Environment: MVP, MVP_BENCH_SESSION.
"""

import os
import random
import select
import signal
import statistics
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Acceptance"))
from terminal import run_workbench  # noqa: E402

count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
generator = random.Random(0)
# What stands on the frames of the two views between which the keys go to and fro.
answers = {"1": (b"metrics", b"evals and events"), "?": (b"esc back", b"keys")}

with tempfile.TemporaryDirectory() as folder:
    session = os.environ.get("MVP_BENCH_SESSION", "demo")
    with run_workbench(folder, session=session, columns=120, rows=40) as program:
        program.wait_step(5, 120)
        milliseconds = []
        shown = "1"
        for _ in range(count):
            end = time.monotonic() + generator.uniform(0.05, 0.5)
            while (left := end - time.monotonic()) > 0:
                if select.select([program.fd], [], [], left)[0]:
                    os.read(program.fd, 65536)
            key = "?" if shown == "1" else "1"
            start = time.monotonic()
            program.type(key)
            arrived = b""
            while not any(word in arrived for word in answers[key]):
                if not select.select([program.fd], [], [], 5)[0]:
                    sys.exit(f"no answer to {key} in 5 s: {arrived[-300:]!r}")
                arrived += os.read(program.fd, 65536)
            milliseconds.append((time.monotonic() - start) * 1000)
            shown = key
        program.signal(signal.SIGKILL)

milliseconds.sort()
p99 = milliseconds[min(count - 1, int(0.99 * count))]
print(
    f"key to screen, {count} keys, {session}: median {statistics.median(milliseconds):.1f} ms, "
    f"99th percentile {p99:.1f} ms, most {milliseconds[-1]:.1f} ms")
sys.exit(0 if p99 <= 50 else 1)
