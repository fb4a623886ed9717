#!/usr/bin/env python3
"""How long `mvp runs` takes with 1000 runs: Tests/Benchmarks/runs.py [--checkpoints N] [RUNS] [TIMES] [FILTER]

One run is made by the program, the others are copies of its row with three scores each; with --checkpoints every run has as many
checkpoints, whose files are links to those of the first.
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

words = sys.argv[1:]
checkpoints = 0
if words[:1] == ["--checkpoints"]:
    checkpoints, words = int(words[1]), words[2:]
runs = int(words[0]) if words else 1000
times = int(words[1]) if len(words) > 1 else 21
# One that every run passes, such as "mask.masked>0".
chosen = ["--filter", words[2]] if len(words) > 2 else []


def give_checkpoints(folder, names, count):
    """Hard links: no more room is taken, and each file is asked for its size by itself."""
    place = os.path.join(folder, "demo", "checkpoints")
    run = os.listdir(place)[0]
    first = os.path.join(place, run, os.listdir(os.path.join(place, run))[0])
    for name in names:
        for step in range(1000, 1000 + count):
            to = os.path.join(place, name, str(step))
            os.makedirs(to)
            for file in os.listdir(first):
                os.link(os.path.join(first, file), os.path.join(to, file))


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
    if checkpoints:
        give_checkpoints(folder, [row[0] for row in database.execute("SELECT name FROM runs")], checkpoints)
    database.close()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        command = [MVP, "runs", "--sessions", folder, *chosen]
        listing = subprocess.run(command, capture_output=True, check=True).stdout
        seconds.append(time.perf_counter() - start)
        assert listing.count(b"\n") == runs + 1, listing[:400]
    print(
        f"mvp runs with {runs} runs{f' of {checkpoints} checkpoints' if checkpoints else ''}: median {statistics.median(seconds) * 1000:.0f} ms, "
        f"least {min(seconds) * 1000:.0f} ms, most {max(seconds) * 1000:.0f} ms"
    )
