#!/usr/bin/env python3
"""What guidance brings: the demo at its default length under CLIP and under DINO, and an untrained student, for several seeds.

Prints a table of final kNN and linear-probe accuracy with the run's seconds, and the raw results as JSON lines in --output.

  Tests/Benchmarks/demo_table.py                      seeds 0, 1, 2; about half an hour on two cores
  Tests/Benchmarks/demo_table.py --seeds 0 --set schedule.steps=200
"""
import argparse
import json
import pathlib
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--mvp", default=".build/release/mvp")
parser.add_argument("--seeds", default="0,1,2")
parser.add_argument("--set", action="append", default=[], dest="overrides", metavar="KEY=VALUE")
parser.add_argument("--output", type=pathlib.Path, help="file for the results as JSON lines")
arguments = parser.parse_args()


def events(command):
    """The JSON lines of a command; its failure ends the script with what it said."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.strip() or done.stdout[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def scores(lines):
    return {line["kind"]: line["score"] for line in lines if line.get("event", "eval_result") == "eval_result" and "score" in line}


rows = []
with tempfile.TemporaryDirectory() as sessions:
    options = [part for value in arguments.overrides for part in ("--set", value)]
    for seed in arguments.seeds.split(","):
        place = ["--sessions", sessions]
        started = time.monotonic()
        result = scores(events([arguments.mvp, "eval", "demo", "--untrained", "--seed", seed, "--json", *place]))
        rows.append(dict(student="untrained", seed=int(seed), seconds=round(time.monotonic() - started, 1), **result))
        for guidance in ("clip", "dino"):
            started = time.monotonic()
            lines = events(
                [arguments.mvp, "run", "demo", "--headless", "--json", "--seed", seed, "--set", f"guidance.start={guidance}", *options, *place])
            steps = [line for line in lines if line["event"] == "step"]
            rows.append(
                dict(student=f"{guidance}-guided", seed=int(seed), seconds=round(time.monotonic() - started, 1), steps=len(steps),
                     loss_first=steps[0]["loss"], loss_last=steps[-1]["loss"], **scores(lines)))
            print(json.dumps(rows[-1]), flush=True)

if arguments.output:
    arguments.output.write_text("".join(json.dumps(row) + "\n" for row in rows))

print(f"{'student':<12} {'seed':>4} {'kNN':>7} {'linear':>7} {'seconds':>8}")
for row in sorted(rows, key=lambda row: (row["student"], row["seed"])):
    print(f"{row['student']:<12} {row['seed']:>4} {row['knn']:>7.1%} {row['linear']:>7.1%} {row['seconds']:>8.0f}")
for student in ("untrained", "clip-guided", "dino-guided"):
    of = [row for row in rows if row["student"] == student]
    print(f"{student:<12} mean kNN {sum(row['knn'] for row in of) / len(of):.1%}, linear {sum(row['linear'] for row in of) / len(of):.1%}")
