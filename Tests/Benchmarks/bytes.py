#!/usr/bin/env python3
"""Bytes to the terminal per refresh of every view of `mvp run demo` at 120x40: Tests/Benchmarks/bytes.py [REFRESHES]"""

import os
import statistics
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Acceptance"))
from terminal import SESSION, run_workbench  # noqa: E402
from test_bytes import refreshes  # noqa: E402

count = int(sys.argv[1]) if len(sys.argv) > 1 else 40
with tempfile.TemporaryDirectory() as folder:
    with run_workbench(folder, session=os.environ.get("MVP_BENCH_SESSION", SESSION), columns=120, rows=40) as program:
        program.wait_step(60, 120)
        for name in ["dashboard", "curves", "mask", "evals", "runs", "config", "log", "system"]:
            program.show(name)
            program.pump(1.5)
            sizes = refreshes(program, count)
            print(f"{name:10} median {statistics.median(sizes):6.0f}, mean {statistics.mean(sizes):6.0f}, most {max(sizes)}")
