#!/usr/bin/env python3
"""How long a run of 1,000,000 steps takes to be on the screen: Tests/Benchmarks/first_frame.py [TIMES]

From the start of `mvp attach` on a pseudo terminal of 120x40 to the last byte of the frame that has the whole curve on it, in the
dashboard and in the curves with ten metrics. The store is made once by HistoryBenchmark (some minutes), in MVP_BENCHMARK_STORE or
.build/million. Fails where the median is over 300 ms. Environment: MVP.
"""

import os
import select
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Acceptance"))
from terminal import MVP, ROOT, Program  # noqa: E402

times = int(sys.argv[1]) if len(sys.argv) > 1 else 15
store = os.environ.get("MVP_BENCHMARK_STORE", os.path.join(ROOT, ".build", "million"))
# Nothing that comes later than this after the last byte belongs to the same frame.
SILENCE = 0.4
LIMIT = 0.3

if not os.path.exists(os.path.join(store, "demo", "runs.sqlite")):
    subprocess.run(
        ["swift", "test", "-c", "release", "--filter", "HistoryBenchmark"], check=True, cwd=ROOT,
        env={**os.environ, "MVP_BENCHMARKS": "1", "MVP_BENCHMARK_STORE": store})


def is_whole(program, view):
    """Whether the curve, its axes and the newest numbers are on the screen."""
    text = program.text()
    dots = sum(0x2800 < ord(character) <= 0x28FF for character in text)
    return "1000000/1000000" in text and dots > 200 and ("metrics" in text if view == "dashboard" else "lr" in text)


def frame(view, home):
    os.makedirs(os.path.join(home, ".config", "mvp"), exist_ok=True)
    with open(os.path.join(home, ".config", "mvp", "workbench.json"), "w") as file:
        file.write('{"view": "%s"}' % view)
    start = time.monotonic()
    with Program(
        [MVP, "attach", "demo", "million", "--sessions", store], home=home, columns=120, rows=40
    ) as program:
        first = last = None
        while last is None or time.monotonic() - last < SILENCE:
            if not select.select([program.fd], [], [], SILENCE)[0]:
                if last is not None:
                    break
                continue
            data = os.read(program.fd, 65536)
            last = time.monotonic()
            first = first or last
            program.stream.feed(data)
        assert is_whole(program, view), program.text()
    return first - start, last - start


worst = 0
with tempfile.TemporaryDirectory() as home:
    for view in ("dashboard", "curves"):
        seconds = [frame(view, home) for _ in range(times)]
        first = statistics.median(pair[0] for pair in seconds)
        whole = sorted(pair[1] for pair in seconds)
        median = statistics.median(whole)
        worst = max(worst, median)
        print(
            f"{view} of 1,000,000 steps, 120x40: first bytes after {first * 1000:.0f} ms, whole frame after "
            f"{median * 1000:.0f} ms (median of {times}), least {whole[0] * 1000:.0f} ms, most {whole[-1] * 1000:.0f} ms")
sys.exit(0 if worst <= LIMIT else 1)
