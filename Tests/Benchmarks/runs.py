#!/usr/bin/env python3
"""How long `mvp runs` takes with 1000 runs: Tests/Benchmarks/runs.py [RUNS] [TIMES] [FILTER]

One run is made by the program, the others are copies of its row with three scores each.
"""

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Acceptance"))
from terminal import MVP, mvp  # noqa: E402

runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
times = int(sys.argv[2]) if len(sys.argv) > 2 else 21
# One that every run passes, such as "mask.masked>0".
chosen = ["--filter", sys.argv[3]] if len(sys.argv) > 3 else []

with tempfile.TemporaryDirectory() as folder:
    made = mvp("run", "demo", "--headless", "--json", "--steps", "1", "--sessions", folder)
    assert made.returncode == 0, made.stderr
    database = sqlite3.connect(os.path.join(folder, "demo", "runs.sqlite"))
    columns = [row[1] for row in database.execute("PRAGMA table_info(runs)") if row[1] not in ("id", "name")]
    listed = ", ".join(columns)
    for index in range(runs - 1):
        row = database.execute(
            f"INSERT INTO runs (name, {listed}) SELECT ?, {listed} FROM runs ORDER BY id LIMIT 1", (f"copy-{index}",)
        ).lastrowid
        for number, kind in enumerate(["knn", "linear", "knn"]):
            database.execute(
                "INSERT INTO evals (run, eval, kind, step, score, details, summary, seconds, guidance) "
                "VALUES (?, ?, ?, 1, ?, '{}', '', 1, 'clip')",
                (row, number + 1, kind, 0.5 + number / 10),
            )
    database.commit()
    database.close()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        command = [MVP, "runs", "--sessions", folder, *chosen]
        listing = subprocess.run(command, capture_output=True, check=True).stdout
        seconds.append(time.perf_counter() - start)
        assert listing.count(b"\n") == runs + 1, listing[:400]
    print(
        f"mvp runs with {runs} runs: median {statistics.median(seconds) * 1000:.0f} ms, "
        f"least {min(seconds) * 1000:.0f} ms, most {max(seconds) * 1000:.0f} ms"
    )
