#!/usr/bin/env python3
"""Times one step of UperNet of `mvp bench --task segment` against PyTorch's, in turn (A B A B ...), whole processes, and prints the ratio.

Both train a BEiT-like model of width 192 on pictures of 128 pixels in patches of 8, with a head of 64 channels. PyTorch runs with maps
channels first and last, attention written out and fused; the fastest of these is compared with. Results are added to history.jsonl.

  python3 Tests/Benchmarks/compare_uper.py --python PYTHON_WITH_TORCH
"""
import argparse
import datetime
import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent
sizes = dict(image=128, patch=8, width=192, depth=12, heads=3, channels=64, batch=8)
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--pairs", type=int, default=5)
parser.add_argument("--steps", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--dtypes", nargs="*", default=["fp32", "bf16"])
parser.add_argument("--mvp", default=str(root / ".build/release/mvp"))
parser.add_argument("--python", default=sys.executable, help="the Python that has torch")
parser.add_argument("--no-history", action="store_true")
args = parser.parse_args()
# glibc kept from giving memory back, which suits PyTorch's large arrays
allocator = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "-1", "MALLOC_TOP_PAD_": "67108864"}
wanted = 1.0


def run(command, environment=None):
    result = subprocess.run([str(part) for part in command], env=os.environ | (environment or {}), capture_output=True, text=True)
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    if result.returncode != 0 or not lines:
        raise SystemExit(f"compare_uper: {' '.join(map(str, command))} failed:\n{result.stderr[-2000:]}")
    return json.loads(lines[-1])


def ours(dtype):
    names = dict(image="image-size", patch="patch-size")
    flags = [part for name, value in sizes.items() for part in (f"--{names.get(name, name)}", value)]
    return run([args.mvp, "bench", "--task", "segment", *flags, "--dtype", dtype, "--threads", args.threads, "--steps", args.steps, "--json"])


def torch(dtype, layout, attention, steps):
    flags = [part for name, value in sizes.items() for part in (f"--{'dim' if name == 'width' else name}", value)]
    return run([args.python, here / "torch_uper_step.py", *flags, "--dtype", "amp" if dtype == "bf16" else "fp32", "--layout", layout,
                "--attn", attention, "--threads", args.threads, "--steps", steps], allocator)


rows = []
for dtype in args.dtypes:
    settings = list(itertools.product(("first", "last"), ("math", "sdpa")))
    tried = {setting: torch(dtype, *setting, steps=2)["step_s"] for setting in settings}
    best = min(tried, key=tried.get)
    pairs = [(ours(dtype), torch(dtype, *best, steps=args.steps)) for _ in range(args.pairs)]
    ratios = [a["step_s"] / b["step_s"] for a, b in pairs]
    middle = lambda which, name: statistics.median(pair[which][name] for pair in pairs)
    rows.append(dict(
        config="uper-192", dtype=dtype, threads=args.threads, pairs=args.pairs, ratio=round(statistics.median(ratios), 3),
        ratio_min=round(min(ratios), 3), ratio_max=round(max(ratios), 3), ours_s=round(middle(0, "step_s"), 4), torch_s=round(middle(1, "step_s"), 4),
        percent_of_peak=round(middle(0, "percent_of_peak"), 1), ours_mb=round(middle(0, "peak_rss_mb")), torch_mb=round(middle(1, "peak_rss_mb")),
        allocations=max(a["allocations_after_warmup"] for a, _ in pairs), backend=pairs[0][0]["backend"],
        torch=dict(layout=best[0], attn=best[1])))
    print(json.dumps(rows[-1]), flush=True)
    row = rows[-1]
    print(f"UperNet {dtype}: ours {row['ours_s'] * 1000:.1f} ms, torch {row['torch_s'] * 1000:.1f} ms, ratio {row['ratio']:.2f} "
          f"({row['ratio_min']:.2f} to {row['ratio_max']:.2f}), wanted {wanted:.2f}")
if not args.no_history and rows:
    commit = subprocess.run(["git", "-C", root, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    cpu = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in open("/proc/cpuinfo"))}
    entry = dict(date=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), commit=commit,
                 machine=f"{cpu.get('model name', 'unknown')}, {os.cpu_count()} cores", cells=rows)
    with open(here / "history.jsonl", "a") as history:
        history.write(json.dumps(entry) + "\n")
