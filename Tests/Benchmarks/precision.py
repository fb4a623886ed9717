#!/usr/bin/env python3
"""Whether training in bf16 follows training in fp32: runs the demo for some steps with each number format and two seeds, and compares
the distance of the curves with the distance between seeds.

  python3 Tests/Benchmarks/precision.py --steps 300
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent.parent
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--mvp", default=str(root / ".build/release/mvp"))
parser.add_argument("--session", default="demo")
parser.add_argument("--steps", type=int, default=300)
parser.add_argument("--seeds", type=int, nargs=2, default=[0, 1])
parser.add_argument("--set", action="append", default=[])
parser.add_argument("--window", type=int, default=20, help="steps of a mean")
args = parser.parse_args()
env = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}


def losses(seed, dtype):
    with tempfile.TemporaryDirectory() as folder:
        command = [args.mvp, "run", args.session, "--headless", "--json", "--steps", args.steps, "--seed", seed, "--dtype", dtype,
                   "--sessions", folder, "--set", f"schedule.steps={args.steps}", "--set", "evals.at_end=[]"]
        for setting in args.set:
            command += ["--set", setting]
        result = subprocess.run(list(map(str, command)), env=env, capture_output=True, text=True)
        if result.returncode != 0:
            raise SystemExit(f"precision: {dtype} with seed {seed} failed:\n{result.stderr[-2000:]}")
    events = (json.loads(line) for line in result.stdout.splitlines() if line.startswith("{"))
    curve = [event["loss"] for event in events if event["event"] == "step"]
    return [sum(curve[i:i + args.window]) / args.window for i in range(0, len(curve) - args.window + 1, args.window)]


def distance(a, b):
    return sum(abs(x - y) for x, y in zip(a, b)) / len(a)


curves = {(seed, dtype): losses(seed, dtype) for seed in args.seeds for dtype in ("fp32", "bf16")}
print("| steps | " + " | ".join(f"{dtype}, seed {seed}" for seed, dtype in curves) + " |\n|---|" + "---|" * len(curves))
for place in range(len(next(iter(curves.values())))):
    print(f"| {place * args.window + 1} to {(place + 1) * args.window} | "
          + " | ".join(f"{curve[place]:.4f}" for curve in curves.values()) + " |")
first, second = args.seeds
between_formats = max(distance(curves[seed, "fp32"], curves[seed, "bf16"]) for seed in args.seeds)
between_seeds = min(distance(curves[first, dtype], curves[second, dtype]) for dtype in ("fp32", "bf16"))
print(f"\nmean distance of the curves: at most {between_formats:.4f} between formats, at least {between_seeds:.4f} between seeds")
if between_formats > between_seeds:
    sys.exit("precision: the formats differ by more than the seeds do")
